# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY and Kimodo with PyTorch's layers: the same numbers as in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from devtools.testing.ardy_files import SMALL, write_checkpoint
from devtools.testing.kimodo_files import write_kimodo

torch = pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")

from kinescribe.inference import cli  # noqa: E402
from kinescribe.inference.ardy import load_ardy  # noqa: E402
from kinescribe.inference.ardy.backend import ArdyBackend  # noqa: E402
from kinescribe.inference.checkpoints import TorchEncoder, is_ardy, open_ardy  # noqa: E402
from kinescribe.inference.kimodo import KimodoBackend  # noqa: E402
from kinescribe.motion import Cancelled, CheckpointError, make_text_request  # noqa: E402


class FakeEncoder:
    """Give each sentence a vector of its own."""

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        seeds = [sum(sentence.encode()) for sentence in sentences]
        return np.stack([np.random.default_rng(s).standard_normal(SMALL.text_width) for s in seeds])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("ardy"))


def test_tokens_and_predictions_are_those_of_numpy(folder: Path) -> None:
    ours, theirs = load_ardy(folder), load_ardy(folder, make_encoder=TorchEncoder)
    rng = np.random.default_rng(0)
    motion = rng.standard_normal((48, 330)).astype(np.float32)
    np.testing.assert_allclose(
        theirs.tokenizer.encode_unquantised(motion[:, 5:].copy()),
        ours.tokenizer.encode_unquantised(motion[:, 5:].copy()),
        atol=3e-5,
    )
    x = rng.standard_normal((18, 20 + SMALL.latent)).astype(np.float32)
    text = rng.standard_normal((1, SMALL.text_width)).astype(np.float32)
    for history in (0, 32):
        mask = np.zeros((72, 330), np.float32)
        mask[60, :5] = 1
        given = (mask, mask * 0.5)
        np.testing.assert_allclose(
            theirs.denoise(x, text, 3, 0.4, history, *given),
            ours.denoise(x, text, 3, 0.4, history, *given),
            atol=3e-5,
        )


def test_bfloat16_is_near(folder: Path) -> None:
    ours = load_ardy(folder)
    theirs = load_ardy(folder, make_encoder=partial(TorchEncoder, dtype=torch.bfloat16))
    rng = np.random.default_rng(0)
    x = rng.standard_normal((18, 20 + SMALL.latent)).astype(np.float32)
    text = rng.standard_normal((1, SMALL.text_width)).astype(np.float32)
    exact, rounded = (model.denoise(x, text, 3, 0.4, 32)[8:18] for model in (ours, theirs))
    # numbers of 8 bits: a hundredth or so, and not the same
    assert 1e-4 < np.sqrt(np.square(exact - rounded).mean()) / exact.std() < 0.05


@pytest.mark.parametrize("is_fast", [True, False])
def test_bfloat16_is_used_where_it_is_fast(
    folder: Path, is_fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kinescribe.inference.checkpoints.ardy_layers.has_fast_bfloat16", lambda: is_fast)
    request = make_text_request("a person walks", 2.0, 20.0, diffusion_steps=2)
    plain, rounded = (
        open_ardy(folder, FakeEncoder(), use_bfloat16).generate(request)[0] for use_bfloat16 in (False, True)
    )
    assert np.array_equal(plain.local_rotations, rounded.local_rotations) is not is_fast


def test_pytorch_computes_the_other_products_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> np.ndarray:
        raise AssertionError("NumPy's BLAS takes processors away from PyTorch")

    monkeypatch.setattr("kinescribe.inference.matrix_products._multiply_numpy", refuse)
    request = make_text_request("a person walks", 1.0, 20.0, diffusion_steps=2)
    assert len(open_ardy(folder, FakeEncoder()).generate(request)[0]) == 20


def test_motions_are_those_of_numpy(folder: Path) -> None:
    request = make_text_request("a person walks", 3.0, 30.0, 5, diffusion_steps=4)
    ours = ArdyBackend(folder, FakeEncoder()).generate(request)[0]
    theirs = open_ardy(folder, FakeEncoder()).generate(request)[0]
    # a random network is ill-conditioned: rounding shows where it decides
    assert np.median(np.abs(ours.positions - theirs.positions)) < 1e-3


def test_a_generation_is_cancelled(folder: Path) -> None:
    with pytest.raises(Cancelled):
        open_ardy(folder, FakeEncoder()).generate(
            make_text_request("a person walks", 3.0, 30.0), cancelled=lambda: True
        )


def test_ardy_is_recognised_and_needs_a_text_encoder(folder: Path, tmp_path: Path) -> None:
    assert is_ardy(folder) and not is_ardy(tmp_path)
    with pytest.raises(CheckpointError, match="needs a text encoder"):
        open_ardy(folder, None)


def test_the_server_offers_ardy_and_its_encoder_whatever_their_order(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("motionmcp", reason="the MMCP SDK is not installed")
    served: dict[str, object] = {}
    monkeypatch.setattr(
        "kinescribe.inference.serve.run.run_server", lambda backends, *_: served.update(backends)
    )
    monkeypatch.setattr("kinescribe.inference.ardy.text.load_text_encoder", lambda _folder: FakeEncoder())
    assert cli.main(["serve", "--checkpoint", str(folder)]) == 2
    assert "needs a text encoder" in capsys.readouterr().err
    (tmp_path / "text_encoder.onnx").write_bytes(b"x")
    assert cli.main(["serve", "--checkpoint", str(folder), "--checkpoint", str(tmp_path)]) == 0
    (name,) = set(served) - {"kinescribe-embedded"}
    assert isinstance(served[name], ArdyBackend)


def test_kimodo_is_served_with_its_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("motionmcp", reason="the MMCP SDK is not installed")
    served: dict[str, Any] = {}
    monkeypatch.setattr(
        "kinescribe.inference.serve.run.run_server", lambda backends, *_: served.update(backends)
    )
    monkeypatch.setattr("kinescribe.inference.ardy.text.load_text_encoder", lambda _folder: FakeEncoder())
    kimodo, text = write_kimodo(tmp_path / "Kimodo-SOMA-Random"), tmp_path / "text"
    assert cli.main(["serve", "--checkpoint", str(kimodo)]) == 2
    assert "is Kimodo, which needs LLM2Vec" in capsys.readouterr().err
    text.mkdir()
    (text / "text_encoder.onnx").write_bytes(b"x")
    assert cli.main(["serve", "--checkpoint", str(kimodo), "--checkpoint", str(text)]) == 0
    backend = served["Kimodo-SOMA-Random"]
    request = make_text_request("a person walks", 1.0, 30.0, diffusion_steps=5)
    (motion,) = backend.generate(request)
    (expected,) = KimodoBackend(kimodo, FakeEncoder()).generate(request)
    np.testing.assert_allclose(motion.local_rotations, expected.local_rotations, atol=1e-3)
