# SPDX-License-Identifier: GPL-3.0-or-later
"""Euler angles and axis-angle channels of rotations over time, without flips and jumps by full turns.

An order such as "XYZ" names the sequence of rotations about fixed axes, as in Blender: X first, then Y, then Z.
Quaternions are w, x, y, z; angles are radians.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .rotations import (
    Array,
    axis_angle_to_quaternion,
    multiply,
    normalise,
    quaternion_to_matrix,
    rotation_about_axis,
)

EULER_ORDERS: tuple[str, ...] = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")

_GIMBAL_LOCK_COSINE = 1e-6
"""Cosine of the middle angle below which the first and the last axis can't be told apart (gimbal lock)."""


def euler_to_quaternion(angles: ArrayLike, order: str = "XYZ") -> Array:
    """Return the unit quaternions (..., 4) of angles (..., 3) about X, Y, Z, applied in ``order``."""
    angles = np.asarray(angles, dtype=float)
    first, second, third = (rotation_about_axis(a.lower(), angles[..., "XYZ".index(a)]) for a in order)
    return multiply(third, multiply(second, first))


def quaternion_to_euler(q: ArrayLike, order: str = "XYZ", reference: ArrayLike | None = None) -> Array:
    """Return the angles (T, 3) about X, Y, Z of unit quaternions (T, 4) in time order, as continuous curves.

    Each rotation has two triples of angles, each plus any number of full turns; every frame takes the one closest to
    the frame before. ``reference`` (3,): the angles that the first frame should be close to, zero by default. In
    gimbal lock the last axis keeps its angle of the frame before. Raises ``ValueError`` on an unknown order.
    """
    if order not in EULER_ORDERS:
        raise ValueError(f"unknown Euler order {order!r}")
    i, j, k = ("XYZ".index(a) for a in order)
    # an odd permutation of the axes mirrors the frame, which reverses the sign of every angle
    sign = 1.0 if (i, j, k) in {(0, 1, 2), (1, 2, 0), (2, 0, 1)} else -1.0
    m = quaternion_to_matrix(q)
    cos_second = np.hypot(m[:, i, i], m[:, j, i])
    second = np.arctan2(-sign * m[:, k, i], cos_second)
    first = np.arctan2(sign * m[:, k, j], m[:, k, k])
    third = np.arctan2(sign * m[:, j, i], m[:, i, i])

    in_gimbal_lock = cos_second < _GIMBAL_LOCK_COSINE
    if np.any(in_gimbal_lock):
        third = _hold_last_valid(third, ~in_gimbal_lock)
        # after undoing the rotation about the last axis, the j, k block holds the rotation about the first
        c, s = np.cos(third), np.sin(third)
        jk = -sign * s * m[:, i, k] + c * m[:, j, k]
        jj = -sign * s * m[:, i, j] + c * m[:, j, j]
        first = np.where(in_gimbal_lock, np.arctan2(-sign * jk, jj), first)

    triple = np.stack([first, second, third], axis=-1)
    other_triple = np.stack([first + np.pi, np.pi - second, third + np.pi], axis=-1)
    start = np.zeros(3) if reference is None else np.asarray(reference, dtype=float)[[i, j, k]]
    flips = np.empty(len(triple), dtype=int)
    flips[0] = (
        np.abs(_wrap_angles(other_triple[0] - start)).sum() < np.abs(_wrap_angles(triple[0] - start)).sum()
    )
    flips[1:] = np.abs(_wrap_angles(other_triple[1:] - triple[:-1])).sum(-1) < np.abs(
        _wrap_angles(triple[1:] - triple[:-1])
    ).sum(-1)
    # a change of triple costs the same in both directions, so that the number of flips so far decides
    chosen = np.where((np.cumsum(flips) % 2 == 1)[:, None], other_triple, triple)
    chosen[0] = start + _wrap_angles(chosen[0] - start)
    chosen = np.unwrap(chosen, axis=0)
    angles = np.empty_like(chosen)
    angles[:, [i, j, k]] = chosen
    return angles


def quaternion_to_axis_angle_channels(q: ArrayLike) -> Array:
    """Return channels (T, 4), angle and x, y, z of the axis, of unit quaternions (T, 4) in time order.

    The axis never flips to its opposite between frames, and the angle is continuous.
    """
    q = np.asarray(q, dtype=float)
    sin_half = np.linalg.norm(q[:, 1:], axis=-1)
    has_axis = sin_half > 1e-7
    axis = normalise(q[:, 1:])
    axis = np.stack([_hold_last_valid(axis[:, c], has_axis) for c in range(3)], axis=-1)
    if not np.any(has_axis):
        axis[:] = (0.0, 1.0, 0.0)
    if len(axis) > 1:
        signs = np.where(np.sum(axis[1:] * axis[:-1], axis=-1) < 0, -1.0, 1.0)
        axis[1:] *= np.cumprod(signs)[:, None]
    angle = 2.0 * np.arctan2(np.sum(q[:, 1:] * axis, axis=-1), q[:, 0])
    angle[0] = _wrap_angles(angle[0])
    return np.concatenate([np.unwrap(angle)[:, None], axis], axis=-1)


def axis_angle_channels_to_quaternion(channels: ArrayLike) -> Array:
    """Return the unit quaternions (..., 4) of channels (..., 4): angle, and x, y, z of an axis of any length."""
    channels = np.asarray(channels, dtype=float)
    return axis_angle_to_quaternion(channels[..., :1] * normalise(channels[..., 1:]))


def _wrap_angles(angles: ArrayLike) -> Array:
    """Return the angles (...) within -pi to pi, changed by full turns."""
    a = np.asarray(angles, dtype=float)
    return np.asarray(a - 2.0 * np.pi * np.round(a / (2.0 * np.pi)))


def _hold_last_valid(values: Array, is_valid: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Array:
    """Replace invalid values (T,) by the last valid one before them, else by the first valid one.

    All are zero if none is valid.
    """
    if not np.any(is_valid):
        return np.zeros_like(values)
    last = np.maximum.accumulate(np.where(is_valid, np.arange(len(values)), -1))
    return np.asarray(values[np.where(last < 0, int(np.argmax(is_valid)), last)])
