# SPDX-License-Identifier: GPL-3.0-or-later
"""The hand of an animator in a play: buttons, fields, list rows and keys, with the actions counted.

A click, a drag and a key are one action each. A text or number that is typed counts as the click into its field.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

from devtools.testing.window import driver as d

from .common import idle, status

LISTS = ("takes", "parts")


class Hand:
    """Does one job, and counts.

    Attributes
    ----------
    count : int
        Actions of the present job.
    jobs : dict of str to int
        Actions of the jobs that were done, for the notes.
    """

    def __init__(self) -> None:
        self.count = 0
        self.jobs: dict[str, int] = {}

    def begin(self) -> None:
        """Begin to count."""
        self.count = 0

    def end(self, job: str) -> None:
        """Note what a job took."""
        self.jobs[job] = self.count
        d.add_notes(clicks=dict(self.jobs))

    def press(self, text: str, columns: tuple[float, ...] = (0.4,)) -> d.Steps:
        """Click the button of the sidebar whose command contains ``text``, in the first column that has one."""
        yield from d.click_at((yield from find_place(text, columns)))
        self.count += 1

    def fill(self, text: str, value: str, columns: tuple[float, ...] = (0.4,)) -> d.Steps:
        """Type into the text field whose data path contains ``text``."""
        place = yield from find_place(text, columns)
        yield from d.fill_text_field(place, value)
        self.count += 1

    def enter(self, text: str, number: int, columns: tuple[float, ...] = (0.75,)) -> d.Steps:
        """Type into the number field whose data path contains ``text``."""
        place = yield from find_place(text, columns)
        yield from d.enter_number(place, str(number))
        self.count += 1

    def key(self, key: str, **modifiers: bool) -> d.Steps:
        """Press a key over the 3D View."""
        region = d.get_view()[1]["WINDOW"]
        yield from d.move_mouse((region.x + 60, region.y + 60))
        yield from d.press_key(key, **modifiers)
        self.count += 1
        yield 0.3

    def choose(self, row: str, columns: tuple[float, ...] = (0.3,)) -> d.Steps:
        """Click a row of a list, by the data path of what its field shows."""
        place = yield from find_place(row, columns)
        yield from d.click_at(place)
        self.count += 1
        yield 0.3

    def generated(self, condition: Callable[[], bool], what: str) -> d.Steps:
        """Wait until nothing is generated and the condition holds."""
        yield from d.wait_for(lambda: idle() and condition(), 150, f"{what}: {status().message}")
        yield 0.3


def find_place(text: str, columns: tuple[float, ...]) -> d.Steps:
    """Return the place of a button of the sidebar whose command or data path contains ``text``."""
    seen: list[str] = []
    for column in columns:
        places = yield from d.find_buttons(column=column, whole=True)
        for name, place in places.items():
            if text in name:
                return place
        seen += places
    raise AssertionError(f"no button does {text}: {sorted(set(seen))}")


def add_character(width: int = 420) -> d.Steps:
    """Open the sidebar and add a mannequin, whose name is returned."""
    yield from d.open_sidebar("Kinescribe", width)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    bpy.context.scene.kinescribe.seconds = 2.0
    yield 0.3
    return bpy.context.object.name


def character(name: str) -> bpy.types.Object:
    """The character, wherever undo has put it."""
    return bpy.data.objects[name]
