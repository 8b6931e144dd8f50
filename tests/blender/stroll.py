# SPDX-License-Identifier: GPL-3.0-or-later
"""Small motions made by formulas, for tests that need no model."""

from __future__ import annotations

import numpy as np
from kinescribe.motion import T_POSE, Motion, Provenance
from kinescribe.motion.rotations import identity_rotations, multiply, rotation_about_axis


def stroll(frames: int = 60, fps: float = 20.0, prompt: str = "a person strolls", seed: int = 7) -> Motion:
    """Return a walk with swinging legs and arms that turns left, feet roughly on the floor."""
    t = np.arange(frames) / fps
    phase = 2 * np.pi * t
    local = np.array(identity_rotations(frames, len(T_POSE)))

    def turn(joint: str, axis: str, angle: np.ndarray) -> None:
        index = T_POSE.joint_index(joint)
        local[:, index] = multiply(local[:, index], rotation_about_axis(axis, angle))

    turn("pelvis", "y", 0.4 * t)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        swing = np.sin(phase) * sign
        turn(f"{side}_hip", "x", -0.5 * swing)
        turn(f"{side}_knee", "x", 0.4 + 0.3 * swing)
        turn(f"{side}_ankle", "x", 0.2 * swing)
        turn(f"{side}_shoulder", "z", np.full(frames, -1.2 * sign))
        turn(f"{side}_shoulder", "y", 0.5 * swing)
        turn(f"{side}_elbow", "y", -sign * (0.6 + 0.3 * swing))
    turn("spine2", "y", 0.1 * np.sin(phase))
    turn("head", "z", 0.2 * np.sin(phase))
    heading = 0.4 * t
    steps = np.stack([np.sin(heading), np.zeros(frames), np.cos(heading)], axis=-1) / fps
    root = np.cumsum(steps, axis=0) + [0.0, 0.93, 0.0] + 0.02 * np.cos(2 * phase)[:, None] * [0, 1, 0]
    return Motion(T_POSE, fps, root, local, provenance=Provenance(prompt, seed, "formula 1.0", "CC0-1.0"))
