# SPDX-License-Identifier: GPL-3.0-or-later
"""Find pelvis, spine, neck and head between legs and arms."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...rotations import Array
from .limbs import Limb
from .symmetry import Symmetry
from .tree import BoneTree

_MAX_PELVIS_DISTANCE = 0.45
"""Largest distance of the pelvis from the middle of the hips, in lengths of the leg."""
_HEAD_HEIGHT = 0.33
"""Usual height of the head bone above the shoulders, in lengths of the trunk from hips to shoulders."""

_MAX_NECK_LEAN = 0.3
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


def find_trunk(tree: BoneTree, symmetry: Symmetry, leg: Limb, arm: Limb) -> Trunk | None:
    """Return the trunk between these limbs and their partners; None where no bone carries them all.

    Parameters
    ----------
    tree : BoneTree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    leg, arm : Limb
        The limbs on the positive side.
    """
    hips = leg.joints[0], symmetry.partners[leg.joints[0]]
    middle = 0.5 * (tree.heads[hips[0]] + tree.heads[hips[1]])
    legs = tree.find_common_ancestor(*hips)
    chest = tree.find_common_ancestor(arm.top, symmetry.partners[arm.top])
    if min(legs, chest) < 0:
        return None
    common_bone = tree.find_common_ancestor(legs, chest)
    if common_bone < 0:
        return None
    pelvis_candidates = [
        b
        for b in (common_bone, legs)
        if np.linalg.norm(tree.heads[b] - middle) < _MAX_PELVIS_DISTANCE * leg.length
    ]
    pelvis = pelvis_candidates[0] if pelvis_candidates else common_bone
    spine = tree.find_path(common_bone, chest)[1:]
    if not pelvis_candidates and len(spine) > 1 and _is_between_hips(tree, spine[0], middle, leg.length):
        # the legs hang beside it, on the root
        pelvis = spine.pop(0)
    shoulder_height = float(tree.heights[arm.joints[0]])
    trunk_length = max(shoulder_height - float(np.dot(middle, tree.up)), 0.2 * leg.length)
    neck = -1
    # if the clavicles are children of the neck, the bone that carries them is higher than a chest
    if len(spine) >= 2 and tree.heights[chest] > shoulder_height - 0.02 * leg.length:
        neck = spine.pop()
    spine_down = [chest, *spine[::-1], common_bone]
    neck_chain = _find_neck_chain(tree, symmetry, spine_down, shoulder_height, leg.length)
    head = -1
    if neck_chain:
        head_index = _find_head(tree, symmetry, neck_chain, shoulder_height, trunk_length)
        head = neck_chain[head_index]
        if neck < 0 and head_index > 0:
            neck = neck_chain[0]
        detached_head = _find_detached_head(tree, symmetry, neck_chain, shoulder_height, leg.length)
        if (
            neck < 0
            and detached_head >= 0
            and tree.heights[head] < shoulder_height + 0.5 * _HEAD_HEIGHT * trunk_length
        ):
            neck, head = head, detached_head
    return Trunk(pelvis, tuple(spine), neck, head)


def _is_between_hips(tree: BoneTree, bone: int, middle: Array, leg_length: float) -> bool:
    """Return whether a bone is where a pelvis is.

    Parameters
    ----------
    tree : BoneTree
        The bones.
    bone : int
        The bone.
    middle : (3,)
        The middle of the hips.
    leg_length : float
        Metres.
    """
    return bool(np.linalg.norm(tree.heads[bone] - middle) < 0.25 * leg_length)


def assign_spine_joints(spine: tuple[int, ...]) -> dict[str, int]:
    """Return the joints of a spine's bones: the topmost carries the arms, at the lowest the bend begins."""
    if not spine:
        return {}
    joints = {"spine3": spine[-1]}
    if len(spine) > 1:
        joints["spine1"] = spine[0]
    if len(spine) > 2:
        joints["spine2"] = spine[len(spine) // 2]
    return joints


def _is_central(tree: BoneTree, symmetry: Symmetry, bone: int, leg_length: float) -> bool:
    """Return whether a bone is on the plane of symmetry.

    Parameters
    ----------
    tree : BoneTree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    bone : int
        The bone.
    leg_length : float
        Metres.
    """
    aside = abs(float(np.dot(tree.heads[bone], symmetry.axis)) - symmetry.middle)
    return not symmetry.has_partner(bone) and aside < 0.06 * leg_length


def _measure_top_height(tree: BoneTree, bone: int) -> float:
    return float((tree.end_points(tree.with_descendants(bone)) @ tree.up).max())


def _find_neck_chain(
    tree: BoneTree, symmetry: Symmetry, spine: list[int], shoulder_height: float, leg_length: float
) -> list[int]:
    """Return the chain of central bones from the chest up.

    Parameters
    ----------
    tree : BoneTree
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
    taken = set(spine)
    for start in spine:
        candidates = [
            c
            for c in tree.children[start]
            if c not in taken
            and _is_central(tree, symmetry, c, leg_length)
            and _measure_top_height(tree, c) > shoulder_height + 0.1 * leg_length
            and tree.heights[c] > tree.heights[start] - 0.05 * leg_length
        ]
        if candidates:
            # the neck is the closest to straight above the chest; a cape or backpack is behind it
            chain = [
                min(
                    candidates,
                    key=lambda c: _measure_lean(tree, start, c) - 0.02 * tree.subtree_sizes[c],
                )
            ]
            break
    while chain:
        last = chain[-1]
        candidates = [
            c
            for c in tree.children[last]
            if _is_central(tree, symmetry, c, leg_length)
            and tree.heights[c] > tree.heights[last] + 0.01 * leg_length
            and _measure_lean(tree, last, c) < _MAX_NECK_LEAN
        ]
        if not candidates or len(chain) > 12:
            break
        chain.append(
            max(candidates, key=lambda c: (tree.subtree_sizes[c] > 1, -_measure_lean(tree, last, c)))
        )
    return chain


def _find_detached_head(
    tree: BoneTree, symmetry: Symmetry, chain: list[int], shoulder_height: float, leg_length: float
) -> int:
    """Return a head that is not a child of the neck but of a mechanism; -1 without one.

    Parameters
    ----------
    tree : BoneTree
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
    candidates = [
        bone
        for bone in sorted(tree.kept - set(chain))
        if 0.1 * leg_length < tree.heights[bone] - shoulder_height < 0.3 * leg_length
        and _is_central(tree, symmetry, bone, leg_length)
        and _measure_lean(tree, chain[-1], bone) < _MAX_NECK_LEAN
    ]
    return max(candidates, key=lambda bone: tree.subtree_sizes[bone], default=-1)


def _measure_lean(tree: BoneTree, lower: int, upper: int) -> float:
    """Return how far a bone is off the vertical above another: 1 - cosine, 0 to 2."""
    offset: Array = tree.heads[upper] - tree.heads[lower]
    length = float(np.linalg.norm(offset))
    return 1.0 - float(np.dot(offset, tree.up)) / length if length > 1e-9 else 1.0


def _find_head(
    tree: BoneTree, symmetry: Symmetry, chain: list[int], shoulder_height: float, trunk_length: float
) -> int:
    """Return the index in ``chain`` of the head: the bone with eyes and ears, or at the height of a head.

    Parameters
    ----------
    tree : BoneTree
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
    rises = [(float(tree.heights[bone]) - shoulder_height) / trunk_length for bone in chain]
    for index, bone in enumerate(chain):
        if any(
            symmetry.has_partner(c) and tree.heights[c] > tree.heights[bone] - 0.1 * trunk_length
            for c in tree.children[bone]
        ):
            return index
    # the bones of a face are below it, if not as its children
    crowded = [i for i, bone in enumerate(chain) if tree.subtree_sizes[bone] > 5 and rises[i] < 0.5]
    if crowded:
        return crowded[-1]
    index = int(np.argmin([abs(rise - _HEAD_HEIGHT) for rise in rises]))
    if index == 0 or index < len(chain) - 1 or tree.children[chain[index]]:
        return index
    # the last bone may only mark the top of the head: it is far above, or the neck before it is longer
    gaps = [float(np.linalg.norm(tree.heads[b] - tree.heads[a])) for a, b in pairwise(chain)]
    after_neck = index > 1 and gaps[-2] > 1.3 * gaps[-1] and rises[index - 1] > 0.5 * _HEAD_HEIGHT
    return index - 1 if after_neck or rises[index] > 2 * _HEAD_HEIGHT else index
