# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts as strips in the Timeline and the Dope Sheet: selected, dragged, stretched, typed, split; keys pass through."""

from __future__ import annotations

from typing import Any

import bpy

from devtools.testing.window import driver as d

from .common import idle, module


def steps() -> d.Steps:
    """Play it."""
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        for prompt, seconds in (
            ("a person walks forward", 2.0),
            ("a person waves", 2.0),
            ("a person plays the bagpipes", 1.5),
        ):
            stored = bpy.context.object.kinescribe
            if len(stored.parts) == 0 or not stored.own_parts:
                stored.prompt, stored.seconds = prompt, seconds
            else:
                bpy.ops.kinescribe.add_part()
                part = stored.parts[stored.active_part]
                part.prompt, part.end = prompt, part.start + round(seconds * 24) - 1
    character = bpy.context.object
    stored = character.kinescribe
    first = stored.parts[0].start
    for part in stored.parts:
        part.start, part.end = part.start - first + 1, part.end - first + 1
    bpy.context.scene.frame_end = 200
    # in place of the 3D View, because the time line of the first start is too low for it
    area, _ = d.get_view()
    area.ui_type = "DOPESHEET"
    yield 0.5
    region = next(r for r in area.regions if r.type == "WINDOW")
    with bpy.context.temp_override(
        window=d.get_window(), screen=d.get_window().screen, area=area, region=region
    ):
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: idle() and len(stored.takes) == 1, 90, "the motion")
    with bpy.context.temp_override(
        window=d.get_window(), screen=d.get_window().screen, area=area, region=region
    ):
        bpy.ops.action.view_all()
    yield 0.5
    # the model does not know the third prompt: its strip begins with a mark
    assert module("operators.part_list").doubted_parts(character) == [2]
    stored.parts[1].locked = True
    d.save_photograph("1_lane")
    d.save_photograph("1_lane_near", near_lane(region))
    stored.parts[1].locked = False
    layout = module("operators.strip_layout")
    scale = bpy.context.preferences.system.ui_scale
    y = region.y + round((layout.LANE_BOTTOM + layout.LANE_HEIGHT / 2) * scale)

    name = character.name

    def of() -> Any:
        # undo gives everything another place in memory
        return bpy.data.objects[name].kinescribe

    def at(frame: float) -> tuple[int, int]:
        return region.x + round(region.view2d.view_to_region(frame, 0, clip=False)[0]), y

    def frames() -> list[tuple[int, int]]:
        return [(part.start, part.end) for part in of().parts]

    before = frames()
    yield from d.click_at(at(70))
    assert of().active_part == 1 and [p.select for p in of().parts] == [False, True, False]
    # the end of the last part is dragged, and the body of the last one
    yield from drag(at(before[2][1] + 1 - 0.3), at(before[2][1] + 13))
    assert frames()[2][1] > before[2][1] + 8, frames()
    stretched = frames()
    yield from drag(at(before[2][0] + 15), at(before[2][0] + 35))
    assert frames()[2][0] > stretched[2][0] + 15 and frames()[:2] == before[:2], frames()
    moved = frames()
    yield from interrupted(area, at, frames)
    # Esc puts it back
    yield from drag(at(moved[2][0] + 15), at(moved[2][0] + 30), cancel=True)
    assert frames() == moved
    bpy.ops.ed.undo_push(message="play")
    d.save_photograph("2_dragged")
    # a box selects
    yield from drag(at(moved[2][0] - 6), at(60))
    assert [p.select for p in of().parts] == [False, True, False]
    # F2 types, as a double click does, which can't be simulated: plays/double_click.py
    yield from d.click_at(at(24))
    yield from d.press_key("F2")
    yield 0.6
    d.save_photograph("3_dialog")
    yield from d.press_key("A", ctrl=True)
    yield from d.type_text("a person turns left")
    yield from d.press_key("RET")
    yield 0.3
    yield from d.press_key("RET")
    yield 0.5
    d.add_notes(typed=of().parts[0].prompt)
    # the menu
    yield from d.move_mouse(at(24))
    d._send_event("RIGHTMOUSE", "PRESS", *at(24))
    d._send_event("RIGHTMOUSE", "RELEASE", *at(24))
    yield 0.5
    d.save_photograph("4_menu")
    yield from d.press_key("ESC")
    yield 0.2
    yield from several_and_edges(at, of, frames)
    yield from keys_in_the_lane(at)
    yield from redone(area, region)
    # outside the lane the editor gets its events
    keys = [key for curve in _curves(bpy.data.objects[name]) for key in curve.keyframe_points]
    for key in keys:
        key.select_control_point = False
    x, _ = at(1)
    outside = (x, region.y + region.height // 2 + 40)
    yield from d.move_mouse(outside)
    yield from d.press_key("A")
    yield 0.3
    assert any(
        key.select_control_point for curve in _curves(bpy.data.objects[name]) for key in curve.keyframe_points
    )
    # subtitles in the 3D View
    bpy.context.scene.kinescribe.show_subtitles = True
    bpy.context.scene.frame_set(70)
    area.ui_type = "TIMELINE"
    yield 0.5
    d.save_photograph("5_timeline")
    area.ui_type = "VIEW_3D"
    yield 0.5
    d.save_photograph("6_subtitle")
    area.ui_type = "DOPESHEET"
    bpy.context.scene.kinescribe.show_strips = False
    area.tag_redraw()
    yield 0.3
    d.save_photograph("7_hidden")
    # the area is closed in the middle of a drag
    bpy.context.scene.kinescribe.show_strips = True
    area.tag_redraw()
    yield 0.3
    before, start = frames(), at(frames()[2][0] + 10)
    yield from d.move_mouse(start)
    d._send_event("LEFTMOUSE", "PRESS", *start)
    for away in (20, 40):
        d._send_event("MOUSEMOVE", "NOTHING", start[0] + away, start[1])
        yield 0.1
    assert frames() != before
    with bpy.context.temp_override(window=d.get_window(), area=area):
        bpy.ops.screen.area_close()
    yield 0.3
    d._send_event("MOUSEMOVE", "NOTHING", start[0] + 60, start[1])
    yield 0.2
    d._send_event("LEFTMOUSE", "RELEASE", start[0] + 60, start[1])
    yield 0.3
    assert frames() == before and module("session").session.strip_box is None
    assert not [operator.bl_idname for operator in d.get_window().modal_operators]


def near_lane(region: bpy.types.Region) -> tuple[int, int, int, int]:
    """Return left, top, width and height of the part of the screen with the lane, y down."""
    return region.x, d.get_window().height - region.y - 90, 560, 90


def interrupted(area: bpy.types.Area, at: Any, frames: Any) -> d.Steps:
    """Undo, another editor or a larger one in the middle of a drag: nothing is left drawn, nothing moved."""
    bpy.ops.ed.undo_push(message="play")
    before = frames()
    start = at(before[2][0] + 15)
    for what in ("undo", "editor", "maximized"):
        yield from d.move_mouse(start)
        d._send_event("LEFTMOUSE", "PRESS", *start)
        for away in (20, 40, 60):
            d._send_event("MOUSEMOVE", "NOTHING", start[0] + away, start[1])
            yield 0.1
        assert frames() != before, what
        with bpy.context.temp_override(window=d.get_window(), area=area, region=area.regions[-1]):
            if what == "undo":
                bpy.ops.ed.undo()
            elif what == "editor":
                area.ui_type = "FCURVES"
        if what == "maximized":
            with bpy.context.temp_override(window=d.get_window(), area=area):
                bpy.ops.screen.screen_full_area()
        yield 0.3
        d._send_event("MOUSEMOVE", "NOTHING", start[0] + 90, start[1])
        yield 0.1
        d._send_event("LEFTMOUSE", "RELEASE", start[0] + 90, start[1])
        yield 0.3
        if what == "editor":
            area.ui_type = "DOPESHEET"
        if what == "maximized":
            with bpy.context.temp_override(window=d.get_window(), area=d.get_window().screen.areas[0]):
                bpy.ops.screen.back_to_previous()
        yield 0.5
        session = module("session").session
        assert session.strip_box is None
        modal = [operator.bl_idname for operator in d.get_window().modal_operators]
        assert not any("drag_strip" in name for name in modal), (what, modal)
        d.add_notes(**{f"after_{what}": frames() == before})
        if what != "maximized":
            assert frames() == before, (what, frames(), before)


def several_and_edges(at: Any, of: Any, frames: Any) -> d.Steps:
    """Shift selects a second part, both are dragged; a start is dragged; the menu and X delete; each is undone."""
    before = frames()
    for index, frame, more in ((1, 70, {}), (2, before[2][0] + 15, {"shift": True})):
        yield from d.move_mouse(at(frame))
        d._send_event("LEFTMOUSE", "PRESS", *at(frame), **more)
        yield 0.05
        d._send_event("LEFTMOUSE", "RELEASE", *at(frame), **more)
        yield 0.2
        assert of().active_part == index
    assert [part.select for part in of().parts] == [False, True, True]
    # the part before leaves no room to the left: nothing overlaps
    yield from drag(at(before[2][0] + 15), at(before[2][0] - 25))
    assert frames() == before, frames()
    yield from drag(at(before[2][0] + 15), at(before[2][0] + 25))
    by = frames()[2][0] - before[2][0]
    assert by > 4 and frames() == [before[0], *((start + by, end + by) for start, end in before[1:])], (
        frames()
    )
    yield from undone(before, frames)
    # at the start of a part that adjoins, the end of the one before moves along
    boundary = before[1][0]
    assert before[0][1] + 1 == boundary
    yield from drag(at(boundary + 0.3), at(boundary + 8.3))
    moved = frames()
    assert moved[1][0] > boundary + 4 and moved[0][1] + 1 == moved[1][0] and moved[1][1] == before[1][1], (
        moved
    )
    yield from undone(before, frames)
    # the context menu
    yield from d.click_at(at(70))
    d._send_event("RIGHTMOUSE", "PRESS", *at(70))
    d._send_event("RIGHTMOUSE", "RELEASE", *at(70))
    yield 0.5
    place = yield from d.find_entry_doing("action='DELETE'", 400)
    yield from d.click_at(place)
    yield 0.3
    assert frames() == [before[0], before[2]], frames()
    yield from undone(before, frames)
    yield from d.click_at(at(70))
    yield from d.press_key("X")
    yield 0.3
    assert frames() == [before[0], before[2]], frames()
    yield from undone(before, frames)
    yield from d.move_mouse(at(70))
    for expected in (True, False):
        yield from d.press_key("A")
        yield 0.2
        assert all(part.select == expected for part in of().parts)


def undone(before: Any, frames: Any) -> d.Steps:
    """Ctrl+Z puts the parts back in one step."""
    yield from d.press_key("Z", ctrl=True)
    yield 0.4
    assert frames() == before, (frames(), before)


def keys_in_the_lane(at: Any) -> d.Steps:
    """Keys over the lane mute, lock, split, copy and delete; the same keys elsewhere keep their meaning."""
    stored = bpy.context.object.kinescribe
    yield from d.click_at(at(70))
    yield from d.press_key("H")
    yield 0.2
    assert [part.mute for part in stored.parts] == [False, True, False]
    yield from d.press_key("H")
    yield from d.press_key("L")
    yield 0.2
    assert [part.locked for part in stored.parts] == [False, True, False]
    yield from d.press_key("L")
    bpy.context.scene.frame_set(72)
    yield from d.press_key("K")
    yield 0.2
    assert len(stored.parts) == 4
    yield from d.press_key("Z", ctrl=True)
    yield 0.4
    stored = bpy.context.object.kinescribe
    assert len(stored.parts) == 3, "a split is one undo step"
    yield from d.press_key("D", shift=True)
    yield 0.2
    assert len(stored.parts) == 4
    yield from d.press_key("Z", ctrl=True)
    yield 0.4
    assert len(bpy.context.object.kinescribe.parts) == 3


def redone(area: bpy.types.Area, region: bpy.types.Region) -> d.Steps:
    """R over the lane makes the active part again, with its progress on its strip."""
    state = module("session").session.generation
    yield from d.press_key("R")
    yield from d.wait_for(lambda: state.is_running, 10, "the redo to start", interval=0.005)
    assert state.parts == (bpy.context.object.kinescribe.active_part,) and state.in_turn
    yield from d.wait_for(
        lambda: state.progress > 0.3 or not state.is_running, 60, "half of it", interval=0.005
    )
    area.tag_redraw()
    d.save_photograph("5_redo", near_lane(region))
    yield from d.wait_for(idle, 90, "the redo")


def drag(start: tuple[int, int], end: tuple[int, int], cancel: bool = False) -> d.Steps:
    """Drag with the left button; ``cancel``: press Esc before it is released."""
    yield from d.move_mouse(start)
    d._send_event("LEFTMOUSE", "PRESS", *start)
    for part in (0.2, 0.5, 0.8, 1.0):
        yield 0.05
        d._send_event("MOUSEMOVE", "NOTHING", start[0] + (end[0] - start[0]) * part, end[1])
    yield 0.1
    if cancel:
        yield from d.press_key("ESC")
    d._send_event("LEFTMOUSE", "RELEASE", *end)
    yield 0.2


def _curves(character: bpy.types.Object) -> list[Any]:
    action: Any = character.animation_data.action
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    return [
        curve
        for layer in action.layers
        for strip in layer.strips
        for bag in strip.channelbags
        for curve in bag.fcurves
    ]
