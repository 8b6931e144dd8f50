# SPDX-License-Identifier: GPL-3.0-or-later
"""From the mouse to the scene: points on the floor, objects under the mouse, and few points for a drawn line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import bpy
import numpy as np
from bpy_extras.view3d_utils import region_2d_to_location_3d, region_2d_to_origin_3d, region_2d_to_vector_3d
from mathutils import Vector
from mathutils.geometry import intersect_line_plane

from ..motion.rotations import Array
from .character import find_armature

MAX_KNOTS = 64

_MAX_HITS = 20  # surfaces of the character itself that a ray may pass
_MAX_FLOOR_DISTANCE = 200.0  # metres from the view: near the horizon a pixel is a kilometre


class Hit(NamedTuple):
    """A surface under the mouse."""

    object: bpy.types.Object
    place: Vector


def find_on_floor(
    region: bpy.types.Region, view: bpy.types.RegionView3D, mouse: tuple[float, float], height: float
) -> Vector | None:
    """Return the point of the floor under the mouse; None where the floor is not, or too far away.

    Parameters
    ----------
    region, view
        The 3D View.
    mouse : (x, y)
        Pixels in the region.
    height : float
        Of the floor, in Blender's world.
    """
    origin = region_2d_to_origin_3d(region, view, mouse)
    direction = region_2d_to_vector_3d(region, view, mouse)
    floor = intersect_line_plane(origin, origin + direction, Vector((0, 0, height)), Vector((0, 0, 1)))
    if floor is None or (view.is_perspective and (floor - origin).dot(direction) <= 0):
        return None
    return (
        floor
        if (floor - view.view_location).length < max(_MAX_FLOOR_DISTANCE, 20 * view.view_distance)
        else None
    )


def find_surface(
    context: bpy.types.Context,
    region: bpy.types.Region,
    view: bpy.types.RegionView3D,
    mouse: tuple[float, float],
    character: bpy.types.Object,
) -> Hit | None:
    """Return the first surface under the mouse that is not the character's own; None: there is none.

    Parameters
    ----------
    context : bpy.types.Context
        Its scene has the objects.
    region, view
        The 3D View.
    mouse : (x, y)
        Pixels in the region.
    character : bpy.types.Object
        The armature.
    """
    origin = region_2d_to_origin_3d(region, view, mouse)
    direction = region_2d_to_vector_3d(region, view, mouse)
    depsgraph = context.evaluated_depsgraph_get()
    for _ in range(_MAX_HITS):
        found, place, _normal, _index, obj, _matrix = context.scene.ray_cast(depsgraph, origin, direction)
        if not found or obj is None:
            return None
        original = obj.original
        if isinstance(original, bpy.types.Object) and find_armature(original) != character:
            return Hit(original, place)
        origin = place + 1e-4 * direction
    return None


def find_beside(
    region: bpy.types.Region, view: bpy.types.RegionView3D, mouse: tuple[float, float], depth: Any
) -> Vector:
    """Return the point under the mouse that is as far away as the point ``depth``.

    Parameters
    ----------
    region, view
        The 3D View.
    mouse : (x, y)
        Pixels in the region.
    depth : Vector
        A point in Blender's world.
    """
    return region_2d_to_location_3d(region, view, mouse, depth)


def simplify_line(points: Sequence[Vector], tolerance: float) -> list[Vector]:
    """Return at most :data:`MAX_KNOTS` of the points from which the line is nowhere further away than ``tolerance``.

    The tolerance grows where that would be more points (Douglas and Peucker, 1973).
    """
    places = np.array([tuple(point) for point in points])
    while True:
        kept = _find_corners(places, tolerance)
        if len(kept) <= MAX_KNOTS:
            return [points[k] for k in kept]
        tolerance *= 1.5


def _find_corners(places: Array, tolerance: float) -> list[int]:
    kept, open_spans = {0, len(places) - 1}, [(0, len(places) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        chord = places[last] - places[first]
        length = float(np.linalg.norm(chord))
        offsets = places[first + 1 : last] - places[first]
        if length > 1e-9:
            offsets = offsets - np.outer(offsets @ chord, chord) / length**2
        distances = np.linalg.norm(offsets, axis=-1)
        furthest = int(np.argmax(distances))
        if distances[furthest] > tolerance:
            middle = first + 1 + furthest
            kept.add(middle)
            open_spans += [(first, middle), (middle, last)]
    return sorted(kept)
