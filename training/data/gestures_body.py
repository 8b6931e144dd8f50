# SPDX-License-Identifier: GPL-3.0-or-later
"""Everyday actions of trunk and legs, added to recorded standing; signatures as ``gestures.Gesture``."""

from __future__ import annotations

import numpy as np

from ...motion.rotations import Array, axis_angle_to_quaternion, multiply, normalise, rotate
from .gesture_timing import START, Manner, Rng, between, clock, window
from .gestures import Facts, bring, out, path
from .joints import ANKLES, KNEES, OTHER_SIDE, OUTWARD, SHOULDERS, SIDES
from .motion_layers import LEFTWARD, Layer, ease


def bow(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Bend the trunk from the hips, hold it briefly and straighten up."""
    rise = {"slow": 1.4, None: 0.9, "fast": 0.6}[manner.speed]
    e = window(layer, rng, rise, 0.5).envelope
    angle = np.radians(rng.uniform(50, 75)) * e
    layer.sink(e * 0.02, e * rng.uniform(0.08, 0.14), angle * 0.45)
    layer.lean(angle * 0.55)
    layer.head(angle * rng.uniform(0.1, 0.3), np.zeros_like(angle))
    return {"action": "bow"} | manner.facts()


def squat(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Squat with both feet planted and stand up again; once if no count is given."""
    depth, arms = rng.uniform(0.4, 0.52), rng.random() < 0.5
    t = clock(layer)
    half = {"slow": 1.2, None: 0.8, "fast": 0.55}[manner.speed]
    e = 0 * t
    for i in range(manner.count or 1):
        begin = START + i * (2 * half + 0.1)
        e = e + ease((t - begin) / half) * (1 - ease((t - begin - half) / half))
    _squat(layer, rng, e, float(depth), arms)
    return {"action": "crouch", "kind": "return"} | manner.facts()


def crouch(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Crouch and stay down."""
    e = ease((clock(layer) - START) / {"slow": 1.4, None: 0.8, "fast": 0.5}[manner.speed])
    _squat(layer, rng, e, float(rng.uniform(0.4, 0.52)), False)
    return {"action": "crouch", "kind": "stay"} | manner.facts()


def _squat(layer: Layer, rng: Rng, e: Array, depth: float, arms: bool) -> None:
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
    layer.sink(e * depth, e * depth * 0.32, e * lean * 0.5)
    layer.lean(e * lean * 0.6)
    layer.head(-e * lean * 0.6, np.zeros_like(e))
    if arms:
        for side in SIDES:
            base_u, base_f = layer.arm(side)
            u = path(base_u, [out(side, 0.15, -0.1, 1.0)], e)
            f = path(base_f, [out(side, -0.02, 0.05, 1.0)], e)
            layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))


def pick_up(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Reach to the floor in front with one hand on bent knees, and stand up with the forearm raised."""
    w = window(layer, rng, {"slow": 1.4, None: 0.9, "fast": 0.6}[manner.speed], 0.3)
    e = w.envelope
    angle = np.radians(rng.uniform(78, 92)) * e
    layer.sink(e * rng.uniform(0.3, 0.38), e * 0.2, angle * 0.5)
    layer.lean(angle * 0.5)
    places, _ = layer.solve()
    shoulder = places[:, SHOULDERS[side]]
    floor = places[:, list(ANKLES.values())].mean(axis=1)
    ahead = rotate(layer.facing, np.broadcast_to(out(side, 0.25, 0.0, 1.0) * 0.34, floor.shape))
    goal = (floor + ahead) * [1.0, 0.0, 1.0] + [0.0, rng.uniform(0.1, 0.18), 0.0]
    u, f = layer.reach(
        side, layer.inside(goal - shoulder), np.broadcast_to(out(side, 0.8, 0.0, -0.6), goal.shape)
    )
    base_u, base_f = layer.arm(side)
    k = e[:, None]
    after = (ease((w.t - w.down) / 0.6) * (1 - ease((w.t - w.down - 1.1) / 0.6)))[:, None]
    u = normalise(base_u * (1 - k) + u * k)
    f = normalise(base_f * (1 - k) + f * k)
    f = normalise(f * (1 - after) + out(side, 0.0, 0.1, 1.0) * after)
    layer.set_arm(side, u, f, np.minimum(1.0, np.maximum(e, after[:, 0]) * 6.0))
    return {"action": "pick_up", "side": side} | manner.facts()


def kneel(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Go down on the knee of the given side and stay there."""
    t = clock(layer)
    rise = {"slow": 1.7, None: 1.2, "fast": 0.8}[manner.speed]
    go, down = ease((t - START) / (0.55 * rise)), ease((t - START - 0.2 * rise) / (0.8 * rise))
    air = np.sin(np.pi * np.clip((t - START) / (0.55 * rise), 0, 1)) ** 2
    places, turns = layer.solve()
    feet = {s: (places[:, j], turns[:, j]) for s, j in ANKLES.items()}
    drop = rotate(layer.facing, np.stack([0 * t, -0.45 * down, -0.12 * down], axis=-1))
    layer.root = layer.root + drop
    back = np.stack([0 * t, 0.05 * down, -0.52 * go], axis=-1)
    across = rotate(layer.facing, np.broadcast_to(LEFTWARD, back.shape))
    for s in SIDES:
        ankle, foot = feet[s]
        if s == side:
            ankle = ankle + rotate(layer.facing, back) + np.stack([0 * t, 0.06 * air, 0 * t], axis=-1)
            # the heel comes up, the toes stay
            foot = multiply(axis_angle_to_quaternion(across * (np.radians(62) * down)[:, None]), foot)
        layer.step(s, ankle, foot)
    other = OTHER_SIDE[side]
    base_u, base_f = layer.arm(other)
    u = path(base_u, [out(other, 0.15, -0.6, 0.6)], down)
    layer.set_arm(other, u, path(base_f, [out(other, -0.1, -0.35, 1.0)], down), np.minimum(1.0, 6.0 * down))
    return {"action": "kneel", "side": side} | manner.facts()


def lunge(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Make a long step forward on bent knees, and back."""
    w = window(layer, rng, {"slow": 1.2, None: 0.8, "fast": 0.55}[manner.speed], 0.5)
    far, deep = rng.uniform(0.55, 0.7), rng.uniform(0.26, 0.34)
    air = np.sin(np.pi * np.clip((w.t - w.start) / (w.up - w.start), 0, 1)) ** 2
    air = air + np.sin(np.pi * np.clip((w.t - w.down) / (w.up - w.start), 0, 1)) ** 2
    places, turns = layer.solve()
    e = w.envelope
    layer.root = layer.root + rotate(layer.facing, np.stack([0 * e, -deep * e, 0.5 * far * e], axis=-1))
    for s in SIDES:
        ankle = ANKLES[s]
        goal, foot = places[:, ankle], turns[:, ankle]
        if s == side:
            goal = goal + rotate(layer.facing, np.stack([0 * e, 0 * e, far * e], axis=-1))
            goal[:, 1] += 0.08 * air
        else:
            across = rotate(layer.facing, np.broadcast_to(LEFTWARD, goal.shape))
            foot = multiply(axis_angle_to_quaternion(across * (np.radians(38) * e)[:, None]), foot)
            goal = goal + np.stack([0 * e, 0.06 * e, 0 * e], axis=-1)
        layer.step(s, goal, foot)
    return {"action": "lunge", "side": side} | manner.facts()


def throw(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Move one hand back beside the head, then fast forward over the shoulder; the trunk rotates with it."""
    t = clock(layer)
    base_u, base_f = layer.arm(side)
    times = [START, 0.85, 0.95, 1.2, 1.5, 1.7, 2.3]
    ups = [
        base_u,
        out(side, 0.9, 0.15, -0.45),
        out(side, 0.9, 0.2, -0.4),
        out(side, 0.3, 0.35, 1.0),
        out(side, -0.35, -0.6, 0.75),
        out(side, -0.35, -0.65, 0.7),
        base_u,
    ]
    fores = [
        base_f,
        out(side, 0.25, 1.0, -0.45),
        out(side, 0.25, 1.0, -0.6),
        out(side, 0.0, 0.2, 1.0),
        out(side, -0.5, -0.5, 0.8),
        out(side, -0.5, -0.55, 0.7),
        base_f,
    ]
    u, f = normalise(between(t, times, ups)), normalise(between(t, times, fores))
    turn = between(t, [START, 0.85, 0.95, 1.3, 1.6, 2.3], [np.array([v]) for v in (0, -1, -1, 0.8, 0.8, 0)])[
        :, 0
    ]
    layer.twist(turn * np.radians(rng.uniform(24, 34)) * OUTWARD[side])
    layer.lean(np.clip(turn, -0.4, 1) * np.radians(14))
    amount = ease((t - START) / 0.2) * (1 - ease((t - 2.1) / 0.3))
    layer.set_arm(side, u, f, amount)
    return {"action": "throw", "side": side}


def push(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Bring both hands to the chest, push them forward, hold and lower them."""
    t = clock(layer)
    slow = 1.8 if manner.speed == "slow" else 1.0
    times = [
        START,
        START + 0.5,
        START + 0.6,
        START + 0.6 + 0.45 * slow,
        START + 1.1 + 0.45 * slow,
        START + 1.8 + 0.45 * slow,
    ]
    for s in SIDES:
        base_u, base_f = layer.arm(s)
        near_u, near_f = out(s, 0.45, -0.75, -0.35), out(s, -0.15, 0.45, 0.9)
        far = out(s, -0.03, rng.uniform(-0.1, 0.08), 1.0)
        u = normalise(between(t, times, [base_u, near_u, near_u, far, far, base_u]))
        f = normalise(between(t, times, [base_f, near_f, near_f, far, far, base_f]))
        layer.set_arm(s, u, f, ease((t - START) / 0.15) * (1 - ease((t - times[-1] + 0.2) / 0.2)))
    go = between(t, times, [np.array([v]) for v in (0, -0.2, -0.2, 1, 1, 0)])[:, 0]
    layer.lean(go * np.radians(rng.uniform(12, 20)))
    return {"action": "push"} | ({"speed": "slow"} if manner.speed == "slow" else {})


def punch(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Raise both fists and punch straight ahead with one; once if no count is given, always at the same time."""
    t = clock(layer)
    count, out_, back = manner.count or 1, (0.2 if manner.speed == "fast" else 0.25), 0.25
    high = rng.uniform(-0.02, 0.18)
    first = START + 0.6
    go = 0 * t
    for i in range(count):
        begin = first + i * 0.8
        go = go + ease((t - begin) / out_) * (1 - ease((t - begin - out_ - 0.05) / back))
    end = first + 0.8 * count + 0.1
    guard = ease((t - START) / 0.45) * (1 - ease((t - end) / 0.5))
    sign = OUTWARD[side]
    layer.twist(-sign * go * np.radians(rng.uniform(18, 30)))
    layer.lean(np.radians(8) * guard)
    for s in SIDES:
        base_u, base_f = layer.arm(s)
        near_u, near_f = out(s, 0.3, -0.85, 0.3), out(s, -0.1, 0.8, 0.65)
        far = out(s, -0.12, high, 1.0)
        k = go[:, None] if s == side else 0.0 * go[:, None]
        g = guard[:, None]
        u = normalise((base_u * (1 - g) + near_u * g) * (1 - k) + far * k)
        f = normalise((base_f * (1 - g) + near_f * g) * (1 - k) + far * k)
        layer.set_arm(s, u, f, np.minimum(1.0, guard * 6.0))
    return {"action": "punch", "side": side, "kind": "straight"} | manner.facts()


def jumping_jacks(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Move feet apart and together in small hops, arms over the head and down, once a second."""
    t = clock(layer)
    phase = np.maximum(t - START, 0.0) / 1.0
    if manner.count:
        phase = np.minimum(phase, manner.count)
    spread = (1 - np.cos(2 * np.pi * phase)) / 2
    hop = np.sin(2 * np.pi * phase) ** 2 * rng.uniform(0.08, 0.12)
    places, turns = layer.solve()
    feet = {s: (places[:, j], turns[:, j]) for s, j in ANKLES.items()}
    layer.root[:, 1] += hop - 0.05 * spread - 0.01
    for s in SIDES:
        ankle, foot = feet[s]
        sign = OUTWARD[s]
        ankle = ankle + rotate(layer.facing, np.stack([sign * 0.2 * spread, hop, 0 * t], axis=-1))
        layer.step(s, ankle, foot)
        angle = np.radians(12) + spread * np.radians(rng.uniform(140, 152))
        u = np.stack([sign * np.sin(angle), -np.cos(angle), 0 * t + 0.12], axis=-1)
        late = angle + 0.12 * spread
        f = np.stack([sign * np.sin(late), -np.cos(late), 0 * t + 0.18], axis=-1)
        e = ease((t - START) / 0.2) * (
            1.0 - (ease((phase - manner.count + 0.05) / 0.05) if manner.count else 0)
        )
        layer.set_arm(s, normalise(u), normalise(f), e)
    return {"action": "jumping_jacks"} | manner.facts()


def march(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """March on the spot, the given foot first, arms swinging opposite to the legs."""
    t = clock(layer)
    period = manner.period(24, 20, 16)
    phase = np.maximum(t - START, 0.0) / period
    up, ahead = rng.uniform(0.22, 0.3), rng.uniform(0.1, 0.16)
    other = OTHER_SIDE[side]
    go = ease((t - START) / 0.4)
    places, turns = layer.solve()
    lifts = {
        side: np.maximum(np.sin(2 * np.pi * phase), 0) ** 2,
        other: np.maximum(-np.sin(2 * np.pi * phase), 0) ** 2,
    }
    layer.root[:, 1] -= 0.012
    for s, j in ANKLES.items():
        goal = places[:, j] + rotate(layer.facing, np.stack([0 * t, 0 * t, ahead * lifts[s]], axis=-1))
        goal[:, 1] += up * lifts[s]
        layer.step(s, goal, turns[:, j])
    for s in SIDES:
        against = lifts[OTHER_SIDE[s]] - lifts[s]
        u = np.stack([0 * t + 0.12 * OUTWARD[s], -np.ones_like(t), 0.45 * against], axis=-1)
        f = np.stack([0 * t, -0.8 + 0.5 * np.abs(against), 0.55 + 0.5 * against], axis=-1)
        base_u, base_f = layer.arm(s)
        k = go[:, None]
        u, f = normalise(base_u * (1 - k) + normalise(u) * k), normalise(base_f * (1 - k) + normalise(f) * k)
        layer.set_arm(s, u, f, np.minimum(1.0, 6.0 * go))
    return {"action": "march", "side": side} | manner.facts()


def lean_side(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Bend the trunk to one side and back."""
    e = window(layer, rng, 1.2 * manner.rise).envelope
    layer.tilt(-OUTWARD[side] * e * np.radians(rng.uniform(24, 34)))
    return {"action": "lean", "side": side} | manner.facts()


def stumble(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Bend forward with both hands on the knees and stay, as if out of breath."""
    e = ease((clock(layer) - START) / 0.9)
    angle = np.radians(rng.uniform(55, 68)) * e
    layer.sink(e * 0.12, e * 0.14, angle * 0.5)
    layer.lean(angle * 0.5)
    places, _ = layer.solve()
    for s in SIDES:
        goal = layer.inside(places[:, KNEES[s]] - places[:, SHOULDERS[s]]) + [0.0, 0.1, 0.04]
        u, f = layer.reach(s, goal, np.broadcast_to(out(s, 1.0, 0.2, -0.3), goal.shape))
        bring(layer, s, u, f, e)
    return {"action": "hands_knees"}
