# SPDX-License-Identifier: GPL-3.0-or-later
"""The pose that a character had before a motion was baked, computed in place of evaluated.

Blender evaluates with the pose all meshes that it deforms, which takes a second where they are large, and again when
the present pose is back. The pose of bones without constraints and drivers follows from their channels alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import bpy
import numpy as np
from mathutils import Euler, Matrix, Quaternion

from ..motion.rotations import Array
from .axes import Z_UP_TO_Y_UP
from .pose_state import PoseState, read_pose_state

_CHANNELS = ("location", "rotation_quaternion", "rotation_euler", "rotation_axis_angle", "scale")


def is_static(obj: bpy.types.Object, action: bpy.types.Action | None) -> bool:
    """Return True if nothing but ``action`` moves the character: without it, its pose is the same at all frames."""
    data, armature_data = obj.animation_data, obj.data.animation_data
    return (
        (data is None or (data.action in (None, action) and not data.nla_tracks and not data.drivers))
        and armature_data is None
        and obj.parent is None
        and not obj.constraints
        and obj.rigid_body is None
        and obj.data.pose_position == "POSE"
        and not any(bone.constraints for bone in obj.pose.bones)
    )


def read_reverted_state(
    obj: bpy.types.Object, action: bpy.types.Action, values_before: Mapping[str, Mapping[str, float]]
) -> PoseState | None:
    """Return the state that the character would have without ``action``; None if only Blender can tell.

    Nothing is changed for that, not even for a moment. Raises :class:`RigError` as ``read_rig`` does.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    action : bpy.types.Action
        The Action that is assigned.
    values_before : data path to values by index
        Values of all channels of ``action`` before it was baked.
    """
    if not is_static(obj, action):
        return None
    state = read_pose_state(obj)
    rig = state.rig
    plain = rig.inherits_rotation & rig.local_location
    if not plain.all() or any(bone.inherit_scale != "FULL" for bone in obj.data.bones):
        return None
    scale = np.empty(3 * len(rig), dtype=np.float32)
    obj.pose.bones.foreach_get("scale", scale)
    order = [rig.bone_index(bone.name) for bone in obj.pose.bones]
    scales = np.empty((len(rig), 3))
    scales[order] = scale.reshape(-1, 3)
    values = {**{name: array.copy() for name, array in state.values.items()}, "scale": scales}
    switch_values = dict(state.switch_values)
    bones = {path: bone for bone, path in state.bone_paths.items()}
    for path, channels in values_before.items():
        owner, _, name = path.rpartition(".")
        if owner in bones and name in _CHANNELS:
            for index, value in channels.items():
                values[name][rig.bone_index(bones[owner]), int(index)] = value
        elif path in switch_values:
            switch_values[path] = next(iter(channels.values()))
        else:
            return None
    basis = np.array([_basis_matrix(mode, bone, values) for bone, mode in enumerate(rig.rotation_modes)])
    world = Z_UP_TO_Y_UP @ np.array(obj.matrix_world, dtype=float)[:3]
    heads = _pose_heads(obj, rig.parents, basis, rig.connected)
    return replace(
        state,
        rig=replace(rig, basis=basis, pose_heads=heads @ world[:3, :3].T + world[:3, 3]),
        values={name: values[name] for name in state.values},
        switch_values=switch_values,
    )


def _basis_matrix(mode: str, bone: int, values: Mapping[str, Array]) -> Matrix:
    """Return the pose of a bone relative to its rest pose, as Blender makes it from the bone's channels.

    Parameters
    ----------
    mode : str
        Its rotation mode.
    bone : int
        Its index.
    values : property name to (B, C)
        The channels of all bones.
    """
    rotation: Any
    if mode == "QUATERNION":
        rotation = Quaternion(values["rotation_quaternion"][bone].tolist()).normalized()
    elif mode == "AXIS_ANGLE":
        angle, *axis = values["rotation_axis_angle"][bone].tolist()
        rotation = Quaternion(axis, angle)
    else:
        rotation = Euler(values["rotation_euler"][bone].tolist(), mode)
    return Matrix.LocRotScale(values["location"][bone].tolist(), rotation, values["scale"][bone].tolist())


def _pose_heads(obj: bpy.types.Object, parents: tuple[int, ...], basis: Array, connected: Any) -> Array:
    """Return the heads (B, 3) of bones that inherit everything, in the object's space.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    parents : tuple of int
        Parent of each bone; -1: none.
    basis : (B, 4, 4)
        Pose of each bone relative to its rest pose.
    connected : (B,) bool
        The bone's location has no effect.
    """
    count = len(parents)
    columns = np.empty(16 * count, dtype=np.float32)
    obj.data.bones.foreach_get("matrix_local", columns)
    rest = columns.reshape(count, 4, 4).transpose(0, 2, 1).astype(float)
    inverse_rest = np.linalg.inv(rest)
    posed = np.empty((count, 4, 4))
    for bone, parent in enumerate(parents):
        own = basis[bone].copy()
        if connected[bone] and parent >= 0:
            own[:3, 3] = 0.0
        placed = rest[bone] @ own
        posed[bone] = placed if parent < 0 else posed[parent] @ (inverse_rest[parent] @ placed)
    heads: Array = posed[:, :3, 3]
    return heads
