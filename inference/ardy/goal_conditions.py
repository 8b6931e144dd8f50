# SPDX-License-Identifier: GPL-3.0-or-later
"""The constraints of a request as features that ARDY is told.

ARDY ties a target of a hand or foot to position and heading of the hips, which nobody has asked for. They are taken
from a sketch: the motion without these targets, moved so that it reaches them. Poses that leave out joints are not told
to ARDY. What it makes of constraints is not exact in any case; the motion is moved to them afterwards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...motion.constraints import Clip, Goals
from ...motion.rotations import Array
from ...motion.skeleton import SMPL_JOINTS
from .conditions import (
    KnownFeatures,
    set_headings,
    set_hips,
    set_path,
    set_positions,
    set_rotation,
)
from .skeleton import JOINT_COUNT, LIMB_JOINTS, NAMES, compute_positions
from .smpl_pose import LIMB_NAMES, SCALE, to_ardy_pose

_NEEDED_JOINTS = frozenset(
    j for j, name in enumerate(SMPL_JOINTS) if not name.endswith(("_wrist", "_foot", "head"))
)
"""Joints without which a pose is not told to ARDY."""

_HEIGHT = [1]  # column of the hips' height
_MIN_TRAVEL = 0.3  # metres from which on a path has a direction


def find_start(goals: Goals) -> Array:
    """Return the place (3,) on the ground, in metres, that ARDY generates from: where the first goal is."""
    start = np.zeros(3)
    if len(goals.root_xz):
        start[[0, 2]] = goals.root_xz.values[0]
    return start


def find_first_heading(goals: Goals) -> float:
    """Return the heading in radians with which a motion begins: the first one given, or that of the path."""
    if len(goals.headings):
        return float(goals.headings.values[0, 0])
    travel = goals.root_xz.values - goals.root_xz.values[:1]
    distant = np.flatnonzero(np.linalg.norm(travel, axis=-1) > _MIN_TRAVEL)
    if not len(distant):
        return 0.0
    return float(np.arctan2(travel[distant[0], 0], travel[distant[0], 1]))


def make_conditions(goals: Goals, start: Array, sketch: Clip | None = None) -> KnownFeatures:
    """Return what ARDY is told about a motion.

    Parameters
    ----------
    goals : constraints on the frames of the motion
    start : (3,), place that positions are relative to, in metres
    sketch : a motion that reaches the targets of hands and feet, on ``T_POSE``; None: they are left out
    """
    known = KnownFeatures(goals.frame_count)
    if len(goals.root_xz):
        ground = (goals.root_xz.values - start[[0, 2]]) * SCALE
        set_path(known, goals.root_xz.frames, np.asarray(ground, float))
    if len(goals.headings):
        set_headings(known, goals.headings.frames, np.asarray(goals.headings.values[:, 0], float))
    if len(goals.heights):
        known.set(goals.heights.frames, _HEIGHT, np.asarray(goals.heights.values * SCALE, float))
    _add_whole_poses(known, goals)
    if sketch is not None:
        _add_targets(known, goals, start, sketch)
    return known


def _add_whole_poses(known: KnownFeatures, goals: Goals) -> None:
    """Add the positions of all joints at the frames of poses that have all the joints that matter."""
    by_frame: dict[int, dict[int, Array]] = {}
    for joint, track in goals.joint_rotations:
        for frame, rotation in zip(track.frames.tolist(), track.values, strict=True):
            by_frame.setdefault(frame, {})[joint] = rotation
    heights = dict(zip(goals.heights.frames.tolist(), goals.heights.values[:, 0].tolist(), strict=True))
    for frame, pose in sorted(by_frame.items()):
        if not pose.keys() >= _NEEDED_JOINTS:
            continue
        local = np.tile([1.0, 0.0, 0.0, 0.0], (1, len(SMPL_JOINTS), 1))
        for joint, rotation in pose.items():
            local[0, joint] = rotation
        rotations, root = to_ardy_pose(local, np.array([[0.0, heights.get(frame, 0.0), 0.0]]))
        joints = compute_positions(rotations, root)
        if frame not in heights:
            # nobody has said how high: the lowest joint is on the ground
            joints[..., 1] -= joints[..., 1].min()
        index = np.array([frame])
        known.set(index, _HEIGHT, joints[:, 0, 1:2])
        set_positions(known, index, joints, range(1, JOINT_COUNT))


def _add_targets(known: KnownFeatures, goals: Goals, start: Array, sketch: Clip) -> None:
    """Add hands and feet at their targets, with the hips of the sketch.

    Parameters
    ----------
    known : features to add to
    goals : constraints
    start : (3,), place that positions are relative to
    sketch : a motion that reaches the targets
    """
    for effector, track in goals.effector_positions:
        limb = LIMB_NAMES[effector]
        frames: NDArray[np.int64] = np.asarray(track.frames, dtype=np.int64)
        rotations, root = to_ardy_pose(sketch.local_rotations[frames], sketch.root_positions[frames] - start)
        joints = compute_positions(rotations, root)
        set_hips(known, frames, joints, root[:, [0, 2]])
        set_positions(known, frames, joints, LIMB_JOINTS[limb])
        for joint in (0, NAMES.index(limb)):
            set_rotation(known, frames, rotations, joint)
