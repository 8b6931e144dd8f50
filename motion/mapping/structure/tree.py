# SPDX-License-Identifier: GPL-3.0-or-later
"""The bones of a rig as a tree, without bones that do not deform the mesh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...rig import Rig
from ...rotations import Array

_MIN_CHARACTER_HEIGHT = 0.4
"""Smallest height of a part that may be a character, as a fraction of the height of all bones."""


@dataclass(frozen=True, eq=False)
class BoneTree:
    """``B`` bones, some of which are ``kept``.

    Attributes
    ----------
    heads, tails : (B, 3) metres
        The ends of the bones.
    parents : B bone indices
        -1 for none.
    kept : set of bone indices
        The bones that count.
    up : (3,)
        The assumed up direction.
    """

    heads: Array
    tails: Array
    parents: tuple[int, ...]
    kept: frozenset[int]
    up: Array

    @cached_property
    def children(self) -> list[list[int]]:
        """For each bone its kept children."""
        result: list[list[int]] = [[] for _ in self.parents]
        for bone, parent in enumerate(self.parents):
            if parent >= 0 and bone in self.kept:
                result[parent].append(bone)
        return result

    @cached_property
    def roots(self) -> list[int]:
        """Kept bones without a kept parent."""
        return [b for b in sorted(self.kept) if self.parents[b] not in self.kept]

    @cached_property
    def subtree_sizes(self) -> list[int]:
        """For each bone how many kept bones are below it, itself included."""
        result = [int(bone in self.kept) for bone in range(len(self.parents))]
        order = [bone for root in self.roots for bone in self.with_descendants(root)]
        for bone in reversed(order):
            if self.parents[bone] >= 0:
                result[self.parents[bone]] += result[bone]
        return result

    @cached_property
    def heights(self) -> Array:
        """Heights (B,) of the heads, metres."""
        return np.asarray(self.heads @ self.up)

    @cached_property
    def extent(self) -> float:
        """A length that most of the bones lie within, metres."""
        points = self.heads[sorted(self.kept)]
        spread = np.percentile(points, 95, axis=0) - np.percentile(points, 5, axis=0)
        return float(np.linalg.norm(spread)) or 1.0

    def with_descendants(self, bone: int) -> list[int]:
        """Return the bone and all kept bones below it, parents first."""
        result = [bone]
        for each in result:
            result.extend(self.children[each])
        return result

    def with_ancestors(self, bone: int) -> list[int]:
        """Return the bone and its ancestors, from the bone up."""
        result = []
        while bone >= 0:
            result.append(bone)
            bone = self.parents[bone]
        return result

    def find_common_ancestor(self, a: int, b: int) -> int:
        """Return the lowest common ancestor of two bones; -1 without one."""
        ancestors = set(self.with_ancestors(a))
        return next((bone for bone in self.with_ancestors(b) if bone in ancestors), -1)

    def find_path(self, top: int, bone: int) -> list[int]:
        """Return the bones from ``top`` down to ``bone``, both included."""
        ancestors = self.with_ancestors(bone)
        return ancestors[: ancestors.index(top) + 1][::-1]

    def end_points(self, bones: Sequence[int]) -> Array:
        """Return the heads and tails (2 N, 3) of bones."""
        return np.concatenate([self.heads[list(bones)], self.tails[list(bones)]])


def build_trees(rig: Rig, up: Array) -> list[BoneTree]:
    """Return the tree of the whole rig, followed by trees of its parts if these could be separate characters.

    Bones that deform nothing and carry no bone that does are left out: targets, poles, handles.
    """
    count = len(rig)
    is_useful = [bool(flag) for flag in rig.deform] if np.any(rig.deform) else [True] * count
    for bone in range(count - 1, -1, -1):
        if is_useful[bone] and rig.parents[bone] >= 0:
            is_useful[rig.parents[bone]] = True
    kept = frozenset(bone for bone in range(count) if is_useful[bone])
    parents = _attach_loose_feet(rig, kept)
    whole = BoneTree(rig.heads, rig.tails, parents, kept, up)
    tops = whole.roots
    while len(tops) == 1 and len([c for c in whole.children[tops[0]] if whole.subtree_sizes[c] >= 12]) < 2:
        bigger = [c for c in whole.children[tops[0]] if whole.subtree_sizes[c] >= 12]
        if not bigger:
            return [whole]
        tops = bigger
    if len(tops) == 1:
        tops = whole.children[tops[0]]
    # each of two characters is about as tall as both together; an arm or leg is not
    min_height = _MIN_CHARACTER_HEIGHT * float(np.ptp(whole.heights[sorted(kept)]))
    parts = [whole.with_descendants(top) for top in tops if whole.subtree_sizes[top] >= 12]
    parts = [part for part in parts if np.ptp(whole.heights[part]) > min_height]
    if len(parts) < 2:
        return [whole]
    return [whole, *(BoneTree(rig.heads, rig.tails, parents, frozenset(part), up) for part in parts)]


def _attach_loose_feet(rig: Rig, kept: frozenset[int]) -> tuple[int, ...]:
    """Return the bones' parents, with feet that are parented to the root instead of the shins attached to the shins.

    A child of the root bone is attached to the last bone of a chain that ends where the child begins. Parents still
    come before their children.
    """
    children: list[list[int]] = [[] for _ in rig.parents]
    for bone, parent in enumerate(rig.parents):
        if parent >= 0 and bone in kept:
            children[parent].append(bone)
    ends = [b for b in kept if rig.parents[b] >= 0 and all(not children[c] for c in children[b])]
    loose_bones = [b for b in kept if rig.parents[b] >= 0 and rig.parents[rig.parents[b]] < 0]
    if not ends or not loose_bones:
        return rig.parents
    parents = list(rig.parents)
    max_distance = 0.02 * float(np.linalg.norm(np.ptp(rig.heads[sorted(kept)], axis=0)))
    tails = rig.tails[ends]
    for bone in loose_bones:
        distances = np.linalg.norm(tails - rig.heads[bone], axis=1)
        nearest = int(np.argmin(distances))
        end = ends[nearest]
        is_related = rig.parents[end] == rig.parents[bone] or bone in (end, *rig.list_ancestors(end))
        # an IK target is where another bone begins
        is_same_point = np.linalg.norm(rig.heads - rig.heads[bone], axis=1) < max_distance
        if distances[nearest] < max_distance and not is_related and np.count_nonzero(is_same_point) == 1:
            parents[bone] = end
    return tuple(parents)
