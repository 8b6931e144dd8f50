# SPDX-License-Identifier: GPL-3.0-or-later
"""On what a body stands: floor, steps and boxes, read from where its feet rest.

Recordings drift: over some steps the floor rises or sinks by centimetres that nobody climbed. Rests of the feet that
follow one another without a jump are therefore taken to be on one level, and what they differ by is drift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..rotations import Array
from ..smoothing import smoothed

# in lengths of the leg (0.8 m in an adult)
_JUMP = 0.06  # a foot that rests higher than the last one by more stands on something else
_SNAP = 0.08  # a level this close to the floor is the floor
_DRIFT = 0.25  # rests that differ by more in all climb a slope
_SIGMA = 0.15  # seconds over which the drift is smoothed


@dataclass(frozen=True)
class Rest:
    """One stay of a joint from frame ``first`` to ``last``, ``height`` metres above where it is when standing on the
    floor. ``leads``: it tells where the ground is; the toes of a foot whose heel stands too do not."""

    first: int
    last: int
    height: float
    leads: bool = True

    @property
    def middle(self) -> float:
        """The frame in the middle."""
        return 0.5 * (self.first + self.last - 1)


def ground_levels(rests: Sequence[Rest], leg: float) -> list[float]:
    """Height in metres of what each rest stands on, above the floor; ``leg``: length of the leg, metres."""
    leading = sorted((k for k, rest in enumerate(rests) if rest.leads), key=lambda k: rests[k].middle)
    levels = [0.0] * len(rests)
    start = 0
    for end in range(1, len(leading) + 1):
        if end < len(leading):
            step = rests[leading[end]].height - rests[leading[end - 1]].height
            if abs(step) < _JUMP * leg:
                continue
        terrace = leading[start:end]
        heights = np.array([rests[k].height for k in terrace])
        start = end
        if np.ptp(heights) > _DRIFT * leg:
            found = heights
        elif np.abs(heights).min() < _SNAP * leg:
            found = np.zeros_like(heights)
        else:
            found = np.full_like(heights, np.median(heights))
        for k, level in zip(terrace, found, strict=True):
            levels[k] = float(level)
    if leading:
        times = np.array([rests[k].middle for k in leading])
        for k, rest in enumerate(rests):
            if not rest.leads:
                levels[k] = levels[leading[int(np.argmin(np.abs(times - rest.middle)))]]
    return levels


def drift(rests: Sequence[Rest], levels: Sequence[float], frames: int, fps: float) -> Array:
    """Metres (T,) by which the whole body is too high, so that its feet miss the ground they rest on."""
    knots = sorted(
        (rest.middle, rest.height - level) for rest, level in zip(rests, levels, strict=True) if rest.leads
    )
    if not any(height for _, height in knots):
        return np.zeros(frames)
    times, heights = np.array(knots).T
    return smoothed(np.interp(np.arange(frames), times, heights), _SIGMA * fps)
