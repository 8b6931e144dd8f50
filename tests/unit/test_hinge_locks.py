# SPDX-License-Identifier: GPL-3.0-or-later
"""``retarget.hinge_locks``: limbs whose elbow or knee turns about one axis bend there as the motion does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS, T_POSE, Motion
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.retarget.hinge_locks import align_hinges
from kinescribe.motion.retarget.retarget_rotations import retarget_rotations
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    conjugate,
    multiply,
    normalise,
    quaternion_to_axis_angle,
    rotate,
    rotation_between,
)

from devtools.testing.motions import make_walk

HINGES = {"elbow": (0.0, 1.0, 0.0), "knee": (1.0, 0.0, 0.0)}


def hinged_rig(roll: float) -> Rig:
    """A rig of SMPL's joints whose elbows and knees turn about their local Z only.

    ``roll``: radians between that axis and the one about which a body bends.
    """
    heads = T_POSE.rest_positions
    children = [[c for c, p in enumerate(SMPL_PARENTS) if p == j] for j in range(22)]
    tails = np.array([heads[c[0]] if c else heads[j] + [0, 0.05, 0] for j, c in enumerate(children)])
    rotations = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
    locks = np.zeros((22, 4), bool)
    for j, joint in enumerate(SMPL_JOINTS):
        if axis := HINGES.get(joint.rpartition("_")[2]):
            along = normalise(tails[j] - heads[j])
            local = rotate(axis_angle_to_quaternion(roll * along), np.array(axis))
            across = normalise(local - np.dot(local, along) * along)
            z = rotate(rotations[j], np.array([0.0, 0.0, 1.0]))
            rotations[j] = multiply(rotation_between(z, across), rotations[j])
            locks[j, :2] = True
    return make_plain_rig("rig", SMPL_JOINTS, SMPL_PARENTS, heads, tails, rotations, lock_rotation=locks)


def bent_walk() -> Motion:
    """A walk with elbows and knees that bend about oblique axes, as a motion of a model does."""
    motion = make_walk(40)
    local = motion.local_rotations.copy()
    t = np.linspace(0, 6, 40)[:, None]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        bend = np.array([0.35, -1.0 * sign, 0.3]) * (0.9 + 0.6 * np.sin(t + sign))
        local[:, SMPL_JOINTS.index(f"{side}_elbow")] = axis_angle_to_quaternion(bend)
        bend = np.array([1.0, 0.2, 0.25 * sign]) * (0.7 + 0.6 * np.sin(t - sign))
        local[:, SMPL_JOINTS.index(f"{side}_knee")] = axis_angle_to_quaternion(bend)
    return replace(motion, local_rotations=local)


@pytest.mark.parametrize("roll", [0.0, 0.3, -0.4])
def test_limbs_keep_their_directions_and_turn_about_the_hinge(roll: float) -> None:
    rig = hinged_rig(roll)
    free = retarget_rotations(bent_walk(), rig, map_bones(rig))
    held = align_hinges(free)
    for side in ("left", "right"):
        for upper, middle, lower in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle")):
            joints = [f"{side}_{joint}" for joint in (upper, middle, lower)]
            heads = [rig.heads[rig.bone_index(joint)] for joint in joints]
            for joint, bone in ((joints[0], heads[1] - heads[0]), (joints[1], heads[2] - heads[1])):
                old, new = (rotate(motion.joint_rotations(joint), normalise(bone)) for motion in (free, held))
                off = np.degrees(np.arccos(np.clip(np.sum(old * new, axis=-1), -1, 1)))
                assert np.percentile(off, 95) < 5.0, joint
            relative = multiply(conjugate(held.joint_rotations(joints[0])), held.joint_rotations(joints[1]))
            rest = rig.rest_rotations[rig.bone_index(joints[1])]
            local = quaternion_to_axis_angle(multiply(multiply(conjugate(rest), relative), rest))
            assert np.abs(local[:, :2]).max() < 1e-6
            steps = np.degrees(
                angle_between(
                    *(held.joint_rotations(joints[0])[part] for part in (slice(1, None), slice(-1)))
                )
            )
            assert steps.max() < 60
            ends = [motion.joint_rotations(joints[2]) for motion in (free, held)]
            np.testing.assert_allclose(ends[0], ends[1])


def test_rigs_without_a_hinge_are_left_as_they_are() -> None:
    rig = hinged_rig(0.0)
    rig = replace(rig, lock_rotation=np.zeros_like(rig.lock_rotation))
    free = retarget_rotations(bent_walk(), rig, map_bones(rig))
    assert align_hinges(free) is free


def test_a_limb_that_stays_straight_is_not_twisted() -> None:
    rig = hinged_rig(0.3)
    motion = make_walk(10)
    local = motion.local_rotations.copy()
    for joint in ("left_elbow", "right_elbow"):
        local[:, SMPL_JOINTS.index(joint)] = [1.0, 0.0, 0.0, 0.0]
    free = retarget_rotations(replace(motion, local_rotations=local), rig, map_bones(rig))
    held = align_hinges(free)
    np.testing.assert_allclose(
        held.joint_rotations("left_shoulder"), free.joint_rotations("left_shoulder"), atol=1e-9
    )
