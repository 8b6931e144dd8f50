# SPDX-License-Identifier: GPL-3.0-or-later
"""The main panel: character, prompt, Generate button and progress."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import NO_CHARACTER, active_character
from ..operators.request_builder import read_frame_rate
from ..session import session
from .menus import KINESCRIBE_MT_examples, KINESCRIBE_MT_recent
from .text import draw_message

_ICONS = {"INFO": "INFO", "WARNING": "ERROR", "ERROR": "CANCEL"}


class KINESCRIBE_PT_main(bpy.types.Panel):
    """Sidebar panel of the 3D View"""

    bl_idname = "KINESCRIBE_PT_main"
    bl_label = "Kinescribe"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Kinescribe"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        armature = active_character(context)
        _draw_character(layout, context, armature)
        _draw_request(layout, context)
        if session.generation.is_running:
            _draw_progress(layout)
        else:
            row = layout.row()
            row.scale_y = 1.5
            row.operator("kinescribe.generate", text="Generate", icon="PLAY")
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
        # a mesh is selected, and its armature is animated
        mesh_row = row.row()
        mesh_row.alignment = "RIGHT"
        mesh_row.active = False
        mesh_row.label(text=context.object.name, icon="MESH_DATA", translate=False)


def _draw_request(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw prompt, duration and seed."""
    settings = context.scene.kinescribe
    column = layout.column(align=True)
    column.prop(settings, "prompt", text="", placeholder=iface("What the character should do"))
    row = column.row(align=True)
    row.menu(KINESCRIBE_MT_examples.bl_idname, text="Examples")
    row.menu(KINESCRIBE_MT_recent.bl_idname, text="Recent")

    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(settings, "seconds")
    split = column.split(factor=0.4)
    split.label(text="")
    length = split.row()
    length.active = False
    length.label(text=format_duration(context.scene, settings.seconds), translate=False)
    row = column.row(align=True)
    row.prop(settings, "seed")
    row.operator("kinescribe.new_seed", text="", icon="FILE_REFRESH")


def format_duration(scene: bpy.types.Scene, seconds: float) -> str:
    """Return a duration as "4.0 s, 96 frames" at the frame rate of ``scene``."""
    frames = max(1, round(seconds * read_frame_rate(scene)))
    return iface("{seconds:.1f} s, {frames} frames").format(seconds=seconds, frames=frames)


def _draw_progress(layout: bpy.types.UILayout) -> None:
    """Draw the diffusion steps that are done, and the Cancel button."""
    state = session.generation
    if state.steps:
        text = iface("Step {step} of {steps}").format(step=state.step, steps=state.steps)
    else:
        text = iface("Preparing")
    split = layout.split(factor=0.7, align=True)
    split.scale_y = 1.5
    split.progress(factor=state.progress, text=text, type="BAR", translate=False)
    split.operator("kinescribe.cancel", text="Cancel", icon="X")


def _draw_status(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw the last message, and hints if the model hardly knows the prompt's words or is slower than it can be."""
    state = session.generation
    box = layout.box()
    draw_message(
        box,
        context,
        state.message,
        icon=_ICONS[state.level],
        alert=state.level == "ERROR",
    )
    if state.low_confidence and not state.is_running and state.level != "ERROR":
        draw_message(
            box,
            context,
            "The model does not know these words well: try simpler ones, or look at the examples",
            icon="QUESTION",
        )
    if state.slow_reason and not state.is_running:
        draw_message(box, context, state.slow_reason, icon="INFO")


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_PT_main,))
