# SPDX-License-Identifier: GPL-3.0-or-later
"""Movements of the whole body that authored gestures share: leaning, sinking, flight, arms between directions."""

from __future__ import annotations

import numpy as np

from ...motion.layers.body_joints import ANKLES, PELVIS, SIDES
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import (
    Array,
    normalise,
    rotate,
)
from .gesture_timing import clip_times, interpolate_keyed

GRAVITY = 9.81


def move_body(
    layer: MotionLayer,
    shift: Array,
    yaw: Array | None = None,
    tilt: Array | None = None,
    steps: dict[str, Array] | None = None,
    heels: dict[str, Array] | None = None,
) -> None:
    """Move and turn the pelvis, and place both feet.

    Parameters
    ----------
    layer : MotionLayer
        The motion, which is changed.
    shift : (T, 3) metres
        Of the pelvis, in the facing frame.
    yaw, tilt : (T,) radians
        Of the pelvis: to the left, and forward.
    steps : dict of (T, 3) metres
        By side, how far each foot is moved in the facing frame; without it a foot stays planted.
    heels : dict of (T,) radians
        By side, how far the heel is lifted over the ball of the foot.
    """
    positions, world_rotations = layer.forward_kinematics()
    zero = np.zeros(len(layer.root))
    layer.root = layer.root + rotate(layer.facing, shift)
    layer.turn_pelvis(zero if yaw is None else yaw, zero if tilt is None else tilt)
    for side in SIDES:
        ankle, foot = positions[:, ANKLES[side]], world_rotations[:, ANKLES[side]]
        if heels and side in heels:
            ankle, foot = layer.lift_heel(side, ankle, foot, heels[side])
        if steps and side in steps:
            ankle = ankle + rotate(layer.facing, steps[side])
        layer.place_foot(side, ankle, foot)


def vectors(x: Array | float, y: Array | float, z: Array | float) -> Array:
    """Stack coordinates, of which at least one is an array (T,), to vectors (T, 3)."""
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1).astype(np.float64)


def key_arm(
    layer: MotionLayer, side: str, times: list[float], keys: list[tuple[Array, Array] | None]
) -> None:
    """Move an arm through key poses.

    Parameters
    ----------
    layer : MotionLayer
        The motion, which is changed.
    side : str
        Side of the arm.
    times : list of float, seconds
        Of the keys.
    keys : list of (upper arm, forearm) or None
        Directions (3,) or (T, 3) in the facing frame; None is the arm as it is.
    """
    t = clip_times(layer)
    base_u, base_f = layer.arm_directions(side)
    u = normalise(interpolate_keyed(t, times, [base_u if k is None else np.asarray(k[0]) for k in keys]))
    f = normalise(interpolate_keyed(t, times, [base_f if k is None else np.asarray(k[1]) for k in keys]))
    amount = minimum_jerk((t - times[0]) / 0.2)
    if keys[-1] is None:
        amount = amount * (1.0 - minimum_jerk((t - times[-1] + 0.2) / 0.2))
    layer.set_arm_directions(side, u, f, amount)


def lean_over_foot(layer: MotionLayer, side: str) -> Array:
    """Return the way (T,) in metres, to the left, from the pelvis to above the given foot."""
    positions, _ = layer.forward_kinematics()
    return layer.to_facing_frame(positions[:, ANKLES[side]] - positions[:, PELVIS])[:, 0]


def flight(times: Array, begin: float, seconds: float) -> Array:
    """Return the height (T,) in metres of a free flight that begins at a time and lasts so many seconds."""
    x = np.clip((times - begin) / seconds, 0.0, 1.0)
    return np.asarray(0.5 * GRAVITY * seconds**2 * x * (1.0 - x))


def dip(times: Array, begin: float, end: float) -> Array:
    """Return a smooth dip (T,) between two times: 0 at both, 1 in the middle."""
    x = np.clip((times - begin) / (end - begin), 0.0, 1.0)
    return np.asarray(np.sin(np.pi * x) ** 2)
