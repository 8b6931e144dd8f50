# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands: how one rests, how its fingers hang when nobody minds them, and how a rig's hand is brought into line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .rest_alignment import Points
from .rotations import (
    Array,
    between,
    conjugate,
    cross,
    from_axis_angle,
    from_matrix,
    multiply,
    normalise,
    rotate,
)
from .skeleton import FINGERS

_SIDES = ("left", "right")

_BASES: dict[str, tuple[float, float, float]] = {
    "index": (0.095, -0.005, 0.025), "middle": (0.095, 0.0, 0.0), "ring": (0.09, -0.005, -0.02),
    "pinky": (0.08, -0.01, -0.04), "thumb": (0.03, -0.015, 0.03),
}  # fmt: skip
_WAYS: dict[str, tuple[float, float, float]] = {
    "index": (1.0, 0.0, 0.05), "middle": (1.0, 0.0, 0.0), "ring": (1.0, 0.0, -0.08),
    "pinky": (1.0, 0.0, -0.18), "thumb": (0.68, -0.25, 0.69),
}  # fmt: skip
_LENGTHS: dict[str, tuple[float, float]] = {
    "index": (0.035, 0.022), "middle": (0.037, 0.026), "ring": (0.034, 0.024), "pinky": (0.026, 0.018),
    "thumb": (0.036, 0.029),
}  # fmt: skip
_CURLS: dict[str, tuple[float, float, float]] = {
    "index": (14.0, 24.0, 12.0), "middle": (18.0, 28.0, 15.0), "ring": (22.0, 30.0, 17.0),
    "pinky": (24.0, 30.0, 17.0), "thumb": (6.0, 10.0, 14.0),
}  # fmt: skip
"""Degrees by which a hand at ease flexes the three joints of each finger."""


def _hand_rest() -> dict[str, Array]:
    """Places (3,) of the finger joints from the wrist, metres: arms stretched sideways, palms down, thumbs ahead.

    Proportions of an adult, rounded, as a flat hand has them in SMPL-H's and SMPL-X's rest pose (no model data).
    """
    places: dict[str, Array] = {}
    for side, mirror in (("left", 1.0), ("right", -1.0)):
        for finger in FINGERS:
            point, way = np.array(_BASES[finger]), normalise(np.array(_WAYS[finger]))
            for k, step in enumerate((0.0, *_LENGTHS[finger]), start=1):
                point = point + step * way
                places[f"{side}_{finger}{k}"] = point * np.array([mirror, 1.0, 1.0])
    return places


HAND_REST: Mapping[str, Array] = _hand_rest()


def _relaxed() -> dict[str, Array]:
    turns: dict[str, Array] = {}
    for side, mirror in (("left", 1.0), ("right", -1.0)):
        for finger in FINGERS:
            # fingers close towards the palm, the thumb across it
            goal = np.array([0.3, -0.5, -0.8]) if finger == "thumb" else np.array([0.0, -1.0, 0.0])
            axis = normalise(cross(normalise(np.array(_WAYS[finger])), goal))
            whole = np.array([1.0, 0.0, 0.0, 0.0])
            for k, degrees in enumerate(_CURLS[finger], start=1):
                whole = multiply(whole, from_axis_angle(np.radians(degrees) * axis))
                turns[f"{side}_{finger}{k}"] = whole * np.array([1.0, 1.0, mirror, mirror])
    return turns


RELAXED: Mapping[str, Array] = _relaxed()
"""Turns (4,) of finger joints against the wrist in a hand at ease; the figures are this project's own."""


def with_hands(motion: Points, frame: Array) -> dict[str, Array]:
    """A motion's places (3,) at rest, with those of a resting hand's fingers where the motion has none.

    ``frame`` (4,): how the body is turned. A T-pose has its palms down; other arms are lowered from there.
    """
    points = dict(motion)
    for side in _SIDES:
        if f"{side}_wrist" in motion and not any(j in motion for j in HAND_REST if j.startswith(side)):
            turn = _hand_turn(motion, side, frame)
            for joint, place in HAND_REST.items():
                if joint.startswith(side):
                    points[joint] = motion[f"{side}_wrist"] + rotate(turn, place)
    return points


def _hand_turn(motion: Points, side: str, frame: Array) -> Array:
    """How a resting hand is turned (4,) from the one in ``HAND_REST``, by where the forearm points."""
    elbow = motion.get(f"{side}_elbow", motion.get(f"{side}_shoulder"))
    if elbow is None:
        return frame
    out = rotate(frame, np.array([1.0 if side == "left" else -1.0, 0.0, 0.0]))
    return multiply(between(out, motion[f"{side}_wrist"] - elbow), frame)


def align_hands(rig: Points, motion: Points, aligned: Points) -> dict[str, Array]:
    """The alignment of hands, of all fingers, and of forearms that are rolled with their hands.

    ``rig``, ``motion``: places (3,) of joints at rest, the motion's ``with_hands``. ``aligned``: joint to the rotation
    (4,) that brings the rig's rest pose into line with the motion's, as ``align_rest`` finds it for the arms.
    """
    result: dict[str, Array] = {}
    for side in _SIDES:
        elbow, wrist = f"{side}_elbow", f"{side}_wrist"
        if wrist not in rig or wrist not in motion:
            continue
        turn = align_hand(rig, motion, side)
        if turn is not None and elbow in rig and elbow in motion:
            result[elbow] = _rolled(aligned[elbow], turn, motion[wrist] - motion[elbow])
        result[wrist] = aligned[wrist] if turn is None else turn
        result |= align_fingers(rig, motion, side, result[wrist])
    return result


def eased(side: str, joint: str, motion: Points, frame: Array) -> Array:
    """World turn (4,) of a finger joint in a hand at ease, from the resting hand of the motion's body."""
    turn = _hand_turn(motion, side, frame)
    return multiply(multiply(turn, RELAXED[joint]), conjugate(turn))


def align_hand(rig: Points, motion: Points, side: str) -> Array | None:
    """Rotation (4,) that brings a rig's hand at rest into line with the motion's.

    ``rig``, ``motion``: places (3,) of joints at rest. Two directions are matched: along the hand to the bases of its
    fingers, and across it from the little finger to the index. None where the hands don't show both.
    """
    bases = [
        joint
        for joint in (f"{side}_{finger}1" for finger in ("index", "middle", "ring", "pinky"))
        if joint in rig and joint in motion
    ]
    if len(bases) < 2 or any(f"{side}_wrist" not in points for points in (rig, motion)):
        return None
    own, theirs = (_axes(points[f"{side}_wrist"], [points[b] for b in bases]) for points in (rig, motion))
    if own is None or theirs is None:
        return None
    return multiply(from_matrix(theirs), conjugate(from_matrix(own)))


def _axes(wrist: Array, bases: list[Array]) -> Array | None:
    """Columns (3, 3): along, across and out of a hand, from its wrist and the bases of its fingers, index first."""
    along = np.mean(bases, axis=0) - wrist
    length = float(np.linalg.norm(along))
    along = normalise(along)
    across: Array = bases[0] - bases[-1]
    across = across - np.dot(across, along) * along
    if not np.linalg.norm(across) > 0.1 * length > 0.0:
        return None
    across = normalise(across)
    return np.stack([along, across, cross(along, across)], axis=-1)


def align_fingers(rig: Points, motion: Points, side: str, wrist: Array) -> dict[str, Array]:
    """For each mapped finger joint the rotation (4,) that brings its bone at rest into line with the motion's.

    ``wrist`` (4,): the rotation that aligns the rig's hand. A last bone, whose end is not known, keeps its direction
    against the one before.
    """
    result: dict[str, Array] = {}
    for finger in FINGERS:
        turn = wrist
        for k in (1, 2, 3):
            joint, after = f"{side}_{finger}{k}", f"{side}_{finger}{k + 1}"
            if joint not in rig or joint not in motion:
                continue
            if after in rig and after in motion:
                way = rotate(turn, rig[after] - rig[joint])
                turn = multiply(between(way, motion[after] - motion[joint]), turn)
            result[joint] = turn
    return result


def _rolled(elbow: Array, wrist: Array, forearm: Array) -> Array:
    """The forearm's alignment ``elbow`` (4,) with half of the roll that the hand's, ``wrist`` (4,), adds to it.

    ``forearm`` (3,): the motion's forearm at rest. Rigs that rest with turned palms have turned forearms.
    """
    axis = normalise(forearm)
    extra = multiply(wrist, conjugate(elbow))
    angle = 2.0 * np.arctan2(float(np.dot(extra[1:], axis)), float(extra[0]))
    angle -= 2.0 * np.pi * np.round(angle / (2.0 * np.pi))
    return multiply(from_axis_angle(0.5 * angle * axis), elbow)
