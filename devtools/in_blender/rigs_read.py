# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender shows: joints, soles and bones of an evaluated rig over all frames, in metres, Blender's axes."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from kinescribe.motion import Motion
from kinescribe.motion.rotations import rotate

from .rigs_build import Subject

Array = NDArray[np.float64]


@dataclass
class Shown:
    """``heads``: joint to (T, 3). ``turns``: bone to (T, 3, 3), world rotation from rest. ``soles``: four points
    (T, 4, 3): under left ankle, left ball, right ankle, right ball, each carried by its bone."""

    heads: dict[str, Array]
    turns: dict[str, Array]
    soles: Array

    def y_up(self) -> dict[str, Array]:
        """Heads in the axes of motions."""
        return {joint: np.stack([p[:, 0], p[:, 2], -p[:, 1]], axis=-1) for joint, p in self.heads.items()}


def read(subject: Subject, count: int, first: int = 1) -> Shown:
    """Evaluate ``count`` frames."""
    scene, obj = bpy.context.scene, subject.obj
    bones = list(dict.fromkeys(subject.readings.values()))
    places = [obj.pose.bones.find(bone) for bone in bones]
    values = np.empty(16 * len(obj.pose.bones), dtype=np.float32)
    matrices = np.empty((count, len(bones), 4, 4))
    for k in range(count):
        scene.frame_set(first + k)
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        posed.pose.bones.foreach_get("matrix", values)
        # RNA hands matrices over column by column
        own = values.reshape(-1, 4, 4)[places].transpose(0, 2, 1)
        matrices[k] = np.array(posed.matrix_world) @ own
    index = {bone: i for i, bone in enumerate(bones)}
    rest = {bone: np.array(obj.matrix_world @ obj.data.bones[bone].matrix_local) for bone in bones}
    heads = {j: matrices[:, index[b], :3, 3] / subject.size for j, b in subject.readings.items()}
    turns = {b: _unit(matrices[:, index[b], :3, :3]) @ _unit(rest[b][:3, :3]).T for b in bones}
    return Shown(heads, turns, _soles(subject, matrices, rest, index))


def _unit(m: Array) -> Array:
    return m / np.linalg.norm(m, axis=-2, keepdims=True)


def _soles(subject: Subject, matrices: Array, rest: dict[str, Array], index: dict[str, int]) -> Array:
    found = []
    floor = subject.floor * subject.size
    for side in ("left", "right"):
        ankle = subject.readings[f"{side}_ankle"]
        toe = subject.readings.get(f"{side}_foot", ankle)
        under = rest[ankle][:3, 3] * [1, 1, 0]
        leg = np.linalg.norm(rest[ankle][:3, 3] - rest[subject.readings[f"{side}_knee"]][:3, 3])
        ball = rest[toe][:3, 3] * [1, 1, 0] if toe != ankle else under + [0, -0.34 * leg, 0]
        for bone, point in ((ankle, under), (toe, ball)):
            local = np.linalg.inv(rest[bone]) @ [*point[:2], floor, 1.0]
            found.append((matrices[:, index[bone]] @ local)[:, :3] / subject.size)
    return np.stack(found, axis=1)


def source_soles(motion: Motion) -> Array:
    """The same four points (T, 4, 3) of the motion's own body, Y up."""
    positions, rotations = motion.world_transforms
    rest = motion.skeleton.rest_positions
    found = []
    for side in ("left", "right"):
        ball_rest = rest[motion.skeleton.joint_index(f"{side}_foot")]
        for joint in (f"{side}_ankle", f"{side}_foot"):
            j = motion.skeleton.joint_index(joint)
            down = np.array([0.0, ball_rest[1] - 0.02 - rest[j][1], 0.0])
            found.append(
                positions[:, j] + rotate(rotations[:, j], np.broadcast_to(down, positions[:, j].shape))
            )
    return np.stack(found, axis=1)
