# SPDX-License-Identifier: GPL-3.0-or-later
"""Job a: a first animation, another take, two compared, one kept; and of job c: continue, and redo a range."""

from __future__ import annotations

import bpy

from devtools.testing.window import driver as d

from .common import action_of, module, open_panels
from .counted import Hand, character

TABS = {"GENERATE": 0.13, "CONTINUE": 0.38, "RANGE": 0.62}
"""Columns of the row above the prompt."""


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_takes")
    yield from d.open_sidebar("Kinescribe", 420)
    bpy.context.scene.kinescribe.seconds = 2.0
    hand = Hand()
    yield from hand.press("add_mannequin")
    yield from d.wait_for(lambda: bpy.context.object and bpy.context.object.type == "ARMATURE", 10, "it")
    name = bpy.context.object.name
    yield 0.3
    yield from hand.fill(".prompt", "a person walks forward")
    yield from hand.press("kinescribe.generate")
    takes = character(name).kinescribe.takes
    yield from hand.generated(lambda: len(takes) == 1, "the first take")
    hand.end("a: first animation, from an empty scene")
    first = action_of(character(name))

    bpy.context.scene.frame_set(30)
    hand.begin()
    yield from hand.press("kinescribe.generate")
    yield from hand.generated(lambda: len(takes) == 2, "another take")
    second = action_of(character(name))
    assert second != first and tuple(second.frame_range) == tuple(first.frame_range)
    yield from click_row(hand, name, 0)
    assert action_of(character(name)) == first
    hand.end("a: another take, and back")

    hand.begin()
    yield from hand.press("show_ghosts", (0.3, 0.7))
    ghosts = module("session").session
    yield from d.wait_for(lambda: len(ghosts.ghosts) == 2, 20, "two ghosts")
    yield from hand.key("TWO")
    yield from d.wait_for(lambda: action_of(character(name)) == second, 10, "the one that was chosen")
    hand.end("a: compare two, keep one")

    hand.begin()
    yield from hand.press(".task", (TABS["CONTINUE"],))
    assert character(name).kinescribe.task == "CONTINUE", character(name).kinescribe.task
    yield from hand.press("continue_take")
    yield from hand.generated(lambda: len(takes) == 3, "the longer take")
    assert action_of(character(name)).frame_range[1] == 48 + 72
    hand.end("c: continue by three seconds")
    d.save_photograph("1_continued")

    hand.begin()
    yield from hand.press(".task", (TABS["RANGE"],))
    assert character(name).kinescribe.task == "RANGE", character(name).kinescribe.task
    yield from hand.enter(".range_start", 40)
    yield from hand.enter(".range_end", 70)
    stored = character(name).kinescribe
    assert (stored.range_start, stored.range_end) == (40, 70), (stored.range_start, stored.range_end)
    yield from hand.press("redo_range")
    yield from hand.generated(lambda: len(takes) == 4, "the redone range")
    hand.end("c: redo frames 40 to 70")
    d.save_photograph("2_redone")


def click_row(hand: Hand, name: str, index: int) -> d.Steps:
    """Click a row of the list of takes, at its number of frames: a click on the name, once more, would rename it."""
    place = yield from find_row(index)
    yield from d.click_at(place)
    hand.count += 1
    yield from d.wait_for(
        lambda: character(name).kinescribe.active_take == index, 5, f"row {index} to be chosen"
    )
    yield 0.3


def find_row(index: int) -> d.Steps:
    """Return a place in a row of the list of takes, beside the star."""
    region = d.get_view()[1]["UI"]
    command = f"star_take(index={index})"
    seen: set[str] = set()
    for column in (0.09, 0.07, 0.11):
        places = yield from d.find_buttons(column=column, step=5, whole=True)
        for text, place in places.items():
            if command in text:
                return region.x + round(0.35 * region.width), place[1]
        seen |= set(places)
    raise AssertionError(f"no row of the list does {command}: {sorted(seen)}")
