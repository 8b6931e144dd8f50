# SPDX-License-Identifier: GPL-3.0-or-later
"""From a file's own joints to SMPL's 22."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import FormatError, MappingError
from ..mapping.bone_map import map_bones
from ..motion import Motion
from ..rig import plain_rig
from ..rotations import (
    Array,
    angle_between,
    between,
    conjugate,
    from_matrix,
    identity,
    multiply,
    normalise,
    rotate,
)
from ..skeleton import EXTRA_JOINTS, SMPL_JOINTS, SMPL_PARENTS, Skeleton
from .bvh_read import END


def to_smpl(motion: Motion) -> Motion:
    """The motion on SMPL's 22 joints, with the proportions and the rest pose of its own skeleton.

    Joints are recognised by name, as rigs' bones are. World positions and directions of the recognised joints stay
    as they are; the rest pose is turned to face +Z. Joints that the file lacks are put between their neighbours and
    do not turn. SMPL's joints with fingers and jaw behind them stay. Raises :class:`FormatError` where there is no
    human body or it is not connected as one.
    """
    skeleton = motion.skeleton
    if _is_smpl(skeleton):
        return motion
    joints = _recognised(motion)
    rest = _rest_places(skeleton, joints)
    facing = _facing(rest)
    offsets = np.zeros((len(SMPL_JOINTS), 3))
    for j, parent in enumerate(SMPL_PARENTS[1:], 1):
        offsets[j] = rotate(facing, rest[j] - rest[parent])

    places, turns = motion.world
    world = identity(len(motion), len(SMPL_JOINTS))
    local = np.empty_like(world)
    for j, parent in enumerate(SMPL_PARENTS):
        source = joints.get(SMPL_JOINTS[j])
        if source is not None:
            world[:, j] = multiply(_towards(j, joints, rest, places, turns[:, source]), conjugate(facing))
        elif parent >= 0:
            world[:, j] = world[:, parent]
        local[:, j] = multiply(conjugate(world[:, parent]), world[:, j]) if parent >= 0 else world[:, j]
    return replace(
        motion,
        skeleton=Skeleton(SMPL_JOINTS, SMPL_PARENTS, offsets),
        root_translation=places[:, joints["pelvis"]],
        local_rotations=local,
    )


def body_only(motion: Motion) -> Motion:
    """A motion on SMPL's joints without fingers and jaw."""
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


def _towards(joint: int, joints: dict[str, int], rest: Array, places: Array, turns: Array) -> Array:
    """World rotations (T, 4) of ``joint``, turned the little way that joints left out between it and its child add."""
    child = _NEXT.get(joint, -1)
    there = joints.get(SMPL_JOINTS[child]) if child >= 0 else None
    if there is None or SMPL_PARENTS[child] != joint:
        return turns
    way = places[:, there] - places[:, joints[SMPL_JOINTS[joint]]]
    return multiply(between(rotate(turns, rest[child] - rest[joint]), way), turns)


def _recognised(motion: Motion) -> dict[str, int]:
    """SMPL joint to the index of the file's joint."""
    skeleton = motion.skeleton
    heads = skeleton.rest_positions
    children = skeleton.children
    tails = np.array([heads[c[0]] if c else heads[j] + [0, 0.05, 0] for j, c in enumerate(children)])
    name = motion.provenance.source.partition(":")[0] or "the motion"
    try:
        bones = map_bones(plain_rig(name, skeleton.joint_names, skeleton.parents, heads, tails)).bones
    except MappingError as error:
        raise FormatError(f"The joints of {name} are not a human body's: {error}") from error
    found = {joint: skeleton.index(bone) for joint, bone in bones.items()}
    for side in ("left", "right"):
        # toes that are only an End Site still say where the foot points
        end = f"{bones.get(f'{side}_ankle')}{END}"
        if f"{side}_foot" not in found and end in skeleton.joint_names:
            found[f"{side}_foot"] = skeleton.index(end)
    if len(set(found.values())) != len(found):
        raise FormatError(
            f"The joints of {name} can't be told apart by their names: rename them to SMPL's or Mixamo's"
        )
    return found


def _rest_places(skeleton: Skeleton, joints: dict[str, int]) -> Array:
    """Places (22, 3) at rest; a joint that is missing stands between its neighbours, or on the one that it has."""
    rest = skeleton.rest_positions
    places = np.zeros((len(SMPL_JOINTS), 3))
    for j, parent in enumerate(SMPL_PARENTS):
        if (own := joints.get(SMPL_JOINTS[j])) is not None:
            places[j] = rest[own]
            continue
        # missing joints in a row share the way to the next one that is there
        gap, below = 1, j
        while below >= 0 and SMPL_JOINTS[below] not in joints:
            gap += 1
            below = _NEXT.get(below, -1)
        end = places[parent] if below < 0 else rest[joints[SMPL_JOINTS[below]]]
        places[j] = places[parent] + (end - places[parent]) / gap
    return places


_NEXT = {
    SMPL_JOINTS.index(a): SMPL_JOINTS.index(b)
    for a, b in (
        ("spine1", "spine2"), ("spine2", "spine3"), ("spine3", "neck"), ("neck", "head"),
        *((f"{side}_{a}", f"{side}_{b}") for side in ("left", "right")
          for a, b in (("hip", "knee"), ("knee", "ankle"), ("ankle", "foot"), ("collar", "shoulder"),
                       ("shoulder", "elbow"), ("elbow", "wrist"))),
    )
}  # fmt: skip
"""The joint that follows along the body or the limb."""


def _facing(rest: Array) -> Array:
    """Rotation (4,) that turns a rest pose (22, 3) upright and towards +Z."""
    at = dict(zip(SMPL_JOINTS, rest, strict=True))
    left = at["left_hip"] - at["right_hip"] + at["left_shoulder"] - at["right_shoulder"]
    up = 0.5 * (at["left_shoulder"] + at["right_shoulder"] - at["left_hip"] - at["right_hip"])
    if normalise(up)[1] > 0.8:
        # it stands: the body's own small lean is part of the rest pose, only its facing is undone
        up = np.array([0.0, 1.0, 0.0])
    x = normalise(left - np.dot(left, normalise(up)) * normalise(up))
    y = normalise(up)
    if np.linalg.norm(x) < 0.5 or np.linalg.norm(y) < 0.5:
        return identity()
    turn = from_matrix(np.stack([x, y, np.cross(x, y)]))
    # less is how the body stands, not which way a program thinks is ahead
    return identity() if angle_between(turn, identity()) < np.radians(30) else turn
