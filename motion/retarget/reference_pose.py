# SPDX-License-Identifier: GPL-3.0-or-later
"""Use a captured pose in place of a rig's rest pose, for rigs whose rest pose is not usable as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..mapping.bone_map import Quaternion
from ..rig import Rig
from ..rotations import Array, conjugate, identity_rotations, multiply, normalise, rotate


def reference_pose(
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
    turns, heads = identity_rotations(len(rig)), rig.heads.copy()
    if not reference:
        return turns, heads
    axes = rig.orientation
    captured = {
        rig.bone_index(bone): multiply(multiply(axes, normalise(np.array(turn))), conjugate(axes))
        for bone, turn in reference.items()
        if bone in rig
    }
    done = [False] * len(rig)
    for bone in range(len(rig)):
        line = [bone]
        while not done[line[-1]] and parents[line[-1]] >= 0:
            line.append(parents[line[-1]])
        for lower in reversed(line):
            if done[lower]:
                continue
            upper = parents[lower]
            if upper >= 0:
                turns[lower] = turns[upper]
                heads[lower] = heads[upper] + rotate(turns[upper], rig.heads[lower] - rig.heads[upper])
            if lower in captured:
                turns[lower] = captured[lower]
            done[lower] = True
    return turns, heads
