# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers and constraints that override keys on a bone; constraint influences can be keyed to 0."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import bpy
import numpy as np

from ..motion.errors import Note
from ..motion.euler import quaternion_to_euler
from ..motion.retarget.twist_bones import project_on_segment
from ..motion.rig import Rig
from ..motion.rotations import Array
from .action import get_action, get_fcurves

# riggers use these to limit a motion or to add to it, not to replace it
_HARMLESS_TYPES = {
    "LIMIT_ROTATION",
    "LIMIT_LOCATION",
    "LIMIT_SCALE",
    "LIMIT_DISTANCE",
    "MAINTAIN_VOLUME",
    "COPY_SCALE",
}
_HOLDING_TYPES = {"LIMIT_ROTATION", "LIMIT_LOCATION", "LIMIT_DISTANCE"}
_MAX_NAMES = 3
_FULL_INFLUENCE = 0.5
_LIMIT_TOLERANCE = np.radians(5.0)
_MAX_TWIST_DISTANCE = 0.05


def find_driven_channels(obj: bpy.types.Object) -> frozenset[tuple[str, int]]:
    """Return the channels (data path, index) that a driver sets: keys on them would have no effect."""
    data = obj.animation_data
    drivers = data.drivers if data else ()
    return frozenset((d.data_path, d.array_index) for d in drivers if not d.mute)


@dataclass(frozen=True)
class ConstraintConflicts:
    """Constraints that override the keys of bones.

    Attributes
    ----------
    influences : tuple of (bone, data path)
        Influences that can be keyed to 0.
    released_bones : tuple of bone names
        Keyed bones that these constraints act on.
    overridden_bones : tuple of bone names
        Keyed bones with constraints whose influence is driven, so that it can't be keyed.
    """

    influences: tuple[tuple[str, str], ...]
    released_bones: tuple[str, ...]
    overridden_bones: tuple[str, ...]


@dataclass(frozen=True)
class ActingConstraint:
    """A constraint that overrides keys.

    Attributes
    ----------
    bone : str
        The bone that has it.
    path : str
        Data path of its influence.
    influence : float
        Its value, 0 to 1.
    is_driven : bool
        A driver sets the influence.
    affected : tuple of bone names
        Bones that it moves.
    """

    bone: str
    path: str
    influence: float
    is_driven: bool
    affected: tuple[str, ...]


def list_acting_constraints(
    obj: bpy.types.Object, constrained: Collection[bpy.types.PoseBone]
) -> tuple[ActingConstraint, ...]:
    """Return the constraints that override keys of the bones that they move, among those of ``constrained`` bones.

    A constraint with an animated influence counts whatever its present value is: its keys will be replaced.
    """
    if not constrained:
        return ()
    action = get_action(obj)
    animated = {curve.data_path for curve in get_fcurves(action, obj) if not curve.mute} if action else set()
    driven = find_driven_channels(obj)
    constraints: list[ActingConstraint] = []
    for bone in constrained:
        for constraint in bone.constraints:
            path = constraint.path_from_id("influence")
            if _is_acting(constraint, path in animated):
                constraints.append(
                    ActingConstraint(
                        bone.name,
                        path,
                        constraint.influence,
                        (path, 0) in driven,
                        tuple(_affected_bones(bone, constraint)),
                    )
                )
    return tuple(constraints)


def read_rotation_limits(constrained: Iterable[bpy.types.PoseBone]) -> dict[str, Array]:
    """Return the smallest and the largest angle (3, 2) about each local axis that a bone's constraints allow, radians.

    Limits in other spaces than the bone's own are not known before the pose is evaluated, and are left out.
    """
    limits: dict[str, Array] = {}
    for bone in constrained:
        for constraint in bone.constraints:
            if (
                isinstance(constraint, bpy.types.LimitRotationConstraint)
                and constraint.owner_space == "LOCAL"
                and not constraint.mute
                and constraint.influence > _FULL_INFLUENCE
            ):
                allowed = limits.setdefault(bone.name, np.tile([-np.inf, np.inf], (3, 1)))
                for k, axis in enumerate("xyz"):
                    if getattr(constraint, f"use_limit_{axis}"):
                        low, high = (getattr(constraint, f"{end}_{axis}") for end in ("min", "max"))
                        allowed[k] = max(allowed[k, 0], low), min(allowed[k, 1], high)
    return limits


def list_limited_bones(constrained: Iterable[bpy.types.PoseBone]) -> frozenset[str]:
    """Return those of the bones whose constraints may hold them back, whatever space these are in."""
    return frozenset(
        bone.name
        for bone in constrained
        if any(c.type in _HOLDING_TYPES and not c.mute and c.influence > 0 for c in bone.constraints)
    )


def find_bones_between(rig: Rig, keyed: Iterable[str]) -> tuple[str, ...]:
    """Return the bones without keys that carry a keyed bone and hang on one, such as those that cancel a waist.

    What constraints do to them, they do to the keyed bones below. Twist bones in a limb are left out: they turn about
    the limb, and the limb keeps its direction.
    """
    indices = {rig.bone_index(name) for name in keyed}
    found: dict[int, None] = {}
    for bone in sorted(indices):
        above: list[int] = []
        for ancestor in rig.list_ancestors(bone):
            if ancestor in indices:
                found.update(dict.fromkeys(b for b in above if not _is_within(rig, ancestor, bone, b)))
                break
            above.append(ancestor)
    return tuple(rig.bone_names[bone] for bone in found)


def _is_within(rig: Rig, upper: int, lower: int, bone: int) -> bool:
    """Return whether a bone begins on the line between two others, away from its ends.

    Parameters
    ----------
    rig : Rig
        The rig.
    upper, lower : int
        The bones at whose heads the line begins and ends.
    bone : int
        The bone.
    """
    fraction, distance = project_on_segment(rig, upper, lower, bone)
    return 0.1 < fraction < 0.9 and distance < _MAX_TWIST_DISTANCE


def is_limited(rotations: Array, limits: Array) -> bool:
    """Return whether rotations (T, 4) of a bone leave its ``limits`` (3, 2) by more than some degrees."""
    angles = quaternion_to_euler(rotations, "XYZ")
    beyond = np.maximum(limits[:, 0] - angles, angles - limits[:, 1]).max(axis=1)
    return bool(np.percentile(beyond, 98) > _LIMIT_TOLERANCE)


def find_constraint_conflicts(
    constraints: Iterable[ActingConstraint], keyed: Iterable[str]
) -> ConstraintConflicts:
    """Find among ``constraints`` those that act on ``keyed`` bones, also as members of an IK chain."""
    keyed_bones = list(keyed)
    influences: list[tuple[str, str]] = []
    released_bones: set[str] = set()
    overridden_bones: set[str] = set()
    for constraint in constraints:
        affected = set(constraint.affected).intersection(keyed_bones)
        if constraint.is_driven:
            overridden_bones |= affected
        elif affected:
            influences.append((constraint.bone, constraint.path))
            released_bones |= affected
    return ConstraintConflicts(
        tuple(influences),
        tuple(bone for bone in keyed_bones if bone in released_bones and bone not in overridden_bones),
        tuple(bone for bone in keyed_bones if bone in overridden_bones),
    )


def _affected_bones(bone: bpy.types.PoseBone, constraint: bpy.types.Constraint) -> list[str]:
    """Return the bones that a constraint moves: its own, and with inverse kinematics the chain above it."""
    if not isinstance(constraint, bpy.types.KinematicConstraint | bpy.types.SplineIKConstraint):
        return [bone.name]
    chain = [bone, *bone.parent_recursive]
    if isinstance(constraint, bpy.types.KinematicConstraint) and not constraint.use_tail:
        chain = chain[1:]
    return [b.name for b in (chain[: constraint.chain_count] if constraint.chain_count else chain)]


def describe_conflicts(
    driven: Iterable[str], conflicts: ConstraintConflicts, limited: Iterable[str] = ()
) -> list[Note]:
    """Return notes on bones with driven channels, on constraints that act on keyed bones, and on ``limited`` bones."""
    messages = []
    if names := list(driven):
        messages.append(
            Note("Drivers set channels of {bones}: these were not keyed", bones=shorten_names(names))
        )
    if conflicts.released_bones:
        messages.append(
            Note(
                "Constraints on {bones} were turned off by keys on their influence",
                bones=shorten_names(list(conflicts.released_bones)),
            )
        )
    if conflicts.overridden_bones:
        messages.append(
            Note(
                "Constraints override the keys on {bones}: mute them to see the whole motion",
                bones=shorten_names(list(conflicts.overridden_bones)),
            )
        )
    if names := list(limited):
        messages.append(
            Note(
                "Limit Rotation constraints hold {bones} back: mute them to see the whole motion",
                bones=shorten_names(names),
            )
        )
    return messages


def shorten_names(names: list[str]) -> str | Note:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:_MAX_NAMES])
    if len(names) <= _MAX_NAMES:
        return shown
    return Note("{bones} and {count} more", bones=shown, count=len(names) - _MAX_NAMES)


def _is_acting(constraint: bpy.types.Constraint, animated: bool) -> bool:
    return (
        constraint.type not in _HARMLESS_TYPES
        and constraint.is_valid
        and not constraint.mute
        and (animated or constraint.influence > 1e-3)
    )
