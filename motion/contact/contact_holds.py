# SPDX-License-Identifier: GPL-3.0-or-later
"""Offsets that hold a joint in place during contacts, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..rotations import Array
from ..smoothing import smoothstep

BLEND_SECONDS = 0.25
"""Seconds before and after a contact over which the offset fades in and out."""

MAX_CONTACT_DRIFT = 0.1
"""Fraction of the leg's length: a contact that moves further from its middle is split into several."""

_MIDDLE_FRACTION = 0.6  # middle part of a contact whose mean is the position that is held
_ARRIVAL_SECONDS = 0.034  # seconds at either end of a contact in which the joint still moves
_MIN_BLEND_SECONDS = 0.1  # seconds from one held position to the next if the joint does not lift off


def split_contact(positions: Array, first: int, last: int, radius: float) -> list[tuple[int, int]]:
    """Split a contact where the joint moves fastest, into parts that stay within a radius of their middle.

    A foot that shuffles is then held at two positions instead of being pulled back over a long distance.

    Parameters
    ----------
    positions : (T, 3) metres
        Positions of the joint.
    first, last : frames of the contact, last exclusive
    radius : metres
    """
    parts: list[tuple[int, int]] = []
    pending = [(first, last)]
    while pending:
        first, last = pending.pop()
        part = positions[first:last]
        if np.sum(np.ptp(part, axis=0) ** 2) < radius**2:
            parts.append((first, last))
            continue
        away = part - np.median(part, axis=0)
        if len(part) < 4 or np.einsum("ti,ti->t", away, away).max() < radius**2:
            parts.append((first, last))
            continue
        steps = np.diff(part[1:-1], axis=0)
        cut = first + 2 + int(np.argmax(np.einsum("ti,ti->t", steps, steps)))
        pending += [(cut, last), (first, cut)]
    return parts


def middle_frames(first: int, last: int) -> slice:
    """Return the middle frames of a contact, in which the joint moves least."""
    length = max(1, round(_MIDDLE_FRACTION * (last - first)))
    start = first + (last - first - length) // 2
    return slice(start, start + length)


def resting_frames(first: int, last: int, frame_count: int, fps: float) -> tuple[int, int]:
    """Return first and last frame (exclusive) of a contact without the frames in which the joint arrives and leaves.

    Nothing is removed at the first and the last of all ``frame_count`` frames.

    Parameters
    ----------
    first, last : frames of the contact, last exclusive
    frame_count : number of frames of the motion
    fps : frames per second
    """
    margin = min(round(_ARRIVAL_SECONDS * fps), (last - first) // 5)
    return first + (margin if first > 0 else 0), last - (margin if last < frame_count else 0)


def compute_hold_offsets(
    positions: Array, contacts: Sequence[tuple[int, int]], targets: Sequence[Array], fps: float, blend: float
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
    frames = len(positions)
    offsets, weights = np.zeros((frames, 3)), np.zeros(frames)
    if not contacts:
        return offsets, weights
    steps, shortest = max(1, round(blend * fps)), max(1, round(_MIN_BLEND_SECONDS * fps))
    first, last = np.array(contacts).T
    # fade only within the gap to the next contact, unless there is no gap
    gaps = np.concatenate([[frames], first[1:] - last[:-1], [frames]])
    fade_frames = np.where(gaps > 0, np.minimum(steps, gaps), shortest)
    time = np.arange(frames)
    latest = np.searchsorted(first, time, side="right") - 1
    target_array = np.stack(list(targets))
    for step in (-1, 0, 1):
        k = np.clip(latest + step, 0, len(contacts) - 1)
        distance = np.where(
            time < first[k],
            (first[k] - time) / (fade_frames[k] + 1.0),
            (time - last[k] + 1) / (fade_frames[k + 1] + 1.0),
        )
        weight = smoothstep(1.0 - distance) * (k == latest + step)
        offsets += weight[:, None] * (target_array[k] - positions[np.clip(time, first[k], last[k] - 1)])
        weights += weight
    total = np.maximum(weights, 1.0)
    return offsets / total[:, None], weights / total
