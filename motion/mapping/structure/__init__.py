# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones recognised by structure alone: hierarchy, symmetry and positions; names play no part.

A body has a plane of symmetry. Two branches on either side of it reach the floor in two long parts and end in something
level: legs. The bones that carry both, and what stands above them up to two more branches of two long parts, are pelvis
and spine. What the hands and feet look like, and how knees and elbows are bent, tells front from back, and so left
from right. Twist, helper and leaf bones, hair, skirts, tails and targets fit no such place and are passed over.
"""

from __future__ import annotations

import numpy as np

from ...rig import Rig
from ...rotations import Array
from ..doubt import Doubt
from .body import StructureMap as StructureMap
from .body import map_body
from .tree import trees

_SURE = 0.8
_A_BODY = 0.35
_WORLD_UP = np.array([0.0, 1.0, 0.0])


def structure_map(rig: Rig) -> StructureMap:
    """The bones of a human body in ``rig``; a low confidence and a doubt where it is none, or not for certain.

    Upright is the world's up; where nothing stands that way, each of the object's own axes is tried.
    """
    ups = [rig.axes[i] * sign for i in (2, 1, 0) for sign in (1.0, -1.0)]
    ups.sort(key=lambda up: -float(up[1]))
    if float(ups[0][1]) < 0.999:
        ups.insert(0, _WORLD_UP)
    best = _standing(rig, ups[0])
    for up in ups[1:]:
        if best.confidence >= _SURE or best.doubts == (Doubt.TWO_CHARACTERS,):
            break
        found = _standing(rig, up)
        if found.confidence > best.confidence + 0.05:
            best = found
    return best


def _standing(rig: Rig, up: Array) -> StructureMap:
    """The best map of the rig as a whole or of a part of it, if up is there; two bodies make it doubtful."""
    whole, *parts = (map_body(rig, tree) for tree in trees(rig, up))
    bodies = [part for part in parts if part.confidence >= _A_BODY]
    if len(bodies) < 2:
        return max([whole, *bodies], key=lambda found: found.confidence)
    selected = {name for name, flag in zip(rig.bone_names, rig.selected, strict=True) if flag}
    meant = [body for body in bodies if selected & set(body.bones.values())]
    if len(meant) == 1:
        return meant[0]
    first = max(bodies, key=lambda found: found.confidence)
    return StructureMap(first.bones, first.root, min(first.confidence, 0.4), (Doubt.TWO_CHARACTERS,))
