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

JOINTS = 22
ROOT = slice(0, 4)
ROTATIONS = slice(4, 4 + 6 * JOINTS)
CONTACTS = slice(4 + 6 * JOINTS, 8 + 6 * JOINTS)
WIDTH = 8 + 6 * JOINTS

FEET = (7, 10, 8, 11)
"""Joints of the contact columns: left ankle, left foot, right ankle, right foot."""

_LEFT, _RIGHT = (1, 16), (2, 17)  # hip and shoulder
_HEADING_SIGMA = 4.0


def headings(positions: Array) -> Array:
    """Return smoothed heading angles (T,) in radians, unwrapped, from joint positions (T, 22, 3).

    The heading is perpendicular to the line through the hips and shoulders.
    """
    across = positions[:, _LEFT].sum(axis=1) - positions[:, _RIGHT].sum(axis=1)
    # forward = left x up; an upright line through hips and shoulders has a short vector, and so a low weight
    forward = gaussian_smooth(np.stack([-across[:, 2], across[:, 0]], axis=-1), _HEADING_SIGMA)
    return np.asarray(np.unwrap(np.arctan2(forward[:, 0], forward[:, 1])))


def encode(local_rotations: ArrayLike, root_translation: ArrayLike) -> Array:
    """Return features (T, 140) of local quaternions (T, 22, 4) on ``T_POSE`` and the root (T, 3) in metres, 20 fps."""
    root = np.asarray(root_translation, dtype=float)
    positions, _ = T_POSE.forward_kinematics(root, local_rotations)
    take = Clip(np.asarray(local_rotations, dtype=float), root, headings(positions))
    out = np.zeros((len(root), WIDTH))
    out[:, : CONTACTS.start] = encode_take(take)
    out[:, CONTACTS] = detect_contacts(Motion(T_POSE, FPS, root, np.asarray(local_rotations)))
    return out


def decode(features: ArrayLike) -> tuple[Array, Array, Array]:
    """Return local quaternions (T, 22, 4), the root (T, 3) in metres, and contacts (T, 4) from 0 to 1.

    The motion begins at x = z = 0 with heading +Z.
    """
    take, contacts = decode_take(features)
    return take.local_rotations, take.root_positions, contacts


def decode_take(features: ArrayLike) -> tuple[Clip, Array]:
    """Return a clip with the heading of each frame, and contacts (T, 4) from 0 to 1, from features (T, 140)."""
    x = np.asarray(features, dtype=float)
    yaw = np.concatenate([[0.0], np.cumsum(x[:-1, 2])])
    turn = rotation_about_axis("y", yaw)
    step = rotate(turn[:-1], np.stack([x[:-1, 0], np.zeros(len(x) - 1), x[:-1, 1]], axis=-1))
    root = np.concatenate([np.zeros((1, 3)), np.cumsum(step, axis=0)])
    root[:, 1] = x[:, 3]
    world = matrix_to_quaternion(rotation_6d_to_matrix(x[:, ROTATIONS].reshape(len(x), JOINTS, 6)))
    local = np.empty_like(world)
    local[:, 0] = multiply(turn, world[:, 0])
    local[:, 1:] = multiply(conjugate(world[:, SMPL_PARENTS[1:]]), world[:, 1:])
    return Clip(make_continuous(local), root, yaw), np.clip(x[:, CONTACTS], 0.0, 1.0)


def encode_take(take: Clip) -> Array:
    """Return the features (T, 136) of a clip, without the contacts.

    The inverse of :func:`decode_clip`, except for where the clip begins.
    """
    _, rotations = T_POSE.forward_kinematics(take.root_positions, take.local_rotations)
    back = rotation_about_axis("y", -take.yaw)
    out = np.zeros((len(take), CONTACTS.start))
    if len(take) > 1:
        step = rotate(back[:-1], np.diff(take.root_positions, axis=0))
        out[:-1, 0], out[:-1, 1], out[:-1, 2] = step[:, 0], step[:, 2], np.diff(take.yaw)
        out[-1, :3] = out[-2, :3]
    out[:, 3] = take.root_positions[:, 1]
    out[:, ROTATIONS] = matrix_to_rotation_6d(
        quaternion_to_matrix(multiply(back[:, None], rotations))
    ).reshape(len(take), -1)
    return out


def place_matrix() -> Array:
    """Return the matrix (22 * 9, 22 * 3) from row-major orientations of all joints to positions relative to the
    pelvis.

    All orientations are relative to one frame, so a joint's position is the sum of its ancestors' rotated rest
    offsets.
    """
    out = np.zeros((JOINTS, 3, 3, JOINTS, 3))
    for joint in range(1, JOINTS):
        child = joint
        while SMPL_PARENTS[child] >= 0:
            parent = SMPL_PARENTS[child]
            for axis in range(3):
                out[parent, axis, :, joint, axis] += T_POSE.rest_offsets[child]
            child = parent
    return out.reshape(JOINTS * 9, JOINTS * 3)
