# SPDX-License-Identifier: GPL-3.0-or-later
"""Analytic two-bone inverse kinematics for legs and arms, many frames at once."""

from __future__ import annotations

import numpy as np

from .rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    cross_product,
    identity_rotations,
    multiply,
    normalise,
    rotate,
    rotation_between,
)

_SOFT_FRACTION = 0.012  # fraction of the limb's length over which it straightens softly instead of snapping
_HINGE_AXIS_WEIGHT = 0.1  # weight of the given hinge axis: a straight limb does not show its own

KNEE_HINGE: tuple[float, float, float] = (1.0, 0.0, 0.0)
"""Axis in the rest pose about which a knee bends backward (SMPL)."""

LEFT_ELBOW_HINGE: tuple[float, float, float] = (0.0, -1.0, 0.0)
RIGHT_ELBOW_HINGE: tuple[float, float, float] = (0.0, 1.0, 0.0)
"""Axes in the T-pose about which elbows bend forward (SMPL)."""


def solve_two_bone_ik_local(
    positions: Array,
    target: Array,
    rotations: Array,
    hinge: tuple[float, float, float] = KNEE_HINGE,
    passes: int = 2,
) -> Array:
    """Return the local rotations (T, 3, 4) of a limb's three joints that bring the last one to the target.

    The last joint keeps its world rotation. See ``solve_two_bone_ik`` for how the limb bends.

    Parameters
    ----------
    positions : (T, 3, 3) metres
        World positions of hip, knee and ankle, or shoulder, elbow and wrist.
    target : (T, 3) metres
        World position that the last joint is to reach.
    rotations : (T, 4, 4) quaternions
        World rotations of the first joint's parent and of the three joints.
    hinge : axis in the rest pose about which the middle joint bends
    passes : how often the remaining error is corrected
    """
    hinge_axes = rotate(rotations[:, 1], np.array(hinge))
    upper, lower = solve_two_bone_ik(positions, target, hinge_axes, passes)
    thigh, shin = multiply(upper, rotations[:, 1]), multiply(lower, rotations[:, 2])
    return np.stack(
        [
            multiply(conjugate(rotations[:, 0]), thigh),
            multiply(conjugate(thigh), shin),
            multiply(conjugate(shin), rotations[:, 3]),
        ],
        axis=1,
    )


def solve_two_bone_ik(
    positions: Array, target: Array, hinge_axes: Array, passes: int = 2
) -> tuple[Array, Array]:
    """Return the world rotations (T, 4) to add to the upper and the lower bone of a limb to end at ``target``.

    The limb keeps the plane in which it bends, and a target equal to the current end changes nothing. Targets out of
    reach are approached softly.

    Parameters
    ----------
    positions : (T, 3, 3) metres
        World positions of the limb's three joints (hip, knee, ankle).
    target : (T, 3) metres
        Position that the last one is to reach.
    hinge_axes : (T, 3)
        Hinge axes of the middle joint in the world, used where the limb is too straight to show it.
    passes : how often the remaining error is corrected
    """
    first, middle, end = positions[:, 0], positions[:, 1], positions[:, 2]
    distance = _compute_soft_distance(first, middle, end, target)
    upper = lower = identity_rotations(len(positions))
    # the hinge axis of an almost straight limb is not exact: further passes correct the remaining error
    for _ in range(passes):
        swing, bend_upper, bend_lower = _solve_once(first, middle, end, target, distance, hinge_axes)
        upper_step, lower_step = multiply(bend_upper, swing), multiply(bend_lower, swing)
        new_middle = first + rotate(upper_step, middle - first)
        end = new_middle + rotate(lower_step, end - middle)
        middle = new_middle
        upper, lower = multiply(upper_step, upper), multiply(lower_step, lower)
        hinge_axes = rotate(upper_step, hinge_axes)
        if np.all(np.abs(upper_step[:, 0]) > 1 - 1e-15):
            break
    return upper, lower


def _compute_soft_distance(hip: Array, knee: Array, ankle: Array, target: Array) -> Array:
    """Return the distance (T,) from hip to ankle that the leg should get, given world positions (T, 3).

    That is the target's distance, softly limited where the leg is almost straight. There a target equal to the ankle
    would move it too, so what the limit takes away from a straight leg is given back, less and less the nearer the
    target is to the distances that need no limit: a straight leg stays as it is, and a target within reach is met.
    """
    length = np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)
    current = np.linalg.norm(ankle - hip, axis=-1)
    wanted = np.linalg.norm(target - hip, axis=-1)
    unlimited = (1 - _SOFT_FRACTION) * length
    kept = np.clip((wanted - unlimited) / np.maximum(current - unlimited, 1e-9), 0.0, 1.0)
    distance = _limit_softly(wanted, length) + kept * (current - _limit_softly(current, length))
    return np.asarray(
        np.clip(distance, np.minimum(current, 0.15 * length), np.maximum(current, (1 - 1e-5) * length))
    )


def _solve_once(
    hip: Array, knee: Array, ankle: Array, target: Array, distance: Array, hinge_axes: Array
) -> tuple[Array, Array, Array]:
    """Return world rotations (T, 4) of the whole leg towards the target, and of thigh and shin to change its length.

    Parameters
    ----------
    hip, knee, ankle : (T, 3) metres
        World positions.
    target : (T, 3) metres
        World position that the ankle is to reach.
    distance : (T,) metres
        Distance from hip to ankle to aim for.
    hinge_axes : (T, 3) unit vectors
        Hinge axes of the knee, used where the leg is too straight to show it.
    """
    upper = np.linalg.norm(knee - hip, axis=-1)
    lower = np.linalg.norm(ankle - knee, axis=-1)
    current = np.linalg.norm(ankle - hip, axis=-1)
    swing = rotation_between(ankle - hip, target - hip)

    along = normalise(ankle - hip)
    hinge = cross_product(normalise(knee - hip), normalise(ankle - knee))
    side = hinge_axes - np.sum(hinge_axes * along, axis=-1, keepdims=True) * along
    axis = rotate(swing, normalise(hinge + _HINGE_AXIS_WEIGHT * normalise(side)))
    hip_change = _triangle_angle(upper, distance, lower) - _triangle_angle(upper, current, lower)
    ankle_change = _triangle_angle(lower, distance, upper) - _triangle_angle(lower, current, upper)
    return (
        swing,
        axis_angle_to_quaternion(-hip_change[:, None] * axis),
        axis_angle_to_quaternion(ankle_change[:, None] * axis),
    )


def _limit_softly(distance: Array, length: Array) -> Array:
    """Limit ``distance`` (T,) so that it approaches ``length`` (T,) without reaching it: exponentially at the end."""
    margin = _SOFT_FRACTION * length
    excess = np.maximum(distance - (length - margin), 0.0)
    return np.where(excess > 0, length - margin * np.exp(-excess / margin), distance)


def _triangle_angle(a: Array, b: Array, opposite: Array) -> Array:
    """Return the angle (T,) between sides ``a`` and ``b`` of a triangle."""
    cos = (a * a + b * b - opposite * opposite) / np.maximum(2 * a * b, 1e-9)
    return np.asarray(np.arccos(np.clip(cos, -1.0, 1.0)))
