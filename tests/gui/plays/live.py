# SPDX-License-Identifier: GPL-3.0-or-later
"""Live in a window: a path is dragged and the ghost of the coming motion follows; delays and gaps are noted."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from typing import Any

import bpy
from bpy_extras.view3d_utils import location_3d_to_region_2d

from devtools.testing.window import driver as d
from devtools.testing.window.stutter import StutterMeter, measure_idle_stutter

from .common import action_of, idle, module, open_panels, status

CHANGES, DRAG_STEPS = 7, 40


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_takes")
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    yield from d.open_sidebar("Kinescribe", 380)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    character = bpy.context.object
    bpy.context.scene.kinescribe.seconds = 4.0
    with d.override_region():
        bpy.ops.kinescribe.add_path()
        bpy.ops.view3d.view_axis(type="TOP")
        bpy.ops.view3d.view_all(center=False)
    path = character.kinescribe.directing.path
    yield 0.5
    alone = yield from measure_idle_stutter()
    d.add_notes(idle=alone)
    # the same drag without Live
    found = yield from measured(drag_path(path))
    d.add_notes(drag_without=found)
    path.location = (0.0, 0.0, 0.0)
    character.select_set(True)
    bpy.context.view_layer.objects.active = character
    yield 0.3
    places = yield from d.find_buttons(column=0.9)
    assert "kinescribe.toggle_live" in places, sorted(places)
    yield from d.click_at(places["kinescribe.toggle_live"])
    yield from d.wait_for(shown, 60, "the first ghost")
    d.save_photograph("1_on")
    assert action_of(character) is None, "something was baked"

    # single changes: from the change to the drawn ghost
    found = yield from measured(changes(path))
    d.add_notes(changes=found)
    # a drag: G, and the mouse
    found = yield from measured(drag_path(path))
    d.add_notes(drag=found)
    d.save_photograph("2_dragged")
    # the same for a point of it in Edit Mode
    with d.override_region():
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.curve.select_all(action="DESELECT")
    path.data.splines[0].bezier_points[-1].select_control_point = True
    yield 0.5
    found = yield from measured(drag_selection())
    d.add_notes(drag_point=found)
    d.save_photograph("3_point")
    with d.override_region():
        bpy.ops.object.mode_set(mode="OBJECT")
    yield from chosen(character)


def chosen(character: bpy.types.Object) -> d.Steps:
    """The mouse highlights the ghost, Esc hides it, a click keeps it, Ctrl+Z takes it back."""
    with d.override_region():
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.object.select_all(action="DESELECT")
    bpy.context.view_layer.objects.active = character
    bpy.context.scene.frame_set(48)
    bpy.context.scene.camera.hide_set(True)
    bpy.data.objects["Light"].hide_set(True)
    with d.override_region():
        bpy.ops.view3d.view_all(center=False)
    yield 0.5
    place = find_pixel(48, aside=0)
    yield from d.move_mouse((place[0] + 200, place[1] + 60))
    assert session().hovered_ghost is None
    yield from d.move_mouse(place)
    yield 0.3
    d.save_photograph("4_hovered")
    assert session().hovered_ghost == 0
    yield from d.press_key("ONE")
    yield 0.3
    assert shown() and idle(), "Live leaves the number keys alone"
    layout = module("operators.ghost_layout")
    character.hide_set(True)
    yield 0.3
    d.save_photograph("5_hidden")
    with d.override_region():
        assert not layout.list_shown(bpy.context)
    character.hide_set(False)
    yield from d.press_key("ESC")
    yield 0.2
    assert not shown() and session().live.is_on and action_of(character) is None
    character.kinescribe.seed += 1
    yield from d.wait_for(shown, 60, "the ghost of another seed")
    yield 0.3
    place = find_pixel(48, aside=0)
    yield from d.click_at(place)
    yield from d.wait_for(lambda: idle() and action_of(character) is not None, 60, status().message)
    yield 0.5
    assert not shown() and len(character.kinescribe.takes) == 1
    d.save_photograph("6_kept")
    yield from d.press_key("Z", ctrl=True)
    yield 0.5
    character = bpy.data.objects["Mannequin"]
    assert action_of(character) is None
    d.add_notes(undone=True)
    # in two windows, and after one of them was closed
    with d.override_region():
        bpy.ops.wm.window_new()
    yield 0.5
    for count in (2, 1):
        assert len(bpy.context.window_manager.windows) == count
        before = session().ghosts
        character.kinescribe.seed += 1
        yield from d.wait_for(
            lambda before=before: shown() and session().ghosts is not before,
            60,
            f"a ghost in {count} windows",
        )
        if count == 2:
            with bpy.context.temp_override(window=bpy.context.window_manager.windows[1]):
                bpy.ops.wm.window_close()
            yield 0.5
    # another file
    bpy.ops.wm.read_homefile(use_factory_startup=False)
    yield 1.0
    assert not session().live.is_on and not session().ghosts
    d.save_photograph("7_other_file")


def find_pixel(frame: int, aside: int) -> tuple[int, int]:
    """Return a pixel of the window on the thigh of the first ghost, or so many pixels beside it."""
    ghost = session().ghosts[0]
    first, second = ghost.positions[frame - ghost.start][ghost.lines[len(ghost.lines) // 2]]
    area, regions = d.get_view()
    region, view = regions["WINDOW"], area.spaces.active.region_3d
    place = location_3d_to_region_2d(region, view, ((first + second) / 2).tolist())
    return region.x + round(place.x) + aside, region.y + round(place.y)


def session() -> Any:
    """The extension's state."""
    return module("session").session


def shown() -> bool:
    """Whether the ghost of the coming motion is shown."""
    return bool(session().ghosts) and session().ghost_source == "LIVE"


def measured(work: Generator[float, None, list[float]]) -> Generator[float, None, dict[str, Any]]:
    """Return median and longest delay in seconds, and the gaps in milliseconds."""
    meter = StutterMeter(lambda: _phase[0])
    _phase[0] = ""
    meter.start()
    busy = sum(os.times()[:2])
    delays = sorted((yield from work))
    busy = sum(os.times()[:2]) - busy
    stutter = meter.stop()
    return {
        "median_s": round(delays[len(delays) // 2], 2) if delays else None,
        "longest_s": round(delays[-1], 2) if delays else None,
        "count": len(delays),
        # with all that Blender draws meanwhile; however busy others keep the machine
        "processor_s": round(busy / len(delays), 2) if delays else None,
        **stutter,
        # while the mouse drags, and where Blender begins and ends the drag, with an undo step of its own
        "gaps_ms": meter.longest_by_phase(),
    }


_phase = [""]
"""What a drag is doing: "drag" while the mouse moves."""


def changes(path: bpy.types.Object) -> Generator[float, None, list[float]]:
    """Bend the path, wait until the ghost of that is drawn, and again."""
    delays = []
    for number in range(CHANGES):
        before = session().ghosts
        began = time.perf_counter()
        path.data.splines[0].bezier_points[-1].co.x += 0.2 * (1 if number % 4 < 2 else -1)
        yield from d.wait_for(
            lambda before=before: shown() and session().ghosts is not before, 120, "the next ghost", 0.01
        )
        delays.append(time.perf_counter() - began)
        yield 0.2
    return delays


def drag_path(path: bpy.types.Object) -> Generator[float, None, list[float]]:
    """Drag the path for two seconds with the mouse; return the delays that Live noted."""
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj == path)
    bpy.context.view_layer.objects.active = path
    return (yield from drag_selection())


def drag_selection() -> Generator[float, None, list[float]]:
    """Drag what is selected for two seconds with the mouse; return the delays that Live noted."""
    live = module("operators.live")
    region = d.get_view()[1]["WINDOW"]
    x, y = region.x + region.width // 2, region.y + region.height // 2
    yield from d.move_mouse((x, y))
    before = len(live.list_delays())
    yield from d.press_key("G")
    yield 0.2
    _phase[0] = "drag"
    for number in range(DRAG_STEPS):
        d._send_event("MOUSEMOVE", "NOTHING", x + number, y + number // 2)
        yield 0.05
    _phase[0] = "end"
    yield from d.press_key("RET")
    yield 0.5
    if session().live.is_on:
        yield from d.wait_for(
            lambda: len(live.list_delays()) > before and not live.is_running(), 120, "the ghost of the drag"
        )
    return live.list_delays()[before:]
