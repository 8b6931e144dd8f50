# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the plane of symmetry of a body, and the pairs of bones that mirror each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ...rotations import Array
from .tree import Tree

_TOLERANCE = 0.05
"""Largest distance of a bone from the mirror image of its partner, in extents of the rig."""
_MOST_VOTES = 300


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
    across: Array

    def is_side(self, bone: int) -> bool:
        """Return whether the bone has a partner on the other side."""
        return bone >= 0 and self.partners[bone] not in (-1, bone)


def find_symmetry(tree: Tree, axes: Array) -> Symmetry | None:
    """Return the upright plane that mirrors most bones to others; None where the rig has no two halves.

    ``axes`` (3, 3): the object's own axes, as rows, which are candidates for the normal.
    """
    bones = sorted(tree.kept)
    reach = _reach(tree)
    votes = _votes(tree, reach)
    candidates = _best_votes(votes, tree.extent)
    for axis in axes:
        level = axis - np.dot(axis, tree.up) * tree.up
        if np.linalg.norm(level) > 0.9:
            level = level / np.linalg.norm(level)
            candidates.append((level, float(np.median(tree.heads[bones] @ level))))
    best: Symmetry | None = None
    score = 0.0
    for axis, middle in candidates:
        found = _mirror(tree, reach, axis, middle)
        own = sum(tree.sizes[b] ** 0.5 for b in bones if found.is_side(b))
        if own > 1.05 * score:
            best, score = found, own
    return best


def _reach(tree: Tree) -> Array:
    """Return the centres (B, 3) of the bones: the middle between a bone's head and those of its children."""
    result = tree.heads.copy()
    for bone in tree.kept:
        if tree.children[bone]:
            result[bone] = 0.5 * (tree.heads[bone] + np.mean(tree.heads[tree.children[bone]], axis=0))
    return result


def _votes(tree: Tree, reach: Array) -> list[tuple[Array, float, float]]:
    """Return pairs of siblings that may mirror each other: (axis between them, middle on the axis, weight)."""
    pairs: list[tuple[float, int, int]] = []
    families = [tree.roots, *(tree.children[bone] for bone in tree.kept)]
    for siblings in families:
        for a, b in combinations(siblings[:40], 2):
            small, large = sorted((tree.sizes[a], tree.sizes[b]))
            if small > 0.7 * large:
                pairs.append((float(small), a, b))
    pairs.sort(reverse=True)
    votes = []
    for weight, a, b in pairs[:_MOST_VOTES]:
        between = reach[a] - reach[b]
        length = float(np.linalg.norm(between))
        rise = abs(float(np.dot(between, tree.up)))
        if length > 0.01 * tree.extent and rise < 0.15 * length:
            level = between - np.dot(between, tree.up) * tree.up
            level /= np.linalg.norm(level)
            votes.append((level, float(np.dot(reach[a] + reach[b], level)) / 2, weight))
    return votes


def _best_votes(votes: list[tuple[Array, float, float]], extent: float) -> list[tuple[Array, float]]:
    """Return the two planes that most votes agree on."""
    if not votes:
        return []
    axes = np.stack([axis for axis, _, _ in votes])
    places = np.array([place for _, place, _ in votes])
    weights = np.array([weight for _, _, weight in votes])
    cosines = axes @ axes.T
    near = np.abs(places[None] * np.sign(cosines) - places[:, None]) < 0.03 * extent
    agree = (np.abs(cosines) > 0.985) & near
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
        middle = float(np.average(places[group] * signs, weights=weights[group]))
        result.append((axis, middle))
        support = np.where(group, 0.0, support)
    return result


def _mirror(tree: Tree, reach: Array, axis: Array, middle: float) -> Symmetry:
    """Return the symmetry about a plane, with the partners of all bones.

    Parameters
    ----------
    tree : Tree
        The bones.
    centres : (B, 3)
        Their centres.
    axis : (3,)
        Unit normal of the plane.
    middle : float
        Position of the plane on the axis.
    """
    bones = sorted(tree.kept)
    features = np.concatenate([tree.heads[bones], reach[bones]], axis=1) / tree.extent
    mirrored = features.copy()
    for part in (slice(0, 3), slice(3, 6)):
        offset = features[:, part] @ axis - middle / tree.extent
        mirrored[:, part] -= 2 * offset[:, None] * axis
    depth = [len(tree.line(bone)) for bone in bones]
    extra = np.stack([0.02 * np.log2([tree.sizes[b] for b in bones]), 0.01 * np.array(depth)], axis=1)
    own = np.concatenate([features, extra], axis=1)
    other = np.concatenate([mirrored, extra], axis=1)
    squares = np.sum(other**2, axis=1)[:, None] + np.sum(own**2, axis=1) - 2 * other @ own.T
    nearest = np.argmin(squares, axis=1)
    partners = [-1] * len(tree.parents)
    for i, j in enumerate(nearest):
        if nearest[j] == i and squares[i, j] < _TOLERANCE**2:
            partners[bones[i]] = bones[int(j)]
    across = reach @ axis - middle
    return Symmetry(axis, middle, partners, across)
