# SPDX-License-Identifier: GPL-3.0-or-later
"""From the hips up to the head: which of the bones between legs and arms carries what."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...rotations import Array
from .limbs import Limb
from .symmetry import Symmetry
from .tree import Tree

_NEAR = 0.45
"""How far from the hips a bone may be and still be the pelvis, in legs."""
_HEAD = 0.33
"""How high above the shoulders heads begin, in lengths of the trunk from hips to shoulders."""

_STRAIGHT = 0.3
"""How far a neck may lean; a jaw in front of the head leans more."""


@dataclass(frozen=True)
class Trunk:
    """Bones of the trunk; ``spine`` from the lowest to the one that carries the arms; -1 where there is none."""

    pelvis: int
    spine: tuple[int, ...]
    neck: int
    head: int


def find_trunk(tree: Tree, symmetry: Symmetry, leg: Limb, arm: Limb) -> Trunk | None:
    """The trunk between these limbs and their partners; None where nothing carries them all."""
    hips = leg.joints[0], symmetry.partners[leg.joints[0]]
    middle = 0.5 * (tree.heads[hips[0]] + tree.heads[hips[1]])
    legs = tree.common(*hips)
    chest = tree.common(arm.top, symmetry.partners[arm.top])
    if min(legs, chest) < 0:
        return None
    both = tree.common(legs, chest)
    if both < 0:
        return None
    near = [b for b in (both, legs) if np.linalg.norm(tree.heads[b] - middle) < _NEAR * leg.length]
    pelvis = near[0] if near else both
    spine = tree.path(both, chest)[1:]
    shoulders = float(tree.heights[arm.joints[0]])
    tall = max(shoulders - float(np.dot(middle, tree.up)), 0.2 * leg.length)
    neck = -1
    # clavicles that hang on the neck: it stands higher than a chest does
    if len(spine) >= 2 and tree.heights[chest] > shoulders - 0.02 * leg.length:
        neck = spine.pop()
    line = [chest, *spine[::-1], both]
    upwards = _upwards(tree, symmetry, line, shoulders, leg.length)
    head = -1
    if upwards:
        place = _head(tree, symmetry, upwards, shoulders, tall)
        head = upwards[place]
        if neck < 0 and place > 0:
            neck = upwards[0]
        apart = _apart(tree, symmetry, upwards, shoulders, leg.length)
        if neck < 0 and apart >= 0 and tree.heights[head] < shoulders + 0.5 * _HEAD * tall:
            neck, head = head, apart
    return Trunk(pelvis, tuple(spine), neck, head)


def spread(spine: tuple[int, ...]) -> dict[str, int]:
    """The joints that the bones of a spine stand for: the topmost carries the arms, the lowest begins the bend."""
    if not spine:
        return {}
    joints = {"spine3": spine[-1]}
    if len(spine) > 1:
        joints["spine1"] = spine[0]
    if len(spine) > 2:
        joints["spine2"] = spine[len(spine) // 2]
    return joints


def _in_the_middle(tree: Tree, symmetry: Symmetry, bone: int, leg: float) -> bool:
    aside = abs(float(np.dot(tree.heads[bone], symmetry.axis)) - symmetry.middle)
    return not symmetry.is_side(bone) and aside < 0.06 * leg


def _top(tree: Tree, bone: int) -> float:
    return float((tree.end_points(tree.below(bone)) @ tree.up).max())


def _upwards(tree: Tree, symmetry: Symmetry, line: list[int], shoulders: float, leg: float) -> list[int]:
    """Bones in the middle from the chest up, each below the next."""
    chain: list[int] = []
    taken = set(line)
    for start in line:
        ahead = [
            c
            for c in tree.children[start]
            if c not in taken
            and _in_the_middle(tree, symmetry, c, leg)
            and _top(tree, c) > shoulders + 0.1 * leg
            and tree.heights[c] > tree.heights[start] - 0.05 * leg
        ]
        if ahead:
            # the neck stands nearest above the chest; a cape or a pack hangs behind it
            chain = [min(ahead, key=lambda c: _lean(tree, start, c) - 0.02 * tree.sizes[c])]
            break
    while chain:
        last = chain[-1]
        ahead = [
            c
            for c in tree.children[last]
            if _in_the_middle(tree, symmetry, c, leg)
            and tree.heights[c] > tree.heights[last] + 0.01 * leg
            and _lean(tree, last, c) < _STRAIGHT
        ]
        if not ahead or len(chain) > 12:
            break
        chain.append(max(ahead, key=lambda c: (tree.sizes[c] > 1, -_lean(tree, last, c))))
    return chain


def _apart(tree: Tree, symmetry: Symmetry, chain: list[int], shoulders: float, leg: float) -> int:
    """A head that hangs on a mechanism of its own instead of on the neck; -1 where there is none."""
    high = [
        bone
        for bone in sorted(tree.kept - set(chain))
        if 0.1 * leg < tree.heights[bone] - shoulders < 0.3 * leg
        and _in_the_middle(tree, symmetry, bone, leg)
        and _lean(tree, chain[-1], bone) < _STRAIGHT
    ]
    return max(high, key=lambda bone: tree.sizes[bone], default=-1)


def _lean(tree: Tree, lower: int, upper: int) -> float:
    """How far a bone stands off the vertical above another: 0 to 2."""
    away: Array = tree.heads[upper] - tree.heads[lower]
    length = float(np.linalg.norm(away))
    return 1.0 - float(np.dot(away, tree.up)) / length if length > 1e-9 else 1.0


def _head(tree: Tree, symmetry: Symmetry, chain: list[int], shoulders: float, trunk: float) -> int:
    """Which bone of the chain above the chest is the head: eyes and ears are on it, or it stands as high as one."""
    rises = [(float(tree.heights[bone]) - shoulders) / trunk for bone in chain]
    for place, bone in enumerate(chain):
        if any(
            symmetry.is_side(c) and tree.heights[c] > tree.heights[bone] - 0.1 * trunk
            for c in tree.children[bone]
        ):
            return place
    # a face below it, though not at once
    crowded = [place for place, bone in enumerate(chain) if tree.sizes[bone] > 5 and rises[place] < 0.5]
    if crowded:
        return crowded[-1]
    place = int(np.argmin([abs(rise - _HEAD) for rise in rises]))
    if place == 0 or place < len(chain) - 1 or tree.children[chain[place]]:
        return place
    # the last bone may be no more than the end of a head: far above it, or after a neck that is longer
    gaps = [float(np.linalg.norm(tree.heads[b] - tree.heads[a])) for a, b in pairwise(chain)]
    after_neck = place > 1 and gaps[-2] > 1.3 * gaps[-1] and rises[place - 1] > 0.5 * _HEAD
    return place - 1 if after_neck or rises[place] > 2 * _HEAD else place
