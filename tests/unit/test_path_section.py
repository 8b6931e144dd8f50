# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.constraints.path_section``, ``motion.retarget.anchor``: what new frames follow, and where a take lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, T_POSE, Motion
from kinescribe.motion.constraints.path_section import FloorPath, make_path_section
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.retarget.anchor import find_anchor
from kinescribe.motion.retarget.retarget_rotations import retarget_rotations
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import identity_rotations, rotation_between
from kinescribe.motion.skeleton import SMPL_PARENTS
from rig_kit import A_BODY, body_points, bone_tail

from devtools.testing.motions import make_varied_motion

FPS = 20.0


def walking(frames: int, speed: float = 1.0) -> Motion:
    """Somebody who moves along +Z."""
    root = np.zeros((frames, 3))
    root[:, 1], root[:, 2] = 0.925, speed * np.arange(frames) / FPS
    return Motion(T_POSE, FPS, root, identity_rotations(frames, 22))


STRAIGHT = FloorPath(np.array([[0.0, 0.0], [0.0, 6.0]]))


def test_what_continues_follows_the_rest_of_the_path() -> None:
    section = make_path_section(STRAIGHT, walking(41), 41, 80, None)
    assert section is not None
    assert section.frames[0] > 41 and section.frames[-1] == 80
    assert section.positions_xz[-1] == pytest.approx((0.0, 6.0))
    steps = np.diff(np.array(section.positions_xz)[:, 1]) / np.diff(section.frames)
    assert np.ptp(steps) < 1e-6, "at an even pace"
    assert section.heading_radians is None


def test_a_range_follows_the_path_between_its_ends() -> None:
    section = make_path_section(STRAIGHT, walking(81), 20, 39, 40)
    assert section is not None
    along = np.interp(section.frames, [19, 40], [0.95, 2.0])
    assert np.abs(np.array(section.positions_xz)[:, 1] - along).max() < 0.03
    assert all(20 <= frame <= 39 for frame in section.frames)


def test_a_path_that_lies_behind_guides_nothing() -> None:
    assert make_path_section(STRAIGHT, walking(121), 121, 160, None) is None
    assert make_path_section(FloorPath(np.array([[0.0, 0.0], [0.0, -6.0]])), walking(41), 20, 39, 40) is None


def test_a_closed_path_goes_on_around() -> None:
    angles = np.linspace(0.0, 2 * np.pi, 60)
    around = FloorPath(np.stack([1.0 - np.cos(angles), np.sin(angles)], axis=-1), faces_along=True)
    at_start = walking(30, speed=0.0)
    section = make_path_section(around, at_start, 30, 89, None)
    assert section is not None and section.heading_radians is not None
    way = np.array(section.positions_xz)
    assert way[:, 0].max() > 1.9 and np.abs(way[-1]).max() < 0.05
    assert np.abs(np.diff(section.heading_radians)).max() < 1.5
    assert abs(section.heading_radians[-1] - 2 * np.pi) < 0.2


def body_rig() -> Rig:
    points = body_points(A_BODY)
    heads = np.array([points[joint] for joint in SMPL_JOINTS])
    tails = np.array([bone_tail(points, joint) for joint in SMPL_JOINTS])
    rest = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
    return make_plain_rig("Somebody", SMPL_JOINTS, SMPL_PARENTS, heads, tails, rest)


@pytest.mark.parametrize("at_character", [True, False])
def test_a_take_lies_at_its_anchor(at_character: bool) -> None:
    rig = body_rig()
    turned = np.array([0.0, 0.0, 1.0]) * rig.pose_heads[:, [0]] + np.array([0.0, 1.0, 0.0]) * rig.pose_heads
    rig = replace(rig, pose_heads=turned + np.array([2.0, 0.0, -1.0]))
    bone_map = map_bones(rig)
    motion = make_varied_motion(fps=FPS, seconds=2.0)
    anchor = find_anchor(motion, rig, bone_map, at_character)
    placed = retarget_rotations(motion, rig, bone_map, at_character)
    again = retarget_rotations(motion, rig, bone_map, at_character, anchor=anchor)
    assert np.abs(placed.body_positions - again.body_positions).max() < 1e-9
    assert np.abs(np.abs((placed.rotations * again.rotations).sum(axis=-1)) - 1.0).max() < 1e-12
