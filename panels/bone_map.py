# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Bone Map: which bone follows which joint of a motion."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import character
from .main import KINESCRIBE_PT_main
from .text import sentence


class KINESCRIBE_UL_bone_map(bpy.types.UIList):
    """Joint and bone, a row each"""

    bl_idname = "KINESCRIBE_UL_bone_map"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: Any,
        item: Any,
        icon: int,
        active_data: Any,
        active_property: str,
        index: int = 0,
        flt_flag: int = 0,
    ) -> None:
        """A joint, and the bone to choose for it."""
        split = layout.split(factor=0.4)
        split.label(text=iface(item.joint.replace("_", " ").title()), translate=False)
        armature = data.id_data
        known = item.bone in armature.pose.bones if armature.pose else False
        row = split.row()
        row.alert = bool(item.bone) and not known
        row.prop_search(item, "bone", armature.data, "bones", text="")


class KINESCRIBE_PT_bone_map(bpy.types.Panel):
    """How the character's bones are recognised"""

    bl_idname = "KINESCRIBE_PT_bone_map"
    bl_label = "Bone Map"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_parent_id = KINESCRIBE_PT_main.bl_idname
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only for a character."""
        return character(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        """What was recognised, every joint, and the button that looks again."""
        layout = self.layout
        found = character(context)
        stored = found.kinescribe
        if stored.bone_map:
            column = layout.column()
            column.use_property_split = True
            column.use_property_decorate = False
            column.enabled = False
            column.prop(stored, "family")
            column.prop(stored, "confidence")
            layout.template_list(
                KINESCRIBE_UL_bone_map.bl_idname, "", stored, "bone_map", stored, "active_bone", rows=8
            )
        else:
            sentence(layout, context, "The bones are recognised when a motion is first applied", icon="INFO")
        layout.operator("kinescribe.map_bones", text="Detect Bones", icon="VIEWZOOM")


_classes = (KINESCRIBE_UL_bone_map, KINESCRIBE_PT_bone_map)


def register() -> None:
    """Register the list and the sub-panel."""
    for cls in _classes:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister them."""
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
