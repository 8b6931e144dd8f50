# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands: their rest pose, relaxed fingers, and the alignment of a rig's hands with the motion's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .rest_alignment import JointPositions
from .rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    cross_product,
    matrix_to_quaternion,
    multiply,
    normalise,
    rotate,
    rotation_between,
)
from .skeleton import FINGERS

_SIDES = ("left", "right")

_FINGER_BASES: dict[str, tuple[float, float, float]] = {
    "index": (0.095, -0.005, 0.025), "middle": (0.095, 0.0, 0.0), "ring": (0.09, -0.005, -0.02),
    "pinky": (0.08, -0.01, -0.04), "thumb": (0.03, -0.015, 0.03),
}  # fmt: skip
"""Metres from the wrist to the first joint of each finger of the left hand, in a T-pose."""

_FINGER_DIRECTIONS: dict[str, tuple[float, float, float]] = {
    "index": (1.0, 0.0, 0.05), "middle": (1.0, 0.0, 0.0), "ring": (1.0, 0.0, -0.08),
    "pinky": (1.0, 0.0, -0.18), "thumb": (0.68, -0.25, 0.69),
}  # fmt: skip
"""Direction of each finger of the left hand in a T-pose."""

_PHALANX_LENGTHS: dict[str, tuple[float, float]] = {
    "index": (0.035, 0.022), "middle": (0.037, 0.026), "ring": (0.034, 0.024), "pinky": (0.026, 0.018),
    "thumb": (0.036, 0.029),
}  # fmt: skip
"""Metres from the first to the second joint of each finger, and from the second to the third."""

_RELAXED_FLEXION: dict[str, tuple[float, float, float]] = {
    "index": (14.0, 24.0, 12.0), "middle": (18.0, 28.0, 15.0), "ring": (22.0, 30.0, 17.0),
    "pinky": (24.0, 30.0, 17.0), "thumb": (6.0, 10.0, 14.0),
}  # fmt: skip
"""Degrees by which the three joints of each finger of a relaxed hand are flexed."""


def _make_resting_hands() -> dict[str, Array]:
    """Return the positions (3,) of the finger joints from the wrist, in metres: T-pose, palms down, thumbs forward.

    Rounded proportions of an adult, of a flat hand as in the rest pose of SMPL-H and SMPL-X (no model data).
    """
    positions: dict[str, Array] = {}
    for side, mirror in (("left", 1.0), ("right", -1.0)):
        for finger in FINGERS:
            position = np.array(_FINGER_BASES[finger])
            direction = normalise(np.array(_FINGER_DIRECTIONS[finger]))
            for k, step in enumerate((0.0, *_PHALANX_LENGTHS[finger]), start=1):
                position = position + step * direction
                positions[f"{side}_{finger}{k}"] = position * np.array([mirror, 1.0, 1.0])
    return positions


HAND_REST_POSITIONS: Mapping[str, Array] = _make_resting_hands()
"""Finger joint to its position (3,) from the wrist in a resting hand of a T-pose, metres."""


def _make_relaxed_fingers() -> dict[str, Array]:
    rotations: dict[str, Array] = {}
    for side, mirror in (("left", 1.0), ("right", -1.0)):
        for finger in FINGERS:
            # fingers close towards the palm, the thumb across it
            flexed_direction = (
                np.array([0.3, -0.5, -0.8]) if finger == "thumb" else np.array([0.0, -1.0, 0.0])
            )
            axis = normalise(cross_product(normalise(np.array(_FINGER_DIRECTIONS[finger])), flexed_direction))
            rotation = np.array([1.0, 0.0, 0.0, 0.0])
            for k, degrees in enumerate(_RELAXED_FLEXION[finger], start=1):
                rotation = multiply(rotation, axis_angle_to_quaternion(np.radians(degrees) * axis))
                rotations[f"{side}_{finger}{k}"] = rotation * np.array([1.0, 1.0, mirror, mirror])
    return rotations


RELAXED_FINGER_ROTATIONS: Mapping[str, Array] = _make_relaxed_fingers()
"""Finger joint to its rotation (4,) relative to the wrist in a relaxed hand; the angles are this project's own."""


def add_resting_hands(motion_points: JointPositions, orientation: Array) -> dict[str, Array]:
    """Return the motion's rest positions (3,), with those of resting fingers where a hand has none.

    ``orientation`` (4,): the body's orientation at rest. In a T-pose the palms point down; where the arms point
    elsewhere, the hands are rotated with them from there.
    """
    points = dict(motion_points)
    for side in _SIDES:
        if f"{side}_wrist" in motion_points and not any(
            j in motion_points for j in HAND_REST_POSITIONS if j.startswith(side)
        ):
            rotation = _find_hand_rotation(motion_points, side, orientation)
            for joint, position in HAND_REST_POSITIONS.items():
                if joint.startswith(side):
                    points[joint] = motion_points[f"{side}_wrist"] + rotate(rotation, position)
    return points


def _find_hand_rotation(motion_points: JointPositions, side: str, orientation: Array) -> Array:
    """Return the rotation (4,) from the hand of ``HAND_REST_POSITIONS`` to the one at the end of this forearm."""
    elbow = motion_points.get(f"{side}_elbow", motion_points.get(f"{side}_shoulder"))
    if elbow is None:
        return orientation
    outward = rotate(orientation, np.array([1.0 if side == "left" else -1.0, 0.0, 0.0]))
    return multiply(rotation_between(outward, motion_points[f"{side}_wrist"] - elbow), orientation)


def align_hands(
    rig_points: JointPositions, motion_points: JointPositions, alignment: JointPositions
) -> dict[str, Array]:
    """Return the alignment of hands, fingers, and forearms that are rolled with their hands.

    ``rig_points``, ``motion_points``: positions (3,) of joints at rest, the motion's with ``add_resting_hands``.
    ``alignment``: joint to the rotation (4,) that aligns the rig's rest pose with the motion's, as ``align_rest``
    returns it for the arms.
    """
    result: dict[str, Array] = {}
    for side in _SIDES:
        elbow, wrist = f"{side}_elbow", f"{side}_wrist"
        if wrist not in rig_points or wrist not in motion_points:
            continue
        rotation = align_hand(rig_points, motion_points, side)
        if rotation is not None and elbow in rig_points and elbow in motion_points:
            result[elbow] = _add_half_roll(
                alignment[elbow], rotation, motion_points[wrist] - motion_points[elbow]
            )
        result[wrist] = alignment[wrist] if rotation is None else rotation
        result |= align_fingers(rig_points, motion_points, side, result[wrist])
    return result


def relaxed_finger_rotation(
    side: str, joint: str, motion_points: JointPositions, orientation: Array
) -> Array:
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
    hand_rotation = _find_hand_rotation(motion_points, side, orientation)
    return multiply(multiply(hand_rotation, RELAXED_FINGER_ROTATIONS[joint]), conjugate(hand_rotation))


def align_hand(rig_points: JointPositions, motion_points: JointPositions, side: str) -> Array | None:
    """Return the rotation (4,) that aligns a rig's hand at rest with the motion's.

    ``rig_points``, ``motion_points``: positions (3,) of joints at rest. Two directions are matched: along the hand to
    the bases of its fingers, and across it from the little finger to the index. None if a hand does not show both.
    """
    bases = [
        joint
        for joint in (f"{side}_{finger}1" for finger in ("index", "middle", "ring", "pinky"))
        if joint in rig_points and joint in motion_points
    ]
    if len(bases) < 2 or any(f"{side}_wrist" not in points for points in (rig_points, motion_points)):
        return None
    rig_axes, motion_axes = (
        _find_hand_axes(points[f"{side}_wrist"], [points[b] for b in bases])
        for points in (rig_points, motion_points)
    )
    if rig_axes is None or motion_axes is None:
        return None
    return multiply(matrix_to_quaternion(motion_axes), conjugate(matrix_to_quaternion(rig_axes)))


def _find_hand_axes(wrist: Array, bases: list[Array]) -> Array | None:
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
    return np.stack([along, across, cross_product(along, across)], axis=-1)


def align_fingers(
    rig_points: JointPositions, motion_points: JointPositions, side: str, wrist_rotation: Array
) -> dict[str, Array]:
    """Return for each mapped finger joint the rotation (4,) that aligns its bone at rest with the motion's.

    A finger's last bone, whose end is unknown, keeps its direction relative to the bone before.

    Parameters
    ----------
    rig_points, motion_points : joint to position (3,), metres
        Joints at rest.
    side : "left" or "right"
    wrist_rotation : (4,) quaternion
        The rotation that aligns the rig's hand.
    """
    result: dict[str, Array] = {}
    for finger in FINGERS:
        rotation = wrist_rotation
        for k in (1, 2, 3):
            joint, next_joint = f"{side}_{finger}{k}", f"{side}_{finger}{k + 1}"
            if joint not in rig_points or joint not in motion_points:
                continue
            if next_joint in rig_points and next_joint in motion_points:
                direction = rotate(rotation, rig_points[next_joint] - rig_points[joint])
                rotation = multiply(
                    rotation_between(direction, motion_points[next_joint] - motion_points[joint]), rotation
                )
            result[joint] = rotation
    return result


def _add_half_roll(elbow_rotation: Array, wrist_rotation: Array, forearm: Array) -> Array:
    """Add to a forearm's alignment half of the roll by which its hand's alignment differs.

    Where a rig rests with rotated palms, its forearms are rotated too. ``elbow_rotation``, ``wrist_rotation`` (4,):
    alignments of forearm and hand. ``forearm`` (3,): direction of the motion's forearm at rest.
    """
    axis = normalise(forearm)
    difference = multiply(wrist_rotation, conjugate(elbow_rotation))
    angle = 2.0 * np.arctan2(float(np.dot(difference[1:], axis)), float(difference[0]))
    angle -= 2.0 * np.pi * np.round(angle / (2.0 * np.pi))
    return multiply(axis_angle_to_quaternion(0.5 * angle * axis), elbow_rotation)
