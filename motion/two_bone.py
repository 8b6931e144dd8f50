# SPDX-License-Identifier: GPL-3.0-or-later
"""Analytic two-bone inverse kinematics for legs and arms, many frames at once."""

from __future__ import annotations

import numpy as np

from .rotations import (
    Array,
    between,
    conjugate,
    cross,
    from_axis_angle,
    identity,
    multiply,
    normalise,
    rotate,
)

_SOFT = 0.012  # fraction of the limb's length over which it straightens softly instead of snapping
_PREFERENCE = 0.1  # weight of the given hinge axis: a straight limb does not show its own

KNEE: tuple[float, float, float] = (1.0, 0.0, 0.0)
"""Axis in the rest pose about which a knee bends backward (SMPL)."""

LEFT_ELBOW: tuple[float, float, float] = (0.0, -1.0, 0.0)
RIGHT_ELBOW: tuple[float, float, float] = (0.0, 1.0, 0.0)
"""Axes in the T-pose about which elbows bend forward (SMPL)."""


def bend_legs(places: Array, target: Array, turns: Array, hinge: tuple[float, float, float] = KNEE) -> Array:
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
    """
    upper, lower = bend_limb(places, target, rotate(turns[:, 1], np.array(hinge)))
    thigh, shin = multiply(upper, turns[:, 1]), multiply(lower, turns[:, 2])
    return np.stack(
        [
            multiply(conjugate(turns[:, 0]), thigh),
            multiply(conjugate(thigh), shin),
            multiply(conjugate(shin), turns[:, 3]),
        ],
        axis=1,
    )


def bend_limb(places: Array, target: Array, lateral: Array) -> tuple[Array, Array]:
    """Return the world rotations (T, 4) to add to the upper and the lower bone of a limb to end at ``target``.

    ``positions`` (T, 3, 3): world positions of the limb's three joints (hip, knee, ankle). ``target`` (T, 3): position
    that the last one is to reach. ``lateral`` (T, 3): hinge axis of the middle joint, used where the limb is too
    straight to show it. The limb keeps the plane in which it bends, and a target equal to the current end changes
    nothing. Targets out of reach are approached softly.
    """
    first, middle, end = places[:, 0], places[:, 1], places[:, 2]
    reach = _soft_reach(first, middle, end, target)
    upper = lower = identity(len(places))
    # the hinge axis of an almost straight limb is not exact: the second pass corrects the remaining error
    for _ in range(2):
        swing, bend_upper, bend_lower = _solve(first, middle, end, target, reach, lateral)
        more_upper, more_lower = multiply(bend_upper, swing), multiply(bend_lower, swing)
        new_middle = first + rotate(more_upper, middle - first)
        end = new_middle + rotate(more_lower, end - middle)
        middle = new_middle
        upper, lower = multiply(more_upper, upper), multiply(more_lower, lower)
        lateral = rotate(more_upper, lateral)
        if np.all(np.abs(more_upper[:, 0]) > 1 - 1e-15):
            break
    return upper, lower


def _soft_reach(hip: Array, knee: Array, ankle: Array, target: Array) -> Array:
    """Return the distance (T,) from hip to ankle to aim for.

    It is computed as a change of the current distance, so that a target equal to the ankle changes nothing, even if
    the leg is straight.
    """
    length = np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)
    now = np.linalg.norm(ankle - hip, axis=-1)
    reach = now + _softened(np.linalg.norm(target - hip, axis=-1), length) - _softened(now, length)
    return np.asarray(np.clip(reach, np.minimum(now, 0.15 * length), np.maximum(now, (1 - 1e-5) * length)))


def _solve(
    hip: Array, knee: Array, ankle: Array, target: Array, reach: Array, lateral: Array
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
    lateral : (T, 3) unit vectors
        Hinge axis of the knee, used where the leg is too straight to show it.
    """
    upper = np.linalg.norm(knee - hip, axis=-1)
    lower = np.linalg.norm(ankle - knee, axis=-1)
    now = np.linalg.norm(ankle - hip, axis=-1)
    swing = between(ankle - hip, target - hip)

    along = normalise(ankle - hip)
    hinge = cross(normalise(knee - hip), normalise(ankle - knee))
    side = lateral - np.sum(lateral * along, axis=-1, keepdims=True) * along
    axis = rotate(swing, normalise(hinge + _PREFERENCE * normalise(side)))
    at_hip = _corner(upper, reach, lower) - _corner(upper, now, lower)
    at_ankle = _corner(lower, reach, upper) - _corner(lower, now, upper)
    return swing, from_axis_angle(-at_hip[:, None] * axis), from_axis_angle(at_ankle[:, None] * axis)


def _softened(reach: Array, length: Array) -> Array:
    """Limit ``distance`` (T,) so that it approaches ``length`` (T,) without reaching it: exponentially at the end."""
    soft = _SOFT * length
    over = np.maximum(reach - (length - soft), 0.0)
    return np.where(over > 0, length - soft * np.exp(-over / soft), reach)


def _corner(a: Array, b: Array, opposite: Array) -> Array:
    """Return the angle (T,) between sides ``a`` and ``b`` of a triangle."""
    cos = (a * a + b * b - opposite * opposite) / np.maximum(2 * a * b, 1e-9)
    return np.asarray(np.arccos(np.clip(cos, -1.0, 1.0)))
