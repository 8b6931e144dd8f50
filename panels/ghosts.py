# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the ghosts of variations and takes in the 3D View: at the present frame, side by side or in place."""

from __future__ import annotations

from typing import Any

import blf
import bpy
import gpu
from bpy.app.translations import pgettext_iface as iface
from bpy_extras.view3d_utils import location_3d_to_region_2d
from gpu_extras.batch import batch_for_shader

from ..operators.ghost_layout import compute_joints, list_shown
from ..session import session

_COLOURS = (
    (0.90, 0.60, 0.10), (0.35, 0.70, 0.90), (0.10, 0.75, 0.55), (0.95, 0.90, 0.35), (0.30, 0.55, 0.95),
    (0.90, 0.45, 0.25), (0.85, 0.60, 0.75), (0.75, 0.75, 0.75), (0.60, 0.45, 0.85),
)  # fmt: skip
"""Red, green, blue: colours that are told apart by people who see some of them alike, after Okabe and Ito."""

_HOVERED = (1.0, 1.0, 1.0)
_ALPHA, _HIDDEN_ALPHA = 0.9, 0.35
_LINE_PIXELS, _HOVERED_PIXELS, _FONT_POINTS = 4.0, 6.0, 13.0

_COURSE_POINTS, _COURSE_FIGURES = 120, 10
"""Most points of the way, and figures along it, that are drawn of a motion of any length."""

_handlers: list[Any] = []


def draw_ghost_buttons(layout: bpy.types.UILayout) -> None:
    """Draw the buttons of the ghosts: what to compare, and while there are some, how far apart and which to keep."""
    row = layout.row(align=True)
    if not session.ghosts:
        row.operator("kinescribe.show_ghosts", text="Compare Takes", icon="GHOST_ENABLED").source = "TAKES"
        return
    row.prop(bpy.context.scene.kinescribe, "ghost_spacing")
    row.operator("kinescribe.hide_ghosts", text="", icon="X")
    if session.ghost_source != "TAKES":
        return  # variations have their row of numbers, and Live its button
    row = layout.row(align=True)
    for index in range(len(session.ghosts)):
        keep = row.operator("kinescribe.keep_ghost", text=str(index + 1), translate=False)
        keep.index = index


def _draw_figures() -> None:
    """Draw the figures; called by Blender in every 3D View."""
    context = bpy.context
    shown = list_shown(context)
    if not shown or context.region is None:
        return
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    shader.uniform_float("viewportSize", (context.region.width, context.region.height))
    scale = context.preferences.system.ui_scale
    for number, ghost in shown:
        is_hovered = number - 1 == session.hovered_ghost
        colour = _HOVERED if is_hovered else _COLOURS[(number - 1) % len(_COLOURS)]
        width = (_HOVERED_PIXELS if is_hovered else _LINE_PIXELS) * scale
        if session.ghost_source == "LIVE":
            _draw_course(shader, ghost, colour, scale)
        joints = compute_joints(ghost, number, context.scene)
        points = joints[ghost.lines.ravel()].tolist()
        # faint where something hides it, such as the character that it stands in
        for test, alpha in (("GREATER", _HIDDEN_ALPHA), ("LESS_EQUAL", _ALPHA)):
            gpu.state.depth_test_set(test)
            _draw_lines(shader, "LINES", points, (*colour, alpha), width)
    gpu.state.depth_test_set("NONE")
    gpu.state.blend_set("NONE")


def _draw_course(shader: Any, ghost: Any, colour: tuple[float, float, float], scale: float) -> None:
    """Draw where a motion goes: the way of its hips over the floor, and a faint figure at each second.

    Parameters
    ----------
    shader : gpu.types.GPUShader
        For lines with a width.
    ghost : Ghost
        The motion.
    colour : (red, green, blue)
        Of it.
    scale : float
        Resolution scale of the interface.
    """
    positions = ghost.positions
    step = max(1, len(positions) // _COURSE_POINTS)
    way = positions[::step, 0].copy()
    way[:, 2] = positions[:, :, 2].min()
    gpu.state.depth_test_set("NONE")
    _draw_lines(shader, "LINE_STRIP", way.tolist(), (*colour, 0.6), 2.0 * scale)
    every = max(round(ghost.fps), len(positions) // _COURSE_FIGURES, 1)
    figures = positions[every::every]
    if len(figures) and len(ghost.lines):
        points = figures[:, ghost.lines.ravel()].reshape(-1, 3).tolist()
        _draw_lines(shader, "LINES", points, (*colour, 0.25), 1.5 * scale)


def _draw_lines(
    shader: Any, kind: Any, points: list[Any], colour: tuple[float, float, float, float], width: float
) -> None:
    """Draw lines in the world.

    Parameters
    ----------
    shader : gpu.types.GPUShader
        For lines with a width.
    kind : "LINES" or "LINE_STRIP"
        How the points are connected.
    points : list of (x, y, z)
        Metres.
    colour : (red, green, blue, alpha)
        Of the lines.
    width : float
        Pixels.
    """
    batch = batch_for_shader(shader, kind, {"pos": points})
    shader.uniform_float("lineWidth", width)
    shader.uniform_float("color", colour)
    batch.draw(shader)


def _draw_labels() -> None:
    """Write the label of each ghost above its head; called by Blender in every 3D View."""
    context = bpy.context
    shown = list_shown(context)
    if not shown or context.region is None or context.region_data is None:
        return
    scale = context.preferences.system.ui_scale
    for number, ghost in shown:
        is_hovered = number - 1 == session.hovered_ghost
        text = _find_label(ghost, is_hovered)
        head = compute_joints(ghost, number, context.scene)[ghost.top].tolist()
        place = location_3d_to_region_2d(context.region, context.region_data, head)
        if place is None or not text:
            continue
        blf.size(0, _FONT_POINTS * scale)
        width, _ = blf.dimensions(0, text)
        colour = _HOVERED if is_hovered else _COLOURS[(number - 1) % len(_COLOURS)]
        blf.color(0, *colour, 1.0)
        blf.position(0, place.x - width / 2, place.y + 24 * scale, 0)
        blf.draw(0, text)


def _find_label(ghost: Any, is_hovered: bool) -> str:
    """Return what is written above a ghost: what it is, and under the mouse what a click does."""
    label = iface("Live") if session.ghost_source == "LIVE" else ghost.label
    return iface("{name}: Click to Keep").format(name=label) if is_hovered else label


def register() -> None:
    """Let Blender draw the ghosts; without a window nothing is ever drawn."""
    if bpy.app.background:
        return
    for draw, kind in ((_draw_figures, "POST_VIEW"), (_draw_labels, "POST_PIXEL")):
        _handlers.append(bpy.types.SpaceView3D.draw_handler_add(draw, (), "WINDOW", kind))


def unregister() -> None:
    """Remove the drawing."""
    for handler in _handlers:
        bpy.types.SpaceView3D.draw_handler_remove(handler, "WINDOW")
    _handlers.clear()
