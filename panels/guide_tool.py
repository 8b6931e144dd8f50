# SPDX-License-Identifier: GPL-3.0-or-later
"""The tool Guides in the toolbar of the 3D View, in Object Mode and in Pose Mode."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.guide_list import TOOL, schedule_rows

_KEYS: Any = (
    ("kinescribe.draw_guide", {"type": "LEFTMOUSE", "value": "PRESS"}, None),
    (
        "kinescribe.draw_guide",
        {"type": "LEFTMOUSE", "value": "PRESS", "shift": True},
        {"properties": [("drag", "WAYPOINT")]},
    ),
)
"""Of the tool alone: they count while it is chosen, and no key of Blender's or of another tool changes."""


class _GuideTool(bpy.types.WorkSpaceTool):
    """What the tool is in all modes"""

    bl_space_type = "VIEW_3D"
    bl_idname = TOOL
    bl_label = "Guides"
    bl_description = (
        "Drag over the floor to draw a path, click to set a waypoint (Shift drag: facing where you drag), drag a hand "
        "or a foot to what it has to hold"
    )
    bl_icon = "ops.curve.draw"
    bl_keymap = _KEYS

    @staticmethod
    def draw_settings(
        _context: bpy.types.Context, layout: bpy.types.UILayout, tool: bpy.types.WorkSpaceTool
    ) -> None:
        """Draw what dragging makes, and how long a hand or foot is held."""
        schedule_rows()  # hands and feet are marked while the tool is chosen
        properties: Any = tool.operator_properties("kinescribe.draw_guide")
        layout.prop(properties, "drag", expand=True)
        layout.prop(properties, "frames")
        layout.prop(properties, "use_rotation")


class KINESCRIBE_guides_in_object_mode(_GuideTool):
    """The tool in Object Mode"""

    bl_context_mode = "OBJECT"


class KINESCRIBE_guides_in_pose_mode(_GuideTool):
    """The tool in Pose Mode"""

    bl_context_mode = "POSE"


_TOOLS = (KINESCRIBE_guides_in_object_mode, KINESCRIBE_guides_in_pose_mode)


def register() -> None:
    """Add the tool below Blender's own; without a window there is no toolbar."""
    if bpy.app.background:
        return
    for tool in _TOOLS:
        bpy.utils.register_tool(tool, separator=True)


def unregister() -> None:
    """Remove it."""
    if bpy.app.background:
        return
    for tool in reversed(_TOOLS):
        bpy.utils.unregister_tool(tool)
