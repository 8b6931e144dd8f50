# SPDX-License-Identifier: GPL-3.0-or-later
"""Jumps of a given direction and shape, flips and burpees by key poses. All flights are free falls."""

from __future__ import annotations

import numpy as np

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import ALONG, BACKSWING, BALANCE, OVERHEAD, step_foot

_STILL: Values = (0.0,) * 5
_WAYS = {"forward": (0.0, 0.62), "backward": (0.0, -0.42), "left": (0.5, 0.0), "right": (-0.5, 0.0)}


def _feet(x: float, z: float, up: float = 0.0, pitch: float = 0.0, apart: float = 0.0) -> dict[str, Values]:
    return {
        "left_foot": (x + apart, up, z, 0.0, pitch),
        "right_foot": (x - apart, up, z, 0.0, pitch),
    }


def _take_off(t: float, x: float = 0.0, z: float = 0.0, deep: float = 0.26) -> list[Key]:
    """Return the crouch, with the arms back, and the push of a jump that leaves the floor at ``t`` + 0.62."""
    return [
        key(t, pelvis=(x, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), **_feet(x, z)),
        key(
            t + 0.4,
            pelvis=(x, -deep, z - 0.07),
            turn=(16, 0, 0),
            trunk=(26, 0, 0),
            **_feet(x, z),
            arms=BACKSWING,
        ),
        key(t + 0.62, pelvis=(x, 0.06, z + 0.02), turn=(2, 0, 0), trunk=(2, 0, 0), **_feet(x, z, pitch=38)),
    ]


def _land(t: float, x: float, z: float, deep: float = 0.24) -> list[Key]:
    """Return the landing at ``t`` on both feet, and standing up again 0.75 s later."""
    return [
        key(t, pelvis=(x, -0.03, z), turn=(4, 0, 0), trunk=(8, 0, 0), **_feet(x, z, pitch=16)),
        key(t + 0.16, pelvis=(x, -deep, z - 0.03), turn=(14, 0, 0), trunk=(22, 0, 0), **_feet(x, z, pitch=0),
            arms=(0.35, -0.75, 0.55, 0.2, -0.4, 0.9)),
        key(t + 0.75, pelvis=(x, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), **_feet(x, z)),
    ]  # fmt: skip


def jump_to(task: Task) -> KeySheet:
    """Jump with both feet forward, backward or to a side, as often as asked for."""
    sx, sz = _WAYS[task.way or "forward"]
    size = task.vary(0.1)
    air = 0.4 * task.vary(0.05)
    keys: list[Key] = [key(0.05, arms=None)]
    flights = []
    for k in range(task.choose_count(1.8, 0.4)):
        t = 0.1 + k * (1.5 + air - 0.1)
        x0, z0, x1, z1 = (k * sx * size, k * sz * size, (k + 1) * sx * size, (k + 1) * sz * size)
        lean = 10.0 if sz < 0 else -6.0 if sz > 0 else 0.0
        keys += _take_off(t, x0, z0)
        reach = (0.85, 0.1, 0.3, 0.6, 0.5, 0.4) if sx else (0.6, -0.1, 0.7, 0.3, 0.3, 0.9)
        keys.append(key(t + 0.62 + 0.5 * air, pelvis=(0.5 * (x0 + x1), 0.02, 0.5 * (z0 + z1)), turn=(lean, 0, 0),
                        trunk=(12, 0, 0), **_feet(0.5 * (x0 + x1), 0.5 * (z0 + z1), 0.12, 24),
                        arms=reach))  # fmt: skip
        keys += _land(t + 0.62 + air, x1, z1)
        flights.append((t + 0.62, air))
    return KeySheet([*keys, key(keys[-1].time + 0.1, arms=None)], flights)


def jump_as_star(task: Task) -> KeySheet:
    """Jump up and spread arms and legs in the air, as often as asked for."""
    keys: list[Key] = [key(0.05, arms=None)]
    flights = []
    air = 0.5
    for k in range(task.choose_count(1.75, 0.4)):
        t = 0.1 + k * 1.75
        wide = dict(pelvis=(0, 0.03, 0), turn=(0, 0, 0), trunk=(-4, 0, 0), arms=(0.8, 0.65, 0.05, 0.8, 0.65, 0.0),
                    **_feet(0, 0, 0.1, 30, apart=0.42))  # fmt: skip
        keys += [
            *_take_off(t, deep=0.3),
            key(t + 0.62 + 0.4 * air, **wide),
            key(t + 0.62 + 0.62 * air, **wide),
        ]
        keys += _land(t + 0.62 + air, 0, 0)
        flights.append((t + 0.62, air))
    return KeySheet([*keys, key(keys[-1].time + 0.1, arms=None)], flights)


def jump_with_tuck(task: Task) -> KeySheet:
    """Jump up and pull the knees to the chest, as often as asked for."""
    keys: list[Key] = [key(0.05, arms=None)]
    flights = []
    air = 0.52
    for k in range(task.choose_count(1.75, 0.4)):
        t = 0.1 + k * 1.75
        tuck = dict(pelvis=(0, 0.02, 0), turn=(8, 0, 0), trunk=(26, 0, 0), arms=(0.3, -0.35, 0.9, -0.1, -0.6, 0.6),
                    **_feet(0, 0.08, 0.52, 20))  # fmt: skip
        keys += [
            *_take_off(t, deep=0.3),
            key(t + 0.62 + 0.45 * air, **tuck),
            key(t + 0.62 + 0.58 * air, **tuck),
        ]
        keys += _land(t + 0.62 + air, 0, 0)
        flights.append((t + 0.62, air))
    return KeySheet([*keys, key(keys[-1].time + 0.1, arms=None)], flights)


def jump_and_spin(task: Task) -> KeySheet:
    """Jump up and turn once about oneself in the air."""
    to = -360.0 if task.way == "right" else 360.0
    air, t = 0.56, 0.1
    keys = [key(0.05, arms=None), *_take_off(t, deep=0.3)]
    keys[2] = key(t + 0.4, **{**keys[2].values, "turn": (14, 0, -0.07 * to), "trunk": (20, 0, -0.07 * to)})
    spun = {"left_foot": (0, 0, 0, to, 10), "right_foot": (0, 0, 0, to, 10)}
    keys.append(key(t + 0.62, trunk=(2, 0, 0.05 * to)))
    for share, up in ((0.5, 0.08), (1.0, 0.0)):
        a = np.radians(to * share)
        turn = {}
        for side, x, z in (("left", 0.09, -0.04), ("right", -0.09, -0.04)):
            turn[f"{side}_foot"] = (x * np.cos(a) + z * np.sin(a) - x, up, z * np.cos(a) - x * np.sin(a) - z,
                                    to * share, 24 if share < 1 else 12)  # fmt: skip
        keys.append(key(t + 0.62 + share * air, pelvis=(0, 0.03 if share < 1 else -0.03, 0), turn=(0, 0, to * share),
                        trunk=(2, 0, 0), arms=(0.3, -0.6, 0.7, -0.5, 0.3, 0.8), **turn))  # fmt: skip
    t += 0.62 + air
    landed = dict.fromkeys(spun, (0, 0, 0, to, 0))
    keys += [
        key(t + 0.16, pelvis=(0, -0.24, -0.03), turn=(14, 0, to), trunk=(22, 0, 0), **landed, arms=BALANCE),
        key(t + 0.75, pelvis=(0, 0, 0), turn=(0, 0, to), trunk=(0, 0, 0), **landed, arms=None),
    ]
    return KeySheet(keys, [(0.1 + 0.62, air)])


def jump_like_a_frog(task: Task) -> KeySheet:
    """Squat with the hands between the feet and leap forward into the next squat, as often as there is time for."""
    far, air, period = 0.6 * task.vary(0.1), 0.42, 1.25
    count = task.choose_count(period, 1.3)
    wide = 0.08

    def squat(t: float, z: float) -> Key:
        return key(t, pelvis=(0, -0.52, z - 0.16), turn=(24, 0, 0), trunk=(34, 0, 0), head=(-30, 0),
                   arms=(0.1, -0.9, 0.5, -0.15, -0.9, 0.35),
                   left_foot=(wide, 0, z, 25, 12), right_foot=(-wide, 0, z, -25, 12))  # fmt: skip

    keys = [key(0.05, arms=None), squat(0.6, 0)]
    flights = []
    for k in range(count):
        t, z, z1 = 0.6 + k * period, k * far, (k + 1) * far
        keys += [
            squat(t + 0.3, z),
            key(t + 0.55, pelvis=(0, 0.0, z + 0.08), turn=(14, 0, 0), trunk=(6, 0, 0), head=(-10, 0),
                left_foot=(wide, 0, z, 20, 42), right_foot=(-wide, 0, z, -20, 42)),
            key(t + 0.55 + 0.5 * air, pelvis=(0, 0.02, 0.5 * (z + z1) + 0.04), turn=(10, 0, 0), trunk=(8, 0, 0),
                arms=(0.4, 0.6, 0.8, 0.2, 0.7, 0.7),
                left_foot=(wide, 0.14, 0.5 * (z + z1), 20, 40), right_foot=(-wide, 0.14, 0.5 * (z + z1), -20, 40)),
            key(t + 0.55 + air, pelvis=(0, -0.1, z1 - 0.02), turn=(14, 0, 0), trunk=(18, 0, 0), head=(-20, 0),
                left_foot=(wide, 0, z1, 25, 14), right_foot=(-wide, 0, z1, -25, 14)),
            squat(t + 0.55 + air + 0.22, z1),
        ]  # fmt: skip
        flights.append((t + 0.55, air))
    end, z = keys[-1].time, count * far
    if not task.ends or task.count:
        keys += [key(end + 0.2, arms=ALONG), key(end + 0.75, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0),
                 head=(0, 0), arms=None, left_foot=(0, 0, z, 0, 0), right_foot=(0, 0, z, 0, 0))]  # fmt: skip
        return KeySheet(keys, flights)
    return KeySheet([*keys, squat(max(end + 0.1, task.seconds), z)], flights, closes=True)


def flip(task: Task, forward: bool) -> KeySheet:
    """Jump high, turn over once in the air with the knees tucked, and land on both feet."""
    sign = 1.0 if forward else -1.0
    air, t = 0.7, 0.1
    far = 0.5 * sign
    # the mass of a tucked body is above the pelvis, which goes around it
    keys = [
        key(0.05, arms=None, legs=None),
        *_take_off(t, deep=0.34)[:2],
        key(t + 0.62, pelvis=(0, 0.07, 0.04 * sign), turn=(10 * sign, 0, 0), trunk=(4 * sign, 0, 0), arms=OVERHEAD,
            **_feet(0, 0, pitch=40), legs=None),
        key(t + 0.8, pelvis=(0, 0.15, 0.2 * far), turn=(85 * sign, 0, 0), trunk=(30, 0, 0), head=(10, 0),
            legs=(112, 6, 0, 125, 30), arms=(0.3, -0.5, 0.8, -0.2, -0.7, 0.5)),
        key(t + 1.1, pelvis=(0, 0.17, 0.7 * far), turn=(270 * sign, 0, 0), trunk=(34, 0, 0), head=(10, 0),
            legs=(114, 6, 0, 125, 30), arms=(0.3, -0.5, 0.8, -0.2, -0.7, 0.5)),
        key(t + 0.62 + air, pelvis=(0, -0.05, far), turn=(348 * sign, 0, 0), trunk=(14, 0, 0), head=(0, 0), legs=None,
            **_feet(0, far, pitch=14), arms=(0.4, -0.3, 0.9, 0.1, 0.0, 1.0)),
        key(t + 0.82 + air, pelvis=(0, -0.34, far - 0.06), turn=(360 * sign + 16, 0, 0), trunk=(28, 0, 0),
            **_feet(0, far, pitch=0), arms=(0.5, -0.3, 0.85, 0.3, -0.1, 1.0)),
        key(t + 1.5 + air, pelvis=(0, 0, far), turn=(360 * sign, 0, 0), trunk=(0, 0, 0), **_feet(0, far), arms=None),
    ]  # fmt: skip
    return KeySheet(keys, [(t + 0.62, air)])


def do_burpee(task: Task) -> KeySheet:
    """Squat, put the hands down, jump back into a plank, jump in again and leap up, as often as asked for."""
    period, air = 2.9 * task.vary(0.05), 0.42
    count = task.choose_count(period, 0.3)
    keys: list[Key] = [key(0.05, arms=None, hands=None)]
    flights = []
    hands = (0.2, 0.02, 0.36)
    for k in range(count):
        t, p = 0.1 + k * period, period / 2.9
        plank = dict(pelvis=(0, -0.6, -0.3), turn=(76, 0, 0), trunk=(4, 0, 0), head=(-20, 0), hands=hands,
                     **_feet(0, -1.02, 0.0, 50))  # fmt: skip
        keys += [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), **_feet(0, 0), hands=None),
            key(t + 0.55 * p, pelvis=(0, -0.5, -0.1), turn=(40, 0, 0), trunk=(46, 0, 0), **_feet(0, 0, 0, 16),
                hands=hands),
            key(t + 0.72 * p, pelvis=(0, -0.42, -0.14), turn=(66, 0, 0), trunk=(26, 0, 0), hands=hands,
                **_feet(0, -0.4, 0.14, 40)),
            key(t + 0.95 * p, **plank), key(t + 1.25 * p, **plank),
            key(t + 1.42 * p, pelvis=(0, -0.42, -0.16), turn=(66, 0, 0), trunk=(26, 0, 0), hands=hands,
                **_feet(0, -0.5, 0.12, 40)),
            key(t + 1.65 * p, pelvis=(0, -0.48, -0.08), turn=(36, 0, 0), trunk=(44, 0, 0), head=(0, 0), hands=hands,
                **_feet(0, 0, 0, 16)),
            key(t + 1.75 * p, hands=None, arms=(0.2, -0.7, 0.7, 0.1, -0.5, 0.9)),
            key(t + 1.95 * p, pelvis=(0, 0.05, 0), turn=(0, 0, 0), trunk=(0, 0, 0), **_feet(0, 0, 0, 38),
                arms=OVERHEAD),
            key(t + 1.95 * p + air / 2, pelvis=(0, 0.04, 0), trunk=(-4, 0, 0), **_feet(0, 0, 0.06, 34), arms=OVERHEAD),
            key(t + 1.95 * p + air, pelvis=(0, -0.02, 0), trunk=(4, 0, 0), **_feet(0, 0, 0, 14)),
            key(t + 2.12 * p + air, pelvis=(0, -0.2, -0.03), turn=(10, 0, 0), trunk=(16, 0, 0), **_feet(0, 0),
                arms=(0.35, -0.8, 0.5, 0.2, -0.5, 0.8)),
        ]  # fmt: skip
        flights.append((t + 1.95 * p, air))
    end = 0.1 + count * period
    return KeySheet(
        [*keys, key(end + 0.1, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), **_feet(0, 0), arms=None)],
        flights,
    )


def shoot_at_basket(task: Task) -> KeySheet:
    """Step into a crouch with a ball at the chest, jump, and release it overhead at the highest point.

    The right foot and the right hand lead, the left one guides the ball; the hips turn in behind them.
    """
    held: Values = (0.3, -0.8, 0.45, -0.3, 0.35, 0.9)
    dipped: Values = (0.35, -0.5, 0.8, -0.3, 0.75, 0.6)
    set_up: Values = (0.35, 0.45, 0.8, -0.25, 0.9, -0.1)
    released: Values = (0.15, 0.95, 0.35, -0.02, 0.95, 0.4)
    followed: dict[str, Values] = {
        "right_arm": (0.15, 0.75, 0.65, 0.0, 0.3, 1.0),
        "left_arm": (0.3, 0.65, 0.7, 0.0, 0.85, 0.5),
    }
    air = 0.36 * task.vary(0.05)
    keys: list[Key] = [key(0.05, arms=None, feet=(0, 0, 0, 0, 0), pelvis=(0, 0, 0))]
    flights = []
    for k in range(task.count or 1):
        t, z = 0.15 + k * 2.35, 0.34 * k
        before: Values = (0, 0, z, 0, 0)
        left: Values = (0.01, 0, z + 0.22, 0, 0)
        right: Values = (-0.01, 0, z + 0.34, 0, 0)

        def lift(high: float, pitch: float, left: Values = left, right: Values = right) -> dict[str, Values]:
            return {
                "left_foot": (left[0], high, left[2], 0, pitch),
                "right_foot": (right[0], high, right[2], 0, pitch),
            }

        up = t + 0.92
        keys += [
            key(t, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=held if k else None),
            *step_foot(t, t + 0.3, "left", before, left, 0.1),
            *step_foot(t + 0.28, t + 0.56, "right", before, right, 0.1),
            key(t + 0.32, pelvis=(0.04, -0.05, z + 0.1), turn=(4, 0, -12), trunk=(8, 0, 4), head=(-6, 0), arms=held),
            key(t + 0.66, pelvis=(-0.01, -0.2, z + 0.24), turn=(12, 0, -12), trunk=(10, 0, 6), head=(-18, 4),
                arms=dipped, **lift(0, 4)),
            key(up, pelvis=(0, 0.05, z + 0.29), turn=(0, 0, 6), trunk=(0, 0, -2), head=(-20, 0), arms=set_up,
                **lift(0, 38)),
            key(up + 0.5 * air, pelvis=(0, 0.02, z + 0.31), turn=(-2, 0, 10), trunk=(-4, 0, -5), arms=released,
                **lift(0.02, 36)),
            key(up + air, pelvis=(0, -0.03, z + 0.32), turn=(2, 0, 9), trunk=(2, 0, -5), **followed, **lift(0, 18)),
            key(up + air + 0.18, pelvis=(0, -0.13, z + 0.31), turn=(8, 0, 7), trunk=(10, 0, -4), **followed,
                **lift(0, 0)),
            *step_foot(up + air + 0.3, up + air + 0.58, "left", left, (0, 0, z + 0.34, 0, 0), 0.06),
            key(up + air + 0.3, right_foot=right),
            key(up + air + 0.66, pelvis=(0, 0, z + 0.34), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=None,
                feet=(0, 0, z + 0.34, 0, 0)),
        ]  # fmt: skip
        flights.append((up, air))
    return KeySheet(merge_keys(keys), flights)


def turn_cartwheel(task: Task) -> KeySheet:
    """Turn a cartwheel to the left, or the way that is asked for: hand, hand, foot, foot."""
    straddle = {"left_leg": (0, 38, 0, 3, 35), "right_leg": (0, 38, 0, 3, 35)}
    wide: Values = (0.7, 0.75, 0.1, 0.55, 0.85, 0.1)
    near: Values = (1.02, 0.035, 0.02)
    away: Values = (1.46, 0.035, 0.02)
    keys = []
    count = task.count or 1
    for k in range(count):
        t, x, full = 0.1 + 2.7 * k, 2.3 * k, -360.0 * k

        def at(place: Values, x: float = x) -> Values:
            return (place[0] + x, *place[1:])

        first, middle, right_down, left_down = (at(v) for v in (
            (0.5, 0, 0, 20, 0), (0.5, 0, 0, 20, 30), (2.1, 0, 0, -10, 20), (2.3, 0, 0, 0, 0)))  # fmt: skip
        keys += [
            key(t, pelvis=(x, 0, 0), turn=(0, full, 0), trunk=(0, 0, 0), arms=None, hands=None, legs=None,
                left_foot=at(_STILL), right_foot=at(_STILL)),
            key(t + 0.35, arms=wide, pelvis=(x - 0.03, 0, 0), trunk=(0, 6, 0), left_foot=at((0.12, 0.12, 0, 10, 10))),
            key(t + 0.65, arms=wide, pelvis=(x + 0.3, -0.1, 0), turn=(0, full - 14, 0), trunk=(0, -16, 0),
                left_foot=first, right_foot=at((0, 0, 0, 0, 20)), legs=None, hands=None),
        ]  # fmt: skip
        keys += [
            key(t + 0.95, pelvis=(x + 0.56, -0.22, 0), turn=(0, full - 84, 0), trunk=(8, -10, 0),
                left_foot=first, left_leg=None,
                right_leg=straddle["right_leg"], left_hand=at(near)),
            key(t + 1.15, pelvis=(x + 0.86, -0.08, 0), turn=(0, full - 128, 0), trunk=(2, 0, 0), left_foot=middle,
                left_leg=(0, 30, 0, 6, 35), left_hand=at(near), right_hand=at(away)),
            key(t + 1.4, pelvis=(x + 1.24, 0.02, 0), turn=(0, full - 180, 0), trunk=(0, 0, 0), **straddle,
                left_hand=at(near),
                right_hand=at(away)),
            key(t + 1.65, pelvis=(x + 1.6, -0.08, 0), turn=(0, full - 232, 0), trunk=(2, 0, 0), **straddle,
                left_hand=at(near),
                right_hand=at(away)),
            key(t + 1.85, pelvis=(x + 1.88, -0.22, 0), turn=(0, full - 278, 0), trunk=(8, 10, 0), right_leg=None,
                right_foot=right_down, left_leg=straddle["left_leg"], left_hand=None, right_hand=at(away), arms=wide),
            key(t + 2.15, pelvis=(x + 2.1, -0.1, 0), turn=(0, full - 340, 0), trunk=(0, 10, 0), left_leg=None,
                arms=wide,
                left_foot=at((2.42, 0.04, 0, 0, 20)), right_foot=at((2.1, 0, 0, -10, 0)), hands=None),
            key(t + 2.35, left_foot=left_down, right_foot=at((2.1, 0, 0, -10, 0)), pelvis=(x + 2.22, -0.06, 0)),
            key(t + 2.45, right_foot=at((2.2, 0.06, 0, 0, 10)), left_foot=left_down),
            key(t + 2.6, pelvis=(x + 2.3, 0, 0), turn=(0, full - 360, 0), trunk=(0, 0, 0), arms=None,
                left_foot=left_down,
                right_foot=left_down),
        ]  # fmt: skip
    sheet = KeySheet(keys)
    return sheet.mirror() if task.way == "right" else sheet
