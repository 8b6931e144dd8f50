# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion of motions to another frame rate."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from .errors import RequestError
from .motion import MAX_FRAMES, Motion
from .rotations import Array, axis_angle_to_quaternion, conjugate, multiply, quaternion_to_axis_angle


def resample(motion: Motion, fps: float) -> Motion:
    """Return the motion at ``fps`` frames per second, of the same length to within half a new frame.

    New frame k shows the source at k / fps seconds. Between source frames rotations and the root follow cubics whose
    speed is continuous, so that a change from 20 to 24 frames per second shows no rhythm of faster and slower frames;
    past the last source frame (by less than one of its frames) they keep their speed. Contacts are those of the
    nearest frame. Raises ``ValueError`` if ``fps`` is not a positive number, :class:`RequestError` beyond
    ``MAX_FRAMES``.
    """
    if not (math.isfinite(fps) and fps > 0):
        raise ValueError(f"frame rate {fps} is not a positive number")
    if motion.seconds * fps > MAX_FRAMES:
        raise RequestError(
            "The motion lasts {seconds:.3g} seconds, which is more than {limit} frames at {fps:g} a second: "
            "cut it into parts or lower the frame rate",
            seconds=motion.seconds,
            limit=MAX_FRAMES,
            fps=fps,
        )
    if fps == motion.fps:
        return motion
    frames = len(motion)
    count = max(1, round(motion.seconds * fps))
    source_times = np.arange(count) * (motion.fps / fps)
    nearest = np.rint(source_times)
    # a time that differs from a source frame by rounding only is that frame
    source_times = np.where(np.abs(source_times - nearest) < 1e-9 * frames, nearest, source_times)
    first = np.minimum(source_times.astype(int), frames - 1)
    u = source_times - first

    root, local = motion.root_translation, motion.local_rotations
    # differences between frames; a joint's rotation step is the same in its rotated axes before and after it
    root_steps = root[1:] - root[:-1]
    rotation_steps = quaternion_to_axis_angle(multiply(conjugate(local[:-1]), local[1:]))
    new_root = root[first] + _interpolate_steps(root_steps, first, u)
    new_local = multiply(local[first], axis_angle_to_quaternion(_interpolate_steps(rotation_steps, first, u)))
    contacts = None
    if motion.contacts is not None:
        contacts = motion.contacts[np.minimum(nearest.astype(int), frames - 1)]
    return replace(
        motion, fps=float(fps), root_translation=new_root, local_rotations=new_local, contacts=contacts
    )


def _interpolate_steps(
    steps: Array, first: np.ndarray[tuple[int, ...], np.dtype[np.int_]], u: Array
) -> Array:
    """Return the change from source frames ``first`` (N,) to ``u`` (N,) frames later, given the ``steps`` (T - 1, ...).

    The speed at a frame is the mean of the steps before and after it (Catmull-Rom).
    """
    if len(steps) == 0:
        return np.zeros((len(u), *steps.shape[1:]))
    # the last step is repeated: with equal steps on all sides the cubic is a straight line
    steps = np.concatenate([steps[:1], steps, steps[-1:], steps[-1:]])
    speed = 0.5 * (steps[:-1] + steps[1:])
    u = u.reshape(-1, *([1] * (steps.ndim - 1)))
    u2, u3 = u * u, u * u * u
    return np.asarray(
        (u3 - 2 * u2 + u) * speed[first] + (3 * u2 - 2 * u3) * steps[first + 1] + (u3 - u2) * speed[first + 1]
    )
