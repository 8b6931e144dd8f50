# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers and constraints that override keys on a bone; constraint influences can be keyed to 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import bpy

from ..motion.errors import Note
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
_MAX_NAMES = 3


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


def find_constraint_conflicts(obj: bpy.types.Object, keyed: Iterable[str]) -> ConstraintConflicts:
    """Find the constraints that act on ``keyed`` bones, also as members of an IK chain.

    A constraint with an animated influence counts whatever its present value is: its keys will be replaced.
    """
    keyed_bones = list(keyed)
    action = get_action(obj)
    animated = {curve.data_path for curve in get_fcurves(action, obj)} if action else set()
    driven = find_driven_channels(obj)
    influences: list[tuple[str, str]] = []
    released_bones: set[str] = set()
    overridden_bones: set[str] = set()
    for bone in obj.pose.bones:
        for constraint in bone.constraints:
            path = constraint.path_from_id("influence")
            if not _is_acting(constraint, path in animated):
                continue
            affected = set(_affected_bones(bone, constraint)).intersection(keyed_bones)
            if (path, 0) in driven:
                overridden_bones |= affected
            elif affected:
                influences.append((bone.name, path))
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


def describe_conflicts(driven: Iterable[str], conflicts: ConstraintConflicts) -> list[Note]:
    """Return notes on bones with driven channels (``driven``), and on constraints that act on keyed bones."""
    messages = []
    if names := list(driven):
        messages.append(
            Note("Drivers set channels of {bones}: these were not keyed", bones=_shorten_names(names))
        )
    if conflicts.released_bones:
        messages.append(
            Note(
                "Constraints on {bones} were turned off by keys on their influence",
                bones=_shorten_names(list(conflicts.released_bones)),
            )
        )
    if conflicts.overridden_bones:
        messages.append(
            Note(
                "Constraints override the keys on {bones}: mute them to see the whole motion",
                bones=_shorten_names(list(conflicts.overridden_bones)),
            )
        )
    return messages


def _shorten_names(names: list[str]) -> str | Note:
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
