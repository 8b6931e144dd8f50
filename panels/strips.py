# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the parts of a sequence in the Dope Sheet and the Timeline, and their prompts as subtitles in the 3D View."""

from __future__ import annotations

from typing import Any

import blf
import bpy
import gpu
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import active_character, bone_map_properties
from ..operators.part_list import changed_parts, doubted_parts
from ..operators.request_builder import merge_directing, read_frame_rate
from ..operators.strip_layout import LANE_BOTTOM, LANE_HEIGHT, Strip, find_progress, layout_transitions
from ..operators.strips import is_lane_shown, layout_lane
from ..session import session
from .shapes import Colour, Shapes

_LANE: Colour = (0.0, 0.0, 0.0, 0.35)
_STRIP: Colour = (0.20, 0.36, 0.52, 0.95)
_CHANGED: Colour = (0.55, 0.40, 0.14, 0.95)
_MUTED: Colour = (0.28, 0.28, 0.28, 0.9)
_SELECTED: Colour = (1.0, 0.63, 0.22, 1.0)
_OUTLINE: Colour = (0.05, 0.05, 0.05, 1.0)
_PROGRESS: Colour = (0.45, 0.75, 0.45, 0.9)
_TEXT: Colour = (1.0, 1.0, 1.0, 1.0)
_DOUBTED: Colour = (1.0, 0.85, 0.25, 1.0)
_LOCKED: Colour = (0.75, 0.75, 0.75, 0.9)
_TRANSITION: Colour = (1.0, 1.0, 1.0, 0.16)
_FONT = 0
_MARGIN = 5.0
_FONT_POINTS = 11.0
_SHORTEST_TEXT = 12.0
"""Pixels below which a prompt is not written."""

_handlers: list[tuple[Any, Any]] = []


class KINESCRIBE_MT_strips(bpy.types.Menu):
    """What can be done with the parts in the lane"""

    bl_idname = "KINESCRIBE_MT_strips"
    bl_label = "Parts"

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("kinescribe.type_strip", text="Prompt...", icon="GREASEPENCIL")
        layout.operator("kinescribe.generate", text="Redo This Part", icon="FILE_REFRESH").parts = "ACTIVE"
        layout.operator("kinescribe.generate", text="Redo Changed Parts").parts = "CHANGED"
        layout.separator()
        layout.operator("kinescribe.add_part", icon="ADD")
        for action, text, icon in (
            ("SPLIT", "Split at Playhead", "NONE"),
            ("DUPLICATE", "Duplicate", "DUPLICATE"),
            ("MUTE", "Toggle Mute", "HIDE_ON"),
            ("LOCK", "Toggle Lock", "LOCKED"),
            ("SELECT", "Select All", "NONE"),
            ("DELETE", "Delete", "X"),
        ):
            layout.operator("kinescribe.edit_parts", text=text, icon=icon).action = action  # type: ignore[arg-type]
        layout.separator()
        layout.operator("kinescribe.mark_parts", icon="MARKER_HLT")


def _draw_lane() -> None:
    """Draw the lane; called by Blender in the Dope Sheet and the Timeline."""
    context = bpy.context
    if not is_lane_shown(context):
        return
    character, region = active_character(context), context.region
    if character is None or region is None:
        return
    scale = context.preferences.system.ui_scale
    stored = bone_map_properties(character)
    bottom, top = LANE_BOTTOM * scale, (LANE_BOTTOM + LANE_HEIGHT) * scale
    shapes = Shapes()
    shapes.add_rectangle(0.0, region.width, bottom, top, _LANE)
    changed, doubted = set(changed_parts(character)), set(doubted_parts(character))
    strips = [strip for strip in layout_lane(context) if strip.right >= 0 and strip.left <= region.width]
    for strip in strips:
        _add_strip(shapes, strip, stored, strip.number in changed, scale)
    _add_transitions(shapes, context, character, (bottom, top))
    if session.strip_box is not None:
        left, right = (region.view2d.view_to_region(frame, 0, clip=False)[0] for frame in session.strip_box)
        shapes.add_outline(left, right, bottom, top, _SELECTED)
    gpu.state.blend_set("ALPHA")
    shapes.draw()
    for strip in strips:
        _write_prompt(strip, stored.parts[strip.number], strip.number in doubted, region.width, scale)
    gpu.state.blend_set("NONE")


def _add_strip(shapes: Shapes, strip: Strip, stored: Any, is_changed: bool, scale: float) -> None:
    """Add one part.

    Parameters
    ----------
    shapes : Shapes
        What is drawn.
    strip : Strip
        Its rectangle.
    stored : KINESCRIBE_PG_map
        Owner of the list of parts.
    is_changed : bool
        Whether it differs from the take.
    scale : float
        Resolution scale of the interface.
    """
    part, state = stored.parts[strip.number], session.generation
    is_active = strip.number == stored.active_part
    colour = _MUTED if part.mute else _CHANGED if is_changed else _STRIP
    shapes.add_rectangle(strip.left + 1, strip.right - 1, strip.bottom, strip.top, colour)
    if part.locked:
        shapes.add_rectangle(strip.left + 1, strip.right - 1, strip.top - 3 * scale, strip.top, _LOCKED)
    made = find_progress(strip.number, state.parts, state.in_turn, state.progress)
    if state.is_running and made is not None:
        end = strip.left + (strip.right - strip.left) * made
        shapes.add_rectangle(
            strip.left + 1, strip.right - 1, strip.bottom, strip.bottom + 4 * scale, _OUTLINE
        )
        shapes.add_rectangle(strip.left + 1, end, strip.bottom, strip.bottom + 4 * scale, _PROGRESS)
    shapes.add_outline(
        strip.left, strip.right, strip.bottom, strip.top, _SELECTED if part.select or is_active else _OUTLINE
    )


def _add_transitions(
    shapes: Shapes, context: bpy.types.Context, character: bpy.types.Object, lane: tuple[float, float]
) -> None:
    """Add where the parts pass into each other.

    Parameters
    ----------
    shapes : Shapes
        What is drawn.
    context : bpy.types.Context
        The region.
    character : bpy.types.Object
        Owner of the parts.
    lane : (bottom, top)
        Pixels.
    """
    region, scene = context.region, context.scene
    if region is None:
        return
    view = region.view2d
    frames = merge_directing(scene, character).transition * read_frame_rate(scene)
    parts = bone_map_properties(character).parts
    for left, middle, right in layout_transitions(
        parts, lambda frame: float(view.view_to_region(frame, 0, clip=False)[0]), frames
    ):
        if right >= 0 and left <= region.width:
            # highest where both count alike
            shapes.add_triangle((left, lane[0]), (right, lane[0]), (middle, lane[1]), _TRANSITION)


def _write_prompt(strip: Strip, part: Any, is_doubted: bool, width: float, scale: float) -> None:
    """Write the prompt of a part on its strip, after a mark if the model could not show some of its words.

    Parameters
    ----------
    strip : Strip
        Its rectangle.
    part : KINESCRIBE_PG_part
        The part.
    is_doubted : bool
        Whether there is a mark.
    width : float
        Of the region, in pixels.
    scale : float
        Resolution scale of the interface.
    """
    left = max(strip.left, 0.0) + _MARGIN * scale
    right = min(strip.right, width) - _MARGIN * scale
    if right - left < _SHORTEST_TEXT * scale:
        return
    baseline = strip.bottom + 8 * scale
    if is_doubted:
        _write("?", left, right, baseline, scale, _DOUBTED)
        left += 10 * scale
    _write(part.prompt or iface("The model decides"), left, right, baseline, scale, _TEXT)


def _draw_subtitle() -> None:
    """Draw the prompt of the part at the current frame; called by Blender in the 3D View."""
    context = bpy.context
    scene = context.scene
    if scene is None or not scene.kinescribe.show_subtitles or context.region is None:
        return
    character = active_character(context)
    if character is None:
        return
    frame = scene.frame_current
    text = next(
        (part.prompt for part in bone_map_properties(character).parts if part.start <= frame <= part.end), ""
    )
    if not text:
        return
    scale = context.preferences.system.ui_scale
    size = 18 * scale
    blf.size(_FONT, size)
    width, _ = blf.dimensions(_FONT, text)
    left = max(_MARGIN * scale, (context.region.width - width) / 2)
    shapes = Shapes()
    shapes.add_rectangle(
        left - 8 * scale, left + width + 8 * scale, 34 * scale, 34 * scale + 1.6 * size, (0, 0, 0, 0.5)
    )
    gpu.state.blend_set("ALPHA")
    shapes.draw()
    blf.color(_FONT, *_TEXT)
    blf.position(_FONT, left, 34 * scale + 0.5 * size, 0)
    blf.draw(_FONT, text)
    gpu.state.blend_set("NONE")


def _write(text: str, left: float, right: float, baseline: float, scale: float, colour: Colour) -> None:
    """Write a text, cut off at ``right``.

    Parameters
    ----------
    text : str
        One line.
    left, right, baseline : float
        Pixels of the region.
    scale : float
        Resolution scale of the interface.
    colour : Colour
        Red, green, blue, alpha.
    """
    if right <= left:
        return
    blf.size(_FONT, _FONT_POINTS * scale)
    blf.color(_FONT, *colour)
    blf.enable(_FONT, blf.CLIPPING)
    blf.clipping(_FONT, left, baseline - 10 * scale, right, baseline + 20 * scale)
    blf.position(_FONT, left, baseline, 0)
    blf.draw(_FONT, text)
    blf.disable(_FONT, blf.CLIPPING)


def _view_menu(menu: bpy.types.Menu, context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.prop(context.scene.kinescribe, "show_strips")


def _overlay_popover(panel: bpy.types.Panel, context: bpy.types.Context) -> None:
    panel.layout.prop(context.scene.kinescribe, "show_subtitles")


def register() -> None:
    """Register the menu and the drawing; without a window nothing is ever drawn."""
    bpy.utils.register_class(KINESCRIBE_MT_strips)
    bpy.types.DOPESHEET_MT_view.append(_view_menu)
    bpy.types.VIEW3D_PT_overlay.append(_overlay_popover)
    if bpy.app.background:
        return
    for space, draw in (
        (bpy.types.SpaceDopeSheetEditor, _draw_lane),
        (bpy.types.SpaceView3D, _draw_subtitle),
    ):
        _handlers.append((space, space.draw_handler_add(draw, (), "WINDOW", "POST_PIXEL")))


def unregister() -> None:
    """Remove all of it."""
    for space, handler in _handlers:
        space.draw_handler_remove(handler, "WINDOW")
    _handlers.clear()
    bpy.types.VIEW3D_PT_overlay.remove(_overlay_popover)
    bpy.types.DOPESHEET_MT_view.remove(_view_menu)
    bpy.utils.unregister_class(KINESCRIBE_MT_strips)
