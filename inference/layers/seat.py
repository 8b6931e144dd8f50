# SPDX-License-Identifier: GPL-3.0-or-later
"""Sitting down whose feet would drag over the floor: they are lifted as they step, and the trunk looks for the seat."""

from __future__ import annotations

import numpy as np

from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import ANKLES, FEET, HIPS, PELVIS, SIDES
from ...motion.layers.motion_layer import moving_average
from ...motion.rotations import Array
from .body_moves import dip
from .gait_layer import FPS, GaitLayer, Mask

_STEPPING, _RESTING = 0.22, 0.1  # metres a second: of a foot that steps, and of one that has arrived
_LEAST_WAY = 0.06  # metres
_LOWEST_ARC, _HIGHEST_ARC = 0.07, 0.12  # metres
_TOE_HEIGHT = 0.02
_LOOK_TRUNK, _LOOK_HEAD = np.radians(10.0), np.radians(22.0)


def settle_into_seat(gait: GaitLayer) -> None:
    """Lift each foot while it steps; the trunk follows the hips late and looks for the seat over that shoulder."""
    positions, _ = gait.forward_kinematics()
    lifts = {}
    for side, columns in zip(SIDES, (slice(0, 2), slice(2, 4)), strict=True):
        lifts[side], steps = _lift_steps(positions, side)
        gait.contacts[:, columns] &= ~steps[:, None]
    in_turn = lifts["left"] >= lifts["right"]  # never both: the other foot carries the body
    lifts = {"left": lifts["left"] * in_turn, "right": lifts["right"] * ~in_turn}
    gait.move_legs(steps={s: gait.to_world(0.0, moving_average(lifts[s], 3), 0.0) for s in SIDES})
    across = positions[:, HIPS["left"]] - positions[:, HIPS["right"]]
    heading = np.unwrap(np.arctan2(-across[:, 2], across[:, 0]))
    late = 1.0 if heading[-1] < heading[0] else -1.0
    height = positions[:, PELVIS, 1]
    down = float(gait.times[int(np.argmax(height < 0.5 * (height.max() + height.min())))])
    look = late * dip(gait.times, max(down - 0.9, 0.0), down + 0.4)
    gait.twist_trunk(_LOOK_TRUNK * look)
    gait.rotate_head(np.abs(look) * np.radians(8), _LOOK_HEAD * look)


def _lift_steps(positions: Array, side: str) -> tuple[Array, Mask]:
    """Return how high (T,) the steps of a foot have to be lifted in metres, and where (T,) it steps."""
    frames = len(positions)
    ankle = positions[:, ANKLES[side]]
    level = np.linalg.norm(np.gradient(ankle[:, [0, 2]], axis=0), axis=-1) if frames > 1 else np.zeros(frames)
    speed = moving_average(level * FPS, 3)
    lift, steps = np.zeros(frames), np.zeros(frames, bool)
    for first, last in find_true_runs(speed > _RESTING):
        way = float(level[first:last].sum())
        fastest = float(speed[first:last].max())
        if fastest < _STEPPING or way < _LEAST_WAY:
            continue
        moving = np.flatnonzero(speed[first:last] > max(0.5 * _STEPPING, 0.25 * fastest)) + first
        begin, end = int(moving[0]) - 1, int(moving[-1]) + 2
        arc = min(_HIGHEST_ARC, _LOWEST_ARC + 0.1 * way) * dip(np.arange(frames, dtype=float), begin, end)
        high = positions[:, FEET[side], 1] - _TOE_HEIGHT
        lift = np.maximum(lift, np.maximum(arc - np.maximum(high, 0.0), 0.0))
        steps[max(begin, 0) : end] = True
    return lift, steps
