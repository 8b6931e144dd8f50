# SPDX-License-Identifier: GPL-3.0-or-later
"""``kinescribe models check``: on random weights, on a model that does what prompts say, and judges that refuse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference import cli
from kinescribe.inference.ardy.backend import ArdyBackend
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.models import checkup, command_line, installed
from kinescribe.inference.models.cards import ARDY, ARDY_TEXT, find_card
from kinescribe.inference.models.checkup import examine_model, format_report, write_report_sheet
from kinescribe.inference.models.install import adopt_folder
from kinescribe.inference.models.prompt_judges import JUDGED_PROMPTS, Measures
from kinescribe.motion import T_POSE, Cancelled, Motion, make_text_request

from devtools.testing.ardy_files import SMALL, write_checkpoint
from devtools.testing.motions import make_walk

JUDGES = dict(JUDGED_PROMPTS)
SHORT = ("a person walks forward", "a person turns left", "a person sits down")


class FakeEncoder:
    """Give each sentence a vector of its own, of the width that the small checkpoint reads."""

    def __init__(self, _folder: Path | None = None) -> None:
        pass

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        seeds = [sum(sentence.encode()) for sentence in sentences]
        return np.stack([np.random.default_rng(s).standard_normal(SMALL.text_width) for s in seeds])


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("ardy"))


@pytest.fixture(autouse=True)
def few_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "JUDGED_PROMPTS", tuple((p, JUDGES[p]) for p in SHORT))


def test_a_model_that_does_what_prompts_say_passes(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    report = examine_model(
        EmbeddedBackend(), None, steps=6, progress=lambda done, total: steps.append((done, total))
    )
    assert report.has_passed, format_report(report, "1", "good")
    assert [title for title, _ in report.sections] == ["Prompts", "Paths, poses and pins"]
    assert steps[-1][0] == steps[-1][1] == len(steps)
    text = format_report(report, "1.2.3", "best")
    assert "Prompts: 4 of 4" in text and "Kinescribe 1.2.3" in text and "**fail**" not in text
    write_report_sheet(tmp_path / "sheet.png", report)
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_random_weights_fail_at_prompts_and_keep_what_is_given(checkpoint: Path) -> None:
    encoder = FakeEncoder()
    report = examine_model(ArdyBackend(checkpoint, encoder), checkpoint, encoder.encode, steps=4)
    found = {finding.title: finding for finding in report.findings}
    assert not report.has_passed
    assert found["denoiser.safetensors"].passed and "tensors" in found["denoiser.safetensors"].figures
    assert not found["mean height of the hips"].passed  # statistics that were drawn at random
    # a foot may be out of reach: hips that move at random are not raised to a target
    for title in ("two poses", "the left hand pinned", "a loop"):
        assert found[title].passed, found[title].figures
    assert found["a path, walking"].figures.startswith("0.0 mm at its points")
    text = format_report(report, "1", "draft")
    assert "**fail**" in text and "Not as it should be" in text
    assert str(checkpoint) not in text and str(Path.home()) not in text


def test_the_golden_checkpoint_is_examined(shared: Path) -> None:
    folder = shared / "golden" / "ardy" / "ARDY-Core-Small-20FPS-Horizon40"
    if not folder.is_dir():
        pytest.skip("needs the optional checkpoint in ../shared/golden/ardy, which is not here")
    encoder = FakeEncoder()

    def encode(sentences: Sequence[str]) -> np.ndarray:
        return np.resize(encoder.encode(sentences), (len(sentences), 64))

    class Wide(FakeEncoder):
        def encode(self, sentences: Sequence[str]) -> np.ndarray:
            return encode(sentences)

    report = examine_model(ArdyBackend(folder, Wide()), folder, encode, steps=2)
    found = {finding.title: finding for finding in report.findings}
    assert found["two poses"].passed and found["the left hand pinned"].passed
    assert "horizon 40" in found["config.yaml"].figures


def test_the_command_prints_and_writes_the_report(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(command_line.FOLDER_VARIABLE, str(tmp_path / "models"))
    monkeypatch.setattr("kinescribe.inference.ardy.text.load_text_encoder", FakeEncoder)
    text_folder = tmp_path / "text"
    (text_folder / "tokenizer").mkdir(parents=True)
    for name in ("text_encoder.onnx", "tokenizer/tokenizer.json"):
        (text_folder / name).write_bytes(b"x")
    assert cli.main(["models", "check", "ardy"]) == 2
    assert "is not installed" in capsys.readouterr().err
    for card_id, folder in ((ARDY, checkpoint), (ARDY_TEXT, text_folder)):
        card = find_card(card_id)
        assert card is not None
        adopt_folder(tmp_path / "models", card, folder)
    assert cli.main(["models", "check", "ardy", "-o", str(tmp_path / "none")]) == 2
    assert "does not exist" in capsys.readouterr().err
    try:
        assert cli.main(["models", "check", "ardy", "--quality", "draft", "-o", str(tmp_path)]) == 0
        printed = capsys.readouterr().out
        assert "### Prompts" in printed and (tmp_path / "check.md").read_text("utf-8").strip() in printed
        assert (tmp_path / "check.png").stat().st_size > 1000
        assert cli.main(["models", "check", "ardy-text"]) == 0
        assert "its files are whole" in capsys.readouterr().out
    finally:
        installed.release_models()


def test_an_examination_is_cancelled() -> None:
    with pytest.raises(Cancelled):
        examine_model(EmbeddedBackend(), None, cancelled=lambda: True)


def stand(seconds: float = 4.0) -> Motion:
    frames = round(30 * seconds)
    root = np.tile([0.0, float(-T_POSE.rest_positions[:, 1].min()), 0.0], (frames, 1))
    rotations = np.tile([1.0, 0, 0, 0], (frames, 22, 1))
    return Motion(T_POSE, 30.0, root, rotations)


def test_a_motion_of_another_action_does_not_pass() -> None:
    standing, walking = Measures(stand()), Measures(make_walk(120, 30.0))
    assert {prompt for prompt, judge in JUDGED_PROMPTS if judge(standing)} == {"a person stands still"}
    assert "a person walks forward" in {prompt for prompt, judge in JUDGED_PROMPTS if judge(walking)}
    assert not {
        "a person stands still",
        "a person sits down",
        "a person jumps",
        "a person walks backward",
    } & {prompt for prompt, judge in JUDGED_PROMPTS if judge(walking)}


def test_judges_tell_generated_actions_apart() -> None:
    backend = EmbeddedBackend()
    accepted = {}
    for prompt in ("a person walks forward", "a person sits down", "a person raises both arms"):
        measures = Measures(backend.generate(make_text_request(prompt, 4.0, 30.0, diffusion_steps=6))[0])
        accepted[prompt] = {p for p, judge in JUDGED_PROMPTS if judge(measures)}
        assert prompt in accepted[prompt]
    assert "a person sits down" not in accepted["a person walks forward"]
    assert "a person walks forward" not in accepted["a person sits down"]
    assert "a person raises both arms" not in accepted["a person sits down"]
