# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations from positions: directions of bones, twist from the bend of limbs, no jumps."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, FormatError, Motion, smpl_skeleton
from kinescribe.motion.formats import humanml3d
from kinescribe.motion.joints_to_rotations import fit_skeleton, motion_from_joints, solve_rotations
from kinescribe.motion.rest_pose import SMPL_REST_POSE, change_rest_pose
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    identity_rotations,
    multiply,
    normalise,
    rotation_about_axis,
)

NUMBER = {name: i for i, name in enumerate(SMPL_JOINTS)}


def posed(**turns: np.ndarray) -> Motion:
    """SMPL's rest pose with some joints turned: (T, 4) each."""
    frames = max(len(np.atleast_2d(t)) for t in turns.values())
    local = identity_rotations(frames, len(SMPL_JOINTS))
    for joint, turn in turns.items():
        local[:, NUMBER[joint]] = turn
    return Motion(SMPL_REST_POSE, 20.0, np.tile([0.0, 1.0, 0.0], (frames, 1)), local)


def degrees_off(found: Motion, wanted: Motion, joint: str) -> np.ndarray:
    j = NUMBER[joint]
    return np.degrees(angle_between(found.world_transforms[1][:, j], wanted.world_transforms[1][:, j]))


def test_the_rest_pose_is_no_rotation() -> None:
    found = motion_from_joints(posed(pelvis=identity_rotations(5)).positions, 20.0)
    assert np.degrees(angle_between(found.local_rotations, identity_rotations(1))).max() < 0.5
    assert np.abs(found.skeleton.rest_offsets - SMPL_REST_POSE.rest_offsets).max() < 1e-6


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_bent_arm_tells_its_twist(side: str) -> None:
    """An upper arm that turns about itself, above an elbow bent to the front: only the twist moves the wrist."""
    way = 1.0 if side == "left" else -1.0
    along = normalise(SMPL_REST_POSE.rest_offsets[NUMBER[f"{side}_elbow"]])
    twist = axis_angle_to_quaternion(np.linspace(-1.2, 1.2, 60)[:, None] * along)
    bend = axis_angle_to_quaternion(np.array([0.0, -1.3 * way, 0.0]))
    wanted = posed(**{f"{side}_shoulder": twist, f"{side}_elbow": np.tile(bend, (60, 1))})
    found = motion_from_joints(wanted.positions, 20.0)
    assert degrees_off(found, wanted, f"{side}_shoulder").max() < 9.0
    # the rest pose's arm is not at right angles to the hinge: what is left is constant
    assert np.ptp(degrees_off(found, wanted, f"{side}_shoulder")) < 1.0


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_bent_knee_tells_the_thighs_twist(side: str) -> None:
    turned = multiply(
        axis_angle_to_quaternion([[-0.9, 0.0, 0.0]]), rotation_about_axis("y", np.linspace(-0.6, 0.6, 40))
    )
    bend = np.tile(axis_angle_to_quaternion([1.2, 0.0, 0.0]), (40, 1))
    wanted = posed(**{f"{side}_hip": turned, f"{side}_knee": bend})
    found = motion_from_joints(wanted.positions, 20.0)
    assert degrees_off(found, wanted, f"{side}_hip").max() < 6.0
    assert degrees_off(found, wanted, f"{side}_knee").max() < 6.0


def test_a_straight_leg_turns_with_its_toes() -> None:
    wanted = posed(left_hip=rotation_about_axis("y", np.linspace(0.0, 0.9, 30)))
    found = motion_from_joints(wanted.positions, 20.0)
    assert degrees_off(found, wanted, "left_hip").max() < 3.0


def test_an_arm_that_is_straight_for_a_while_keeps_the_twist_around_it() -> None:
    """Bent, straight, bent: without carrying, the twist would fall back to the smallest turn and jump twice."""
    along = normalise(SMPL_REST_POSE.rest_offsets[NUMBER["left_elbow"]])
    twist = np.tile(axis_angle_to_quaternion(1.0 * along), (60, 1))
    bend = 1.2 * np.abs(np.cos(np.linspace(0.0, np.pi, 60)))
    elbow = axis_angle_to_quaternion(bend[:, None] * np.array([0.0, -1.0, 0.0]))
    wanted = posed(left_shoulder=twist, left_elbow=elbow)
    found = motion_from_joints(wanted.positions, 20.0)
    assert degrees_off(found, wanted, "left_shoulder").max() < 15.0
    j = NUMBER["left_shoulder"]
    steps = angle_between(found.world_transforms[1][1:, j], found.world_transforms[1][:-1, j])
    assert np.degrees(steps).max() < 4.0


def test_the_spine_shares_the_twist_of_the_chest() -> None:
    turn = np.tile(rotation_about_axis("y", 0.3), (10, 1))
    wanted = posed(spine1=turn, spine2=turn, spine3=turn)
    found = motion_from_joints(wanted.positions, 20.0)
    assert degrees_off(found, wanted, "spine3").max() < 0.5
    for joint in ("spine1", "spine2"):
        assert degrees_off(found, wanted, joint).max() < 3.0


def test_recorded_motions_keep_their_joints_and_jump_no_more_than_they_do(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("shared_load", shared / "data" / "load.py")
    assert spec is not None and spec.loader is not None
    load = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(load)
    clips, _, offsets = load.load()
    body = smpl_skeleton(offsets)
    for clip in clips[::150]:
        recorded = Motion(body, 20.0, clip["root"][:300].astype(float), clip["quat"][:300].astype(float))
        recorded = change_rest_pose(recorded, SMPL_REST_POSE)
        found = motion_from_joints(recorded.positions, 20.0)
        assert np.abs(found.positions - recorded.positions).max() < 1e-3, clip["id"]
        for joint in ("left_hip", "right_hip", "left_shoulder", "right_shoulder"):
            j = NUMBER[joint]
            ours, theirs = (
                np.degrees(angle_between(m.world_transforms[1][1:, j], m.world_transforms[1][:-1, j])).max()
                for m in (found, recorded)
            )
            assert ours < theirs + 25.0, (clip["id"], joint)


def test_a_clip_of_humanml3d_becomes_a_motion(shared: Path) -> None:
    features = np.load(shared / "samples" / "humanml3d" / "new_joint_vecs_012314.npy")
    joints = humanml3d.features_to_joints(features)
    found = motion_from_joints(joints, humanml3d.FPS, humanml3d.features_to_contacts(features))
    # its skeleton is not quite rigid at hips and collars
    assert np.linalg.norm(found.positions - joints, axis=-1).max() < 0.03
    assert len(found) == len(features) and found.contacts is not None


@pytest.mark.parametrize("bad", [np.zeros((0, 22, 3)), np.zeros((4, 21, 3)), np.full((4, 22, 3), np.nan)])
def test_bad_positions_are_refused_in_one_sentence(bad: np.ndarray) -> None:
    with pytest.raises(FormatError, match=r"^[A-Z].*[^.]$"):
        solve_rotations(bad, SMPL_REST_POSE)


def test_joints_in_one_point_are_no_body() -> None:
    with pytest.raises(FormatError, match="lies on its parent"):
        fit_skeleton(np.zeros((4, 22, 3)))
