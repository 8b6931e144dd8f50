# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones that are keyed without a joint of their own: they copy or blend the rotations of mapped joints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..mapping.families import Family
from ..rest_alignment import TORSO_JOINTS
from ..rig import Rig
from ..rotations import Array, multiply, slerp
from .rig_hierarchy import NO_ROTATION
from .twist_bones import TwistBone


@dataclass(frozen=True, eq=False)
class Follower:
    """A bone whose rotation is blended from those of two joints.

    Attributes
    ----------
    bone : int
        Index of the bone.
    lower_column, upper_column : int
        Columns of the two joints in the array of joint rotations.
    weight : float
        Weight of the upper joint, 0 to 1.
    constant_rotation : (4,)
        Rotation that is applied first, in the rest pose.
    """

    bone: int
    lower_column: int
    upper_column: int
    weight: float = 0.0
    constant_rotation: Array = field(default_factory=lambda: NO_ROTATION)


def add_follower_rotations(
    rotations: Array, followers: Sequence[Follower], twists: Sequence[TwistBone], joint_bones: Sequence[int]
) -> Array:
    """Return the joints' rotations together with those of their followers and twist bones.

    Parameters
    ----------
    rotations : (T, K, 4)
        World rotations of the joints from rest.
    followers, twists
        The bones to add, in this order.
    joint_bones : K bone indices
        The bones of the joints. A twist bone among them (it bends but must not twist) is changed in its own column.

    Returns
    -------
    (T, N, 4)
        The joints, then the followers, then the twist bones that are not bones of joints.
    """
    if not followers and not twists:
        return rotations
    parts = [rotations]
    if followers:
        lower_columns = [f.lower_column for f in followers]
        upper_columns = [f.upper_column for f in followers]
        follower_rotations = rotations[:, lower_columns]
        if lower_columns != upper_columns:
            follower_rotations = slerp(
                follower_rotations, rotations[:, upper_columns], np.array([f.weight for f in followers])
            )
        constant_rotations = np.stack([f.constant_rotation for f in followers])
        if np.any(constant_rotations != NO_ROTATION):
            follower_rotations = multiply(follower_rotations, constant_rotations)
        parts.append(follower_rotations)
    columns = {bone: k for k, bone in enumerate(joint_bones)}
    twist_rotations = [
        twist.compute_rotations(rotations)[:, None] for twist in twists if twist.bone not in columns
    ]
    result = np.concatenate([*parts, *twist_rotations], axis=1)
    for twist in twists:
        if twist.bone in columns:
            result[:, columns[twist.bone]] = twist.compute_rotations(rotations)
    return result


def find_followers(rig: Rig, family: Family, bones: Mapping[str, int], body_bone: int) -> list[Follower]:
    """Find the bones that follow mapped joints.

    They are: the bone that carries the whole body, the family's companion bones, and unmapped spine and neck bones
    between two mapped ones, which are blended evenly between these.

    Parameters
    ----------
    rig : Rig
        The rig.
    family : Family
        Its family.
    bones : joint name to bone index
        The mapped joints, in the order of their columns.
    body_bone : int
        The bone that carries the whole body; it follows the pelvis.
    """
    columns = {joint: k for k, joint in enumerate(bones)}
    taken = set(bones.values())
    result: list[Follower] = []

    def add_follower(bone: int, lower_column: int, upper_column: int, weight: float) -> None:
        """Add a follower, unless the bone is keyed already.

        Parameters
        ----------
        bone : int
            Index of the bone.
        lower_column, upper_column : int
            Columns of the two joints.
        weight : float
            Weight of the upper joint, 0 to 1.
        """
        if bone not in taken:
            taken.add(bone)
            result.append(Follower(bone, lower_column, upper_column, weight))

    add_follower(body_bone, columns["pelvis"], columns["pelvis"], 0.0)
    for joint, name in family.companions:
        if name in rig and joint in bones:
            add_follower(rig.bone_index(name), columns[joint], columns[joint], 0.0)
    arm_bones = [bone for joint, bone in bones.items() if joint.endswith(("collar", "shoulder"))]
    chest_bones = {bone for arm in arm_bones for bone in rig.list_ancestors(arm)}
    chain = [joint for joint in TORSO_JOINTS if joint in bones and not family.is_control_rig]
    for lower, upper in pairwise(chain):
        ancestors = rig.list_ancestors(bones[upper])
        if bones[lower] in ancestors:
            bones_between = ancestors[: ancestors.index(bones[lower])][::-1]
            if upper in ("neck", "head"):
                # an ancestor of an arm belongs to the chest: it follows the spine and not the neck
                bones_between = [bone for bone in bones_between if bone not in chest_bones]
            for step, bone in enumerate(bones_between, start=1):
                add_follower(bone, columns[lower], columns[upper], step / (len(bones_between) + 1))
    return result
