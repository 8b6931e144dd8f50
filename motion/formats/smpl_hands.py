# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingers and jaw of SMPL-H and SMPL-X: their columns in a file, and the skeleton with their joints.

A frame of SMPL-H has 156 numbers: 66 of the body, then 45 of the left and 45 of the right hand. One of SMPL-X has 165:
66 of the body, then 3 each of jaw, left eye and right eye, then the hands as in SMPL-H (Pavlakos et al., CVPR 2019).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..fingers import HAND_REST_POSITIONS
from ..motion import Motion
from ..rest_pose import SMPL_REST_POSE
from ..rotations import Array, axis_angle_to_quaternion, quaternion_to_axis_angle
from ..skeleton import HAND_JOINTS, SMPL_JOINTS, Skeleton
from .npz_arrays import AnyArray

_BODY_NUMBERS = 66
_HAND_NUMBERS = 90
_JAW_FROM_HEAD = (0.0, 0.0, 0.02)
_MIN_ANGLE = 1e-6

HAND_ALIASES: dict[str, tuple[str, ...]] = {
    "hands": ("pose_hand", "hand_pose"),
    "left hand": ("left_hand_pose",),
    "right hand": ("right_hand_pose",),
    "jaw": ("pose_jaw", "jaw_pose"),
}
"""Names of the arrays in which some files store hands and jaw separately from the body."""


def read_extra_rotations(
    arrays: Mapping[str, AnyArray | None], poses: AnyArray | None, frames: int
) -> dict[str, Array]:
    """Return the local rotations (T, 4) of finger joints and jaw, without hands and jaws that never move.

    ``poses``: all numbers (T, N) of every frame, if stored so; ``arrays``: the file's arrays by the keys of
    :data:`HAND_ALIASES`. Arrays of other shapes, such as principal components of hands, are ignored.
    """
    jaw = _to_columns(arrays.get("jaw"), frames, 3)
    hands = _to_columns(arrays.get("hands"), frames, _HAND_NUMBERS)
    if poses is not None and poses.ndim == 2 and poses.shape[1] in (156, 165):
        hands = np.asarray(poses[:, -_HAND_NUMBERS:], dtype=float)
        if poses.shape[1] == 165:
            jaw = np.asarray(poses[:, _BODY_NUMBERS : _BODY_NUMBERS + 3], dtype=float)
    if hands is None:
        halves = [
            _to_columns(arrays.get(f"{side} hand"), frames, _HAND_NUMBERS // 2) for side in ("left", "right")
        ]
        if any(half is not None for half in halves):
            hands = np.concatenate(
                [np.zeros((frames, 45)) if half is None else half for half in halves], axis=1
            )
    result: dict[str, Array] = {}
    if hands is not None:
        for side in (0, 1):
            part = hands[:, 45 * side : 45 * side + 45].reshape(frames, 15, 3)
            if _has_motion(part):
                names = HAND_JOINTS[15 * side : 15 * side + 15]
                result |= {joint: axis_angle_to_quaternion(part[:, k]) for k, joint in enumerate(names)}
    if jaw is not None and _has_motion(jaw):
        result["jaw"] = axis_angle_to_quaternion(jaw)
    return result


def _to_columns(array: AnyArray | None, frames: int, width: int) -> Array | None:
    """Return ``array`` as numbers (T, width), None if it is something else."""
    if array is None or array.dtype.kind not in "fiu" or array.size != frames * width:
        return None
    return np.asarray(array, dtype=float).reshape(frames, width)


def _has_motion(values: Array) -> bool:
    """Return whether axis-angle values are finite, plausible and not all zero."""
    return bool(
        np.all(np.isfinite(values)) and 0.0 < np.abs(values).max() < 1e3 and np.abs(values).max() > _MIN_ANGLE
    )


def add_extra_joints(names: list[str]) -> Skeleton:
    """Return :data:`SMPL_REST_POSE` with the finger joints and the jaw in ``names`` appended, parents first."""
    joints, parents, offsets = [*SMPL_JOINTS], [*SMPL_REST_POSE.parents], [*SMPL_REST_POSE.rest_offsets]
    for joint in names:
        if joint == "jaw":
            parent, offset = "head", np.array(_JAW_FROM_HEAD)
        else:
            knuckle = int(joint[-1])
            parent = f"{joint[:-1]}{knuckle - 1}" if knuckle > 1 else f"{joint.partition('_')[0]}_wrist"
            offset = HAND_REST_POSITIONS[joint] - (HAND_REST_POSITIONS[parent] if knuckle > 1 else 0.0)
        parents.append(joints.index(parent))
        joints.append(joint)
        offsets.append(offset)
    return Skeleton(tuple(joints), tuple(parents), np.array(offsets))


def extract_extra_poses(motion: Motion) -> tuple[Array, Array]:
    """Return the axis-angle rotations of the jaw (T, 3) and of the hands (T, 90); zero if the motion has none.

    They are also zero unless the motion's rest pose is SMPL's, as in motions from SMPL-family files.
    """
    jaw: Array = np.zeros((len(motion), 3))
    hands = np.zeros((len(motion), _HAND_NUMBERS))
    skeleton = motion.skeleton
    body = skeleton.rest_offsets[: len(SMPL_JOINTS)]
    if skeleton.joint_names[: len(SMPL_JOINTS)] == SMPL_JOINTS and np.allclose(
        body, SMPL_REST_POSE.rest_offsets
    ):
        for k, joint in enumerate(HAND_JOINTS):
            if joint in skeleton.joint_names:
                rotations = motion.local_rotations[:, skeleton.joint_index(joint)]
                hands[:, 3 * k : 3 * k + 3] = quaternion_to_axis_angle(rotations)
        if "jaw" in skeleton.joint_names:
            jaw = quaternion_to_axis_angle(motion.local_rotations[:, skeleton.joint_index("jaw")])
    return jaw, hands
