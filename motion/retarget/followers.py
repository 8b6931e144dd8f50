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
from .rig_hierarchy import STILL
from .twist_bones import Twist


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
    rest_offset : (4,)
        Constant rotation that is applied first, in the rest pose.
    """

    bone: int
    lower: int
    upper: int
    share: float = 0.0
    first: Array = field(default_factory=lambda: STILL)


def followed(
    turns: Array, followers: Sequence[Follower], twists: Sequence[Twist], own: Sequence[int]
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
        return turns
    parts = [turns]
    if followers:
        lower = [f.lower for f in followers]
        upper = [f.upper for f in followers]
        further = turns[:, lower]
        if lower != upper:
            further = slerp(further, turns[:, upper], np.array([f.share for f in followers]))
        first = np.stack([f.first for f in followers])
        if np.any(first != STILL):
            further = multiply(further, first)
        parts.append(further)
    columns = {bone: k for k, bone in enumerate(own)}
    further_twists = [twist.turn(turns)[:, None] for twist in twists if twist.bone not in columns]
    result = np.concatenate([*parts, *further_twists], axis=1)
    for twist in twists:
        if twist.bone in columns:
            result[:, columns[twist.bone]] = twist.turn(turns)
    return result


def followers_of(rig: Rig, family: Family, bones: Mapping[str, int], body: int) -> list[Follower]:
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

    def add(bone: int, lower: int, upper: int, share: float) -> None:
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
            result.append(Follower(bone, lower, upper, share))

    add(body, columns["pelvis"], columns["pelvis"], 0.0)
    for joint, name in family.companions:
        if name in rig and joint in bones:
            add(rig.bone_index(name), columns[joint], columns[joint], 0.0)
    arms = [bone for joint, bone in bones.items() if joint.endswith(("collar", "shoulder"))]
    chest = {bone for arm in arms for bone in rig.list_ancestors(arm)}
    chain = [joint for joint in TORSO_JOINTS if joint in bones and not family.controls]
    for lower, upper in pairwise(chain):
        line = rig.list_ancestors(bones[upper])
        if bones[lower] in line:
            between = line[: line.index(bones[lower])][::-1]
            if upper in ("neck", "head"):
                # an ancestor of an arm belongs to the chest: it follows the spine and not the neck
                between = [bone for bone in between if bone not in chest]
            for step, bone in enumerate(between, start=1):
                add(bone, columns[lower], columns[upper], step / (len(between) + 1))
    return result
