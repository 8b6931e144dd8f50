# SPDX-License-Identifier: GPL-3.0-or-later
"""How a rig's bones carry one another: from world rotations to the channels that are keyed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from .families import Family
from .rig import Rig
from .rotations import Array, conjugate, from_matrix, identity, multiply, rotate, to_matrix

_STILL = np.array([1.0, 0.0, 0.0, 0.0])


class Posing:
    """A rig's hierarchy as it acts while a motion plays.

    Bones that aren't keyed keep what the user has set on them (a moved master bone, say). "Turn" means a bone's
    rotation in the world from its rest orientation.
    """

    def __init__(self, rig: Rig, family: Family) -> None:
        self.rig = rig
        self._parents = rig.carriers(family.follows)
        linear = rig.basis[:, :3, :3]
        self._is_turned = ~np.all(np.abs(linear - np.eye(3)) < 1e-6, axis=(1, 2))

    def _own_turn(self, bone: int) -> Array:
        """Turn (4,) of a bone that isn't keyed relative to the one that carries it."""
        if not self._is_turned[bone]:
            return _STILL
        linear = self.rig.basis[bone, :3, :3]
        own = from_matrix(linear / np.maximum(np.linalg.norm(linear, axis=0), 1e-9))
        rest = self.rig.rest_rotations[bone]
        return multiply(multiply(rest, own), conjugate(rest))

    def _turn(self, bone: int, known: dict[int, Array]) -> Array:
        """Turn, (T, 4) or (4,) where it never changes, of any bone; ``known`` is extended on the way."""
        if bone < 0:
            return _STILL
        if bone not in known:
            carried = self._turn(self._parents[bone], known) if self.rig.inherits_rotation[bone] else _STILL
            known[bone] = multiply(carried, self._own_turn(bone)) if self._is_turned[bone] else carried
        return known[bone]

    def _known(self, keyed: Mapping[int, Array], held: Iterable[int]) -> dict[int, Array]:
        known = dict(keyed)
        for bone in held:
            # held at rest relative to its parent, whatever the user has set on it
            known[bone] = self._turn(self._parents[bone], known)
        return known

    def basis_rotations(self, keyed: Mapping[int, Array], held: Iterable[int]) -> dict[int, Array]:
        """``rotation_quaternion`` (T, 4) of the keyed bones, whose turns are given, and of those held at rest."""
        held = list(held)
        known = self._known(keyed, held)
        frames = len(next(iter(keyed.values())))
        order = list(keyed)
        carried = np.stack(
            [
                np.broadcast_to(
                    self._turn(self._parents[b], known) if self.rig.inherits_rotation[b] else _STILL, (frames, 4)
                )
                for b in order
            ],
            axis=1,
        )
        rest = self.rig.rest_rotations[order]
        turned = multiply(conjugate(carried), np.stack([keyed[b] for b in order], axis=1))
        basis = multiply(multiply(conjugate(rest), turned), rest)
        channels = {b: basis[:, k] for k, b in enumerate(order)}
        channels.update({b: identity(frames) for b in held})
        return channels

    def _displacement(self, bone: int) -> Array:
        """World matrix (4, 4) from rest to present pose of a bone that isn't keyed; identity above the top."""
        if bone < 0:
            return np.eye(4)
        basis = self.rig.basis[bone]
        carried = self._displacement(self._parents[bone])
        if np.array_equal(basis, np.eye(4)):
            return carried
        rest = np.eye(4)
        rest[:3, :3] = self.rig.unit * to_matrix(self.rig.rest_rotations[bone])
        rest[:3, 3] = self.rig.heads[bone]
        return np.asarray(carried @ rest @ basis @ np.linalg.inv(rest))

    def size(self, pelvis: int) -> float:
        """How much larger than at rest the bones above make the body."""
        linear = self._displacement(self._parents[pelvis])[:3, :3]
        return float(np.cbrt(abs(np.linalg.det(linear))))

    def ground(self, pelvis: int, frame: Array, floor: float, hips: Array) -> float:
        """World height of the floor that the character stands on.

        ``frame`` (4,): orientation of the body at rest; ``floor``: height of its floor along that frame's up axis;
        ``hips`` (3,): middle of its hips at rest. A rig that doesn't stand upright has its floor at its origin.
        """
        up = rotate(frame, np.array([0.0, 1.0, 0.0]))
        if up[1] < 0.9:
            return float(self.rig.origin[1])
        below = np.append(hips + up * (floor - float(np.dot(hips, up))), 1.0)
        return float((self._displacement(self._parents[pelvis]) @ below)[1])

    def carry(
        self, keyed: Mapping[int, Array], held: Iterable[int], pelvis: int, hip: int, rest_hips: Array, hips: Array
    ) -> tuple[int, Array]:
        """The bone that carries the body, and its ``location`` (T, 3) that brings the middle of the hips to ``hips``.

        ``pelvis``: the bone of the pelvis; ``hip``: the bone of a thigh; ``rest_hips`` (3,): the middle at rest.
        """
        known = self._known(keyed, held)
        above = self._displacement(self._parents[pelvis])
        size = self.size(pelvis)
        # from the pelvis bone's head down to the hips, each piece turned with the bone that carries it
        line = self.rig.ancestors(hip, self._parents)[::-1]
        line = line[line.index(pelvis) :] if pelvis in line else [pelvis]
        points = [self.rig.heads[b] for b in line[1:]] + [rest_hips]
        reach = np.zeros_like(hips)
        for bone, start, end in zip(line, [self.rig.heads[pelvis], *points], points, strict=False):
            if np.any(end != start):
                reach = reach + rotate(self._turn(bone, known), size * (end - start))
        shift = hips - reach - (above @ np.append(self.rig.heads[pelvis], 1.0))[:3]

        carrier = pelvis
        while self.rig.connected[carrier] and self._parents[carrier] >= 0:
            carrier = self._parents[carrier]
        present = np.zeros(3) if carrier == pelvis else self.rig.basis[carrier, :3, 3]
        carried = self._displacement(self._parents[carrier])[:3, :3]
        axes = carried @ (self.rig.unit * self._location_axes(carrier))
        return carrier, present + shift @ np.linalg.inv(axes).T

    def _location_axes(self, bone: int) -> Array:
        """Matrix (3, 3) of the world axes along which a bone's location counts, before its parents move it."""
        if self.rig.local_location[bone]:
            return to_matrix(self.rig.rest_rotations[bone])
        parent = self._parents[bone]
        return to_matrix(self.rig.rest_rotations[parent]) if parent >= 0 else self.rig.axes.T
