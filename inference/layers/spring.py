# SPDX-License-Identifier: GPL-3.0-or-later
"""Jumps whose legs would hang: the feet are drawn up in the air, and the hips turn a little in crouch and landing."""

from __future__ import annotations

import numpy as np

from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import FEET, SIDES
from .body_moves import dip
from .gait_layer import FPS, GaitLayer

_AIRBORNE, _TOE_HEIGHT = 0.035, 0.02  # metres
_FEWEST_FRAMES = 3  # of a flight
_DRAWN_UP = {"left": 0.1, "right": 0.08}  # metres
_TURN = np.radians(4.0)
_CROUCH = 0.45  # seconds before the flight, and behind it


def draw_up_feet(gait: GaitLayer) -> None:
    """Draw up both feet in each flight, one a little further, and turn the hips into the push and out of it."""
    positions, _ = gait.forward_kinematics()
    toes = positions[:, [FEET[s] for s in SIDES], 1].min(axis=1) - _TOE_HEIGHT
    flights = [
        (first - 1.0, last + 0.0)
        for first, last in find_true_runs(toes > _AIRBORNE)
        if last - first >= _FEWEST_FRAMES
    ]
    if not flights:
        return
    frames = np.arange(len(toes), dtype=float)
    up, yaw = np.zeros(len(toes)), np.zeros(len(toes))
    for begin, end in flights:
        up = np.maximum(up, np.sqrt(dip(frames, begin, end)))
        crouch = _CROUCH * FPS
        yaw += _TURN * (dip(frames, begin - crouch, begin + 1.0) - dip(frames, end - 2.0, end + crouch))
    lifts = {s: gait.to_world(0.0, _DRAWN_UP[s] * up, -0.3 * _DRAWN_UP[s] * up) for s in SIDES}
    gait.move_legs(yaw=yaw, steps=lifts)
    gait.twist_trunk(-0.6 * yaw)
