# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of dances: where the feet go in each cycle, with the body over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...motion.layers.body_joints import ANKLES, FEET, SIDES
from ...motion.layers.motion_layer import minimum_jerk
from ...motion.rotations import Array, multiply, rotate, rotation_about_axis
from .body_moves import dip, vectors
from .hand_paths import GestureBody

FootMove = tuple[str, float, float, float, float, float]
"""Side, beat at which a foot leaves, beats that it takes, metres to the left and ahead of where it stood, lift."""


_CLOSING_SECONDS = 0.42


@dataclass
class Dance:
    """A gesture body that dances to a beat.

    Attributes
    ----------
    body
        With arms, trunk and head.
    beat_seconds
        Of one beat.
    beats : (T,)
        Since the dance began.
    steps
        By side, where a foot is, (T, 3) metres in the facing frame from where it stood.
    heels
        By side, how far its heel is lifted, (T,) radians.
    standing
        The leg that carries the weight while the other one is in the air; None: both do.
    """

    body: GestureBody
    beat_seconds: float
    beats: Array = field(init=False)
    steps: dict[str, Array] = field(init=False)
    heels: dict[str, Array] = field(init=False)
    standing: str | None = None

    def __post_init__(self) -> None:
        """Count the beats, and let both feet stand."""
        self.beat_seconds *= self.body.tempo
        self.beats = self.body.since() / self.beat_seconds
        zero = np.zeros(len(self.beats))
        self.steps = {side: vectors(zero, 0.0, 0.0) for side in SIDES}
        self.heels = {side: zero.copy() for side in SIDES}

    def place_steps(self, moves: Sequence[FootMove], cycle: float, heel: float = 14.0) -> None:
        """Let the feet step, cycle after cycle.

        Parameters
        ----------
        moves
            Of one cycle, in ascending order for each foot.
        cycle
            Its length in beats.
        heel
            Degrees by which the heel of a moving foot is lifted.
        """
        first, last = float(self.beats[0]), float(self.beats[-1])
        for n in range(-4, int(last / cycle) + 1):
            for side, at, length, x, z, lift in moves:
                begin = at + n * cycle
                if begin < first + 0.1 or begin + length > last - 0.2:
                    continue
                share = minimum_jerk((self.beats - begin) / length)[:, None]
                rise = dip(self.beats, begin, begin + length)
                place = self.steps[side]
                goal = np.array([x, 0.0, z]) - place * [1.0, 0.0, 1.0]
                self.steps[side] = place + goal * share + vectors(0.0, lift * rise, 0.0 * rise)
                self.heels[side] = self.heels[side] + np.radians(heel) * rise

    def support(self) -> Array:
        """Return the middle between the feet that carry the weight (T, 3), from where it was, on the ground."""
        if self.standing is not None:
            return np.asarray(self.steps[self.standing] * np.array([1.0, 0.0, 1.0]))
        middle: Array = (self.steps["left"] + self.steps["right"]) * np.array([0.5, 0.0, 0.5])
        return middle

    def _close(self) -> None:
        """Bring the feet together at the end of the clip, one after the other, so that what follows can go on."""
        end, target = float(self.body.t[-1]), self.support()[-1]
        for k, side in enumerate(SIDES):
            begin = end - 0.1 - _CLOSING_SECONDS * (2 - k)
            share = minimum_jerk((self.body.t - begin) / _CLOSING_SECONDS)
            away = float(np.linalg.norm(self.steps[side][-1] - target))
            lift = min(0.06, 0.4 * away) * dip(self.body.t, begin, begin + _CLOSING_SECONDS)
            self.steps[side] = self.steps[side] + (target - self.steps[side]) * share[:, None]
            self.steps[side] = self.steps[side] + vectors(0.0, lift, 0.0)
            self.heels[side] = self.heels[side] * (1.0 - share)

    def move(
        self,
        aside: Array | float = 0.0,
        up: Array | float = 0.0,
        yaw: Array | float = 0.0,
        tilt: Array | float = 0.0,
        turns: Mapping[str, Array] | None = None,
    ) -> None:
        """Place the pelvis over the feet, and the feet where their steps are.

        Parameters
        ----------
        aside, up
            Metres (T,) to the left and up, beside the way of the feet.
        yaw, tilt
            Degrees (T,) that the pelvis turns to the left and tilts forward.
        turns
            By side, degrees (T,) that a foot swivels to the left on its ball.
        """
        self._close()
        layer, zero = self.body.layer, np.zeros(len(self.beats))
        positions, rotations = layer.forward_kinematics()
        shift = self.support() + vectors(zero + aside, zero + up, 0.0)
        layer.root = layer.root + rotate(layer.facing, shift)
        layer.turn_pelvis(np.radians(zero + yaw), np.radians(zero + tilt))
        for side in SIDES:
            ankle, foot = positions[:, ANKLES[side]], rotations[:, ANKLES[side]]
            if turns is not None:
                turn = rotation_about_axis("y", np.radians(turns[side]))
                ball = rotate(foot, layer.skeleton.rest_offsets[FEET[side]].astype(np.float64))
                ankle, foot = ankle + ball - rotate(turn, ball), multiply(turn, foot)
            ankle, foot = layer.lift_heel(side, ankle, foot, self.heels[side])
            layer.place_foot(side, ankle + rotate(layer.facing, self.steps[side]), foot)

    def on_beat(self, cycle: float = 2.0, phase: float = 0.0) -> Array:
        """Return a sine (T,) with a period of so many beats, as far as the dance is carried out."""
        return np.asarray(np.sin(2 * np.pi * (self.beats / cycle + phase)) * self.body.e)

    def stops(self, values: Sequence[float], beats: float, share: float = 0.35) -> Array:
        """Return values (T,) that are held, one after the other, and change fast.

        Parameters
        ----------
        values
            Of one cycle.
        beats
            For which each is held.
        share
            Of this time that a change takes.
        """
        place = np.maximum(self.beats, 0.0) / beats
        index = np.floor(place).astype(int)
        held = np.asarray(values, dtype=float)
        now, before = held[index % len(held)], held[(index - 1) % len(held)]
        return np.asarray((before + (now - before) * minimum_jerk((place - index) / share)) * self.body.e)
