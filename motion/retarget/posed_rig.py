# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluate a rig's bones in the world, frame by frame, and convert world transforms to pose channels."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from ..rotations import Array, conjugate, multiply, rotate
from .rig_hierarchy import STILL, Posing


@dataclass(frozen=True, eq=False)
class _State:
    """World transform of a bone.

    It moves ``point`` of the rest pose to ``head + size * rotate(rotation, point - rest_head)``.

    Attributes
    ----------
    rotation : (T, 4) or (4,)
        World rotation from rest.
    size : float
        Scale relative to the rest pose.
    head : (T, 3) or (3,)
        World position of the bone's head.
    rest_head : (3,)
        The head in the rest pose.
    """

    turn: Array
    size: float
    head: Array
    rest: Array

    def place(self, point: Array) -> Array:
        return np.asarray(self.head + rotate(self.turn, self.size * (point - self.rest)))


class Posed:
    """``T`` frames of a rig in the world, evaluated by forward kinematics."""

    def __init__(
        self, posing: Posing, turns: Array, body: Array, size: float = 1.0, root: Array | None = None
    ) -> None:
        """Store the transforms of the keyed bones; those of all others follow from them.

        Parameters
        ----------
        hierarchy : RigHierarchy
            How the bones carry one another.
        rotations : (T, K, 4)
            World rotations from rest of ``hierarchy.keyed_bones``.
        body_positions : (T, 3)
            World positions of the head of ``hierarchy.body_bone``.
        size : float
            Size of the body relative to its rest pose.
        root_positions : (T, 3) or None
            World positions of the head of ``hierarchy.root_bone``, if that is keyed.
        """
        self.posing = posing
        self.turns = turns
        self._size = size
        self._states: dict[int, _State] = {}
        self._states[-1] = _State(STILL, 1.0, np.zeros(3), np.zeros(3))
        rest = posing.rig.heads
        self._body = posing.body
        self._states[self._body] = _State(self._turn(self._body), size, body, rest[self._body])
        if posing.root is not None and root is not None:
            grown = posing.present_size(posing.root)
            self._states[posing.root] = _State(self._turn(posing.root), grown, root, rest[posing.root])

    def _turn(self, bone: int) -> Array:
        """Return the world rotation of a bone from rest: (T, 4), or (4,) for a bone that does not rotate."""
        column, constant = self.posing.turned_with(bone)
        if column < 0:
            return constant
        turn = self.turns[:, column]
        return turn if constant is STILL else multiply(turn, constant)

    def _state(self, bone: int) -> _State:
        """Return the world transform of ``bone``, computed once."""
        if bone in self._states:
            return self._states[bone]
        rig, posing = self.posing.rig, self.posing
        line = [bone]
        while (above := posing.mover(line[-1])) not in self._states:
            line.append(above)
        for lower in reversed(line):
            upper = self._states[posing.mover(lower)]
            head = upper.place(rig.heads[lower])
            offset = rig.basis[lower, :3, 3]
            if np.any(offset) and lower not in posing.held and lower not in posing.moved:
                head = head + rotate(
                    self._location_axes(lower, upper.turn), upper.size * rig.metres_per_unit * offset
                )
            grown = upper.size * float(np.cbrt(abs(np.linalg.det(rig.basis[lower, :3, :3]))))
            if posing.carries(posing.body, lower):
                grown = self._size
            self._states[lower] = _State(self._turn(lower), grown, head, rig.heads[lower])
        return self._states[bone]

    def heads(self, bones: Sequence[int]) -> Array:
        """Return the world positions (T, len(bones), 3) of the heads of bones."""
        frames = (len(self.turns), 3)
        return np.stack([np.broadcast_to(self._state(bone).head, frames) for bone in bones], axis=1)

    def moving(self, bone: int, turn: Array, heads: Array) -> Posed:
        """Return a copy in which one more bone, a control that is not part of the hierarchy's motion, is moved.

        ``rotations`` (T, 4): its world rotations from rest. ``positions`` (T, 3): world positions of its head.
        """
        other = copy(self)
        other._states = {**self._states, bone: _State(turn, self._size, heads, self.posing.rig.heads[bone])}
        return other

    def rotation_channels(self) -> Array:
        """Return ``rotation_quaternion`` (T, K, 4) of the keyed bones."""
        columns, constants = self.posing.links
        # the last column stands for parents that do not rotate: bones without a keyed ancestor
        still = np.broadcast_to(STILL, (len(self.turns), 1, 4))
        carried = np.concatenate([self.turns, still], axis=1)[:, columns]
        if np.any(constants != STILL):
            carried = multiply(carried, constants)
        relative = multiply(conjugate(carried), self.turns)
        # convert the axis of rotation from the world to the bone's own rest axes
        own = conjugate(self.posing.rig.rest_rotations[list(self.posing.keyed)])
        relative[..., 1:] = rotate(own, relative[..., 1:])
        return relative

    def rotation_channel(self, bone: int, turn: Array) -> Array:
        """Return ``rotation_quaternion`` (T, 4) of any bone for the world ``rotations`` (T, 4) from rest."""
        above = self.posing.turner(bone)
        carried = STILL if above < 0 else self._turn(above)
        rest = self.posing.rig.rest_rotations[bone]
        relative = multiply(conjugate(carried), turn)
        return multiply(multiply(conjugate(rest), relative), rest)

    def location_channel(self, bone: int, heads: Array) -> Array:
        """Return ``location`` (T, 3) that moves the head of any bone to the world ``positions`` (T, 3)."""
        rig = self.posing.rig
        upper = self._state(self.posing.parents[bone])
        shift = heads - upper.place(rig.heads[bone])
        away = rotate(conjugate(self._location_axes(bone, upper.turn)), shift)
        return np.asarray(away / (upper.size * rig.metres_per_unit))

    def body_location(self, heads: Array) -> tuple[int, Array]:
        """Return the bone to key, and its ``location`` (T, 3), so that the body's bone is at ``positions`` (T, 3).

        The bone is the body's own, or an ancestor where the body's bone is connected to its parent.
        """
        rig, posing = self.posing.rig, self.posing
        carrier = posing.body
        while (
            rig.connected[carrier] and posing.parents[carrier] >= 0 and posing.parents[carrier] != posing.root
        ):
            carrier = posing.parents[carrier]
        if carrier == posing.body:
            return carrier, self.location_channel(carrier, heads)
        free = Posed(posing, self.turns, heads, self._size)
        del free._states[posing.body]
        shift = heads - free._state(posing.body).head
        return carrier, free.location_channel(carrier, free._state(carrier).head + shift)

    def _location_axes(self, bone: int, turn: Array) -> Array:
        """Return the world orientation (..., 4) of the axes in which a bone's ``location`` is measured.

        ``parent_rotation`` (..., 4): world rotation of the bone's parent from rest.
        """
        rig, above = self.posing.rig, self.posing.parents[bone]
        if rig.local_location[bone]:
            return multiply(turn, rig.rest_rotations[bone])
        return multiply(turn, rig.rest_rotations[above] if above >= 0 else rig.orientation)


def carried(posing: Posing, bone: int, point: Array) -> Array:
    """Return where a point (3,) of the rest pose is in the present pose of the rig.

    The point moves with ``bone``, which must not be a keyed one; with none if ``bone`` is -1.
    """
    still = Posed(posing, np.zeros((1, len(posing.keyed), 4)) + STILL, posing.rig.heads[posing.body][None])
    del still._states[posing.body]
    return np.asarray(still._state(bone).place(point))
