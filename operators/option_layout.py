# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of applying as fields, the same in the sidebar and in Adjust Last Operation (F9).

``options``: the scene's properties or the operator's own.
"""

from __future__ import annotations

from typing import Any

import bpy


def draw_place(layout: bpy.types.UILayout, options: Any) -> None:
    """Where the motion begins, and which bone travels."""
    layout.column(heading="Place").prop(options, "at_character")
    layout.prop(options, "root_mode")


def draw_limbs(layout: bpy.types.UILayout, options: Any, has_ik: bool) -> None:
    """Feet and hands; IK only for a rig that has it."""
    column = layout.column(align=True)
    column.prop(options, "foot_lock", slider=True)
    column.prop(options, "hand_lock", slider=True)
    row = layout.row()
    row.active = has_ik
    row.prop(options, "limb_keys", expand=True)
    layout.column(heading="Fingers").prop(options, "relax_fingers", text="Relaxed")


def draw_tolerances(layout: bpy.types.UILayout, options: Any) -> None:
    """How exact the keys that stay have to be."""
    column = layout.column(align=True)
    column.active = options.reduce_keys
    column.prop(options, "tolerance_mm")
    column.prop(options, "tolerance_degrees")


def draw_result(layout: bpy.types.UILayout, options: Any) -> None:
    """What becomes of the animation that is there."""
    layout.prop(options, "into")
    column = layout.column(align=True)
    column.prop(options, "blend_frames")
    column.prop(options, "repeat")
    column = layout.column(heading="Limit to")
    column.prop(options, "only_selected", text="Selected Bones")
    column = layout.column(heading="Scene")
    column.prop(options, "extend_range", text="Extend Range")


def draw_all(layout: bpy.types.UILayout, options: Any, has_ik: bool) -> None:
    """Everything below one another, for the operator."""
    layout.use_property_split = True
    layout.use_property_decorate = False
    layout.prop(options, "start_frame")
    draw_place(layout, options)
    layout.separator()
    draw_limbs(layout, options, has_ik)
    layout.separator()
    layout.column(heading="Keys").prop(options, "reduce_keys", text="Reduce")
    draw_tolerances(layout, options)
    layout.separator()
    draw_result(layout, options)
