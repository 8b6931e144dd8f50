# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded motion bent onto other paths."""

from __future__ import annotations

import numpy as np

from .kinematics import Array, about, multiply, rotate
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
