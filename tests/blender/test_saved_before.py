# SPDX-License-Identifier: GPL-3.0-or-later
"""A .blend that an earlier version saved (31f733f in Blender 4.2) opens and can be worked on.

It holds a character with two Actions, one of them edited by hand, a path, a pin, a second part of the sequence, a
checkpoint as the model, and a second armature whose bone map is only a suggestion.
"""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from kinescribe.scene.action import assign_action
from kinescribe.scene.bone_map import load_bone_map
from kinescribe.scene.record import read_record, was_edited

SAVED = Path(__file__).resolve().parent / "data" / "saved_by_31f733f.blend"
PLACES = {
    1: ((-0.00343, -0.00035, 0.94205), (0.25918, -0.03387, 0.91738)),
    24: ((-0.06145, -0.89214, 0.91228), (0.17946, -0.86043, 0.86087)),
    48: ((-0.08992, -1.9388, 0.94591), (0.16252, -1.9899, 0.92113)),
}
"""Frame -> where pelvis and left wrist of the first Action were, in metres, when the file was saved."""

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def character(enabled: None) -> bpy.types.Object:
    bpy.ops.wm.open_mainfile(filepath=str(SAVED), load_ui=False)
    return bpy.data.objects["Mannequin A"]


def test_actions_play_as_they_did_and_know_what_made_them(character: bpy.types.Object) -> None:
    first, second = bpy.data.actions["walks forward"], bpy.data.actions["waves"]
    assert read_record(first)["prompt"] == "a person walks forward" and read_record(first)["seed"] == 5
    assert not was_edited(first) and was_edited(second)
    assign_action(character, first)
    for frame, expected in PLACES.items():
        bpy.context.scene.frame_set(frame)
        bones = (character.pose.bones[name] for name in ("pelvis", "left_wrist"))
        np.testing.assert_allclose(
            [character.matrix_world @ bone.head for bone in bones], expected, atol=1e-4
        )


def test_settings_and_bone_maps_are_read(character: bpy.types.Object) -> None:
    settings = bpy.context.scene.kinescribe
    assert (settings.prompt, settings.seconds, settings.seed) == ("a person waves", 2.0, 6)
    assert settings.model == "local/mdm" and settings.directing.variations == 2
    assert [(row.prompt, row.seconds) for row in settings.directing.segments] == [("sits down", 1.5)]
    assert settings.directing.path is not None and len(settings.directing.pins) == 1
    bone_map = load_bone_map(character)
    assert bone_map is not None and bone_map.bones["left_wrist"] == "left_wrist"
    suggested = bpy.data.objects["Odd"].kinescribe
    assert suggested.state == "SUGGESTED"
    assert suggested.doubt == "it holds two characters: select bones of the one that is meant"


def test_its_results_are_takes(character: bpy.types.Object) -> None:
    rows = character.kinescribe.takes
    assert {(t.action.name, t.prompt, t.start) for t in rows} == {
        ("walks forward", "a person walks forward", 1),
        ("waves", "a person waves", 1),
    }
    playing = character.animation_data.action
    assert rows[character.kinescribe.active_take].action == playing
    bpy.context.view_layer.objects.active = character
    for index, take in enumerate(rows):
        assert bpy.ops.kinescribe.use_take(index=index) == {"FINISHED"}
        assert character.animation_data.action == take.action
    assert all(t.action.use_fake_user for t in rows)


def test_a_take_whose_motion_is_gone_is_continued_from_its_keys(character: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = character
    bpy.context.scene.kinescribe.model = ""
    assign_action(character, bpy.data.actions["walks forward"])
    end = bpy.data.actions["walks forward"].frame_range[1]
    assert bpy.ops.kinescribe.continue_take(prompt="a person waves", seconds=1.0) == {"FINISHED"}
    assert character.animation_data.action.frame_range[1] == end + 24


def test_it_generates_again_with_what_was_stored(character: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = character
    settings = bpy.context.scene.kinescribe
    with pytest.raises(RuntimeError, match="Choose a Python that has PyTorch"):
        bpy.ops.kinescribe.generate()
    settings.model = ""
    assert bpy.ops.kinescribe.generate() == {"FINISHED"}
    assert "walks forward" in bpy.data.actions and "waves" in bpy.data.actions
    record = read_record(character.animation_data.action)
    assert record["seed"] == 6 and character.animation_data.action.name not in ("walks forward", "waves")


def test_unbake_takes_back_what_was_made(character: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = character
    assign_action(character, bpy.data.actions["walks forward"])
    assert bpy.ops.kinescribe.unbake() == {"FINISHED"}
    assert character.animation_data is None or character.animation_data.action is None


def test_a_motion_that_the_cache_lost_is_missed_in_a_sentence(character: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = character
    assign_action(character, bpy.data.actions["walks forward"])
    before = [action.name for action in bpy.data.actions]
    with pytest.raises(RuntimeError, match=r"motion .*(gone|no longer|not kept|cache)"):
        bpy.ops.kinescribe.apply()
    assert [action.name for action in bpy.data.actions] == before
