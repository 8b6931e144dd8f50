# SPDX-License-Identifier: GPL-3.0-or-later
"""Find arms and legs among the branches of a body, by the proportions of their chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np

from ...rotations import Array
from .symmetry import Symmetry
from .tree import Tree

_SPREAD = 0.3
"""Bonus in the score of an arm for a wrist with fingers."""


@dataclass(frozen=True, eq=False)
class Limb:
    """A limb on the positive side of the symmetry plane.

    Attributes
    ----------
    top : int
        The topmost bone of its branch.
    joints : three bone indices
        Hip, knee and ankle or shoulder, elbow and wrist.
    score : float
        How well it fits; 1 for a perfect limb.
    length : float
        Length of its two long parts, metres.
    lowest : float
        Height of its lowest point, metres.
    """

    top: int
    joints: tuple[int, int, int]
    score: float
    length: float
    low: float


def branches(tree: Tree, symmetry: Symmetry) -> list[int]:
    """Return the topmost bones of the branches on the positive side that have a mirror image."""
    return [
        bone
        for bone in sorted(tree.kept)
        if symmetry.is_side(bone) and symmetry.across[bone] > 0 and not symmetry.is_side(tree.parents[bone])
    ]


def find_legs(tree: Tree, symmetry: Symmetry) -> list[Limb]:
    """Return the branches that could be legs, the most likely first."""
    found = [leg for top in branches(tree, symmetry) if (leg := _leg(tree, symmetry, top)) is not None]
    if not found:
        return []
    tallest = max(leg.length for leg in found)
    found = [leg for leg in found if leg.length > 0.35 * tallest]
    floor = min(leg.low for leg in found)

    def rank(leg: Limb) -> float:
        return leg.score - 1.5 * (leg.low - floor) / leg.length

    return sorted(found, key=rank, reverse=True)


def find_arms(tree: Tree, symmetry: Symmetry, leg: Limb) -> list[Limb]:
    """Return the branches that could be arms of the body with this leg, the most likely first."""
    hips = 0.5 * (tree.heads[leg.joints[0]] + tree.heads[symmetry.partners[leg.joints[0]]])
    tops = [top for top in branches(tree, symmetry) if top != leg.top]
    found = [arm for top in tops if (arm := _arm(tree, symmetry, top, leg.length, hips)) is not None]
    # lower branches are part of a skirt
    low = float(np.dot(hips, tree.up)) + 0.3 * leg.length
    holders = {
        arm.top: tree.parents[arm.top]
        for arm in found
        if arm.score > 0.4 and tree.heights[arm.joints[0]] > low
    }

    def rank(arm: Limb) -> float:
        # a branch above the bone that carries the arms is hair on the head
        above = tree.line(tree.parents[arm.top])[1:]
        return arm.score - 0.3 * any(holder in above for holder in holders.values())

    return sorted(found, key=rank, reverse=True)


def _paths(tree: Tree, symmetry: Symmetry, top: int, share: float) -> Iterator[list[int]]:
    """Yield the paths of 3 to 14 bones from the top of a branch to every bone that is far enough from it.

    Parameters
    ----------
    tree : Tree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    top : int
        The topmost bone of the branch.
    min_fraction : float
        Smallest distance from the top, as a fraction of the largest.
    """
    bones = [bone for bone in tree.below(top) if symmetry.is_side(bone)]
    reach = np.linalg.norm(tree.heads[bones] - tree.heads[top], axis=1)
    limit = share * float(reach.max())
    for bone, distance in zip(bones, reach, strict=True):
        if distance >= limit:
            path = tree.path(top, bone)
            if 3 <= len(path) <= 14:
                yield path


def _distances(points: Array) -> list[list[float]]:
    """Return the distances (N, N) between points (N, 3), as nested lists."""
    return np.linalg.norm(points[:, None] - points[None], axis=-1).tolist()  # type: ignore[no-any-return]


def _strayed(points: Array, start: int, end: int) -> float:
    """Return how far the points between two points of a path are off the straight line between them, metres.

    Parameters
    ----------
    points : (N, 3)
        The path.
    start, end : int
        Indices of the two points.
    """
    if end - start < 2:
        return 0.0
    line = points[end] - points[start]
    length = float(np.linalg.norm(line))
    if length < 1e-9:
        return float("inf")
    between = points[start + 1 : end] - points[start]
    off = between - np.outer(between @ line, line) / length**2
    return float(np.linalg.norm(off, axis=1).max())


def _leg(tree: Tree, symmetry: Symmetry, top: int) -> Limb | None:
    """Return the leg that fits best in a branch; None if none does."""
    bones = tree.below(top)
    low = float((tree.end_points(bones) @ tree.up).min())
    drop = float(tree.heights[top]) - low
    if drop < 0.15 * tree.extent or len(bones) < 2:
        return None
    best: Limb | None = None
    for path in _paths(tree, symmetry, top, 0.45):
        points = tree.heads[path]
        apart = _distances(points)
        heights = (points @ tree.up).tolist()
        k = len(path) - 1
        for i, j in combinations(range(k), 2):
            upper, lower = apart[i][j], apart[j][k]
            length = upper + lower
            if min(upper, lower) < 0.15 * drop or length < 0.4 * drop:
                continue
            upright = (heights[i] - heights[k]) / length
            if upright < 0.5:
                continue
            height = (heights[k] - low) / length
            score = 1.0 - 0.8 * abs(log(upper / lower)) - 1.2 * max(0.0, 0.93 - upright)
            score -= 0.04 * (k - i - 2) + 2.0 * max(0.0, 0.02 - height, height - 0.16)
            score -= 0.5 * max(0.0, 0.85 - length / drop) + 2.0 * max(
                0.0, (heights[0] - heights[i]) / length - 0.12
            )
            if best is not None and score < best.score:
                continue
            score -= 3.0 * max(_strayed(points, i, j), _strayed(points, j, k)) / length
            score -= 0.0 if _foot(tree, path[k], length) else 0.25
            if best is None or score > best.score:
                best = Limb(top, (path[i], path[j], path[k]), score, length, low)
    return best if best is not None and best.score > 0.2 else None


def _foot(tree: Tree, ankle: int, leg: float) -> bool:
    """Return whether something as long as a foot is level below a joint."""
    bones = tree.below(ankle)
    points = tree.heads[bones] if len(bones) > 1 else tree.tails[bones]
    away = points - tree.heads[ankle]
    level = away - np.outer(away @ tree.up, tree.up)
    return bool(0.06 * leg < np.linalg.norm(level, axis=1).max() < 0.6 * leg)


def _arm(tree: Tree, symmetry: Symmetry, top: int, leg: float, hips: Array) -> Limb | None:
    """Return the arm that fits best in a branch; None if none does.

    Parameters
    ----------
    tree : Tree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    top : int
        The topmost bone of the branch.
    leg_length : float
        Metres.
    hips : (3,)
        The middle of the hips.
    """
    best: Limb | None = None
    low = float((tree.heads[tree.below(top)] @ tree.up).min())
    for path in _paths(tree, symmetry, top, 0.35):
        points = tree.heads[path]
        apart = _distances(points)
        rises = ((points - hips) @ tree.up / leg).tolist()
        trunk = leg * max(rises[0], 0.3)
        asides = (np.abs(points @ symmetry.axis - symmetry.middle) / trunk).tolist()
        # arms are a little longer than the trunk, independently of the legs
        usual = 1.18 * trunk
        k = len(path) - 1
        for i, j in combinations(range(k), 2):
            upper, lower = apart[i][j], apart[j][k]
            length = upper + lower
            if min(upper, lower) < 0.1 * leg or not 0.25 * leg < length < 2.0 * leg:
                continue
            score = 1.0 - 0.8 * abs(log(upper / lower / 1.08)) - 0.5 * abs(log(length / usual))
            score -= 0.03 * (k - i - 2) + 3.0 * max(0.0, 0.16 - asides[i])
            score -= 2.0 * max(0.0, 0.3 - rises[i], 0.5 * rises[i] - 0.75)
            if best is not None and score + _SPREAD < best.score:
                continue
            score -= 3.0 * max(_strayed(points, i, j), _strayed(points, j, k)) / length
            # a bone in line before it, well outside the trunk, belongs to the upper arm
            if i > 0 and asides[i - 1] > 0.16 and _strayed(points, i - 1, i + 1) < 0.05 * apart[i - 1][i]:
                score -= 0.25
            # this is the palm and not the wrist
            if j < k - 1 and apart[k - 1][k] < 0.25 * lower:
                score -= 0.15
            score += _hand(tree, symmetry, path[k], length)
            if best is None or score > best.score:
                best = Limb(top, (path[i], path[j], path[k]), score, length, low)
    return best if best is not None and best.score > 0.2 else None


def _hand(tree: Tree, symmetry: Symmetry, wrist: int, arm: float) -> float:
    """Return a bonus for a wrist: positive with fingers, negative if nothing as long as a hand is below it.

    Bones that only one hand has are assumed to be an object held in it.

    Parameters
    ----------
    tree : Tree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    wrist : int
        The bone.
    arm_length : float
        Metres.
    """
    own = [bone for bone in tree.below(wrist) if symmetry.is_side(bone)]
    fingers = [c for c in tree.children[wrist] if tree.children[c] and symmetry.is_side(c)]
    points = tree.heads[own] if len(own) > 1 else tree.tails[[wrist]]
    reach = float(np.linalg.norm(points - tree.heads[wrist], axis=1).max()) / arm
    fits = 0.0 if 0.08 < reach < 0.6 else -0.2
    return fits + (_SPREAD if len(fingers) >= 3 else 0.5 * _SPREAD if len(fingers) == 2 else 0.0)
