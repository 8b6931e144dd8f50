# SPDX-License-Identifier: GPL-3.0-or-later
"""Postures of arms, trunk, head and knees that are held, or moved in a simple rhythm, over any motion of the body.

They show what a text says beside the action: "with his arms out to the sides", "leaning forward", "head lowered",
"on bent knees". They follow the facing frame, so that they turn and travel with the body.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ...motion.layers.body_joints import HEAD, NECK, OUTWARD, SIDES, SPINE1, SPINE2, SPINE3
from ...motion.layers.motion_layer import minimum_jerk
from ...motion.rotations import Array, normalise
from .arm_poses import interpolate_directions, side_direction
from .body_moves import vectors
from .gait_layer import FPS, GaitLayer

_Direction = tuple[float, float, float]


@dataclass(frozen=True)
class Posture:
    """A posture of a segment.

    Attributes
    ----------
    name
        A key of ``ARM_POSTURES`` or ``BODY_POSTURES``.
    side
        Of the arm, or where the body leans or looks: "left", "right" or "both".
    strength
        1 as it is usually seen; 0.5 slightly. An arm is brought so far from where it is.
    rise_seconds
        In which it is taken, and left again.
    from_start
        Whether a motion that begins with it begins in this posture; else it is taken then.
    """

    name: str
    side: str = "both"
    strength: float = 1.0
    rise_seconds: float = 0.8
    from_start: bool = True


@dataclass(frozen=True)
class _ArmPose:
    """Directions of upper arm and forearm: outward, up, forward; and what the upper arm passes on its way there.

    ``swing``: seconds of a period, and how far each half moves in it.
    """

    upper: _Direction
    fore: _Direction
    way: _Direction | None = None
    way_fore: _Direction | None = None
    swing: float = 0.0
    upper_swing: _Direction = (0.0, 0.0, 0.0)
    fore_swing: _Direction = (0.0, 0.0, 0.0)
    alternating: bool = True


_ASIDE = (0.9, -0.25, 0.3)

ARM_POSTURES: Mapping[str, _ArmPose] = {
    "arms_out": _ArmPose((1.0, -0.04, 0.05), (1.0, 0.02, 0.12)),
    "arms_low": _ArmPose((0.75, -0.7, 0.12), (0.8, -0.4, 0.4)),
    "arms_forward": _ArmPose((0.12, -0.08, 1.0), (-0.02, 0.02, 1.0), (0.3, -0.7, 0.6)),
    "arms_up": _ArmPose((0.28, 1.0, 0.1), (0.1, 1.0, 0.12), (0.75, 0.1, 0.65)),
    "arms_up_wide": _ArmPose((0.75, 0.75, 0.1), (0.55, 0.85, 0.12), _ASIDE),
    "hands_up": _ArmPose((0.6, -0.45, 0.55), (0.05, 0.9, 0.4), None, (0.1, 0.2, 1.0)),
    "arms_back": _ArmPose((0.25, -0.8, -0.6), (0.2, -0.85, -0.5)),
    "arms_bent": _ArmPose((0.14, -0.98, 0.02), (-0.05, 0.08, 1.0)),
    "arms_hanging": _ArmPose((0.14, -0.99, 0.0), (0.05, -0.98, 0.2)),
    "hands_on_hips": _ArmPose((0.85, -0.7, -0.2), (-0.8, -0.5, 0.35)),
    "hands_behind": _ArmPose((0.35, -0.9, -0.45), (-0.8, -0.4, -0.35), (0.6, -0.75, -0.35), (0.3, -0.8, -0.6)),
    "arms_crossed": _ArmPose((0.2, -0.85, 0.45), (-0.9, 0.12, 0.5), None, (0.0, 0.0, 1.0)),
    "hands_on_knees": _ArmPose((0.12, -0.8, 0.5), (0.0, -0.5, 0.87)),
    "hand_on_chest": _ArmPose((0.35, -0.8, 0.35), (-0.8, 0.42, 0.5), None, (0.0, 0.0, 1.0)),
    "hands_together": _ArmPose((0.16, -0.92, 0.3), (-0.42, 0.12, 0.9)),
    "hands_on_head": _ArmPose((0.85, 0.4, 0.25), (-0.62, 0.72, -0.15), (0.7, -0.2, 0.7), (0.2, 0.8, 0.6)),
    "hand_at_face": _ArmPose((0.3, -0.45, 0.85), (-0.38, 0.9, -0.1), None, (0.0, 0.4, 0.9)),
    "hand_at_ear": _ArmPose((0.55, -0.6, 0.5), (-0.15, 0.98, -0.2), None, (0.1, 0.5, 0.9)),
    "guard": _ArmPose((0.22, -0.82, 0.5), (-0.28, 0.85, 0.5)),
    "holding": _ArmPose((0.16, -0.93, 0.28), (-0.1, 0.05, 1.0)),
    "holding_up": _ArmPose((0.22, -0.88, 0.42), (-0.12, 0.9, 0.42), None, (0.0, 0.2, 1.0)),
    "holding_high": _ArmPose((0.3, 0.25, 0.9), (0.08, 0.98, 0.2), (0.3, -0.6, 0.7)),
    "on_a_cane": _ArmPose((0.24, -0.93, 0.22), (0.1, -0.72, 0.68), None, None, 1.2, (0.0, 0.0, 0.12),
                          (0.0, 0.1, 0.1)),
    "on_the_shoulder": _ArmPose((0.4, -0.55, 0.72), (-0.35, 0.92, -0.2), None, (0.0, 0.4, 0.9)),
    "at_the_grip": _ArmPose((0.42, -0.9, -0.12), (-0.55, 0.12, 0.82)),
    "at_the_barrel": _ArmPose((0.12, -0.72, 0.68), (-0.35, 0.28, 0.88)),
    "at_the_straps": _ArmPose((0.3, -0.94, 0.12), (-0.28, 0.86, 0.42), None, (0.0, 0.1, 1.0)),
    "at_the_side": _ArmPose((0.16, -0.985, 0.03), (0.07, -0.99, 0.08)),
    "under_the_arm": _ArmPose((0.3, -0.95, -0.05), (-0.3, -0.25, 0.92)),
    "cradling": _ArmPose((0.2, -0.88, 0.42), (-0.72, 0.12, 0.68)),
    "on_the_knee": _ArmPose((0.1, -0.9, 0.42), (0.02, -0.9, 0.44)),
    "on_a_leash": _ArmPose((0.2, -0.9, 0.38), (0.02, -0.4, 0.92)),
    "pushing": _ArmPose((0.18, -0.8, 0.58), (0.02, -0.08, 1.0)),
    "in_pockets": _ArmPose((0.5, -0.86, -0.1), (-0.42, -0.84, 0.34)),
    "hands_on_belly": _ArmPose((0.34, -0.92, 0.2), (-0.75, -0.05, 0.65), None, (0.0, 0.0, 1.0)),
    "pointing": _ArmPose((0.15, -0.1, 1.0), (0.05, 0.02, 1.0), (0.3, -0.7, 0.6)),
    "waving": _ArmPose((0.85, 0.1, 0.3), (0.15, 0.98, 0.2), (0.8, -0.4, 0.4), None, 0.8, (0.0, 0.03, 0.0),
                       (0.45, -0.1, 0.0)),
    "swinging": _ArmPose((0.12, -0.97, 0.05), (0.03, -0.85, 0.4), None, None, 1.1, (0.0, 0.0, 0.55),
                         (0.0, 0.12, 0.6)),
    "swinging_together": _ArmPose((0.14, -0.95, 0.1), (0.03, -0.85, 0.35), None, None, 1.2, (0.0, 0.0, 0.6),
                                  (0.0, 0.15, 0.65), False),
    "punching": _ArmPose((0.18, -0.45, 0.72), (-0.15, 0.42, 0.85), None, None, 0.8, (-0.03, 0.34, 0.5),
                         (0.05, -0.35, 0.35)),
    "flapping": _ArmPose((0.95, 0.0, 0.0), (0.95, 0.0, 0.1), None, None, 0.9, (0.0, 0.6, 0.0), (0.0, 0.7, 0.0),
                         False),
    "swaying": _ArmPose((0.5, -0.5, 0.5), (0.2, 0.2, 0.85), None, None, 1.4, (0.2, 0.12, 0.1),
                        (0.3, 0.15, 0.0), True),
    "shaking_fist": _ArmPose((0.35, -0.35, 0.85), (0.0, 0.95, 0.4), None, None, 0.45, (0.0, 0.08, 0.0),
                             (0.0, -0.1, 0.35), False),
}  # fmt: skip
"""Poses of an arm by name."""

_LIFE_SECONDS, _LIFE = 3.1, 0.025  # period and size of the slow drift of a held arm
_CROUCH_DEPTH = 0.36  # metres by which the pelvis sinks
_FAR = 0.97  # how far a held arm is brought: what is left goes on with the motion below


def _hold_arm(gait: GaitLayer, side: str, pose: _ArmPose, weight: Array) -> None:
    """Bring an arm to a pose as far as ``weight`` (T,) says, on a way that does not lead through the body."""
    base_u, base_f = gait.arm_directions(side)
    t, sign = gait.times, OUTWARD[side]
    late = 0.0 if side == "left" or not pose.alternating else np.pi
    beat = np.sin(2 * np.pi * t / pose.swing + late) if pose.swing else 0.0 * t
    drift = _LIFE * np.sin(2 * np.pi * t / _LIFE_SECONDS + (0.0 if side == "left" else 1.1))

    def move(direction: _Direction, swing: _Direction) -> Array:
        x, y, z = swing
        swung = vectors(sign * x * beat, y * beat + drift, z * beat + 0.5 * drift)
        return normalise(side_direction(side, *direction) + swung)

    upper, fore = move(pose.upper, pose.upper_swing), move(pose.fore, pose.fore_swing)
    w = np.clip(weight, 0.0, 1.0) * _FAR
    ways = [] if pose.way is None else [np.broadcast_to(side_direction(side, *pose.way), base_u.shape)]
    fore_ways = [] if pose.way_fore is None else [side_direction(side, *pose.way_fore)]
    if pose.way is not None and not fore_ways:
        fore_ways = [side_direction(side, *pose.way)]
    u = interpolate_directions(base_u, [*ways, upper], w)
    f = interpolate_directions(base_f, [*fore_ways, fore], w)
    gait.set_arm_directions(side, u, f, np.clip(8.0 * weight, 0.0, 1.0))


def _lean_forward(gait: GaitLayer, w: Array, _side: str) -> None:
    gait.move_legs(shift=gait.to_world(0.0, -0.01 * w, -0.03 * w), tilt=np.radians(5) * w)
    gait.lean_forward(np.radians(16) * w)
    gait.rotate_head(-np.radians(10) * w, 0 * w)


def _lean_back(gait: GaitLayer, w: Array, _side: str) -> None:
    gait.move_legs(shift=gait.to_world(0.0, -0.02 * w, 0.03 * w), tilt=-np.radians(5) * w)
    gait.lean_forward(-np.radians(15) * w)
    gait.rotate_head(np.radians(8) * w, 0 * w)


def _lean_aside(gait: GaitLayer, w: Array, side: str) -> None:
    sign = OUTWARD[side]
    gait.move_legs(shift=gait.to_world(0.04 * sign * w, -0.01 * w, 0.0))
    gait.bend_sideways(-sign * np.radians(18) * w)


def _stand_tall(gait: GaitLayer, w: Array, _side: str) -> None:
    gait.lean_forward(-np.radians(8) * w, (SPINE1, SPINE2, SPINE3, NECK))


def _twist(gait: GaitLayer, w: Array, side: str) -> None:
    sign = OUTWARD[side]
    gait.move_legs(yaw=sign * np.radians(10) * w)
    gait.twist_trunk(sign * np.radians(30) * w)
    gait.rotate_head(0 * w, sign * np.radians(8) * w)


def _sway(gait: GaitLayer, w: Array, _side: str) -> None:
    wave = np.sin(2 * np.pi * gait.times / 1.6)
    gait.move_legs(shift=gait.to_world(0.035 * wave * w, 0.0, 0.0))
    gait.bend_sideways(-np.radians(7) * wave * w)
    gait.twist_trunk(np.radians(5) * np.sin(2 * np.pi * gait.times / 1.6 + 0.7) * w)


def _twist_to_and_fro(gait: GaitLayer, w: Array, _side: str) -> None:
    wave = np.sin(2 * np.pi * gait.times / 1.8)
    gait.twist_trunk(np.radians(22) * wave * w)
    gait.rotate_head(0 * w, -np.radians(10) * wave * w)


def _lower_head(gait: GaitLayer, w: Array, _side: str) -> None:
    gait.lean_forward(np.radians(5) * w, (SPINE3,))
    gait.rotate_head(np.radians(38) * w, 0 * w)


def _raise_head(gait: GaitLayer, w: Array, _side: str) -> None:
    gait.rotate_head(-np.radians(24) * w, 0 * w)


def _turn_head(gait: GaitLayer, w: Array, side: str) -> None:
    gait.rotate_head(0 * w, OUTWARD[side] * np.radians(48) * w)


def _tilt_head(gait: GaitLayer, w: Array, side: str) -> None:
    gait.bend_sideways(-OUTWARD[side] * np.radians(22) * w, (NECK, HEAD))


def _look_around(gait: GaitLayer, w: Array, _side: str) -> None:
    glance = np.tanh(2.2 * np.sin(2 * np.pi * gait.times / 2.8))
    gait.rotate_head(np.radians(3) * np.cos(2 * np.pi * gait.times / 1.9) * w, np.radians(46) * glance * w)
    gait.twist_trunk(np.radians(8) * glance * w, (SPINE2, SPINE3))


def _nod(gait: GaitLayer, w: Array, _side: str) -> None:
    gait.rotate_head(np.radians(14) * (1.0 - np.cos(2 * np.pi * gait.times / 0.8)) * w, 0 * w)


def _shake_head(gait: GaitLayer, w: Array, _side: str) -> None:
    gait.rotate_head(0 * w, np.radians(28) * np.sin(2 * np.pi * gait.times / 0.8) * w)


def _bend_knees(gait: GaitLayer, w: Array, _side: str) -> None:
    gait.move_legs(shift=gait.to_world(0.0, -0.13 * w, -0.02 * w), tilt=np.radians(6) * w)


def _crouch(gait: GaitLayer, w: Array, _side: str) -> None:
    """Sink onto deeply bent knees, with the trunk over the thighs and the eyes ahead."""
    gait.move_legs(shift=gait.to_world(0.0, -_CROUCH_DEPTH * w, -0.08 * w), tilt=np.radians(24) * w)
    gait.lean_forward(np.radians(14) * w)
    gait.rotate_head(-np.radians(26) * w, 0 * w)


def _shift_weight(gait: GaitLayer, w: Array, _side: str) -> None:
    wave = np.tanh(1.8 * np.sin(2 * np.pi * gait.times / 2.4))
    gait.move_legs(
        shift=gait.to_world(0.05 * wave * w, -0.008 * np.abs(wave) * w, 0.0), roll=np.radians(3) * wave * w
    )
    gait.bend_sideways(np.radians(4) * wave * w)


def _breathe(gait: GaitLayer, w: Array, _side: str) -> None:
    """Breathe and look about a little above a pose that is held with legs and arms."""
    breath, sway = np.sin(2 * np.pi * gait.times / 3.2), np.sin(2 * np.pi * gait.times / 4.3 + 0.6)
    gait.lean_forward(-np.radians(2.4) * breath * w, (SPINE2, SPINE3))
    gait.bend_sideways(np.radians(1.6) * sway * w, (SPINE2, SPINE3))
    gait.twist_trunk(np.radians(2.0) * np.sin(2 * np.pi * gait.times / 2.7) * w, (SPINE2, SPINE3))
    gait.rotate_head(np.radians(2.0) * sway * w, np.radians(5.0) * np.sin(2 * np.pi * gait.times / 5.1) * w)
    for s in SIDES:
        gait.lift_shoulder(s, np.radians(2.5) * breath * w)


def _stand_at_ease(gait: GaitLayer, w: Array, side: str) -> None:
    """Breathe, shift the weight and let the arms hang, as somebody who waits does, looking about a little."""
    late = 0.0 if side == "left" else 1.3  # another phase for another text
    t = gait.times + late
    wave = np.sin(2 * np.pi * t / 4.1) + 0.35 * np.sin(2 * np.pi * t / 2.3 + late)
    breath = np.sin(2 * np.pi * t / 3.2)
    glance = np.tanh(1.6 * np.sin(2 * np.pi * t / 6.1 + late))
    gait.move_legs(
        shift=gait.to_world(0.028 * wave * w, -0.004 * np.abs(wave) * w, 0.009 * breath * w),
        roll=np.radians(1.6) * wave * w,
    )
    gait.lean_forward(-np.radians(2.2) * breath * w, (SPINE2, SPINE3))
    gait.bend_sideways(np.radians(2.0) * wave * w)
    gait.twist_trunk(np.radians(3.0) * glance * w, (SPINE2, SPINE3))
    gait.rotate_head(np.radians(3.0) * np.sin(2 * np.pi * t / 3.7) * w, np.radians(9.0) * glance * w)
    for s in SIDES:
        gait.lift_shoulder(s, np.radians(2.0) * breath * w)
        out, ahead = 0.03 * breath, 0.07 * np.sin(2 * np.pi * t / 2.6 + late) * OUTWARD[s] + 0.04 * wave
        upper = normalise(vectors(OUTWARD[s] * (0.15 + out), -0.985, 0.01 + ahead))
        fore = normalise(vectors(OUTWARD[s] * (0.04 + out), -0.97, 0.22 + 1.4 * ahead))
        _blend_arm(gait, s, upper, fore, 0.8 * w)


def _blend_arm(gait: GaitLayer, side: str, upper: Array, fore: Array, weight: Array) -> None:
    base_u, base_f = gait.arm_directions(side)
    w = weight[:, None]
    u, f = normalise(base_u * (1.0 - w) + upper * w), normalise(base_f * (1.0 - w) + fore * w)
    gait.set_arm_directions(side, u, f, np.clip(8.0 * weight, 0.0, 1.0))


BODY_POSTURES: Mapping[str, Callable[[GaitLayer, Array, str], None]] = {
    "lean_forward": _lean_forward,
    "lean_back": _lean_back,
    "lean_aside": _lean_aside,
    "stand_tall": _stand_tall,
    "twist": _twist,
    "twist_to_and_fro": _twist_to_and_fro,
    "sway": _sway,
    "lower_head": _lower_head,
    "raise_head": _raise_head,
    "turn_head": _turn_head,
    "tilt_head": _tilt_head,
    "look_around": _look_around,
    "nod": _nod,
    "shake_head": _shake_head,
    "bend_knees": _bend_knees,
    "crouch": _crouch,
    "shift_weight": _shift_weight,
    "stand_at_ease": _stand_at_ease,
    "breathe": _breathe,
}
"""What changes trunk, head or legs, with its strength in each frame (T,) and a side."""


def apply_posture(gait: GaitLayer, posture: Posture, weight: Array) -> None:
    """Lay a posture over a motion, as far as ``weight`` (T,), 0 to 1, says in each frame."""
    if posture.name in BODY_POSTURES:
        BODY_POSTURES[posture.name](gait, posture.strength * weight, posture.side)
        return
    sides = SIDES if posture.side == "both" else (posture.side,)
    for side in sides:
        _hold_arm(gait, side, ARM_POSTURES[posture.name], posture.strength * weight)


def make_weight(posture: Posture, start: int, stop: int, frames: int) -> tuple[slice, Array]:
    """Return the frames of a posture and its weight in each, 0 to 1.

    Parameters
    ----------
    posture
        Of which the times count.
    start, stop
        First and last + 1 frame of the segments that have it.
    frames
        Of the motion.
    """
    rise = max(2, round(posture.rise_seconds * FPS))
    early = rise // 3  # the posture is taken mostly inside its own segment
    is_there = start == 0 and posture.from_start
    first = start if start == 0 else max(0, start - early)
    last = frames if stop >= frames else min(frames, stop + rise - early)
    time = np.arange(first, last) + 0.5
    weight = np.ones(last - first)
    if not is_there:
        begin = first + (3 if start == 0 else 0)
        weight = weight * minimum_jerk((time - begin) / rise)
    if stop < frames:
        weight = weight * minimum_jerk((last - time) / rise)
    return slice(first, last), weight
