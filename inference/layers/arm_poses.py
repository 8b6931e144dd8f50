# SPDX-License-Identifier: GPL-3.0-or-later
"""Poses of an arm as directions of its two halves, and values between times."""

from __future__ import annotations

import numpy as np

from ...motion.layers.body_joints import OUTWARD, SHOULDERS
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk, moving_average
from ...motion.rotations import Array, normalise
from .gesture_timing import (
    interpolate_keyed,
)


def side_direction(side: str, x: float, y: float, z: float) -> Array:
    """Return a unit direction in the facing frame: ``x`` outward from the body, ``y`` up, ``z`` forward."""
    return normalise(np.array([OUTWARD[side] * x, y, z]))


def interpolate_directions(base: Array, waypoints: list[Array], progress: Array) -> Array:
    """Interpolate directions: (T, 3), smoothed over time.

    Parameters
    ----------
    base : (T, 3)
        Directions at progress 0.
    waypoints : list of (3,) or (T, 3)
        Directions to pass through; the last one is reached at progress 1.
    progress : (T,)
        0 to 1.
    """
    points = [base] + [np.broadcast_to(w, base.shape) for w in waypoints]
    scaled = np.clip(progress, 0.0, 1.0) * (len(points) - 1)
    low = np.minimum(scaled.astype(int), len(points) - 2)
    t = (scaled - low)[:, None]
    stacked = np.stack(points)
    index = np.arange(len(base))
    mixed = stacked[low, index] * (1.0 - t) + stacked[low + 1, index] * t
    return normalise(moving_average(normalise(mixed), 5))


def reach_joint(
    layer: MotionLayer, side: str, joint: int, offset: tuple[float, float, float], elbow: Array
) -> tuple[Array, Array]:
    """Return directions of upper arm and forearm (T, 3) that bring a wrist near a joint.

    Parameters
    ----------
    layer : MotionLayer
        The motion.
    side : str
        Side of the arm.
    joint : int
        Index of the joint.
    offset : (3,) metres
        From the joint to the wrist: outward, up, forward.
    elbow : (3,)
        Direction in which the elbow points, in the facing frame.
    """
    positions, _ = layer.forward_kinematics()
    shoulder = positions[:, SHOULDERS[side]]
    hand = layer.to_facing_frame(positions[:, joint] - shoulder) + np.array(
        [OUTWARD[side] * offset[0], offset[1], offset[2]]
    )
    return layer.solve_arm(side, hand, np.broadcast_to(elbow, hand.shape))


def move_arm(layer: MotionLayer, side: str, upper: Array, fore: Array, progress: Array) -> None:
    """Move an arm to the given directions, with the hand passing in front of the body.

    Parameters
    ----------
    layer : MotionLayer
        The motion, which is changed.
    side : str
        Side of the arm.
    upper, fore : (T, 3)
        Directions of upper arm and forearm, in the facing frame.
    progress : (T,)
        Progress, 0 to 1.
    """
    base_u, base_f = layer.arm_directions(side)
    ahead = interpolate_directions(
        base_f, [side_direction(side, 0.2, 0.0, 1.0)], np.minimum(1.0, progress * 2.0)
    )
    k = minimum_jerk(progress * 2.0 - 1.0)[:, None]
    u = normalise(base_u * (1 - progress[:, None]) + upper * progress[:, None])
    layer.set_arm_directions(side, u, normalise(ahead * (1 - k) + fore * k), np.minimum(1.0, progress * 6.0))


Pose = tuple[Array, Array]


def make_pose(side: str, upper: tuple[float, float, float], fore: tuple[float, float, float]) -> Pose:
    """Return directions of upper arm and forearm, each outward, up and forward."""
    return side_direction(side, *upper), side_direction(side, *fore)


def interpolate_curve(t: Array, times: list[float], values: list[float]) -> Array:
    """Interpolate numbers (T,) between keys with minimum jerk."""
    return interpolate_keyed(t, times, [np.array([v]) for v in values])[:, 0]


def set_arm(layer: MotionLayer, side: str, upper: Array, fore: Array, e: Array) -> None:
    """Bring an arm to directions (T, 3) or (3,), fully where the progress ``e`` (T,) is 1."""
    shape = (len(e), 3)
    move_arm(
        layer, side, normalise(np.broadcast_to(upper, shape)), normalise(np.broadcast_to(fore, shape)), e
    )
