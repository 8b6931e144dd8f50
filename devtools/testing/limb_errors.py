# SPDX-License-Identifier: GPL-3.0-or-later
"""Angles between the limbs of a rig and of the motion that is played on it."""

from __future__ import annotations

import numpy as np
from kinescribe.motion import Motion
from kinescribe.motion.rotations import rotate, rotation_about_axis

LIMBS = tuple(
    (f"{side}_{upper}", f"{side}_{lower}")
    for side in ("left", "right")
    for upper, lower in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
)


def joint_tracks(motion: Motion) -> dict[str, np.ndarray]:
    """Return the world positions (T, 3) of the motion's joints by name."""
    return {joint: motion.positions[:, i] for i, joint in enumerate(motion.skeleton.joint_names)}


def limb_errors(motion: Motion, positions: dict[str, np.ndarray]) -> np.ndarray:
    """Return angles (T, limbs) in degrees between limbs of a rig and of the motion, after removal of one constant yaw.

    ``positions``: world positions (T, 3) of the rig's joints, Y up.
    """
    theirs = joint_tracks(motion)
    a = np.stack([theirs[lower] - theirs[upper] for upper, lower in LIMBS], axis=1)
    b = np.stack([positions[lower] - positions[upper] for upper, lower in LIMBS], axis=1)
    a /= np.linalg.norm(a, axis=-1, keepdims=True)
    b /= np.linalg.norm(b, axis=-1, keepdims=True)
    # the yaw that brings them closest: least squares over all horizontal components
    cosine = np.sum(a[..., 0] * b[..., 0] + a[..., 2] * b[..., 2])
    sine = np.sum(a[..., 0] * b[..., 2] - a[..., 2] * b[..., 0])
    b = rotate(rotation_about_axis("y", np.arctan2(sine, cosine)), b)
    return np.degrees(2 * np.arcsin(np.clip(0.5 * np.linalg.norm(a - b, axis=-1), 0, 1)))
