# SPDX-License-Identifier: GPL-3.0-or-later
"""Poses that are taken and held, by key poses: yoga, balances on one leg, a handstand."""

from __future__ import annotations

import numpy as np

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import (
    KNEELING_HEIGHT,
    KNEELING_LEG,
    LYING_BACK,
    ON_HIPS,
    SPREAD,
    STRAIGHT_LEG,
    kneel_down,
    lie_back,
    rise_from_back,
    rise_from_belly,
    rise_from_knees,
    step_foot,
)

_LONG = 1e3
Pose = dict[str, Values]

_OVER = 0.085
STANDING_POSES: dict[str, Pose] = {
    "tree": {
        "pelvis": (_OVER, 0, 0), "right_leg": (52, 48, 30, 132, 35), "arms": (0.3, 0.95, 0.1, -0.35, 0.95, 0.05),
        "turn": (0, 0, 0), "trunk": (0, 0, 0),
    },
    "warrior": {
        "pelvis": (0, -0.3, 0.05), "turn": (0, 0, -78), "trunk": (0, 0, 0), "head": (0, 70),
        "left_foot": (0.0, 0, 0.58, 0, 0), "right_foot": (0.06, 0, -0.56, -75, 0),
        "left_arm": (0.05, 0.02, 1.0, 0.0, 0.02, 1.0), "right_arm": (0.05, 0.02, -1.0, 0.0, 0.02, -1.0),
    },
    "warrior_arms_up": {
        "pelvis": (0, -0.3, 0.05), "turn": (-4, 0, -8), "trunk": (-8, 0, 0), "head": (-20, 0),
        "left_foot": (0.02, 0, 0.55, 0, 0), "right_foot": (0.0, 0, -0.56, -45, 6),
        "arms": (0.2, 1.0, 0.05, 0.0, 1.0, 0.0),
    },
    "standing_scale": {
        "pelvis": (_OVER, -0.03, 0.06), "turn": (74, 0, 0), "trunk": (-6, 0, 0), "head": (-30, 0),
        "right_leg": (-14, 3, 0, 3, 35), "arms": (0.1, 0.0, 1.0, 0.02, 0.05, 1.0),
    },
    "triangle": {
        "pelvis": (0.03, -0.12, 0), "turn": (4, -28, 0), "trunk": (0, -38, 0), "head": (0, -40),
        "left_foot": (0.36, 0, 0, 70, 0), "right_foot": (-0.34, 0, 0, 0, 0),
        "left_arm": (0.2, -1.0, 0.1, 0.15, -1.0, 0.1), "right_arm": (0.1, 1.0, 0.05, 0.05, 1.0, 0.05),
    },
    "chair": {
        "pelvis": (0, -0.34, -0.24), "turn": (24, 0, 0), "trunk": (12, 0, 0),
        "arms": (0.15, 0.85, 0.65, 0.02, 0.85, 0.6),
    },
    "forward_fold": {
        "pelvis": (0, -0.02, -0.12), "turn": (78, 0, 0), "trunk": (70, 0, 0), "head": (20, 0),
        "arms": (0.1, -1.0, 0.1, 0.0, -1.0, 0.1),
    },
    "touching_toes": {
        "pelvis": (0, -0.02, -0.13), "turn": (82, 0, 0), "trunk": (78, 0, 0), "head": (20, 0),
        "hands": (0.13, 0.1, 0.15),
    },
    "downward_dog": {
        "pelvis": (0, -0.25, 0.44), "turn": (130, 0, 0), "trunk": (2, 0, 0), "head": (10, 0),
        "feet": (0.03, 0, 0, 0, 12), "hands": (0.2, 0.02, 1.06),
    },
    "hold_foot": {
        "pelvis": (_OVER, 0, 0.02), "turn": (4, 0, 0), "trunk": (0, 0, 0), "right_leg": (-6, 3, 0, 132, 35),
        "right_hand": (-0.06, 0.86, -0.3), "left_arm": SPREAD,
    },
    "leg_aside": {
        "pelvis": (_OVER + 0.02, -0.01, 0), "turn": (0, -10, 0), "trunk": (0, 2, 0), "right_leg": (4, 52, 0, 4, 20),
        "arms": (0.9, -0.3, 0.1, 0.9, -0.1, 0.2),
    },
    "leg_ahead": {
        "pelvis": (_OVER, -0.01, -0.03), "turn": (-10, 0, 0), "trunk": (6, 0, 0), "right_leg": (84, 3, 0, 4, 20),
        "arms": (0.9, -0.3, 0.1, 0.9, -0.1, 0.2),
    },
    "leg_behind": {
        "pelvis": (_OVER, -0.01, 0.05), "turn": (30, 0, 0), "trunk": (4, 0, 0), "head": (-20, 0),
        "right_leg": (-32, 4, 0, 6, 30), "arms": (0.9, -0.1, 0.3, 0.9, 0.0, 0.4),
    },
    "knee_up": {
        "pelvis": (_OVER, 0, 0), "turn": (-4, 0, 0), "trunk": (0, 0, 0), "right_leg": (92, 2, 0, 92, 15),
        "arms": (0.9, -0.3, 0.1, 0.9, -0.1, 0.2),
    },
    "side_lunge_hold": {
        "pelvis": (-0.36, -0.34, -0.08), "turn": (16, 0, 0), "trunk": (22, 0, 0), "right_foot": (-0.62, 0, 0, -15, 0),
        "arms": (0.25, -0.4, 0.8, -0.6, 0.3, 0.7),
    },
}  # fmt: skip
"""Poses on both feet or on the left one, which are reached from standing."""

_PRONE: Pose = {"pelvis": (0, -0.87, -0.1), "turn": (90, 0, 0)}
FLOOR_POSES: dict[str, tuple[Pose, Pose]] = {
    "camel": (
        {"pelvis": (0, KNEELING_HEIGHT, -0.28), "legs": KNEELING_LEG, "turn": (0, 0, 0), "trunk": (0, 0, 0),
         "head": (0, 0), "arms": ON_HIPS},
        {"pelvis": (0, KNEELING_HEIGHT, -0.2), "legs": (-22, 8, 0, 75, 50), "turn": (-20, 0, 0), "trunk": (-80, 0, 0),
         "head": (-45, 0), "arms": (0.3, -0.75, -0.5, 0.1, -1.0, -0.3), "hands": (0.16, 0.13, -0.6)},
    ),
    "child": (
        {"pelvis": (0, KNEELING_HEIGHT, -0.28), "legs": KNEELING_LEG, "turn": (0, 0, 0), "trunk": (0, 0, 0),
         "head": (0, 0), "arms": (0.2, -0.5, 0.8, 0.0, -0.2, 1.0)},
        {"pelvis": (0, -0.74, -0.5), "legs": (134, 12, 0, 152, 45), "turn": (64, 0, 0), "trunk": (44, 0, 0),
         "head": (0, 0), "arms": (0.2, -0.1, 1.0, 0.02, -0.2, 1.0), "hands": (0.2, 0.03, 0.36)},
    ),
    "cobra": (
        {**_PRONE, "legs": STRAIGHT_LEG, "trunk": (0, 0, 0), "head": (-10, 0), "hands": (0.26, 0.03, 0.26)},
        {**_PRONE, "legs": STRAIGHT_LEG, "trunk": (-62, 0, 0), "head": (-30, 0), "hands": (0.24, 0.03, 0.26)},
    ),
    "bridge": (
        {"pelvis": LYING_BACK, "turn": (-88, 0, 0), "trunk": (0, 0, 0), "arms": (0.35, -1.0, -0.2, 0.2, -1.0, -0.2)},
        {"pelvis": (0.0, -0.56, -0.56), "turn": (-124, 0, 0), "trunk": (-4, 0, 0), "head": (30, 0),
         "arms": (0.3, -0.95, -0.6, 0.2, -0.95, -0.6)},
    ),
    "boat": (
        {"pelvis": (0.0, -0.85, -0.5), "turn": (-20, 0, 0), "trunk": (20, 0, 0), "legs": (115, 3, 0, 91, 44),
         "arms": (0.2, -0.6, 0.8, 0.0, -0.3, 1.0)},
        {"pelvis": (0.0, -0.85, -0.5), "turn": (-44, 0, 0), "trunk": (8, 0, 0), "legs": (98, 3, 0, 4, 30),
         "arms": (0.15, -0.5, 0.9, 0.0, -0.5, 0.9)},
    ),
}  # fmt: skip
"""Poses on the floor: what they begin with, and the pose."""
_FROM_KNEES, _CHEST_ARMED = ("camel", "child"), ("bridge",)


def _breathe(pose: Pose, start: float, end: float) -> list[Key]:
    """Return keys that hold a pose, with the trunk moving a little as in slow breathing."""
    lean, side, twist = pose.get("trunk", (0.0, 0.0, 0.0))
    keys = [key(start, **pose)]
    for i, t in enumerate(np.arange(start + 0.9, end - 0.5, 1.3)):
        keys.append(key(float(t), trunk=(lean + (1.8 if i % 2 == 0 else -1.0), side, twist)))
    return [*keys, key(end, **pose)]


def hold_standing_pose(name: str, task: Task) -> KeySheet:
    """Take one of ``STANDING_POSES`` from standing, hold it, and return if something follows."""
    pose = STANDING_POSES[name]
    rise = 1.1 * task.vary()
    back = 0.0 if task.ends else 1.2
    end = max(rise + 0.9, task.seconds - back - 0.1)
    limbs = {c: None for c in pose if c.endswith(("leg", "legs", "arm", "arms", "hand", "hands"))}
    start = [key(0.1, **limbs)]
    still: Values = (0.0,) * 5
    feet = [c for c in ("left_foot", "right_foot") if c in pose]
    for i, channel in enumerate(feet):  # one foot after the other
        begin = 0.2 + i * 0.48
        start += step_foot(begin, begin + 0.46, channel.split("_")[0], still, pose[channel])
    held = _breathe({c: v for c, v in pose.items() if c not in feet}, 0.1 + rise, end)
    if task.ends:
        return KeySheet(merge_keys([*start, *held]), closes=True)
    stand: dict[str, Values | None] = {"pelvis": (0, 0, 0)}
    stand |= {"feet": still} if "feet" in pose else {}
    back_steps = []
    for i, channel in enumerate(feet):
        begin = end + 0.1 + i * 0.46
        back_steps += step_foot(begin, begin + 0.44, channel.split("_")[0], pose[channel], still)
    return KeySheet(merge_keys([*start, *held, *back_steps, key(end + 1.15, **limbs, **stand)]))


def hold_floor_pose(name: str, task: Task) -> KeySheet:
    """Get down, take one of ``FLOOR_POSES``, hold it, and get up if something follows."""
    first, pose = FLOOR_POSES[name]
    down, up = (kneel_down, rise_from_knees) if name in _FROM_KNEES else (lie_back, rise_from_back)
    way_down = [] if task.begins else down(0.1)
    start = (way_down[-1].time + 0.5) if way_down else 0.0
    back = 0.0 if task.ends else 4.3 if name == "cobra" else 3.2
    end = max(start + 2.0, task.seconds - back)
    if name in ("cobra", "boat") and way_down:  # by way of all that bends, the knees first
        way_down = (
            [*kneel_down(0.1), key(start - 0.2, legs=KNEELING_LEG)] if name == "cobra" else lie_back(0.1)[:-1]
        )
        start = way_down[-1].time + (0.9 if name == "cobra" else 0.5)
        end = max(start + 2.0, task.seconds - back)
    keys = [
        *way_down,
        key(start + 0.1, **first),
        key(start + 0.35, **first),
        *_breathe(pose, start + 1.5, end),
    ]
    if not task.ends:
        keys += [
            key(end + 0.9, **first),
            *(rise_from_belly(end + 1.1, -0.1) if name == "cobra" else up(end + 1.3)),
        ]
    limbs = [c for c in first | pose if c.endswith(("leg", "legs", "arm", "arms", "hand", "hands"))]
    if way_down:
        keys = [key(0.05, **dict.fromkeys(limbs)), *keys]
    if not task.ends:
        keys.append(key(keys[-1].time + 0.1, **dict.fromkeys(limbs)))
    return KeySheet(
        keys, chest_arms=name in _CHEST_ARMED, resting=(start - 0.3, _LONG if task.ends else end + 1.2),
        opens=task.begins, closes=task.ends, elbows=(0.5, 0.0, -0.9) if name == "cobra" else (0.6, -0.2, -0.8),
    )  # fmt: skip


def stand_on_hands(task: Task) -> KeySheet:
    """Put both hands on the floor, kick up into a handstand, hold it, and come down again."""
    end = max(2.6, task.seconds - 1.5)
    legs = (-4, 4, 0, 4, 35)
    hands = (0.2, 0.02, 0.6)
    up: Pose = {
        "turn": (180, 0, 0),
        "pelvis": (0, 0.03, 0.6),
        "trunk": (-4, 0, 0),
        "head": (-30, 0),
        "hands": hands,
    }
    wobble = [
        key(float(t), **up | {"turn": (180 + 4 * (-1) ** i, 0, 0)}, right_leg=(-4 - 8 * (i % 2), 4, 0, 4, 35),
            left_leg=(-4 + 6 * (i % 2), 4, 0, 4, 35))
        for i, t in enumerate(np.arange(1.9, end, 0.7))
    ]  # fmt: skip
    return KeySheet(
        [
            key(0.1, hands=None, legs=None, arms=None),
            key(0.5, pelvis=(0, -0.02, -0.02), turn=(0, 0, 0), trunk=(-8, 0, 0), arms=(0.15, 1.0, 0.2, 0, 1.0, 0.1),
                hands=None, legs=None),
            key(1.0, pelvis=(0, -0.2, 0.1), turn=(72, 0, 0), trunk=(40, 0, 0), hands=hands, left_foot=(0, 0, 0, 0, 15),
                left_leg=None, right_leg=(-25, 3, 0, 10, 30)),
            key(1.35, pelvis=(0, -0.03, 0.36), turn=(125, 0, 0), trunk=(16, 0, 0), hands=hands,
                left_foot=(0, 0, 0, 0, 45), right_leg=(-42, 4, 0, 8, 35), left_leg=(20, 3, 0, 10, 35)),
            *wobble, key(end, **up, legs=legs),
            key(end + 0.55, pelvis=(0, -0.05, 0.34), turn=(120, 0, 0), trunk=(20, 0, 0), hands=hands,
                right_leg=(-20, 4, 0, 8, 35), left_leg=(60, 3, 0, 12, 30)),
            key(end + 0.9, pelvis=(0, -0.2, 0.08), turn=(66, 0, 0), trunk=(40, 0, 0), hands=None, left_leg=None,
                right_leg=(10, 3, 0, 20, 30), arms=None),
            key(end + 1.4, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), right_leg=None),
        ]
    )  # fmt: skip


def flow_through_yoga(task: Task) -> KeySheet:
    """Raise the arms, fold forward, walk the hands out to a downward dog, and come back up, once or more often."""
    period = 8.0
    count = max(1, round(task.seconds / period))
    p = min(1.25, task.seconds / (count * period)) * task.vary(0.03)
    fold, dog = STANDING_POSES["forward_fold"], STANDING_POSES["downward_dog"]
    still: Values = (0.0,) * 5
    keys: list[Key] = [key(0.05, arms=None, hands=None, feet=still, pelvis=(0, 0, 0))]
    folded = {**{c: v for c, v in fold.items() if c != "arms"}, "hands": (0.16, 0.06, 0.16), "feet": still}
    for k in range(count):
        t = 0.1 + k * period * p
        up: Pose = {
            "pelvis": (0, 0, 0),
            "turn": (0, 0, 0),
            "trunk": (-12, 0, 0),
            "head": (-20, 0),
            "feet": still,
        }
        arms: Values = (0.25, 1.0, 0.05, -0.2, 1.0, 0.0)
        keys += [
            key(t + 1.2 * p, **up, arms=arms, hands=None), key(t + 1.6 * p, **up, arms=arms, hands=None),
            key(t + 2.6 * p, **folded), key(t + 3.1 * p, **folded),
            key(t + 3.9 * p, **dog), key(t + 5.5 * p, **dog),
            key(t + 6.3 * p, **folded), key(t + 6.7 * p, **folded, arms=None),
            key(t + 7.6 * p, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), feet=still, hands=None),
        ]  # fmt: skip
    return KeySheet(keys)


def go_from_dog_to_cobra(task: Task) -> KeySheet:
    """Hold a downward dog, glide down into a cobra and hold it."""
    dog = STANDING_POSES["downward_dog"]
    start = 0.1 if task.begins else 1.4
    back = 0.0 if task.ends else 3.4
    down = max(start + 1.2, 0.42 * (task.seconds - back))
    end = max(down + 2.0, task.seconds - back)
    hands = (0.22, 0.03, 1.06)
    plank: Pose = {
        "pelvis": (0, -0.45, 0.58),
        "turn": (88, 0, 0),
        "trunk": (0, 0, 0),
        "head": (-10, 0),
        "hands": hands,
    }
    cobra: Pose = {
        "pelvis": (0, -0.87, 0.7),
        "turn": (90, 0, 0),
        "trunk": (-60, 0, 0),
        "head": (-28, 0),
        "hands": hands,
    }
    keys = [
        key(start, **{**dog, "hands": hands}, legs=None), key(down, **{**dog, "hands": hands}, legs=None),
        key(down + 0.8, **plank, feet=(0.03, 0, -0.05, 0, 50), legs=None),
        key(down + 1.7, **cobra, legs=STRAIGHT_LEG), key(end, **cobra, legs=STRAIGHT_LEG),
    ]  # fmt: skip
    if not task.begins:
        keys.insert(0, key(0.05, hands=None, legs=None))
    if not task.ends:
        keys += rise_from_belly(end + 0.2, 0.7)
    return KeySheet(
        keys, resting=(down + 1.4, _LONG if task.ends else end + 0.4), opens=task.begins, closes=task.ends,
        elbows=(0.5, 0.0, -0.9),
    )  # fmt: skip
