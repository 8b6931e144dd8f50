# SPDX-License-Identifier: GPL-3.0-or-later
"""Pose keyframes: joints get the required rotations at their frames; the frames around them are blended."""

from __future__ import annotations

import numpy as np

from ..rotations import Array, conjugate, from_axis_angle, multiply, normalise, to_axis_angle
from .clip import Take
from .goals import Goals, Track
from .interpolation import around

REACH = 0.4
"""Seconds on either side of a keyframe over which its correction fades out."""


def strike(take: Take, goals: Goals) -> Take:
    """Return the clip with the goals' joint rotations and pelvis heights at their frames."""
    reach = REACH * goals.fps
    root, local = take.root, take.local
    if len(goals.heights):
        root = root.copy()
        lift = goals.heights.values - root[goals.heights.frames, 1:2]
        root[:, 1] += around(goals.heights.frames, lift, len(take), reach)[:, 0]
    if goals.poses:
        local = local.copy()
        for joint, track in goals.poses:
            local[:, joint] = drawn(local[:, joint], track, reach)
    return take.moved(root).posed(local)


def drawn(rotations: Array, track: Track, reach: float) -> Array:
    """Return rotations (T, 4) that equal the track at its frames and ``rotations`` from ``fade_frames`` frames on."""
    off = multiply(conjugate(rotations[track.frames]), normalise(track.values))
    off = np.where(off[..., :1] < 0, -off, off)
    return multiply(
        rotations, from_axis_angle(around(track.frames, to_axis_angle(off), len(rotations), reach))
    )
