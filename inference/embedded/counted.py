# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts and angles by construction: so many segments, or a segment of such a length, instead of a number in words.

The network was measured (``wordings.json``): some actions happen once in a segment of the right length, others keep a
rhythm of their own, and a turn goes on at its own speed for as long as its segment lasts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..breakdown import Part
from .turning import find_bend_degrees

MAX_REPEATS = 20
"""Segments that a count is laid out in; a higher count is left to the words."""

STEPPING = frozenset("step walk march sidestep run jog".split())
"""Actions whose count is one of steps."""

_TABLE_PATH = Path(__file__).resolve().with_name("wordings.json")
_TURN_SECONDS = 0.3  # on the spot: seconds to begin
_TURN_SPEEDS = {None: 95.0, "normal": 95.0, "slow": 50.0, "fast": 140.0}
"""Degrees per second of a turn on the spot by its pace; feet slide no more than at 60."""
_WALKING_TURN_SPEED = 68.0
_CLOCK_START_SECONDS = 0.4
_STRAIGHT_SECONDS = 1.2  # of walking before and after a turn


@dataclass(frozen=True)
class Rhythm:
    """How long an action takes for the network.

    Attributes
    ----------
    repeated
        Seconds of a segment in which an action happens once, and of standing before it happens again.
    clocked
        Seconds of a segment in which an action happens 1, 2, 3, ... times.
    """

    repeated: dict[str, tuple[float, float]]
    clocked: dict[str, tuple[float, ...]]


@cache
def read_rhythm() -> Rhythm:
    """Read the table beside this file."""
    data = json.loads(_TABLE_PATH.read_text(encoding="utf-8"))
    repeated = {k: (float(v[0]), float(v[1])) if isinstance(v, list) else (float(v), 0.0)
                for k, v in data["repeated"].items()}  # fmt: skip
    return Rhythm(repeated, {k: tuple(v) for k, v in data["clocked"].items()})


def is_counted(part: Part) -> bool:
    """Return whether the count of a part is laid out in time."""
    rhythm = read_rhythm()
    return (
        part.count is not None
        and 1 <= part.count <= MAX_REPEATS
        and (part.action in rhythm.repeated or part.action in rhythm.clocked)
        and (part.action not in STEPPING or (part.way is None and not _bends(part)))
    )


def _bends(part: Part) -> bool:
    return part.direction in ("left", "right") and part.action in ("walk", "run", "jog")


def count_seconds(part: Part) -> list[float]:
    """Return the lengths in seconds of the segments of a counted part."""
    rhythm, count = read_rhythm(), part.count or 1
    repeated = rhythm.repeated.get(part.action)
    if repeated is not None:
        return [repeated[0]] * count
    clock = rhythm.clocked[part.action]
    if count <= len(clock):
        return [clock[count - 1]]
    return [clock[-1] + (count - len(clock)) * (clock[-1] - clock[0]) / (len(clock) - 1)]


def pause_seconds(part: Part) -> float:
    """Return the seconds of standing between two repetitions of a counted part."""
    return read_rhythm().repeated.get(part.action, (0.0, 0.0))[1]


def start_seconds(part: Part) -> float:
    """Return what a part needs in addition at the start of a motion: without a transition the rhythm begins later."""
    is_late = part.action in read_rhythm().clocked and part.action not in STEPPING
    return _CLOCK_START_SECONDS if is_late else 0.0


def turn_seconds(part: Part) -> float | None:
    """Return the seconds of a turn on the spot by its angle; None if the part is none."""
    if part.action != "turn" or part.turn_degrees is None or not 0 < abs(part.turn_degrees) <= 270:
        return None
    return round(_TURN_SECONDS + abs(part.turn_degrees) / _TURN_SPEEDS.get(part.pace, 95.0), 2)


def walking_turn_seconds(part: Part) -> tuple[float, float, float] | None:
    """Return the seconds before, in and after the turn of a walk that bears left or right; None if it does not."""
    if (
        part.action not in ("walk", "run", "jog")
        or part.direction not in ("left", "right")
        or part.way not in (None, "towards", "away")
    ):
        return None
    return _STRAIGHT_SECONDS, round(find_bend_degrees(part) / _WALKING_TURN_SPEED, 2), _STRAIGHT_SECONDS
