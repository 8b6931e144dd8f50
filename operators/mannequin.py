# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu entry Add > Armature > Kinescribe Mannequin."""

from __future__ import annotations

import bpy

from .base import ReportsErrors, Result


class KINESCRIBE_OT_add_mannequin(ReportsErrors, bpy.types.Operator):
    """Add a simple figure with a rig, ready to be animated, at the 3D cursor"""

    bl_idname = "kinescribe.add_mannequin"
    bl_label = "Kinescribe Mannequin"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require Object Mode, as Blender does for added objects."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.mannequin import add_mannequin

        add_mannequin(context)
        return {"FINISHED"}


def _draw_menu_entry(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(KINESCRIBE_OT_add_mannequin.bl_idname, icon="OUTLINER_OB_ARMATURE")


def register() -> None:
    """Register the operator and its menu entry."""
    bpy.utils.register_class(KINESCRIBE_OT_add_mannequin)
    bpy.types.VIEW3D_MT_armature_add.append(_draw_menu_entry)


def unregister() -> None:
    """Remove the menu entry and the operator."""
    bpy.types.VIEW3D_MT_armature_add.remove(_draw_menu_entry)
    bpy.utils.unregister_class(KINESCRIBE_OT_add_mannequin)
