# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion of motions with other joints to SMPL's 22 joints."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..errors import FormatError, MappingError
from ..mapping.anatomy import find_posture_doubt, measure_leg_length
from ..mapping.bone_map import ESSENTIAL_JOINTS, map_bones
from ..mapping.doubt import Doubt
from ..motion import Motion
from ..rest_pose import change_rest_pose
from ..rig import make_plain_rig
from ..rotations import (
    Array,
    angle_between,
    conjugate,
    identity_rotations,
    make_continuous,
    matrix_to_quaternion,
    multiply,
    normalise,
    rotate,
    rotation_between,
)
from ..skeleton import EXTRA_JOINTS, SMPL_JOINTS, SMPL_PARENTS, T_POSE, Skeleton
from .joint_sources import END_SUFFIX, JointSource, MotionJoints, with_notes
from .laid_out_pose import lay_out_body

MIN_BONE = 1e-3
"""Bones shorter than this, in lengths of the leg, have no direction: exporters write joints on one another."""

_MAX_COORDINATE = 1e9
"""Metres."""

_MAX_JOINTS_TRIED = 400
"""Largest number of joints with which this is tried: recognition takes a second with a thousand joints."""

_FRAMES_TRIED = 4
"""Poses of the motion in which joints are recognised where the rest pose is not a body's."""


def to_smpl(motion: Motion) -> Motion:
    """Convert a motion to SMPL's 22 joints; one that has them, with or without fingers and jaw, is returned as it is.

    See :func:`convert_joints`.
    """
    return motion if _is_smpl(motion.skeleton) else convert_joints(MotionJoints(motion))


def convert_joints(source: JointSource) -> Motion:
    """Return the motion of SMPL's 22 joints, with the proportions and the rest pose of the file's own skeleton.

    Joints are mapped by name, as the bones of rigs are. World positions and directions of the mapped joints do not
    change, wherever in the chain they are keyed; the rest pose is rotated to face +Z. Missing joints are put between
    their neighbours and get no rotation. Where the rest pose is not a body's (all bones along one axis), a pose of the
    motion is used to recognise the joints, and a T-pose with the file's lengths as rest pose. Raises
    :class:`FormatError` if the joints are not those of a human body.
    """
    joints, reference = _map_joints(source)
    indices = list(joints.values())
    positions, rotations = source.evaluate_joints(indices)
    columns = {joint: k for k, joint in enumerate(joints)}
    heads = source.rest_positions[indices]
    if reference is not None:
        heads = positions[reference].copy()
        rotations = multiply(rotations, conjugate(rotations[reference]))
    for array in (heads, positions, rotations):
        if not np.all(np.abs(array) < _MAX_COORDINATE):
            raise FormatError(
                "{file} has positions that are not finite or too large: export it again",
                file=source.file_name,
            )
    rest = _find_rest_positions(heads, columns)
    to_front = _find_rotation_to_front(rest)
    min_length = MIN_BONE * measure_leg_length(dict(zip(SMPL_JOINTS, rest, strict=True)))
    offsets = np.zeros((len(SMPL_JOINTS), 3))
    for j, parent in enumerate(SMPL_PARENTS[1:], 1):
        offsets[j] = rotate(to_front, rest[j] - rest[parent])
        if np.linalg.norm(offsets[j]) < min_length:
            offsets[j] = 0.0

    world = identity_rotations(source.frame_count, len(SMPL_JOINTS))
    local = np.empty_like(world)
    for j, parent in enumerate(SMPL_PARENTS):
        column = columns.get(SMPL_JOINTS[j])
        if column is not None:
            pointed = rotations[:, column]
            if (child := _find_mapped_child(j, columns)) is not None and np.any(offsets[child[0]]):
                direction = positions[:, child[1]] - positions[:, column]
                pointed = multiply(
                    rotation_between(rotate(pointed, rest[child[0]] - rest[j]), direction), pointed
                )
            world[:, j] = multiply(pointed, conjugate(to_front))
        elif parent >= 0:
            world[:, j] = world[:, parent]
        local[:, j] = multiply(conjugate(world[:, parent]), world[:, j]) if parent >= 0 else world[:, j]
    motion = Motion(
        Skeleton(SMPL_JOINTS, SMPL_PARENTS, offsets),
        source.fps,
        positions[:, columns["pelvis"]],
        make_continuous(local),
        source.contacts,
        source.provenance,
    )
    if reference is not None:
        straight = change_rest_pose(motion, _straighten_limbs(motion.skeleton))
        motion = replace(straight, root_translation=motion.root_translation)
        motion = with_notes(motion, ["joints recognised in its motion, T-pose assumed at rest"])
    return motion


def build_source_motion(source: JointSource) -> Motion:
    """Return a motion of the file's own joints; only its root is translated.

    Where a joint below the root is translated too, the root is the lowest joint that carries the whole body, so that
    the travel of hips below a still reference is kept.
    """
    root = 0
    if source.translated_joints:
        with suppress(FormatError):
            joints = _map_joints(source)[0]
            root = source.find_common_ancestor(
                joints[joint] for joint in ("pelvis", "left_hip", "right_hip", "spine1", "left_shoulder")
                if joint in joints
            )  # fmt: skip
    return source.build_motion(root)


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


def _find_mapped_child(joint: int, columns: Mapping[str, int]) -> tuple[int, int] | None:
    """Return index and column of the next joint along the limb if it is mapped, so that its bone has a direction.

    The file may have more joints between the two, whose rotations would be lost otherwise.
    """
    child = _NEXT_JOINT.get(joint, -1)
    column = columns.get(SMPL_JOINTS[child]) if child >= 0 else None
    return None if column is None or SMPL_PARENTS[child] != joint else (child, column)


def _map_joints(source: JointSource) -> tuple[dict[str, int], int | None]:
    """Map SMPL's joints to indices of the file's joints.

    The second result is None if the rest pose shows them, else the frame whose pose does. Raises :class:`FormatError`.
    """
    try:
        return _map_pose(source, source.rest_positions), None
    except MappingError as error:
        reason = error
    count = source.frame_count
    everything = range(len(source.joint_names))
    frames = {count * k // _FRAMES_TRIED for k in range(_FRAMES_TRIED)} | {min(1, count - 1)}
    for frame in sorted(frames) if len(everything) <= _MAX_JOINTS_TRIED else ():
        with suppress(MappingError):
            return _map_pose(source, source.evaluate_joints(everything, [frame])[0][0]), frame
    if len(everything) <= _MAX_JOINTS_TRIED and (laid_out := lay_out_body(source)) is not None:
        pose, frame = laid_out
        with suppress(MappingError):
            joints = _map_pose(source, pose)
            places = source.evaluate_joints(list(joints.values()), [frame])[0][0]
            # an animal may have the limbs of a human body, but does not stand as one
            if find_posture_doubt(dict(zip(joints, places, strict=True))) is None:
                return joints, frame
    raise FormatError(
        "The joints of {name} are not a human body's: {reason}", name=source.file_name, reason=reason
    ) from reason


def _map_pose(source: JointSource, heads: Array) -> dict[str, int]:
    """Map SMPL's joints to the file's by names and by their positions ``heads`` (J, 3) in a pose.

    Raises :class:`MappingError` where they are not sure, :class:`FormatError` where two are the same.
    """
    # a file that names only some of a body's joints is mapped as one that names none
    if all(joint in source.named_joints for joint in ESSENTIAL_JOINTS):
        if find_posture_doubt({joint: heads[k] for joint, k in source.named_joints.items()}) is not None:
            raise MappingError(Doubt.NOT_UPRIGHT.value)
        return dict(source.named_joints)
    names = source.joint_names
    first_child: dict[int, int] = {}
    for j, parent in enumerate(source.parents):
        first_child.setdefault(parent, j)
    tails = np.array(
        [heads[first_child[j]] if j in first_child else heads[j] + [0, 0.05, 0] for j in range(len(names))]
    )
    bones = map_bones(make_plain_rig(source.file_name, names, source.parents, heads, tails)).bones
    indices = {name: j for j, name in enumerate(names)}
    joints = {joint: indices[bone] for joint, bone in bones.items() if joint in SMPL_JOINTS}
    if source.translated_joints and "pelvis" in joints:
        # of several joints with such a name the pelvis is the one that carries legs and trunk, and travels
        carrier = source.find_common_ancestor(
            joints[joint]
            for joint in ("left_hip", "right_hip", "left_shoulder", "right_shoulder")
            if joint in joints
        )
        is_below = joints["pelvis"] in source.add_ancestors([carrier])
        if is_below and carrier in source.translated_joints and carrier not in joints.values():
            joints["pelvis"] = carrier
    for side in ("left", "right"):
        # an End Site of the ankle gives the direction of the foot
        end = f"{bones.get(f'{side}_ankle')}{END_SUFFIX}"
        if f"{side}_foot" not in joints and end in indices:
            joints[f"{side}_foot"] = indices[end]
    if len(set(joints.values())) != len(joints):
        raise FormatError(
            "Two joints of {name} were recognised as the same joint: rename the joints to SMPL's or Mixamo's names",
            name=source.file_name,
        )
    return joints


def _straighten_limbs(skeleton: Skeleton) -> Skeleton:
    """Return a skeleton in a T-pose: its own torso and lengths, limbs and feet in the directions of ``T_POSE``."""
    offsets = skeleton.rest_offsets.copy()
    for joint in _LIMB_JOINTS:
        j = SMPL_JOINTS.index(joint)
        offsets[j] = np.linalg.norm(offsets[j]) * normalise(T_POSE.rest_offsets[j])
    return Skeleton(SMPL_JOINTS, SMPL_PARENTS, offsets)


def _find_rest_positions(heads: Array, columns: Mapping[str, int]) -> Array:
    """Return the rest positions (22, 3) of SMPL's joints from those of the mapped ones (N, 3), at their ``columns``.

    A missing joint is put between its neighbours, or at its parent if no joint follows.
    """
    positions = np.zeros((len(SMPL_JOINTS), 3))
    for j, parent in enumerate(SMPL_PARENTS):
        if (column := columns.get(SMPL_JOINTS[j])) is not None:
            positions[j] = heads[column]
            continue
        # consecutive missing joints divide the distance to the next joint that exists
        parts, next_joint = 1, j
        while next_joint >= 0 and SMPL_JOINTS[next_joint] not in columns:
            parts += 1
            next_joint = _NEXT_JOINT.get(next_joint, -1)
        end = positions[parent] if next_joint < 0 else heads[columns[SMPL_JOINTS[next_joint]]]
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


_LIMB_JOINTS = tuple(
    f"{side}_{joint}" for side in ("left", "right") for joint in ("knee", "ankle", "foot", "elbow", "wrist")
)
"""The lower ends of the bones that a T-pose straightens."""


def _find_rotation_to_front(rest: Array) -> Array:
    """Return the rotation (4,) that makes a rest pose (22, 3) upright and face +Z."""
    points = dict(zip(SMPL_JOINTS, rest, strict=True))
    left = points["left_hip"] - points["right_hip"] + points["left_shoulder"] - points["right_shoulder"]
    up = 0.5 * (points["left_shoulder"] + points["right_shoulder"] - points["left_hip"] - points["right_hip"])
    nearest = int(np.argmax(np.abs(up)))
    if abs(normalise(up)[nearest]) > 0.8:
        # it stands: a small lean is part of the rest pose, only the heading is corrected
        up = np.eye(3)[nearest] * np.sign(up[nearest])
    x = normalise(left - np.dot(left, normalise(up)) * normalise(up))
    y = normalise(up)
    if np.linalg.norm(x) < 0.5 or np.linalg.norm(y) < 0.5:
        return identity_rotations()
    rotation = matrix_to_quaternion(np.stack([x, y, np.cross(x, y)]))
    # below 30 degrees it is the posture of the body and not another forward axis
    return (
        identity_rotations() if angle_between(rotation, identity_rotations()) < np.radians(30) else rotation
    )
