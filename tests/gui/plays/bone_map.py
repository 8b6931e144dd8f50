# SPDX-License-Identifier: GPL-3.0-or-later
"""The bone map and the options of applying, as an animator sees and corrects them."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
from harness import driver as d

from .common import action_of, module

LINE = 21
"""Pixels from one heading of the bone map's groups to the next."""


def steps() -> d.Steps:
    """Play it."""
    yield from d.open_sidebar("Kinescribe", 420)
    with d.override():
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.kinescribe.map_bones()
    character = bpy.context.object
    yield 0.3
    places = yield from d.buttons()
    x, y = places["kinescribe.generate"]
    yield from d.click((x, y - 63))  # opens Bone Map
    yield 0.3
    d.photograph("1_bone_map")
    yield from groups(character)
    yield from asked(character)
    yield from presets()
    yield from options(character)


def detect_button() -> d.Steps:
    """Where Detect Bones is: groups follow below it."""
    places = yield from d.buttons(column=0.5, step=5)
    return places["kinescribe.map_bones"]


def toggle(place: d.Place, numbers: Iterable[int]) -> d.Steps:
    """Open or close groups by their numbers, the lowest first, so that what opens moves nothing still to be clicked."""
    for number in sorted(numbers, reverse=True):
        yield from d.click((place[0], place[1] - 26 - LINE * number))
        yield 0.1


def groups(character: bpy.types.Object) -> d.Steps:
    """Rows of a group with their buttons; a bone that was renamed, one that is missing; mirrored."""
    place = yield from detect_button()
    yield from toggle(place, [0, 1, 5])
    yield 0.3
    d.photograph("2_groups")
    places = yield from d.buttons(column=0.88, step=5)
    assert {"kinescribe.pick_bone", "kinescribe.select_bone"} & set(places), places
    d.note(rows=places)
    stored = character.kinescribe
    character.data.bones["left_elbow"].name = "Ellbogen"
    next(row for row in stored.bone_map if row.joint == "left_wrist").bone = ""
    yield 0.3
    d.photograph("3_gone_and_missing")
    with d.override():
        bpy.ops.kinescribe.mirror_bones(onto="LEFT")
    assert {row.joint: row.bone for row in stored.bone_map}["left_elbow"] == "Ellbogen"
    yield 0.3
    yield from toggle(place, [0, 1, 5])


def asked(character: bpy.types.Object) -> d.Steps:
    """Where the recognition is not sure it asks: a figure that has lost an arm."""
    with d.override():
        bpy.ops.object.mode_set(mode="EDIT")
    bones = character.data.edit_bones
    for bone in [bone for bone in bones if bone.name in {"right_shoulder", "right_elbow", "right_wrist"}]:
        bones.remove(bone)
    with d.override():
        bpy.ops.object.mode_set(mode="OBJECT")
        bpy.ops.kinescribe.map_bones(suggest=True)
    yield 0.3
    d.photograph("4_asks")
    assert character.kinescribe.state == "SUGGESTED", character.kinescribe.state
    with d.override():
        bpy.ops.kinescribe.accept_bones()
        bpy.ops.kinescribe.use_pose_as_reference()
    yield 0.3
    d.photograph("5_accepted")


def presets() -> d.Steps:
    """The menus of the bone map."""
    place = yield from detect_button()
    right = d.view()[1]["UI"].x + d.view()[1]["UI"].width
    with d.override():
        bpy.ops.kinescribe.save_bone_preset(name="My studio rig")
        bpy.ops.kinescribe.save_bone_preset(name="Other")
    yield from d.click((right - 44, place[1]))
    yield 0.4
    d.photograph("6_specials")
    yield from d.press("ESC")
    with d.override("UI"):
        bpy.ops.kinescribe.show_bone_presets("INVOKE_DEFAULT")
    yield 0.4
    d.photograph("7_presets")
    yield from d.press("ESC")


def options(character: bpy.types.Object) -> d.Steps:
    """The options in the sidebar and with F9."""
    with d.override():
        bpy.ops.kinescribe.add_mannequin()
        made = bpy.context.object
        settings = bpy.context.scene.kinescribe
        settings.seconds = 1.0
        bpy.ops.kinescribe.generate("EXEC_DEFAULT", True)
    yield from d.wait_for(lambda: action_of(made) is not None, 60, "the keys")
    module("properties").status.message = ""
    yield 0.3
    places = yield from d.buttons()
    x, y = places["kinescribe.generate"]
    yield from d.click((x, y - 63))  # closes Bone Map
    yield from d.click((x, y - 37))  # opens Apply
    yield 0.3
    d.photograph("8_apply")
    places = yield from d.buttons()
    x, y = places["kinescribe.apply"]
    for part in (2, 1, 0):
        yield from d.click((x, y - 32 - 26 * part))
        yield 0.2
    yield 0.3
    d.photograph("9_apply_all")
    yield from d.open_redo_popup()
    yield 0.5
    d.photograph("10_redo")
    yield from d.press("ESC")
