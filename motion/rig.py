# SPDX-License-Identifier: GPL-3.0-or-later
"""``Rig``: an armature as plain arrays, for mapping and retargeting; ``scene.rig`` reads it from Blender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .rotations import Array, matrix_to_quaternion, rotation_between

BoolArray = NDArray[np.bool_]

OBJECT_BONE = "Object Transforms"
"""Stands for the armature object itself where that is the root of the skeleton; also the group of its F-curves."""


@dataclass(frozen=True, eq=False)
class Rig:
    """``B`` bones, parents before children, in the world space of ``motion``: metres, right-handed, Y up.

    Raises ``ValueError`` if the shapes of the arrays do not agree or a bone comes before its parent.

    Attributes
    ----------
    name : name of the armature object
    bone_names, parents : name of each bone, and index of its parent (-1: none)
    heads, tails : (B, 3) metres
        Rest pose, with the object's location, rotation and scale applied.
    rest_rotations : (B, 4) quaternions
        Orientation of the bones' axes in the rest pose; Y runs along the bone.
    pose_heads : (B, 3) metres
        Heads in the current pose, evaluated with constraints.
    basis : (B, 4, 4) matrices
        The pose set by the user, relative to the rest pose, in the bone's axes and units (``matrix_basis``).
    origin : (3,) metres
        Position of the object.
    axes : (3, 3)
        The object's x, y and z axes in the world, as rows.
    scale : (3,)
        World metres per armature unit along these axes, negative where mirrored.
    inherits_rotation, inherits_scale : (B,) bool
    connected : (B,) bool
        The bone is connected to its parent, so that its location has no effect.
    local_location : (B,) bool
        The location is measured along the bone's own axes.
    deform, selected : (B,) bool
    constrained : (B,) bool
        The bone has constraints, which may override its keys.
    lock_location : (B, 3) bool for x, y, z
    lock_rotation : (B, 4) bool for x, y, z, w
    rotation_modes : Blender's names, "QUATERNION", "XYZ", "AXIS_ANGLE" and so on
    properties : bone name to the names of its custom properties, for bones that have any
    """

    name: str
    bone_names: tuple[str, ...]
    parents: tuple[int, ...]
    heads: Array
    tails: Array
    rest_rotations: Array
    pose_heads: Array
    basis: Array
    origin: Array
    axes: Array
    scale: Array
    inherits_rotation: BoolArray
    inherits_scale: BoolArray
    connected: BoolArray
    local_location: BoolArray
    deform: BoolArray
    selected: BoolArray
    constrained: BoolArray
    lock_location: BoolArray
    lock_rotation: BoolArray
    rotation_modes: tuple[str, ...]
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = len(self.bone_names)
        shapes: dict[str, tuple[int, ...]] = {
            "heads": (count, 3), "tails": (count, 3), "rest_rotations": (count, 4), "pose_heads": (count, 3),
            "basis": (count, 4, 4), "origin": (3,), "axes": (3, 3), "scale": (3,), "inherits_rotation": (count,),
            "connected": (count,), "local_location": (count,), "deform": (count,), "selected": (count,),
            "constrained": (count,), "inherits_scale": (count,),
            "lock_location": (count, 3), "lock_rotation": (count, 4),
        }  # fmt: skip
        for name, shape in shapes.items():
            if np.shape(getattr(self, name)) != shape:
                raise ValueError(f"rig array {name} has shape {np.shape(getattr(self, name))}, not {shape}")
        if len(self.parents) != count or len(self.rotation_modes) != count:
            raise ValueError("rig lists differ in length")
        if any(not -1 <= p < b for b, p in enumerate(self.parents)):
            raise ValueError("a bone's parent must come before it")

    def __len__(self) -> int:
        return len(self.bone_names)

    @cached_property
    def _bone_indices(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.bone_names)}

    def __contains__(self, bone: str) -> bool:
        return bone in self._bone_indices

    def bone_index(self, bone: str) -> int:
        """Return the index of a bone. Raises ``KeyError`` if there is none of that name."""
        return self._bone_indices[bone]

    def list_ancestors(self, index: int, parents: Sequence[int] | None = None) -> list[int]:
        """Return the indices of the parent, its parent and so on up to the top.

        ``parents``: index of each bone's parent (-1: none), by default the rig's own.
        """
        parents = self.parents if parents is None else parents
        chain = []
        while (index := parents[index]) >= 0:
            chain.append(index)
        return chain

    def effective_parents(self, parent_overrides: Mapping[str, str]) -> list[int]:
        """Return for each bone the index of the bone that moves it (-1: none).

        It is the parent, or the bone that ``parent_overrides`` (bone name to bone name) has for a mechanism's bone.
        """
        result = list(self.parents)
        for bone, other in parent_overrides.items():
            if bone in self:
                result[self.bone_index(bone)] = self._bone_indices.get(other, -1)
        return result

    @property
    def object_bone(self) -> int:
        """Index of the bone that stands for the object; -1 without one."""
        return 0 if self.bone_names[:1] == (OBJECT_BONE,) else -1

    @cached_property
    def orientation(self) -> Array:
        """Rotation (4,) of the object's axes in the world."""
        return matrix_to_quaternion(self.axes.T)

    @property
    def metres_per_unit(self) -> float:
        """World metres per armature unit, mean over the axes."""
        return float(sum(map(abs, self.scale.tolist()))) / 3.0


def make_plain_rig(
    name: str,
    bone_names: tuple[str, ...],
    parents: tuple[int, ...],
    heads: Array,
    tails: Array,
    rest_rotations: Array | None = None,
    **details: Any,
) -> Rig:
    """Return a rig in its rest pose at the origin, with all flags as Blender sets them on a new bone.

    Parameters
    ----------
    name : name of the armature object
    bone_names, parents : name of each bone, and index of its parent (-1: none)
    heads, tails : (B, 3) metres
    rest_rotations : (B, 4) quaternions
        By default the smallest rotation from +Y to the bone's direction.
    **details : further fields of ``Rig``, which replace the defaults
    """
    heads, tails = np.asarray(heads, dtype=float), np.asarray(tails, dtype=float)
    count = len(bone_names)
    if rest_rotations is None:
        rest_rotations = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
    fields: dict[str, Any] = {
        "pose_heads": heads, "basis": np.tile(np.eye(4), (count, 1, 1)), "origin": np.zeros(3),
        "axes": np.eye(3), "scale": np.ones(3),
        "inherits_rotation": np.ones(count, bool), "inherits_scale": np.ones(count, bool),
        "constrained": np.zeros(count, bool), "connected": np.zeros(count, bool),
        "local_location": np.ones(count, bool), "deform": np.ones(count, bool), "selected": np.zeros(count, bool),
        "lock_location": np.zeros((count, 3), bool), "lock_rotation": np.zeros((count, 4), bool),
        "rotation_modes": ("QUATERNION",) * count,
    }  # fmt: skip
    fields.update(details)
    return Rig(name, bone_names, parents, heads, tails, rest_rotations, **fields)


def add_object_bone(rig: Rig, rotation_mode: str, lock_location: BoolArray, lock_rotation: BoolArray) -> Rig:
    """Return the rig with a bone that stands for the armature object above all others.

    Its rest pose is where the object is now. A rig that has a bone of that name is returned as it is.

    Parameters
    ----------
    rig : Rig
        The rig.
    rotation_mode : Blender's name of the object's rotation mode
    lock_location : (3,) bool
    lock_rotation : (4,) bool for x, y, z, w
    """
    if OBJECT_BONE in rig:
        return rig
    length = float(np.ptp(rig.heads, axis=0).max()) or 1.0

    def put_first(first: Any, rest: Any) -> Any:
        return np.concatenate([np.asarray(first, dtype=rest.dtype)[None], rest])

    return replace(
        rig,
        bone_names=(OBJECT_BONE, *rig.bone_names),
        parents=(-1, *(parent + 1 for parent in rig.parents)),
        heads=put_first(rig.origin, rig.heads),
        tails=put_first(rig.origin + 0.1 * length * rig.axes[1], rig.tails),
        rest_rotations=put_first(rig.orientation, rig.rest_rotations),
        pose_heads=put_first(rig.origin, rig.pose_heads),
        basis=put_first(np.eye(4), rig.basis),
        inherits_rotation=put_first(True, rig.inherits_rotation),
        inherits_scale=put_first(True, rig.inherits_scale),
        connected=put_first(False, rig.connected),
        local_location=put_first(True, rig.local_location),
        deform=put_first(False, rig.deform),
        selected=put_first(False, rig.selected),
        constrained=put_first(False, rig.constrained),
        lock_location=put_first(lock_location, rig.lock_location),
        lock_rotation=put_first(lock_rotation, rig.lock_rotation),
        rotation_modes=(rotation_mode, *rig.rotation_modes),
    )
