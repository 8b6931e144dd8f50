# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognise bones by structure alone: hierarchy, symmetry and positions, not names.

A body has a plane of symmetry. Two mirrored branches that reach the floor in two long parts and end in something
level are legs. The bones that carry both are pelvis and spine, up to two more mirrored branches of two long parts,
the arms. Hands, feet, and the bend of knees and elbows tell front from back, and so left from right. Twist, helper
and leaf bones, hair, skirts, tails and targets are not such a part of a body and are ignored.
"""

from __future__ import annotations

import numpy as np

from ...rig import Rig
from ...rotations import Array
from ..doubt import Doubt
from .body import StructureMap as StructureMap
from .body import map_body
from .tree import build_trees

_SURE_CONFIDENCE = 0.8
_MIN_BODY_CONFIDENCE = 0.35
_WORLD_UP = np.array([0.0, 1.0, 0.0])


def map_structure(rig: Rig) -> StructureMap:
    """Return the bones of a human body in ``rig``; with a low confidence and doubts where the result is not certain.

    The world's up direction is tried first, then each of the object's own axes.
    """
    up_directions = [rig.axes[i] * sign for i in (2, 1, 0) for sign in (1.0, -1.0)]
    up_directions.sort(key=lambda up: -float(up[1]))
    if float(up_directions[0][1]) < 0.999:
        up_directions.insert(0, _WORLD_UP)
    best = _map_upright(rig, up_directions[0])
    for up in up_directions[1:]:
        if best.confidence >= _SURE_CONFIDENCE or best.doubts == (Doubt.TWO_CHARACTERS,):
            break
        candidate = _map_upright(rig, up)
        if candidate.confidence > best.confidence + 0.05:
            best = candidate
    return best


def _map_upright(rig: Rig, up: Array) -> StructureMap:
    """Return the best map of the whole rig or of a part of it, for an up direction (3,); two bodies are a doubt."""
    whole, *parts = (map_body(rig, tree) for tree in build_trees(rig, up))
    bodies = [part for part in parts if part.confidence >= _MIN_BODY_CONFIDENCE]
    if len(bodies) < 2:
        return max([whole, *bodies], key=lambda body: body.confidence)
    selected = {name for name, flag in zip(rig.bone_names, rig.selected, strict=True) if flag}
    selected_bodies = [body for body in bodies if selected & set(body.bones.values())]
    if len(selected_bodies) == 1:
        return selected_bodies[0]
    first = max(bodies, key=lambda body: body.confidence)
    return StructureMap(first.bones, first.root, min(first.confidence, 0.4), (Doubt.TWO_CHARACTERS,))
