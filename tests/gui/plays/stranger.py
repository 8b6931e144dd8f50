# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk in, look around, sit, redo the sitting, arms only: the example of ``docs/directing.md``, step by step.

By the X server's own mouse and keys, in the sidebar as it is at first: nothing is opened, chosen or set by a script
but the character, which stands in the scene.
"""

from __future__ import annotations

from typing import Any

import bpy
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Vector

from devtools.testing.window import driver as d

from .common import action_of, module
from .counted import Hand, character
from .job_parts import find_changed_bones, find_part
from .job_takes import click_row

TEXT = "A person walks in, looks around, then sits down."
SLOWER, ARMS = "a person sits down slowly", "a person crosses the arms"
ARM_BONES = [f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "elbow", "wrist")]


def steps() -> d.Steps:
    """Play it."""
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.object.select_all(action="DESELECT")
    name = bpy.context.object.name
    bpy.context.view_layer.objects.active = None
    look_at_character()
    yield from d.open_sidebar("Kinescribe", 420)
    hand = Hand()
    # 1. select, type, split
    yield from d.click_at(find_point(Vector((0.0, 0.0, 1.1))))
    yield 0.5
    assert bpy.context.object is not None, "nothing is selected"
    d.save_photograph("1_selected")
    yield from hand.fill(".prompt", TEXT)
    yield from open_sub_panel("#parts")
    d.save_photograph("2_parts_panel")
    yield from hand.press("split_prompt")
    stored = character(name).kinescribe
    yield from d.wait_for(lambda: len(stored.parts) == 3, 20, "three parts")
    d.add_notes(parts=[(part.prompt, part.start, part.end) for part in stored.parts])
    yield 0.5
    d.save_photograph("3_split")
    # 2. generate
    yield from press_button(hand, "Generate")
    yield from hand.generated(lambda: len(character(name).kinescribe.takes) == 1, "the sequence")
    d.save_photograph("4_generated")
    whole = action_of(character(name))
    # 3. the third part, another prompt
    yield from change_prompt(hand, 2, SLOWER)
    assert [part.prompt for part in character(name).kinescribe.parts][2] == SLOWER
    d.save_photograph("5_changed")
    yield from press_button(hand, "Redo Part 3")
    yield from hand.generated(lambda: len(character(name).kinescribe.takes) == 2, "the sitting")
    seated = action_of(character(name))
    third = character(name).kinescribe.parts[2].start, character(name).kinescribe.parts[2].end
    assert find_changed_bones(whole, seated, range(1, third[0])) == set(), "parts 1 and 2 changed"
    d.save_photograph("6_seated")
    # 4. arms only
    yield from select_arms(hand, name)
    d.save_photograph("7_arms")
    selected = {bone.name for bone in bpy.context.selected_pose_bones}
    d.add_notes(selected=sorted(selected))
    assert selected == set(ARM_BONES), selected
    yield from hand.press(".task", (0.8, 0.9))
    assert character(name).kinescribe.task == "BODY", character(name).kinescribe.task
    yield from hand.fill(".next_prompt", ARMS)
    yield from hand.enter(".range_start", third[0])
    yield from hand.enter(".range_end", third[1])
    yield 0.3
    d.save_photograph("8_before_redo")
    yield from press_button(hand, f"Redo Bones {third[0]}-{third[1]}")
    yield from hand.generated(lambda: len(character(name).kinescribe.takes) == 3, "the arms")
    crossed = action_of(character(name))
    changed = find_changed_bones(seated, crossed, range(1, third[1] + 1))
    d.add_notes(changed=sorted(changed))
    assert changed and changed <= selected, changed - selected
    assert find_changed_bones(seated, crossed, range(1, third[0])) == set(), (
        "frames before the third part changed"
    )
    for frame in (third[0] + 12, third[1] - 6):
        bpy.context.scene.frame_set(frame)
        yield 0.3
        d.save_photograph(f"9_frame_{frame}")
    # 5. an earlier take
    yield from click_row(hand, name, 0)
    assert action_of(character(name)) == whole
    d.save_photograph("10_first_take")
    d.add_notes(actions=hand.count)


def look_at_character() -> None:
    """Turn the view to the front of the character, near enough for its bones."""
    space: Any = d.get_view()[0].spaces.active
    space.region_3d.view_rotation = (0.76, 0.64, 0.08, 0.1)
    space.region_3d.view_location = (0.0, -0.3, 0.9)
    space.region_3d.view_distance = 3.5


def find_point(point: Vector) -> d.Position:
    """Return where a point of the scene is on the screen."""
    area, regions = d.get_view()
    place = location_3d_to_region_2d(regions["WINDOW"], area.spaces.active.region_3d, point)
    return regions["WINDOW"].x + round(place[0]), regions["WINDOW"].y + round(place[1])


def open_sub_panel(page: str) -> d.Steps:
    """Click the header of the closed sub-panel whose help button opens a place of the manual."""
    places = yield from d.find_buttons(column=0.86, step=6, whole=True)
    place = next((place for name, place in places.items() if f"{page}'" in name or f'{page}"' in name), None)
    assert place is not None, (page, sorted(places))
    yield from d.click_at((place[0] - 200, place[1]))
    yield 0.5


def press_button(hand: Hand, text: str) -> d.Steps:
    """Click the one button of the main panel, which has to say ``text``."""
    button = module("panels.button").describe_button(bpy.context, bpy.context.object)
    assert button.text == text, button.text
    yield from hand.press(button.operator, (0.4,))


def change_prompt(hand: Hand, index: int, prompt: str) -> d.Steps:
    """Click a part in the list, and double-click its prompt to type another."""
    place = yield from find_part(index)
    yield from d.click_at(place)
    yield 1.0
    assert bpy.context.object.kinescribe.active_part == index
    yield from d.double_click_at(place)
    yield 0.5
    d.save_photograph("5_typing")
    yield from d.press_key("A", ctrl=True)
    yield from d.type_text(prompt)
    yield from d.press_key("RET")
    yield 0.5
    hand.count += 2


def select_arms(hand: Hand, name: str) -> d.Steps:
    """Enter Pose Mode by Ctrl+Tab over the view, and click the bones of both arms."""
    yield from hand.key("TAB", ctrl=True)
    yield 0.5
    d.save_photograph("6_pose_mode")
    assert bpy.context.mode == "POSE", bpy.context.mode
    rig = character(name)
    for number, bone in enumerate(ARM_BONES):
        pose = rig.pose.bones[bone]
        middle = rig.matrix_world @ ((pose.head + pose.tail) / 2)
        yield from d.click_at(find_point(middle), shift=number > 0)
        yield 0.3
        hand.count += 1
