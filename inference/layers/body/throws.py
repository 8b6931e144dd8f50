# SPDX-License-Identifier: GPL-3.0-or-later
"""Throws by key poses: overarm out of a stride with the hips turning ahead of the arm, and with both hands overhead."""

from __future__ import annotations

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import step_foot

_HELD: Values = (0.3, -0.8, 0.45, -0.3, 0.3, 0.9)
"""Arms with both hands at a ball before the chest."""


def throw_overarm(task: Task) -> KeySheet:
    """Wind up over the right leg, stride with the left foot, turn hips, trunk and arm in turn, and follow through."""
    stride, deep = 0.5 * task.vary(0.08), 0.14 * task.vary(0.1)
    keys: list[Key] = [
        key(0.05, arms=None, left_foot=(0,) * 5, right_foot=(0,) * 5, pelvis=(0, 0, 0), head=(0, 0))
    ]
    end = 0.1
    for k in range(task.count or 1):
        t, z = 0.1 + 2.3 * k, k * (stride + 0.02)
        stand: Values = (0, 0, z, 0, 0)
        ahead: Values = (0.02, 0, z + stride, 0, 0)
        last: Values = (0, 0, z + stride + 0.02, 0, 0)
        keys += [
            key(t, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), left_foot=stand, right_foot=stand),
            key(t + 0.32, pelvis=(-0.05, -0.06, z - 0.03), turn=(2, 0, -18), trunk=(8, 0, -10), head=(0, 16),
                arms=_HELD,
                left_foot=(0, 0, z, 0, 16)),
            key(t + 0.62, pelvis=(-0.08, 0.02, z - 0.05), turn=(-4, 0, -40), trunk=(-2, 0, -16), head=(0, 46),
                left_foot=(0.0, 0.2, z + 0.12, 0, 18), right_arm=(0.6, -0.6, -0.5, 0.55, -0.4, -0.7),
                left_arm=(0.3, -0.1, 0.95, 0.1, 0.0, 1.0)),
            key(t + 0.92, pelvis=(-0.02, -deep, z + 0.18), turn=(4, 0, -30), trunk=(-4, -5, -24), head=(0, 46),
                left_foot=ahead, right_foot=(0, 0, z, 0, 20), right_arm=(0.9, 0.1, -0.45, 0.2, 1.0, -0.2),
                left_arm=(0.5, -0.05, 0.9, 0.3, -0.2, 0.95)),
            key(t + 1.06, pelvis=(0.02, -deep + 0.01, z + 0.32), turn=(8, 0, 6), trunk=(4, -8, -22), head=(0, 14),
                right_foot=(0, 0, z, 0, 34), right_arm=(0.92, 0.25, -0.15, 0.35, 0.75, -0.6)),
            key(t + 1.2, pelvis=(0.04, -deep + 0.02, z + 0.42), turn=(12, 0, 24), trunk=(20, -8, 10), head=(-4, -20),
                right_foot=(0, 0, z, 0, 46), right_arm=(0.4, 0.5, 0.8, 0.1, 0.6, 0.9),
                left_arm=(0.45, -0.85, -0.1, -0.1, 0.1, 0.9)),
            key(t + 1.42, pelvis=(0.05, -deep - 0.05, z + 0.5), turn=(18, 0, 38), trunk=(40, -4, 24), head=(-16, -30),
                left_foot=ahead, right_foot=(0, 0.05, z + 0.14, 0, 44), right_arm=(-0.25, -0.6, 0.8, -0.5, -0.55,
                    0.65)),
            key(t + 1.74, pelvis=(0.02, -0.1, z + 0.5), turn=(8, 0, 12), trunk=(18, 0, 8), head=(-6, -8),
                left_foot=ahead,
                right_foot=last, right_arm=(0.2, -0.85, 0.5, 0.0, -0.5, 0.85)),
            *step_foot(t + 1.78, t + 2.04, "left", ahead, last, 0.04),
            key(t + 2.15, pelvis=(0, 0, z + stride + 0.02), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0),
                right_foot=last,
                arms=None),
        ]  # fmt: skip
        end = t + 2.15
    return KeySheet(merge_keys([*keys, key(end + 0.1, arms=None)]))


def throw_with_both_hands(task: Task) -> KeySheet:
    """Take a step, swing both hands back over the head with the trunk arched, and throw ahead with a bow."""
    far = 0.4 * task.vary(0.08)
    keys: list[Key] = [
        key(0.05, arms=None, left_foot=(0,) * 5, right_foot=(0,) * 5, pelvis=(0, 0, 0), head=(0, 0))
    ]
    end = 0.1
    for k in range(task.count or 1):
        t, z = 0.1 + 2.1 * k, k * far
        stand: Values = (0, 0, z, 0, 0)
        ahead: Values = (0.01, 0, z + far, 0, 0)
        keys += [
            key(t, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), left_foot=stand, right_foot=stand),
            key(t + 0.3, pelvis=(-0.03, -0.08, z - 0.02), turn=(6, 0, -6), trunk=(12, 0, 0), arms=_HELD),
            *step_foot(t + 0.34, t + 0.7, "left", stand, ahead, 0.12),
            key(t + 0.74, pelvis=(0.0, -0.06, z + 0.1), turn=(-6, 0, -8), trunk=(-16, 0, 0), head=(-6, 0),
                right_foot=(0, 0, z, 0, 14), arms=(0.35, 0.85, 0.1, -0.1, 0.35, -0.95)),
            key(t + 0.94, pelvis=(0.01, -0.08, z + 0.26), turn=(6, 0, 4), trunk=(4, 0, 0), head=(-6, 0),
                right_foot=(0, 0, z, 0, 34), arms=(0.2, 0.85, 0.5, 0.0, 0.9, 0.35)),
            key(t + 1.1, pelvis=(0.02, -0.12, z + 0.33), turn=(14, 0, 8), trunk=(26, 0, 0), head=(-14, 0),
                left_foot=ahead, right_foot=(0, 0, z, 0, 44), arms=(0.15, 0.25, 0.95, 0.02, 0.15, 1.0)),
            key(t + 1.28, pelvis=(0.02, -0.14, z + 0.36), turn=(14, 0, 6), trunk=(34, 0, 0), head=(-14, 0),
                left_foot=ahead, right_foot=(0, 0.02, z + 0.06, 0, 44), arms=(0.2, -0.45, 0.9, 0.05, -0.4, 0.9)),
            key(t + 1.62, pelvis=(0.01, -0.06, z + far), turn=(4, 0, 0), trunk=(12, 0, 0), head=(-4, 0),
                left_foot=ahead,
                right_foot=(0, 0, z + far, 0, 4)),
            key(t + 1.95, pelvis=(0, 0, z + far), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=None,
                left_foot=ahead,
                right_foot=(0, 0, z + far, 0, 0)),
        ]  # fmt: skip
        end = t + 1.95
    return KeySheet(merge_keys([*keys, key(end + 0.1, arms=None)]))
