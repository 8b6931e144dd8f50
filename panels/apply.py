# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Apply: how a motion becomes keyframes, and doing that again with other options."""

from __future__ import annotations

import bpy

from .main import KINESCRIBE_PT_main


class KINESCRIBE_PT_apply(bpy.types.Panel):
    """Options of applying a motion"""

    bl_idname = "KINESCRIBE_PT_apply"
    bl_label = "Apply"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_parent_id = KINESCRIBE_PT_main.bl_idname
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """When, where, and on which bones."""
        settings = context.scene.kinescribe
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False

        column = layout.column(heading="Start")
        column.prop(settings, "use_current_frame", text="At Current Frame")
        row = column.row()
        row.active = not settings.use_current_frame
        row.prop(settings, "start_frame", text="Frame")

        column = layout.column(heading="Place")
        column.prop(settings, "at_character")
        column.prop(settings, "root_mode")

        column = layout.column(heading="Limit to")
        column.prop(settings, "only_selected", text="Selected Bones")

        column = layout.column(heading="Scene")
        column.prop(settings, "extend_range", text="Extend Range")

        layout.operator("kinescribe.apply", text="Apply Again", icon="FILE_REFRESH")


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_PT_apply,))
