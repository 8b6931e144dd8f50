# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored gestures happen at the time and as often as the timing and the words of the clip require."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference.layers.gesture_timing import GestureTiming
from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.layers.motion_layer import MotionLayer
from kinescribe.training.data import gestures, recordings
from kinescribe.training.data.repertoire import STANDING, draw_length_and_timing
from kinescribe.training.evaluation.motion_metrics import MeasuredMotion
from kinescribe.training.evaluation.predicates import PREDICATES
from kinescribe.training.text.prompt_augmentation import augment_prompt
from kinescribe.training.text.wordings import generate_sentences


@pytest.fixture(scope="module")
def standing(shared: Path) -> recordings.Recordings:
    folder = shared / "data"
    if not (folder / "motions.npz").is_file():
        pytest.skip("needs the recordings in ../shared/data, which are not here")
    return recordings.read_recordings(folder)


def layer_of(rec: recordings.Recordings, frames: int) -> MotionLayer:
    """A calm stand with hanging arms."""
    rotations, root = rec.cut_clip("accad_Male1_A1_Stand", 0, (frames - 1) / 20)
    assert len(root) == frames
    return MotionLayer(rec.skeleton, rotations, root)


def measured(layer: MotionLayer) -> MeasuredMotion:
    return MeasuredMotion(Motion(T_POSE, 20.0, layer.root, layer.rotations))


@pytest.mark.parametrize("side", ["left", "right"])
def test_every_wave_swings_with_one_phase(standing: recordings.Recordings, side: str) -> None:
    swings = []
    for seed in range(6):
        layer = layer_of(standing, 60)
        gestures.add_wave(layer, np.random.default_rng(seed), side, GestureTiming())
        swings.append(measured(layer).arm_vectors(side)[18:42, 0])
    common = np.mean([w - w.mean() for w in swings], axis=0)
    assert np.ptp(common) > 0.12  # what is left of the swing in the average of all
    assert int(np.argmax(common)) in (1, 2, 3, 4, 13, 14, 15, 16)  # outward first, and again a period later


@pytest.mark.parametrize("count", [2, 3])
def test_counted_waves_and_claps_are_as_many_as_the_words_say(
    standing: recordings.Recordings, count: int
) -> None:
    layer = layer_of(standing, 80)
    facts = gestures.add_wave(layer, np.random.default_rng(1), "right", GestureTiming(count=count))
    assert PREDICATES[f"wave_{count}"](measured(layer))
    number = {2: "twice", 3: "three times"}[count]
    assert all(number in text for text in generate_sentences(dict(facts)))
    if count == 3:
        layer = layer_of(standing, 80)
        gestures.add_clap(layer, np.random.default_rng(1), "right", GestureTiming(count=3))
        assert PREDICATES["clap_3"](measured(layer))


def test_speed_is_said_where_it_is_shown() -> None:
    assert all("slowly" in t for t in generate_sentences({"action": "bow", "speed": "slow"}))
    assert not any(
        "slowly" in t or "twice" in t for t in generate_sentences({"action": "wave", "side": "left"})
    )


SHOWN = {
    "wave": "wave", "wave_both": "wave_both", "raise": "raise", "raise_both": "raise_both", "spread_arms": "spread",
    "flap": "flap", "point": "point", "point_up": "raise", "salute": "salute", "beckon": "beckon", "clap": "clap",
    "shrug": "shrug", "stretch": "stretch", "nod": "nod", "look_around": "look_around", "bow": "bow",
    "squat": "crouch", "crouch": "crouch", "pick_up": "pick_up", "kneel": "kneel", "lunge": "lunge",
    "throw": "throw", "push": "push", "punch": "punch", "jumping_jacks": "jumping_jacks", "march": "march",
    "hands_hips": "hips", "hands_crossed": "crossed", "hands_head": "on_head", "hands_face": "at_face",
    "hands_pray": "palms", "hands_behind": "behind", "hands_heart": "at_chest", "hands_ear": "at_head",
    "hands_mouth": "at_head", "hands_knees": "knees", "hands_chin": "at_head", "hands_scratch": "at_head",
    "hands_carry": "hold", "hands_belly": "belly",
}  # fmt: skip


@pytest.mark.parametrize(("name", "predicate"), SHOWN.items())
def test_gestures_show_what_they_are_called(
    standing: recordings.Recordings, name: str, predicate: str
) -> None:
    layer = layer_of(standing, 80)
    STANDING[name].add_gesture(layer, np.random.default_rng(4), "right", GestureTiming())
    assert PREDICATES[predicate](measured(layer))


def test_manners_fit_into_their_clips() -> None:
    rng = np.random.default_rng(2)
    for name, entry in STANDING.items():
        for _ in range(40):
            frames, timing = draw_length_and_timing(entry, rng)
            assert frames >= entry.min_frames, name
            assert timing.count is None or entry.has_counts
            assert timing.speed is None or entry.has_speeds


def test_a_setting_leaves_what_is_done_alone() -> None:
    rng = np.random.default_rng(3)
    said = "a person turns left twice without walking".split()
    seen = {" ".join(augment_prompt(said, rng)) for _ in range(400)}
    assert len(seen) > 50
    assert all("turns left twice without walking" in sentence for sentence in seen)
    assert {" ".join(augment_prompt(["wave"], rng)).split()[0] for _ in range(50)} == {"wave"}
