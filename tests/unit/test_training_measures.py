# SPDX-License-Identifier: GPL-3.0-or-later
"""``evaluation.liveliness``, ``recognition``, ``calibrate`` and the confidence on verdicts, on motions made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded import EmbeddedBackend, part_wording
from kinescribe.inference.embedded.features import encode_features
from kinescribe.inference.embedded.part_wording import RECOGNISED_PATH, read_recognised, read_wordings
from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.layers.body_joints import SHOULDERS
from kinescribe.motion.rotations import axis_angle_to_quaternion
from kinescribe.motion.stick_figures import draw_card
from kinescribe.training.data.sample_cache import EncodedSample, write_samples
from kinescribe.training.evaluation import calibrate, liveliness, recognition, wild


def _swing_arms(seconds: float, degrees: float, frequency: float, speed: float = 0.0) -> Motion:
    """Return a standing body whose arms swing ahead and back, moving ahead at ``speed`` metres a second."""
    frames = round(seconds * 20)
    rotations = np.tile([1.0, 0.0, 0.0, 0.0], (frames, 22, 1))
    angle = np.radians(degrees) * np.sin(2 * np.pi * frequency * np.arange(frames) / 20)
    for joint in SHOULDERS.values():
        rotations[:, joint] = axis_angle_to_quaternion(angle[:, None] * np.array([0.0, 1.0, 0.0]))
    root = np.tile([0.0, 0.95, 0.0], (frames, 1))
    root[:, 2] = speed * np.arange(frames) / 20
    return Motion(T_POSE, 20.0, root, rotations)


def test_faster_and_wider_arms_are_livelier() -> None:
    calm = liveliness.measure_liveliness(_swing_arms(4, 10, 0.5))
    lively = liveliness.measure_liveliness(_swing_arms(4, 30, 1.0))
    assert lively["wrist_speed"] > 3 * calm["wrist_speed"]
    assert lively["ankle_speed"] == pytest.approx(calm["ankle_speed"], abs=1e-6)


def test_ratios_are_answers_over_recordings_and_the_aim_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    table = liveliness.compare_liveliness(
        {"walk": {"motions": 2.0, "wrist_speed": 1.0, "toe_lift": 0.1}},
        {"walk": {"motions": 9.0, "wrist_speed": 2.0, "toe_lift": 0.1}},
    )
    assert table["walk"]["wrist_speed"]["ratio"] == 0.5
    liveliness.print_liveliness(table)
    lines = capsys.readouterr().out.splitlines()
    assert any(line.strip().startswith("*") and "wrist" in line for line in lines)
    assert "within the aim: 1 of 2" in lines[-1]


def test_kinds_count_alike_however_many_there_are() -> None:
    rows = [{"toe_lift": 0.1}] * 30 + [{"toe_lift": 0.3}] * 5 + [{"toe_lift": 9.0}]
    kinds = ["salsa"] * 30 + ["ballet"] * 5 + ["spin"]
    assert liveliness.balance_kinds(rows, kinds)["toe_lift"] == pytest.approx(0.2)
    assert liveliness.take_medians(rows)["toe_lift"] == pytest.approx(0.1)


def test_an_answer_is_measured_where_it_moves_most() -> None:
    still, lively = _swing_arms(2, 0, 0.0), _swing_arms(2, 30, 1.0)
    both = Motion(
        T_POSE,
        20.0,
        np.concatenate([still.root_translation, lively.root_translation]),
        np.concatenate([still.local_rotations, lively.local_rotations]),
    )
    chosen = liveliness.cut_liveliest(both, 1.5)
    assert len(chosen) == 30
    assert np.ptp(chosen.positions[:10, SHOULDERS["left"] + 2], axis=0).max() > 0.05
    assert liveliness.cut_liveliest(still, 9.0) is still


def test_a_body_that_stands_takes_no_steps() -> None:
    assert liveliness.measure_steps(_swing_arms(4, 10, 0.5)) == {}


@pytest.fixture
def recogniser(tmp_path: Path) -> recognition.Recogniser:
    rows = []
    for k in range(8):
        for action, degrees, speed in (("stand", 5.0, 0.0), ("swing", 40.0, 0.0), ("slide", 5.0, 1.0)):
            motion = _swing_arms(3, degrees + k, 1.0, speed)
            features = encode_features(motion.local_rotations, motion.root_translation).astype(np.float32)
            rows.append(EncodedSample(features, [f"a person {action}s"], action, 1.0, True, False))
    write_samples(tmp_path / "samples.npz", rows)
    return recognition.build_recogniser(tmp_path / "samples.npz")


def test_an_answer_is_recognised_by_the_samples_of_its_sentence(recogniser: recognition.Recogniser) -> None:
    swing = _swing_arms(4, 43.5, 1.0)
    assert recogniser.recognise(swing, "A person swings")
    assert not recogniser.recognise(swing, "a person slides")
    assert not recogniser.recognise(swing, "a sentence that no sample has")
    assert recogniser.find_actions("a person slides") == {"slide"}
    assert recogniser.find_seconds("a person slides") == 3.0


def test_sentences_are_found_with_their_for_the(recogniser: recognition.Recogniser) -> None:
    recogniser.sentences["a person raises their right hand"] = {0}
    assert (
        calibrate.find_sentence(recogniser, "a person raises the right hand")
        == "a person raises their right hand"
    )
    assert calibrate.find_sentence(recogniser, "a person flies") is None


def test_measured_shares_belong_to_wordings_of_the_table() -> None:
    assert RECOGNISED_PATH.is_file()
    templates = {line.sentence for lines in read_wordings().values() for line in lines if not line.is_placed}
    assert all(0.0 <= share <= 1.0 for share in read_recognised().values())
    stale = [sentence for sentence in read_recognised() if sentence not in templates]
    assert not stale, (
        "run training/evaluation/calibrate.py again: these wordings are no longer in wordings.json"
    )


def test_shares_rate_what_the_network_makes_and_not_what_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_wording, "read_recognised", lambda: {"stands still": 0.0, "sits down": 0.0})
    placed, learned = (
        part_wording.word_part(break_down(text)[0])
        for text in ("a person scratches their head", "a person sits down")
    )
    assert placed is not None
    assert learned is not None
    assert placed.layers and placed.confidence > 0.8
    assert learned.confidence < 0.5


def test_calibration_asks_for_what_the_network_makes_only(
    recogniser: recognition.Recogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {"nod": (": stands +nod ~0.9",), "bend_down": (": swings",)}
    lines = {action: tuple(map(part_wording._parse_line, rows)) for action, rows in table.items()}
    monkeypatch.setattr(calibrate, "read_wordings", lambda: lines)
    monkeypatch.setattr(
        calibrate, "generate_answers", lambda _, rows: ((_swing_arms(4, 43.5, 1.0), 0.1) for _ in rows)
    )
    rows = calibrate.measure_wordings(EmbeddedBackend(), recogniser, range(2))
    assert {template: row["share"] for template, row in rows.items()} == {"swings": 1.0}


def test_area_under_the_curve_counts_ties_half() -> None:
    assert wild.area_under_curve([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert wild.area_under_curve([0.5], [0.5]) == 0.5
    assert np.isnan(wild.area_under_curve([], [0.5]))
    areas = wild.judge_confidence(
        {"a 1": "right good", "b 1": "wrong bad", "c 1": "partly good", "unknown 1": "right good"},
        {"a": 0.9, "b": 0.2, "c": 0.95},
    )
    assert areas == {"right against wrong": 1.0, "right against the rest": 0.5}


def test_cards_show_two_sides_and_the_path() -> None:
    card = draw_card(_swing_arms(4, 30, 1.0, 1.0), "key 1 a person swings their arms and slides")
    assert card.dtype == np.uint8
    assert card.shape[2] == 3
    narrow = card[:, -140:]
    assert (narrow < 100).any(), "the path is drawn"
