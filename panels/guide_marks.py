# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw guides in the 3D View: paths with their direction and seconds, pins, and what is drawn with the tool Guides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import blf
import bpy
import gpu
from bpy.app.translations import pgettext_iface as iface
from bpy_extras.view3d_utils import location_3d_to_region_2d
from gpu_extras.batch import batch_for_shader

from ..session import session

_PATH, _HOLD, _STROKE = (0.35, 0.70, 0.90, 0.9), (0.95, 0.90, 0.35, 1.0), (1.0, 0.63, 0.22, 1.0)
_LINE_PIXELS, _FONT_POINTS, _HANDLE_PIXELS = 2.5, 11.0, 9.0

_handlers: list[Any] = []


def _draw_lines(points: Sequence[Any], colour: tuple[float, ...], kind: Any = "LINES") -> None:
    context = bpy.context
    assert context.region is not None
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    batch = batch_for_shader(shader, kind, {"pos": points})
    shader.uniform_float("viewportSize", (context.region.width, context.region.height))
    shader.uniform_float("lineWidth", _LINE_PIXELS * context.preferences.system.ui_scale)
    shader.uniform_float("color", colour)
    batch.draw(shader)


def _draw_ring(x: float, y: float, radius: float) -> None:
    angles = [2 * math.pi * k / 20 for k in range(21)]
    _draw_lines(
        [(x + radius * math.cos(a), y + radius * math.sin(a), 0.0) for a in angles], _STROKE, "LINE_STRIP"
    )


def _is_shown() -> bool:
    """Return whether there is something to draw in the view that Blender draws now."""
    context = bpy.context
    if context.region is None or context.scene is None or context.region_data is None:
        return False
    space = context.space_data
    hidden = isinstance(space, bpy.types.SpaceView3D) and not space.overlay.show_overlays
    return not hidden and bool(session.guide_marks or session.stroke is not None)


def _draw_marks() -> None:
    """Draw lines and arrowheads; called by Blender in every 3D View."""
    if not _is_shown():
        return
    gpu.state.blend_set("ALPHA")
    if session.guide_marks and bpy.context.scene.kinescribe.show_guides:
        for marks in session.guide_marks:
            if marks.lines:
                _draw_lines(marks.lines, _PATH)
            if marks.holds:
                _draw_lines(marks.holds, _HOLD)
            if marks.arrows:
                shader = gpu.shader.from_builtin("UNIFORM_COLOR")
                batch = batch_for_shader(shader, "TRIS", {"pos": marks.arrows})
                shader.uniform_float("color", _PATH)
                batch.draw(shader)
    stroke = session.stroke
    if stroke is not None and stroke.region == _region_address() and len(stroke.points) > 1:
        _draw_lines(stroke.points, _STROKE, "LINE_STRIP")
    gpu.state.blend_set("NONE")


def _draw_labels() -> None:
    """Write seconds along paths and what pins hold; called by Blender in every 3D View."""
    if not _is_shown() or not bpy.context.scene.kinescribe.show_guides:
        return
    context = bpy.context
    region, view = context.region, context.region_data
    assert region is not None and view is not None
    scale = context.preferences.system.ui_scale
    blf.size(0, _FONT_POINTS * scale)
    blf.enable(0, blf.SHADOW)
    blf.shadow(0, 3, 0.0, 0.0, 0.0, 0.8)
    for marks in session.guide_marks:
        for handle in marks.handles:
            place = location_3d_to_region_2d(region, view, handle)
            if place is not None:
                _draw_ring(place[0], place[1], _HANDLE_PIXELS * scale)
        for label in marks.labels:
            place = location_3d_to_region_2d(region, view, label.place)
            if place is None:
                continue
            joint = iface(label.joint.replace("_", " ").title()) if label.joint else ""
            blf.color(0, *(_HOLD if joint else (1.0, 1.0, 1.0, 1.0)))
            blf.position(0, place[0] + 8 * scale, place[1] + 6 * scale, 0)
            blf.draw(0, f"{joint} {label.text}".strip())
    blf.disable(0, blf.SHADOW)


def _region_address() -> int:
    region = bpy.context.region
    return 0 if region is None else region.as_pointer()


def register() -> None:
    """Let Blender draw the guides; without a window nothing is ever drawn."""
    if bpy.app.background:
        return
    for draw, kind in ((_draw_marks, "POST_VIEW"), (_draw_labels, "POST_PIXEL")):
        _handlers.append(bpy.types.SpaceView3D.draw_handler_add(draw, (), "WINDOW", kind))


def unregister() -> None:
    """Remove the drawing."""
    for handler in _handlers:
        bpy.types.SpaceView3D.draw_handler_remove(handler, "WINDOW")
    _handlers.clear()
