# SPDX-License-Identifier: GPL-3.0-or-later
"""The 27 joints of ARDY's Core models: T pose, metres, Y up, facing +Z, the left side at +X.

Names, parents and rest positions are facts about the published model, which its files do not contain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

_JOINTS: tuple[tuple[str, int, float, float, float], ...] = (
    ("Hips", -1, 0.0, 0.0, 0.0),
    ("Spine", 0, 0.0, 0.0709891021, -0.0473260991),
    ("Spine1", 1, 0.0, 0.164203316, -0.0637622923),
    ("Spine2", 2, 0.0, 0.258495331, -0.072011821),
    ("Spine3", 3, 0.0, 0.353147537, -0.0720119178),
    ("Neck", 4, 0.0, 0.601609528, -0.0365175679),
    ("Head", 5, 0.0, 0.729779363, -0.0139178969),
    ("RightShoulder", 4, -0.0319949016, 0.525919557, -0.0186872929),
    ("RightArm", 7, -0.190902904, 0.525919497, -0.0186872929),
    ("RightForeArm", 8, -0.486338913, 0.525919437, -0.0186872929),
    ("RightHand", 9, -0.718990922, 0.525919318, -0.0186872929),
    ("RightHandEnd", 10, -0.788602412, 0.525919318, -0.0186872929),
    ("RightHandThumb1", 10, -0.74683547, 0.507356286, 0.0277204234),
    ("LeftShoulder", 4, 0.0319949016, 0.525919557, -0.0186872929),
    ("LeftArm", 13, 0.190902904, 0.525919557, -0.0186872929),
    ("LeftForeArm", 14, 0.486338913, 0.525919557, -0.0186872929),
    ("LeftHand", 15, 0.718990922, 0.525919557, -0.0186872929),
    ("LeftHandEnd", 16, 0.788602412, 0.525919557, -0.0186872929),
    ("LeftHandThumb1", 16, 0.74683547, 0.507356524, 0.0277204234),
    ("RightUpLeg", 0, -0.0949181989, -0.0277289003, 0.0),
    ("RightLeg", 19, -0.0949181989, -0.439846903, 0.0),
    ("RightFoot", 20, -0.0949181989, -0.89593792, 0.0),
    ("RightToeBase", 21, -0.0949181989, -0.954412818, 0.16065827),
    ("LeftUpLeg", 0, 0.0949181989, -0.0277289003, 0.0),
    ("LeftLeg", 23, 0.0949181989, -0.439846903, 0.0),
    ("LeftFoot", 24, 0.0949181989, -0.89593792, 0.0),
    ("LeftToeBase", 25, 0.0949181989, -0.954412818, 0.16065827),
)
"""Name, index of the parent, and rest position relative to the hips."""

NAMES: tuple[str, ...] = tuple(joint[0] for joint in _JOINTS)
PARENTS: tuple[int, ...] = tuple(joint[1] for joint in _JOINTS)
REST_POSITIONS: F64 = np.array([joint[2:] for joint in _JOINTS])
JOINT_COUNT = len(_JOINTS)

OFFSETS: F64 = REST_POSITIONS - REST_POSITIONS[[max(parent, 0) for parent in PARENTS]]
"""Rest position of each joint relative to its parent; zero for the hips."""

RIGHT_HIP, LEFT_HIP = NAMES.index("RightUpLeg"), NAMES.index("LeftUpLeg")
"""The joints between which the heading is measured."""

CONTACT_JOINTS: tuple[int, ...] = tuple(
    NAMES.index(name) for name in ("LeftFoot", "LeftToeBase", "RightFoot", "RightToeBase")
)
"""Joints in the order of the features for contact with the ground."""

LIMB_JOINTS: dict[str, tuple[int, int]] = {
    name: (NAMES.index(name), NAMES.index(end))
    for name, end in (
        ("LeftFoot", "LeftToeBase"),
        ("RightFoot", "RightToeBase"),
        ("LeftHand", "LeftHandEnd"),
        ("RightHand", "RightHandEnd"),
    )
}
"""A hand or foot and its end, by the name of the hand or foot."""


def compute_global_rotations(local: F64) -> F64:
    """Return the rotations (..., 27, 3, 3) in the world of local ones."""
    rotations = np.empty_like(local)
    for joint, parent in enumerate(PARENTS):
        own = local[..., joint, :, :]
        rotations[..., joint, :, :] = own if parent < 0 else rotations[..., parent, :, :] @ own
    return rotations


def compute_local_rotations(rotations: F64) -> F64:
    """Return the local rotations (..., 27, 3, 3) of those in the world."""
    local = np.empty_like(rotations)
    local[..., 0, :, :] = rotations[..., 0, :, :]
    parents = rotations[..., list(PARENTS[1:]), :, :]
    local[..., 1:, :, :] = np.swapaxes(parents, -1, -2) @ rotations[..., 1:, :, :]
    return local


def compute_positions(global_rotations: F64, root_positions: F64) -> F64:
    """Return the positions (..., 27, 3) of the joints, given their rotations in the world and the hips (..., 3)."""
    positions = np.empty((*root_positions.shape[:-1], JOINT_COUNT, 3))
    positions[..., 0, :] = root_positions
    for joint, parent in enumerate(PARENTS[1:], start=1):
        positions[..., joint, :] = (
            positions[..., parent, :] + global_rotations[..., parent, :, :] @ OFFSETS[joint]
        )
    return positions
