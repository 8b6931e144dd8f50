# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a character's evaluated pose at frames of the scene, without losing poses that have no keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import bpy
import numpy as np

from ..motion.motion import Motion
from ..motion.retarget.rig_to_motion import RigToMotion
from ..motion.rig import Rig
from ..motion.rotations import Array, matrix_to_quaternion
from .axes import Z_UP_TO_Y_UP, to_y_up
from .frame_rate import read_frame_rate

_CHANNELS = (
    ("location", 3),
    ("rotation_quaternion", 4),
    ("rotation_euler", 3),
    ("rotation_axis_angle", 4),
    ("scale", 3),
)


def read_poses(
    scene: bpy.types.Scene, obj: bpy.types.Object, rig: Rig, rig_to_motion: RigToMotion, frames: Sequence[int]
) -> Motion:
    """Return the poses at frames of the scene as a motion in the request's space.

    The scene is left unchanged.

    Parameters
    ----------
    scene : bpy.types.Scene
        The scene.
    obj : bpy.types.Object
        The armature.
    rig : Rig
        The same as arrays.
    rig_to_motion : RigToMotion
        Conversion between the rig and the request's space.
    frames : sequence of int
        Scene frames; each becomes one frame of the motion.
    """
    if list(frames) == [scene.frame_current]:
        poses = [read_pose(obj, rig, rig_to_motion)]
    else:
        poses = []
        with preserve_frame_and_pose(scene, [obj]):
            for frame in frames:
                scene.frame_set(frame)
                poses.append(read_pose(obj, rig, rig_to_motion))
    rotations, hips = (np.stack(parts) for parts in zip(*poses, strict=True))
    return rig_to_motion.build_motion(rotations, hips, read_frame_rate(scene))


@contextmanager
def preserve_frame_and_pose(scene: bpy.types.Scene, objects: Sequence[bpy.types.Object]) -> Iterator[None]:
    """Context manager: restore the current frame and all poses on exit, so that other frames may be evaluated."""
    current_frame, subframe = scene.frame_current, scene.frame_subframe
    base_matrices = [(obj, obj.matrix_basis.copy()) for obj in objects]
    pose_values = [
        (obj, [_read_channel(obj, *channel) for channel in _CHANNELS]) for obj in objects if obj.pose
    ]
    try:
        yield
    finally:
        scene.frame_set(current_frame, subframe=subframe)
        for obj, matrix in base_matrices:
            if obj.matrix_basis != matrix:
                obj.matrix_basis = matrix
        for obj, values in pose_values:
            for (name, width), value in zip(_CHANNELS, values, strict=True):
                if not np.array_equal(_read_channel(obj, name, width), value):
                    obj.pose.bones.foreach_set(name, value)
            obj.update_tag()


def _read_channel(obj: bpy.types.Object, name: str, width: int) -> Array:
    values = np.empty(len(obj.pose.bones) * width, dtype=np.float32)
    obj.pose.bones.foreach_get(name, values)
    return values


def read_pose(obj: bpy.types.Object, rig: Rig, rig_to_motion: RigToMotion) -> tuple[Array, Array]:
    """Return world rotations (K, 4) of the bones and the point between the hips (3,), Y up, at the current frame.

    The bones are those of ``rig_to_motion``.
    """
    evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    world = np.array(evaluated.matrix_world, dtype=float)

    def bone_matrix(index: int) -> Array:
        return np.asarray(world @ np.array(evaluated.pose.bones[rig.bone_names[index]].matrix, dtype=float))

    axes = np.stack([Z_UP_TO_Y_UP @ bone_matrix(index)[:3, :3] for index in rig_to_motion.bones])
    axes /= np.maximum(np.linalg.norm(axes, axis=-2, keepdims=True), 1e-12)
    hips = np.mean([bone_matrix(index)[:3, 3] for index in rig_to_motion.hip_bones], axis=0)
    return matrix_to_quaternion(axes), to_y_up(hips)
