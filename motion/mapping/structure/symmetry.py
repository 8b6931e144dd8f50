# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the plane of symmetry of a body, and the pairs of bones that mirror each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ...rotations import Array
from .tree import BoneTree

_TOLERANCE = 0.05
"""Largest distance of a bone from the mirror image of its partner, in extents of the rig."""
_MAX_VOTES = 300


@dataclass(frozen=True, eq=False)
class Symmetry:
    """A plane of symmetry.

    Attributes
    ----------
    axis : (3,)
        Unit normal of the plane, across the body.
    middle : float
        Position of the plane on the axis, metres.
    partners : list of bone indices
        For each bone the one that mirrors it: itself in the plane, -1 where there is none.
    offsets : (B,)
        Signed distance of the middle of each bone from the plane, metres.
    """

    axis: Array
    middle: float
    partners: list[int]
    offsets: Array

    def has_partner(self, bone: int) -> bool:
        """Return whether the bone has a partner on the other side."""
        return bone >= 0 and self.partners[bone] not in (-1, bone)


def find_symmetry(tree: BoneTree, axes: Array) -> Symmetry | None:
    """Return the upright plane that mirrors most bones to others; None where the rig has no two halves.

    ``axes`` (3, 3): the object's own axes, as rows, which are candidates for the normal.
    """
    bones = sorted(tree.kept)
    centres = _compute_bone_centres(tree)
    votes = _collect_votes(tree, centres)
    candidates = _find_best_planes(votes, tree.extent)
    for axis in axes:
        level = axis - np.dot(axis, tree.up) * tree.up
        if np.linalg.norm(level) > 0.9:
            level = level / np.linalg.norm(level)
            candidates.append((level, float(np.median(tree.heads[bones] @ level))))
    best: Symmetry | None = None
    best_score = 0.0
    for axis, middle in candidates:
        candidate = _fit_symmetry(tree, centres, axis, middle)
        candidate_score = sum(tree.subtree_sizes[b] ** 0.5 for b in bones if candidate.has_partner(b))
        if candidate_score > 1.05 * best_score:
            best, best_score = candidate, candidate_score
    return best


def _compute_bone_centres(tree: BoneTree) -> Array:
    """Return the centres (B, 3) of the bones: the middle between a bone's head and those of its children."""
    result = tree.heads.copy()
    for bone in tree.kept:
        if tree.children[bone]:
            result[bone] = 0.5 * (tree.heads[bone] + np.mean(tree.heads[tree.children[bone]], axis=0))
    return result


def _collect_votes(tree: BoneTree, centres: Array) -> list[tuple[Array, float, float]]:
    """Return pairs of siblings that may mirror each other: (axis between them, middle on the axis, weight)."""
    pairs: list[tuple[float, int, int]] = []
    families = [tree.roots, *(tree.children[bone] for bone in tree.kept)]
    for siblings in families:
        for a, b in combinations(siblings[:40], 2):
            small, large = sorted((tree.subtree_sizes[a], tree.subtree_sizes[b]))
            if small > 0.7 * large:
                pairs.append((float(small), a, b))
    pairs.sort(reverse=True)
    votes = []
    for weight, a, b in pairs[:_MAX_VOTES]:
        between = centres[a] - centres[b]
        length = float(np.linalg.norm(between))
        rise = abs(float(np.dot(between, tree.up)))
        if length > 0.01 * tree.extent and rise < 0.15 * length:
            level = between - np.dot(between, tree.up) * tree.up
            level /= np.linalg.norm(level)
            votes.append((level, float(np.dot(centres[a] + centres[b], level)) / 2, weight))
    return votes


def _find_best_planes(votes: list[tuple[Array, float, float]], extent: float) -> list[tuple[Array, float]]:
    """Return the two planes that most votes agree on."""
    if not votes:
        return []
    axes = np.stack([axis for axis, _, _ in votes])
    positions = np.array([position for _, position, _ in votes])
    weights = np.array([weight for _, _, weight in votes])
    cosines = axes @ axes.T
    is_near = np.abs(positions[None] * np.sign(cosines) - positions[:, None]) < 0.03 * extent
    agree = (np.abs(cosines) > 0.985) & is_near
    support = agree @ weights
    result = []
    for _ in range(2):
        lead = int(np.argmax(support))
        if support[lead] <= 0:
            break
        group = agree[lead]
        signs = np.sign(cosines[lead, group])
        axis = (weights[group] * signs) @ axes[group]
        axis = axis / np.linalg.norm(axis)
        middle = float(np.average(positions[group] * signs, weights=weights[group]))
        result.append((axis, middle))
        support = np.where(group, 0.0, support)
    return result


def _fit_symmetry(tree: BoneTree, centres: Array, axis: Array, middle: float) -> Symmetry:
    """Return the symmetry about a plane, with the partners of all bones.

    Parameters
    ----------
    tree : BoneTree
        The bones.
    centres : (B, 3)
        Their centres.
    axis : (3,)
        Unit normal of the plane.
    middle : float
        Position of the plane on the axis.
    """
    bones = sorted(tree.kept)
    features = np.concatenate([tree.heads[bones], centres[bones]], axis=1) / tree.extent
    mirrored = features.copy()
    for part in (slice(0, 3), slice(3, 6)):
        offset = features[:, part] @ axis - middle / tree.extent
        mirrored[:, part] -= 2 * offset[:, None] * axis
    depth = [len(tree.with_ancestors(bone)) for bone in bones]
    extra_features = np.stack(
        [0.02 * np.log2([tree.subtree_sizes[b] for b in bones]), 0.01 * np.array(depth)], axis=1
    )
    own_features = np.concatenate([features, extra_features], axis=1)
    mirrored_features = np.concatenate([mirrored, extra_features], axis=1)
    squared_distances = (
        np.sum(mirrored_features**2, axis=1)[:, None]
        + np.sum(own_features**2, axis=1)
        - 2 * mirrored_features @ own_features.T
    )
    nearest = np.argmin(squared_distances, axis=1)
    partners = [-1] * len(tree.parents)
    for i, j in enumerate(nearest):
        if nearest[j] == i and squared_distances[i, j] < _TOLERANCE**2:
            partners[bones[i]] = bones[int(j)]
    offsets = centres @ axis - middle
    return Symmetry(axis, middle, partners, offsets)
