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


def overruled_bones(obj: bpy.types.Object, paths: Iterable[str], bones: Iterable[str]) -> list[str]:
    """Those of ``bones``, which get keys on ``paths``, whose keys a driver or an active constraint overrules."""
    data = obj.animation_data
    driven = {driver.data_path for driver in data.drivers if not driver.mute} if data else set()
    found = {path.partition('"')[2].rpartition('"')[0] for path in driven.intersection(paths)}
    held = {
        bone.name for bone in map(obj.pose.bones.get, bones) if bone and any(map(_holds, bone.constraints))
    }
    return [bone for bone in bones if bone in held or bpy.utils.escape_identifier(bone) in found]


def note(obj: bpy.types.Object, paths: Iterable[str], bones: Iterable[str]) -> list[str]:
    """One sentence for the user where keys are overruled, else nothing."""
    names = overruled_bones(obj, list(paths), list(bones))
    if not names:
        return []
    named = ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")
    return [f"Drivers or constraints overrule the keys on {named}: mute them to see the whole motion"]


def _holds(constraint: bpy.types.Constraint) -> bool:
    return (
        constraint.type not in _GENTLE
        and constraint.is_valid
        and not constraint.mute
        and constraint.influence > 1e-3
    )
