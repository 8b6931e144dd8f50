# SPDX-License-Identifier: GPL-3.0-or-later
"""Forward kinematics of a rig's bones from their channels by Blender's rules, all frames at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..euler import axis_angle_channels_to_quaternion, euler_to_quaternion
from ..rig import Rig
from ..rotations import (
    Array,
    conjugate,
    matrix_to_quaternion,
    multiply,
    normalise,
    quaternion_to_matrix,
    rotate,
)

IntArray = np.ndarray[Any, np.dtype[np.int_]]


@dataclass(frozen=True, eq=False)
class BoneTrack:
    """The keyed channels of one bone.

    Attributes
    ----------
    bone : name of the bone
    mode : its rotation mode: "QUATERNION", "AXIS_ANGLE" or an Euler order
    rotation : (T, 4) quaternions w, x, y, z, or (T, 4) angle and axis, or (T, 3) Euler angles in radians
        None if it is not keyed.
    location : (T, 3) in the bone's own units, or None if it is not keyed
    """

    bone: str
    mode: str = "QUATERNION"
    rotation: Array | None = None
    location: Array | None = None

    def __len__(self) -> int:
        channels = self.rotation if self.rotation is not None else self.location
        return 0 if channels is None else len(channels)


def channels_to_quaternion(channels: Array, mode: str) -> Array:
    """Return the unit quaternions (..., 4) of rotation channels (..., C); as in Blender they need not be normalised."""
    if mode == "QUATERNION":
        return normalise(channels)
    if mode == "AXIS_ANGLE":
        return axis_angle_channels_to_quaternion(channels)
    return euler_to_quaternion(channels, mode)


@dataclass(frozen=True, eq=False)
class _HierarchyArrays:
    """The ``N`` bones of a ``KeyedHierarchy`` as arrays, in an order in which parents come before children.

    Attributes
    ----------
    bones : (N,) indices in the rig
    keyed : (B,) indices of the keyed bones among the N
    parents : (N,) index among the N of the bone that moves each one, -1 for none
    inherits_rotation : (N,) bool
    rotations : (N, 4) world rotations from rest that the user has set
    offsets : (N, 3) metres from the parent's head at rest, with the location that the user has set
    location_axes : (B, 3, 3) world metres at rest for a unit of each location channel of the keyed bones
    levels : indices among the N at each depth, from the top
    """

    bones: IntArray
    keyed: IntArray
    parents: IntArray
    inherits_rotation: np.ndarray[Any, np.dtype[np.bool_]]
    rotations: Array
    offsets: Array
    location_axes: Array
    levels: list[IntArray]


class KeyedHierarchy:
    """The keyed bones of a rig and all bones above them.

    A bone that is not keyed keeps the pose that the user has set. ``parent_overrides``: the bone that moves a
    mechanism's bone, by name, if it is not the parent.
    """

    def __init__(self, rig: Rig, keyed: Sequence[str], parent_overrides: Mapping[str, str]) -> None:
        self.rig = rig
        self.keyed = [rig.bone_index(name) for name in keyed]
        self.parents = rig.effective_parents(parent_overrides)
        self._bone_order = self._sort_bones()

    @cached_property
    def descendant_mask(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """(B, B) whether the bone of a row is, or is a descendant of, the bone of a column."""
        column = {bone: k for k, bone in enumerate(self.keyed)}
        result = np.zeros((len(self.keyed), len(self.keyed)), dtype=bool)
        for k, bone in enumerate(self.keyed):
            result[k, [column[a] for a in self.rig.list_ancestors(bone, self.parents) if a in column]] = True
            result[k, k] = True
        return result

    @cached_property
    def reach_metres(self) -> Array:
        """(B,) metres from a keyed bone's head to the farthest head below it, at rest; at least its own length."""
        heads, tails = self.rig.heads[self.keyed], self.rig.tails[self.keyed]
        distances = np.linalg.norm(heads[:, None] - heads[None], axis=-1)
        lengths = np.linalg.norm(tails - heads, axis=-1)
        return np.asarray(np.maximum(np.max(np.where(self.descendant_mask, distances, 0.0), axis=0), lengths))

    def evaluate_pose(self, rotations: Array, locations: Array) -> tuple[Array, Array]:
        """Return world rotations from rest (B, T, 4) of the keyed bones and world positions (B, T, 3) of their heads.

        ``rotations`` (B, T, 4): unit quaternions from rest in the bones' own axes; ``locations`` (B, T, 3).
        """
        frames, arrays = rotations.shape[1], self._hierarchy_arrays
        bone_rotations = np.broadcast_to(arrays.rotations[:, None], (len(arrays.bones), frames, 4)).copy()
        offsets = np.broadcast_to(arrays.offsets[:, None], (len(arrays.bones), frames, 3)).copy()
        rest = self.rig.rest_rotations[self.keyed][:, None]
        bone_rotations[arrays.keyed] = multiply(multiply(rest, rotations), conjugate(rest))
        offsets[arrays.keyed] += np.matmul(locations, arrays.location_axes)
        world_rotations, world_positions = np.empty_like(bone_rotations), np.empty_like(offsets)
        for level in arrays.levels:
            parent = arrays.parents[level]
            if parent[0] < 0:
                world_rotations[level], world_positions[level] = bone_rotations[level], offsets[level]
                continue
            inherited = world_rotations[parent]
            world_positions[level] = world_positions[parent] + rotate(inherited, offsets[level])
            inherits = arrays.inherits_rotation[level][:, None, None]
            world_rotations[level] = np.where(
                inherits, multiply(inherited, bone_rotations[level]), bone_rotations[level]
            )
        return world_rotations[arrays.keyed], world_positions[arrays.keyed]

    @cached_property
    def _hierarchy_arrays(self) -> _HierarchyArrays:
        rig = self.rig
        position_in_order = {bone: n for n, bone in enumerate(self._bone_order)}
        bones = np.array(self._bone_order)
        keyed = np.array([position_in_order[bone] for bone in self.keyed])
        parents = np.array([position_in_order.get(self.parents[bone], -1) for bone in self._bone_order])
        depth: list[int] = []
        for parent in parents:
            depth.append(0 if parent < 0 else depth[parent] + 1)
        linear = rig.basis[bones, :3, :3]
        pose_rotations = matrix_to_quaternion(
            linear / np.maximum(np.linalg.norm(linear, axis=1, keepdims=True), 1e-9)
        )
        rest = rig.rest_rotations[bones]
        parent_heads = np.where((parents >= 0)[:, None], rig.heads[bones[parents]], 0.0)
        location_scale = np.where(rig.connected[bones], 0.0, rig.metres_per_unit)
        axes = np.stack(
            [
                f * self._location_axes(bone).T
                for f, bone in zip(location_scale, self._bone_order, strict=True)
            ]
        )
        not_keyed = np.ones(len(bones), dtype=bool)
        not_keyed[keyed] = False
        locations = np.where(not_keyed[:, None], np.einsum("ni,nij->nj", rig.basis[bones, :3, 3], axes), 0.0)
        return _HierarchyArrays(
            bones,
            keyed,
            parents,
            rig.inherits_rotation[bones],
            multiply(multiply(rest, pose_rotations), conjugate(rest)),
            rig.heads[bones] - parent_heads + locations,
            axes[keyed],
            [np.flatnonzero(np.array(depth) == d) for d in range(max(depth) + 1)],
        )

    def _location_axes(self, bone: int) -> Array:
        """Return the matrix (3, 3) of the world axes at rest along which a bone's location is measured."""
        if self.rig.local_location[bone]:
            return quaternion_to_matrix(self.rig.rest_rotations[bone])
        parent = self.parents[bone]
        return quaternion_to_matrix(self.rig.rest_rotations[parent]) if parent >= 0 else self.rig.axes.T

    def _sort_bones(self) -> list[int]:
        """Return the indices of the keyed bones and all bones above them, parents before children."""
        order: dict[int, None] = {}
        for bone in self.keyed:
            for above in reversed([bone, *self.rig.list_ancestors(bone, self.parents)]):
                order.setdefault(above)
        return list(order)
