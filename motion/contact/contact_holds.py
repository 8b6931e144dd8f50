# SPDX-License-Identifier: GPL-3.0-or-later
"""A joint that touches something, held where it touches: by how much it has to be shifted, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..rotations import Array
from ..smoothing import smoothstep

BLEND = 0.25
"""Seconds over which a foot or hand leaves and finds its place."""

WANDER = 0.1
"""Lengths of the leg: a contact that keeps within that of its middle is one place."""

_SHARE_OF_SPAN = 0.6  # middle part of a contact whose mean is the joint's place
_ARRIVAL = 0.034  # seconds at either end of a stay in which a joint still arrives, or leaves already
_SHORTEST_BLEND = 0.1  # seconds over which a joint goes from one place to the next where it does not lift off


def stays(place: Array, first: int, last: int, radius: float) -> list[tuple[int, int]]:
    """The frames ``first`` to ``last`` cut at the fastest steps until each piece of ``place`` (T, 3) keeps within
    ``radius`` of its middle: a shuffle is two places, not a long way to be pulled back."""
    found: list[tuple[int, int]] = []
    todo = [(first, last)]
    while todo:
        first, last = todo.pop()
        piece = place[first:last]
        if np.sum(np.ptp(piece, axis=0) ** 2) < radius**2:
            found.append((first, last))
            continue
        away = piece - np.median(piece, axis=0)
        if len(piece) < 4 or np.einsum("ti,ti->t", away, away).max() < radius**2:
            found.append((first, last))
            continue
        steps = np.diff(piece[1:-1], axis=0)
        cut = first + 2 + int(np.argmax(np.einsum("ti,ti->t", steps, steps)))
        todo += [(cut, last), (first, cut)]
    return found


def middle_part(first: int, last: int) -> slice:
    """The middle frames of a stay, in which a joint is least on its way."""
    length = max(1, round(_SHARE_OF_SPAN * (last - first)))
    start = first + (last - first - length) // 2
    return slice(start, start + length)


def firm_part(first: int, last: int, frames: int, fps: float) -> tuple[int, int]:
    """The frames of a stay in which a joint is held firmly: it may come to rest, and leave, as it does anyway.

    At the ends of a motion of so many ``frames`` it is at rest already, or still.
    """
    less = min(round(_ARRIVAL * fps), (last - first) // 5)
    return first + (less if first > 0 else 0), last - (less if last < frames else 0)


def hold(
    place: Array, pieces: Sequence[tuple[int, int]], targets: Sequence[Array], fps: float, blend: float
) -> tuple[Array, Array]:
    """Shift (T, 3) that holds a joint at its places, and how firmly (T,) it is held, 0 to 1.

    ``place`` (T, 3): where the joint is. ``pieces``: its stays in order, as first and one past the last frame, and
    ``targets`` (3,) the place of each. Over ``blend`` seconds before and after a stay it leaves and finds its way.
    """
    frames = len(place)
    shift, weights = np.zeros((frames, 3)), np.zeros(frames)
    if not pieces:
        return shift, weights
    steps, fewest = max(1, round(blend * fps)), max(1, round(_SHORTEST_BLEND * fps))
    first, last = np.array(pieces).T
    # a neighbour's frames are its own, unless there is no time to go over
    gaps = np.concatenate([[frames], first[1:] - last[:-1], [frames]])
    ways = np.where(gaps > 0, np.minimum(steps, gaps), fewest)
    time = np.arange(frames)
    latest = np.searchsorted(first, time, side="right") - 1
    wanted = np.stack(list(targets))
    for step in (-1, 0, 1):
        k = np.clip(latest + step, 0, len(pieces) - 1)
        away = np.where(
            time < first[k], (first[k] - time) / (ways[k] + 1.0), (time - last[k] + 1) / (ways[k + 1] + 1.0)
        )
        weight = smoothstep(1.0 - away) * (k == latest + step)
        shift += weight[:, None] * (wanted[k] - place[np.clip(time, first[k], last[k] - 1)])
        weights += weight
    most = np.maximum(weights, 1.0)
    return shift / most[:, None], weights / most
