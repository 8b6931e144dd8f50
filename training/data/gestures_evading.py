# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored reactions: ducking, dodging, blocking, being hit; signatures as ``gesture_timing.Gesture``."""

from __future__ import annotations

import numpy as np

from ...inference.layers.arm_poses import side_direction
from ...inference.layers.body_moves import dip, key_arm, move_body, vectors
from ...inference.layers.gesture_timing import GESTURE_START, Facts, GestureTiming, Rng, clip_times
from ...motion.layers.body_joints import OTHER_SIDE, OUTWARD, SIDES
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk


def add_duck(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Duck quickly with the hands before the face and come up again."""
    t = clip_times(layer)
    down, hold = (0.3 if timing.speed == "fast" else 0.38), float(rng.uniform(0.25, 0.5))
    e = minimum_jerk((t - GESTURE_START) / down) * (1 - minimum_jerk((t - GESTURE_START - down - hold) / 0.6))
    depth = float(rng.uniform(0.3, 0.42))
    move_body(layer, vectors(0.0, -depth * e, -0.3 * depth * e), tilt=np.radians(26) * e)
    layer.lean_forward(np.radians(rng.uniform(24, 38)) * e)
    layer.rotate_head(np.radians(12) * e, 0 * t)
    for s in SIDES:
        key_arm(
            layer,
            s,
            [
                GESTURE_START,
                GESTURE_START + down,
                GESTURE_START + down + hold,
                GESTURE_START + down + hold + 0.6,
            ],
            [None, *[(side_direction(s, 0.35, -0.6, 0.7), side_direction(s, -0.25, 1.0, 0.35))] * 2, None],
        )
    return {"action": "duck"} | timing.to_facts()


def add_dodge(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Step and lean quickly to the given side out of the way, hands up, and come back."""
    t = clip_times(layer)
    e = minimum_jerk((t - GESTURE_START) / 0.35) * (1 - minimum_jerk((t - GESTURE_START - 0.75) / 0.55))
    out = OUTWARD[side]
    step = float(rng.uniform(0.24, 0.36))
    lift = 0.07 * (
        dip(t, GESTURE_START, GESTURE_START + 0.35) + dip(t, GESTURE_START + 0.75, GESTURE_START + 1.3)
    )
    move_body(
        layer,
        vectors(out * step * 0.8 * e, -0.12 * e, -0.04 * e),
        yaw=np.radians(8) * out * e,
        steps={side: vectors(out * step * e, lift, 0 * t)},
        heels={OTHER_SIDE[side]: np.radians(22) * e},
    )
    layer.bend_sideways(-out * np.radians(rng.uniform(16, 26)) * e)
    for s in SIDES:
        key_arm(
            layer,
            s,
            [GESTURE_START, GESTURE_START + 0.35, GESTURE_START + 0.75, GESTURE_START + 1.3],
            [None, *[(side_direction(s, 0.4, -0.75, 0.5), side_direction(s, 0.0, 0.9, 0.6))] * 2, None],
        )
    return {"action": "dodge", "side": side}


def add_block(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Step back a little and block a blow: with one forearm, or with both crossed before the face."""
    t = clip_times(layer)
    both = bool(rng.random() < 0.5)
    end = GESTURE_START + 0.35 + float(rng.uniform(0.6, 0.9))
    e = minimum_jerk((t - GESTURE_START) / 0.35) * (1 - minimum_jerk((t - end) / 0.6))
    step = float(rng.uniform(0.2, 0.3))
    lift = 0.05 * (dip(t, GESTURE_START, GESTURE_START + 0.35) + dip(t, end, end + 0.6))
    back = OTHER_SIDE[side]
    move_body(
        layer,
        vectors(0.0, -0.09 * e, -0.6 * step * e),
        yaw=-OUTWARD[side] * np.radians(12) * e,
        steps={back: vectors(OUTWARD[back] * 0.04 * e, lift, -step * e)},
    )
    layer.lean_forward(np.radians(10) * e)
    high = float(rng.uniform(0.1, 0.45))
    for s in SIDES:
        if both:
            pose = side_direction(s, 0.15, -0.1 + high, 1.0), side_direction(s, -0.75, 0.85, 0.25)
        elif s == side:
            pose = side_direction(s, 0.35, 0.0 + high, 0.9), side_direction(s, -0.35, 1.0, 0.3)
        else:
            pose = side_direction(s, 0.3, -0.95, 0.25), side_direction(s, -0.25, 0.6, 0.8)
        key_arm(layer, s, [GESTURE_START, GESTURE_START + 0.35, end, end + 0.6], [None, pose, pose, None])
    return {"action": "block_both"} if both else {"action": "block", "side": side}


def add_hit(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Be struck: head and trunk are thrown back, one foot steps back to catch the body, then it stands up."""
    t = clip_times(layer)
    start = GESTURE_START + 0.1
    e = minimum_jerk((t - start) / 0.22) * (1 - minimum_jerk((t - start - 0.5) / 0.8))
    move = minimum_jerk((t - start) / 0.5)
    step = float(rng.uniform(0.25, 0.4))
    lift = 0.08 * dip(t, start + 0.08, start + 0.45)
    late = 0.06 * dip(t, start + 0.6, start + 1.0)
    follow = minimum_jerk((t - start - 0.6) / 0.4)
    other = OTHER_SIDE[side]
    move_body(
        layer,
        vectors(0.0, -0.07 * e, -step * move),
        yaw=OUTWARD[side] * np.radians(14) * e,
        tilt=-np.radians(9) * e,
        steps={
            side: vectors(0.0, lift, -step * minimum_jerk((t - start - 0.08) / 0.37)),
            other: vectors(0.0, late, -step * follow),
        },
    )
    layer.lean_forward(-np.radians(rng.uniform(14, 24)) * e)
    layer.twist_trunk(OUTWARD[side] * np.radians(18) * e)
    layer.rotate_head(-np.radians(22) * e, OUTWARD[side] * np.radians(25) * e)
    for s in SIDES:
        key_arm(
            layer,
            s,
            [start, start + 0.25, start + 0.55, start + 1.3],
            [None, *[(side_direction(s, 0.75, -0.55, 0.45), side_direction(s, 0.35, 0.25, 0.9))] * 2, None],
        )
    return {"action": "get_hit"}
