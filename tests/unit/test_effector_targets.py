# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.constraints.effector_targets``: straight limbs reach their targets, and the body moves only where it may."""

from __future__ import annotations

import numpy as np
import pytest
from kinescribe.motion import T_POSE, MotionRequest
from kinescribe.motion.constraints import Clip, apply_constraints, collect_goals
from kinescribe.motion.request import EffectorTarget, RequestOptions, RootPath, TextSegment
from kinescribe.motion.rest_pose import root_height

FRAMES, FRAME = 60, 30
ANKLE, HIP, KNEE = (T_POSE.joint_index(f"left_{name}") for name in ("ankle", "hip", "knee"))
LEG = float(np.linalg.norm(T_POSE.rest_offsets[[KNEE, ANKLE]], axis=-1).sum())


def stand(lowered: float = 0.0) -> Clip:
    """A body on straight legs, or floating by ``-lowered`` above where it would stand."""
    height = root_height(T_POSE) - lowered
    turns = np.tile([1.0, 0.0, 0.0, 0.0], (FRAMES, len(T_POSE.joint_names), 1))
    return Clip(turns, np.tile([0.0, height, 0.0], (FRAMES, 1)), np.zeros(FRAMES))


def reach(clip: Clip, place: np.ndarray, *others: object, joint: str = "left_ankle") -> Clip:
    target = EffectorTarget(joint, (FRAME,), (tuple(place),))
    request = MotionRequest((TextSegment("", FRAMES),), 30.0, (*others, target), RequestOptions())  # type: ignore[arg-type]
    return apply_constraints(clip, collect_goals(request, T_POSE), T_POSE)


def joints(clip: Clip) -> np.ndarray:
    return T_POSE.forward_kinematics(clip.root_positions, clip.local_rotations)[0]


@pytest.mark.parametrize(
    "offset", [(0.0, 0.05, 0.0), (0.0, 0.01, 0.1), (0.02, 0.3, 0.2), (0.0, 0.0, -0.05), (0.0, 0.0, 0.0)]
)
def test_a_straight_leg_reaches_its_target(offset: tuple[float, float, float]) -> None:
    place = joints(stand())[FRAME, ANKLE] + offset
    assert np.linalg.norm(joints(reach(stand(), place))[FRAME, ANKLE] - place) < 1e-4


def test_the_body_comes_down_to_a_foot_that_is_out_of_reach_by_millimetres() -> None:
    place = joints(stand())[FRAME, ANKLE] - [0.0, 0.003, 0.0]
    done = reach(stand(), place)
    assert np.linalg.norm(joints(done)[FRAME, ANKLE] - place) < 1e-4
    heights = done.root_positions[:, 1]
    assert 0.0 < heights[0] - heights[FRAME] < 0.06
    # smoothly, and back again
    assert np.abs(np.diff(heights)).max() < 0.006
    assert heights[0] == pytest.approx(root_height(T_POSE))


def test_on_a_path_the_body_comes_down_and_stays_on_the_path() -> None:
    frames = tuple(range(FRAMES))
    path = RootPath(frames, tuple((0.0, 0.0) for _ in frames))
    place = joints(stand())[FRAME, ANKLE] + [0.0, -0.02, 0.15]
    done = reach(stand(), place, path)
    assert np.linalg.norm(joints(done)[FRAME, ANKLE] - place) < 1e-4
    np.testing.assert_allclose(done.root_positions[:, [0, 2]], 0.0, atol=1e-9)


def test_a_target_that_a_path_leaves_far_behind_moves_nothing() -> None:
    path = RootPath((FRAME,), ((0.0, 0.0),))
    done = reach(stand(), joints(stand())[FRAME, ANKLE] + [0.0, 0.0, 2.0], path)
    np.testing.assert_allclose(done.root_positions, stand().root_positions, atol=1e-9)


def test_a_given_height_of_the_hips_stays() -> None:
    height = root_height(T_POSE)
    hips = EffectorTarget("pelvis", (FRAME,), ((0.0, height, 0.0),))
    done = reach(stand(), joints(stand())[FRAME, ANKLE] - [0.0, 0.05, 0.0], hips)
    assert done.root_positions[FRAME, 1] == pytest.approx(height)


def test_a_crouching_body_rises_a_little_and_a_standing_one_never() -> None:
    up = np.array([0.0, 1.0, 0.0])
    wrist, shoulder = (T_POSE.joint_index(f"left_{name}") for name in ("wrist", "shoulder"))
    for lowered, rise in ((0.3, 0.05), (0.02, 0.02), (0.0, 0.0)):
        clip = stand(lowered)
        arm = np.linalg.norm(joints(clip)[0, wrist] - joints(clip)[0, shoulder])
        done = reach(clip, joints(clip)[FRAME, shoulder] + 1.2 * arm * up, joint="left_wrist")
        assert done.root_positions[FRAME, 1] - clip.root_positions[FRAME, 1] == pytest.approx(rise, abs=1e-9)


def test_a_straight_leg_bends_without_a_jump_as_its_target_comes_nearer() -> None:
    ankle = joints(stand())[FRAME, ANKLE]
    shorter = np.linspace(0.0, 0.03, 31)
    reached = []
    for distance in shorter:
        moved = joints(reach(stand(), ankle + [0.0, distance, 0.0]))
        reached.append(np.linalg.norm(moved[FRAME, ANKLE] - moved[FRAME, HIP]))
    steps = -np.diff(reached)
    assert reached[0] == pytest.approx(LEG, rel=0.05)
    assert steps.min() > -1e-6 and steps.max() < 0.0025


def test_hips_are_lowered_to_a_deep_squat_and_no_deeper() -> None:
    lowest = 0.3 * root_height(T_POSE)
    place = np.array([-0.3, 0.0, 0.4])
    once = reach(stand(), place, joint="right_wrist")
    assert once.root_positions[FRAME, 1] == pytest.approx(lowest)
    assert reach(once, place, joint="right_wrist").root_positions[FRAME, 1] == pytest.approx(lowest)
