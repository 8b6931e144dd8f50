# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn sampled features into a finished motion: smoothed, on the floor, feet locked, at the requested length."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...motion import T_POSE, Motion
from ...motion.constraints import Clip, Goals, apply_constraints
from ...motion.contact.contacts import SOLE_HEIGHT, find_true_runs
from ...motion.contact.foot_lock import MAX_FOOT_DRIFT, lock_feet
from ...motion.hinges import straighten_hinges
from ...motion.layers.body_joints import HEAD, HIPS, NECK, PELVIS, SHOULDERS, SPINE1, SPINE2, SPINE3
from ...motion.resample import resample
from ...motion.rotations import Array
from ...motion.smoothing import gaussian_smooth
from ..layers.manners import LayerSpans, apply_layers
from .features import CONTACT_COLUMNS, FOOT_JOINTS, FPS, decode_clip

SMOOTHING_SIGMA = 0.6
"""Sigma in frames of the light smoothing that removes the remaining jitter."""

_MAX_CONSTRAINED_DRIFT = 0.25  # metres that a foot may be moved in a contact if constraints moved the body
_HOVER_HEIGHT, _MAX_HOVER = 0.03, 0.16  # metres above the floor: less is none, more is a step or a ledge
_HOVER_FRAMES = 10  # no jump on the spot lasts longer
_TRUNK = [PELVIS, *HIPS.values(), SPINE1, SPINE2, SPINE3, NECK, HEAD, *SHOULDERS.values()]
_LEAST_TRUNK_HEIGHT = 0.04  # metres above the floor of the joints of a trunk that lies
_MAX_LYING_HEIGHT = 0.35  # metres of the pelvis above the lower foot
_MAX_SUNKEN = 0.2  # metres below the floor that are mended
_SUNKEN_FRAMES = 4
_ANKLE_HEIGHT = 0.08
_MAX_PLANTED_SPEED = 0.05  # metres a frame; a faster foot is hardly planted


def _threshold_contacts(contacts: Array) -> NDArray[np.bool_]:
    """Return contacts (T, 4) as booleans, without contacts and gaps of a single frame."""
    flags = contacts > 0.5
    if len(flags) > 2:
        single = (flags[1:-1] != flags[:-2]) & (flags[1:-1] != flags[2:])
        flags[1:-1] ^= single
    return np.asarray(flags)


def _place_on_floor(root: Array, feet: Array, contacts: NDArray[np.bool_]) -> Array:
    """Move the root (T, 3) up or down by one distance, so that toes in contact begin on the floor.

    Only the lowest level counts, so steps that are climbed stay above the floor.
    """
    toes = feet[:, (1, 3), 1]
    planted_heights = toes[contacts[:, (1, 3)]]
    if len(planted_heights) < 3:
        return root
    lowest = float(np.quantile(planted_heights, 0.15))
    if abs(lowest - SOLE_HEIGHT) > 0.12:  # a ledge, a chair, a lying figure: not the floor
        return root
    return np.asarray(root + np.array([0.0, SOLE_HEIGHT - lowest, 0.0]))


def _lower_hovering_body(root: Array, positions: Array) -> Array:
    """Lower the root (T, 3) where the body (T, 22, 3) stays a little above the floor for longer than a jump lasts.

    The lowest point within half a second comes down to the floor, so that hops keep their height. Steps, ledges and
    seats are higher than ``_MAX_HOVER`` and stay.
    """
    low = (positions[:, FOOT_JOINTS, 1] - np.array([_ANKLE_HEIGHT, SOLE_HEIGHT] * 2)).min(axis=1)
    low = np.minimum(low, positions[:, :, 1].min(axis=1))  # lying on the trunk is no hovering
    nearest = np.array(
        [low[max(0, i - _HOVER_FRAMES // 2) : i + _HOVER_FRAMES // 2 + 1].min() for i in range(len(low))]
    )
    hovers = (nearest > _HOVER_HEIGHT) & (nearest <= _MAX_HOVER)
    for first, last in find_true_runs(hovers):
        hovers[first:last] = last - first > _HOVER_FRAMES
    drop = gaussian_smooth(np.where(hovers, nearest, 0.0)[:, None], 2.0)
    return np.asarray(root - drop * np.array([0.0, 1.0, 0.0]))


def _raise_sunken_body(root: Array, positions: Array) -> Array:
    """Raise the root (T, 3) where the trunk of a body (T, 22, 3) that lies is below the floor.

    The trunk of who walks down steps is far above the feet, and stays.
    """
    lowest = positions[:, _TRUNK, 1].min(axis=1)
    is_lying = positions[:, PELVIS, 1] - positions[:, FOOT_JOINTS, 1].min(axis=1) < _MAX_LYING_HEIGHT
    depth = np.where(is_lying, np.clip(_LEAST_TRUNK_HEIGHT - lowest, 0.0, _MAX_SUNKEN), 0.0)
    if not depth.any():
        return root
    near = range(-_SUNKEN_FRAMES, _SUNKEN_FRAMES + 1)
    padded = np.pad(depth, _SUNKEN_FRAMES, mode="edge")
    deepest = np.max([padded[_SUNKEN_FRAMES + k : len(depth) + _SUNKEN_FRAMES + k] for k in near], axis=0)
    return np.asarray(root + gaussian_smooth(deepest[:, None], 2.0) * np.array([0.0, 1.0, 0.0]))


def _remove_foot_slide(root: Array, feet: Array, contacts: NDArray[np.bool_]) -> Array:
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
    mean *= np.minimum(1.0, _MAX_PLANTED_SPEED / np.maximum(speed, 1e-9))
    drift = np.concatenate([np.zeros((1, 2)), np.cumsum(gaussian_smooth(mean, 1.5), axis=0)])
    corrected = root.copy()
    corrected[:, [0, 2]] -= drift
    return corrected


def features_to_motion(
    features: Array, goals: Goals | None = None, layers: LayerSpans = (), seed: int = 0
) -> tuple[Motion, Array]:
    """Return a motion at 20 fps on ``T_POSE`` from features (T, 140) in real units, and its headings (T,) in radians.

    Frame 0 is at x = z = 0 facing +Z, unless ``goals`` (constraints on these T frames) need something else. ``layers``
    are laid over it before they are satisfied; ``seed`` draws their details.
    """
    smooth = np.array(features, dtype=float)
    smooth[:, : CONTACT_COLUMNS.start] = gaussian_smooth(smooth[:, : CONTACT_COLUMNS.start], SMOOTHING_SIGMA)
    clip, contacts = decode_clip(smooth)
    clip = clip.with_local_rotations(straighten_hinges(clip.local_rotations, T_POSE))
    return finish_clip(clip, contacts, goals, lower_hovering=True, layers=layers, seed=seed)


def finish_clip(
    clip: Clip,
    contacts: Array,
    goals: Goals | None = None,
    lower_hovering: bool = False,
    layers: LayerSpans = (),
    seed: int = 0,
) -> tuple[Motion, Array]:
    """Return a motion on ``T_POSE`` from a clip at 20 fps, and its headings (T,) in radians.

    The clip is placed on the floor, gets its layers, follows its goals, and its feet are locked.

    Parameters
    ----------
    clip
        The motion.
    contacts : (T, 4)
        Where heels and toes touch the ground, 0 to 1.
    goals
        Constraints on its frames.
    lower_hovering
        Whether a body that stays a little above the floor is lowered, and one that lies below it is raised.
    layers
        Frames with what is laid over them.
    seed
        Draws the details of layers.
    """
    flags = _threshold_contacts(contacts)
    positions, _ = T_POSE.forward_kinematics(clip.root_positions, clip.local_rotations)
    feet = positions[:, FOOT_JOINTS]
    root = _place_on_floor(clip.root_positions, feet, flags)
    if lower_hovering:
        root = _lower_hovering_body(root, positions + (root - clip.root_positions)[:, None])
    clip = clip.with_root_positions(_remove_foot_slide(root, feet, flags))
    if layers:
        clip, flags = apply_layers(clip, flags, layers, seed)
    if lower_hovering:
        positions, _ = T_POSE.forward_kinematics(clip.root_positions, clip.local_rotations)
        clip = clip.with_root_positions(_raise_sunken_body(clip.root_positions, positions))
    max_drift = MAX_FOOT_DRIFT
    if goals is not None and goals.has_goals:
        clip = apply_constraints(clip, goals, T_POSE, is_steered=True)
        max_drift = _MAX_CONSTRAINED_DRIFT
    return lock_feet(
        Motion(T_POSE, FPS, clip.root_positions, clip.local_rotations, flags), max_drift=max_drift
    ), clip.yaw


def satisfy_constraints(motion: Motion, yaw: Array, goals: Goals) -> Motion:
    """Return the motion, already at its final rate and length, with its constraints satisfied exactly.

    ``yaw`` (T',): its headings in radians at 20 fps; ``goals``: constraints on the frames of ``motion``.
    """
    if not goals.has_goals:
        return motion
    times = np.arange(len(motion)) * (FPS / motion.fps)
    headings = np.interp(times, np.arange(len(yaw)), yaw)
    clip = apply_constraints(Clip(motion.local_rotations, motion.root_translation, headings), goals, T_POSE)
    return replace(motion, root_translation=clip.root_positions, local_rotations=clip.local_rotations)


def fit_length(motion: Motion, fps: float, frames: int) -> Motion:
    """Return the motion at ``fps`` with exactly ``frames`` frames; it must be at least that long."""
    motion = resample(motion, fps)
    missing = frames - len(motion)
    if missing > 0:  # one frame too short by rounding
        frame_indices: Any = np.concatenate([np.arange(len(motion)), np.full(missing, len(motion) - 1)])
    else:
        frame_indices = slice(frames)
    contacts = None if motion.contacts is None else motion.contacts[frame_indices]
    return replace(
        motion,
        root_translation=motion.root_translation[frame_indices],
        local_rotations=motion.local_rotations[frame_indices],
        contacts=contacts,
    )
