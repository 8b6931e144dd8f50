# SPDX-License-Identifier: GPL-3.0-or-later
"""A leg that is crossed over the other one by a body that sits on a seat."""

from __future__ import annotations

import numpy as np

from ...motion.layers.body_joints import ANKLES, HIPS, KNEES, OTHER_SIDE, OUTWARD, PELVIS
from ...motion.layers.motion_layer import MotionLayer, blend_quaternions, minimum_jerk
from ...motion.rotations import Array, multiply, normalise, rotate, rotation_about_axis
from .gait_layer import FPS

_ABOVE_SEAT = 0.08  # metres of the pelvis above the seat, its lowest place, from which on it sits
_SECONDS = 0.9  # of crossing, and of setting the foot down again
_ABOVE, _BEYOND = 0.12, 0.04  # metres of the upper knee above and beyond the other one
_SHIN = 0.4  # metres


def cross_leg(layer: MotionLayer, side: str, is_at_end: tuple[bool, bool]) -> None:
    """Lay a thigh over the other one as soon as the body sits, and keep it there, until the end if nothing follows.

    Parameters
    ----------
    layer
        A body that sits or sits down, which is changed.
    side
        Of the leg above.
    is_at_end
        Whether the motion begins, and whether it ends, with this segment.
    """
    frames = len(layer.root)
    positions, world_rotations = layer.forward_kinematics()
    height = positions[:, PELVIS, 1]
    first = max(int(np.argmax(height < height.min() + _ABOVE_SEAT)), int(0.2 * FPS))
    weight: Array = minimum_jerk((np.arange(frames) - first) / (_SECONDS * FPS))
    if not is_at_end[1]:
        weight = weight * minimum_jerk((frames - 1 - np.arange(frames)) / (_SECONDS * FPS))
    other, to = OTHER_SIDE[side], -OUTWARD[side]
    hip = layer.to_facing_frame(positions[:, HIPS[side]])
    under = layer.to_facing_frame(positions[:, KNEES[other]])
    ankle = layer.to_facing_frame(positions[:, ANKLES[side]])
    knee = under + np.array([to * _BEYOND, _ABOVE, 0.0])
    thigh = np.linalg.norm(layer.skeleton.rest_offsets[KNEES[side]])
    knee = hip + normalise(knee - hip) * float(thigh)
    crossed = knee + _SHIN * normalise(np.array([to * 0.3, -0.9, 0.3]))
    lifted = np.array([0.0, 0.14, 0.1]) * (4.0 * weight * (1.0 - weight))[:, None]  # over the other knee
    goal = ankle + (crossed - ankle) * weight[:, None] + lifted
    ahead = rotate(layer.facing, goal)
    foot = multiply(
        layer.facing,
        multiply(
            rotation_about_axis("y", np.full(frames, to * 0.25)),
            rotation_about_axis("x", np.full(frames, 0.35)),
        ),
    )
    layer.place_foot(side, ahead, blend_quaternions(world_rotations[:, ANKLES[side]], foot, weight))
