# SPDX-License-Identifier: GPL-3.0-or-later
"""Root paths: the pelvis passes its positions over the ground, and the body is rotated with the direction of travel."""

from __future__ import annotations

import numpy as np

from ..rotations import Array, multiply, rotate, rotation_about_axis
from ..smoothing import find_smooth_way, gaussian_smooth
from .clip import Clip
from .goals import Goals
from .interpolation import fade_from_keyframes, interpolate_monotone

_MIN_TRAVEL = 0.3  # metres of movement from which on it has a direction
_MIN_SPEED = 0.15  # m/s from which on the direction of travel counts
_HEADING_SECONDS = 1.0  # over which a body rotates between a required heading and the direction of travel
_DIRECTION_SMOOTHING = 0.3  # seconds (sigma) over which the direction of travel is smoothed
_SWAY_SECONDS = 1.0  # sigma of the smoothing that tells the way from the sway of slow strides
_MAX_SWAY = 0.15  # metres from which on a correction is not that of sway


def follow_root_path(clip: Clip, goals: Goals, is_steered: bool = False) -> Clip:
    """Return the clip with the goals' pelvis positions and headings at their frames.

    The clip is first rotated as a whole, then corrected smoothly between the frames, which preserves the movement of
    each step. Without a required heading the body keeps its angle to the direction of travel, so that walking backward
    or sideways continues around corners. At single headings on a path, such as that of a start pose, the body rotates
    to the heading and back.

    Parameters
    ----------
    clip : the motion
    goals : what it has to satisfy, on its frames
    is_steered : whether the body goes along the path already
        What is left to correct is then its sway, mostly. That changes the direction of travel, but the body does not
        rotate with it: in a stride of 2.6 s the pelvis sways by 9 cm, and the direction by 20 degrees.
    """
    root_xz, headings = goals.root_xz, goals.headings
    has_path = len(root_xz) > max(1, len(headings))
    if has_path:
        clip = rotate_clip(clip, _find_initial_yaw(clip, goals))
    elif len(headings):
        clip = rotate_clip(clip, float(headings.values[0, 0] - clip.yaw[headings.frames[0]]))
    if len(root_xz):
        before = clip.root_positions[:, [0, 2]]
        residual = root_xz.values - before[root_xz.frames]
        after = before + interpolate_monotone(root_xz.frames, residual, len(clip))
        if has_path:
            way = after - _find_sway(after - before, goals.fps) if is_steered else after
            clip = clip.rotate_yaw(_compute_direction_change(before, way, goals.fps))
        root = clip.root_positions.copy()
        root[:, [0, 2]] = after
        clip = clip.with_root_positions(root)
    if len(headings):
        residual = np.unwrap(_wrap_angles(headings.values[:, 0] - clip.yaw[headings.frames]))
        if has_path:
            correction = fade_from_keyframes(
                headings.frames, residual[:, None], len(clip), _HEADING_SECONDS * goals.fps
            )
        else:
            correction = interpolate_monotone(headings.frames, residual[:, None], len(clip))
        clip = clip.rotate_yaw(correction[:, 0])
    return clip


def rotate_clip(clip: Clip, angle: float) -> Clip:
    """Rotate the whole clip by ``angle`` radians about the vertical through the first position of its pelvis."""
    rotation = rotation_about_axis("y", angle)
    root = clip.root_positions[0] + rotate(rotation, clip.root_positions - clip.root_positions[0])
    local = clip.local_rotations.copy()
    local[:, 0] = multiply(rotation, local[:, 0])
    return Clip(local, root, clip.yaw + angle)


def _find_initial_yaw(clip: Clip, goals: Goals) -> float:
    """Return the angle from the clip's first direction of travel to the goals' one, in radians; 0 if unknown."""
    frames, values = goals.root_xz.frames, goals.root_xz.values
    distant = np.flatnonzero(np.linalg.norm(values - values[0], axis=-1) > _MIN_TRAVEL)
    if not len(distant):
        return 0.0
    goal_direction = values[distant[0]] - values[0]
    clip_direction = clip.root_positions[frames[distant[0]]] - clip.root_positions[frames[0]]
    if np.hypot(clip_direction[0], clip_direction[2]) < 0.5 * _MIN_TRAVEL:
        return 0.0
    return float(
        np.arctan2(goal_direction[0], goal_direction[1]) - np.arctan2(clip_direction[0], clip_direction[2])
    )


def _find_sway(correction: Array, fps: float) -> Array:
    """Return the part of a correction (T, 2) of positions that goes to and fro by no more than a body sways."""
    sway = correction - find_smooth_way(correction, fps, _SWAY_SECONDS)
    # the mean size of a sine, by the factor from it to the amplitude
    size = np.linalg.norm(sway, axis=-1, keepdims=True)
    amplitude = 0.5 * np.pi * gaussian_smooth(size, _SWAY_SECONDS * fps)
    return np.asarray(sway * np.clip(2.0 - amplitude / _MAX_SWAY, 0.0, 1.0))


def _compute_direction_change(before: Array, after: Array, fps: float) -> Array:
    """Return the smoothed angles (T,) from the direction of travel of path ``before`` (T, 2) to that of ``after``."""
    if len(before) < 3:
        return np.zeros(len(before))
    velocities = [
        gaussian_smooth(np.gradient(path, 1.0 / fps, axis=0), _DIRECTION_SMOOTHING * fps)
        for path in (before, after)
    ]
    old, new = (velocity[:, 1] + 1j * velocity[:, 0] for velocity in velocities)
    weight = np.clip(np.minimum(np.abs(old), np.abs(new)) / _MIN_SPEED - 1.0, 0.0, 1.0)
    moving = weight > 0
    if not moving.any():
        return np.zeros(len(before))
    quotient = np.ones(len(before), dtype=complex)
    quotient[moving] = new[moving] / old[moving]
    quotient /= np.abs(quotient)
    # frames without movement get the angle of the nearest moving frame
    moving_frames = np.flatnonzero(moving)
    k = np.clip(np.searchsorted(moving_frames, np.arange(len(before))), 0, len(moving_frames) - 1)
    left = np.clip(k - 1, 0, len(moving_frames) - 1)
    time = np.arange(len(before))
    nearest_moving = np.where(
        np.abs(moving_frames[left] - time) < np.abs(moving_frames[k] - time),
        moving_frames[left],
        moving_frames[k],
    )
    angle = np.unwrap(np.angle(quotient[nearest_moving]))
    return np.asarray(gaussian_smooth(angle[:, None], 0.5 * _DIRECTION_SMOOTHING * fps)[:, 0])


def _wrap_angles(angle: Array) -> Array:
    """Return the angles (...) within -pi to pi, changed by full turns."""
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
