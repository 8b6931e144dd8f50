# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion of motions with other joints to SMPL's 22 joints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import FormatError, MappingError
from ..mapping.bone_map import map_bones
from ..motion import Motion
from ..rig import make_plain_rig
from ..rotations import (
    Array,
    angle_between,
    conjugate,
    identity_rotations,
    matrix_to_quaternion,
    multiply,
    normalise,
    rotate,
    rotation_between,
)
from ..skeleton import EXTRA_JOINTS, SMPL_JOINTS, SMPL_PARENTS, Skeleton
from .bvh_read import END_SUFFIX


def to_smpl(motion: Motion) -> Motion:
    """Convert a motion to SMPL's 22 joints, with the proportions and the rest pose of its own skeleton.

    Joints are mapped by name, as the bones of rigs are. World positions and directions of the mapped joints do not
    change; the rest pose is rotated to face +Z. Missing joints are put between their neighbours and get no rotation. A
    motion that already has SMPL's joints, with or without fingers and jaw, is returned as it is. Raises
    :class:`FormatError` if the joints are not those of a human body.
    """
    skeleton = motion.skeleton
    if _is_smpl(skeleton):
        return motion
    joints = _map_joints(motion)
    rest = _find_rest_positions(skeleton, joints)
    to_front = _find_rotation_to_front(rest)
    offsets = np.zeros((len(SMPL_JOINTS), 3))
    for j, parent in enumerate(SMPL_PARENTS[1:], 1):
        offsets[j] = rotate(to_front, rest[j] - rest[parent])

    positions, rotations = motion.world_transforms
    world = identity_rotations(len(motion), len(SMPL_JOINTS))
    local = np.empty_like(world)
    for j, parent in enumerate(SMPL_PARENTS):
        source = joints.get(SMPL_JOINTS[j])
        if source is not None:
            world[:, j] = multiply(
                _point_at_child(j, joints, rest, positions, rotations[:, source]), conjugate(to_front)
            )
        elif parent >= 0:
            world[:, j] = world[:, parent]
        local[:, j] = multiply(conjugate(world[:, parent]), world[:, j]) if parent >= 0 else world[:, j]
    return replace(
        motion,
        skeleton=Skeleton(SMPL_JOINTS, SMPL_PARENTS, offsets),
        root_translation=positions[:, joints["pelvis"]],
        local_rotations=local,
    )


def remove_extra_joints(motion: Motion) -> Motion:
    """Remove the joints of fingers and jaw from a motion with SMPL's joints."""
    count = len(SMPL_JOINTS)
    if len(motion.skeleton) == count:
        return motion
    skeleton = Skeleton(SMPL_JOINTS, SMPL_PARENTS, motion.skeleton.rest_offsets[:count])
    return replace(motion, skeleton=skeleton, local_rotations=motion.local_rotations[:, :count])


def _is_smpl(skeleton: Skeleton) -> bool:
    count = len(SMPL_JOINTS)
    return (
        skeleton.joint_names[:count] == SMPL_JOINTS
        and skeleton.parents[:count] == SMPL_PARENTS
        and all(joint in EXTRA_JOINTS for joint in skeleton.joint_names[count:])
    )


def _point_at_child(
    joint: int, joints: dict[str, int], rest: Array, positions: Array, rotations: Array
) -> Array:
    """Return world rotations (T, 4) of a joint that point its bone exactly at its child.

    The file may have more joints between the two, whose rotations would be lost otherwise.

    Parameters
    ----------
    joint : int
        Index of the SMPL joint.
    joints : dict of str to int
        Index of the file's joint for each SMPL joint that it has.
    rest : (22, 3) metres
        Rest positions of SMPL's joints.
    positions : (T, J, 3) metres
        World positions of the file's joints.
    rotations : (T, 4)
        World rotations of the file's joint.
    """
    child = _NEXT_JOINT.get(joint, -1)
    target = joints.get(SMPL_JOINTS[child]) if child >= 0 else None
    if target is None or SMPL_PARENTS[child] != joint:
        return rotations
    direction = positions[:, target] - positions[:, joints[SMPL_JOINTS[joint]]]
    return multiply(rotation_between(rotate(rotations, rest[child] - rest[joint]), direction), rotations)


def _map_joints(motion: Motion) -> dict[str, int]:
    """Map SMPL's joints to indices of the file's joints. Raises :class:`FormatError`."""
    skeleton = motion.skeleton
    heads = skeleton.rest_positions
    children = skeleton.children
    tails = np.array([heads[c[0]] if c else heads[j] + [0, 0.05, 0] for j, c in enumerate(children)])
    name = motion.provenance.source.partition(":")[0] or "the motion"
    try:
        bones = map_bones(make_plain_rig(name, skeleton.joint_names, skeleton.parents, heads, tails)).bones
    except MappingError as error:
        raise FormatError(
            "The joints of {name} are not a human body's: {reason}", name=name, reason=error
        ) from error
    joints = {joint: skeleton.joint_index(bone) for joint, bone in bones.items()}
    for side in ("left", "right"):
        # an End Site of the ankle gives the direction of the foot
        end = f"{bones.get(f'{side}_ankle')}{END_SUFFIX}"
        if f"{side}_foot" not in joints and end in skeleton.joint_names:
            joints[f"{side}_foot"] = skeleton.joint_index(end)
    if len(set(joints.values())) != len(joints):
        raise FormatError(
            "Two joints of {name} were recognised as the same joint: rename the joints to SMPL's or Mixamo's names",
            name=name,
        )
    return joints


def _find_rest_positions(skeleton: Skeleton, joints: dict[str, int]) -> Array:
    """Return the rest positions (22, 3) of SMPL's joints.

    A missing joint is put between its neighbours, or at its parent if no joint follows.
    """
    rest = skeleton.rest_positions
    positions = np.zeros((len(SMPL_JOINTS), 3))
    for j, parent in enumerate(SMPL_PARENTS):
        if (source := joints.get(SMPL_JOINTS[j])) is not None:
            positions[j] = rest[source]
            continue
        # consecutive missing joints divide the distance to the next joint that exists
        parts, next_joint = 1, j
        while next_joint >= 0 and SMPL_JOINTS[next_joint] not in joints:
            parts += 1
            next_joint = _NEXT_JOINT.get(next_joint, -1)
        end = positions[parent] if next_joint < 0 else rest[joints[SMPL_JOINTS[next_joint]]]
        positions[j] = positions[parent] + (end - positions[parent]) / parts
    return positions


_NEXT_JOINT = {
    SMPL_JOINTS.index(a): SMPL_JOINTS.index(b)
    for a, b in (
        ("spine1", "spine2"), ("spine2", "spine3"), ("spine3", "neck"), ("neck", "head"),
        *((f"{side}_{a}", f"{side}_{b}") for side in ("left", "right")
          for a, b in (("hip", "knee"), ("knee", "ankle"), ("ankle", "foot"), ("collar", "shoulder"),
                       ("shoulder", "elbow"), ("elbow", "wrist"))),
    )
}  # fmt: skip
"""The next joint along the spine or the limb, for each joint that has one."""


def _find_rotation_to_front(rest: Array) -> Array:
    """Return the rotation (4,) that makes a rest pose (22, 3) upright and face +Z."""
    points = dict(zip(SMPL_JOINTS, rest, strict=True))
    left = points["left_hip"] - points["right_hip"] + points["left_shoulder"] - points["right_shoulder"]
    up = 0.5 * (points["left_shoulder"] + points["right_shoulder"] - points["left_hip"] - points["right_hip"])
    if normalise(up)[1] > 0.8:
        # it stands: a small lean is part of the rest pose, only the heading is corrected
        up = np.array([0.0, 1.0, 0.0])
    x = normalise(left - np.dot(left, normalise(up)) * normalise(up))
    y = normalise(up)
    if np.linalg.norm(x) < 0.5 or np.linalg.norm(y) < 0.5:
        return identity_rotations()
    rotation = matrix_to_quaternion(np.stack([x, y, np.cross(x, y)]))
    # below 30 degrees it is the posture of the body and not another forward axis
    return (
        identity_rotations() if angle_between(rotation, identity_rotations()) < np.radians(30) else rotation
    )
