# SPDX-License-Identifier: GPL-3.0-or-later
"""Random conditions for training: which features of a window the network is given.

Drawn for each window, so that one network learns all kinds of constraints: a path on the ground, poses at some frames,
the start or both ends, or parts of the body. Half of the windows are conditioned on text alone.
"""

from __future__ import annotations

import numpy as np

from ...inference.embedded.features import CONTACT_COLUMNS, NUM_FEATURES, ROOT_COLUMNS, ROTATION_COLUMNS
from ...motion.layers.body_joints import ANKLES, FEET, HEAD, HIPS, KNEES, NECK, PELVIS, SPINE1, SPINE2, SPINE3
from ...motion.layers.motion_layer import ARM_JOINTS, moving_average

Array = np.ndarray
Rng = np.random.Generator

LEGS_AND_PELVIS = (PELVIS, *HIPS.values(), *KNEES.values(), *ANKLES.values(), *FEET.values())
TRUNK = (PELVIS, SPINE1, SPINE2, SPINE3, NECK, HEAD)
POSE_COLUMNS = slice(ROOT_COLUMNS.stop - 1, ROTATION_COLUMNS.stop)
"""Features of a pose: height of the pelvis and all orientations, without position and velocity on the ground."""


def orientation_columns(joints: tuple[int, ...]) -> Array:
    """Return the feature columns of the orientations of some joints."""
    return np.concatenate([ROTATION_COLUMNS.start + 6 * j + np.arange(6) for j in joints])


def _condition_path(rng: Rng, known: Array) -> None:
    """Condition on velocity on the ground and yaw rate, sometimes only one of them or only for a part of the window."""
    roll = rng.random()
    known[:, [0, 1, 2]] = 1
    if roll < 0.15:
        known[:, 3] = 1
    elif roll < 0.35:
        known[:, 2] = 0
    elif roll < 0.45:
        known[:, [0, 1]] = 0
    if rng.random() < 0.15:  # a path that ends within the window
        frames = len(known)
        cut = int(rng.integers(frames // 4, frames))
        known[cut:] = 0


def _condition_poses(rng: Rng, known: Array) -> None:
    """Condition on poses at one to five frames, sometimes with all other features of these frames."""
    frames = len(known)
    frames_given = rng.choice(frames, size=int(rng.integers(1, 6)), replace=False)
    if rng.random() < 0.4:
        frames_given[0] = 0
    known[frames_given, POSE_COLUMNS] = 1
    if rng.random() < 0.2:
        known[frames_given] = 1


def _condition_body_parts(rng: Rng, known: Array) -> None:
    """Condition on the legs and root motion, or on the arms, or on everything except one arm."""
    roll = rng.random()
    if roll < 0.45:
        known[:, ROOT_COLUMNS] = 1
        known[:, orientation_columns(LEGS_AND_PELVIS)] = 1
        known[:, CONTACT_COLUMNS] = 1
        if rng.random() < 0.3:
            known[:, orientation_columns(TRUNK)] = 1
    elif roll < 0.7:
        known[:, orientation_columns(ARM_JOINTS["left"] + ARM_JOINTS["right"])] = 1
    else:
        known[:] = 1
        known[:, orientation_columns(ARM_JOINTS[str(rng.choice(["left", "right"]))])] = 0


def sample_mask(rng: Rng, frames: int) -> tuple[Array, int]:
    """Draw the mask (T, 140) of conditioned features, 0 or 1, and how many first frames are fully conditioned."""
    known = np.zeros((frames, NUM_FEATURES), np.float32)
    roll = rng.random()
    first = 0
    if roll < 0.5:
        return known, first
    if roll < 0.62:
        _condition_path(rng, known)
    elif roll < 0.74:
        _condition_poses(rng, known)
    elif roll < 0.86:
        first = int(rng.integers(5, 21))
    elif roll < 0.92:  # both ends
        known[: int(rng.integers(1, 5)), POSE_COLUMNS if rng.random() < 0.5 else slice(None)] = 1
        known[-int(rng.integers(1, 5)) :, POSE_COLUMNS if rng.random() < 0.5 else slice(None)] = 1
    elif roll < 0.98:
        _condition_body_parts(rng, known)
    else:
        first = int(rng.integers(5, 21))
        _condition_path(rng, known)
    known[:first] = 1
    return known, first


def condition_values(rng: Rng, x: Array, known: Array) -> Array:
    """Return the values (T, 140) of the conditions of a window ``x`` (T, 140) with mask ``known`` (T, 140).

    Recorded hips sway with every step, and so do velocity and heading, while people draw smooth paths. Where only the
    path is conditioned it is therefore averaged over about a stride, for three windows in four.
    """
    path_only = (known[:, :3].max(-1) > 0) & (known[:, ROTATION_COLUMNS.start] == 0)
    if not path_only.any() or rng.random() < 0.25:
        return x
    given = x.copy()
    given[path_only, :3] = moving_average(x[:, :3], 2 * int(rng.integers(4, 13)) + 1)[path_only]
    return given


def splice_motions(x: Array, frame_weights: Array, before: Array, fade: int = 10) -> tuple[Array, Array]:
    """Put frames of another motion before a window, blended smoothly as an animator would; feet may slide meanwhile.

    Parameters
    ----------
    x : (T, 140)
        Normalised features of the window, which keeps its length.
    frame_weights : (T,)
        Weight of each frame.
    before : (N, 140)
        Frames of the other motion.
    fade : int
        Frames over which the difference of the two poses fades out; they get half the weight.
    """
    count = len(before)
    rest, weight = x[: len(x) - count].copy(), frame_weights[: len(x) - count].copy()
    fade = min(fade, len(rest))
    k = (np.arange(fade) + 1) / (fade + 1)
    remaining = (1 - k * k * k * (10 + k * (6 * k - 15)))[:, None].astype(x.dtype)
    rest[:fade, : CONTACT_COLUMNS.start] += remaining * (before[-1] - x[0])[: CONTACT_COLUMNS.start]
    weight[:fade] *= 0.5
    return np.concatenate([before, rest]), np.concatenate([np.ones(count), weight])
