# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert motions to the features of the network, and back.

A frame is 140 numbers, all relative to the character's heading (a smoothed direction on the ground):
velocity x, z of the pelvis and yaw rate (per frame, to the next one), height of the pelvis, the orientations of all
22 joints as 6D rotations (two columns of the matrix, relative to the heading, not to the parent: forward kinematics
is then a sum, and an error in the spine does not swing the hands), and four foot contacts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ...motion.constraints import Clip
from ...motion.contact.contacts import detect_contacts
from ...motion.motion import Motion
from ...motion.rotations import (
    Array,
    conjugate,
    make_continuous,
    matrix_to_quaternion,
    matrix_to_rotation_6d,
    multiply,
    quaternion_to_matrix,
    rotate,
    rotation_6d_to_matrix,
    rotation_about_axis,
)
from ...motion.skeleton import SMPL_PARENTS, T_POSE
from ...motion.smoothing import gaussian_smooth

FPS = 20.0
"""Frames a second of the features."""

NUM_JOINTS = 22
ROOT_COLUMNS = slice(0, 4)
ROTATION_COLUMNS = slice(4, 4 + 6 * NUM_JOINTS)
CONTACT_COLUMNS = slice(4 + 6 * NUM_JOINTS, 8 + 6 * NUM_JOINTS)
NUM_FEATURES = 8 + 6 * NUM_JOINTS

FOOT_JOINTS = (7, 10, 8, 11)
"""Joints of the contact columns: left ankle, left foot, right ankle, right foot."""

_LEFT_JOINTS, _RIGHT_JOINTS = (1, 16), (2, 17)  # hip and shoulder of either side
_HEADING_SIGMA = 4.0


def heading_angles(positions: Array) -> Array:
    """Return smoothed heading angles (T,) in radians, unwrapped, from joint positions (T, 22, 3).

    The heading is perpendicular to the line through the hips and shoulders.
    """
    across = positions[:, _LEFT_JOINTS].sum(axis=1) - positions[:, _RIGHT_JOINTS].sum(axis=1)
    # forward = left x up; an upright line through hips and shoulders has a short vector, and so a low weight
    forward = gaussian_smooth(np.stack([-across[:, 2], across[:, 0]], axis=-1), _HEADING_SIGMA)
    return np.asarray(np.unwrap(np.arctan2(forward[:, 0], forward[:, 1])))


def encode_features(local_rotations: ArrayLike, root_translation: ArrayLike) -> Array:
    """Return features (T, 140) of local quaternions (T, 22, 4) on ``T_POSE`` and the root (T, 3) in metres, 20 fps."""
    root = np.asarray(root_translation, dtype=float)
    positions, _ = T_POSE.forward_kinematics(root, local_rotations)
    clip = Clip(np.asarray(local_rotations, dtype=float), root, heading_angles(positions))
    features = np.zeros((len(root), NUM_FEATURES))
    features[:, : CONTACT_COLUMNS.start] = encode_clip(clip)
    features[:, CONTACT_COLUMNS] = detect_contacts(Motion(T_POSE, FPS, root, np.asarray(local_rotations)))
    return features


def decode_features(features: ArrayLike) -> tuple[Array, Array, Array]:
    """Return local quaternions (T, 22, 4), the root (T, 3) in metres, and contacts (T, 4) from 0 to 1.

    The motion begins at x = z = 0 with heading +Z.
    """
    clip, contacts = decode_clip(features)
    return clip.local_rotations, clip.root_positions, contacts


def decode_clip(features: ArrayLike) -> tuple[Clip, Array]:
    """Return a clip with the heading of each frame, and contacts (T, 4) from 0 to 1, from features (T, 140)."""
    x = np.asarray(features, dtype=float)
    yaw = np.concatenate([[0.0], np.cumsum(x[:-1, 2])])
    heading_rotations = rotation_about_axis("y", yaw)
    step = rotate(heading_rotations[:-1], np.stack([x[:-1, 0], np.zeros(len(x) - 1), x[:-1, 1]], axis=-1))
    root = np.concatenate([np.zeros((1, 3)), np.cumsum(step, axis=0)])
    root[:, 1] = x[:, 3]
    relative_rotations = matrix_to_quaternion(
        rotation_6d_to_matrix(x[:, ROTATION_COLUMNS].reshape(len(x), NUM_JOINTS, 6))
    )
    local = np.empty_like(relative_rotations)
    local[:, 0] = multiply(heading_rotations, relative_rotations[:, 0])
    local[:, 1:] = multiply(conjugate(relative_rotations[:, SMPL_PARENTS[1:]]), relative_rotations[:, 1:])
    return Clip(make_continuous(local), root, yaw), np.clip(x[:, CONTACT_COLUMNS], 0.0, 1.0)


def encode_clip(clip: Clip) -> Array:
    """Return the features (T, 136) of a clip, without the contacts.

    The inverse of :func:`decode_clip`, except for where the clip begins.
    """
    _, rotations = T_POSE.forward_kinematics(clip.root_positions, clip.local_rotations)
    inverse_headings = rotation_about_axis("y", -clip.yaw)
    features = np.zeros((len(clip), CONTACT_COLUMNS.start))
    if len(clip) > 1:
        step = rotate(inverse_headings[:-1], np.diff(clip.root_positions, axis=0))
        features[:-1, 0], features[:-1, 1], features[:-1, 2] = step[:, 0], step[:, 2], np.diff(clip.yaw)
        features[-1, :3] = features[-2, :3]
    features[:, 3] = clip.root_positions[:, 1]
    features[:, ROTATION_COLUMNS] = matrix_to_rotation_6d(
        quaternion_to_matrix(multiply(inverse_headings[:, None], rotations))
    ).reshape(len(clip), -1)
    return features


def joint_position_matrix() -> Array:
    """Return the matrix (22 * 9, 22 * 3) that maps orientations of all joints to positions relative to the pelvis.

    Orientations are row-major 3x3 matrices. All are relative to one frame, so a joint's position is the sum of its
    ancestors' rotated rest offsets.
    """
    matrix = np.zeros((NUM_JOINTS, 3, 3, NUM_JOINTS, 3))
    for joint in range(1, NUM_JOINTS):
        child = joint
        while SMPL_PARENTS[child] >= 0:
            parent = SMPL_PARENTS[child]
            for axis in range(3):
                matrix[parent, axis, :, joint, axis] += T_POSE.rest_offsets[child]
            child = parent
    return matrix.reshape(NUM_JOINTS * 9, NUM_JOINTS * 3)
