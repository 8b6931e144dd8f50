# SPDX-License-Identifier: GPL-3.0-or-later
"""HumanML3D's 263 features of a frame, both ways.

Guo et al., "Generating Diverse and Natural 3D Human Motions from Text", CVPR 2022. A frame says how the root moves to
the next one, where joints are as seen from the root, and how they move:

====== =====================================================================================================
0      HALF the yaw to the next frame, radians: the angle of the quaternion, not of the rotation; the inverse of it
1..2   root's way to the next frame, x and z, seen in the next frame's heading
3      root's height
4..66  positions of joints 1 to 21 without the root's x and z, turned to face +Z
67..192 the first two columns of rotation matrices, each chain restarted at the root: NOT rotations of SMPL's joints
193..258 way of all 22 joints to the next frame, seen in this frame's heading
259..262 left heel, left toe, right heel and right toe on the ground
====== =====================================================================================================

Metres at 20 frames a second, Y up. Motions stand on the floor, and begin at x = z = 0, facing +Z. Rotations for a rig
are solved from positions (``motion.joints_to_rotations``).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import FormatError
from ..rotations import (
    Array,
    about,
    between,
    conjugate,
    cross,
    multiply,
    normalise,
    rotate,
    to_6d,
    to_matrix,
)
from ..skeleton import SMPL_JOINTS

FEATURES = 263
FPS = 20.0

HEIGHT = 3
PLACES = slice(4, 67)
TURNS = slice(67, 193)
WAYS = slice(193, 259)
CONTACTS = slice(259, 263)

_JOINTS = len(SMPL_JOINTS)
_HIPS, _SHOULDERS = (1, 2), (16, 17)  # left, right
_FEET = (7, 10, 8, 11)
_STANDS = 0.002  # square metres: a foot that goes less far than the root of it in a frame counts as standing
_SMOOTH = 20.0  # frames, sigma of the heading's smoothing

_CHAINS = ((0, 2, 5, 8, 11), (0, 1, 4, 7, 10), (0, 3, 6, 9, 12, 15), (9, 14, 17, 19, 21), (9, 13, 16, 18, 20))
_DOWN, _ALONG = (4, 5, 7, 8, 16, 17, 18, 19, 20, 21), (10, 11, 15)


def _raw_directions() -> Array:
    """(22, 3) directions of the data set's own rest pose, in which arms hang and spines stand."""
    found = np.tile([0.0, 1.0, 0.0], (_JOINTS, 1))
    found[list(_DOWN)] = [0.0, -1.0, 0.0]
    found[list(_ALONG)] = [0.0, 0.0, 1.0]
    found[[1, 13]] = [1.0, 0.0, 0.0]
    found[[2, 14]] = [-1.0, 0.0, 0.0]
    return found


_RAW = _raw_directions()


def _lower_body() -> NDArray[np.bool_]:
    legs = np.isin(np.arange(_JOINTS), (0, 1, 2, 4, 5, 7, 8, 10, 11))
    parts = [np.ones(4, bool), legs[1:].repeat(3), legs[1:].repeat(6), legs.repeat(3), np.ones(4, bool)]
    return np.concatenate(parts)


LOWER_BODY: NDArray[np.bool_] = _lower_body()
"""(263,) the features of root, legs and contacts: what stays when the upper body is made anew."""


def joints_of(features: ArrayLike) -> Array:
    """World positions (..., T, 22, 3) of features (..., T, 263) in real units. Raises :class:`FormatError`."""
    found = _checked(features, FEATURES, "features")
    half = np.cumsum(found[..., :-1, 0], axis=-1)
    half = np.concatenate([np.zeros_like(found[..., :1, 0]), half], axis=-1)
    # what is stored turns a character to face +Z; its inverse turns it as it faces in the world
    turn = about("y", -2.0 * half)
    step = np.zeros((*half.shape, 3))
    step[..., 1:, 0], step[..., 1:, 2] = found[..., :-1, 1], found[..., :-1, 2]
    root = np.cumsum(rotate(turn, step), axis=-2)
    root[..., 1] = found[..., HEIGHT]
    places = found[..., PLACES].reshape(*half.shape, _JOINTS - 1, 3)
    others = rotate(turn[..., None, :], places)
    others[..., 0] += root[..., None, 0]
    others[..., 2] += root[..., None, 2]
    return np.concatenate([root[..., None, :], others], axis=-2)


def contacts_of(features: ArrayLike) -> NDArray[np.bool_]:
    """Contacts (..., T, 4) in the order of ``motion.CONTACT_JOINTS``."""
    return np.asarray(_checked(features, FEATURES, "features")[..., CONTACTS] > 0.5)


def features_of(joints: ArrayLike) -> Array:
    """Features (T - 1, 263) of world positions (T, 22, 3); the last frame only tells where the one before it goes.

    ``joints`` stand on the floor and begin as :func:`placed` puts them. Raises :class:`FormatError`.
    """
    places = np.asarray(joints, dtype=float)
    if places.ndim != 3 or places.shape[1:] != (_JOINTS, 3) or len(places) < 2:
        raise FormatError(f"Joints of the shape {places.shape} are not two or more frames of 22 joints")
    _finite(places, "joints")
    to_front = _to_front(places)
    way = np.diff(places, axis=0)
    yaw = multiply(to_front[1:], conjugate(to_front[:-1]))
    root_way = rotate(to_front[1:], way[:, 0])
    seen = places - places[:, :1] * np.array([1.0, 0.0, 1.0])
    seen = rotate(to_front[:, None], seen)
    feet = way[:, _FEET, :]
    parts = [
        np.arcsin(np.clip(yaw[:, 2:3], -1.0, 1.0)),
        root_way[:, [0, 2]],
        seen[:-1, 0, 1:2],
        seen[:-1, 1:].reshape(len(way), -1),
        _chain_turns(places, to_front)[:-1].reshape(len(way), -1),
        rotate(to_front[:-1, None], way).reshape(len(way), -1),
        (np.sum(feet * feet, axis=-1) < _STANDS).astype(float),
    ]
    return np.concatenate(parts, axis=-1)


def placed(joints: ArrayLike) -> Array:
    """World positions (T, 22, 3), moved onto the floor and turned: the root begins at x = z = 0, facing +Z."""
    places = np.asarray(joints, dtype=float)
    lowest = places[..., 1].min()
    moved = places - np.array([places[0, 0, 0], lowest, places[0, 0, 2]])
    left, right = (places[0, [pair[i] for pair in (_HIPS, _SHOULDERS)]].sum(axis=0) for i in (0, 1))
    forward = cross(normalise(right - left), np.array([0.0, -1.0, 0.0]))
    forward[1] = 0.0
    return rotate(between(forward, [0.0, 0.0, 1.0]), moved)


def _to_front(joints: Array) -> Array:
    """Rotations about Y (T, 4) that turn the smoothed heading to +Z.

    The data set subtracts the way across the hips from the way across the shoulders, where it meant to add them. Its
    features are as that makes them, and so are the models' that were trained on them.
    """
    across = joints[:, _SHOULDERS[1]] - joints[:, _SHOULDERS[0]] - (joints[:, _HIPS[1]] - joints[:, _HIPS[0]])
    forward = cross(np.array([0.0, 1.0, 0.0]), normalise(across))
    turn = between(_smoothed(forward), [0.0, 0.0, 1.0])
    turn[0] = [1.0, 0.0, 0.0, 0.0]  # placed there, whatever the smoothing says
    return turn


def _smoothed(values: Array) -> Array:
    """(T, N) under a Gaussian cut off at four sigmas, the ends held."""
    reach = int(4.0 * _SMOOTH + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _SMOOTH) ** 2)
    kernel /= kernel.sum()
    wide = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(column, kernel, mode="valid") for column in wide.T], axis=-1)


def _chain_turns(joints: Array, to_front: Array) -> Array:
    """The 6D numbers (T, 21, 6): smallest turns of the raw directions onto the bones, from bone to bone of a chain."""
    found = np.empty((len(joints), _JOINTS, 6))
    for chain in _CHAINS:
        before = to_front
        for parent, joint in pairwise(chain):
            turn = between(_RAW[joint], joints[:, joint] - joints[:, parent])
            found[:, joint] = to_6d(to_matrix(multiply(conjugate(before), turn)))
            before = turn
    return found[:, 1:]


def _checked(values: ArrayLike, width: int, what: str) -> Array:
    found: Array = np.asarray(values, dtype=float)
    if found.ndim < 2 or found.shape[-1] != width or found.shape[-2] < 1:
        raise FormatError(f"HumanML3D {what} of the shape {found.shape} are not frames of {width} numbers")
    _finite(found, what)
    return found


def _finite(values: Array, what: str) -> None:
    if not np.all(np.isfinite(values)):
        raise FormatError(f"The {what} hold numbers that are not finite: the file is damaged")
