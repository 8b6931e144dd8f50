# SPDX-License-Identifier: GPL-3.0-or-later
"""How the bones of a rig carry one another while a motion plays: all that is known without its frames."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..rig import Rig
from ..rotations import Array, conjugate, matrix_to_quaternion, multiply

NO_ROTATION = np.array([1.0, 0.0, 0.0, 0.0])
"""The identity rotation (4,)."""


@dataclass(frozen=True, eq=False)
class RigHierarchy:
    """A rig's hierarchy while a motion plays.

    A bone's rotation "from rest" is its world rotation relative to its rest orientation. Bones that are neither
    keyed nor held keep the pose that the user has set, for instance a moved master bone.

    Attributes
    ----------
    rig : Rig
        The rig.
    keyed_bones : tuple of bone indices
        Bones whose rotation the motion sets.
    held_bones : tuple of bone indices
        Controls that are kept at rest.
    body_bone : int
        The bone that carries the whole body.
    constraint_parents : bone name to bone name
        Bones that follow another bone than their parent because of constraints, see :class:`Family`.
    position_parents : bone index to bone index
        Bones that have to move with another bone than the one that carries them. They get location keys as well.
    root_bone : int or None
        The master bone above the body, if it is keyed.
    """

    rig: Rig
    keyed_bones: tuple[int, ...]
    held_bones: tuple[int, ...]
    body_bone: int
    constraint_parents: Mapping[str, str] = field(default_factory=dict)
    position_parents: Mapping[int, int] = field(default_factory=dict)
    root_bone: int | None = None

    def with_root(self, root: int) -> RigHierarchy:
        """Return a copy with a root bone that is keyed; it becomes the last of ``keyed_bones``."""
        return replace(self, keyed_bones=(*self.keyed_bones, root), root_bone=root)

    @cached_property
    def keyed_columns(self) -> Mapping[int, int]:
        """Column of each keyed bone in arrays of keyed bones."""
        return {bone: k for k, bone in enumerate(self.keyed_bones)}

    @cached_property
    def parents(self) -> list[int]:
        """For each bone the one that carries it, -1 for none."""
        return self.rig.effective_parents(self.constraint_parents)

    @cached_property
    def _is_rotated(self) -> list[bool]:
        is_rotated = np.any(np.abs(self.rig.basis[:, :3, :3] - np.eye(3)) > 1e-6, axis=(1, 2))
        is_rotated[list(self.held_bones)] = False
        return [bool(flag) for flag in is_rotated]

    def rotation_parent(self, bone: int) -> int:
        """Return the bone from which ``bone`` inherits rotation, -1 for none; all bones turn with the object."""
        if self.rig.inherits_rotation[bone] or self.parents[bone] < 0:
            return self.parents[bone]
        return self.rig.object_bone

    def position_parent(self, bone: int) -> int:
        """Return the bone with which the head of ``bone`` moves, -1 for none."""
        return self.position_parents.get(bone, self.parents[bone])

    def is_ancestor(self, upper: int, lower: int) -> bool:
        """Return whether the head of ``lower`` moves with ``upper``; also true if both are the same bone."""
        while lower >= 0 and lower != upper:
            lower = self.position_parent(lower)
        return lower == upper

    def user_rotation(self, bone: int) -> Array:
        """Return the rotation (4,) that the user has set on a bone, relative to the bone that carries it."""
        if not self._is_rotated[bone]:
            return NO_ROTATION
        linear = self.rig.basis[bone, :3, :3]
        rotation = matrix_to_quaternion(linear / np.maximum(np.linalg.norm(linear, axis=0), 1e-9))
        rest = self.rig.rest_rotations[bone]
        return multiply(multiply(rest, rotation), conjugate(rest))

    def user_size(self, bone: int) -> float:
        """Return the scale that the user has set on a bone: the cube root of the volume that a unit cube gets."""
        (a, b, c), (d, e, f), (g, h, i) = self.rig.basis[bone, :3, :3].tolist()
        return math.cbrt(abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)))

    def rotation_source(self, bone: int) -> tuple[int, Array]:
        """Return the column of the keyed bone from which ``bone`` inherits its rotation, and a constant rotation (4,).

        The column is -1 without such a bone.
        """
        constant = NO_ROTATION
        while bone >= 0:
            if bone in self.keyed_columns:
                return self.keyed_columns[bone], constant
            if self._is_rotated[bone]:
                constant = multiply(self.user_rotation(bone), constant)
            bone = self.rotation_parent(bone)
        return -1, constant

    @cached_property
    def rotation_links(self) -> tuple[list[int], Array | None]:
        """For each keyed bone the column it inherits rotation from (-1: none), and constant rotations (K, 4).

        In place of the constant rotations None, where there are no others than the identity.
        """
        links = [self.rotation_source(self.rotation_parent(bone)) for bone in self.keyed_bones]
        columns = [column for column, _ in links]
        if all(constant is NO_ROTATION for _, constant in links):
            return columns, None
        return columns, np.stack([constant for _, constant in links])

    def current_size(self, bone: int) -> float:
        """Return the scale of a bone relative to its rest pose, its own and inherited."""
        size = 1.0
        while bone >= 0:
            size *= self.user_size(bone)
            bone = self.parents[bone] if self.rig.inherits_scale[bone] else -1
        return size


def find_body_bone(rig: Rig, parents: Sequence[int], pelvis: int, other_bones: Sequence[int]) -> int:
    """Return the bone that carries pelvis, spine and legs: the pelvis, or the lowest bone above all of them.

    In MMD models, for instance, upper and lower body are siblings. If no bone carries all of them, it is the
    pelvis.

    Parameters
    ----------
    rig : Rig
        The rig.
    parents : sequence of int
        For each bone the one that carries it, -1 for none.
    pelvis : int
        The pelvis.
    other_bones : sequence of int
        The other bones of trunk and limbs that have to be carried.
    """
    ancestor_sets = [{bone, *rig.list_ancestors(bone, parents)} for bone in other_bones]
    for bone in (pelvis, *rig.list_ancestors(pelvis, parents)):
        if all(bone in ancestors for ancestors in ancestor_sets):
            return bone
    return pelvis
