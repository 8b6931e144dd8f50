# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Direct: paths, pins, poses and sequences beside the prompt."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import active_character
from ..operators.request_builder import total_seconds
from ..session import session
from .main import format_duration
from .sub_panel import FieldsPanel


class KINESCRIBE_UL_segments(bpy.types.UIList):
    """Prompts that follow the first one"""

    def draw_item(self, _context, layout, _data, item, _icon, _active, _name, _index):  # type: ignore[no-untyped-def]
        split = layout.split(factor=0.75, align=True)
        split.prop(item, "prompt", text="", emboss=False)
        split.prop(item, "seconds", text="", emboss=False)


class KINESCRIBE_UL_pins(bpy.types.UIList):
    """Positions that hands, feet or hips have to reach"""

    def draw_item(self, _context, layout, _data, item, _icon, _active, _name, _index):  # type: ignore[no-untyped-def]
        split = layout.split(factor=0.5, align=True)
        split.label(text=item.object.name if item.object else "–", icon="EMPTY_DATA", translate=False)
        split.prop(item, "joint", text="", emboss=False)


class _DirectingSubPanel(FieldsPanel):
    """A sub-panel of Direct."""

    bl_parent_id = "KINESCRIBE_PT_directing"


class KINESCRIBE_PT_directing(FieldsPanel, bpy.types.Panel):
    """Guides of the motion beside the prompt"""

    bl_idname = "KINESCRIBE_PT_directing"
    bl_label = "Direct"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        directing = context.scene.kinescribe.directing
        layout.prop(directing, "variations")
        armature = active_character(context)
        if (
            len(session.generation.variations) > 1
            and armature is not None
            and armature.session_uid == session.generation.generated_for
        ):
            row = layout.row(align=True)
            row.enabled = not session.generation.is_running
            for number, key in enumerate(session.generation.variations, start=1):
                button = row.operator(
                    "kinescribe.apply",
                    text=str(number),
                    depress=key == session.generation.motion_id,
                    translate=False,
                )
                button.motion, button.target = key, session.generation.generated_for
        layout.operator("kinescribe.clear_guides", icon="X")


class KINESCRIBE_PT_directing_path(_DirectingSubPanel, bpy.types.Panel):
    """Where the character goes"""

    bl_idname = "KINESCRIBE_PT_directing_path"
    bl_label = "Path"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        directing = context.scene.kinescribe.directing
        layout.prop(directing, "path")
        row = layout.row(align=True)
        row.operator("kinescribe.add_path", text="Curve", icon="CURVE_BEZCURVE").kind = "CURVE"
        row.operator("kinescribe.add_path", text="Waypoints", icon="EMPTY_ARROWS").kind = "WAYPOINTS"
        column = layout.column()
        column.active = directing.path is not None
        column.column(heading="Begin").prop(directing, "from_character")
        column.prop(directing, "facing")
        column.operator("kinescribe.fit_duration", icon="TIME")


class KINESCRIBE_PT_directing_pins(_DirectingSubPanel, bpy.types.Panel):
    """Positions of hands, feet and hips"""

    bl_idname = "KINESCRIBE_PT_directing_pins"
    bl_label = "Pins"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        directing = context.scene.kinescribe.directing
        row = layout.row()
        row.template_list("KINESCRIBE_UL_pins", "", directing, "pins", directing, "active_pin", rows=3)
        column = row.column(align=True)
        column.operator_menu_enum("kinescribe.add_pin", "joint", text="", icon="ADD")
        column.operator("kinescribe.remove_pin", text="", icon="REMOVE")
        if 0 <= directing.active_pin < len(directing.pins):
            pin = directing.pins[directing.active_pin]
            layout.prop(pin, "object")
            layout.prop(pin, "when")
            if pin.when == "FRAME":
                layout.prop(pin, "frame")


class KINESCRIBE_PT_directing_poses(_DirectingSubPanel, bpy.types.Panel):
    """Poses of the present animation that the motion keeps"""

    bl_idname = "KINESCRIBE_PT_directing_poses"
    bl_label = "Poses"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        directing = context.scene.kinescribe.directing
        column = layout.column(heading="Poses")
        column.prop(directing, "start_pose")
        column.prop(directing, "own_keys")
        column.prop(directing, "keep_selected")


class KINESCRIBE_PT_directing_sequence(_DirectingSubPanel, bpy.types.Panel):
    """Prompts that follow the first one"""

    bl_idname = "KINESCRIBE_PT_directing_sequence"
    bl_label = "Sequence"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        settings = context.scene.kinescribe
        directing = settings.directing
        layout.label(text="Then")
        row = layout.row()
        row.template_list(
            "KINESCRIBE_UL_segments", "", directing, "segments", directing, "active_segment", rows=3
        )
        column = row.column(align=True)
        column.operator("kinescribe.add_part", text="", icon="ADD")
        column.operator("kinescribe.change_part", text="", icon="REMOVE").by = 0
        column.separator()
        column.operator("kinescribe.change_part", text="", icon="TRIA_UP").by = -1
        column.operator("kinescribe.change_part", text="", icon="TRIA_DOWN").by = 1
        if directing.segments:
            layout.prop(directing, "transition")
            line = format_duration(context.scene, total_seconds(settings))
            layout.label(text=iface("Total: {length}").format(length=line), translate=False)
        layout.prop(directing, "loop")


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_UL_segments,
        KINESCRIBE_UL_pins,
        KINESCRIBE_PT_directing,
        KINESCRIBE_PT_directing_path,
        KINESCRIBE_PT_directing_pins,
        KINESCRIBE_PT_directing_poses,
        KINESCRIBE_PT_directing_sequence,
    )
)
