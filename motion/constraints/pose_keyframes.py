# SPDX-License-Identifier: GPL-3.0-or-later
"""Pose keyframes: joints get the required rotations at their frames; the frames around them are blended."""

from __future__ import annotations

import numpy as np

from ..rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    multiply,
    normalise,
    quaternion_to_axis_angle,
)
from .clip import Clip
from .goals import Goals, GoalTrack
from .interpolation import fade_from_keyframes

FADE_SECONDS = 0.4
"""Seconds on either side of a keyframe over which its correction fades out."""


def apply_pose_keyframes(clip: Clip, goals: Goals) -> Clip:
    """Return the clip with the goals' joint rotations and pelvis heights at their frames."""
    fade_frames = FADE_SECONDS * goals.fps
    root, local = clip.root_positions, clip.local_rotations
    if len(goals.heights):
        root = root.copy()
        lift = goals.heights.values - root[goals.heights.frames, 1:2]
        root[:, 1] += fade_from_keyframes(goals.heights.frames, lift, len(clip), fade_frames)[:, 0]
    if goals.joint_rotations:
        local = local.copy()
        for joint, track in goals.joint_rotations:
            local[:, joint] = blend_to_keyframes(local[:, joint], track, fade_frames)
    return clip.with_root_positions(root).with_local_rotations(local)


def blend_to_keyframes(rotations: Array, track: GoalTrack, fade_frames: float) -> Array:
    """Return rotations (T, 4) that equal the track at its frames and ``rotations`` from ``fade_frames`` frames on."""
    differences = multiply(conjugate(rotations[track.frames]), normalise(track.values))
    differences = np.where(differences[..., :1] < 0, -differences, differences)
    return multiply(
        rotations,
        axis_angle_to_quaternion(
            fade_from_keyframes(
                track.frames, quaternion_to_axis_angle(differences), len(rotations), fade_frames
            )
        ),
    )
