# SPDX-License-Identifier: GPL-3.0-or-later
"""Riding, gliding and swimming by key poses: bicycle, horse, boards, skis, skates, strokes over an imagined pool."""

from __future__ import annotations

import numpy as np

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import lie_down_on_belly, rise_from_belly

_LONG = 1e3


def _times(task: Task, start: float, step: float) -> list[float]:
    end = task.seconds if task.ends else task.seconds - 0.8
    return [float(t) for t in np.arange(start, max(end, start + 2 * step) + 1e-6, step)]


def _frame(task: Task, keys: list[Key], stand: Key | None = None, slides: bool = False) -> KeySheet:
    """Return a sheet that is at it in the first and last frame where the motion begins and ends there."""
    out = list(keys)
    if not task.begins:
        limbs = {c: None for k in keys for c in k.values if c.endswith(("arm", "leg"))}
        out.insert(0, key(0.05, **limbs))
    if not task.ends:
        out.append(stand or key(keys[-1].time + 0.7, pelvis=(0, 0, 0), feet=(0, 0, 0, 0, 0)))
    return KeySheet(merge_keys(out), opens=task.begins, closes=task.ends, slides=slides)


def ride_bicycle(task: Task) -> KeySheet:
    """Sit on a saddle, hands on the handlebar, and pedal."""
    period = 0.8 * task.vary()
    start = 0.0 if task.begins else 0.7
    handle: Values = (0.2, -0.62, 0.75, 0.0, -0.3, 1.0)
    keys = []
    for k, t in enumerate(_times(task, start, period / 8)):
        a = 2 * np.pi * k / 8
        feet = {}
        for side, phase in (("left", 0.0), ("right", np.pi)):
            up, ahead = np.cos(a + phase), np.sin(a + phase)
            feet[f"{side}_foot"] = (0.0, 0.2 + 0.17 * up, 0.18 + 0.17 * ahead, 0.0, 14 - 14 * ahead)
        keys.append(key(t, pelvis=(0.012 * np.sin(a), -0.03, 0), turn=(28, 3 * np.cos(a), 0),
                        trunk=(20, 0, 2 * np.cos(a)), head=(-32, 0), arms=handle, **feet))  # fmt: skip
    return _frame(task, keys)


def ride_horse(task: Task) -> KeySheet:
    """Sit astride, hold the reins and go up and down with the horse."""
    period = 0.56 * task.vary()
    start = 0.0 if task.begins else 0.8
    legs: Values = (58, 34, 25, 78, -8)
    reins: Values = (0.2, -0.9, 0.25, -0.25, 0.05, 0.95)
    keys = []
    for k, t in enumerate(_times(task, start, period / 4)):
        up = np.sin(np.pi / 2 * k)
        keys.append(key(t, pelvis=(0, 0.02 + 0.06 * up, 0.03 * np.cos(np.pi / 2 * k)), turn=(4 - 5 * up, 0, 0),
                        trunk=(6 + 7 * up, 0, 0), head=(-6 * up, 0),
                        legs=(legs[0] - 7 * up, *legs[1:3], legs[3] - 9 * up, -8),
                        arms=(reins[0], reins[1], reins[2] + 0.12 * up, *reins[3:])))  # fmt: skip
    return _frame(task, keys)


def ride_board(task: Task) -> KeySheet:
    """Stand sideways on a board with bent knees, arms out, and lean into its turns (surfing, skateboard, snowboard)."""
    period, speed = 2.2 * task.vary(), 1.1
    start = 0.0 if task.begins else 0.9
    keys = []
    for k, t in enumerate(_times(task, start, period / 4)):
        s, c = np.sin(np.pi / 2 * k), np.cos(np.pi / 2 * k)
        z = speed * (t - start)
        keys.append(key(
            t, pelvis=(0.05 * s, -0.24 - 0.05 * c, z), turn=(8 + 6 * s, 0, -62 + 8 * s), trunk=(16 + 8 * s, 0, 24),
            head=(0, 42), left_foot=(-0.09 + 0.03 * s, 0, 0.36 + z, -58, 0),
            right_foot=(0.09 + 0.03 * s, 0, -0.3 + z, -75, 0),
            left_arm=(0.25 + 0.1 * s, -0.05 + 0.2 * s, 0.95, 0.1, 0.1 + 0.25 * s, 1.0),
            right_arm=(0.3, 0.0 - 0.25 * s, -0.9, 0.35, 0.2 - 0.2 * s, -0.7),
        ))  # fmt: skip
    z = keys[-1].values["pelvis"][2] + 0.15  # type: ignore[index]
    stand = key(keys[-1].time + 0.8, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0),
                left_foot=(0, 0, z, 0, 0), right_foot=(0, 0, z, 0, 0), arms=None)  # fmt: skip
    return _frame(task, keys, stand, slides=True)


def ski(task: Task) -> KeySheet:
    """Ski in turns: knees and trunk bent, both skis side by side, the poles at the sides."""
    period, speed = 2.4 * task.vary(), 1.7
    start = 0.0 if task.begins else 0.8
    poles: Values = (0.5, -0.75, 0.45, 0.15, 0.0, 1.0)
    keys = []
    for k, t in enumerate(_times(task, start, period / 4)):
        s = np.sin(np.pi / 2 * k)
        z, x = speed * (t - start), 0.45 * s
        yaw = -28.0 * np.sin(np.pi / 2 * (k - 1))
        keys.append(key(
            t, pelvis=(x - 0.1 * s, -0.24 + 0.07 * abs(np.cos(np.pi / 2 * k)), z), turn=(16, 12 * s, 0.6 * yaw),
            trunk=(30, 0, -0.5 * yaw), head=(-34, 0),
            left_foot=(x + 0.02, 0, z, yaw, 0), right_foot=(x - 0.02, 0, z, yaw, 0), arms=poles,
        ))  # fmt: skip
    z = keys[-1].values["pelvis"][2] + 0.2  # type: ignore[index]
    stand = key(keys[-1].time + 0.8, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0),
                left_foot=(0, 0, z, 0, 0), right_foot=(0, 0, z, 0, 0), arms=None)  # fmt: skip
    return _frame(task, keys, stand, slides=True)


def skate(task: Task) -> KeySheet:
    """Skate: glide on one foot while the other pushes out and back, the arms swinging across."""
    period, speed = 0.95 * task.vary(), 1.5
    start = 0.0 if task.begins else 0.5
    keys = []
    for k, t in enumerate(_times(task, start, period / 2)):
        z = speed * (t - start)
        phase = k % 4
        to = 1.0 if phase in (0, 1) else -1.0  # glides on the left foot, then on the right one
        glide, push = ("left", "right") if to > 0 else ("right", "left")
        pushed = phase in (1, 3)
        x = 0.2 * to * (1.0 if pushed else 0.35)
        out = -to * (0.34 if pushed else 0.03)
        keys.append(key(
            t, pelvis=(x, -0.2 - (0.05 if not pushed else 0.0), z), turn=(20, -4 * to, 9 * to), trunk=(28, 0, 10 * to),
            head=(-30, 0),
            **{
                f"{glide}_foot": (x * 0.95 - 0.03 * to, 0.0, z + 0.06, 10 * to, 0),
                f"{push}_foot": (x * 0.4 + out, 0.0, z - 0.46, -to * 38, 8) if pushed
                else (x * 0.4 + out, 0.015, z - 0.05, -to * 8, 0),
                f"{glide}_arm": (0.5, -0.8, -0.65, 0.6, -0.6, -0.6) if pushed else (0.35, -0.9, 0.1, 0.2, -0.7, 0.5),
                f"{push}_arm": (0.0, -0.5, 0.85, -0.5, 0.1, 0.8) if pushed else (0.3, -0.9, 0.2, 0.1, -0.7, 0.6),
            },
        ))  # fmt: skip
    z = keys[-1].values["pelvis"][2] + 0.2  # type: ignore[index]
    stand = key(keys[-1].time + 0.8, pelvis=(0, 0, z), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0),
                left_foot=(0, 0, z, 0, 0), right_foot=(0, 0, z, 0, 0), arms=None)  # fmt: skip
    return _frame(task, keys, stand, slides=True)


_CRAWL: tuple[Values, ...] = (
    (0.1, 0.25, 1.0, 0.0, 0.15, 1.0), (0.15, -0.5, 0.85, 0.0, -0.85, 0.5), (0.2, -1.0, 0.0, 0.0, -0.95, 0.3),
    (0.3, -0.55, -0.85, 0.2, -0.6, -0.75), (0.7, 0.25, -0.65, 0.3, -0.6, -0.4), (0.6, 0.75, 0.25, 0.0, 0.3, 0.9),
)  # fmt: skip
"""Directions of an arm through one stroke of the crawl, in the frame of the chest of a body bent forward."""
_BREAST: tuple[Values, ...] = (
    (0.1, 0.15, 1.0, -0.05, 0.1, 1.0), (0.6, 0.05, 0.8, 0.5, 0.0, 0.85), (0.95, -0.15, 0.25, 0.75, -0.3, 0.55),
    (0.55, -0.8, 0.2, -0.7, 0.1, 0.7), (0.25, -0.75, 0.6, -0.35, 0.2, 0.9),
)  # fmt: skip


def swim(task: Task, stroke: str) -> KeySheet:
    """Swim over an imagined pool: bent forward (or leaning back), the arms pull their strokes, the knees give."""
    crawl = _CRAWL if stroke != "breast" else _BREAST
    period = (1.5 if stroke != "breast" else 1.7) * task.vary()
    start = 0.0 if task.begins else 0.6
    steps = len(crawl)
    pitch, lean = {"crawl": (38.0, 30.0), "breast": (34.0, 30.0), "back": (-8.0, -12.0)}[stroke]
    shift = -0.12 if stroke != "back" else 0.06
    keys = []
    for k, t in enumerate(_times(task, start, period / steps)):
        a = 2 * np.pi * k / steps
        left = (k if stroke != "back" else -k) % steps
        right = left if stroke == "breast" else (left + steps // 2) % steps
        roll = 0.0 if stroke == "breast" else 22.0 * np.cos(a)
        bob = 0.03 * np.sin(2 * a if stroke != "breast" else a)
        head = (
            (-26, 0.8 * roll)
            if stroke == "crawl"
            else (-30 + 14 * np.sin(a), 0)
            if stroke == "breast"
            else (-8, 0)
        )
        keys.append(key(
            t, pelvis=(0, -0.08 + bob, shift), turn=(pitch, 0, 0.4 * roll), trunk=(lean, 0, roll), head=head,
            left_arm=_tilt(crawl[left], pitch + lean), right_arm=_tilt(crawl[right], pitch + lean),
        ))  # fmt: skip
    return _frame(task, keys)


_PRONE_STROKE: tuple[Values, ...] = (
    (0.15, 1.0, 0.05, 0.02, 1.0, 0.1), (0.7, 0.75, 0.0, 0.5, 0.9, 0.1), (1.0, 0.1, 0.0, 0.6, 0.75, 0.1),
    (0.75, -0.45, 0.0, -0.2, 0.95, 0.2), (0.4, 0.4, 0.25, -0.1, 1.0, 0.1),
)  # fmt: skip


def swim_on_the_belly(task: Task) -> KeySheet:
    """Lie on the belly, chest and head lifted, pull both arms as in the breaststroke and flutter the legs."""
    period = 1.6 * task.vary()
    steps = len(_PRONE_STROKE)
    start = 0.0 if task.begins else 3.2
    end = task.seconds - (0.0 if task.ends else 3.3)
    down = [] if task.begins else [key(0.05, arms=None, legs=None), *lie_down_on_belly(0.1)]
    keys: list[Key] = []
    for k, t in enumerate(np.arange(start, max(end, start + period) + 1e-6, period / steps)):
        a = 2 * np.pi * k / steps
        kick = 9.0 * (-1) ** k
        keys.append(key(
            float(t), pelvis=(0, -0.87, -0.1), turn=(90, 0, 0), trunk=(-24 - 6 * np.sin(a), 0, 0),
            head=(-22 - 10 * np.sin(a), 0), arms=_PRONE_STROKE[k % steps], left_leg=(-6 + kick, 6, 4, 12 - kick, 35),
            right_leg=(-6 - kick, 6, 4, 12 + kick, 35),
        ))  # fmt: skip
    keys = [*down, *keys]
    if not task.ends:
        last = keys[-1].time
        keys += [key(last + 0.3, arms=(0.5, 0.2, 0.6, 0.0, 0.7, 0.6)), *rise_from_belly(last + 0.4, -0.1)]
        keys.append(key(keys[-1].time + 0.1, arms=None, legs=None))
    return KeySheet(
        keys, chest_arms=True, resting=(start - 0.4, 1e3 if task.ends else keys[-1].time - 3.0), opens=task.begins,
        closes=task.ends,
    )  # fmt: skip


def _tilt(arm: Values, degrees: float) -> Values:
    """Return directions of an arm that lie half between the chest's frame, bent forward, and the facing frame."""
    a = np.radians(degrees) * 0.35
    out: list[float] = []
    for x, y, z in (arm[:3], arm[3:]):
        out += [x, y * float(np.cos(a)) - z * float(np.sin(a)), z * float(np.cos(a)) + y * float(np.sin(a))]
    return tuple(out)
