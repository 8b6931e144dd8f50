# SPDX-License-Identifier: GPL-3.0-or-later
"""How a rig's bones carry one another while a motion plays: what is known before the first frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..rig import Rig
from ..rotations import Array, conjugate, from_matrix, multiply

STILL = np.array([1.0, 0.0, 0.0, 0.0])
"""The turn (4,) of what does not turn."""


@dataclass(frozen=True, eq=False)
class Posing:
    """A rig's hierarchy as it acts while a motion plays.

    ``keyed``: indices of the bones that turn as the motion says. ``held``: controls that are kept at rest. All others
    keep what the user has set on them, a moved master bone for instance. ``body``: the bone that carries the whole
    body. ``follows``: the family's word on which bone a mechanism's bone follows.
    ``moved``: bone to the bone that it shall move with, for limbs that hang on something else in the rig; they are
    keyed in place too. ``root``: the master bone above the body, where it is keyed as well.
    A bone's "turn" is its rotation in the world from its rest orientation.
    """

    rig: Rig
    keyed: tuple[int, ...]
    held: tuple[int, ...]
    body: int
    follows: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[int, int] = field(default_factory=dict)
    root: int | None = None

    def with_root(self, root: int) -> Posing:
        """The same with a master bone that is keyed, the last of ``keyed``."""
        return replace(self, keyed=(*self.keyed, root), root=root)

    @cached_property
    def columns(self) -> Mapping[int, int]:
        """Column of a keyed bone."""
        return {bone: k for k, bone in enumerate(self.keyed)}

    @cached_property
    def parents(self) -> list[int]:
        """For each bone the one that carries it, -1 for none."""
        return self.rig.carriers(self.follows)

    @cached_property
    def _is_turned(self) -> list[bool]:
        turned = np.any(np.abs(self.rig.basis[:, :3, :3] - np.eye(3)) > 1e-6, axis=(1, 2))
        turned[list(self.held)] = False
        return [bool(flag) for flag in turned]

    def turner(self, bone: int) -> int:
        """The bone from which ``bone`` takes over rotation, -1 for none."""
        return self.parents[bone] if self.rig.inherits_rotation[bone] else -1

    def mover(self, bone: int) -> int:
        """The bone with which the head of ``bone`` moves, -1 for none."""
        return self.moved.get(bone, self.parents[bone])

    def carries(self, upper: int, lower: int) -> bool:
        """Whether the head of ``lower`` moves with ``upper``."""
        while lower >= 0 and lower != upper:
            lower = self.mover(lower)
        return lower == upper

    def own_turn(self, bone: int) -> Array:
        """Turn (4,) that the user has given to a bone, relative to the one that carries it."""
        if not self._is_turned[bone]:
            return STILL
        linear = self.rig.basis[bone, :3, :3]
        own = from_matrix(linear / np.maximum(np.linalg.norm(linear, axis=0), 1e-9))
        rest = self.rig.rest_rotations[bone]
        return multiply(multiply(rest, own), conjugate(rest))

    def turned_with(self, bone: int) -> tuple[int, Array]:
        """The column of the keyed bone that ``bone`` turns with, -1 for none, and its constant turn (4,) from that."""
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
        """For each keyed bone the column that its parent turns with (-1: none), and constant turns (K, 4) from it."""
        links = [self.turned_with(self.turner(bone)) for bone in self.keyed]
        return [column for column, _ in links], np.stack([constant for _, constant in links])

    def present_size(self, bone: int) -> float:
        """How much larger than at rest a bone is, because it or what carries it was scaled."""
        size = 1.0
        while bone >= 0:
            size *= float(np.cbrt(abs(np.linalg.det(self.rig.basis[bone, :3, :3]))))
            bone = self.parents[bone] if self.rig.inherits_scale[bone] else -1
        return size


def body_bone(rig: Rig, parents: Sequence[int], pelvis: int, others: Sequence[int]) -> int:
    """The bone that carries pelvis, spine and legs alike: the pelvis itself, or the lowest bone above all of them.

    In MMD models, for one, upper and lower body are siblings. The pelvis where nothing carries all of them.
    """
    lines = [{bone, *rig.ancestors(bone, parents)} for bone in others]
    for bone in (pelvis, *rig.ancestors(pelvis, parents)):
        if all(bone in line for line in lines):
            return bone
    return pelvis
