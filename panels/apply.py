# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Apply: options of turning a motion into keyframes, and applying it again with other options."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.apply import changed_options
from ..operators.base import active_character, bone_map_properties, get_action
from ..operators.option_layout import draw_limbs, draw_placement, draw_result, draw_tolerances
from .sub_panel import FieldsPanel
from .text import draw_message


class _ApplySubPanel(FieldsPanel):
    """A sub-panel of Apply."""

    bl_parent_id = "KINESCRIBE_PT_apply"


class KINESCRIBE_PT_apply(FieldsPanel, bpy.types.Panel):
    """Options of applying a motion"""

    bl_idname = "KINESCRIBE_PT_apply"
    bl_label = "Apply"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        settings = context.scene.kinescribe
        column = layout.column()
        column.prop(settings, "start")
        if settings.start == "FRAME":
            column.prop(settings, "start_frame", text="Frame")
        draw_placement(layout, settings)
        layout.operator("kinescribe.apply", text="Apply Again", icon="FILE_REFRESH")
        changed = changed_options(context.scene, get_action(active_character(context)))
        if changed:
            names = ", ".join(iface(settings.bl_rna.properties[name].name) for name in changed)
            text = iface("Not as in the take: {names}").format(names=names)
            draw_message(layout, context, text, icon="INFO")


class KINESCRIBE_PT_apply_limbs(_ApplySubPanel, bpy.types.Panel):
    """Feet, hands and fingers"""

    bl_idname = "KINESCRIBE_PT_apply_limbs"
    bl_label = "Feet and Hands"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        armature = active_character(context)
        stored = bone_map_properties(armature) if armature else None
        # a rig without a bone map may have IK
        draw_limbs(layout, context.scene.kinescribe, stored is None or not stored.bone_map or stored.has_ik)


class KINESCRIBE_PT_apply_reduction(_ApplySubPanel, bpy.types.Panel):
    """Fewer keys"""

    bl_idname = "KINESCRIBE_PT_apply_reduction"
    bl_label = "Reduce Keys"

    def draw_header(self, context: bpy.types.Context) -> None:
        self.layout.prop(context.scene.kinescribe, "reduce_keys", text="")

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        draw_tolerances(layout, context.scene.kinescribe)


class KINESCRIBE_PT_apply_result(_ApplySubPanel, bpy.types.Panel):
    """Where the keys go"""

    bl_idname = "KINESCRIBE_PT_apply_result"
    bl_label = "Action and NLA"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        draw_result(layout, context.scene.kinescribe)


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_PT_apply,
        KINESCRIBE_PT_apply_limbs,
        KINESCRIBE_PT_apply_reduction,
        KINESCRIBE_PT_apply_result,
    )
)
