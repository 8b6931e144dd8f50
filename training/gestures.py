# SPDX-License-Identifier: GPL-3.0-or-later
"""Everyday gestures as parametric motion over recorded standing and walking.

Each function takes a `Layer` (the recording below), a random generator and a side, changes the layer and returns
the facts that the wording needs. Times are in seconds; a gesture starts and ends in the recording's own pose.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .kinematics import NECK, Array, normalise
from .layers import Layer, ease, smoothed
from .recordings import FPS

Rng = np.random.Generator
Facts = dict[str, object]


def _clock(layer: Layer) -> Array:
    return np.arange(len(layer.root)) / FPS


def _window(
    layer: Layer, rng: Rng, rise: float, late: float = 0.5, hold: float | None = None
) -> tuple[Array, Array, float, float]:
    """Clock, envelope (T,) that rises and falls with minimum jerk, and the times of the held part.

    The held part lasts `hold` seconds, or as long as the motion lets it.
    """
    t = _clock(layer)
    start = float(rng.uniform(0.15, 0.15 + late))
    up = start + rise
    end = float(t[-1] - rng.uniform(0.1, 0.3))
    down = max(up + 0.2, end - rise * float(rng.uniform(0.9, 1.3)))
    if hold is not None and up + hold < down:
        down = up + hold
        end = down + rise * float(rng.uniform(0.9, 1.3))
    envelope = ease((t - start) / rise) * (1.0 - ease((t - down) / max(end - down, 0.3)))
    return t, envelope, up, down


def _path(base: Array, ways: list[Array], progress: Array) -> Array:
    """Directions (T, 3) that go from base (0) through each way to the last one (1) as progress grows."""
    points = [base] + [np.broadcast_to(w, base.shape) for w in ways]
    at = np.clip(progress, 0.0, 1.0) * (len(points) - 1)
    low = np.minimum(at.astype(int), len(points) - 2)
    t = (at - low)[:, None]
    stacked = np.stack(points)
    index = np.arange(len(base))
    mixed = stacked[low, index] * (1.0 - t) + stacked[low + 1, index] * t
    return normalise(smoothed(normalise(mixed), 5))


def _out(side: str, x: float, y: float, z: float) -> Array:
    """A direction whose x counts outward from the body."""
    return normalise(np.array([x if side == "left" else -x, y, z]))


def _swing(t: Array, start: float, end: float, rate: float) -> Array:
    """A sine (T,) that starts and ends gently between two times."""
    fade = ease((t - start) / 0.3) * (1.0 - ease((t - end + 0.3) / 0.3))
    return np.sin(2 * np.pi * rate * (t - start)) * fade


def wave(layer: Layer, rng: Rng, side: str) -> Facts:
    """One hand up beside the head, the forearm swinging from the elbow."""
    t, e, up, down = _window(layer, rng, float(rng.uniform(0.55, 0.8)))
    base_u, base_f = layer.arm(side)
    upper = _out(side, rng.uniform(0.5, 0.85), rng.uniform(-0.35, 0.1), rng.uniform(0.25, 0.5))
    swing = np.radians(rng.uniform(18, 32)) * _swing(t, up - 0.15, down + 0.1, float(rng.uniform(1.3, 2.1)))
    lean = np.radians(rng.uniform(0, 14)) + swing
    sign = 1.0 if side == "left" else -1.0
    fore = np.stack([sign * np.sin(lean), np.cos(lean), np.full_like(t, rng.uniform(0.1, 0.3))], axis=-1)
    wide = _out(side, 0.45, -0.75, 0.45)
    bent = _out(side, 0.25, 0.1, 0.9)
    u = _path(base_u, [wide, upper], e)
    mix = _path(base_f, [bent, normalise(fore)], e)
    layer.set_arm(side, u, mix, np.minimum(1.0, e * 6.0))
    return {"action": "wave", "side": side}


def raise_hand(layer: Layer, rng: Rng, side: str) -> Facts:
    """One arm up above the head and held."""
    _raise(layer, rng, (side,))
    return {"action": "raise", "side": side}


def raise_both(layer: Layer, rng: Rng, side: str) -> Facts:
    """Both arms up above the head and held."""
    _raise(layer, rng, ("left", "right"))
    return {"action": "raise_both"}


def _raise(layer: Layer, rng: Rng, sides: tuple[str, ...]) -> None:
    _, e, _, _ = _window(layer, rng, float(rng.uniform(0.6, 1.0)))
    forward_way = rng.random() < 0.5
    x, z, bend = rng.uniform(0.1, 0.35), rng.uniform(0.0, 0.2), rng.uniform(-0.2, 0.15)
    for side in sides:
        base_u, base_f = layer.arm(side)
        mid = _out(side, 0.3, 0.0, 1.0) if forward_way else _out(side, 1.0, 0.0, 0.35)
        mid_f = _out(side, 0.15, 0.35, 1.0) if forward_way else _out(side, 0.9, 0.35, 0.4)
        u = _path(base_u, [mid, _out(side, x, 1.0, z)], e)
        f = _path(base_f, [mid_f, _out(side, x + bend, 1.0, z + 0.08)], e)
        layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))


def point(layer: Layer, rng: Rng, side: str) -> Facts:
    """One arm stretched forward at shoulder height and held."""
    _, e, _, _ = _window(layer, rng, float(rng.uniform(0.45, 0.75)))
    base_u, base_f = layer.arm(side)
    y, x = rng.uniform(-0.15, 0.15), rng.uniform(-0.12, 0.12)
    u = _path(base_u, [_out(side, 0.25, -0.75, 0.5), _out(side, x + 0.05, y - 0.05, 1.0)], e)
    f = _path(base_f, [_out(side, 0.05, 0.35, 0.9), _out(side, x, y + 0.05, 1.0)], e)
    layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))
    return {"action": "point", "side": side}


def point_side(layer: Layer, rng: Rng, side: str) -> Facts:
    """One arm stretched out to its own side, the head looking there."""
    _, e, _, _ = _window(layer, rng, float(rng.uniform(0.5, 0.8)))
    base_u, base_f = layer.arm(side)
    y, z = rng.uniform(-0.1, 0.15), rng.uniform(0.0, 0.35)
    u = _path(base_u, [_out(side, 0.6, -0.7, 0.3), _out(side, 1.0, y, z)], e)
    f = _path(base_f, [_out(side, 0.4, -0.1, 0.9), _out(side, 1.0, y + 0.06, z + 0.1)], e)
    layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))
    layer.head(np.zeros_like(e), e * (0.7 if side == "left" else -0.7))
    return {"action": "point_side", "side": side}


def salute(layer: Layer, rng: Rng, side: str) -> Facts:
    """The hand to the forehead, held, and down again."""
    _, e, _, _ = _window(layer, rng, float(rng.uniform(0.4, 0.6)))
    base_u, base_f = layer.arm(side)
    u = _path(base_u, [_out(side, 0.7, -0.6, 0.4), _out(side, 0.85, 0.0, 0.5)], e)
    f = _path(base_f, [_out(side, 0.2, 0.3, 0.9), _out(side, -0.62, 0.72, 0.12)], e)
    layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))
    return {"action": "salute", "side": side}


def clap(layer: Layer, rng: Rng, side: str) -> Facts:
    """Both hands meet in front of the chest, several times."""
    t, e, up, _ = _window(layer, rng, float(rng.uniform(0.45, 0.65)), 0.3)
    rate = float(rng.uniform(1.8, 3.0))
    beat = 0.5 - 0.5 * np.cos(2 * np.pi * rate * np.maximum(t - up, 0.0))
    apart = 0.06 + rng.uniform(0.07, 0.13) * np.abs(beat)
    high, ahead = rng.uniform(-0.25, -0.08), rng.uniform(0.26, 0.36)
    places, _ = layer.solve()
    for s, sign in (("left", 1.0), ("right", -1.0)):
        base_u, base_f = layer.arm(s)
        shoulder = layer.inside(places[:, 16 if s == "left" else 17] - places[:, NECK])
        hand = np.stack(
            [sign * apart - shoulder[:, 0], np.full_like(t, high), np.full_like(t, ahead)], axis=-1
        )
        u, f = layer.reach(s, hand, np.broadcast_to(_out(s, 0.7, -1.0, -0.1), hand.shape))
        u = normalise(base_u * (1 - e[:, None]) + u * e[:, None])
        ahead_f = _path(base_f, [_out(s, 0.15, 0.0, 1.0)], np.minimum(1.0, e * 2.0))
        k = ease(e * 2.0 - 1.0)[:, None]
        layer.set_arm(s, u, normalise(ahead_f * (1 - k) + f * k), np.minimum(1.0, e * 6.0))
    return {"action": "clap"}


def bow(layer: Layer, rng: Rng, side: str) -> Facts:
    """A bend of the trunk from the hips, held shortly, and up again."""
    _, e, _, _ = _window(layer, rng, float(rng.uniform(0.7, 1.1)), 0.3, float(rng.uniform(0.2, 1.3)))
    angle = np.radians(rng.uniform(40, 75)) * e
    layer.sink(e * 0.02, e * rng.uniform(0.08, 0.14), angle * 0.45)
    layer.lean(angle * 0.55)
    layer.head(angle * rng.uniform(0.1, 0.4), np.zeros_like(angle))
    return {"action": "bow"}


def squat(layer: Layer, rng: Rng, side: str) -> Facts:
    """Knees bend deep with both feet planted, and straighten again."""
    depth, arms = rng.uniform(0.32, 0.52), rng.random() < 0.5
    _, e, _, _ = _window(layer, rng, float(rng.uniform(0.6, 1.0)), 0.3, float(rng.uniform(0.05, 0.8)))
    _squat(layer, rng, e, float(depth), arms)
    return {"action": "crouch", "kind": "return"}


def crouch(layer: Layer, rng: Rng, side: str) -> Facts:
    """Knees bend deep and stay so."""
    t = _clock(layer)
    start = float(rng.uniform(0.15, 0.6))
    e = ease((t - start) / rng.uniform(0.6, 1.0))
    _squat(layer, rng, e, float(rng.uniform(0.35, 0.52)), False)
    return {"action": "crouch", "kind": "stay"}


def _squat(layer: Layer, rng: Rng, e: Array, depth: float, arms: bool) -> None:
    lean = np.radians(rng.uniform(25, 42)) * depth / 0.45
    layer.sink(e * depth, e * depth * 0.32, e * lean * 0.5)
    layer.lean(e * lean * 0.6)
    layer.head(-e * lean * 0.6, np.zeros_like(e))
    if arms:
        for side in ("left", "right"):
            base_u, base_f = layer.arm(side)
            u = _path(base_u, [_out(side, 0.15, -0.1, 1.0)], e)
            f = _path(base_f, [_out(side, -0.02, 0.05, 1.0)], e)
            layer.set_arm(side, u, f, np.minimum(1.0, e * 6.0))


def nod(layer: Layer, rng: Rng, side: str) -> Facts:
    """The head goes down and up a few times."""
    t, _, up, down = _window(layer, rng, 0.3)
    pitch = np.radians(rng.uniform(14, 24)) * (_swing(t, up, down, float(rng.uniform(1.1, 1.8))) * 0.8 + 0.1)
    layer.head(pitch, np.zeros_like(pitch))
    return {"action": "nod"}


def shake_head(layer: Layer, rng: Rng, side: str) -> Facts:
    """The head goes left and right a few times."""
    t, _, up, down = _window(layer, rng, 0.3)
    yaw = np.radians(rng.uniform(22, 38)) * _swing(t, up, down, float(rng.uniform(0.9, 1.5)))
    layer.head(np.zeros_like(yaw), yaw)
    return {"action": "shake_head"}


def look(layer: Layer, rng: Rng, side: str) -> Facts:
    """The head turns to one side and back."""
    _, e, _, _ = _window(layer, rng, float(rng.uniform(0.4, 0.7)))
    yaw = e * np.radians(rng.uniform(45, 65)) * (1.0 if side == "left" else -1.0)
    layer.head(np.zeros_like(yaw), yaw)
    return {"action": "look", "side": side}


STANDING: dict[str, tuple[Callable[[Layer, Rng, str], Facts], int]] = {
    "wave": (wave, 60),
    "raise": (raise_hand, 36),
    "raise_both": (raise_both, 30),
    "point": (point, 36),
    "point_side": (point_side, 24),
    "salute": (salute, 20),
    "clap": (clap, 36),
    "bow": (bow, 36),
    "squat": (squat, 36),
    "crouch": (crouch, 30),
    "nod": (nod, 16),
    "shake_head": (shake_head, 16),
    "look": (look, 20),
}
