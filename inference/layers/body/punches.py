# SPDX-License-Identifier: GPL-3.0-or-later
"""Punches by key poses, from a guard and back to it: uppercuts, hooks, straight ones, and a boxer's combinations."""

from __future__ import annotations

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import GUARD, step_foot

_STILL: Values = (0.0,) * 5
_LEAD: Values = (0.03, 0, 0.26, 0, 0)
"""The left foot of a boxer's stance."""
_STANCE: dict[str, Values] = {
    "pelvis": (0, -0.07, 0.1),
    "turn": (4, 0, -8),
    "trunk": (10, 0, 0),
    "head": (6, 0),
}

_ARMS: dict[str, tuple[Values, Values]] = {
    "uppercut": ((0.2, -0.95, -0.15, 0.0, -0.25, 1.0), (0.02, 0.3, 0.95, -0.2, 1.0, 0.15)),
    "hook": ((0.8, -0.5, -0.1, 0.55, 0.2, 0.8), (0.6, 0.02, 0.8, -1.0, 0.05, 0.25)),
    "straight": ((0.3, -0.85, 0.2, -0.1, 0.6, 0.8), (-0.05, 0.02, 1.0, -0.08, 0.04, 1.0)),
}
"""An arm before and at the end of each punch."""


def _make_punch_keys(t: float, kind: str, side: str, at: float = 0.0) -> list[Key]:
    """Return the keys of one punch of 0.95 seconds that begins and ends in the guard, ``at`` metres ahead."""
    to = 1.0 if side == "right" else -1.0  # towards the left, where a right fist goes
    arm, other = f"{side}_arm", "left_arm" if side == "right" else "right_arm"
    back, out = _ARMS[kind]
    low, high = (-0.17, -0.01) if kind == "uppercut" else (-0.09, -0.06)
    flat: Values = (0, 0, at, 0, 0)
    heel: Values = (0, 0, at, 14 * to, 26)
    foot = {"right_foot": heel} if side == "right" else {}
    ready = _stand_ready(at)
    end: dict[str, Values] = {
        "pelvis": (0.04 * to, high, 0.16 + at), "turn": (4, 0, 26 * to - 4), "trunk": (4, 0, 22 * to),
        "head": (2, -24 * to), arm: out, other: GUARD,
    }  # fmt: skip
    return [
        key(t, **ready, right_foot=flat),
        key(t + 0.3, pelvis=(-0.04 * to, low, 0.06 + at), turn=(8, 0, -14 * to - 4), trunk=(16, 5 * to, -18 * to),
            head=(4, 12 * to), right_foot=flat, **{arm: back, other: GUARD}),
        key(t + 0.49, **end, **foot), key(t + 0.56, **end, **foot),
        key(t + 0.9, **ready, right_foot=flat),
    ]  # fmt: skip


def _stand_ready(at: float) -> dict[str, Values]:
    """Return a boxer's stance with the fists up, ``at`` metres ahead, but for the feet."""
    x, y, z = _STANCE["pelvis"]
    return {**_STANCE, "pelvis": (x, y, z + at), "left_arm": GUARD, "right_arm": GUARD}


def _jab(t: float, side: str, at: float) -> list[Key]:
    """Return the keys of a quick straight punch of half a second from the guard, the hips turning with it."""
    to = 1.0 if side == "right" else -1.0
    arm, other = f"{side}_arm", "left_arm" if side == "right" else "right_arm"
    far = 1.0 if side == "right" else 0.7  # the rear fist takes the whole hip with it
    foot = {"right_foot": (0.0, 0.0, at, 14.0, 26.0)} if side == "right" else {}
    end: dict[str, Values] = {
        "pelvis": (0.03 * to, -0.05, 0.18 + at), "turn": (5, 0, 25 * to * far - 4), "trunk": (8, 0, 18 * to * far),
        "head": (4, -22 * to * far), arm: _ARMS["straight"][1], other: GUARD,
    }  # fmt: skip
    return [
        key(t + 0.1, pelvis=(-0.03 * to, -0.12, 0.08 + at), turn=(6, 0, -8 * to - 4), trunk=(12, 2 * to, -8 * to),
            head=(6, 8 * to), right_foot=(0, 0, at, 0, 4)),
        key(t + 0.27, **end, **foot), key(t + 0.32, **end, **foot),
        key(t + 0.51, **_stand_ready(at), right_foot=(0, 0, at, 0, 6)),
    ]  # fmt: skip


def _make_shuffle_keys(t: float, at: float, to: float) -> list[Key]:
    """Return the keys of two quick steps from ``at`` to ``to`` metres ahead: the foot on that side first."""
    first, second = ("left", "right") if to > at else ("right", "left")
    places = {"left": _LEAD, "right": _STILL}

    def place(side: str, z: float) -> Values:
        x, y, ahead, yaw, _ = places[side]
        return (x, y, ahead + z, yaw, 4.0)

    middle = 0.5 * (at + to)
    return [
        *step_foot(t, t + 0.22, first, place(first, at), place(first, to), 0.09),
        *step_foot(t + 0.2, t + 0.42, second, place(second, at), place(second, to), 0.08),
        key(t + 0.04, pelvis=(0, -0.13, 0.1 + at)),
        key(t + 0.2, pelvis=(0, -0.03, 0.1 + middle), turn=(4, 0, -12), trunk=(10, 0, 4)),
        key(t + 0.42, pelvis=(0, -0.14, 0.1 + to), turn=(4, 0, -6), trunk=(12, 0, -2)),
        key(t + 0.54, **_stand_ready(to)),
    ]


def _make_bounce_keys(t: float, at: float, to: float) -> list[Key]:
    """Return the keys of one bounce of 0.4 seconds on the balls of the feet, over to a side (``to`` 1 or -1)."""
    lead: Values = (_LEAD[0], 0, _LEAD[2] + at, 0, 16)
    return [
        key(t + 0.16, pelvis=(0.03 * to, -0.02, 0.11 + at), turn=(4, 0, -8 - 4 * to), trunk=(10, 0, 3 * to),
            left_foot=lead, right_foot=(0, 0, at, 0, 20)),
        key(t + 0.38, pelvis=(0.02 * to, -0.13, 0.1 + at), turn=(4, 0, -8), trunk=(12, 0, 0),
            left_foot=(*lead[:4], 2), right_foot=(0, 0, at, 0, 6)),
    ]  # fmt: skip


def _box(task: Task, punches: list[tuple[str, str]], period: float, stays_ready: bool) -> KeySheet:
    """Return a sheet with punches of the given kinds and sides, in a boxer's stance with the fists up.

    ``stays_ready``: whether the fists are up from the first frame, and to the last, if nothing comes before or follows.
    """
    opens, closes = task.begins and stays_ready, task.ends and stays_ready
    start = 0.3 if opens else 0.5
    ready: dict[str, Values] = {**_STANCE, "arms": GUARD, "left_foot": _LEAD}
    keys = [key(0.0, **ready)] if opens else [
        key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0), head=(0, 0)),
        *step_foot(0.1, 0.4, "left", _STILL, _LEAD, 0.06),
        key(0.4, **_STANCE, arms=GUARD),
    ]  # fmt: skip
    for k, (kind, side) in enumerate(punches):
        keys += _make_punch_keys(start + k * period, kind, side)
    end = start + len(punches) * period
    keys.append(key(end + 0.1, **ready))
    if not closes:
        keys += [
            *step_foot(end + 0.15, end + 0.45, "left", _LEAD, _STILL, 0.06),
            key(end + 0.55, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=None),
        ]
    return KeySheet(merge_keys(keys), opens=opens, closes=closes)


def punch(task: Task, kind: str, stays_ready: bool = False) -> KeySheet:
    """Throw an "uppercut", a "hook" or a "straight" punch with the right fist, as often as asked for."""
    period = 1.0 * task.vary(0.05)
    return _box(task, [(kind, "right")] * task.choose_count(period, 1.2), period, stays_ready)


def box(task: Task) -> KeySheet:
    """Bounce on the feet, shuffle in, throw a combination of three or four punches, and shuffle out again."""
    combinations = [
        [("straight", "left"), ("straight", "right"), ("hook", "left")],
        [("straight", "left"), ("straight", "left"), ("uppercut", "right")],
        [("straight", "left"), ("straight", "right"), ("straight", "left"), ("straight", "right")],
    ]
    if task.way is not None and "-" in task.way:  # a series that is asked for: "straight-left hook-right"
        combinations = [
            [(kind, side) for kind, _, side in (name.partition("-") for name in task.way.split())]
        ]
    opens, closes = task.begins, task.ends
    rng = task.rng
    t = 0.1 if opens else 0.5
    ready: dict[str, Values] = {**_stand_ready(0.0), "left_foot": _LEAD}
    keys = [key(0.0, **ready, right_foot=_STILL)] if opens else [
        key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0), head=(0, 0)),
        *step_foot(0.1, 0.4, "left", _STILL, _LEAD, 0.06),
        key(0.4, **_stand_ready(0.0)),
    ]  # fmt: skip
    end = task.seconds - (0.0 if closes else 0.6)
    chosen, left = int(rng.integers(0, len(combinations))), task.count or 1000
    while left > 0:
        punches = combinations[chosen % len(combinations)][:left]
        lasting = sum(_punch_seconds(kind) for kind, _ in punches)
        if task.count is None and t + lasting + 1.0 > end and left < 1000:
            break
        far = 0.32 * task.vary(0.12)
        keys += _make_shuffle_keys(t, 0.0, far)
        t += 0.56
        for kind, side in punches:
            keys += _jab(t, side, far) if kind == "straight" else _make_punch_keys(t - 0.08, kind, side, far)
            t += _punch_seconds(kind)
        keys += _make_shuffle_keys(t, far, 0.0)
        t += 0.56
        keys += _make_bounce_keys(t, 0.0, 1.0)
        t += 0.4
        left -= len(punches)
        chosen += 1
    to = -1.0
    while task.count is None and t + 0.4 < end:
        keys += _make_bounce_keys(t, 0.0, to)
        t, to = t + 0.4, -to
    keys.append(key(t + 0.1, **ready, right_foot=_STILL))
    if not closes:
        keys += [
            *step_foot(t + 0.15, t + 0.45, "left", _LEAD, _STILL, 0.06),
            key(t + 0.55, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=None),
        ]
    return KeySheet(merge_keys(keys), opens=opens, closes=closes)


def _punch_seconds(kind: str) -> float:
    return 0.52 if kind == "straight" else 0.86
