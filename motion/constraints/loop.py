# SPDX-License-Identifier: GPL-3.0-or-later
"""Loops: the last frame is changed to the first one's pose, height and heading, apart from the root motion."""

from __future__ import annotations

import numpy as np

from ..rotations import (
    axis_angle_to_quaternion,
    conjugate,
    multiply,
    quaternion_to_axis_angle,
    rotate,
    rotation_about_axis,
)
from ..smoothing import smoothstep
from .clip import Clip

_MAX_BLEND_FRACTION = 0.3  # largest fraction of the length over which either end is blended towards the other
_MAX_BLEND_SECONDS = 0.8  # seconds, the longest blend


def close_loop(clip: Clip, fps: float) -> Clip:
    """Return the clip with both ends blended to the pose and height in the middle between them."""
    if len(clip) < 3:
        return clip
    clip = _match_end_heading(clip)
    width = max(2.0, min(_MAX_BLEND_SECONDS * fps, _MAX_BLEND_FRACTION * len(clip)))
    time = np.arange(len(clip))
    start_weight = smoothstep(1.0 - time / width)
    # -1/2 at the first frame, +1/2 at the last, smooth between
    weights = 0.5 * (start_weight[::-1] - start_weight)
    local = clip.local_rotations.copy()
    local[:, 0] = multiply(rotation_about_axis("y", -clip.yaw), local[:, 0])
    difference = multiply(conjugate(local[-1]), local[0])
    difference = quaternion_to_axis_angle(np.where(difference[..., :1] < 0, -difference, difference))
    local = multiply(local, axis_angle_to_quaternion(weights[:, None, None] * difference))
    local[:, 0] = multiply(rotation_about_axis("y", clip.yaw), local[:, 0])
    root = clip.root_positions.copy()
    root[:, 1] += weights * (root[0, 1] - root[-1, 1])
    return Clip(local, root, clip.yaw)


def _match_end_heading(clip: Clip) -> Clip:
    """Rotate the clip gradually so that it ends at the heading of its start; the path is rotated too."""
    difference = float(clip.yaw[-1] - clip.yaw[0])
    correction = -((difference + np.pi) % (2 * np.pi) - np.pi)
    angles = correction * np.linspace(0.0, 1.0, len(clip))
    steps = rotate(
        rotation_about_axis("y", 0.5 * (angles[1:] + angles[:-1])), np.diff(clip.root_positions, axis=0)
    )
    root = np.concatenate([clip.root_positions[:1], clip.root_positions[0] + np.cumsum(steps, axis=0)])
    return clip.rotate_yaw(angles).with_root_positions(root)
