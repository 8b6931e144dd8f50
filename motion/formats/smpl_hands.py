# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingers and jaw of SMPL-H and SMPL-X: where their numbers stand in a file, and the skeleton that carries them.

SMPL-H's frame has 156 numbers: the body's 66, then 45 for the left and 45 for the right hand. SMPL-X's has 165: the
body's 66, then jaw, left eye and right eye with 3 each, then the hands as in SMPL-H (Pavlakos et al., CVPR 2019).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..fingers import HAND_REST
from ..motion import Motion
from ..rest_pose import SMPL_REST
from ..rotations import Array, from_axis_angle, to_axis_angle
from ..skeleton import HAND_JOINTS, SMPL_JOINTS, Skeleton
from .npz_arrays import AnyArray

_BODY = 66
_HANDS = 90
_JAW_FROM_HEAD = (0.0, 0.0, 0.02)
_STILL = 1e-6

ALIASES: dict[str, tuple[str, ...]] = {
    "hands": ("pose_hand", "hand_pose"),
    "left hand": ("left_hand_pose",),
    "right hand": ("right_hand_pose",),
    "jaw": ("pose_jaw", "jaw_pose"),
}
"""Arrays in which files keep them apart from the body."""


def extra_rotations(
    found: Mapping[str, AnyArray | None], poses: AnyArray | None, frames: int
) -> dict[str, Array]:
    """Local rotations (T, 4) of finger joints and jaw, of those that a file has and that are not zero throughout.

    ``poses``: the table (T, N) of whole frames, if there is one; ``found``: the file's arrays by :data:`ALIASES`.
    Arrays of other shapes (hands as principal components, for one) are passed over.
    """
    jaw = _columns(found.get("jaw"), frames, 3)
    hands = _columns(found.get("hands"), frames, _HANDS)
    if poses is not None and poses.ndim == 2 and poses.shape[1] in (156, 165):
        hands = np.asarray(poses[:, -_HANDS:], dtype=float)
        if poses.shape[1] == 165:
            jaw = np.asarray(poses[:, _BODY : _BODY + 3], dtype=float)
    if hands is None:
        halves = [_columns(found.get(f"{side} hand"), frames, _HANDS // 2) for side in ("left", "right")]
        if any(half is not None for half in halves):
            hands = np.concatenate(
                [np.zeros((frames, 45)) if half is None else half for half in halves], axis=1
            )
    result: dict[str, Array] = {}
    if hands is not None:
        for side in (0, 1):
            part = hands[:, 45 * side : 45 * side + 45].reshape(frames, 15, 3)
            if _moves(part):
                names = HAND_JOINTS[15 * side : 15 * side + 15]
                result |= {joint: from_axis_angle(part[:, k]) for k, joint in enumerate(names)}
    if jaw is not None and _moves(jaw):
        result["jaw"] = from_axis_angle(jaw)
    return result


def _columns(array: AnyArray | None, frames: int, width: int) -> Array | None:
    """``array`` as (T, width) numbers, None where it is something else."""
    if array is None or array.dtype.kind not in "fiu" or array.size != frames * width:
        return None
    return np.asarray(array, dtype=float).reshape(frames, width)


def _moves(values: Array) -> bool:
    return bool(
        np.all(np.isfinite(values)) and 0.0 < np.abs(values).max() < 1e3 and np.abs(values).max() > _STILL
    )


def with_extra(names: list[str]) -> Skeleton:
    """:data:`SMPL_REST` with finger joints and jaw ``names``, each behind the joint that carries it."""
    joints, parents, offsets = [*SMPL_JOINTS], [*SMPL_REST.parents], [*SMPL_REST.rest_offsets]
    for joint in names:
        if joint == "jaw":
            parent, offset = "head", np.array(_JAW_FROM_HEAD)
        else:
            knuckle = int(joint[-1])
            parent = f"{joint[:-1]}{knuckle - 1}" if knuckle > 1 else f"{joint.partition('_')[0]}_wrist"
            offset = HAND_REST[joint] - (HAND_REST[parent] if knuckle > 1 else 0.0)
        parents.append(joints.index(parent))
        joints.append(joint)
        offsets.append(offset)
    return Skeleton(tuple(joints), tuple(parents), np.array(offsets))


def extra_poses(motion: Motion) -> tuple[Array, Array]:
    """Jaw (T, 3) and hands (T, 90) of a motion as axis and angle; zero where it has none.

    They are taken where the motion's own rest pose is SMPL's, as in what was read from such a file.
    """
    jaw: Array = np.zeros((len(motion), 3))
    hands = np.zeros((len(motion), _HANDS))
    skeleton = motion.skeleton
    body = skeleton.rest_offsets[: len(SMPL_JOINTS)]
    if skeleton.joint_names[: len(SMPL_JOINTS)] == SMPL_JOINTS and np.allclose(body, SMPL_REST.rest_offsets):
        for k, joint in enumerate(HAND_JOINTS):
            if joint in skeleton.joint_names:
                turns = motion.local_rotations[:, skeleton.index(joint)]
                hands[:, 3 * k : 3 * k + 3] = to_axis_angle(turns)
        if "jaw" in skeleton.joint_names:
            jaw = to_axis_angle(motion.local_rotations[:, skeleton.index("jaw")])
    return jaw, hands
