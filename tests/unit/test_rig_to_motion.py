# SPDX-License-Identifier: GPL-3.0-or-later
"""``retarget.rig_to_motion`` and ``effector_fit``: poses read back from rigs, effectors moved to targets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import SMPL_JOINTS, Motion
from kinescribe.motion.mapping.bone_map import BoneMap, map_bones
from kinescribe.motion.retarget.effector_fit import RigEffectorTarget, fit_effectors
from kinescribe.motion.retarget.retarget import RetargetOptions, retarget
from kinescribe.motion.retarget.rig_to_motion import RigToMotion, make_pose_keyframes
from kinescribe.motion.rig import Rig
from kinescribe.motion.rotations import angle_between, axis_angle_to_quaternion, multiply, rotation_about_axis
from rig_kit import A_BODY, MIXAMO_NAMES, T_BODY, BodySpec
from rig_model import RigPlan, posed_heads, world_rotations

from devtools.testing.motions import make_varied_motion

BODY = BoneMap("custom", {joint: joint for joint in SMPL_JOINTS})
ANCHOR = (1.5, -0.7, 0.9)


def read_back(rig: Rig, bone_map: BoneMap, motion: Motion, anchor: tuple[float, float, float]) -> Motion:
    """Retarget a motion to a rig and read its poses back."""
    result = retarget(motion, rig, bone_map, RetargetOptions(foot_lock=0.0, anchor=anchor))
    turns, heads = world_rotations(rig, result), posed_heads(rig, result)
    inverse = RigToMotion(rig, bone_map, anchor)
    seen = np.stack(
        [multiply(turns[rig.bone_names[b]], rig.rest_rotations[b]) for b in inverse.bones], axis=1
    )
    hips = np.mean([heads[rig.bone_names[b]] for b in inverse.hip_bones], axis=0)
    return inverse.build_motion(seen, hips, motion.fps)


def degrees_off(a: Motion, b: Motion) -> np.ndarray:
    return np.degrees(angle_between(a.local_rotations, b.local_rotations))


@settings(max_examples=15, deadline=None)
@given(
    arms=st.floats(-10, 70), legs=st.floats(0, 12), bend=st.floats(0, 30), scale=st.floats(0.01, 50.0),
    seed=st.integers(0, 2**16),
)  # fmt: skip
def test_a_pose_comes_back_as_it_went(arms: float, legs: float, bend: float, scale: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    rig = RigPlan(BodySpec(arms, legs, bend)).rig(
        random, rotation_about_axis("y", float(random.uniform(-3, 3))), scale, (scale, 0.0, -scale)
    )
    motion = make_varied_motion(fps=6, seconds=1)
    back = read_back(rig, BODY, motion, ANCHOR)
    assert degrees_off(back, motion).max() < 0.01
    np.testing.assert_allclose(back.root_translation, motion.root_translation, atol=2e-3)


@pytest.mark.parametrize("spec", [T_BODY, A_BODY])
def test_a_mixamo_rig_and_one_without_all_joints(spec: BodySpec) -> None:
    plan = RigPlan(spec)
    rig = plan.rig(np.random.default_rng(4))
    names = {joint: f"mixamorig:{MIXAMO_NAMES[joint]}" for joint in SMPL_JOINTS}
    mixamo = replace(rig, bone_names=tuple(names[name] for name in rig.bone_names))
    motion = make_varied_motion(fps=6, seconds=1)
    found = map_bones(mixamo)
    assert found.family == "mixamo"
    assert degrees_off(read_back(mixamo, found, motion, ANCHOR), motion).max() < 0.01
    fewer = replace(
        BODY, bones={j: j for j in SMPL_JOINTS if j not in {"spine2", "left_collar", "right_foot"}}
    )
    back = read_back(rig, fewer, motion, ANCHOR)
    for joint in fewer.bones:
        a, b = (m.world_transforms[1][:, SMPL_JOINTS.index(joint)] for m in (back, motion))
        assert np.degrees(angle_between(a, b)).max() < 0.01, joint


def test_a_moved_master_bone_and_a_lying_rig_are_seen_through() -> None:
    plan = RigPlan(T_BODY)
    plan.add("root", None, [0, 0, 0], [0, 0.1, 0.3])
    plan.reparent("pelvis", "root")
    rig = plan.rig(np.random.default_rng(1), axis_angle_to_quaternion(np.array([-np.pi / 2, 0, 0])))
    motion = make_varied_motion(fps=6, seconds=1)
    assert degrees_off(read_back(rig, replace(BODY, root="root"), motion, ANCHOR), motion).max() < 0.01


def test_the_anchor_is_where_the_character_stands_and_positions_count_from_it() -> None:
    rig = RigPlan(A_BODY).rig(None, rotation_about_axis("y", 0.6), 2.0, (3.0, 0.5, -1.0))
    inverse = RigToMotion(rig, BODY)
    x, z, heading = inverse.anchor
    assert abs(heading - 0.6) < 0.02 and abs(x - 3.0) < 0.05 and abs(z + 1.0) < 0.05
    np.testing.assert_allclose(inverse.to_request_space([x, inverse.floor_height, z]), 0.0, atol=1e-9)
    ahead = [x + np.sin(heading) * inverse.scale, inverse.floor_height, z + np.cos(heading) * inverse.scale]
    np.testing.assert_allclose(inverse.to_request_space(ahead), [0.0, 0.0, 1.0], atol=1e-9)


def test_an_anchored_motion_is_put_where_it_says_it_is() -> None:
    rig = RigPlan(A_BODY).rig()
    motion = make_varied_motion(fps=6, seconds=1)
    moved = replace(motion, root_translation=motion.root_translation + [2.0, 0.0, 1.0])
    inverse = RigToMotion(rig, BODY, ANCHOR)
    heads = posed_heads(rig, retarget(moved, rig, BODY, RetargetOptions(foot_lock=0.0, anchor=ANCHOR)))
    hips = inverse.to_request_space(0.5 * (heads["left_hip"] + heads["right_hip"]))
    theirs = 0.5 * (moved.positions[:, 1] + moved.positions[:, 2])
    np.testing.assert_allclose(hips[:, [0, 2]], theirs[:, [0, 2]], atol=1e-6)


def test_keyframes_are_the_poses_of_the_chosen_joints() -> None:
    motion = make_varied_motion(fps=6, seconds=1)
    first, _ = make_pose_keyframes(motion, (0, 5), ("left_knee", "pelvis"))
    _, last = make_pose_keyframes(motion, (0, 5))
    assert first.frame == 0 and set(first.joint_rotations) == {"left_knee", "pelvis"}
    np.testing.assert_allclose(first.joint_rotations["left_knee"], motion.local_rotations[0, 4])
    assert last.frame == 5 and last.root_position == tuple(motion.root_translation[1])
    assert make_pose_keyframes(motion, (0,), with_root_position=False)[0].root_position is None


@pytest.mark.parametrize("spec", [T_BODY, BodySpec(arms_down=20.0, height=1.2, leg_factor=0.8)])
def test_hands_and_feet_of_the_rig_itself_arrive(spec: BodySpec) -> None:
    rig = RigPlan(spec).rig(np.random.default_rng(3))
    motion = make_varied_motion(fps=20, seconds=1.5)
    inverse = RigToMotion(rig, BODY, ANCHOR)
    pins = []
    for joint, shift in (("left_wrist", (0.04, 0.05, -0.03)), ("right_ankle", (0.0, 0.04, 0.02))):
        frames = np.array([4, 12])
        pins.append(
            RigEffectorTarget(
                joint, frames, inverse.retarget_motion(motion).joint_positions([joint])[frames, 0] + shift
            )
        )
    bent = fit_effectors(
        motion, inverse, [*pins, RigEffectorTarget("pelvis", np.array([3]), np.zeros((1, 3)))]
    )
    heads = posed_heads(rig, retarget(bent, rig, BODY, RetargetOptions(foot_lock=0.0, anchor=ANCHOR)))
    for pin in pins:
        off = np.linalg.norm(heads[pin.joint][pin.frames] - pin.positions, axis=-1)
        # an arm that is asked to be almost straight arrives softly
        assert off.max() < 0.02 and off.min() < 0.005, pin.joint
    # far from the pins nothing has changed, and hands keep their orientation
    np.testing.assert_allclose(bent.local_rotations[-1, 16:], motion.local_rotations[-1, 16:], atol=1e-6)
    wrist = SMPL_JOINTS.index("left_wrist")
    assert (
        angle_between(bent.world_transforms[1][:, wrist], motion.world_transforms[1][:, wrist]).max() < 1e-6
    )
