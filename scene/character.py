# SPDX-License-Identifier: GPL-3.0-or-later
"""Return the armature, the Action and the bone map properties of an object.

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


def find_guided(obj: bpy.types.Object, scene: bpy.types.Scene) -> bpy.types.Object | None:
    """Return the armature in the scene that a path, a waypoint or a pin guides; None if it guides none."""
    guides = {obj, obj.parent}
    for armature in scene.objects:
        if armature.type == "ARMATURE":
            directing = bone_map_properties(armature).directing
            rows = (*directing.pins, *directing.waypoints)
            if directing.path in guides - {None} or any(row.object == obj for row in rows):
                return armature
    return None


def get_action(obj: bpy.types.Object | None) -> bpy.types.Action | None:
    """Return the Action that is assigned to the object; None where there is none."""
    return obj.animation_data.action if obj is not None and obj.animation_data else None


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


def find_owner(stored: Any) -> bpy.types.Object | None:
    """Return the armature object to which such properties belong; None if it was removed."""
    owner = stored.id_data
    if isinstance(owner, bpy.types.Object):
        return owner
    entries = owner.kinescribe.override_maps
    return next((entry.object for entry in entries if entry.map == stored), None)
