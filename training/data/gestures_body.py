# SPDX-License-Identifier: GPL-3.0-or-later
"""Everyday actions of trunk and legs, added to recorded standing; signatures as ``gesture_timing.Gesture``."""

from __future__ import annotations

import numpy as np

from ...inference.layers.arm_poses import interpolate_directions, move_arm, side_direction
from ...inference.layers.gesture_timing import (
    GESTURE_START,
    Facts,
    GestureTiming,
    Rng,
    clip_times,
    make_envelope,
)
from ...motion.layers.body_joints import ANKLES, KNEES, OTHER_SIDE, OUTWARD, SHOULDERS, SIDES
from ...motion.layers.motion_layer import LEFTWARD, MotionLayer, minimum_jerk
from ...motion.rotations import Array, axis_angle_to_quaternion, multiply, normalise, rotate


def add_bow(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Bend the trunk from the hips, hold it briefly and straighten up."""
    rise = {"slow": 1.4, None: 0.9, "fast": 0.6}[timing.speed]
    e = make_envelope(layer, rng, rise, 0.5).values
    angle = np.radians(rng.uniform(50, 75)) * e
    layer.lower_pelvis(e * 0.02, e * rng.uniform(0.08, 0.14), angle * 0.45)
    layer.lean_forward(angle * 0.55)
    layer.rotate_head(angle * rng.uniform(0.1, 0.3), np.zeros_like(angle))
    return {"action": "bow"} | timing.to_facts()


def add_squat(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Squat with both feet planted and stand up again; once if no count is given."""
    depth, arms = rng.uniform(0.4, 0.52), rng.random() < 0.5
    t = clip_times(layer)
    half = {"slow": 1.2, None: 0.8, "fast": 0.55}[timing.speed]
    e = 0 * t
    for i in range(timing.count or 1):
        begin = GESTURE_START + i * (2 * half + 0.1)
        e = e + minimum_jerk((t - begin) / half) * (1 - minimum_jerk((t - begin - half) / half))
    _lower_body(layer, rng, e, float(depth), arms)
    return {"action": "crouch", "kind": "return"} | timing.to_facts()


def add_crouch(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Crouch and stay down."""
    e = minimum_jerk(
        (clip_times(layer) - GESTURE_START) / {"slow": 1.4, None: 0.8, "fast": 0.5}[timing.speed]
    )
    _lower_body(layer, rng, e, float(rng.uniform(0.4, 0.52)), False)
    return {"action": "crouch", "kind": "stay"} | timing.to_facts()


def _lower_body(layer: MotionLayer, rng: Rng, progress: Array, depth: float, stretch_arms: bool) -> None:
    """Lower the body over the planted feet.

    Parameters
    ----------
    layer : MotionLayer
        The motion, which is changed.
    rng : numpy Generator
        Draws the lean of the trunk.
    progress : (T,)
        Progress, 0 to 1.
    depth : float, metres
        How far the pelvis sinks.
    stretch_arms : bool
        Whether the arms are stretched forward for balance.
    """
    lean = np.radians(rng.uniform(25, 42)) * depth / 0.45
    layer.lower_pelvis(progress * depth, progress * depth * 0.32, progress * lean * 0.5)
    layer.lean_forward(progress * lean * 0.6)
    layer.rotate_head(-progress * lean * 0.6, np.zeros_like(progress))
    if stretch_arms:
        for side in SIDES:
            base_u, base_f = layer.arm_directions(side)
            u = interpolate_directions(base_u, [side_direction(side, 0.15, -0.1, 1.0)], progress)
            f = interpolate_directions(base_f, [side_direction(side, -0.02, 0.05, 1.0)], progress)
            layer.set_arm_directions(side, u, f, np.minimum(1.0, progress * 6.0))


def add_kneel(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Go down on the knee of the given side and stay there."""
    t = clip_times(layer)
    rise = {"slow": 1.7, None: 1.2, "fast": 0.8}[timing.speed]
    step_progress, down = (
        minimum_jerk((t - GESTURE_START) / (0.55 * rise)),
        minimum_jerk((t - GESTURE_START - 0.2 * rise) / (0.8 * rise)),
    )
    foot_lift = np.sin(np.pi * np.clip((t - GESTURE_START) / (0.55 * rise), 0, 1)) ** 2
    positions, world_rotations = layer.forward_kinematics()
    feet = {s: (positions[:, j], world_rotations[:, j]) for s, j in ANKLES.items()}
    drop = rotate(layer.facing, np.stack([0 * t, -0.45 * down, -0.12 * down], axis=-1))
    layer.root = layer.root + drop
    back = np.stack([0 * t, 0.05 * down, -0.52 * step_progress], axis=-1)
    across = rotate(layer.facing, np.broadcast_to(LEFTWARD, back.shape))
    for s in SIDES:
        ankle, foot = feet[s]
        if s == side:
            ankle = ankle + rotate(layer.facing, back) + np.stack([0 * t, 0.06 * foot_lift, 0 * t], axis=-1)
            # the heel comes up, the toes stay
            foot = multiply(axis_angle_to_quaternion(across * (np.radians(62) * down)[:, None]), foot)
        layer.place_foot(s, ankle, foot)
    other = OTHER_SIDE[side]
    base_u, base_f = layer.arm_directions(other)
    u = interpolate_directions(base_u, [side_direction(other, 0.15, -0.6, 0.6)], down)
    layer.set_arm_directions(
        other,
        u,
        interpolate_directions(base_f, [side_direction(other, -0.1, -0.35, 1.0)], down),
        np.minimum(1.0, 6.0 * down),
    )
    return {"action": "kneel", "side": side} | timing.to_facts()


def add_lunge(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Make a long step forward on bent knees, and back."""
    w = make_envelope(layer, rng, {"slow": 1.2, None: 0.8, "fast": 0.55}[timing.speed], 0.5)
    step_length, depth = rng.uniform(0.55, 0.7), rng.uniform(0.26, 0.34)
    foot_lift = np.sin(np.pi * np.clip((w.times - w.start) / (w.hold_start - w.start), 0, 1)) ** 2
    foot_lift = (
        foot_lift + np.sin(np.pi * np.clip((w.times - w.hold_end) / (w.hold_start - w.start), 0, 1)) ** 2
    )
    positions, world_rotations = layer.forward_kinematics()
    e = w.values
    layer.root = layer.root + rotate(
        layer.facing, np.stack([0 * e, -depth * e, 0.5 * step_length * e], axis=-1)
    )
    for s in SIDES:
        ankle = ANKLES[s]
        target, foot = positions[:, ankle], world_rotations[:, ankle]
        if s == side:
            target = target + rotate(layer.facing, np.stack([0 * e, 0 * e, step_length * e], axis=-1))
            target[:, 1] += 0.08 * foot_lift
        else:
            across = rotate(layer.facing, np.broadcast_to(LEFTWARD, target.shape))
            foot = multiply(axis_angle_to_quaternion(across * (np.radians(38) * e)[:, None]), foot)
            target = target + np.stack([0 * e, 0.06 * e, 0 * e], axis=-1)
        layer.place_foot(s, target, foot)
    return {"action": "lunge", "side": side} | timing.to_facts()


def add_punch(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Raise both fists and punch straight ahead with one; once if no count is given, always at the same time."""
    t = clip_times(layer)
    count, reach_seconds, return_seconds = timing.count or 1, (0.2 if timing.speed == "fast" else 0.25), 0.25
    high = rng.uniform(-0.02, 0.18)
    first = GESTURE_START + 0.6
    reach_progress = 0 * t
    for i in range(count):
        begin = first + i * 0.8
        reach_progress = reach_progress + minimum_jerk((t - begin) / reach_seconds) * (
            1 - minimum_jerk((t - begin - reach_seconds - 0.05) / return_seconds)
        )
    end = first + 0.8 * count + 0.1
    guard = minimum_jerk((t - GESTURE_START) / 0.45) * (1 - minimum_jerk((t - end) / 0.5))
    sign = OUTWARD[side]
    layer.twist_trunk(-sign * reach_progress * np.radians(rng.uniform(18, 30)))
    layer.lean_forward(np.radians(8) * guard)
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        near_u, near_f = side_direction(s, 0.3, -0.85, 0.3), side_direction(s, -0.1, 0.8, 0.65)
        stretched = side_direction(s, -0.12, high, 1.0)
        k = reach_progress[:, None] if s == side else 0.0 * reach_progress[:, None]
        g = guard[:, None]
        u = normalise((base_u * (1 - g) + near_u * g) * (1 - k) + stretched * k)
        f = normalise((base_f * (1 - g) + near_f * g) * (1 - k) + stretched * k)
        layer.set_arm_directions(s, u, f, np.minimum(1.0, guard * 6.0))
    return {"action": "punch", "side": side, "kind": "straight"} | timing.to_facts()


def add_jumping_jacks(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Move feet apart and together in small hops, arms over the head and down, once a second."""
    t = clip_times(layer)
    phase = np.maximum(t - GESTURE_START, 0.0) / 1.0
    if timing.count:
        phase = np.minimum(phase, timing.count)
    spread = (1 - np.cos(2 * np.pi * phase)) / 2
    hop = np.sin(2 * np.pi * phase) ** 2 * rng.uniform(0.08, 0.12)
    positions, world_rotations = layer.forward_kinematics()
    feet = {s: (positions[:, j], world_rotations[:, j]) for s, j in ANKLES.items()}
    layer.root[:, 1] += hop - 0.05 * spread - 0.01
    for s in SIDES:
        ankle, foot = feet[s]
        sign = OUTWARD[s]
        ankle = ankle + rotate(layer.facing, np.stack([sign * 0.2 * spread, hop, 0 * t], axis=-1))
        layer.place_foot(s, ankle, foot)
        angle = np.radians(12) + spread * np.radians(rng.uniform(140, 152))
        u = np.stack([sign * np.sin(angle), -np.cos(angle), 0 * t + 0.12], axis=-1)
        late = angle + 0.12 * spread
        f = np.stack([sign * np.sin(late), -np.cos(late), 0 * t + 0.18], axis=-1)
        e = minimum_jerk((t - GESTURE_START) / 0.2) * (
            1.0 - (minimum_jerk((phase - timing.count + 0.05) / 0.05) if timing.count else 0)
        )
        layer.set_arm_directions(s, normalise(u), normalise(f), e)
    return {"action": "jumping_jacks"} | timing.to_facts()


def add_march(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """March on the spot, the given foot first, arms swinging opposite to the legs."""
    t = clip_times(layer)
    period = timing.swing_period(24, 20, 16)
    phase = np.maximum(t - GESTURE_START, 0.0) / period
    up, ahead = rng.uniform(0.22, 0.3), rng.uniform(0.1, 0.16)
    other = OTHER_SIDE[side]
    progress = minimum_jerk((t - GESTURE_START) / 0.4)
    positions, world_rotations = layer.forward_kinematics()
    lifts = {
        side: np.maximum(np.sin(2 * np.pi * phase), 0) ** 2,
        other: np.maximum(-np.sin(2 * np.pi * phase), 0) ** 2,
    }
    layer.root[:, 1] -= 0.012
    for s, j in ANKLES.items():
        target = positions[:, j] + rotate(layer.facing, np.stack([0 * t, 0 * t, ahead * lifts[s]], axis=-1))
        target[:, 1] += up * lifts[s]
        layer.place_foot(s, target, world_rotations[:, j])
    for s in SIDES:
        arm_swing = lifts[OTHER_SIDE[s]] - lifts[s]
        u = np.stack([0 * t + 0.12 * OUTWARD[s], -np.ones_like(t), 0.45 * arm_swing], axis=-1)
        f = np.stack([0 * t, -0.8 + 0.5 * np.abs(arm_swing), 0.55 + 0.5 * arm_swing], axis=-1)
        base_u, base_f = layer.arm_directions(s)
        k = progress[:, None]
        u, f = normalise(base_u * (1 - k) + normalise(u) * k), normalise(base_f * (1 - k) + normalise(f) * k)
        layer.set_arm_directions(s, u, f, np.minimum(1.0, 6.0 * progress))
    return {"action": "march", "side": side} | timing.to_facts()


def add_side_lean(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Bend the trunk to one side and back."""
    e = make_envelope(layer, rng, 1.2 * timing.rise_seconds).values
    layer.bend_sideways(-OUTWARD[side] * e * np.radians(rng.uniform(24, 34)))
    return {"action": "lean", "side": side} | timing.to_facts()


def add_hands_on_knees(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Bend forward with both hands on the knees and stay, as if out of breath."""
    e = minimum_jerk((clip_times(layer) - GESTURE_START) / 0.9)
    angle = np.radians(rng.uniform(55, 68)) * e
    layer.lower_pelvis(e * 0.12, e * 0.14, angle * 0.5)
    layer.lean_forward(angle * 0.5)
    positions, _ = layer.forward_kinematics()
    for s in SIDES:
        target = layer.to_facing_frame(positions[:, KNEES[s]] - positions[:, SHOULDERS[s]]) + [0.0, 0.1, 0.04]
        u, f = layer.solve_arm(s, target, np.broadcast_to(side_direction(s, 1.0, 0.2, -0.3), target.shape))
        move_arm(layer, s, u, f, e)
    return {"action": "hands_knees"}
