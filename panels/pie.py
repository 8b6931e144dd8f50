# SPDX-License-Identifier: GPL-3.0-or-later
"""The pie menu over the 3D View: takes, guides and generating."""

from __future__ import annotations

import bpy

from ..operators.base import NO_CHARACTER, active_character
from ..operators.guide_list import TOOL
from ..session import session
from .button import draw_next_step

_keys: list[tuple[bpy.types.KeyMap, bpy.types.KeyMapItem]] = []


class KINESCRIBE_MT_pie(bpy.types.Menu):
    """Takes, guides and generating, around the mouse"""

    bl_idname = "KINESCRIBE_MT_pie"
    bl_label = "Kinescribe"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the entries in Blender's order: left, right, below, above, and the corners."""
        pie = self.layout.menu_pie()
        pie.operator_context = "INVOKE_DEFAULT"
        armature = active_character(context)
        if armature is None:
            pie.operator("kinescribe.add_mannequin", text="Add Mannequin", icon="ARMATURE_DATA")
            pie.box().label(text=NO_CHARACTER, icon="INFO")
            return
        if session.generation.is_running:
            pie.operator("kinescribe.cancel", text="Cancel", icon="X")
        else:
            draw_next_step(pie, context, armature)
        pie.operator("kinescribe.variations", icon="DUPLICATE")
        tool = pie.operator("wm.tool_set_by_id", text="Draw Guides", icon="GREASEPENCIL")
        tool.name = TOOL
        if session.ghosts:
            pie.operator("kinescribe.hide_ghosts", icon="X")
        else:
            pie.operator(
                "kinescribe.show_ghosts", text="Compare Takes", icon="GHOST_ENABLED"
            ).source = "TAKES"
        pie.operator("kinescribe.step_take", text="Previous Take", icon="TRIA_LEFT").by = -1
        pie.operator("kinescribe.step_take", text="Next Take", icon="TRIA_RIGHT").by = 1
        pie.operator("kinescribe.clear_guides", icon="X")
        pie.operator("kinescribe.go_to_guide", icon="VIEWZOOM")


def draw_pie_entry(layout: bpy.types.UILayout) -> None:
    """Draw the entry of a menu that opens the pie menu, to which a key can be assigned."""
    layout.operator("wm.call_menu_pie", text="Pie Menu").name = KINESCRIBE_MT_pie.bl_idname


def register() -> None:
    """Register the menu, and its key in the modes that have characters."""
    bpy.utils.register_class(KINESCRIBE_MT_pie)
    config = bpy.context.window_manager.keyconfigs.addon
    if config is None:
        return
    for name in ("Object Mode", "Pose"):
        keymap = config.keymaps.new(name, space_type="EMPTY")
        # free in these modes and in the 3D View of Blender's own key map, 4.2 to 5.2
        item = keymap.keymap_items.new("wm.call_menu_pie", "N", "PRESS", shift=True)
        item.properties.name = KINESCRIBE_MT_pie.bl_idname  # type: ignore[union-attr]
        _keys.append((keymap, item))


def unregister() -> None:
    """Remove them."""
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
    _keys.clear()
    bpy.utils.unregister_class(KINESCRIBE_MT_pie)
