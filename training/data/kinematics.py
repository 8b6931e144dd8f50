# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole clips mirrored, rotated, resampled, and their heading.

World: metres, Y up, right-handed; +Z is forward and +X the character's left at frame 0. Quaternions are w, x, y, z.
A positive heading is a rotation to the character's left. Everything is computed in float64, as in ``motion.rotations``;
functions that change a motion return it in the dtype in which they got it (recordings are float32).
"""

from __future__ import annotations

import numpy as np

from ...motion.layers.body_joints import MIRROR
from ...motion.layers.motion_layer import blend_quaternions
from ...motion.rotations import Array, multiply, rotate, rotation_about_axis


def mirror_motion(rotations: Array, root: Array) -> tuple[Array, Array]:
    """Exchange left and right of a motion."""
    q = rotations[:, MIRROR] * np.array([1.0, 1.0, -1.0, -1.0], dtype=rotations.dtype)
    return q, root * np.array([-1.0, 1.0, 1.0], dtype=root.dtype)


def rotate_motion(rotations: Array, root: Array, yaw: float) -> tuple[Array, Array]:
    """Rotate a whole motion by ``yaw`` radians about the world's Y axis (to the left when positive)."""
    q = rotation_about_axis("y", yaw)
    out = rotations.copy()
    out[:, 0] = multiply(q, rotations[:, 0])
    return out, rotate(q, root).astype(root.dtype)


def change_speed(rotations: Array, root: Array, speed: float) -> tuple[Array, Array]:
    """Play a motion ``speed`` times as fast at the same frame rate."""
    frames = len(root)
    count = max(2, round((frames - 1) / speed) + 1)
    return sample_frames(rotations, root, np.linspace(0.0, frames - 1.0, count))


def sample_frames(rotations: Array, root: Array, frames: Array) -> tuple[Array, Array]:
    """Interpolate a motion at fractional frame numbers (N,)."""
    low = np.clip(frames.astype(int), 0, len(root) - 2)
    t = frames - low
    q = blend_quaternions(rotations[low], rotations[low + 1], t[:, None])
    r = root[low] * (1.0 - t[:, None]) + root[low + 1] * t[:, None]
    return q.astype(rotations.dtype), r.astype(root.dtype)
