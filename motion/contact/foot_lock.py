# SPDX-License-Identifier: GPL-3.0-or-later
"""Foot lock on the SMPL body: removes foot skating and floor penetration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import MappingError
from ..motion import Motion
from ..rotations import Array
from ..smoothing import smoothstep
from ..two_bone import solve_two_bone_ik_local
from .contact_holds import middle_frames, split_contact
from .contacts import Mask, body_size, detect_contacts, find_true_runs, foot_clearances, foot_joint_indices

MAX_FOOT_DRIFT = 0.08
"""Metres (of an adult): a contact that moves further from its middle is split into several."""

_BLEND_SECONDS = 0.25  # seconds before and after a contact over which the offset fades in and out
_FLOOR_SNAP = 0.05  # metres (of an adult) from the floor within which a contact is put on the floor
_MAX_EXTENSION = 0.995  # fraction of the leg's length; beyond it the pelvis is lowered instead
_MAX_PELVIS_DROP = 0.06  # metres (of an adult) by which the pelvis may be lowered


def lock_feet(
    motion: Motion, strength: float = 1.0, floor: float | None = 0.0, max_drift: float = MAX_FOOT_DRIFT
) -> Motion:
    """Return the motion with feet held in place during contacts and kept above the floor.

    Contacts are the motion's own or detected ones. Feet keep their orientation; hips, knees and ankles rotate, and the
    pelvis is lowered a little where a leg is too short. Contacts and the local rotations of all other joints stay.
    Raises ``MappingError`` if the skeleton has no SMPL legs.

    Parameters
    ----------
    motion : the motion
    strength : 0 (no effect) to 1
    floor : metres or None
        Height of the floor; None: unknown, feet are held at the height they have.
    max_drift : metres (of an adult)
        A contact that moves further from its middle is split into two. A body that was moved along another path than
        its legs walked needs a larger value, so that strides get shorter or longer instead.
    """
    skeleton = motion.skeleton
    feet = foot_joint_indices(skeleton)
    legs = [
        [_joint_index(motion, f"{side}_{part}") for part in ("hip", "knee", "ankle")]
        for side in ("left", "right")
    ]
    if strength <= 0:
        return motion
    contacts = motion.contacts if motion.contacts is not None else detect_contacts(motion)
    size = body_size(skeleton)
    positions, rotations = motion.world_transforms
    foot_positions = positions[:, feet]
    standing_heights = foot_clearances(skeleton)
    blend_frames = max(1, round(_BLEND_SECONDS * motion.fps))

    offsets = np.zeros((len(motion), 2, 3))
    weights = np.zeros((len(motion), 2))
    for side in range(2):
        columns = slice(2 * side, 2 * side + 2)
        ground = None if floor is None else floor + standing_heights[columns]
        offset, weight = _compute_foot_offsets(
            foot_positions[:, columns], contacts[:, columns], ground, size, blend_frames, max_drift * size
        )
        if floor is not None:
            # heels are round: when the toes are lifted, the ankle may be lower than when standing
            lowest = floor + standing_heights[columns] * np.array([0.8, 1.0])
            penetration = np.max(lowest - foot_positions[:, columns, 1] - offset[:, 1:2], axis=1)
            offset[:, 1] += np.maximum(penetration, 0.0)
        offsets[:, side], weights[:, side] = strength * offset, weight

    drop = _find_pelvis_drop(motion, legs, offsets, weights, _MAX_PELVIS_DROP * size)
    root = motion.root_translation - drop[:, None] * np.array([0.0, 1.0, 0.0])
    local = motion.local_rotations.copy()
    for side, leg in enumerate(legs):
        hip, knee, ankle = leg
        lowered = positions[:, leg] - drop[:, None, None] * np.array([0.0, 1.0, 0.0])
        target = positions[:, ankle] + offsets[:, side]
        parent = skeleton.parents[hip]
        local[:, leg] = solve_two_bone_ik_local(lowered, target, rotations[:, [parent, hip, knee, ankle]])
    return replace(motion, root_translation=root, local_rotations=local)


def _joint_index(motion: Motion, joint: str) -> int:
    """Return the index of a joint. Raises ``MappingError`` if the motion does not have it."""
    if joint not in motion.skeleton.joint_names:
        raise MappingError(
            "The motion has no joint called {joint}: map its joints to SMPL names first", joint=joint
        )
    return motion.skeleton.joint_index(joint)


def _compute_foot_offsets(
    positions: Array, contacts: Mask, ground: Array | None, size: float, blend_frames: int, max_drift: float
) -> tuple[Array, Array]:
    """Return the offsets (T, 3) that hold one foot in place, and their weights (T,), 0 to 1.

    Each contact has its own offset; where several act on one frame (heel and toe, or two blends), the offset is their
    weighted mean.

    Parameters
    ----------
    positions : (T, 2, 3) metres
        Positions of heel and toe.
    contacts : (T, 2) bool
        Contacts of heel and toe.
    ground : (2,) metres or None
        Heights of heel and toe when standing; None: unknown.
    size : size of the body as a factor of ``T_POSE``
    blend_frames : frames before and after a contact over which the offset fades in and out
    max_drift : metres from its middle beyond which a contact is split
    """
    frames = len(positions)
    total = np.zeros((frames, 3))
    weights = np.zeros(frames)
    strongest = np.zeros(frames)
    for k in range(2):
        parts = [
            part
            for span in find_true_runs(contacts[:, k])
            for part in split_contact(positions[:, k], *span, max_drift)
        ]
        for first, last in parts:
            target = positions[middle_frames(first, last), k].mean(axis=0)
            if ground is not None and abs(target[1] - ground[k]) < _FLOOR_SNAP * size:
                target[1] = ground[k]
            # outside of the contact the offset of its nearest frame fades out
            time = np.arange(max(0, first - blend_frames), min(frames, last + blend_frames))
            around = slice(time[0], time[-1] + 1)
            inside = np.clip(time, first, last - 1)
            distance = np.abs(time - inside) / (blend_frames + 1.0)
            weight = smoothstep(1.0 - distance)
            total[around] += weight[:, None] * (target - positions[inside, k])
            weights[around] += weight
            strongest[around] = np.maximum(strongest[around], weight)
    return total * (strongest / np.maximum(weights, 1e-9))[:, None], strongest


def _find_pelvis_drop(
    motion: Motion, legs: list[list[int]], offsets: Array, weights: Array, largest: float
) -> Array:
    """Return the metres (T,) by which the pelvis has to be lowered for feet to reach their held positions.

    The result is smooth in time. A leg that was straighter before may stay as straight as it was.

    Parameters
    ----------
    motion : the motion
    legs : joint indices of hip, knee and ankle of either leg
    offsets : (T, 2, 3) metres
        Offsets of the two feet.
    weights : (T, 2), 0 to 1
        Weights of the two feet's contacts.
    largest : metres by which the pelvis may be lowered
    """
    positions = motion.positions
    drop = np.zeros(len(motion))
    for side, (hip, knee, ankle) in enumerate(legs):
        length = float(np.sum(np.linalg.norm(motion.skeleton.rest_offsets[[knee, ankle]], axis=-1)))
        before = positions[:, ankle] - positions[:, hip]
        after = before + offsets[:, side]
        reach = np.maximum(_MAX_EXTENSION * length, np.linalg.norm(before, axis=-1))
        horizontal = after[:, 0] ** 2 + after[:, 2] ** 2
        below = np.sqrt(np.maximum(reach**2 - horizontal, 0.0))
        drop = np.maximum(drop, np.clip(-after[:, 1] - below, 0.0, largest) * weights[:, side])
    if not drop.any():
        return drop
    # the largest drop of the frames around, then smoothed: enough wherever the need lasts for some frames
    half = max(1, round(0.15 * motion.fps))
    padded = np.pad(drop, half, mode="edge")
    widened = np.max(np.stack([padded[i : i + len(drop)] for i in range(2 * half + 1)]), axis=0)
    window = np.hanning(2 * half + 3)[1:-1]
    return np.convolve(np.pad(widened, half, mode="edge"), window / window.sum(), mode="valid")
