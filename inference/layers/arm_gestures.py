# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored gestures of arms that rest or exercise: folded arms, hands on hips, arm circles, swimming strokes.

Each takes a :class:`GestureBody`, bends trunk and head first, and then brings the hands to their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ...motion.layers.body_joints import SIDES
from ...motion.layers.motion_layer import minimum_jerk
from .body_moves import dip
from .hand_paths import CHEST, DOWN, FRONT, HIPS, OUT, GestureBody, between, place_straight


def _rub_hands(g: GestureBody) -> None:
    rub = g.sine(0.42)
    g.bend(7.0, 8.0, 5.0 * g.drift(2.0), 0.0, 2.0 * rub)
    g.hand(g.side, CHEST, (0.035, -0.06 + 0.05 * rub, 0.27 + 0.035 * rub), (0.9, -0.7, 0.0))
    g.hand(g.other, CHEST, (0.035, -0.06 - 0.05 * rub, 0.27 - 0.035 * rub), (0.9, -0.7, 0.0))


def _pray(g: GestureBody) -> None:
    g.bend(5.0 + 2.0 * g.drift(3.6), 24.0 + 3.0 * g.drift(3.0, 1))
    g.hands(CHEST, (0.035, -0.01, 0.235), (0.95, -0.6, 0.0))


def _clasp_hands(g: GestureBody) -> None:
    g.bend(2.0, 5.0 + 4.0 * g.drift(3.0), 5.0 * g.drift(4.0, 2))
    g.hands(HIPS, (0.03, 0.14, 0.2), (0.9, -0.5, -0.3))


def _wring_hands(g: GestureBody) -> None:
    twist = g.sine(0.8)
    g.bend(7.0, 17.0 + 4.0 * g.drift(2.2), 9.0 * g.drift(3.2, 2))
    g.hand(g.side, HIPS, (0.035 + 0.02 * twist, 0.24 + 0.03 * twist, 0.22), (0.9, -0.6, -0.2))
    g.hand(g.other, HIPS, (0.035 - 0.02 * twist, 0.24 - 0.03 * twist, 0.22), (0.9, -0.6, -0.2))


def _cross_arms(g: GestureBody) -> None:
    g.bend(-3.0, 0.0, 7.0 * g.drift(4.2), 3.0 * g.drift(5.0, 3))
    # each wrist lies inside of the other elbow
    g.hand(g.other, CHEST, (-0.15, -0.05, 0.16), (1.0, -0.75, 0.1))
    g.hand(g.side, CHEST, (-0.14, 0.01, 0.215), (1.0, -0.7, 0.15))


def _hands_on_hips(g: GestureBody) -> None:
    g.bend(-3.0, -2.0, 8.0 * g.drift(4.4), 3.0 * g.drift(5.0, 3))
    g.hands(HIPS, (0.19, 0.09, 0.015), (1.0, 0.1, -0.55))


def _hand_on_hip(g: GestureBody) -> None:
    g.bend(-1.0, 0.0, 6.0 * g.drift(4.0), 0.0, 4.0)
    g.shift(-0.05, -0.01, 0.0)
    g.hand(g.side, HIPS, (0.19, 0.09, 0.015), (1.0, 0.1, -0.55))


def _hands_behind_back(g: GestureBody) -> None:
    g.bend(-3.0, -2.0, 8.0 * g.drift(4.0))
    g.hands(HIPS, (0.035, 0.06, -0.17), (0.9, 0.0, -0.4))


def _hands_in_pockets(g: GestureBody) -> None:
    g.bend(3.0, 5.0, 9.0 * g.drift(4.2))
    g.hands(HIPS, (0.17, -0.03, 0.06), (0.7, -0.1, -0.8))


def _hand_on_heart(g: GestureBody) -> None:
    g.bend(2.0, 9.0)
    g.hand(g.side, CHEST, (-0.03, 0.03, 0.15), (1.0, -0.75, 0.1))


def _hug_self(g: GestureBody) -> None:
    rub = 0.025 * g.sine(0.7)
    g.bend(9.0, 10.0, 0.0, 3.0 * g.sine(1.4))
    g.hand(g.other, CHEST, (-0.14, 0.06 + rub, 0.15), (0.8, -0.9, 0.3))
    g.hand(g.side, CHEST, (-0.13, 0.0 - rub, 0.2), (0.8, -0.9, 0.3))


def _brush_shoulder(g: GestureBody) -> None:
    flick = 0.5 - 0.5 * np.cos(g.turns(0.7))
    g.bend(0.0, 12.0, -34.0, 4.0)
    x, y, z = between((-0.15, 0.13, 0.14), (-0.23, 0.2, 0.2), flick)
    g.hand(g.side, CHEST, (x, y, z), (0.75, -0.4, 0.8))


def _straighten_clothes(g: GestureBody) -> None:
    tug = g.sine(0.9)
    g.bend(1.0, 19.0 + 5.0 * g.drift(2.4), 3.0 * tug)
    g.hands(CHEST, (0.07, 0.02 - 0.045 * np.abs(tug), 0.18), (0.8, -0.8, 0.0))


def _button_shirt(g: GestureBody) -> None:
    down = np.clip(g.since() / 3.0, 0.0, 1.0)
    fiddle = 0.015 * g.sine(0.35)
    g.bend(3.0, 27.0)
    g.hand(g.side, CHEST, (0.03 + fiddle, 0.08 - 0.32 * down, 0.17), (0.8, -0.7, 0.0))
    g.hand(g.other, CHEST, (0.035 - fiddle, 0.06 - 0.32 * down, 0.17), (0.8, -0.7, 0.0))


def _circle_arms(g: GestureBody, sides: tuple[str, ...], small: bool = False) -> None:
    phase = g.turns(0.7 if small else 1.25)
    g.bend(-2.0, 0.0)
    if small:
        for side in sides:
            g.hand(side, CHEST, place_straight(1.0, 0.05 + 0.24 * np.cos(phase), 0.24 * np.sin(phase)), OUT)
        return
    g.shift(0.0, -0.012 - 0.012 * np.cos(phase), 0.0)
    for side in sides:
        # up in front, and down behind the body
        up, ahead = np.cos(phase), np.sin(phase)
        g.hand(side, CHEST, place_straight(0.35 + 0.35 * (ahead < 0) * np.abs(ahead), up, ahead), OUT)


def _flap(g: GestureBody) -> None:
    beat = g.sine(0.9)
    g.bend(7.0 + 3.0 * beat, -4.0)
    g.shift(0.0, -0.02 + 0.02 * beat, 0.0)
    g.hands(CHEST, place_straight(0.85, 0.05 + 0.72 * beat, 0.05 - 0.12 * np.abs(beat)), (0.4, -0.6, -0.7))


def _stroke_arms(g: GestureBody, kind: str) -> None:
    phase = g.turns(1.6)
    if kind == "breaststroke":
        g.bend(20.0 + 3.0 * np.cos(phase), -12.0 + 6.0 * np.sin(phase))
        g.shift(0.0, -0.04, 0.0)
        push = 0.5 + 0.5 * np.cos(phase)  # hands ahead at 1
        wide = np.clip(np.sin(phase), 0.0, 1.0)
        g.hands(CHEST, (0.06 + 0.36 * wide, 0.05 + 0.08 * push, 0.16 + 0.36 * push), (0.9, -0.5, -0.2))
        return
    back = kind == "backstroke"
    g.bend(-6.0 if back else 30.0, 0.0 if back else -10.0, 0.0, 15.0 * np.sin(phase))
    g.shift(0.0, -0.03, 0.0)
    for side, lag in ((g.side, 0.0), (g.other, 0.0 if kind == "butterfly" else np.pi)):
        turn = (phase + lag) * (-1.0 if back else 1.0)
        # over the head ahead, and down past the hip
        g.hand(side, CHEST, place_straight(0.3, np.sin(turn), np.cos(turn), 0.93), OUT)


def _punch_air(g: GestureBody) -> None:
    beat = g.sine(0.8)
    g.bend(-2.0, -6.0, 0.0, 9.0 * beat)
    g.shift(0.0, -0.02, 0.0, 6.0 * beat)
    for side, sign in ((g.side, 1.0), (g.other, -1.0)):
        up = np.clip(0.5 + 0.6 * sign * beat, 0.0, 1.0)
        g.hand(side, CHEST, between((0.22, 0.12, 0.2), (0.2, 0.62, 0.08), up), OUT)


def _raise_arms(g: GestureBody, sides: tuple[str, ...]) -> None:
    """Raise arms in a direction, hold them, and lower them; with a count so many times."""
    up = g.strokes(2.2, -0.6) if g.timing.count and g.timing.count > 1 else g.e
    up = minimum_jerk(up * 1.15)
    places = {
        "forward": place_straight(0.05, 0.02, 1.0),
        "sideways": place_straight(1.0, 0.03, 0.08),
        "left": place_straight(1.0, 0.03, 0.08),
        "right": place_straight(1.0, 0.03, 0.08),
        "backward": place_straight(0.25, -0.75, -0.65),
    }
    place = places.get(g.way or "", place_straight(0.12, 1.0, 0.1))
    high = g.way in (None, "up")
    g.bend(-4.0 * up if high else -1.0, -9.0 * up if high else 0.0)
    for side in sides:
        g.hand(side, CHEST, place, OUT, up)


def _raise_and_lower(g: GestureBody) -> None:
    up = g.strokes(1.9, -0.55) if g.timing.count else 0.5 - 0.5 * np.cos(g.turns(2.1))
    g.bend(-4.0 * up, -6.0 * up)
    place = place_straight(0.9 - 0.7 * up, -0.2 + 1.2 * up, 0.15)
    g.hands(CHEST, place, OUT, np.minimum(1.0, 1.3 * up))


def _lower_arms(g: GestureBody, sides: tuple[str, ...]) -> None:
    """Lower arms that were raised ahead before the clip began."""
    up = 1.0 - minimum_jerk((g.t - 0.45) / 1.1)
    g.layer.rotate_head(np.radians(6.0) * (1.0 - up) * up * 4.0, 0.0 * up)
    for side in sides:
        g.hand(side, CHEST, place_straight(0.25, 0.75, 0.6), OUT, up)


def _spread_arms(g: GestureBody) -> None:
    g.bend(-7.0, -9.0, 5.0 * g.drift(4.0))
    g.hands(CHEST, place_straight(0.95, 0.16 + 0.04 * g.drift(2.6), 0.2), OUT)


def _swing_arms(g: GestureBody) -> None:
    swing = g.sine(1.2)
    g.bend(2.0, 0.0, 0.0, 5.0 * swing)
    g.shift(0.0, -0.015 * np.abs(swing), 0.015 * swing)
    for side, sign in ((g.side, 1.0), (g.other, -1.0)):
        g.hand(side, CHEST, place_straight(0.15, -0.8 + 0.15 * np.abs(swing), 0.75 * sign * swing + 0.1), OUT)


def _swing_across(g: GestureBody) -> None:
    swing = g.sine(1.4)
    g.bend(2.0, 0.0, 14.0 * swing, 24.0 * swing)
    g.shift(0.03 * swing, -0.01, 0.0, 9.0 * swing)
    for side, sign in ((g.side, 1.0), (g.other, -1.0)):
        g.hand(side, CHEST, place_straight(0.3 + 0.75 * sign * swing, -0.15, 0.75), OUT)


def _shake_arms(g: GestureBody) -> None:
    shake = g.sine(0.3)
    g.bend(2.0, 3.0, 0.0, 3.0 * shake)
    for side, lag in ((g.side, 0.0), (g.other, 1.6)):
        turn = np.sin(g.turns(0.3) + lag) * g.e
        g.hand(side, HIPS, (0.27 + 0.03 * turn, -0.02 + 0.045 * turn, 0.1 - 0.03 * turn), DOWN)


def _reach_across(g: GestureBody) -> None:
    g.bend(0.0, 0.0, 10.0, -12.0)
    g.hand(g.side, CHEST, (-0.2, 0.12, 0.3), (0.4, 0.0, 1.0))
    g.hand(g.other, CHEST, (0.0, 0.14, 0.33), (0.6, -0.8, 0.6))


def _rest_on_table(g: GestureBody) -> None:
    g.bend(14.0, 4.0, 9.0 * g.drift(3.6))
    g.hands(FRONT, (0.2, g.table, 0.32), (0.6, -0.6, -0.6))


def _rub_belly(g: GestureBody) -> None:
    a, b = g.sine(1.1), g.sine(1.1, np.pi / 2)
    g.bend(-3.0, 10.0, 6.0 * g.drift(2.6))
    g.hand(g.side, HIPS, (0.02 + 0.06 * a, 0.16 + 0.05 * b, 0.2), (0.9, -0.4, -0.4))


def _slap_knee(g: GestureBody) -> None:
    hit = g.strokes(0.62)
    g.bend(26.0 + 8.0 * hit, 4.0)
    g.shift(0.0, -0.1 - 0.02 * hit, -0.05)
    g.hand(g.side, HIPS, (0.1, -0.12 + 0.18 * (1 - hit), 0.24 + 0.05 * (1 - hit)), (0.9, 0.2, -0.5))


def _touch_shoulder(g: GestureBody) -> None:
    g.bend(0.0, 6.0, -20.0, 3.0)
    g.hand(g.side, CHEST, (-0.15, 0.16 + 0.012 * g.sine(0.8), 0.12), (0.75, -0.6, 0.7))


def _rest_on_arms(g: GestureBody) -> None:
    g.bend(-4.0, 2.0, 10.0 * g.drift(3.6))
    g.hands(HIPS, (0.25, 0.2, 0.22), (0.9, -0.5, -0.5))


def _grab(g: GestureBody) -> None:
    out = g.keys([-0.3, 0.3], [0.0, 1.0])
    pull = dip(g.since(), 0.7, 1.5)
    g.bend(6.0 * out, 9.0, 0.0, -9.0 * out + 5.0 * pull)
    g.shift(0.0, -0.02, 0.07 * out - 0.04 * pull)
    x, y, z = between((0.16, -0.12, 0.22), (0.1, -0.06, 0.46), out)
    g.hand(g.side, CHEST, (x, y, z - 0.05 * pull), DOWN)


def _hold_sword(g: GestureBody) -> None:
    g.bend(5.0, 2.0, 5.0 * g.drift(3.0), -6.0)
    g.shift(0.0, -0.06, 0.03)
    sway = 0.015 * g.drift(2.4, 2)
    g.hand(g.side, CHEST, (0.02 + sway, -0.12, 0.36), (0.9, -0.6, 0.0))
    g.hand(g.other, CHEST, (0.03 - sway, -0.2, 0.3), (0.9, -0.6, 0.0))


def _move_about(g: GestureBody) -> None:
    up, aside = g.sine(0.8), g.sine(1.7, 0.7)
    g.bend(2.0, 5.0, 7.0 * aside, 4.0 * aside)
    g.hand(g.side, CHEST, (0.2 + 0.13 * aside, 0.08 + 0.16 * up, 0.34 - 0.05 * np.abs(up)), DOWN)


def _poke_ground(g: GestureBody) -> None:
    poke = g.strokes(0.9)
    along = 0.16 * g.drift(3.6)
    g.bend(38.0, 14.0)
    g.shift(0.0, -0.27, -0.07)
    g.hand(g.side, FRONT, (0.12 + along, -0.34 - 0.12 * poke, 0.52), DOWN)
    g.hand(g.other, HIPS, (0.13, -0.12, 0.26), (0.9, 0.0, -0.6))


def _tap_fingers(g: GestureBody) -> None:
    tap = np.abs(g.sine(0.5))
    g.bend(7.0, 6.0, 12.0 * g.drift(3.0))
    g.hand(g.side, FRONT, (0.16, g.table + 0.045 * tap, 0.34), DOWN)


def _rub_knees(g: GestureBody) -> None:
    rub = 0.5 + 0.5 * g.sine(0.9)
    g.bend(14.0 + 7.0 * rub, 6.0, 10.0 * g.drift(3.0))
    g.hands(HIPS, (0.1, 0.09, 0.2 + 0.17 * rub), (0.8, 0.0, -0.5))


_BOTH = SIDES
ARM_GESTURES: Mapping[str, Callable[[GestureBody], None]] = {
    "rub_hands": _rub_hands,
    "pray": _pray,
    "clasp_hands": _clasp_hands,
    "wring_hands": _wring_hands,
    "cross_arms": _cross_arms,
    "hands_on_hips": _hands_on_hips,
    "hand_on_hip": _hand_on_hip,
    "hands_behind_back": _hands_behind_back,
    "hands_in_pockets": _hands_in_pockets,
    "hand_on_heart": _hand_on_heart,
    "hug_self": _hug_self,
    "brush_shoulder": _brush_shoulder,
    "straighten_clothes": _straighten_clothes,
    "button_shirt": _button_shirt,
    "circle_arms": lambda g: _circle_arms(g, _BOTH),
    "circle_arm": lambda g: _circle_arms(g, (g.side,)),
    "circle_arms_small": lambda g: _circle_arms(g, _BOTH, small=True),
    "flap": _flap,
    "swim_freestyle": lambda g: _stroke_arms(g, "freestyle"),
    "swim_breaststroke": lambda g: _stroke_arms(g, "breaststroke"),
    "swim_backstroke": lambda g: _stroke_arms(g, "backstroke"),
    "swim_butterfly": lambda g: _stroke_arms(g, "butterfly"),
    "punch_air": _punch_air,
    "raise_arms": lambda g: _raise_arms(g, _BOTH),
    "raise_arm": lambda g: _raise_arms(g, (g.side,)),
    "raise_and_lower": _raise_and_lower,
    "lower_arms": lambda g: _lower_arms(g, _BOTH),
    "lower_arm": lambda g: _lower_arms(g, (g.side,)),
    "spread_arms": _spread_arms,
    "swing_arms": _swing_arms,
    "swing_across": _swing_across,
    "shake_arms": _shake_arms,
    "reach_across": _reach_across,
    "rest_on_table": _rest_on_table,
    "rest_on_arms": _rest_on_arms,
    "rub_belly": _rub_belly,
    "slap_knee": _slap_knee,
    "touch_shoulder": _touch_shoulder,
    "grab": _grab,
    "hold_sword": _hold_sword,
    "move_about": _move_about,
    "poke_ground": _poke_ground,
    "tap_fingers": _tap_fingers,
    "rub_knees": _rub_knees,
}
"""What a name does."""
