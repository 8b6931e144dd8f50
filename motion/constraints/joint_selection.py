# SPDX-License-Identifier: GPL-3.0-or-later
"""What constraints require of some joints alone, for motions in which only these are new."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..request import Constraint, EffectorTarget, PoseKeyframe
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS


def limit_to_joints(constraints: Iterable[Constraint], joints: Collection[str]) -> list[Constraint]:
    """Return what constraints require of some joints alone, when the body stays where it is."""
    limited: list[Constraint] = []
    for constraint in constraints:
        if isinstance(constraint, PoseKeyframe):
            rotations = {j: r for j, r in constraint.joint_rotations.items() if j in joints}
            if rotations:
                limited.append(PoseKeyframe(constraint.frame, rotations))
        elif isinstance(constraint, EffectorTarget) and moves_limb(constraint.joint, joints):
            limited.append(constraint)
    return limited


def moves_limb(end: str, joints: Collection[str]) -> bool:
    """Return True if both bones of the limb that ends in a joint are among ``joints``."""
    if end not in SMPL_JOINTS:
        return False
    middle = SMPL_PARENTS[SMPL_JOINTS.index(end)]
    return SMPL_JOINTS[middle] in joints and SMPL_JOINTS[SMPL_PARENTS[middle]] in joints
