# SPDX-License-Identifier: GPL-3.0-or-later
"""The features of a frame: 330 numbers, of which the first 5 are the root and the others the body.

Root: position of the hips, cosine and sine of the heading. Body: positions of the other joints relative to the hips in
x and z, with their height above the ground; the rotation of each joint in the world as the first two columns of its
matrix; velocities; contact of ankles and toes with the ground.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .skeleton import (
    CONTACT_JOINTS,
    JOINT_COUNT,
    LEFT_HIP,
    RIGHT_HIP,
    compute_global_rotations,
    compute_local_rotations,
    compute_positions,
)

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]

ROOT = slice(0, 5)
ROOT_POSITION = slice(0, 3)
HEADING = slice(3, 5)
BODY = slice(5, 330)
POSITIONS = slice(5, 83)
ROTATIONS = slice(83, 245)
VELOCITIES = slice(245, 326)
CONTACTS = slice(326, 330)

ROOT_FEATURES, BODY_FEATURES, FEATURES = 5, 325, 330
LOCAL_ROOT_FEATURES = 4

_CONTACT_SPEED, _CONTACT_HEIGHT = 0.15, 0.10  # metres per second, metres


def compute_heading(positions: Floats) -> Floats:
    """Return the heading (...) of joints (..., 27, 3): radians about +Y from +Z towards +X."""
    across = positions[..., RIGHT_HIP, :] - positions[..., LEFT_HIP, :]
    return np.asarray(np.arctan2(across[..., 2], -across[..., 0]))


def matrices_to_columns(matrices: Floats) -> Floats:
    """Return the first two columns (..., 6) of matrices (..., 3, 3)."""
    return np.concatenate([matrices[..., :, 0], matrices[..., :, 1]], axis=-1)


def columns_to_matrices(columns: Floats) -> Floats:
    """Return the rotation matrices (..., 3, 3) of two columns (..., 6) that need not be at right angles.

    The first column keeps its direction, and the third is at right angles to both.
    """
    a, b = columns[..., :3], columns[..., 3:]
    x = a / np.linalg.norm(a, axis=-1, keepdims=True)
    z = np.cross(x, b)
    z = z / np.linalg.norm(z, axis=-1, keepdims=True)
    return np.stack([x, np.cross(z, x), z], axis=-1)


def compute_features(local_rotations: Floats, root_positions: Floats, fps: float) -> F32:
    """Return the features (N, 330) of a motion: local rotations (N, 27, 3, 3) and positions of the hips (N, 3)."""
    rotations = compute_global_rotations(np.asarray(local_rotations, float))
    positions = compute_positions(rotations, np.asarray(root_positions, float))
    heading = compute_heading(positions)
    velocities = _repeat_last(np.diff(positions, axis=0) * fps)
    feet = list(CONTACT_JOINTS)
    speeds = np.linalg.norm(velocities[:, feet], axis=-1)
    contacts = (speeds < _CONTACT_SPEED) & (positions[:, feet, 1] < _CONTACT_HEIGHT)
    relative = positions[:, 1:] - positions[:, :1] * [1.0, 0.0, 1.0]
    frames = len(positions)
    return np.concatenate(
        [
            positions[:, 0],
            np.cos(heading)[:, None],
            np.sin(heading)[:, None],
            relative.reshape(frames, -1),
            matrices_to_columns(rotations).reshape(frames, -1),
            velocities.reshape(frames, -1),
            contacts,
        ],
        axis=-1,
    ).astype(np.float32)


def _repeat_last(differences: Floats) -> Floats:
    """Return differences between frames (N - 1, ...) with the last one repeated, or zero if there is only one frame."""
    if not len(differences):
        return np.zeros((1, *differences.shape[1:]), differences.dtype)
    return np.concatenate([differences, differences[-1:]])


def read_pose(features: F32) -> tuple[F64, F64, F64]:
    """Return what features (N, 330) in real units say.

    Positions of the hips (N, 3), local rotations (N, 27, 3, 3), and positions of the joints (N, 27, 3) by these
    rotations.
    """
    root_positions = np.asarray(features[..., ROOT_POSITION], float)
    columns = np.asarray(features[..., ROTATIONS], float).reshape(*features.shape[:-1], JOINT_COUNT, 6)
    rotations = np.asarray(columns_to_matrices(columns), float)
    positions = compute_positions(rotations, root_positions)
    return root_positions, compute_local_rotations(rotations), positions


def read_contacts(features: F32) -> NDArray[np.bool_]:
    """Return whether the joints of ``CONTACT_JOINTS`` touch the ground (N, 4) by features in real units."""
    return np.asarray(features[..., CONTACTS] > 0.5)


def read_heading_angle(root: Floats) -> float:
    """Return the heading of one frame's root (5,) in real units, in radians."""
    return float(np.arctan2(root[4], root[3]))


def compute_local_root(root: F32, fps: float) -> F32:
    """Return the local root (..., N, 4) of a root (..., N, 5), both in real units.

    Turn of the heading in radians per second, velocity of the hips in x and z in metres per second, and their height.
    The velocities of the last frame repeat those of the frame before. Numbers are rounded where the models' own code
    rounds them: near half a turn in a frame, and far from the origin, another rounding would show.
    """
    local = np.empty((*root.shape[:-1], LOCAL_ROOT_FEATURES), np.float32)
    local[..., 3] = root[..., 1]
    if root.shape[-2] < 2:
        local[..., :3] = 0
        return local
    rate = np.float32(fps)
    # cosine and sine need not have the length 1
    angle = _round(np.arctan2(root[..., 4].astype(float), root[..., 3]))
    cosine, sine = _round(np.cos(angle.astype(float))), _round(np.sin(angle.astype(float)))
    before, after = (..., slice(None, -1)), (..., slice(1, None))
    turn_sine = sine[after] * cosine[before] - cosine[after] * sine[before]
    turn_cosine = cosine[after] * cosine[before] + sine[after] * sine[before]
    local[..., :-1, 0] = rate * _round(np.arctan2(turn_sine.astype(float), turn_cosine))
    local[..., :-1, 1:3] = np.diff(root[..., [0, 2]], axis=-2) * rate
    local[..., -1, :3] = local[..., -2, :3]
    return local


def _round(values: Floats) -> F32:
    """Return numbers in the precision of features."""
    return np.asarray(values, np.float32)
