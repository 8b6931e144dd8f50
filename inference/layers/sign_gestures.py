# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored gestures of arms and hands that signal or greet: pointing, beckoning, fists, a handshake, conducting.

Each takes a :class:`GestureBody`, bends trunk and head first, and then brings the hands to their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ...motion.layers.body_joints import HEAD, OUTWARD, SIDES
from ...motion.layers.motion_layer import minimum_jerk
from .body_moves import dip
from .hand_paths import CHEST, DOWN, OUT, GestureBody, between, place_straight


def _point(g: GestureBody) -> None:
    way = g.way or "forward"
    jab = dip(np.mod(g.since(), 1.5 * g.tempo), 0.1, 0.5) * g.e
    ahead = g.side  # the hand that points
    if way in ("left", "right"):
        towards = OUTWARD[way] * OUTWARD[ahead]  # 1 outward, -1 across the body
        g.bend(0.0, 0.0, 55.0 * towards, 14.0 * towards)
        g.shift(0.03 * towards, 0.0, 0.0, 8.0 * towards)
        out, front = (0.98, 0.18) if towards > 0 else (-0.75, 0.58)
        g.hand(ahead, CHEST, place_straight(out, 0.08 + 0.05 * jab, front), OUT)
        return
    if way == "up":
        g.bend(-7.0, -28.0, 0.0)
        place = place_straight(0.12, 1.0, 0.3 + 0.06 * jab)
    elif way == "down":
        g.bend(7.0, 24.0, 0.0)
        place = place_straight(0.15, -0.72, 0.62 + 0.08 * jab)
    elif way == "backward":
        g.bend(0.0, 0.0, 60.0, 22.0)
        place = place_straight(0.7, 0.25, -0.6)
    else:
        g.bend(3.0, 1.0, 0.0, -9.0)
        place = place_straight(-0.05, 0.06 + 0.07 * jab, 1.0)
    g.shift(0.0, 0.0, 0.03 if way != "up" else 0.0)
    g.hand(ahead, CHEST, place, OUT)


def _wave(g: GestureBody, sides: tuple[str, ...]) -> None:
    swing = g.swings(0.66)
    one = len(sides) == 1
    g.bend(
        -1.0,
        -4.0 + 3.0 * g.drift(1.8),
        5.0 * g.drift(2.6, 1),
        4.0 * swing if one else 0.0,
        -3.0 if one else 0.0,
    )
    g.shift(-0.015 if one else 0.0, -0.008 * np.abs(swing), 0.01)
    for side in sides:
        # the forearm swings about the elbow
        g.hand(side, CHEST, (0.36 + 0.135 * swing, 0.37 - 0.05 * swing * swing, 0.13), (0.8, -1.0, 0.05))


def _clap(g: GestureBody) -> None:
    closed = g.strokes(0.52) if g.timing.count else 0.5 - 0.5 * np.cos(g.turns(0.5))
    g.bend(3.0 + 2.0 * closed, -3.0 + 4.0 * closed, 6.0 * g.drift(2.6), 0.0, 2.5 * g.drift(1.9, 2))
    g.shift(0.0, -0.006 * closed, 0.01)
    g.hand(g.side, CHEST, (0.19 - 0.155 * closed, 0.06 + 0.07 * (1 - closed), 0.33), (0.9, -0.7, 0.0))
    g.hand(g.other, CHEST, (0.16 - 0.125 * closed, 0.04, 0.32), (0.9, -0.7, 0.0))


def _beckon(g: GestureBody) -> None:
    pull = 0.5 - 0.5 * np.cos(g.turns(0.7))
    g.bend(3.0 - 5.0 * pull, 3.0 - 8.0 * pull, 6.0)
    x, y, z = between((0.2, 0.1, 0.48), (0.16, 0.24, 0.17), pull)
    g.hand(g.side, CHEST, (x, y, z), DOWN)


def _halt(g: GestureBody) -> None:
    push = g.keys([-0.3, 0.0, 0.25], [0.0, 1.0, 0.9])
    g.bend(-2.0, -2.0)
    g.shift(0.0, 0.0, 0.04)
    x, y, z = between((0.2, 0.1, 0.2), (0.14, 0.2, 0.43), push)
    g.hand(g.side, CHEST, (x, y, z), DOWN)


def _thumb_up(g: GestureBody) -> None:
    push = g.strokes(0.8, -0.1)
    g.bend(2.0, 2.0 + 5.0 * push)
    g.hand(g.side, CHEST, (0.17, 0.02 + 0.03 * push, 0.34 + 0.06 * push), DOWN)


def _wag_finger(g: GestureBody) -> None:
    swing = g.sine(0.5)
    g.bend(6.0, 3.0, 5.0 * swing)
    g.hand(g.side, CHEST, (0.16 + 0.09 * swing, 0.2, 0.33), DOWN)


def _count_fingers(g: GestureBody) -> None:
    tap = g.strokes(0.75)
    number = np.floor(np.clip(g.since() / (0.75 * g.tempo), 0, 9))
    g.bend(4.0, 22.0 - 4.0 * tap, 3.0)
    g.hand(g.other, CHEST, (0.06, 0.0, 0.31), DOWN)
    g.hand(g.side, CHEST, (0.1 - 0.015 * np.mod(number, 5) - 0.02 * tap, 0.12 - 0.085 * tap, 0.3), OUT)


def _clap_overhead(g: GestureBody) -> None:
    closed = g.strokes(0.6) if g.timing.count else 0.5 - 0.5 * np.cos(g.turns(0.55))
    g.bend(-5.0, -10.0, 0.0, 0.0, 3.0 * g.sine(1.1))
    g.hands(HEAD, (0.28 - 0.24 * closed, 0.34 + 0.06 * closed, 0.1), (1.0, 0.0, 0.1))


def _cheer(g: GestureBody) -> None:
    pump = 0.5 - 0.5 * np.cos(g.turns(0.62))
    g.bend(-6.0, -14.0, 0.0, 6.0 * g.sine(1.24))
    g.shift(0.03 * g.sine(1.24), -0.05 + 0.05 * pump, 0.0)
    for side, late in ((g.side, 0.0), (g.other, 0.35)):
        up = 0.5 - 0.5 * np.cos(g.turns(0.62) - late)
        g.hand(side, CHEST, between((0.3, 0.36, 0.14), (0.26, 0.64, 0.08), up), (1.0, -0.2, 0.1))


def _tap_shoulder(g: GestureBody) -> None:
    tap = g.strokes(0.5)
    g.bend(6.0, 3.0, 0.0, -12.0)
    g.shift(0.0, 0.0, 0.07)
    g.hand(g.side, CHEST, (0.08, 0.16 - 0.07 * tap, 0.46), DOWN)


def _fly_kite(g: GestureBody) -> None:
    tug = 0.5 + 0.5 * g.sine(1.3)
    g.bend(-9.0 - 4.0 * tug, -24.0, 12.0 * g.drift(3.0), 5.0 * g.drift(3.0))
    g.shift(0.03 * g.drift(3.0), -0.03, -0.04 * tug)
    g.hand(g.side, CHEST, (0.08, 0.3 - 0.16 * tug, 0.36 - 0.14 * tug), DOWN)
    g.hand(g.other, CHEST, (0.06, 0.06 - 0.05 * tug, 0.28 - 0.08 * tug), DOWN)


def _raise_fist(g: GestureBody) -> None:
    pump = g.strokes(0.65)
    g.bend(-3.0, -7.0, 0.0, -6.0 * pump)
    x, y, z = between((0.24, 0.22, 0.18), (0.2, 0.6, 0.1), 0.25 + 0.75 * pump)
    g.hand(g.side, CHEST, (x, y, z), (1.0, -0.4, 0.3))


def _shake_fist(g: GestureBody) -> None:
    shake = g.sine(0.42)
    g.bend(9.0 + 2.0 * shake, 4.0, 0.0, -10.0)
    g.shift(0.0, -0.02, 0.06)
    g.hand(g.side, CHEST, (0.2, 0.29 + 0.055 * shake, 0.29 + 0.05 * shake), (0.9, -0.7, 0.0))


def _high_five(g: GestureBody) -> None:
    back = g.keys([-0.4, 0.15, 0.4, 0.75], [0.0, 0.0, 1.0, 0.35])
    g.bend(2.0 + 4.0 * back, -3.0, 0.0, -16.0 * back)
    g.shift(0.0, 0.0, 0.09 * back)
    x, y, z = between((0.26, 0.4, -0.02), (0.14, 0.5, 0.36), back)
    g.hand(g.side, CHEST, (x, y, z), (1.0, -0.3, 0.1))


def _bump_fist(g: GestureBody) -> None:
    out = g.keys([-0.35, 0.1, 0.4, 0.8], [0.0, 0.0, 1.0, 0.8])
    g.bend(4.0 * out, 3.0, 0.0, -12.0 * out)
    g.shift(0.0, 0.0, 0.07 * out)
    x, y, z = between((0.2, -0.08, 0.16), (0.1, 0.06, 0.5), out)
    g.hand(g.side, CHEST, (x, y, z), DOWN)


def _shake_hands(g: GestureBody) -> None:
    shake = g.swings(0.42)
    g.bend(9.0, 3.0 + 3.0 * shake, 0.0, -11.0)
    g.shift(0.0, -0.01, 0.11)
    g.hand(g.side, CHEST, (0.06, -0.12 + 0.055 * shake, 0.45), DOWN)


def _thumb_a_ride(g: GestureBody) -> None:
    swing = 0.5 - 0.5 * np.cos(g.turns(1.3))
    g.bend(0.0, 0.0, 26.0, 6.0)
    g.hand(g.side, CHEST, place_straight(0.9, -0.1 + 0.1 * swing, 0.45 - 0.3 * swing), DOWN)


def _give(g: GestureBody) -> None:
    out = g.keys([-0.2, 0.55], [0.0, 1.0])
    g.bend(9.0 * out, 6.0, 0.0, -10.0 * out)
    g.shift(0.0, -0.01, 0.1 * out)
    x, y, z = between((0.14, -0.1, 0.2), (0.08, 0.0, 0.48), out)
    g.hand(g.side, CHEST, (x, y, z), DOWN)


def _give_with_both(g: GestureBody) -> None:
    out = g.keys([-0.2, 0.55], [0.0, 1.0])
    g.bend(10.0 * out, 8.0)
    g.shift(0.0, -0.01, 0.1 * out)
    x, y, z = between((0.1, -0.1, 0.2), (0.08, 0.0, 0.46), out)
    g.hands(CHEST, (x, y, z), DOWN)


def _beg(g: GestureBody) -> None:
    plead = g.sine(0.62)
    g.bend(13.0 + 4.0 * plead, -6.0)
    g.shift(0.0, -0.05 - 0.01 * plead, 0.0)
    g.hands(CHEST, (0.035, 0.04 + 0.055 * plead, 0.3 + 0.03 * plead), (0.8, -0.8, 0.0))


def _beat_chest(g: GestureBody) -> None:
    beat = g.sine(0.5)
    g.bend(-6.0, -9.0, 0.0, 6.0 * beat)
    for side, sign in ((g.side, 1.0), (g.other, -1.0)):
        hit = np.clip(sign * beat, 0.0, 1.0)
        g.hand(side, CHEST, (0.07 + 0.1 * (1 - hit), 0.04, 0.16 + 0.15 * (1 - hit)), (1.0, -0.15, 0.1))


def _flex(g: GestureBody) -> None:
    pump = 0.5 - 0.5 * np.cos(g.turns(1.2))
    g.bend(-4.0, -3.0, 22.0 * g.drift(3.4), 5.0 * g.drift(3.4))
    g.hands(CHEST, (0.38 - 0.06 * pump, 0.36 - 0.02 * pump, 0.03), (1.0, -0.02, 0.1))


def _surrender(g: GestureBody) -> None:
    g.bend(-3.0, 0.0, 6.0 * g.drift(2.4))
    g.shift(0.0, -0.02, -0.03)
    tremble = 0.008 * g.sine(0.3)
    g.hands(CHEST, (0.33 + tremble, 0.37, 0.08), (1.0, -0.6, 0.1))


def _shrug(g: GestureBody) -> None:
    up = g.strokes(1.3, -0.45) if g.timing.count else g.e * g.keys([-0.5, 0.0], [0.0, 1.0])
    for side in SIDES:
        g.layer.lift_shoulder(side, np.radians(17) * up)
    g.bend(-3.0 * up, 3.0 * up, 4.0 * up, 0.0, 6.0 * up)
    g.hands(CHEST, (0.36, -0.09, 0.2), (0.25, -1.0, -0.1), up)


def _hug(g: GestureBody) -> None:
    closed = g.keys([0.0, 0.8], [0.0, 1.0])
    pat = 0.025 * g.sine(0.7) * closed
    g.bend(5.0 + 6.0 * closed, 6.0 * closed, 14.0 * closed)
    g.shift(0.0, -0.02, 0.08 * closed)
    x, y, z = between((0.36, 0.2, 0.36), (-0.08, 0.08, 0.34), closed)
    g.hand(g.side, CHEST, (x, y + 0.05, z + pat), (1.0, -0.1, 0.3))
    g.hand(g.other, CHEST, (x, y - 0.07, z - 0.03), (1.0, -0.3, 0.3))


def _conduct(g: GestureBody) -> None:
    phase = g.turns(1.5)
    g.bend(5.0 * g.sine(3.0), 3.0 + 5.0 * np.cos(phase), 12.0 * g.drift(4.0))
    for side, lag, size in ((g.side, 0.0, 1.0), (g.other, 0.25, 0.75)):
        # a bar of two: down, out, and up again, with a rebound at each beat
        x = 0.3 + size * 0.13 * np.sin(phase - lag)
        y = 0.16 + size * (0.15 * np.cos(phase - lag) + 0.05 * np.cos(2 * (phase - lag)))
        g.hand(side, CHEST, (x, y, 0.35), (0.9, -0.7, 0.0))


def _direct_traffic(g: GestureBody) -> None:
    swap = minimum_jerk((0.2 - 0.5 * np.cos(g.turns(2.6))) / 0.4)
    g.bend(0.0, 0.0, 40.0 * (swap - 0.5))
    x, y, z = between((0.2, 0.3, 0.42), place_straight(1.0, 0.05, 0.1), swap)
    g.hand(g.side, CHEST, (x, y, z), OUT)
    x, y, z = between(place_straight(1.0, 0.05, 0.1), (0.1, 0.05, 0.35), swap)
    g.hand(g.other, CHEST, (x, y, z), OUT)


def _wave_through(g: GestureBody) -> None:
    """Sweep a hand from one side to the other, as to show what is there."""
    across = g.keys([0.0, 1.3], [0.0, 1.0]) if not g.timing.count else 0.5 - 0.5 * np.cos(g.turns(1.9))
    g.bend(0.0, 2.0, -28.0 + 60.0 * across, -12.0 + 26.0 * across)
    x, y, z = between((-0.16, 0.06, 0.4), place_straight(0.85, 0.05, 0.5), across)
    g.hand(g.side, CHEST, (x, y, z), DOWN)


SIGN_GESTURES: Mapping[str, Callable[[GestureBody], None]] = {
    "point": _point,
    "wave": lambda g: _wave(g, (g.side,)),
    "wave_both": lambda g: _wave(g, SIDES),
    "clap": _clap,
    "beckon": _beckon,
    "halt": _halt,
    "thumb_up": _thumb_up,
    "wag_finger": _wag_finger,
    "count_fingers": _count_fingers,
    "clap_overhead": _clap_overhead,
    "raise_fist": _raise_fist,
    "cheer": _cheer,
    "tap_shoulder": _tap_shoulder,
    "fly_kite": _fly_kite,
    "shake_fist": _shake_fist,
    "high_five": _high_five,
    "bump_fist": _bump_fist,
    "shake_hands": _shake_hands,
    "thumb_a_ride": _thumb_a_ride,
    "give": _give,
    "give_with_both": _give_with_both,
    "beg": _beg,
    "beat_chest": _beat_chest,
    "flex": _flex,
    "surrender": _surrender,
    "shrug": _shrug,
    "hug": _hug,
    "conduct": _conduct,
    "direct_traffic": _direct_traffic,
    "wave_through": _wave_through,
}
"""What a name does."""
