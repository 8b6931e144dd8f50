# SPDX-License-Identifier: GPL-3.0-or-later
"""Walking styles: posture and arms of a recorded walk are changed for the whole clip, its gait is kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...motion.rotations import Array, normalise
from .gesture_timing import Rng, clip_times
from .gestures import side_direction
from .joints import NECK, OUTWARD, SIDES, SPINE1, SPINE2, SPINE3
from .motion_layers import MotionLayer

Style = Callable[[MotionLayer, Rng], None]


def _blend_arms(layer: MotionLayer, weight: float, upper: dict[str, Array], fore: dict[str, Array]) -> None:
    """Blend both arms towards fixed directions; the rest of the walk's arm swing is kept.

    Parameters
    ----------
    layer : MotionLayer
        The motion to change.
    weight : float
        Weight of the given directions, 0 to 1.
    upper, fore : dict of (3,)
        Directions of upper arm and forearm by side, in the facing frame.
    """
    for s in SIDES:
        u, f = layer.arm_directions(s)
        u = normalise(u * (1 - weight) + upper[s] * weight)
        f = normalise(f * (1 - weight) + fore[s] * weight)
        layer.set_arm_directions(s, u, f, np.ones(len(u)))


def apply_sneaking(layer: MotionLayer, rng: Rng) -> None:
    """Bend knees and back, hands in front of the body."""
    ones = np.ones(len(layer.root))
    layer.lower_pelvis(rng.uniform(0.16, 0.24) * ones, 0.03 * ones, np.radians(12) * ones)
    layer.lean_forward(np.radians(rng.uniform(22, 34)) * ones)
    layer.rotate_head(-np.radians(24) * ones, 0 * ones)
    _blend_arms(
        layer,
        0.6,
        {s: side_direction(s, 0.35, -0.8, 0.35) for s in SIDES},
        {s: side_direction(s, 0.0, 0.2, 1.0) for s in SIDES},
    )


def apply_sadness(layer: MotionLayer, rng: Rng) -> None:
    """Lower head and shoulders, with hardly swinging arms."""
    ones = np.ones(len(layer.root))
    layer.lean_forward(np.radians(rng.uniform(12, 18)) * ones, (SPINE2, SPINE3))
    layer.rotate_head(np.radians(rng.uniform(30, 42)) * ones, 0 * ones)
    _blend_arms(
        layer,
        0.75,
        {s: side_direction(s, 0.08, -1.0, 0.05) for s in SIDES},
        {s: side_direction(s, 0.0, -1.0, 0.2) for s in SIDES},
    )


def apply_zombie(layer: MotionLayer, rng: Rng) -> None:
    """Stretch both arms forward, with a swaying trunk."""
    t = clip_times(layer)
    y = float(rng.uniform(-0.15, 0.05))
    _blend_arms(
        layer,
        0.95,
        {s: side_direction(s, 0.1, y, 1.0) for s in SIDES},
        {s: side_direction(s, 0.0, y - 0.1, 1.0) for s in SIDES},
    )
    layer.bend_sideways(np.radians(7) * np.sin(2 * np.pi * t / 1.2))
    layer.rotate_head(np.full_like(t, 0.15), 0 * t)


def apply_old_age(layer: MotionLayer, rng: Rng) -> None:
    """Bend the trunk forward from the hips, knees slightly bent."""
    ones = np.ones(len(layer.root))
    layer.lower_pelvis(0.05 * ones, 0.05 * ones, np.radians(10) * ones)
    layer.lean_forward(np.radians(rng.uniform(28, 40)) * ones)
    layer.rotate_head(-np.radians(22) * ones, 0 * ones)
    _blend_arms(
        layer,
        0.6,
        {s: side_direction(s, 0.15, -1.0, 0.25) for s in SIDES},
        {s: side_direction(s, 0.0, -0.6, 0.8) for s in SIDES},
    )


def apply_pride(layer: MotionLayer, rng: Rng) -> None:
    """Lift chest and head, elbows away from the body."""
    t = clip_times(layer)
    layer.lean_forward(-np.radians(rng.uniform(10, 15)) * np.ones_like(t), (SPINE1, SPINE2, SPINE3, NECK))
    layer.rotate_head(-0.1 + 0 * t, 0 * t)
    for s in SIDES:
        u, f = layer.arm_directions(s)
        outward = np.array([0.3 * OUTWARD[s], 0.0, 0.0])
        layer.set_arm_directions(
            s, normalise(u * [1, 1, 1.5] + outward), normalise(f * [1, 1, 1.3] + outward), np.ones(len(u))
        )


def apply_drunkenness(layer: MotionLayer, rng: Rng) -> None:
    """Sway the body over the feet, with a rolling head."""
    t = clip_times(layer)
    sway = np.sin(2 * np.pi * t / 1.6)
    side = np.stack([0.07 * sway, -0.03 - 0.02 * sway**2, 0.04 * np.sin(2 * np.pi * t / 2.4)], axis=-1)
    layer.shift_pelvis(side)
    layer.bend_sideways(np.radians(rng.uniform(12, 17)) * np.sin(2 * np.pi * t / 1.6 + 0.6))
    layer.rotate_head(0.25 + 0.15 * np.sin(2 * np.pi * t / 2.0), 0.2 * sway)
    _blend_arms(
        layer,
        0.5,
        {s: side_direction(s, 0.5, -0.85, 0.1) for s in SIDES},
        {s: side_direction(s, 0.5, -0.5, 0.5) for s in SIDES},
    )


STYLES: dict[str, tuple[Style, int, float]] = {
    # function, number of clips, speed relative to the recording
    "sneak": (apply_sneaking, 30, 0.8),
    "sad": (apply_sadness, 26, 0.75),
    "zombie": (apply_zombie, 26, 0.75),
    "old": (apply_old_age, 26, 0.65),
    "proud": (apply_pride, 24, 1.0),
    "drunk": (apply_drunkenness, 26, 0.8),
}
