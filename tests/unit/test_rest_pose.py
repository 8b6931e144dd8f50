# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations relative to another rest pose give the same pose."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS, T_POSE, Motion, Skeleton, smpl_skeleton
from kinescribe.motion.rest_pose import SMPL_REST_POSE, change_rest_pose, root_height
from kinescribe.motion.rotations import (
    angle_between,
    identity_rotations,
    normalise,
    rotate,
    rotation_about_axis,
)
from strategies import motions, skeletons

BRANCHES = {"left_hip", "right_hip", "left_collar", "right_collar"}
LIMBS = [j for j in range(1, 22) if SMPL_JOINTS[j] not in BRANCHES]


def directions(motion: Motion) -> np.ndarray:
    places = motion.positions
    return normalise(places[:, 1:] - places[:, list(motion.skeleton.parents[1:])])


@given(motions(), skeletons())
@settings(max_examples=40, deadline=None)
def test_limbs_keep_their_direction_and_the_way_back_is_exact(motion: Motion, skeleton: Skeleton) -> None:
    there = change_rest_pose(motion, skeleton)
    limbs = [j - 1 for j in LIMBS]
    np.testing.assert_allclose(directions(there)[:, limbs], directions(motion)[:, limbs], atol=1e-6)
    back = change_rest_pose(there, motion.skeleton)
    assert angle_between(back.local_rotations, motion.local_rotations).max() < 1e-6
    np.testing.assert_allclose(back.root_translation, motion.root_translation, atol=1e-9)


def test_standing_feet_stay_on_the_floor_and_eyes_on_the_horizon() -> None:
    stand = Motion(T_POSE, 30, [[0, root_height(T_POSE) + 0.02, 0]], identity_rotations(1, 22))
    posed = change_rest_pose(stand, SMPL_REST_POSE)
    toe = posed.positions[0, SMPL_JOINTS.index("left_foot"), 1]
    assert abs(toe - 0.02) < 0.02
    # the neck of one rest pose leans by 18 degrees more than the other's: the head must not nod with it
    assert (
        np.degrees(
            angle_between(posed.world_transforms[1][0, SMPL_JOINTS.index("head")], identity_rotations())
        )
        < 3
    )
    assert np.degrees(angle_between(posed.world_transforms[1][0, 0], identity_rotations())) < 3


def test_other_joints_are_refused() -> None:
    motion = Motion(T_POSE, 30, np.zeros((1, 3)), identity_rotations(1, 22))
    with pytest.raises(ValueError, match="different joints"):
        change_rest_pose(motion, Skeleton(("a",), (-1,), np.zeros((1, 3))))


def test_a_rest_pose_that_lies_down_still_has_a_height() -> None:
    lying = smpl_skeleton(T_POSE.rest_offsets[:, [0, 2, 1]])
    assert 0.8 < root_height(lying) < 1.4
    assert root_height(Skeleton(("a",), (-1,), np.zeros((1, 3)))) == 1.0


def test_our_smpl_rest_pose_is_the_body_models(shared: Path) -> None:
    body = json.loads((shared / "samples" / "smplx22_rest_joints.json").read_text(encoding="utf-8"))
    places = np.array(body["symmetric"])
    offsets = places[1:] - places[list(SMPL_PARENTS[1:])]
    cos = np.sum(normalise(offsets) * normalise(SMPL_REST_POSE.rest_offsets[1:]), axis=-1)
    assert np.degrees(np.arccos(cos)).max() < 2
    lengths = np.linalg.norm(SMPL_REST_POSE.rest_offsets[1:], axis=-1) / np.linalg.norm(offsets, axis=-1)
    assert np.all(np.abs(lengths - 1) < 0.1)


@pytest.mark.parametrize("foot", [(0.0, -0.06, 0.125), (0.1, -0.03, 0.5)])
@pytest.mark.parametrize("hip", [(0.065, -0.09, 0.0), (0.35, 0.02, 0.0)])
def test_the_height_of_any_build_is_that_of_its_legs(
    foot: tuple[float, float, float], hip: tuple[float, float, float]
) -> None:
    """Figures with short legs, wide hips and large feet travel as far as their legs go."""
    offsets = T_POSE.rest_offsets.copy()
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for joint, offset in (
            ("hip", hip), ("knee", (0.0, -0.12, 0.0)), ("ankle", (0.0, -0.12, 0.0)), ("foot", foot),
        ):  # fmt: skip
            offsets[SMPL_JOINTS.index(f"{side}_{joint}")] = np.array(offset) * [sign, 1, 1]
    assert root_height(smpl_skeleton(offsets)) == pytest.approx(-hip[1] + 0.24 - foot[1])
    lying = smpl_skeleton(rotate(rotation_about_axis("x", np.pi / 2), offsets))
    assert 0.2 < root_height(lying) < 0.4


@pytest.mark.parametrize("joint", ["neck", "spine1", "left_collar"])
def test_joints_on_one_another_turn_nothing(joint: str) -> None:
    """A bone of 1e-8 m has no direction: rounding must not turn the chest."""
    offsets = T_POSE.rest_offsets.copy()
    offsets[SMPL_JOINTS.index(joint)] = [1e-8, -2e-8, 1e-8]
    motion = Motion(smpl_skeleton(offsets), 30, [[0, 0.9, 0]], identity_rotations(1, 22))
    turned = angle_between(change_rest_pose(motion, T_POSE).local_rotations, identity_rotations(1, 22))
    others = [j for j, name in enumerate(SMPL_JOINTS) if "collar" not in name]
    assert np.degrees(turned)[0, others].max() < 30
