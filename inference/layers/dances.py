# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored dances that are known by their steps and arms: waltz, salsa, ballet, toprock, robot, twist, disco and more.

Each takes a :class:`GestureBody`; the feet step to a beat, the pelvis goes over them, and the arms follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ...motion.layers.body_joints import SIDES
from ...motion.layers.motion_layer import minimum_jerk
from .body_moves import dip, vectors
from .dance_steps import Dance
from .hand_paths import CHEST, DOWN, HIPS, OUT, GestureBody, between, place_straight

_SIGN = {"left": 1.0, "right": -1.0}


def _hold_partner(g: GestureBody) -> None:
    """Hold a partner: the right hand at the other's back, the left hand out to the side."""
    g.hand("left", CHEST, place_straight(0.85, 0.12, 0.42, 0.88), OUT)
    g.hand("right", CHEST, (0.08, 0.02, 0.36), OUT)


def _waltz(g: GestureBody) -> None:
    d = Dance(g, 0.58)
    d.place_steps(
        [
            ("left", 0.0, 0.85, 0.0, 0.38, 0.03),
            ("right", 1.0, 0.85, -0.3, 0.38, 0.03),
            ("left", 2.0, 0.85, -0.3, 0.38, 0.03),
            ("right", 3.0, 0.85, -0.3, 0.0, 0.03),
            ("left", 4.0, 0.85, 0.0, 0.0, 0.03),
            ("right", 5.0, 0.85, 0.0, 0.0, 0.03),
        ],
        6.0,
    )
    rise = d.on_beat(3.0, -0.42)
    d.heels = {side: heel + np.radians(11) * np.clip(rise, 0, 1) for side, heel in d.heels.items()}
    d.move(0.0, 0.022 * rise - 0.03, 5.0 * d.on_beat(6.0))
    g.layer.bend_sideways(np.radians(5) * d.on_beat(6.0, 0.1))
    g.layer.rotate_head(np.radians(-4) * g.e, np.radians(22) * g.e)
    g.layer.lean_forward(np.radians(-5) * g.e)
    _hold_partner(g)


def _tango(g: GestureBody) -> None:
    snap = Dance(g, 0.6).stops([24.0, 24.0, 24.0, -34.0], 1.5, 0.18)
    g.layer.lean_forward(np.radians(4) * g.e)
    g.layer.rotate_head(np.radians(-4) * g.e, np.radians(snap))
    _hold_partner(g)


def _salsa(g: GestureBody) -> None:
    d = Dance(g, 0.34)
    d.place_steps(
        [
            ("left", 0.0, 0.8, 0.02, 0.27, 0.04),
            ("left", 2.0, 0.8, 0.0, 0.0, 0.04),
            ("right", 1.1, 0.6, 0.0, 0.0, 0.05),
            ("right", 4.0, 0.8, -0.02, -0.27, 0.04),
            ("right", 6.0, 0.8, 0.0, 0.0, 0.04),
            ("left", 5.1, 0.6, 0.0, 0.0, 0.05),
        ],
        8.0,
    )
    hips = d.on_beat(2.0, 0.1)
    d.move(0.055 * hips, -0.045 - 0.012 * np.abs(hips), 13.0 * d.on_beat(2.0, 0.3))
    g.layer.bend_sideways(np.radians(10) * hips)
    g.layer.twist_trunk(-np.radians(13) * d.on_beat(2.0, 0.3))
    for side in SIDES:
        turn = _SIGN[side] * d.on_beat(2.0, 0.1)
        g.hand(side, CHEST, (0.25 + 0.05 * turn, -0.06 + 0.07 * turn, 0.24 + 0.11 * turn), DOWN)


def _bachata(g: GestureBody) -> None:
    d = Dance(g, 0.45)
    d.place_steps(
        [
            ("left", 0.0, 0.8, 0.24, 0.0, 0.04),
            ("right", 1.0, 0.8, 0.22, 0.0, 0.04),
            ("left", 2.0, 0.8, 0.46, 0.0, 0.04),
            ("right", 3.0, 0.8, 0.4, 0.0, 0.07),
            ("right", 4.0, 0.8, 0.22, 0.0, 0.04),
            ("left", 5.0, 0.8, 0.24, 0.0, 0.04),
            ("right", 6.0, 0.8, 0.0, 0.0, 0.04),
            ("left", 7.0, 0.8, 0.04, 0.0, 0.07),
        ],
        8.0,
    )
    hips = d.on_beat(2.0, 0.1)
    pop = dip(np.mod(d.beats, 4.0), 2.8, 4.0) * np.where(np.mod(d.beats, 8.0) < 4.0, 1.0, -1.0) * g.e
    d.move(0.05 * hips + 0.04 * pop, -0.05, 10.0 * hips)
    g.layer.bend_sideways(np.radians(9) * hips + np.radians(10) * pop)
    g.layer.twist_trunk(-np.radians(9) * hips)
    for side in SIDES:
        turn = _SIGN[side] * hips
        g.hand(side, CHEST, (0.26, -0.04 + 0.04 * turn, 0.27 + 0.05 * turn), DOWN)


def _ballet(g: GestureBody) -> None:
    d = Dance(g, 1.05, standing="left")
    phase = np.mod(np.maximum(d.beats, 0.0), 4.0)
    plie = dip(phase, 0.0, 1.0) + 0.6 * dip(phase, 3.4, 4.0)
    high = minimum_jerk((phase - 0.75) / 0.4) * (1 - minimum_jerk((phase - 1.8) / 0.3))
    aside = minimum_jerk((phase - 1.7) / 0.5) * (1 - minimum_jerk((phase - 2.5) / 0.4))
    back = minimum_jerk((phase - 2.55) / 0.45) * (1 - minimum_jerk((phase - 3.55) / 0.4))
    e = g.e
    d.heels = {side: np.radians(34) * high * e for side in SIDES}
    d.steps["right"] = d.steps["right"] + vectors(
        (-0.62 * aside - 0.05 * back) * e, (0.46 * aside + 0.44 * back) * e, (-0.72 * back + 0.05 * aside) * e
    )
    for side in SIDES:
        d.steps[side] = d.steps[side] + vectors(0.0, 0.045 * high * e, 0.0)
    d.heels["right"] = d.heels["right"] + np.radians(50) * back * e
    turned = {side: _SIGN[side] * 28.0 * e for side in SIDES}
    leg = (aside + back) * e
    d.move(0.085 * leg, (-0.11 * plie + 0.05 * high) * e, 0.0, 30.0 * back * e, turned)
    g.layer.lean_forward(np.radians(-12.0 * back - 3.0) * e)
    g.layer.bend_sideways(np.radians(-7.0) * aside * e)
    g.layer.rotate_head(np.radians(-8.0 * high - 14.0 * back) * e, np.radians(-14.0) * aside * e)
    for side in SIDES:
        low, top = (0.12, -0.32, 0.26), (0.07, 0.56, 0.16)
        wide = place_straight(0.95, 0.05, 0.3, 0.93)
        away = place_straight(0.15, 0.3, 1.0) if side == "left" else place_straight(0.85, -0.05, -0.45)
        x, y, z = between(low, top, high)
        x, y, z = between((x, y, z), wide, aside)
        g.hand(side, CHEST, between((x, y, z), away, back), OUT)


def _toprock(g: GestureBody) -> None:
    d = Dance(g, 0.36)
    d.place_steps(
        [
            ("left", 0.0, 0.9, -0.2, 0.33, 0.12),
            ("left", 1.0, 0.9, 0.06, 0.0, 0.07),
            ("right", 1.2, 0.6, -0.06, -0.06, 0.06),
            ("right", 2.0, 0.9, 0.2, 0.33, 0.12),
            ("right", 3.0, 0.9, -0.06, 0.0, 0.07),
            ("left", 3.2, 0.6, 0.06, -0.06, 0.06),
        ],
        4.0,
    )
    cross = d.on_beat(4.0, 0.0)
    d.move(0.03 * cross, -0.08 + 0.035 * d.on_beat(1.0, 0.1), -24.0 * cross, 4.0)
    g.layer.lean_forward(np.radians(13) * g.e)
    g.layer.twist_trunk(np.radians(20) * cross)
    g.layer.rotate_head(np.radians(-8) * g.e, np.radians(10) * cross)
    opened = 0.5 + 0.5 * np.cos(2 * np.pi * d.beats / 2.0)
    for side in SIDES:
        x, y, z = between(place_straight(0.95, -0.1, 0.15, 0.9), (-0.07, -0.02, 0.25), opened)
        g.hand(side, CHEST, (x, y + (0.05 if side == "left" else 0.0), z), OUT)


def _robot(g: GestureBody) -> None:
    d = Dance(g, 0.5)
    turn = d.stops([0.0, 24.0, 24.0, -24.0, -24.0, 0.0], 1.0)
    d.move(0.0, -0.015 + d.stops([0.0, -0.05, 0.0, -0.03], 1.0), 0.35 * turn)
    g.layer.twist_trunk(np.radians(turn))
    g.layer.lean_forward(np.radians(d.stops([0.0, 12.0, 0.0, 0.0, 12.0, 0.0], 1.0)))
    g.layer.rotate_head(
        np.radians(d.stops([0.0, 8.0, 0.0], 1.0)), np.radians(d.stops([0.0, -30.0, 30.0, 0.0], 1.0))
    )
    for side, values in (
        ("left", [1.0, 1.0, -1.0, 0.0, 1.0, -1.0]),
        ("right", [-1.0, 0.0, 1.0, 1.0, -1.0, 1.0]),
    ):
        # the upper arm sticks out, the forearm hangs, is level or stands up
        swing = d.stops(values, 1.0, 0.45)
        up, ahead = 0.26 * np.sin(0.5 * np.pi * swing), 0.25 * np.cos(0.5 * np.pi * swing)
        g.hand(side, CHEST, (0.43, 0.12 + up, ahead), (1.0, 0.0, -0.4))


def _twist(g: GestureBody) -> None:
    d = Dance(g, 0.4)
    swivel = d.on_beat(2.0)
    low = 0.5 - 0.5 * np.cos(2 * np.pi * d.beats / 12.0)
    d.heels = {side: np.radians(12) * g.e for side in SIDES}
    d.move(0.03 * swivel, (-0.07 - 0.17 * low) * g.e, 30.0 * swivel, 3.0, dict.fromkeys(SIDES, 32.0 * swivel))
    g.layer.twist_trunk(-np.radians(46) * swivel)
    g.layer.lean_forward(np.radians(7) * g.e)
    g.layer.rotate_head(0.0 * swivel, np.radians(12) * swivel)
    for side in SIDES:
        g.hand(side, CHEST, (0.24, -0.06, 0.24 - _SIGN[side] * 0.13 * swivel), DOWN)


def _moonwalk(g: GestureBody) -> None:
    d = Dance(g, 0.62)
    travel = np.maximum(d.beats, 0.0)
    whole, part = np.floor(travel), np.mod(travel, 1.0)
    # one foot slides back flat for a beat, from ahead of the other to behind it, which stands on its toes
    slide, apart = minimum_jerk(part), minimum_jerk(d.beats + 1.3)
    gap = 0.27
    for side, first in (("left", 0), ("right", 1)):
        slides = np.mod(whole + first, 2) == 0
        done = np.floor((whole + 1 - first) / 2) + np.where(slides, slide, 0.0)
        back = gap * (2.0 * done + (0.5 if first else -0.5) * apart)
        toe = np.where(slides, 0.0, np.sqrt(np.sin(np.pi * part)))
        d.steps[side] = d.steps[side] - vectors(0.0, 0.0, back)
        d.heels[side] = np.radians(38) * toe * g.e
    d.move(0.0, -0.03 * g.e, 0.0, 5.0)
    g.layer.lean_forward(np.radians(7) * g.e)
    g.layer.rotate_head(np.radians(10) * g.e, 0 * g.e)
    swing = d.on_beat(2.0, 0.1)
    for side in SIDES:
        g.hand(side, CHEST, (0.22, -0.28 + 0.02 * swing, 0.1 + 0.12 * _SIGN[side] * swing), DOWN)


def _disco(g: GestureBody) -> None:
    d = Dance(g, 0.46)
    d.place_steps(
        [
            ("right", 0.0, 0.8, -0.24, 0.04, 0.07),
            ("right", 1.0, 0.8, -0.04, 0.0, 0.07),
            ("left", 2.0, 0.8, 0.22, 0.04, 0.07),
            ("left", 3.0, 0.8, 0.04, 0.0, 0.07),
        ],
        4.0,
    )
    high = d.stops([1.0, 0.0, 1.0, 0.0], 1.0, 0.95)
    hips = d.on_beat(2.0, 0.25)
    d.move(0.05 * hips, -0.04 + 0.015 * d.on_beat(1.0), 10.0 * hips)
    g.layer.bend_sideways(-np.radians(9) * (2 * high - g.e))
    g.layer.twist_trunk(np.radians(14) * (g.e - 2 * high))
    g.layer.rotate_head(np.radians(-12) * high, np.radians(26) * (g.e - 2 * high))
    g.hand("right", CHEST, between((-0.26, -0.36, 0.22), place_straight(0.62, 0.85, 0.2), high), OUT)
    g.hand("left", HIPS, (0.2, 0.09, 0.02), (1.0, 0.1, -0.5))


def _gangnam(g: GestureBody) -> None:
    d = Dance(g, 0.42)
    d.steps = {
        side: step + np.array([_SIGN[side] * 0.12, 0.0, 0.0]) * g.e[:, None] for side, step in d.steps.items()
    }
    for side, first in (("left", 0.0), ("right", 1.0)):
        rise = np.clip(np.sin(np.pi * (d.beats - first)), 0.0, 1.0) * (
            np.mod(np.floor(d.beats - first), 2) == 0
        )
        rise = rise * g.e * (d.beats > -2)
        d.steps[side] = d.steps[side] + vectors(0.0, 0.14 * rise, 0.0)
        d.heels[side] = np.radians(38) * rise
    bounce = np.abs(np.sin(np.pi * d.beats)) * g.e
    d.move(0.02 * d.on_beat(2.0), -0.11 * g.e + 0.04 * bounce, 0.0, 6.0)
    g.layer.lean_forward(np.radians(10) * g.e)
    lasso = minimum_jerk((np.mod(np.maximum(d.beats, 0.0), 16.0) - 7.5) / 0.8)
    lasso = lasso * (1.0 - minimum_jerk((np.mod(np.maximum(d.beats, 0.0), 16.0) - 15.2) / 0.8))
    circle = np.pi * d.beats
    g.hand("left", CHEST, (-0.02, -0.1 + 0.07 * bounce, 0.34), (0.9, -0.5, 0.0))
    rein = (-0.03, -0.06 + 0.07 * bounce, 0.38)
    over = (0.12 + 0.14 * np.cos(circle), 0.47, 0.08 + 0.14 * np.sin(circle))
    g.hand("right", CHEST, between(rein, over, lasso), (1.0, -0.3, 0.0))


def _tap(g: GestureBody) -> None:
    d = Dance(g, 0.26)
    d.place_steps(
        [
            ("right", 0.0, 0.9, -0.05, 0.22, 0.07),
            ("right", 1.0, 0.9, -0.02, 0.0, 0.05),
            ("left", 2.0, 0.9, 0.05, 0.22, 0.07),
            ("left", 3.0, 0.9, 0.02, 0.0, 0.05),
            ("right", 4.0, 0.7, -0.22, 0.02, 0.08),
            ("left", 5.0, 0.7, -0.1, 0.0, 0.08),
            ("right", 6.0, 0.7, 0.0, 0.0, 0.08),
            ("left", 7.0, 0.7, 0.0, 0.0, 0.08),
        ],
        8.0,
        -12.0,
    )
    d.move(0.02 * d.on_beat(4.0), -0.035 + 0.02 * d.on_beat(1.0, 0.2), 6.0 * d.on_beat(4.0))
    g.layer.lean_forward(np.radians(5) * g.e)
    g.layer.twist_trunk(-np.radians(7) * d.on_beat(4.0))
    for side in SIDES:
        g.hand(side, HIPS, (0.37 + 0.05 * d.on_beat(4.0, 0.1), 0.12 + 0.03 * d.on_beat(2.0), 0.14), DOWN)


def _macarena(g: GestureBody) -> None:
    d = Dance(g, 0.52)
    hips = d.on_beat(2.0)
    d.move(0.05 * hips, -0.03 - 0.01 * np.abs(hips), 8.0 * d.on_beat(2.0, 0.2))
    g.layer.bend_sideways(np.radians(8) * hips)
    ahead, shoulder, nape = place_straight(0.0, 0.0, 1.0, 0.93), (-0.16, 0.14, 0.16), (0.12, 0.35, -0.03)
    order = [ahead, shoulder, nape, (-0.02, -0.3, 0.16), (0.17, -0.36, -0.1)]
    place = np.maximum(d.beats, 0.0)
    for side, lag in (("right", 0.0), ("left", 1.0)):
        x, y, z = (np.full(len(place), float(np.mean(v))) for v in ahead)
        count = int(np.max(place)) // 10 + 2
        for n in range(count):
            for k, goal in enumerate(order):
                share = minimum_jerk((place - (10 * n + 2 * k + lag)) / 0.5)
                x, y, z = (a + (b - a) * share for a, b in zip((x, y, z), goal, strict=True))
        g.hand(side, CHEST, (x, y, z), OUT)


def _charleston(g: GestureBody) -> None:
    d = Dance(g, 0.36)
    d.place_steps(
        [
            ("left", 0.0, 0.8, 0.0, -0.2, 0.06),
            ("right", 1.0, 0.9, 0.0, -0.42, 0.2),
            ("right", 2.0, 0.9, 0.0, 0.0, 0.06),
            ("left", 3.0, 0.9, 0.0, 0.42, 0.26),
            ("left", 3.95, 0.05, 0.0, 0.4, 0.0),
        ],
        4.0,
    )
    d.move(0.0, -0.06 + 0.03 * d.on_beat(1.0), 8.0 * d.on_beat(4.0))
    g.layer.lean_forward(np.radians(12) * g.e)
    for side in SIDES:
        swing = _SIGN[side] * d.on_beat(4.0, 0.1)
        g.hand(side, CHEST, (0.26, -0.18 + 0.08 * np.abs(swing), 0.1 + 0.26 * swing), DOWN)


def _flamenco(g: GestureBody) -> None:
    d = Dance(g, 0.3)
    d.place_steps(
        [
            ("left", 0.0, 0.8, 0.0, 0.0, 0.13),
            ("right", 1.0, 0.8, 0.0, 0.0, 0.13),
            ("left", 2.0, 0.5, 0.0, 0.0, 0.1),
            ("right", 2.6, 0.5, 0.0, 0.0, 0.1),
        ],
        4.0,
    )
    slow = d.on_beat(16.0)
    d.move(0.03 * d.on_beat(2.0), -0.06, 16.0 * slow)
    g.layer.lean_forward(np.radians(-9) * g.e)
    g.layer.twist_trunk(np.radians(14) * slow)
    g.layer.rotate_head(np.radians(5) * g.e, np.radians(-24) * slow)
    raised = 0.5 + 0.5 * slow
    for side, k in (("right", raised), ("left", 1.0 - raised)):
        circle = 2 * np.pi * d.beats / 4.0
        over = (0.1 + 0.05 * np.cos(circle), 0.52, 0.1 + 0.05 * np.sin(circle))
        g.hand(side, CHEST, between((-0.02, -0.2, 0.26), over, k), OUT)


def _belly(g: GestureBody) -> None:
    d = Dance(g, 0.5)
    a, b = d.on_beat(2.0), d.on_beat(2.0, 0.25)
    d.move(0.085 * a, -0.05 - 0.015 * np.abs(b), 17.0 * b)
    g.layer.bend_sideways(np.radians(16) * a)
    g.layer.twist_trunk(-np.radians(17) * b)
    for side in SIDES:
        wave = _SIGN[side] * d.on_beat(6.0, 0.1)
        g.hand(side, CHEST, place_straight(0.9, 0.2 + 0.45 * wave, 0.25, 0.9), OUT)


def _headbang(g: GestureBody) -> None:
    d = Dance(g, 0.42)
    beat = 0.5 - 0.5 * np.cos(2 * np.pi * d.beats)
    d.move(0.0, (-0.06 - 0.03 * beat) * g.e, 0.0, 5.0)
    g.layer.lean_forward(np.radians(12 + 24 * beat) * g.e)
    g.layer.rotate_head(np.radians(-14 + 58 * beat) * g.e, np.radians(8) * d.on_beat(4.0))
    for side in SIDES:
        g.hand(side, CHEST, (0.22, -0.1 + 0.08 * beat, 0.26), DOWN)


def _chicken(g: GestureBody) -> None:
    d = Dance(g, 0.42)
    count = np.mod(np.maximum(d.beats, 0.0), 16.0)
    beak, flap, wiggle, clap = (
        minimum_jerk((count - a) / 0.4) * (1 - minimum_jerk((count - a - 3.6) / 0.4))
        for a in (-0.4, 3.6, 7.6, 11.6)
    )
    low = 0.5 - 0.5 * np.cos(2 * np.pi * d.beats / 2.0)
    d.move(
        0.05 * wiggle * d.on_beat(1.0), (-0.04 - 0.17 * wiggle * low) * g.e, 22.0 * wiggle * d.on_beat(1.0)
    )
    g.layer.twist_trunk(-np.radians(18) * wiggle * d.on_beat(1.0))
    beat = 0.5 - 0.5 * np.cos(2 * np.pi * d.beats)
    for side in SIDES:
        place = between((0.24, -0.15, 0.2), (0.14, 0.2, 0.24 + 0.05 * beat), beak)
        place = between(place, (0.17, 0.07, 0.02), np.clip(flap + wiggle, 0, 1))
        place = between(place, (0.2 - 0.165 * beat, 0.05, 0.3), clap)
        lifted = -0.6 + 1.1 * beat * np.clip(flap + wiggle, 0, 1)
        g.hand(side, CHEST, place, (1.0, lifted, 0.0))


def _ymca(g: GestureBody) -> None:
    d = Dance(g, 0.5)
    d.move(0.04 * d.on_beat(2.0), -0.03, 5.0 * d.on_beat(2.0))
    g.layer.bend_sideways(np.radians(5) * d.on_beat(2.0))
    place = np.mod(np.maximum(d.beats, 0.0), 8.0)
    shares = [minimum_jerk((place - a) / 0.6) for a in (1.9, 3.9, 5.9, 7.5)]
    letters = {
        "left": [
            place_straight(0.6, 0.85, 0.1),
            (0.16, 0.31, 0.08),
            place_straight(0.5, 0.9, 0.1),
            (0.03, 0.62, 0.1),
        ],
        "right": [place_straight(0.6, 0.85, 0.1), (0.16, 0.31, 0.08), (-0.2, -0.12, 0.3), (0.03, 0.62, 0.1)],
    }
    for side in SIDES:
        now = letters[side][0]
        for share, goal in zip(shares, [*letters[side][1:], letters[side][0]], strict=True):
            now = between(now, goal, share)
        g.hand(side, CHEST, now, (1.0, 0.1, 0.0))


DANCES: Mapping[str, Callable[[GestureBody], None]] = {
    "waltz": _waltz,
    "tango": _tango,
    "salsa": _salsa,
    "bachata": _bachata,
    "ballet": _ballet,
    "toprock": _toprock,
    "robot_dance": _robot,
    "twist_dance": _twist,
    "moonwalk": _moonwalk,
    "disco": _disco,
    "gangnam": _gangnam,
    "tap_dance": _tap,
    "macarena": _macarena,
    "charleston": _charleston,
    "flamenco": _flamenco,
    "belly_dance": _belly,
    "headbang": _headbang,
    "chicken_dance": _chicken,
    "ymca": _ymca,
}
"""What a name does."""
