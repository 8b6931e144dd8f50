# SPDX-License-Identifier: GPL-3.0-or-later
"""Estimate how long an action takes, and share a given duration among parts by what each needs."""

from __future__ import annotations

from collections.abc import Sequence

from .tables import Action

MIN_PART_SECONDS = 0.8
"""Shortest time in seconds that an action is given."""

_REPEATED_COUNT = 3
_PACE_FACTORS = {"slow": 1.4, "fast": 0.75}
_WAY_SECONDS = {"circle": 7.0, "figure_eight": 9.0, "square": 9.0, "there_and_back": 7.0, "zigzag": 5.0}


def estimate_seconds(
    action: Action | None,
    count: int | None,
    repeated: bool,
    pace: str | None,
    turn_degrees: int | None,
    way: str | None,
) -> float:
    """Return the seconds that a person needs.

    Parameters
    ----------
    action
        What is known about the action; None if it is unknown.
    count
        Times, or steps of a walk.
    repeated
        Whether it is done several times without a number.
    pace
        slow, normal, fast or None.
    turn_degrees
        Angle of a turn or a circle.
    way
        Way of a walk.
    """
    if action is None:
        return 3.0
    times = count if count is not None else _REPEATED_COUNT if repeated else None
    seconds = action.seconds
    if way in _WAY_SECONDS and action.kind == "travel":
        seconds = _WAY_SECONDS[way]
        if way == "circle" and turn_degrees is not None:
            seconds = max(3.0, seconds * abs(turn_degrees) / 360)
    if times is not None and action.each > 0:
        first = action.each if action.kind == "travel" else min(seconds, max(action.each, 1.0))
        seconds = max(1.0, first + action.each * (min(times, 100) - 1))
        if action.kind == "travel":
            seconds = max(1.0, 0.4 + action.each * min(times, 100))
    elif count is not None and count > 1:
        seconds *= min(count, 20)
    if turn_degrees is not None and way is None and action.kind == "whole":
        seconds = max(0.8, min(8.0, 0.6 + abs(turn_degrees) / 180))
    return round(seconds * _PACE_FACTORS.get(pace or "", 1.0), 2)


def share_seconds(needs: Sequence[float], timed: Sequence[bool], total: float) -> list[float]:
    """Return seconds for parts that add up to ``total``, in the ratio of what they need.

    Parameters
    ----------
    needs
        Seconds that each part needs.
    timed
        Whether the text gives these seconds: such parts keep them if the others still get their shortest time.
    total
        Seconds to share.
    """
    free = [not t for t in timed]
    fixed = sum(n for n, t in zip(needs, timed, strict=True) if t)
    rest = total - fixed
    if not any(free) or rest < MIN_PART_SECONDS * sum(free):
        free, rest = [True] * len(needs), total
    weight = sum(n for n, f in zip(needs, free, strict=True) if f)
    shares = [rest * n / weight if f else n for n, f in zip(needs, free, strict=True)]
    return _lift_short(shares, free, total)


def _lift_short(shares: list[float], free: list[bool], total: float) -> list[float]:
    """Lift shares to the shortest time at the cost of the longer ones, as far as there is room."""
    least = min(MIN_PART_SECONDS, total / len(shares))
    short = [f and s < least for s, f in zip(shares, free, strict=True)]
    missing = sum(least - s for s, is_short in zip(shares, short, strict=True) if is_short)
    spare = sum(s - least for s, f, is_short in zip(shares, free, short, strict=True) if f and not is_short)
    if missing <= 0 or spare <= 0:
        return shares
    keep = 1 - min(1.0, missing / spare)
    return [
        least if is_short else least + (s - least) * keep if f else s
        for s, f, is_short in zip(shares, free, short, strict=True)
    ]
