# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded motion bent onto other paths."""

from __future__ import annotations

import numpy as np

from .kinematics import Array, about, blend, conjugate, heading, multiply, rotate
from .recordings import FPS

UP = np.array([0.0, 1.0, 0.0])


def bent(rotations: Array, root: Array, rate: float) -> tuple[Array, Array]:
    """A straight walk or run led along a curve that turns left by `rate` radians a second."""
    frames = len(root)
    # The bend eases in over half a second, so that the first pose still faces its path.
    ramp = np.minimum(1.0, np.arange(frames) / (0.5 * FPS))
    angle = np.cumsum(np.full(frames, rate / FPS) * ramp)
    turn = about(UP, angle).astype(root.dtype)
    out = rotations.copy()
    out[:, 0] = multiply(turn, rotations[:, 0])
    steps = np.diff(root, axis=0, prepend=root[:1])
    level = steps * np.array([1.0, 0.0, 1.0], dtype=root.dtype)
    path = np.cumsum(rotate(turn, level), axis=0)
    path[:, 1] = root[:, 1]
    return out, path.astype(root.dtype)


def straightened(rotations: Array, root: Array, drift: float) -> tuple[Array, Array]:
    """The motion with a slow turn of `drift` radians in all taken out evenly."""
    frames = len(root)
    turn = about(UP, -drift * np.arange(frames) / max(1, frames - 1)).astype(root.dtype)
    out = rotations.copy()
    out[:, 0] = multiply(turn, rotations[:, 0])
    steps = np.diff(root, axis=0, prepend=root[:1]) * np.array([1.0, 0.0, 1.0], dtype=root.dtype)
    path = np.cumsum(rotate(turn, steps), axis=0)
    path[:, 1] = root[:, 1]
    return out, path.astype(root.dtype)


def cycle_of(places: Array, shortest: int, longest: int) -> tuple[int, int, float]:
    """The pair of frames (first, last) of the best stride cycle and how far apart their poses are, in metres.

    Poses are compared in the facing frame together with their velocities (over a tenth of a second).
    """
    spun = about(UP, -heading(places))
    local = rotate(spun[:, None], (places - places[:, :1] * [1.0, 0.0, 1.0]).astype(np.float64))
    pace = np.gradient(local, axis=0)
    flat = np.concatenate([local, 2.0 * pace], axis=1).reshape(len(local), -1)
    best = (0, 0, np.inf)
    for first in range(len(flat) - shortest):
        ends = np.arange(first + shortest, min(first + longest + 1, len(flat)))
        gap = np.linalg.norm(flat[ends] - flat[first], axis=1) / np.sqrt(44.0)
        i = int(np.argmin(gap))
        if gap[i] < best[2]:
            best = (first, int(ends[i]), float(gap[i]))
    return best


def cycled(
    rotations: Array, root: Array, places: Array, frames: int, cycle: tuple[int, int]
) -> tuple[Array, Array]:
    """A steady straight motion of `frames` frames that repeats one stride cycle without a seam."""
    first, last = cycle
    count = last - first
    face = heading(places)
    q, r = straightened(rotations[first : last + 1], root[first : last + 1], float(face[last] - face[first]))
    share = np.arange(count) / count
    # What is missing between the two ends is spread over the whole cycle.
    miss = multiply(conjugate(q[-1]), q[0])
    miss = np.where(miss[..., :1] < 0.0, -miss, miss)
    rest = np.zeros_like(miss)
    rest[..., 0] = 1.0
    part = blend(
        np.broadcast_to(rest, (count, *rest.shape)),
        np.broadcast_to(miss, (count, *rest.shape)),
        share[:, None],
    )
    q = multiply(q[:-1], part.astype(q.dtype))
    stride = (r[-1] - r[0]) * np.array([1.0, 0.0, 1.0], dtype=r.dtype)
    rise = r[0, 1] - r[-1, 1]
    r = r[:-1] - r[0] * np.array([1.0, 0.0, 1.0], dtype=r.dtype)
    r[:, 1] += rise * share.astype(r.dtype)
    index = np.arange(frames)
    return q[index % count], (r[index % count] + (index // count)[:, None] * stride).astype(root.dtype)


def rested(rotations: Array, root: Array, places: Array, before: int, after: int) -> tuple[Array, Array]:
    """The motion with calm standing (or sitting) of some frames before and after it.

    The added frames drift slowly to and fro over the calm frames at the ends, so that they breathe instead of
    freezing.
    """
    speed = np.linalg.norm(np.diff(places, axis=0), axis=-1).max(axis=-1) * FPS
    calm_first = min(8, int(np.argmax(np.append(speed > 0.3, True))))
    calm_last = min(8, int(np.argmax(np.append(speed[::-1] > 0.3, True))))
    swing = 2.0 * np.pi / (2.6 * FPS)
    head = calm_first * (1.0 - np.cos(swing * np.arange(before, 0, -1))) / 2.0
    tail = len(root) - 1 - calm_last * (1.0 - np.cos(swing * np.arange(1, after + 1))) / 2.0
    at = np.concatenate([head, np.arange(len(root)), tail])
    low = np.clip(at.astype(int), 0, len(root) - 2)
    t = (at - low).astype(root.dtype)
    q = blend(rotations[low], rotations[low + 1], np.repeat(t[:, None], rotations.shape[1], axis=1))
    return q.astype(rotations.dtype), root[low] * (1.0 - t[:, None]) + root[low + 1] * t[:, None]


def calm_ends(places: Array) -> tuple[bool, bool]:
    """Whether the character is nearly still at the start, and at the end."""
    speed = np.linalg.norm(np.diff(places, axis=0), axis=-1).max(axis=-1) * FPS
    return bool(speed[:2].max() < 0.7), bool(speed[-2:].max() < 0.7)
