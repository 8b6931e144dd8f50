# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored work of the hands: instruments, typing, wiping, pouring, strikes, slaps, opening a door.

Signatures as ``gesture_timing.Gesture``. Trunk, head and weight go along, so that nobody works from the elbows alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ...motion.layers.body_joints import HEAD, OTHER_SIDE, OUTWARD, SIDES
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import Array, normalise
from .arm_poses import interpolate_curve, make_pose, reach_joint, set_arm, side_direction
from .body_moves import dip, key_arm, move_body, vectors
from .gesture_timing import GESTURE_START, Facts, Gesture, GestureTiming, Rng, clip_times, make_envelope
from .hand_paths import GestureBody


@dataclass(frozen=True)
class _Work:
    """What both hands do to the end of a clip.

    Attributes
    ----------
    layer
        The motion, which is changed.
    side
        Of the hand that leads.
    times : (T,) seconds
        From the start of the clip.
    progress : (T,)
        How far it is carried out, 0 to 1.
    """

    layer: MotionLayer
    side: str
    times: Array
    progress: Array

    @property
    def other(self) -> str:
        """The side of the other hand."""
        return OTHER_SIDE[self.side]

    def make_wave(self, seconds: float, phase: float = 0.0) -> Array:
        """Return a sine (T,) of a period, as far as the work is carried out."""
        return np.asarray(np.sin(2 * np.pi * (self.times - 0.9) / seconds + phase) * self.progress)

    def make_beats(self, seconds: float, late: bool) -> Array:
        """Return beats (T,), 0 to 1, whose strength varies; ``late``: those of the other hand, between them."""
        beats = np.abs(self.make_wave(seconds, np.pi / 2 if late else 0.0))
        return np.asarray(
            beats * (0.75 + 0.25 * np.sin(2 * np.pi * self.times / 1.7 + (1.9 if late else 0.0)))
        )

    def set_arm(self, side: str, upper: tuple[Array, Array], fore: tuple[Array, Array]) -> None:
        """Bring an arm to a direction (3,) with an offset (T, 3) for each of its halves."""
        u, f = (base + offset for base, offset in (upper, fore))
        set_arm(self.layer, side, u, f, self.progress)

    def move_arm(self, side: str, start: tuple[Array, Array], end: tuple[Array, Array], share: Array) -> None:
        """Bring an arm between two poses, a share (T,) of the way."""
        between = share[:, None]
        upper, fore = (a + (b - a) * between for a, b in zip(start, end, strict=True))
        set_arm(self.layer, side, upper, fore, self.progress)

    def lean_trunk(self, trunk: Array | float, pitch: Array | float, yaw: Array | float = 0.0) -> None:
        """Lean the trunk forward and turn the head by degrees, as far as the work is carried out."""
        e = self.progress
        self.layer.lean_forward(np.radians(trunk) * e)
        self.layer.rotate_head(np.radians(pitch) * e, np.radians(yaw) * e)


_STILL = np.zeros(3)
_ELBOW_DOWN = np.array([0.0, -1.0, 0.2])


def _play_guitar(work: _Work) -> None:
    strum, slide, sway = work.make_wave(0.6), 0.12 * work.make_wave(3.2), work.make_wave(1.2)
    work.lean_trunk(6.0, 10.0 + 5.0 * np.sin(2 * np.pi * work.times / 1.2), -14.0 * OUTWARD[work.side])
    work.layer.bend_sideways(np.radians(4) * sway)
    out = side_direction(work.side, -0.75, -0.1, 0.65)
    work.set_arm(
        work.side,
        (side_direction(work.side, 0.55, -0.85, 0.15), _STILL),
        (out, vectors(0.0, 0.28 * strum, 0.0)),
    )
    neck = side_direction(work.other, 0.25, 0.45, 0.85), vectors(OUTWARD[work.other] * slide, 0.0, 0.0)
    work.set_arm(work.other, (side_direction(work.other, 0.55, -0.8, 0.3), _STILL), neck)


def _play_violin(work: _Work) -> None:
    bow, sign = work.make_wave(1.2), OUTWARD[work.side]
    work.lean_trunk(3.0, 8.0, 20.0 * OUTWARD[work.other])
    work.layer.twist_trunk(-sign * np.radians(5) * bow)
    work.set_arm(
        work.other,
        (side_direction(work.other, 0.5, -0.1, 0.85), _STILL),
        (side_direction(work.other, -0.1, 0.75, 0.6), _STILL),
    )
    upper = side_direction(work.side, 0.75, -0.2, 0.6), vectors(sign * 0.12 * bow, 0.0, 0.0)
    fore = side_direction(work.side, -0.45, 0.45, 0.7), vectors(sign * 0.45 * bow, -0.1 * bow, 0.0)
    work.set_arm(work.side, upper, fore)


def _play_piano(work: _Work) -> None:
    work.lean_trunk(
        9.0 + 4.0 * np.sin(2 * np.pi * work.times / 1.6), 12.0 + 5.0 * np.sin(2 * np.pi * work.times / 0.8)
    )
    work.layer.bend_sideways(np.radians(4) * work.make_wave(3.2, 0.6))
    for s in SIDES:
        beat = work.make_beats(0.8, s != work.side)
        drift = 0.22 * work.make_wave(3.2, 0.0 if s == work.side else 1.2)
        aside = OUTWARD[s] * drift
        upper = side_direction(s, 0.25, -0.9, 0.35), vectors(aside, 0.0, 0.0)
        work.set_arm(s, upper, (side_direction(s, -0.1, -0.05, 1.0), vectors(aside, 0.22 * beat, 0.0)))


def _play_drums(work: _Work) -> None:
    work.lean_trunk(
        8.0 + 3.0 * np.sin(2 * np.pi * work.times / 0.6), 8.0 + 10.0 * np.sin(2 * np.pi * work.times / 0.6)
    )
    work.layer.twist_trunk(np.radians(9) * work.make_wave(2.4))
    for s in SIDES:
        beat = work.make_wave(0.6, 0.0 if s == work.side else np.pi)
        aside = OUTWARD[s] * 0.18 * work.make_wave(2.4, 0.5 if s == work.side else 1.6)
        upper = side_direction(s, 0.4, -0.85, 0.3), vectors(aside, 0.16 * beat, 0.14 * beat)
        work.set_arm(s, upper, (side_direction(s, -0.1, 0.15, 1.0), vectors(aside, 0.7 * beat, -0.15 * beat)))


def _type_on_keyboard(work: _Work) -> None:
    glance = dip(work.times, 1.9, 3.1)
    work.lean_trunk(8.0, 20.0 - 16.0 * glance)
    for s in SIDES:
        beat = work.make_beats(0.5, s != work.side)
        aside = OUTWARD[s] * 0.1 * work.make_wave(1.6, 0.0 if s == work.side else 2.1)
        upper = side_direction(s, 0.2, -1.0, 0.16), _STILL
        work.set_arm(
            s, upper, (side_direction(s, -0.3, -0.06, 1.0), vectors(aside, 0.17 * beat, 0.03 * beat))
        )


def _read_book(work: _Work) -> None:
    work.lean_trunk(5.0, 24.0, 7.0 * np.sin(2 * np.pi * (work.times - 0.9) / 2.4))
    for s in SIDES:
        work.set_arm(
            s, (side_direction(s, 0.15, -0.95, 0.3), _STILL), (side_direction(s, -0.25, 0.35, 0.9), _STILL)
        )
    turn = dip(work.times, 2.0, 2.9) * work.progress
    upper, fore = work.layer.arm_directions(work.side)
    away = vectors(-OUTWARD[work.side] * 0.9 * turn, 0.2 * turn, 0.0)
    work.layer.set_arm_directions(work.side, upper, normalise(fore + away), np.ones_like(turn))


def _write_on_pad(work: _Work) -> None:
    line, stroke, sign = work.make_wave(2.4), work.make_wave(0.5), OUTWARD[work.side]
    work.lean_trunk(9.0, 24.0, 4.0 * np.sin(2 * np.pi * (work.times - 0.9) / 2.4))
    work.set_arm(
        work.other,
        (side_direction(work.other, 0.15, -0.95, 0.3), _STILL),
        (side_direction(work.other, -0.4, 0.1, 0.9), _STILL),
    )
    upper = side_direction(work.side, 0.2, -0.9, 0.35), vectors(sign * 0.1 * line, 0.0, 0.0)
    fore = (
        side_direction(work.side, -0.3, 0.2, 0.9),
        vectors(sign * (0.18 * line + 0.05 * stroke), 0.13 * stroke, 0.0),
    )
    work.set_arm(work.side, upper, fore)


def _use_phone(work: _Work) -> None:
    work.lean_trunk(4.0, 26.0, -6.0 * OUTWARD[work.side])
    fore = side_direction(work.side, -0.35, 0.45, 0.8), vectors(0.0, 0.05 * work.make_wave(0.8), 0.0)
    work.set_arm(work.side, (side_direction(work.side, 0.15, -0.95, 0.25), _STILL), fore)


def _stir_pot(work: _Work) -> None:
    across, along, sign = work.make_wave(1.0), work.make_wave(1.0, np.pi / 2), OUTWARD[work.side]
    work.lean_trunk(9.0 + 2.0 * np.sin(2 * np.pi * work.times), 20.0)
    work.layer.twist_trunk(sign * np.radians(4) * across)
    work.set_arm(
        work.other,
        (side_direction(work.other, 0.2, -0.95, 0.25), _STILL),
        (side_direction(work.other, -0.35, 0.0, 0.9), _STILL),
    )
    upper = side_direction(work.side, 0.3, -0.85, 0.3), vectors(sign * 0.16 * across, 0.0, 0.18 * along)
    fore = side_direction(work.side, -0.3, -0.2, 0.9), vectors(sign * 0.34 * across, 0.0, 0.28 * along)
    work.set_arm(work.side, upper, fore)


def _juggle_balls(work: _Work) -> None:
    work.lean_trunk(-2.0, -14.0 + 3.0 * np.sin(2 * np.pi * work.times / 0.8))
    work.layer.bend_sideways(np.radians(3) * work.make_wave(0.8))
    for s in SIDES:
        beat, inward = work.make_wave(0.8, 0.0 if s == work.side else np.pi), work.make_wave(0.8, np.pi / 2)
        upper = side_direction(s, 0.25, -1.0, 0.15), vectors(0.0, 0.0, 0.14 * beat)
        fore = side_direction(s, -0.1, 0.2, 1.0), vectors(-OUTWARD[s] * 0.3 * inward, 0.65 * beat, 0.0)
        work.set_arm(s, upper, fore)


def _row_boat(work: _Work) -> None:
    pull = 0.5 - 0.5 * work.make_wave(2.0, np.pi / 2)
    work.lean_trunk(26.0 - 40.0 * pull, 4.0)
    for s in SIDES:
        ahead = make_pose(s, (0.1, -0.35, 1.0), (-0.05, -0.15, 1.0))
        work.move_arm(s, ahead, make_pose(s, (0.45, -0.75, -0.55), (-0.3, 0.15, 0.95)), pull)


def _snap_fingers(work: _Work) -> None:
    flick = dip(np.mod(work.times - 0.9, 0.8), 0.0, 0.35)
    work.lean_trunk(0.0, 6.0 * flick)
    work.layer.bend_sideways(np.radians(3) * work.make_wave(1.6) * OUTWARD[work.side])
    before = make_pose(work.side, (0.4, -0.75, 0.5), (-0.1, 0.75, 0.6))
    work.move_arm(work.side, before, make_pose(work.side, (0.5, -0.6, 0.6), (0.3, 0.2, 0.95)), flick)


def _twirl_hair(work: _Work) -> None:
    work.lean_trunk(0.0, 4.0, 6.0 * OUTWARD[work.side])
    work.layer.bend_sideways(np.radians(6) * OUTWARD[work.side] * work.progress)
    upper, fore = reach_joint(work.layer, work.side, HEAD, (0.14, -0.03, 0.02), _ELBOW_DOWN)
    around = vectors(
        OUTWARD[work.side] * 0.2 * work.make_wave(0.8), 0.0, 0.2 * work.make_wave(0.8, np.pi / 2)
    )
    set_arm(work.layer, work.side, upper, fore + around, work.progress)


def _dance_floss(work: _Work) -> None:
    swing = work.make_wave(0.8)
    work.lean_trunk(4.0, 0.0)
    move_body(work.layer, vectors(0.06 * swing, 0.0, 0.0 * swing))
    work.layer.bend_sideways(np.radians(6) * swing)
    # both arms go to one side, one of them before the body and the other behind it, and change with each swing
    turns = np.cos(2 * np.pi * (work.times - 0.9) / 1.6) * work.progress
    for s in SIDES:
        depth = 0.4 * turns * OUTWARD[s]
        direction = vectors(0.75 * swing, 0.0, depth)
        work.set_arm(
            s, (side_direction(s, 0.1, -0.8, 0.05), direction), (side_direction(s, 0.0, -0.8, 0.1), direction)
        )


_KINDS: Mapping[str, Callable[[_Work], None]] = {
    "guitar": _play_guitar,
    "violin": _play_violin,
    "piano": _play_piano,
    "drums": _play_drums,
    "type": _type_on_keyboard,
    "read": _read_book,
    "write": _write_on_pad,
    "phone": _use_phone,
    "stir": _stir_pot,
    "juggle": _juggle_balls,
    "row": _row_boat,
    "snap_fingers": _snap_fingers,
    "twirl_hair": _twirl_hair,
    "floss": _dance_floss,
}
_ROOTED = ("floss", "row")
"""Work in which the feet have something else to do than to step now and then."""
_TRAVEL = 0.35  # metres; who goes further walks
_SIDED = ("write", "stir", "snap_fingers", "twirl_hair")


def make_hand_work(kind: str) -> Gesture:
    """Return the gesture of one kind of work of the hands, done to the end of the clip."""

    def add_hand_work(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
        envelope = make_envelope(layer, rng, 0.7)
        travelled = float(np.linalg.norm(np.ptp(layer.root[:, [0, 2]], axis=0)))
        GestureBody(layer, rng, side, envelope, timing, is_still=travelled < _TRAVEL).live(
            kind not in _ROOTED
        )
        _KINDS[kind](_Work(layer, side, envelope.times, envelope.values))
        facts: Facts = {"action": kind}
        return facts | ({"side": side} if kind in _SIDED else {})

    return add_hand_work


def add_pour(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Hold a cup with one hand, and pour into it from a vessel that the other hand raises and tips."""
    w = make_envelope(layer, rng, 0.7)
    e, t, other = w.values, w.times, OTHER_SIDE[side]
    tip = minimum_jerk((t - 1.0) / 0.6) * (1 - minimum_jerk((t - w.hold_end + 0.4) / 0.4))
    layer.rotate_head(np.radians(20) * e, 0.1 * OUTWARD[other] * e)
    layer.lean_forward(np.radians(5) * e)
    set_arm(layer, other, side_direction(other, 0.15, -1.0, 0.15), side_direction(other, -0.4, 0.0, 0.9), e)
    set_arm(
        layer,
        side,
        side_direction(side, 0.45, -0.75, 0.4) + vectors(OUTWARD[side] * 0.2 * tip, 0.4 * tip, 0.1 * tip),
        side_direction(side, -0.35, 0.3, 0.9) + vectors(-OUTWARD[side] * 0.45 * tip, -0.1 * tip, 0.0),
        e,
    )
    return {"action": "pour", "side": side}


def add_strikes(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Knock on a door, or hammer on something, so many times as the count says, otherwise to the end of the clip."""
    return add_strokes(layer, side, "knock" if rng.random() < 0.5 else "hammer", timing)


def add_strokes(layer: MotionLayer, side: str, kind: str, timing: GestureTiming) -> Facts:
    """Add a "knock" or the strokes of a "hammer" to a motion.

    Parameters
    ----------
    layer
        The motion, which is changed.
    side
        Of the hand.
    kind
        What it does.
    timing
        How often; without a count to the end of the clip.
    """
    t = clip_times(layer)
    period = 0.4 if kind == "knock" else 0.6
    first = GESTURE_START + 0.6
    count = timing.count or max(2, int((t[-1] - first - 0.8) / period))
    end = first + count * period
    e = minimum_jerk((t - GESTURE_START) / 0.6) * (1 - minimum_jerk((t - end) / 0.6))
    beat = np.where((t >= first) & (t < end), np.sin(2 * np.pi * (t - first) / period), 0.0)
    move_body(layer, vectors(0.0, -0.02 * e, 0.03 * e), yaw=OUTWARD[side] * np.radians(8) * e)
    layer.lean_forward(
        np.radians(4 if kind == "knock" else 14) * e + (0.0 if kind == "knock" else 0.06) * -beat * e
    )
    if kind == "knock":
        u = side_direction(side, 0.15, -0.35, 1.0) + vectors(0.0, 0.0, -0.06 * beat)
        f = side_direction(side, -0.1, 0.8, 0.75) + vectors(0.0, 0.25 * beat, -0.35 * beat)
    else:
        u = side_direction(side, 0.35, -0.45, 0.9) + vectors(0.0, 0.4 * beat, 0.0)
        f = side_direction(side, -0.1, 0.3, 0.9) + vectors(0.0, 0.75 * beat, -0.2 * beat)
        layer.rotate_head(np.radians(14) * e, 0 * t)
    set_arm(layer, side, u, f, e)
    return {"action": kind, "side": side} | timing.to_facts()


def add_open_door(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Reach for a handle with one hand, turn it, and pull the door open with a step back, or push it with one ahead."""
    t, sign = clip_times(layer), OUTWARD[side]
    way = -1.0 if rng.random() < 0.6 else 1.0
    times = [
        GESTURE_START,
        GESTURE_START + 0.6,
        GESTURE_START + 0.95,
        GESTURE_START + 1.8,
        GESTURE_START + 2.1,
        GESTURE_START + 2.7,
    ]
    go = minimum_jerk((t - times[2]) / 0.8)
    step = way * float(rng.uniform(0.18, 0.3)) * go
    foot = OTHER_SIDE[side] if way > 0 else side
    reach = interpolate_curve(t, times, [0, 1, 1, 0.2, 0, 0])
    move_body(
        layer,
        vectors(0.0, -0.04 * dip(t, times[2], times[3]), 0.55 * step + 0.05 * reach),
        yaw=sign * way * np.radians(-16) * go,
        steps={foot: vectors(0.0, 0.06 * dip(t, times[2], times[2] + 0.6), step)},
    )
    layer.twist_trunk(-sign * np.radians(8) * reach)
    grip, turned = (
        make_pose(side, (0.1, -0.75, 0.7), (-0.05, 0.1, 1.0)),
        make_pose(side, (0.2, -0.7, 0.7), (-0.05, 0.05, 1.0)),
    )
    end = (
        make_pose(side, (0.75, -0.65, -0.1), (0.45, 0.05, 0.85))
        if way < 0
        else make_pose(side, (0.2, -0.35, 1.0), (0.3, 0.05, 1.0))
    )
    key_arm(layer, side, times, [None, grip, turned, end, end, None])
    return {"action": "open_door", "side": side}


def add_slap(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Draw one hand back and strike across with the flat hand; the trunk turns with it."""
    t, sign = clip_times(layer), OUTWARD[side]
    times = [
        GESTURE_START,
        GESTURE_START + 0.5,
        GESTURE_START + 0.6,
        GESTURE_START + 0.82,
        GESTURE_START + 1.0,
        GESTURE_START + 1.7,
    ]
    turn = interpolate_curve(t, times, [0, -1, -1, 0.7, 1, 0])
    move_body(
        layer,
        vectors(0.0, -0.02 * np.abs(turn), 0.06 * np.clip(turn, 0, 1)),
        yaw=turn * np.radians(16) * sign,
    )
    layer.twist_trunk(turn * np.radians(26) * sign)
    high = float(rng.uniform(-0.1, 0.25))
    key_arm(
        layer,
        side,
        times,
        [
            None,
            *[make_pose(side, (0.95, high - 0.1, -0.2), (0.75, high + 0.3, 0.3))] * 2,
            make_pose(side, (0.35, high, 1.0), (0.0, high + 0.1, 1.0)),
            make_pose(side, (-0.45, high - 0.1, 0.9), (-0.8, high, 0.5)),
            None,
        ],
    )
    return {"action": "slap", "side": side}
