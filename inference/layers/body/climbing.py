# SPDX-License-Identifier: GPL-3.0-or-later
"""Climbing a ladder by key poses."""

from __future__ import annotations

from dataclasses import replace

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys

_STILL: Values = (0.0,) * 5
_RUNG = 0.28  # metres
_FOOT_AHEAD, _HAND_AHEAD = 0.2, 0.38  # metres from where the foot stands, and from the pelvis
_LOWEST_GRIP, _GRIP_SIDE = 1.12, 0.2  # metres


def climb_ladder(task: Task) -> KeySheet:
    """Climb up rung by rung, each foot together with the hand of the other side, and stay up there."""
    period = 0.78 * task.vary(0.05)
    start = 0.55
    count = task.count or max(2, int((task.seconds - start - 0.9) / period))
    feet = {"left": _STILL, "right": _STILL}
    grips: dict[str, Values] = {
        "left": (_GRIP_SIDE, _LOWEST_GRIP, _HAND_AHEAD),
        "right": (-_GRIP_SIDE, _LOWEST_GRIP + _RUNG, _HAND_AHEAD),
    }
    keys: list[Key] = [
        key(0.05, hands=None, feet=_STILL, pelvis=(0, 0, 0), head=(0, 0)),
        key(start - 0.05, left_hand=grips["left"], right_hand=grips["right"], pelvis=(0, -0.05, 0.02), head=(-16, 0)),
    ]  # fmt: skip
    for k in range(count + 1):
        t = start + k * period
        acts, other = ("right", "left") if k % 2 == 0 else ("left", "right")
        rung = min(k + 1, count)  # the last step brings the feet together
        keys += _step_up(t, period, acts, feet[acts], (0, rung * _RUNG, _FOOT_AHEAD, 0, 0))
        feet[acts] = (0, rung * _RUNG, _FOOT_AHEAD, 0, 0)
        if k < count:
            x, y, z = grips[other]
            grips[other] = (x, y + 2 * _RUNG, z)
            keys += [
                key(t, **{f"{other}_hand": (x, y, z)}),
                key(t + 0.25 * period, **{f"{other}_hand": (x, y + 0.9 * _RUNG, z - 0.07)}),
                key(t + 0.5 * period, **{f"{other}_hand": grips[other]}),
            ]
        over = 0.04 if acts == "right" else -0.04
        keys += [
            key(t, pelvis=(0, max(k - 1, 0) * _RUNG - 0.06, 0.04)),
            key(t + 0.4 * period, pelvis=(over, (max(k - 1, 0) + 0.35 * (k > 0)) * _RUNG - 0.05, 0.05)),
            key(t + period, pelvis=(0, k * _RUNG - 0.06, 0.04), head=(-16, 0)),
        ]
    return KeySheet(merge_keys(keys), elbows=(0.6, -0.7, -0.3), closes=task.ends, slides=True, stays_up=True)


def climb_up_and_down(task: Task) -> KeySheet:
    """Climb up rung by rung in the first half of the time, and down again the same way in the second."""
    up = climb_ladder(replace(task, seconds=0.5 * task.seconds + 0.4, ends=False))
    top = up.keys[-1].time + 0.15
    down = [replace(pose, time=2.0 * top - pose.time) for pose in reversed(up.keys)]
    return replace(up, keys=[*up.keys, *down, key(2.0 * top, arms=None)], stays_up=False)


def _step_up(t: float, period: float, side: str, before: Values, after: Values) -> list[Key]:
    """Return the keys of a foot that is set on a higher rung, round the edges of those between."""
    foot = f"{side}_foot"
    middle = 0.5 * (before[1] + after[1])
    behind = before[2] - (0.1 if before[2] else 0.0)
    return [
        key(t + 0.2 * period, **{foot: before}),
        key(t + 0.5 * period, **{foot: (0, middle + 0.06, behind, 0, 18)}),
        key(t + 0.75 * period, **{foot: (0, after[1] + 0.05, after[2] - 0.06, 0, 6)}),
        key(t + 0.95 * period, **{foot: after}),
    ]
