# SPDX-License-Identifier: GPL-3.0-or-later
"""``retarget.root_motion``, ``smoothing``: the smooth way is root motion, the sway of the body stays with the hips."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.rest_alignment import left_right_midpoint
from kinescribe.motion.retarget.retarget import RetargetOptions, retarget
from kinescribe.motion.rotations import identity_rotations, rotation_about_axis
from kinescribe.motion.smoothing import find_smooth_way
from rig_kit import A_BODY
from rig_model import RigPlan, posed_heads, world_rotations

FPS, SWAY, SURGE, WIGGLE = 30.0, 0.03, 0.015, np.radians(6.0)
SECONDS = np.arange(180) / FPS
FREE = RetargetOptions(foot_lock=0.0, at_character=False)


def swaying(path: np.ndarray, heading: np.ndarray) -> Motion:
    """Return a body that goes along a path (T, 2), sways to its sides once a second and surges twice."""
    side = np.stack([np.cos(heading), -np.sin(heading)], axis=1)
    ahead = np.stack([np.sin(heading), np.cos(heading)], axis=1)
    sway = (
        SWAY * np.sin(2 * np.pi * SECONDS)[:, None] * side
        + SURGE * np.sin(4 * np.pi * SECONDS)[:, None] * ahead
    )
    root = np.zeros((len(path), 3))
    root[:, [0, 2]] = path + sway
    root[:, 1] = T_POSE.rest_positions[0, 1] + 0.02 * np.cos(4 * np.pi * SECONDS)
    rotations = identity_rotations(len(path), 22)
    rotations[:, 0] = rotation_about_axis("y", heading + WIGGLE * np.sin(2 * np.pi * SECONDS))
    return Motion(T_POSE, FPS, root, rotations)


def straight() -> Motion:
    return swaying(np.stack([np.zeros(180), 1.4 * SECONDS], axis=1), np.zeros(180))


def circle() -> Motion:
    angle = 0.7 * SECONDS
    return swaying(np.stack([1.0 - np.cos(angle), np.sin(angle)], axis=1), angle)


@pytest.mark.parametrize("make", [straight, circle])
def test_in_place_keeps_the_sway_and_no_travel(make: object) -> None:
    motion = make()  # type: ignore[operator]
    rig = RigPlan(A_BODY).rig()
    bones = map_bones(rig)
    free, fixed = (
        left_right_midpoint(posed_heads(rig, retarget(motion, rig, bones, options)), "hip")
        for options in (FREE, replace(FREE, root_mode="IN_PLACE"))
    )
    scale = np.ptp(free[:, 2]) / np.ptp(motion.root_translation[:, 2])
    second = round(FPS)
    means = np.array([fixed[k : k + second].mean(axis=0) for k in range(0, 180, second)])
    assert np.abs(means[:, [0, 2]] - fixed[0, [0, 2]]).max() < 0.05
    swept = np.linalg.norm(fixed[:, [0, 2]] - means[:, [0, 2]].mean(axis=0), axis=1)
    assert 0.8 * SWAY * scale < np.percentile(swept, 90) < 1.6 * SWAY * scale
    np.testing.assert_allclose(free[:, 1], fixed[:, 1], atol=1e-9)


def test_in_place_keeps_how_the_hips_sway_frame_by_frame() -> None:
    motion, rig = straight(), RigPlan(A_BODY).rig()
    bones = map_bones(rig)
    fixed = left_right_midpoint(
        posed_heads(rig, retarget(motion, rig, bones, replace(FREE, root_mode="IN_PLACE"))), "hip"
    )
    free = left_right_midpoint(posed_heads(rig, retarget(motion, rig, bones, FREE)), "hip")
    middle = slice(30, 150)
    sway = free[middle, 0] - free[middle, 0].mean()
    np.testing.assert_allclose(
        fixed[middle, 0] - fixed[middle, 0].mean(), sway, atol=0.1 * np.abs(sway).max()
    )


def test_the_root_bone_goes_smoothly_and_the_hips_sway_about_it() -> None:
    plan = RigPlan(A_BODY)
    plan.add("root", None, np.zeros(3), np.array([0, 0, 0.3]))
    plan.reparent("pelvis", "root")
    rig = plan.rig()
    bones = replace(map_bones(rig), root="root")
    result = retarget(straight(), rig, bones, replace(FREE, root_mode="ROOT"))
    tracks, turns = posed_heads(rig, result), world_rotations(rig, result)
    middle = slice(30, 150)
    root, hips = tracks["root"][middle], left_right_midpoint(tracks, "hip")[middle]
    assert np.ptp(root[:, 0]) < 0.2 * np.ptp(hips[:, 0])
    assert np.ptp(hips[:, 2] - root[:, 2]) > 0.5 * 2 * SURGE
    assert np.abs(np.diff(root[:, 2], 2)).max() < 1e-4, "at a steady pace"
    wiggle = 2 * np.arctan2(turns["root"][middle, 2], turns["root"][middle, 0])
    assert np.ptp(wiggle) < 0.2 * 2 * WIGGLE


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_short_motions_have_a_way_too(count: int) -> None:
    line = np.linspace(0.0, 1.0, count)[:, None] * np.array([1.0, 0.0, 2.0])
    np.testing.assert_allclose(find_smooth_way(line, 30.0), line, atol=1e-9)
