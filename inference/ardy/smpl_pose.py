# SPDX-License-Identifier: GPL-3.0-or-later
"""Poses of ARDY's 27 joints as poses of the 22 joints of ``T_POSE``, and back.

ARDY has one joint more in the spine, which SMPL's lower neighbour takes half of, and ends of hands without a rotation
of their own. Both skeletons are in a T pose at rest, so a joint has the same rotation in the world.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...motion.motion import Motion
from ...motion.rest_pose import change_rest_pose, root_height
from ...motion.rotations import (
    Array,
    conjugate,
    make_continuous,
    matrix_to_quaternion,
    multiply,
    quaternion_to_matrix,
    slerp,
)
from ...motion.skeleton import SMPL_JOINTS, SMPL_PARENTS, T_POSE, Skeleton, smpl_skeleton
from .skeleton import JOINT_COUNT, NAMES, PARENTS, REST_POSITIONS

F64 = NDArray[np.float64]

_ARDY_NAMES: dict[str, str] = {
    "pelvis": "Hips", "spine1": "Spine", "spine2": "Spine1", "spine3": "Spine3", "neck": "Neck", "head": "Head",
    **{f"{side.lower()}_{joint}": f"{side}{name}" for side in ("Left", "Right") for joint, name in (
        ("hip", "UpLeg"), ("knee", "Leg"), ("ankle", "Foot"), ("foot", "ToeBase"),
        ("collar", "Shoulder"), ("shoulder", "Arm"), ("elbow", "ForeArm"), ("wrist", "Hand"),
    )},
}  # fmt: skip
"""ARDY's joint for each of SMPL's."""

_JOINTS = [NAMES.index(_ARDY_NAMES[name]) for name in SMPL_JOINTS]
_LOWER, _UPPER = NAMES.index("Spine1"), NAMES.index("Spine2")
_SPINE2, _SPINE3 = SMPL_JOINTS.index("spine2"), SMPL_JOINTS.index("spine3")
_SMPL_PARENTS = np.array(SMPL_PARENTS[1:])

_rest = REST_POSITIONS[_JOINTS]
_offsets = np.concatenate([np.zeros((1, 3)), _rest[1:] - _rest[_SMPL_PARENTS]])

ARDY_REST_POSE = smpl_skeleton(_offsets)
"""The joints that ARDY shares with SMPL, at ARDY's proportions."""

SCALE: float = root_height(ARDY_REST_POSE) / root_height(T_POSE)
"""ARDY's distances over the ground relative to those of ``T_POSE``, whose legs are not as long."""

LIMB_NAMES: dict[str, str] = {
    f"{side.lower()}_{joint}": f"{side}{limb}"
    for side in ("Left", "Right")
    for joint, limb in (("wrist", "Hand"), ("ankle", "Foot"), ("foot", "Foot"))
}
"""ARDY's hand or foot of each effector."""


def to_motion(
    root_positions: Array, global_rotations: Array, contacts: NDArray[np.bool_], fps: float
) -> Motion:
    """Return a motion on ``T_POSE``.

    Parameters
    ----------
    root_positions : (N, 3), hips in metres
    global_rotations : (N, 27, 3, 3), in the world
    contacts : (N, 4), left ankle and toe, right ankle and toe
    fps : frames per second
    """
    world = matrix_to_quaternion(global_rotations[:, _JOINTS])
    world[:, _SPINE2] = slerp(world[:, _SPINE2], matrix_to_quaternion(global_rotations[:, _UPPER]), 0.5)
    return make_t_pose_motion(ARDY_REST_POSE, root_positions, world, contacts, fps)


def make_t_pose_motion(
    rest_pose: Skeleton, root_positions: Array, world: Array, contacts: NDArray[np.bool_], fps: float
) -> Motion:
    """Return a motion on ``T_POSE`` from rotations in the world.

    Parameters
    ----------
    rest_pose : SMPL's joints at the proportions of the other body, in a T pose too
    root_positions : (N, 3), hips of that body in metres
    world : (N, 22, 4), rotations of its joints in the world
    contacts : (N, 4), left heel and toe, right heel and toe
    fps : frames per second
    """
    local = world.copy()
    local[:, 1:] = multiply(conjugate(world[:, _SMPL_PARENTS]), world[:, 1:])
    motion = Motion(rest_pose, fps, root_positions, make_continuous(local), contacts)
    return change_rest_pose(motion, T_POSE)


def to_ardy_pose(local_rotations: Array, root_positions: Array) -> tuple[F64, F64]:
    """Return the rotations (N, 27, 3, 3) in the world and the hips (N, 3) of poses on ``T_POSE``.

    ``local_rotations`` (N, 22, 4) are quaternions w, x, y, z, ``root_positions`` (N, 3) metres.
    """
    motion = change_rest_pose(Motion(T_POSE, 1.0, root_positions, local_rotations), ARDY_REST_POSE)
    _, world = ARDY_REST_POSE.forward_kinematics(motion.root_translation, motion.local_rotations)
    rotations = np.empty((len(motion), JOINT_COUNT, 3, 3))
    rotations[:, _JOINTS] = quaternion_to_matrix(world)
    # the two joints of the spine between which SMPL has one
    rotations[:, _UPPER] = rotations[:, _LOWER]
    for joint, parent in enumerate(PARENTS):
        if joint not in _JOINTS and joint != _UPPER:
            rotations[:, joint] = rotations[:, parent]
    return rotations, np.asarray(motion.root_translation, float)
