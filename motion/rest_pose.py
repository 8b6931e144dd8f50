# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion of motions between rest poses and between bodies of other proportions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .motion import Motion
from .rotations import Array, conjugate, identity_rotations, multiply, normalise, rotate, rotation_between
from .skeleton import Skeleton, smpl_skeleton

SMPL_REST_POSE = smpl_skeleton(
    [
        [0.0, 0, 0],
        [0.055, -0.1, -0.025], [-0.055, -0.1, -0.025], [0, 0.115, -0.025],
        [0.055, -0.405, -0.01], [-0.055, -0.405, -0.01], [0, 0.145, -0.005],
        [-0.03, -0.44, -0.025], [0.03, -0.44, -0.025], [0, 0.055, 0.02],
        [0.045, -0.065, 0.125], [-0.045, -0.065, 0.125], [0, 0.17, -0.03],
        [0.045, 0.085, -0.01], [-0.045, 0.085, -0.01], [0, 0.175, 0.025],
        [0.12, 0.055, -0.01], [-0.12, 0.055, -0.01],
        [0.28, -0.055, -0.03], [-0.28, -0.055, -0.03],
        [0.275, 0.01, -0.01], [-0.275, 0.01, -0.01],
    ]
)  # fmt: skip
"""An average adult in the rest pose of SMPL-family files (rounded to 5 mm; no SMPL model data): legs a little apart,
upper arms a little down and back. Rotations of AMASS-style files are relative to it."""

_MIN_BONE = 1e-3
"""Bones shorter than this, in lengths of the longest one, have no direction."""

_MAIN_CHILDREN = frozenset({"spine1", "neck"})
"""The child that a branching joint points at; of other joints it is the one with the most descendants."""


def change_rest_pose(motion: Motion, skeleton: Skeleton) -> Motion:
    """Return the motion in the same world poses on ``skeleton``, with rotations relative to its rest pose.

    Every bone to a joint's main child keeps its world direction exactly; branching joints (pelvis, chest) are in
    addition fitted to their other children, hands and feet follow the limb that they end, the head follows the chest.
    The root motion is scaled with the height of the legs, so that feet stay on the floor and steps fit the legs.
    Converting back restores the motion. Raises ``ValueError`` if joint names or parents differ.
    """
    source = motion.skeleton
    if source is skeleton:
        return motion
    if source.joint_names != skeleton.joint_names or source.parents != skeleton.parents:
        raise ValueError("the two skeletons have different joints")
    corrections = find_rest_corrections(skeleton, source)
    local = multiply(motion.local_rotations, corrections)
    parents = np.array(skeleton.parents[1:], dtype=int)
    local[:, 1:] = multiply(conjugate(corrections[parents]), local[:, 1:])
    return replace(
        motion,
        skeleton=skeleton,
        root_translation=motion.root_translation * (root_height(skeleton) / root_height(source)),
        local_rotations=local,
    )


def find_rest_corrections(skeleton: Skeleton, target: Skeleton) -> Array:
    """Return the world rotations (J, 4) that pose ``skeleton`` like the rest pose of ``target``, bone by bone."""
    corrections = identity_rotations(len(skeleton))
    branching_joints = [0] * len(skeleton)
    for j, children in enumerate(skeleton.children):
        parent = skeleton.parents[j]
        # the nearest branching joint above from which only main children lead to j, else -1
        if parent >= 0:
            is_main = j == _find_main_child(skeleton, parent)
            is_branch = len(skeleton.children[parent]) > 1
            branching_joints[j] = (parent if is_branch else branching_joints[parent]) if is_main else -1
        if not children:
            if parent >= 0:
                corrections[j] = corrections[branching_joints[j] if branching_joints[j] >= 0 else parent]
            continue
        main = _find_main_child(skeleton, j)
        own_direction, target_direction = _find_main_directions(skeleton, target, main)
        corrections[j] = rotation_between(own_direction, target_direction)
        others = [c for c in children if c != main]
        if others:
            axis = normalise(target_direction)
            twist = _fit_twist(
                axis, rotate(corrections[j], skeleton.rest_offsets[others]), target.rest_offsets[others]
            )
            corrections[j] = multiply(twist, corrections[j])
    return corrections


def root_height(skeleton: Skeleton) -> float:
    """Return the height of the root above the lowest joint at rest, in metres; always positive.

    Of a body with SMPL's legs it is the height above its lower foot, by the lengths of the legs where they do not stand
    at rest; bodies of any build have it, also those with wide hips, large feet and short legs. Of other skeletons it is
    the length of the longest branch of bones where the rest pose does not stand.
    """
    positions = skeleton.rest_positions
    lengths = np.linalg.norm(skeleton.rest_offsets, axis=-1)
    indices = {joint: k for k, joint in enumerate(skeleton.joint_names)}
    if all(joint in indices for joint in _LEG_JOINTS):
        hips, knees, ankles, feet = (
            [indices[f"{side}_{joint}"] for side in ("left", "right")]
            for joint in ("hip", "knee", "ankle", "foot")
        )
        legs = float(lengths[knees + ankles].sum() / 2)
        drop = float((positions[hips, 1] - positions[ankles, 1]).mean())
        height = float(positions[0, 1] - positions[feet + ankles, 1].min())
        if legs > 1e-6:
            return height if drop > 0.7 * legs and height > 0.5 * legs else _HEIGHT_OF_LEGS * legs
    branch_lengths = np.zeros(len(skeleton))
    for j, parent in enumerate(skeleton.parents):
        if parent >= 0:
            branch_lengths[j] = branch_lengths[parent] + lengths[j]
    lowest = int(np.argmin(positions[:, 1]))
    height = float(positions[0, 1] - positions[lowest, 1])
    if height > 0.7 * branch_lengths[lowest] and height > 1e-6:
        return height
    return float(branch_lengths.max()) or 1.0


_LEG_JOINTS = tuple(
    f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle", "foot")
)
_HEIGHT_OF_LEGS = 1.19
"""Height of an adult's root above the lowest joint, in lengths of thigh and shin."""


def _find_main_directions(skeleton: Skeleton, target: Skeleton, main: int) -> tuple[Array, Array]:
    """Return the vectors (3,) from a joint to its main child in both skeletons.

    Where one of them is as good as zero, as files have joints on one another, it leads to a joint further along.
    """
    vectors = [skeleton.rest_offsets[main].copy(), target.rest_offsets[main].copy()]
    shortest = [_MIN_BONE * float(np.abs(body.rest_offsets).max()) for body in (skeleton, target)]
    while any(np.linalg.norm(v) <= limit for v, limit in zip(vectors, shortest, strict=True)):
        if not skeleton.children[main]:
            break
        main = _find_main_child(skeleton, main)
        vectors[0] += skeleton.rest_offsets[main]
        vectors[1] += target.rest_offsets[main]
    return vectors[0], vectors[1]


def _find_main_child(skeleton: Skeleton, joint: int) -> int:
    children = skeleton.children[joint]
    named = [c for c in children if skeleton.joint_names[c] in _MAIN_CHILDREN]
    if named:
        return named[0]

    def subtree_size(j: int) -> int:
        return 1 + sum(subtree_size(c) for c in skeleton.children[j])

    return max(children, key=subtree_size)


def _fit_twist(axis: Array, source: Array, target: Array) -> Array:
    """Return the rotation (4,) about the unit ``axis`` that best aligns ``source`` with ``target``, (N, 3) vectors."""
    source, target = normalise(source), normalise(target)
    across = np.cross(axis, source)
    along = np.cross(across, axis)
    angle = np.arctan2(np.sum(across * target), np.sum(along * target))
    return np.concatenate([[np.cos(angle / 2)], np.sin(angle / 2) * axis])
