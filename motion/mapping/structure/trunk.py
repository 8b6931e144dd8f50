# SPDX-License-Identifier: GPL-3.0-or-later
"""Find pelvis, spine, neck and head between legs and arms."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...rotations import Array
from .limbs import Limb
from .symmetry import Symmetry
from .tree import Tree

_NEAR = 0.45
"""Largest distance of the pelvis from the middle of the hips, in lengths of the leg."""
_HEAD = 0.33
"""Usual height of the head bone above the shoulders, in lengths of the trunk from hips to shoulders."""

_STRAIGHT = 0.3
"""Largest lean of a neck; that of a jaw in front of the head is larger."""


@dataclass(frozen=True)
class Trunk:
    """Bones of the trunk; -1 where there is none.

    Attributes
    ----------
    pelvis : int
        The pelvis.
    spine : tuple of bone indices
        From the lowest bone to the one that carries the arms.
    neck : int
        The neck.
    head : int
        The head.
    """

    pelvis: int
    spine: tuple[int, ...]
    neck: int
    head: int


def find_trunk(tree: Tree, symmetry: Symmetry, leg: Limb, arm: Limb) -> Trunk | None:
    """Return the trunk between these limbs and their partners; None where no bone carries them all.

    Parameters
    ----------
    tree : Tree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    leg, arm : Limb
        The limbs on the positive side.
    """
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
    # if the clavicles are children of the neck, the bone that carries them is higher than a chest
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
    """Return the joints of a spine's bones: the topmost carries the arms, at the lowest the bend begins."""
    if not spine:
        return {}
    joints = {"spine3": spine[-1]}
    if len(spine) > 1:
        joints["spine1"] = spine[0]
    if len(spine) > 2:
        joints["spine2"] = spine[len(spine) // 2]
    return joints


def _in_the_middle(tree: Tree, symmetry: Symmetry, bone: int, leg: float) -> bool:
    """Return whether a bone is on the plane of symmetry.

    Parameters
    ----------
    tree : Tree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    bone : int
        The bone.
    leg_length : float
        Metres.
    """
    aside = abs(float(np.dot(tree.heads[bone], symmetry.axis)) - symmetry.middle)
    return not symmetry.is_side(bone) and aside < 0.06 * leg


def _top(tree: Tree, bone: int) -> float:
    return float((tree.end_points(tree.below(bone)) @ tree.up).max())


def _upwards(tree: Tree, symmetry: Symmetry, line: list[int], shoulders: float, leg: float) -> list[int]:
    """Return the chain of central bones from the chest up.

    Parameters
    ----------
    tree : Tree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    spine : list of bone indices
        The bones of the trunk from the chest down; the chain starts at the first that has a suitable child.
    shoulder_height : float
        Height of the shoulders, metres.
    leg_length : float
        Metres.
    """
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
            # the neck is the closest to straight above the chest; a cape or backpack is behind it
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
    """Return a head that is not a child of the neck but of a mechanism; -1 without one.

    Parameters
    ----------
    tree : Tree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    chain : list of bone indices
        The bones above the chest.
    shoulder_height : float
        Height of the shoulders, metres.
    leg_length : float
        Metres.
    """
    high = [
        bone
        for bone in sorted(tree.kept - set(chain))
        if 0.1 * leg < tree.heights[bone] - shoulders < 0.3 * leg
        and _in_the_middle(tree, symmetry, bone, leg)
        and _lean(tree, chain[-1], bone) < _STRAIGHT
    ]
    return max(high, key=lambda bone: tree.sizes[bone], default=-1)


def _lean(tree: Tree, lower: int, upper: int) -> float:
    """Return how far a bone is off the vertical above another: 1 - cosine, 0 to 2."""
    away: Array = tree.heads[upper] - tree.heads[lower]
    length = float(np.linalg.norm(away))
    return 1.0 - float(np.dot(away, tree.up)) / length if length > 1e-9 else 1.0


def _head(tree: Tree, symmetry: Symmetry, chain: list[int], shoulders: float, trunk: float) -> int:
    """Return the index in ``chain`` of the head: the bone with eyes and ears, or at the height of a head.

    Parameters
    ----------
    tree : Tree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    chain : list of bone indices
        The bones above the chest.
    shoulder_height : float
        Height of the shoulders, metres.
    trunk_length : float
        From hips to shoulders, metres.
    """
    rises = [(float(tree.heights[bone]) - shoulders) / trunk for bone in chain]
    for place, bone in enumerate(chain):
        if any(
            symmetry.is_side(c) and tree.heights[c] > tree.heights[bone] - 0.1 * trunk
            for c in tree.children[bone]
        ):
            return place
    # the bones of a face are below it, if not as its children
    crowded = [place for place, bone in enumerate(chain) if tree.sizes[bone] > 5 and rises[place] < 0.5]
    if crowded:
        return crowded[-1]
    place = int(np.argmin([abs(rise - _HEAD) for rise in rises]))
    if place == 0 or place < len(chain) - 1 or tree.children[chain[place]]:
        return place
    # the last bone may only mark the top of the head: it is far above, or the neck before it is longer
    gaps = [float(np.linalg.norm(tree.heads[b] - tree.heads[a])) for a, b in pairwise(chain)]
    after_neck = place > 1 and gaps[-2] > 1.3 * gaps[-1] and rises[place - 1] > 0.5 * _HEAD
    return place - 1 if after_neck or rises[place] > 2 * _HEAD else place
