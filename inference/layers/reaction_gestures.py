# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored reactions of the upper body: starting back, laughing, an itch on the back; a teapot, and a lasso.

Each takes a :class:`GestureBody`, bends trunk and head first, and then brings the hands to their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from .hand_paths import CHEST, HIPS, OUT, GestureBody, between

_LAUGH = 0.27  # seconds of one shake


def _start_back(g: GestureBody) -> None:
    shock = g.keys([-0.2, 0.12, 0.6, 1.3], [0.0, 1.0, 0.85, 0.35])
    g.bend(-13.0 * shock, -10.0 * shock, 0.0, 9.0 * shock)
    g.shift(0.0, -0.09 * shock, -0.13 * shock)
    tremble = 0.006 * g.sine(0.16)
    g.hands(
        CHEST, (0.07 + 0.05 * shock + tremble, 0.05 + 0.05 * shock, 0.17 + 0.09 * shock), (0.8, -0.8, 0.1)
    )


def _laugh(g: GestureBody) -> None:
    shake = g.sine(_LAUGH)
    fold = 0.5 - 0.5 * np.cos(g.turns(3.1))  # bends over, throws the head back, and bends over again
    slap = np.clip(g.sine(0.62), 0.0, 1.0) * fold
    g.bend(
        -9.0 + 40.0 * fold + 2.5 * shake,
        -16.0 + 20.0 * fold + 4.0 * shake,
        5.0 * g.drift(1.9),
        4.0 * g.drift(1.5),
    )
    g.shift(0.0, -0.02 - 0.09 * fold + 0.008 * shake, -0.06 * fold)
    g.hand(g.other, HIPS, (0.02, 0.2, 0.17), (0.9, -0.4, -0.4))
    # upright both hands hold the belly, bent over one slaps the knee
    x, y, z = between((0.06, 0.14, 0.18), (0.12, -0.1, 0.26), fold)
    g.hand(g.side, HIPS, (x, y + 0.16 * slap * fold, z), (0.9, 0.0, -0.4))


def _scratch_back(g: GestureBody) -> None:
    stroke = g.sine(0.42)
    wriggle = g.drift(1.3)
    g.bend(9.0, 10.0, -14.0 + 7.0 * wriggle, -10.0, 7.0 * wriggle)
    g.hand(g.side, HIPS, (-0.02 + 0.03 * wriggle, 0.2 + 0.05 * stroke, -0.17), (1.0, -0.1, -0.5))


def _swing_rope(g: GestureBody) -> None:
    turn = g.turns(0.75)
    g.bend(-3.0, -4.0, 0.0, 5.0 * np.sin(turn))
    g.shift(0.012 * np.sin(turn), 0.0, 0.012 * np.cos(turn))
    g.hand(g.side, CHEST, (0.16 + 0.13 * np.sin(turn), 0.5, 0.06 + 0.13 * np.cos(turn)), OUT)
    g.hand(g.other, HIPS, (0.18, 0.16, 0.24), (0.8, -0.6, -0.3))


def _pose_as_teapot(g: GestureBody) -> None:
    tip = 0.5 - 0.5 * np.cos(g.turns(3.0))
    g.bend(3.0, 2.0, 0.0, 0.0, 24.0 * tip)
    g.shift(-0.04 * tip, -0.02 * tip, 0.0)
    g.hand(g.other, HIPS, (0.2, 0.12, 0.06), (1.0, -0.1, -0.3))
    g.hand(g.side, CHEST, (0.48, 0.12, 0.1), (0.5, -1.0, 0.0))


REACTION_GESTURES: Mapping[str, Callable[[GestureBody], None]] = {
    "start_back": _start_back,
    "laugh": _laugh,
    "scratch_back": _scratch_back,
    "teapot": _pose_as_teapot,
    "swing_rope": _swing_rope,
}
"""What a name does."""
