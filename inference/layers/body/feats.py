# SPDX-License-Identifier: GPL-3.0-or-later
"""Exercises, play and mishaps of the whole body by key poses."""

from __future__ import annotations

import numpy as np

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import BALANCE, ON_HIPS, SPREAD, step_foot

_STILL: Values = (0.0,) * 5
_RUNNING: tuple[Values, Values] = ((0.2, -0.9, 0.5, 0.0, 0.2, 0.95), (0.25, -0.85, -0.55, 0.05, -0.5, 0.85))
"""An arm that swings ahead, and one that swings back."""


def climb_mountains(task: Task) -> KeySheet:
    """Hold a high plank and draw the knees to the chest in turn (mountain climbers)."""
    period = 0.5 * task.vary()
    start = 0.0 if task.begins else 1.6
    end = task.seconds - (0.0 if task.ends else 1.5)
    hands: Values = (0.2, 0.02, 0.62)
    plank: dict[str, Values] = {
        "pelvis": (0, -0.52, -0.12),
        "turn": (72, 0, 0),
        "head": (-20, 0),
        "hands": hands,
    }
    drawn, back = (118.0, 4.0, 0.0, 115.0, 10.0), (6.0, 3.0, 0.0, 6.0, -25.0)
    keys: list[Key] = []
    if not task.begins:
        keys += [key(0.05, hands=None, legs=None), key(0.8, pelvis=(0, -0.42, -0.06), turn=(58, 0, 0),
                 trunk=(30, 0, 0), hands=hands, legs=None)]  # fmt: skip
    count = max(2, int((end - start) / period))
    for k in range(count):
        t = start + k * period
        left, right = (drawn, back) if k % 2 else (back, drawn)
        bob = 0.02 * (-1) ** k
        keys += [
            key(t, **{**plank, "pelvis": (0.01 * (-1) ** k, -0.52 + bob, -0.12)}, trunk=(6, 0, 0), left_leg=left,
                right_leg=right)
        ]  # fmt: skip
    if not task.ends:
        keys += [
            key(
                end + 0.6, pelvis=(0, -0.44, -0.06), turn=(56, 0, 0), trunk=(30, 0, 0), hands=hands, legs=None
            ),
            key(end + 1.0, pelvis=(0, -0.3, 0), turn=(36, 0, 0), trunk=(34, 0, 0), hands=None),
            key(end + 1.5, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0)),
        ]
    return KeySheet(
        keys, opens=task.begins, closes=task.ends, resting=(start - 0.4, end if not task.ends else 1e3)
    )


def circle_hips(task: Task) -> KeySheet:
    """Circle the hips with the arms out of the way, as with a hula hoop."""
    period = 0.85 * task.vary()
    start, end = 0.5, task.seconds - (0.0 if task.ends else 0.6)
    arms: Values = (0.85, -0.2, 0.3, 0.2, 0.75, 0.6)
    keys: list[Key] = [key(0.05, arms=None, feet=_STILL, pelvis=(0, 0, 0))]
    for k, t in enumerate(np.arange(start, max(end, start + period), period / 4)):
        s, c = np.sin(np.pi / 2 * k), np.cos(np.pi / 2 * k)
        keys.append(key(float(t), pelvis=(0.13 * s, -0.05, 0.11 * c), turn=(-16 * c, -12 * s, 10 * c),
                        trunk=(16 * c, -20 * s, -10 * c), arms=arms, feet=(0.05, 0, 0, 8, 0)))  # fmt: skip
    if task.ends:
        return KeySheet(keys, closes=True)
    last = keys[-1].time + 0.5
    return KeySheet([*keys, key(last, pelvis=(0, 0, 0), feet=_STILL, arms=None)])


def curtsy(task: Task) -> KeySheet:
    """Cross one foot behind, bend both knees with the trunk upright and the hands at a skirt, and rise."""
    behind: Values = (0.16, 0, -0.24, 20, 42)
    skirt: Values = (0.55, -0.85, 0.1, 0.45, -0.8, 0.25)
    low: dict[str, Values] = {
        "pelvis": (0.05, -0.26, -0.06), "turn": (6, 0, 0), "trunk": (10, 0, 0), "head": (22, 0), "arms": skirt,
    }  # fmt: skip
    keys = [
        key(0.05, arms=None, left_foot=_STILL, pelvis=(0, 0, 0), head=(0, 0)),
        *step_foot(0.2, 0.7, "right", _STILL, behind, 0.06),
        key(0.7, pelvis=(0.06, -0.04, -0.02), turn=(0, 0, 0), trunk=(2, 0, 0), arms=skirt),
        key(1.2, **low), key(1.6, **low),
        key(2.1, pelvis=(0.06, -0.03, -0.01), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=skirt),
        *step_foot(2.1, 2.5, "right", behind, _STILL, 0.05),
        key(2.7, pelvis=(0, 0, 0), arms=None),
    ]  # fmt: skip
    return KeySheet(merge_keys(keys))


def bowl(task: Task) -> KeySheet:
    """Step up, swing the right arm back and roll a ball along the floor, sliding into a deep lunge."""
    still: Values = _STILL
    near, far = (0, 0, 0.42, 0, 0), (-0.02, 0, 1.05, 0, 0)
    keys = [
        key(0.05, arms=None, left_foot=still, right_foot=still, pelvis=(0, 0, 0)),
        key(0.3, pelvis=(0, -0.04, 0), trunk=(12, 0, 0), arms=(0.1, -0.75, 0.65, -0.25, 0.1, 0.95)),
        *step_foot(0.4, 0.8, "right", still, near, 0.1),
        key(0.8, pelvis=(-0.02, -0.08, 0.3), trunk=(20, 0, 0), right_arm=(0.1, -1.0, 0.3, 0.05, -0.9, 0.4),
            left_arm=(0.7, -0.5, 0.3, 0.7, -0.2, 0.5)),
        *step_foot(0.85, 1.3, "left", still, far, 0.09),
        key(1.1, pelvis=(-0.01, -0.14, 0.55), trunk=(34, 0, -14), turn=(10, 0, -8), right_foot=near,
            right_arm=(0.12, -0.35, -0.95, 0.1, -0.2, -1.0), left_arm=(0.9, -0.2, 0.3, 0.9, 0.0, 0.3)),
        key(1.4, pelvis=(0.0, -0.36, 0.82), trunk=(48, 0, 8), turn=(18, 0, 0), head=(-26, 0),
            right_foot=(*near[:4], 40.0), left_foot=far, right_arm=(0.05, -1.0, 0.15, 0.0, -1.0, 0.25)),
        key(1.62, pelvis=(0.0, -0.36, 0.86), trunk=(42, 0, 16), turn=(16, 0, 6), head=(-26, 0),
            right_foot=(*near[:4], 48.0), right_arm=(-0.1, 0.3, 0.95, -0.15, 0.6, 0.8)),
        key(2.0, pelvis=(0.0, -0.32, 0.86), trunk=(34, 0, 12), turn=(12, 0, 4), head=(-20, 0),
            right_foot=(*near[:4], 46.0), right_arm=(-0.05, 0.45, 0.9, -0.1, 0.8, 0.6)),
        *step_foot(2.2, 2.7, "right", (*near[:4], 46.0), (0, 0, 1.05, 0, 0), 0.1),
        key(2.8, pelvis=(0, 0, 1.05), trunk=(0, 0, 0), turn=(0, 0, 0), head=(0, 0), arms=None,
            left_foot=(0, 0, 1.05, 0, 0)),
    ]  # fmt: skip
    return KeySheet(merge_keys(keys))


def do_splits(task: Task) -> KeySheet:
    """Slide down into the splits, one leg ahead and one behind, with the arms out."""
    end = max(2.2, task.seconds - (0.0 if task.ends else 1.6))
    low: dict[str, Values] = {
        "pelvis": (0, -0.86, 0), "turn": (8, 0, -8), "trunk": (-4, 0, 4), "right_leg": (96, 2, 0, 2, 30),
        "left_leg": (-80, 3, 0, 4, 45), "arms": SPREAD,
    }  # fmt: skip
    keys = [
        key(0.1, legs=None, arms=None, pelvis=(0, 0, 0), left_foot=_STILL, right_foot=_STILL),
        key(0.6, pelvis=(0, -0.22, 0), turn=(6, 0, 0), trunk=(6, 0, 0), legs=None, arms=BALANCE,
            right_foot=(0, 0, 0.4, 0, 0), left_foot=(0, 0, -0.36, 0, 46)),
        key(1.5, **low), key(end, **low),
    ]  # fmt: skip
    if task.ends:
        return KeySheet(keys, resting=(1.3, 1e3), closes=True)
    keys += [
        key(end + 0.8, pelvis=(0, -0.24, 0), turn=(8, 0, 0), trunk=(10, 0, 0), legs=None, arms=BALANCE,
            right_foot=(0, 0, 0.4, 0, 0), left_foot=(0, 0, -0.36, 0, 46)),
        key(end + 1.15, right_foot=(0, 0.06, 0.2, 0, 8), left_foot=(0, 0, -0.2, 0, 30), pelvis=(0, -0.1, -0.05)),
        key(end + 1.5, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), left_foot=_STILL,
            right_foot=_STILL, arms=None),
    ]  # fmt: skip
    return KeySheet(keys, resting=(1.3, end + 0.2), slides=True)


def lean_on_wall(task: Task) -> KeySheet:
    """Lean with the back against a wall, arms crossed, one sole against it."""
    end = max(2.0, task.seconds - (0.0 if task.ends else 0.9))
    start = 0.0 if task.begins else 1.0
    crossed: Values = (0.2, -0.9, 0.4, -0.95, 0.15, 0.35)
    pose: dict[str, Values] = {
        "pelvis": (0.05, -0.04, -0.16), "turn": (-13, 0, 0), "trunk": (6, 0, 0), "head": (4, 0), "arms": crossed,
        "right_leg": (34, 3, 0, 78, 10),
    }  # fmt: skip
    keys: list[Key] = [] if task.begins else [key(0.05, arms=None, right_leg=None)]
    for k, t in enumerate(np.arange(start, end + 0.01, 1.2)):
        keys.append(key(float(t), **{**pose, "head": (4 + 5 * (k % 2), 16 * (-1) ** k)}, left_foot=_STILL))
    if not task.ends:
        keys.append(key(end + 0.8, pelvis=(0, 0, 0), right_leg=None, arms=None))
    return KeySheet(keys, opens=task.begins, closes=task.ends)


def gallop(task: Task) -> KeySheet:
    """Gallop: the right foot always leads, the left one is drawn up to it in the air."""
    period, far, air = 0.56 * task.vary(0.05), 0.85 * task.vary(0.08), 0.24
    count = max(2, int((task.seconds - 0.7) / period))
    keys: list[Key] = [key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0))]
    flights = []
    ahead, after = _RUNNING
    for k in range(count):
        t, z = 0.3 + k * period, k * far
        keys += [
            key(t, pelvis=(0, -0.07, z + 0.05), trunk=(10, 0, 0), turn=(6, 0, 0), left_foot=(0, 0, z - 0.1, 0, 12),
                right_foot=(0, 0, z + (0.28 if k else 0.0), 0, 0), right_arm=ahead, left_arm=after),
            key(t + 0.17, pelvis=(0, 0.03, z + 0.3), trunk=(8, 0, 0), left_foot=(0, 0.12, z + 0.1, 0, 40),
                right_foot=(0, 0.0, z + (0.28 if k else 0.0), 0, 34), right_arm=after, left_arm=ahead),
            key(t + 0.17 + 0.5 * air, pelvis=(0, 0.03, z + 0.52), left_foot=(0, 0.1, z + 0.55, 0, 20),
                right_foot=(0, 0.2, z + 0.6, 0, 25)),
            key(t + 0.17 + air, pelvis=(0, -0.02, z + 0.74), trunk=(10, 0, 0), left_foot=(0, 0, z + far - 0.1, 0, 12),
                right_foot=(0, 0.16, z + far + 0.15, 0, 10)),
        ]  # fmt: skip
        flights.append((t + 0.17, air))
    end, z = 0.3 + count * period, count * far
    keys += [
        key(end, pelvis=(0, -0.09, z + 0.02), trunk=(6, 0, 0), left_foot=(0, 0, z - 0.1, 0, 8),
            right_foot=(0, 0, z + 0.22, 0, 0), arms=BALANCE),
        key(end + 0.2, left_foot=(0, 0.08, z + 0.06, 0, 20), right_foot=(0, 0, z + 0.22, 0, 0)),
        key(end + 0.4, pelvis=(0, 0, z + 0.22), trunk=(0, 0, 0), turn=(0, 0, 0), left_foot=(0, 0, z + 0.22, 0, 0),
            right_foot=(0, 0, z + 0.22, 0, 0), arms=None),
    ]  # fmt: skip
    return KeySheet(keys, flights)


def jump_in_lunges(task: Task) -> KeySheet:
    """Jump from a lunge into the one with the other leg ahead, again and again."""
    period, air = 1.15 * task.vary(0.05), 0.34
    count = task.choose_count(period, 1.2)
    keys: list[Key] = [key(0.05, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0))]
    flights = []

    def lunge(t: float, lead: str, depth: float) -> Key:
        trail = "left" if lead == "right" else "right"
        return key(t, pelvis=(0, depth, 0), turn=(3, 0, 0), trunk=(8, 0, 0), arms=ON_HIPS,
                   **{f"{lead}_foot": (0, 0, 0.4, 0, 0), f"{trail}_foot": (0, 0, -0.42, 0, 50)})  # fmt: skip

    keys += [*step_foot(0.1, 0.35, "right", _STILL, (0, 0, 0.4, 0, 0)),
             *step_foot(0.3, 0.55, "left", _STILL, (0, 0, -0.42, 0, 50)), lunge(0.7, "right", -0.36)]  # fmt: skip
    lead = "right"
    for k in range(count):
        t = 0.75 + k * period
        other = "left" if lead == "right" else "right"
        up = t + 0.36
        keys += [
            lunge(t, lead, -0.38),
            key(up, pelvis=(0, -0.02, 0), turn=(0, 0, 0), trunk=(2, 0, 0),
                **{f"{lead}_foot": (0, 0, 0.34, 0, 30), f"{other}_foot": (0, 0, -0.36, 0, 62)}),
            key(up + 0.5 * air, pelvis=(0, 0.0, 0), left_foot=(0, 0.1, 0, 0, 28), right_foot=(0, 0.1, 0, 0, 28)),
            key(up + air, pelvis=(0, -0.12, 0), **{f"{other}_foot": (0, 0, 0.36, 0, 8),
                f"{lead}_foot": (0, 0, -0.38, 0, 56)}),
            lunge(up + air + 0.24, other, -0.38),
        ]  # fmt: skip
        flights.append((up, air))
        lead = other
    end = 0.75 + count * period
    trail = "left" if lead == "right" else "right"
    keys += [key(end + 0.1, pelvis=(0, -0.14, 0)),
             *step_foot(end + 0.1, end + 0.4, lead, (0, 0, 0.4, 0, 0), _STILL),
             *step_foot(end + 0.35, end + 0.6, trail, (0, 0, -0.42, 0, 50), _STILL),
             key(end + 0.65, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), arms=None)]  # fmt: skip
    return KeySheet(merge_keys(keys), flights)


def kick_the_seat(task: Task) -> KeySheet:
    """Run on the spot with the heels up to the seat (butt kicks)."""
    period, air = 0.42 * task.vary(0.05), 0.12
    count = max(4, int((task.seconds - 0.7) / period))
    keys: list[Key] = [key(0.05, arms=None, legs=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0))]
    flights = []
    ahead, after = _RUNNING
    for k in range(count):
        t = 0.3 + k * period
        acts, stands, to = ("right", "left", 1.0) if k % 2 == 0 else ("left", "right", -1.0)
        keys += [
            key(t, pelvis=(0.05 * to, -0.05, 0), trunk=(8, 0, 0), turn=(4, 0, 0),
                **{f"{stands}_foot": (0, 0, 0, 0, 4), f"{stands}_leg": None, f"{acts}_leg": (-2, 2, 0, 70, 30)}),
            key(t + 0.5 * period, pelvis=(0.05 * to, -0.01, 0),
                **{f"{acts}_leg": (2, 2, 0, 138, 35), f"{stands}_foot": (0, 0, 0, 0, 26), f"{stands}_leg": None,
                   f"{acts}_arm": after, f"{stands}_arm": ahead}),
            key(t + 0.9 * period, **{f"{acts}_leg": None, f"{acts}_foot": (0, 0.02, 0, 0, 20)}),
        ]  # fmt: skip
        flights.append((t + period - air, air))
    end = 0.3 + count * period
    keys.append(
        key(end + 0.3, pelvis=(0, 0, 0), trunk=(0, 0, 0), turn=(0, 0, 0), legs=None, feet=_STILL, arms=None)
    )
    return KeySheet(keys, flights)


def slip(task: Task, falls: bool) -> KeySheet:
    """Slip: a foot shoots ahead, the arms fly up; catch the balance again, or land on the seat and the back."""
    flail: Values = (0.85, 0.5, 0.3, 0.6, 0.8, 0.3)
    keys = [
        key(0.05, arms=None, legs=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0)),
        *step_foot(0.1, 0.45, "right", _STILL, (0, 0, 0.3, 0, -10), 0.08),
        key(0.4, pelvis=(0, -0.03, 0.16), trunk=(4, 0, 0), turn=(0, 0, 0)),
        key(0.68, right_foot=(-0.04, 0.03, 0.75, 0, -18), left_foot=(0, 0, 0, 0, 8), pelvis=(0.04, -0.16, 0.2),
            turn=(-16, 0, -6), trunk=(-14, -8, 0), head=(14, 0), arms=flail),
    ]  # fmt: skip
    if falls:
        keys += [
            key(0.95, right_leg=(72, 6, 0, 14, 10), left_leg=(52, 8, 0, 60, 20), pelvis=(0.04, -0.55, 0.3),
                turn=(-40, 0, -4), trunk=(10, 0, 0), head=(26, 0), arms=(0.7, -0.3, -0.7, 0.5, -0.4, -0.8)),
            key(1.15, legs=(58, 8, 0, 46, 20), pelvis=(0.04, -0.86, 0.34), turn=(-62, 0, 0), trunk=(16, 0, 0)),
            key(1.45, legs=(22, 10, 5, 30, 30), pelvis=(0.04, -0.87, 0.36), turn=(-90, 0, 0), trunk=(0, 0, 0),
                head=(0, 0), arms=(0.9, 0.02, -0.4, 0.9, 0.0, -0.2)),
            key(1.7, legs=(6, 10, 8, 10, 30), turn=(-90, 0, 0), pelvis=(0.04, -0.87, 0.36)),
            key(max(2.0, task.seconds), legs=(6, 10, 8, 10, 30), pelvis=(0.04, -0.87, 0.36), turn=(-90, 0, 0),
                trunk=(0, 0, 0), arms=(0.9, 0.02, -0.4, 0.9, 0.0, -0.2)),
        ]  # fmt: skip
        return KeySheet(merge_keys(keys), resting=(1.05, 1e3), closes=True, slides=True)
    keys += [
        key(0.9, pelvis=(0.0, -0.22, 0.22), turn=(-10, 0, 8), trunk=(16, 12, 0), right_foot=(-0.06, 0, 0.66, 0, 0),
            left_foot=(0, 0, 0, 0, 30), left_arm=(0.9, -0.2, 0.4, 0.8, 0.1, 0.6),
            right_arm=(0.8, 0.6, 0.2, 0.5, 0.9, 0.2)),
        key(1.2, pelvis=(0.02, -0.18, 0.26), turn=(4, 0, 0), trunk=(18, -8, 0), right_foot=(-0.06, 0, 0.5, 0, 0),
            left_foot=(0, 0, 0, 0, 24), arms=(0.9, -0.1, 0.3, 0.8, 0.1, 0.5)),
        *step_foot(1.35, 1.75, "left", (0, 0, 0, 0, 24), (0, 0, 0.5, 0, 0), 0.08),
        key(1.7, pelvis=(0, -0.05, 0.45), turn=(2, 0, 0), trunk=(8, 0, 0), right_foot=(-0.06, 0, 0.5, 0, 0),
            arms=BALANCE),
        key(2.2, pelvis=(0, 0, 0.5), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), right_foot=(0, 0, 0.5, 0, 0),
            left_foot=(0, 0, 0.5, 0, 0), arms=None),
    ]  # fmt: skip
    return KeySheet(merge_keys(keys), slides=True)


def climb_over(task: Task) -> KeySheet:
    """Climb over something chest-high: hands on it, push up, one leg over, the other, and down on the far side."""
    top = 1.0
    hands: Values = (0.2, top, 0.36)
    keys = [
        key(0.05, hands=None, legs=None, arms=None, left_foot=_STILL, right_foot=_STILL, pelvis=(0, 0, 0)),
        key(0.5, pelvis=(0, -0.02, 0.04), trunk=(12, 0, 0), hands=hands, legs=None),
        key(0.85, pelvis=(0, -0.26, -0.02), trunk=(20, 0, 0), turn=(8, 0, 0), hands=hands, left_foot=_STILL,
            right_foot=_STILL, legs=None),
        key(1.15, pelvis=(0, 0.2, 0.14), trunk=(22, 0, 0), turn=(22, 0, 0), hands=hands, left_foot=(0, 0, 0, 0, 50),
            right_leg=(40, 12, 0, 60, 30), left_leg=None),
        key(1.55, pelvis=(0, 0.48, 0.24), trunk=(30, 0, 0), turn=(38, -14, 0), hands=hands,
            right_leg=(84, 40, 10, 96, 20), left_leg=(-30, 4, 0, 20, 35)),
        key(2.0, pelvis=(0, 0.42, 0.5), trunk=(24, 0, 14), turn=(24, 0, 14), hands=hands,
            right_leg=(46, 22, 0, 40, 20), left_leg=(20, 22, 0, 70, 30)),
        key(2.4, pelvis=(0, 0.14, 0.84), trunk=(14, 0, 0), turn=(6, 0, 0), hands=None, right_leg=(14, 8, 0, 22, 20),
            left_leg=(36, 20, 0, 66, 30), arms=BALANCE),
        key(2.62, pelvis=(0, -0.08, 0.96), trunk=(12, 0, 0), turn=(4, 0, 0), legs=None, right_foot=(0, 0, 0.96, 0, 14),
            left_foot=(0, 0.06, 0.92, 0, 20)),
        key(2.85, pelvis=(0, -0.2, 1.0), trunk=(18, 0, 0), turn=(8, 0, 0), right_foot=(0, 0, 0.96, 0, 0),
            left_foot=(0, 0, 0.98, 0, 0), arms=(0.4, -0.7, 0.5, 0.2, -0.4, 0.8)),
        key(3.35, pelvis=(0, 0, 0.97), trunk=(0, 0, 0), turn=(0, 0, 0), right_foot=(0, 0, 0.97, 0, 0),
            left_foot=(0, 0, 0.97, 0, 0), arms=None),
    ]  # fmt: skip
    return KeySheet(keys)
