# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the parts of a sequence stand as strips in the Dope Sheet and the Timeline, and what a drag makes of them.

Plain numbers: pixels of the region, frames of the scene. The lane of the strips is at the lower edge of the region.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

LANE_BOTTOM, LANE_HEIGHT = 44.0, 26.0
"""Of the lane, in pixels at a resolution scale of 1.

Below it are the scroll bar and, on 42 pixels, the markers, whose keys come before those of the editor: there F2 and a
double click rename a marker.
"""

MIN_REGION_HEIGHT = LANE_BOTTOM + LANE_HEIGHT + 26.0
"""Of a region that shows the lane; the frame numbers are at its upper edge."""

EDGE_WIDTH = 7.0
"""Pixels at each end of a strip that move its edge."""


class Strip(NamedTuple):
    """A part as a rectangle in pixels. ``number``: of the part in its list, from 0."""

    number: int
    left: float
    right: float
    bottom: float
    top: float


class Frames(NamedTuple):
    """First and last frame of a part."""

    start: int
    end: int


def layout_strips(parts: Sequence[Any], to_x: Callable[[float], float], scale: float) -> list[Strip]:
    """Return a strip for each part.

    Parameters
    ----------
    parts : sequence
        With ``start`` and ``end``, frames of the scene; the strip reaches to the frame after ``end``.
    to_x : callable
        The pixel of a frame.
    scale : float
        Resolution scale of the interface.
    """
    bottom = LANE_BOTTOM * scale
    top = bottom + LANE_HEIGHT * scale
    return [
        Strip(index, to_x(part.start), max(to_x(part.end + 1), to_x(part.start) + 2.0), bottom, top)
        for index, part in enumerate(parts)
    ]


class Transition(NamedTuple):
    """Where one part passes into the next, in pixels of the lane."""

    left: float
    middle: float
    right: float


def layout_transitions(
    parts: Sequence[Any], to_x: Callable[[float], float], transition_frames: float
) -> list[Transition]:
    """Return where parts that adjoin pass into each other: over half a transition on each side of the boundary.

    Parameters
    ----------
    parts : sequence
        With ``start`` and ``end``, frames of the scene.
    to_x : callable
        The pixel of a frame.
    transition_frames : float
        Length of a transition in frames.
    """
    ordered = sorted(parts, key=lambda part: int(part.start))
    found = []
    for before, after in pairwise(ordered):
        if after.start == before.end + 1:
            length_before, length_after = before.end - before.start + 1, after.end - after.start + 1
            left = after.start - min(transition_frames / 2, length_before)
            right = after.start + min(transition_frames / 2, length_after)
            found.append(Transition(to_x(left), to_x(after.start), to_x(right)))
    return found


def find_progress(number: int, made: Sequence[int], in_turn: bool, progress: float) -> float | None:
    """Return which fraction of a part is made; None if it is not among those that are being made.

    Parameters
    ----------
    number : int
        Place of the part.
    made : sequence of int
        Places of those that are being made, in their order.
    in_turn : bool
        They are made one after the other, and not all at once.
    progress : float
        Fraction of all of them, 0 to 1.
    """
    if number not in made:
        return None
    if not in_turn:
        return progress
    return min(max(progress * len(made) - made.index(number), 0.0), 1.0)


def is_in_lane(y: float, scale: float) -> bool:
    """Return whether a height in pixels is in the lane."""
    return LANE_BOTTOM * scale <= y <= (LANE_BOTTOM + LANE_HEIGHT) * scale


def find_strip(strips: Sequence[Strip], x: float, y: float, scale: float) -> tuple[int, str] | None:
    """Return the index of the part at a pixel, and "START", "END" or "BODY"; None if there is none.

    Parameters
    ----------
    strips : sequence of Strip
        As :func:`layout_strips` returns them.
    x, y : float
        Pixels of the region.
    scale : float
        Resolution scale of the interface.
    """
    for strip in reversed(strips):
        if strip.left <= x <= strip.right and strip.bottom <= y <= strip.top:
            edge = min(EDGE_WIDTH * scale, (strip.right - strip.left) / 4)
            if x < strip.left + edge:
                return strip.number, "START"
            return strip.number, "END" if x > strip.right - edge else "BODY"
    return None


def move_parts(frames: Sequence[Frames], moved: Collection[int], by: int) -> list[Frames]:
    """Return the frames of all parts after some of them were moved, as far as those that stay leave room.

    Parameters
    ----------
    frames : sequence of Frames
        Of all parts, in any order, without overlap.
    moved : collection of int
        Indices of those that move.
    by : int
        Frames to the right.
    """
    lowest, highest = -(10**9), 10**9
    for k in moved:
        for j, other in enumerate(frames):
            if j in moved:
                continue
            if other.start > frames[k].end:
                highest = min(highest, other.start - frames[k].end - 1)
            elif other.end < frames[k].start:
                lowest = max(lowest, other.end + 1 - frames[k].start)
    shift = min(max(by, lowest), highest)
    return [Frames(f.start + shift, f.end + shift) if k in moved else f for k, f in enumerate(frames)]


def move_end(frames: Sequence[Frames], index: int, by: int) -> list[Frames]:
    """Return the frames of all parts after the end of one was moved; those after it keep their lengths and follow."""
    change = max(by, frames[index].start - frames[index].end)
    result = []
    for k, other in enumerate(frames):
        if k == index:
            result.append(Frames(other.start, other.end + change))
        elif other.start > frames[index].end:
            result.append(Frames(other.start + change, other.end + change))
        else:
            result.append(other)
    return result


def move_start(frames: Sequence[Frames], index: int, by: int) -> list[Frames]:
    """Return the frames of all parts after the start of one was moved.

    The end of a part that adjoins moves along; another before it is not overlapped. None becomes shorter than a frame.
    """
    part = frames[index]
    before = [k for k, other in enumerate(frames) if other.end < part.start]
    nearest = max(before, key=lambda k: frames[k].end, default=None)
    start = min(part.start + by, part.end)
    result = list(frames)
    if nearest is not None:
        other = frames[nearest]
        if other.end + 1 == part.start:
            start = max(start, other.start + 1)
            result[nearest] = Frames(other.start, start - 1)
        else:
            start = max(start, other.end + 1)
    result[index] = Frames(start, part.end)
    return result
