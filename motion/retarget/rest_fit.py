# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit the rest poses of a motion's body and of a rig to one another: what retargeting needs beside frames and poses.

A result is kept for the next motions on the same rig, since it takes longer to compute than short motions do.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import MappingError
from ..fingers import RELAXED_FINGER_ROTATIONS, add_resting_hands, align_hands, relaxed_finger_rotation
from ..mapping.bone_map import BoneMap, map_bones
from ..mapping.families import Family, find_family
from ..recent_results import RecentResults
from ..rest_alignment import TORSO_JOINTS, JointPositions, align_rest, left_right_midpoint, rest_orientation
from ..rig import Rig, make_plain_rig
from ..rotations import Array, conjugate, identity_rotations, multiply, rotate
from ..skeleton import MAPPED_JOINTS, SMPL_JOINTS, SMPL_PARENTS, Skeleton
from .followers import Follower, find_followers
from .hip_height import BodyMeasurements, HipHeights, plan_hip_heights
from .reference_pose import compute_reference_pose
from .rig_hierarchy import RigHierarchy, find_body_bone
from .twist_bones import TwistBone, build_twist_bones, find_twist_bones

_NO_FAMILY = Family("custom", "Custom", {})
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, eq=False)
class KeyedBones:
    """Which bones a motion moves, and how they carry one another.

    Attributes
    ----------
    body_bone, keyed_bones, position_parents
        As ``RigHierarchy`` has them.
    followers, twists
        How the keyed bones that stand for no joint follow those that do.
    """

    body_bone: int
    keyed_bones: tuple[int, ...]
    position_parents: Mapping[int, int]
    followers: tuple[Follower, ...]
    twists: tuple[TwistBone, ...]


@dataclass(frozen=True, eq=False)
class RestFit:
    """How the rest poses of a motion's body and of a rig fit together, for ``K`` joints that both have.

    Attributes
    ----------
    family : Family
        The rig's family; one without bones where it is of none.
    bones : joint name to bone index
        All mapped joints of the rig.
    source_joints : joint name to int
        Joints of the motion's skeleton.
    joints : K joint names
    joint_bones : K bone indices
    source_indices : K ints
        Where the joints are in the motion's skeleton.
    source, target : BodyMeasurements
        The motion's body, and the rig's.
    alignment : (K, 4)
        Rotation of each joint from the rig's rest pose, or from its reference pose, to the motion's rest pose.
    reference_rotations : (K, 4) or None
        Rotation of each joint from the rig's rest pose to its reference pose; None without one.
    heights : HipHeights
        How the heights of the hips follow from a motion.
    moved : KeyedBones
        The bones that the motion moves.
    """

    family: Family
    bones: dict[str, int]
    source_joints: Mapping[str, int]
    joints: tuple[str, ...]
    joint_bones: tuple[int, ...]
    source_indices: list[int]
    source: BodyMeasurements
    target: BodyMeasurements
    alignment: Array
    reference_rotations: Array | None
    heights: HipHeights
    moved: KeyedBones

    def build_hierarchy(self, rig: Rig) -> RigHierarchy:
        """Return the hierarchy of the rig in its present pose while the motion plays."""
        family = self.family
        moved_tweaks = [
            bone
            for bone in family.tweak_controls
            if bone in rig and not np.allclose(rig.basis[rig.bone_index(bone)], np.eye(4))
        ]
        held_bones = tuple(
            rig.bone_index(bone) for bone in (*family.resting_controls, *moved_tweaks) if bone in rig
        )
        return RigHierarchy(
            rig,
            self.moved.keyed_bones,
            held_bones,
            self.moved.body_bone,
            family.constraint_parents,
            self.moved.position_parents,
        )


def fit_rest_poses(skeleton: Skeleton, rig: Rig, bone_map: BoneMap, relax_fingers: bool) -> RestFit:
    """Return how the rest poses of a skeleton and of a rig fit together.

    Raises :class:`MappingError` where the bone map names bones that no longer exist, or where the bones or the
    skeleton's joints lie in one point.

    Parameters
    ----------
    skeleton : Skeleton
        The motion's skeleton.
    rig : Rig
        The rig.
    bone_map : BoneMap
        Which bone stands for which joint.
    relax_fingers : bool
        Curl fingers that the motion has no joints for like those of a relaxed hand.
    """
    key = (*_describe_skeleton(skeleton), *_describe_rest_pose(rig, bone_map), relax_fingers)
    return _known_fits.get(key, lambda: _compute_fit(skeleton, rig, bone_map, relax_fingers))


_known_fits = RecentResults[RestFit](8)


def _describe_skeleton(skeleton: Skeleton) -> tuple[Hashable, ...]:
    return skeleton.joint_names, skeleton.parents, skeleton.rest_offsets.tobytes()


def _describe_rest_pose(rig: Rig, bone_map: BoneMap) -> tuple[Hashable, ...]:
    """Return all of a rig and its bone map that a fit depends on: the rest pose where the object is, and the flags."""
    arrays = (
        rig.heads, rig.tails, rig.rest_rotations, rig.origin, rig.axes, rig.deform, rig.constrained
    )  # fmt: skip
    return (
        rig.bone_names,
        rig.parents,
        *(array.tobytes() for array in arrays),
        bone_map.family,
        tuple(bone_map.bones.items()),
        tuple((bone, *quaternion) for bone, quaternion in bone_map.reference.items()),
    )


def _compute_fit(skeleton: Skeleton, rig: Rig, bone_map: BoneMap, relax_fingers: bool) -> RestFit:
    """Compute what :func:`fit_rest_poses` returns, with its parameters."""
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
    source_joints, source = _measure_skeleton(skeleton)
    orientation = rest_orientation(rest_positions, rig.axes)
    target = BodyMeasurements(
        rest_positions, orientation, float(np.dot(rig.origin, rotate(orientation, _UP)))
    )
    joints = [joint for joint in MAPPED_JOINTS if joint in bones and joint in source_joints]
    alignment = align_rest(rest_positions, source.positions, orientation, source.orientation)
    has_fingers = not RELAXED_FINGER_ROTATIONS.keys().isdisjoint(rest_positions)
    if has_fingers:
        alignment |= align_hands(
            rest_positions, add_resting_hands(source.positions, source.orientation), alignment
        )
    joint_bones = {joint: bones[joint] for joint in joints}
    relaxed_fingers: list[Follower] = []
    if relax_fingers and has_fingers:
        reference_alignment = {
            joint: multiply(rotation, reference_rotations[bones[joint]])
            for joint, rotation in alignment.items()
        }
        relaxed_fingers = _relax_fingers(bones, joints, reference_alignment, source)
    columns = {joint: k for k, joint in enumerate(joints)}
    return RestFit(
        family=family,
        bones=bones,
        source_joints=source_joints,
        joints=tuple(joints),
        joint_bones=tuple(joint_bones.values()),
        source_indices=[source_joints[joint] for joint in joints],
        source=source,
        target=target,
        alignment=np.stack([alignment[joint] for joint in joints]),
        reference_rotations=reference_rotations[list(joint_bones.values())] if bone_map.reference else None,
        heights=plan_hip_heights(source, source_joints, target, columns),
        moved=_find_keyed_bones(rig, bone_map, family, joint_bones, relaxed_fingers),
    )


def _find_keyed_bones(
    rig: Rig,
    bone_map: BoneMap,
    family: Family,
    joint_bones: Mapping[str, int],
    relaxed_fingers: Sequence[Follower],
) -> KeyedBones:
    """Return which bones of a rig a motion moves.

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
    position_parents = {
        rig.bone_index(bone): rig.bone_index(above)
        for bone, above in family.position_parents.items()
        if bone in rig and above in rig
    }
    hierarchy = RigHierarchy(rig, keyed_bones, (), body_bone, family.constraint_parents, position_parents)
    for joint, bone in joint_bones.items():
        if joint in parent_joints and not hierarchy.is_ancestor(body_bone, bone):
            position_parents[bone] = joint_bones[parent_joints[joint]]
    return KeyedBones(body_bone, keyed_bones, position_parents, followers, twists)


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


def _measure_skeleton(skeleton: Skeleton) -> tuple[Mapping[str, int], BodyMeasurements]:
    """Return the index of each SMPL joint in a motion's skeleton, and the measurements of its body.

    Raises :class:`MappingError` where it is not recognised as a human body,
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
