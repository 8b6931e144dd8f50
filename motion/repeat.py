# SPDX-License-Identifier: GPL-3.0-or-later
"""Repetition of a motion: each copy continues from the position and heading at which the one before ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .errors import RequestError
from .motion import MAX_FRAMES, Motion
from .rotations import (
    Array,
    angle_between,
    conjugate,
    heading_of,
    identity_rotations,
    multiply,
    rotate,
    rotation_about_axis,
    slerp,
)
from .smoothing import smoothstep

_SEAM_SECONDS = 0.3
"""Seconds on either side of a seam over which the last pose is blended into the first one."""

_SAME_POSE_ANGLE = np.radians(3.0)
"""Radians: a motion whose first and last frame differ by less in every joint is a loop already."""


def repeat_motion(motion: Motion, times: int) -> Motion:
    """Return ``times`` copies of the motion one after the other, at its own frame rate.

    Root motion and heading accumulate. If the last pose equals the first one, that frame is used once; else half of
    the difference is blended over the frames before the seam and half over those after it, by a smooth step. Raises
    :class:`RequestError` if the result would be longer than ``MAX_FRAMES``.
    """
    frames = len(motion)
    if times <= 1 or frames < 2:
        return motion
    if frames * times > MAX_FRAMES:
        raise RequestError(
            "The motion would have more than {limit} frames: repeat it less often", limit=MAX_FRAMES
        )
    root, local = motion.root_translation, motion.local_rotations
    poses = np.concatenate([_remove_heading(local[:, :1]), local[:, 1:]], axis=1)
    is_loop = (
        bool(np.all(angle_between(poses[0], poses[-1]) < _SAME_POSE_ANGLE))
        and abs(root[-1, 1] - root[0, 1]) < 0.03
    )
    step = frames - 1 if is_loop else frames
    seam = min(max(1, round(_SEAM_SECONDS * motion.fps)), (frames - 1) // 2)

    # the pose's difference at the seam, half of it for either side
    seam_pose = slerp(poses[-1], poses[0], np.full(1, 0.5))
    seam_height = 0.5 * (root[-1, 1] + root[0, 1])
    weights = 1.0 - smoothstep(np.arange(seam + 1) / max(seam, 1))[:-1]
    poses_after = _rotate_by_fractions(poses[:seam], multiply(seam_pose, conjugate(poses[0])), weights)
    poses_before = _rotate_by_fractions(
        poses[frames - seam :], multiply(seam_pose, conjugate(poses[-1])), weights[::-1]
    )
    rise_after = weights * (seam_height - root[0, 1])
    rise_before = weights[::-1] * (seam_height - root[-1, 1])

    rotations, root_translations, contacts = [], [], []
    start_position, start_heading = np.zeros(3), 0.0
    last_heading = float(heading_of(local[-1, 0]))
    gap_frames = 0.0 if is_loop else 1.0
    last_step = _remove_height(root[-1] - root[-2] if frames > 1 else np.zeros(3))
    first_heading = float(heading_of(local[0, 0]))
    for copy in range(times):
        pose, positions = poses.copy(), root.copy()
        if copy:
            pose[:seam] = poses_after
            positions[:seam, 1] += rise_after
        if copy < times - 1:
            pose[frames - seam :] = poses_before
            positions[frames - seam :, 1] += rise_before
        yaw_rotation = rotation_about_axis("y", start_heading)
        pose[:, 0] = multiply(
            yaw_rotation, multiply(rotation_about_axis("y", np.asarray(heading_of(local[:, 0]))), pose[:, 0])
        )
        path = rotate(yaw_rotation, _remove_height(root - root[0])) + start_position
        positions = path + np.array([0.0, 1.0, 0.0]) * positions[:, 1:2]
        used_frames = slice(0, frames if copy == times - 1 else step)
        rotations.append(pose[used_frames])
        root_translations.append(positions[used_frames])
        if motion.contacts is not None:
            contacts.append(motion.contacts[used_frames])
        # the next copy begins where this one ends, or one frame's movement further
        start_position = path[-1] + gap_frames * rotate(yaw_rotation, last_step)
        start_heading += last_heading - first_heading
    origin = _remove_height(root[0])
    return replace(
        motion,
        root_translation=np.concatenate(root_translations) + origin,
        local_rotations=np.concatenate(rotations),
        contacts=np.concatenate(contacts) if contacts else None,
    )


def _remove_heading(rotations: Array) -> Array:
    """Rotate world rotations (..., 4) about the vertical so that they face +Z."""
    return multiply(rotation_about_axis("y", -np.asarray(heading_of(rotations))), rotations)


def _rotate_by_fractions(poses: Array, change: Array, fractions: Array) -> Array:
    """Rotate poses (N, J, 4) by ``fractions`` (N,) of the rotations ``change`` (J, 4)."""
    no_rotation = identity_rotations(*change.shape[:-1])
    return multiply(slerp(no_rotation[None], change[None], fractions[:, None]), poses)


def _remove_height(vectors: Array) -> Array:
    """Return vectors (..., 3) with their height set to zero."""
    return np.asarray(vectors * np.array([1.0, 0.0, 1.0]))
