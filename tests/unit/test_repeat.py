# SPDX-License-Identifier: GPL-3.0-or-later
"""Repetition of a motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.motion import T_POSE, Motion, RequestError
from kinescribe.motion.repeat import repeat_motion
from kinescribe.motion.rotations import heading_of, identity_rotations, multiply, rotation_about_axis

from devtools.testing.motions import make_varied_motion


def cycle(frames: int = 21, turn: float = 0.5) -> Motion:
    """One stride along a curve, whose last frame is its first again further on."""
    t = np.arange(frames) / (frames - 1)
    local = np.array(identity_rotations(frames, len(T_POSE)))
    for side, sign in (("left", 1), ("right", -1)):
        local[:, T_POSE.joint_index(f"{side}_hip")] = rotation_about_axis(
            "x", 0.5 * sign * np.sin(2 * np.pi * t)
        )
    local[:, 0] = rotation_about_axis("y", turn * t)
    way = np.concatenate(
        [[[0.0, 0, 0]], np.cumsum(np.stack([np.sin(turn * t), 0 * t, np.cos(turn * t)], -1)[:-1], 0)]
    )
    root = 0.05 * way + [0.3, 0.93, -0.2]
    return Motion(T_POSE, 20.0, root, local, contacts=np.zeros((frames, 4), bool))


def test_once_is_the_motion_itself() -> None:
    motion = cycle()
    assert repeat_motion(motion, 1) is motion


def test_a_loop_counts_its_seam_once_and_goes_on() -> None:
    motion = cycle()
    found = repeat_motion(motion, 3)
    assert len(found) == 3 * 20 + 1 and found.contacts is not None and len(found.contacts) == len(found)
    np.testing.assert_allclose(found.root_translation[:15], motion.root_translation[:15], atol=1e-9)
    np.testing.assert_allclose(heading_of(found.local_rotations[[20, 40, 60], 0]), [0.5, 1.0, 1.5], atol=1e-9)
    steps = np.linalg.norm(np.diff(found.root_translation, axis=0), axis=1)
    np.testing.assert_allclose(steps, 0.05, atol=1e-9)
    # every copy is the first one, turned and moved
    hip = T_POSE.joint_index("left_hip")
    np.testing.assert_allclose(found.local_rotations[20:40, hip], motion.local_rotations[:20, hip], atol=1e-9)


def test_a_seam_of_different_poses_is_smooth() -> None:
    motion = make_varied_motion(seconds=1.7)
    found = repeat_motion(motion, 3)
    assert len(found) == 3 * len(motion)
    places = found.positions
    jump = np.linalg.norm(np.diff(motion.positions, axis=0), axis=-1).max()
    assert np.linalg.norm(np.diff(places, axis=0), axis=-1).max() < 1.5 * jump
    # ends are the motion's own
    np.testing.assert_allclose(places[0], motion.positions[0], atol=1e-9)
    np.testing.assert_allclose(
        found.local_rotations[-1, 1:]
        * np.sign(np.sum(found.local_rotations[-1, 1:] * motion.local_rotations[-1, 1:], -1))[:, None],
        motion.local_rotations[-1, 1:],
        atol=1e-9,
    )


def test_the_body_leans_as_it_did() -> None:
    motion = cycle(turn=0.0)
    lean = multiply(motion.local_rotations[:, 0], rotation_about_axis("x", np.full(21, 0.3)))
    local = motion.local_rotations.copy()
    local[:, 0] = lean
    found = repeat_motion(replace(motion, local_rotations=local), 2)
    np.testing.assert_allclose(found.local_rotations[25, 0], lean[5], atol=1e-9)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_short_motions(frames: int) -> None:
    motion = cycle()
    short = replace(
        motion,
        root_translation=motion.root_translation[:frames],
        local_rotations=motion.local_rotations[:frames],
        contacts=None,
    )
    found = repeat_motion(short, 4)
    assert len(found) >= frames and np.all(np.isfinite(found.local_rotations))


def test_too_long_is_refused() -> None:
    with pytest.raises(RequestError, match="less often"):
        repeat_motion(cycle(), 100_000)


def test_either_side_of_a_seam_takes_half_of_the_height() -> None:
    motion = make_varied_motion(seconds=1.7)
    rising = np.linspace(0.0, 0.2, len(motion))[:, None] * [0.0, 1.0, 0.0]
    motion = replace(
        motion, root_translation=motion.root_translation * [1.0, 0.0, 1.0] + [0.0, 0.9, 0.0] + rising
    )
    height = repeat_motion(motion, 2).root_translation[:, 1]
    assert height[len(motion) - 1] == pytest.approx(1.0, abs=1e-9)
    assert height[len(motion)] == pytest.approx(1.0, abs=1e-9)
    assert np.abs(np.diff(height)).max() < 0.03
