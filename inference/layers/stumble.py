# SPDX-License-Identifier: GPL-3.0-or-later
"""Stumbling over a walk: a foot catches, the trunk pitches, hasty steps catch the body, and it straightens up."""

from __future__ import annotations

import numpy as np

from ...motion.layers.body_joints import OUTWARD, SIDES
from ...motion.layers.motion_layer import minimum_jerk, moving_average
from .gait_layer import GaitLayer

STUMBLE_SECONDS = 2.4
"""What a stumble needs, from walking to walking."""

_START = 0.25


def apply_stumble(gait: GaitLayer, side: str, way: str | None, depth: float) -> None:
    """Trip, catch the body with hasty steps, and regain the balance.

    Parameters
    ----------
    gait
        A walk, which is changed.
    side
        Of the foot that catches.
    way
        "left", "right" or "backward"; else forward.
    depth
        How deep the body goes, about 0.8 to 1.2.
    """
    t = gait.times
    fall = minimum_jerk((t - _START) / 0.35)
    e = depth * fall * (1.0 - minimum_jerk((t - _START - 0.65) / 1.1))
    hasty = minimum_jerk((t - _START) / 0.25) * (1.0 - minimum_jerk((t - _START - 0.7) / 0.4))
    gait.warp_time(1.0 + 0.65 * hasty)
    pitch = -0.6 if way == "backward" else 0.65 if way in ("left", "right") else 1.0
    aside = {"left": 1.0, "right": -1.0}.get(way or "", 0.25 * OUTWARD[side])
    went = 0.45 * aside * minimum_jerk((t - _START) / 0.9) if way in ("left", "right") else 0.0 * t
    path = gait.to_world(went, 0.0, 0.0)
    steps = gait.offset_stances(lambda _s, _k, middle: path[middle])
    follow = moving_average(0.5 * (steps["left"] + steps["right"]), 5)
    gait.move_legs(
        shift=follow + gait.to_world(0.09 * aside * e, -0.13 * e, 0.1 * pitch * e),
        tilt=np.radians(16) * pitch * e,
        yaw=-np.radians(10) * aside * e,
        steps=steps,
        lifts={s: 1.0 + 0.8 * hasty * gait.measure_advance(s) for s in SIDES},
    )
    gait.lean_forward(np.radians(32) * pitch * e)
    gait.bend_sideways(-np.radians(26) * aside * e)
    gait.rotate_head(-np.radians(20) * pitch * e, 0 * t)
    flail = np.sin(2 * np.pi * (t - _START) / 0.7)
    for s in SIDES:
        up = 0.35 * flail * OUTWARD[s]
        ones = np.ones_like(t)
        upper = np.stack([0.95 * ones, up - 0.1, 0.45 * ones], axis=-1)
        fore = np.stack([0.6 * ones, up + 0.3, 0.8 * ones], axis=-1)
        gait.blend_arm(s, upper, fore, 0.9 * np.clip(e, 0.0, 1.0))
