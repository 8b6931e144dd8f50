# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion between joint positions and HumanML3D's 263 features of a frame.

Guo et al., "Generating Diverse and Natural 3D Human Motions from Text", CVPR 2022. A frame holds the root's step to the
next frame, and joint positions, rotations and steps relative to the root:

====== =====================================================================================================
0      minus HALF the yaw to the next frame, radians: the angle in the quaternion, half that of the rotation
1..2   the root's step to the next frame, x and z, relative to the next frame's heading
3      the root's height
4..66  positions of joints 1 to 21 minus the root's x and z, rotated to face +Z
67..192 the first two columns of rotation matrices, each chain starting at the root: NOT rotations of SMPL's joints
193..258 steps of all 22 joints to the next frame, relative to this frame's heading
259..262 contacts of left heel, left toe, right heel and right toe
====== =====================================================================================================

Metres, 20 frames a second, Y up. Motions stand on the floor, begin at x = z = 0 and face +Z there. Rotations for a rig
are solved from the positions (``motion.joints_to_rotations``).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import FormatError
from ..rotations import (
    Array,
    conjugate,
    cross_product,
    matrix_to_rotation_6d,
    multiply,
    normalise,
    quaternion_to_matrix,
    rotate,
    rotation_about_axis,
    rotation_between,
)
from ..skeleton import SMPL_JOINTS

FEATURE_COUNT = 263
FPS = 20.0

ROOT_HEIGHT = 3
POSITIONS = slice(4, 67)
ROTATIONS = slice(67, 193)
STEPS = slice(193, 259)
CONTACTS = slice(259, 263)

_JOINTS = len(SMPL_JOINTS)
_HIPS, _SHOULDERS = (1, 2), (16, 17)  # left, right
_FEET = (7, 10, 8, 11)
_CONTACT_STEP = 0.002  # square metres: a foot is in contact if its squared step to the next frame is smaller
_HEADING_SIGMA = 20.0  # frames, sigma of the Gaussian that smooths the heading

_CHAINS = ((0, 2, 5, 8, 11), (0, 1, 4, 7, 10), (0, 3, 6, 9, 12, 15), (9, 14, 17, 19, 21), (9, 13, 16, 18, 20))
_POINTING_DOWN, _POINTING_FORWARD = (4, 5, 7, 8, 16, 17, 18, 19, 20, 21), (10, 11, 15)


def _make_rest_directions() -> Array:
    """Return the bone directions (22, 3) of the data set's rest pose: hanging arms, upright spine."""
    directions = np.tile([0.0, 1.0, 0.0], (_JOINTS, 1))
    directions[list(_POINTING_DOWN)] = [0.0, -1.0, 0.0]
    directions[list(_POINTING_FORWARD)] = [0.0, 0.0, 1.0]
    directions[[1, 13]] = [1.0, 0.0, 0.0]
    directions[[2, 14]] = [-1.0, 0.0, 0.0]
    return directions


_REST_DIRECTIONS = _make_rest_directions()


def _make_lower_body_mask() -> NDArray[np.bool_]:
    legs = np.isin(np.arange(_JOINTS), (0, 1, 2, 4, 5, 7, 8, 10, 11))
    parts = [np.ones(4, bool), legs[1:].repeat(3), legs[1:].repeat(6), legs.repeat(3), np.ones(4, bool)]
    return np.concatenate(parts)


LOWER_BODY_MASK: NDArray[np.bool_] = _make_lower_body_mask()
"""(263,) True for the features of root, legs and contacts, which stay when only the upper body is generated."""


def features_to_joints(features: ArrayLike) -> Array:
    """Convert features (..., T, 263) without normalisation to world positions (..., T, 22, 3).

    Raises :class:`FormatError`.
    """
    values = _check_frames(features, FEATURE_COUNT, "features")
    half_yaw = np.cumsum(values[..., :-1, 0], axis=-1)
    half_yaw = np.concatenate([np.zeros_like(values[..., :1, 0]), half_yaw], axis=-1)
    # the stored rotation makes the character face +Z; its inverse gives it its heading in the world
    to_world = rotation_about_axis("y", -2.0 * half_yaw)
    steps = np.zeros((*half_yaw.shape, 3))
    steps[..., 1:, 0], steps[..., 1:, 2] = values[..., :-1, 1], values[..., :-1, 2]
    root = np.cumsum(rotate(to_world, steps), axis=-2)
    root[..., 1] = values[..., ROOT_HEIGHT]
    positions = values[..., POSITIONS].reshape(*half_yaw.shape, _JOINTS - 1, 3)
    others = rotate(to_world[..., None, :], positions)
    others[..., 0] += root[..., None, 0]
    others[..., 2] += root[..., None, 2]
    return np.concatenate([root[..., None, :], others], axis=-2)


def features_to_contacts(features: ArrayLike) -> NDArray[np.bool_]:
    """Return the contacts (..., T, 4) in the order of ``motion.CONTACT_JOINTS``. Raises :class:`FormatError`."""
    return np.asarray(_check_frames(features, FEATURE_COUNT, "features")[..., CONTACTS] > 0.5)


def joints_to_features(joints: ArrayLike) -> Array:
    """Convert world positions (T, 22, 3) to features (T - 1, 263); the last frame only gives the step to it.

    The positions have to start as :func:`move_to_start` moves them. Raises :class:`FormatError`.
    """
    positions = np.asarray(joints, dtype=float)
    if positions.ndim != 3 or positions.shape[1:] != (_JOINTS, 3) or len(positions) < 2:
        raise FormatError(
            "Joints of the shape {shape} are not two or more frames of 22 joints", shape=positions.shape
        )
    _check_finite(positions, "joints")
    to_front = _find_rotations_to_front(positions)
    steps = np.diff(positions, axis=0)
    yaw = multiply(to_front[1:], conjugate(to_front[:-1]))
    root_steps = rotate(to_front[1:], steps[:, 0])
    relative = positions - positions[:, :1] * np.array([1.0, 0.0, 1.0])
    relative = rotate(to_front[:, None], relative)
    feet = steps[:, _FEET, :]
    parts = [
        np.arcsin(np.clip(yaw[:, 2:3], -1.0, 1.0)),
        root_steps[:, [0, 2]],
        relative[:-1, 0, 1:2],
        relative[:-1, 1:].reshape(len(steps), -1),
        _compute_chain_rotations(positions, to_front)[:-1].reshape(len(steps), -1),
        rotate(to_front[:-1, None], steps).reshape(len(steps), -1),
        (np.sum(feet * feet, axis=-1) < _CONTACT_STEP).astype(float),
    ]
    return np.concatenate(parts, axis=-1)


def move_to_start(joints: ArrayLike) -> Array:
    """Move world positions (T, 22, 3) onto the floor and rotate them: the root begins at x = z = 0, facing +Z."""
    positions = np.asarray(joints, dtype=float)
    lowest = positions[..., 1].min()
    moved = positions - np.array([positions[0, 0, 0], lowest, positions[0, 0, 2]])
    left, right = (positions[0, [pair[i] for pair in (_HIPS, _SHOULDERS)]].sum(axis=0) for i in (0, 1))
    forward = cross_product(normalise(right - left), np.array([0.0, -1.0, 0.0]))
    forward[1] = 0.0
    return rotate(rotation_between(forward, [0.0, 0.0, 1.0]), moved)


def _find_rotations_to_front(joints: Array) -> Array:
    """Return the rotations (T, 4) about Y that rotate the smoothed heading to +Z.

    HumanML3D's own code subtracts the vector across the hips from the one across the shoulders instead of adding them.
    This is repeated here, because its features and all models trained on them depend on it.
    """
    across = joints[:, _SHOULDERS[1]] - joints[:, _SHOULDERS[0]] - (joints[:, _HIPS[1]] - joints[:, _HIPS[0]])
    forward = cross_product(np.array([0.0, 1.0, 0.0]), normalise(across))
    rotations = rotation_between(_smooth_over_time(forward), [0.0, 0.0, 1.0])
    rotations[0] = [1.0, 0.0, 0.0, 0.0]  # the motion faces +Z there; smoothing must not change it
    return rotations


def _smooth_over_time(values: Array) -> Array:
    """Smooth values (T, N) over time with a Gaussian of four sigmas to each side; the ends are repeated."""
    radius = int(4.0 * _HEADING_SIGMA + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / _HEADING_SIGMA) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(values, ((radius, radius), (0, 0)), mode="edge")
    return np.stack([np.convolve(column, kernel, mode="valid") for column in padded.T], axis=-1)


def _compute_chain_rotations(joints: Array, to_front: Array) -> Array:
    """Return the 6D rotations (T, 21, 6) of the bones along each chain.

    A bone's world rotation is the smallest one from its direction at rest to its present direction. Each is stored
    relative to that of the bone before it in the chain, the first relative to ``to_front``.
    """
    result = np.empty((len(joints), _JOINTS, 6))
    for chain in _CHAINS:
        parent_rotation = to_front
        for parent, joint in pairwise(chain):
            rotation = rotation_between(_REST_DIRECTIONS[joint], joints[:, joint] - joints[:, parent])
            result[:, joint] = matrix_to_rotation_6d(
                quaternion_to_matrix(multiply(conjugate(parent_rotation), rotation))
            )
            parent_rotation = rotation
    return result[:, 1:]


def _check_frames(values: ArrayLike, width: int, label: str) -> Array:
    """Return finite values (..., T, width) as floats. Raises :class:`FormatError`; ``label`` says what they are."""
    array: Array = np.asarray(values, dtype=float)
    if array.ndim < 2 or array.shape[-1] != width or array.shape[-2] < 1:
        raise FormatError(
            "HumanML3D {what} of the shape {shape} are not frames of {width} numbers",
            what=label,
            shape=array.shape,
            width=width,
        )
    _check_finite(array, label)
    return array


def _check_finite(values: Array, label: str) -> None:
    if not np.all(np.isfinite(values)):
        raise FormatError("The {what} contain numbers that are not finite: the file is damaged", what=label)
