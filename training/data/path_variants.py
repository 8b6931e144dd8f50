# SPDX-License-Identifier: GPL-3.0-or-later
"""Variants of recorded motion: on curved paths, as repeated stride cycles, with rest before and after."""

from __future__ import annotations

import numpy as np

from ...motion.layers.motion_layer import blend_quaternions, heading_from_positions
from ...motion.rotations import Array, conjugate, identity_rotations, multiply, rotate, rotation_about_axis
from .kinematics import sample_frames
from .recordings import FPS


def bend_path(rotations: Array, root: Array, rate: float) -> tuple[Array, Array]:
    """Bend a straight walk or run into a curve that turns left by ``rate`` radians a second."""
    frames = len(root)
    # the bend eases in over half a second, so that the first pose still faces its path
    ramp = np.minimum(1.0, np.arange(frames) / (0.5 * FPS))
    return _rotate_path(rotations, root, np.cumsum(np.full(frames, rate / FPS) * ramp))


def straighten_path(rotations: Array, root: Array, drift: float) -> tuple[Array, Array]:
    """Remove a slow heading change of ``drift`` radians in all, evenly over the motion."""
    frames = len(root)
    return _rotate_path(rotations, root, -drift * np.arange(frames) / max(1, frames - 1))


def _rotate_path(rotations: Array, root: Array, angles: Array) -> tuple[Array, Array]:
    """Rotate the body and its steps over the ground by ``angles`` (T,) radians about Y; heights stay."""
    yaw_rotations = rotation_about_axis("y", angles)
    out = rotations.copy()
    out[:, 0] = multiply(yaw_rotations, rotations[:, 0])
    steps = np.diff(root, axis=0, prepend=root[:1]) * [1.0, 0.0, 1.0]
    path = np.cumsum(rotate(yaw_rotations, steps), axis=0)
    path[:, 1] = root[:, 1]
    return out, path.astype(root.dtype)


def find_stride_cycle(positions: Array, shortest: int, longest: int) -> tuple[int, int, float]:
    """Find the best stride cycle: its first and last frame, and the distance of the two poses in metres.

    Poses are compared in the facing frame together with their velocities (over a tenth of a second); ``shortest`` and
    ``longest`` are frames.
    """
    to_facing = rotation_about_axis("y", -heading_from_positions(positions))
    local = rotate(to_facing[:, None], positions - positions[:, :1] * [1.0, 0.0, 1.0])
    velocities = np.gradient(local, axis=0)
    descriptors = np.concatenate([local, 2.0 * velocities], axis=1).reshape(len(local), -1)
    best = (0, 0, np.inf)
    for first in range(len(descriptors) - shortest):
        ends = np.arange(first + shortest, min(first + longest + 1, len(descriptors)))
        gap = np.linalg.norm(descriptors[ends] - descriptors[first], axis=1) / np.sqrt(44.0)
        i = int(np.argmin(gap))
        if gap[i] < best[2]:
            best = (first, int(ends[i]), float(gap[i]))
    return best


def repeat_cycle(
    rotations: Array, root: Array, positions: Array, frames: int, cycle: tuple[int, int]
) -> tuple[Array, Array]:
    """Repeat one stride cycle without a seam: a steady straight motion.

    Parameters
    ----------
    rotations, root : (T, 22, 4) and (T, 3)
        A straight walk or run.
    positions : (T, 22, 3) metres
        Its joint positions.
    frames : int
        Length of the result.
    cycle : (int, int)
        First and last frame of the stride cycle, see ``find_stride_cycle``.
    """
    first, last = cycle
    count = last - first
    headings = heading_from_positions(positions)
    q, r = straighten_path(
        rotations[first : last + 1], root[first : last + 1], float(headings[last] - headings[first])
    )
    fractions = np.arange(count) / count
    # the difference between the two ends is spread over the whole cycle
    difference = multiply(conjugate(q[-1]), q[0])
    q = multiply(
        q[:-1], blend_quaternions(identity_rotations(*difference.shape[:-1]), difference, fractions[:, None])
    ).astype(rotations.dtype)
    stride = (r[-1] - r[0]) * np.array([1.0, 0.0, 1.0], dtype=r.dtype)
    rise = r[0, 1] - r[-1, 1]
    r = r[:-1] - r[0] * np.array([1.0, 0.0, 1.0], dtype=r.dtype)
    r[:, 1] += rise * fractions.astype(r.dtype)
    index = np.arange(frames)
    return q[index % count], (r[index % count] + (index // count)[:, None] * stride).astype(root.dtype)


def pad_with_rest(
    rotations: Array, root: Array, positions: Array, before: int, after: int
) -> tuple[Array, Array]:
    """Add calm standing (or sitting) before and after a motion.

    The added frames move slowly back and forth over the calm frames at the ends, as breathing does: a frozen pose would
    be learned as such.

    Parameters
    ----------
    rotations, root : (T, 22, 4) and (T, 3)
        The motion.
    positions : (T, 22, 3) metres
        Its joint positions.
    before, after : int
        Frames to add at each end.
    """
    speed = np.linalg.norm(np.diff(positions, axis=0), axis=-1).max(axis=-1) * FPS
    calm_first = min(8, int(np.argmax(np.append(speed > 0.3, True))))
    calm_last = min(8, int(np.argmax(np.append(speed[::-1] > 0.3, True))))
    swing = 2.0 * np.pi / (2.6 * FPS)
    head = calm_first * (1.0 - np.cos(swing * np.arange(before, 0, -1))) / 2.0
    tail = len(root) - 1 - calm_last * (1.0 - np.cos(swing * np.arange(1, after + 1))) / 2.0
    return sample_frames(rotations, root, np.concatenate([head, np.arange(len(root)), tail]))


def find_calm_ends(positions: Array) -> tuple[bool, bool]:
    """Return whether the character is nearly still at the start, and at the end (positions (T, 22, 3))."""
    speed = np.linalg.norm(np.diff(positions, axis=0), axis=-1).max(axis=-1) * FPS
    return bool(speed[:2].max() < 0.7), bool(speed[-2:].max() < 0.7)
