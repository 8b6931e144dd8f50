# SPDX-License-Identifier: GPL-3.0-or-later
"""Job b: a character of one's own with bones that nobody knows, its bone map, F9, and a Rigify rig."""

from __future__ import annotations

import addon_utils
import bpy

from devtools.testing.window import driver as d

from .common import action_of, open_panels
from .counted import Hand, add_character, character


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_takes", "KINESCRIBE_PT_bone_map")
    name = yield from add_character()
    for number, bone in enumerate(character(name).data.bones):
        bone.name = f"b_{number:02}"
    yield 0.3
    hand = Hand()
    yield from hand.press("map_bones")
    yield from d.wait_for(lambda: len(character(name).kinescribe.bone_map) > 15, 10, "its bone map")
    if character(name).kinescribe.state == "SUGGESTED":
        yield from hand.press("accept_bones", (0.4, 0.8))
    hand.end("b: bone map of a rig without known names")
    d.save_photograph("1_bone_map")

    hand.begin()
    yield from hand.press("kinescribe.generate")
    yield from hand.generated(lambda: action_of(character(name)) is not None, "a motion on it")
    hand.end("b: a motion on it")
    hand.begin()
    place = yield from d.open_redo_popup()
    field = yield from d.find_field_showing("1", place)
    yield from d.enter_number(field, "21")
    hand.count += 2
    yield from d.wait_for(lambda: action_of(character(name)).frame_range[0] == 21, 20, "its new beginning")
    hand.end("b: F9, another beginning")
    yield from d.press_key("ESC")
    yield 0.3
    yield from play_rigify(hand)


def play_rigify(hand: Hand) -> d.Steps:
    """A Rigify rig works without a bone map of one's own."""
    if addon_utils.enable("rigify", default_set=True) is None:
        d.add_notes(rigify="this Blender comes without Rigify")
        return
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    with d.override_region():
        bpy.ops.object.armature_human_metarig_add()
        bpy.ops.pose.rigify_generate()
    rig = bpy.context.object
    yield 0.5
    d.add_notes(rigify=rig.name)
    hand.begin()
    yield from hand.press("kinescribe.generate")
    yield from hand.generated(lambda: action_of(rig) is not None, "a motion on the Rigify rig")
    hand.end("b: a motion on a Rigify rig")
    d.save_photograph("2_rigify")
