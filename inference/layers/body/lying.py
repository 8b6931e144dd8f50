# SPDX-License-Identifier: GPL-3.0-or-later
"""Lying down on the back, the belly or a side, resting there, and getting up, by key poses."""

from __future__ import annotations

from .key_sheet import Key, KeySheet, Task, Values, key
from .poses import (
    ALONG,
    LYING_BACK,
    STRAIGHT_LEG,
    lie_back,
    lie_down_on_belly,
    rise_from_back,
    rise_from_belly,
)

_LONG = 1e3
_ON_BACK: dict[str, Values] = {
    "pelvis": (0, LYING_BACK[1], -0.6), "turn": (-90, 0, 0), "trunk": (0, 0, 0), "head": (0, 0), "legs": STRAIGHT_LEG,
    "arms": ALONG,
}  # fmt: skip
_ON_SIDE: dict[str, Values] = {
    "pelvis": (0.12, LYING_BACK[1], -0.6), "turn": (-90, -84, 0), "trunk": (18, 0, 0), "head": (14, 0),
    "left_leg": (52, 0, 0, 70, 30), "right_leg": (66, -6, 0, 84, 30),
    "left_arm": (-0.1, 0.5, 0.85, -0.5, 0.8, -0.1), "right_arm": (-0.1, -0.2, 1.0, -0.4, 0.5, 0.5),
}  # fmt: skip
_ON_BELLY: dict[str, Values] = {
    "pelvis": (0, LYING_BACK[1], -0.1), "turn": (90, 0, 0), "trunk": (0, 0, 0), "head": (-6, 45), "legs": STRAIGHT_LEG,
    "arms": (0.8, 0.35, 0.1, 0.1, 1.0, 0.15),
}  # fmt: skip


def _breathe(pose: dict[str, Values], start: float, end: float) -> list[Key]:
    lean, side, twist = pose["trunk"]
    count = max(1, int((end - start) / 1.6))
    out = [key(start, **pose)]
    for k in range(1, count):
        out.append(key(start + k * (end - start) / count, trunk=(lean - 2.0 * (k % 2), side, twist)))
    return [*out, key(end, **pose)]


def lie(task: Task, on: str, from_standing: bool) -> KeySheet:
    """Lie on the "back", the "side" or the "belly", and get up if something follows.

    Parameters
    ----------
    task
        What is asked for.
    on
        Side of the body that is below.
    from_standing
        Whether the body lies down first even if nothing comes before.
    """
    begins = task.begins and not from_standing
    pose = {"back": _ON_BACK, "side": _ON_SIDE, "belly": _ON_BELLY}[on]
    down: list[Key] = []
    start = 0.05
    if not begins and on == "belly":
        down = [key(0.05, arms=None, legs=None, hands=None), *lie_down_on_belly(0.1)]
        start = 3.3
    elif not begins:
        down = [key(0.05, legs=None), *lie_back(0.1), key(2.4, legs=None)]
        start = 3.2
        if on == "side":
            down.append(key(2.9, **{**_ON_BACK, "legs": (40, 4, 0, 70, 30)}))
            start = 3.8
    back = 0.0 if task.ends else 3.3
    end = max(start + 0.5, task.seconds - back)
    keys = [*down, *_breathe(pose, start, end)]
    if not task.ends:
        up = rise_from_belly(end + 0.1, -0.1) if on == "belly" else rise_from_back(end + 0.7)
        if on != "belly":
            keys.append(key(end + 0.7, legs=None))
        keys += [key(end + 0.6, arms=(0.3, -0.2, 0.9, 0.0, -0.1, 1.0) if on == "belly" else ALONG), *up]
        keys.append(key(keys[-1].time + 0.1, arms=None, legs=None))
    return KeySheet(
        keys, chest_arms=True, resting=(start - 0.5, _LONG if task.ends else end + 0.6), opens=begins, closes=task.ends
    )  # fmt: skip


def get_up(task: Task) -> KeySheet:
    """Lie on the back, sit up with the help of the hands, and stand up."""
    wait = max(0.5, min(1.2, task.seconds - 3.4))
    up = [key(wait + 0.5, legs=None), *rise_from_back(wait + 0.3)]
    if not task.begins:
        return KeySheet([key(0.05, arms=None), key(0.5, arms=None)])
    return KeySheet(
        [key(0.0, **_ON_BACK), key(wait, **_ON_BACK), *up],
        chest_arms=True,
        resting=(-1.0, wait + 0.7),
        opens=True,
    )
