# SPDX-License-Identifier: GPL-3.0-or-later
"""Job e: four variations and one of them kept, back to an earlier result, three characters, a crowd of twenty."""

from __future__ import annotations

import bpy

from devtools.testing.window import driver as d

from .common import action_of, module, open_panels
from .counted import Hand, add_character, character
from .job_takes import click_row


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_takes")
    name = yield from add_character()
    hand = Hand()
    state = module("session").session
    hand.begin()
    yield from hand.press("kinescribe.variations")
    yield from d.wait_for(lambda: len(state.ghosts) == 4, 120, "four variations")
    yield from hand.key("THREE")
    takes = character(name).kinescribe.takes
    yield from hand.generated(lambda: len(takes) == 1, "the one that was chosen")
    hand.end("e: four variations side by side, keep one")
    early = action_of(character(name))
    for count in (2, 3):
        yield from Hand().press("kinescribe.generate")
        yield from hand.generated(lambda count=count: len(takes) == count, f"take {count}")
    hand.begin()
    yield from click_row(hand, name, 0)
    assert action_of(character(name)) == early
    hand.end("e: back to an earlier result")

    yield from play_crowd(hand, 3, "e: the same prompt on three characters")
    d.save_photograph("1_three")
    yield from play_crowd(hand, 20, "e: a crowd of twenty")
    d.save_photograph("2_twenty")


def play_crowd(hand: Hand, count: int, job: str) -> d.Steps:
    """Select all characters of a scene, and generate for all of them."""
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    for number in range(count):
        bpy.context.scene.cursor.location = (1.2 * (number % 5), 1.5 * (number // 5), 0.0)
        with d.override_region():
            bpy.ops.kinescribe.add_mannequin()
    rigs = [obj.name for obj in bpy.data.objects if obj.type == "ARMATURE"]
    assert len(rigs) == count
    with d.override_region():
        bpy.ops.object.select_all(action="DESELECT")
    bpy.context.view_layer.objects.active = character(rigs[0])
    yield 0.5
    hand.begin()
    yield from hand.key("A")
    yield from hand.press("kinescribe.generate")
    yield from hand.generated(
        lambda: all(action_of(character(rig)) is not None for rig in rigs), "all of them"
    )
    hand.end(job)
    seeds = {character(rig).kinescribe.takes[0].seed for rig in rigs}
    assert len(seeds) == count, seeds
    yield 0.3
