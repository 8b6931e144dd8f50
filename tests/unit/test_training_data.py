# SPDX-License-Identifier: GPL-3.0-or-later
"""``training.data``: sides, directions, turns and heights in the text agree with the motion."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion.layers.body_joints import FEET, OTHER_SIDE, PELVIS, SHOULDERS, SIDES, WRISTS
from kinescribe.motion.layers.motion_layer import heading_from_positions
from kinescribe.motion.rotations import normalise
from kinescribe.training.data import dataset, drafts, kinematics, recordings
from kinescribe.training.text import wordings

PER_CLASS = 8


@pytest.fixture(scope="module")
def material(shared: Path) -> recordings.Recordings:
    folder = shared / "data"
    if not (folder / "motions.npz").is_file():
        pytest.skip("needs the recordings in ../shared/data, which are not here")
    return recordings.read_recordings(folder)


@pytest.fixture(scope="module")
def samples(shared: Path, material: recordings.Recordings) -> dict[str, list[dataset.Sample]]:
    by_action: dict[str, list[dataset.Sample]] = defaultdict(list)
    for sample in dataset.build_samples(shared / "data", thin=6):
        by_action[sample.action].append(sample)
    return by_action


def few(samples: dict[str, list[dataset.Sample]], action: str) -> list[dataset.Sample]:
    """Some samples of a class, spread over all of them (recorded, varied, authored, mirrored)."""
    every = samples[action]
    assert every, f"no sample of {action}"
    return [every[i] for i in np.linspace(0, len(every) - 1, min(PER_CLASS, len(every))).astype(int)]


def joint_positions(material: recordings.Recordings, sample: dataset.Sample) -> np.ndarray:
    return material.joint_positions(sample.rotations, sample.root)


def test_every_sample_is_sound(samples: dict[str, list[dataset.Sample]]) -> None:
    for group in samples.values():
        for s in group[:: max(1, len(group) // PER_CLASS)]:
            assert s.rotations.shape == (len(s.root), 22, 4)
            assert s.rotations.dtype == np.float32 and s.root.dtype == np.float32
            assert np.isfinite(s.root).all()
            np.testing.assert_allclose(np.linalg.norm(s.rotations, axis=-1), 1.0, atol=1e-4)
            np.testing.assert_allclose(s.root[0, [0, 2]], 0.0, atol=1e-5)
            assert 6 <= len(s.sentences) == len(set(s.sentences)) <= 200
            assert s.weight > 0
            assert s.split in ("train", "test")


def test_starts_facing_forward(
    samples: dict[str, list[dataset.Sample]], material: recordings.Recordings
) -> None:
    for action in ("walk", "turn_left", "kick_right", "walk_wave_left", "run"):
        for s in few(samples, action):
            facing = heading_from_positions(joint_positions(material, s))[0]
            assert abs(np.degrees(facing)) < 1.0, (action, s.source)


@pytest.mark.parametrize(
    ("action", "quantity", "sign"),
    [
        ("walk", "forward", 1),
        ("run", "forward", 1),
        ("walk_back", "forward", -1),
        ("run_back", "forward", -1),
        ("sidestep_left", "left", 1),
        ("sidestep_right", "left", -1),
        ("turn_left", "turn", 1),
        ("turn_right", "turn", -1),
        ("walk_turn_left", "turn", 1),
        ("walk_turn_right", "turn", -1),
        ("run_turn_left", "turn", 1),
        ("run_turn_right", "turn", -1),
        ("jump_turn_left", "turn", 1),
        ("jump_turn_right", "turn", -1),
    ],
)
def test_direction(
    samples: dict[str, list[dataset.Sample]],
    material: recordings.Recordings,
    action: str,
    quantity: str,
    sign: int,
) -> None:
    least = {"forward": 0.15, "left": 0.05, "turn": 20.0}[quantity]
    for s in few(samples, action):
        measured = drafts.measure_motion(joint_positions(material, s))
        assert sign * measured[quantity] > least, (s.source, s.sentences[0], measured)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("action", ["kick", "kick_ball"])
def test_the_named_foot_kicks(
    samples: dict[str, list[dataset.Sample]], material: recordings.Recordings, action: str, side: str
) -> None:
    for s in few(samples, f"{action}_{side}"):
        p = joint_positions(material, s)
        left, right = p[:, FEET["left"], 1].max(), p[:, FEET["right"], 1].max()
        assert (left > right) == (side == "left"), (s.source, s.sentences[0], left, right)


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_named_hand_punches(
    samples: dict[str, list[dataset.Sample]], material: recordings.Recordings, side: str
) -> None:
    for s in few(samples, f"punch_{side}"):
        p = joint_positions(material, s)
        reach = [
            np.ptp(np.linalg.norm(p[:, WRISTS[hand]] - p[:, SHOULDERS[hand]], axis=-1)) for hand in SIDES
        ]
        assert (reach[0] > reach[1]) == (side == "left"), (s.source, s.sentences[0], reach)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("action", ["wave", "walk_wave", "raise", "salute", "point"])
def test_the_named_hand_goes_up(
    samples: dict[str, list[dataset.Sample]], material: recordings.Recordings, action: str, side: str
) -> None:
    for s in few(samples, f"{action}_{side}"):
        p = joint_positions(material, s)
        above = {hand: (p[:, WRISTS[hand], 1] - p[:, SHOULDERS[hand], 1]).max() for hand in SIDES}
        other = OTHER_SIDE[side]
        assert above[side] > above[other] + 0.1, (s.source, s.sentences[0], above)
        assert above[side] > (-0.15 if action == "point" else 0.05)


def test_wave_while_walking_walks(
    samples: dict[str, list[dataset.Sample]], material: recordings.Recordings
) -> None:
    for s in few(samples, "walk_wave_left") + few(samples, "walk_wave_right"):
        assert drafts.measure_motion(joint_positions(material, s))["forward"] > 0.3


@pytest.mark.parametrize(("action", "least"), [("climb_up", 0.3), ("stand_up", 0.08)])
def test_rises(
    samples: dict[str, list[dataset.Sample]], material: recordings.Recordings, action: str, least: float
) -> None:
    for s in few(samples, action):
        assert s.root[-1, 1] - s.root[0, 1] > least, (s.source, s.sentences[0])


def test_sinks(samples: dict[str, list[dataset.Sample]]) -> None:
    for s in few(samples, "climb_down"):
        assert s.root[-1, 1] - s.root[0, 1] < -0.3, (s.source, s.sentences[0])
    for s in few(samples, "sit_down"):
        assert s.root[:, 1].min() - s.root[0, 1] < -0.06, (s.source, s.sentences[0])
    for s in few(samples, "crouch"):
        assert np.ptp(s.root[:, 1]) > 0.15 or s.root[:, 1].mean() < 0.8, (s.source, s.sentences[0])


def test_jumps_leave_the_floor(
    samples: dict[str, list[dataset.Sample]], material: recordings.Recordings
) -> None:
    for s in few(samples, "jump"):
        p = joint_positions(material, s)
        lowest = p[:, list(FEET.values()), 1].min(axis=1) - 0.02
        assert lowest.max() > 0.06, (s.source, s.sentences[0])


def test_levels_keep_to_the_floor(
    samples: dict[str, list[dataset.Sample]], material: recordings.Recordings
) -> None:
    for action in ("walk", "idle", "turn_left", "turn_right", "wave_right", "walk_wave_left", "bow", "clap"):
        for s in few(samples, action):
            p = joint_positions(material, s)
            lowest = p[:, list(FEET.values()), 1].min(axis=1) - 0.02
            assert abs(np.median(lowest)) < 0.06, (action, s.source, np.median(lowest))
            assert p[:, PELVIS, 1].min() > 0.5


def test_sides_of_the_text_are_those_of_the_class(samples: dict[str, list[dataset.Sample]]) -> None:
    for action, group in samples.items():
        match = re.search(r"_(left|right)$", action)
        if not match:
            continue
        wrong = OTHER_SIDE[match.group(1)]
        clock = "clockwise" if wrong == "left" else "counterclockwise"
        for s in group[:: max(1, len(group) // PER_CLASS)]:
            words = {w for text in s.sentences for w in re.findall(r"[a-z]+", text.lower())}
            if "left and right" not in " ".join(s.sentences):
                assert wrong not in words, (action, s.sentences)
            if action.startswith(("turn", "walk_turn", "run_turn")):
                assert ("clockwise" if clock == "counterclockwise" else "counterclockwise") not in words or (
                    clock not in words
                )


def test_forward_and_backward_never_meet(samples: dict[str, list[dataset.Sample]]) -> None:
    for s in samples["walk"] + samples["run"] + samples["walk_wave_left"]:
        assert not any("back" in text for text in s.sentences)
    for s in samples["walk_back"] + samples["run_back"]:
        assert not any("forward" in text or "ahead" in text for text in s.sentences)


def test_held_out_wordings_stay_out(samples: dict[str, list[dataset.Sample]]) -> None:
    texts = {text for group in samples.values() for s in group for text in s.sentences}
    held = wordings.read_held_out_sentences()
    assert len(held) > 30
    assert not texts & held


def test_splits_do_not_share_clips(samples: dict[str, list[dataset.Sample]]) -> None:
    clips: dict[str, set[str]] = {"train": set(), "test": set()}
    for group in samples.values():
        for s in group:
            clips[s.split].add(s.source)
    assert not clips["train"] & clips["test"]
    fraction = len(clips["test"]) / len(clips["test"] | clips["train"])
    assert 0.02 < fraction < 0.15


@pytest.mark.parametrize(
    ("verb", "third", "gerund"),
    [
        ("walk", "walks", "walking"),
        ("punch", "punches", "punching"),
        ("carry", "carries", "carrying"),
        ("run", "runs", "running"),
        ("wave", "waves", "waving"),
        ("do", "does", "doing"),
        ("lie", "lies", "lying"),
        ("sway", "sways", "swaying"),
    ],
)
def test_verb_forms(verb: str, third: str, gerund: str) -> None:
    assert wordings.to_third_person(verb) == third
    assert wordings.to_gerund(verb) == gerund


def test_sentences_are_the_same_each_time() -> None:
    facts = {"action": "kick", "kind": "front", "side": "left"}
    assert wordings.generate_sentences(facts) == wordings.generate_sentences(dict(facts))
    assert "a person kicks with their left leg" in wordings.generate_sentences(facts)
    assert not any(
        "right" in text or "{" in text or "*" in text for text in wordings.generate_sentences(facts)
    )


def test_mirror_twice_is_the_same() -> None:
    rng = np.random.default_rng(0)
    q = normalise(rng.normal(size=(5, 22, 4)))
    root = rng.normal(size=(5, 3))
    back = kinematics.mirror_motion(*kinematics.mirror_motion(q, root))
    np.testing.assert_allclose(back[0], q, atol=1e-12)
    np.testing.assert_allclose(back[1], root, atol=1e-12)
