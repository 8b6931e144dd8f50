# SPDX-License-Identifier: GPL-3.0-or-later
"""An animator's first minutes: no character, the mannequin, a prompt, Generate, other options, undo, cancel."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import bpy

from devtools.testing.window import driver as d
from devtools.testing.window.stutter import StutterMeter, measure_idle_stutter

from .common import action_of, idle, status

PROMPT = "a person runs in a circle"


def steps() -> d.Steps:
    """Play it."""
    yield from d.open_sidebar("Kinescribe", 380)
    d.save_photograph("1_no_character")
    places = yield from d.find_buttons()
    d.add_notes(without_character=sorted(places))

    yield from d.click_at(places["kinescribe.add_mannequin"])
    yield from d.wait_for(
        lambda: bpy.context.object and bpy.context.object.type == "ARMATURE", 5, "the mannequin"
    )
    character = bpy.context.object
    yield 0.3
    places = yield from d.find_buttons()
    yield from d.fill_text_field(places["kinescribe.prompt"], PROMPT)
    assert character.kinescribe.prompt == PROMPT, character.kinescribe.prompt
    d.save_photograph("2_character")

    # while ticks are counted no picture is taken
    alone = yield from measure_idle_stutter()
    d.add_notes(stutter_alone=alone)
    first = yield from generated(places["kinescribe.generate"])
    d.add_notes(first=first)
    action = action_of(character)
    assert action is not None, f"no Action: {status().message}"
    d.add_notes(action=action.name, range=frames_of(action), said=status().message)
    # the panel is longer with a take
    places = yield from d.find_buttons()
    warm = yield from generated(places["kinescribe.generate"])
    d.add_notes(warm=warm)
    # another motion, so that there are two to undo
    bpy.context.scene.kinescribe.seconds = 10.0
    places = yield from d.find_buttons()
    long = yield from generated(places["kinescribe.generate"])
    d.add_notes(long=long)
    d.save_photograph("3_applied")

    name = character.name
    yield from redo(name)
    yield from undo(name)
    yield from cancel()


def generated(button: d.Position) -> Generator[float, None, dict[str, Any]]:
    """Press Generate and wait for the keys; seconds from the press, and the stutter meanwhile."""
    yield from d.move_mouse(button)
    watch = StutterMeter()
    watch.start()
    pressed = time.perf_counter()
    yield from d.click_at(button)
    yield from d.wait_for(lambda: status().is_running, 5, "the generation to start", interval=0.005)
    yield from d.wait_for(idle, 60, "the generation to end", interval=0.01)
    found = {"seconds": round(time.perf_counter() - pressed, 2), "stutter": watch.stop()}
    yield 0.3
    return found


def frames_of(action: bpy.types.Action) -> tuple[float, float]:
    """First and last key of ``action``."""
    start, end = action.frame_range
    return float(start), float(end)


def redo(name: str) -> d.Steps:
    """F9, another start frame: the same motion, later, without the model."""
    operators = bpy.context.window_manager.operators
    assert operators and operators[-1].bl_idname == "KINESCRIBE_OT_apply", [o.bl_idname for o in operators]
    action = action_of(bpy.data.objects[name])
    before, motion = frames_of(action), dict(action.get("kinescribe", {}))
    place = yield from d.open_redo_popup()
    d.save_photograph("4_redo")
    field = yield from d.find_field_showing("1", place)
    yield from d.enter_number(field, "21")
    yield 0.3
    d.save_photograph("5_adjusted")
    # redo undoes first: everything in Blender's memory is new
    action = action_of(bpy.data.objects[name])
    after = frames_of(action)
    d.add_notes(redo={"before": before, "after": after})
    assert after[0] == 21, after
    assert after[1] - after[0] == before[1] - before[0], (before, after)
    assert dict(action.get("kinescribe", {})).get("motion_id") == motion.get("motion_id")
    assert idle(), "F9 ran the model again"
    yield from d.press_key("ESC")
    yield 0.3
    assert frames_of(action_of(bpy.data.objects[name])) == after, "closing the popup took the change back"


def undo(name: str) -> d.Steps:
    """Ctrl+Z, once for each motion: in the end nothing is left of them."""
    regions = d.get_view()[1]
    middle = (regions["WINDOW"].x + 200, regions["WINDOW"].y + 300)
    yield from d.move_mouse(middle)
    left = []
    for _ in range(3):
        yield from d.press_key("Z", ctrl=True)
        yield 0.4
        action = action_of(bpy.data.objects[name])
        left.append(action and frames_of(action))
    d.add_notes(after_undos=left)
    assert left[0] is not None and left[0] == left[1], "one undo takes back more than one motion"
    assert left[2] is None
    character = bpy.data.objects[name]
    rest = all(tuple(bone.location) == (0, 0, 0) for bone in character.pose.bones)
    assert rest, "bones stay where the motion had put them"


def cancel() -> d.Steps:
    """The button and Esc each end a generation within half a second, and no Action comes of it."""
    places = yield from d.find_buttons()
    bpy.context.scene.kinescribe.seconds = 10.0
    scene_actions = len(bpy.data.actions)
    for way in ("button", "escape"):
        yield from d.click_at(places["kinescribe.generate"])
        yield from d.wait_for(
            lambda: status().is_running and status().step > 0, 10, "the first step", interval=0.005
        )
        if way == "button":
            region = d.get_view()[1]["UI"]
            # beside the progress bar, where Generate ended
            where = (region.x + region.width - 80, places["kinescribe.generate"][1])
        else:
            regions = d.get_view()[1]
            where = (regions["WINDOW"].x + 200, regions["WINDOW"].y + 300)
        yield from d.move_mouse(where)
        if not status().is_running:
            d.add_notes(**{f"cancel_{way}": None})  # it was too fast to be cancelled
            continue
        watch = StutterMeter()
        watch.start()
        asked = time.perf_counter()
        if way == "button":
            yield from d.click_at(where, hover=False)
        else:
            yield from d.press_key("ESC")
        yield from d.wait_for(idle, 3, f"{way} to cancel", interval=0.005)
        took = round(time.perf_counter() - asked, 3)
        d.add_notes(**{f"cancel_{way}": {"seconds": took, "stutter": watch.stop(), "said": status().message}})
        yield 0.5
    d.save_photograph("6_cancelled")
    assert len(bpy.data.actions) == scene_actions, "a cancelled generation left an Action"
