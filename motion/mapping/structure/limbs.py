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
from .tree import BoneTree

_FINGER_BONUS = 0.3
"""Bonus in the score of an arm for a wrist with fingers."""


_SAME_PLACE = 0.01
"""Distance, in lengths of the limb, within which two bones begin at one place."""


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
    lowest: float


def find_branches(tree: BoneTree, symmetry: Symmetry) -> list[int]:
    """Return the topmost bones of the branches on the positive side that have a mirror image."""
    return [
        bone
        for bone in sorted(tree.kept)
        if symmetry.has_partner(bone)
        and symmetry.offsets[bone] > 0
        and not symmetry.has_partner(tree.parents[bone])
    ]


def find_legs(tree: BoneTree, symmetry: Symmetry) -> list[Limb]:
    """Return the branches that could be legs, the most likely first."""
    legs = [
        leg for top in find_branches(tree, symmetry) if (leg := _fit_leg(tree, symmetry, top)) is not None
    ]
    if not legs:
        return []
    tallest = max(leg.length for leg in legs)
    legs = [leg for leg in legs if leg.length > 0.35 * tallest]
    floor = min(leg.lowest for leg in legs)

    def rank_leg(leg: Limb) -> float:
        return leg.score - 1.5 * (leg.lowest - floor) / leg.length

    return sorted(legs, key=rank_leg, reverse=True)


def find_arms(tree: BoneTree, symmetry: Symmetry, leg: Limb) -> list[Limb]:
    """Return the branches that could be arms of the body with this leg, the most likely first."""
    hips = 0.5 * (tree.heads[leg.joints[0]] + tree.heads[symmetry.partners[leg.joints[0]]])
    tops = [top for top in find_branches(tree, symmetry) if top != leg.top]
    arms = [arm for top in tops if (arm := _fit_arm(tree, symmetry, top, leg.length, hips)) is not None]
    # lower branches are part of a skirt
    min_height = float(np.dot(hips, tree.up)) + 0.3 * leg.length
    holders = {
        arm.top: tree.parents[arm.top]
        for arm in arms
        if arm.score > 0.4 and tree.heights[arm.joints[0]] > min_height
    }

    def rank_arm(arm: Limb) -> float:
        # a branch above the bone that carries the arms is hair on the head
        ancestors = tree.with_ancestors(tree.parents[arm.top])[1:]
        return arm.score - 0.3 * any(holder in ancestors for holder in holders.values())

    return sorted(arms, key=rank_arm, reverse=True)


def _find_long_paths(
    tree: BoneTree, symmetry: Symmetry, top: int, min_fraction: float
) -> Iterator[list[int]]:
    """Yield the paths of 3 to 14 bones from the top of a branch to every bone that is far enough from it.

    Parameters
    ----------
    tree : BoneTree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    top : int
        The topmost bone of the branch.
    min_fraction : float
        Smallest distance from the top, as a fraction of the largest.
    """
    bones = [bone for bone in tree.with_descendants(top) if symmetry.has_partner(bone)]
    distances = np.linalg.norm(tree.heads[bones] - tree.heads[top], axis=1)
    min_distance = min_fraction * float(distances.max())
    for bone, distance in zip(bones, distances, strict=True):
        if distance >= min_distance:
            path = tree.find_path(top, bone)
            if 3 <= len(path) <= 14:
                yield path


def _measure_distances(points: Array) -> list[list[float]]:
    """Return the distances (N, N) between points (N, 3), as nested lists."""
    return np.linalg.norm(points[:, None] - points[None], axis=-1).tolist()  # type: ignore[no-any-return]


def _measure_deviation(points: Array, start: int, end: int) -> float:
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
    deviations = between - np.outer(between @ line, line) / length**2
    return float(np.linalg.norm(deviations, axis=1).max())


def _fit_leg(tree: BoneTree, symmetry: Symmetry, top: int) -> Limb | None:
    """Return the leg that fits best in a branch; None if none does."""
    bones = tree.with_descendants(top)
    lowest = float((tree.end_points(bones) @ tree.up).min())
    drop = float(tree.heights[top]) - lowest
    if drop < 0.15 * tree.extent or len(bones) < 2:
        return None
    best: Limb | None = None
    for path in _find_long_paths(tree, symmetry, top, 0.45):
        points = tree.heads[path]
        distances = _measure_distances(points)
        heights = (points @ tree.up).tolist()
        k = len(path) - 1
        for i, j in combinations(range(k), 2):
            upper, lower = distances[i][j], distances[j][k]
            length = upper + lower
            if min(upper, lower) < 0.15 * drop or length < 0.4 * drop:
                continue
            upright = (heights[i] - heights[k]) / length
            if upright < 0.5:
                continue
            height = (heights[k] - lowest) / length
            score = 1.0 - 0.8 * abs(log(upper / lower)) - 1.2 * max(0.0, 0.93 - upright)
            score -= 0.04 * (k - i - 2) + 2.0 * max(0.0, 0.02 - height, height - 0.16)
            score -= 0.5 * max(0.0, 0.85 - length / drop) + 2.0 * max(
                0.0, (heights[0] - heights[i]) / length - 0.12
            )
            if best is not None and score < best.score:
                continue
            score -= 3.0 * max(_measure_deviation(points, i, j), _measure_deviation(points, j, k)) / length
            score -= 0.0 if _has_foot(tree, path[k], length) else 0.25
            if best is None or score > best.score:
                best = Limb(top, (path[i], path[j], path[k]), score, length, lowest)
    return best if best is not None and best.score > 0.2 else None


def _has_foot(tree: BoneTree, ankle: int, leg_length: float) -> bool:
    """Return whether something as long as a foot is level below a joint."""
    bones = tree.with_descendants(ankle)
    points = tree.heads[bones] if len(bones) > 1 else tree.tails[bones]
    offsets = points - tree.heads[ankle]
    level_offsets = offsets - np.outer(offsets @ tree.up, tree.up)
    return bool(0.06 * leg_length < np.linalg.norm(level_offsets, axis=1).max() < 0.6 * leg_length)


def _fit_arm(tree: BoneTree, symmetry: Symmetry, top: int, leg_length: float, hips: Array) -> Limb | None:
    """Return the arm that fits best in a branch; None if none does.

    Parameters
    ----------
    tree : BoneTree
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
    lowest = float((tree.heads[tree.with_descendants(top)] @ tree.up).min())
    for path in _find_long_paths(tree, symmetry, top, 0.35):
        points = tree.heads[path]
        distances = _measure_distances(points)
        rises = ((points - hips) @ tree.up / leg_length).tolist()
        trunk = leg_length * max(rises[0], 0.3)
        asides = (np.abs(points @ symmetry.axis - symmetry.middle) / trunk).tolist()
        # arms are a little longer than the trunk, independently of the legs
        usual_length = 1.18 * trunk
        k = len(path) - 1
        for i, j in combinations(range(k), 2):
            upper, lower = distances[i][j], distances[j][k]
            length = upper + lower
            if min(upper, lower) < 0.1 * leg_length or not 0.25 * leg_length < length < 2.0 * leg_length:
                continue
            score = 1.0 - 0.8 * abs(log(upper / lower / 1.08)) - 0.5 * abs(log(length / usual_length))
            score -= 0.03 * (k - i - 2) + 3.0 * max(0.0, 0.16 - asides[i])
            score -= 2.0 * max(0.0, 0.3 - rises[i], 0.5 * rises[i] - 0.75)
            if best is not None and score + _FINGER_BONUS < best.score:
                continue
            score -= 3.0 * max(_measure_deviation(points, i, j), _measure_deviation(points, j, k)) / length
            # a bone in line before it, well outside the trunk, belongs to the upper arm
            if (
                i > 0
                and asides[i - 1] > 0.16
                and _measure_deviation(points, i - 1, i + 1) < 0.05 * distances[i - 1][i]
            ):
                score -= 0.25
            # a twist bone at the place of the shoulder
            if i > 0 and distances[i - 1][i] < _SAME_PLACE * length:
                score -= 0.06
            # this is the palm and not the wrist
            if j < k - 1 and distances[k - 1][k] < 0.25 * lower:
                score -= 0.15
            score += _rate_hand(tree, symmetry, path[k], length)
            if best is None or score > best.score:
                best = Limb(top, (path[i], path[j], path[k]), score, length, lowest)
    return best if best is not None and best.score > 0.2 else None


def _rate_hand(tree: BoneTree, symmetry: Symmetry, wrist: int, arm_length: float) -> float:
    """Return a bonus for a wrist: positive with fingers, negative if nothing as long as a hand is below it.

    Bones that only one hand has are assumed to be an object held in it.

    Parameters
    ----------
    tree : BoneTree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    wrist : int
        The bone.
    arm_length : float
        Metres.
    """
    hand_bones = [bone for bone in tree.with_descendants(wrist) if symmetry.has_partner(bone)]
    fingers = [c for c in tree.children[wrist] if tree.children[c] and symmetry.has_partner(c)]
    points = tree.heads[hand_bones] if len(hand_bones) > 1 else tree.tails[[wrist]]
    hand_length = float(np.linalg.norm(points - tree.heads[wrist], axis=1).max()) / arm_length
    score = 0.0 if 0.08 < hand_length < 0.6 else -0.2
    return score + (_FINGER_BONUS if len(fingers) >= 3 else 0.5 * _FINGER_BONUS if len(fingers) == 2 else 0.0)
