# SPDX-License-Identifier: GPL-3.0-or-later
"""Exercises and movements on the floor by key poses: sit-ups, planks, rolling over, getting down and up."""

from __future__ import annotations

import numpy as np

from .key_sheet import Key, KeySheet, Task, Values, key
from .poses import (
    ALONG,
    BEHIND_HEAD,
    KNEELING_HEIGHT,
    KNEELING_LEG,
    LYING_BACK,
    SITTING_HEIGHT,
    STRAIGHT_LEG,
    kneel_down,
    lie_back,
    rise_from_back,
    rise_from_floor,
    rise_from_knees,
    sit_on_floor,
)

_LONG = 1e3  # seconds: until the motion ends
_PRONE_HEIGHT = -0.86
_ROLLED = 0.45  # metres to the side for each half turn of a body that rolls over


def _frame_sheet(
    task: Task, down: list[Key], up: list[Key], body: list[Key], chest_arms: bool = True
) -> KeySheet:
    """Return a sheet of a body on the floor, with the ways down and up where the motion does not begin or end there."""
    keys = body if task.begins else [*down, *body]
    keys = keys if task.ends else [*keys, *up]
    begin = keys[0].time if task.begins else (down[-1].time if down else 0.0)
    end = _LONG if task.ends else keys[-1].time - 1.5
    return KeySheet(
        keys, chest_arms=chest_arms, resting=(begin - 0.35, end), opens=task.begins, closes=task.ends
    )


def sit_up(task: Task) -> KeySheet:
    """Lie on the back with the knees bent, hands behind the head, and curl up to the knees, as often as asked for."""
    start = 0.1 if task.begins else 2.7
    period = 1.7 * task.vary()
    count = task.choose_count(period, start + (0.1 if task.ends else 2.6))
    lie: dict[str, Values] = {
        "pelvis": LYING_BACK,
        "turn": (-88, 0, 0),
        "trunk": (0, 0, 0),
        "head": (8, 0),
        "arms": BEHIND_HEAD,
    }
    up: dict[str, Values] = {
        "pelvis": (0.0, -0.86, -0.575), "turn": (-24, 0, 0), "trunk": (46, 0, 0), "head": (12, 0), "arms": BEHIND_HEAD
    }  # fmt: skip
    body = [key(start, **lie)]
    for k in range(count):
        at = start + k * period
        body += [
            key(at + 0.12 * period, **lie),
            key(
                at + 0.28 * period,
                pelvis=(0.0, -0.87, -0.655),
                turn=(-82, 0, 0),
                trunk=(36, 0, 0),
                head=(16, 0),
            ),
            key(at + 0.52 * period, **up),
            key(at + 0.58 * period, **up),
            key(
                at + 0.82 * period,
                pelvis=(0.0, -0.87, -0.65),
                turn=(-76, 0, 0),
                trunk=(32, 0, 0),
                head=(14, 0),
            ),
            key(at + 0.99 * period, **lie),
        ]
    end = start + count * period
    return _frame_sheet(task, lie_back(0.1), rise_from_back(end + 0.2), [*body, key(end + 0.1, **lie)])


def raise_legs_lying(task: Task) -> KeySheet:
    """Lie on the back and raise both straight legs upright, as often as asked for."""
    start = 0.1 if task.begins else 3.2
    period = 2.2 * task.vary()
    count = task.choose_count(period, start + (0.1 if task.ends else 3.0))
    lie: dict[str, Values] = {"pelvis": LYING_BACK, "turn": (-90, 0, 0), "trunk": (0, 0, 0), "arms": ALONG}
    low, high = (4, 4, 3, 4, 30), (88, 4, 3, 6, 30)
    body = [key(start, **lie, legs=low)]
    for k in range(count):
        at = start + k * period
        body += [key(at + 0.1, legs=low), key(at + 0.45 * period, legs=high), key(at + 0.55 * period, legs=high),
                 key(at + 0.97 * period, legs=low)]  # fmt: skip
    end = start + count * period
    body.append(key(end + 0.1, **lie, legs=low))
    up = [key(end + 0.7, legs=None), *rise_from_back(end + 0.7)]
    return _frame_sheet(task, [*lie_back(0.1), key(2.4, legs=None)], up, body)


def roll_over(task: Task, halves: int = 2, from_belly: bool = False) -> KeySheet:
    """Lie on the back, roll over a side to the belly, and on over the other side to the back, all in one sense.

    Parameters
    ----------
    task
        What is asked for.
    halves
        Half turns of each roll: 1 to the belly only, 2 to the back again. Only from the back there is a way up, so all
        turns are whole ones if something follows.
    from_belly
        Whether the body lies on its belly first.
    """
    start = 0.1 if task.begins else 3.0
    half = 1.25 * task.vary(0.05)
    if from_belly and not task.begins:  # comes from the back
        halves, from_belly = 2, False
    fits = max(1, min(4, int((task.seconds - start - 0.4) / (halves * half))))
    turns = halves * (task.count or (fits if halves == 2 else 1))
    if not task.ends and (turns + from_belly) % 2:
        turns += 1
    to = -1.0 if task.way == "right" else 1.0
    near, far = ("left", "right") if to > 0 else ("right", "left")
    angle, x = (180.0 * to if from_belly else 0.0), 0.0
    first = angle
    body: list[Key] = []
    for k in range(8 * turns + 1):
        share = k / 8
        phase = (first * to + 180.0 * share) % 360.0  # 0 on the back, 90 on the near side, 180 on the belly
        turned = np.radians(phase)
        on_side = float(np.sin(turned) ** 2)
        below, above = (near, far) if phase < 180.0 else (far, near)
        arms: dict[str, Values] = {}
        if k % 16 == (8 if from_belly else 0):
            arms = {"arms": ALONG}
        elif k % 8 == 0:
            arms = {"arms": (0.55, 0.6, 0.3, -0.1, 0.9, 0.4)}
        elif k % 8 == (3 if phase < 180.0 else 5):
            arms = {
                f"{below}_arm": (0.3, 0.9, 0.25, 0.05, 1.0, 0.15),
                f"{above}_arm": (-0.3, 0.1, 0.95, -0.1, 0.5, 0.8),
            }
        leading = far if phase < 180.0 else near
        bend = 34.0 * on_side if phase < 120.0 or 180.0 < phase < 300.0 else 8.0 * on_side
        legs: dict[str, Values] = {
            "legs": STRAIGHT_LEG,
            f"{leading}_leg": (2.0 + bend, 4.0 - 6.0 * on_side, 4.0, 4.0 + 1.3 * bend, 30.0),
        }
        body.append(key(
            start + 0.2 + share * half, turn=(-90, -to * (first * to + 180.0 * share), 0),
            pelvis=(x + to * _ROLLED * share, LYING_BACK[1], -0.6), trunk=(8.0 * on_side,
            0, 6.0 * to * np.sin(2 * turned)),
            head=(-10.0 * float(np.sin(0.5 * turned) ** 2), 0), **legs, **arms,
        ))  # fmt: skip
    body.insert(0, Key(start, body[0].values))
    end = body[-1].time
    if task.ends:
        body.append(Key(max(task.seconds, end + 0.2), body[-1].values))
    up = [key(end + 0.6, legs=None), *_turn_keys(rise_from_back(end + 0.6), turns, to)]
    return _frame_sheet(task, [*lie_back(0.1), key(2.4, legs=None)], up, body)


def _turn_keys(keys: list[Key], halves: int, to: float) -> list[Key]:
    """Return keys of a body that has rolled so many half turns: turned about its axis and moved aside."""
    out = []
    for pose in keys:
        values = dict(pose.values)
        turn, pelvis = values.get("turn"), values.get("pelvis")
        if turn is not None:
            values["turn"] = (turn[0], turn[1] - to * 180.0 * halves, turn[2])
        if pelvis is not None:
            values["pelvis"] = (pelvis[0] + to * _ROLLED * halves, *pelvis[1:])
        for side in ("left", "right"):
            values[f"{side}_foot"] = (to * _ROLLED * halves, 0.0, 0.0, 0.0, 0.0)
        out.append(Key(pose.time, values))
    return out


def push_up(task: Task) -> KeySheet:
    """Hold a high plank, and bend and stretch the arms with the palms on the floor, as often as asked for."""
    start = 0.15 if task.begins else 1.7
    period = 1.5 * task.vary(0.05)
    end = task.seconds - (0.1 if task.ends else 1.6)
    count = task.count or max(1, int((end - start) / period + 0.1))
    hands: Values = (0.24, 0.035, 0.45)
    legs: Values = (4, 3, 0, 4, -25)
    high: dict[str, Values] = {
        "pelvis": (0, -0.55, -0.1), "turn": (74, 0, 0), "trunk": (2, 0, 0), "head": (-14, 0), "hands": hands,
        "legs": legs,
    }  # fmt: skip
    low: dict[str, Values] = {
        "pelvis": (0, -0.76, -0.06), "turn": (86, 0, 0), "trunk": (2, 0, 0), "head": (-18, 0), "hands": hands,
        "legs": legs,
    }  # fmt: skip
    body = [key(start - 0.1, **high)]
    for k in range(count):
        t = start + k * period
        body += [key(t + 0.05, **high), key(t + 0.48 * period, **low), key(t + 0.56 * period, **low),
                 key(t + 0.97 * period, **high)]  # fmt: skip
    end = max(start + count * period, end if task.ends else 0.0)
    body.append(key(end, **high))
    down = [
        key(0.1, legs=None, hands=None),
        key(0.7, pelvis=(0, -0.45, -0.05), turn=(50, 0, 0), trunk=(50, 0, 0), legs=None, hands=hands),
        key(1.15, pelvis=(0, -0.44, -0.06), turn=(72, 0, 0), trunk=(20, 0, 0), hands=hands, legs=(40, 3, 0, 50, 0)),
    ]  # fmt: skip
    up = [key(end + 0.45, pelvis=(0, -0.44, -0.06), turn=(66, 0, 0), trunk=(30, 0, 0), hands=hands,
          legs=(60, 3, 0, 60, 0)),
          key(end + 0.95, pelvis=(0, -0.3, 0), turn=(40, 0, 0), trunk=(40, 0, 0), legs=None, hands=None),
          key(end + 1.5, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0))]  # fmt: skip
    return _frame_sheet(task, down, up, body, chest_arms=False)


def hold_plank(task: Task) -> KeySheet:
    """Hold a plank on the forearms: the body is one straight line from the head to the heels."""
    return _lean_on_hands(task, height=-0.66, pitch=78.0, hands=(0.2, 0.02, 0.87))


def _lean_on_hands(task: Task, height: float, pitch: float, hands: Values) -> KeySheet:
    start = 0.1 if task.begins else 1.9
    end = max(start + 1.5, task.seconds - (0.0 if task.ends else 1.6))
    legs = (2, 3, 0, 3, -25)
    pose: dict[str, Values] = {
        "pelvis": (0, height, 0.0),
        "turn": (pitch, 0, 0),
        "legs": legs,
        "head": (-12, 0),
    }
    sway = [key(float(t), **pose, trunk=(1.5 * (i % 2), 0, 0), hands=hands)
            for i, t in enumerate(np.arange(start, end + 0.01, 0.9))]  # fmt: skip
    down = [
        key(0.1, legs=None, hands=None),
        key(0.8, pelvis=(0, -0.45, -0.05), turn=(50, 0, 0), trunk=(50, 0, 0), legs=None, hands=(0.2, 0.02, 0.55)),
        key(1.3, pelvis=(0, -0.4, 0), turn=(80, 0, 0), trunk=(20, 0, 0), hands=hands, legs=(40, 3, 0, 50, 0)),
    ]  # fmt: skip
    up = [key(end + 0.5, pelvis=(0, -0.42, 0), turn=(70, 0, 0), trunk=(30, 0, 0), hands=hands, legs=(60, 3, 0, 60, 0)),
          key(end + 1.0, pelvis=(0, -0.3, 0), turn=(40, 0, 0), trunk=(40, 0, 0), legs=None, hands=None),
          key(end + 1.5, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0))]  # fmt: skip
    return _frame_sheet(task, down, up, sway, chest_arms=False)


def sit_on_the_floor(task: Task) -> KeySheet:
    """Sit down on the floor, stay, and rise if something follows."""
    end = max(2.4, task.seconds - (0.0 if task.ends else 1.9))
    seat: dict[str, Values] = {"pelvis": (0.0, SITTING_HEIGHT, -0.5), "turn": (-14, 0, 0), "trunk": (30, 0, 0),
                               "arms": (0.35, -0.6, 0.75, -0.35, 0.1, 0.9)}  # fmt: skip
    return KeySheet(
        [
            *sit_on_floor(0.1),
            key(2.1, **seat),
            key(end, **seat),
            *([] if task.ends else rise_from_floor(end + 0.1)),
        ],
        closes=task.ends,
    )


def kneel_on_both_knees(task: Task) -> KeySheet:
    """Go down on both knees, stay, and rise if something follows."""
    end = max(2.2, task.seconds - (0.0 if task.ends else 1.7))
    stay: dict[str, Values] = {"pelvis": (0, KNEELING_HEIGHT, -0.28), "legs": KNEELING_LEG}
    return KeySheet(
        [*kneel_down(0.1), key(2.0, **stay, arms=(0.3, -0.95, 0.25, -0.1, -0.8, 0.6)),
         key(end, **stay, arms=(0.3, -0.95, 0.25, -0.1, -0.8, 0.6)),
         *([] if task.ends else rise_from_knees(end + 0.1))],
        closes=task.ends,
    )  # fmt: skip
