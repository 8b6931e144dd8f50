# SPDX-License-Identifier: GPL-3.0-or-later
"""Retarget joint rotations to a rig in the world, from rest data alone: no constraints and no evaluation of frames.

Every joint has a world rotation ``G`` in the motion, and a constant rotation ``A`` that aligns the rig's rest pose
with the motion's (``rest_alignment``). The world rotation of a bone is then ``H G A R``: ``R`` is its rest
orientation and ``H`` the heading at which the motion is placed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ..errors import MappingError, RigError
from ..fingers import RELAXED_FINGER_ROTATIONS, add_resting_hands, align_hands, relaxed_finger_rotation
from ..mapping.bone_map import BoneMap, map_bones
from ..mapping.families import Family, find_family
from ..motion import Motion
from ..rest_alignment import (
    TORSO_JOINTS,
    JointPositions,
    align_rest,
    body_heading,
    left_right_midpoint,
    rest_orientation,
)
from ..rig import Rig, make_plain_rig
from ..rotations import (
    Array,
    conjugate,
    identity_rotations,
    multiply,
    multiply_constants,
    rotate,
    rotation_about_axis,
)
from ..skeleton import MAPPED_JOINTS, SMPL_JOINTS, SMPL_PARENTS, Skeleton
from .followers import Follower, find_followers
from .hip_height import BodyMeasurements, compute_hip_heights
from .posed_rig import transform_rest_point
from .reference_pose import compute_reference_pose
from .retargeted_motion import RetargetedMotion
from .rig_hierarchy import RigHierarchy, find_body_bone
from .twist_bones import TwistBone, build_twist_bones, find_twist_bones

_NO_FAMILY = Family("custom", "Custom", {})
_UP = np.array([0.0, 1.0, 0.0])


Anchor = tuple[float, float, float]
"""Where the origin of a motion lies in the world of a rig: x, z (metres), and the heading in radians of its +Z."""


def retarget_rotations(
    motion: Motion,
    rig: Rig,
    bone_map: BoneMap,
    at_character: bool = True,
    relax_fingers: bool = True,
    anchor: Anchor | None = None,
) -> RetargetedMotion:
    """Return ``motion`` on ``rig``.

    Raises :class:`MappingError` where the bone map names bones that no longer exist, or where the bones or the
    motion's joints lie in one point, and :class:`RigError` where the object's scale cannot be animated (mirrored,
    not uniform).

    Parameters
    ----------
    motion : Motion
        The motion.
    rig : Rig
        The rig.
    bone_map : BoneMap
        Which bone stands for which joint.
    at_character : bool
        Start where the character is now, with its present heading. False: start at the world's origin, facing +Z
        (Blender's -Y).
    relax_fingers : bool
        Curl fingers that the motion has no joints for like those of a relaxed hand.
    anchor : Anchor, optional
        Where the motion's origin lies in the rig's world. Positions and headings of the motion then count from
        there, whatever the character's position; only the root motion is scaled.
    """
    check_scale(rig)
    bones = _find_bone_indices(rig, bone_map)
    family = find_family(bone_map.family) or _NO_FAMILY
    reference_rotations, rest_heads = compute_reference_pose(
        rig, rig.effective_parents(family.constraint_parents), bone_map.reference
    )
    rest_positions = {joint: rest_heads[bone] for joint, bone in bones.items()}
    _check_proportions(
        rest_positions,
        MappingError(
            "The mapped bones of {name} stand at the same point: map its bones again", name=rig.name
        ),
    )
    source_index, source = _measure_skeleton(motion.skeleton)
    orientation = rest_orientation(rest_positions, rig.axes)
    joints = [joint for joint in MAPPED_JOINTS if joint in bones and joint in source_index]

    positions, rotations = motion.world_transforms
    indices = [source_index[joint] for joint in joints]
    if indices != list(range(rotations.shape[1])):
        rotations = np.take(rotations, indices, axis=1)
    alignment = align_rest(rest_positions, source.positions, orientation, source.orientation)
    if not RELAXED_FINGER_ROTATIONS.keys().isdisjoint(rest_positions):
        alignment |= align_hands(
            rest_positions, add_resting_hands(source.positions, source.orientation), alignment
        )
    joint_tracks = {joint: positions[:, i] for joint, i in source_index.items()}

    joint_bones = {joint: bones[joint] for joint in joints}
    relaxed_fingers: list[Follower] = []
    if relax_fingers and not RELAXED_FINGER_ROTATIONS.keys().isdisjoint(rest_positions):
        reference_alignment = {
            joint: multiply(rotation, reference_rotations[bones[joint]])
            for joint, rotation in alignment.items()
        }
        relaxed_fingers = _relax_fingers(bones, joints, reference_alignment, source)
    hierarchy, followers, twists = _build_hierarchy(rig, bone_map, family, joint_bones, relaxed_fingers)

    # the user may have moved the body and made it larger with a master bone
    size = hierarchy.current_size(hierarchy.body_bone)
    origin_height = float(np.dot(rig.origin, rotate(orientation, _UP)))
    target = BodyMeasurements(
        {joint: size * point for joint, point in rest_positions.items()}, orientation, size * origin_height
    )
    start = (
        _find_start(hierarchy, bones, target.floor_height / size, orientation)
        if at_character or anchor
        else _WORLD_ORIGIN
    )
    if anchor is None:
        yaw_rotation = rotation_about_axis(
            "y", start.heading - body_heading({joint: track[0] for joint, track in joint_tracks.items()})
        )
    else:
        yaw_rotation = rotation_about_axis("y", anchor[2])
    bone_rotations = multiply_constants(
        yaw_rotation, rotations, np.stack([alignment[joint] for joint in joints])
    )

    columns = {joint: k for k, joint in enumerate(joints)}
    heights = compute_hip_heights(
        source,
        joint_tracks,
        {joint: rotations[:, k] for joint, k in columns.items()},
        target,
        {joint: bone_rotations[:, k] for joint, k in columns.items()},
    )
    if bone_map.reference:
        bone_rotations = multiply(bone_rotations, reference_rotations[list(joint_bones.values())])
    scale = target.leg_length / source.leg_length
    hip_centres = left_right_midpoint(joint_tracks, "hip")
    if anchor is None:
        hips = start.hips + rotate(yaw_rotation, scale * (hip_centres - hip_centres[0]))
    else:
        hips = np.array([anchor[0], 0.0, anchor[1]]) + rotate(yaw_rotation, scale * hip_centres)
    hips[:, 1] = start.floor_height + heights
    retargeted = RetargetedMotion(
        fps=motion.fps,
        bone_map=bone_map,
        hierarchy=hierarchy,
        joints=tuple(joints),
        bones=tuple(joint_bones.values()),
        rotations=bone_rotations,
        body_positions=np.zeros_like(hips),
        floor_height=start.floor_height,
        scale=scale,
        size=size,
        followers=followers,
        twists=twists,
    )
    # so far the middle of the hips is known; how far the body's bone is from it depends on the rotations
    hip_offsets = retargeted.joint_positions(("left_hip", "right_hip")).mean(axis=1)
    return retargeted.with_rotations({}, hips - hip_offsets)


def _build_hierarchy(
    rig: Rig,
    bone_map: BoneMap,
    family: Family,
    joint_bones: Mapping[str, int],
    relaxed_fingers: Sequence[Follower],
) -> tuple[RigHierarchy, tuple[Follower, ...], tuple[TwistBone, ...]]:
    """Return the rig's hierarchy while the motion plays, and the followers and twist bones in it.

    Parameters
    ----------
    rig : Rig
        The rig.
    bone_map : BoneMap
        Which bone stands for which joint.
    family : Family
        The family of the bone map.
    joint_bones : joint name to bone index
        The joints that both the rig and the motion have.
    relaxed_fingers : sequence of Follower
        Fingers that follow their wrist.
    """
    columns = {joint: k for k, joint in enumerate(joint_bones)}
    parents = rig.effective_parents(family.constraint_parents)
    parent_joints = {
        joint: parent
        for joint in joint_bones
        if (parent := _find_mapped_parent(joint, joint_bones)) is not None
    }
    trunk_bones = [
        bone
        for joint, bone in joint_bones.items()
        if joint in TORSO_JOINTS or joint.endswith(("hip", "shoulder"))
    ]
    body_bone = (
        joint_bones["pelvis"]
        if family.is_control_rig
        else find_body_bone(rig, parents, joint_bones["pelvis"], trunk_bones)
    )
    followers = (*find_followers(rig, family, joint_bones, body_bone), *relaxed_fingers)
    used_bones = {*joint_bones.values(), *(follower.bone for follower in followers)}
    twist_names = {
        joint: tuple(name for name in names if rig.bone_index(name) not in used_bones)
        for joint, names in find_twist_bones(rig, bone_map).items()
    }
    twists = build_twist_bones(rig, twist_names, joint_bones, columns, parent_joints)
    mapped_bones = set(joint_bones.values())
    keyed_bones = (
        *joint_bones.values(),
        *(follower.bone for follower in followers),
        *(twist.bone for twist in twists if twist.bone not in mapped_bones),
    )
    moved_tweaks = [
        bone
        for bone in family.tweak_controls
        if bone in rig and not np.allclose(rig.basis[rig.bone_index(bone)], np.eye(4))
    ]
    held_bones = tuple(
        rig.bone_index(bone) for bone in (*family.resting_controls, *moved_tweaks) if bone in rig
    )
    hierarchy = RigHierarchy(rig, keyed_bones, held_bones, body_bone, family.constraint_parents)
    position_parents = {
        rig.bone_index(bone): rig.bone_index(above)
        for bone, above in family.position_parents.items()
        if bone in rig and above in rig
    }
    hierarchy = replace(hierarchy, position_parents=position_parents)
    for joint, bone in joint_bones.items():
        if joint in parent_joints and not hierarchy.is_ancestor(body_bone, bone):
            position_parents[bone] = joint_bones[parent_joints[joint]]
            hierarchy = replace(hierarchy, position_parents=dict(position_parents))
    return hierarchy, followers, twists


def _relax_fingers(
    bones: Mapping[str, int], joints: Sequence[str], alignment: JointPositions, source: BodyMeasurements
) -> list[Follower]:
    """Return followers for mapped fingers that the motion has no joints for: each keeps a relaxed pose at its wrist.

    Parameters
    ----------
    bones : joint name to bone index
        All mapped joints.
    joints : sequence of str
        The joints that the motion has too.
    alignment : joint name to (4,)
        Rotation that aligns the rig's reference pose with the motion's rest pose.
    source : BodyMeasurements
        The motion's body.
    """
    result = []
    for joint in RELAXED_FINGER_ROTATIONS:
        side = joint.partition("_")[0]
        wrist = f"{side}_wrist"
        if joint in bones and joint not in joints and wrist in joints and joint in alignment:
            rotation = multiply(
                relaxed_finger_rotation(side, joint, source.positions, source.orientation), alignment[joint]
            )
            wrist_column = joints.index(wrist)
            result.append(
                Follower(
                    bones[joint],
                    wrist_column,
                    wrist_column,
                    constant_rotation=multiply(conjugate(alignment[wrist]), rotation),
                )
            )
    return result


def _find_mapped_parent(joint: str, mapped: Mapping[str, int]) -> str | None:
    """Return the nearest ancestor of a joint that is mapped too, or None."""
    parent = _get_parent_joint(joint)
    while parent is not None and parent not in mapped:
        parent = _get_parent_joint(parent)
    return parent


def _get_parent_joint(joint: str) -> str | None:
    """Return a joint's parent in the skeleton of SMPL-X; None for the pelvis."""
    if joint in SMPL_JOINTS:
        parent = SMPL_PARENTS[SMPL_JOINTS.index(joint)]
        return SMPL_JOINTS[parent] if parent >= 0 else None
    if joint == "jaw":
        return "head"
    side = joint.partition("_")[0]
    return f"{side}_wrist" if joint.endswith("1") else f"{joint[:-1]}{int(joint[-1]) - 1}"


@lru_cache(maxsize=4)
def _measure_skeleton(skeleton: Skeleton) -> tuple[Mapping[str, int], BodyMeasurements]:
    """Return the index of each SMPL joint in a motion's skeleton, and the measurements of its body.

    All motions of a model share one skeleton. Raises :class:`MappingError` where it is not recognised as a human body,
    or where its joints lie in one point.
    """
    indices = find_joint_indices(skeleton)
    positions = {joint: skeleton.rest_positions[i] for joint, i in indices.items()}
    _check_proportions(
        positions, MappingError("The joints of the motion stand at the same point: choose another motion")
    )
    return indices, BodyMeasurements(positions, rest_orientation(positions))


def find_joint_indices(skeleton: Skeleton) -> dict[str, int]:
    """Return the index of each SMPL joint in a skeleton, by SMPL's names or by those of a known family (BVH files).

    Raises :class:`MappingError` where the skeleton is not recognised as a human body.
    """
    if "pelvis" in skeleton.joint_names and "left_hip" in skeleton.joint_names:
        return {
            joint: skeleton.joint_index(joint) for joint in MAPPED_JOINTS if joint in skeleton.joint_names
        }
    heads = skeleton.rest_positions
    bone_map = map_bones(make_plain_rig("The motion", skeleton.joint_names, skeleton.parents, heads, heads))
    return {joint: skeleton.joint_index(bone) for joint, bone in bone_map.bones.items()}


def _find_bone_indices(rig: Rig, bone_map: BoneMap) -> dict[str, int]:
    missing_bones = [bone for bone in dict.fromkeys(bone_map.bones.values()) if bone not in rig]
    if len(missing_bones) > 3:
        raise MappingError(
            "{name} no longer has the bones {bones} and {count} more: map its bones again",
            name=rig.name,
            bones=", ".join(missing_bones[:3]),
            count=len(missing_bones) - 3,
        )
    if missing_bones:
        raise MappingError(
            "{name} no longer has the bones {bones}: map its bones again",
            name=rig.name,
            bones=", ".join(missing_bones),
        )
    required_joints = ("pelvis", "left_hip", "right_hip", "left_shoulder", "right_shoulder")
    missing_joints = [joint for joint in required_joints if joint not in bone_map.bones]
    if missing_joints:
        raise MappingError(
            "The bone map of {name} has no bone for {joints}: choose one under Bone Map",
            name=rig.name,
            joints=", ".join(missing_joints),
        )
    return {joint: rig.bone_index(bone) for joint, bone in bone_map.bones.items() if joint in MAPPED_JOINTS}


def check_scale(rig: Rig) -> None:
    """Raise :class:`RigError` where the object's scale is zero, mirrored or not the same in all directions."""
    x, y, z = rig.scale.tolist()
    sizes = (abs(x), abs(y), abs(z))
    if not math.isfinite(x + y + z) or min(sizes) < 1e-9:
        raise RigError("{name} has a scale of zero: set another scale first", name=rig.name)
    if x * y * z < 0:
        raise RigError(
            "{name} is mirrored by a negative scale: apply the scale with Ctrl+A first", name=rig.name
        )
    if max(sizes) - min(sizes) > 0.01 * rig.metres_per_unit:
        raise RigError(
            "{name} is not scaled evenly in all directions: apply its scale, or its parent's, with Ctrl+A first",
            name=rig.name,
        )


def _check_proportions(positions: JointPositions, error: MappingError) -> None:
    """Raise ``error`` where shoulders, hips or legs have no extent."""
    shoulders, hips = (left_right_midpoint(positions, joint).tolist() for joint in ("shoulder", "hip"))
    size = math.dist(shoulders, hips)
    width = min(
        math.dist(positions[f"left_{j}"].tolist(), positions[f"right_{j}"].tolist())
        for j in ("hip", "shoulder")
    )
    if not min(width, BodyMeasurements(positions, identity_rotations()).leg_length) > 1e-3 * size > 0:
        raise error


@dataclass(frozen=True, eq=False)
class _StartPose:
    """Where a motion starts.

    Attributes
    ----------
    hips : (3,)
        World position of the middle of the hips; its height is not used.
    heading : float
        Radians.
    floor_height : float
        Height of the floor, metres.
    """

    hips: Array
    heading: float
    floor_height: float


_WORLD_ORIGIN = _StartPose(np.zeros(3), 0.0, 0.0)


def _find_start(
    hierarchy: RigHierarchy, bones: Mapping[str, int], floor_height: float, orientation: Array
) -> _StartPose:
    """Return where the rig is now.

    Parameters
    ----------
    hierarchy : RigHierarchy
        The rig's hierarchy.
    bones : joint name to bone index
        All mapped joints.
    floor_height : float
        Height of the floor along the body's up axis in the rest pose, before a master bone moves the body.
    orientation : (4,)
        Rotation of a body that stands upright and faces +Z to the rig's rest pose.
    """
    rig = hierarchy.rig
    current_positions = {joint: rig.pose_heads[bone] for joint, bone in bones.items()}
    up = rotate(orientation, _UP)
    world_floor_height = float(rig.origin[1])
    # the floor of a rig whose rest pose is not upright is assumed at its origin
    if up[1] > 0.9:
        hips = 0.5 * (rig.heads[bones["left_hip"]] + rig.heads[bones["right_hip"]])
        floor_point = hips + up * (floor_height - float(np.dot(hips, up)))
        world_floor_height = float(
            transform_rest_point(hierarchy, hierarchy.parents[hierarchy.body_bone], floor_point)[1]
        )
    return _StartPose(
        left_right_midpoint(current_positions, "hip"), body_heading(current_positions), world_floor_height
    )
