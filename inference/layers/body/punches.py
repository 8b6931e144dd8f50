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


def _strike(t: float, kind: str, side: str) -> list[Key]:
    """Return the keys of one punch of 0.95 seconds that begins and ends in the guard."""
    to = 1.0 if side == "right" else -1.0  # towards the left, where a right fist goes
    arm, other = f"{side}_arm", "left_arm" if side == "right" else "right_arm"
    back, out = _ARMS[kind]
    low, high = (-0.17, -0.01) if kind == "uppercut" else (-0.09, -0.06)
    heel: Values = (0, 0, 0, 14 * to, 26)
    foot = {"right_foot": heel} if side == "right" else {}
    end: dict[str, Values] = {
        "pelvis": (0.04 * to, high, 0.16), "turn": (4, 0, 26 * to - 4), "trunk": (4, 0, 22 * to), "head": (2, -24 * to),
        arm: out, other: GUARD,
    }  # fmt: skip
    return [
        key(t, **_STANCE, arms=GUARD, right_foot=_STILL),
        key(t + 0.3, pelvis=(-0.04 * to, low, 0.06), turn=(8, 0, -14 * to - 4), trunk=(16, 5 * to, -18 * to),
            head=(4, 12 * to), right_foot=_STILL, **{arm: back, other: GUARD}),
        key(t + 0.47, **end, **foot), key(t + 0.54, **end, **foot),
        key(t + 0.9, **_STANCE, arms=GUARD, right_foot=_STILL),
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
        keys += _strike(start + k * period, kind, side)
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
    """Throw combinations: straight ones left and right, a hook, an uppercut."""
    combination = [
        ("straight", "left"), ("straight", "right"), ("hook", "left"), ("straight", "left"), ("uppercut", "right"),
        ("straight", "right"),
    ]  # fmt: skip
    period = 0.92 * task.vary(0.05)
    first = int(task.rng.integers(0, 2)) * 3
    count = task.choose_count(period, 0.5)
    return _box(task, [combination[(first + k) % len(combination)] for k in range(count)], period, True)
