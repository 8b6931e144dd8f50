# SPDX-License-Identifier: GPL-3.0-or-later
"""The character that a motion is applied to, and the scene and frame at which it is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy

from ..motion.errors import RigError
from .character import find_armature


def require_animatable_armature(obj: bpy.types.Object | None) -> bpy.types.Object:
    """Return the armature that ``obj`` is or is deformed by. Raises :class:`RigError` if it can't get an Action."""
    armature = find_armature(obj)
    if obj is None or armature is None:
        raise RigError("Select a character: an armature, or a mesh that an armature deforms")
    if armature.type != "ARMATURE":
        raise RigError(
            "{name} is not an armature, and no armature deforms it: select a character", name=armature.name
        )
    override = armature.override_library
    if armature.library or (override and override.is_system_override):
        raise RigError(
            "{name} is linked from another file: make a library override of it, and make it editable",
            name=armature.name,
        )
    if armature.data.is_editmode:
        raise RigError("{name} is in Edit Mode: leave it, and try again", name=armature.name)
    if armature.animation_data and armature.animation_data.use_tweak_mode:
        raise RigError(
            "An NLA strip of {name} is being tweaked: leave tweak mode (Tab in the NLA editor) first",
            name=armature.name,
        )
    return armature


def find_scene(context: bpy.types.Context, obj: bpy.types.Object) -> bpy.types.Scene:
    """Return the scene that is shown, or the object's own scene if the object is not in the shown one."""
    object_scenes = obj.users_scene
    return context.scene if context.scene in object_scenes or not object_scenes else object_scenes[0]


@contextmanager
def at_frame(scene: bpy.types.Scene, frame: int) -> Iterator[None]:
    """Context manager: show the scene at another frame."""
    current_frame, subframe = scene.frame_current, scene.frame_subframe
    scene.frame_set(frame)
    try:
        yield
    finally:
        scene.frame_set(current_frame, subframe=subframe)
