# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion several times over, each time going on from the place and heading at which the time before ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .errors import RequestError
from .motion import MAX_FRAMES, Motion
from .rotations import Array, about, angle_between, conjugate, heading, identity, multiply, rotate, slerp
from .smoothing import smoothstep

_SEAM = 0.3
"""Seconds on either side of a seam over which the pose goes from the last frame's to the first's."""

_ALIKE = np.radians(3.0)
"""A motion whose first and last frame differ by less than this in every joint loops by itself."""


def repeat(motion: Motion, times: int) -> Motion:
    """``times`` copies, one after the other, at the motion's own frame rate.

    Travel over the ground and heading add up. Where the last pose is the first one again, that frame is counted once;
    else half of the difference is spread over the frames before the seam and half over those after it, easing in and
    out. Raises :class:`RequestError` where the result would be longer than ``MAX_FRAMES``.
    """
    frames = len(motion)
    if times <= 1 or frames < 2:
        return motion
    if frames * times > MAX_FRAMES:
        raise RequestError(f"The motion would have more than {MAX_FRAMES} frames: repeat it less often")
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
        # the next begins where this one ends, or a frame's way further on
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
    """World rotations (..., 4) turned about the vertical so that they face +Z."""
    return multiply(about("y", -np.asarray(heading(turns))), turns)


def _eased(poses: Array, change: Array, weight: Array) -> Array:
    """Poses (N, J, 4) turned by shares (N,) of the rotations ``change`` (J, 4)."""
    still = identity(*change.shape[:-1])
    return multiply(slerp(still[None], change[None], weight[:, None]), poses)


def _ground(way: Array) -> Array:
    """Vectors (..., 3) without their height."""
    return np.asarray(way * np.array([1.0, 0.0, 1.0]))
