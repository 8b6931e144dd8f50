# SPDX-License-Identifier: GPL-3.0-or-later
"""Offsets that hold a joint in place during contacts, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..rotations import Array
from ..smoothing import smoothstep

BLEND = 0.25
"""Seconds before and after a contact over which the offset fades in and out."""

WANDER = 0.1
"""Lengths of the leg: a contact that moves further from its middle is split into several."""

_SHARE_OF_SPAN = 0.6  # middle part of a contact whose mean is the position that is held
_ARRIVAL = 0.034  # seconds at either end of a contact in which the joint still moves
_SHORTEST_BLEND = 0.1  # seconds from one held position to the next if the joint does not lift off


def stays(place: Array, first: int, last: int, radius: float) -> list[tuple[int, int]]:
    """Split a contact where the joint moves fastest, into parts that stay within a radius of their middle.

    A foot that shuffles is then held at two positions instead of being pulled back over a long distance.

    Parameters
    ----------
    positions : (T, 3) metres
        Positions of the joint.
    first, last : frames of the contact, last exclusive
    radius : metres
    """
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
    """Return the middle frames of a contact, in which the joint moves least."""
    length = max(1, round(_SHARE_OF_SPAN * (last - first)))
    start = first + (last - first - length) // 2
    return slice(start, start + length)


def firm_part(first: int, last: int, frames: int, fps: float) -> tuple[int, int]:
    """Return first and last frame (exclusive) of a contact without the frames in which the joint arrives and leaves.

    Nothing is removed at the first and the last of all ``frame_count`` frames.

    Parameters
    ----------
    first, last : frames of the contact, last exclusive
    frame_count : number of frames of the motion
    fps : frames per second
    """
    less = min(round(_ARRIVAL * fps), (last - first) // 5)
    return first + (less if first > 0 else 0), last - (less if last < frames else 0)


def hold(
    place: Array, pieces: Sequence[tuple[int, int]], targets: Sequence[Array], fps: float, blend: float
) -> tuple[Array, Array]:
    """Return the offsets (T, 3) that hold a joint in place during its contacts, and their weights (T,), 0 to 1.

    Parameters
    ----------
    positions : (T, 3) metres
        Positions of the joint.
    contacts : (first, last) frames of each contact in order, last exclusive
    targets : (3,) metres for each contact
        Position at which the joint is held.
    fps : frames per second
    blend : seconds before and after a contact over which the offset fades in and out
    """
    frames = len(place)
    shift, weights = np.zeros((frames, 3)), np.zeros(frames)
    if not pieces:
        return shift, weights
    steps, fewest = max(1, round(blend * fps)), max(1, round(_SHORTEST_BLEND * fps))
    first, last = np.array(pieces).T
    # fade only within the gap to the next contact, unless there is no gap
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
