# SPDX-License-Identifier: GPL-3.0-or-later
"""The section of a path that new frames of a motion follow, from where the frames before them end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..motion import Motion
from ..request import RootPath
from ..rest_alignment import body_heading
from ..rotations import Array

_INTERVAL = 0.4  # seconds between two points: the model decides what a step does in between
_SPACING = 0.02  # metres between the points among which the nearest is looked for
_AMBIGUITY = (
    0.2  # metres by which points of the path may be further away than the nearest one and still be meant
)
_SHORTEST = 0.1  # metres: a shorter section says nothing
_CLOSED = 0.25  # metres between the ends of a path that goes around


@dataclass(frozen=True, eq=False)
class FloorPath:
    """A path over the floor without times.

    Attributes
    ----------
    points : (N, 2) metres
        x and z in the space of the motion.
    faces_along : bool
        The body faces forward along the path.
    """

    points: Array
    faces_along: bool = False


def make_path_section(
    path: FloorPath, motion: Motion, first: int, last: int, next_frame: int | None
) -> RootPath | None:
    """Return the path of new frames at constant speed; None if nothing of it lies ahead.

    It begins at the point nearest to the frame before the new ones, and ends at the one nearest to the frame after
    them, or at the path's end. A closed path goes on around.

    Parameters
    ----------
    path : FloorPath
        The whole path.
    motion : Motion
        The motion as it was.
    first, last : int
        The new frames, counted from the motion's first one.
    next_frame : int or None
        Frame of ``motion`` that follows after them; None: the new frames end freely.
    """
    ground = motion.root_translation[:, [0, 2]]
    points = path.points
    if len(points) == 1 and first:  # a single place to go to
        points = np.concatenate([ground[first - 1 : first], points])
    if len(points) < 2:
        return None
    points = _space_evenly(points)
    begin, end = 0, len(points) - 1
    # of several points that are near, the one that an even pace would have reached
    count = max(len(motion), last + 1)
    if first:
        begin = _find_nearest(points, ground[first - 1], (first - 1) / max(len(motion) - 1, 1))
    if next_frame is not None:
        end = _find_nearest(points, ground[next_frame], (last + 1) / count)
    is_closed = float(np.linalg.norm(points[0] - points[-1])) < _CLOSED
    if is_closed and next_frame is None and (end - begin) * _SPACING < _SHORTEST:
        begin = 0
    if (end - begin) * _SPACING < _SHORTEST:
        return None
    section = points[begin : end + 1]
    if first:
        section = np.concatenate([ground[first - 1 : first], section])
    if next_frame is not None:
        section = np.concatenate([section, ground[next_frame : next_frame + 1]])
    start_frame = first - 1 if first else 0
    end_frame = last if next_frame is None else last + 1
    step = max(1, round(_INTERVAL * motion.fps))
    frames = sorted({*range(start_frame, end_frame - step // 2, step), end_frame})
    fractions = (np.array(frames) - start_frame) / max(end_frame - start_frame, 1)
    places = _at_fractions(section, fractions)
    headings: Array | None = None
    if path.faces_along and len(frames) > 1:
        near = 0.5 / len(section)
        directions = _at_fractions(section, fractions + near) - _at_fractions(section, fractions - near)
        headings = np.arctan2(directions[:, 0], directions[:, 1])
        if first:
            names = motion.skeleton.joint_names
            headings[0] = body_heading({name: motion.positions[first - 1, k] for k, name in enumerate(names)})
        headings = np.unwrap(headings)
    rows = [k for k, frame in enumerate(frames) if first <= frame <= last]
    if not rows:
        return None
    return RootPath(
        tuple(frames[k] for k in rows),
        tuple((float(places[k, 0]), float(places[k, 1])) for k in rows),
        None if headings is None else tuple(float(headings[k]) for k in rows),
    )


def _space_evenly(points: Array) -> Array:
    """Return points about :data:`_SPACING` apart along a path (N, 2)."""
    length = float(np.linalg.norm(np.diff(points, axis=0), axis=-1).sum())
    return _at_fractions(points, np.linspace(0.0, 1.0, max(2, min(50000, round(length / _SPACING) + 1))))


def _at_fractions(points: Array, fractions: Array) -> Array:
    """Return the points (T, 2) at fractions of the length of a path (N, 2)."""
    distances = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=-1))])
    return np.stack(
        [np.interp(fractions * distances[-1], distances, points[:, c]) for c in range(2)], axis=-1
    )


def _find_nearest(points: Array, place: Array, fraction: float) -> int:
    """Return the index of the point near ``place`` that is closest to a fraction of the path."""
    away = np.linalg.norm(points - place, axis=-1)
    near = np.flatnonzero(away <= away.min() + _AMBIGUITY)
    # of each stretch that is near, its nearest point
    groups = np.split(near, np.flatnonzero(np.diff(near) > 1) + 1)
    nearest = [int(group[np.argmin(away[group])]) for group in groups]
    return min(nearest, key=lambda k: abs(k - fraction * (len(points) - 1)))
