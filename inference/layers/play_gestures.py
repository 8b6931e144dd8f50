# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored work of the hands that is played or trained: instruments, a microphone, balls, weapons, weights, a rod.

Each takes a :class:`GestureBody`, bends trunk and head first, and then brings the hands to their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ...motion.layers.body_joints import HEAD
from .hand_paths import CHEST, DOWN, FRONT, OUT, GestureBody, between, place_straight


def _flute(g: GestureBody) -> None:
    g.bend(3.0 + 3.0 * g.sine(2.4), 4.0 + 3.0 * g.sine(1.2), -13.0, 0.0, 4.0 * g.sine(2.4))
    finger = 0.012 * g.sine(0.35)
    g.hand(g.other, HEAD, (-0.02, -0.06 + finger, 0.22), (0.5, -0.8, 0.6))
    g.hand(g.side, HEAD, (0.3, -0.06 - finger, 0.14), (1.0, -0.7, 0.0))


def _trumpet(g: GestureBody) -> None:
    g.bend(-6.0 + 3.0 * g.sine(1.6), -8.0, 5.0 * g.drift(2.2), 0.0, 3.0 * g.sine(1.6))
    finger = 0.012 * g.sine(0.35)
    g.hand(g.other, HEAD, (0.05, -0.05, 0.25), (0.9, -0.6, 0.2))
    g.hand(g.side, HEAD, (0.04, -0.03 + finger, 0.33), (0.9, -0.6, 0.2))


def _cello(g: GestureBody) -> None:
    bow = g.sine(1.5)
    g.bend(8.0, 6.0, 0.0, 5.0 * bow)
    g.hand(g.other, CHEST, (0.12, 0.12 - 0.1 * g.drift(2.0), 0.2), OUT)
    g.hand(g.side, CHEST, (0.16 + 0.2 * bow, -0.24, 0.36), OUT)


def _accordion(g: GestureBody) -> None:
    wide = g.sine(1.7)
    g.bend(2.0, 8.0, 8.0 * g.drift(2.4), 0.0, 4.0 * wide)
    g.hands(CHEST, (0.24 + 0.11 * wide, -0.1, 0.26), (1.0, -0.5, -0.2))


def _turntables(g: GestureBody) -> None:
    scratch, bob = g.sine(0.42), g.sine(0.84)
    g.bend(13.0 + 4.0 * bob, 12.0 + 6.0 * bob, 10.0 * g.drift(2.6))
    g.shift(0.0, -0.03 + 0.015 * bob, 0.0)
    g.hand(g.side, FRONT, (0.18, g.table + 0.06, 0.38 + 0.07 * scratch), DOWN)
    g.hand(g.other, HEAD, (0.14, 0.0, 0.03), (0.9, -0.6, 0.2))


def _maracas(g: GestureBody) -> None:
    beat = g.sine(0.45)
    g.bend(3.0, 2.0, 0.0, 0.0, 5.0 * g.sine(0.9))
    g.shift(0.04 * g.sine(0.9), -0.02 - 0.01 * beat, 0.0)
    g.hand(g.side, CHEST, (0.2, 0.06 + 0.08 * beat, 0.3), DOWN)
    g.hand(g.other, CHEST, (0.2, 0.06 - 0.08 * beat, 0.3), DOWN)


def _sing(g: GestureBody) -> None:
    swell = 0.5 + 0.5 * g.drift(2.6)
    g.bend(
        -3.0 + 5.0 * g.drift(2.6), -8.0 + 8.0 * g.drift(1.8, 2), 8.0 * g.drift(3.0, 1), 0.0, 4.0 * g.sine(2.2)
    )
    g.hand(g.side, HEAD, (0.05, -0.13, 0.19), (0.6, -1.0, 0.1))
    x, y, z = between((0.26, -0.1, 0.26), (0.42, 0.14, 0.3), swell)
    g.hand(g.other, CHEST, (x, y, z), DOWN)


def _dribble(g: GestureBody) -> None:
    push = 0.5 - 0.5 * np.cos(g.turns(0.62))
    g.bend(16.0 + 3.0 * push, -3.0, 0.0, -6.0)
    g.shift(0.0, -0.12 - 0.02 * push, -0.03)
    g.hand(g.side, FRONT, (0.23, 0.16 - 0.22 * push, 0.34), (0.6, -0.6, -0.6))
    g.hand(g.other, FRONT, (0.32, 0.12, 0.22), (0.8, -0.6, 0.0))


def _catch(g: GestureBody) -> None:
    hit = 0.55
    ready = g.keys([-0.5, 0.0], [0.0, 1.0])
    take = g.keys([hit, hit + 0.35], [0.0, 1.0])
    g.bend(6.0 + 7.0 * take, -3.0 + 12.0 * take)
    g.shift(0.0, -0.05 - 0.04 * take, 0.05 * ready - 0.09 * take)
    x, y, z = between((0.12, 0.14, 0.46), (0.08, -0.06, 0.22), take)
    g.hands(CHEST, (x, y, z), (0.8, -0.7, 0.0))


def _aim_pistol(g: GestureBody, hands: int = 2) -> None:
    kick = np.exp(-np.mod(g.since() - 0.35, 1.0 * g.tempo) / 0.12) * (g.since() > 0.35) * g.e
    if g.timing.count:
        kick = kick * (g.since() < 0.35 + g.timing.count * 1.0 * g.tempo)
    g.bend(5.0 - 3.0 * kick, 3.0 - 3.0 * kick, 0.0, 0.0 if hands == 2 else -18.0)
    g.shift(0.0, -0.03, 0.03 - 0.015 * kick, 0.0 if hands == 2 else -14.0)
    if hands == 2:
        g.hands(CHEST, (0.025, 0.16 + 0.07 * kick, 0.48 - 0.05 * kick), (0.9, -0.8, 0.0))
    else:
        g.hand(g.side, CHEST, place_straight(-0.05, 0.06 + 0.16 * kick, 1.0), DOWN)


def _aim_rifle(g: GestureBody) -> None:
    kick = np.exp(-np.mod(g.since() - 0.6, 1.3 * g.tempo) / 0.12) * (g.since() > 0.6) * g.e
    g.bend(8.0 - 4.0 * kick, 9.0, 12.0, 20.0)
    g.shift(0.0, -0.04, 0.02 - 0.02 * kick, 18.0)
    g.hand(g.side, CHEST, (0.1, 0.12, 0.2 - 0.03 * kick), (1.0, -0.2, -0.1))
    g.hand(g.other, CHEST, (-0.04, 0.12 + 0.02 * kick, 0.47 - 0.03 * kick), (0.5, -1.0, 0.2))


def _shoot_bow(g: GestureBody) -> None:
    draw = g.keys([0.0, 0.95], [0.0, 1.0])
    loose = g.keys([1.75, 1.87], [0.0, 1.0])
    g.bend(0.0, 0.0, -48.0, 38.0)
    g.shift(0.0, -0.03, 0.0, 38.0)
    # the bow points ahead, over the shoulder of the hand that holds it
    g.hand(g.other, CHEST, place_straight(1.0, 0.08, 0.45), OUT)
    x, y, z = between((-0.3, 0.17, 0.3), (0.12, 0.2, 0.1), draw)
    g.hand(g.side, CHEST, (x + 0.12 * loose, y, z - 0.1 * loose), (1.0, 0.1, -0.1))


def _curl_weights(g: GestureBody) -> None:
    for side, lag in ((g.side, 0.0), (g.other, np.pi)):
        up = 0.5 - 0.5 * np.cos(g.turns(2.1) + lag)
        x, y, z = between((0.22, -0.38, 0.07), (0.2, 0.08, 0.24), up)
        g.hand(side, CHEST, (x, y, z), DOWN)
    g.bend(-2.0 * np.cos(g.turns(2.1)), 4.0)


def _press_weights(g: GestureBody) -> None:
    up = 0.5 - 0.5 * np.cos(g.turns(2.2))
    g.bend(-5.0 + 2.0 * up, -6.0 * up)
    g.shift(0.0, -0.03 * (1 - up), 0.0)
    g.hands(CHEST, between((0.27, 0.2, 0.12), (0.22, 0.64, 0.03), up), (1.0, -0.8, 0.1))


def _cast_rod(g: GestureBody) -> None:
    back = g.keys([0.0, 0.5, 0.85], [0.0, 1.0, 0.0])
    out = g.keys([0.55, 0.95], [0.0, 1.0])
    reel = g.keys([1.7, 2.0], [0.0, 1.0])
    phase = g.turns(0.7)
    g.bend(-8.0 * back + 8.0 * out, 0.0, 0.0, 14.0 * back - 8.0 * out)
    g.shift(0.0, -0.02, -0.05 * back + 0.05 * out)
    x, y, z = between((0.12, -0.05, 0.34), (0.16, 0.36, -0.02), back)
    g.hand(g.side, CHEST, (x, y, z + 0.08 * out), OUT)
    g.hand(g.other, CHEST, (0.05 + 0.0 * reel, -0.1 + 0.05 * reel * np.sin(phase), 0.3 + 0.05 * reel * np.cos(phase)),
           DOWN)  # fmt: skip


def _throw_dart(g: GestureBody) -> None:
    back = g.keys([0.0, 0.35, 0.6], [0.3, 1.0, 0.0])
    g.bend(3.0 + 4.0 * (1 - back), 0.0, 0.0, -12.0 * (1 - back))
    g.shift(0.0, 0.0, 0.06 * (1 - back), -12.0)
    g.hand(g.side, CHEST, between((0.08, 0.12, 0.5), (0.17, 0.3, 0.14), back), (0.6, -0.8, 0.5))


def _hold_tray(g: GestureBody) -> None:
    g.bend(-2.0, 0.0, 6.0 * g.drift(3.4))
    g.hand(g.side, CHEST, (0.26, 0.18 + 0.01 * g.sine(0.9), 0.14), (0.6, -1.0, 0.1))


PLAY_GESTURES: Mapping[str, Callable[[GestureBody], None]] = {
    "flute": _flute,
    "trumpet": _trumpet,
    "cello": _cello,
    "accordion": _accordion,
    "turntables": _turntables,
    "maracas": _maracas,
    "sing": _sing,
    "dribble_ball": _dribble,
    "catch_ball": _catch,
    "aim_pistol": _aim_pistol,
    "aim_one_handed": lambda g: _aim_pistol(g, 1),
    "aim_rifle": _aim_rifle,
    "draw_bow": _shoot_bow,
    "curl_weights": _curl_weights,
    "press_weights": _press_weights,
    "cast_rod": _cast_rod,
    "throw_dart": _throw_dart,
    "hold_tray": _hold_tray,
}
"""What a name does."""
