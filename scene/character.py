# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom an object stands for, and where its bone map is. Asked whenever the sidebar is drawn: brings no NumPy."""

from __future__ import annotations

from typing import Any

import bpy


def armature_of(obj: bpy.types.Object | None) -> bpy.types.Object | None:
    """The armature that ``obj`` is, or that deforms it by a modifier or as its parent; None where there is none."""
    if obj is None or obj.type == "ARMATURE":
        return obj
    for modifier in obj.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            return modifier.object
    parent = obj.parent
    return parent if parent is not None and parent.type == "ARMATURE" else None


def stored_map(obj: bpy.types.Object) -> Any:
    """The properties (``KINESCRIBE_PG_map``) that hold the bone map of an armature object, filled or not.

    They belong to the object. On a library override Blender restores what the library's object has, and from 5.0 on
    fails with what that has never set: an override's own map lies in a scene. Until there is one the library's holds.
    """
    if obj.override_library is not None:
        for scene in bpy.data.scenes:
            for entry in scene.kinescribe.override_maps:
                if entry.object == obj:
                    return entry.map
    return obj.kinescribe
