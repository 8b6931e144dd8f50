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
from ..motion.rotations import (
    Array,
    conjugate,
    cross_product,
    identity_rotations,
    multiply,
    normalise,
    rotate,
    rotation_between,
)
from ..motion.two_bone import solve_two_bone_ik
from .action import FCurveData
from .channel_joins import fade_out, to_channels
from .pose_state import PoseState
from .reduce import make_bone_track, property_name
from .seam_holds import Holds

_LARGEST_CHANGE = 0.5
"""Of a channel, in radians or components: a leg that would have to change more is left as it is."""

_UNMOVED = 1e-7  # metres, or sines


@dataclass(frozen=True, eq=False)
class Seams:
    """Frames around the new ones in which feet stand.

    Attributes
    ----------
    holds : Holds
        How many frames feet stand, from the start on and up to the end.
    length : int
        Frames over which corrections fade afterwards.
    has_start, has_end : bool
        Whether there are frames before and after the new ones.
    """

    holds: Holds
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

    Any thread may call this. Legs with keys on controls of inverse kinematics, and characters whose object is keyed or
    whose hips are not, stay as they are.

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
    legs = [
        leg for leg in legs if any(seams.holds.bones.get(leg[0], (0, 0))) and all(b in by_bone for b in leg)
    ]
    if not legs or OBJECT_BONE in by_bone or bone_map.bones.get("pelvis", "") not in by_bone:
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
        side = next(side for side in ("left", "right") if bone_map.bones.get(f"{side}_hip", "") == leg[0])
        ball = bone_map.bones.get(f"{side}_foot", "")
        changed |= _solve_leg(corrected, uncorrected, leg, ball if ball in by_bone else "", by_bone, seams)
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

    def rest_rotation(self, bone: str) -> Array:
        """Return the rotation (4,) of a bone at rest."""
        return np.asarray(self.rig.rest_rotations[self.rig.bone_index(bone)])

    def parent_rotation(self, bone: str) -> Array:
        """Return the world rotation from rest (T, 4) of what moves a bone."""
        k, rest = self.bones.index(bone), self.rest_rotation(bone)
        return multiply(self.world[k], conjugate(multiply(multiply(rest, self.own[k]), conjugate(rest))))


def _solve_leg(
    corrected: _Pose,
    uncorrected: _Pose,
    leg: Sequence[str],
    ball: str,
    by_bone: Mapping[str, Mapping[tuple[str, int], FCurveData]],
    seams: Seams,
) -> dict[tuple[str, int], Array]:
    """Return the channels of a leg that change, by data path and index.

    Parameters
    ----------
    corrected, uncorrected : _Pose
        The joined frames, and the same ones without corrections.
    leg : bones of hip, knee and ankle
    ball : str
        Bone of the toes; "": none.
    by_bone : mapping
        Joined curves of each bone, by property and index.
    seams : Seams
        Where feet stand.
    """
    rig, rows = corrected.rig, [corrected.bones.index(bone) for bone in leg]
    if not all(rig.inherits_rotation[rig.bone_index(bone)] for bone in leg):
        return {}
    ankle, count = corrected.heads[rows[2]], len(corrected.heads[rows[2]])
    shift, turn = _find_correction(corrected, uncorrected, leg, ball, seams)
    positions = np.stack([corrected.heads[row] for row in rows], axis=1)
    hip, knee = corrected.world[rows[0]], corrected.world[rows[1]]
    bends = cross_product(positions[:, 1] - positions[:, 0], positions[:, 2] - positions[:, 1])
    axis = rotate(conjugate(hip), bends).sum(axis=0)
    if np.linalg.norm(axis) < 1e-9:
        return {}
    upper, lower = solve_two_bone_ik(positions, ankle + shift, rotate(hip, normalise(axis)))
    wanted = (multiply(upper, hip), multiply(lower, knee), multiply(turn, corrected.world[rows[2]]))
    parents = [corrected.parent_rotation(bone) for bone in leg]
    parents = [parents[0], multiply(upper, parents[1]), multiply(lower, parents[2])]
    is_moved = np.maximum(np.linalg.norm(shift, axis=1), np.linalg.norm(turn[:, 1:], axis=1)) > _UNMOVED
    changed: dict[tuple[str, int], Array] = {}
    for bone, parent, rotation in zip(leg, parents, wanted, strict=True):
        rest, mode = corrected.rest_rotation(bone), rig.rotation_modes[rig.bone_index(bone)]
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


def _find_correction(
    corrected: _Pose, uncorrected: _Pose, leg: Sequence[str], ball: str, seams: Seams
) -> tuple[Array, Array]:
    """Return how an ankle is moved (T, 3), and how its foot is rotated (T, 4), so that the foot stands.

    Each of ankle and ball stays where it is while it stands, and moves then as it does without corrections. A foot that
    rolls stands on one of them: on the one that moves less.

    Parameters
    ----------
    corrected, uncorrected : _Pose
        The joined frames, and the same ones without corrections.
    leg : bones of hip, knee and ankle
    ball : str
        Bone of the toes; "": none.
    seams : Seams
        Where feet stand.
    """
    points = [leg[2], ball] if ball else [leg[2]]
    now = np.array([corrected.heads[corrected.bones.index(bone)] for bone in points])
    free = np.array([uncorrected.heads[uncorrected.bones.index(bone)] for bone in points])
    count = now.shape[1]
    shifts, moved = np.zeros_like(now), np.zeros(now.shape[:2])
    stays = (seams.has_start, seams.has_end)
    # a foot that stands at both ends changes from one place to the other in the middle
    longest = count // 2 - (max(1, count // 8) if all(stays) else 0)
    held = [
        exists * min(hold, longest) for exists, hold in zip(stays, seams.holds.bones[leg[0]], strict=True)
    ]
    length = max(1, min(seams.length, count - 2 - sum(held)))
    for k, order in enumerate((1, -1)):
        if not held[k]:
            continue
        weights = fade_out(count, length, held[k], None)[::order]
        for row, bone in enumerate(points):
            # in the direction away from the seam
            path = free[row, ::order]
            stands = max(1, min(seams.holds.points.get(bone, (0, 0))[k], len(path)))
            travel = np.where(np.arange(count)[:, None] < stands, 0.0, path - path[stands - 1])[::order]
            shifts[row] += weights[:, None] * (travel + now[row, ::order][0] - now[row])
            moved[row] += weights * np.linalg.norm(travel, axis=-1)
    if not ball:
        return shifts[0], identity_rotations(count)
    foot = now[1] - now[0]
    turn = rotation_between(foot, foot + shifts[1] - shifts[0])
    ball_share = ((moved[0] ** 2 + _UNMOVED) / (moved[0] ** 2 + moved[1] ** 2 + 2.0 * _UNMOVED))[:, None]
    from_ball = now[1] + shifts[1] - rotate(turn, foot) - now[0]
    return (1.0 - ball_share) * shifts[0] + ball_share * from_ball, turn
