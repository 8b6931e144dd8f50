# SPDX-License-Identifier: GPL-3.0-or-later
"""Left, right and the direction of travel, judged separately from the action."""

from __future__ import annotations

from collections.abc import Sequence

from ...motion.layers.body_joints import OTHER_SIDE
from .motion_metrics import MeasuredMotion
from .predicates import PREDICATES

_FORWARD = (
    "walk", "walk_slow", "walk_fast", "run", "sprint", "walk_wave", "sneak", "zombie", "sad_walk", "stooped",
    "walk_hands_up", "walk_at_head", "walk_point", "hands_low",
)  # fmt: skip
_FORWARD_SIGN = {"walk_back": -1, **dict.fromkeys(_FORWARD, 1)}


def judge_direction(name: str, m: MeasuredMotion) -> bool | None:
    """Return whether a motion goes or turns in the direction of its predicate; None if the predicate has none."""
    if name in _FORWARD_SIGN:
        return _FORWARD_SIGN[name] * m.forward_speed > 0.1 and abs(m.forward_speed) > abs(m.leftward_speed)
    for side, sign in (("left", 1), ("right", -1)):
        if name in (f"turn_{side}", f"walk_turn_{side}"):
            return sign * m.heading_change > 15
        if name == f"sidestep_{side}":
            return sign * m.leftward_speed > 0.05
    return None


def judge_side(name: str, m: MeasuredMotion) -> bool | None:
    """Return whether the named side shows the action and the other does not.

    None if no side is named, or if both sides or neither show it: such a motion fails its own predicate.
    """
    stem, _, last = name.rpartition("_")
    if last not in OTHER_SIDE or f"{stem}_{OTHER_SIDE[last]}" not in PREDICATES:
        return None
    named, opposite = PREDICATES[name](m), PREDICATES[f"{stem}_{OTHER_SIDE[last]}"](m)
    return None if named == opposite else named


def count_correct(motions: Sequence[tuple[str, MeasuredMotion]]) -> dict[str, tuple[int, int]]:
    """Count, for "side" and for "travel", the right motions and all that can be judged."""
    out = {}
    for kind, judge in (("side", judge_side), ("travel", judge_direction)):
        judgements = [a for name, m in motions if (a := judge(name, m)) is not None]
        out[kind] = (sum(map(bool, judgements)), len(judgements))
    return out
