# SPDX-License-Identifier: GPL-3.0-or-later
"""A right click on Generate offers Assign Shortcut, which opens."""

from __future__ import annotations

from devtools.testing.window import driver as d

from .counted import add_character, find_place


def steps() -> d.Steps:
    """Play it."""
    yield from add_character()
    place = yield from find_place("kinescribe.generate", (0.4,))
    yield from d.move_mouse(place)
    yield from d.right_click_at(place)
    yield 0.5
    d.save_photograph("1_menu")
    entry = yield from d.find_entry_doing("assign_shortcut", 400)
    yield from d.click_at(entry)
    yield 0.5
    d.save_photograph("2_field")
