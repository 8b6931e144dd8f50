# SPDX-License-Identifier: GPL-3.0-or-later
"""Loops: the last frame is changed to the first one's pose, height and heading, apart from the root motion."""

from __future__ import annotations

import numpy as np

from ..rotations import about, conjugate, from_axis_angle, multiply, rotate, to_axis_angle
from ..smoothing import smoothstep
from .clip import Take

_SHARE = 0.3  # largest fraction of the length over which either end is blended towards the other
_LONGEST = 0.8  # seconds, the longest blend


def close(take: Take, fps: float) -> Take:
    """Return the clip with both ends blended to the pose and height in the middle between them."""
    if len(take) < 3:
        return take
    take = _straightened(take)
    width = max(2.0, min(_LONGEST * fps, _SHARE * len(take)))
    time = np.arange(len(take))
    first = smoothstep(1.0 - time / width)
    # -1/2 at the first frame, +1/2 at the last, smooth between
    share = 0.5 * (first[::-1] - first)
    local = take.local.copy()
    local[:, 0] = multiply(about("y", -take.yaw), local[:, 0])
    off = multiply(conjugate(local[-1]), local[0])
    off = to_axis_angle(np.where(off[..., :1] < 0, -off, off))
    local = multiply(local, from_axis_angle(share[:, None, None] * off))
    local[:, 0] = multiply(about("y", take.yaw), local[:, 0])
    root = take.root.copy()
    root[:, 1] += share * (root[0, 1] - root[-1, 1])
    return Take(local, root, take.yaw)


def _straightened(take: Take) -> Take:
    """Rotate the clip gradually so that it ends at the heading of its start; the path is rotated too."""
    off = float(take.yaw[-1] - take.yaw[0])
    back = -((off + np.pi) % (2 * np.pi) - np.pi)
    angles = back * np.linspace(0.0, 1.0, len(take))
    steps = rotate(about("y", 0.5 * (angles[1:] + angles[:-1])), np.diff(take.root, axis=0))
    root = np.concatenate([take.root[:1], take.root[0] + np.cumsum(steps, axis=0)])
    return take.spun(angles).moved(root)
