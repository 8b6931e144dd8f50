# SPDX-License-Identifier: GPL-3.0-or-later
"""Predicates of hand and head gestures; the table in ``predicates`` includes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...motion.contact.contacts import find_true_runs
from ..data.joints import (
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
from .motion_metrics import Array, Measured, held, swings

Predicate = Callable[[Measured], bool]


def either(of_side: Callable[[str], Predicate]) -> Predicate:
    """Return a predicate: ``of_side`` holds for one side or the other."""
    return lambda m: of_side("left")(m) or of_side("right")(m)


def _stays(m: Measured) -> bool:
    return m.net < 0.6 and float(np.median(m.pelvis)) > 0.72


def _upright(m: Measured) -> Array:
    """Return whether the trunk is upright (T,)."""
    return np.asarray(m.local[:, NECK, 1] - m.local[:, PELVIS, 1] > 0.38)


def nod(m: Measured) -> bool:
    """Return whether the face goes down and up, and hardly sideways."""
    steady = np.ptp(m.gaze[:, 0]) < 30 and np.ptp(m.pelvis) < 0.12
    return bool(steady and swings(m.gaze[:, 1], 9.0) >= 2 and _stays(m))


def shake_head(m: Measured) -> bool:
    """Return whether the face goes from side to side repeatedly."""
    return bool(swings(m.gaze[:, 0], 22.0) >= 3 and np.ptp(m.gaze[:, 1]) < 35 and _stays(m))


def look(side: str) -> Predicate:
    """Return a predicate: the face turns to ``side`` and stays there, and not to the other."""

    def check(m: Measured) -> bool:
        yaw = np.where(_upright(m), m.gaze[:, 0], 0.0) * OUTWARD[side]
        return held(yaw > 32) and float(yaw.min()) > -28 and abs(m.turn) < 40

    return check


def look_around(m: Measured) -> bool:
    """Return whether the face turns far to both sides, each for a while."""
    yaw = np.where(_upright(m), m.gaze[:, 0], 0.0)
    return held(yaw > 28, 5) and held(yaw < -28, 5) and abs(m.turn) < 60


def look_up(m: Measured) -> bool:
    """Return whether the face is turned up for a while."""
    return held(m.gaze[:, 1] < -18, 10)


def look_down(m: Measured) -> bool:
    """Return whether the face is turned down for a while and the body stays upright."""
    return (
        held(m.gaze[:, 1] > 27, 10) and float(m.pelvis.min()) > 0.78 and float(m.at[:, NECK, 1].min()) > 1.25
    )


def shrug(m: Measured) -> bool:
    """Return whether both shoulders rise and sink while the hands stay below them."""
    rise = [m.local[:, SHOULDERS[s], 1] - m.local[:, NECK, 1] for s in SIDES]
    both = np.minimum(rise[0] - np.median(rise[0][:4]), rise[1] - np.median(rise[1][:4]))
    low = all(float(m.arm(s)[:, 1].max()) < 0.1 for s in SIDES)
    return bool(held(both > 0.018, 4) and both[-1] < 0.02 and low and _stays(m) and _upright(m).all())


def _alone(m: Measured, side: str, flags: Array, frames: int = 8) -> bool:
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
    return held(flags & (m.arm(OTHER_SIDE[side])[:, 1] < -0.15) & _upright(m), frames)


def point(side: str) -> Predicate:
    """Return a predicate: one arm is stretched forward at about the height of the shoulder."""

    def check(m: Measured) -> bool:
        a = m.arm(side)
        return _alone(m, side, (a[:, 2] > 0.36) & (np.abs(a[:, 1]) < 0.25) & (np.abs(a[:, 0]) < 0.3))

    return check


def point_side(side: str) -> Predicate:
    """Return a predicate: the arm of a side is stretched out to that side."""

    def check(m: Measured) -> bool:
        a = m.arm(side)
        return _alone(m, side, (a[:, 0] > 0.36) & (np.abs(a[:, 1]) < 0.25))

    return check


def raised(side: str) -> Predicate:
    """Return a predicate: one hand is over the head, the other below the shoulder."""

    def check(m: Measured) -> bool:
        return _alone(m, side, m.at[:, WRISTS[side], 1] > m.at[:, HEAD, 1] + 0.05)

    return check


def salute(side: str) -> Predicate:
    """Return a predicate: a hand is at the forehead, its elbow lifted."""

    def check(m: Measured) -> bool:
        near = m.apart(WRISTS[side], HEAD) < 0.3
        lifted = m.at[:, ELBOWS[side], 1] > m.at[:, SHOULDERS[side], 1] - 0.14
        return _alone(m, side, near & lifted)

    return check


def at_head(side: str) -> Predicate:
    """Return a predicate: a hand stays at the head: ear, mouth or forehead."""
    return lambda m: _alone(m, side, m.apart(WRISTS[side], HEAD) < 0.3, 12)


def at_chest(side: str) -> Predicate:
    """Return a predicate: a hand lies on the chest."""

    def check(m: Measured) -> bool:
        w = m.local[:, WRISTS[side]]
        near = (np.abs(w[:, 0]) < 0.17) & (w[:, 2] > 0.03) & (w[:, 2] < 0.36)
        high = (m.arm(side)[:, 1] > -0.32) & (m.arm(side)[:, 1] < 0.05)
        return _alone(m, side, near & high, 10)

    return check


def _both(m: Measured, flags: Callable[[str], Array], frames: int = 8) -> bool:
    return held(flags("left") & flags("right"), frames)


def spread(m: Measured) -> bool:
    """Return whether both arms are out to the sides."""
    return _both(m, lambda s: (m.arm(s)[:, 0] > 0.36) & (np.abs(m.arm(s)[:, 1]) < 0.2))


def flap(m: Measured) -> bool:
    """Return whether both arms are out to the sides and go up and down."""
    out = {s: m.arm(s)[:, 0] > 0.25 for s in SIDES}
    return all(out[s].mean() > 0.3 and swings(m.arm(s)[out[s], 1], 0.1) >= 2 for s in SIDES)


def wave_both(m: Measured) -> bool:
    """Return whether both hands swing from side to side above the shoulders."""
    up = {s: m.arm(s)[:, 1] > 0.1 for s in SIDES}
    return all(up[s].mean() > 0.2 and swings(m.arm(s)[up[s], 0], 0.07) >= 2 for s in SIDES)


def stretch(m: Measured) -> bool:
    """Return whether both hands are above the head for at least 14 frames."""
    return _both(m, lambda s: m.at[:, WRISTS[s], 1] > m.at[:, HEAD, 1] + 0.1, 14)


def hips(m: Measured) -> bool:
    """Return whether both hands are at the hips, elbows bent and out."""

    def flags(s: str) -> Array:
        bent = m.apart(WRISTS[s], SHOULDERS[s]) < 0.5
        wide = m.local[:, ELBOWS[s], 0] * OUTWARD[s] > m.wrist(s)[:, 0] + 0.03
        return (m.apart(WRISTS[s], HIPS[s]) < 0.28) & bent & wide & (m.wrist(s)[:, 2] > -0.12)

    return _both(m, flags, 12)


def crossed(m: Measured) -> bool:
    """Return whether both forearms are in front of the chest, each hand at or beyond the middle."""
    return _both(
        m, lambda s: (m.wrist(s)[:, 0] < 0.05) & (m.wrist(s)[:, 2] > 0.08) & (m.arm(s)[:, 1] > -0.4), 10
    )


def on_head(m: Measured) -> bool:
    """Return whether both hands are on or behind the head."""
    return _both(m, lambda s: (m.apart(WRISTS[s], HEAD) < 0.34) & (m.arm(s)[:, 1] > 0.12), 10)


def at_face(m: Measured) -> bool:
    """Return whether both hands are in front of the face."""
    return _both(m, lambda s: (m.apart(WRISTS[s], HEAD) < 0.32) & (m.arm(s)[:, 2] > 0.06), 10)


def palms(m: Measured) -> bool:
    """Return whether the hands stay together in front of the chest."""
    together = m.apart(WRISTS["left"], WRISTS["right"]) < 0.2
    return held(together & (m.arm("left")[:, 1] > -0.35) & (m.wrist("left")[:, 2] > 0.1), 14)


def behind(m: Measured) -> bool:
    """Return whether both hands are behind the back."""
    return _both(m, lambda s: (m.wrist(s)[:, 2] < -0.08) & (m.wrist(s)[:, 0] < 0.17), 10)


def knees(m: Measured) -> bool:
    """Return whether both hands are at the knees while the hips are up."""
    return _both(m, lambda s: m.apart(WRISTS[s], KNEES[s]) < 0.3, 10) and float(np.median(m.pelvis)) > 0.6


def beckon(side: str) -> Predicate:
    """Return a predicate: a hand in front of the body moves back towards it repeatedly."""

    def check(m: Measured) -> bool:
        a = m.arm(side)
        ahead = (a[:, 2] > 0.12) & (a[:, 1] > -0.3) & (m.arm(OTHER_SIDE[side])[:, 1] < -0.15)
        if ahead.mean() < 0.25 or not _stays(m) or np.std(a[ahead, 0]) > np.std(a[ahead, 2]):
            return False
        return swings(np.linalg.norm(a[ahead], axis=-1), 0.05) >= 2

    return check


def throw(side: str) -> Predicate:
    """Return a predicate: a hand above the shoulder moves forward fast after having been held back."""

    def check(m: Measured) -> bool:
        a = m.arm(side)
        ahead = np.diff(a[:, 2]) * m.fps
        for i in np.flatnonzero((ahead > 2.0) & (a[1:, 1] > -0.05)):
            if (a[max(0, i - 12) : i + 1, 2] < 0.05).any() and a[max(0, i - 12) : i + 1, 1].max() > 0.15:
                return True
        return False

    return check


def push(m: Measured) -> bool:
    """Return whether both hands move forward together from near the chest."""
    reach = np.minimum(m.arm("left")[:, 2], m.arm("right")[:, 2])
    level = np.minimum(m.arm("left")[:, 1], m.arm("right")[:, 1]) > -0.32
    out = np.flatnonzero((reach > 0.36) & level)
    if len(out) < 3:
        return False
    before = slice(max(0, out[0] - 16), out[0])
    near = np.maximum(*(np.linalg.norm(m.arm(s)[before], axis=-1) for s in SIDES))
    return bool(len(near) and near.min() < 0.42)


def waves_exactly(count: int) -> Predicate:
    """Return a predicate: a raised hand swings outward exactly ``count`` times."""

    def check(m: Measured) -> bool:
        for s in SIDES:
            up = m.arm(s)[:, 1] > 0.05
            x = m.arm(s)[up, 0]
            if up.mean() > 0.1 and len(x) > 4 and _peaks(x, 0.05) == count:
                return True
        return False

    return check


def _peaks(x: Array, least: float) -> int:
    """Count the maxima of values (T,) that are higher than both sides by at least ``least``."""
    count, low, high, rising = 0, float(x[0]), float(x[0]), True
    for value in map(float, x):
        if rising:
            high = max(high, value)
            if high - low > least and value < high - least:
                count, rising, low = count + 1, False, value
            elif high - low <= least:
                low = min(low, value)
        else:
            low = min(low, value)
            if value > low + least:
                rising, high = True, value
    return count


def claps_exactly(count: int) -> Predicate:
    """Return a predicate: the hands meet exactly ``count`` times."""
    return lambda m: len(find_true_runs(m.apart(WRISTS["left"], WRISTS["right"]) < 0.19)) == count


def belly(m: Measured) -> bool:
    """Return whether both wrists are in front of the belly."""
    middle = (m.local[:, PELVIS] + m.local[:, NECK]) / 2
    near = [np.linalg.norm(m.local[:, WRISTS[s]] - middle - [0.0, -0.08, 0.14], axis=-1) < 0.2 for s in SIDES]
    return held(near[0] & near[1], 10) and _stays(m)


def combo(m: Measured) -> bool:
    """Return whether the arms are stretched fast at chest height, twice or more."""
    total = 0
    for s in SIDES:
        length = np.linalg.norm(m.arm(s), axis=-1)
        quick = (np.diff(length) * m.fps > 0.8) & (m.arm(s)[1:, 1] > -0.3) & (m.arm(s)[1:, 2] > 0.15)
        total += len(find_true_runs(quick))
    return total >= 2


def _sided(name: str, of_side: Callable[[str], Predicate]) -> dict[str, Predicate]:
    return {name: either(of_side), f"{name}_left": of_side("left"), f"{name}_right": of_side("right")}


HAND_AND_HEAD_PREDICATES: dict[str, Predicate] = {
    "nod": nod,
    "shake_head": shake_head,
    "look_left": look("left"),
    "look_right": look("right"),
    "look_around": look_around,
    "look_up": look_up,
    "look_down": look_down,
    "shrug": shrug,
    **_sided("point", point),
    "point_side_left": point_side("left"),
    "point_side_right": point_side("right"),
    **_sided("raise", raised),
    **_sided("salute", salute),
    **_sided("at_head", at_head),
    **_sided("at_chest", at_chest),
    "spread": spread,
    "flap": flap,
    "wave_both": wave_both,
    "stretch": stretch,
    "hips": hips,
    "crossed": crossed,
    "on_head": on_head,
    "at_face": at_face,
    "palms": palms,
    "behind": behind,
    "knees": knees,
    "belly": belly,
    **_sided("beckon", beckon),
    **_sided("throw", throw),
    "push": push,
    "wave_2": waves_exactly(2),
    "wave_3": waves_exactly(3),
    "clap_3": claps_exactly(3),
    "combo": combo,
}
"""Predicates by name; a name with a side requires that side."""
