# SPDX-License-Identifier: GPL-3.0-or-later
"""A T-pose of joints whose rest pose is no body's, made of the lengths of their bones and of how they move.

Files whose joints all lie along one axis at rest say nothing about the body by that pose, and bones are recognised by
structure only in a symmetrical one. The tree of the joints has two pairs of equal branches: legs and arms. They are
laid out as in a T-pose; the motion tells which of two branches is the left one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..rotations import Array, normalise
from .joint_sources import JointSource

_FRAMES = 24
"""Frames of the motion that are looked at."""

_EQUAL = 0.06
"""Largest difference of the lengths of two equal bones, in their length."""

_MIN_REACH = 0.25
"""Length of a limb, in that of the longest one, from which on it can be an arm."""

_DOWN, _UP, _AHEAD = np.array([0.0, -1, 0]), np.array([0.0, 1, 0]), np.array([0.0, 0, 1])
_LEFT = np.array([1.0, 0, 0])


@dataclass(frozen=True)
class _Pair:
    """Two equal branches below one joint; the first of them is on the left once sides are known."""

    parent: int
    branches: tuple[int, int]
    reach: float


class _Tree:
    """Joints with their children and the lengths of their bones."""

    def __init__(self, source: JointSource, positions: Array) -> None:
        """Measure the bones in poses (N, J, 3) of the motion."""
        self.positions, self.parents = positions, source.parents
        count = len(self.parents)
        self.children: list[list[int]] = [[] for _ in range(count)]
        self.lengths = np.zeros(count)
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                self.children[parent].append(joint)
                way = positions[:, joint] - positions[:, parent]
                self.lengths[joint] = float(np.median(np.linalg.norm(way, axis=-1)))
        self.reach, self.sizes = self.lengths.copy(), np.ones(count, dtype=int)
        for joint in range(count - 1, -1, -1):
            if parent := self.parents[joint] + 1:
                self.reach[parent - 1] = max(
                    self.reach[parent - 1], self.lengths[parent - 1] + self.reach[joint]
                )
                self.sizes[parent - 1] += self.sizes[joint]

    def list_longest_branch(self, joint: int) -> list[int]:
        """Return a joint and those below it along the branch that reaches farthest."""
        path = [joint]
        while self.children[path[-1]]:
            path.append(max(self.children[path[-1]], key=lambda child: float(self.reach[child])))
        return path

    def are_equal(self, first: int, second: int) -> bool:
        """Return whether two branches have the same number of joints, and bones of the same lengths on their way."""
        paths = self.list_longest_branch(first), self.list_longest_branch(second)
        if self.sizes[first] != self.sizes[second] or len(paths[0]) != len(paths[1]):
            return False
        a, b = (self.lengths[path] for path in paths)
        return bool(np.all(np.abs(a - b) <= _EQUAL * np.maximum(a, b) + 1e-9))

    def list_pairs(self) -> list[_Pair]:
        """Return pairs of equal branches of three bones at least, those with the longest first."""
        pairs = []
        for parent, children in enumerate(self.children):
            long = [child for child in children if len(self.list_longest_branch(child)) > 2]
            for k, first in enumerate(long):
                for second in long[k + 1 :]:
                    if self.are_equal(first, second):
                        pairs.append(_Pair(parent, (first, second), float(self.reach[first])))
        return sorted(pairs, key=lambda pair: -pair.reach)

    def is_above(self, upper: int, lower: int) -> bool:
        """Return whether a joint is above another one, or the same."""
        while lower > upper:
            lower = self.parents[lower]
        return lower == upper


def lay_out_body(source: JointSource) -> tuple[Array, int] | None:
    """Return a T-pose (J, 3) of a file's joints, facing +Z, and the frame in which the body stands best.

    None if the joints have no two pairs of equal branches.
    """
    count = source.frame_count
    frames = sorted({count * k // _FRAMES for k in range(_FRAMES)})
    tree = _Tree(source, source.evaluate_joints(range(len(source.parents)), frames)[0])
    limbs = _find_limbs(tree)
    if limbs is None:
        return None
    legs, arms = limbs
    trunk = normalise(tree.positions[:, arms.parent] - tree.positions[:, legs.parent])
    legs = _sort_legs(tree, legs, trunk)
    across = tree.positions[:, legs.branches[0]] - tree.positions[:, legs.branches[1]]
    first, second = arms.branches
    hands = [tree.positions[:, tree.list_longest_branch(branch)[-2]] for branch in (first, second)]
    if float(np.sum((hands[0] - hands[1]) * across)) < 0:
        arms = _Pair(arms.parent, (second, first), arms.reach)
    ankles = [_find_shin(tree, branch)[2] for branch in legs.branches]
    down = normalise(tree.positions[:, ankles].mean(axis=1) - tree.positions[:, legs.parent])
    standing = frames[int(np.argmax(-np.sum(trunk * down, axis=-1)))]
    return _place_joints(tree, legs, arms), standing


def _find_limbs(tree: _Tree) -> tuple[_Pair, _Pair] | None:
    """Return legs and arms: of the pairs of long branches, the arms are below the joint of the legs."""
    pairs = [pair for pair in tree.list_pairs() if pair.reach > 0]
    pairs = [pair for pair in pairs if pair.reach > _MIN_REACH * pairs[0].reach]
    for legs in pairs:
        for arms in pairs:
            is_below = arms.parent != legs.parent and tree.is_above(legs.parent, arms.parent)
            if is_below and not any(tree.is_above(branch, arms.parent) for branch in legs.branches):
                return legs, arms
    return None


def _find_shin(tree: _Tree, branch: int) -> tuple[int, int, int]:
    """Return hip, knee and ankle of a leg: the ends of its two longest bones in a row."""
    path = tree.list_longest_branch(branch)
    lengths = tree.lengths[path]
    k = max(range(1, len(path) - 1), key=lambda at: float(min(lengths[at], lengths[at + 1])))
    return path[k - 1], path[k], path[k + 1]


def _sort_legs(tree: _Tree, legs: _Pair, trunk: Array) -> _Pair:
    """Return the legs with the left one first: feet point ahead, and knees bend so.

    ``trunk`` (N, 3): direction of the trunk in each frame.
    """
    ahead = np.zeros_like(trunk)
    for branch in legs.branches:
        joints = _find_shin(tree, branch)
        hip, knee, ankle = (tree.positions[:, joint] for joint in joints)
        below = tree.children[joints[2]]
        if below:
            toe = max(below, key=lambda child: float(tree.reach[child]))
            ahead += 3.0 * (tree.positions[:, toe] - ankle)
        line = normalise(ankle - hip)
        bend = knee - hip - np.sum((knee - hip) * line, axis=-1, keepdims=True) * line
        ahead += bend
    left = np.cross(trunk, ahead)
    first, second = (tree.positions[:, branch] for branch in legs.branches)
    if float(np.sum((first - second) * left)) < 0:
        return _Pair(legs.parent, (legs.branches[1], legs.branches[0]), legs.reach)
    return legs


def _place_joints(tree: _Tree, legs: _Pair, arms: _Pair) -> Array:
    """Return the joints (J, 3) in a T-pose; those that belong to no limb go on from the joint above, a little aside."""
    directions: dict[int, Array] = {}
    for sign, branch in zip((1.0, -1.0), legs.branches, strict=True):
        hip, _, ankle = _find_shin(tree, branch)
        path = tree.list_longest_branch(branch)
        for joint in path[: path.index(hip) + 1]:
            directions[joint] = sign * _LEFT
        for joint in path[path.index(hip) + 1 : path.index(ankle) + 1]:
            directions[joint] = _DOWN
        for joint in path[path.index(ankle) + 1 :]:
            directions[joint] = normalise(_AHEAD + 0.2 * _DOWN)
    for sign, branch in zip((1.0, -1.0), arms.branches, strict=True):
        for joint in tree.list_longest_branch(branch):
            directions[joint] = sign * _LEFT
    joint = arms.parent
    while joint != legs.parent:
        directions[joint] = _UP
        joint = tree.parents[joint]
    places = np.zeros((len(tree.parents), 3))
    for joint, parent in enumerate(tree.parents):
        if parent < 0:
            continue
        direction = directions.get(joint)
        if direction is None:
            # neck and head go up, fingers along the hand
            above = directions.get(parent, _UP)
            aside = 0.15 * (tree.children[parent].index(joint) - 0.5 * (len(tree.children[parent]) - 1))
            direction = _UP if parent in (arms.parent, legs.parent) else normalise(above + aside * _AHEAD)
            directions[joint] = direction
        places[joint] = places[parent] + tree.lengths[joint] * direction
    return places
