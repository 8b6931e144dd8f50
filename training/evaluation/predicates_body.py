# SPDX-License-Identifier: GPL-3.0-or-later
"""Predicates of the whole body: postures, turns and ways of walking; the table in ``predicates`` includes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...motion.contact.contacts import find_true_runs
from ..data.joints import ANKLES, KNEES, NECK, OUTWARD, PELVIS, SIDES, WRISTS
from .motion_metrics import Measured, held, swings
from .predicates_gestures import at_head, either, point, stretch

Predicate = Callable[[Measured], bool]


def pick_up(m: Measured) -> bool:
    """Return whether a hand goes down near the floor and the body comes up again."""
    lowest = min(float(m.at[:, WRISTS[s], 1].min()) for s in SIDES)
    return lowest < 0.42 and float(m.pelvis[-1]) > 0.78 and m.net < 1.5


def jumping_jacks(m: Measured) -> bool:
    """Return whether hands go over the head and feet apart, twice or more."""
    up = np.minimum(m.arm("left")[:, 1], m.arm("right")[:, 1])
    return swings(up, 0.4) >= 3 and swings(m.apart(ANKLES["left"], ANKLES["right"]), 0.12) >= 3


def march(m: Measured) -> bool:
    """Return whether both feet are lifted at least twice on the spot."""
    lifts = [len(find_true_runs(m.at[:, ANKLES[s], 1] > 0.17)) for s in SIDES]
    return min(lifts) >= 2 and m.net < 0.6 and abs(m.turn) < 60 and len(m.flights) < 2


def lunge(m: Measured) -> bool:
    """Return whether one foot is far in front of the other while the hips are low."""
    gap = np.abs(m.local[:, ANKLES["left"], 2] - m.local[:, ANKLES["right"], 2])
    low = m.pelvis < m.pelvis[0] - 0.14
    return held((gap > 0.45) & low, 4)


def kneel(m: Measured) -> bool:
    """Return whether a knee is at the floor at the end, the trunk upright."""
    knee = min(float(m.at[-4:, KNEES[s], 1].mean()) for s in SIDES)
    trunk = float(m.at[-1, NECK, 1] - m.at[-1, PELVIS, 1])
    return knee < 0.24 and trunk > 0.35 and 0.25 < float(m.pelvis[-1]) < 0.75


def lean(side: str) -> Predicate:
    """Return a predicate: the neck goes to ``side`` of the hips."""
    return lambda m: held(m.local[:, NECK, 0] * OUTWARD[side] > 0.11, 6) and float(m.pelvis.min()) > 0.7


def lie_down(m: Measured) -> bool:
    """Return whether hips and neck are near the floor at the end."""
    return float(m.pelvis[-1]) < 0.4 and float(m.at[-1, NECK, 1]) < 0.55


def turn_around(m: Measured) -> bool:
    """Return whether the character turns by more than 120 degrees on the spot, to either side."""
    return abs(m.turn) > 120 and m.net < 1.2 and float(np.median(m.pelvis)) > 0.72


def circle(m: Measured) -> bool:
    """Return whether the heading changes by more than 140 degrees while walking."""
    return abs(m.turn) > 140 and m.ahead > 0.35


def paced(low: float, high: float) -> Predicate:
    """Return a predicate: the character moves forward within a range of speeds (m/s), about straight."""
    return lambda m: low < m.ahead < high and abs(m.turn) < 60 and abs(m.leftward) < 0.5 * m.ahead


def sneak(m: Measured) -> bool:
    """Return whether the character moves forward on bent knees."""
    return (
        m.ahead > 0.2 and 0.5 < float(np.median(m.pelvis)) < 0.86 and float(np.median(m.at[:, NECK, 1])) < 1.4
    )


def zombie(m: Measured) -> bool:
    """Return whether the character moves forward with both arms stretched out in front."""
    arms = [(m.arm(s)[:, 2] > 0.3) & (np.abs(m.arm(s)[:, 1]) < 0.3) for s in SIDES]
    return m.ahead > 0.15 and float((arms[0] & arms[1]).mean()) > 0.5


def sad_walk(m: Measured) -> bool:
    """Return whether the character moves forward with the face turned down."""
    return m.ahead > 0.15 and float(np.median(m.gaze[:, 1])) > 24


def stooped(m: Measured) -> bool:
    """Return whether the character moves forward with the trunk bent forward."""
    trunk = m.local[:, NECK] - m.local[:, PELVIS]
    return m.ahead > 0.1 and float(np.median(np.degrees(np.arctan2(trunk[:, 2], trunk[:, 1])))) > 16


def walking(what: Predicate) -> Predicate:
    """Return a predicate: the character moves forward and another predicate holds."""
    return lambda m: 0.25 < m.ahead < 2.2 and float(np.median(m.pelvis)) > 0.7 and what(m)


def hands_low(m: Measured) -> bool:
    """Return whether the character walks with both hands low."""
    return 0.45 < m.ahead < 2.0 and all(float(m.arm(s)[:, 1].max()) < -0.28 for s in SIDES)


def hops_exactly(count: int) -> Predicate:
    """Return a predicate: the character jumps exactly ``count`` times."""
    return lambda m: sum(1 for seconds, rise in m.flights if seconds >= 0.15 and rise > 0.1) == count


def carry(m: Measured) -> bool:
    """Return whether both hands are in front of the waist, apart, for more than half of the time."""
    ahead = [(m.arm(s)[:, 2] > 0.2) & (m.arm(s)[:, 1] < -0.12) for s in SIDES]
    return float((ahead[0] & ahead[1] & (m.apart(WRISTS["left"], WRISTS["right"]) > 0.12)).mean()) > 0.5


BODY_PREDICATES: dict[str, Predicate] = {
    "pick_up": pick_up,
    "jumping_jacks": jumping_jacks,
    "march": march,
    "lunge": lunge,
    "kneel": kneel,
    "lean_left": lean("left"),
    "lean_right": lean("right"),
    "lie_down": lie_down,
    "turn_around": turn_around,
    "circle": circle,
    "walk_slow": paced(0.15, 1.0),
    "walk_fast": paced(1.3, 2.6),
    "sprint": paced(3.2, 9.0),
    "sneak": sneak,
    "zombie": zombie,
    "sad_walk": sad_walk,
    "stooped": stooped,
    "walk_hands_up": walking(stretch),
    "walk_at_head": walking(either(at_head)),
    "walk_point": walking(either(point)),
    "hands_low": hands_low,
    "jump_2": hops_exactly(2),
    "carry": walking(carry),
    "hold": carry,
}
"""Predicates by name; a name with a side requires that side."""
