# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps by key poses: counted ones forward, backward and to a side, staggering, teetering, and a turn on one foot."""

from __future__ import annotations

import numpy as np

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import step_foot

_STILL: Values = (0.0,) * 5


def take_steps(task: Task, quick: bool = False) -> KeySheet:
    """Step forward or backward as often as asked for, once without a number, and close the feet."""
    sign = -1.0 if task.way == "backward" else 1.0
    count = task.count or 1
    period = (0.46 if quick else 0.62) * task.vary(0.05)
    far = sign * (0.58 if sign > 0 else 0.46) * task.vary(0.06)
    at = {"left": 0.0, "right": 0.0}
    keys: list[Key] = [
        key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0), trunk=(0, 0, 0))
    ]
    start = 0.2
    heel = 26.0 if sign > 0 else 6.0
    for k in range(count):
        t = start + k * period
        acts, rests = ("right", "left") if k % 2 == 0 else ("left", "right")
        before = at[acts]
        after = at[rests] + far
        keys += step_foot(
            t, t + 0.8 * period, acts, (0, 0, before, 0, heel if k and sign > 0 else 0), (0, 0, after, 0, 0)
        )
        over = 0.06 if acts == "right" else -0.06
        twist = 7.0 * sign if acts == "right" else -7.0 * sign
        swing = 0.42 * sign
        keys += [
            key(t + 0.35 * period, pelvis=(over, -0.005, at[rests] + 0.1 * far), trunk=(3 * sign, 0, 0),
                **{f"{rests}_foot": (0, 0, at[rests], 0, 0)}),
            key(t + 0.85 * period, pelvis=(0.3 * over, -0.035, 0.5 * (after + at[rests]) + 0.08 * far),
                turn=(2, 0, twist),
                trunk=(3 * sign, 0, -1.6 * twist), **{f"{rests}_foot": (0, 0, at[rests], 0, heel)},
                **{f"{rests}_arm": (0.12, -1.0, -0.1 + swing if sign > 0 else 0.15, 0.1, -1.0, 0.2 + swing)},
                **{f"{acts}_arm": (0.12, -1.0, -swing, 0.1, -1.0, 0.15 - swing)}),
        ]  # fmt: skip
        at[acts] = after
    end = start + count * period
    last = "left" if count % 2 else "right"
    z = max(at.values()) if sign > 0 else min(at.values())
    keys += step_foot(
        end, end + 0.8 * period, last, (0, 0, at[last], 0, heel if sign > 0 else 0), (0, 0, z, 0, 0), 0.1
    )
    keys.append(key(end + 0.9 * period, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), arms=None))
    return KeySheet(merge_keys(keys))


def step_aside(task: Task, size: float = 0.42) -> KeySheet:
    """Step to the right, or the way that is asked for, and bring the other foot up; as often as there is time for."""
    to = 1.0 if task.way == "left" else -1.0
    period = 0.86 * task.vary(0.06)
    count = task.choose_count(period, 0.3)
    far = size * task.vary(0.06) * to
    lead, trail = ("left", "right") if to > 0 else ("right", "left")
    keys: list[Key] = [
        key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0), trunk=(0, 0, 0))
    ]
    for k in range(count):
        t, x, x1 = 0.15 + k * period, k * far, (k + 1) * far
        keys += step_foot(t, t + 0.46 * period, lead, (x, 0, 0, 0, 0), (x1, 0, 0, 0, 0), 0.1)
        keys += step_foot(t + 0.5 * period, t + 0.96 * period, trail, (x, 0, 0, 0, 0), (x1, 0, 0, 0, 0), 0.1)
        keys += [
            key(t, pelvis=(x, 0, 0), trunk=(0, 0, 0)),
            key(t + 0.2 * period, pelvis=(x + 0.1 * far, -0.02, 0), trunk=(3, -4 * to, 0)),
            key(t + 0.5 * period, pelvis=(x + 0.6 * far, -0.06 - 0.05 * size, 0), trunk=(4, 0, 0), turn=(3, 0, 0),
                arms=(0.4, -0.95, 0.1, 0.3, -0.9, 0.3)),
            key(t + 0.75 * period, pelvis=(x1 + 0.04 * to, -0.02, 0), trunk=(3, 4 * to, 0), turn=(2, 0, 0)),
            key(t + period, pelvis=(x1, 0, 0), trunk=(0, 0, 0), turn=(0, 0, 0),
                arms=(0.2, -1.0, 0.05, 0.15, -0.95, 0.25)),
        ]  # fmt: skip
    return KeySheet(merge_keys([*keys, key(0.3 + count * period, arms=None)]))


def stagger(task: Task) -> KeySheet:
    """Be pushed to the way that is asked for, catch the body with hasty steps, and straighten up again."""
    way = task.way or "backward"
    to = {"left": (1.0, 0.0), "right": (-1.0, 0.0), "forward": (0.0, 1.0), "backward": (0.0, -1.0)}[way]
    far = 0.55 * task.vary(0.1)
    dx, dz = far * to[0], far * to[1]
    lead, trail = ("left", "right") if to[0] > 0 else ("right", "left")
    tilt, side = 22.0 * to[1], -26.0 * to[0]

    def foot(share: float) -> Values:
        return (share * dx, 0.0, share * dz, 0.0, 0.0)

    keys = [
        *step_foot(0.35, 0.62, lead, _STILL, foot(0.75), 0.1),
        *step_foot(0.6, 0.88, trail, _STILL, foot(0.8), 0.1),
        *step_foot(0.92, 1.2, lead, foot(0.75), foot(1.25), 0.07),
        *step_foot(1.7, 2.05, lead, foot(1.25), foot(1.0), 0.06),
        *step_foot(2.0, 2.3, trail, foot(0.8), foot(1.0), 0.05),
    ]
    body = [
        key(0.15, pelvis=(0, 0, 0), trunk=(0, 0, 0), turn=(0, 0, 0), head=(0, 0), arms=None),
        key(0.32, pelvis=(0.12 * to[0], -0.02, 0.12 * to[1]), trunk=(0.5 * tilt, -0.55 * side, -8 * to[0]),
            turn=(0.3 * tilt, 0, 0), head=(-0.6 * tilt, 0)),
        key(0.62, pelvis=(0.6 * dx, -0.1, 0.6 * dz), trunk=(8 + tilt, side, 10 * to[0]),
            turn=(0.5 * tilt, 0, 12 * to[0]), head=(0.3 * tilt, 0),
            left_arm=(0.9, 0.25, 0.4, 0.7, 0.5, 0.6), right_arm=(0.9, -0.1, 0.3, 0.8, 0.3, 0.6)),
        key(0.95, pelvis=(dx, -0.13, dz), trunk=(12 + 0.8 * tilt, 0.7 * side, 0), turn=(0.4 * tilt, 0, 8 * to[0]),
            left_arm=(0.9, -0.1, 0.4, 0.8, 0.1, 0.7), right_arm=(0.9, 0.3, 0.2, 0.8, 0.5, 0.4)),
        key(1.3, pelvis=(1.06 * dx, -0.1, 1.06 * dz), trunk=(10, 0.2 * side, 0), turn=(4, 0, 0),
            arms=(0.7, -0.6, 0.3, 0.6, -0.3, 0.6)),
        key(2.4, pelvis=(dx, 0, dz), trunk=(0, 0, 0), turn=(0, 0, 0), head=(0, 0), arms=None),
    ]  # fmt: skip
    return KeySheet(merge_keys([*keys, *body]))


def teeter(task: Task) -> KeySheet:
    """Lose the balance on one foot: sway from side to side with arms that row, and set the foot down again."""
    end = max(1.8, min(3.4, task.seconds - 0.9))
    sways = [
        (0.55, 1.0), (0.95, -1.0), (1.35, 1.2), (1.75, -0.9), (2.1, 0.8), (2.45, -0.7), (2.8, 0.6), (3.1, -0.5),
    ]  # fmt: skip
    keys = [key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0), trunk=(0, 0, 0))]
    keys += [key(0.3, right_foot=(0.02, 0.14, -0.02, 0, 15), pelvis=(0.07, -0.02, 0))]
    for t, tip in sways:
        if t > end:
            break
        tip *= task.vary(0.15)
        keys.append(key(
            t, pelvis=(0.085 + 0.035 * tip, -0.05, 0.02 * tip), turn=(6, 5 * tip, 6 * tip),
            trunk=(10 - 6 * tip, -15 * tip, 0), head=(6, 0),
            right_foot=(-0.1 - 0.1 * tip, 0.2 + 0.08 * tip, -0.06 + 0.12 * tip, 0, 20),
            left_arm=(0.9, 0.2 - 0.6 * tip, 0.2, 0.9, 0.4 - 0.6 * tip, 0.3),
            right_arm=(0.9, 0.2 + 0.6 * tip, 0.2, 0.9, 0.4 + 0.6 * tip, 0.3),
        ))  # fmt: skip
    keys += [
        key(end + 0.25, pelvis=(0, -0.07, 0.04), turn=(4, 0, 0), trunk=(12, 0, 0), right_foot=(-0.14, 0, 0.1, 0, 0),
            arms=(0.8, -0.4, 0.3, 0.7, -0.2, 0.5)),
        key(end + 0.5, right_foot=(-0.14, 0, 0.1, 0, 0), pelvis=(0, -0.05, 0.03), trunk=(8, 0, 0)),
        key(end + 0.7, right_foot=(-0.06, 0.05, 0.04, 0, 8)),
        key(end + 0.9, right_foot=_STILL, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=None),
    ]  # fmt: skip
    return KeySheet(keys)


def pirouette(task: Task) -> KeySheet:
    """Turn on the ball of the left foot, the other one at the knee and the arms round, as dancers and skaters do."""
    sign = -1.0 if task.way == "right" else 1.0
    turns = task.count or max(1, min(5, int((task.seconds - 1.2) / 0.95)))
    period = 0.92 * task.vary(0.06)
    start = 0.75
    ringed: Values = (0.45, -0.25, 0.85, -0.7, 0.05, 0.65)
    raised: Values = (0.5, 0.85, 0.2, -0.45, 0.85, 0.1)
    open_arms: Values = (0.95, -0.15, 0.35, 0.8, 0.0, 0.6)
    keys: list[Key] = [
        key(0.05, arms=None, right_leg=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0)),
        key(0.45, pelvis=(0, -0.1, 0), turn=(0, 0, -18 * sign), trunk=(0, 0, -18 * sign), arms=open_arms,
            left_foot=_STILL, right_foot=(-0.04, 0, -0.14, -20, 8), right_leg=None),
    ]  # fmt: skip
    total = 360.0 * turns * sign
    for k in range(4 * turns + 1):
        share = k / (4 * turns)
        # a little faster in the middle
        angle = total * (share - 0.06 * np.sin(2 * np.pi * share))
        keys.append(key(
            start + k * 0.25 * period, pelvis=(0.088, 0.02, 0.0), turn=(0, 0, angle), trunk=(-3, 0, 0),
            left_foot=(0, 0, 0, angle, 26), right_leg=(58, 40, 25, 118, 40),
            arms=ringed if share < 0.35 or turns == 1 else raised, head=(0, 0),
        ))  # fmt: skip
    end = start + turns * period
    keys += [
        key(end + 0.35, pelvis=(0.01, -0.05, 0), turn=(0, 0, total), trunk=(0, 0, 0), left_foot=(0, 0, 0, total, 0),
            right_leg=None, right_foot=(-0.03, 0, -0.1, total - 15 * sign, 0), arms=open_arms),
        key(end + 0.65, pelvis=(0, 0, 0), turn=(0, 0, total), left_foot=(0, 0, 0, total, 0),
            right_foot=(-0.02, 0.04, -0.05, total, 6)),
        key(end + 0.85, pelvis=(0, 0, 0), turn=(0, 0, total), left_foot=(0, 0, 0, total, 0),
            right_foot=(0, 0, 0, total, 0), arms=None),
    ]  # fmt: skip
    return KeySheet(keys)
