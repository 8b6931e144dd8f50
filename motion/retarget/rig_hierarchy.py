# SPDX-License-Identifier: GPL-3.0-or-later
"""How the bones of a rig carry one another while a motion plays: all that is known without its frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..rig import Rig
from ..rotations import Array, conjugate, matrix_to_quaternion, multiply

STILL = np.array([1.0, 0.0, 0.0, 0.0])
"""The identity rotation (4,)."""


@dataclass(frozen=True, eq=False)
class Posing:
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
    keyed: tuple[int, ...]
    held: tuple[int, ...]
    body: int
    follows: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[int, int] = field(default_factory=dict)
    root: int | None = None

    def with_root(self, root: int) -> Posing:
        """Return a copy with a root bone that is keyed; it becomes the last of ``keyed_bones``."""
        return replace(self, keyed=(*self.keyed, root), root=root)

    @cached_property
    def columns(self) -> Mapping[int, int]:
        """Column of each keyed bone in arrays of keyed bones."""
        return {bone: k for k, bone in enumerate(self.keyed)}

    @cached_property
    def parents(self) -> list[int]:
        """For each bone the one that carries it, -1 for none."""
        return self.rig.effective_parents(self.follows)

    @cached_property
    def _is_turned(self) -> list[bool]:
        turned = np.any(np.abs(self.rig.basis[:, :3, :3] - np.eye(3)) > 1e-6, axis=(1, 2))
        turned[list(self.held)] = False
        return [bool(flag) for flag in turned]

    def turner(self, bone: int) -> int:
        """Return the bone from which ``bone`` inherits rotation, -1 for none."""
        return self.parents[bone] if self.rig.inherits_rotation[bone] else -1

    def mover(self, bone: int) -> int:
        """Return the bone with which the head of ``bone`` moves, -1 for none."""
        return self.moved.get(bone, self.parents[bone])

    def carries(self, upper: int, lower: int) -> bool:
        """Return whether the head of ``lower`` moves with ``upper``; also true if both are the same bone."""
        while lower >= 0 and lower != upper:
            lower = self.mover(lower)
        return lower == upper

    def own_turn(self, bone: int) -> Array:
        """Return the rotation (4,) that the user has set on a bone, relative to the bone that carries it."""
        if not self._is_turned[bone]:
            return STILL
        linear = self.rig.basis[bone, :3, :3]
        own = matrix_to_quaternion(linear / np.maximum(np.linalg.norm(linear, axis=0), 1e-9))
        rest = self.rig.rest_rotations[bone]
        return multiply(multiply(rest, own), conjugate(rest))

    def turned_with(self, bone: int) -> tuple[int, Array]:
        """Return the column of the keyed bone from which ``bone`` inherits its rotation, and its constant offset (4,).

        The column is -1 without such a bone.
        """
        constant = STILL
        while bone >= 0:
            if bone in self.columns:
                return self.columns[bone], constant
            if self._is_turned[bone]:
                constant = multiply(self.own_turn(bone), constant)
            bone = self.turner(bone)
        return -1, constant

    @cached_property
    def links(self) -> tuple[list[int], Array]:
        """For each keyed bone the column it inherits rotation from (-1: none), and constant offsets (K, 4)."""
        links = [self.turned_with(self.turner(bone)) for bone in self.keyed]
        return [column for column, _ in links], np.stack([constant for _, constant in links])

    def present_size(self, bone: int) -> float:
        """Return the scale of a bone relative to its rest pose, its own and inherited."""
        size = 1.0
        while bone >= 0:
            size *= float(np.cbrt(abs(np.linalg.det(self.rig.basis[bone, :3, :3]))))
            bone = self.parents[bone] if self.rig.inherits_scale[bone] else -1
        return size


def body_bone(rig: Rig, parents: Sequence[int], pelvis: int, others: Sequence[int]) -> int:
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
    lines = [{bone, *rig.list_ancestors(bone, parents)} for bone in others]
    for bone in (pelvis, *rig.list_ancestors(pelvis, parents)):
        if all(bone in line for line in lines):
            return bone
    return pelvis
