# SPDX-License-Identifier: GPL-3.0-or-later
"""Root paths: the pelvis passes its positions over the ground, and the body is rotated with the direction of travel."""

from __future__ import annotations

import numpy as np

from ..rotations import Array, about, multiply, rotate
from ..smoothing import smoothed
from .clip import Take
from .goals import Goals
from .interpolation import around, through

_TRAVEL = 0.3  # metres of movement from which on it has a direction
_SPEED = 0.15  # m/s from which on the direction of travel counts
_TURNING = 1.0  # seconds over which a body rotates between a required heading and the direction of travel
_LOOK = 0.3  # seconds (sigma) over which the direction of travel is smoothed


def follow(take: Take, goals: Goals) -> Take:
    """Return the clip with the goals' pelvis positions and headings at their frames.

    The clip is first rotated as a whole, then corrected smoothly between the frames, which preserves the movement of
    each step. Without a required heading the body keeps its angle to the direction of travel, so that walking backward
    or sideways continues around corners. At single headings on a path, such as that of a start pose, the body rotates
    to the heading and back.
    """
    places, headings = goals.places, goals.headings
    led = len(places) > max(1, len(headings))
    if led:
        take = turned(take, _first_turn(take, goals))
    elif len(headings):
        take = turned(take, float(headings.values[0, 0] - take.yaw[headings.frames[0]]))
    if len(places):
        before = take.root[:, [0, 2]]
        residual = places.values - before[places.frames]
        after = before + through(places.frames, residual, len(take))
        if led:
            take = take.spun(_bend(before, after, goals.fps))
        root = take.root.copy()
        root[:, [0, 2]] = after
        take = take.moved(root)
    if len(headings):
        residual = np.unwrap(_wrapped(headings.values[:, 0] - take.yaw[headings.frames]))
        if led:
            more = around(headings.frames, residual[:, None], len(take), _TURNING * goals.fps)
        else:
            more = through(headings.frames, residual[:, None], len(take))
        take = take.spun(more[:, 0])
    return take


def turned(take: Take, angle: float) -> Take:
    """Rotate the whole clip by ``angle`` radians about the vertical through the first position of its pelvis."""
    turn = about("y", angle)
    root = take.root[0] + rotate(turn, take.root - take.root[0])
    local = take.local.copy()
    local[:, 0] = multiply(turn, local[:, 0])
    return Take(local, root, take.yaw + angle)


def _first_turn(take: Take, goals: Goals) -> float:
    """Return the angle from the clip's first direction of travel to the goals' one, in radians; 0 if unknown."""
    frames, values = goals.places.frames, goals.places.values
    far = np.flatnonzero(np.linalg.norm(values - values[0], axis=-1) > _TRAVEL)
    if not len(far):
        return 0.0
    wanted = values[far[0]] - values[0]
    own = take.root[frames[far[0]]] - take.root[frames[0]]
    if np.hypot(own[0], own[2]) < 0.5 * _TRAVEL:
        return 0.0
    return float(np.arctan2(wanted[0], wanted[1]) - np.arctan2(own[0], own[2]))


def _bend(before: Array, after: Array, fps: float) -> Array:
    """Return the smoothed angles (T,) from the direction of travel of path ``before`` (T, 2) to that of ``after``."""
    if len(before) < 3:
        return np.zeros(len(before))
    ways = [smoothed(np.gradient(way, 1.0 / fps, axis=0), _LOOK * fps) for way in (before, after)]
    old, new = (velocity[:, 1] + 1j * velocity[:, 0] for velocity in ways)
    weight = np.clip(np.minimum(np.abs(old), np.abs(new)) / _SPEED - 1.0, 0.0, 1.0)
    moving = weight > 0
    if not moving.any():
        return np.zeros(len(before))
    quotient = np.ones(len(before), dtype=complex)
    quotient[moving] = new[moving] / old[moving]
    quotient /= np.abs(quotient)
    # frames without movement get the angle of the nearest moving frame
    nearest = np.flatnonzero(moving)
    k = np.clip(np.searchsorted(nearest, np.arange(len(before))), 0, len(nearest) - 1)
    left = np.clip(k - 1, 0, len(nearest) - 1)
    time = np.arange(len(before))
    pick = np.where(np.abs(nearest[left] - time) < np.abs(nearest[k] - time), nearest[left], nearest[k])
    angle = np.unwrap(np.angle(quotient[pick]))
    return np.asarray(smoothed(angle[:, None], 0.5 * _LOOK * fps)[:, 0])


def _wrapped(angle: Array) -> Array:
    """Return the angles (...) within -pi to pi, changed by full turns."""
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
