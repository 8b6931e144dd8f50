# SPDX-License-Identifier: GPL-3.0-or-later
"""``retarget.effector_points``: where palms and soles are; ``effector_fit``: the body rises to what a hand holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.constraints.given_frames import find_given_spans
from kinescribe.motion.mapping.bone_map import BoneMap
from kinescribe.motion.request import EffectorTarget
from kinescribe.motion.retarget.effector_fit import RigEffectorTarget, find_misses, fit_effectors
from kinescribe.motion.retarget.effector_points import measure_effector_point
from kinescribe.motion.retarget.rig_to_motion import RigToMotion
from kinescribe.motion.rotations import identity_rotations, rotate, rotation_about_axis
from kinescribe.motion.skeleton import SMPL_JOINTS
from rig_kit import T_BODY, BodySpec
from rig_model import RigPlan

BODY = BoneMap("custom", {joint: joint for joint in SMPL_JOINTS})
ANCHOR = (1.5, -0.7, 0.9)


@pytest.fixture(params=[T_BODY, BodySpec(arms_down=48.0, legs_out=7.0, height=1.2)])
def inverse(request: pytest.FixtureRequest) -> RigToMotion:
    return RigToMotion(RigPlan(request.param).rig(np.random.default_rng(3)), BODY, ANCHOR)


def place(inverse: RigToMotion, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a point and its joint while the rig stands with its arms to the sides."""
    t_pose = inverse.t_pose
    point = measure_effector_point(t_pose, name)
    assert point is not None
    joint = t_pose.joint_positions([point.joint])[0, 0]
    return joint + rotate(t_pose.joint_rotations(point.joint)[0], point.offset), joint


def test_palms_are_below_and_beyond_the_wrists(inverse: RigToMotion) -> None:
    for side, sign in (("left", 1.0), ("right", -1.0)):
        palm, wrist = place(inverse, f"{side}_palm")
        away = (palm - wrist) / inverse.scale
        assert 0.03 < sign * away[0] < 0.12 and -0.05 < away[1] < 0.0 and abs(away[2]) < 0.03, away


def test_soles_are_on_the_floor_ahead_of_the_ankles(inverse: RigToMotion) -> None:
    for side in ("left", "right"):
        sole, ankle = place(inverse, f"{side}_sole")
        away = (sole - ankle) / inverse.scale
        assert 0.02 < away[2] < 0.15 and -0.15 < away[1] < -0.03, away


def test_joints_are_points_themselves_and_unknown_ones_none(inverse: RigToMotion) -> None:
    point = measure_effector_point(inverse.t_pose, "pelvis")
    assert point is not None and not point.offset.any()
    assert measure_effector_point(inverse.t_pose, "left_tail") is None


def crouch(frames: int) -> Motion:
    """Return a body whose knees are bent by 100 degrees, with feet on the floor."""
    rotations = identity_rotations(frames, len(SMPL_JOINTS))
    bend = np.radians(50.0)
    for side in ("left", "right"):
        rotations[:, SMPL_JOINTS.index(f"{side}_hip")] = rotation_about_axis("x", -bend)
        rotations[:, SMPL_JOINTS.index(f"{side}_knee")] = rotation_about_axis("x", 2 * bend)
        rotations[:, SMPL_JOINTS.index(f"{side}_ankle")] = rotation_about_axis("x", -bend)
    motion = Motion(T_POSE, 20.0, np.zeros((frames, 3)), rotations)
    root = np.tile(
        [0.0, 0.07 - float(motion.positions[0, SMPL_JOINTS.index("left_ankle"), 1]), 0.0], (frames, 1)
    )
    return replace(motion, root_translation=root)


def test_a_body_that_crouches_rises_to_what_it_holds(inverse: RigToMotion) -> None:
    motion = crouch(100)
    before = inverse.retarget_motion(motion)
    frames = np.arange(50, 71)
    shoulder = before.joint_positions(["right_shoulder"])[frames, 0]
    wanted = shoulder + inverse.scale * np.array([0.0, 0.62, 0.1])
    target = RigEffectorTarget("right_wrist", frames, wanted, name="Lamp")
    for moves_body, is_reached in ((False, False), (True, True)):
        fitted = fit_effectors(motion, inverse, [target], moves_body)
        assert (not find_misses(fitted, inverse, [target], 0.01)) == is_reached
    after = inverse.retarget_motion(fitted)
    rise = after.joint_positions(["pelvis"])[60, 0, 1] - before.joint_positions(["pelvis"])[60, 0, 1]
    assert rise > 0.05 * inverse.scale
    for ankle in ("left_ankle", "right_ankle"):
        moved = after.joint_positions([ankle])[:, 0] - before.joint_positions([ankle])[:, 0]
        assert np.abs(moved[:, 1]).max() < 0.01, "feet keep their height"
    np.testing.assert_allclose(fitted.local_rotations[0], motion.local_rotations[0], atol=1e-6)


def test_a_target_gives_the_hand_beside_the_arm() -> None:
    target = EffectorTarget("left_wrist", (3, 4, 5, 9), ((0.0, 1.0, 0.3),) * 4)
    assert find_given_spans([target], 10.0) == (
        ("left_arm", 0.3, 0.5),
        ("left_arm", 0.9, 0.9),
        ("left_hand", 0.3, 0.5),
        ("left_hand", 0.9, 0.9),
    )
