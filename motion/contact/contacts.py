# SPDX-License-Identifier: GPL-3.0-or-later
"""Detection of contacts: heels and toes on the ground, and hands on the ground or on objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import MappingError
from ..motion import CONTACT_JOINTS, Motion
from ..rest_pose import root_height
from ..rotations import Array
from ..skeleton import T_POSE, Skeleton

Mask = np.ndarray[Any, np.dtype[np.bool_]]

SOLE_HEIGHT = 0.02
"""Metres from the floor up to the toe joint of a standing adult of the size of ``T_POSE``."""

_BEGIN_SPEED, _END_SPEED = 0.35, 0.5  # m/s: a contact begins below the first and ends above the second
_GROUND_MARGIN = 0.06  # metres above the ground up to which a foot counts as on the ground
_MIN_SECONDS = 0.12  # seconds; a foot at the top of a jump or kick is slow for a shorter time
_HAND_BEGIN_SPEED, _HAND_END_SPEED = 0.1, 0.2  # m/s, as for feet
_HAND_GROUND_MARGIN = 0.25  # metres above the lower foot below which a wrist counts as on the ground
_HAND_BODY_SPEED = 0.2  # m/s that the body moves at least relative to a hand that holds an object
_HAND_MIN_SECONDS = 0.3  # seconds


def body_size(skeleton: Skeleton) -> float:
    """Return the size of a body as a factor of ``T_POSE``."""
    return root_height(skeleton) / root_height(T_POSE)


def foot_joint_indices(skeleton: Skeleton) -> list[int]:
    """Return the indices of :data:`CONTACT_JOINTS`. Raises ``MappingError`` if the skeleton lacks one."""
    missing = [name for name in CONTACT_JOINTS if name not in skeleton.joint_names]
    if missing:
        raise MappingError(
            "The motion has no joint called {joint}: map its joints to SMPL names first", joint=missing[0]
        )
    return [skeleton.joint_index(name) for name in CONTACT_JOINTS]


def foot_clearances(skeleton: Skeleton) -> Array:
    """Return the heights (4,) of the foot joints above the sole when the foot stands flat, in metres."""
    feet = foot_joint_indices(skeleton)
    heights = skeleton.rest_positions[feet, 1]
    toes = np.repeat(heights[1::2], 2)
    # limited, because a rest pose may be on tiptoe or have stretched feet
    return np.asarray(
        SOLE_HEIGHT * body_size(skeleton) + np.clip(heights - toes, 0.0, 0.12 * body_size(skeleton))
    )


def detect_contacts(motion: Motion) -> Mask:
    """Detect the contacts (T, 4) of ``CONTACT_JOINTS``: joints that are slow and near the lowest of the four.

    The ground is at the height of the lowest foot, so that stairs and boxes count as ground too. Short contacts are
    dropped and short gaps filled. Raises ``MappingError`` if the skeleton has no feet.
    """
    feet = foot_joint_indices(motion.skeleton)
    return _detect_foot_contacts(motion, feet, foot_clearances(motion.skeleton))


def detect_limb_contacts(motion: Motion, joints: Mapping[str, int]) -> dict[str, Mask]:
    """Detect when feet and hands touch something: SMPL joint name (ankles, feet, wrists) to flags (T,).

    ``joints``: SMPL joint name to the index of that joint in the motion's skeleton. The contacts of feet are the
    motion's own if it has any. A hand is in contact if it rests in the world for a third of a second while it is near
    the ground, or while the chest moves more than the hand does, because it then holds an object.
    """
    feet = [joint for joint in CONTACT_JOINTS if joint in joints]
    if motion.contacts is not None and len(feet) == len(CONTACT_JOINTS):
        flags = motion.contacts
    elif feet:
        indices = [joints[joint] for joint in feet]
        heights = motion.skeleton.rest_positions[indices, 1]
        size = body_size(motion.skeleton)
        standing_heights = SOLE_HEIGHT * size + np.clip(heights - heights.min(), 0.0, 0.12 * size)
        flags = _detect_foot_contacts(motion, indices, standing_heights)
    else:
        return {}
    contacts = {joint: flags[:, k] for k, joint in enumerate(feet)}
    for side in ("left", "right"):
        wrist = f"{side}_wrist"
        chest = next((joint for joint in (f"{side}_shoulder", "spine3", "pelvis") if joint in joints), None)
        if wrist in joints and chest is not None:
            lowest = motion.positions[:, [joints[joint] for joint in feet], 1].min(axis=1)
            contacts[wrist] = _detect_hand_contacts(motion, joints[wrist], joints[chest], lowest)
    return contacts


def _detect_foot_contacts(motion: Motion, feet: Sequence[int], standing_heights: Array) -> Mask:
    """Detect the contacts (T, F) of the joints ``feet``; ``standing_heights`` (F,): metres above the sole."""
    size = body_size(motion.skeleton)
    positions = motion.positions[:, list(feet)]
    height = positions[..., 1] - standing_heights
    near = height - height.min(axis=1, keepdims=True) < _GROUND_MARGIN * size
    shortest = max(2, int(_MIN_SECONDS * motion.fps))
    speeds = _compute_speeds(positions, motion.fps) / size
    columns = []
    for k in range(len(feet)):
        in_contact = _apply_hysteresis(
            near[:, k] & (speeds[:, k] < _BEGIN_SPEED), near[:, k] & (speeds[:, k] < _END_SPEED)
        )
        filled = ~_remove_short_runs(~in_contact, shortest, drop_single_at_ends=False)
        columns.append(_remove_short_runs(filled, shortest, drop_single_at_ends=True))
    return np.stack(columns, axis=1)


def _detect_hand_contacts(motion: Motion, wrist: int, chest: int, lowest_foot: Array) -> Mask:
    """Detect the contacts (T,) of one hand.

    Parameters
    ----------
    motion : the motion
    wrist, chest : joint indices
    lowest_foot : (T,) metres
        Height of the lowest foot.
    """
    size = body_size(motion.skeleton)
    positions = motion.positions[:, [wrist, chest]]
    speed = _compute_speeds(positions[:, 0], motion.fps) / size
    body_speed = _compute_speeds(positions[:, 0] - positions[:, 1], motion.fps) / size
    low = positions[:, 0, 1] - lowest_foot < _HAND_GROUND_MARGIN * size
    may_touch = low | (body_speed > np.maximum(2.0 * speed, _HAND_BODY_SPEED))
    certain = may_touch & (speed < _HAND_BEGIN_SPEED)
    in_contact = _apply_hysteresis(certain, speed < _HAND_END_SPEED)
    shortest = max(2, round(_HAND_MIN_SECONDS * motion.fps))
    return _remove_short_runs(in_contact, shortest, drop_single_at_ends=True)


def _compute_speeds(positions: Array, fps: float) -> Array:
    """Return the speeds (T, ...) of points (T, ..., 3), in m/s."""
    if len(positions) < 2:
        return np.zeros(positions.shape[:-1])
    return np.asarray(np.linalg.norm(np.gradient(positions, 1.0 / fps, axis=0), axis=-1))


def find_true_runs(mask: Mask) -> list[tuple[int, int]]:
    """Return the runs of True in ``mask`` (T,) as (first, last) frames, last exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _apply_hysteresis(certain: Mask, possible: Mask) -> Mask:
    """Return the runs of ``possible`` (T,) that contain at least one ``certain`` frame."""
    result = np.zeros_like(possible)
    for first, last in find_true_runs(possible):
        result[first:last] = bool(certain[first:last].any())
    return result


def _remove_short_runs(mask: Mask, shortest: int, drop_single_at_ends: bool) -> Mask:
    """Return ``mask`` (T,) without runs of True that are shorter than ``shortest`` frames.

    Runs at the start or the end of the motion, which may be cut off, are removed only if they are a single frame and
    ``drop_single_at_ends`` is set.
    """
    result = mask.copy()
    for first, last in find_true_runs(mask):
        cut_off = first == 0 or last == len(mask)
        if last - first < (1 if cut_off and not drop_single_at_ends else 2 if cut_off else shortest):
            result[first:last] = False
    return result
