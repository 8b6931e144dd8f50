# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored gestures of the hands at head and face: scratching, brushing teeth, a hat, glasses, a phone, a kiss.

Each takes a :class:`GestureBody`, bends trunk and head first, and then brings the hands to their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ...motion.layers.body_joints import HEAD, NECK
from ...motion.layers.motion_layer import minimum_jerk
from .body_moves import dip
from .hand_paths import CHEST, DOWN, FRONT, HIPS, OUT, GestureBody, between

_MOUTH = (0.05, -0.07, 0.16)
_EYE = (0.06, -0.01, 0.16)
_BROW = (0.09, 0.08, 0.15)
_EAR = (0.145, -0.0, 0.04)
_CROWN = (0.12, 0.16, 0.05)
_WIDE = (0.8, -0.5, 0.45)  # an elbow that is lifted out and ahead


def _scratch_head(g: GestureBody) -> None:
    g.bend(0.0, 9.0, 4.0 + 6.0 * g.drift(3.0), 0.0, 5.0)
    g.hand(g.side, HEAD, (0.125, 0.13 + 0.035 * g.sine(0.36), 0.02 + 0.03 * g.sine(0.36, 0.8)), OUT)


def _rub_eyes(g: GestureBody) -> None:
    g.bend(3.0, 14.0, 3.0 * g.sine(1.1))
    for side, phase in ((g.side, 0.0), (g.other, 0.9)):
        round_x, round_y = 0.028 * g.sine(0.62, phase), 0.028 * g.sine(0.62, phase + np.pi / 2)
        g.hand(side, HEAD, (0.055 + round_x, -0.01 + round_y, 0.155), _WIDE)


def _brush_teeth(g: GestureBody) -> None:
    g.bend(7.0, 6.0 + 2.0 * g.sine(0.34), 4.0 * g.drift(2.2), 0.0, 2.0 * g.drift(3.1, 2))
    stroke = g.sine(0.34)
    g.hand(g.side, HEAD, (0.115 + 0.05 * stroke, -0.06 + 0.015 * g.drift(1.6), 0.165 - 0.015 * stroke), OUT)
    g.hand(g.other, HIPS, (0.2, 0.12, 0.1), (0.9, -0.2, -0.6))


def _comb_hair(g: GestureBody) -> None:
    pull = 0.5 - 0.5 * np.cos(g.turns(1.25))
    g.bend(0.0, 4.0, -8.0 + 5.0 * g.drift(2.6), 0.0, 5.0)
    lifted = 0.06 * np.sin(g.turns(1.25)) * (np.sin(g.turns(1.25)) < 0)
    first, last = (0.06, 0.2, 0.15), (0.15, 0.03, -0.09)
    x, y, z = between(first, last, pull)
    g.hand(g.side, HEAD, (x - lifted, y, z), OUT)


def _put_on_hat(g: GestureBody) -> None:
    up, low = g.keys([0.0, 0.75], [0.0, 1.0]), g.keys([0.75, 1.15], [0.0, 1.0])
    tug = dip(g.since(), 1.35, 1.75) + dip(g.since(), 1.85, 2.25)
    g.bend(2.0 * (1 - up), 14.0 * (1 - up) + 9.0 * low + 3.0 * tug)
    x, y, z = between((0.14, -0.3, 0.36), (0.16, 0.32, 0.06), up)
    g.hands(HEAD, (x, y - 0.17 * low - 0.02 * tug, z), (0.85, -0.4, 0.5))


def _take_off_hat(g: GestureBody) -> None:
    away = g.keys([0.35, 1.15], [0.0, 1.0])
    lift = dip(g.since(), 0.2, 1.0)
    g.bend(3.0 * away, 10.0 * away)
    x, y, z = between((0.15, 0.15, 0.1), (0.08, -0.42, 0.38), away)
    g.hand(g.side, HEAD, (x, y + 0.1 * lift, z), (0.9, -0.3, 0.4))


def _tip_hat(g: GestureBody) -> None:
    nod = g.strokes(0.9, 0.15)
    g.bend(9.0 * nod, 12.0 * nod, 6.0 * g.e)
    g.hand(g.side, HEAD, (0.09, 0.14 + 0.05 * nod, 0.16 + 0.05 * nod), (0.9, -0.4, 0.4))


def _put_on_glasses(g: GestureBody) -> None:
    up = g.keys([0.0, 0.75], [0.0, 1.0])
    back = g.keys([0.7, 1.2], [0.0, 1.0])
    g.bend(2.0 * (1 - up), 17.0 * (1 - up) - 2.0 * back)
    x, y, z = between((0.08, -0.24, 0.32), (0.13, 0.05, 0.24), up)
    g.hands(HEAD, (x + 0.015 * back, y, z - 0.13 * back), _WIDE)


def _adjust_glasses(g: GestureBody) -> None:
    push = g.strokes(0.8, 0.1)
    g.bend(1.0, 9.0 - 8.0 * push)
    g.hand(g.side, HEAD, (0.05, -0.02 + 0.02 * push, 0.2 - 0.055 * push), _WIDE)


def _wipe_forehead(g: GestureBody) -> None:
    across = 0.5 - 0.5 * np.cos(g.turns(1.3))
    g.bend(4.0, -3.0 + 5.0 * across, 7.0 - 16.0 * across)
    x, y, z = between((-0.06, 0.1, 0.155), (0.17, 0.09, 0.09), across)
    g.hand(g.side, HEAD, (x, y, z), (1.0, 0.15, 0.5))


def _cover_ears(g: GestureBody) -> None:
    shake = g.drift(1.1)
    g.bend(13.0 + 2.0 * shake, 20.0, 7.0 * g.drift(1.5, 2))
    g.shift(0.0, -0.03, 0.0)
    g.hands(HEAD, (0.135, 0.0, 0.03), (0.9, -0.35, 0.5))


def _cover_face(g: GestureBody) -> None:
    sob = np.abs(g.sine(0.55))
    g.bend(15.0 + 3.0 * sob, 26.0 + 3.0 * sob, 4.0 * g.drift(2.0))
    g.hands(HEAD, (0.045, -0.05, 0.155), (0.35, -1.0, 0.45))


def _cough(g: GestureBody) -> None:
    jerk = g.strokes(0.55, 0.1) ** 2
    g.bend(9.0 + 15.0 * jerk, 12.0 + 10.0 * jerk)
    g.shift(0.0, -0.02 - 0.02 * jerk, 0.0)
    g.hand(g.side, HEAD, (0.02, -0.07, 0.155), (0.9, -0.5, 0.5))


def _cover_mouth(g: GestureBody) -> None:
    g.bend(-2.0 + 2.0 * g.drift(2.4), -3.0 + 4.0 * g.drift(2.0, 2), 6.0 * g.drift(3.0))
    g.hand(g.side, HEAD, (0.02, -0.06, 0.155), (0.85, -0.7, 0.4))


def _bite_nails(g: GestureBody) -> None:
    nibble = 0.012 * g.sine(0.35)
    g.bend(12.0, 10.0, 16.0 * g.drift(1.9))
    g.shift(0.0, -0.03, 0.0)
    g.hands(HEAD, (0.035, -0.1 + nibble, 0.15), (0.35, -1.0, 0.2))


def _toast(g: GestureBody) -> None:
    out = g.keys([-0.3, 0.4, 1.0, 1.6], [0.0, 1.0, 1.0, 0.0])
    sip = g.keys([1.3, 1.9, 2.8, 3.3], [0.0, 1.0, 1.0, 0.0])
    g.bend(4.0 * out - 6.0 * sip, -8.0 * out - 18.0 * sip)
    g.hand(g.side, CHEST, between((0.14, -0.1, 0.28), (0.12, 0.3, 0.42), out), DOWN)
    g.hand(g.side, HEAD, (0.045, -0.01, 0.155), (0.55, -0.8, -0.1), g.e * sip)


def _sneeze(g: GestureBody) -> None:
    back = g.keys([-0.3, 0.7, 0.9, 1.6], [0.0, 1.0, -1.6, 0.0])
    g.bend(4.0 - 14.0 * back, 4.0 - 16.0 * back)
    g.shift(0.0, -0.03 * np.clip(-back, 0, 2), 0.02 * back)
    g.hands(HEAD, (0.035, -0.06, 0.16 + 0.05 * np.clip(back, 0, 1)), (0.6, -0.9, 0.4))


def _yawn(g: GestureBody) -> None:
    g.bend(-7.0, -16.0)
    g.hand(g.side, HEAD, (0.03, -0.06, 0.165), (0.8, -0.6, 0.5))
    stretch = g.keys([0.1, 1.1], [0.0, 1.0]) * g.e
    g.hand(g.other, HEAD, (0.34, 0.34, -0.04), (1.0, 0.2, 0.0), stretch)


def _blow_kiss(g: GestureBody) -> None:
    away = g.keys([0.35, 0.85], [0.0, 1.0])
    g.bend(2.0 + 7.0 * away, 4.0 - 9.0 * away, 0.0, 8.0 * away)
    g.shift(0.0, 0.0, 0.05 * away)
    x, y, z = between((0.03, -0.06, 0.155), (0.16, -0.06, 0.56), away)
    g.hand(g.side, HEAD, (x, y + 0.05 * dip(g.since(), 0.35, 0.85), z), (0.8, -0.7, 0.3))


def _phone_ear(g: GestureBody) -> None:
    nod = 3.0 * g.sine(0.9) * (g.drift(2.6) > 0)
    g.bend(1.5 * g.drift(3.4), 5.0 + nod, 5.0 + 9.0 * g.drift(3.0, 1), 6.0 * g.drift(4.0, 5), 3.0)
    g.hand(g.side, HEAD, _EAR, (0.55, -1.0, 0.25))
    talk = np.clip(g.drift(2.4, 2) + 0.25, 0.0, 1.0)
    beat = 0.05 * g.sine(0.7)
    g.hand(g.other, CHEST, (0.3, -0.2 + beat + 0.06 * talk, 0.26), DOWN, g.e * minimum_jerk(talk * 1.6))


def _check_watch(g: GestureBody) -> None:
    g.bend(3.0, 24.0, 12.0)
    g.hand(g.side, CHEST, (0.03, 0.02, 0.27), (1.0, -0.35, 0.35))


def _think(g: GestureBody) -> None:
    rub = 0.018 * g.sine(0.9)
    g.bend(2.0, 6.0 + 3.0 * g.drift(2.4), 7.0 * g.drift(3.5, 1), 0.0, 4.0)
    g.hand(g.other, CHEST, (-0.08, -0.13, 0.17), (1.0, -0.7, 0.1))
    g.hand(g.side, HEAD, (0.035, -0.13 + rub, 0.14), (0.15, -1.0, 0.35))


def _hush(g: GestureBody) -> None:
    g.bend(6.0, 5.0 + 3.0 * g.sine(1.0), -4.0)
    g.hand(g.side, HEAD, (0.02, -0.1, 0.155), (0.5, -1.0, 0.3))


def _rub_neck(g: GestureBody) -> None:
    rub = g.sine(0.8)
    g.bend(4.0, 12.0, 12.0 + 6.0 * g.drift(2.6), 0.0, 6.0)
    g.hand(g.side, NECK, (0.11 + 0.03 * rub, 0.05, -0.09), (0.8, -0.15, 0.9))


def _slap_forehead(g: GestureBody) -> None:
    swing = g.keys([-0.25, 0.1, 0.35], [0.0, 0.0, 1.0])
    g.bend(5.0 * swing, 4.0 + 17.0 * swing, 5.0 * g.drift(1.6) * swing)
    x, y, z = between((0.16, 0.1, 0.36), (0.04, 0.06, 0.16), swing)
    g.hand(g.side, HEAD, (x, y, z), (0.8, -0.5, 0.5))


def _listen(g: GestureBody) -> None:
    g.bend(11.0, 4.0, -22.0, -6.0, 9.0)
    g.shift(0.05, -0.01, 0.04)
    g.hand(g.side, HEAD, (0.145, 0.03, -0.0), (0.9, -0.5, 0.3))


def _use_binoculars(g: GestureBody) -> None:
    g.bend(2.0, -3.0, 10.0 * g.drift(3.6), 16.0 * g.drift(3.6))
    g.hands(HEAD, (0.075, 0.02, 0.165), (0.75, -0.65, 0.3))


def _shield_eyes(g: GestureBody) -> None:
    g.bend(4.0, -3.0, 12.0 * g.drift(3.4), 14.0 * g.drift(3.4))
    g.hand(g.side, HEAD, _BROW, (1.0, -0.2, 0.4))


def _take_photo(g: GestureBody) -> None:
    click = dip(np.mod(g.since(), 1.5), 0.8, 1.0)
    g.bend(5.0, 3.0, 0.0, 6.0 * g.drift(3.6))
    g.shift(0.0, -0.03, 0.0)
    g.hands(HEAD, (0.09, 0.0 - 0.012 * click, 0.27), (0.7, -0.75, 0.2))


def _take_selfie(g: GestureBody) -> None:
    g.bend(-3.0, -7.0, 9.0 + 4.0 * g.drift(2.2), 8.0, -5.0)
    g.hand(g.side, HEAD, (0.22, 0.1, 0.47), (0.7, -0.8, 0.1))
    g.hand(g.other, HIPS, (0.21, 0.1, 0.03), (1.0, 0.0, -0.6))


def _shave(g: GestureBody) -> None:
    down = 0.5 - 0.5 * np.cos(g.turns(0.95))
    g.bend(5.0, -9.0, -14.0 + 5.0 * g.drift(3.0))
    x, y, z = between((0.125, -0.0, 0.12), (0.1, -0.13, 0.14), down)
    g.hand(g.side, HEAD, (x, y, z), (0.8, -0.8, 0.3))


def _wash_face(g: GestureBody) -> None:
    lifted = minimum_jerk((0.35 - 0.5 * np.cos(g.turns(1.7))) / 0.6)
    rub = 0.03 * g.sine(0.4) * lifted
    g.bend(33.0, 14.0)
    g.shift(0.0, -0.02, -0.05)
    table = g.table + 0.08
    g.hands(FRONT, (0.05, table, 0.38), (0.5, -1.0, 0.0))
    g.hands(HEAD, (0.05, -0.04 + rub, 0.155), (0.5, -1.0, 0.3), g.e * lifted)


def _smoke(g: GestureBody) -> None:
    drawn = dip(np.mod(g.since() + 0.3, 2.7), 0.0, 1.7)
    drawn = np.asarray(minimum_jerk(drawn * 1.7))
    g.bend(-1.0 + 2.0 * drawn, -6.0 * (1 - drawn) + 4.0 * drawn, 6.0 * g.drift(3.6))
    g.hand(g.side, CHEST, (0.28, -0.1, 0.26), DOWN)
    g.hand(g.side, HEAD, _MOUTH, DOWN, g.e * drawn)


def _paint_lips(g: GestureBody) -> None:
    along = 0.035 * g.sine(0.8)
    g.bend(5.0, -3.0, 3.0 * g.drift(2.4))
    g.hand(g.other, HEAD, (0.12, -0.16, 0.34), DOWN)
    g.hand(g.side, HEAD, (0.07 + along, -0.075, 0.165), _WIDE)


def _blow_nose(g: GestureBody) -> None:
    blow = g.strokes(0.9, 0.15)
    g.bend(9.0 + 9.0 * blow, 13.0 + 6.0 * blow)
    g.hands(HEAD, (0.04, -0.05, 0.16), (0.6, -1.0, 0.3))


def _pick_nose(g: GestureBody) -> None:
    g.bend(2.0, 6.0 + 2.0 * g.sine(0.6), 8.0 * g.drift(2.8))
    g.hand(g.side, HEAD, (0.03 + 0.012 * g.sine(0.5), -0.05, 0.16), (0.5, -1.0, 0.3))


def _flip_hair(g: GestureBody) -> None:
    back = g.keys([0.0, 0.45, 0.8], [0.0, 0.3, 1.0])
    toss = dip(g.since(), 0.2, 1.0)
    g.bend(-5.0 * toss, 6.0 - 14.0 * toss, 16.0 * toss - 10.0 * back, 6.0 * toss, -6.0 * toss)
    x, y, z = between((0.1, 0.07, 0.13), (0.26, 0.08, -0.14), back)
    g.hand(g.side, HEAD, (x, y + 0.07 * toss, z), (1.0, 0.0, 0.2))


def _clutch_head(g: GestureBody) -> None:
    shake = g.sine(0.7)
    g.bend(13.0 + 4.0 * g.drift(1.8), 14.0, 7.0 * shake, 5.0 * g.drift(2.2, 2))
    g.shift(0.0, -0.04, 0.0)
    g.hands(HEAD, (0.12, 0.16, 0.03), (0.9, -0.1, 0.55))


def _hands_on_head(g: GestureBody) -> None:
    g.bend(-4.0, -3.0, 7.0 * g.drift(3.4), 0.0, 3.0 * g.drift(4.0, 2))
    g.hands(HEAD, (0.1, 0.19, 0.02), (1.0, -0.3, 0.3))


def _hands_behind_head(g: GestureBody) -> None:
    g.bend(-5.0, -7.0, 9.0 * g.drift(4.0))
    g.hands(HEAD, (0.09, 0.03, -0.12), (1.0, -0.6, 0.35))


def _salute(g: GestureBody) -> None:
    snap = g.keys([-0.4, -0.05], [0.0, 1.0])
    if g.timing.count and g.timing.count > 1:
        snap = minimum_jerk(1.5 * g.strokes(1.7, -0.4))
    g.bend(-2.0, -3.0)
    g.hand(g.side, HEAD, (0.16, 0.07, 0.12), (1.0, -0.22, 0.3), g.e * snap)


def _nod(g: GestureBody) -> None:
    down = g.strokes(0.62)
    g.steady_head()
    g.bend(5.0 * down, 25.0 * down - 4.0)
    g.shift(0.0, -0.006 * down, 0.0)


def _shake_head(g: GestureBody) -> None:
    swing = g.swings(0.72)
    g.steady_head()
    g.bend(0.0, 4.0, 30.0 * swing, 4.0 * swing)


def _look(g: GestureBody, side: str | None, up: float = 0.0, behind: bool = False) -> None:
    """Look to a side, which is relative to the body, up or down by degrees, or back over the shoulder."""
    there = 0.85 + 0.15 * g.drift(2.2)
    yaw = 0.0 if side is None else (72.0 if behind else 58.0) * (1.0 if side == g.side else -1.0)
    g.bend(-0.2 * up, -0.8 * up * there, yaw * there, (0.55 if behind else 0.2) * yaw)
    g.shift(0.0, 0.0, 0.0, (0.3 if behind else 0.08) * yaw)


def _look_around(g: GestureBody) -> None:
    turn = g.keys([-0.5, 0.1, 0.9, 1.9, 2.7, 3.4], [0.0, 1.0, 1.0, -1.0, -1.0, 0.4])
    g.bend(2.0, -4.0 + 6.0 * g.drift(1.9), 55.0 * turn, 16.0 * turn)
    g.shift(0.015 * turn, 0.0, 0.0, 7.0 * turn)


def _drink(g: GestureBody) -> None:
    lifted = minimum_jerk(dip(np.mod(g.since() + 0.35, 2.6), 0.0, 2.2) * 1.8)
    g.bend(2.0 - 7.0 * lifted, 9.0 * (1 - lifted) - 20.0 * lifted)
    g.hand(g.side, CHEST, (0.16, -0.12, 0.3), DOWN)
    g.hand(
        g.side, HEAD, (0.045, -0.05 + 0.045 * lifted, 0.155), (0.55, -1.0 + 0.35 * lifted, -0.1), g.e * lifted
    )


def _eat(g: GestureBody) -> None:
    lifted = minimum_jerk(dip(np.mod(g.since() + 0.3, 1.9), 0.0, 1.3) * 1.7)
    g.bend(8.0, 17.0 - 9.0 * lifted + 2.0 * g.sine(0.5))
    g.hand(g.other, FRONT, (0.16, g.table + 0.14, 0.3), DOWN)
    g.hand(g.side, FRONT, (0.12, g.table + 0.12, 0.34), DOWN)
    g.hand(g.side, HEAD, (0.045, -0.06, 0.135), (0.7, -0.9, 0.3), g.e * lifted)


HEAD_GESTURES: Mapping[str, Callable[[GestureBody], None]] = {
    "scratch_head": _scratch_head,
    "rub_eyes": _rub_eyes,
    "brush_teeth": _brush_teeth,
    "comb_hair": _comb_hair,
    "put_on_hat": _put_on_hat,
    "take_off_hat": _take_off_hat,
    "tip_hat": _tip_hat,
    "put_on_glasses": _put_on_glasses,
    "adjust_glasses": _adjust_glasses,
    "wipe_forehead": _wipe_forehead,
    "cover_ears": _cover_ears,
    "cover_face": _cover_face,
    "cough": _cough,
    "sneeze": _sneeze,
    "cover_mouth": _cover_mouth,
    "bite_nails": _bite_nails,
    "toast": _toast,
    "yawn": _yawn,
    "blow_kiss": _blow_kiss,
    "phone_ear": _phone_ear,
    "check_watch": _check_watch,
    "think": _think,
    "hush": _hush,
    "rub_neck": _rub_neck,
    "slap_forehead": _slap_forehead,
    "listen": _listen,
    "binoculars": _use_binoculars,
    "shield_eyes": _shield_eyes,
    "take_photo": _take_photo,
    "selfie": _take_selfie,
    "shave": _shave,
    "wash_face": _wash_face,
    "smoke": _smoke,
    "paint_lips": _paint_lips,
    "blow_nose": _blow_nose,
    "pick_nose": _pick_nose,
    "flip_hair": _flip_hair,
    "clutch_head": _clutch_head,
    "hands_on_head": _hands_on_head,
    "hands_behind_head": _hands_behind_head,
    "salute": _salute,
    "nod": _nod,
    "shake_head": _shake_head,
    "look_around": _look_around,
    "look_left": lambda g: _look(g, "left"),
    "look_right": lambda g: _look(g, "right"),
    "look_behind": lambda g: _look(g, g.side, behind=True),
    "look_up": lambda g: _look(g, None, 52.0),
    "look_down": lambda g: _look(g, None, -50.0),
    "drink": _drink,
    "eat": _eat,
}
"""What a name does."""
