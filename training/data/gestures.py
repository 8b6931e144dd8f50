# SPDX-License-Identifier: GPL-3.0-or-later
"""Everyday gestures of hands and head as parametric motion, added to recorded standing and walking.

All of them have the signature of ``Gesture``. A gesture starts and ends in the recording's own pose. In the code ``u``
and ``f`` are directions of upper arm and forearm (T, 3) in the facing frame, ``e`` is the envelope (T,), 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...motion.rotations import Array, normalise
from .gesture_timing import START, Manner, Rng, between, clock, swings, window
from .joints import HEAD, HIPS, NECK, OUTWARD, PELVIS, SHOULDERS, SIDES, SPINE1, SPINE2, SPINE3
from .motion_layers import Layer, ease, smoothed

Facts = dict[str, object]
Gesture = Callable[[Layer, Rng, str, Manner], Facts]
"""Adds a gesture to a motion: ``(layer, rng, side, timing) -> facts``.

``layer`` is the motion, which is changed; ``rng`` draws the details; ``side`` is "left" or "right" (ignored by gestures
of both sides); ``timing`` holds speed and count. Returns the facts that sentences are made from.
"""


def out(side: str, x: float, y: float, z: float) -> Array:
    """Return a unit direction in the facing frame; x counts outward from the body."""
    return normalise(np.array([OUTWARD[side] * x, y, z]))


def path(base: Array, ways: list[Array], progress: Array) -> Array:
    """Interpolate directions: (T, 3), smoothed over time.

    Parameters
    ----------
    base : (T, 3)
        Directions at progress 0.
    waypoints : list of (3,) or (T, 3)
        Directions to pass through; the last one is reached at progress 1.
    progress : (T,)
        0 to 1.
    """
    points = [base] + [np.broadcast_to(w, base.shape) for w in ways]
    at = np.clip(progress, 0.0, 1.0) * (len(points) - 1)
    low = np.minimum(at.astype(int), len(points) - 2)
    t = (at - low)[:, None]
    stacked = np.stack(points)
    index = np.arange(len(base))
    mixed = stacked[low, index] * (1.0 - t) + stacked[low + 1, index] * t
    return normalise(smoothed(normalise(mixed), 5))


def reached(
    layer: Layer, side: str, joint: int, offset: tuple[float, float, float], elbow: Array
) -> tuple[Array, Array]:
    """Return directions of upper arm and forearm (T, 3) that bring a wrist near a joint.

    Parameters
    ----------
    layer : MotionLayer
        The motion.
    side : str
        Side of the arm.
    joint : int
        Index of the joint.
    offset : (3,) metres
        From the joint to the wrist: outward, up, forward.
    elbow : (3,)
        Direction in which the elbow points, in the facing frame.
    """
    places, _ = layer.solve()
    shoulder = places[:, SHOULDERS[side]]
    hand = layer.inside(places[:, joint] - shoulder) + np.array(
        [OUTWARD[side] * offset[0], offset[1], offset[2]]
    )
    return layer.reach(side, hand, np.broadcast_to(elbow, hand.shape))


def bring(layer: Layer, side: str, upper: Array, fore: Array, e: Array) -> None:
    """Move an arm to the given directions, with the hand passing in front of the body.

    Parameters
    ----------
    layer : MotionLayer
        The motion, which is changed.
    side : str
        Side of the arm.
    upper, fore : (T, 3)
        Directions of upper arm and forearm, in the facing frame.
    progress : (T,)
        Progress, 0 to 1.
    """
    base_u, base_f = layer.arm(side)
    ahead = path(base_f, [out(side, 0.2, 0.0, 1.0)], np.minimum(1.0, e * 2.0))
    k = ease(e * 2.0 - 1.0)[:, None]
    u = normalise(base_u * (1 - e[:, None]) + upper * e[:, None])
    layer.set_arm(side, u, normalise(ahead * (1 - k) + fore * k), np.minimum(1.0, e * 6.0))


def wave(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Raise one hand beside the head and swing the forearm from the elbow, outward first."""
    period = manner.period(20, 12, 10)
    hold = None if manner.count is None else manner.count * period
    w = window(layer, rng, 0.6, hold)
    base_u, base_f = layer.arm(side)
    upper = out(side, rng.uniform(0.6, 0.85), rng.uniform(-0.3, 0.05), rng.uniform(0.25, 0.45))
    swing = np.radians(rng.uniform(26, 36)) * swings(w.t, w.up, period, w.down)
    lean = np.radians(rng.uniform(2, 12)) + swing
    sign = OUTWARD[side]
    fore = np.stack([sign * np.sin(lean), np.cos(lean), np.full_like(w.t, rng.uniform(0.1, 0.3))], axis=-1)
    u = path(base_u, [out(side, 0.45, -0.75, 0.45), upper], w.envelope)
    f = path(base_f, [out(side, 0.25, 0.1, 0.9), normalise(fore)], w.envelope)
    # smoothing the interpolated directions would flatten the swing, so the held part is blended in unsmoothed
    held = ease((w.envelope - 0.9) / 0.1)[:, None]
    f = normalise(f * (1 - held) + normalise(fore) * held)
    layer.set_arm(side, u, f, np.minimum(1.0, w.envelope * 6.0))
    return {"action": "wave", "side": side} | manner.facts()


def wave_both(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Raise both arms and swing them outward and inward together."""
    period = manner.period(20, 16, 12)
    w = window(layer, rng, 0.7)
    swing = np.radians(rng.uniform(22, 30)) * swings(w.t, w.up, period, w.down)
    for s in SIDES:
        base_u, base_f = layer.arm(s)
        sign = OUTWARD[s]
        lean = np.radians(28) + swing
        high = np.stack([sign * np.sin(lean), np.cos(lean), np.full_like(w.t, 0.15)], axis=-1)
        bent = np.stack(
            [sign * np.sin(lean + 0.6 * swing), np.cos(lean + 0.6 * swing), 0 * w.t + 0.2], axis=-1
        )
        held = ease((w.envelope - 0.9) / 0.1)[:, None]
        u = path(base_u, [out(s, 1.0, 0.0, 0.35), normalise(high)], w.envelope)
        f = path(base_f, [out(s, 0.9, 0.35, 0.4), normalise(bent)], w.envelope)
        u, f = u * (1 - held) + normalise(high) * held, f * (1 - held) + normalise(bent) * held
        layer.set_arm(s, normalise(u), normalise(f), np.minimum(1.0, w.envelope * 6.0))
    return {"action": "wave_both"} | manner.facts()


def raise_hand(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Raise one arm above the head and hold it."""
    _raise(layer, rng, (side,), manner)
    return {"action": "raise", "side": side} | manner.facts()


def raise_both(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Raise both arms above the head and hold them."""
    _raise(layer, rng, SIDES, manner)
    return {"action": "raise_both"} | manner.facts()


def _raise(layer: Layer, rng: Rng, sides: tuple[str, ...], manner: Manner) -> None:
    e = window(layer, rng, 1.2 * manner.rise).envelope
    x, z, bend = rng.uniform(0.1, 0.3), rng.uniform(0.0, 0.2), rng.uniform(-0.15, 0.1)
    for side in sides:
        base_u, base_f = layer.arm(side)
        u = path(base_u, [out(side, 0.5, 0.0, 1.0), out(side, x, 1.0, z)], e)
        f = path(base_f, [out(side, 0.3, 0.35, 1.0), out(side, x + bend, 1.0, z + 0.08)], e)
        layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))


def spread_arms(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Hold both arms out to the sides at shoulder height."""
    e = window(layer, rng, 1.1 * manner.rise).envelope
    y = rng.uniform(-0.08, 0.08)
    for s in SIDES:
        base_u, base_f = layer.arm(s)
        u = path(base_u, [out(s, 0.8, -0.6, 0.2), out(s, 1.0, y, 0.05)], e)
        f = path(base_f, [out(s, 0.8, -0.4, 0.4), out(s, 1.0, y, 0.08)], e)
        layer.set_arm(s, u, f, np.minimum(1.0, e * 6.0))
    return {"action": "spread_arms"} | manner.facts()


def flap(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Move both arms up and down at the sides, like wings."""
    period = manner.period(24, 16, 12)
    w = window(layer, rng, 0.5)
    angle = np.radians(rng.uniform(26, 38)) * swings(w.t, w.up, period, w.down)
    for s in SIDES:
        sign = OUTWARD[s]
        u = np.stack([sign * np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
        late = 0.8 * angle - 0.1
        f = np.stack([sign * np.cos(late), np.sin(late), 0 * angle + 0.1], axis=-1)
        base_u, base_f = layer.arm(s)
        e = w.envelope[:, None]
        u, f = normalise(base_u * (1 - e) + u * e), normalise(base_f * (1 - e) + normalise(f) * e)
        layer.set_arm(s, u, f, np.minimum(1.0, w.envelope * 6.0))
    return {"action": "flap"} | manner.facts()


def point(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Stretch one arm forward at shoulder height and hold it."""
    e = window(layer, rng, manner.rise).envelope
    base_u, base_f = layer.arm(side)
    y, x = rng.uniform(-0.12, 0.12), rng.uniform(-0.1, 0.1)
    u = path(base_u, [out(side, 0.25, -0.75, 0.5), out(side, x + 0.05, y - 0.05, 1.0)], e)
    f = path(base_f, [out(side, 0.05, 0.35, 0.9), out(side, x, y + 0.05, 1.0)], e)
    layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))
    return {"action": "point", "side": side} | manner.facts()


def point_side(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Stretch one arm out to its own side, with the head turned there."""
    e = window(layer, rng, manner.rise).envelope
    base_u, base_f = layer.arm(side)
    y, z = rng.uniform(-0.08, 0.12), rng.uniform(0.0, 0.25)
    u = path(base_u, [out(side, 0.6, -0.7, 0.3), out(side, 1.0, y, z)], e)
    f = path(base_f, [out(side, 0.4, -0.1, 0.9), out(side, 1.0, y + 0.06, z + 0.1)], e)
    layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))
    layer.head(np.zeros_like(e), 0.7 * OUTWARD[side] * e)
    return {"action": "point_side", "side": side} | manner.facts()


def point_up(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Stretch one arm up and forward, with the head raised."""
    e = window(layer, rng, 1.1 * manner.rise).envelope
    base_u, base_f = layer.arm(side)
    up = out(side, rng.uniform(0.0, 0.15), 1.0, rng.uniform(0.45, 0.65))
    u = path(base_u, [out(side, 0.25, -0.5, 0.8), up], e)
    layer.set_arm(side, u, path(base_f, [out(side, 0.05, 0.4, 0.9), up], e), np.minimum(1.0, e * 6.0))
    layer.head(-0.45 * e, 0 * e)
    return {"action": "point_up", "side": side} | manner.facts()


def salute(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Bring a hand to the forehead, hold it and lower it."""
    e = window(layer, rng, 0.5).envelope
    base_u, base_f = layer.arm(side)
    u = path(base_u, [out(side, 0.7, -0.6, 0.4), out(side, 0.85, 0.0, 0.5)], e)
    f = path(base_f, [out(side, 0.2, 0.3, 0.9), out(side, -0.62, 0.72, 0.12)], e)
    layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))
    return {"action": "salute", "side": side}


def beckon(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Hold one hand out in front and bend the forearm back to the body repeatedly."""
    period = manner.period(20, 16, 12)
    w = window(layer, rng, 0.6, None if manner.count is None else manner.count * period)
    bend = np.radians(35) * (1 - np.cos(2 * np.pi * np.clip((w.t - w.up) / period, 0, None))) / 2
    bend *= 1 - ease((w.t - w.down) / 0.2)
    base_u, base_f = layer.arm(side)
    u = path(base_u, [out(side, 0.25, -0.45, 1.0)], w.envelope)
    rise = np.radians(rng.uniform(10, 22)) + 2.2 * bend
    sign = OUTWARD[side]
    fore = normalise(np.stack([sign * 0.05 + 0 * rise, np.sin(rise), np.cos(rise)], axis=-1))
    e = w.envelope[:, None]
    layer.set_arm(side, u, normalise(base_f * (1 - e) + fore * e), np.minimum(1.0, w.envelope * 6.0))
    return {"action": "beckon", "side": side} | manner.facts()


def clap(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Clap in front of the chest; the first clap is at the moment when the arms are raised."""
    period = manner.period(16, 10, 10)
    w = window(layer, rng, 0.6, None if manner.count is None else (manner.count - 0.5) * period)
    beat = 0.5 - 0.5 * np.cos(2 * np.pi * np.maximum(w.t - w.up, 0.0) / period)
    apart = 0.05 + rng.uniform(0.15, 0.2) * beat
    high, ahead = rng.uniform(-0.22, -0.08), rng.uniform(0.28, 0.36)
    places, _ = layer.solve()
    for s, sign in OUTWARD.items():
        shoulder = layer.inside(places[:, SHOULDERS[s]] - places[:, NECK])
        hand = np.stack([sign * apart - shoulder[:, 0], 0 * w.t + high, 0 * w.t + ahead], axis=-1)
        u, f = layer.reach(s, hand, np.broadcast_to(out(s, 0.7, -1.0, -0.1), hand.shape))
        bring(layer, s, u, f, w.envelope)
    return {"action": "clap"} | manner.facts()


_REST_ON: dict[str, tuple[tuple[str, ...], int, tuple[float, float, float], tuple[float, float, float]]] = {
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


def resting(kind: str) -> Gesture:
    """Return a gesture that brings one or both hands to a part of the body (a key of ``_REST_ON``)."""

    def make(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
        hands, joint, (x, y, z), elbow = _REST_ON[kind]
        e = window(layer, rng, 1.1 * manner.rise).envelope
        sides = SIDES if hands == SIDES else (side,)
        shake = rng.uniform(-0.015, 0.015, 3)
        for s in sides:
            mine = HIPS[s] if kind == "hips" else joint
            offset = (x - (0.09 if kind == "hips" else 0.0) + shake[0], y + shake[1], z + shake[2])
            if kind == "crossed":
                offset = (offset[0], offset[1] + 0.03 * OUTWARD[s], offset[2])
            u, f = reached(layer, s, mine, offset, out(s, *elbow))
            bring(layer, s, u, f, e)
        if kind == "face":
            layer.head(0.35 * e, 0 * e)
        return {"action": f"hands_{kind}"} | ({"side": side} if sides != SIDES else {})

    return make


def nod(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Nod; three times if no count is given."""
    pitch = _head(layer, manner.count or 3, manner.period(24, 16, 12))
    layer.head(np.radians(rng.uniform(28, 36)) * pitch, 0 * pitch)
    return {"action": "nod"} | manner.facts()


def shake_head(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Shake the head, left first; three times if no count is given."""
    t = clock(layer)
    period = manner.period(24, 16, 12)
    yaw = np.radians(rng.uniform(28, 38)) * swings(t, START, period, START + (manner.count or 3) * period)
    layer.head(0 * yaw, yaw)
    return {"action": "shake_head"} | manner.facts()


def _head(layer: Layer, count: int, period: float) -> Array:
    """Return (T,) that goes from 0 to 1 and back ``count`` times."""
    phase = np.clip((clock(layer) - START) / period, 0, count)
    return (1 - np.cos(2 * np.pi * phase)) / 2


def look(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Turn the head to one side and back, and the trunk slightly."""
    e = window(layer, rng, 0.9 * manner.rise).envelope
    yaw = e * np.radians(rng.uniform(50, 65)) * OUTWARD[side]
    layer.twist(0.15 * yaw)
    layer.head(np.zeros_like(yaw), yaw)
    return {"action": "look", "side": side} | manner.facts()


def look_up(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Look up, or down for the side "right"."""
    e = window(layer, rng, manner.rise).envelope
    down = side == "right"
    layer.head(e * np.radians(rng.uniform(38, 50)) * (1.0 if down else -0.9), 0 * e)
    return {"action": "look_down" if down else "look_up"} | manner.facts()


def look_around(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Turn the head left, then right, then back."""
    t = clock(layer)
    step = 1.4 if manner.speed == "slow" else 0.9
    times = [
        START,
        START + 0.8 * step,
        START + step,
        START + 2.0 * step,
        START + 2.2 * step,
        START + 3.0 * step,
    ]
    values = [0.0, 1.0, 1.0, -1.0, -1.0, 0.0]
    yaw = np.radians(rng.uniform(55, 68)) * between(t, times, [np.array([v]) for v in values])[:, 0]
    layer.twist(0.25 * yaw)
    layer.head(0 * yaw, 0.9 * yaw)
    return {"action": "look_around"} | manner.facts()


def shrug(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Lift the shoulders, with forearms out, and lower them."""
    e = window(layer, rng, 0.4, 0.5).envelope
    for s in SIDES:
        base_u, base_f = layer.arm(s)
        u = path(base_u, [out(s, 0.35, -0.95, 0.1)], e)
        f = path(base_f, [out(s, 0.5, -0.1, 0.8), out(s, 0.95, rng.uniform(0.1, 0.3), 0.6)], e)
        layer.set_arm(s, u, f, np.minimum(1.0, e * 6.0))
        layer.shrug(s, np.radians(22) * e)
    layer.head(0 * e, 0 * e)
    return {"action": "shrug"}


def stretch(layer: Layer, rng: Rng, side: str, manner: Manner) -> Facts:
    """Raise both arms slowly over the head with an arched back, hold and lower them."""
    w = window(layer, rng, 1.0)
    e = w.envelope
    layer.lean(-np.radians(rng.uniform(10, 18)) * e)
    for s in SIDES:
        base_u, base_f = layer.arm(s)
        u = path(base_u, [out(s, 0.7, 0.1, 0.6), out(s, 0.25, 1.0, -0.05)], e)
        f = path(base_f, [out(s, 0.2, 0.5, 0.8), out(s, -0.25, 1.0, -0.05)], e)
        layer.set_arm(s, u, f, np.minimum(1.0, e * 6.0))
    layer.head(-0.3 * e, 0 * e)
    return {"action": "stretch"}
