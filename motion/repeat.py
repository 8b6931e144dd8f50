# SPDX-License-Identifier: GPL-3.0-or-later
"""Repetition of a motion: each copy continues from the position and heading at which the one before ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .errors import RequestError
from .motion import MAX_FRAMES, Motion
from .rotations import Array, about, angle_between, conjugate, heading, identity, multiply, rotate, slerp
from .smoothing import smoothstep

_SEAM = 0.3
"""Seconds on either side of a seam over which the last pose is blended into the first one."""

_ALIKE = np.radians(3.0)
"""Radians: a motion whose first and last frame differ by less in every joint is a loop already."""


def repeat(motion: Motion, times: int) -> Motion:
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
    flat = np.concatenate([_without_heading(local[:, :1]), local[:, 1:]], axis=1)
    loops = bool(np.all(angle_between(flat[0], flat[-1]) < _ALIKE)) and abs(root[-1, 1] - root[0, 1]) < 0.03
    step = frames - 1 if loops else frames
    seam = min(max(1, round(_SEAM * motion.fps)), (frames - 1) // 2)

    # the pose's difference at the seam, half of it for either side
    middle = slerp(flat[-1], flat[0], np.full(1, 0.5))
    height = 0.5 * (root[-1, 1] + root[0, 1])
    weight = 1.0 - smoothstep(np.arange(seam + 1) / max(seam, 1))[:-1]
    after = _eased(flat[:seam], multiply(middle, conjugate(flat[0])), weight)
    before = _eased(flat[frames - seam :], multiply(middle, conjugate(flat[-1])), weight[::-1])
    rise_after, rise_before = weight * (height - root[0, 1]), weight[::-1] * (height - root[-1, 1])

    turns, roots, contacts = [], [], []
    at, facing = np.zeros(3), 0.0
    last = float(heading(local[-1, 0]))
    pace = 0.0 if loops else 1.0
    speed = _ground(root[-1] - root[-2] if frames > 1 else np.zeros(3))
    first = float(heading(local[0, 0]))
    for copy in range(times):
        pose, place = flat.copy(), root.copy()
        if copy:
            pose[:seam], place[:seam, 1] = after, place[:seam, 1] + rise_after
        if copy < times - 1:
            pose[frames - seam :], place[frames - seam :, 1] = before, place[frames - seam :, 1] + rise_before
        put = about("y", facing)
        pose[:, 0] = multiply(put, multiply(about("y", np.asarray(heading(local[:, 0]))), pose[:, 0]))
        way = rotate(put, _ground(root - root[0])) + at
        place = way + np.array([0.0, 1.0, 0.0]) * place[:, 1:2]
        cut = slice(0, frames if copy == times - 1 else step)
        turns.append(pose[cut])
        roots.append(place[cut])
        if motion.contacts is not None:
            contacts.append(motion.contacts[cut])
        # the next copy begins where this one ends, or one frame's movement further
        at = way[-1] + pace * rotate(put, speed)
        facing += last - first
    start = _ground(root[0])
    return replace(
        motion,
        root_translation=np.concatenate(roots) + start,
        local_rotations=np.concatenate(turns),
        contacts=np.concatenate(contacts) if contacts else None,
    )


def _without_heading(turns: Array) -> Array:
    """Rotate world rotations (..., 4) about the vertical so that they face +Z."""
    return multiply(about("y", -np.asarray(heading(turns))), turns)


def _eased(poses: Array, change: Array, weight: Array) -> Array:
    """Rotate poses (N, J, 4) by ``fractions`` (N,) of the rotations ``change`` (J, 4)."""
    still = identity(*change.shape[:-1])
    return multiply(slerp(still[None], change[None], weight[:, None]), poses)


def _ground(way: Array) -> Array:
    """Return vectors (..., 3) with their height set to zero."""
    return np.asarray(way * np.array([1.0, 0.0, 1.0]))
