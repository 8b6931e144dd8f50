# SPDX-License-Identifier: GPL-3.0-or-later
"""Moods and ages in posture, arms and steps: each function changes a gait or a stand with a strength (T,), 0 to 1.3."""

from __future__ import annotations

import numpy as np

from ...motion.layers.body_joints import NECK, OTHER_SIDE, SIDES, SPINE1, SPINE2, SPINE3
from ...motion.rotations import Array
from .gait_layer import GaitLayer


def apply_sadness(gait: GaitLayer, strength: Array, side: str) -> None:
    """Hang head and shoulders, with short dragging steps and hardly swinging arms."""
    shift, steps = gait.scale_steps(1.0 - 0.2 * strength)
    gait.move_legs(
        shift=shift + gait.to_world(0.0, -0.02 * strength, 0.0),
        steps=steps,
        lifts=dict.fromkeys(SIDES, 1.0 - 0.4 * strength),
    )
    gait.lean_forward(np.radians(17) * strength, (SPINE2, SPINE3))
    gait.rotate_head(np.radians(42) * strength, 0 * strength)
    for s in SIDES:
        gait.lift_shoulder(s, -np.radians(5) * strength)
        gait.blend_arm(s, (0.06, -1.0, 0.1), (-0.02, -1.0, 0.22), 0.8 * strength)


def apply_tiredness(gait: GaitLayer, strength: Array, side: str) -> None:
    """Drag along on bent knees with a hanging trunk, dangling arms and a head that nods with each step."""
    shift, steps = gait.scale_steps(1.0 - 0.22 * strength)
    gait.move_legs(
        shift=shift + gait.to_world(0.03 * gait.support * strength, -0.05 * strength, -0.02 * strength),
        tilt=np.radians(5) * strength,
        steps=steps,
        lifts={s: 1.0 - 0.55 * np.minimum(strength, 1.0) for s in SIDES},
    )
    gait.lean_forward(np.radians(24) * strength)
    gait.bend_sideways(-np.radians(7) * gait.support * strength)
    gait.rotate_head((np.radians(16) + np.radians(7) * gait.find_landings(0.5)) * strength, 0 * strength)
    for s in SIDES:
        gait.blend_arm(s, (0.05, -1.0, 0.42), (-0.02, -1.0, 0.35), 0.75 * strength)


def apply_sneaking(gait: GaitLayer, strength: Array, side: str) -> None:
    """Bend knees and back, hands in front of the body."""
    w = np.minimum(strength, 1.0)
    gait.move_legs(shift=gait.to_world(0.0, -0.2 * w, -0.03 * w), tilt=np.radians(12) * w)
    gait.lean_forward(np.radians(28) * w)
    gait.rotate_head(-np.radians(24) * w, 0 * w)
    for s in SIDES:
        gait.blend_arm(s, (0.35, -0.8, 0.35), (0.0, 0.2, 1.0), 0.6 * w)


def apply_old_age(gait: GaitLayer, strength: Array, side: str) -> None:
    """Walk bent over from the hips on bent knees with short steps, one hand on the back."""
    w = np.minimum(strength, 1.0)
    shift, steps = gait.scale_steps(1.0 - 0.42 * w)
    gait.move_legs(
        shift=shift + gait.to_world(0.02 * gait.support * w, -0.06 * w, -0.05 * w),
        tilt=np.radians(11) * w,
        steps=steps,
        lifts=dict.fromkeys(SIDES, 1.0 - 0.5 * w),
    )
    gait.lean_forward(np.radians(34) * w)
    gait.rotate_head(-np.radians(22) * w, np.radians(4) * gait.support * w)
    other = OTHER_SIDE[side]
    gait.blend_arm(other, (0.45, -0.75, -0.55), (-0.85, -0.25, -0.1), 0.95 * w)
    gait.blend_arm(side, (0.12, -0.9, 0.45), (0.0, -0.45, 0.9), 0.7 * w)


def apply_stoop(gait: GaitLayer, strength: Array, side: str) -> None:
    """Walk with a rounded back, head and shoulders hanging forward."""
    gait.move_legs(
        shift=gait.to_world(0.0, -0.03 * strength, -0.03 * strength), tilt=np.radians(6) * strength
    )
    gait.lean_forward(np.radians(30) * strength)
    gait.rotate_head(np.radians(5) * strength, 0 * strength)
    for s in SIDES:
        gait.blend_arm(s, (0.08, -1.0, 0.4), (-0.05, -0.9, 0.5), 0.6 * strength)


def apply_anger(gait: GaitLayer, strength: Array, side: str) -> None:
    """Stamp each foot down, head and shoulders forward, stiff arms with fists swinging hard."""
    landings = gait.find_landings(0.3)
    gait.move_legs(
        shift=gait.to_world(0.0, (-0.012 - 0.03 * landings) * strength, 0.02 * strength),
        lifts={s: 1.0 + 1.0 * strength * gait.measure_advance(s) for s in SIDES},
    )
    gait.lean_forward((np.radians(13) + np.radians(5) * landings) * strength)
    gait.twist_trunk(np.radians(8) * gait.measure_stride() * strength)
    gait.rotate_head((np.radians(3) + np.radians(6) * landings) * strength, 0 * strength)
    for s in SIDES:
        gait.lift_shoulder(s, np.radians(8) * strength)
        gait.swing_arm(s, 1.2, 0.34, 0.1, strength, straight=0.6)


def apply_happiness(gait: GaitLayer, strength: Array, side: str) -> None:
    """Bounce over every step on the balls of the feet, chest and head up, arms swinging wide, head swaying."""
    over = np.abs(gait.support)
    heels = {s: np.radians(26) * gait.measure_support(s) ** 2 * np.minimum(strength, 1.0) for s in SIDES}
    gait.move_legs(
        shift=gait.to_world(0.0, (0.05 * over - 0.03) * strength, 0.0),
        roll=np.radians(3) * gait.support * strength,
        heels=heels,
        lifts={s: 1.0 + 0.7 * strength * gait.measure_advance(s) for s in SIDES},
    )
    gait.lean_forward(-np.radians(8) * strength)
    gait.bend_sideways(-np.radians(5) * gait.support * strength)
    gait.twist_trunk(np.radians(10) * gait.measure_stride() * strength)
    gait.rotate_head(-np.radians(10) * strength, np.radians(7) * gait.support * strength)
    for s in SIDES:
        gait.swing_arm(s, 2.0, 0.22, 0.35, strength)


def apply_pride(gait: GaitLayer, strength: Array, side: str) -> None:
    """Lift chest and chin, shoulders back and elbows away from the body."""
    gait.lean_forward(-np.radians(13) * strength, (SPINE1, SPINE2, SPINE3, NECK))
    gait.rotate_head(-np.radians(5) * strength, 0 * strength)
    gait.twist_trunk(np.radians(6) * gait.measure_stride() * strength)
    for s in SIDES:
        gait.swing_arm(s, 1.35, 0.3, 0.05, strength)


def apply_fear(gait: GaitLayer, strength: Array, side: str) -> None:
    """Hunch on bent knees with short steps, arms held close before the chest, looking from side to side."""
    w = np.minimum(strength, 1.0)
    shift, steps = gait.scale_steps(1.0 - 0.25 * w)
    gait.move_legs(
        shift=shift + gait.to_world(0.0, -0.075 * w, -0.03 * w), tilt=np.radians(5) * w, steps=steps
    )
    gait.lean_forward(np.radians(16) * strength)
    glance = np.tanh(2.0 * np.sin(2 * np.pi * gait.times / 2.4))
    gait.rotate_head(-np.radians(8) * strength, np.radians(38) * glance * w)
    gait.twist_trunk(np.radians(8) * glance * w)
    for s in SIDES:
        gait.lift_shoulder(s, np.radians(12) * strength)
        gait.blend_arm(s, (0.2, -0.9, 0.35), (-0.5, 0.75, 0.6), 0.9 * w)


def apply_shyness(gait: GaitLayer, strength: Array, side: str) -> None:
    """Look down and aside, shoulders drawn in, hands clasped before the belly, with short steps."""
    w = np.minimum(strength, 1.0)
    shift, steps = gait.scale_steps(1.0 - 0.25 * w)
    gait.move_legs(shift=shift, steps=steps)
    gait.lean_forward(np.radians(9) * strength, (SPINE2, SPINE3))
    gait.rotate_head(
        np.radians(24) * strength, np.radians(14) * np.sin(2 * np.pi * gait.times / 3.2) * strength
    )
    for s in SIDES:
        gait.lift_shoulder(s, np.radians(7) * strength)
        gait.blend_arm(s, (0.12, -1.0, 0.15), (-0.62, -0.4, 0.7), 0.95 * w)
