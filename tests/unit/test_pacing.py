# SPDX-License-Identifier: GPL-3.0-or-later
"""``embedded.pacing``: brief actions stay brief, repeated ones are repeated, and nothing is cut for a longer walk."""

from __future__ import annotations

import pytest
from kinescribe.inference.embedded.pacing import pace_lines
from kinescribe.inference.embedded.script import write_script
from kinescribe.inference.embedded.script_line import STANDING
from kinescribe.inference.layers.placed_gestures import ACCOMPANYING, PlacedGesture

LENGTHS = (2.0, 4.0, 6.0, 12.0)


def pace(text: str, seconds: float) -> list[tuple[str, float]]:
    """Return the words, or the name of what is placed, and the seconds of each line."""
    return [
        (
            next(
                (m.name for m in line.layers if isinstance(m, PlacedGesture) and m.name not in ACCOMPANYING),
                "",
            )
            or line.prompt.removeprefix("a person "),
            round(line.seconds, 2),
        )
        for line in pace_lines(write_script(text), seconds)
    ]


def test_a_throw_is_no_longer_in_a_longer_text() -> None:
    long = dict(pace("a man throws something", 8.0))
    assert long["throw_overarm"] <= 2.7
    assert pace("a man throws something", 8.0)[-1][0] == "stands still"
    assert [words for words, _ in pace("a man throws something", 1.5)] == ["throw_overarm"]


@pytest.mark.parametrize(
    "text",
    ["A person is dodging punches in a fight.", "She checks her watch repeatedly.", "he keeps jumping"],
)
def test_what_goes_on_is_done_again_while_there_is_time(text: str) -> None:
    few, many = (
        [line for line in pace_lines(write_script(text), seconds) if line.prompt != STANDING or line.is_brief]
        for seconds in (2.0, 10.0)
    )
    assert len(few) == 1
    assert len(many) >= 3 or not many[0].is_brief


def test_a_walk_is_cut_before_a_throw_is() -> None:
    shares = dict(pace("a man walks forward and throws something", 4.0))
    assert shares["throw_overarm"] >= 1.2


def test_who_stands_first_stands_no_longer_than_needed() -> None:
    lines = pace("a man stands and then jumps", 7.0)
    assert lines[0] == ("stands still", 1.5)
    assert [words for words, _ in lines] == ["stands still", "jumps", "stands still"]


@pytest.mark.parametrize(
    "text",
    [
        "a person takes two steps forward",
        "a person walks a few steps and stops",
        "she makes a small sidestep to the left",
        "he steps back and punches",
    ],
)
def test_a_few_steps_are_no_longer_in_a_longer_text(text: str) -> None:
    (short, _), (long, _) = (pace(text, seconds)[0][::-1] for seconds in (5.0, 10.0))
    assert short == long <= 3.0


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize(
    "text",
    [
        "a man throws a ball, then catches it and bows",
        "a person walks forward, picks something up and walks back",
        "a man stands",
        "she punches three times and dodges",
        "a person crouches, lunges and throws a punch",
    ],
)
def test_no_line_gets_negative_or_more_time_than_there_is(text: str, seconds: float) -> None:
    lines = pace_lines(write_script(text), seconds)
    assert all(line.seconds > 0 for line in lines)
    timed = sum(line.seconds for line in lines if line.timed)
    counted = sum(line.seconds for line in write_script(text) if line.timed)
    assert timed <= max(seconds, counted) + 1e-6
