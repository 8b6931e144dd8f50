# SPDX-License-Identifier: GPL-3.0-or-later
"""How a rig's bones carry one another: from world rotations to the channels that are keyed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .families import Family
from .rig import Rig
from .rotations import Array, conjugate, from_matrix, multiply, rotate, to_matrix

_STILL = np.array([1.0, 0.0, 0.0, 0.0])


class Posing:
    """A rig's hierarchy as it acts while a motion plays.

    ``keyed``: the bones that turn as the motion says. ``held``: controls that are kept at rest. All others keep what
    the user has set on them, a moved master bone for instance. A bone's "turn" is its rotation in the world from its
    rest orientation.
    """

    def __init__(self, rig: Rig, family: Family, keyed: Sequence[int], held: Sequence[int]) -> None:
        self.rig = rig
        self.keyed = list(keyed)
        self._columns = {bone: k for k, bone in enumerate(self.keyed)}
        self._parents = rig.carriers(family.follows)
        self._is_turned = np.any(np.abs(rig.basis[:, :3, :3] - np.eye(3)) > 1e-6, axis=(1, 2))
        self._is_turned[list(held)] = False

    def _own_turn(self, bone: int) -> Array:
        """Turn (4,) that the user has given to a bone, relative to the one that carries it."""
        linear = self.rig.basis[bone, :3, :3]
        own = from_matrix(linear / np.maximum(np.linalg.norm(linear, axis=0), 1e-9))
        rest = self.rig.rest_rotations[bone]
        return multiply(multiply(rest, own), conjugate(rest))

    def _turned_with(self, bone: int) -> tuple[int, Array]:
        """The column of the keyed bone that ``bone`` turns with, -1 for none, and its constant turn (4,) from that."""
        constant = _STILL
        while bone >= 0:
            if bone in self._columns:
                return self._columns[bone], constant
            if self._is_turned[bone]:
                constant = multiply(self._own_turn(bone), constant)
            bone = self._carrier(bone)
        return -1, constant

    def _carrier(self, bone: int) -> int:
        """The bone from which ``bone`` takes over rotation, -1 for none."""
        return self._parents[bone] if self.rig.inherits_rotation[bone] else -1

    def basis_rotations(self, turns: Array, put: Array) -> Array:
        """``rotation_quaternion`` (T, K, 4) of the keyed bones.

        ``turns`` (T, K, 4) are theirs before the whole body is turned by ``put`` (4,).
        """
        links = [self._turned_with(self._carrier(bone)) for bone in self.keyed]
        # what carries a bone that hangs on no keyed one does not turn with the body
        around = np.broadcast_to(conjugate(put), (len(turns), 1, 4))
        carried = np.concatenate([turns, around], axis=1)[:, [column for column, _ in links]]
        constants = np.stack([constant for _, constant in links])
        if np.any(constants != _STILL):
            carried = multiply(carried, constants)
        relative = multiply(conjugate(carried), turns)
        # in the bones' own axes: the axis of rotation is seen from the rest orientation
        relative[..., 1:] = rotate(conjugate(self.rig.rest_rotations[self.keyed]), relative[..., 1:])
        return relative

    def displacement(self, bone: int) -> Array:
        """World matrix (4, 4) from rest to present pose of a bone that isn't keyed; identity above the top."""
        if bone < 0:
            return np.eye(4)
        basis = self.rig.basis[bone]
        carried = self.displacement(self._parents[bone])
        if np.array_equal(basis, np.eye(4)):
            return carried
        rest = np.eye(4)
        rest[:3, :3] = self.rig.unit * to_matrix(self.rig.rest_rotations[bone])
        rest[:3, 3] = self.rig.heads[bone]
        return np.asarray(carried @ rest @ basis @ np.linalg.inv(rest))

    def above(self, bone: int) -> Array:
        """World matrix (4, 4) from rest to present pose of what carries a bone."""
        return self.displacement(self._parents[bone])

    def reach(self, turns: Array, pelvis: int, hip: int, rest_hips: Array) -> Array:
        """From the head of the pelvis bone to the middle of the hips (T, 3), before the body is put anywhere.

        ``hip``: the bone of a thigh; ``rest_hips`` (3,): the middle of the hips at rest. Each piece of the way turns
        with the bone that carries it: there may be several where a control rig hangs its hips below the spine.
        """
        line = self.rig.ancestors(hip, self._parents)[::-1]
        line = line[line.index(pelvis) :] if pelvis in line else [pelvis]
        points = [self.rig.heads[bone] for bone in line] + [rest_hips]
        pieces: dict[int, Array] = {}
        for bone, start, end in zip(line, points, points[1:], strict=False):
            column, constant = self._turned_with(bone)
            pieces[column] = pieces.get(column, np.zeros(3)) + rotate(constant, end - start)
        total = np.zeros((len(turns), 3))
        for column, piece in pieces.items():
            total += rotate(turns[:, column], piece)
        return total

    def location(self, pelvis: int, heads: Array) -> tuple[int, Array]:
        """The bone that carries the body, and its ``location`` (T, 3) for the pelvis bone's head to be at ``heads``."""
        shift = heads - (self.above(pelvis) @ np.append(self.rig.heads[pelvis], 1.0))[:3]
        carrier = pelvis
        while self.rig.connected[carrier] and self._parents[carrier] >= 0:
            carrier = self._parents[carrier]
        present = np.zeros(3) if carrier == pelvis else self.rig.basis[carrier, :3, 3]
        axes = self.above(carrier)[:3, :3] @ (self.rig.unit * self._location_axes(carrier))
        return carrier, present + shift @ np.linalg.inv(axes).T

    def _location_axes(self, bone: int) -> Array:
        """Matrix (3, 3) of the world axes along which a bone's location counts, before its parents move it."""
        if self.rig.local_location[bone]:
            return to_matrix(self.rig.rest_rotations[bone])
        parent = self._parents[bone]
        return to_matrix(self.rig.rest_rotations[parent]) if parent >= 0 else self.rig.axes.T
