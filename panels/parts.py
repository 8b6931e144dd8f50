# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Parts: the sequence of a character, with the first prompt among its parts."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import active_character, bone_map_properties
from ..operators.request_builder import total_seconds
from .duration import format_duration
from .sub_panel import FieldsPanel
from .text import draw_message


class KINESCRIBE_UL_parts(bpy.types.UIList):
    """Parts of a sequence"""

    def draw_item(self, _context, layout, _data, item, _icon, _active, _name, _index):  # type: ignore[no-untyped-def]
        row = layout.row(align=True)
        row.active = not item.mute
        split = row.split(factor=0.6, align=True)
        split.prop(item, "prompt", text="", emboss=False)
        split.prop(item, "start", text="", emboss=False)
        split.prop(item, "end", text="", emboss=False)
        row.prop(item, "mute", text="", icon="HIDE_ON" if item.mute else "HIDE_OFF", emboss=False)
        row.prop(item, "locked", text="", icon="LOCKED" if item.locked else "UNLOCKED", emboss=False)


class KINESCRIBE_PT_parts(FieldsPanel, bpy.types.Panel):
    """The sequence of the character"""

    bl_idname = "KINESCRIBE_PT_parts"
    manual_page = "directing.html#parts"
    bl_label = "Parts"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_character(context) is not None

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        armature = active_character(context)
        if armature is None:
            return
        stored = bone_map_properties(armature)
        row = layout.row()
        row.template_list("KINESCRIBE_UL_parts", "", stored, "parts", stored, "active_part", rows=3)
        column = row.column(align=True)
        column.operator("kinescribe.add_part", text="", icon="ADD")
        column.operator("kinescribe.change_part", text="", icon="REMOVE").by = 0
        column.separator()
        column.operator("kinescribe.change_part", text="", icon="TRIA_UP").by = -1
        column.operator("kinescribe.change_part", text="", icon="TRIA_DOWN").by = 1
        column.separator()
        column.operator("kinescribe.edit_prompt", text="", icon="GREASEPENCIL").which = "PART"
        if 0 <= stored.active_part < len(stored.parts):
            part = stored.parts[stored.active_part]
            draw_message(layout, context, part.prompt or "The model decides", icon="TEXT")
            column = layout.column(align=True)
            column.prop(part, "start")
            column.prop(part, "end")
            layout.prop(part, "seed")
            row = layout.row(align=True)
            row.use_property_split = False
            button = row.operator("kinescribe.generate", text="Redo This Part", icon="FILE_REFRESH")
            button.parts, button.arrive = "ACTIVE", stored.arrive
            row.prop(stored, "arrive", toggle=True)
        layout.operator("kinescribe.split_prompt", icon="MOD_EXPLODE")
        row = layout.row(align=True)
        row.operator("kinescribe.import_parts", text="Import", icon="IMPORT")
        row.operator("kinescribe.export_parts", text="Export", icon="EXPORT")
        if len(stored.parts) > 1:
            layout.prop(stored.directing, "transition")
            line = format_duration(context.scene, total_seconds(context, armature))
            layout.label(text=iface("Total: {length}").format(length=line), translate=False)
        layout.prop(stored.directing, "loop")


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_UL_parts, KINESCRIBE_PT_parts))
