# SPDX-License-Identifier: GPL-3.0-or-later
"""By the X server's own mouse and keys: a double click on a strip types its prompt, and no part moves."""

from __future__ import annotations

import bpy

from devtools.testing.window import driver as d

from .common import module

PROMPTS = ("a person walks forward", "a person waves")
TYPED = "a person turns left"


def steps() -> d.Steps:
    """Play it."""
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.kinescribe.add_part()
    stored = bpy.context.object.kinescribe
    for number, (part, prompt) in enumerate(zip(stored.parts, PROMPTS, strict=True)):
        part.prompt, part.start, part.end = prompt, 1 + 48 * number, 48 + 48 * number
    area, _ = d.get_view()
    area.ui_type = "DOPESHEET"
    yield 1.0
    region = next(r for r in area.regions if r.type == "WINDOW")
    layout = module("operators.strip_layout")
    scale = bpy.context.preferences.system.ui_scale
    y = region.y + round((layout.LANE_BOTTOM + layout.LANE_HEIGHT / 2) * scale)

    def at(frame: float) -> d.Position:
        return region.x + round(region.view2d.view_to_region(frame, 0, clip=False)[0]), y

    def frames() -> list[tuple[int, int]]:
        return [(part.start, part.end) for part in stored.parts]

    before = frames()
    yield from d.double_click_at(at(70))
    yield 1.0
    d.save_photograph("1_dialog")
    assert stored.active_part == 1 and frames() == before
    yield from d.press_key("A", ctrl=True)
    yield from d.type_text(TYPED)
    yield from d.press_key("RET")
    yield 0.5
    yield from d.press_key("RET")
    yield 0.5
    d.add_notes(typed=[part.prompt for part in stored.parts])
    assert stored.parts[1].prompt == TYPED and stored.parts[0].prompt == PROMPTS[0]
    # two clicks that are not one
    yield from d.click_at(at(20))
    yield 1.0
    yield from d.click_at(at(20))
    yield 0.5
    assert stored.active_part == 0
    # a real drag, and a double click that opens nothing where the lane is empty
    start = at(80)
    yield from d.move_mouse(start)
    d._send_event("LEFTMOUSE", "PRESS", *start)
    for part in range(1, 11):
        d._send_event("MOUSEMOVE", "NOTHING", start[0] + 4 * part, y)
        yield 0.05
    d._send_event("LEFTMOUSE", "RELEASE", start[0] + 40, y)
    yield 0.5
    assert frames()[1][0] > before[1][0] and frames()[0] == before[0], frames()
    yield from d.double_click_at(at(150))
    yield 0.5
    d.save_photograph("2_dragged")
    assert not any("drag_strip" in operator.bl_idname for operator in d.get_window().modal_operators)
    yield from d.press_key("Z", ctrl=True)
    yield 0.5
    stored = bpy.context.object.kinescribe
    d.add_notes(undone=frames())
