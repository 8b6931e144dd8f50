# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the options of applying, in the sidebar and in Adjust Last Operation (F9) alike.

``options``: the properties of the scene or of the operator.
"""

from __future__ import annotations

from typing import Any

import bpy


def draw_placement(layout: bpy.types.UILayout, options: Any) -> None:
    """Draw where the motion begins, and which bone carries the root motion."""
    layout.column(heading="Place").prop(options, "at_character")
    layout.prop(options, "root_mode")


def draw_limbs(layout: bpy.types.UILayout, options: Any, has_ik: bool) -> None:
    """Draw the options of feet, hands and fingers; IK keys are greyed out unless ``has_ik``."""
    column = layout.column(align=True)
    column.prop(options, "foot_lock", slider=True)
    column.prop(options, "hand_lock", slider=True)
    row = layout.row()
    row.active = has_ik
    row.prop(options, "limb_keys", expand=True)
    layout.column(heading="Fingers").prop(options, "relax_fingers", text="Relaxed")


def draw_tolerances(layout: bpy.types.UILayout, options: Any) -> None:
    """Draw the tolerances of key reduction."""
    column = layout.column(align=True)
    column.active = options.reduce_keys
    column.prop(options, "tolerance_mm")
    column.prop(options, "tolerance_degrees")
    column.prop(options, "pose_keys")


def draw_result(layout: bpy.types.UILayout, options: Any) -> None:
    """Draw where the keys go and how they join the animation that is there."""
    layout.prop(options, "into")
    column = layout.column(align=True)
    column.prop(options, "blend_frames")
    column.prop(options, "repeat")
    column = layout.column(heading="Limit to")
    column.prop(options, "only_selected", text="Selected Bones")
    column = layout.column(heading="Scene")
    column.prop(options, "extend_range", text="Extend Range")


def draw_all(layout: bpy.types.UILayout, options: Any, has_ik: bool) -> None:
    """Draw all options below one another, for the operator."""
    layout.use_property_split = True
    layout.use_property_decorate = False
    layout.prop(options, "start_frame")
    draw_placement(layout, options)
    layout.separator()
    draw_limbs(layout, options, has_ik)
    layout.separator()
    layout.column(heading="Keys").prop(options, "reduce_keys", text="Reduce")
    draw_tolerances(layout, options)
    layout.separator()
    draw_result(layout, options)
