# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored work with things that are held: at a table or wall, with a broom, shovel, saw, rope or wheel.

Each takes a :class:`GestureBody`, bends trunk and head first, and then brings the hands to their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ...motion.layers.body_joints import HEAD
from ...motion.layers.motion_layer import minimum_jerk
from .body_moves import dip
from .hand_paths import CHEST, DOWN, FRONT, HIPS, OUT, GestureBody, between


def _wipe_table(g: GestureBody) -> None:
    across, along = g.sine(1.1), g.sine(1.1, np.pi / 2)
    g.bend(24.0 + 4.0 * along, 12.0, 6.0 * across, 9.0 * across)
    g.shift(0.03 * across, -0.03, -0.03)
    g.hand(g.other, FRONT, (0.24, g.table, 0.3), (0.7, -0.3, -0.7))
    g.hand(g.side, FRONT, (0.12 + 0.2 * across, g.table, 0.45 + 0.1 * along), (0.7, -0.5, -0.3))


def _wash_hands(g: GestureBody) -> None:
    rub = g.sine(0.55)
    g.bend(15.0, 20.0 + 3.0 * g.drift(2.2), 4.0 * g.drift(3.0, 2), 0.0, 2.0 * rub)
    g.hand(
        g.side, FRONT, (0.04 + 0.02 * rub, g.table + 0.08 + 0.03 * rub, 0.36 + 0.05 * rub), (0.9, -0.6, -0.2)
    )
    g.hand(
        g.other, FRONT, (0.04 - 0.02 * rub, g.table + 0.08 - 0.03 * rub, 0.36 - 0.05 * rub), (0.9, -0.6, -0.2)
    )


def _wash_dishes(g: GestureBody) -> None:
    a, b = g.sine(0.75), g.sine(0.75, np.pi / 2)
    put = minimum_jerk(dip(np.mod(g.since(), 3.2), 2.1, 3.2) * 1.5)
    g.bend(13.0, 20.0, -22.0 * put, -14.0 * put)
    g.hand(g.other, FRONT, (0.09 + 0.2 * put, g.table + 0.1 + 0.06 * put, 0.33), (0.8, -0.7, -0.2))
    g.hand(g.side, FRONT, (0.02 + 0.06 * a + 0.08 * put, g.table + 0.12 + 0.055 * b, 0.38), (0.9, -0.6, -0.1))


def _open_jar(g: GestureBody) -> None:
    twist = minimum_jerk(np.mod(g.since() / (0.95 * g.tempo), 1.0) * 1.6)
    twist = twist * (1.0 - minimum_jerk((np.mod(g.since() / (0.95 * g.tempo), 1.0) - 0.75) / 0.25))
    strain = dip(np.mod(g.since() / (0.95 * g.tempo), 1.0), 0.0, 1.0)
    g.bend(6.0 + 6.0 * strain, 21.0, 0.0, -7.0 * twist, 5.0 * strain)
    g.hand(g.other, CHEST, (0.03, -0.17, 0.25), (0.9, -0.6, 0.0))
    x, y, z = between((0.11, -0.05, 0.29), (-0.03, -0.05, 0.24), twist)
    g.hand(g.side, CHEST, (x, y, z), (1.0, -0.1 + 0.4 * twist, 0.1))


def _knead(g: GestureBody) -> None:
    push = 0.5 - 0.5 * np.cos(g.turns(0.95))
    g.bend(14.0 + 13.0 * push, 15.0)
    g.shift(0.0, -0.02 - 0.02 * push, -0.03 + 0.06 * push)
    x, y, z = between((0.07, g.table + 0.1, 0.25), (0.05, g.table + 0.01, 0.46), push)
    g.hands(FRONT, (x, y, z), (0.8, -0.4, -0.5))


def _chop(g: GestureBody) -> None:
    cut = 0.5 - 0.5 * np.cos(g.turns(0.42))
    along = np.mod(g.since() / 2.8, 1.0)
    along = np.where(along < 0.85, along / 0.85, (1.0 - along) / 0.15)
    g.bend(13.0 + 2.0 * cut, 24.0)
    g.hand(g.other, FRONT, (0.02 + 0.12 * along, g.table + 0.02, 0.34), (0.9, -0.5, -0.2))
    g.hand(g.side, FRONT, (0.1 - 0.1 * along, g.table + 0.03 + 0.12 * cut, 0.37), (0.8, -0.6, -0.3))


def _flip_pan(g: GestureBody) -> None:
    toss = g.strokes(1.1, 0.1)
    g.bend(7.0 - 4.0 * toss, 14.0 - 12.0 * toss)
    g.shift(0.0, -0.02 + 0.02 * toss, 0.0)
    g.hand(g.side, FRONT, (0.1, g.table + 0.12 + 0.19 * toss, 0.42 - 0.1 * toss), (0.7, -0.8, -0.3))
    g.hand(g.other, FRONT, (0.2, g.table + 0.14, 0.27), (0.8, -0.6, -0.3))


def _sprinkle(g: GestureBody) -> None:
    shake = g.sine(0.35)
    g.bend(9.0, 20.0)
    g.hand(
        g.side, FRONT, (0.04 + 0.03 * shake + 0.06 * g.drift(1.8), g.table + 0.3 + 0.025 * shake, 0.38), OUT
    )
    g.hand(g.other, FRONT, (0.22, g.table + 0.03, 0.3), DOWN)


def _iron(g: GestureBody) -> None:
    slide = g.sine(1.7)
    g.bend(14.0, 20.0, 9.0 * slide, 12.0 * slide)
    g.shift(0.04 * slide, -0.02, 0.0)
    g.hand(g.other, FRONT, (0.28, g.table, 0.3), DOWN)
    g.hand(g.side, FRONT, (0.08 + 0.22 * slide, g.table + 0.05, 0.38), (0.9, -0.5, -0.3))


def _fold_cloth(g: GestureBody) -> None:
    over = minimum_jerk((0.35 - 0.5 * np.cos(g.turns(1.9))) / 0.7)
    g.bend(12.0, 20.0, 6.0 * over)
    arc = 0.2 * np.sin(np.pi * over)
    g.hand(g.other, FRONT, (0.2 - 0.06 * over, g.table + 0.04, 0.33), DOWN)
    g.hand(g.side, FRONT, (0.28 - 0.36 * over, g.table + 0.04 + arc, 0.36), (0.9, -0.5, 0.0))


def _pet(g: GestureBody) -> None:
    stroke = 0.5 - 0.5 * np.cos(g.turns(1.3))
    lift = 0.06 * np.clip(-np.sin(g.turns(1.3)), 0, 1)
    g.bend(34.0, 12.0, 5.0)
    g.shift(0.0, -0.12, -0.05)
    g.hand(g.side, FRONT, (0.1, -0.22 + lift, 0.52 - 0.2 * stroke), DOWN)
    g.hand(g.other, HIPS, (0.14, -0.1, 0.2), (0.9, 0.0, -0.6))


def _pat_ahead(g: GestureBody) -> None:
    tap = g.strokes(0.55)
    g.bend(9.0, 12.0)
    g.hand(g.side, FRONT, (0.1, g.table + 0.16 - 0.09 * tap, 0.43), DOWN)


def _paint_wall(g: GestureBody) -> None:
    up = 0.5 + 0.5 * g.sine(1.8)
    aside = g.drift(4.4) * 0.13
    g.bend(4.0 * (1 - up), 9.0 - 25.0 * up, 10.0 * aside / 0.13 * 0.5)
    g.shift(0.25 * aside, -0.05 * (1 - up), 0.02)
    x, y, z = between((0.14, -0.2, 0.43), (0.14, 0.5, 0.33), up)
    g.hand(g.side, CHEST, (x + aside, y, z), OUT)
    g.hand(g.other, HIPS, (0.21, -0.02, 0.1), DOWN)


def _wipe_window(g: GestureBody) -> None:
    a, b = g.sine(1.15), g.sine(1.15, np.pi / 2)
    g.bend(3.0, -6.0, 8.0 * a, 5.0 * a)
    g.shift(0.02 * a, -0.01, 0.02)
    g.hand(g.side, CHEST, (0.15 + 0.2 * a, 0.26 + 0.17 * b, 0.38), OUT)


def _write_on_wall(g: GestureBody) -> None:
    line = np.mod(g.since() / 2.4, 1.0)
    line = np.where(line < 0.85, line / 0.85, (1.0 - line) / 0.15)
    letters = g.sine(0.32)
    g.bend(1.0, -7.0, 8.0 - 16.0 * line)
    # from left to right, whichever hand writes
    aside = (0.26 - 0.34 * line) * (1.0 if g.side == "left" else -1.0)
    g.hand(g.side, CHEST, (0.14 + aside, 0.24 + 0.035 * letters, 0.37), OUT)


def _sweep(g: GestureBody) -> None:
    stroke = g.sine(1.4)
    g.bend(21.0, 15.0, 10.0 * stroke, 16.0 * stroke)
    g.shift(0.05 * stroke, -0.05, -0.02, 6.0 * stroke)
    g.hand(g.side, FRONT, (0.02 + 0.22 * stroke, -0.02, 0.4), DOWN)
    g.hand(g.other, FRONT, (0.12 - 0.1 * stroke, 0.33, 0.24), (0.9, -0.5, 0.0))


def _push_broom(g: GestureBody) -> None:
    push = g.sine(1.5)
    g.bend(26.0 + 8.0 * push, 10.0)
    g.shift(0.0, -0.06, 0.05 * push)
    g.hand(g.side, FRONT, (0.1, -0.02 - 0.03 * push, 0.38 + 0.16 * push), DOWN)
    g.hand(g.other, FRONT, (0.06, 0.24, 0.17 + 0.14 * push), (0.9, -0.4, -0.5))


def _rake(g: GestureBody) -> None:
    pull = 0.5 + 0.5 * g.sine(1.5)
    lift = 0.08 * np.clip(np.cos(g.turns(1.5)), 0, 1)
    g.bend(32.0 - 18.0 * pull, 8.0, 0.0, 8.0 * pull)
    g.shift(0.0, -0.07, 0.07 - 0.14 * pull)
    g.hand(g.side, FRONT, (0.08, -0.02 + lift, 0.55 - 0.27 * pull), DOWN)
    g.hand(g.other, FRONT, (0.1, 0.22 + lift, 0.38 - 0.3 * pull), (0.9, -0.4, -0.5))


def _dig(g: GestureBody) -> None:
    phase = np.mod(g.since() / (2.3 * g.tempo), 1.0)
    down = minimum_jerk(phase / 0.3) * (1.0 - minimum_jerk((phase - 0.4) / 0.3))
    throw = minimum_jerk((phase - 0.5) / 0.25) * (1.0 - minimum_jerk((phase - 0.8) / 0.2))
    g.bend(20.0 + 26.0 * down, 10.0, 26.0 * throw, 34.0 * throw)
    g.shift(0.05 * throw, -0.06 - 0.12 * down, -0.04, 12.0 * throw)
    g.hand(
        g.side, FRONT,
        (0.1 + 0.2 * throw, 0.02 - 0.32 * down + 0.16 * throw, 0.42 + 0.08 * down), DOWN,
    )  # fmt: skip
    g.hand(g.other, FRONT, (0.1 - 0.26 * throw, 0.26 - 0.27 * down + 0.04 * throw, 0.24), (0.9, -0.4, -0.5))


def _saw(g: GestureBody) -> None:
    push = g.sine(0.85)
    g.bend(24.0 + 5.0 * push, 14.0, 0.0, -9.0 * push)
    g.shift(0.0, -0.05, 0.02 * push)
    g.hand(g.other, FRONT, (0.2, g.table - 0.1, 0.38), (0.8, -0.2, -0.6))
    g.hand(g.side, FRONT, (0.13, g.table - 0.05 - 0.05 * push, 0.32 + 0.18 * push), (0.35, 0.1, -1.0))


def _chop_wood(g: GestureBody) -> None:
    phase = np.mod(g.since() / (1.9 * g.tempo), 1.0)
    up = minimum_jerk(phase / 0.5) * (1.0 - minimum_jerk((phase - 0.55) / 0.16))
    g.bend(30.0 - 40.0 * up, 12.0 - 12.0 * up)
    g.shift(0.0, -0.13 + 0.13 * up, -0.04 + 0.02 * up)
    g.hands(FRONT, (0.04, -0.05, 0.44), DOWN)
    for side, x, high in ((g.side, 0.06, 0.3), (g.other, 0.05, 0.22)):
        g.hand(side, HEAD, (x, high, 0.0), (1.0, 0.0, 0.4), g.e * up)


def _screw(g: GestureBody) -> None:
    turn = g.sine(0.8)
    g.bend(9.0, 12.0)
    g.hand(g.other, CHEST, (0.08, -0.03, 0.36), DOWN)
    g.hand(g.side, CHEST, (0.1 + 0.05 * turn, 0.0 + 0.035 * turn, 0.33), (1.0, -0.5 + 0.6 * turn, 0.0))


def _change_bulb(g: GestureBody) -> None:
    turn = g.sine(0.85)
    g.bend(-9.0, -33.0)
    g.hand(g.side, HEAD, (0.1 + 0.06 * turn, 0.42, 0.15 + 0.05 * turn), (1.0, 0.0, 0.3))
    g.hand(g.other, HIPS, (0.22, 0.0, 0.05), DOWN)


def _turn_crank(g: GestureBody) -> None:
    phase = g.turns(1.2)
    up, ahead = 0.17 * np.sin(phase), 0.15 * np.cos(phase)
    g.bend(14.0 + 7.0 * np.cos(phase), 13.0, 0.0, -5.0 * np.cos(phase))
    g.shift(0.0, -0.03 + 0.02 * np.sin(phase), 0.04 * np.cos(phase))
    g.hand(g.side, FRONT, (0.1, 0.2 + up, 0.38 + ahead), DOWN)
    g.hand(g.other, FRONT, (0.2, 0.22, 0.26), DOWN)


def _steer(g: GestureBody) -> None:
    turn = 0.95 * g.drift(3.4) + 0.15 * g.sine(1.4)
    g.bend(3.0, 2.0, 14.0 * g.drift(3.4), 0.0, 5.0 * g.drift(3.4))
    high = g.table + 0.2
    for side, sign in ((g.side, 1.0), (g.other, -1.0)):
        angle = sign * (0.2 - turn)
        g.hand(
            side, FRONT,
            (0.19 * np.cos(angle), high + 0.19 * sign * np.sin(sign * angle), 0.4), (0.7, -0.9, 0.0),
        )  # fmt: skip


def _pull_rope(g: GestureBody) -> None:
    period = 1.5 * g.tempo
    g.bend(-8.0 + 5.0 * g.sine(0.75), 6.0, 0.0, 12.0 * g.sine(1.5))
    g.shift(0.0, -0.09, -0.07 + 0.03 * g.sine(0.75))
    for side, lag in ((g.side, 0.0), (g.other, 0.5)):
        phase = np.mod(g.since() / period + lag, 1.0)
        # each hand pulls for a little more than half of the time, and then reaches ahead again
        pull = minimum_jerk(phase / 0.55) * (1.0 - minimum_jerk((phase - 0.6) / 0.4))
        lift = 0.09 * dip(phase, 0.58, 1.0)
        x, y, z = between((0.04, 0.02, 0.52), (0.1, -0.14, 0.16), pull)
        g.hand(side, CHEST, (x, y + lift, z), (0.7, -0.8, -0.3))


def _heave_rope(g: GestureBody) -> None:
    pull = g.strokes(1.5)
    g.bend(14.0 - 34.0 * pull, 6.0)
    g.shift(0.0, -0.08 - 0.05 * pull, 0.04 - 0.14 * pull)
    for side, extra in ((g.side, 0.1), (g.other, 0.0)):
        x, y, z = between((0.05, -0.02, 0.38 + extra), (0.08, -0.16, 0.1 + extra), pull)
        g.hand(side, CHEST, (x, y, z), (0.7, -0.8, -0.3))


def _pull_lever(g: GestureBody) -> None:
    pull = g.strokes(1.6) if g.timing.count else g.keys([0.15, 0.85], [0.0, 1.0])
    g.bend(6.0 + 14.0 * pull, 6.0 + 9.0 * pull, 0.0, 8.0 * pull)
    g.shift(0.0, -0.03 - 0.06 * pull, 0.06 - 0.1 * pull)
    x, y, z = between((0.12, 0.28, 0.4), (0.14, -0.12, 0.26), pull)
    g.hand(g.side, CHEST, (x, y, z), DOWN)


def _pump(g: GestureBody) -> None:
    push = 0.5 - 0.5 * np.cos(g.turns(0.9))
    g.bend(28.0 + 16.0 * push, 8.0)
    g.shift(0.0, -0.03 - 0.07 * push, -0.05)
    g.hands(FRONT, (0.07, 0.14 - 0.27 * push, 0.34), (0.9, -0.1, -0.4))


def _press_button(g: GestureBody) -> None:
    press = g.strokes(0.8, 0.1)
    g.bend(4.0 + 3.0 * press, 6.0, 0.0, -6.0 * press)
    g.shift(0.0, 0.0, 0.03)
    g.hand(g.side, CHEST, (0.13, 0.05, 0.36 + 0.11 * press), DOWN)


def _swipe_screen(g: GestureBody) -> None:
    swipe = np.mod(g.since() / (0.95 * g.tempo), 1.0)
    move = minimum_jerk(swipe / 0.4) * (1.0 - minimum_jerk((swipe - 0.6) / 0.4))
    g.bend(3.0, 24.0, 4.0 * g.drift(2.4))
    g.hand(g.other, CHEST, (0.05, -0.08, 0.27), DOWN)
    g.hand(g.side, CHEST, (0.14 - 0.15 * move, 0.0 + 0.06 * dip(swipe, 0.5, 1.0), 0.31), OUT)


def _text_on_phone(g: GestureBody) -> None:
    beat = g.sine(0.3)
    g.bend(5.0, 27.0, 4.0 * g.drift(3.2))
    g.hand(g.side, CHEST, (0.055, -0.06 + 0.012 * beat, 0.27), (0.5, -1.0, 0.0))
    g.hand(g.other, CHEST, (0.055, -0.06 - 0.012 * beat, 0.27), (0.5, -1.0, 0.0))


def _sew(g: GestureBody) -> None:
    phase = np.mod(g.since() / (1.9 * g.tempo), 1.0)
    # the needle goes into the cloth, and the thread is drawn out to the side
    drawn = minimum_jerk((phase - 0.3) / 0.4) * (1.0 - minimum_jerk((phase - 0.75) / 0.25))
    g.bend(11.0, 25.0 - 9.0 * drawn, 8.0 * drawn, 5.0 * drawn)
    g.hand(g.other, FRONT, (0.04, 0.2, 0.3), DOWN)
    x, y, z = between((0.05, 0.22, 0.33), (0.36, 0.48, 0.3), drawn)
    g.hand(g.side, FRONT, (x, y + 0.03 * g.sine(0.4) * (1 - drawn), z), DOWN)


def _sew_by_machine(g: GestureBody) -> None:
    push = np.mod(g.since() / (2.4 * g.tempo), 1.0)
    push = minimum_jerk(push / 0.75) * (1.0 - minimum_jerk((push - 0.8) / 0.2))
    shake = 0.008 * g.sine(0.25)
    g.bend(15.0 + 4.0 * push, 21.0)
    x, y, z = between((0.11, g.table, 0.26), (0.08, g.table, 0.45), push)
    g.hand(g.side, FRONT, (x + shake, y, z), DOWN)
    g.hand(g.other, FRONT, (x - shake, y, z + 0.03), DOWN)


def _cut_hair(g: GestureBody) -> None:
    cycle = np.mod(g.since() / (2.3 * g.tempo), 1.0)
    lift = minimum_jerk(cycle / 0.4) * (1.0 - minimum_jerk((cycle - 0.85) / 0.15))
    snip = g.sine(0.34) * minimum_jerk((cycle - 0.35) / 0.1) * (1.0 - minimum_jerk((cycle - 0.8) / 0.1))
    along = 0.13 * g.drift(4.6)
    g.bend(9.0, 15.0 - 6.0 * lift, 9.0 * g.drift(4.6), 0.0, 4.0 * g.drift(3.4, 2))
    g.shift(0.25 * along, -0.03, 0.02)
    # one hand combs a strand up and holds it, the other one cuts along it
    g.hand(g.other, CHEST, (0.02 - along, -0.22 + 0.24 * lift, 0.38), OUT)
    g.hand(g.side, CHEST, (0.13 + along + 0.05 * snip, -0.13 + 0.16 * lift + 0.04 * snip, 0.36), OUT)


def _deal_cards(g: GestureBody) -> None:
    toss = dip(np.mod(g.since() / (0.7 * g.tempo), 1.0), 0.1, 0.9)
    number = np.floor(np.clip(g.since() / (0.7 * g.tempo), 0, 99))
    aside = 0.14 * np.sin(number * 2.1)
    g.bend(8.0, 16.0, 14.0 * aside / 0.14 * 0.6)
    g.hand(g.other, FRONT, (0.1, g.table + 0.14, 0.26), DOWN)
    g.hand(g.side, FRONT, (0.06 + aside * toss, g.table + 0.13 - 0.05 * toss, 0.29 + 0.22 * toss), DOWN)


def _water_plants(g: GestureBody) -> None:
    tip = 0.5 - 0.5 * np.cos(g.turns(2.6))
    g.bend(16.0, 18.0, 12.0 * g.drift(3.4))
    g.shift(0.02, -0.03, 0.0)
    g.hand(g.side, FRONT, (0.14 + 0.1 * g.drift(3.4), 0.08 + 0.14 * tip, 0.42), OUT)


def _pour(g: GestureBody) -> None:
    tip = g.keys([0.2, 0.8], [0.0, 1.0]) * (1.0 - minimum_jerk((g.t - g.envelope.hold_end + 0.5) / 0.5))
    g.bend(6.0, 19.0, -6.0, 0.0, -4.0 * tip)
    g.hand(g.other, CHEST, (0.02, -0.2, 0.28), DOWN)
    x, y, z = between((0.2, -0.1, 0.28), (0.1, 0.09, 0.3), tip)
    g.hand(g.side, CHEST, (x, y, z), (1.0, -0.9 + 1.1 * tip, 0.0))


TOOL_GESTURES: Mapping[str, Callable[[GestureBody], None]] = {
    "wipe_table": _wipe_table,
    "wash_hands": _wash_hands,
    "wash_dishes": _wash_dishes,
    "open_jar": _open_jar,
    "knead": _knead,
    "chop_food": _chop,
    "flip_pan": _flip_pan,
    "sprinkle": _sprinkle,
    "iron": _iron,
    "fold_cloth": _fold_cloth,
    "pet": _pet,
    "pat_ahead": _pat_ahead,
    "paint_wall": _paint_wall,
    "wipe_window": _wipe_window,
    "write_on_wall": _write_on_wall,
    "sweep": _sweep,
    "push_broom": _push_broom,
    "rake": _rake,
    "dig": _dig,
    "saw": _saw,
    "chop_wood": _chop_wood,
    "screw": _screw,
    "change_bulb": _change_bulb,
    "turn_crank": _turn_crank,
    "steer": _steer,
    "pull_rope": _pull_rope,
    "heave_rope": _heave_rope,
    "pull_lever": _pull_lever,
    "pump": _pump,
    "press_button": _press_button,
    "swipe_screen": _swipe_screen,
    "text_on_phone": _text_on_phone,
    "sew": _sew,
    "sew_machine": _sew_by_machine,
    "cut_hair": _cut_hair,
    "deal_cards": _deal_cards,
    "water_plants": _water_plants,
    "pour_out": _pour,
}
"""What a name does."""
