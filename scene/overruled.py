# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that will not show, because a driver or a constraint has the last word on their bone."""

from __future__ import annotations

from collections.abc import Iterable

import bpy

# these only narrow or add to what a key says where it goes too far, as riggers mean them to
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
    """Channels (data path, index) that a driver sets: keys on them would never show."""
    data = obj.animation_data
    drivers = data.drivers if data else ()
    return frozenset((d.data_path, d.array_index) for d in drivers if not d.mute)


def constrained_bones(obj: bpy.types.Object, bones: Iterable[str]) -> list[str]:
    """Those of ``bones`` that an active constraint holds elsewhere than their keys say, members of IK chains too."""
    held: set[str] = set()
    for bone in obj.pose.bones:
        for constraint in bone.constraints:
            if _holds(constraint):
                held.update(_reach(bone, constraint))
    return [bone for bone in bones if bone in held]


def _reach(bone: bpy.types.PoseBone, constraint: bpy.types.Constraint) -> list[str]:
    """The bones that a constraint turns: its own, and with inverse kinematics those above it."""
    if constraint.type not in ("IK", "SPLINE_IK"):
        return [bone.name]
    line = [bone, *bone.parent_recursive]
    if constraint.type == "IK" and not constraint.use_tail:
        line = line[1:]
    return [b.name for b in (line[: constraint.chain_count] if constraint.chain_count else line)]


def notes(obj: bpy.types.Object, driven: Iterable[str], keyed: Iterable[str]) -> list[str]:
    """Sentences for the user: about bones whose ``driven`` channels were left alone, and keys that are overruled."""
    found = []
    if names := list(driven):
        found.append(f"Drivers set channels of {_named(names)}: these were left alone")
    if names := constrained_bones(obj, keyed):
        found.append(f"Constraints overrule the keys on {_named(names)}: mute them to see the whole motion")
    return found


def _named(names: list[str]) -> str:
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")


def _holds(constraint: bpy.types.Constraint) -> bool:
    return (
        constraint.type not in _GENTLE
        and constraint.is_valid
        and not constraint.mute
        and constraint.influence > 1e-3
    )
