# SPDX-License-Identifier: GPL-3.0-or-later
"""Let knees and elbows of a generated SMPL motion bend as hinges: knees ahead, elbows without a wrung upper arm.

A network predicts each joint's rotation by itself, so that a limb may end in the right place although its middle joint
bends sideways. Frames in which hinges bend as they should stay exactly as they are.
"""

from __future__ import annotations

import numpy as np

from .rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    cross_product,
    matrix_to_quaternion,
    multiply,
    normalise,
    rotate,
    slerp,
)
from .skeleton import SMPL_JOINTS, Skeleton
from .smoothing import gaussian_smooth, smoothstep

_KNEE_FREE, _KNEE_FULL = np.radians(32.0), np.radians(48.0)
"""A bent knee's angle from straight back up to which it stays as it is, and from which it is bent anew."""
_ELBOW_PLANE, _ELBOW_FREE = np.radians(30.0), np.radians(33.0)
"""Where elbows of this skeleton bend, from straight ahead of the upper arm, and how far they may be off.

Smoothing over frames exceeds the latter by up to 10 degrees.
"""
_LEAST_BEND, _CLEAR_BEND = np.radians(20.0), np.radians(34.0)
"""Bends from which the plane of a hinge counts, and counts fully."""
_SPREAD = 2
"""Frames by which a correction reaches beyond the frames that need it, before it is smoothed."""


def straighten_hinges(local_rotations: Array, skeleton: Skeleton) -> Array:
    """Return local rotations (T, 22, 4) in which bent knees and elbows bend about their hinges.

    Feet and hands keep their places: a leg is bent anew in the plane between pelvis and foot, and a wrong twist is
    moved between upper arm and elbow.
    """
    out = np.array(local_rotations, dtype=float)
    for side in ("left", "right"):
        _untwist_elbow(out, skeleton, side)
        _turn_knee_ahead(out, skeleton, side)
    return out


def _joint(side: str, name: str) -> int:
    return SMPL_JOINTS.index(f"{side}_{name}")


def _bend_weights(directions: Array, straight: Array) -> Array:
    """Return how much the plane of a hinge counts (T,): 0 for a straight limb, 1 for a clearly bent one."""
    bend = np.arccos(np.clip(directions @ straight, -1.0, 1.0))
    return np.asarray(smoothstep((bend - _LEAST_BEND) / (_CLEAR_BEND - _LEAST_BEND)))


def _spread(weights: Array) -> Array:
    """Widen and smooth the weights (T,) of a correction over time."""
    wide = weights
    for shift in range(1, _SPREAD + 1):
        before, after = np.roll(weights, shift), np.roll(weights, -shift)
        before[:shift], after[-shift:] = 0.0, 0.0
        wide = np.maximum(wide, np.maximum(before, after))
    return gaussian_smooth(wide[:, None], 1.0)[:, 0]


def _untwist_elbow(rotations: Array, skeleton: Skeleton, side: str) -> None:
    """Move the part of an elbow's plane that is off its hinge into the upper arm's twist; changes the rotations."""
    shoulder, elbow, wrist = (_joint(side, name) for name in ("shoulder", "elbow", "wrist"))
    offsets = np.asarray(skeleton.rest_offsets, dtype=float)
    fore = rotate(rotations[:, elbow], normalise(offsets[wrist]))
    bent = _bend_weights(fore, normalise(offsets[elbow]))
    excess = np.arctan2(fore[:, 1], fore[:, 2]) - _ELBOW_PLANE
    excess = np.unwrap(np.angle(np.exp(1j * excess)))
    excess -= 2 * np.pi * np.round(np.median(excess) / (2 * np.pi))
    over = np.sign(excess) * np.maximum(0.0, np.abs(excess) - _ELBOW_FREE) * bent
    if not np.any(over):
        return
    over = gaussian_smooth(over[:, None], 1.0)[:, 0]
    axis = normalise(offsets[elbow])
    twist = axis_angle_to_quaternion((axis * np.sign(axis[0]))[None] * -over[:, None])
    rotations[:, shoulder] = multiply(rotations[:, shoulder], twist)
    rotations[:, elbow] = multiply(conjugate(twist), rotations[:, elbow])


def _frame_from_axes(first: Array, second: Array) -> Array:
    """Return matrices (T, 3, 3): the columns are ``first``, ``second`` made orthogonal to it, and their normal."""
    first = normalise(first)
    second = normalise(second - np.sum(first * second, axis=-1, keepdims=True) * first)
    return np.stack([first, second, cross_product(first, second)], axis=-1)


def _turn_knee_ahead(rotations: Array, skeleton: Skeleton, side: str) -> None:
    """Bend a leg anew where its knee points far off the way in which it should; changes the rotations."""
    hip, knee, ankle = (_joint(side, name) for name in ("hip", "knee", "ankle"))
    offsets = np.asarray(skeleton.rest_offsets, dtype=float)
    direction = rotate(rotations[:, knee], normalise(offsets[ankle]))
    plane = np.abs(np.arctan2(direction[:, 0], -direction[:, 2]))
    weights = _bend_weights(direction, normalise(offsets[knee]))
    weights = weights * smoothstep((plane - _KNEE_FREE) / (_KNEE_FULL - _KNEE_FREE))
    if not np.any(weights):
        return
    weights = np.clip(_spread(weights) * 1.2, 0.0, 1.0)
    positions, world = skeleton.forward_kinematics(np.zeros((len(rotations), 3)), rotations)
    foot = world[:, ankle]
    leftward = np.array([1.0, 0.0, 0.0])
    sideways = normalise(rotate(world[:, 0], leftward) + rotate(foot, leftward))
    line = positions[:, ankle] - positions[:, hip]
    a, b = float(np.linalg.norm(offsets[knee])), float(np.linalg.norm(offsets[ankle]))
    distance = np.clip(np.linalg.norm(line, axis=-1, keepdims=True), abs(a - b) + 0.05, 0.999 * (a + b))
    towards = normalise(line)
    cosine = np.clip((a * a + distance * distance - b * b) / (2 * a * distance), -1.0, 1.0)
    ahead = cross_product(line, sideways)
    ahead = normalise(ahead - np.sum(ahead * towards, axis=-1, keepdims=True) * towards)
    upper = towards * cosine + ahead * np.sqrt(1.0 - cosine * cosine)
    lower = normalise(towards * distance - upper * a)
    hinge = normalise(cross_product(upper, lower) + 0.1 * sideways)
    rest = [_frame_from_axes(offsets[joint][None], leftward[None])[0].T for joint in (knee, ankle)]
    thigh = matrix_to_quaternion(_frame_from_axes(upper, hinge) @ rest[0])
    shank = matrix_to_quaternion(_frame_from_axes(lower, hinge) @ rest[1])
    new = (
        multiply(conjugate(world[:, 0]), thigh),
        multiply(conjugate(thigh), shank),
        multiply(conjugate(shank), foot),
    )
    for joint, rotation in zip((hip, knee, ankle), new, strict=True):
        rotations[:, joint] = slerp(rotations[:, joint], rotation, weights)
