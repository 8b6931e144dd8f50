# SPDX-License-Identifier: GPL-3.0-or-later
"""Sample points of a path: a curve, or an empty whose children are waypoints."""

from __future__ import annotations

import re
from itertools import pairwise

import bpy
import numpy as np
from mathutils import Vector
from mathutils.geometry import interpolate_bezier

from ..motion.errors import RequestError
from ..motion.rotations import Array

_SEGMENT_POINTS = 24  # sampled points of a Bezier segment
FRAME_PROPERTY = "frame"
"""Custom property of a waypoint: scene frame at which the character passes it."""


def sort_waypoints(obj: bpy.types.Object) -> list[bpy.types.Object]:
    """Return the children of an empty in the order of their names, with numbers in numerical order."""
    return sorted(obj.children, key=lambda child: _natural_sort_key(child.name))


def sample_path(obj: bpy.types.Object) -> tuple[Array, list[int | None]]:
    """Return points (N, 3) of a path in Blender's world, and the frame of each that has one (None: it has none).

    Raises :class:`RequestError` if the object is no path.
    """
    depsgraph = bpy.context.evaluated_depsgraph_get()
    if obj.type == "CURVE":
        points = _sample_curve(obj.evaluated_get(depsgraph))
        frames: list[int | None] = [None] * len(points)
    else:
        children = sort_waypoints(obj)
        points = [tuple(child.evaluated_get(depsgraph).matrix_world.translation) for child in children]
        frames = [
            int(child[FRAME_PROPERTY]) if isinstance(child.get(FRAME_PROPERTY), int | float) else None
            for child in children
        ]
    positions = np.array(points, dtype=float).reshape(-1, 3)
    if len(positions) < (2 if obj.type == "CURVE" else 1) or not np.all(np.isfinite(positions)):
        raise RequestError(
            "{name} is no path: choose a curve with two points or more, or an empty with waypoints as children",
            name=obj.name,
        )
    return positions, frames


def path_length(points: Array) -> float:
    """Return the length in metres, along the ground, of a path (N, 3) in Blender's world."""
    return float(np.linalg.norm(np.diff(points[:, :2], axis=0), axis=-1).sum())


def points_at_fractions(points: Array, fractions: Array) -> Array:
    """Return points (T, 3) at ``fractions`` (T,), 0 to 1, of the length of a path (N, 3) along the ground."""
    distances = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points[:, :2], axis=0), axis=-1))])
    wanted_distances = np.clip(fractions, 0.0, 1.0) * distances[-1]
    return np.stack([np.interp(wanted_distances, distances, points[:, c]) for c in range(3)], axis=-1)


def _sample_curve(obj: bpy.types.Object) -> list[tuple[float, ...]]:
    """Return world points along the first spline of an evaluated curve object."""
    splines = [s for s in obj.data.splines if len(s.bezier_points) > 1 or len(s.points) > 1]
    if not splines:
        return []
    spline, world = splines[0], obj.matrix_world
    if spline.type == "BEZIER":
        knots = list(spline.bezier_points)
        if spline.use_cyclic_u:
            knots.append(knots[0])
        samples = [knots[0].co]
        for a, b in pairwise(knots):
            samples += interpolate_bezier(a.co, a.handle_right, b.handle_left, b.co, _SEGMENT_POINTS)[1:]
    elif spline.type == "POLY":
        samples = [p.co.to_3d() for p in spline.points]
        if spline.use_cyclic_u:
            samples.append(samples[0])
    else:
        samples = _sample_nurbs(obj)
    return [tuple(world @ point) for point in samples]


def _sample_nurbs(obj: bpy.types.Object) -> list[Vector]:
    """Return points along a NURBS curve: the vertices of its mesh, because only Blender can evaluate it."""
    data = obj.data
    if data.bevel_depth or data.extrude or data.bevel_object:
        raise RequestError(
            "{name} is a NURBS curve with a thickness: remove its bevel, or use a Bezier curve", name=obj.name
        )
    mesh = obj.to_mesh()
    try:
        return [vertex.co.copy() for vertex in mesh.vertices]
    finally:
        obj.to_mesh_clear()


def _natural_sort_key(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key by which "Point 2" comes before "Point 10"."""
    parts = re.split(r"(\d+)", name)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in parts]
