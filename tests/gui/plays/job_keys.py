# SPDX-License-Identifier: GPL-3.0-or-later
"""Job f: fewer keys, a tweak that outlives another take, a layer, Un-Bake, undo and redo, save, reload, Apply Again."""

from __future__ import annotations

from typing import Any

import bpy
from mathutils import Quaternion

from devtools.testing.window import driver as d

from .common import action_of, module, open_panels
from .counted import Hand, add_character, character
from .job_takes import click_row

BONE, FRAME = "left_elbow", 30
TWEAK = Quaternion((0.8, 0.6, 0.0, 0.0))
UNDONE = 10


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_takes", "KINESCRIBE_PT_apply", "KINESCRIBE_PT_results")
    name = yield from add_character()
    hand = Hand()
    yield from hand.press("kinescribe.generate")
    yield from hand.generated(lambda: len(takes_of(name)) == 1, "a motion")
    before = count_keys(name)
    hand.begin()
    yield from hand.press("ops.kinescribe.reduce_keys")
    yield from d.wait_for(lambda: count_keys(name) < before, 20, "fewer keys")
    hand.end("f: fewer keys")
    d.add_notes(keys=[before, count_keys(name)])

    tweak(name)
    tweaked = action_of(character(name))
    hand.begin()
    yield from hand.press("kinescribe.generate")
    yield from hand.generated(lambda: len(takes_of(name)) == 2, "another take")
    yield from click_row(hand, name, 0)
    assert action_of(character(name)) == tweaked and is_tweaked(name)
    hand.end("f: another take, and back to the tweaked one")

    yield from make_layer(hand, name)
    hand.begin()
    yield from hand.press("kinescribe.unbake")
    yield from d.wait_for(lambda: action_of(character(name)) is None, 10, "the layer to be gone")
    assert len(takes_of(name)) == 3 and len(character(name).animation_data.nla_tracks) == 1
    hand.end("f: un-bake")
    yield from undo_and_redo(hand, name)
    yield from reload_and_apply(hand, name)


def takes_of(name: str) -> Any:
    """The takes of a character."""
    return character(name).kinescribe.takes


def curves_of(name: str) -> list[Any]:
    """The F-curves that play on a character."""
    return list(module("scene.action").get_fcurves(action_of(character(name)), character(name)))


def count_keys(name: str) -> int:
    """How many keys play on a character."""
    return sum(len(curve.keyframe_points) for curve in curves_of(name))


def tweak(name: str) -> None:
    """Bend an arm at one frame, by hand."""
    bone = character(name).pose.bones[BONE]
    bpy.context.scene.frame_set(FRAME)
    bone.rotation_quaternion = TWEAK
    bone.keyframe_insert("rotation_quaternion", frame=FRAME)
    bpy.ops.ed.undo_push(message="Tweak")


def is_tweaked(name: str) -> bool:
    """Whether the arm is bent at that frame as it was by hand."""
    values = [
        curve.evaluate(FRAME)
        for curve in sorted(curves_of(name), key=lambda curve: curve.array_index)
        if curve.data_path == f'pose.bones["{BONE}"].rotation_quaternion'
    ]
    return bool(Quaternion(values).rotation_difference(TWEAK).angle < 1e-3)


def make_layer(hand: Hand, name: str) -> d.Steps:
    """Push the motion down, and make another on top of its end: the strip plays before that."""
    bpy.context.scene.frame_set(10)
    place = character(name).pose.bones["pelvis"].matrix.translation.copy()
    hand.begin()
    yield from hand.press("push_down", (0.3,))
    yield from d.wait_for(lambda: action_of(character(name)) is None, 10, "the strip")
    # the playhead is moved by hand in any case, and not counted
    bpy.context.scene.frame_set(FRAME)
    yield from hand.press("kinescribe.generate")
    yield from hand.generated(lambda: action_of(character(name)) is not None, "the layer")
    hand.end("f: push down, and a motion on top")
    assert action_of(character(name)).frame_range[0] == FRAME
    bpy.context.scene.frame_set(10)
    away = (character(name).pose.bones["pelvis"].matrix.translation - place).length
    assert away < 1e-4, away
    yield 0.3
    d.save_photograph("1_layer")


def undo_and_redo(hand: Hand, name: str) -> d.Steps:
    """Undo ten times and redo ten times: everything is as it was."""
    known = describe(name)
    for keys in ({"ctrl": True}, {"ctrl": True, "shift": True}):
        for _ in range(UNDONE):
            yield from hand.key("Z", **keys)
        d.add_notes(**{f"after_{'redo' if 'shift' in keys else 'undo'}": len(bpy.data.actions)})
    yield 0.5
    assert describe(name) == known, (describe(name), known)


def describe(name: str) -> tuple[Any, ...]:
    """What a character has: its takes, their frames, and its strips."""
    data = character(name).animation_data
    takes = [(take.action.name, take.prompt, take.seed, take.start, take.end) for take in takes_of(name)]
    return takes, data.action and data.action.name, [track.name for track in data.nla_tracks]


def reload_and_apply(hand: Hand, name: str) -> d.Steps:
    """Save, open the file again, and apply a take again with what the file itself holds."""
    yield from click_row(hand, name, 1)
    known = describe(name)
    path = str(d.OUT / "saved.blend")
    with d.override_region():
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False)
    yield 0.5
    module("scene.store").clear_cache()
    yield from d.open_sidebar("Kinescribe", 420)
    bpy.context.view_layer.objects.active = character(name)
    character(name).select_set(True)
    yield 0.3
    assert describe(name) == known, (describe(name), known)
    keys = count_keys(name)
    hand.begin()
    yield from hand.press("ops.kinescribe.apply")
    yield from hand.generated(lambda: not module("session").session.generation.is_running, "the bake")
    assert count_keys(name) == keys and describe(name) == known
    hand.end("f: saved, opened again, Apply Again")
    d.save_photograph("2_applied")
