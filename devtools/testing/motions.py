# SPDX-License-Identifier: GPL-3.0-or-later
"""Plausible motions: steps made of sine functions, a motion that bends every joint, and recordings."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from kinescribe.motion import SMPL_JOINTS, T_POSE, Motion, Skeleton
from kinescribe.motion.rotations import (
    axis_angle_to_quaternion,
    identity_rotations,
    multiply,
    rotation_about_axis,
)


def make_walk(frames: int = 80, fps: float = 20.0, drift: float = 0.0, skeleton: Skeleton = T_POSE) -> Motion:
    """Return a stiff walk along +Z.

    Parameters
    ----------
    frames : int
        Its length.
    fps : float
        Frames per second.
    drift : float
        Metres per second that are added to the root, so that feet skate.
    skeleton : Skeleton
        The body.
    """
    t = np.arange(frames) / fps
    phase = 2 * np.pi * t
    local = identity_rotations(frames, 22)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        swing = 0.4 * sign * np.sin(phase)
        bend = 0.15 + 0.5 * np.maximum(0.0, sign * np.cos(phase)) ** 2
        local[:, skeleton.joint_index(f"{side}_hip")] = rotation_about_axis("x", -swing - 0.4 * bend)
        local[:, skeleton.joint_index(f"{side}_knee")] = rotation_about_axis("x", bend)
        local[:, skeleton.joint_index(f"{side}_ankle")] = rotation_about_axis("x", swing - 0.6 * bend)
        local[:, skeleton.joint_index(f"{side}_shoulder")] = multiply(
            rotation_about_axis("x", swing), rotation_about_axis("z", -1.2 * sign)
        )
    root = np.zeros((frames, 3))
    in_place = Motion(skeleton, fps, root, local)
    # the lower foot is planted: what it moves back relative to the body, the body moves ahead
    feet = in_place.positions[:, [skeleton.joint_index("left_foot"), skeleton.joint_index("right_foot")]]
    low = np.argmin(feet[:, :, 1], axis=1)
    backward_steps = np.diff(feet[:, :, 2], axis=0)[np.arange(frames - 1), low[1:]]
    root[1:, 2] -= np.cumsum(backward_steps)
    root[:, 1] -= feet[:, :, 1].min(axis=1) - 0.02
    root[:, 2] += drift * t
    return Motion(skeleton, fps, root, local)


def make_varied_motion(fps: float = 24.0, seconds: float = 2.0) -> Motion:
    """Return a body that walks along a curve, swings its arms wide, bends, and twists every joint."""
    count = round(fps * seconds)
    t = np.arange(count) / fps
    local = identity_rotations(count, len(SMPL_JOINTS))
    step = 2 * np.pi * 0.9 * t
    for j, joint in enumerate(SMPL_JOINTS):
        phase = 0.7 * j
        amount = 0.5 if any(part in joint for part in ("shoulder", "hip", "elbow")) else 0.18
        vector = amount * np.stack(
            [np.sin(step + phase), 0.6 * np.sin(0.8 * step + 2 * phase), np.cos(step - phase)], -1
        )
        local[:, j] = axis_angle_to_quaternion(vector)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        local[:, SMPL_JOINTS.index(f"{side}_knee")] = rotation_about_axis(
            "x", 0.5 + 0.5 * np.sin(step + sign)
        )
        local[:, SMPL_JOINTS.index(f"{side}_elbow")] = rotation_about_axis(
            "y", -sign * (0.6 + 0.6 * np.sin(step - sign))
        )
    local[:, 0] = multiply(rotation_about_axis("y", 0.8 * t), local[:, 0])
    root = np.stack([0.4 * np.sin(t), 0.93 + 0.04 * np.sin(2 * step), 1.1 * t], -1)
    return Motion(T_POSE, fps, root, local)


def load_recording(shared: Path, clip: str, first: int = 0, last: int | None = None) -> Motion:
    """Return frames of a recording of the optional material.

    Parameters
    ----------
    shared : Path
        Folder of the optional material.
    clip : str
        Id of the recording.
    first, last : int
        First frame, and the frame after the last one; the whole recording by default.
    """
    names = [
        c["id"] for c in json.loads((shared / "data" / "clips.json").read_text(encoding="utf-8"))["clips"]
    ]
    with np.load(shared / "data" / "motions.npz", allow_pickle=False) as z:
        start = z["start"][names.index(clip) :][:2]
        part = slice(
            int(start[0]) + first, int(start[1]) if last is None else min(int(start[1]), int(start[0]) + last)
        )
        return Motion(T_POSE, 20.0, z["root"][part].astype(float), z["local_quat_wxyz"][part].astype(float))
