# SPDX-License-Identifier: GPL-3.0-or-later
"""The bone map as an animator sees and corrects it."""

from __future__ import annotations

from collections.abc import Iterable

import bpy

from devtools.testing.window import driver as d

from .common import open_panels

LINE = 21 if bpy.app.version >= (5, 0, 0) else 25
"""Pixels from one heading of the bone map's groups to the next."""


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_bone_map")
    yield from d.open_sidebar("Kinescribe", 420)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.kinescribe.map_bones()
    character = bpy.context.object
    yield 0.3
    d.save_photograph("1_bone_map")
    places = yield from d.find_buttons(step=5)
    detect = places["kinescribe.map_bones"]
    yield from groups(character, detect)
    yield from asked(character)
    yield from presets(detect)


def toggle(place: d.Position, numbers: Iterable[int]) -> d.Steps:
    """Open or close groups by their numbers, the lowest first, so that what opens moves nothing still to be clicked."""
    for number in sorted(numbers, reverse=True):
        yield from d.click_at((place[0], place[1] - 26 - LINE * number))
        yield 0.1


def groups(character: bpy.types.Object, detect: d.Position) -> d.Steps:
    """Rows of a group with their buttons; a bone that was renamed, one that is missing; mirrored."""
    yield from toggle(detect, [0, 1, 5])
    with d.override_region():
        bpy.ops.kinescribe.select_bone(joint="left_elbow")
    yield 0.3
    d.save_photograph("2_groups")
    found = yield from d.find_buttons(column=0.88, step=9)
    d.add_notes(rows=sorted(found))
    assert {"kinescribe.pick_bone", "kinescribe.select_bone"} & set(found), found
    with d.override_region():
        bpy.ops.object.mode_set(mode="OBJECT")
    stored = character.kinescribe
    character.data.bones["left_elbow"].name = "Ellbogen"
    next(row for row in stored.bone_map if row.joint == "left_wrist").bone = ""
    yield 0.3
    d.save_photograph("3_gone_and_missing")
    with d.override_region():
        bpy.ops.kinescribe.mirror_bones(onto="LEFT")
    assert {row.joint: row.bone for row in stored.bone_map}["left_elbow"] == "Ellbogen"


def asked(character: bpy.types.Object) -> d.Steps:
    """Where the recognition is not sure it asks: a figure that has lost an arm."""
    with d.override_region():
        bpy.ops.object.mode_set(mode="EDIT")
    bones = character.data.edit_bones
    for bone in [bone for bone in bones if bone.name in {"right_shoulder", "right_elbow", "right_wrist"}]:
        bones.remove(bone)
    with d.override_region():
        bpy.ops.object.mode_set(mode="OBJECT")
        bpy.ops.kinescribe.map_bones(suggest=True)
    yield 0.3
    d.save_photograph("4_asks")
    assert character.kinescribe.state == "SUGGESTED", character.kinescribe.state
    with d.override_region():
        bpy.ops.kinescribe.accept_bones()
        bpy.ops.kinescribe.use_pose_as_reference()
    yield 0.3
    d.save_photograph("5_accepted")


def presets(detect: d.Position) -> d.Steps:
    """The menus of the bone map: for the whole map, and the presets."""
    right = d.get_view()[1]["UI"].x + d.get_view()[1]["UI"].width
    with d.override_region():
        bpy.ops.kinescribe.map_bones(suggest=True)
        bpy.ops.kinescribe.accept_bones()
        bpy.ops.kinescribe.save_bone_preset(name="My studio rig")
        bpy.ops.kinescribe.save_bone_preset(name="Other")
    yield 0.3
    # two more lines say what is missing
    yield from d.click_at((right - 44, detect[1] - 40))
    yield 0.4
    d.save_photograph("6_specials")
    yield from d.press_key("ESC")
    with d.override_region("UI"):
        bpy.ops.kinescribe.show_bone_presets("INVOKE_DEFAULT")
    yield 0.4
    d.save_photograph("7_presets")
    yield from d.press_key("ESC")
