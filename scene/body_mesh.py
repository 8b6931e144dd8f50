# SPDX-License-Identifier: GPL-3.0-or-later
"""Show a computed SMPL body in the scene: a mesh with a Mesh Cache modifier, at the position of its character."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..motion import FormatError, Motion
from ..motion.body.body_pose import DEFAULT_OPTIONS, BodyPoseOptions
from ..motion.body.point_cache import cache_mesh_path, read_point_cache
from ..motion.formats.npz_arrays import read_arrays
from ..motion.mapping.bone_map import map_bones
from ..motion.repeat import repeat_motion
from ..motion.resample import resample
from ..motion.rest_alignment import body_heading, left_right_midpoint
from ..motion.rest_pose import SMPL_REST_POSE
from ..motion.retarget.hip_height import BodyMeasurements
from ..motion.retarget.retarget_rotations import find_joint_indices, retarget_rotations
from ..motion.rotations import identity_rotations
from ..motion.skeleton import SMPL_JOINTS
from .action import get_action
from .apply_options import read_recorded_options
from .bone_map import load_bone_map
from .frame_rate import read_frame_rate
from .record import read_record
from .rig import read_rig
from .takes import load_motion
from .target import at_frame, find_scene

BODY_PROPERTY = "kinescribe_body"
"""Custom property of a body object: the armature whose motion it plays."""

MODIFIER_NAME = "Kinescribe Body"
_SMPL_FAMILIES = frozenset({"smplx", "smpl"})
_LEG_LENGTH_TOLERANCE = 0.015
"""Maximal difference of leg length, as a fraction, between a rig and SMPL's average body that still count as equal."""


@dataclass(frozen=True)
class Placement:
    """Transform of a body at the first frame of its motion, in Blender's world.

    Attributes
    ----------
    x, y : float
        Metres: the point between the hips.
    z : float
        Metres: height of the floor, or of the point between the hips if ``by_hips``.
    heading : float
        Radians about Z by which the body is turned.
    by_hips : bool
        What ``z`` means.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    heading: float = 0.0
    by_hips: bool = False


@dataclass(frozen=True, eq=False)
class BodyPlan:
    """What to compute and where to show it.

    Attributes
    ----------
    motion : Motion
        One frame for each frame of the scene.
    start_frame : int
        Scene frame at which it begins.
    placement : Placement
        Where it begins.
    options : BodyPoseOptions
        Contact locks and root motion.
    """

    motion: Motion
    start_frame: int
    placement: Placement
    options: BodyPoseOptions = DEFAULT_OPTIONS


def plan_body(context: bpy.types.Context, rig_object: bpy.types.Object | None, motion_id: str) -> BodyPlan:
    """Return the motion, place and options of a body: as ``rig_object`` plays the motion, else at the origin.

    The body plays the motion as it was applied, with its repeats, root mode and locks, without later edits. Raises
    ``FormatError`` if the motion is no longer cached, and what retargeting raises.
    """
    scene = find_scene(context, rig_object) if rig_object else context.scene
    motion = resample(load_motion(motion_id), read_frame_rate(scene))
    record = read_record(get_action(rig_object)) if rig_object else {}
    if rig_object is None or record.get("motion_id") != motion_id:
        joint_positions = _first_frame_joints(motion)
        return BodyPlan(motion, scene.frame_current, Placement(heading=-body_heading(joint_positions)))
    options = read_recorded_options(record)
    motion = repeat_motion(motion, options.repeat)
    body_options = BodyPoseOptions(options.foot_lock, options.hand_lock, options.root_mode == "IN_PLACE")
    start_frame = int(record.get("start_frame", options.start_frame))
    if start_frame == scene.frame_current:
        return BodyPlan(motion, start_frame, _measure_placement(rig_object, motion), body_options)
    with at_frame(scene, start_frame):
        return BodyPlan(motion, start_frame, _measure_placement(rig_object, motion), body_options)


def add_body(
    context: bpy.types.Context,
    cache: Path,
    start_frame: int,
    placement: Placement,
    rig_object: bpy.types.Object | None,
) -> bpy.types.Object:
    """Show the body of a point cache; a body that ``rig_object`` already has is updated and keeps its materials.

    Raises ``FormatError`` if the files are missing or do not belong together.

    Parameters
    ----------
    context : bpy.types.Context
        A new body goes into its collection.
    cache : Path
        The point cache (.pc2), with the mesh file beside it.
    start_frame : int
        Scene frame of the first pose.
    placement : Placement
        Where the body stands at that frame.
    rig_object : bpy.types.Object or None
        The character whose motion it plays.
    """
    points = read_point_cache(cache)
    mesh_file = cache_mesh_path(cache)
    arrays = read_arrays(mesh_file, ("faces", "rest", "hips"))
    faces, rest, hips = (arrays.get(name) for name in ("faces", "rest", "hips"))
    if (
        faces is None or rest is None or hips is None
        or faces.ndim != 2 or faces.shape[1] != 3 or rest.shape != points.shape[1:] or hips.shape != (3,)
        or (faces.size and not 0 <= faces.min() <= faces.max() < len(rest))
    ):  # fmt: skip
        raise FormatError(
            "{mesh} does not belong to {cache}: compute the body again", mesh=mesh_file.name, cache=cache.name
        )
    name = f"{rig_object.name} Body" if rig_object else "Kinescribe Body"
    body = _find_body(context, rig_object)
    if body is None:
        body = bpy.data.objects.new(name, _create_mesh(name, rest, faces))
        context.collection.objects.link(body)
    elif len(body.data.vertices) != len(rest):
        old_mesh, body.data = body.data, _create_mesh(name, rest, faces)
        for material in old_mesh.materials:
            body.data.materials.append(material)
        if not old_mesh.users:
            bpy.data.meshes.remove(old_mesh)
    if rig_object is not None:
        body[BODY_PROPERTY] = rig_object
    modifier = body.modifiers.get(MODIFIER_NAME) or body.modifiers.new(MODIFIER_NAME, "MESH_CACHE")
    modifier.cache_format = "PC2"
    modifier.filepath = str(cache)
    modifier.play_mode, modifier.time_mode = "SCENE", "FRAME"
    modifier.frame_start, modifier.frame_scale = float(start_frame), 1.0
    modifier.forward_axis, modifier.up_axis = "POS_Y", "POS_Z"  # the file has Blender's axes
    modifier.deform_mode, modifier.interpolation = "OVERWRITE", "LINEAR"
    floor = placement.z - float(hips[2]) if placement.by_hips else placement.z
    body.location, body.rotation_mode = (placement.x, placement.y, floor), "XYZ"
    body.rotation_euler, body.scale = (0.0, 0.0, placement.heading), (1.0, 1.0, 1.0)
    return body


def _find_body(context: bpy.types.Context, rig_object: bpy.types.Object | None) -> bpy.types.Object | None:
    """Return the body that is already shown for an armature."""
    if rig_object is None:
        return None
    return next(
        (
            o
            for o in context.scene.objects
            if o.type == "MESH" and o.get(BODY_PROPERTY) == rig_object and not o.library
        ),
        None,
    )


def _create_mesh(name: str, rest: np.ndarray[Any, Any], faces: np.ndarray[Any, Any]) -> bpy.types.Mesh:
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


def _first_frame_joints(motion: Motion) -> dict[str, Any]:
    """Return the joint positions of the motion's first frame."""
    return {joint: motion.positions[0, i] for joint, i in find_joint_indices(motion.skeleton).items()}


def _measure_placement(rig_object: bpy.types.Object, motion: Motion) -> Placement:
    """Measure where the armature is now, at the first frame of its motion."""
    rig = read_rig(rig_object)
    bone_map = load_bone_map(rig_object) or map_bones(rig)
    bones = {joint: rig.bone_index(bone) for joint, bone in bone_map.bones.items() if bone in rig}
    joint_positions = {joint: rig.pose_heads[bone] for joint, bone in bones.items()}
    ground = retarget_rotations(motion, rig, bone_map).floor_height
    hips = left_right_midpoint(joint_positions, "hip")
    heading = body_heading(joint_positions) - body_heading(_first_frame_joints(motion))
    # beside a rig of SMPL's proportions the hips coincide exactly, beside any other one only the floor does
    leg_lengths = [
        BodyMeasurements(points, identity_rotations()).leg_length
        for points in (
            {joint: rig.heads[bone] for joint, bone in bones.items()},
            dict(zip(SMPL_JOINTS, SMPL_REST_POSE.rest_positions, strict=True)),
        )
    ]
    same_proportions = (
        bone_map.family in _SMPL_FAMILIES
        and abs(leg_lengths[0] / leg_lengths[1] - 1.0) < _LEG_LENGTH_TOLERANCE
    )
    x, y, z = hips[0], -hips[2], hips[1] if same_proportions else ground
    return Placement(float(x), float(y), float(z), float(heading), same_proportions)


def pack_placement(placement: Placement) -> str:
    """Return the transform as JSON, for an operator's property."""
    return json.dumps(vars(placement))


def unpack_placement(text: str) -> Placement:
    """Read what :func:`pack_placement` wrote; an empty text is the origin. Raises ``FormatError``."""
    try:
        return Placement(**json.loads(text)) if text else Placement()
    except (TypeError, ValueError) as error:
        raise FormatError("The position of the body can't be read: compute the body again") from error
