# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands: their rest pose, relaxed fingers, and the alignment of a rig's hands with the motion's."""

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
"""Metres from the wrist to the first joint of each finger of the left hand, in a T-pose."""

_WAYS: dict[str, tuple[float, float, float]] = {
    "index": (1.0, 0.0, 0.05), "middle": (1.0, 0.0, 0.0), "ring": (1.0, 0.0, -0.08),
    "pinky": (1.0, 0.0, -0.18), "thumb": (0.68, -0.25, 0.69),
}  # fmt: skip
"""Direction of each finger of the left hand in a T-pose."""

_LENGTHS: dict[str, tuple[float, float]] = {
    "index": (0.035, 0.022), "middle": (0.037, 0.026), "ring": (0.034, 0.024), "pinky": (0.026, 0.018),
    "thumb": (0.036, 0.029),
}  # fmt: skip
"""Metres from the first to the second joint of each finger, and from the second to the third."""

_CURLS: dict[str, tuple[float, float, float]] = {
    "index": (14.0, 24.0, 12.0), "middle": (18.0, 28.0, 15.0), "ring": (22.0, 30.0, 17.0),
    "pinky": (24.0, 30.0, 17.0), "thumb": (6.0, 10.0, 14.0),
}  # fmt: skip
"""Degrees by which the three joints of each finger of a relaxed hand are flexed."""


def _hand_rest() -> dict[str, Array]:
    """Return the positions (3,) of the finger joints from the wrist, in metres: T-pose, palms down, thumbs forward.

    Rounded proportions of an adult, of a flat hand as in the rest pose of SMPL-H and SMPL-X (no model data).
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
"""Finger joint to its position (3,) from the wrist in a resting hand of a T-pose, metres."""


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
"""Finger joint to its rotation (4,) relative to the wrist in a relaxed hand; the angles are this project's own."""


def with_hands(motion: Points, frame: Array) -> dict[str, Array]:
    """Return the motion's rest positions (3,), with those of resting fingers where a hand has none.

    ``orientation`` (4,): the body's orientation at rest. In a T-pose the palms point down; where the arms point
    elsewhere, the hands are rotated with them from there.
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
    """Return the rotation (4,) from the hand of ``HAND_REST_POSITIONS`` to the one at the end of this forearm."""
    elbow = motion.get(f"{side}_elbow", motion.get(f"{side}_shoulder"))
    if elbow is None:
        return frame
    out = rotate(frame, np.array([1.0 if side == "left" else -1.0, 0.0, 0.0]))
    return multiply(between(out, motion[f"{side}_wrist"] - elbow), frame)


def align_hands(rig: Points, motion: Points, aligned: Points) -> dict[str, Array]:
    """Return the alignment of hands, fingers, and forearms that are rolled with their hands.

    ``rig_points``, ``motion_points``: positions (3,) of joints at rest, the motion's with ``add_resting_hands``.
    ``aligned``: joint to the rotation (4,) that aligns the rig's rest pose with the motion's, as ``align_rest`` returns
    it for the arms.
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
    """Return the world rotation (4,) of a finger joint of a relaxed hand, from the rest pose of the motion's body.

    Parameters
    ----------
    side : "left" or "right"
    joint : SMPL-H name of the finger joint
    motion_points : joint to position (3,), metres
        The motion's joints at rest.
    orientation : (4,) quaternion
        The body's orientation at rest.
    """
    turn = _hand_turn(motion, side, frame)
    return multiply(multiply(turn, RELAXED[joint]), conjugate(turn))


def align_hand(rig: Points, motion: Points, side: str) -> Array | None:
    """Return the rotation (4,) that aligns a rig's hand at rest with the motion's.

    ``rig_points``, ``motion_points``: positions (3,) of joints at rest. Two directions are matched: along the hand to
    the bases of its fingers, and across it from the little finger to the index. None if a hand does not show both.
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
    """Return the axes of a hand as columns (3, 3): along, across and out of the palm's plane.

    ``bases``: positions (3,) of the first finger joints, the index finger first. None if they are too close together.
    """
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
    """Return for each mapped finger joint the rotation (4,) that aligns its bone at rest with the motion's.

    A finger's last bone, whose end is unknown, keeps its direction relative to the bone before.

    Parameters
    ----------
    rig_points, motion_points : joint to position (3,), metres
        Joints at rest.
    side : "left" or "right"
    wrist : (4,) quaternion
        The rotation that aligns the rig's hand.
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
    """Return the forearm's alignment ``elbow`` (4,) with half of the roll that the hand's, ``wrist`` (4,), adds.

    ``forearm`` (3,): direction of the motion's forearm at rest. Where a rig rests with rotated palms, its forearms are
    rotated too.
    """
    axis = normalise(forearm)
    extra = multiply(wrist, conjugate(elbow))
    angle = 2.0 * np.arctan2(float(np.dot(extra[1:], axis)), float(extra[0]))
    angle -= 2.0 * np.pi * np.round(angle / (2.0 * np.pi))
    return multiply(from_axis_angle(0.5 * angle * axis), elbow)
