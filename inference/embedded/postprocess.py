# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn sampled features into a finished motion: smoothed, on the floor, feet locked, at the requested length."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...motion import T_POSE, Motion
from ...motion.constraints import Clip, Goals, apply_constraints
from ...motion.contact.contacts import SOLE_HEIGHT
from ...motion.contact.foot_lock import MAX_FOOT_DRIFT, lock_feet
from ...motion.resample import resample
from ...motion.rotations import Array
from ...motion.smoothing import gaussian_smooth
from .features import CONTACTS, FEET, FPS, decode_take

SMOOTHING = 0.6
"""Sigma in frames of the light smoothing that removes the remaining jitter."""

_LED_WANDER = 0.25  # metres that a foot may be moved within a contact if constraints moved the body
_FASTEST_SLIDE = 0.05  # metres a frame; a faster foot is hardly planted


def _flags(contacts: Array) -> NDArray[np.bool_]:
    """Return contacts (T, 4) as booleans, without contacts and gaps of a single frame."""
    down = contacts > 0.5
    if len(down) > 2:
        lonely = (down[1:-1] != down[:-2]) & (down[1:-1] != down[2:])
        down[1:-1] ^= lonely
    return np.asarray(down)


def _grounded(root: Array, feet: Array, contacts: NDArray[np.bool_]) -> Array:
    """Move the root (T, 3) up or down by one distance, so that toes in contact begin on the floor.

    Only the lowest level counts, so steps that are climbed stay above the floor.
    """
    toes = feet[:, (1, 3), 1]
    planted = toes[contacts[:, (1, 3)]]
    if len(planted) < 3:
        return root
    lowest = float(np.quantile(planted, 0.15))
    if abs(lowest - SOLE_HEIGHT) > 0.12:  # a ledge, a chair, a lying figure: not the floor
        return root
    return np.asarray(root + np.array([0.0, SOLE_HEIGHT - lowest, 0.0]))


def _carried(root: Array, feet: Array, contacts: NDArray[np.bool_]) -> Array:
    """Move the root (T, 3) along the ground so that planted feet (T, 4, 3) stand still.

    The mean slide of all planted feet is subtracted from the root motion, smoothed over frames. The foot lock that
    follows then has little to correct, and a standing character does not drift.
    """
    if len(root) < 3:
        return root
    slide = np.diff(feet[..., [0, 2]], axis=0)
    planted = (contacts[1:] & contacts[:-1]).astype(float)[..., None]
    mean = (slide * planted).sum(axis=1) / np.maximum(planted.sum(axis=1), 1.0)
    speed = np.linalg.norm(mean, axis=-1, keepdims=True)
    mean *= np.minimum(1.0, _FASTEST_SLIDE / np.maximum(speed, 1e-9))
    way = np.concatenate([np.zeros((1, 2)), np.cumsum(gaussian_smooth(mean, 1.5), axis=0)])
    moved = root.copy()
    moved[:, [0, 2]] -= way
    return moved


def to_motion(features: Array, goals: Goals | None = None) -> tuple[Motion, Array]:
    """Return a motion at 20 fps on ``T_POSE`` from features (T, 140) in real units, and its headings (T,) in radians.

    Frame 0 is at x = z = 0 facing +Z, unless ``goals`` (constraints on these T frames) need something else.
    """
    smooth = np.array(features, dtype=float)
    smooth[:, : CONTACTS.start] = gaussian_smooth(smooth[:, : CONTACTS.start], SMOOTHING)
    take, contacts = decode_take(smooth)
    flags = _flags(contacts)
    positions, _ = T_POSE.forward_kinematics(take.root_positions, take.local_rotations)
    feet = positions[:, FEET]
    take = take.with_root_positions(_carried(_grounded(take.root_positions, feet, flags), feet, flags))
    wander = MAX_FOOT_DRIFT
    if goals is not None and goals.has_goals:
        take, wander = apply_constraints(take, goals, T_POSE), _LED_WANDER
    return lock_feet(
        Motion(T_POSE, FPS, take.root_positions, take.local_rotations, flags), max_drift=wander
    ), take.yaw


def finished(motion: Motion, yaw: Array, goals: Goals) -> Motion:
    """Return the motion, already at its final rate and length, with its constraints satisfied exactly.

    ``yaw`` (T',): its headings in radians at 20 fps; ``goals``: constraints on the frames of ``motion``.
    """
    if not goals.has_goals:
        return motion
    times = np.arange(len(motion)) * (FPS / motion.fps)
    headings = np.interp(times, np.arange(len(yaw)), yaw)
    take = apply_constraints(Clip(motion.local_rotations, motion.root_translation, headings), goals, T_POSE)
    return replace(motion, root_translation=take.root_positions, local_rotations=take.local_rotations)


def fitted(motion: Motion, fps: float, frames: int) -> Motion:
    """Return the motion at ``fps`` with exactly ``frames`` frames; it must be at least that long."""
    motion = resample(motion, fps)
    spare = frames - len(motion)
    if spare > 0:  # one frame too short by rounding
        keep: Any = np.concatenate([np.arange(len(motion)), np.full(spare, len(motion) - 1)])
    else:
        keep = slice(frames)
    contacts = None if motion.contacts is None else motion.contacts[keep]
    return replace(
        motion,
        root_translation=motion.root_translation[keep],
        local_rotations=motion.local_rotations[keep],
        contacts=contacts,
    )
