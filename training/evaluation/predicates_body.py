# SPDX-License-Identifier: GPL-3.0-or-later
"""Predicates of the whole body: postures, turns and ways of walking; the table in ``predicates`` includes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import ANKLES, KNEES, NECK, OUTWARD, PELVIS, SIDES, WRISTS
from .motion_metrics import MeasuredMotion, count_reversals, is_held
from .predicates_gestures import either_side, hand_at_head_predicate, is_stretching, point_predicate

Predicate = Callable[[MeasuredMotion], bool]


def is_picking_up(m: MeasuredMotion) -> bool:
    """Return whether a hand goes down near the floor and the body comes up again."""
    lowest = min(float(m.positions[:, WRISTS[s], 1].min()) for s in SIDES)
    return lowest < 0.42 and float(m.pelvis_heights[-1]) > 0.78 and m.displacement < 1.5


def is_doing_jumping_jacks(m: MeasuredMotion) -> bool:
    """Return whether hands go over the head and feet apart, twice or more."""
    up = np.minimum(m.arm_vectors("left")[:, 1], m.arm_vectors("right")[:, 1])
    return (
        count_reversals(up, 0.4) >= 3
        and count_reversals(m.joint_distances(ANKLES["left"], ANKLES["right"]), 0.12) >= 3
    )


def is_marching(m: MeasuredMotion) -> bool:
    """Return whether both feet are lifted at least twice on the spot."""
    lifts = [len(find_true_runs(m.positions[:, ANKLES[s], 1] > 0.17)) for s in SIDES]
    return (
        min(lifts) >= 2 and m.displacement < 0.6 and abs(m.heading_change) < 60 and len(m.flight_phases) < 2
    )


def is_lunging(m: MeasuredMotion) -> bool:
    """Return whether one foot is far in front of the other while the hips are low."""
    gap = np.abs(m.local_positions[:, ANKLES["left"], 2] - m.local_positions[:, ANKLES["right"], 2])
    low = m.pelvis_heights < m.pelvis_heights[0] - 0.14
    return is_held((gap > 0.45) & low, 4)


def is_kneeling(m: MeasuredMotion) -> bool:
    """Return whether a knee is at the floor at the end, the trunk upright."""
    knee = min(float(m.positions[-4:, KNEES[s], 1].mean()) for s in SIDES)
    trunk = float(m.positions[-1, NECK, 1] - m.positions[-1, PELVIS, 1])
    return knee < 0.24 and trunk > 0.35 and 0.25 < float(m.pelvis_heights[-1]) < 0.75


def lean_predicate(side: str) -> Predicate:
    """Return a predicate: the neck goes to ``side`` of the hips."""
    return lambda m: (
        is_held(m.local_positions[:, NECK, 0] * OUTWARD[side] > 0.11, 6)
        and float(m.pelvis_heights.min()) > 0.7
    )


def is_lying(m: MeasuredMotion) -> bool:
    """Return whether hips and neck are near the floor at the end."""
    return float(m.pelvis_heights[-1]) < 0.4 and float(m.positions[-1, NECK, 1]) < 0.55


def has_turned_around(m: MeasuredMotion) -> bool:
    """Return whether the character turns by more than 120 degrees on the spot, to either side."""
    return abs(m.heading_change) > 120 and m.displacement < 1.2 and float(np.median(m.pelvis_heights)) > 0.72


def is_walking_in_circle(m: MeasuredMotion) -> bool:
    """Return whether the heading changes by more than 140 degrees while walking."""
    return abs(m.heading_change) > 140 and m.forward_speed > 0.35


def walking_speed_predicate(low: float, high: float) -> Predicate:
    """Return a predicate: the character moves forward within a range of speeds (m/s), about straight."""
    return lambda m: (
        low < m.forward_speed < high
        and abs(m.heading_change) < 60
        and abs(m.leftward_speed) < 0.5 * m.forward_speed
    )


def is_sneaking(m: MeasuredMotion) -> bool:
    """Return whether the character moves forward on bent knees."""
    return (
        m.forward_speed > 0.2
        and 0.5 < float(np.median(m.pelvis_heights)) < 0.86
        and float(np.median(m.positions[:, NECK, 1])) < 1.4
    )


def is_walking_like_zombie(m: MeasuredMotion) -> bool:
    """Return whether the character moves forward with both arms stretched out in front."""
    arms = [(m.arm_vectors(s)[:, 2] > 0.3) & (np.abs(m.arm_vectors(s)[:, 1]) < 0.3) for s in SIDES]
    return m.forward_speed > 0.15 and float((arms[0] & arms[1]).mean()) > 0.5


def is_walking_sadly(m: MeasuredMotion) -> bool:
    """Return whether the character moves forward with the face turned down."""
    return m.forward_speed > 0.15 and float(np.median(m.face_angles[:, 1])) > 24


def is_walking_stooped(m: MeasuredMotion) -> bool:
    """Return whether the character moves forward with the trunk bent forward."""
    trunk = m.local_positions[:, NECK] - m.local_positions[:, PELVIS]
    return m.forward_speed > 0.1 and float(np.median(np.degrees(np.arctan2(trunk[:, 2], trunk[:, 1])))) > 16


def walking_predicate(other: Predicate) -> Predicate:
    """Return a predicate: the character moves forward and another predicate holds."""
    return lambda m: 0.25 < m.forward_speed < 2.2 and float(np.median(m.pelvis_heights)) > 0.7 and other(m)


def has_low_hands(m: MeasuredMotion) -> bool:
    """Return whether the character walks with both hands low."""
    return 0.45 < m.forward_speed < 2.0 and all(float(m.arm_vectors(s)[:, 1].max()) < -0.28 for s in SIDES)


def jump_count_predicate(count: int) -> Predicate:
    """Return a predicate: the character jumps exactly ``count`` times."""
    return lambda m: sum(1 for seconds, rise in m.flight_phases if seconds >= 0.15 and rise > 0.1) == count


def is_carrying(m: MeasuredMotion) -> bool:
    """Return whether both hands are in front of the waist, apart, for more than half of the time."""
    ahead = [(m.arm_vectors(s)[:, 2] > 0.2) & (m.arm_vectors(s)[:, 1] < -0.12) for s in SIDES]
    return (
        float((ahead[0] & ahead[1] & (m.joint_distances(WRISTS["left"], WRISTS["right"]) > 0.12)).mean())
        > 0.5
    )


BODY_PREDICATES: dict[str, Predicate] = {
    "pick_up": is_picking_up,
    "jumping_jacks": is_doing_jumping_jacks,
    "march": is_marching,
    "lunge": is_lunging,
    "kneel": is_kneeling,
    "lean_left": lean_predicate("left"),
    "lean_right": lean_predicate("right"),
    "lie_down": is_lying,
    "turn_around": has_turned_around,
    "circle": is_walking_in_circle,
    "walk_slow": walking_speed_predicate(0.15, 1.0),
    "walk_fast": walking_speed_predicate(1.3, 2.6),
    "sprint": walking_speed_predicate(3.2, 9.0),
    "sneak": is_sneaking,
    "zombie": is_walking_like_zombie,
    "sad_walk": is_walking_sadly,
    "stooped": is_walking_stooped,
    "walk_hands_up": walking_predicate(is_stretching),
    "walk_at_head": walking_predicate(either_side(hand_at_head_predicate)),
    "walk_point": walking_predicate(either_side(point_predicate)),
    "hands_low": has_low_hands,
    "jump_2": jump_count_predicate(2),
    "carry": walking_predicate(is_carrying),
    "hold": is_carrying,
}
"""Predicates by name; a name with a side requires that side."""
