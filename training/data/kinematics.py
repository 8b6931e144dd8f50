# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinematics of the recordings' skeleton for whole clips at once.

World: metres, Y up, right-handed; +Z is forward and +X the character's left at frame 0.
Quaternions are w, x, y, z. A positive heading is a turn to the character's left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

PELVIS, L_HIP, R_HIP, SPINE1, L_KNEE, R_KNEE, SPINE2, L_ANKLE, R_ANKLE, SPINE3, L_FOOT, R_FOOT = range(12)
NECK, L_COLLAR, R_COLLAR, HEAD, L_SHOULDER, R_SHOULDER, L_ELBOW, R_ELBOW, L_WRIST, R_WRIST = range(12, 22)
MIRROR = [0, 2, 1, 3, 5, 4, 6, 8, 7, 9, 11, 10, 12, 14, 13, 15, 17, 16, 19, 18, 21, 20]


def normalise(v: Array) -> Array:
    """Vectors (..., n) scaled to length one; zero vectors stay zero."""
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


def multiply(a: Array, b: Array) -> Array:
    """Hamilton product of quaternions (..., 4): first b, then a."""
    aw, ax, ay, az = a[..., 0], a[..., 1], a[..., 2], a[..., 3]
    bw, bx, by, bz = b[..., 0], b[..., 1], b[..., 2], b[..., 3]
    out = np.empty(np.broadcast_shapes(a.shape, b.shape), dtype=np.result_type(a, b))
    out[..., 0] = aw * bw - ax * bx - ay * by - az * bz
    out[..., 1] = aw * bx + ax * bw + ay * bz - az * by
    out[..., 2] = aw * by - ax * bz + ay * bw + az * bx
    out[..., 3] = aw * bz + ax * by - ay * bx + az * bw
    return out


def conjugate(q: Array) -> Array:
    """Inverse of unit quaternions (..., 4)."""
    return q * np.array([1.0, -1.0, -1.0, -1.0], dtype=q.dtype)


def matrices(q: Array) -> Array:
    """Rotation matrices (..., 3, 3) of unit quaternions (..., 4)."""
    w, x, y, z = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    m = np.empty((*q.shape[:-1], 3, 3), dtype=q.dtype)
    m[..., 0, 0], m[..., 0, 1], m[..., 0, 2] = (
        1 - 2 * (y * y + z * z),
        2 * (x * y - z * w),
        2 * (x * z + y * w),
    )
    m[..., 1, 0], m[..., 1, 1], m[..., 1, 2] = (
        2 * (x * y + z * w),
        1 - 2 * (x * x + z * z),
        2 * (y * z - x * w),
    )
    m[..., 2, 0], m[..., 2, 1], m[..., 2, 2] = (
        2 * (x * z - y * w),
        2 * (y * z + x * w),
        1 - 2 * (x * x + y * y),
    )
    return m


def rotate(q: Array, v: Array) -> Array:
    """Vectors (..., 3) turned by unit quaternions (..., 4)."""
    return (matrices(q) @ np.asarray(v)[..., None])[..., 0]


def about(axis: Array | list[float], angle: Array | float) -> Array:
    """Quaternions (..., 4) of turns by `angle` radians about unit axes (..., 3)."""
    half = np.asarray(angle, dtype=np.float64)[..., None] / 2.0
    xyz = np.asarray(axis, dtype=np.float64) * np.sin(half)
    return np.concatenate([np.broadcast_to(np.cos(half), (*xyz.shape[:-1], 1)), xyz], axis=-1)


def between(a: Array, b: Array) -> Array:
    """Shortest turns (..., 4) that take directions a to directions b (..., 3)."""
    a, b = normalise(a), normalise(b)
    w = 1.0 + np.sum(a * b, axis=-1, keepdims=True)
    return normalise(np.concatenate([w, np.cross(a, b)], axis=-1))


def blend(a: Array, b: Array, t: Array | float) -> Array:
    """Normalised linear mix of quaternions (..., 4), t (...,) from 0 (a) to 1 (b), by the short way."""
    t = np.asarray(t)[..., None]
    sign = np.where(np.sum(a * b, axis=-1, keepdims=True) < 0.0, -1.0, 1.0)
    return normalise(a * (1.0 - t) + sign * b * t)


def positions(rotations: Array, root: Array, parents: Array, offsets: Array) -> Array:
    """Joint positions (T, J, 3) of local rotations (T, J, 4)."""
    turns = matrices(rotations)
    places = np.empty((*rotations.shape[:2], 3), dtype=rotations.dtype)
    places[:, 0] = root
    for j in range(1, rotations.shape[1]):
        p = int(parents[j])
        places[:, j] = places[:, p] + turns[:, p] @ offsets[j]
        turns[:, j] = turns[:, p] @ turns[:, j]
    return places


def forward(rotations: Array, root: Array, parents: Array, offsets: Array) -> tuple[Array, Array]:
    """Joint positions (T, J, 3) and global rotations (T, J, 4) of local rotations (T, J, 4)."""
    turns = rotations.copy()
    for j in range(1, rotations.shape[1]):
        turns[:, j] = multiply(turns[:, int(parents[j])], rotations[:, j])
    return positions(rotations, root, parents, offsets), turns


def mirror(rotations: Array, root: Array) -> tuple[Array, Array]:
    """The same motion with left and right exchanged."""
    q = rotations[:, MIRROR] * np.array([1.0, 1.0, -1.0, -1.0], dtype=rotations.dtype)
    return q, root * np.array([-1.0, 1.0, 1.0], dtype=root.dtype)


def heading(places: Array) -> Array:
    """Facing about Y in radians (T,), continuous in time, 0 along +Z, growing to the left."""
    across = places[:, L_HIP] - places[:, R_HIP] + places[:, L_SHOULDER] - places[:, R_SHOULDER]
    return np.unwrap(np.arctan2(-across[:, 2], across[:, 0]))


def turned(rotations: Array, root: Array, angle: float) -> tuple[Array, Array]:
    """The whole motion turned about the world's Y axis by `angle` radians (to the left when positive)."""
    q = about([0.0, 1.0, 0.0], angle).astype(rotations.dtype)
    out = rotations.copy()
    out[:, 0] = multiply(np.broadcast_to(q, rotations[:, 0].shape), rotations[:, 0])
    return out, rotate(np.broadcast_to(q, (len(root), 4)), root).astype(root.dtype)


def resampled(rotations: Array, root: Array, speed: float) -> tuple[Array, Array]:
    """The motion played `speed` times as fast at the same frame rate."""
    frames = len(root)
    count = max(2, round((frames - 1) / speed) + 1)
    at = np.linspace(0.0, frames - 1.0, count)
    low = np.minimum(at.astype(int), frames - 2)
    t = (at - low).astype(root.dtype)
    q = blend(rotations[low], rotations[low + 1], np.repeat(t[:, None], rotations.shape[1], axis=1))
    r = root[low] * (1.0 - t[:, None]) + root[low + 1] * t[:, None]
    return q.astype(rotations.dtype), r
