# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that drop by key poses: one that collapses, a goalkeeper who dives to a side, a slide along the floor."""

from __future__ import annotations

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import KNEELING_LEG, step_foot

_STILL: Values = (0.0,) * 5
_LONG = 1e3
_ON_KNEES = 0.26  # metres ahead of standing feet at which the pelvis is above the knees
_KNEES: dict[str, Values] = {"pelvis": (0, -0.435, _ON_KNEES), "turn": (2, 0, 0), "legs": KNEELING_LEG}


def collapse(task: Task, is_hit: bool) -> KeySheet:
    """Sink to the knees, topple to a side and stay there; rise again if something follows.

    ``is_hit``: whether a shot jerks the body back first.
    """
    hand_on_wound: Values = (0.3, -0.9, 0.3, -0.75, 0.25, 0.6)
    limp: Values = (0.2, -1.0, 0.1, 0.1, -1.0, 0.2)
    t = 0.45 if is_hit else 0.15
    keys: list[Key] = [key(0.05, arms=None, legs=None, feet=_STILL, pelvis=(0, 0, 0), head=(0, 0))]
    if is_hit:
        keys.append(key(0.25, pelvis=(0, -0.05, -0.1), turn=(-10, 0, -10), trunk=(-18, -4, -16), head=(-20, 0),
                        arms=(0.75, -0.45, 0.4, 0.6, 0.1, 0.8)))  # fmt: skip
    keys += [
        key(t + 0.2, pelvis=(0, -0.1, -0.02), turn=(4, 0, 0), trunk=(18, 2, 0), head=(18, 0), legs=None, feet=_STILL,
            right_arm=hand_on_wound if is_hit else limp, left_arm=limp),
        key(t + 0.62, pelvis=(0, -0.34, 0.16), turn=(2, 0, 0), trunk=(12, 0, 0), head=(22, 0), legs=(26, 6, 0, 92, 30),
            feet=(0, 0, 0, 0, 50)),
        key(t + 0.78, **_KNEES, trunk=(22, 2, 0), head=(26, 0), right_arm=hand_on_wound if is_hit else limp),
        key(t + 1.15, **_KNEES, trunk=(10, 8, 0), head=(30, 0), left_arm=limp),
        key(t + 1.5, pelvis=(-0.12, -0.6, _ON_KNEES - 0.02), turn=(0, 42, 0), trunk=(14, 12, 0), head=(20, 0),
            legs=(24, 5, 0, 100, 40), right_arm=(0.9, -0.3, 0.4, 0.7, -0.4, 0.5),
            left_arm=(0.5, -0.6, 0.6, 0.3, -0.7, 0.5)),
    ]  # fmt: skip
    lying: dict[str, Values] = {
        "pelvis": (-0.3, -0.87, _ON_KNEES - 0.06), "turn": (0, 90, 0), "trunk": (8, 0, 4), "head": (12, 0),
        "left_leg": (44, -4, 0, 66, 35), "right_leg": (26, 0, 0, 48, 35),
        "right_arm": (0.75, 0.0, 0.65, 0.5, 0.0, 0.9), "left_arm": (-0.2, -0.3, 1.0, 0.1, -0.5, 0.9),
    }  # fmt: skip
    down = t + 1.85
    end = max(down + 0.6, task.seconds - (0.0 if task.ends else 2.6))
    keys += [
        key(down, **lying),
        key(down + 0.25, **lying | {"turn": (6, 94, 0)}),
        key(end, **lying | {"turn": (6, 94, 0)}),
    ]
    if not task.ends:
        keys += [
            key(end + 0.9, **_KNEES, trunk=(24, 0, 0), head=(10, 0), arms=(0.3, -0.9, 0.5, 0.1, -0.7, 0.7)),
            key(end + 1.2, **_KNEES, trunk=(14, 0, 0)),
            key(end + 1.7, pelvis=(0, -0.3, 0.12), turn=(14, 0, 0), trunk=(26, 0, 0), legs=None, feet=(0, 0, 0, 0, 30)),
            key(end + 2.4, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), feet=_STILL, arms=None),
        ]  # fmt: skip
    sheet = KeySheet(
        keys, resting=(t + 1.3, _LONG if task.ends else end + 0.7), closes=task.ends, slides=True
    )
    return sheet.mirror() if task.rng.random() < 0.5 else sheet


def dive_aside(task: Task) -> KeySheet:
    """Dive to the left, or the way that is asked for, with both arms stretched out, and land on that side."""
    reach: Values = (0.1, 1.0, 0.2, -0.05, 1.0, 0.2)
    air = 0.36
    keys: list[Key] = [
        key(0.05, arms=None, legs=None, feet=_STILL, pelvis=(0, 0, 0), head=(0, 0)),
        key(0.4, pelvis=(0.06, -0.26, 0), turn=(12, 0, 0), trunk=(24, 0, 0), head=(-16, 12), legs=None,
            arms=(0.5, -0.7, 0.5, 0.3, 0.0, 0.95), left_foot=_STILL),
        key(0.5, left_foot=(0.12, 0.07, 0, 0, 10)),
        key(0.62, left_foot=(0.3, 0, 0, 10, 0), pelvis=(0.3, -0.28, 0), turn=(6, -22, 0), trunk=(10, -10, 0),
            legs=None),
        key(0.85, pelvis=(0.72, -0.2, 0), turn=(0, -50, 0), trunk=(0, 4, 0), arms=reach, left_foot=(0.3, 0, 0, 10, 35),
            left_leg=None, right_leg=(10, 26, 0, 20, 30)),
        key(0.85 + 0.5 * air, pelvis=(1.15, -0.36, 0), turn=(0, -74, 0), legs=(6, 10, 0, 14, 35), arms=reach),
    ]  # fmt: skip
    lying: dict[str, Values] = {
        "pelvis": (1.6, -0.87, 0), "turn": (0, -90, 0), "trunk": (6, 0, 0), "head": (0, 0), "arms": reach,
        "left_leg": (16, 0, 0, 24, 35), "right_leg": (30, 4, 0, 50, 30),
    }  # fmt: skip
    down = 0.85 + air + 0.1
    end = max(down + 0.7, task.seconds - (0.0 if task.ends else 2.4))
    keys += [key(down, **lying), key(down + 0.3, **lying | {"pelvis": (1.72, -0.87, 0)}),
             key(end, **lying | {"pelvis": (1.72, -0.87, 0)})]  # fmt: skip
    if not task.ends:
        x = 1.5
        keys += [
            key(end + 0.8, pelvis=(x, -0.435, _ON_KNEES), turn=(2, 0, 0), trunk=(20, 0, 0), legs=KNEELING_LEG,
                arms=(0.3, -0.9, 0.4, 0.1, -0.8, 0.6), left_foot=(x, 0, 0, 0, 40), right_foot=(x, 0, 0, 0, 40)),
            key(end + 1.5, pelvis=(x, -0.3, 0.12), turn=(14, 0, 0), trunk=(26, 0, 0), legs=None,
                left_foot=(x, 0, 0, 0, 30), right_foot=(x, 0, 0, 0, 30)),
            key(end + 2.2, pelvis=(x, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), left_foot=(x, 0, 0, 0, 0),
                right_foot=(x, 0, 0, 0, 0), arms=None),
        ]  # fmt: skip
    sheet = KeySheet(
        keys, chest_arms=True, resting=(down - 0.2, _LONG if task.ends else end + 0.6), closes=task.ends, slides=True,
        flights=[(0.85, air)],
    )  # fmt: skip
    return sheet.mirror() if task.way == "right" else sheet


def slide_along(task: Task) -> KeySheet:
    """Run two steps, slide ahead on one hip with a leg stretched out, and come up over the bent one."""
    far = 1.3 * task.vary(0.12)

    def lie_low(z: float, lean: float) -> dict[str, Values | None]:
        return {
            "pelvis": (0.0, -0.8, z), "turn": (-34.0 - lean, 6, -8), "trunk": (20.0, -4, 0), "head": (14.0, 0),
            "right_leg": (44.0, 4, 0, 8, 15), "left_leg": (58.0, 34, 70, 112, 35),
            "right_arm": (0.5, -0.3, 0.7, 0.4, 0.15, 0.9), "left_arm": (0.6, -0.7, -0.5, 0.4, -0.85, -0.3),
        }  # fmt: skip

    end = 1.3 + far
    stop = 0.7 + 0.65 * far
    keys: list[Key] = [
        key(0.05, arms=None, legs=None, feet=_STILL, pelvis=(0, 0, 0), head=(0, 0)),
        *step_foot(0.1, 0.36, "left", _STILL, (0, 0, 0.62, 0, 0), 0.12),
        key(0.32, pelvis=(0, -0.07, 0.4), turn=(8, 0, 6), trunk=(10, 0, -6), arms=None),
        key(0.52, pelvis=(0, -0.3, 0.86), turn=(-8, 0, -6), trunk=(16, 0, 0), legs=None,
            left_foot=(0, 0, 0.62, 0, 30), right_foot=(0, 0.1, 1.0, 0, -10),
            arms=(0.6, -0.6, 0.2, 0.6, -0.1, 0.7)),
        key(0.72, **lie_low(1.3, 0.0)), key(stop, **lie_low(end, 4.0)),
        key(stop + 0.35, pelvis=(0, -0.43, end + 0.22), turn=(8, 0, 0), trunk=(20, 0, 0), head=(0, 0),
            left_leg=KNEELING_LEG, right_leg=(84, 4, 0, 88, 0), arms=(0.4, -0.8, 0.4, 0.2, -0.6, 0.8),
            left_foot=(0, 0, end, 0, 50), right_foot=(0, 0, end + 0.5, 0, 0)),
        key(stop + 0.7, pelvis=(0, -0.2, end + 0.36), turn=(12, 0, 0), trunk=(18, 0, 0), legs=None,
            left_foot=(0, 0, end, 0, 36), right_foot=(0, 0, end + 0.5, 0, 0)),
        *step_foot(stop + 0.72, stop + 1.1, "left", (0, 0, end, 0, 36), (0, 0, end + 0.5, 0, 0), 0.1),
        key(stop + 1.2, pelvis=(0, 0, end + 0.5), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0),
            right_foot=(0, 0, end + 0.5, 0, 0), arms=None),
    ]  # fmt: skip
    sheet = KeySheet(merge_keys(keys), resting=(0.66, stop + 0.1), slides=True)
    return sheet.mirror() if task.rng.random() < 0.5 else sheet
