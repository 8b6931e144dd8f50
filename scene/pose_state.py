# SPDX-License-Identifier: GPL-3.0-or-later
"""Read at one moment all of a character that decides which channels get which keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import bpy
import numpy as np

from ..motion import rig as motion_rig
from ..motion.rig import OBJECT_BONE, BoolArray, Rig
from ..motion.rotations import Array, conjugate, matrix_to_quaternion, multiply
from .axes import matrix_to_array
from .constraint_conflicts import (
    ActingConstraint,
    find_driven_channels,
    list_acting_constraints,
    list_limited_bones,
    read_rotation_limits,
)
from .rig import read_rig

_WIDTHS = {"location": 3, "rotation_quaternion": 4, "rotation_euler": 3, "rotation_axis_angle": 4}


@dataclass(frozen=True, eq=False)
class ObjectState:
    """The channels of an armature object, relative to its parent.

    Attributes
    ----------
    values : property name to (C,)
        Values of its channels.
    rotation_mode : str
        Blender's name of its rotation mode.
    basis : (4, 4)
        The transform that its channels make.
    offset : (3,)
        Its delta location, which its location does not contain.
    lock_location : (3,) bool
    lock_rotation : (4,) bool for x, y, z, w
    locks_components : bool
        The locks of the rotation hold single components of a quaternion.
    """

    values: dict[str, Array]
    rotation_mode: str
    basis: Array
    offset: Array
    lock_location: BoolArray
    lock_rotation: BoolArray
    locks_components: bool

    def to_location(self, offsets: Array) -> Array:
        """Return the location channels (T, 3) for offsets (T, 3) along the object's own axes, in its own units."""
        return np.asarray(self.basis[:3, 3] - self.offset + offsets @ self.basis[:3, :3].T)

    def to_rotations(self, rotations: Array) -> Array:
        """Return the rotations (T, 4) of the object for rotations (T, 4) from how it stands now, about its own axes."""
        return multiply(self._rotation, rotations)

    def from_rotations(self, rotations: Array) -> Array:
        """Return the rotations (T, 4) from how the object stands now, about its own axes."""
        return multiply(conjugate(self._rotation), rotations)

    def from_location(self, locations: Array) -> Array:
        """Return the offsets (T, 3) along the object's own axes, in its own units, for its location channels (T, 3)."""
        return np.asarray((locations + self.offset - self.basis[:3, 3]) @ np.linalg.inv(self.basis[:3, :3]).T)

    @property
    def _rotation(self) -> Array:
        axes = self.basis[:3, :3]
        return matrix_to_quaternion(axes / np.maximum(np.linalg.norm(axes, axis=0), 1e-12))


@dataclass(frozen=True, eq=False)
class PoseState:
    """A character at one moment, as plain values that any thread may use.

    Attributes
    ----------
    rig : Rig
        Its bones and pose.
    values : property name to (B, C)
        Values of the bones' channels, in the order of the rig's bones.
    locks_components : (B,) bool
        The locks of a rotation hold single components of a quaternion in place of angles about axes.
    driven : set of (data path, index)
        Channels that a driver sets.
    constraints : tuple of ActingConstraint
        Constraints that override keys.
    bone_paths : bone name to str
        Data paths of the bones.
    property_paths : (bone name, property) to str
        Data paths of the bones' custom properties.
    switch_values : data path to number
        Values of those custom properties that are numbers, and of the constraints' influences.
    rotation_limits : bone name to (3, 2)
        Smallest and largest angle about each local axis that constraints allow, radians.
    limited_bones : set of bone names
        Bones with constraints that may hold them back.
    object_state : ObjectState or None
        The channels of the object itself; None where they can't be keyed.
    """

    rig: Rig
    values: dict[str, Array]
    locks_components: BoolArray
    driven: frozenset[tuple[str, int]]
    constraints: tuple[ActingConstraint, ...]
    bone_paths: dict[str, str]
    property_paths: dict[tuple[str, str], str]
    switch_values: dict[str, float]
    rotation_limits: Mapping[str, Array] = field(default_factory=dict)
    limited_bones: frozenset[str] = frozenset()
    object_state: ObjectState | None = None

    def read_value(self, bone: str, name: str) -> Array:
        """Return the value (C,) of a bone's property."""
        value: Array = self.values[name][self.rig.bone_index(bone)]
        return value


def read_pose_state(obj: bpy.types.Object, rig: Rig | None = None) -> PoseState:
    """Read the state of an armature object at the current frame.

    ``rig``: what :func:`read_rig` has just returned for it, if it was called. Raises :class:`RigError` as that does.
    """
    rig = rig or read_rig(obj)
    pose = obj.pose.bones
    names = tuple(bone.name for bone in pose)
    order = None if names == rig.bone_names else np.array([rig.bone_index(name) for name in names], dtype=int)

    def read_channel(name: str, width: int, dtype: type[Any]) -> Any:
        values = np.empty(len(names) * width, dtype=dtype)
        pose.foreach_get(name, values)
        rows = values.reshape(len(names), width)
        if order is None:
            return rows
        ordered = np.empty_like(rows)
        ordered[order] = rows
        return ordered

    bone_paths = {name: f'pose.bones["{bpy.utils.escape_identifier(name)}"]' for name in rig.bone_names}
    property_paths = {
        (bone, name): f'{bone_paths[bone]}["{bpy.utils.escape_identifier(name)}"]'
        for bone, names in rig.properties.items()
        for name in names
    }
    constrained = [bone for bone in pose if bone.constraints]
    constraints = list_acting_constraints(obj, constrained)
    switch_values = {
        path: float(value)
        for (bone, name), path in property_paths.items()
        if isinstance(value := pose[bone][name], int | float)
    } | {constraint.path: constraint.influence for constraint in constraints}
    return PoseState(
        rig=rig,
        values={name: read_channel(name, width, np.float32).astype(float) for name, width in _WIDTHS.items()},
        locks_components=read_channel("lock_rotations_4d", 1, np.bool_)[:, 0],
        driven=find_driven_channels(obj),
        constraints=constraints,
        bone_paths=bone_paths,
        property_paths=property_paths,
        switch_values=switch_values,
        rotation_limits=read_rotation_limits(constrained),
        limited_bones=list_limited_bones(constrained),
        object_state=_read_object(obj),
    )


def add_object_bone(state: PoseState) -> PoseState:
    """Return the state with a bone that stands for the armature object; as it is where the object can't be keyed."""
    own = state.object_state
    if own is None or OBJECT_BONE in state.rig:
        return state
    return replace(
        state,
        rig=motion_rig.add_object_bone(state.rig, own.rotation_mode, own.lock_location, own.lock_rotation),
        values={name: np.concatenate([own.values[name][None], rows]) for name, rows in state.values.items()},
        locks_components=np.concatenate([[own.locks_components], state.locks_components]),
        bone_paths={OBJECT_BONE: "", **state.bone_paths},
    )


def _read_object(obj: bpy.types.Object) -> ObjectState | None:
    """Return the channels of an armature object; None where keys would not move it as they say."""
    is_turned = max(map(abs, obj.delta_rotation_euler[:])) > 1e-6 or obj.delta_rotation_quaternion[:] != (
        1.0, 0.0, 0.0, 0.0
    )  # fmt: skip
    if is_turned or any(not c.mute and c.influence > 0 for c in obj.constraints):
        return None
    return ObjectState(
        values={name: np.array(getattr(obj, name)[:], dtype=float) for name in _WIDTHS},
        rotation_mode=obj.rotation_mode,
        basis=matrix_to_array(obj.matrix_basis),
        offset=np.array(obj.delta_location[:], dtype=float),
        lock_location=np.array(obj.lock_location[:], dtype=bool),
        lock_rotation=np.array([*obj.lock_rotation, obj.lock_rotation_w], dtype=bool),
        locks_components=bool(obj.lock_rotations_4d),
    )
