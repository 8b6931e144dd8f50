# SPDX-License-Identifier: GPL-3.0-or-later
"""Read where a character goes: a path, and waypoints that it passes, as root paths of a request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ..motion.errors import RequestError
from ..motion.request import RootPath
from ..motion.rotations import Array
from .axes import to_y_up
from .guide_context import GuideContext
from .path_sampling import path_length, points_at_fractions, sample_path

_PATH_INTERVAL = 0.4  # seconds between two points of a path: the model decides what a step does in between
_ON_PATH_DISTANCE = 0.1  # metres to the path's start within which the character counts as standing on it
_WAYPOINT_DISTANCE = 0.6  # metres of an adult from a path within which a waypoint lies on it
_ACCELERATION_TIME = 0.5  # seconds of acceleration from a given pose


@dataclass(frozen=True, eq=False)
class Waypoint:
    """A place that is passed.

    Attributes
    ----------
    name : str
        Of its object.
    position : (3,) metres
        In Blender's world.
    frame : int or None
        Frame of the scene at which it is passed; None: when the distance says so.
    facing : (3,) or None
        Direction in Blender's world that the character faces there; None: it is free.
    """

    name: str
    position: Array
    frame: int | None = None
    facing: Array | None = None


def read_waypoints(rows: Sequence[Any]) -> list[Waypoint]:
    """Return the waypoints of rows (``KINESCRIBE_PG_waypoint``) that have an object. Raises ``RequestError``."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    waypoints = []
    for row in rows:
        if row.object is None:
            continue
        matrix = np.array(row.object.evaluated_get(depsgraph).matrix_world, dtype=float)
        if not np.all(np.isfinite(matrix)):
            raise RequestError(
                "{pin} has no finite position: check its scale and its parents", pin=row.object.name
            )
        waypoints.append(
            Waypoint(
                row.object.name,
                matrix[:3, 3],
                int(row.frame) if row.use_frame else None,
                find_facing(matrix) if row.use_facing else None,
            )
        )
    return waypoints


def find_facing(matrix: Array | Matrix) -> Array:
    """Return the direction (3,) over the floor of a waypoint's matrix (4, 4): its arrow, or else its front.

    The arrow of an empty is its Z axis. Where that stands upright, the front counts, which Blender takes to be -Y.
    """
    axes = np.array(matrix, dtype=float)
    for axis in (axes[:3, 2], -axes[:3, 1]):
        over_floor = np.array([axis[0], axis[1], 0.0])
        length = float(np.linalg.norm(over_floor))
        if length > 0.3 * float(np.linalg.norm(axis)) > 0:
            return over_floor / length
    return np.array([0.0, -1.0, 0.0])


def sample_route(directing: Any) -> tuple[Array, list[int | None], list[Waypoint]]:
    """Return the points (N, 3) of the way in Blender's world, their frames, and the waypoints that lie on it.

    Without a path the waypoints themselves are the points, and none lies on anything. Raises ``RequestError``.
    """
    waypoints = read_waypoints(directing.waypoints)
    if directing.path is not None:
        points, frames = sample_path(directing.path)
        return points, frames, waypoints
    return (
        np.array([waypoint.position for waypoint in waypoints]),
        [waypoint.frame for waypoint in waypoints],
        [],
    )


def read_root_paths(context: GuideContext, directing: Any) -> list[RootPath]:
    """Return the constraints of a path and of waypoints. Raises ``RequestError``."""
    points, fixed_frames, on_path = sample_route(directing)
    name = directing.path.name if directing.path is not None else context.obj.name
    facings = (
        [None] * len(points)
        if directing.path is not None
        else [waypoint.facing for waypoint in read_waypoints(directing.waypoints)]
    )
    frames = [None if f is None else f - context.first_frame for f in fixed_frames]
    starts_at_character = directing.from_character or directing.start_pose
    x, z, _ = context.rig_to_motion.anchor
    start = np.array([x, -z, points[0, 2]])
    if (
        starts_at_character
        and float(np.linalg.norm((points[0] - start)[:2])) > _ON_PATH_DISTANCE
        and frames[0] != 0
    ):
        points = np.concatenate([start[None], points])
        frames, facings = [0, *frames], [None, *facings]
    last = context.frame_count - 1
    if len(points) > 1 and path_length(points) < 1e-3:
        raise RequestError("{path} has no length: move its points apart", path=name)
    if all(frame is None for frame in frames[1:]) and frames[0] in (None, 0) and directing.path is not None:
        points, path_frames, facing_frames = _time_path(context, directing, points, on_path)
    else:
        path_frames = _time_waypoints(points, frames, last, name)
        facing_frames = {
            frame: facing for frame, facing in zip(path_frames, facings, strict=True) if facing is not None
        }
    positions = context.rig_to_motion.to_request_space(to_y_up(points))
    headings = None
    if directing.facing == "ALONG" and len(positions) > 1:
        directions = np.gradient(positions[:, [0, 2]], axis=0)
        angles = np.unwrap(np.arctan2(directions[:, 0], directions[:, 1]))
        if directing.start_pose:  # the given pose faces ahead (heading 0), and turns from there
            angles = np.unwrap([0.0, *angles[1:]])
        headings = tuple(float(a) for a in angles)
    places = tuple((float(p[0]), float(p[2])) for p in positions)
    paths = [RootPath(tuple(path_frames), places, headings)]
    for frame, facing in sorted(facing_frames.items()):
        heading = math.atan2(float(facing[0]), -float(facing[1])) - context.rig_to_motion.anchor[2]
        wrapped = (heading + math.pi) % (2 * math.pi) - math.pi
        paths.append(RootPath((frame,), (places[path_frames.index(frame)],), (wrapped,)))
    return paths


def _time_path(
    context: GuideContext, directing: Any, points: Array, waypoints: Sequence[Waypoint]
) -> tuple[Array, list[int], dict[int, Array]]:
    """Return points of a path at frames of the motion, and the directions that waypoints on it give at some of them.

    Raises ``RequestError`` if a waypoint lies beside the path, or if their frames and places do not ascend together.

    Parameters
    ----------
    context : GuideContext
        The character.
    directing : Any
        Its guides.
    points : (N, 3)
        The path.
    waypoints : sequence of Waypoint
        Those that lie on it.
    """
    last = context.frame_count - 1
    step = max(1, round(_PATH_INTERVAL * context.fps))
    sampled = {*range(0, last - step // 2, step), last}
    places = {
        waypoint.name: _find_fraction(context, points, waypoint, directing.path.name)
        for waypoint in waypoints
    }
    known = {0: 0.0, last: 1.0}
    for waypoint in waypoints:
        if waypoint.frame is not None:
            known[waypoint.frame - context.first_frame] = places[waypoint.name]
    known_frames = sorted(known)
    fractions = [known[frame] for frame in known_frames]
    if known_frames[0] < 0 or known_frames[-1] > last or any(b < a for a, b in pairwise(fractions)):
        raise _timing_error(directing.path.name)
    facing_frames: dict[int, Array] = {}
    for waypoint in waypoints:
        if waypoint.facing is None:
            continue
        frame = (
            waypoint.frame - context.first_frame
            if waypoint.frame is not None
            else round(float(np.interp(places[waypoint.name], fractions, known_frames)))
        )
        facing_frames[frame] = waypoint.facing
    frames = np.array(sorted({*sampled, *known_frames, *facing_frames}))
    if len(known_frames) > 2:
        wanted = np.interp(frames, known_frames, fractions)
    else:
        wanted = path_fractions(frames, last, context.fps if directing.start_pose else 0.0)
    return points_at_fractions(points, wanted), [int(frame) for frame in frames], facing_frames


def _find_fraction(context: GuideContext, points: Array, waypoint: Waypoint, path: str) -> float:
    """Return where on a path (N, 3) a waypoint lies, 0 to 1. Raises ``RequestError`` if it lies beside it.

    Parameters
    ----------
    context : GuideContext
        The character.
    points : (N, 3)
        The path.
    waypoint : Waypoint
        The waypoint.
    path : str
        The path's name, for the error.
    """
    fractions = np.linspace(0.0, 1.0, 400)
    along = points_at_fractions(points, fractions)
    distances = np.linalg.norm((along - waypoint.position)[:, :2], axis=-1)
    nearest = int(np.argmin(distances))
    if distances[nearest] > _WAYPOINT_DISTANCE * context.rig_to_motion.scale:
        raise RequestError(
            "{waypoint} is {distance:.1f} m beside {path}: move it onto the path, or hide one of them in the list",
            waypoint=waypoint.name,
            distance=float(distances[nearest]),
            path=path,
        )
    return float(fractions[nearest])


def path_fractions(frames: Array, last: int, ramp_fps: float) -> Array:
    """Return the fraction of the path, 0 to 1, that is behind the character at each of ``frames`` (T,).

    With ``ramp_fps`` above 0 the character accelerates from standing still.
    """
    ramp = min(_ACCELERATION_TIME * ramp_fps, 0.5 * last)
    if ramp <= 0:
        return np.asarray(frames / max(last, 1))
    travelled = np.where(frames < ramp, 0.5 * frames**2 / ramp, frames - 0.5 * ramp)
    return np.asarray(travelled / (last - 0.5 * ramp))


def _time_waypoints(points: Array, frames: Sequence[int | None], last: int, name: str) -> list[int]:
    """Return the frame of each waypoint: those with a frame keep it, the others get theirs by distance.

    Raises ``RequestError`` if the frames do not ascend or lie outside the motion.

    Parameters
    ----------
    points : (N, 3) metres
        The waypoints in Blender's world.
    frames : sequence of int or None
        Frames counted from the motion's first one.
    last : int
        The motion's last frame.
    name : str
        The path's name, for the error.
    """
    known = {k: frame for k, frame in enumerate(frames) if frame is not None}
    known.setdefault(0, 0)
    known.setdefault(len(points) - 1, last)
    distances = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points[:, :2], axis=0), axis=-1))])
    known_indices = sorted(known)
    times = [
        round(float(np.interp(d, distances[known_indices], [known[k] for k in known_indices])))
        for d in distances
    ]
    if any(b <= a for a, b in pairwise(times)) or times[0] < 0 or times[-1] > last:
        raise _timing_error(name)
    return times


def _timing_error(name: str) -> RequestError:
    return RequestError(
        "The frames of the waypoints of {path} have to ascend and lie within the motion: change them, or the duration",
        path=name,
    )
