# SPDX-License-Identifier: GPL-3.0-or-later
"""Left, right and the direction of travel, judged separately from the action."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.joints import OTHER_SIDE
from .motion_metrics import Measured
from .predicates import PREDICATES

_FORWARD = (
    "walk", "walk_slow", "walk_fast", "run", "sprint", "walk_wave", "sneak", "zombie", "sad_walk", "stooped",
    "walk_hands_up", "walk_at_head", "walk_point", "hands_low",
)  # fmt: skip
_TRAVEL = {"walk_back": -1, **dict.fromkeys(_FORWARD, 1)}


def travel(name: str, m: Measured) -> bool | None:
    """Return whether a motion goes or turns in the direction of its predicate; None if the predicate has none."""
    if name in _TRAVEL:
        return _TRAVEL[name] * m.ahead > 0.1 and abs(m.ahead) > abs(m.leftward)
    for side, sign in (("left", 1), ("right", -1)):
        if name in (f"turn_{side}", f"walk_turn_{side}"):
            return sign * m.turn > 15
        if name == f"sidestep_{side}":
            return sign * m.leftward > 0.05
    return None


def side(name: str, m: Measured) -> bool | None:
    """Return whether the named side shows the action and the other does not.

    None if no side is named, or if both sides or neither show it: such a motion fails its own predicate.
    """
    stem, _, last = name.rpartition("_")
    if last not in OTHER_SIDE or f"{stem}_{OTHER_SIDE[last]}" not in PREDICATES:
        return None
    mine, theirs = PREDICATES[name](m), PREDICATES[f"{stem}_{OTHER_SIDE[last]}"](m)
    return None if mine == theirs else mine


def accuracy(asked: Sequence[tuple[str, Measured]]) -> dict[str, tuple[int, int]]:
    """Count, for "side" and for "travel", the right motions and all that can be judged."""
    out = {}
    for kind, judge in (("side", side), ("travel", travel)):
        answers = [a for name, m in asked if (a := judge(name, m)) is not None]
        out[kind] = (sum(map(bool, answers)), len(answers))
    return out
