# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how far a generated motion misses the keys that a character had, with every option at its default."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from kinescribe.motion import Motion
from kinescribe.motion.rotations import Array, angle_between, matrix_to_quaternion
from kinescribe.motion.skeleton import HAND_JOINTS
from kinescribe.scene.action import (
    FCurveData,
    assign_action,
    create_action,
    get_action,
    get_fcurves,
    write_fcurves,
)
from kinescribe.scene.bone_map import load_bone_map

from .rigs_build import RigUnderTest
from .rigs_measure import apply_to_rig

KEYED_FRAMES = (1, 31, 61)


def key_own_poses(subject: RigUnderTest, motion: Motion) -> bpy.types.Action:
    """Give the character an Action of its own with poses of a motion at :data:`KEYED_FRAMES`, fingers bent by hand."""
    apply_to_rig(subject, motion, foot_lock=0.0)
    obj, scene = subject.obj, bpy.context.scene
    source = get_action(obj)
    action = create_action(obj, "Own Keys")
    bone_map = load_bone_map(obj)
    assert bone_map is not None
    fingers = {bone_map.bones[joint] for joint in HAND_JOINTS if joint in bone_map.bones}
    addresses = [
        (curve.data_path, curve.array_index)
        for curve in get_fcurves(source, obj)
        if curve.data_path.rpartition(".")[2].startswith(("location", "rotation"))
    ]
    for frame in KEYED_FRAMES:
        scene.frame_set(frame)
        for name in fingers:
            bone = obj.pose.bones[name]
            bone.rotation_mode = "QUATERNION"
            bone.rotation_quaternion = (0.9, 0.1, 0.004 * frame, -0.3)
        values = {address: _read_channel(obj, *address) for address in addresses}
        if frame == KEYED_FRAMES[0]:
            curves: dict[tuple[str, int], list[float]] = {address: [] for address in addresses}
        for address, value in values.items():
            curves[address].append(value)
    write_fcurves(
        action,
        obj,
        [
            FCurveData(path, index, np.array(KEYED_FRAMES, dtype=float), np.array(column), "")
            for (path, index), column in curves.items()
        ],
    )
    assign_action(obj, action)
    return action


def _read_channel(obj: bpy.types.Object, path: str, index: int) -> float:
    value: Any = obj.path_resolve(path)
    return float(value[index]) if hasattr(value, "__len__") else float(value)


def read_bones(subject: RigUnderTest, frames: tuple[int, ...]) -> tuple[Array, Array]:
    """Return world positions (T, B, 3) in metres and rotations (T, B, 4) of the joints' bones and of all fingers."""
    obj, scene = subject.obj, bpy.context.scene
    bone_map = load_bone_map(obj)
    assert bone_map is not None
    names = list(
        dict.fromkeys(
            [
                *subject.position_bones.values(),
                *(bone_map.bones[j] for j in HAND_JOINTS if j in bone_map.bones),
            ]
        )
    )
    positions, rotations = [], []
    for frame in frames:
        scene.frame_set(frame)
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        matrices = np.array([posed.matrix_world @ posed.pose.bones[name].matrix for name in names])
        positions.append(matrices[:, :3, 3] / subject.units_per_metre)
        axes = matrices[:, :3, :3] / np.linalg.norm(matrices[:, :3, :3], axis=1, keepdims=True)
        rotations.append(matrix_to_quaternion(axes))
    return np.array(positions), np.array(rotations)


def measure_own_keys(
    subject: RigUnderTest, motion: Motion, prompt: str, seed: int, **settings: Any
) -> dict[str, float]:
    """Generate through own keys; return the largest distance in metres and angle in degrees by which they are missed.

    Parameters
    ----------
    subject : RigUnderTest
        The rig.
    motion : Motion
        Gives the own poses; at least as long as the last keyed frame.
    prompt, seed
        What is generated.
    **settings
        Settings of the scene that differ from their defaults.
    """
    action = key_own_poses(subject, motion)
    before = read_bones(subject, KEYED_FRAMES)
    scene = bpy.context.scene
    scene.frame_set(1)
    scene.kinescribe.prompt, scene.kinescribe.seed = prompt, seed
    scene.kinescribe.seconds = (KEYED_FRAMES[-1] + 20) / scene.render.fps
    scene.kinescribe.directing.own_keys = True
    for name, value in settings.items():
        setattr(scene.kinescribe, name, value)
    bpy.context.view_layer.objects.active = subject.obj
    bpy.ops.kinescribe.generate()
    made = get_action(subject.obj)
    if made is None or made == action:
        raise RuntimeError("nothing was generated")
    after = read_bones(subject, KEYED_FRAMES)
    return {
        "position_m": float(np.linalg.norm(after[0] - before[0], axis=-1).max()),
        "angle_degrees": float(np.degrees(angle_between(after[1], before[1])).max()),
    }
