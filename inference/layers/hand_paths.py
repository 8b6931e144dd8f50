# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of the hands to places on the body or before it, with what trunk, head and weight do meanwhile.

A gesture leans the trunk and turns the head first, then says where each wrist is: so far outward, up and forward of a
joint. The hand (0.18 m in the direction of the forearm) touches what is beyond the wrist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ...motion.layers.body_joints import (
    ELBOWS,
    HEAD,
    NECK,
    OTHER_SIDE,
    OUTWARD,
    PELVIS,
    SHOULDERS,
    SIDES,
    SPINE3,
    WRISTS,
)
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import Array, conjugate, normalise, rotate
from .body_moves import dip, lean_over_foot, move_body, vectors
from .gesture_timing import GESTURE_START, GestureEnvelope, GestureTiming, Rng, faded_sine

Offset = tuple[Array | float, Array | float, Array | float]
"""Outward from the body, up and forward, in metres; numbers or arrays (T,)."""

CHEST, HIPS = SPINE3, PELVIS
FRONT = -1
"""Anchor that stays where the pelvis is on average: what is fixed in the room, such as a table."""

DOWN: Offset = (0.15, -1.0, -0.1)
"""Elbow that hangs."""
OUT: Offset = (1.0, -0.45, -0.1)
"""Elbow that is lifted to the side."""

_SHOULDER = np.array([0.19, 0.155, -0.03])  # from the third joint of the spine
_REACH = 0.505  # metres of an arm
_STEADY = 0.85  # share of the wandering of a head that is taken away
_SEATED_STOOP = 10.0  # degrees that those who sit and do nothing lean more than those who work
_SEAT_HEIGHT = 0.72  # metres of the pelvis; lower is seated, kneeling or crouched
_TRUNK_RADII = np.array([0.2, 0.135])  # metres to the side and ahead that the wrists keep from the spine
_SKULL, _SKULL_RADIUS = np.array([0.0, 0.085, 0.015]), 0.125
_BULGE = np.array([0.05, 0.0, 0.13])  # metres outward and forward on the way to a place: around the body
_STEP_SECONDS, _STEP_HEIGHT = 0.55, 0.07


@dataclass
class GestureBody:
    """A motion to which a gesture of the hands is added.

    Attributes
    ----------
    layer
        The motion, which is changed.
    rng
        Draws tempo, size and drift.
    side
        Of the hand that leads.
    envelope
        How far the gesture is carried out over time.
    timing
        How often it is done.
    way
        Where it goes, such as "up" or "left"; None if that is open.
    is_still
        Whether the legs stand or sit, so that the weight may shift; False over a gait.
    """

    layer: MotionLayer
    rng: Rng
    side: str
    envelope: GestureEnvelope
    timing: GestureTiming
    way: str | None = None
    is_still: bool = True
    tempo: float = field(init=False)
    size: float = field(init=False)
    _phases: Array = field(init=False)

    def __post_init__(self) -> None:
        """Draw what differs between seeds."""
        pace = {"slow": 1.35, "fast": 0.8}.get(self.timing.speed or "", 1.0)
        self.tempo = pace * float(self.rng.uniform(0.93, 1.1))
        self.size = float(self.rng.uniform(0.92, 1.1))
        self._phases = self.rng.uniform(0, 2 * np.pi, 8)

    @property
    def other(self) -> str:
        """The side of the other hand."""
        return OTHER_SIDE[self.side]

    @property
    def t(self) -> Array:
        """Seconds (T,) from the start of the clip."""
        return self.envelope.times

    @property
    def e(self) -> Array:
        """How far the gesture is carried out (T,), 0 to 1."""
        return self.envelope.values

    @property
    def is_seated(self) -> bool:
        """Whether the body sits, kneels or crouches."""
        return float(np.median(self.layer.root[:, 1])) < _SEAT_HEIGHT

    @property
    def table(self) -> float:
        """Height in metres of the wrists over a table, from the pelvis."""
        return 0.2 if self.is_seated else 0.06

    def since(self) -> Array:
        """Return the seconds (T,) since the hands are where they work."""
        return self.t - self.envelope.hold_start

    def drift(self, seconds: float, index: int = 0) -> Array:
        """Return slow irregular movement (T,), -1 to 1, of a main period."""
        a, b = self._phases[index % 8], self._phases[(index + 3) % 8]
        turn = 2 * np.pi * self.t / seconds
        return np.asarray((0.7 * np.sin(turn + a) + 0.3 * np.sin(1.7 * turn + b)) * self.e)

    def turns(self, seconds: float) -> Array:
        """Return the phase (T,) in radians of something periodic, whose tempo is a little uneven."""
        uneven = 0.035 * np.sin(2 * np.pi * self.t / 2.9 + self._phases[0])
        return np.asarray(2 * np.pi * (self.since() / (seconds * self.tempo) + uneven))

    def sine(self, seconds: float, phase: float = 0.0) -> Array:
        """Return a sine (T,) of a period, whose tempo and strength are a little uneven, while the gesture is held."""
        strength = 0.9 + 0.1 * np.sin(2 * np.pi * self.t / 1.9 + self._phases[1])
        return np.asarray(np.sin(self.turns(seconds) + phase) * strength * self.e * self.size)

    def strokes(self, seconds: float, first: float = 0.0) -> Array:
        """Return strokes (T,), 0 to 1 and back to 0, each of a period: so many as are asked for, else to the end."""
        period = seconds * self.tempo
        since = self.since() - first
        count = self.timing.count or max(1, int((self.envelope.hold_end - self.envelope.hold_start) / period))
        inside = (since > 0) & (since < count * period)
        return np.asarray(np.where(inside, np.sin(np.pi * np.mod(since / period, 1.0)) ** 2, 0.0) * self.e)

    def swings(self, seconds: float) -> Array:
        """Return a sine (T,) that fades in and out: so many as are asked for, else to the end of the gesture."""
        period = seconds * self.tempo
        start = self.envelope.hold_start
        end = self.envelope.hold_end
        if self.timing.count:
            end = min(end, start + self.timing.count * period)
        return faded_sine(self.t, start, period, end) * self.size

    def keys(self, times: list[float], values: list[float]) -> Array:
        """Return a value (T,) that passes keys with minimum jerk; times in seconds from when the hands are there."""
        since, out = self.since(), np.full(len(self.t), values[0])
        for (a, b), (x, y) in zip(pairwise(times), pairwise(values), strict=True):
            out = out + (y - x) * minimum_jerk((since - a) / max(b - a, 1e-6))
        return np.asarray(out)

    def bend(
        self,
        trunk: Array | float = 0.0,
        pitch: Array | float = 0.0,
        yaw: Array | float = 0.0,
        twist: Array | float = 0.0,
        tilt: Array | float = 0.0,
    ) -> None:
        """Lean, turn and tilt trunk and head, as far as the gesture is carried out.

        Parameters
        ----------
        trunk, pitch
            Degrees that the trunk leans, and the head nods, forward.
        yaw, twist
            Degrees that the head, and the trunk, turn to the side of the leading hand.
        tilt
            Degrees that the trunk bends to the side of the leading hand.
        """
        sign = OUTWARD[self.side]
        e = self.e
        # a table is nearer to those who sit at it
        near = np.where(np.asarray(trunk) > 0, 0.55, 1.0) if self.is_seated else 1.0
        self.layer.lean_forward(np.radians(trunk) * near * e)
        self.layer.twist_trunk(sign * np.radians(twist) * e)
        self.layer.bend_sideways(-sign * np.radians(tilt) * e)
        self.layer.rotate_head(np.radians(pitch) * e, sign * np.radians(yaw) * e)

    def shift(
        self,
        out: Array | float = 0.0,
        up: Array | float = 0.0,
        ahead: Array | float = 0.0,
        yaw: Array | float = 0.0,
    ) -> None:
        """Move the pelvis by metres to the side of the leading hand, up and ahead, and turn it there by degrees."""
        if self.is_still and not self.is_seated:
            sign, e = OUTWARD[self.side], self.e
            move_body(self.layer, vectors(sign * out * e, up * e, ahead * e), yaw=sign * np.radians(yaw) * e)

    def live(self, step: bool = True, free_head: bool = True) -> None:
        """Breathe and shift the weight from one leg to the other, with a small step where there is time for it.

        ``free_head``: whether the head has nothing else to do, and wanders a little.
        """
        breath = np.radians(1.3) * np.sin(2 * np.pi * self.t / 3.4 + self._phases[2])
        self.layer.lean_forward(-breath)
        wander = 1.0 if free_head else 0.0
        self.layer.rotate_head(
            breath + np.radians(2.0) * wander * self.drift(3.7, 4),
            np.radians(3.0) * wander * self.drift(4.3, 5),
        )
        if self.is_seated:
            self.layer.lean_forward(-np.radians(_SEATED_STOOP) * self.e)
        if not self.is_still or self.is_seated:
            self.layer.bend_sideways(np.radians(1.5) * self.drift(3.9, 6))
            return
        length = float(self.t[-1])
        lean = {side: lean_over_foot(self.layer, side) for side in SIDES}
        steps: dict[str, Array] = {}
        heels: dict[str, Array] = {}
        # the weight rests on one leg for two or three seconds, and then on the other one
        period = float(self.rng.uniform(4.5, 6.5))
        weight = np.tanh(2.2 * np.sin(2 * np.pi * self.t / period + self._phases[3]))
        over = np.where(weight > 0, weight * lean["left"], -weight * lean["right"])
        if step and length > 2.6:
            foot = SIDES[int(self.rng.integers(2))]
            begin = float(self.rng.uniform(0.3, 0.75)) * (length - _STEP_SECONDS)
            moved = minimum_jerk((self.t - begin) / _STEP_SECONDS)
            lift = dip(self.t, begin, begin + _STEP_SECONDS)
            aside, ahead = float(self.rng.uniform(0.0, 0.05)), float(self.rng.uniform(-0.07, 0.07))
            steps[foot] = vectors(OUTWARD[foot] * aside * moved, _STEP_HEIGHT * lift, ahead * moved)
            heels[foot] = np.radians(16) * lift
            near = dip(self.t, begin - 0.7, begin + _STEP_SECONDS + 0.6)
            over = over * (1.0 - near) + near * 1.9 * lean[OTHER_SIDE[foot]]
        share = 0.32 * np.clip(self.e + 0.3, 0.0, 1.0)
        hip = np.radians(2.5) * weight * share * 2.0
        move_body(
            self.layer,
            vectors(over * share, -0.012 * np.abs(weight) - 0.01 * self.e, 0.0 * over),
            yaw=hip,
            steps=steps or None,
            heels=heels or None,
        )
        self.layer.bend_sideways(0.6 * over * share)

    def steady_head(self) -> None:
        """Turn the head ahead, and keep it at its usual height, so that small movements of it can be seen."""
        _, rotations = self.layer.forward_kinematics()
        ahead = np.broadcast_to([0.0, 0.0, 1.0], self.layer.root.shape)
        face = self.layer.to_facing_frame(rotate(rotations[:, HEAD], ahead))
        yaw = np.arctan2(face[:, 0], face[:, 2])
        pitch = -np.arcsin(np.clip(face[:, 1], -1.0, 1.0))
        self.layer.rotate_head(_STEADY * (np.median(pitch) - pitch) * self.e, -_STEADY * yaw * self.e)

    def hand(
        self, side: str, anchor: int, offset: Offset, elbow: Offset = DOWN, share: Array | None = None
    ) -> None:
        """Bring a wrist to a place.

        Parameters
        ----------
        side
            Of the hand.
        anchor
            Joint that the place moves with; ``FRONT`` is fixed in the room.
        offset
            From the anchor to the wrist, ``x`` outward on that side.
        elbow
            Where the elbow points.
        share : (T,)
            How far the hand is brought there, 0 to 1; as far as the gesture is carried out if not given.
        """
        k = self.e if share is None else np.clip(share, 0.0, 1.0)
        layer, sign = self.layer, OUTWARD[side]
        local = vectors(*(np.broadcast_to(np.asarray(v, dtype=float), k.shape) for v in offset)) * np.array(
            [sign, 1.0, 1.0]
        )
        positions, rotations = layer.forward_kinematics()
        shoulder = positions[:, SHOULDERS[side]]
        if anchor == FRONT:
            place = positions[:, PELVIS].copy()
            if self.is_still:
                place[:] = np.median(place, axis=0)
            target: Array = place + rotate(layer.facing, local)
        else:
            target = positions[:, anchor] + rotate(rotations[:, anchor], local)
        base = positions[:, WRISTS[side]]
        bulge = (4.0 * k * (1.0 - k))[:, None] * (_BULGE * [sign, 1.0, 1.0])
        wrist: Array = base + (target - base) * k[:, None] + rotate(layer.facing, bulge)
        wrist = _keep_outside(wrist, positions, rotations, layer.facing)
        middle = positions[:, ELBOWS[side]] - (shoulder + base) / 2
        bent = normalise(layer.to_facing_frame(middle) + np.array([0.0, -0.02, -0.02]))
        pole = vectors(*(np.broadcast_to(np.asarray(v, dtype=float), k.shape) for v in elbow)) * np.array(
            [sign, 1.0, 1.0]
        )
        pole = normalise(bent * (1.0 - k[:, None]) + normalise(pole) * k[:, None])
        weights = np.minimum(1.0, 6.0 * k)
        kept = layer.rotations.copy()
        # a lifted collarbone moves the shoulder: the second time the arm starts from where it is then
        for _ in range(2):
            upper, fore = layer.solve_arm(side, layer.to_facing_frame(wrist - shoulder), pole)
            layer.rotations = kept.copy()
            layer.set_arm_directions(side, upper, fore, weights)
            positions, _ = layer.forward_kinematics()
            shoulder = positions[:, SHOULDERS[side]]

    def hands(self, anchor: int, offset: Offset, elbow: Offset = DOWN, share: Array | None = None) -> None:
        """Bring both wrists to places that mirror each other, as in :meth:`hand`."""
        for side in SIDES:
            self.hand(side, anchor, offset, elbow, share)


def place_straight(
    out: Array | float, up: Array | float, ahead: Array | float, reach: float = 0.975
) -> Offset:
    """Return the place of a wrist whose arm points in a direction, from the chest."""
    length = np.sqrt(np.square(out) + np.square(up) + np.square(ahead))
    k = _REACH * reach / np.maximum(length, 1e-6)
    # the shoulder rises with the arm
    rise = 0.06 * np.clip(up / np.maximum(length, 1e-6) + 0.15, 0.0, 1.0)
    return _SHOULDER[0] + k * out, _SHOULDER[1] + k * up + rise, _SHOULDER[2] + k * ahead


def between(a: Offset, b: Offset, share: Array) -> Offset:
    """Return the place a share (T,) of the way from one to another."""
    x, y, z = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return x, y, z


def start_gesture(layer: MotionLayer, rng: Rng, rise: float, hold: float | None) -> GestureEnvelope:
    """Return the envelope of a gesture that begins with its clip, is reached, held for some seconds, and ends.

    ``hold`` None: to the end of the clip, as long as it may be.
    """
    times = np.arange(len(layer.root)) / 20.0
    start = GESTURE_START + float(rng.uniform(-0.05, 0.08))
    fall = 1.15 * rise
    rise = min(rise, 0.35 * float(times[-1]))
    hold_start = start + rise
    hold_end = max(hold_start + 0.25, float(times[-1]) - 0.15 - fall)
    if hold is not None:
        hold_end = min(hold_end, hold_start + hold)
    values = minimum_jerk((times - start) / rise) * (1.0 - minimum_jerk((times - hold_end) / fall))
    return GestureEnvelope(times, values, start, hold_start, hold_end)


def _keep_outside(wrist: Array, positions: Array, rotations: Array, facing: Array) -> Array:
    """Return wrists (T, 3) that are outside of trunk and head."""
    pelvis, neck = positions[:, PELVIS], positions[:, NECK]
    height = np.clip((wrist - pelvis)[:, 1] / np.maximum((neck - pelvis)[:, 1], 0.1), 0.0, 1.0)[:, None]
    spine = pelvis + (neck - pelvis) * height
    from_spine = rotate(conjugate(facing), wrist - spine)
    flat = np.asarray(from_spine[:, [0, 2]] / _TRUNK_RADII)
    near = np.linalg.norm(flat, axis=-1)
    inside = (near < 1.0) & (np.abs(from_spine[:, 1]) < 0.08)
    # mostly ahead or back: a hand does not slide around the body
    ahead = np.sqrt(np.maximum(0.0, 1.0 - flat[:, 0] ** 2)) * np.where(flat[:, 1] < -0.25, -1.0, 1.0)
    pushed = from_spine.copy()
    pushed[:, 2] = np.where(inside, ahead * _TRUNK_RADII[1], pushed[:, 2])
    out = spine + rotate(facing, pushed)
    skull = positions[:, HEAD] + rotate(rotations[:, HEAD], np.broadcast_to(_SKULL, wrist.shape))
    away = out - skull
    distance = np.linalg.norm(away, axis=-1, keepdims=True)
    return np.asarray(
        np.where(distance < _SKULL_RADIUS, skull + away / np.maximum(distance, 1e-6) * _SKULL_RADIUS, out)
    )
