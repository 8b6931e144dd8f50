# SPDX-License-Identifier: GPL-3.0-or-later
"""Create and remove the objects that guide a motion (paths, pins), in a collection of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

from .guides import measure_character
from .path_sampling import path_length
from .pins import hold_rotation, measure_point
from .root_paths import sample_route

COLLECTION_NAME = "Kinescribe Guides"
GUIDE_PROPERTY = "kinescribe_guide"
"""Custom property of the objects that were created here."""

_POINT_COUNT = 3


def add_path(
    scene: bpy.types.Scene, character: bpy.types.Object, length: float, scale_to_character: bool
) -> bpy.types.Object:
    """Create a curve straight ahead of the character; return the object to follow.

    Raises ``RigError`` or ``MappingError``.

    Parameters
    ----------
    scene : bpy.types.Scene
        Where the object goes.
    character : bpy.types.Object
        The armature.
    length : float
        Metres.
    scale_to_character : bool
        ``length`` is that of an adult, and is scaled to the character's size.
    """
    position, heading, scale = measure_character(character)
    length *= scale if scale_to_character else 1.0
    offsets = [Vector((0.0, -length * k / (_POINT_COUNT - 1), 0.0)) for k in range(_POINT_COUNT)]
    path = add_drawn_path(scene, character, offsets)
    path.matrix_world = Matrix.Translation(position) @ Matrix.Rotation(heading, 4, "Z")
    return path


def add_pin(scene: bpy.types.Scene, character: bpy.types.Object, joint: str) -> bpy.types.Object:
    """Create an empty at a hand, a foot or the hips, turned as its bone is.

    Raises ``MappingError``, or ``RigError`` if the character has no such bone.
    """
    point = measure_point(scene, character, joint)
    marker = _add_guide_object(scene, f"Pin {joint.replace('_', ' ').title()}", None)
    marker.empty_display_type, marker.empty_display_size = "SPHERE", 0.06 * measure_character(character)[2]
    marker.matrix_world = Matrix.LocRotScale(point.position, point.rotation, None)
    marker.show_in_front = True
    return marker


def set_pin(
    pin: Any, character: bpy.types.Object, obj: bpy.types.Object, joint: str, place: Vector | None
) -> None:
    """Let a pin hold a joint to an object. Raises ``MappingError``, or ``RigError`` if there is no such bone.

    Parameters
    ----------
    pin : KINESCRIBE_PG_pin
        The pin.
    character : bpy.types.Object
        The armature.
    obj : bpy.types.Object
        What is held.
    joint : str
        What holds it.
    place : Vector or None
        Where on the object, in Blender's world; None: its origin.
    """
    point = measure_point(bpy.context.scene, character, joint)
    pin.object, pin.joint = obj, joint
    pin.offset = (0.0, 0.0, 0.0) if place is None else obj.matrix_world.inverted_safe() @ place
    pin.rotation = hold_rotation(obj, point.rotation)


def add_waypoint(
    scene: bpy.types.Scene, character: bpy.types.Object, place: Vector, direction: Vector | None
) -> bpy.types.Object:
    """Create an empty whose arrow lies on the floor. Raises ``RigError`` or ``MappingError``.

    Parameters
    ----------
    scene : bpy.types.Scene
        Where it goes.
    character : bpy.types.Object
        Who passes it, and gives the size.
    place : Vector
        In Blender's world.
    direction : Vector or None
        Where the arrow points; None: as the character faces.
    """
    _, heading, scale = measure_character(character)
    if direction is None:
        direction = Matrix.Rotation(heading, 3, "Z") @ Vector((0.0, -1.0, 0.0))
    arrow = Vector((direction.x, direction.y, 0.0)).normalized()
    waypoint = _add_guide_object(scene, "Waypoint", None)
    waypoint.empty_display_type, waypoint.empty_display_size = "SINGLE_ARROW", 0.5 * scale
    waypoint.matrix_world = Matrix.Translation(place) @ arrow.to_track_quat("Z", "Y").to_matrix().to_4x4()
    waypoint.show_in_front = True
    return waypoint


def add_drawn_path(
    scene: bpy.types.Scene, character: bpy.types.Object, points: Sequence[Vector]
) -> bpy.types.Object:
    """Create a Bezier curve through points of a drawn line, with automatic handles.

    Parameters
    ----------
    scene : bpy.types.Scene
        Where it goes.
    character : bpy.types.Object
        Who follows it.
    points : sequence of Vector
        In Blender's world; two or more.
    """
    name = f"Path of {character.name}"
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions = "3D"
    spline = curve.splines.new("BEZIER")
    spline.bezier_points.add(len(points) - 1)
    for knot, point in zip(spline.bezier_points, points, strict=True):
        knot.co = point - points[0]
        knot.handle_left_type = knot.handle_right_type = "AUTO"
    path = _add_guide_object(scene, name, curve)
    path.location = points[0]
    path.show_in_front = True
    return path


def remove_guide(obj: bpy.types.Object | None) -> None:
    """Delete an object that was created here, with its waypoints; do nothing with any other."""
    if obj is None or not obj.get(GUIDE_PROPERTY):
        return
    for child in [c for c in obj.children if c.get(GUIDE_PROPERTY)]:
        bpy.data.objects.remove(child)
    data = obj.data
    bpy.data.objects.remove(obj)
    if isinstance(data, bpy.types.Curve) and not data.users:
        bpy.data.curves.remove(data)
    collection = bpy.data.collections.get(COLLECTION_NAME)
    if collection is not None and not collection.all_objects and not collection.children:
        bpy.data.collections.remove(collection)


def measure_walk(character: bpy.types.Object, directing: Any) -> float:
    """Return the metres that an adult would walk along the path, and to its beginning if the walk starts before it.

    Raises ``RequestError``, ``RigError`` or ``MappingError``.
    """
    points, _, _ = sample_route(directing)
    position, _, scale = measure_character(character)
    if directing.from_character:
        points = np.concatenate([np.array(position)[None], points])
    return path_length(points) / scale


def _add_guide_object(scene: bpy.types.Scene, name: str, data: bpy.types.ID | None) -> bpy.types.Object:
    """Create an object in the collection of guides, which is linked to the scene if it is not yet."""
    obj = bpy.data.objects.new(name, data)
    obj[GUIDE_PROPERTY] = True
    collection = bpy.data.collections.get(COLLECTION_NAME)
    if collection is None or collection.library:
        collection = bpy.data.collections.new(COLLECTION_NAME)
    if collection not in scene.collection.children_recursive:
        scene.collection.children.link(collection)
    collection.objects.link(obj)
    return obj
