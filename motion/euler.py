# SPDX-License-Identifier: GPL-3.0-or-later
"""Euler and axis-angle channels of rotations over time, free of flips and of jumps by whole turns.

An order such as ``"XYZ"`` names the axes in the sequence in which they turn, all about fixed axes: X first,
then Y, then Z (Blender's meaning of the word). Quaternions are w, x, y, z; angles are radians.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .rotations import Array, about, from_axis_angle, multiply, normalise, to_matrix

ORDERS: tuple[str, ...] = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")

_LOCKED = 1e-6
"""Cosine of the middle angle below which the first and the last axis can't be told apart (gimbal lock)."""


def from_euler(angles: ArrayLike, order: str = "XYZ") -> Array:
    """Unit quaternions (..., 4) of angles (..., 3) about X, Y, Z, turned in ``order``."""
    angles = np.asarray(angles, dtype=float)
    first, second, third = (about(a.lower(), angles[..., "XYZ".index(a)]) for a in order)
    return multiply(third, multiply(second, first))


def to_euler(q: ArrayLike, order: str = "XYZ", near: ArrayLike | None = None) -> Array:
    """Angles (T, 3) about X, Y, Z of unit quaternions (T, 4) in time order, as continuous curves.

    Each rotation has two triples of angles (and any number of turns more); neighbours in time take the
    closer. ``near`` (3,): the triple that the first frame should be close to, zero where not given. In gimbal
    lock the last axis keeps its angle of the frame before. Raises ``ValueError`` on an unknown order.
    """
    if order not in ORDERS:
        raise ValueError(f"unknown Euler order {order!r}")
    i, j, k = ("XYZ".index(a) for a in order)
    # an odd permutation of the axes mirrors the frame, and with it the sense of every angle
    sign = 1.0 if (i, j, k) in {(0, 1, 2), (1, 2, 0), (2, 0, 1)} else -1.0
    m = to_matrix(q)
    cos_second = np.hypot(m[:, i, i], m[:, j, i])
    second = np.arctan2(-sign * m[:, k, i], cos_second)
    first = np.arctan2(sign * m[:, k, j], m[:, k, k])
    third = np.arctan2(sign * m[:, j, i], m[:, i, i])

    locked = cos_second < _LOCKED
    if np.any(locked):
        third = _held(third, ~locked)
        # with the last axis turned back, what is left of the first is in the j, k block
        c, s = np.cos(third), np.sin(third)
        jk = -sign * s * m[:, i, k] + c * m[:, j, k]
        jj = -sign * s * m[:, i, j] + c * m[:, j, j]
        first = np.where(locked, np.arctan2(-sign * jk, jj), first)

    one = np.stack([first, second, third], axis=-1)
    other = np.stack([first + np.pi, np.pi - second, third + np.pi], axis=-1)
    start = np.zeros(3) if near is None else np.asarray(near, dtype=float)[[i, j, k]]
    flips = np.empty(len(one), dtype=int)
    flips[0] = np.abs(_wrapped(other[0] - start)).sum() < np.abs(_wrapped(one[0] - start)).sum()
    flips[1:] = np.abs(_wrapped(other[1:] - one[:-1])).sum(-1) < np.abs(_wrapped(one[1:] - one[:-1])).sum(-1)
    # stepping from the other triple costs what stepping from the first one does, so flips just add up
    chosen = np.where((np.cumsum(flips) % 2 == 1)[:, None], other, one)
    chosen[0] = start + _wrapped(chosen[0] - start)
    chosen = np.unwrap(chosen, axis=0)
    angles = np.empty_like(chosen)
    angles[:, [i, j, k]] = chosen
    return angles


def to_angle_axis(q: ArrayLike) -> Array:
    """Channels (T, 4) angle, x, y, z of unit quaternions (T, 4) in time order; the axis never turns over."""
    q = np.asarray(q, dtype=float)
    sin_half = np.linalg.norm(q[:, 1:], axis=-1)
    turned = sin_half > 1e-7
    axis = normalise(q[:, 1:])
    axis = np.stack([_held(axis[:, c], turned) for c in range(3)], axis=-1)
    if not np.any(turned):
        axis[:] = (0.0, 1.0, 0.0)
    if len(axis) > 1:
        step = np.where(np.sum(axis[1:] * axis[:-1], axis=-1) < 0, -1.0, 1.0)
        axis[1:] *= np.cumprod(step)[:, None]
    angle = 2.0 * np.arctan2(np.sum(q[:, 1:] * axis, axis=-1), q[:, 0])
    angle[0] = _wrapped(angle[0])
    return np.concatenate([np.unwrap(angle)[:, None], axis], axis=-1)


def from_angle_axis(channels: ArrayLike) -> Array:
    """Unit quaternions (..., 4) of channels (..., 4) angle, x, y, z; the axis may have any length."""
    channels = np.asarray(channels, dtype=float)
    return from_axis_angle(channels[..., :1] * normalise(channels[..., 1:]))


def _wrapped(angle: ArrayLike) -> Array:
    """Angles (...) brought into -pi to pi by whole turns."""
    a = np.asarray(angle, dtype=float)
    return np.asarray(a - 2.0 * np.pi * np.round(a / (2.0 * np.pi)))


def _held(values: Array, known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Array:
    """Values (T,) where known; elsewhere the one known before, or the first known; zero when none is."""
    if not np.any(known):
        return np.zeros_like(values)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    return np.asarray(values[np.where(last < 0, int(np.argmax(known)), last)])
