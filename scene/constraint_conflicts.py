# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers and constraints that override keys on a bone; constraint influences can be keyed to 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import bpy

from ..motion.errors import Note
from .action import action_of, fcurves_of

# riggers use these to limit a motion or to add to it, not to replace it
_GENTLE = {
    "LIMIT_ROTATION",
    "LIMIT_LOCATION",
    "LIMIT_SCALE",
    "LIMIT_DISTANCE",
    "MAINTAIN_VOLUME",
    "COPY_SCALE",
}
_MOST = 3


def driven_channels(obj: bpy.types.Object) -> frozenset[tuple[str, int]]:
    """Return the channels (data path, index) that a driver sets: keys on them would have no effect."""
    data = obj.animation_data
    drivers = data.drivers if data else ()
    return frozenset((d.data_path, d.array_index) for d in drivers if not d.mute)


@dataclass(frozen=True)
class Holds:
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
    silenced: tuple[str, ...]
    overruled: tuple[str, ...]


def holds(obj: bpy.types.Object, keyed: Iterable[str]) -> Holds:
    """Find the constraints that act on ``keyed`` bones, also as members of an IK chain.

    A constraint with an animated influence counts whatever its present value is: its keys will be replaced.
    """
    wanted = list(keyed)
    action = action_of(obj)
    animated = {curve.data_path for curve in fcurves_of(action, obj)} if action else set()
    driven = driven_channels(obj)
    influences: list[tuple[str, str]] = []
    silenced: set[str] = set()
    overruled: set[str] = set()
    for bone in obj.pose.bones:
        for constraint in bone.constraints:
            path = constraint.path_from_id("influence")
            if not _holds(constraint, path in animated):
                continue
            held = set(_reach(bone, constraint)).intersection(wanted)
            if (path, 0) in driven:
                overruled |= held
            elif held:
                influences.append((bone.name, path))
                silenced |= held
    return Holds(
        tuple(influences),
        tuple(bone for bone in wanted if bone in silenced and bone not in overruled),
        tuple(bone for bone in wanted if bone in overruled),
    )


def _reach(bone: bpy.types.PoseBone, constraint: bpy.types.Constraint) -> list[str]:
    """Return the bones that a constraint moves: its own, and with inverse kinematics the chain above it."""
    if constraint.type not in ("IK", "SPLINE_IK"):
        return [bone.name]
    line = [bone, *bone.parent_recursive]
    if constraint.type == "IK" and not constraint.use_tail:
        line = line[1:]
    return [b.name for b in (line[: constraint.chain_count] if constraint.chain_count else line)]


def notes(driven: Iterable[str], found: Holds) -> list[Note]:
    """Return notes on bones with driven channels (``driven``), and on constraints that act on keyed bones."""
    said = []
    if names := list(driven):
        said.append(Note("Drivers set channels of {bones}: these were not keyed", bones=_named(names)))
    if found.silenced:
        said.append(
            Note(
                "Constraints on {bones} were turned off by keys on their influence",
                bones=_named(list(found.silenced)),
            )
        )
    if found.overruled:
        said.append(
            Note(
                "Constraints override the keys on {bones}: mute them to see the whole motion",
                bones=_named(list(found.overruled)),
            )
        )
    return said


def _named(names: list[str]) -> str | Note:
    shown = ", ".join(names[:_MOST])
    if len(names) <= _MOST:
        return shown
    return Note("{bones} and {count} more", bones=shown, count=len(names) - _MOST)


def _holds(constraint: bpy.types.Constraint, animated: bool) -> bool:
    return (
        constraint.type not in _GENTLE
        and constraint.is_valid
        and not constraint.mute
        and (animated or constraint.influence > 1e-3)
    )
