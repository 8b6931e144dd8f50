# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an armature object into plain arrays, a whole rig at a time."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import bpy
import numpy as np
from numpy.typing import NDArray

from ..motion.errors import RigError
from ..motion.rig import Rig
from ..motion.rotations import Array, cross_product, matrix_to_quaternion
from .axes import matrix_to_array
from .character import find_armature as find_armature

_Kind = TypeVar("_Kind", bound=np.generic)


def read_rig(obj: bpy.types.Object) -> Rig:
    """Read all that retargeting needs of an armature object, in its evaluated pose at the current frame.

    ``obj``: an armature that is not in Edit Mode. Raises :class:`RigError` if its pose bones do not match its bones.
    """
    # evaluates matrix_world and the pose after changes by a script
    bpy.context.evaluated_depsgraph_get()
    x, y, z = matrix_to_array(obj.matrix_world)[:3]
    world = np.array([x, z, -y])  # as scene.axes says
    linear = world[:, :3]
    bones, pose = obj.data.bones, obj.pose.bones
    names = [bone.name for bone in bones]
    count = len(names)
    index = {name: i for i, name in enumerate(names)}
    parents = [index[parent.name] if (parent := bone.parent) else -1 for bone in bones]
    # both lists are in depth-first order, except where the pose was not rebuilt after an edit
    posed_names = [bone.name for bone in pose]
    order = None if posed_names == names else np.array([index[name] for name in posed_names], dtype=int)

    def read_bones(name: str, width: int, dtype: type[_Kind]) -> NDArray[_Kind]:
        values = np.empty(count * width, dtype=dtype)
        bones.foreach_get(name, values)
        return values.reshape(count, width)

    def read_pose(name: str, width: int, dtype: type[_Kind]) -> NDArray[_Kind]:
        values = np.empty(count * width, dtype=dtype)
        pose.foreach_get(name, values)
        rows = values.reshape(count, width)
        if order is None:
            return rows
        ordered = np.empty_like(rows)
        ordered[order] = rows
        return ordered

    if len(posed_names) != count:
        raise RigError("The pose of {name} is out of date: enter and leave Edit Mode once", name=obj.name)
    heads = read_bones("head_local", 3, np.float32) @ linear.T + world[:, 3]
    tails = read_bones("tail_local", 3, np.float32) @ linear.T + world[:, 3]
    lengths = _column_lengths(linear)
    axes = linear / np.maximum(lengths, 1e-12)
    # foreach_get returns matrices column by column
    rest = read_bones("matrix_local", 16, np.float32).reshape(count, 4, 4).transpose(0, 2, 1)[:, :3, :3]
    posed = read_pose("matrix", 16, np.float32).reshape(count, 4, 4).transpose(0, 2, 1)[:, :3, 3]
    basis = read_pose("matrix_basis", 16, np.float32).reshape(count, 4, 4).transpose(0, 2, 1)
    mode_names, unscaled_modes = _rotation_mode_names(), _unscaled_inherit_modes()
    inherit_scale = read_bones("inherit_scale", 1, np.int32)[:, 0]
    # Bone.select became PoseBone.select in 5.0
    read_selected = read_pose if bpy.app.version >= (5, 0, 0) else read_bones
    return Rig(
        name=obj.name,
        bone_names=tuple(names),
        parents=tuple(parents),
        heads=heads,
        tails=tails,
        rest_rotations=_find_rest_rotations(rest, axes) if count else np.zeros((0, 4)),
        pose_heads=posed @ linear.T + world[:, 3],
        basis=basis.astype(float),
        origin=world[:, 3],
        axes=axes.T,
        scale=lengths[0] * np.sign(axes[0] @ cross_product(axes[1], axes[2])),
        inherits_rotation=read_bones("use_inherit_rotation", 1, np.bool_)[:, 0],
        inherits_scale=(inherit_scale != unscaled_modes[0]) & (inherit_scale != unscaled_modes[1]),
        connected=read_bones("use_connect", 1, np.bool_)[:, 0],
        local_location=read_bones("use_local_location", 1, np.bool_)[:, 0],
        deform=read_bones("use_deform", 1, np.bool_)[:, 0],
        selected=read_selected("select", 1, np.bool_)[:, 0],
        constrained=_find_constrained_bones(pose, index),
        lock_location=read_pose("lock_location", 3, np.bool_),
        lock_rotation=np.hstack(
            [read_pose("lock_rotation", 3, np.bool_), read_pose("lock_rotation_w", 1, np.bool_)]
        ),
        rotation_modes=tuple(mode_names[v] for v in read_pose("rotation_mode", 1, np.int32)[:, 0].tolist()),
        properties={bone.name: tuple(keys) for bone in pose if (keys := bone.keys())},
    )


@lru_cache(maxsize=1)
def _rotation_mode_names() -> dict[int, str]:
    """Return the identifiers of Blender's rotation modes by their values."""
    items = bpy.types.PoseBone.bl_rna.properties["rotation_mode"].enum_items
    return {item.value: item.identifier for item in items}


@lru_cache(maxsize=1)
def _unscaled_inherit_modes() -> list[int]:
    """Return the values of ``inherit_scale`` with which a bone does not inherit its parent's scale."""
    modes = bpy.types.Bone.bl_rna.properties["inherit_scale"].enum_items
    return [modes[name].value for name in ("NONE", "NONE_LEGACY")]


def _find_constrained_bones(
    pose: bpy.types.bpy_prop_collection[bpy.types.PoseBone], index: dict[str, int]
) -> NDArray[np.bool_]:
    """Return flags (B,) of the bones that have an active constraint."""
    flags = np.zeros(len(index), dtype=bool)
    for bone in pose:
        if constraints := bone.constraints:
            flags[index[bone.name]] = any(not c.mute and c.influence > 0 for c in constraints)
    return flags


def _find_rest_rotations(matrices: NDArray[np.float32], axes: Array) -> Array:
    """Return the rotations (B, 4) in the world of bones whose axes at rest are the columns of ``matrices`` (B, 3, 3).

    ``axes`` (3, 3): the object's axes in the world, as columns.
    """
    rest = np.asarray(matrices, dtype=float)
    return matrix_to_quaternion(axes @ (rest / np.maximum(_column_lengths(rest), 1e-12)))


def _column_lengths(matrices: Array) -> Array:
    """Return the lengths (..., 1, 3) of the columns of matrices (..., 3, 3)."""
    return np.asarray(np.sqrt(np.einsum("...ij,...ij->...j", matrices, matrices))[..., None, :])
