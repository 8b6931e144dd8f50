# SPDX-License-Identifier: GPL-3.0-or-later
"""Armatures built in Blender, animated by Kinescribe's curves, and read back from the evaluated scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import bpy
import numpy as np
from kinescribe.motion import Motion
from kinescribe.motion.mapping.bone_map import BoneMap
from kinescribe.motion.retarget.retarget import RigMotion
from kinescribe.motion.rotations import angle_between, matrix_to_quaternion
from kinescribe.scene.action import FCurveData, assign_action, create_action, write_fcurves
from mathutils import Matrix
from rig_kit import PARENT_OF, BodySpec, body_points, bone_tail


def z_up(point: np.ndarray) -> np.ndarray:
    """Convert points from Y up to Blender's Z up."""
    return np.stack([point[..., 0], -point[..., 2], point[..., 1]], axis=-1)


def y_up(point: np.ndarray) -> np.ndarray:
    """Convert points from Blender's Z up to Y up."""
    return np.stack([point[..., 0], point[..., 2], -point[..., 1]], axis=-1)


def build(
    spec: BodySpec,
    names: Mapping[str, str],
    rolls: np.random.Generator | None = None,
    world: Matrix | None = None,
    connect: bool = False,
) -> bpy.types.Object:
    """An armature with one bone a joint. ``world``: the object's matrix; the bones stand as they would without."""
    matrix = Matrix.Identity(4) if world is None else world
    back = matrix.inverted()
    obj = bpy.data.objects.new("Character", bpy.data.armatures.new("Character"))
    bpy.context.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    points = body_points(spec)
    for joint, parent in PARENT_OF.items():
        bone = obj.data.edit_bones.new(names[joint])
        bone.head = back @ Matrix.Translation(z_up(points[joint])).translation
        bone.tail = back @ Matrix.Translation(z_up(bone_tail(points, joint))).translation
        if rolls is not None:
            bone.roll = rolls.uniform(-np.pi, np.pi)
        if parent:
            bone.parent = obj.data.edit_bones[names[parent]]
            bone.use_connect = connect and (bone.parent.tail - bone.head).length < 1e-6
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.matrix_world = matrix
    return obj


def animate(obj: bpy.types.Object, result: RigMotion, first: int = 1) -> None:
    """Key all channels as a new Action, bones in quaternion mode."""
    action = create_action(obj, "Test")
    curves = []
    for bone, values in result.rotations.items():
        obj.pose.bones[bone].rotation_mode = "QUATERNION"
        curves += _curves(f'pose.bones["{bone}"].rotation_quaternion', values, first, bone)
    for bone, values in result.locations.items():
        curves += _curves(f'pose.bones["{bone}"].location', values, first, bone)
    for bone, name, value in result.switches:
        path = f'pose.bones["{bone}"]["{name}"]'
        curves.append(FCurveData(path, 0, np.array([float(first)]), np.array([value]), bone, stepped=True))
    write_fcurves(action, obj, curves)
    assign_action(obj, action)


def _curves(path: str, values: np.ndarray, first: int, group: str) -> list[FCurveData]:
    frames = first + np.arange(len(values), dtype=float)
    return [FCurveData(path, i, frames, values[:, i], group) for i in range(values.shape[1])]


def played(
    obj: bpy.types.Object, bone_map: BoneMap, count: int, first: int = 1, extra: tuple[str, ...] = ()
) -> dict[str, np.ndarray]:
    """World positions (T, 3), Y up, of the heads of the mapped bones (by joint) and of ``extra`` bones (by name)."""
    wanted = {**bone_map.bones, **{name: name for name in extra}}
    track: dict[str, list[np.ndarray]] = {key: [] for key in wanted}
    scene = bpy.context.scene
    for frame in range(first, first + count):
        scene.frame_set(frame)
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        for key, bone in wanted.items():
            track[key].append(np.array(posed.matrix_world @ posed.pose.bones[bone].head))
    return {key: y_up(np.array(points)) for key, points in track.items()}


def turns(obj: bpy.types.Object, bones: Sequence[str], frames: Sequence[int]) -> np.ndarray:
    """Return the rotations (frames, bones, 3, 3) of evaluated bones from rest, in Blender's world."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        world = posed.matrix_world.to_3x3().normalized()
        for name in bones:
            bone = posed.pose.bones[name]
            local = bone.matrix.to_3x3().normalized() @ bone.bone.matrix_local.to_3x3().inverted()
            found.append(np.array(world @ local @ world.inverted()))
    return np.array(found).reshape(len(frames), len(bones), 3, 3)


def torso_errors(
    obj: bpy.types.Object, bones: Mapping[str, str], motion: Motion, first: int = 1
) -> np.ndarray:
    """How many degrees more or less the torso's joints are turned from the pelvis than in the motion, (frames, joints).

    ``bones``: joint to bone, the pelvis first.
    """
    picked = list(range(0, len(motion), 5))
    joints = [motion.skeleton.joint_index(joint) for joint in bones]
    theirs = motion.world_transforms[1][picked][:, joints]
    own = matrix_to_quaternion(turns(obj, list(bones.values()), [first + f for f in picked]))
    angles = [angle_between(r[:, :1], r[:, 1:]) for r in (own, theirs)]
    return np.degrees(np.abs(angles[0] - angles[1]))
