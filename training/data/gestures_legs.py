# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored actions in which pelvis and feet take part: hops, jumps, balance, leg swings, dodging, being hit.

Signatures as ``gesture_timing.Gesture``. Everything in the air follows a free fall, so that height and duration agree.
"""

from __future__ import annotations

import numpy as np

from ...inference.layers.arm_poses import interpolate_directions, side_direction
from ...inference.layers.body_moves import dip, flight, key_arm, lean_over_foot, move_body, vectors
from ...inference.layers.gesture_timing import (
    GESTURE_START,
    Facts,
    GestureTiming,
    Rng,
    clip_times,
    make_envelope,
)
from ...motion.layers.body_joints import ANKLES, HIPS, KNEES, OTHER_SIDE, OUTWARD, PELVIS, SHOULDERS, SIDES
from ...motion.layers.motion_layer import LEFTWARD, MotionLayer, minimum_jerk
from ...motion.rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    multiply,
    normalise,
    rotate,
    rotation_about_axis,
)


def add_jump(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Jump up from both feet, arms swinging along, as often as the count says, otherwise to the end of the clip."""
    t = clip_times(layer)
    period, air = 1.2, float(rng.uniform(0.4, 0.46))
    first = GESTURE_START + 0.55
    count = timing.count or max(2, int((t[-1] - 0.5 - first) / period))
    high, low, swing = 0 * t, 0 * t, 0 * t
    for i in range(count):
        begin = first + i * period
        high = high + flight(t, begin, air)
        low = low + dip(t, begin - 0.5, begin + 0.02) + 0.7 * dip(t, begin + air - 0.04, begin + air + 0.36)
        swing = swing + minimum_jerk((t - begin + 0.18) / 0.3) * (
            1 - minimum_jerk((t - begin - air + 0.05) / 0.4)
        )
    low = np.minimum(low, 1.05)
    depth = float(rng.uniform(0.2, 0.3))
    fly = np.clip(high / 0.08, 0.0, 1.0)
    rise = vectors(0.0, high, 0.0)
    heels = np.radians(40) * fly
    move_body(
        layer,
        vectors(0.0, high - depth * low, -0.25 * depth * low),
        tilt=np.radians(24) * low,
        steps=dict.fromkeys(SIDES, rise),
        heels=dict.fromkeys(SIDES, heels),
    )
    layer.lean_forward(np.radians(18) * low)
    layer.rotate_head(-np.radians(20) * low, 0 * t)
    back = np.clip(low - swing, 0.0, 1.0)
    up = float(rng.uniform(0.2, 0.9))
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        u = (
            base_u
            + vectors(OUTWARD[s] * 0.1, 0.0, -0.9 * back)
            + swing[:, None] * side_direction(s, 0.35, up, 1.2) * 2
        )
        f = (
            base_f
            + vectors(OUTWARD[s] * 0.1, 0.1 * back, -0.5 * back)
            + swing[:, None] * side_direction(s, 0.1, up + 0.4, 0.9) * 2
        )
        layer.set_arm_directions(s, normalise(u), normalise(f), minimum_jerk((t - GESTURE_START) / 0.2))
    if timing.count is None:
        return {"action": "jump_repeat"}
    return {"action": "jump", "kind": "up"} | timing.to_facts()


def add_balance(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Stand on the leg of the given side, arms out, the other foot lifted, and sway a little."""
    w = make_envelope(layer, rng, 0.8)
    e, t, other = w.values, w.times, OTHER_SIDE[side]
    kind = str(rng.choice(["ahead", "behind", "tree"]))
    up, ahead = {"ahead": (0.32, 0.2), "behind": (0.26, -0.28), "tree": (0.34, 0.05)}[kind]
    up *= float(rng.uniform(0.85, 1.2))
    sway = 0.018 * np.sin(2 * np.pi * t / 1.6) * e
    over = lean_over_foot(layer, side)
    inward = -0.12 * OUTWARD[other] if kind == "tree" else 0.0
    move_body(
        layer,
        vectors(over * e + sway, -0.025 * e, 0 * t),
        steps={other: vectors(inward * e, up * e, ahead * e)},
        heels={other: np.radians({"ahead": 15, "behind": 75, "tree": 25}[kind]) * e},
    )
    layer.bend_sideways(sway * 3.0)
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        tip = 0.12 * np.sin(2 * np.pi * t / 1.6 + (0.0 if s == "left" else np.pi)) * e
        if kind == "tree" and up > 0.32:
            u = interpolate_directions(
                base_u, [side_direction(s, 1.0, 0.0, 0.2), side_direction(s, 0.35, 1.0, 0.1)], e
            )
            f = interpolate_directions(
                base_f, [side_direction(s, 0.8, 0.5, 0.4), side_direction(s, -0.45, 1.0, 0.15)], e
            )
        else:
            u = interpolate_directions(base_u, [side_direction(s, 1.0, -0.05, 0.1)], e) + vectors(
                0.0, tip, 0.0
            )
            f = interpolate_directions(base_f, [side_direction(s, 1.0, 0.05, 0.15)], e) + vectors(
                0.0, tip, 0.0
            )
        layer.set_arm_directions(s, normalise(u), normalise(f), np.minimum(1.0, e * 6))
    return {"action": "balance_leg", "side": side} | ({"kind": "tree"} if kind == "tree" else {})


def add_leg_raise(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Raise the leg of the given side forward, sideways or backward: once and held, swung, or a number of times."""
    t = clip_times(layer)
    way = str(rng.choice(["forward", "forward", "sideways", "backward"]))
    kind = "hold" if timing.count is None and rng.random() < 0.4 else "swing"
    period, start = 1.2, GESTURE_START + 0.5
    on = minimum_jerk((t - GESTURE_START) / 0.5)
    if kind == "hold":
        lift = make_envelope(layer, rng, 0.9).values
        on = np.maximum(lift, on * (1 - minimum_jerk((t - t[-1] + 0.7) / 0.5)))
    else:
        count = timing.count or int((t[-1] - start - 0.4) / period)
        phase = np.clip((t - start) / period, 0, count)
        lift = (1 - np.cos(2 * np.pi * phase)) / 2
        on = on * (1 - minimum_jerk((t - start - count * period) / 0.5))
    other = OTHER_SIDE[side]
    angle = np.radians(rng.uniform(42, 65)) * (0.75 if way == "backward" else 1.0) * lift
    reach, rise = 0.84 * np.sin(angle), 0.84 * (1 - np.cos(angle)) + 0.02 * on
    z = {"forward": 1.0, "sideways": 0.0, "backward": -1.0}[way]
    x = OUTWARD[side] if way == "sideways" else 0.0
    lean = np.radians(14) * lift
    move_body(
        layer,
        vectors(lean_over_foot(layer, other) * on, -0.015 * on, 0 * t),
        tilt=-z * lean * 0.5,
        steps={side: vectors(x * reach, rise, z * reach)},
        heels={side: np.radians(20) * on + (np.radians(25) * lift if way == "backward" else 0.0)},
    )
    if way == "sideways":
        layer.bend_sideways(OUTWARD[side] * lean)
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        u = interpolate_directions(base_u, [side_direction(s, 0.8, -0.5, 0.1)], on)
        f = interpolate_directions(base_f, [side_direction(s, 0.8, -0.3, 0.35)], on)
        layer.set_arm_directions(s, u, f, np.minimum(1.0, on * 6))
    return {"action": "leg_raise", "side": side, "way": way, "kind": kind} | timing.to_facts()


def add_run_on_spot(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Run on the spot, with the feet behind (jogging) or the knees high, arms pumping, until the clip ends."""
    t = clip_times(layer)
    high_knees = bool(rng.random() < 0.5)
    period = timing.swing_period(16, 12, 10)
    on = minimum_jerk((t - GESTURE_START) / 0.5)
    phase = np.maximum(t - GESTURE_START, 0.0) / period
    up, ahead = (
        (float(rng.uniform(0.36, 0.46)), 0.22) if high_knees else (float(rng.uniform(0.18, 0.28)), -0.2)
    )
    wave = np.sin(2 * np.pi * phase)
    lifts = {
        side: np.clip(wave + 0.1, 0, None) ** 1.5 * on,
        OTHER_SIDE[side]: np.clip(0.1 - wave, 0, None) ** 1.5 * on,
    }
    bounce = 0.035 * np.cos(4 * np.pi * phase + np.pi) * on - 0.02 * on
    air = np.clip(bounce, 0.0, None)
    move_body(
        layer,
        vectors(0.0, bounce, 0 * t),
        tilt=np.radians(3) * on,
        steps={s: vectors(0.0, up * lifts[s] + air, ahead * lifts[s]) for s in SIDES},
        heels={s: np.radians(28 if high_knees else 62) * np.minimum(1.0, lifts[s] * 1.5) for s in SIDES},
    )
    twist = np.radians(9) * wave * on * OUTWARD[side]
    layer.twist_trunk(twist)
    for s in SIDES:
        swing = lifts[OTHER_SIDE[s]] - lifts[s]
        base_u, base_f = layer.arm_directions(s)
        u = interpolate_directions(base_u, [side_direction(s, 0.15, -1.0, 0.0)], on) + vectors(
            0.0, 0.0, 0.75 * swing * on
        )
        f = interpolate_directions(base_f, [side_direction(s, -0.1, 0.15, 1.0)], on) + vectors(
            0.0, 0.5 * swing * on, 0.0
        )
        layer.set_arm_directions(s, normalise(u), normalise(f), np.minimum(1.0, on * 6))
    return {"action": "run_spot", "kind": "knees" if high_knees else "jog"} | timing.to_facts()


def add_jump_rope(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Skip a rope on the spot: small jumps, hands turning beside the hips."""
    t = clip_times(layer)
    period = timing.swing_period(16, 12, 10)
    on = minimum_jerk((t - GESTURE_START) / 0.5)
    first = GESTURE_START + 0.5
    high, low = 0 * t, 0 * t
    for i in range(int((t[-1] - first - 0.3) / period)):
        begin = first + i * period
        high = high + flight(t, begin, 0.5 * period)
        low = low + dip(t, begin + 0.5 * period, begin + period)
    fly = np.clip(high / 0.04, 0, 1)
    move_body(
        layer,
        vectors(0.0, high - 0.035 * low * on, 0 * t),
        steps={s: vectors(0.0, high, 0 * t) for s in SIDES},
        heels={s: np.radians(34) * fly for s in SIDES},
    )
    angle = 2 * np.pi * (t - first) / period
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        u = interpolate_directions(base_u, [side_direction(s, 0.3, -1.0, -0.1)], on)
        f = interpolate_directions(base_f, [side_direction(s, 0.75, -0.35, 0.6)], on)
        f = f + vectors(0.0, 0.25 * np.sin(angle) * on, 0.25 * np.cos(angle) * on)
        layer.set_arm_directions(s, u, normalise(f), np.minimum(1.0, on * 6))
    return {"action": "jump_rope"} | timing.to_facts()


def add_stumble(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Over a walk: trip over something, pitch forward with the arms flung out, and regain the balance."""
    t = clip_times(layer)
    start = 1.0 + float(rng.uniform(-0.03, 0.03))
    e = minimum_jerk((t - start) / 0.3) * (1 - minimum_jerk((t - start - 0.4) / 0.8))
    deep = float(rng.uniform(0.08, 0.15))
    across = rotate(layer.facing, np.broadcast_to(LEFTWARD, layer.root.shape))
    positions, world_rotations = layer.forward_kinematics()
    feet = {s: (positions[:, ANKLES[s]], world_rotations[:, ANKLES[s]]) for s in SIDES}
    layer.root = layer.root + rotate(layer.facing, vectors(0.03 * OUTWARD[side] * e, -deep * e, 0.06 * e))
    layer.rotations[:, PELVIS] = multiply(
        axis_angle_to_quaternion(across * (np.radians(20) * e)[:, None]), layer.rotations[:, PELVIS]
    )
    for s in SIDES:
        layer.place_foot(s, *feet[s])
    layer.lean_forward(np.radians(rng.uniform(22, 36)) * e)
    layer.bend_sideways(-OUTWARD[side] * np.radians(12) * e)
    layer.rotate_head(-np.radians(22) * e, 0 * t)
    for s in SIDES:
        key_arm(
            layer,
            s,
            [start, start + 0.3, start + 0.6, start + 1.3],
            [
                None,
                (side_direction(s, 0.8, 0.05, 0.75), side_direction(s, 0.45, 0.35, 0.9)),
                (side_direction(s, 0.9, -0.3, 0.35), side_direction(s, 0.6, -0.1, 0.7)),
                None,
            ],
        )
    return {"action": "stumble"}


def add_stomp(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Lift one foot and stomp it down hard, so many times as the count says, otherwise to the end of the clip."""
    t = clip_times(layer)
    period, first = 0.8, GESTURE_START + 0.4
    count = timing.count or max(1, int((t[-1] - first - 0.6) / period))
    up, jolt = 0 * t, 0 * t
    for i in range(count):
        begin = first + i * period
        up = up + minimum_jerk((t - begin) / 0.35) * (1 - minimum_jerk((t - begin - 0.4) / 0.14))
        jolt = jolt + dip(t, begin + 0.5, begin + 0.78)
    on = minimum_jerk((t - GESTURE_START) / 0.4) * (1 - minimum_jerk((t - first - count * period) / 0.5))
    high = float(rng.uniform(0.18, 0.3))
    other = OTHER_SIDE[side]
    move_body(
        layer,
        vectors(lean_over_foot(layer, other) * 0.8 * on, -0.04 * jolt - 0.015 * on, 0 * t),
        steps={side: vectors(0.0, high * up, 0.12 * up)},
        heels={side: np.radians(20) * up},
    )
    layer.lean_forward(np.radians(5) * on + np.radians(9) * jolt)
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        u = interpolate_directions(base_u, [side_direction(s, 0.45, -0.9, 0.05)], on)
        f = interpolate_directions(base_f, [side_direction(s, 0.1, -0.75, 0.6)], on) + vectors(
            0.0, -0.3 * jolt, 0.0
        )
        layer.set_arm_directions(s, u, normalise(f), np.minimum(1.0, on * 6))
    return {"action": "stomp", "side": side} | timing.to_facts()


def add_arch_back(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Arch the back, hips forward and head back, the hands on the hips or hanging, and straighten up."""
    e = make_envelope(layer, rng, 1.0, 0.5).values
    move_body(layer, vectors(0.0, -0.02 * e, 0.09 * e), tilt=-np.radians(9) * e)
    layer.lean_forward(-np.radians(rng.uniform(24, 36)) * e)
    layer.rotate_head(-np.radians(24) * e, 0 * e)
    return {"action": "arch_back"} | timing.to_facts()


def add_crawl(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Crawl on hands and knees, forward or backward, for the whole clip; the hand moves with the opposite knee."""
    t = clip_times(layer)
    skeleton = layer.skeleton
    offsets = skeleton.rest_offsets.astype(np.float64)
    period = {"slow": 1.6, None: 1.2, "fast": 1.0}[timing.speed]
    way = -1.0 if rng.random() < 0.25 else 1.0
    swing = np.radians(rng.uniform(17, 23)) * {"slow": 0.8, None: 1.0, "fast": 1.1}[timing.speed]
    thigh = float(np.linalg.norm(offsets[KNEES["left"]]))
    reach = thigh * np.sin(swing)
    base, _ = layer.forward_kinematics()
    ground = base[0, PELVIS] * [1.0, 0.0, 1.0]
    facing = layer.facing[0]
    pitch = np.radians(84)
    layer.rotations = np.tile([1.0, 0.0, 0.0, 0.0], (len(t), 22, 1))
    cycle = (way * t / period + (0.0 if side == "left" else 0.5)) % 1.0

    def step(phase: Array) -> tuple[Array, Array]:
        """Return place (-1 behind to 1 ahead) and lift (0 to 1) of a limb: 60 % of the cycle it stays behind."""
        x = phase % 1.0
        stays = x < 0.6
        lift = np.where(stays, 0.0, np.sin(np.pi * (x - 0.6) / 0.4) ** 2)
        return np.where(stays, 1.0 - 2.0 * x / 0.6, -np.cos(np.pi * (x - 0.6) / 0.4)), lift

    speed = way * 2.0 * reach / (0.6 * period)
    sway = 0.03 * np.sin(2 * np.pi * cycle)
    yaw = np.radians(6) * np.sin(2 * np.pi * cycle)
    height = 0.07 + thigh * np.cos(swing * 0.6) - offsets[HIPS["left"]][1] * np.cos(pitch)
    local = vectors(sway, height + 0.012 * np.cos(4 * np.pi * cycle), 0.0)
    local[:, 2] += speed * t
    tilt = multiply(rotation_about_axis("y", yaw), rotation_about_axis("x", np.full(len(t), pitch)))
    layer.root = ground + rotate(facing, local)
    layer.rotations[:, PELVIS] = multiply(facing, tilt)
    layer.facing = np.tile(facing, (len(t), 1))
    layer.twist_trunk(-1.6 * yaw)
    layer.lean_forward(np.full(len(t), np.radians(rng.uniform(-4, 6))))
    layer.rotate_head(np.full(len(t), -np.radians(rng.uniform(45, 62))), -0.5 * yaw)
    inverse = conjugate(tilt)
    for s in SIDES:
        place, lift = step(cycle + (0.0 if s == "left" else 0.5))
        angle = swing * place
        thigh_world = rotation_about_axis("x", -angle)
        # the shank lies on the floor behind the knee; a lifted knee is carried a little higher
        shank_world = rotation_about_axis("x", np.radians(86) + 0.25 * lift)
        layer.rotations[:, HIPS[s]] = multiply(inverse, thigh_world)
        layer.rotations[:, KNEES[s]] = multiply(conjugate(thigh_world), shank_world)
        layer.rotations[:, ANKLES[s]] = rotation_about_axis("x", np.full(len(t), np.radians(38)))
    positions, _ = layer.forward_kinematics()
    chest = positions[:, [SHOULDERS[s] for s in SIDES]].mean(axis=1)
    for s in SIDES:
        place, lift = step(cycle + (0.5 if s == "left" else 0.0) - 0.05)
        shoulder = positions[:, SHOULDERS[s]]
        target = layer.to_facing_frame(chest - shoulder)
        target = vectors(
            target[:, 0] + 0.2 * OUTWARD[s],
            0.03 + 0.07 * lift - shoulder[:, 1],
            target[:, 2] + 0.06 + reach * place,
        )
        u, f = layer.solve_arm(s, target, np.broadcast_to(side_direction(s, 0.5, 0.0, -0.9), target.shape))
        layer.set_arm_directions(s, u, f, np.ones(len(t)))
    return {"action": "crawl", "way": "backward" if way < 0 else "forward"} | timing.to_facts()
