# SPDX-License-Identifier: GPL-3.0-or-later
"""The bones of a rig as a tree, without those that carry nothing, and how one half of them mirrors the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...rig import Rig
from ...rotations import Array

_PERSON = 0.4
"""Share of the height of all bones from which on a part of them may be a character of its own."""


@dataclass(frozen=True, eq=False)
class Tree:
    """``B`` bones, of which some are ``kept``.

    ``heads`` and ``tails`` (B, 3) in metres; ``up`` (3,): where the body's top is taken to be.
    """

    heads: Array
    tails: Array
    parents: tuple[int, ...]
    kept: frozenset[int]
    up: Array

    @cached_property
    def children(self) -> list[list[int]]:
        """For each bone, its kept children."""
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
    def sizes(self) -> list[int]:
        """For each bone, how many kept bones hang below it, itself included."""
        result = [int(bone in self.kept) for bone in range(len(self.parents))]
        order = [bone for root in self.roots for bone in self.below(root)]
        for bone in reversed(order):
            if self.parents[bone] >= 0:
                result[self.parents[bone]] += result[bone]
        return result

    @cached_property
    def heights(self) -> Array:
        """Heights (B,) of the heads."""
        return np.asarray(self.heads @ self.up)

    @cached_property
    def extent(self) -> float:
        """A length that most of the bones lie within, metres."""
        points = self.heads[sorted(self.kept)]
        spread = np.percentile(points, 95, axis=0) - np.percentile(points, 5, axis=0)
        return float(np.linalg.norm(spread)) or 1.0

    def below(self, bone: int) -> list[int]:
        """The bone and all kept ones that hang below it, parents first."""
        result = [bone]
        for each in result:
            result.extend(self.children[each])
        return result

    def line(self, bone: int) -> list[int]:
        """The bone, the one that carries it, and so on up to the top."""
        result = []
        while bone >= 0:
            result.append(bone)
            bone = self.parents[bone]
        return result

    def common(self, a: int, b: int) -> int:
        """The lowest bone that carries both; -1 where none does."""
        above = set(self.line(a))
        return next((bone for bone in self.line(b) if bone in above), -1)

    def path(self, top: int, bone: int) -> list[int]:
        """From ``top`` down to ``bone``, both included."""
        line = self.line(bone)
        return line[: line.index(top) + 1][::-1]

    def end_points(self, bones: Sequence[int]) -> Array:
        """Heads and tails (2 N, 3) of bones."""
        return np.concatenate([self.heads[list(bones)], self.tails[list(bones)]])


def trees(rig: Rig, up: Array) -> list[Tree]:
    """The whole rig, or where several big parts of it hang on nothing in common, each of these.

    Bones that deform nothing, nor carry any that does, are left out: targets, poles, handles.
    """
    count = len(rig)
    useful = [bool(flag) for flag in rig.deform] if np.any(rig.deform) else [True] * count
    for bone in range(count - 1, -1, -1):
        if useful[bone] and rig.parents[bone] >= 0:
            useful[rig.parents[bone]] = True
    kept = frozenset(bone for bone in range(count) if useful[bone])
    parents = _adopted(rig, kept)
    whole = Tree(rig.heads, rig.tails, parents, kept, up)
    tops = whole.roots
    while len(tops) == 1 and len([c for c in whole.children[tops[0]] if whole.sizes[c] >= 12]) < 2:
        bigger = [c for c in whole.children[tops[0]] if whole.sizes[c] >= 12]
        if not bigger:
            return [whole]
        tops = bigger
    if len(tops) == 1:
        tops = whole.children[tops[0]]
    # two characters are about as tall as both of them together; arms and legs of one are not
    tall = _PERSON * float(np.ptp(whole.heights[sorted(kept)]))
    parts = [whole.below(top) for top in tops if whole.sizes[top] >= 12]
    parts = [part for part in parts if np.ptp(whole.heights[part]) > tall]
    if len(parts) < 2:
        return [whole]
    return [whole, *(Tree(rig.heads, rig.tails, parents, frozenset(part), up) for part in parts)]


def _adopted(rig: Rig, kept: frozenset[int]) -> tuple[int, ...]:
    """The bones' parents, where feet that hang on the root instead of on the shins count as if they did not.

    A bone next to the root goes to the last bone of a chain that ends where it begins. Parents still come first.
    """
    children: list[list[int]] = [[] for _ in rig.parents]
    for bone, parent in enumerate(rig.parents):
        if parent >= 0 and bone in kept:
            children[parent].append(bone)
    ends = [b for b in kept if rig.parents[b] >= 0 and all(not children[c] for c in children[b])]
    loose = [b for b in kept if rig.parents[b] >= 0 and rig.parents[rig.parents[b]] < 0]
    if not ends or not loose:
        return rig.parents
    parents = list(rig.parents)
    near = 0.02 * float(np.linalg.norm(np.ptp(rig.heads[sorted(kept)], axis=0)))
    tails = rig.tails[ends]
    for bone in loose:
        away = np.linalg.norm(tails - rig.heads[bone], axis=1)
        nearest = int(np.argmin(away))
        end = ends[nearest]
        is_near = rig.parents[end] == rig.parents[bone] or bone in (end, *rig.ancestors(end))
        # a target stands where another bone begins
        same = np.linalg.norm(rig.heads - rig.heads[bone], axis=1) < near
        if away[nearest] < near and not is_near and np.count_nonzero(same) == 1:
            parents[bone] = end
    return tuple(parents)
