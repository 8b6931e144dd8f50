# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognise bones by structure alone: hierarchy, symmetry and positions, not names.

A body has a plane of symmetry. Two mirrored branches that reach the floor in two long parts and end in something
level are legs. The bones that carry both are pelvis and spine, up to two more mirrored branches of two long parts,
the arms. Hands, feet, and the bend of knees and elbows tell front from back, and so left from right. Twist, helper
and leaf bones, hair, skirts, tails and targets have no such place in a body and are ignored.
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
    """Return the bones of a human body in ``rig``; with a low confidence and doubts where the result is not certain.

    The world's up direction is tried first, then each of the object's own axes.
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
    """Return the best map of the whole rig or of a part of it, for an up direction (3,); two bodies are a doubt."""
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
