# SPDX-License-Identifier: GPL-3.0-or-later
"""Create and remove the objects that guide a motion (paths, pins), in a collection of their own."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ..motion.errors import RigError
from ..motion.mapping.bone_map import map_bones
from .axes import to_z_up
from .bone_map import load_bone_map
from .guides import measure_character
from .path_sampling import path_length, sample_path
from .rig import read_rig

COLLECTION_NAME = "Kinescribe Guides"
GUIDE_PROPERTY = "kinescribe_guide"
"""Custom property of the objects that were created here."""

_POINT_COUNT = 3


def add_path(
    scene: bpy.types.Scene, character: bpy.types.Object, length: float, kind: str, scale_to_character: bool
) -> bpy.types.Object:
    """Create a path straight ahead of the character; return the object to follow.

    Raises ``RigError`` or ``MappingError``.

    Parameters
    ----------
    scene : bpy.types.Scene
        Where the objects go.
    character : bpy.types.Object
        The armature.
    length : float
        Metres.
    kind : "CURVE" or "WAYPOINTS"
        What the path is made of.
    scale_to_character : bool
        ``length`` is that of an adult, and is scaled to the character's size.
    """
    position, heading, scale = measure_character(character)
    length *= scale if scale_to_character else 1.0
    name = f"Path of {character.name}"
    offsets = [Vector((0.0, -length * k / (_POINT_COUNT - 1), 0.0)) for k in range(_POINT_COUNT)]
    if kind == "CURVE":
        curve = bpy.data.curves.new(name, "CURVE")
        curve.dimensions = "3D"
        spline = curve.splines.new("BEZIER")
        spline.bezier_points.add(_POINT_COUNT - 1)
        for point, offset in zip(spline.bezier_points, offsets, strict=True):
            point.co = offset
            point.handle_left_type = point.handle_right_type = "AUTO"
        path = _add_guide_object(scene, name, curve)
    else:
        path = _add_guide_object(scene, name, None)
        path.empty_display_type, path.empty_display_size = "ARROWS", 0.2 * scale
        for number, offset in enumerate(offsets[1:], start=1):
            waypoint = _add_guide_object(scene, f"{name} {number}", None)
            waypoint.empty_display_type, waypoint.empty_display_size = "CIRCLE", 0.15 * scale
            waypoint.parent, waypoint.location = path, offset
    path.matrix_world = Matrix.Translation(position) @ Matrix.Rotation(heading, 4, "Z")
    path.show_in_front = True
    return path


def add_pin(scene: bpy.types.Scene, character: bpy.types.Object, joint: str) -> bpy.types.Object:
    """Create an empty at the head of a joint's bone. Raises ``RigError`` if the character has no such bone."""
    rig = read_rig(character)
    bone_map = load_bone_map(character) or map_bones(rig)
    name = bone_map.bones.get(joint)
    if name is None or name not in rig:
        raise RigError(
            "{name} has no bone for the {joint}: choose one in its bone map",
            name=character.name,
            joint=joint.replace("_", " "),
        )
    marker = _add_guide_object(scene, f"Pin {joint.replace('_', ' ').title()}", None)
    marker.empty_display_type, marker.empty_display_size = "SPHERE", 0.06 * measure_character(character)[2]
    marker.location = Vector(to_z_up(rig.pose_heads[rig.bone_index(name)]).tolist())
    marker.show_in_front = True
    return marker


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
    points, _ = sample_path(directing.path)
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
