# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion of motions to another frame rate."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from .errors import RequestError
from .motion import MAX_FRAMES, Motion
from .rotations import Array, conjugate, from_axis_angle, multiply, to_axis_angle


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
    at = np.arange(count) * (motion.fps / fps)
    near = np.rint(at)
    # a time that differs from a source frame by rounding only is that frame
    at = np.where(np.abs(at - near) < 1e-9 * frames, near, at)
    first = np.minimum(at.astype(int), frames - 1)
    u = at - first

    root, local = motion.root_translation, motion.local_rotations
    # differences between frames; a joint's rotation step is the same in its rotated axes before and after it
    root_step = root[1:] - root[:-1]
    turn_step = to_axis_angle(multiply(conjugate(local[:-1]), local[1:]))
    new_root = root[first] + _hermite(root_step, first, u)
    new_local = multiply(local[first], from_axis_angle(_hermite(turn_step, first, u)))
    contacts = None
    if motion.contacts is not None:
        contacts = motion.contacts[np.minimum(near.astype(int), frames - 1)]
    return replace(
        motion, fps=float(fps), root_translation=new_root, local_rotations=new_local, contacts=contacts
    )


def _hermite(step: Array, first: np.ndarray[tuple[int, ...], np.dtype[np.int_]], u: Array) -> Array:
    """Return the change from source frames ``first`` (N,) to ``u`` (N,) frames later, given the ``steps`` (T - 1, ...).

    The speed at a frame is the mean of the steps before and after it (Catmull-Rom).
    """
    if len(step) == 0:
        return np.zeros((len(u), *step.shape[1:]))
    # the last step is repeated: with equal steps on all sides the cubic is a straight line
    step = np.concatenate([step[:1], step, step[-1:], step[-1:]])
    speed = 0.5 * (step[:-1] + step[1:])
    u = u.reshape(-1, *([1] * (step.ndim - 1)))
    u2, u3 = u * u, u * u * u
    return np.asarray(
        (u3 - 2 * u2 + u) * speed[first] + (3 * u2 - 2 * u3) * step[first + 1] + (u3 - u2) * speed[first + 1]
    )
