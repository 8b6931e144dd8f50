# SPDX-License-Identifier: GPL-3.0-or-later
"""Work of the feet by key poses: stamping, tapping, stepping over, lunges, a boxer's steps, a beam, a judo throw."""

from __future__ import annotations

import numpy as np

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import BALANCE, GUARD, HANG, ON_HIPS, step_foot

_STILL: Values = (0.0,) * 5


def stomp_feet(task: Task, alternating: bool) -> KeySheet:
    """Lift the knee and bring the foot down hard; with one foot only, or with both in turn."""
    period = 0.85 * task.vary()
    count = task.choose_count(period, 0.4)
    fists: Values = (0.3, -0.9, -0.15, 0.05, -0.7, 0.7)
    keys: list[Key] = [key(0.05, arms=None)]
    for k in range(count):
        t = 0.1 + k * period
        acts, stands, to = ("left", "right", -1.0) if alternating and k % 2 else ("right", "left", 1.0)
        keys += [
            key(t, pelvis=(0, 0, 0), trunk=(0, 0, 0), arms=fists, **{f"{acts}_foot": _STILL, f"{stands}_foot": _STILL}),
            key(t + 0.42 * period, pelvis=(0.075 * to, 0.0, 0), trunk=(-2, 0, 0), turn=(-4, 0, 0),
                **{f"{acts}_foot": (0, 0.34, 0.16, 0, 12), f"{stands}_foot": _STILL}),
            key(t + 0.56 * period, pelvis=(0.03 * to, -0.035, 0.02), trunk=(9, 0, 0), turn=(3, 0, 0), head=(10, 0),
                **{f"{acts}_foot": (0, 0, 0.05, 0, 0), f"{stands}_foot": _STILL}),
            key(t + 0.68 * period, pelvis=(0.02 * to, -0.05, 0.02), trunk=(11, 0, 0), turn=(3, 0, 0), head=(10, 0),
                **{f"{acts}_foot": (0, 0, 0.05, 0, 0), f"{stands}_foot": _STILL}),
        ]  # fmt: skip
    end = 0.1 + count * period
    return KeySheet([*keys, key(end + 0.25, pelvis=(0, 0, 0), trunk=(0, 0, 0), turn=(0, 0, 0), arms=None)])


def tap_foot(task: Task) -> KeySheet:
    """Tap with the toes of the right foot, the heel on the floor and the weight on the left, hands on the hips."""
    period = 0.44 * task.vary()
    start, end = 0.7, max(1.5, task.seconds - (0.1 if task.ends else 0.7))
    count = task.count or max(2, int((end - start) / period))
    out: Values = (-0.07, 0, 0.16, -16, -3)
    weight: Values = (0.06, -0.005, 0)
    keys: list[Key] = [
        key(0.05, arms=None, right_foot=_STILL, pelvis=(0, 0, 0)),
        key(0.3, right_foot=(-0.04, 0.06, 0.1, -10, 6)),
        key(
            0.6, right_foot=out, pelvis=weight, turn=(0, 5, 0), trunk=(0, 5, 0), head=(14, -12), arms=ON_HIPS
        ),
    ]
    for k in range(count):
        t = start + k * period
        keys += [key(t, right_foot=out, head=(10, -12)),
                 key(t + 0.5 * period, right_foot=(*out[:4], -34.0), head=(14, -12), pelvis=(0.06, -0.008, 0)),
                 key(t + 0.9 * period, right_foot=out, pelvis=weight)]  # fmt: skip
    last = start + count * period
    keys.append(
        key(
            last, right_foot=out, pelvis=weight, turn=(0, 5, 0), trunk=(0, 5, 0), head=(12, -12), arms=ON_HIPS
        )
    )
    if task.ends:
        return KeySheet(keys, closes=True)
    return KeySheet([*keys, key(last + 0.5, right_foot=_STILL, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0),
                                head=(0, 0), arms=None)])  # fmt: skip


def swing_leg(task: Task, aside: bool, period: float) -> KeySheet:
    """Stand on the left leg and swing the right one ahead and back, or aside, as often as there is time for."""
    period *= task.vary()
    count = task.choose_count(period, 0.9)
    keys: list[Key] = [key(0.05, arms=None, right_leg=None, pelvis=(0, 0, 0), turn=(0, 0, 0))]
    over = 0.085
    for k in range(count):
        t = 0.4 + k * period
        if aside:
            far, near = (6.0, 48.0 * task.vary(0.1), 0.0, 5.0, 15.0), (16.0, -14.0, 0.0, 12.0, 15.0)
            lean, back = (0.0, -9.0, 0.0), (0.0, 2.0, 0.0)
        else:
            far, near = (58.0 * task.vary(0.1), 3.0, 0.0, 8.0, 15.0), (-32.0, 4.0, 0.0, 22.0, 25.0)
            lean, back = (-7.0, 0.0, 0.0), (16.0, 0.0, 0.0)
        keys += [
            key(t, pelvis=(over, -0.01, 0), turn=back if k else (0, 0, 0), right_leg=near, arms=BALANCE),
            key(t + 0.45 * period, pelvis=(over + 0.01, -0.005, 0), turn=lean, right_leg=far, arms=BALANCE),
            key(t + 0.9 * period, pelvis=(over, -0.01, 0), turn=back, right_leg=near),
        ]
    end = 0.4 + count * period
    return KeySheet([*keys, key(end + 0.45, pelvis=(0, 0, 0), turn=(0, 0, 0), right_leg=None, arms=None)])


def step_over(task: Task) -> KeySheet:
    """Step over something knee-high: one leg is lifted high across it, then the other."""
    far, high = 0.72 * task.vary(0.06), 0.46 * task.vary(0.08)
    over: Values = (0, 0, far, 0, 0)
    feet = [
        key(0.15, right_foot=_STILL, left_foot=_STILL),
        key(0.5, right_foot=(-0.02, high * 0.8, 0.1, 0, 30)),
        key(0.8, right_foot=(-0.02, high, far * 0.62, 0, 5), left_foot=_STILL),
        key(1.15, right_foot=over, left_foot=(0, 0, 0, 0, 4)),
        key(1.3, right_foot=over, left_foot=(0, 0.0, 0, 0, 30)),
        key(1.65, left_foot=(0.03, high * 0.95, far * 0.3, 0, 65)),
        key(1.95, left_foot=(0.02, high * 0.9, far * 0.85, 0, 25)),
        key(2.3, left_foot=over, right_foot=over),
    ]
    body = [
        key(0.1, pelvis=(0, 0, 0), trunk=(0, 0, 0), turn=(0, 0, 0), head=(0, 0), arms=None),
        key(0.5, pelvis=(0.08, -0.01, -0.02), trunk=(8, -4, 0), turn=(-4, 0, 0), head=(28, 0), arms=BALANCE),
        key(0.85, pelvis=(0.07, -0.03, 0.12), trunk=(10, 0, 0), turn=(-4, 0, 0), head=(28, 0)),
        key(1.2, pelvis=(0.0, -0.1, far * 0.5), trunk=(10, 0, 0), turn=(4, 0, 0), head=(20, 0), arms=BALANCE),
        key(1.6, pelvis=(-0.08, -0.01, far * 0.95), trunk=(10, 4, 0), turn=(6, 0, 0), head=(10, 0)),
        key(2.0, pelvis=(-0.05, -0.01, far), trunk=(4, 0, 0), turn=(0, 0, 0), head=(0, 0), arms=HANG),
        key(2.45, pelvis=(0, 0, far), trunk=(0, 0, 0), turn=(0, 0, 0), arms=None),
    ]
    return KeySheet(merge_keys([*feet, *body]))


def lunge_aside(task: Task) -> KeySheet:
    """Step wide to the side and bend that knee, the other leg straight, and come back; as often as there is time for.

    Without a way the sides take turns, the right one first.
    """
    period = 2.0 * task.vary(0.05)
    count = task.choose_count(period, 0.3)
    keys: list[Key] = [key(0.05, arms=None)]
    before: Values = (0.3, -0.5, 0.8, -0.55, 0.3, 0.75)
    for k in range(count):
        t, p = 0.1 + k * period, period / 2.0
        alternates = task.way is None and count > 1 and k % 2 == 1
        acts, to = ("left", 1.0) if alternates or task.way == "left" else ("right", -1.0)
        wide: Values = (0.66 * to, 0, 0, 15 * to, 0)
        keys += step_foot(t + 0.1 * p, t + 0.6 * p, acts, _STILL, wide)
        keys += [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0)),
            key(t + 0.6 * p, pelvis=(0.26 * to, -0.12, -0.03), turn=(8, 0, 0), trunk=(12, 0, 0)),
            key(
                t + 0.95 * p, pelvis=(0.45 * to, -0.36, -0.1), turn=(18, 0, 0), trunk=(22, 0, 0), arms=before
            ),
            key(
                t + 1.15 * p, pelvis=(0.45 * to, -0.36, -0.1), turn=(18, 0, 0), trunk=(22, 0, 0), arms=before
            ),
            key(t + 1.5 * p, pelvis=(0.12 * to, -0.06, -0.02), turn=(4, 0, 0), trunk=(6, 0, 0)),
            key(t + 1.9 * p, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0)),
        ]
        keys += step_foot(t + 1.35 * p, t + 1.8 * p, acts, wide, _STILL)
    return KeySheet(merge_keys([*keys, key(0.2 + count * period, arms=None)]))


def walk_in_lunges(task: Task) -> KeySheet:
    """Walk in deep lunges: each step ends with the rear knee just above the floor."""
    period, far = 1.5 * task.vary(0.05), 0.82 * task.vary(0.04)
    count = task.choose_count(period, 0.8)
    at = {"left": 0.0, "right": 0.0}
    keys: list[Key] = [key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL), key(0.5, arms=ON_HIPS)]
    z = 0.0
    for k in range(count):
        t = 0.1 + k * period
        acts, rests = ("right", "left") if k % 2 == 0 else ("left", "right")
        before, after = at[acts], at[rests] + far
        keys += step_foot(
            t + 0.1, t + 0.6, acts, (0, 0, before, 0, 42 if k else 0), (0, 0, after, 0, 0), 0.16
        )
        low, heel = 0.5 * (after + at[rests]), at[rests]
        over = 0.07 if acts == "right" else -0.07
        keys += [
            key(t + 0.32, pelvis=(over, -0.02, heel + 0.02), turn=(0, 0, 0), trunk=(2, 0, 0),
                **{f"{rests}_foot": (0, 0, heel, 0, 0)}),
            key(t + 0.62, pelvis=(0, -0.16, low - 0.06), turn=(4, 0, 0), trunk=(4, 0, 0),
                **{f"{rests}_foot": (0, 0, heel, 0, 22)}),
            key(t + 0.95, pelvis=(0, -0.4, low), turn=(2, 0, 0), trunk=(4, 0, 0),
                **{f"{rests}_foot": (0, 0, heel, 0, 52)}),
            key(t + 1.1, pelvis=(0, -0.4, low), turn=(2, 0, 0), trunk=(4, 0, 0),
                **{f"{rests}_foot": (0, 0, heel, 0, 52)}),
            key(t + 1.45, pelvis=(0, -0.1, after - 0.12), turn=(6, 0, 0), trunk=(8, 0, 0),
                **{f"{rests}_foot": (0, 0, heel, 0, 42), f"{acts}_foot": (0, 0, after, 0, 0)}),
        ]  # fmt: skip
        at[acts] = after
        z = after
    end = 0.1 + count * period
    last = "left" if count % 2 else "right"
    keys += step_foot(end + 0.05, end + 0.55, last, (0, 0, at[last], 0, 42), (0, 0, z, 0, 0))
    keys.append(key(end + 0.6, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), arms=None))
    return KeySheet(merge_keys(keys))


def box_side_to_side(task: Task) -> KeySheet:
    """Move from side to side behind the fists, on light feet, with jabs of the left hand in between."""
    period = 1.5 * task.vary()
    count = max(1, int((task.seconds - 0.9) / period))
    stance: dict[str, Values] = {"left_foot": (0.06, 0, 0.2, 0, 4), "right_foot": (-0.06, 0, -0.14, -35, 14)}
    low, wide = -0.09, 0.34
    turned: Values = (4, 0, -22)

    def feet(x: float) -> dict[str, Values]:
        return {c: (v[0] + x, v[1], v[2], v[3], v[4]) for c, v in stance.items()}

    keys: list[Key] = [
        key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0)),
        key(0.25, left_foot=(0.05, 0.07, 0.12, 0, 10), right_foot=_STILL),
        key(0.42, left_foot=stance["left_foot"], right_foot=(-0.03, 0.05, -0.07, -15, 16)),
        key(0.6, pelvis=(0, low, 0), turn=turned, trunk=(8, 0, 6), head=(6, 14), arms=GUARD, **stance),
    ]
    x = 0.0
    for k in range(count):
        t, p = 0.6 + k * period, period / 1.5
        goal = (wide if k % 4 < 2 else -wide) if k % 2 == 0 else 0.0
        lead, trail = ("left", "right") if goal > x else ("right", "left")
        middle, here, there = 0.5 * (x + goal), feet(x), feet(goal)
        keys += step_foot(t, t + 0.26 * p, lead, here[f"{lead}_foot"], there[f"{lead}_foot"], 0.05)
        keys += step_foot(
            t + 0.22 * p, t + 0.48 * p, trail, here[f"{trail}_foot"], there[f"{trail}_foot"], 0.05
        )
        away = 6.0 if goal > x else -6.0
        keys += [
            key(t, pelvis=(x, low, 0), turn=turned, trunk=(8, 0, 6), head=(6, 14), arms=GUARD),
            key(t + 0.24 * p, pelvis=(middle, low + 0.03, 0), trunk=(8, away, 6), arms=GUARD),
            key(
                t + 0.5 * p,
                pelvis=(goal, low - 0.02, 0),
                turn=turned,
                trunk=(9, 0, 4),
                head=(6, 14),
                arms=GUARD,
            ),
        ]
        for jab in (0.62, 1.0) if k % 2 == 0 else (0.66,):
            at = t + jab * p
            keys += [
                key(at, turn=turned, trunk=(9, 0, 4), left_arm=GUARD, pelvis=(goal, low, 0)),
                key(at + 0.13 * p, turn=(6, 0, -34), trunk=(11, 0, -12), left_arm=(-0.05, 0.02, 1.0, -0.12, 0.05, 1.0),
                    pelvis=(goal, low - 0.01, 0.06), head=(6, 30)),
                key(at + 0.3 * p, turn=turned, trunk=(9, 0, 4), left_arm=GUARD, pelvis=(goal, low, 0), head=(6, 14)),
            ]  # fmt: skip
        keys.append(key(t + 0.98 * p, right_arm=GUARD))
        x = goal
    end = 0.6 + count * period
    if task.ends:
        return KeySheet(merge_keys([*keys, key(max(end, task.seconds), pelvis=(x, low, 0), turn=turned, trunk=(8, 0, 6),
                                               arms=GUARD, head=(6, 14))]), closes=True)  # fmt: skip
    keys += step_foot(end, end + 0.3, "right", feet(x)["right_foot"], (x, 0, 0, 0, 0), 0.06)
    keys += step_foot(end + 0.25, end + 0.55, "left", feet(x)["left_foot"], (x, 0, 0, 0, 0), 0.06)
    keys.append(key(end + 0.6, pelvis=(x, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=None))
    return KeySheet(merge_keys(keys))


def walk_a_beam(task: Task) -> KeySheet:
    """Walk on a line, heel to toe, with the arms out and the trunk swaying for balance."""
    period, far = 0.95 * task.vary(), 0.29
    count = max(2, int((task.seconds - 0.7) / period))
    at = {"left": (0.0, 0.0), "right": (0.0, 0.0)}
    middle = {"left": -0.085, "right": 0.085}
    keys: list[Key] = [key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0))]
    z = 0.0
    for k in range(count):
        t = 0.3 + k * period
        acts, rests = ("right", "left") if k % 2 == 0 else ("left", "right")
        x0, z0 = at[acts]
        after = (middle[acts], at[rests][1] + far)
        keys += step_foot(t, t + 0.72 * period, acts, (x0, 0, z0, 0, 0), (after[0], 0, after[1], 0, 0), 0.12)
        tip = 7.0 * task.vary(0.4) * (1 if k % 2 == 0 else -1)
        over = 0.085 if k == 0 else 0.0
        up = 0.28 if tip > 0 else -0.28
        keys += [
            key(t + 0.4 * period, pelvis=(over + 0.01 * tip / 7, -0.03, at[rests][1] + 0.03), turn=(2, tip * 0.5, 0),
                trunk=(4, -tip, 0), head=(18, 0), left_arm=(1.0, 0.05 - up, 0.1, 1.0, 0.1 - up, 0.2),
                right_arm=(1.0, 0.05 + up, 0.1, 1.0, 0.1 + up, 0.2)),
            key(t + 0.85 * period, pelvis=(0.0, -0.05, 0.5 * (after[1] + at[rests][1]) + 0.04), turn=(2, 0, 0),
                trunk=(4, tip * 0.3, 0), head=(18, 0), arms=(1.0, 0.05, 0.1, 1.0, 0.1, 0.2)),
        ]  # fmt: skip
        at[acts] = after
        z = after[1]
    end = 0.3 + count * period
    keys.append(key(end + 0.2, pelvis=(0, -0.04, z - 0.1), trunk=(4, 0, 0), turn=(2, 0, 0), head=(14, 0),
                    arms=(1.0, 0.05, 0.1, 1.0, 0.1, 0.2)))  # fmt: skip
    if task.ends:
        return KeySheet(merge_keys(keys), closes=True)
    last = "left" if count % 2 else "right"
    first = "right" if last == "left" else "left"
    keys += step_foot(end + 0.15, end + 0.6, last, (at[last][0], 0, at[last][1], 0, 0), (0, 0, z, 0, 0), 0.08)
    keys += step_foot(end + 0.5, end + 0.9, first, (at[first][0], 0, z, 0, 0), (0, 0, z, 0, 0), 0.06)
    keys.append(key(end + 0.95, pelvis=(0, 0, z), trunk=(0, 0, 0), turn=(0, 0, 0), head=(0, 0), arms=None))
    return KeySheet(merge_keys(keys))


def throw_over_the_shoulder(task: Task) -> KeySheet:
    """Grip an opponent, step in with the back to them, load them on the hip and throw them over (judo)."""
    grip: Values = (0.15, 0.05, 0.95, -0.15, 0.1, 0.95)
    feet = [
        key(0.1, left_foot=_STILL, right_foot=_STILL),
        *step_foot(0.75, 1.1, "right", _STILL, (0.16, 0, 0.36, 100, 8), 0.1),
        *step_foot(1.08, 1.42, "left", _STILL, (-0.16, 0, 0.32, 165, 6), 0.1),
        key(1.6, right_foot=(0.16, 0, 0.36, 168, 4), left_foot=(-0.16, 0, 0.32, 172, 4)),
    ]
    body = [
        key(0.1, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), arms=None),
        key(0.45, pelvis=(0, -0.08, 0.03), trunk=(10, 0, 0), turn=(4, 0, 0), arms=grip),
        key(0.72, pelvis=(0, -0.08, -0.06), trunk=(-2, 0, 0), turn=(0, 0, 0), arms=(0.25, 0.0, 0.9, -0.4, 0.35, 0.7)),
        key(1.1, pelvis=(0.02, -0.16, 0.2), trunk=(8, 0, 25), turn=(6, 0, 80), arms=(0.3, 0.0, 0.9, -0.5, 0.35, 0.6)),
        key(1.45, pelvis=(0, -0.32, 0.3), trunk=(22, 0, 18), turn=(12, 0, 165),
            left_arm=(0.3, -0.2, -0.75, -0.4, -0.1, -0.8), right_arm=(0.5, 0.3, -0.6, -0.5, 0.6, -0.5)),
        key(1.75, pelvis=(0, -0.1, 0.26), trunk=(66, 0, 30), turn=(44, 0, 175), head=(10, 20),
            left_arm=(0.4, -0.7, -0.6, 0.1, -0.7, -0.6), right_arm=(0.2, -0.6, -0.7, -0.2, -0.8, -0.6)),
        key(2.05, pelvis=(0, -0.12, 0.24), trunk=(74, 0, 48), turn=(52, 0, 180), head=(10, 20),
            left_arm=(0.7, -0.8, -0.1, 0.4, -0.8, 0.2), right_arm=(-0.2, -0.9, -0.5, -0.5, -0.8, -0.4)),
        key(2.35, pelvis=(0, -0.12, 0.24), trunk=(66, 0, 40), turn=(46, 0, 180), head=(10, 10)),
        key(3.0, pelvis=(0, 0, 0.36), trunk=(0, 0, 0), turn=(0, 0, 180), head=(0, 0), arms=None),
    ]  # fmt: skip
    return KeySheet(merge_keys([*feet, *body]), heading=180.0)


def stomp_along(task: Task, there_and_back: bool) -> KeySheet:
    """Stomp forward with high knees and clenched fists.

    ``there_and_back``: turn around and stomp back, again and again.
    """
    period = 0.52 * task.vary(0.05)
    far = 0.4 * task.vary(0.06)
    steps = max(3, int((task.seconds - 0.9) / period))
    leg = 4 if there_and_back else steps  # steps before each turn of two more on the spot
    fist: Values = (0.3, -0.95, -0.15, 0.2, -0.9, 0.35)
    at = {"left": _STILL, "right": _STILL}
    keys: list[Key] = [key(0.05, arms=None, feet=_STILL, pelvis=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0))]
    z = yaw = 0.0
    sense = 1.0
    for k in range(steps + 1):
        t = 0.3 + k * period
        acts, stands = ("right", "left") if k % 2 == 0 else ("left", "right")
        to = 1.0 if stands == "left" else -1.0
        turning = k % (leg + 3) >= leg and k < steps
        z_before = z
        if turning:
            yaw += 60.0
        elif k < steps:
            z += sense * far
        if turning and k % (leg + 3) == leg + 2:
            sense = -sense
        turned = np.radians(yaw)
        half = 0.1 if acts == "left" else -0.1
        goal: Values = (half * np.cos(turned) - half, 0.0, z - half * np.sin(turned), yaw, 0.0)
        before, facing = at[acts], np.array([np.sin(turned), np.cos(turned)])
        up: Values = (
            0.5 * (before[0] + goal[0]) + 0.12 * facing[0], 0.3, 0.5 * (before[2] + goal[2]) + 0.12 * facing[1],
            0.5 * (before[3] + yaw), 12.0,
        )  # fmt: skip
        over = 0.06 * to * np.array([np.cos(turned), -np.sin(turned)])
        swing = {
            f"{acts}_arm": (0.25, -0.95, -0.3, 0.1, -0.8, 0.3),
            f"{stands}_arm": (0.25, -0.95, 0.3, 0.0, -0.6, 0.8),
        }
        last = k == steps
        keys += [
            key(t, **{f"{acts}_foot": before, f"{stands}_foot": at[stands]}),
            key(t + 0.45 * period, **{f"{acts}_foot": up, f"{stands}_foot": at[stands]}, trunk=(10, 0, 0), head=(2, 0),
                pelvis=(over[0], -0.01, 0.6 * z_before + 0.4 * z + over[1]), turn=(4,
                0, yaw - (30.0 if turning else 0.0)),
                **({"arms": fist} if last else swing)),
            key(t + 0.72 * period, **{f"{acts}_foot": goal, f"{stands}_foot": at[stands]}),
            key(t + 0.86 * period, pelvis=(0.0, -0.07, z), trunk=(16, 0, 0), head=(6, 0), turn=(6, 0, yaw)),
        ]  # fmt: skip
        at[acts] = goal
    end = 0.3 + (steps + 1) * period
    keys.append(key(end + 0.3, pelvis=(0, 0, z), turn=(0, 0, yaw), trunk=(0, 0, 0), head=(0, 0), arms=None))
    return KeySheet(merge_keys(keys), chest_arms=True, heading=yaw, closes=task.ends)
