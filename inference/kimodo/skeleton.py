# SPDX-License-Identifier: GPL-3.0-or-later
"""SOMA's 30 joints that Kimodo moves (T pose, metres, Y up, facing +Z, the left side at +X), and their poses on T_POSE.

Names, parents and rest positions are facts about the published model, which its files do not contain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...motion.motion import Motion
from ...motion.rotations import Array, matrix_to_quaternion, slerp
from ...motion.skeleton import SMPL_JOINTS, SMPL_PARENTS, smpl_skeleton
from ..ardy.smpl_pose import make_t_pose_motion

F64 = NDArray[np.float64]

_JOINTS: tuple[tuple[str, int, float, float, float], ...] = (
    ("Hips", -1, 0.0, 0.0, 0.0),
    ("Spine1", 0, -0.00013727, 0.0500376256, -0.00053726669),
    ("Spine2", 1, -0.000137271866, 0.12129064, -0.000835515236),
    ("Chest", 2, -0.000137277618, 0.19679127, -0.00899522516),
    ("Neck1", 3, -0.00195404279, 0.459904223, -0.0145287081),
    ("Neck2", 4, -0.0019540713, 0.536998189, 0.00849714655),
    ("Head", 5, -0.00195411727, 0.598287348, 0.0280342327),
    ("Jaw", 6, -0.00192774848, 0.603043271, 0.0589836388),
    ("LeftEye", 6, 0.0301096906, 0.6520894, 0.103903063),
    ("RightEye", 6, -0.034178519, 0.651906039, 0.103616569),
    ("LeftShoulder", 3, 0.0160792399, 0.429162911, 0.0421389072),
    ("LeftArm", 10, 0.165277697, 0.429162933, -0.0128843504),
    ("LeftForeArm", 11, 0.452670775, 0.429162935, -0.0129102291),
    ("LeftHand", 12, 0.723610587, 0.429162928, -0.0128841394),
    ("LeftHandThumbEnd", 13, 0.846296854, 0.396961171, 0.0354465482),
    ("LeftHandMiddleEnd", 13, 0.913730182, 0.426034144, -0.0132237098),
    ("RightShoulder", 3, -0.01393846, 0.428594356, 0.0431463534),
    ("RightArm", 16, -0.164310422, 0.428594473, -0.0123096903),
    ("RightForeArm", 17, -0.451676815, 0.428594492, -0.0123356612),
    ("RightHand", 18, -0.723013013, 0.428594491, -0.0123095343),
    ("RightHandThumbEnd", 19, -0.845655496, 0.396479946, 0.0357308561),
    ("RightHandMiddleEnd", 19, -0.913018958, 0.425528335, -0.0126252686),
    ("LeftLeg", 0, 0.10043214, -0.0843452671, 0.0259565473),
    ("LeftShin", 22, 0.10043213, -0.516562804, 0.0179274193),
    ("LeftFoot", 23, 0.10043214, -0.938113763, -0.0168878105),
    ("LeftToeBase", 24, 0.10043214, -0.988708484, 0.115427483),
    ("RightLeg", 0, -0.10047278, -0.0829525995, 0.0262031695),
    ("RightShin", 26, -0.10047277, -0.516574659, 0.0181476112),
    ("RightFoot", 27, -0.10047275, -0.937748602, -0.0166363673),
    ("RightToeBase", 28, -0.100472753, -0.988544695, 0.116205588),
)
"""Name, index of the parent, and rest position relative to the hips."""

NAMES: tuple[str, ...] = tuple(joint[0] for joint in _JOINTS)
JOINT_COUNT = len(_JOINTS)

_SOMA_NAMES: dict[str, str] = {
    "pelvis": "Hips", "spine1": "Spine1", "spine2": "Spine2", "spine3": "Chest", "neck": "Neck1", "head": "Head",
    **{f"{side.lower()}_{joint}": f"{side}{name}" for side in ("Left", "Right") for joint, name in (
        ("hip", "Leg"), ("knee", "Shin"), ("ankle", "Foot"), ("foot", "ToeBase"),
        ("collar", "Shoulder"), ("shoulder", "Arm"), ("elbow", "ForeArm"), ("wrist", "Hand"),
    )},
}  # fmt: skip
"""SOMA's joint for each of SMPL's."""

_INDICES = [NAMES.index(_SOMA_NAMES[name]) for name in SMPL_JOINTS]
_UPPER_NECK, _NECK = NAMES.index("Neck2"), SMPL_JOINTS.index("neck")
_SMPL_PARENTS = np.array(SMPL_PARENTS[1:])

_rest: F64 = np.array([joint[2:] for joint in _JOINTS])[_INDICES]
_offsets = np.concatenate([np.zeros((1, 3)), _rest[1:] - _rest[_SMPL_PARENTS]])

SOMA_REST_POSE = smpl_skeleton(_offsets)
"""The joints that SOMA shares with SMPL, at SOMA's proportions."""


def to_motion(
    root_positions: Array, global_rotations: Array, contacts: NDArray[np.bool_], fps: float
) -> Motion:
    """Return a motion on ``T_POSE``.

    Parameters
    ----------
    root_positions : (N, 3), hips in metres
    global_rotations : (N, 30, 3, 3), in the world
    contacts : (N, 4), left heel and toe, right heel and toe
    fps : frames per second
    """
    world = matrix_to_quaternion(global_rotations[:, _INDICES])
    # SMPL's neck takes the place of two joints
    world[:, _NECK] = slerp(world[:, _NECK], matrix_to_quaternion(global_rotations[:, _UPPER_NECK]), 0.5)
    return make_t_pose_motion(SOMA_REST_POSE, root_positions, world, contacts, fps)
