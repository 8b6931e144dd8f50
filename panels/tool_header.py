# SPDX-License-Identifier: GPL-3.0-or-later
"""The main panel's button in the tool settings of the 3D View: in sight when the sidebar is scrolled."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.base import active_character
from ..session import session
from .button import draw_next_step
from .main import KINESCRIBE_PT_main

_MODES = frozenset({"OBJECT", "POSE"})


def _draw(header: Any, context: bpy.types.Context) -> None:
    """Draw the button, or Cancel, for the active character while the tab Kinescribe is open."""
    if context.mode not in _MODES or not _is_tab_open(context.area):
        return
    armature = active_character(context)
    if armature is None:
        return
    row = header.layout.row(align=True)
    row.operator_context = "INVOKE_DEFAULT"
    if session.generation.is_running:
        row.operator("kinescribe.cancel", text="Cancel", icon="X")
    else:
        draw_next_step(row, context, armature)


def _is_tab_open(area: bpy.types.Area | None) -> bool:
    """Return whether the sidebar of a 3D View is open with the tab of Kinescribe."""
    sidebar = next((region for region in area.regions if region.type == "UI"), None) if area else None
    if sidebar is None or sidebar.width <= 1:
        return False
    # Blender 4.2 cannot say which tab is open; where it is unknown, the button is drawn
    tab = getattr(sidebar, "active_panel_category", KINESCRIBE_PT_main.bl_category)
    return tab == KINESCRIBE_PT_main.bl_category


def register() -> None:
    """Add the button behind what Blender draws."""
    bpy.types.VIEW3D_HT_tool_header.append(_draw)


def unregister() -> None:
    """Remove it."""
    bpy.types.VIEW3D_HT_tool_header.remove(_draw)
