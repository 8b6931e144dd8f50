# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored in the .blend, on Scene and Object."""

from __future__ import annotations

import bpy
from bpy.props import PointerProperty, StringProperty

from . import guides, listeners, parts, scenes
from .characters import (
    KINESCRIBE_PG_bone,
    KINESCRIBE_PG_bone_rotation,
    KINESCRIBE_PG_map,
    KINESCRIBE_PG_override,
    KINESCRIBE_PG_switch,
    KINESCRIBE_PG_take,
)
from .guides import (
    KINESCRIBE_PG_directing,
    KINESCRIBE_PG_guide,
    KINESCRIBE_PG_pin,
    KINESCRIBE_PG_waypoint,
    KINESCRIBE_PG_window,
)
from .parts import KINESCRIBE_PG_part, KINESCRIBE_PG_segment
from .scenes import KINESCRIBE_PG_scene

_classes = (
    KINESCRIBE_PG_take,
    KINESCRIBE_PG_part,
    KINESCRIBE_PG_bone,
    KINESCRIBE_PG_switch,
    KINESCRIBE_PG_bone_rotation,
    KINESCRIBE_PG_segment,
    KINESCRIBE_PG_pin,
    KINESCRIBE_PG_waypoint,
    KINESCRIBE_PG_guide,
    KINESCRIBE_PG_window,
    KINESCRIBE_PG_directing,
    KINESCRIBE_PG_map,
    KINESCRIBE_PG_override,
    KINESCRIBE_PG_scene,
)


for _module in (guides, listeners, parts, scenes):
    # Blender keeps functions of these, and with them their globals. Python empties the globals of a module when it ends
    # only if something still refers to the module: else they hold Blender, and as a module 4.2 crashes at exit.
    vars(_module)["_this_module"] = _module


def register() -> None:
    """Add ``Scene.kinescribe``, ``Object.kinescribe``, and the motions that Actions hold."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    bpy.types.Scene.kinescribe = PointerProperty(type=KINESCRIBE_PG_scene)
    bpy.types.Object.kinescribe = PointerProperty(type=KINESCRIBE_PG_map)
    bpy.types.WindowManager.kinescribe = PointerProperty(type=KINESCRIBE_PG_window)
    # a registered property, which Blender does not list among an Action's custom properties
    bpy.types.Action.kinescribe_motion = StringProperty(
        name="Motion", description="The motion of the take, packed", options={"HIDDEN"}
    )


def unregister() -> None:
    """Remove them; values that a .blend stores stay in the file."""
    del bpy.types.Action.kinescribe_motion
    del bpy.types.WindowManager.kinescribe
    del bpy.types.Object.kinescribe
    del bpy.types.Scene.kinescribe
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
