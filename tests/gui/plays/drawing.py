# SPDX-License-Identifier: GPL-3.0-or-later
"""What drawing costs: 200 parts dragged in the lane, eight ghosts of four seconds played."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from itertools import pairwise
from typing import Any

import bpy
import gpu

from devtools.testing.window import driver as d

from .common import idle, module

PARTS = 200
GHOSTS = 8


def steps() -> d.Steps:
    """Play it."""
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    yield 0.5
    yield from play_ghosts()  # in the layout with which Blender starts
    with d.override_region():
        bpy.ops.screen.screen_full_area()
    yield 0.5
    yield from drag_parts()


def timed(function: Callable[[], None], found: list[float]) -> Callable[[], None]:
    """Return a function that draws and notes the seconds until the pixels are there."""

    def draw() -> None:
        framebuffer = gpu.state.active_framebuffer_get()
        framebuffer.read_color(0, 0, 1, 1, 4, 0, "FLOAT")  # what was drawn before is not counted
        began = time.perf_counter()
        function()
        framebuffer.read_color(0, 0, 1, 1, 4, 0, "FLOAT")
        found.append(time.perf_counter() - began)

    return draw


def summarize(seconds: list[float], took: float) -> dict[str, float]:
    """Return how often something was drawn a second, and its median cost in milliseconds."""
    median = sorted(seconds)[len(seconds) // 2]
    return {
        "draws": len(seconds),
        "per_second": round(len(seconds) / took, 1),
        "median_ms": round(1000 * median, 1),
    }


def play_ghosts() -> d.Steps:
    """Eight variations stand side by side and play; without them the same view plays as fast as Blender can."""
    character = bpy.context.object
    bpy.context.scene.kinescribe.seconds = 4.0
    with d.override_region():
        bpy.ops.kinescribe.variations("INVOKE_DEFAULT", count=GHOSTS)
    session = module("session").session
    yield from d.wait_for(lambda: idle() and len(session.ghosts) == GHOSTS, 120, "the variations")
    character.select_set(False)
    with d.override_region():
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_all(center=False)
    bpy.context.scene.frame_end = 96
    # a rate above the one that is asked for, so that drawing and not the clock limits the frames a second
    bpy.context.scene.render.fps = 60
    drawn: list[float] = []
    took = yield from play_while_drawing(lambda: drawn.append(time.perf_counter()))
    # now each frame draws the figures twice: once as always, once timed; waiting for the pixels costs frames
    found: list[float] = []
    yield from play_while_drawing(timed(module("panels.ghosts")._draw_figures, found))
    d.add_notes(ghosts={**summarize(found, took), **count_draws(drawn, took)})
    d.save_photograph("1_ghosts")
    with d.override_region():
        bpy.ops.kinescribe.hide_ghosts()
    yield 0.3
    drawn = []
    took = yield from play_while_drawing(lambda: drawn.append(time.perf_counter()))
    d.add_notes(without_ghosts=count_draws(drawn, took))


def count_draws(drawn: list[float], took: float) -> dict[str, float]:
    """Return how often the view was drawn a second, and the longest time between two draws in milliseconds."""
    longest = max(after - before for before, after in pairwise(drawn))
    return {
        "draws": len(drawn),
        "per_second": round(len(drawn) / took, 1),
        "longest_ms": round(1000 * longest, 1),
    }


def play_while_drawing(function: Callable[[], None]) -> Generator[float, None, float]:
    """Play for five seconds and call ``function`` at each draw of the view; return the seconds that it took."""
    handle = bpy.types.SpaceView3D.draw_handler_add(function, (), "WINDOW", "POST_VIEW")
    with d.override_region():
        bpy.ops.screen.animation_play()
    began = time.perf_counter()
    while time.perf_counter() - began < 5.0:
        yield 0.01
    took = time.perf_counter() - began
    bpy.types.SpaceView3D.draw_handler_remove(handle, "WINDOW")
    with d.override_region():
        bpy.ops.screen.animation_cancel()
    return took


def drag_parts() -> Generator[float, None, Any]:
    """The end of the first of 200 parts is dragged, and all others follow."""
    stored = bpy.context.object.kinescribe
    with d.override_region():
        bpy.ops.kinescribe.add_part()
    for _ in range(PARTS - len(stored.parts)):
        stored.parts.add()
    for number, part in enumerate(stored.parts):
        part.prompt, part.start, part.end = f"a person walks {number}", 1 + 12 * number, 12 + 12 * number
    area, _ = d.get_view()
    area.ui_type = "DOPESHEET"
    yield 0.5
    region = next(r for r in area.regions if r.type == "WINDOW")
    bpy.context.scene.frame_end = 12 * PARTS
    with bpy.context.temp_override(
        window=d.get_window(), screen=d.get_window().screen, area=area, region=region
    ):
        bpy.ops.action.view_all()
        for _ in range(4):
            bpy.ops.view2d.zoom_out()
    yield 0.5
    layout = module("operators.strip_layout")
    y = region.y + round(
        (layout.LANE_BOTTOM + layout.LANE_HEIGHT / 2) * bpy.context.preferences.system.ui_scale
    )

    def at(frame: float) -> d.Position:
        return region.x + round(region.view2d.view_to_region(frame, 0, clip=False)[0]), y

    found: list[float] = []
    draw = timed(module("panels.strips")._draw_lane, found)
    handle = bpy.types.SpaceDopeSheetEditor.draw_handler_add(draw, (), "WINDOW", "POST_PIXEL")
    start = at(12 * 100 + 6)
    yield from d.move_mouse(start)
    d._send_event("LEFTMOUSE", "PRESS", *start)
    found.clear()
    began = time.perf_counter()
    for number in range(60):
        d._send_event("MOUSEMOVE", "NOTHING", start[0] + number, y)
        yield 0.01
    took = time.perf_counter() - began
    d._send_event("LEFTMOUSE", "RELEASE", start[0] + 59, y)
    yield 0.3
    bpy.types.SpaceDopeSheetEditor.draw_handler_remove(handle, "WINDOW")
    shown = sum(
        0 <= region.view2d.view_to_region(part.start, 0, clip=False)[0] < region.width
        for part in stored.parts
    )
    d.save_photograph("2_parts")
    d.add_notes(parts={**summarize(found, took), "shown": shown})
