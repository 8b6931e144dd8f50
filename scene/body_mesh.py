# SPDX-License-Identifier: GPL-3.0-or-later
"""A computed body in the scene: a mesh with a Mesh Cache modifier, where the character that does the motion stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..motion import FormatError, Motion
from ..motion.body.body_pose import AS_IT_IS, Manner
from ..motion.body.point_cache import mesh_beside, read_point_cache
from ..motion.formats.npz_arrays import read_arrays
from ..motion.mapping.bone_map import map_bones
from ..motion.repeat import repeat
from ..motion.resample import resample
from ..motion.rest_alignment import facing, middle
from ..motion.rest_pose import SMPL_REST
from ..motion.retarget.hip_height import Body
from ..motion.retarget.retarget_rotations import joint_indices, perform
from ..motion.rotations import identity
from ..motion.skeleton import SMPL_JOINTS
from . import store
from .action import action_of
from .apply import at_frame, recorded_options, scene_of
from .bone_map import load_map
from .frame_rate import read_frame_rate
from .record import record_of
from .rig import read_rig

KEY = "kinescribe_body"
"""The custom property by which a body names the armature whose motion it does."""

MODIFIER = "Kinescribe Body"
_SMPL_FAMILIES = frozenset({"smplx", "smpl"})
_ALIKE = 0.015
"""By how much of their length the legs of an average body may differ from SMPL's."""


@dataclass(frozen=True)
class Place:
    """Where a body stands when its motion begins, in Blender's world.

    ``x``, ``y``: of the point between its hips. ``z``: of the floor, or where ``by_hips``, of that point. ``heading``:
    radians about Z by which it is turned.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    heading: float = 0.0
    by_hips: bool = False


@dataclass(frozen=True, eq=False)
class Plan:
    """What is computed: the motion, one frame a frame of the scene, and where and when it begins."""

    motion: Motion
    start_frame: int
    place: Place
    manner: Manner = AS_IT_IS


def plan(context: bpy.types.Context, rig_object: bpy.types.Object | None, motion_id: str) -> Plan:
    """How the cached motion looks in the scene: as ``rig_object`` does it where it plays it, else at the origin.

    The body does the motion as it was applied, repeated, in place and with locks: not what was edited since. Raises
    ``FormatError`` where the motion is gone, and what retargeting raises.
    """
    scene = scene_of(context, rig_object) if rig_object else context.scene
    motion = resample(store.get(motion_id), read_frame_rate(scene))
    record = record_of(action_of(rig_object)) if rig_object else {}
    if rig_object is None or record.get("motion_id") != motion_id:
        points = _first(motion)
        return Plan(motion, scene.frame_current, Place(heading=-facing(points)))
    options = recorded_options(record)
    motion = repeat(motion, options.repeat)
    manner = Manner(options.foot_lock, options.hand_lock, options.root_mode == "IN_PLACE")
    start = int(record.get("start_frame", options.start_frame))
    if start == scene.frame_current:
        return Plan(motion, start, _place(rig_object, motion), manner)
    with at_frame(scene, start):
        return Plan(motion, start, _place(rig_object, motion), manner)


def add_body(
    context: bpy.types.Context,
    cache: Path,
    start_frame: int,
    place: Place,
    rig_object: bpy.types.Object | None,
) -> bpy.types.Object:
    """Show the body of a point cache; the one that ``rig_object`` had before is changed, with its materials kept.

    Raises ``FormatError`` where the files are not there or do not belong together.
    """
    points = read_point_cache(cache)
    beside = mesh_beside(cache)
    arrays = read_arrays(beside, ("faces", "rest", "hips"))
    faces, rest, hips = (arrays.get(name) for name in ("faces", "rest", "hips"))
    if (
        faces is None or rest is None or hips is None
        or faces.ndim != 2 or faces.shape[1] != 3 or rest.shape != points.shape[1:] or hips.shape != (3,)
        or (faces.size and not 0 <= faces.min() <= faces.max() < len(rest))
    ):  # fmt: skip
        raise FormatError(
            "{mesh} does not belong to {cache}: compute the body again", mesh=beside.name, cache=cache.name
        )
    name = f"{rig_object.name} Body" if rig_object else "Kinescribe Body"
    body = _body_of(context, rig_object)
    if body is None:
        body = bpy.data.objects.new(name, _mesh(name, rest, faces))
        context.collection.objects.link(body)
    elif len(body.data.vertices) != len(rest):
        before, body.data = body.data, _mesh(name, rest, faces)
        for material in before.materials:
            body.data.materials.append(material)
        if not before.users:
            bpy.data.meshes.remove(before)
    if rig_object is not None:
        body[KEY] = rig_object
    modifier = body.modifiers.get(MODIFIER) or body.modifiers.new(MODIFIER, "MESH_CACHE")
    modifier.cache_format = "PC2"
    modifier.filepath = str(cache)
    modifier.play_mode, modifier.time_mode = "SCENE", "FRAME"
    modifier.frame_start, modifier.frame_scale = float(start_frame), 1.0
    modifier.forward_axis, modifier.up_axis = "POS_Y", "POS_Z"  # the file's are Blender's
    modifier.deform_mode, modifier.interpolation = "OVERWRITE", "LINEAR"
    floor = place.z - float(hips[2]) if place.by_hips else place.z
    body.location, body.rotation_mode = (place.x, place.y, floor), "XYZ"
    body.rotation_euler, body.scale = (0.0, 0.0, place.heading), (1.0, 1.0, 1.0)
    return body


def _body_of(context: bpy.types.Context, rig_object: bpy.types.Object | None) -> bpy.types.Object | None:
    """The body that was shown for an armature before."""
    if rig_object is None:
        return None
    return next(
        (o for o in context.scene.objects if o.type == "MESH" and o.get(KEY) == rig_object and not o.library),
        None,
    )


def _mesh(name: str, rest: np.ndarray[Any, Any], faces: np.ndarray[Any, Any]) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(rest))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(rest, dtype=np.float32).ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(faces, dtype=np.int32).ravel())
    mesh.polygons.add(len(faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, 3, dtype=np.int32))
    mesh.polygons.foreach_set("use_smooth", np.ones(len(faces), dtype=bool))
    mesh.update(calc_edges=True)
    mesh.validate()  # a file may name a vertex twice in one face
    return mesh


def _first(motion: Motion) -> dict[str, Any]:
    """Joints of the motion's first frame."""
    return {joint: motion.positions[0, i] for joint, i in joint_indices(motion.skeleton).items()}


def _place(rig_object: bpy.types.Object, motion: Motion) -> Place:
    """Where the armature is now, its motion beginning."""
    rig = read_rig(rig_object)
    bone_map = load_map(rig_object) or map_bones(rig)
    bones = {joint: rig.index(bone) for joint, bone in bone_map.bones.items() if bone in rig}
    now = {joint: rig.pose_heads[bone] for joint, bone in bones.items()}
    ground = perform(motion, rig, bone_map).ground
    hips, heading = middle(now, "hip"), facing(now) - facing(_first(motion))
    # a rig of the same build is met to the millimetre; beside any other one the floor counts
    legs = [
        Body(points, identity()).leg
        for points in (
            {joint: rig.heads[bone] for joint, bone in bones.items()},
            dict(zip(SMPL_JOINTS, SMPL_REST.rest_positions, strict=True)),
        )
    ]
    alike = bone_map.family in _SMPL_FAMILIES and abs(legs[0] / legs[1] - 1.0) < _ALIKE
    x, y, z = hips[0], -hips[2], hips[1] if alike else ground
    return Place(float(x), float(y), float(z), float(heading), alike)


def packed(place: Place) -> str:
    """As an operator's property can hold it."""
    return json.dumps(vars(place))


def unpacked(text: str) -> Place:
    """The inverse of :func:`packed`; the origin where there is nothing. Raises ``FormatError``."""
    try:
        return Place(**json.loads(text)) if text else Place()
    except (TypeError, ValueError) as error:
        raise FormatError("The position of the body can't be read: compute the body again") from error
