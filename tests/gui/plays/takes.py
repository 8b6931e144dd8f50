# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes by mouse: another take and back, continue, redo a range, with the clicks that each needs."""

from __future__ import annotations

import bpy

from devtools.testing.window import driver as d

from .common import action_of, idle, open_panels, status


class Clicks:
    """Clicks at buttons of the sidebar, counted."""

    def __init__(self) -> None:
        self.count = 0

    def press(self, name: str, column: float = 0.62) -> d.Steps:
        """Click the button that does ``name``."""
        places = yield from d.find_buttons(column=column)
        assert f"kinescribe.{name}" in places, (name, sorted(places))
        self.count += 1
        yield from d.click_at(places[f"kinescribe.{name}"])

    def generated(self, takes: int) -> d.Steps:
        """Wait until the character has this many takes."""
        character = bpy.context.object
        yield from d.wait_for(
            lambda: idle() and len(character.kinescribe.takes) == takes,
            120,
            f"take {takes}: {status().message}",
        )
        yield 0.3


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_takes")
    yield from d.open_sidebar("Kinescribe", 420)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    character = bpy.context.object
    bpy.context.scene.kinescribe.seconds = 2.0
    yield 0.3
    clicks = Clicks()
    yield from clicks.press("generate")
    yield from clicks.generated(1)
    first = action_of(character)
    bpy.context.scene.frame_set(30)
    clicks.count = 0
    yield from clicks.press("generate")
    yield from clicks.generated(2)
    d.save_photograph("1_another")
    second = action_of(character)
    assert second != first and tuple(first.frame_range) == tuple(second.frame_range)
    # a click in the list: its first row shows the first take
    stored = character.kinescribe
    stored.active_take = 0
    clicks.count += 1
    yield 0.3
    assert action_of(character) == first
    d.add_notes(another_and_back=clicks.count)

    stored.next_prompt = "a person jumps"
    stored.task = "CONTINUE"
    clicks.count = 1
    yield 0.3
    yield from clicks.press("continue_take")
    yield from clicks.generated(3)
    assert action_of(character).frame_range[1] == 48 + 72, "it goes on for three seconds"
    d.add_notes(continued=clicks.count)
    d.save_photograph("2_continued")

    stored.task = "RANGE"
    stored.range_start, stored.range_end = 40, 70
    clicks.count = 3
    yield 0.3
    yield from clicks.press("redo_range")
    yield from clicks.generated(4)
    d.add_notes(redone=clicks.count)
    d.save_photograph("3_redone")
    assert clicks.count <= 4
    with d.override_region():
        for left in (3, 2, 1):
            bpy.ops.ed.undo()
            rig = bpy.data.objects["Mannequin"]
            d.add_notes(**{f"takes_after_undo_{left}": len(rig.kinescribe.takes)})
    yield from play_meanwhile(clicks)


def play_meanwhile(clicks: Clicks) -> d.Steps:
    """Generate while the animation plays: the playhead says nothing about where a take is."""
    rig = bpy.data.objects["Mannequin"]
    frames, count = tuple(action_of(rig).frame_range), len(rig.kinescribe.takes)
    rig.kinescribe.task = "GENERATE"
    with d.override_region():
        bpy.ops.screen.animation_play()
    yield 0.5
    yield from clicks.press("generate")
    yield from clicks.generated(count + 1)
    with d.override_region():
        bpy.ops.screen.animation_cancel(restore_frame=False)
    assert tuple(action_of(rig).frame_range) == frames
