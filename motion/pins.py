# SPDX-License-Identifier: GPL-3.0-or-later
"""A joint that touches something, held where it touches: by how much it has to be shifted, frame by frame."""

from __future__ import annotations

import numpy as np

from .contacts import Mask, spans
from .rotations import Array

_SHARE_OF_SPAN = 0.6  # middle part of a contact whose mean is the joint's place
_SHORTEST_BLEND = 0.1  # seconds over which a joint goes from one place to the next where it does not lift off


def stays(place: Array, first: int, last: int, radius: float) -> list[tuple[int, int]]:
    """The frames ``first`` to ``last`` cut at the fastest steps until each piece of ``place`` (T, 3) keeps within
    ``radius`` of its middle: a shuffle is two places, not a long way to be pulled back."""
    found: list[tuple[int, int]] = []
    todo = [(first, last)]
    while todo:
        first, last = todo.pop()
        piece = place[first:last]
        away = piece - np.median(piece, axis=0)
        if len(piece) < 4 or np.einsum("ti,ti->t", away, away).max() < radius**2:
            found.append((first, last))
            continue
        steps = np.diff(piece[1:-1], axis=0)
        cut = first + 2 + int(np.argmax(np.einsum("ti,ti->t", steps, steps)))
        todo += [(cut, last), (first, cut)]
    return found


def place_of(place: Array, first: int, last: int) -> Array:
    """Where a joint is meant to be (3,) from frame ``first`` to ``last``: the mean of its middle part."""
    middle = max(1, round(_SHARE_OF_SPAN * (last - first)))
    start = first + (last - first - middle) // 2
    return np.asarray(place[start : start + middle].mean(axis=0))


def smoothstep(x: Array) -> Array:
    """From 0 at 0 to 1 at 1 with level ends; ``x`` is clipped to that."""
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x))


def hold(
    place: Array, contact: Mask, fps: float, radius: float, blend: float, ground: float | None, snap: float
) -> tuple[Array, Array]:
    """Shift (T, 3) that holds a joint where it touches, and how firmly (T,) it is held, 0 to 1.

    ``place`` (T, 3): where the joint is; ``contact`` (T,): when it touches. It may wander by ``radius`` within one
    place. Over ``blend`` seconds before and after a contact it leaves and finds its way. ``ground``: height of the
    joint when it stands on the floor: a place within ``snap`` of that is put there. All in metres.
    """
    frames = len(place)
    steps, fewest = max(1, round(blend * fps)), max(1, round(_SHORTEST_BLEND * fps))
    pieces = [stay for span in spans(contact) for stay in stays(place, *span, radius)]
    shift = np.zeros((frames, 3))
    weights = np.zeros(frames)
    for k, (first, last) in enumerate(pieces):
        target = place_of(place, first, last)
        if ground is not None and abs(target[1] - ground) < snap:
            target[1] = ground
        # a neighbour's frames are its own, unless there is no time to go over
        before = first - pieces[k - 1][1] if k else frames
        after = pieces[k + 1][0] - last if k + 1 < len(pieces) else frames
        lead, trail = (min(steps, gap) if gap > 0 else fewest for gap in (before, after))
        time = np.arange(max(0, first - lead), min(frames, last + trail))
        away = np.where(time < first, (first - time) / (lead + 1.0), (time - last + 1) / (trail + 1.0))
        weight = smoothstep(1.0 - away)
        inside = np.clip(time, first, last - 1)
        shift[time] += weight[:, None] * (target - place[inside])
        weights[time] += weight
    most = np.maximum(weights, 1.0)
    return shift / most[:, None], weights / most
