# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an evaluated rig from Blender: joints, soles and bones over all frames, in metres and Blender's axes."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from kinescribe.motion import Motion
from kinescribe.motion.rotations import rotate
from numpy.typing import NDArray

from .rigs_build import RigUnderTest

Array = NDArray[np.float64]


@dataclass
class EvaluatedRig:
    """An evaluated rig over all frames.

    Attributes
    ----------
    heads : dict
        Joint to positions (T, 3).
    rotations : dict
        Bone to world rotations from rest (T, 3, 3).
    soles : (T, 4, 3)
        Points below left ankle, left ball, right ankle and right ball, each moved by its bone.
    """

    heads: dict[str, Array]
    rotations: dict[str, Array]
    soles: Array

    def heads_y_up(self) -> dict[str, Array]:
        """Return the joint positions with Y up, as motions have them."""
        return {joint: np.stack([p[:, 0], p[:, 2], -p[:, 1]], axis=-1) for joint, p in self.heads.items()}


def read_frames(subject: RigUnderTest, count: int, first: int = 1) -> EvaluatedRig:
    """Evaluate ``count`` frames from frame ``first``."""
    scene, obj = bpy.context.scene, subject.obj
    bones = list(dict.fromkeys(subject.position_bones.values()))
    bone_indices = [obj.pose.bones.find(bone) for bone in bones]
    values = np.empty(16 * len(obj.pose.bones), dtype=np.float32)
    matrices = np.empty((count, len(bones), 4, 4))
    for k in range(count):
        scene.frame_set(first + k)
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        posed.pose.bones.foreach_get("matrix", values)
        # RNA returns matrices column by column
        bone_matrices = values.reshape(-1, 4, 4)[bone_indices].transpose(0, 2, 1)
        matrices[k] = np.array(posed.matrix_world) @ bone_matrices
    index = {bone: i for i, bone in enumerate(bones)}
    rest = {bone: np.array(obj.matrix_world @ obj.data.bones[bone].matrix_local) for bone in bones}
    heads = {
        j: matrices[:, index[b], :3, 3] / subject.units_per_metre for j, b in subject.position_bones.items()
    }
    rotations = {
        b: _normalise_columns(matrices[:, index[b], :3, :3]) @ _normalise_columns(rest[b][:3, :3]).T
        for b in bones
    }
    return EvaluatedRig(heads, rotations, _sole_points(subject, matrices, rest, index))


def _normalise_columns(matrices: Array) -> Array:
    return matrices / np.linalg.norm(matrices, axis=-2, keepdims=True)


def _sole_points(
    subject: RigUnderTest, matrices: Array, rest: dict[str, Array], index: dict[str, int]
) -> Array:
    """Return the sole points (T, 4, 3) of the evaluated rig.

    Parameters
    ----------
    subject : RigUnderTest
        The rig.
    matrices : (T, B, 4, 4)
        World matrices of the bones that are read.
    rest : dict
        Bone to its world matrix at rest.
    index : dict
        Bone to its index in ``matrices``.
    """
    points = []
    floor = subject.floor * subject.units_per_metre
    for side in ("left", "right"):
        ankle = subject.position_bones[f"{side}_ankle"]
        toe = subject.position_bones.get(f"{side}_foot", ankle)
        under = rest[ankle][:3, 3] * [1, 1, 0]
        leg = np.linalg.norm(rest[ankle][:3, 3] - rest[subject.position_bones[f"{side}_knee"]][:3, 3])
        ball = rest[toe][:3, 3] * [1, 1, 0] if toe != ankle else under + [0, -0.34 * leg, 0]
        for bone, point in ((ankle, under), (toe, ball)):
            local = np.linalg.inv(rest[bone]) @ [*point[:2], floor, 1.0]
            points.append((matrices[:, index[bone]] @ local)[:, :3] / subject.units_per_metre)
    return np.stack(points, axis=1)


def source_soles(motion: Motion) -> Array:
    """Return the same four points (T, 4, 3) of the motion's own body, Y up."""
    positions, rotations = motion.world_transforms
    rest = motion.skeleton.rest_positions
    points = []
    for side in ("left", "right"):
        ball_rest = rest[motion.skeleton.joint_index(f"{side}_foot")]
        for joint in (f"{side}_ankle", f"{side}_foot"):
            j = motion.skeleton.joint_index(joint)
            down = np.array([0.0, ball_rest[1] - 0.02 - rest[j][1], 0.0])
            points.append(
                positions[:, j] + rotate(rotations[:, j], np.broadcast_to(down, positions[:, j].shape))
            )
    return np.stack(points, axis=1)
