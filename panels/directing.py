# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Direct: the list of a character's guides, and poses that its motion keeps."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.base import active_character, bone_map_properties
from ..operators.guide_list import (
    TOOL,
    TOOL_MODES,
    GuideRow,
    are_rows_shown,
    find_span,
    list_guides,
    schedule_rows,
)
from ..properties.guides import POSE_GUIDES
from .sub_panel import FieldsPanel


class KINESCRIBE_UL_guides(bpy.types.UIList):
    """Guides of a character"""

    def draw_item(self, context, layout, _data, item, _icon, _active, _name, index):  # type: ignore[no-untyped-def]
        rows = list_guides(context)
        if index >= len(rows) or rows[index][:3] != (item.kind, item.index, item.shared):
            schedule_rows()  # the list follows in a moment
            return
        row = rows[index]
        line = layout.row(align=True)
        _draw_name(line, row)
        span = find_span(context, row)
        numbers = line.row()
        numbers.alignment = "RIGHT"
        numbers.active = False
        if span is not None:
            first, last = span
            numbers.label(text=f"{first}–{last}" if last != first else str(first), translate=False)
        used = getattr(row.item, row.use_name)
        line.prop(row.item, row.use_name, text="", icon="HIDE_OFF" if used else "HIDE_ON", emboss=False)


def _draw_name(line: bpy.types.UILayout, row: GuideRow) -> None:
    """Draw what a guide is: the object's name can be edited by a double click."""
    icons: dict[str, Any] = {
        "PATH": "CURVE_BEZCURVE", "WAYPOINT": "EMPTY_SINGLE_ARROW", "PIN": "PINNED", "POSE": "ARMATURE_DATA",
    }  # fmt: skip
    if row.kind == "POSE":
        label = row.owner.bl_rna.properties[POSE_GUIDES[row.entry]].name
        line.label(text=label, icon=icons[row.kind])
    elif row.object is None:
        line.label(text="Its object was deleted", icon="ERROR")
    else:
        line.prop(row.object, "name", text="", icon=icons[row.kind], emboss=False)


def shown_directing(context: bpy.types.Context) -> Any:
    """Return the guides of the active character; without one those of the scene."""
    armature = active_character(context)
    if armature is None:
        return context.scene.kinescribe.directing
    return bone_map_properties(armature).directing


class _DirectingSubPanel(FieldsPanel):
    """A sub-panel of Direct."""

    bl_parent_id = "KINESCRIBE_PT_directing"


class KINESCRIBE_PT_directing(FieldsPanel, bpy.types.Panel):
    """Guides of the motion beside the prompt"""

    bl_idname = "KINESCRIBE_PT_directing"
    manual_page = "directing.html#guides"
    bl_label = "Direct"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        rows = list_guides(context)
        if not are_rows_shown(context, rows):
            schedule_rows()
        window = context.window_manager.kinescribe
        row = layout.row(align=True)
        row.operator("kinescribe.add_path", text="Path", icon="CURVE_BEZCURVE").kind = "CURVE"
        row.operator("kinescribe.add_waypoint", text="Waypoint", icon="EMPTY_SINGLE_ARROW")
        row.operator_menu_enum("kinescribe.add_pin", "joint", text="Pin", icon="PINNED")
        if context.mode in TOOL_MODES:
            tool = row.operator("wm.tool_set_by_id", text="", icon="GREASEPENCIL")
            tool.name = TOOL
        if rows:
            row = layout.row()
            row.template_list(
                "KINESCRIBE_UL_guides",
                "",
                window,
                "guides",
                window,
                "active_guide",
                rows=max(3, min(6, len(rows))),
            )
            column = row.column(align=True)
            for name, icon in (
                ("select_guide", "RESTRICT_SELECT_OFF"), ("go_to_guide", "VIEWZOOM"), ("remove_guide", "REMOVE"),
            ):  # fmt: skip
                column.operator(f"kinescribe.{name}", text="", icon=icon)  # type: ignore[arg-type]
            if window.active_guide < len(rows):
                _draw_guide(layout, rows[window.active_guide])
            layout.operator("kinescribe.clear_guides", icon="X")
        layout.prop(context.scene.kinescribe, "show_guides", text="Show in the 3D View")


def _draw_guide(layout: bpy.types.UILayout, row: GuideRow) -> None:
    """Draw the settings of a guide."""
    item, column = row.item, layout.column()
    if row.kind == "PATH":
        column.prop(item, "path")
    if row.kind in {"PATH", "WAYPOINT"}:
        column.column(heading="Begin").prop(row.owner, "from_character")
        column.prop(row.owner, "facing")
        column.operator("kinescribe.fit_duration", icon="TIME")
    if row.kind == "WAYPOINT":
        column.prop(item, "object")
        column.prop(item, "use_facing")
        column.prop(item, "use_frame")
        if item.use_frame:
            column.prop(item, "frame")
    elif row.kind == "PIN":
        column.prop(item, "object")
        column.prop(item, "joint")
        column.prop(item, "when")
        if item.when in {"FRAME", "RANGE"}:
            column.prop(item, "frame")
        if item.when == "RANGE":
            column.prop(item, "frame_end")
        column.prop(item, "offset")
        column.prop(item, "use_rotation")


class KINESCRIBE_PT_directing_poses(_DirectingSubPanel, bpy.types.Panel):
    """Poses of the present animation that the motion keeps"""

    bl_idname = "KINESCRIBE_PT_directing_poses"
    bl_label = "Poses"

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        directing = shown_directing(context)
        column = layout.column(heading="Poses")
        column.prop(directing, "start_pose")
        column.prop(directing, "own_keys")
        column.prop(directing, "keep_selected")


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_UL_guides,
        KINESCRIBE_PT_directing,
        KINESCRIBE_PT_directing_poses,
    )
)
