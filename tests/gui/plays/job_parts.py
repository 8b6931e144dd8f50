# SPDX-License-Identifier: GPL-3.0-or-later
"""Job d: a paragraph becomes five parts with times; the third is changed and made again alone."""

from __future__ import annotations

from collections.abc import Generator

import bpy

from devtools.testing.window import driver as d

from .common import action_of, module, open_panels
from .counted import Hand, add_character, character, find_place

PARAGRAPH = "A person walks forward, then looks around, then waves, then jumps, then walks backward."


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_parts")
    name = yield from add_character(480)
    hand = Hand()
    yield from hand.fill("kinescribe.prompt", PARAGRAPH)
    yield from hand.press("split_prompt")
    parts = character(name).kinescribe.parts
    yield from d.wait_for(lambda: len(parts) == 5, 20, f"five parts: {[part.prompt for part in parts]}")
    yield from hand.press("kinescribe.generate")
    takes = character(name).kinescribe.takes
    yield from hand.generated(lambda: len(takes) == 1, "the sequence")
    hand.end("d: a paragraph becomes five parts with times")
    d.save_photograph("1_parts")

    whole, part = action_of(character(name)), character(name).kinescribe.parts[2]
    hand.begin()
    # Ctrl and a click type into a row of a list, as a double click does, which can't be simulated
    place = yield from find_part(2)
    yield from d.click_at(place, ctrl=True)
    hand.count += 1
    yield 0.3
    yield from d.press_key("A", ctrl=True)
    yield from d.type_text("a person bows")
    yield from d.press_key("RET")
    yield 0.3
    assert part.prompt == "a person bows", part.prompt
    yield from hand.press("kinescribe.generate")
    yield from hand.generated(lambda: len(takes) == 2, "the third part")
    hand.end("d: the third part changed, and made again alone")
    changed = find_changed_bones(whole, action_of(character(name)), range(1, part.start))
    assert not changed, changed
    d.save_photograph("2_redone")


def find_part(index: int) -> Generator[float, None, d.Position]:
    """Return where the prompt of a part stands in the list: left of the eye that mutes it."""
    _, y = yield from find_place(f"parts[{index}].mute", (0.74, 0.77))
    region = d.get_view()[1]["UI"]
    return region.x + round(0.12 * region.width), y


def find_changed_bones(before: bpy.types.Action, after: bpy.types.Action, frames: range) -> set[str]:
    """Return the bones of the active character whose channels differ between two Actions at these frames."""
    curves, rig = module("scene.action").get_fcurves, bpy.context.object
    old = {(curve.data_path, curve.array_index): curve for curve in curves(before, rig)}
    new = {(curve.data_path, curve.array_index): curve for curve in curves(after, rig)}
    assert old.keys() == new.keys()
    return {
        path.split('"')[1]
        for (path, index), curve in old.items()
        if any(curve.evaluate(frame) != new[path, index].evaluate(frame) for frame in frames)
    }
