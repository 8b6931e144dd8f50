# SPDX-License-Identifier: GPL-3.0-or-later
"""Predicates of hand and head gestures; the table in ``predicates`` includes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import (
    ELBOWS,
    HEAD,
    HIPS,
    KNEES,
    NECK,
    OTHER_SIDE,
    OUTWARD,
    PELVIS,
    SHOULDERS,
    SIDES,
    WRISTS,
)
from .motion_metrics import Array, MeasuredMotion, count_reversals, is_held

Predicate = Callable[[MeasuredMotion], bool]


def either_side(make_predicate: Callable[[str], Predicate]) -> Predicate:
    """Return a predicate: ``make_predicate`` holds for one side or the other."""
    return lambda m: make_predicate("left")(m) or make_predicate("right")(m)


def _is_in_place(m: MeasuredMotion) -> bool:
    return m.displacement < 0.6 and float(np.median(m.pelvis_heights)) > 0.72


def _upright_frames(m: MeasuredMotion) -> Array:
    """Return whether the trunk is upright (T,)."""
    return np.asarray(m.local_positions[:, NECK, 1] - m.local_positions[:, PELVIS, 1] > 0.38)


def is_nodding(m: MeasuredMotion) -> bool:
    """Return whether the face goes down and up, and hardly sideways."""
    steady = np.ptp(m.face_angles[:, 0]) < 30 and np.ptp(m.pelvis_heights) < 0.12
    return bool(steady and count_reversals(m.face_angles[:, 1], 9.0) >= 2 and _is_in_place(m))


def is_shaking_head(m: MeasuredMotion) -> bool:
    """Return whether the face goes from side to side repeatedly."""
    return bool(
        count_reversals(m.face_angles[:, 0], 22.0) >= 3
        and np.ptp(m.face_angles[:, 1]) < 35
        and _is_in_place(m)
    )


def look_predicate(side: str) -> Predicate:
    """Return a predicate: the face turns to ``side`` and stays there, and not to the other."""

    def is_looking(m: MeasuredMotion) -> bool:
        yaw = np.where(_upright_frames(m), m.face_angles[:, 0], 0.0) * OUTWARD[side]
        return is_held(yaw > 32) and float(yaw.min()) > -28 and abs(m.heading_change) < 40

    return is_looking


def is_looking_around(m: MeasuredMotion) -> bool:
    """Return whether the face turns far to both sides, each for a while."""
    yaw = np.where(_upright_frames(m), m.face_angles[:, 0], 0.0)
    return is_held(yaw > 28, 5) and is_held(yaw < -28, 5) and abs(m.heading_change) < 60


def is_looking_up(m: MeasuredMotion) -> bool:
    """Return whether the face is turned up for a while."""
    return is_held(m.face_angles[:, 1] < -18, 10)


def is_looking_down(m: MeasuredMotion) -> bool:
    """Return whether the face is turned down for a while and the body stays upright."""
    return (
        is_held(m.face_angles[:, 1] > 27, 10)
        and float(m.pelvis_heights.min()) > 0.78
        and float(m.positions[:, NECK, 1].min()) > 1.25
    )


def is_shrugging(m: MeasuredMotion) -> bool:
    """Return whether both shoulders rise and sink while the hands stay below them."""
    rise = [m.local_positions[:, SHOULDERS[s], 1] - m.local_positions[:, NECK, 1] for s in SIDES]
    both = np.minimum(rise[0] - np.median(rise[0][:4]), rise[1] - np.median(rise[1][:4]))
    low = all(float(m.arm_vectors(s)[:, 1].max()) < 0.1 for s in SIDES)
    return bool(
        is_held(both > 0.018, 4) and both[-1] < 0.02 and low and _is_in_place(m) and _upright_frames(m).all()
    )


def _holds_for_one_arm(m: MeasuredMotion, side: str, flags: Array, frames: int = 8) -> bool:
    """Return whether flags of one arm hold for a while, with the other arm low and the trunk upright.

    Parameters
    ----------
    m : MeasuredMotion
        The motion.
    side : str
        Side of the arm.
    flags : (T,) bool
        What is required of it.
    frames : int
        For how many consecutive frames.
    """
    return is_held(flags & (m.arm_vectors(OTHER_SIDE[side])[:, 1] < -0.15) & _upright_frames(m), frames)


def point_predicate(side: str) -> Predicate:
    """Return a predicate: one arm is stretched forward at about the height of the shoulder."""

    def is_pointing(m: MeasuredMotion) -> bool:
        a = m.arm_vectors(side)
        return _holds_for_one_arm(
            m, side, (a[:, 2] > 0.36) & (np.abs(a[:, 1]) < 0.25) & (np.abs(a[:, 0]) < 0.3)
        )

    return is_pointing


def point_side_predicate(side: str) -> Predicate:
    """Return a predicate: the arm of a side is stretched out to that side."""

    def is_pointing_aside(m: MeasuredMotion) -> bool:
        a = m.arm_vectors(side)
        return _holds_for_one_arm(m, side, (a[:, 0] > 0.36) & (np.abs(a[:, 1]) < 0.25))

    return is_pointing_aside


def raised_hand_predicate(side: str) -> Predicate:
    """Return a predicate: one hand is over the head, the other below the shoulder."""

    def has_raised_hand(m: MeasuredMotion) -> bool:
        return _holds_for_one_arm(m, side, m.positions[:, WRISTS[side], 1] > m.positions[:, HEAD, 1] + 0.05)

    return has_raised_hand


def salute_predicate(side: str) -> Predicate:
    """Return a predicate: a hand is at the forehead, its elbow lifted."""

    def is_saluting(m: MeasuredMotion) -> bool:
        near = m.joint_distances(WRISTS[side], HEAD) < 0.3
        lifted = m.positions[:, ELBOWS[side], 1] > m.positions[:, SHOULDERS[side], 1] - 0.14
        return _holds_for_one_arm(m, side, near & lifted)

    return is_saluting


def hand_at_head_predicate(side: str) -> Predicate:
    """Return a predicate: a hand stays at the head: ear, mouth or forehead."""
    return lambda m: _holds_for_one_arm(m, side, m.joint_distances(WRISTS[side], HEAD) < 0.3, 12)


def hand_at_chest_predicate(side: str) -> Predicate:
    """Return a predicate: a hand lies on the chest."""

    def has_hand_at_chest(m: MeasuredMotion) -> bool:
        w = m.local_positions[:, WRISTS[side]]
        near = (np.abs(w[:, 0]) < 0.17) & (w[:, 2] > 0.03) & (w[:, 2] < 0.36)
        high = (m.arm_vectors(side)[:, 1] > -0.32) & (m.arm_vectors(side)[:, 1] < 0.05)
        return _holds_for_one_arm(m, side, near & high, 10)

    return has_hand_at_chest


def _holds_for_both(m: MeasuredMotion, flags: Callable[[str], Array], frames: int = 8) -> bool:
    return is_held(flags("left") & flags("right"), frames)


def has_spread_arms(m: MeasuredMotion) -> bool:
    """Return whether both arms are out to the sides."""
    return _holds_for_both(
        m, lambda s: (m.arm_vectors(s)[:, 0] > 0.36) & (np.abs(m.arm_vectors(s)[:, 1]) < 0.2)
    )


def is_flapping(m: MeasuredMotion) -> bool:
    """Return whether both arms are out to the sides and go up and down."""
    out = {s: m.arm_vectors(s)[:, 0] > 0.25 for s in SIDES}
    return all(out[s].mean() > 0.3 and count_reversals(m.arm_vectors(s)[out[s], 1], 0.1) >= 2 for s in SIDES)


def is_waving_both(m: MeasuredMotion) -> bool:
    """Return whether both hands swing from side to side above the shoulders."""
    up = {s: m.arm_vectors(s)[:, 1] > 0.1 for s in SIDES}
    return all(up[s].mean() > 0.2 and count_reversals(m.arm_vectors(s)[up[s], 0], 0.07) >= 2 for s in SIDES)


def is_stretching(m: MeasuredMotion) -> bool:
    """Return whether both hands are above the head for at least 14 frames."""
    return _holds_for_both(m, lambda s: m.positions[:, WRISTS[s], 1] > m.positions[:, HEAD, 1] + 0.1, 14)


def has_hands_on_hips(m: MeasuredMotion) -> bool:
    """Return whether both hands are at the hips, elbows bent and out."""

    def hand_at_hip(s: str) -> Array:
        bent = m.joint_distances(WRISTS[s], SHOULDERS[s]) < 0.5
        wide = m.local_positions[:, ELBOWS[s], 0] * OUTWARD[s] > m.wrist_positions(s)[:, 0] + 0.03
        return (
            (m.joint_distances(WRISTS[s], HIPS[s]) < 0.28)
            & bent
            & wide
            & (m.wrist_positions(s)[:, 2] > -0.12)
        )

    return _holds_for_both(m, hand_at_hip, 12)


def has_crossed_arms(m: MeasuredMotion) -> bool:
    """Return whether both forearms are in front of the chest, each hand at or beyond the middle."""
    return _holds_for_both(
        m,
        lambda s: (
            (m.wrist_positions(s)[:, 0] < 0.05)
            & (m.wrist_positions(s)[:, 2] > 0.08)
            & (m.arm_vectors(s)[:, 1] > -0.4)
        ),
        10,
    )


def has_hands_on_head(m: MeasuredMotion) -> bool:
    """Return whether both hands are on or behind the head."""
    return _holds_for_both(
        m, lambda s: (m.joint_distances(WRISTS[s], HEAD) < 0.34) & (m.arm_vectors(s)[:, 1] > 0.12), 10
    )


def has_hands_at_face(m: MeasuredMotion) -> bool:
    """Return whether both hands are in front of the face."""
    return _holds_for_both(
        m, lambda s: (m.joint_distances(WRISTS[s], HEAD) < 0.32) & (m.arm_vectors(s)[:, 2] > 0.06), 10
    )


def has_palms_together(m: MeasuredMotion) -> bool:
    """Return whether the hands stay together in front of the chest."""
    together = m.joint_distances(WRISTS["left"], WRISTS["right"]) < 0.2
    return is_held(
        together & (m.arm_vectors("left")[:, 1] > -0.35) & (m.wrist_positions("left")[:, 2] > 0.1), 14
    )


def has_hands_behind_back(m: MeasuredMotion) -> bool:
    """Return whether both hands are behind the back."""
    return _holds_for_both(
        m, lambda s: (m.wrist_positions(s)[:, 2] < -0.08) & (m.wrist_positions(s)[:, 0] < 0.17), 10
    )


def has_hands_on_knees(m: MeasuredMotion) -> bool:
    """Return whether both hands are at the knees while the hips are up."""
    return (
        _holds_for_both(m, lambda s: m.joint_distances(WRISTS[s], KNEES[s]) < 0.3, 10)
        and float(np.median(m.pelvis_heights)) > 0.6
    )


def beckon_predicate(side: str) -> Predicate:
    """Return a predicate: a hand in front of the body moves back towards it repeatedly."""

    def is_beckoning(m: MeasuredMotion) -> bool:
        a = m.arm_vectors(side)
        ahead = (a[:, 2] > 0.12) & (a[:, 1] > -0.3) & (m.arm_vectors(OTHER_SIDE[side])[:, 1] < -0.15)
        if ahead.mean() < 0.25 or not _is_in_place(m) or np.std(a[ahead, 0]) > np.std(a[ahead, 2]):
            return False
        return count_reversals(np.linalg.norm(a[ahead], axis=-1), 0.05) >= 2

    return is_beckoning


def throw_predicate(side: str) -> Predicate:
    """Return a predicate: a hand above the shoulder moves forward fast after having been held back."""

    def is_throwing(m: MeasuredMotion) -> bool:
        a = m.arm_vectors(side)
        ahead = np.diff(a[:, 2]) * m.fps
        for i in np.flatnonzero((ahead > 2.0) & (a[1:, 1] > -0.05)):
            if (a[max(0, i - 12) : i + 1, 2] < 0.05).any() and a[max(0, i - 12) : i + 1, 1].max() > 0.15:
                return True
        return False

    return is_throwing


def is_pushing(m: MeasuredMotion) -> bool:
    """Return whether both hands move forward together from near the chest."""
    reach = np.minimum(m.arm_vectors("left")[:, 2], m.arm_vectors("right")[:, 2])
    level = np.minimum(m.arm_vectors("left")[:, 1], m.arm_vectors("right")[:, 1]) > -0.32
    out = np.flatnonzero((reach > 0.36) & level)
    if len(out) < 3:
        return False
    before = slice(max(0, out[0] - 16), out[0])
    near = np.maximum(*(np.linalg.norm(m.arm_vectors(s)[before], axis=-1) for s in SIDES))
    return bool(len(near) and near.min() < 0.42)


def wave_count_predicate(count: int) -> Predicate:
    """Return a predicate: a raised hand swings outward exactly ``count`` times."""

    def has_wave_count(m: MeasuredMotion) -> bool:
        for s in SIDES:
            up = m.arm_vectors(s)[:, 1] > 0.05
            x = m.arm_vectors(s)[up, 0]
            if up.mean() > 0.1 and len(x) > 4 and count_peaks(x, 0.05) == count:
                return True
        return False

    return has_wave_count


def count_peaks(x: Array, min_height: float) -> int:
    """Count the maxima of values (T,) that are higher than both sides by at least ``min_height``."""
    count, low, high, rising = 0, float(x[0]), float(x[0]), True
    for value in map(float, x):
        if rising:
            high = max(high, value)
            if high - low > min_height and value < high - min_height:
                count, rising, low = count + 1, False, value
            elif high - low <= min_height:
                low = min(low, value)
        else:
            low = min(low, value)
            if value > low + min_height:
                rising, high = True, value
    return count


def clap_count_predicate(count: int) -> Predicate:
    """Return a predicate: the hands meet exactly ``count`` times."""
    return lambda m: len(find_true_runs(m.joint_distances(WRISTS["left"], WRISTS["right"]) < 0.19)) == count


def has_hands_on_belly(m: MeasuredMotion) -> bool:
    """Return whether both wrists are in front of the belly."""
    middle = (m.local_positions[:, PELVIS] + m.local_positions[:, NECK]) / 2
    near = [
        np.linalg.norm(m.local_positions[:, WRISTS[s]] - middle - [0.0, -0.08, 0.14], axis=-1) < 0.2
        for s in SIDES
    ]
    return is_held(near[0] & near[1], 10) and _is_in_place(m)


def is_punching_repeatedly(m: MeasuredMotion) -> bool:
    """Return whether the arms are stretched fast at chest height, twice or more."""
    total = 0
    for s in SIDES:
        length = np.linalg.norm(m.arm_vectors(s), axis=-1)
        quick = (
            (np.diff(length) * m.fps > 0.8)
            & (m.arm_vectors(s)[1:, 1] > -0.3)
            & (m.arm_vectors(s)[1:, 2] > 0.15)
        )
        total += len(find_true_runs(quick))
    return total >= 2


def _with_sides(name: str, make_predicate: Callable[[str], Predicate]) -> dict[str, Predicate]:
    return {
        name: either_side(make_predicate),
        f"{name}_left": make_predicate("left"),
        f"{name}_right": make_predicate("right"),
    }


HAND_AND_HEAD_PREDICATES: dict[str, Predicate] = {
    "nod": is_nodding,
    "shake_head": is_shaking_head,
    "look_left": look_predicate("left"),
    "look_right": look_predicate("right"),
    "look_around": is_looking_around,
    "look_up": is_looking_up,
    "look_down": is_looking_down,
    "shrug": is_shrugging,
    **_with_sides("point", point_predicate),
    "point_side_left": point_side_predicate("left"),
    "point_side_right": point_side_predicate("right"),
    **_with_sides("raise", raised_hand_predicate),
    **_with_sides("salute", salute_predicate),
    **_with_sides("at_head", hand_at_head_predicate),
    **_with_sides("at_chest", hand_at_chest_predicate),
    "spread": has_spread_arms,
    "flap": is_flapping,
    "wave_both": is_waving_both,
    "stretch": is_stretching,
    "hips": has_hands_on_hips,
    "crossed": has_crossed_arms,
    "on_head": has_hands_on_head,
    "at_face": has_hands_at_face,
    "palms": has_palms_together,
    "behind": has_hands_behind_back,
    "knees": has_hands_on_knees,
    "belly": has_hands_on_belly,
    **_with_sides("beckon", beckon_predicate),
    **_with_sides("throw", throw_predicate),
    "push": is_pushing,
    "wave_2": wave_count_predicate(2),
    "wave_3": wave_count_predicate(3),
    "clap_3": clap_count_predicate(3),
    "combo": is_punching_repeatedly,
}
"""Predicates by name; a name with a side requires that side."""
