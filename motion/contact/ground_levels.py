# SPDX-License-Identifier: GPL-3.0-or-later
"""Heights of the ground (floor, stairs, boxes), derived from the contacts of the feet.

Recordings drift: over several steps the floor seems to rise or sink by some centimetres. Therefore contacts that follow
one another without a jump in height are taken to be on one level, and their differences are drift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..rotations import Array
from ..smoothing import smoothed

# in lengths of the leg (0.8 m in an adult)
_JUMP = 0.06  # a larger difference in height between two contacts is a step to another level
_SNAP = 0.08  # a level this close to the floor is the floor
_DRIFT = 0.25  # contacts without steps whose heights have a larger range are on a slope

_SIGMA = 0.15  # seconds (sigma) over which the drift is smoothed


@dataclass(frozen=True)
class Rest:
    """One contact of a foot joint with the ground.

    Attributes
    ----------
    first, last : frames of the contact, last exclusive
    height : metres of the joint above its height when standing on the floor
    shows_ground : whether the contact counts for the height of the ground; toes whose heel is in contact too do not
    """

    first: int
    last: int
    height: float
    leads: bool = True

    @property
    def middle(self) -> float:
        """Middle of the contact in frames."""
        return 0.5 * (self.first + self.last - 1)


def ground_levels(rests: Sequence[Rest], leg: float) -> list[float]:
    """Return the height of the ground above the floor at each contact, in metres; ``leg_length``: metres."""
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
    """Return the metres (T,) by which the whole body is too high relative to the ground.

    Parameters
    ----------
    contacts : contacts of the feet
    levels : metres, height of the ground at each contact
    frame_count : number of frames T
    fps : frames per second
    """
    knots = sorted(
        (rest.middle, rest.height - level) for rest, level in zip(rests, levels, strict=True) if rest.leads
    )
    if not any(height for _, height in knots):
        return np.zeros(frames)
    times, heights = np.array(knots).T
    return smoothed(np.interp(np.arange(frames), times, heights), _SIGMA * fps)
