# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored gestures towards others, and positions of the arms; signatures as ``gesture_timing.Gesture``."""

from __future__ import annotations

import numpy as np

from ...inference.layers.arm_poses import (
    interpolate_curve,
    interpolate_directions,
    make_pose,
    set_arm,
    side_direction,
)
from ...inference.layers.body_moves import dip, key_arm, move_body, vectors
from ...inference.layers.gesture_timing import (
    GESTURE_START,
    Facts,
    GestureTiming,
    Rng,
    clip_times,
    faded_sine,
    make_envelope,
)
from ...motion.layers.body_joints import OUTWARD, SIDES
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import normalise


def add_hug(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Open both arms, step forward, close them around someone, hold and let go."""
    t = clip_times(layer)
    times = [
        GESTURE_START,
        GESTURE_START + 0.6,
        GESTURE_START + 1.3,
        GESTURE_START + 2.2,
        GESTURE_START + 2.8,
        GESTURE_START + 3.4,
    ]
    close = interpolate_curve(t, times, [0, 0.2, 1, 1, 0.2, 0])
    step = float(rng.uniform(0.15, 0.28)) * minimum_jerk((t - GESTURE_START - 0.4) / 0.5)
    move_body(
        layer,
        vectors(0.02 * OUTWARD[side] * close, -0.02 * close, 0.6 * step),
        steps={side: vectors(0.0, 0.05 * dip(t, GESTURE_START + 0.4, GESTURE_START + 0.9), step)},
    )
    layer.lean_forward(np.radians(10) * close)
    layer.bend_sideways(np.radians(5) * close)
    for s in SIDES:
        lower = 0.25 if s == side else -0.1
        wide, shut = (
            make_pose(s, (0.85, -0.25, 0.6), (0.35, 0.1, 0.9)),
            make_pose(s, (0.45, -0.15 - lower, 0.9), (-0.85, 0.1 - lower, 0.4)),
        )
        key_arm(layer, s, times, [None, wide, shut, shut, wide, None])
    return {"action": "hug"}


def add_shake_hands(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Step forward, reach out one hand and shake that of someone else up and down."""
    t = clip_times(layer)
    w = make_envelope(layer, rng, 0.6)
    e = w.values
    step = 0.2 * minimum_jerk((t - GESTURE_START) / 0.5)
    move_body(
        layer,
        vectors(0.0, -0.01 * e, 0.55 * step),
        yaw=OUTWARD[side] * np.radians(8) * e,
        steps={side: vectors(0.0, 0.05 * dip(t, GESTURE_START, GESTURE_START + 0.5), step)},
    )
    layer.lean_forward(np.radians(7) * e)
    shake = faded_sine(t, w.hold_start, 0.6, min(w.hold_end, w.hold_start + 1.8))
    set_arm(
        layer,
        side,
        side_direction(side, 0.1, -0.85, 0.5) + vectors(0.0, 0.06 * shake, 0.0),
        side_direction(side, -0.15, 0.0, 1.0) + vectors(0.0, 0.28 * shake, 0.0),
        e,
    )
    return {"action": "shake_hands", "side": side}


def add_reach(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Reach out with one hand ahead and touch something, leaning after it, and draw the hand back."""
    w = make_envelope(layer, rng, 0.7, 0.5)
    e = w.values
    high = float(rng.uniform(-0.35, 0.5))
    move_body(layer, vectors(0.0, -0.02 * e, 0.06 * e), yaw=-OUTWARD[side] * np.radians(10) * e)
    layer.twist_trunk(-OUTWARD[side] * np.radians(14) * e)
    layer.lean_forward(np.radians(10) * e)
    set_arm(
        layer, side, side_direction(side, 0.0, high, 1.0), side_direction(side, -0.05, high + 0.05, 1.0), e
    )
    return {"action": "reach", "side": side} | timing.to_facts()


def add_arm_position(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Raise one arm or both forward or sideways to shoulder height, and hold it."""
    w = make_envelope(layer, rng, timing.rise_seconds * 1.1)
    e = w.values
    way = str(rng.choice(["forward", "sideways"]))
    both = way == "forward" and bool(rng.random() < 0.4)
    y = float(rng.uniform(-0.08, 0.08))
    move_body(layer, vectors(0.0, 0 * e, -0.012 * e))
    for s in SIDES if both else (side,):
        base_u, base_f = layer.arm_directions(s)
        aim = side_direction(s, 0.04, y, 1.0) if way == "forward" else side_direction(s, 1.0, y, 0.08)
        half = side_direction(s, 0.1, -0.7, 0.7) if way == "forward" else side_direction(s, 0.75, -0.65, 0.1)
        u = interpolate_directions(base_u, [half, aim], e)
        f = interpolate_directions(base_f, [half + np.array([0.0, 0.1, 0.15]), aim], e)
        layer.set_arm_directions(s, u, f, np.minimum(1.0, e * 6))
    if both:
        return {"action": "arms_forward"} | timing.to_facts()
    return {"action": "arm_out", "side": side, "way": way} | timing.to_facts()


def add_arm_circle(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Swing one straight arm in large circles beside the body, forward."""
    t = clip_times(layer)
    period = timing.swing_period(32, 24, 16)
    start = GESTURE_START + 0.1
    count = timing.count or max(1, int((t[-1] - start - 0.3) / period))
    phase = np.clip((t - start) / period, 0, count)
    k = minimum_jerk((t - GESTURE_START) / 0.3) * (1 - minimum_jerk((t - start - count * period) / 0.3))
    angle = 2 * np.pi * phase
    lift = (1 - np.cos(angle)) / 2
    move_body(
        layer,
        vectors(0.012 * OUTWARD[side] * np.sin(angle), -0.01 * np.sin(angle) ** 2, 0 * t),
        yaw=0.1 * OUTWARD[side] * np.sin(angle),
    )
    layer.twist_trunk(OUTWARD[side] * 0.12 * np.sin(angle))
    u = vectors(OUTWARD[side] * (0.2 + 0.3 * lift), -np.cos(angle), -np.sin(angle))
    f = vectors(OUTWARD[side] * (0.15 + 0.2 * lift), -np.cos(angle + 0.15), -np.sin(angle + 0.15))
    layer.set_arm_directions(side, normalise(u), normalise(f), k)
    return {"action": "arm_circle", "side": side} | timing.to_facts()
