# SPDX-License-Identifier: GPL-3.0-or-later
"""``kinescribe models`` and ``kinescribe generate --model``, and installed models as backends."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from kinescribe.inference import cli
from kinescribe.inference.ardy.backend import ArdyBackend
from kinescribe.inference.ardy.text.stored_vectors import read_vectors, write_vectors
from kinescribe.inference.models import command_line, installed
from kinescribe.inference.models.cards import ARDY, ARDY_TEXT, find_card
from kinescribe.inference.models.install import adopt_folder
from kinescribe.inference.models.transfer import Hub
from kinescribe.inference.registry import get_backend
from kinescribe.motion import BackendError, make_text_request
from model_hub_kit import read_folder, running_hub

from devtools.testing.ardy_files import SMALL, write_checkpoint


class FakeEncoder:
    """Give each sentence a vector of its own, of the width that the small checkpoint reads."""

    loaded: ClassVar[list[Path]] = []

    def __init__(self, folder: Path) -> None:
        self.loaded.append(folder)

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        seeds = [sum(sentence.encode()) for sentence in sentences]
        return np.stack([np.random.default_rng(s).standard_normal(SMALL.text_width) for s in seeds])


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("ardy"))


@pytest.fixture
def text_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "text"
    (folder / "tokenizer").mkdir(parents=True)
    (folder / "text_encoder.onnx").write_bytes(b"onnx")
    (folder / "tokenizer" / "tokenizer.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(command_line.FOLDER_VARIABLE, str(tmp_path / "models"))
    monkeypatch.setattr("kinescribe.inference.ardy.text.load_text_encoder", FakeEncoder)
    FakeEncoder.loaded.clear()
    yield tmp_path / "models"
    installed.release_models()


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = cli.main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_models_are_adopted_listed_used_and_removed(
    root: Path, checkpoint: Path, text_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "walk.npz"
    generate = ("generate", "a person walks", "--model", "ardy", "--seconds", 2, "-o", output)
    status, _, error = run(capsys, *generate)
    assert status == 2 and "is not installed" in error and not output.exists()
    status, out, _ = run(capsys, "models", "list")
    assert status == 0 and out.count("Not installed") == 2 and "Built with Meta Llama 3" in out
    assert run(capsys, "models", "get", "ardy", "--from", checkpoint)[0] == 0
    status, out, _ = run(capsys, "models", "get", "ardy-text", "--from", text_folder)
    assert status == 0 and "Built with Meta Llama 3" in out
    status, out, _ = run(capsys, "models", "list")
    assert f"Installed: {checkpoint}" in out and f"Installed: {text_folder}" in out
    assert run(capsys, *generate, "--quality", "draft")[0] == 0
    assert output.exists()
    status, out, _ = run(capsys, "models", "remove", "ardy")
    assert status == 0 and checkpoint.is_dir()
    assert run(capsys, *generate)[0] == 2


def test_stored_vectors_replace_the_text_encoder(
    root: Path, checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, vectors = tmp_path / "walk.npz", tmp_path / "vectors.npz"
    write_vectors(vectors, {"a person walks": np.full(SMALL.text_width, 0.5, np.float32)})
    assert run(capsys, "models", "get", "ardy", "--from", checkpoint)[0] == 0
    generate = ("generate", "walk", "--model", "ardy", "--quality", "draft", "--seconds", 2, "-o", output)
    status, _, error = run(capsys, *generate)
    assert status == 2 and "Text Encoder" in error and "is not installed" in error
    assert run(capsys, *generate, "--text-encoder", vectors)[0] == 0
    assert output.exists()
    status, _, error = run(capsys, "generate", "jump", *generate[2:], "--text-encoder", vectors)
    assert status == 2 and "vectors.npz holds no vector for the prompt a person jumps" in error
    status, _, error = run(capsys, *generate, "--text-encoder", tmp_path / "none")
    assert status == 2 and "is no text encoder" in error


def test_prompts_are_encoded_into_a_file(
    root: Path, text_folder: Path, checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts, vectors = tmp_path / "prompts.txt", tmp_path / "vectors.npz"
    prompts.write_text("walk forward, then sit down\n\nwalk forward\n\u8df3\n", encoding="utf-8")
    status, _, error = run(capsys, "vectors", prompts, "-o", vectors)
    assert status == 2 and "is not installed" in error and not vectors.exists()
    assert run(capsys, "models", "get", "ardy-text", "--from", text_folder)[0] == 0
    status, out, _ = run(capsys, "vectors", prompts, "-o", vectors)
    assert status == 0 and f"3 sentences, {SMALL.text_width} numbers each" in out
    assert list(read_vectors(vectors)) == ["a person walks forward", "a person sits down", "a person jumps"]
    assert run(capsys, "models", "get", "ardy", "--from", checkpoint)[0] == 0
    output = tmp_path / "walk.npz"
    arguments = (
        "generate",
        "walk forward, then jump",
        "--model",
        "ardy",
        "--quality",
        "draft",
        "--seconds",
        4,
    )
    assert run(capsys, *arguments, "-o", output, "--text-encoder", vectors)[0] == 0 and output.exists()


def test_lists_of_prompts_that_cannot_be_encoded_are_refused(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts, vectors = tmp_path / "prompts.txt", tmp_path / "vectors.npz"
    for content, sentence in (
        (b"\n\n", "holds 0 prompts"),
        (b"\xff\xfe", "is no text file"),
        (b"a" * 5_000_000, "is no text file"),
        (b"\n".join(b"thing %d" % i for i in range(20_001)), "holds 20001 prompts"),
    ):
        prompts.write_bytes(content)
        status, _, error = run(capsys, "vectors", prompts, "-o", vectors)
        assert status == 2 and sentence in error and error.count("\n") == 1
    assert "is no text file" in run(capsys, "vectors", tmp_path / "none", "-o", vectors)[2]
    prompts.write_text("walk")
    assert "can't be written" in run(capsys, "vectors", prompts, "-o", tmp_path / "vectors.txt")[2]
    assert "is no text encoder" in run(capsys, "vectors", prompts, "-o", vectors, "--text-encoder", "none")[2]
    assert not vectors.exists()


def test_nothing_is_downloaded_without_an_agreement(
    root: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = find_card(ARDY)
    assert card is not None
    with running_hub(card.repository, read_folder(checkpoint)) as fake:
        monkeypatch.setattr("kinescribe.inference.models.transfer.Hub", lambda: Hub(fake.address, hosts=()))
        status, out, error = run(capsys, "models", "get", "ardy")
        assert status == 2 and "add --agree" in error and card.licence in out
        assert not fake.headers and not root.exists()
        status, out, _ = run(capsys, "models", "get", "ardy", "--agree")
        assert status == 0 and str(root / ARDY) in out
        fake.statuses["/api"] = 503
        status, _, error = run(capsys, "models", "get", "ardy", "--agree")
        assert status == 2 and error.count("\n") == 1 and "busy" in error
    assert run(capsys, "models", "remove", "ardy")[0] == 0
    assert not root.exists()


def test_wrong_arguments_end_with_one_sentence(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, error = run(capsys, "models", "get", "ardy", "--from", tmp_path / "none")
    assert status == 2 and "There is no folder" in error
    status, _, error = run(capsys, "models", "get", "ardy", "--from", tmp_path)
    assert status == 2 and "is not the whole model" in error
    status, _, error = run(
        capsys, "generate", "x", "-o", tmp_path / "x.npz", "--model", "ardy", "--checkpoint", tmp_path
    )
    assert status == 2 and "either" in error
    with pytest.raises(SystemExit):
        run(capsys, "models", "get", "../x")


def test_the_folder_of_models_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(command_line.FOLDER_VARIABLE, raising=False)
    for platform, variable in (("win32", "LOCALAPPDATA"), ("linux", "XDG_DATA_HOME")):
        monkeypatch.setattr(command_line.sys, "platform", platform)
        monkeypatch.setenv(variable, str(tmp_path / platform))
        assert command_line.find_models_folder() == tmp_path / platform / "kinescribe" / "models"
    monkeypatch.setattr(command_line.sys, "platform", "darwin")
    assert command_line.find_models_folder().parts[-4:] == (
        "Library",
        "Application Support",
        "kinescribe",
        "models",
    )


def install_both(root: Path, checkpoint: Path, text_folder: Path) -> None:
    for card_id, folder in ((ARDY, checkpoint), (ARDY_TEXT, text_folder)):
        card = find_card(card_id)
        assert card is not None
        adopt_folder(root, card, folder)
    FakeEncoder.loaded.clear()


def test_the_registry_opens_an_installed_model_once(root: Path, checkpoint: Path, text_folder: Path) -> None:
    with pytest.raises(BackendError, match=r"ARDY Core .* is not installed"):
        get_backend(ARDY, models_folder=root)
    install_both(root, checkpoint, text_folder)
    backend = get_backend(f" {ARDY} ", models_folder=root)
    assert isinstance(backend, ArdyBackend) and get_backend(ARDY, models_folder=root) is backend
    assert not FakeEncoder.loaded  # nothing is read before it is needed
    with pytest.raises(BackendError, match="on no server"):
        get_backend(ARDY)


def test_memory_of_weights_is_given_back(root: Path, checkpoint: Path, text_folder: Path) -> None:
    install_both(root, checkpoint, text_folder)
    backend = get_backend(ARDY, models_folder=root)
    request = make_text_request("a person walks", 2.0, 30.0, diffusion_steps=4)
    first = backend.generate(request)[0]
    assert isinstance(backend, ArdyBackend) and backend._model is not None
    model = weakref.ref(backend._model)
    installed.release_models()
    gc.collect()
    assert model() is None
    again = get_backend(ARDY, models_folder=root).generate(request)[0]
    assert again.root_translation.tobytes() == first.root_translation.tobytes()
    assert len(FakeEncoder.loaded) == 1  # the vector of the prompt is kept
    again = get_backend(ARDY, models_folder=root)
    again.generate(make_text_request("a person jumps", 2.0, 30.0, diffusion_steps=4))
    assert len(FakeEncoder.loaded) == 2


def test_too_little_memory_is_a_sentence(
    root: Path, checkpoint: Path, text_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_both(root, checkpoint, text_folder)

    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("kinescribe.inference.ardy.backend.generate_offline", fail)
    backend = get_backend(ARDY, models_folder=root)
    with pytest.raises(BackendError, match="not enough memory for ARDY"):
        backend.generate(make_text_request("a person walks", 2.0, 30.0))
    assert isinstance(backend, ArdyBackend) and backend._model is None


def test_a_folder_that_was_changed_is_not_installed_any_more(
    root: Path, tmp_path: Path, text_folder: Path
) -> None:
    folder = write_checkpoint(tmp_path / "own")
    install_both(root, folder, text_folder)
    (folder / "tokenizer.safetensors").write_bytes(b"")
    with pytest.raises(BackendError, match="is not installed"):
        get_backend(ARDY, models_folder=root)


def test_the_vectors_checkpoint_and_text_encoder_work_together(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is replaced here: both folders are adopted, checked, and a prompt becomes a motion file."""
    golden = shared / "golden" / "ardy"
    if not golden.is_dir():
        pytest.skip("needs the optional checkpoint in ../shared/golden/ardy, which is not here")
    monkeypatch.setenv(command_line.FOLDER_VARIABLE, str(tmp_path / "models"))
    output = tmp_path / "walk.npz"
    generate = ("generate", "a person walks forward", "--model", "ardy", "--seconds", 3, "-o", output)
    try:
        checkpoint = golden / "ARDY-Core-Small-20FPS-Horizon40"
        assert run(capsys, "models", "get", "ardy", "--from", checkpoint)[0] == 0
        status, out, error = run(
            capsys, "models", "get", "ardy-text", "--from", golden / "14_text_student_student"
        )
        assert status == 0, out + error
        status, out, error = run(capsys, *generate)
        assert status == 0, out + error
        first = output.read_bytes()
        installed.release_models()
        assert run(capsys, *generate)[0] == 0
        assert output.read_bytes() == first  # by a stored vector, and weights that were read again
    finally:
        installed.release_models()
