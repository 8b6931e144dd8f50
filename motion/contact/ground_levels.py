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
from ..smoothing import gaussian_smooth

# in lengths of the leg (0.8 m in an adult)
_STEP_HEIGHT = 0.06  # a larger difference in height between two contacts is a step to another level
_FLOOR_SNAP = 0.08  # a level this close to the floor is the floor
_MAX_DRIFT = 0.25  # contacts without steps whose heights have a larger range are on a slope

_DRIFT_SIGMA = 0.15  # seconds (sigma) over which the drift is smoothed


@dataclass(frozen=True)
class GroundContact:
    """One contact of a foot joint with the ground.

    Attributes
    ----------
    first, last : frames of the contact, last exclusive
    height : metres of the joint above its height when standing on the floor
    shows_ground : whether the contact counts for the height of the ground; toes whose heel is in contact too do not
    raised : metres that the joint is held above that height, such as the heel of who crouches
    """

    first: int
    last: int
    height: float
    shows_ground: bool = True
    raised: float = 0.0

    @property
    def middle_frame(self) -> float:
        """Middle of the contact in frames."""
        return 0.5 * (self.first + self.last - 1)


def find_ground_levels(contacts: Sequence[GroundContact], leg_length: float) -> list[float]:
    """Return the height of the ground above the floor at each contact, in metres; ``leg_length``: metres."""
    leading = sorted(
        (k for k, contact in enumerate(contacts) if contact.shows_ground),
        key=lambda k: contacts[k].middle_frame,
    )
    levels = [0.0] * len(contacts)
    start = 0
    for end in range(1, len(leading) + 1):
        if end < len(leading):
            step = contacts[leading[end]].height - contacts[leading[end - 1]].height
            if abs(step) < _STEP_HEIGHT * leg_length:
                continue
        level_contacts = leading[start:end]
        heights = np.array([contacts[k].height for k in level_contacts])
        start = end
        if np.ptp(heights) > _MAX_DRIFT * leg_length:
            level_heights = heights
        elif np.abs(heights).min() < _FLOOR_SNAP * leg_length:
            level_heights = np.zeros_like(heights)
        else:
            level_heights = np.full_like(heights, np.median(heights))
        for k, level in zip(level_contacts, level_heights, strict=True):
            levels[k] = float(level)
    if leading:
        times = np.array([contacts[k].middle_frame for k in leading])
        for k, contact in enumerate(contacts):
            if not contact.shows_ground:
                levels[k] = levels[leading[int(np.argmin(np.abs(times - contact.middle_frame)))]]
    return levels


def find_floor_drift(
    contacts: Sequence[GroundContact], levels: Sequence[float], frame_count: int, fps: float
) -> Array:
    """Return the metres (T,) by which the whole body is too high relative to the ground.

    Parameters
    ----------
    contacts : contacts of the feet
    levels : metres, height of the ground at each contact
    frame_count : number of frames T
    fps : frames per second
    """
    knots = sorted(
        (contact.middle_frame, contact.height - level)
        for contact, level in zip(contacts, levels, strict=True)
        if contact.shows_ground
    )
    if not any(height for _, height in knots):
        return np.zeros(frame_count)
    times, heights = np.array(knots).T
    return gaussian_smooth(np.interp(np.arange(frame_count), times, heights), _DRIFT_SIGMA * fps)
