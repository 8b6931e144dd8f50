# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways of walking, such as limping, on tiptoe or drunk: each function changes a gait with a strength (T,), 0 to 1.3."""

from __future__ import annotations

import numpy as np

from ...motion.layers.body_joints import (
    ANKLES,
    HEAD,
    NECK,
    OTHER_SIDE,
    OUTWARD,
    PELVIS,
    SIDES,
    SPINE1,
    SPINE2,
    SPINE3,
)
from ...motion.layers.motion_layer import blend_quaternions, moving_average
from ...motion.rotations import Array
from .gait_layer import FPS, GaitLayer

_SLOW_SPEED, _RUNNING_SPEED = 0.7, 1.5  # m/s


def apply_limp(gait: GaitLayer, strength: Array, side: str) -> None:
    """Spare one leg: hasty on it, long on the other; the trunk falls to it, its foot drags, a hand is on the thigh."""
    other = OTHER_SIDE[side]
    gait.warp_time(1.0 + strength * (0.55 * gait.measure_support(side) - 0.25 * gait.measure_support(other)))
    bad = gait.measure_support(side)
    back = gait.to_world(0.0, 0.0, -0.12 * strength)
    held = gait.offset_stances(lambda s, _k, middle: back[middle] if s == other else np.zeros(3))
    gait.move_legs(
        shift=gait.to_world(
            OUTWARD[side] * 0.025 * bad * strength, (-0.015 - 0.06 * bad) * strength, -0.05 * strength
        ),
        roll=-OUTWARD[side] * np.radians(6) * bad * strength,
        steps=held,
        lifts={side: 1.0 - 0.55 * np.minimum(strength, 1.0)},
    )
    gait.bend_sideways(-OUTWARD[side] * np.radians(23) * bad * strength)
    gait.lean_forward(np.radians(5 + 11 * bad) * strength)
    gait.rotate_head(np.radians(9) * strength, 0 * strength)
    gait.blend_arm(side, (0.18, -1.0, 0.12), (-0.12, -0.85, 0.4), 0.85 * strength)
    gait.swing_arm(other, 0.9, 0.4, 0.1, strength, straight=0.3)


def apply_tiptoe(gait: GaitLayer, strength: Array, side: str) -> None:
    """Walk on the balls of the feet with short steps, arms out for balance."""
    shift, steps = gait.scale_steps(1.0 - 0.3 * strength)
    angle = np.radians(42) * np.minimum(strength, 1.0)
    gait.move_legs(
        shift=shift + gait.to_world(0.0, 0.07 * np.minimum(strength, 1.0), 0.0),
        steps=steps,
        level=0.85 * np.minimum(strength, 1.0),
        heels=dict.fromkeys(SIDES, angle),
    )
    gait.contacts[:, (0, 2)] &= (strength < 0.3)[:, None]
    gait.lean_forward(np.radians(4) * strength)
    for s in SIDES:
        gait.blend_arm(s, (0.75, -0.7, 0.15), (0.65, -0.1, 0.5), 0.75 * strength)


def apply_drunken_walk(gait: GaitLayer, strength: Array, side: str) -> None:
    """Reel as a drunk: steps cross and spread, the trunk sways behind them, the head rolls, arms hang wide."""
    t, sign = gait.times, OUTWARD[side]
    gait.warp_time(1.0 + 0.35 * strength * np.sin(2 * np.pi * t / 2.2))
    weave = 0.2 * np.sin(2 * np.pi * t / 3.4) + 0.1 * np.sin(2 * np.pi * t / 1.9 + 0.7)
    side_ways = gait.to_world(sign * weave * strength, 0.0, 0.0)

    def place_foot(s: str, k: int, middle: int) -> Array:
        """Set a foot down aside: every third step crosses, others are wide."""
        wide = (0.13, -0.11, 0.09, -0.06)[(k + (s == "left")) % 4] * OUTWARD[s] * strength[middle]
        ahead = (0.0, 0.09, -0.07)[(2 * k + (s == "left")) % 3] * strength[middle]
        return np.asarray(side_ways[middle] + gait.to_world(wide, 0.0, ahead)[middle])

    steps = gait.offset_stances(place_foot)
    follow = moving_average(0.5 * (steps["left"] + steps["right"]), 7)
    sway = np.sin(2 * np.pi * t / 1.7)
    gait.move_legs(
        shift=follow
        + gait.to_world(
            sign * 0.05 * sway * strength, -0.045 * strength, 0.03 * np.sin(2 * np.pi * t / 2.3) * strength
        ),
        yaw=np.radians(9) * np.sin(2 * np.pi * t / 2.6) * strength,
        steps=steps,
    )
    late = np.sin(2 * np.pi * t / 1.7 - 0.9)
    gait.bend_sideways(-sign * np.radians(23) * late * strength)
    gait.lean_forward((np.radians(12) + np.radians(12) * np.sin(2 * np.pi * t / 2.3 + 1.0)) * strength)
    gait.rotate_head((0.3 + 0.22 * np.sin(2 * np.pi * t / 2.0)) * strength, 0.28 * late * strength)
    for s in SIDES:
        reach = 0.35 * np.sin(2 * np.pi * t / 1.7 + (0.0 if s == "left" else 2.2))
        ones = np.ones_like(t)
        gait.blend_arm(
            s,
            np.stack([0.6 + reach, -0.8 * ones, 0.1 + 0.5 * reach], axis=-1),
            np.stack([0.4 + reach, -0.55 * ones, 0.45 + reach], axis=-1),
            0.75 * strength,
        )


def apply_robot_walk(gait: GaitLayer, strength: Array, side: str) -> None:
    """Walk in jerks on flat feet, the trunk rigid, elbows at right angles, arms and head moving from stop to stop."""
    w = np.minimum(strength, 1.0)
    gait.warp_time(1.0 + w * (1.0 * np.abs(gait.support) - 0.5))
    t = gait.times
    ones = np.ones_like(t)
    for j in (SPINE1, SPINE2, SPINE3, NECK, HEAD):
        gait.rotations[:, j] = blend_quaternions(gait.rotations[:, j], np.array([[1.0, 0, 0, 0]] * len(t)), w)
    gait.move_legs(level=w, lifts={s: 1.0 + 0.3 * w * gait.measure_advance(s) for s in SIDES}, upright=w)
    stop = moving_average(np.tanh(4.0 * gait.measure_stride()), 3)
    turn = np.tanh(6.0 * np.sin(2 * np.pi * t / 3.0))
    gait.twist_trunk(np.radians(5) * stop * w)
    gait.rotate_head(0 * t, np.radians(24) * turn * w)
    for s in SIDES:
        angle = np.radians(5) - OUTWARD[s] * np.radians(34) * stop
        gait.blend_arm(
            s,
            np.stack([0.16 * ones, -np.cos(angle), np.sin(angle)], axis=-1),
            np.stack([0.02 * ones, np.sin(angle), np.cos(angle)], axis=-1),
            w,
        )


def apply_swagger(gait: GaitLayer, strength: Array, side: str) -> None:
    """Swing hips and shoulders against each other, leaning back, arms loose and wide, feet apart."""
    stride = gait.measure_stride()
    apart = {s: gait.to_world(OUTWARD[s] * 0.05 * strength, 0.0, 0.0) for s in SIDES}
    gait.move_legs(
        shift=gait.to_world(0.05 * gait.support * strength, -0.015 * strength, 0.0),
        roll=np.radians(5) * gait.support * strength,
        yaw=-np.radians(8) * stride * strength,
        steps=gait.offset_stances(lambda s, _k, middle: apart[s][middle]),
    )
    gait.bend_sideways(np.radians(5) * gait.support * strength)
    gait.twist_trunk(np.radians(20) * stride * strength)
    gait.lean_forward(-np.radians(9) * strength)
    gait.rotate_head(-np.radians(6) * strength, -np.radians(6) * stride * strength)
    for s in SIDES:
        gait.swing_arm(s, 1.4, 0.42, 0.12, strength)


def apply_catwalk(gait: GaitLayer, strength: Array, side: str) -> None:
    """Set one foot before the other on a line, hips swinging far, shoulders back, one hand on the hip."""
    positions, _ = gait.forward_kinematics()
    stride = gait.measure_stride()
    lateral = {}
    for s in SIDES:
        ankle = positions[:, ANKLES[s]]
        lateral[s] = gait.to_facing_frame(ankle - positions[:, PELVIS])[:, 0]

    def place_foot(s: str, _k: int, middle: int) -> Array:
        """Bring a foot to the line under the pelvis, and a little beyond it."""
        moved = -(lateral[s] + 0.02 * OUTWARD[s]) * np.minimum(strength, 1.0)
        return np.asarray(gait.to_world(moved, 0.0, 0.0)[middle])

    gait.move_legs(
        shift=gait.to_world(0.045 * gait.support * strength, 0.0, 0.02 * strength),
        roll=np.radians(9) * gait.support * strength,
        yaw=-np.radians(12) * stride * strength,
        steps=gait.offset_stances(place_foot),
        lifts=dict.fromkeys(SIDES, 1.0 + 0.15 * strength),
    )
    gait.bend_sideways(-np.radians(8) * gait.support * strength)
    gait.twist_trunk(np.radians(17) * stride * strength)
    gait.lean_forward(-np.radians(7) * strength, (SPINE2, SPINE3))
    gait.rotate_head(-np.radians(5) * strength, np.radians(-2) * stride * strength)
    other = OTHER_SIDE[side]
    gait.blend_arm(other, (0.75, -0.65, -0.25), (-0.8, -0.45, 0.25), 0.95 * np.minimum(strength, 1.0))
    gait.swing_arm(side, 1.35, 0.15, 0.0, strength)


def apply_waddle(gait: GaitLayer, strength: Array, side: str) -> None:
    """Rock from foot to foot with short steps, arms stiff at the sides with the hands out, as a penguin."""
    shift, steps = gait.scale_steps(1.0 - 0.55 * np.minimum(strength, 1.0))
    outward = {s: gait.to_world(OUTWARD[s] * 0.06 * strength, 0.0, 0.0) for s in SIDES}
    apart = gait.offset_stances(lambda s, _k, middle: outward[s][middle])
    gait.move_legs(
        shift=shift + gait.to_world(0.07 * gait.support * strength, -0.01 * strength, 0.0),
        roll=-np.radians(4) * gait.support * strength,
        steps={s: steps[s] + apart[s] for s in SIDES},
        lifts={s: 1.0 - 0.4 * np.minimum(strength, 1.0) for s in SIDES},
        level=0.8 * np.minimum(strength, 1.0),
    )
    gait.bend_sideways(-np.radians(13) * gait.support * strength)
    gait.lean_forward(-np.radians(3) * strength)
    for s in SIDES:
        gait.blend_arm(s, (0.3, -1.0, -0.05), (0.5, -0.9, 0.0), 0.95 * np.minimum(strength, 1.0))


def apply_stiffness(gait: GaitLayer, strength: Array, side: str) -> None:
    """Hold trunk, head and arms stiff; the legs hardly bend."""
    w = np.minimum(strength, 1.0)
    for j in (SPINE1, SPINE2, SPINE3, NECK, HEAD):
        middle = gait.rotations[:, j].mean(axis=0)
        still = np.broadcast_to(middle / np.linalg.norm(middle), gait.rotations[:, j].shape)
        gait.rotations[:, j] = blend_quaternions(gait.rotations[:, j], still, 0.9 * w)
    gait.move_legs(lifts=dict.fromkeys(SIDES, 1.0 - 0.3 * w), level=0.6 * w)
    gait.lean_forward(-np.radians(3) * w)
    for s in SIDES:
        gait.blend_arm(s, (0.16, -1.0, 0.02), (0.1, -1.0, 0.12), 0.9 * w)


def apply_hands_in_pockets(gait: GaitLayer, strength: Array, side: str) -> None:
    """Keep both hands at the hips, as in pockets; the shoulders come up and swing a little."""
    w = np.minimum(strength, 1.0)
    for s in SIDES:
        gait.lift_shoulder(s, np.radians(6) * w)
        gait.blend_arm(s, (0.32, -1.0, -0.28), (-0.28, -0.85, 0.42), 0.97 * w)
    gait.lean_forward(np.radians(4) * w, (SPINE2, SPINE3))
    gait.rotate_head(np.radians(5) * w, 0 * w)


def apply_burden(gait: GaitLayer, strength: Array, side: str) -> None:
    """Carry something heavy before the belly: leaning back on bent knees, with short and heavy steps."""
    w = np.minimum(strength, 1.0)
    shift, steps = gait.scale_steps(1.0 - 0.3 * w)
    gait.move_legs(
        shift=shift
        + gait.to_world(0.035 * gait.support * w, (-0.07 - 0.02 * gait.find_landings(0.4)) * w, 0.06 * w),
        steps=steps,
        lifts=dict.fromkeys(SIDES, 1.0 - 0.35 * w),
    )
    gait.lean_forward(-np.radians(13) * w)
    gait.bend_sideways(-np.radians(5) * gait.support * w)
    gait.rotate_head(np.radians(6) * w, 0 * w)
    for s in SIDES:
        gait.blend_arm(s, (0.12, -0.85, 0.5), (-0.12, -0.12, 1.0), 0.97 * w)


def apply_zombie_arms(gait: GaitLayer, strength: Array, side: str) -> None:
    """Stretch both arms forward with a swaying trunk, as a zombie."""
    for s in SIDES:
        gait.blend_arm(s, (0.1, -0.05, 1.0), (0.0, -0.15, 1.0), 0.95 * np.minimum(strength, 1.0))
    gait.bend_sideways(-np.radians(7) * gait.support * strength)
    gait.rotate_head(np.radians(8) * strength, 0 * strength)


def apply_slow_walk(gait: GaitLayer, strength: Array, side: str) -> None:
    """Shorten the steps of a walk that is not slow enough; a run or a slow walk stays."""
    level = np.linalg.norm(np.diff(gait.root[:, [0, 2]], axis=0), axis=-1)
    speed = float(level.mean()) * FPS
    if not _SLOW_SPEED < speed < _RUNNING_SPEED:
        return
    shift, steps = gait.scale_steps(1.0 - (1.0 - max(_SLOW_SPEED / speed, 0.65)) * np.minimum(strength, 1.0))
    gait.move_legs(
        shift=shift, steps=steps, lifts=dict.fromkeys(SIDES, 1.0 - 0.2 * np.minimum(strength, 1.0))
    )
