# SPDX-License-Identifier: GPL-3.0-or-later
"""The main panel: character, prompt, Generate button and progress."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import NO_CHARACTER, active_character, bone_map_properties
from ..operators.next_step import find_played_take
from ..operators.prompt_text import read_prompt_text
from ..operators.request_builder import merge_directing
from ..session import session
from .button import draw_next_step
from .duration import format_duration
from .menus import KINESCRIBE_MT_examples, KINESCRIBE_MT_recent
from .text import draw_message, measure_text, region_width

_BESIDE_PROMPT = 100
"""Pixels at scale 1 that tabs, borders and the pencil take from the sidebar's width beside a prompt."""

_BESIDE_TASKS, _AROUND_TASK = 48, 7
"""Pixels at scale 1 beside the row of tasks, and around the text of each."""

_ICONS = {"INFO": "INFO", "WARNING": "ERROR", "ERROR": "CANCEL"}


class KINESCRIBE_PT_main(bpy.types.Panel):
    """Sidebar panel of the 3D View"""

    bl_idname = "KINESCRIBE_PT_main"
    bl_label = "Kinescribe"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Kinescribe"

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        """Draw the button that opens the manual."""
        self.layout.operator("kinescribe.open_manual", text="", icon="HELP", emboss=False)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        armature = active_character(context)
        _draw_character(layout, context, armature)
        take = find_played_take(armature) if armature is not None else None
        stored = bone_map_properties(armature) if armature is not None else None
        if stored is not None and take is not None:
            _draw_tasks(layout, context, stored)
        if stored is not None and take is not None and stored.task != "GENERATE":
            _draw_next(layout, stored)
        else:
            _draw_request(layout, context, stored)
        if armature is not None:
            _draw_guides(layout, context, armature)
        if session.generation.is_running:
            _draw_progress(layout)
        else:
            _draw_button(layout, context, armature)
        if session.live.is_on and session.live.message:
            draw_message(layout.box(), context, session.live.message, icon=_ICONS[session.live.level])
        if take is not None and take.end > context.scene.frame_end and not session.generation.is_running:
            _draw_scene_range(layout, context, take.end)
        if session.generation.message:
            _draw_status(layout, context)


def _draw_character(
    layout: bpy.types.UILayout, context: bpy.types.Context, armature: bpy.types.Object | None
) -> None:
    """Draw the name of the character, or what to do if there is none."""
    if armature is None:
        box = layout.box()
        draw_message(box, context, NO_CHARACTER, icon="INFO")
        box.operator("kinescribe.add_mannequin", text="Add Mannequin", icon="ARMATURE_DATA")
        return
    row = layout.row()
    row.label(text=armature.name, icon="ARMATURE_DATA", translate=False)
    if context.object is not None and context.object != armature:
        # a mesh or a guide is selected, and its armature is animated
        mesh_row = row.row()
        mesh_row.alignment = "RIGHT"
        mesh_row.active = False
        icon: Any = "MESH_DATA" if context.object.type == "MESH" else "EMPTY_DATA"
        mesh_row.label(text=context.object.name, icon=icon, translate=False)


def _draw_tasks(layout: bpy.types.UILayout, context: bpy.types.Context, stored: Any) -> None:
    """Draw what the button can do with a take, in two rows where one would cut the names."""
    items = stored.bl_rna.properties["task"].enum_items
    widest = max(measure_text(context, iface(item.name)) for item in items)
    fits = len(items) * (widest + _AROUND_TASK) <= region_width(context) - _BESIDE_TASKS
    column = layout.column(align=True)
    row = column.row(align=True)
    for number, item in enumerate(items):
        if number == len(items) // 2 and not fits:
            row = column.row(align=True)
        row.prop_enum(stored, "task", item.identifier)


def _draw_request(layout: bpy.types.UILayout, context: bpy.types.Context, stored: Any) -> None:
    """Draw prompt, duration and seed of the character or, without one, of the scene."""
    settings = context.scene.kinescribe if stored is None else stored
    column = layout.column(align=True)
    prompt = settings.prompt
    if stored is not None and len(stored.parts) <= 1:
        prompt = read_prompt_text(stored) or prompt
    if stored is not None and stored.prompt_text is not None:
        row = column.row(align=True)
        row.operator(
            "kinescribe.edit_prompt_text", text=stored.prompt_text.name, icon="TEXT", translate=False
        )
        row.operator("kinescribe.unlink_prompt_text", text="", icon="X")
        draw_message(column, context, prompt)
    else:
        row = column.row(align=True)
        row.prop(settings, "prompt", text="", placeholder=iface("What the character should do"))
        row.operator("kinescribe.edit_prompt", text="", icon="GREASEPENCIL").which = "PROMPT"
        if measure_text(context, prompt) > region_width(context) - _BESIDE_PROMPT:
            # the field shows one line, and not all of it
            draw_message(column, context, prompt, icon="TEXT")
    row = column.row(align=True)
    row.menu(KINESCRIBE_MT_examples.bl_idname, text="Examples")
    row.menu(KINESCRIBE_MT_recent.bl_idname, text="Recent")

    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    row = column.row(align=True)
    row.prop(settings, "seconds")
    row.operator("kinescribe.fit_duration_to_text", text="", icon="TIME")
    if stored is not None:
        column.prop(stored, "frames")
    else:
        split = column.split(factor=0.4)
        split.label(text="")
        length = split.row()
        length.active = False
        length.label(text=format_duration(context.scene, settings.seconds), translate=False)
    row = column.row(align=True)
    row.prop(settings, "seed")
    row.operator("kinescribe.new_seed", text="", icon="FILE_REFRESH")


def _draw_next(layout: bpy.types.UILayout, stored: Any) -> None:
    """Draw what new frames of a take that exists show, and which they are."""
    row = layout.row(align=True)
    row.prop(stored, "next_prompt", text="", placeholder=iface("What the new frames show"))
    row.operator("kinescribe.edit_prompt", text="", icon="GREASEPENCIL").which = "NEXT"
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    if stored.task == "CONTINUE":
        column.prop(stored, "next_seconds")
        return
    frames = column.column(align=True)
    frames.prop(stored, "range_start")
    frames.prop(stored, "range_end")
    column.prop(stored, "blend")


def _draw_guides(layout: bpy.types.UILayout, context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """Draw what counts beside the prompt, each with a button that removes it."""
    directing = merge_directing(context.scene, armature)
    pins = sum(pin.object is not None for pin in directing.pins)
    waypoints = len(directing.waypoints)
    entries = (
        (directing.path is not None, "path", iface("Path")),
        (waypoints == 1, "waypoints", iface("1 Waypoint")),
        (waypoints > 1, "waypoints", iface("{count} Waypoints").format(count=waypoints)),
        (pins == 1, "pins", iface("1 Pin")),
        (pins > 1, "pins", iface("{count} Pins").format(count=pins)),
        (directing.start_pose, "start_pose", iface("Start Pose")),
        (directing.own_keys, "own_keys", iface("Own Keys")),
        (directing.keep_selected, "keep_selected", iface("Kept Bones")),
        (directing.loop, "loop", iface("Loop")),
    )
    shown = [(kind, text) for counts, kind, text in entries if counts]
    if not shown:
        return
    flow = layout.grid_flow(row_major=True, columns=min(3, len(shown)), even_columns=True, align=True)
    for kind, text in shown:
        flow.operator("kinescribe.clear_guides", text=text, icon="X", translate=False).kind = kind


def _draw_button(
    layout: bpy.types.UILayout, context: bpy.types.Context, armature: bpy.types.Object | None
) -> None:
    """Draw the button that generates or keeps a motion, and Live beside it."""
    split = layout.split(factor=0.78, align=True)
    split.scale_y = 1.5
    draw_next_step(split, context, armature)
    split.operator("kinescribe.toggle_live", text="Live", depress=session.live.is_on)


def _draw_scene_range(layout: bpy.types.UILayout, context: bpy.types.Context, end: int) -> None:
    """Draw that the scene ends before the take does, and the button that changes that."""
    scene_end = context.scene.frame_end
    text = iface("The take ends at frame {last}, the scene at {end}").format(last=end, end=scene_end)
    box = layout.box()
    draw_message(box, context, text, icon="INFO")
    box.operator("kinescribe.fit_scene_range", icon="PREVIEW_RANGE")


def _draw_progress(layout: bpy.types.UILayout) -> None:
    """Draw the diffusion steps that are done or the progress of the bake, and the Cancel button."""
    state = session.generation
    if state.baked is not None:
        text = iface("Baking the Motion")
    elif state.steps:
        text = iface("Step {step} of {steps}").format(step=state.step, steps=state.steps)
    else:
        text = iface("Preparing")
    split = layout.split(factor=0.7, align=True)
    split.scale_y = 1.5
    split.progress(factor=state.progress, text=text, type="BAR", translate=False)
    split.operator("kinescribe.cancel", text="Cancel", icon="X")


def _draw_status(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw the last message, and hints on what the model hardly knows and why it is slower than it can be."""
    state = session.generation
    box = layout.box()
    draw_message(
        box,
        context,
        state.message,
        icon=_ICONS[state.level],
        alert=state.level == "ERROR",
    )
    if not state.is_running and state.level != "ERROR":
        hints = state.doubts
        if state.low_confidence and not hints:
            hints = ("The model does not know these words well: try simpler ones, or look at the examples",)
        for hint in hints:
            draw_message(box, context, hint, icon="QUESTION")
    if state.slow_reason and not state.is_running:
        draw_message(box, context, state.slow_reason, icon="INFO")


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_PT_main,))
