# SPDX-License-Identifier: GPL-3.0-or-later
"""A rig as plain arrays: all that mapping and retargeting know of an armature. Filled from Blender by ``scene.rig``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .rotations import Array, between, from_matrix

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rig:
    """``B`` bones, parents before children. World space of ``motion``: metres, right-handed, Y up.

    Rest pose, with the object's location, rotation and scale applied: ``heads`` and ``tails`` (B, 3) and
    ``rest_rotations`` (B, 4), the orientation of the bones' own axes (Y runs along the bone).
    Present pose: ``pose_heads`` (B, 3), evaluated, constraints included; ``basis`` (B, 4, 4), what the user has set
    on each bone relative to its rest pose, in the bone's own axes and units.
    ``origin`` (3,): where the object stands; ``axes`` (3, 3): its own x, y and z in the world, as rows.
    ``scale`` (3,): world metres per armature unit along these axes, negative where mirrored.
    Flags (B,): ``inherits_rotation``, ``inherits_scale``, ``connected`` (its location has no effect),
    ``local_location``, ``deform``, ``selected``, ``constrained`` (constraints may overrule what is keyed).
    ``lock_location`` (B, 3) for x, y, z; ``lock_rotation`` (B, 4) for x, y, z and w.
    ``rotation_modes``: Blender's names, "QUATERNION", "XYZ", "AXIS_ANGLE" and so on.
    ``properties``: names of the custom properties of the bones that have any.
    Raises ``ValueError`` where the arrays do not fit together.
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
    inherits_rotation: Flags
    inherits_scale: Flags
    connected: Flags
    local_location: Flags
    deform: Flags
    selected: Flags
    constrained: Flags
    lock_location: Flags
    lock_rotation: Flags
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
    def _indices(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.bone_names)}

    def __contains__(self, bone: str) -> bool:
        return bone in self._indices

    def index(self, bone: str) -> int:
        """Index of a bone by name; ``KeyError`` where there is none."""
        return self._indices[bone]

    def ancestors(self, index: int, carriers: Sequence[int] | None = None) -> list[int]:
        """Indices of the parent, its parent and so on up to the top; of ``carriers`` where these are given."""
        parents = self.parents if carriers is None else carriers
        chain = []
        while (index := parents[index]) >= 0:
            chain.append(index)
        return chain

    def carriers(self, follows: Mapping[str, str]) -> list[int]:
        """For each bone the one that carries it: its parent, or what ``follows`` says of a mechanism's bone."""
        result = list(self.parents)
        for bone, followed in follows.items():
            if bone in self:
                result[self.index(bone)] = self._indices.get(followed, -1)
        return result

    @cached_property
    def orientation(self) -> Array:
        """Rotation (4,) of the object's own axes in the world."""
        return from_matrix(self.axes.T)

    @property
    def unit(self) -> float:
        """World metres per armature unit (mean over the axes)."""
        return float(np.mean(np.abs(self.scale)))


def plain_rig(
    name: str,
    bone_names: tuple[str, ...],
    parents: tuple[int, ...],
    heads: Array,
    tails: Array,
    rest_rotations: Array | None = None,
    **details: Any,
) -> Rig:
    """A rig at rest at the origin, all flags as Blender sets them on a new bone; ``details`` replaces any field.

    Without ``rest_rotations`` each bone's Y axis is turned onto its direction by the smallest rotation.
    """
    heads, tails = np.asarray(heads, dtype=float), np.asarray(tails, dtype=float)
    count = len(bone_names)
    if rest_rotations is None:
        rest_rotations = between(np.array([0.0, 1.0, 0.0]), tails - heads)
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
