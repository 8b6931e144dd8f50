# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns on the spot by a given angle, in small steps, added to a recorded standing motion."""

from __future__ import annotations

import numpy as np

from ...inference.layers.gesture_timing import GESTURE_START
from ...motion.layers.body_joints import ANKLES, OUTWARD, PELVIS, SPINE1, SPINE2, SPINE3
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import Array, multiply, rotate, rotation_about_axis
from .recordings import FPS


def turn_seconds(degrees: float, pace: float) -> float:
    """Return the duration of a turn in seconds; at a pace of 1 about 100 degrees a second and a moment to start."""
    return (0.45 + abs(degrees) / 105.0) / pace


def add_turn(
    layer: MotionLayer, rng: np.random.Generator, side: str, degrees: float, pace: float
) -> dict[str, object]:
    """Turn the standing character to a side; the foot on that side steps first.

    The pelvis rotates with minimum jerk, feet are lifted and set down alternately, head and chest rotate first.

    Parameters
    ----------
    layer : MotionLayer
        A standing motion, which is changed.
    rng : numpy Generator
        Draws step length and height.
    side : str
        "left" or "right".
    degrees : float
        Heading change, positive.
    pace : float
        Speed; 1 is usual, see ``turn_seconds``.
    """
    total_yaw = OUTWARD[side] * np.radians(degrees)
    t = np.arange(len(layer.root)) / FPS
    start = GESTURE_START + float(rng.uniform(0.0, 0.05))
    duration = turn_seconds(degrees, pace)
    yaw = total_yaw * minimum_jerk((t - start) / duration)
    lead_yaw = total_yaw * minimum_jerk((t - start + 0.18) / duration)

    positions, world_rotations = layer.forward_kinematics()
    centre = positions[:, list(ANKLES.values())].mean(axis=1) * [1.0, 0.0, 1.0]
    order = ("left", "right") if side == "left" else ("right", "left")
    step_pairs = max(1, int(np.ceil(degrees / rng.uniform(48, 62))))
    lift = float(rng.uniform(0.04, 0.08))
    step_seconds = duration / (2 * step_pairs)
    sway = np.zeros_like(t)
    feet: dict[str, tuple[Array, Array]] = {}
    for rank, name in enumerate(order):
        angle, height = np.zeros_like(t), np.zeros_like(t)
        for i in range(step_pairs):
            begin = start - 0.05 + (2 * i + rank) * step_seconds
            progress = minimum_jerk((t - begin) / step_seconds)
            # each foot lands rotated slightly further than the pelvis; the last steps end with parallel feet
            target = min(1.0, (i + 0.75 + 0.25 * rank) / max(step_pairs - 0.25 + 0.25 * rank, 1e-6))
            previous = (
                0.0
                if i == 0
                else min(1.0, (i - 0.25 + 0.25 * rank) / max(step_pairs - 0.25 + 0.25 * rank, 1e-6))
            )
            angle = angle + total_yaw * (target - previous) * progress
            step_progress = np.clip((t - begin) / step_seconds, 0.0, 1.0)
            height = height + lift * np.sin(np.pi * step_progress) ** 2
            sway = sway + -OUTWARD[name] * 0.025 * np.sin(np.pi * step_progress) ** 2
        j = ANKLES[name]
        yaw_rotations = rotation_about_axis("y", angle)
        ankle = centre + rotate(yaw_rotations, positions[:, j] - centre)
        ankle[:, 1] += height
        feet[name] = (ankle, multiply(yaw_rotations, world_rotations[:, j]))

    yaw_rotations = rotation_about_axis("y", yaw)
    layer.root = centre + rotate(
        yaw_rotations, layer.root - centre + np.stack([sway, -0.012 * np.ones_like(t), 0 * t], -1)
    )
    layer.rotations[:, PELVIS] = multiply(yaw_rotations, layer.rotations[:, PELVIS])
    lead = np.clip(lead_yaw - yaw, -0.5, 0.5)
    for joint in (SPINE1, SPINE2, SPINE3):
        layer.rotations[:, joint] = multiply(rotation_about_axis("y", lead / 4), layer.rotations[:, joint])
    layer.rotate_head(np.zeros_like(lead), lead)
    for name, (ankle, foot) in feet.items():
        layer.place_foot(name, ankle, foot)
    return {"action": "turn"}
