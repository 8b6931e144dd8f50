# SPDX-License-Identifier: GPL-3.0-or-later
"""Job d: a paragraph becomes five parts with times."""

from __future__ import annotations

from devtools.testing.window import driver as d

from .common import open_panels
from .counted import Hand, add_character, character

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
