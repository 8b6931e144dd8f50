# SPDX-License-Identifier: GPL-3.0-or-later
"""A step into a pick-up whose feet would stand: people put one foot ahead and turn to the hand that reaches."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...motion.layers.body_joints import FEET, HIPS, OTHER_SIDE, OUTWARD, PELVIS, SHOULDERS, SIDES, WRISTS
from ...motion.layers.motion_layer import minimum_jerk, moving_average
from ...motion.rotations import Array
from .body_moves import dip
from .gait_layer import GaitLayer

_OWN_STEP = 0.06  # metres that a foot lifts which steps by itself
_STEP_SECONDS = 0.38
# degrees away from the hand, which take its shoulder ahead
_PELVIS_TURN, _TRUNK_TWIST, _MOST_ADDED = 12.0, 22.0, 16.0
_MOVING = 0.004  # metres a frame of a foot that leaves its place


def step_into_pick_up(gait: GaitLayer, must_return: bool) -> None:
    """Turn to the side of the hand that reaches, and step forward with one foot on the way down.

    Parameters
    ----------
    gait
        A pick-up, which is changed; one that steps by itself is only turned.
    must_return
        Whether the foot has to be back where it was in the last frame.
    """
    positions, _ = gait.forward_kinematics()
    lowest = int(positions[:, PELVIS, 1].argmin())
    hand = min(SIDES, key=lambda s: float(positions[lowest, WRISTS[s], 1]))
    low = float(gait.times[lowest])
    if not _steps_itself(gait):
        _add_step(gait, OTHER_SIDE[hand], 0.3, low - 0.35, low + 0.95, must_return)
    bent = dip(gait.times, low - 1.1, low + 1.0)
    positions, _ = gait.forward_kinematics()
    pelvis, shoulders = (_find_heading(positions, pair) for pair in (HIPS, SHOULDERS))
    turned, twisted = (float(a[lowest] - a[0]) for a in (pelvis, shoulders - pelvis))
    to = -OUTWARD[hand]
    gait.move_legs(yaw=np.radians(_complete(to * turned, _PELVIS_TURN) * to) * bent)
    gait.twist_trunk(np.radians(_complete(to * twisted, _TRUNK_TWIST) * to) * bent)


def _complete(angle: float, aim: float) -> float:
    """Return what is missing to ``aim`` degrees, ``_MOST_ADDED`` at most; 0 for one as far to either side."""
    return min(aim - angle, _MOST_ADDED) if abs(angle) < aim else 0.0


def _find_heading(positions: Array, pair: Mapping[str, int]) -> Array:
    """Return the heading (T,) in degrees of the line from the right joint of a pair to the left one."""
    across = positions[:, pair["left"]] - positions[:, pair["right"]]
    return np.degrees(np.unwrap(np.arctan2(-across[:, 2], across[:, 0])))


def _steps_itself(gait: GaitLayer) -> bool:
    positions, _ = gait.forward_kinematics()
    toes = positions[:, list(FEET.values()), 1]
    return bool(np.max(toes.max(axis=0) - toes.min(axis=0)) > _OWN_STEP)


def _add_step(
    gait: GaitLayer,
    side: str,
    length: float,
    landing: float,
    leaving: float,
    must_return: bool,
) -> bool:
    """Step forward and back again; return whether there was time for it.

    Parameters
    ----------
    gait
        The motion, which is changed.
    side
        Of the foot that steps.
    length
        Of the step in metres.
    landing, leaving
        Seconds at which the foot lands, and at which it goes back.
    must_return
        Whether it has to be back at the end.
    """
    t, begin, end = gait.times, landing - _STEP_SECONDS, float(gait.times[-1])
    returns = leaving + _STEP_SECONDS + 0.1 <= end
    if begin < 0.05 or (must_return and not returns):
        return False
    there = minimum_jerk((t - begin) / _STEP_SECONDS)
    lift = 0.13 * dip(t, begin, landing)
    if returns:
        there = there * (1.0 - minimum_jerk((t - leaving) / _STEP_SECONDS))
        lift = lift + 0.1 * dip(t, leaving, leaving + _STEP_SECONDS)
    weight = moving_average(there, 5)
    aside = -OUTWARD[side] * 0.03 * dip(t, begin - 0.2, landing + 0.1)
    gait.move_legs(
        shift=gait.to_world(aside, -0.02 * weight, 0.55 * length * weight),
        yaw=-OUTWARD[side] * np.radians(6) * weight,
        steps={side: gait.to_world(0.0, lift, length * there)},
        heels={OTHER_SIDE[side]: np.radians(18) * weight},
    )
    moves = np.abs(np.gradient(length * there)) > _MOVING
    columns = slice(0, 2) if side == "left" else slice(2, 4)
    gait.contacts[:, columns] &= ~moves[:, None]
    other_heel = 2 if side == "left" else 0
    gait.contacts[:, other_heel] &= weight < 0.3
    return True
