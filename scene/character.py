# SPDX-License-Identifier: GPL-3.0-or-later
"""Resolve an object to its armature (a mesh to the one that deforms it) and to the properties of its bone map.

Panels use this in every redraw, so this file imports no NumPy.
"""

from __future__ import annotations

from typing import Any

import bpy


def find_armature(obj: bpy.types.Object | None) -> bpy.types.Object | None:
    """Return the armature that ``obj`` is, or that deforms it by a modifier or as its parent; None if there is none."""
    if obj is None or obj.type == "ARMATURE":
        return obj
    for modifier in obj.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            armature: bpy.types.Object = modifier.object
            return armature
    parent = obj.parent
    return parent if parent is not None and parent.type == "ARMATURE" else None


def bone_map_properties(obj: bpy.types.Object) -> Any:
    """Return the properties (``KINESCRIBE_PG_map``) that hold the bone map of an armature object, filled or not.

    They belong to the object. On a library override Blender restores the values of the library's object, and from 5.0
    on fails with values that it never had: the map of an override is stored in a scene. Until there is one, the
    library's map is used.
    """
    if obj.override_library is not None:
        for scene in bpy.data.scenes:
            for entry in scene.kinescribe.override_maps:
                if entry.object == obj:
                    return entry.map
    return obj.kinescribe
