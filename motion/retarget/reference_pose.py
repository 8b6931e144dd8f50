# SPDX-License-Identifier: GPL-3.0-or-later
"""Use a captured pose in place of a rig's rest pose, for rigs whose rest pose is not usable as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..mapping.bone_map import Quaternion
from ..rig import Rig
from ..rotations import Array, conjugate, identity_rotations, multiply, normalise, rotate


def compute_reference_pose(
    rig: Rig, parents: Sequence[int], reference: Mapping[str, Quaternion]
) -> tuple[Array, Array]:
    """Return world rotations from rest (B, 4) and heads (B, 3) of all bones in a captured pose.

    Bones without a parent keep their position. Names of bones that no longer exist are ignored.

    Parameters
    ----------
    rig : Rig
        The rig with ``B`` bones.
    parents : sequence of int
        For each bone the one that carries it, -1 for none.
    reference : bone name to quaternion
        Rotation from rest about the armature's own axes, see :class:`BoneMap`. Other bones rotate with their
        parents.
    """
    rotations, heads = identity_rotations(len(rig)), rig.heads.copy()
    if not reference:
        return rotations, heads
    axes = rig.orientation
    captured_rotations = {
        rig.bone_index(bone): multiply(multiply(axes, normalise(np.array(quaternion))), conjugate(axes))
        for bone, quaternion in reference.items()
        if bone in rig
    }
    is_done = [False] * len(rig)
    for bone in range(len(rig)):
        chain = [bone]
        while not is_done[chain[-1]] and parents[chain[-1]] >= 0:
            chain.append(parents[chain[-1]])
        for lower in reversed(chain):
            if is_done[lower]:
                continue
            upper = parents[lower]
            if upper >= 0:
                rotations[lower] = rotations[upper]
                heads[lower] = heads[upper] + rotate(rotations[upper], rig.heads[lower] - rig.heads[upper])
            if lower in captured_rotations:
                rotations[lower] = captured_rotations[lower]
            is_done[lower] = True
    return rotations, heads
