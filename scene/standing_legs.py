# SPDX-License-Identifier: GPL-3.0-or-later
"""Solve legs again whose foot stands at a seam: corrections of single joints that stay the same would move the foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..motion.keys.bone_tracks import KeyedHierarchy, channels_to_quaternion
from ..motion.mapping.bone_map import BoneMap
from ..motion.mapping.families import Family, find_family
from ..motion.rig import OBJECT_BONE
from ..motion.rotations import Array, conjugate, cross_product, multiply, normalise, rotate
from ..motion.two_bone import solve_two_bone_ik
from .action import FCurveData
from .channel_joins import fade_out, to_channels
from .pose_state import PoseState
from .reduce import make_bone_track, property_name

_LARGEST_CHANGE = 0.5
"""Of a channel, in radians or components: a leg that would have to change more is left as it is."""

_UNMOVED = 1e-7  # metres


@dataclass(frozen=True, eq=False)
class Seams:
    """Frames around the new ones in which feet stand.

    Attributes
    ----------
    holds : mapping
        How many frames the foot of a leg's bone stands, from the start on and up to the end, see ``find_holds``.
    length : int
        Frames over which corrections fade afterwards.
    has_start, has_end : bool
        Whether there are frames before and after the new ones.
    """

    holds: Mapping[str, tuple[int, int]]
    length: int
    has_start: bool
    has_end: bool


def solve_standing_legs(
    state: PoseState,
    bone_map: BoneMap,
    joined: Sequence[FCurveData],
    plain: Mapping[tuple[str, int], Array],
    count: int,
    seams: Seams,
) -> list[FCurveData]:
    """Return joined curves in which a foot that stands at a seam moves no more than without corrections.

    Any thread may call this. Legs with keys on controls of inverse kinematics, and characters whose object is keyed,
    stay as they are.

    Parameters
    ----------
    state : PoseState
        The character.
    bone_map : BoneMap
        Its bone map.
    joined : sequence of FCurveData
        New frames with the frame before and the one after them, corrected to meet these; maybe further ones.
    plain : mapping
        Values (``count``,) of the same frames without corrections, by data path and index.
    count : int
        Frames from the one before to the one after the new ones.
    seams : Seams
        Where feet stand.
    """
    by_bone: dict[str, dict[tuple[str, int], FCurveData]] = {}
    for curve in joined:
        by_bone.setdefault(curve.group, {})[property_name(curve), curve.index] = curve
    legs = [
        [bone_map.bones.get(f"{side}_{joint}", "") for joint in ("hip", "knee", "ankle")]
        for side in ("left", "right")
    ]
    legs = [leg for leg in legs if any(seams.holds.get(leg[0], (0, 0))) and all(b in by_bone for b in leg)]
    if not legs or OBJECT_BONE in by_bone:
        return list(joined)
    family = find_family(bone_map.family) or Family("custom", "Custom", {})
    corrected = _Pose(state, family, {bone: _cut(curves, count) for bone, curves in by_bone.items()}, count)
    uncorrected = _Pose(
        state,
        family,
        {
            bone: {
                key: replace(c, frames=c.frames[:count], values=plain[c.data_path, c.index])
                for key, c in curves.items()
            }
            for bone, curves in by_bone.items()
        },
        count,
    )
    changed: dict[tuple[str, int], Array] = {}
    for leg in legs:
        changed |= _solve_leg(corrected, uncorrected, leg, by_bone, count, seams)
    return [
        replace(c, values=np.concatenate([changed[c.data_path, c.index], c.values[count:]]))
        if (c.data_path, c.index) in changed
        else c
        for c in joined
    ]


def _cut(curves: Mapping[tuple[str, int], FCurveData], count: int) -> dict[tuple[str, int], FCurveData]:
    return {key: replace(c, frames=c.frames[:count], values=c.values[:count]) for key, c in curves.items()}


class _Pose:
    """World rotations from rest (B, T, 4) and heads (B, T, 3) of the keyed bones, with their own rotations."""

    def __init__(
        self,
        state: PoseState,
        family: Family,
        by_bone: Mapping[str, Mapping[tuple[str, int], FCurveData]],
        count: int,
    ) -> None:
        self.rig = state.rig
        self.bones = list(by_bone)
        rotations, locations = [], []
        for bone, curves in by_bone.items():
            track = make_bone_track(state, bone, curves, count)
            rotation = track.rotation
            if rotation is None:
                name = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}.get(
                    track.mode, "rotation_euler"
                )
                rotation = np.tile(state.read_value(bone, name), (count, 1))
            rotations.append(channels_to_quaternion(rotation, track.mode))
            location = track.location
            locations.append(
                np.tile(state.read_value(bone, "location"), (count, 1)) if location is None else location
            )
        hierarchy = KeyedHierarchy(state.rig, self.bones, family.constraint_parents)
        self.own = np.array(rotations)
        self.world, self.heads = hierarchy.evaluate_pose(self.own, np.array(locations))

    def rest(self, bone: str) -> Array:
        """Return the rotation (4,) of a bone at rest."""
        return np.asarray(self.rig.rest_rotations[self.rig.bone_index(bone)])

    def parent_rotation(self, bone: str) -> Array:
        """Return the world rotation from rest (T, 4) of what moves a bone."""
        k, rest = self.bones.index(bone), self.rest(bone)
        return multiply(self.world[k], conjugate(multiply(multiply(rest, self.own[k]), conjugate(rest))))


def _solve_leg(
    corrected: _Pose,
    uncorrected: _Pose,
    leg: Sequence[str],
    by_bone: Mapping[str, Mapping[tuple[str, int], FCurveData]],
    count: int,
    seams: Seams,
) -> dict[tuple[str, int], Array]:
    """Return the channels of a leg that change, by data path and index."""
    rig, rows = corrected.rig, [corrected.bones.index(bone) for bone in leg]
    if not all(rig.inherits_rotation[rig.bone_index(bone)] for bone in leg):
        return {}
    ankle, free = corrected.heads[rows[2]], uncorrected.heads[rows[2]]
    shift = np.zeros((count, 3))
    hold_start, hold_end = (min(hold, count // 2) for hold in seams.holds[leg[0]])
    if seams.has_start and hold_start:
        shift += _fade(count, hold_start, seams.length)[:, None] * (free - free[0] + ankle[0] - ankle)
    if seams.has_end and hold_end:
        shift += _fade(count, hold_end, seams.length)[::-1, None] * (free - free[-1] + ankle[-1] - ankle)
    positions = np.stack([corrected.heads[row] for row in rows], axis=1)
    hip, knee = corrected.world[rows[0]], corrected.world[rows[1]]
    bends = cross_product(positions[:, 1] - positions[:, 0], positions[:, 2] - positions[:, 1])
    axis = rotate(conjugate(hip), bends).sum(axis=0)
    if np.linalg.norm(axis) < 1e-9:
        return {}
    upper, lower = solve_two_bone_ik(positions, ankle + shift, rotate(hip, normalise(axis)))
    wanted = (multiply(upper, hip), multiply(lower, knee), corrected.world[rows[2]])
    parents = [corrected.parent_rotation(bone) for bone in leg]
    parents = [parents[0], multiply(upper, parents[1]), multiply(lower, parents[2])]
    is_moved = np.linalg.norm(shift, axis=1) > _UNMOVED
    changed: dict[tuple[str, int], Array] = {}
    for bone, parent, rotation in zip(leg, parents, wanted, strict=True):
        rest, mode = corrected.rest(bone), rig.rotation_modes[rig.bone_index(bone)]
        own = multiply(multiply(conjugate(rest), multiply(conjugate(parent), rotation)), rest)
        curves = [c for (name, _), c in by_bone[bone].items() if name.startswith("rotation_")]
        if not curves:
            return {}
        start = np.zeros(3 if len(mode) == 3 else 4)
        for curve in curves:
            start[curve.index] = curve.values[0]
        values = to_channels(own, mode, start)
        for curve in curves:
            before, after = curve.values[:count], values[:, curve.index]
            if np.abs(after - before).max() > _LARGEST_CHANGE:
                return {}
            changed[curve.data_path, curve.index] = np.where(is_moved, after, before)
    return changed


def _fade(count: int, hold: int, length: int) -> Array:
    """Return weights (count,): 1 while the foot stands, 0 at the other end at last."""
    return fade_out(count, max(1, min(length, count - 2 - hold)), hold, None)
