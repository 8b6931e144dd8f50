# SPDX-License-Identifier: GPL-3.0-or-later
"""How a rig's bones carry one another: from world rotations to the channels that are keyed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .rig import Rig
from .rotations import Array, conjugate, from_matrix, multiply, rotate, to_matrix

_STILL = np.array([1.0, 0.0, 0.0, 0.0])


class Posing:
    """A rig's hierarchy as it acts while a motion plays.

    ``follows``: the family's word on which bone a mechanism's bone follows. ``keyed``: the bones that turn as the
    motion says. ``held``: controls that are kept at rest. All others keep what the user has set on them, a moved
    master bone for instance. ``body``: the bone that carries the whole body. A bone's "turn" is its rotation in the
    world from its rest orientation.
    """

    def __init__(
        self, rig: Rig, follows: Mapping[str, str], keyed: Sequence[int], held: Sequence[int], body: int
    ) -> None:
        self.rig = rig
        self.keyed = tuple(keyed)
        self.held = tuple(held)
        self.body = body
        self._columns = {bone: k for k, bone in enumerate(self.keyed)}
        self._parents = rig.carriers(follows)
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

    def basis_rotations(self, turns: Array) -> Array:
        """``rotation_quaternion`` (T, K, 4) of the keyed bones, which turn by ``turns`` (T, K, 4)."""
        links = [self._turned_with(self._carrier(bone)) for bone in self.keyed]
        # what carries a bone that hangs on no keyed one does not turn
        still = np.broadcast_to(_STILL, (len(turns), 1, 4))
        carried = np.concatenate([turns, still], axis=1)[:, [column for column, _ in links]]
        constants = np.stack([constant for _, constant in links])
        if np.any(constants != _STILL):
            carried = multiply(carried, constants)
        relative = multiply(conjugate(carried), turns)
        # in the bones' own axes: the axis of rotation is seen from the rest orientation
        relative[..., 1:] = rotate(conjugate(self.rig.rest_rotations[list(self.keyed)]), relative[..., 1:])
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

    def heads(self, turns: Array, body: Array, bones: Sequence[int], size: float = 1.0) -> Array:
        """World positions (T, len(bones), 3) of bones' heads.

        ``turns`` (T, K, 4): of the keyed bones; ``body`` (T, 3): where the head of the bone that carries the body is;
        ``size``: how much larger than at rest the body is. Each piece of the way turns with the bone that carries
        it. A bone that the body doesn't carry at all is put as if the body's bone did.
        """
        at: dict[int, Array] = {self.body: body}
        for bone in bones:
            line = [bone, *self.rig.ancestors(bone, self._parents)]
            known = next((b for b in line if b in at), None)
            line = line[: line.index(known)] if known is not None else [bone]
            for lower in reversed(line):
                upper = self._parents[lower] if known is not None else self.body
                piece = size * (self.rig.heads[lower] - self.rig.heads[upper])
                column, constant = self._turned_with(upper)
                piece = rotate(constant, piece)
                at[lower] = at[upper] + (rotate(turns[:, column], piece) if column >= 0 else piece)
        return np.stack([at[bone] for bone in bones], axis=1)

    def location(self, heads: Array) -> tuple[int, Array]:
        """The bone that takes the body's way, and its ``location`` (T, 3) for the body's bone to be at ``heads``."""
        shift = heads - (self.above(self.body) @ np.append(self.rig.heads[self.body], 1.0))[:3]
        carrier = self.body
        while self.rig.connected[carrier] and self._parents[carrier] >= 0:
            carrier = self._parents[carrier]
        present = np.zeros(3) if carrier == self.body else self.rig.basis[carrier, :3, 3]
        axes = self.above(carrier)[:3, :3] @ (self.rig.unit * self._location_axes(carrier))
        return carrier, present + shift @ np.linalg.inv(axes).T

    def _location_axes(self, bone: int) -> Array:
        """Matrix (3, 3) of the world axes along which a bone's location counts, before its parents move it."""
        if self.rig.local_location[bone]:
            return to_matrix(self.rig.rest_rotations[bone])
        parent = self._parents[bone]
        return to_matrix(self.rig.rest_rotations[parent]) if parent >= 0 else self.rig.axes.T
