# SPDX-License-Identifier: GPL-3.0-or-later
"""Change of the frame rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import T_POSE, Motion, RequestError
from kinescribe.motion.resample import resample
from kinescribe.motion.rotations import angle_between, identity_rotations, rotation_about_axis
from strategies import RATES, motions

from devtools.testing.motions import make_walk


@given(motions(), RATES)
@settings(max_examples=40, deadline=None)
def test_the_length_in_seconds_stays(motion: Motion, fps: float) -> None:
    new = resample(motion, fps)
    assert new.fps == fps
    assert len(new) == max(1, round(motion.seconds * fps))
    assert new.provenance == motion.provenance
    assert (new.contacts is None) == (motion.contacts is None)


@given(motions(), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_source_frames_are_met_exactly(motion: Motion, times: int) -> None:
    new = resample(motion, motion.fps * times)
    np.testing.assert_allclose(new.root_translation[::times], motion.root_translation, atol=1e-9)
    assert angle_between(new.local_rotations[::times], motion.local_rotations).max() < 1e-6
    back = resample(new, motion.fps)
    assert angle_between(back.local_rotations, motion.local_rotations).max() < 1e-6
    if motion.contacts is not None:
        np.testing.assert_array_equal(back.contacts, motion.contacts)


def test_the_same_rate_changes_nothing() -> None:
    motion = make_walk(20)
    assert resample(motion, motion.fps) is motion


@pytest.mark.parametrize(("first", "second"), [(20.0, 24.0), (20.0, 30.0), (20.0, 59.94), (120.0, 24.0)])
def test_a_steady_rotation_and_translation_stay_steady(first: float, second: float) -> None:
    frames = 60
    t = np.arange(frames) / first
    local = identity_rotations(frames, 22)
    local[:, 0] = rotation_about_axis("y", 1.3 * t)
    new = resample(Motion(T_POSE, first, np.stack([t, 0.9 + 0 * t, 2 * t], -1), local), second)
    s = np.arange(len(new)) / second
    np.testing.assert_allclose(new.root_translation, np.stack([s, 0.9 + 0 * s, 2 * s], -1), atol=1e-9)
    assert angle_between(new.local_rotations[:, 0], rotation_about_axis("y", 1.3 * s)).max() < 1e-6


def test_a_fast_swing_keeps_its_shape() -> None:
    # 2 Hz and 60 degrees, as the arms of a runner: straight pieces between frames would be off by up to 3 degrees
    def swing(t: np.ndarray) -> np.ndarray:
        return rotation_about_axis("x", np.sin(4 * np.pi * t))

    t = np.arange(80) / 20
    local = identity_rotations(80, 22)
    local[:, 16] = swing(t)
    new = resample(Motion(T_POSE, 20, np.zeros((80, 3)), local), 120)
    s = np.arange(len(new)) / 120
    inside = (s > 0.1) & (s < 3.9)
    assert np.degrees(angle_between(new.local_rotations[:, 16], swing(s))[inside].max()) < 1.0


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan"), float("inf")])
def test_impossible_rates_are_refused(fps: float) -> None:
    with pytest.raises(ValueError, match="frame rate"):
        resample(make_walk(5), fps)


@pytest.mark.parametrize(("own", "fps"), [(1e-4, 24.0), (1e-308, 24.0), (20.0, 1e9)])
def test_more_frames_than_memory_holds_are_refused(own: float, fps: float) -> None:
    motion = Motion(T_POSE, own, np.zeros((5, 3)), identity_rotations(5, 22))
    with pytest.raises(RequestError, match="more than 200000 frames at") as caught:
        resample(motion, fps)
    assert "\n" not in str(caught.value)
