# SPDX-License-Identifier: GPL-3.0-or-later
"""Everyday gestures of hands and head as parametric motion, added to recorded standing and walking.

All of them have the signature of ``Gesture``. A gesture starts and ends in the recording's own pose. In the code ``u``
and ``f`` are directions of upper arm and forearm (T, 3) in the facing frame; ``w`` is the envelope of the gesture, and
``e`` its values (T,), 0 to 1: how far the gesture is carried out.
"""

from __future__ import annotations

import numpy as np

from ...inference.layers.arm_poses import interpolate_directions, move_arm, reach_joint, side_direction
from ...inference.layers.gesture_timing import (
    GESTURE_START,
    Facts,
    Gesture,
    GestureTiming,
    Rng,
    clip_times,
    faded_sine,
    interpolate_keyed,
    make_envelope,
)
from ...motion.layers.body_joints import (
    HEAD,
    HIPS,
    NECK,
    OUTWARD,
    PELVIS,
    SHOULDERS,
    SIDES,
    SPINE1,
    SPINE2,
    SPINE3,
)
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import Array, normalise


def add_wave(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Raise one hand beside the head and swing the forearm from the elbow, outward first."""
    period = timing.swing_period(20, 12, 10)
    hold = None if timing.count is None else timing.count * period
    w = make_envelope(layer, rng, 0.6, hold)
    base_u, base_f = layer.arm_directions(side)
    upper = side_direction(side, rng.uniform(0.6, 0.85), rng.uniform(-0.3, 0.05), rng.uniform(0.25, 0.45))
    swing = np.radians(rng.uniform(26, 36)) * faded_sine(w.times, w.hold_start, period, w.hold_end)
    lean = np.radians(rng.uniform(2, 12)) + swing
    sign = OUTWARD[side]
    fore = np.stack(
        [sign * np.sin(lean), np.cos(lean), np.full_like(w.times, rng.uniform(0.1, 0.3))], axis=-1
    )
    u = interpolate_directions(base_u, [side_direction(side, 0.45, -0.75, 0.45), upper], w.values)
    f = interpolate_directions(base_f, [side_direction(side, 0.25, 0.1, 0.9), normalise(fore)], w.values)
    # smoothing the interpolated directions would flatten the swing, so the held part is blended in unsmoothed
    held = minimum_jerk((w.values - 0.9) / 0.1)[:, None]
    f = normalise(f * (1 - held) + normalise(fore) * held)
    layer.set_arm_directions(side, u, f, np.minimum(1.0, w.values * 6.0))
    return {"action": "wave", "side": side} | timing.to_facts()


def add_wave_both(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Raise both arms and swing them outward and inward together."""
    period = timing.swing_period(20, 16, 12)
    w = make_envelope(layer, rng, 0.7)
    swing = np.radians(rng.uniform(22, 30)) * faded_sine(w.times, w.hold_start, period, w.hold_end)
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        sign = OUTWARD[s]
        lean = np.radians(28) + swing
        high = np.stack([sign * np.sin(lean), np.cos(lean), np.full_like(w.times, 0.15)], axis=-1)
        bent = np.stack(
            [sign * np.sin(lean + 0.6 * swing), np.cos(lean + 0.6 * swing), 0 * w.times + 0.2], axis=-1
        )
        held = minimum_jerk((w.values - 0.9) / 0.1)[:, None]
        u = interpolate_directions(base_u, [side_direction(s, 1.0, 0.0, 0.35), normalise(high)], w.values)
        f = interpolate_directions(base_f, [side_direction(s, 0.9, 0.35, 0.4), normalise(bent)], w.values)
        u, f = u * (1 - held) + normalise(high) * held, f * (1 - held) + normalise(bent) * held
        layer.set_arm_directions(s, normalise(u), normalise(f), np.minimum(1.0, w.values * 6.0))
    return {"action": "wave_both"} | timing.to_facts()


def add_raised_hand(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Raise one arm above the head and hold it."""
    _raise_arms(layer, rng, (side,), timing)
    return {"action": "raise", "side": side} | timing.to_facts()


def add_raised_hands(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Raise both arms above the head and hold them."""
    _raise_arms(layer, rng, SIDES, timing)
    return {"action": "raise_both"} | timing.to_facts()


def _raise_arms(layer: MotionLayer, rng: Rng, sides: tuple[str, ...], timing: GestureTiming) -> None:
    e = make_envelope(layer, rng, 1.2 * timing.rise_seconds).values
    x, z, bend = rng.uniform(0.1, 0.3), rng.uniform(0.0, 0.2), rng.uniform(-0.15, 0.1)
    for side in sides:
        base_u, base_f = layer.arm_directions(side)
        u = interpolate_directions(
            base_u, [side_direction(side, 0.5, 0.0, 1.0), side_direction(side, x, 1.0, z)], e
        )
        f = interpolate_directions(
            base_f, [side_direction(side, 0.3, 0.35, 1.0), side_direction(side, x + bend, 1.0, z + 0.08)], e
        )
        layer.set_arm_directions(side, u, f, np.minimum(1.0, e * 6.0))


def add_spread_arms(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Hold both arms out to the sides at shoulder height."""
    e = make_envelope(layer, rng, 1.1 * timing.rise_seconds).values
    y = rng.uniform(-0.08, 0.08)
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        u = interpolate_directions(
            base_u, [side_direction(s, 0.8, -0.6, 0.2), side_direction(s, 1.0, y, 0.05)], e
        )
        f = interpolate_directions(
            base_f, [side_direction(s, 0.8, -0.4, 0.4), side_direction(s, 1.0, y, 0.08)], e
        )
        layer.set_arm_directions(s, u, f, np.minimum(1.0, e * 6.0))
    return {"action": "spread_arms"} | timing.to_facts()


def add_flap(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Move both arms up and down at the sides, like wings."""
    period = timing.swing_period(24, 16, 12)
    w = make_envelope(layer, rng, 0.5)
    angle = np.radians(rng.uniform(26, 38)) * faded_sine(w.times, w.hold_start, period, w.hold_end)
    for s in SIDES:
        sign = OUTWARD[s]
        u = np.stack([sign * np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
        late = 0.8 * angle - 0.1
        f = np.stack([sign * np.cos(late), np.sin(late), 0 * angle + 0.1], axis=-1)
        base_u, base_f = layer.arm_directions(s)
        e = w.values[:, None]
        u, f = normalise(base_u * (1 - e) + u * e), normalise(base_f * (1 - e) + normalise(f) * e)
        layer.set_arm_directions(s, u, f, np.minimum(1.0, w.values * 6.0))
    return {"action": "flap"} | timing.to_facts()


def add_point(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Stretch one arm forward at shoulder height and hold it."""
    e = make_envelope(layer, rng, timing.rise_seconds).values
    base_u, base_f = layer.arm_directions(side)
    y, x = rng.uniform(-0.12, 0.12), rng.uniform(-0.1, 0.1)
    u = interpolate_directions(
        base_u, [side_direction(side, 0.25, -0.75, 0.5), side_direction(side, x + 0.05, y - 0.05, 1.0)], e
    )
    f = interpolate_directions(
        base_f, [side_direction(side, 0.05, 0.35, 0.9), side_direction(side, x, y + 0.05, 1.0)], e
    )
    layer.set_arm_directions(side, u, f, np.minimum(1.0, e * 6.0))
    return {"action": "point", "side": side} | timing.to_facts()


def add_point_side(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Stretch one arm out to its own side, with the head turned there."""
    e = make_envelope(layer, rng, timing.rise_seconds).values
    base_u, base_f = layer.arm_directions(side)
    y, z = rng.uniform(-0.08, 0.12), rng.uniform(0.0, 0.25)
    u = interpolate_directions(
        base_u, [side_direction(side, 0.6, -0.7, 0.3), side_direction(side, 1.0, y, z)], e
    )
    f = interpolate_directions(
        base_f, [side_direction(side, 0.4, -0.1, 0.9), side_direction(side, 1.0, y + 0.06, z + 0.1)], e
    )
    layer.set_arm_directions(side, u, f, np.minimum(1.0, e * 6.0))
    layer.rotate_head(np.zeros_like(e), 0.7 * OUTWARD[side] * e)
    return {"action": "point_side", "side": side} | timing.to_facts()


def add_point_up(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Stretch one arm up and forward, with the head raised."""
    e = make_envelope(layer, rng, 1.1 * timing.rise_seconds).values
    base_u, base_f = layer.arm_directions(side)
    up = side_direction(side, rng.uniform(0.0, 0.15), 1.0, rng.uniform(0.45, 0.65))
    u = interpolate_directions(base_u, [side_direction(side, 0.25, -0.5, 0.8), up], e)
    layer.set_arm_directions(
        side,
        u,
        interpolate_directions(base_f, [side_direction(side, 0.05, 0.4, 0.9), up], e),
        np.minimum(1.0, e * 6.0),
    )
    layer.rotate_head(-0.45 * e, 0 * e)
    return {"action": "point_up", "side": side} | timing.to_facts()


def add_salute(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Bring a hand to the forehead, hold it and lower it."""
    e = make_envelope(layer, rng, 0.5).values
    base_u, base_f = layer.arm_directions(side)
    u = interpolate_directions(
        base_u, [side_direction(side, 0.7, -0.6, 0.4), side_direction(side, 0.85, 0.0, 0.5)], e
    )
    f = interpolate_directions(
        base_f, [side_direction(side, 0.2, 0.3, 0.9), side_direction(side, -0.62, 0.72, 0.12)], e
    )
    layer.set_arm_directions(side, u, f, np.minimum(1.0, e * 6.0))
    return {"action": "salute", "side": side}


def add_beckon(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Hold one hand out in front and bend the forearm back to the body repeatedly."""
    period = timing.swing_period(20, 16, 12)
    w = make_envelope(layer, rng, 0.6, None if timing.count is None else timing.count * period)
    bend = np.radians(35) * (1 - np.cos(2 * np.pi * np.clip((w.times - w.hold_start) / period, 0, None))) / 2
    bend *= 1 - minimum_jerk((w.times - w.hold_end) / 0.2)
    base_u, base_f = layer.arm_directions(side)
    u = interpolate_directions(base_u, [side_direction(side, 0.25, -0.45, 1.0)], w.values)
    rise = np.radians(rng.uniform(10, 22)) + 2.2 * bend
    sign = OUTWARD[side]
    fore = normalise(np.stack([sign * 0.05 + 0 * rise, np.sin(rise), np.cos(rise)], axis=-1))
    e = w.values[:, None]
    layer.set_arm_directions(side, u, normalise(base_f * (1 - e) + fore * e), np.minimum(1.0, w.values * 6.0))
    return {"action": "beckon", "side": side} | timing.to_facts()


def add_clap(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Clap in front of the chest; the first clap is at the moment when the arms are raised."""
    period = timing.swing_period(16, 10, 10)
    w = make_envelope(layer, rng, 0.6, None if timing.count is None else (timing.count - 0.5) * period)
    beat = 0.5 - 0.5 * np.cos(2 * np.pi * np.maximum(w.times - w.hold_start, 0.0) / period)
    apart = 0.05 + rng.uniform(0.15, 0.2) * beat
    high, ahead = rng.uniform(-0.22, -0.08), rng.uniform(0.28, 0.36)
    positions, _ = layer.forward_kinematics()
    for s, sign in OUTWARD.items():
        shoulder = layer.to_facing_frame(positions[:, SHOULDERS[s]] - positions[:, NECK])
        hand = np.stack([sign * apart - shoulder[:, 0], 0 * w.times + high, 0 * w.times + ahead], axis=-1)
        u, f = layer.solve_arm(s, hand, np.broadcast_to(side_direction(s, 0.7, -1.0, -0.1), hand.shape))
        move_arm(layer, s, u, f, w.values)
    return {"action": "clap"} | timing.to_facts()


_HAND_RESTS: dict[
    str, tuple[tuple[str, ...], int, tuple[float, float, float], tuple[float, float, float]]
] = {
    # hands, joint, offset of the wrist from it and direction of the elbow (both outward, up, forward)
    "hips": (SIDES, PELVIS, (0.2, 0.08, 0.02), (1.0, -0.1, -0.5)),
    "crossed": (SIDES, SPINE3, (-0.12, 0.02, 0.24), (0.8, -0.7, 0.2)),
    "head": (SIDES, HEAD, (0.12, 0.12, -0.02), (1.0, 0.2, 0.3)),
    "face": (SIDES, HEAD, (0.06, 0.02, 0.16), (0.6, -0.9, 0.4)),
    "pray": (SIDES, SPINE3, (0.03, 0.06, 0.28), (0.8, -0.8, 0.0)),
    "behind": (SIDES, PELVIS, (0.02, 0.1, -0.18), (0.7, 0.0, -0.9)),
    "heart": (("one",), SPINE3, (-0.02, 0.06, 0.2), (0.8, -0.8, 0.1)),
    "ear": (("one",), HEAD, (0.13, 0.0, 0.05), (0.8, -0.7, 0.3)),
    "mouth": (("one",), HEAD, (0.03, -0.02, 0.17), (0.6, -0.9, 0.3)),
    "chin": (("one",), HEAD, (0.02, -0.08, 0.14), (0.4, -0.95, 0.3)),
    "scratch": (("one",), HEAD, (0.06, 0.14, 0.03), (0.9, 0.2, 0.4)),
    "belly": (SIDES, SPINE1, (0.05, 0.02, 0.17), (0.9, -0.4, -0.3)),
    "carry": (SIDES, SPINE2, (0.16, -0.06, 0.36), (0.5, -0.9, -0.3)),
}


def make_resting_gesture(kind: str) -> Gesture:
    """Return a gesture that brings one or both hands to a part of the body (a key of ``_HAND_RESTS``)."""

    def add_resting_hands(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
        hands, joint, (x, y, z), elbow = _HAND_RESTS[kind]
        e = make_envelope(layer, rng, 1.1 * timing.rise_seconds).values
        sides = SIDES if hands == SIDES else (side,)
        jitter = rng.uniform(-0.015, 0.015, 3)
        for s in sides:
            target_joint = HIPS[s] if kind == "hips" else joint
            offset = (x - (0.09 if kind == "hips" else 0.0) + jitter[0], y + jitter[1], z + jitter[2])
            if kind == "crossed":
                offset = (offset[0], offset[1] + 0.03 * OUTWARD[s], offset[2])
            u, f = reach_joint(layer, s, target_joint, offset, side_direction(s, *elbow))
            move_arm(layer, s, u, f, e)
        if kind == "face":
            layer.rotate_head(0.35 * e, 0 * e)
        return {"action": f"hands_{kind}"} | ({"side": side} if sides != SIDES else {})

    return add_resting_hands


def add_nod(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Nod; three times if no count is given."""
    pitch = _nod_progress(layer, timing.count or 3, timing.swing_period(24, 16, 12))
    layer.rotate_head(np.radians(rng.uniform(28, 36)) * pitch, 0 * pitch)
    return {"action": "nod"} | timing.to_facts()


def add_head_shake(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Shake the head, left first; three times if no count is given."""
    t = clip_times(layer)
    period = timing.swing_period(24, 16, 12)
    yaw = np.radians(rng.uniform(28, 38)) * faded_sine(
        t, GESTURE_START, period, GESTURE_START + (timing.count or 3) * period
    )
    layer.rotate_head(0 * yaw, yaw)
    return {"action": "shake_head"} | timing.to_facts()


def _nod_progress(layer: MotionLayer, count: int, period: float) -> Array:
    """Return (T,) that goes from 0 to 1 and back ``count`` times."""
    phase = np.clip((clip_times(layer) - GESTURE_START) / period, 0, count)
    return (1 - np.cos(2 * np.pi * phase)) / 2


def add_look(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Turn the head to one side and back, and the trunk slightly."""
    e = make_envelope(layer, rng, 0.9 * timing.rise_seconds).values
    yaw = e * np.radians(rng.uniform(50, 65)) * OUTWARD[side]
    layer.twist_trunk(0.15 * yaw)
    layer.rotate_head(np.zeros_like(yaw), yaw)
    return {"action": "look", "side": side} | timing.to_facts()


def add_look_up(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Look up, or down for the side "right"."""
    e = make_envelope(layer, rng, timing.rise_seconds).values
    down = side == "right"
    layer.rotate_head(e * np.radians(rng.uniform(38, 50)) * (1.0 if down else -0.9), 0 * e)
    return {"action": "look_down" if down else "look_up"} | timing.to_facts()


def add_look_around(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Turn the head left, then right, then back."""
    t = clip_times(layer)
    step = 1.4 if timing.speed == "slow" else 0.9
    times = [
        GESTURE_START,
        GESTURE_START + 0.8 * step,
        GESTURE_START + step,
        GESTURE_START + 2.0 * step,
        GESTURE_START + 2.2 * step,
        GESTURE_START + 3.0 * step,
    ]
    values = [0.0, 1.0, 1.0, -1.0, -1.0, 0.0]
    yaw = np.radians(rng.uniform(55, 68)) * interpolate_keyed(t, times, [np.array([v]) for v in values])[:, 0]
    layer.twist_trunk(0.25 * yaw)
    layer.rotate_head(0 * yaw, 0.9 * yaw)
    return {"action": "look_around"} | timing.to_facts()


def add_shrug(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Lift the shoulders, with forearms out, and lower them."""
    e = make_envelope(layer, rng, 0.4, 0.5).values
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        u = interpolate_directions(base_u, [side_direction(s, 0.35, -0.95, 0.1)], e)
        f = interpolate_directions(
            base_f,
            [side_direction(s, 0.5, -0.1, 0.8), side_direction(s, 0.95, rng.uniform(0.1, 0.3), 0.6)],
            e,
        )
        layer.set_arm_directions(s, u, f, np.minimum(1.0, e * 6.0))
        layer.lift_shoulder(s, np.radians(22) * e)
    layer.rotate_head(0 * e, 0 * e)
    return {"action": "shrug"}


def add_stretch(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Raise both arms slowly over the head with an arched back, hold and lower them."""
    w = make_envelope(layer, rng, 1.0)
    e = w.values
    layer.lean_forward(-np.radians(rng.uniform(10, 18)) * e)
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        u = interpolate_directions(
            base_u, [side_direction(s, 0.7, 0.1, 0.6), side_direction(s, 0.25, 1.0, -0.05)], e
        )
        f = interpolate_directions(
            base_f, [side_direction(s, 0.2, 0.5, 0.8), side_direction(s, -0.25, 1.0, -0.05)], e
        )
        layer.set_arm_directions(s, u, f, np.minimum(1.0, e * 6.0))
    layer.rotate_head(-0.3 * e, 0 * e)
    return {"action": "stretch"}
