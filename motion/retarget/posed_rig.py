# SPDX-License-Identifier: GPL-3.0-or-later
"""A rig's bones in the world, frame by frame, and the channels that bring a bone to where it shall be."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from ..rotations import Array, conjugate, multiply, rotate
from .rig_hierarchy import STILL, Posing


@dataclass(frozen=True, eq=False)
class _State:
    """Where a point of the rest pose is that a bone carries: ``head + size * turn(point - rest)``.

    ``turn`` (T, 4) or (4,), ``head`` (T, 3) or (3,), ``rest`` (3,).
    """

    turn: Array
    size: float
    head: Array
    rest: Array

    def place(self, point: Array) -> Array:
        return np.asarray(self.head + rotate(self.turn, self.size * (point - self.rest)))


class Posed:
    """``T`` frames of a rig in the world.

    ``turns`` (T, K, 4): of ``posing.keyed``. ``body`` (T, 3): where the head of ``posing.body`` is; ``size``: how much
    larger than at rest the body is. ``root`` (T, 3): where the head of ``posing.root`` is, if there is one.
    """

    def __init__(
        self, posing: Posing, turns: Array, body: Array, size: float = 1.0, root: Array | None = None
    ) -> None:
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
        """World turn (T, 4) of a bone, or (4,) of one that stays."""
        column, constant = self.posing.turned_with(bone)
        if column < 0:
            return constant
        turn = self.turns[:, column]
        return turn if constant is STILL else multiply(turn, constant)

    def _state(self, bone: int) -> _State:
        """What ``bone`` does to all that it carries."""
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
                head = head + rotate(self._location_axes(lower, upper.turn), upper.size * rig.unit * offset)
            grown = upper.size * float(np.cbrt(abs(np.linalg.det(rig.basis[lower, :3, :3]))))
            if posing.carries(posing.body, lower):
                grown = self._size
            self._states[lower] = _State(self._turn(lower), grown, head, rig.heads[lower])
        return self._states[bone]

    def heads(self, bones: Sequence[int]) -> Array:
        """World positions (T, len(bones), 3) of bones' heads."""
        frames = (len(self.turns), 3)
        return np.stack([np.broadcast_to(self._state(bone).head, frames) for bone in bones], axis=1)

    def moving(self, bone: int, turn: Array, heads: Array) -> Posed:
        """The same where one more bone, a control that nothing else is known of, turns (T, 4) and is at ``heads``."""
        other = copy(self)
        other._states = {**self._states, bone: _State(turn, self._size, heads, self.posing.rig.heads[bone])}
        return other

    def rotation_channels(self) -> Array:
        """``rotation_quaternion`` (T, K, 4) of the keyed bones."""
        columns, constants = self.posing.links
        # what carries a bone that hangs on no keyed one does not turn
        still = np.broadcast_to(STILL, (len(self.turns), 1, 4))
        carried = np.concatenate([self.turns, still], axis=1)[:, columns]
        if np.any(constants != STILL):
            carried = multiply(carried, constants)
        relative = multiply(conjugate(carried), self.turns)
        # in the bones' own axes: the axis of rotation is seen from the rest orientation
        own = conjugate(self.posing.rig.rest_rotations[list(self.posing.keyed)])
        relative[..., 1:] = rotate(own, relative[..., 1:])
        return relative

    def rotation_channel(self, bone: int, turn: Array) -> Array:
        """``rotation_quaternion`` (T, 4) for any one bone to turn by ``turn`` (T, 4)."""
        above = self.posing.turner(bone)
        carried = STILL if above < 0 else self._turn(above)
        rest = self.posing.rig.rest_rotations[bone]
        relative = multiply(conjugate(carried), turn)
        return multiply(multiply(conjugate(rest), relative), rest)

    def location_channel(self, bone: int, heads: Array) -> Array:
        """``location`` (T, 3) for the head of any one bone to be at ``heads`` (T, 3)."""
        rig = self.posing.rig
        upper = self._state(self.posing.parents[bone])
        shift = heads - upper.place(rig.heads[bone])
        away = rotate(conjugate(self._location_axes(bone, upper.turn)), shift)
        return np.asarray(away / (upper.size * rig.unit))

    def body_location(self, heads: Array) -> tuple[int, Array]:
        """The bone that takes the body's way, and its ``location`` (T, 3) for the body's bone to be at ``heads``.

        That is the body's own bone, or one above it where that is connected to its parent.
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
        """Orientation (..., 4) of the world axes along which a bone's location counts; ``turn``: its parent's."""
        rig, above = self.posing.rig, self.posing.parents[bone]
        if rig.local_location[bone]:
            return multiply(turn, rig.rest_rotations[bone])
        return multiply(turn, rig.rest_rotations[above] if above >= 0 else rig.orientation)


def carried(posing: Posing, bone: int, point: Array) -> Array:
    """Where a point (3,) of the rest pose is in the present one, carried by a bone that is not keyed (-1: by none)."""
    still = Posed(posing, np.zeros((1, len(posing.keyed), 4)) + STILL, posing.rig.heads[posing.body][None])
    del still._states[posing.body]
    return np.asarray(still._state(bone).place(point))
