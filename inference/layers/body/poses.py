# SPDX-License-Identifier: GPL-3.0-or-later
"""Key poses that several motions share: a guard, arms, kneeling, lying, and the ways down to the floor and up."""

from __future__ import annotations

from .key_sheet import Key, Values, key

GUARD: Values = (0.3, -0.85, 0.35, -0.25, 0.75, 0.6)
"""Arms with the fists before the chin."""
HANG: Values = (0.14, -0.98, 0.04, 0.1, -0.95, 0.25)
SPREAD: Values = (1.0, -0.05, 0.05, 1.0, 0.0, 0.1)
BALANCE: Values = (0.9, -0.35, 0.15, 0.95, -0.1, 0.3)
OVERHEAD: Values = (0.2, 1.0, 0.1, 0.02, 1.0, 0.05)
FORWARD: Values = (0.05, 0.0, 1.0, 0.02, 0.05, 1.0)
BEHIND_HEAD: Values = (0.75, 0.35, 0.3, -1.0, 0.4, -0.5)
"""Hands behind the head, elbows outward."""
ON_HIPS: Values = (0.65, -0.75, -0.2, -0.65, -0.6, 0.5)
BACKSWING: Values = (0.25, -0.75, -0.6, 0.15, -0.8, -0.5)
PRAYING: Values = (0.35, -0.85, 0.35, -0.75, 0.5, 0.5)
ALONG: Values = (0.25, -1.0, 0.0, 0.2, -1.0, 0.05)

KNEELING_LEG: Values = (0.0, 6.0, 0.0, 95.0, 50.0)
SITTING_BACK_LEG: Values = (88.0, 8.0, 0.0, 150.0, 40.0)
"""Of a body that sits on its heels."""
STRAIGHT_LEG: Values = (2.0, 5.0, 5.0, 4.0, 35.0)

KNEELING_HEIGHT, SITTING_HEIGHT = -0.435, -0.85


def kneel_down(start: float) -> list[Key]:
    """Return the keys from standing to kneeling on both knees, in 1.5 seconds."""
    return [
        key(start, left_leg=None, right_leg=None),
        key(start + 0.35, pelvis=(0.05, -0.12, -0.08), trunk=(14, 0, 0), turn=(6, 0, 0), left_leg=None),
        key(start + 0.8, pelvis=(0.03, KNEELING_HEIGHT + 0.02, -0.32), trunk=(10, 0, 0), turn=(6, 0, 0),
            right_leg=KNEELING_LEG, left_leg=None),
        key(start + 1.4, pelvis=(0.0, KNEELING_HEIGHT, -0.28), trunk=(0, 0, 0), turn=(0, 0, 0), legs=KNEELING_LEG),
    ]  # fmt: skip


def rise_from_knees(start: float) -> list[Key]:
    """Return the keys from kneeling on both knees to standing, in 1.5 seconds."""
    return [
        key(start, pelvis=(0.0, KNEELING_HEIGHT, -0.28), turn=(0, 0, 0), trunk=(0, 0, 0), legs=KNEELING_LEG),
        key(start + 0.5, pelvis=(0.03, KNEELING_HEIGHT + 0.03, -0.3), turn=(8, 0, 0), trunk=(16, 0, 0),
            right_leg=KNEELING_LEG, left_leg=None),
        key(start + 1.0, pelvis=(0.05, -0.14, -0.06), turn=(8, 0, 0), trunk=(18, 0, 0), legs=None),
        key(start + 1.5, pelvis=(0.0, 0.0, 0.0), turn=(0, 0, 0), trunk=(0, 0, 0)),
    ]  # fmt: skip


def sit_on_floor(start: float) -> list[Key]:
    """Return the keys from standing to sitting on the floor with the knees bent and the feet planted, in 1.5 s."""
    return [
        key(start, arms=None),
        key(start + 0.55, pelvis=(0.0, -0.42, -0.16), turn=(22, 0, 0), trunk=(32, 0, 0), feet=(0, 0, 0, 0, 0),
            arms=(0.3, -0.6, 0.7, 0.1, -0.2, 1.0)),
        key(start + 1.0, pelvis=(0.0, -0.72, -0.38), turn=(0, 0, 0), trunk=(44, 0, 0),
            arms=(0.5, -0.8, -0.3, 0.3, -0.9, -0.2)),
        key(start + 1.45, pelvis=(0.0, SITTING_HEIGHT, -0.5), turn=(-22, 0, 0), trunk=(28, 0, 0),
            arms=(0.35, -0.85, -0.45, 0.25, -0.95, -0.15)),
    ]  # fmt: skip


def rise_from_floor(start: float) -> list[Key]:
    """Return the keys from sitting on the floor, knees bent and feet planted, to standing, in 1.7 s."""
    return [
        key(start, pelvis=(0.0, SITTING_HEIGHT, -0.5), turn=(-22, 0, 0), trunk=(30, 0, 0),
            arms=(0.35, -0.85, -0.45, 0.25, -0.95, -0.15)),
        key(start + 0.55, pelvis=(0.0, -0.68, -0.3), turn=(12, 0, 0), trunk=(50, 0, 0),
            arms=(0.3, -0.4, 0.85, 0.1, -0.1, 1.0)),
        key(start + 1.0, pelvis=(0.0, -0.4, -0.1), turn=(24, 0, 0), trunk=(34, 0, 0),
            arms=(0.3, -0.75, 0.55, 0.1, -0.5, 0.9)),
        key(start + 1.7, pelvis=(0.0, 0.0, 0.0), turn=(0, 0, 0), trunk=(0, 0, 0), arms=None),
    ]  # fmt: skip


LYING_BACK = (0.0, -0.87, -0.66)
"""Place of the pelvis of a body that lies on its back with the feet planted."""


def lie_back(start: float) -> list[Key]:
    """Return the keys from standing to lying on the back with the feet planted, in 2.3 s."""
    return [
        *sit_on_floor(start),
        key(start + 2.3, pelvis=LYING_BACK, turn=(-88, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=ALONG),
    ]


def rise_from_back(start: float) -> list[Key]:
    """Return the keys from lying on the back with the feet planted to standing, in 2.5 s."""
    return [
        key(start, pelvis=LYING_BACK, turn=(-88, 0, 0), trunk=(0, 0, 0), head=(0, 0)),
        *rise_from_floor(start + 0.8),
    ]


def lie_down_on_belly(start: float) -> list[Key]:
    """Return the keys from standing to lying on the belly by way of the knees and hands, in 3.1 seconds."""
    hands: Values = (0.22, 0.03, 0.36)
    return [
        *kneel_down(start),
        key(start + 1.4, hands=None),
        key(start + 2.0, pelvis=(0, KNEELING_HEIGHT - 0.02, -0.2), turn=(72, 0, 0), trunk=(4, 0, 0),
            legs=(74, 6, 0, 94, 50), hands=hands),
        key(start + 2.7, pelvis=(0, -0.84, -0.1), turn=(88, 0, 0), trunk=(-10, 0, 0), legs=STRAIGHT_LEG, hands=hands),
        key(start + 3.1, hands=None),
    ]  # fmt: skip


def rise_from_belly(start: float, z: float) -> list[Key]:
    """Return the keys from lying on the belly, the pelvis at ``z``, to standing, in 3.1 seconds."""
    hands = (0.22, 0.03, z + 0.5)
    return [
        key(start, pelvis=(0, -0.87, z), turn=(90, 0, 0), trunk=(0, 0, 0), legs=STRAIGHT_LEG, hands=hands),
        key(start + 0.8, pelvis=(0, KNEELING_HEIGHT - 0.02, z - 0.05), turn=(72, 0, 0), trunk=(4, 0, 0), head=(0, 0),
            legs=(74, 6, 0, 94, 50), hands=hands),
        key(start + 1.5, pelvis=(0, KNEELING_HEIGHT, -0.28), turn=(0, 0, 0), trunk=(0, 0, 0), legs=KNEELING_LEG,
            hands=None),
        *rise_from_knees(start + 1.6),
    ]  # fmt: skip


def step_foot(
    start: float, end: float, side: str, before: Values, after: Values, high: float = 0.12
) -> list[Key]:
    """Return the keys of a foot that is lifted ``high`` metres and set down elsewhere."""
    way = [b - a for a, b in zip(before, after, strict=True)]
    span = end - start
    return [
        key(start, **{f"{side}_foot": before}),
        key(start + 0.3 * span, **{f"{side}_foot": _between(before, way, 0.2, high * 0.8, 14.0)}),
        key(start + 0.6 * span, **{f"{side}_foot": _between(before, way, 0.7, high, 4.0)}),
        key(end, **{f"{side}_foot": after}),
    ]


def _between(before: Values, way: list[float], share: float, high: float, heel: float) -> Values:
    x, y, z, yaw, pitch = (b + share * w for b, w in zip(before, way, strict=True))
    return x, y + high, z, yaw, pitch + heel
