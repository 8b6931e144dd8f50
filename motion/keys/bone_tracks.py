# SPDX-License-Identifier: GPL-3.0-or-later
"""Forward kinematics of a rig's bones from their channels by Blender's rules, all frames at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..euler import from_angle_axis, from_euler
from ..rig import Rig
from ..rotations import Array, conjugate, from_matrix, multiply, normalise, rotate, to_matrix

Places = np.ndarray[Any, np.dtype[np.int_]]


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


def to_rotation(channels: Array, mode: str) -> Array:
    """Return the unit quaternions (..., 4) of rotation channels (..., C); as in Blender they need not be normalised."""
    if mode == "QUATERNION":
        return normalise(channels)
    if mode == "AXIS_ANGLE":
        return from_angle_axis(channels)
    return from_euler(channels, mode)


@dataclass(frozen=True, eq=False)
class _Nodes:
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

    bones: Places
    keyed: Places
    carriers: Places
    inherits: np.ndarray[Any, np.dtype[np.bool_]]
    turns: Array
    shifts: Array
    axes: Array
    levels: list[Places]


class Chain:
    """The keyed bones of a rig and all bones above them.

    A bone that is not keyed keeps the pose that the user has set. ``parent_overrides``: the bone that moves a
    mechanism's bone, by name, if it is not the parent.
    """

    def __init__(self, rig: Rig, keyed: Sequence[str], follows: Mapping[str, str]) -> None:
        self.rig = rig
        self.keyed = [rig.index(name) for name in keyed]
        self.carriers = rig.carriers(follows)
        self._order = self._sorted()

    @cached_property
    def above(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """(B, B) whether the bone of a row is, or is a descendant of, the bone of a column."""
        column = {bone: k for k, bone in enumerate(self.keyed)}
        result = np.zeros((len(self.keyed), len(self.keyed)), dtype=bool)
        for k, bone in enumerate(self.keyed):
            result[k, [column[a] for a in self.rig.ancestors(bone, self.carriers) if a in column]] = True
            result[k, k] = True
        return result

    @cached_property
    def reach(self) -> Array:
        """(B,) metres from a keyed bone's head to the farthest head below it, at rest; at least its own length."""
        heads, tails = self.rig.heads[self.keyed], self.rig.tails[self.keyed]
        away = np.linalg.norm(heads[:, None] - heads[None], axis=-1)
        own = np.linalg.norm(tails - heads, axis=-1)
        return np.asarray(np.maximum(np.max(np.where(self.above, away, 0.0), axis=0), own))

    def play(self, rotations: Array, locations: Array) -> tuple[Array, Array]:
        """Return world rotations from rest (B, T, 4) of the keyed bones and world positions (B, T, 3) of their heads.

        ``rotations`` (B, T, 4): unit quaternions from rest in the bones' own axes; ``locations`` (B, T, 3).
        """
        frames, nodes = rotations.shape[1], self._nodes
        own = np.broadcast_to(nodes.turns[:, None], (len(nodes.bones), frames, 4)).copy()
        shift = np.broadcast_to(nodes.shifts[:, None], (len(nodes.bones), frames, 3)).copy()
        rest = self.rig.rest_rotations[self.keyed][:, None]
        own[nodes.keyed] = multiply(multiply(rest, rotations), conjugate(rest))
        shift[nodes.keyed] += np.matmul(locations, nodes.axes)
        turns, places = np.empty_like(own), np.empty_like(shift)
        for level in nodes.levels:
            carrier = nodes.carriers[level]
            if carrier[0] < 0:
                turns[level], places[level] = own[level], shift[level]
                continue
            inherited = turns[carrier]
            places[level] = places[carrier] + rotate(inherited, shift[level])
            inherits = nodes.inherits[level][:, None, None]
            turns[level] = np.where(inherits, multiply(inherited, own[level]), own[level])
        return turns[nodes.keyed], places[nodes.keyed]

    @cached_property
    def _nodes(self) -> _Nodes:
        rig = self.rig
        place = {bone: n for n, bone in enumerate(self._order)}
        bones = np.array(self._order)
        keyed = np.array([place[bone] for bone in self.keyed])
        carriers = np.array([place.get(self.carriers[bone], -1) for bone in self._order])
        depth: list[int] = []
        for carrier in carriers:
            depth.append(0 if carrier < 0 else depth[carrier] + 1)
        linear = rig.basis[bones, :3, :3]
        turned = from_matrix(linear / np.maximum(np.linalg.norm(linear, axis=1, keepdims=True), 1e-9))
        rest = rig.rest_rotations[bones]
        above = np.where((carriers >= 0)[:, None], rig.heads[bones[carriers]], 0.0)
        free = np.where(rig.connected[bones], 0.0, rig.unit)
        axes = np.stack([f * self._location_axes(bone).T for f, bone in zip(free, self._order, strict=True)])
        still = np.ones(len(bones), dtype=bool)
        still[keyed] = False
        own = np.where(still[:, None], np.einsum("ni,nij->nj", rig.basis[bones, :3, 3], axes), 0.0)
        return _Nodes(
            bones,
            keyed,
            carriers,
            rig.inherits_rotation[bones],
            multiply(multiply(rest, turned), conjugate(rest)),
            rig.heads[bones] - above + own,
            axes[keyed],
            [np.flatnonzero(np.array(depth) == d) for d in range(max(depth) + 1)],
        )

    def _location_axes(self, bone: int) -> Array:
        """Return the matrix (3, 3) of the world axes at rest along which a bone's location is measured."""
        if self.rig.local_location[bone]:
            return to_matrix(self.rig.rest_rotations[bone])
        carrier = self.carriers[bone]
        return to_matrix(self.rig.rest_rotations[carrier]) if carrier >= 0 else self.rig.axes.T

    def _sorted(self) -> list[int]:
        """Return the indices of the keyed bones and all bones above them, parents before children."""
        order: dict[int, None] = {}
        for bone in self.keyed:
            for above in reversed([bone, *self.rig.ancestors(bone, self.carriers)]):
                order.setdefault(above)
        return list(order)
