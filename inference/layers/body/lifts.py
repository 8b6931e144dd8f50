# SPDX-License-Identifier: GPL-3.0-or-later
"""Squats and lifts by key poses, with both feet planted."""

from __future__ import annotations

from .key_sheet import Key, KeySheet, Task, Values, key
from .poses import HANG

_AHEAD: Values = (0.12, -0.05, 1.0, 0.02, 0.0, 1.0)


def squat(task: Task, deep: float = 0.46) -> KeySheet:
    """Bend the knees until the thighs are level, with the arms ahead, and stand up; as often as asked for."""
    period = (2.1 if deep > 0.4 else 1.6) * task.vary(0.06)
    depth = deep * task.vary(0.05)
    count = task.choose_count(period, 0.4)
    keys: list[Key] = [key(0.05, arms=None)]
    share = depth / 0.46
    wide: Values = (0.05, 0, 0, 10, 0)
    for k in range(count):
        t, p = 0.1 + k * period, period / 2.1
        low: dict[str, Values] = {
            "pelvis": (0, -depth, -0.2 * share), "turn": (24 * share, 0, 0), "trunk": (22 * share, 0, 0),
            "head": (-18 * share, 0), "feet": wide,
        }  # fmt: skip
        arms = _AHEAD if deep > 0.4 else HANG
        keys += [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=HANG,
                feet=wide if k else (0, 0, 0, 0, 0)),
            key(t + 0.22 * p, pelvis=(0, -0.1 * share, -0.05), turn=(8 * share, 0, 0), trunk=(6, 0, 0), feet=wide),
            key(t + 0.95 * p, **low, arms=arms), key(t + 1.12 * p, **low, arms=arms),
            key(t + 1.9 * p, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=HANG, feet=wide),
        ]  # fmt: skip
    end = 0.1 + count * period
    return KeySheet([*keys, key(end + 0.25, feet=(0, 0, 0, 0, 0), pelvis=(0, 0, 0), arms=None)])


def deadlift(task: Task) -> KeySheet:
    """Grip a bar at the shins with a straight back, stand up with it, hold it at the thighs and set it down again."""
    period = 3.4 * task.vary(0.05)
    count = task.choose_count(period, 0.3)
    keys: list[Key] = [key(0.05, arms=None, hands=None)]
    low: dict[str, Values] = {
        "pelvis": (0, -0.36, -0.24), "turn": (52, 0, 0), "trunk": (12, 0, 0), "head": (-34, 0),
        "hands": (0.24, 0.24, 0.13),
    }  # fmt: skip
    high: dict[str, Values] = {
        "pelvis": (0, 0, 0), "turn": (0, 0, 0), "trunk": (-4, 0, 0), "head": (0, 0), "hands": (0.25, 0.8, 0.12),
    }  # fmt: skip
    for k in range(count):
        t, p = 0.1 + k * period, period / 3.4
        keys += [
            *([key(t, **high)] if k else [key(t, hands=None)]),
            key(t + 0.85 * p, **low), key(t + 1.1 * p, **low),
            key(t + 1.6 * p, pelvis=(0, -0.14, -0.12), turn=(30, 0, 0), trunk=(12, 0, 0), head=(-22, 0),
                hands=(0.24, 0.52, 0.12)),
            key(t + 2.1 * p, **high), key(t + 2.6 * p, **high),
        ]  # fmt: skip
    end = 0.1 + count * period
    return KeySheet([
        *keys, key(end, **low), key(end + 0.25, **low),
        key(end + 1.0, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), hands=None, arms=None),
    ])  # fmt: skip
