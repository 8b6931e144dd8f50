# SPDX-License-Identifier: GPL-3.0-or-later
"""Feet that stand still while they stand: removes foot skate and floor penetration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import MappingError
from ..motion import Motion
from ..rotations import Array
from ..smoothing import smoothstep
from ..two_bone import bend_legs
from .contact_holds import middle_part, stays
from .contacts import Mask, clearances, detect_contacts, foot_joints, size_of, spans

WANDER = 0.08
"""Metres (of an adult) from its middle within which a contact is one place, not two."""

_BLEND = 0.25  # seconds over which a foot leaves and finds its place
_SNAP = 0.05  # metres (of an adult) within which a contact's height is taken to be the floor's
_STRAIGHT = 0.995  # of the leg's length: beyond it the pelvis comes down rather than the knee lock
_LARGEST_DROP = 0.06  # metres (of an adult) that the pelvis may come down


def lock_feet(
    motion: Motion, strength: float = 1.0, floor: float | None = 0.0, wander: float = WANDER
) -> Motion:
    """The motion with feet pinned while in contact and kept out of the floor.

    ``strength`` 0 to 1 blends from nothing to everything. ``floor`` is the floor's height in metres, or None where
    the ground is unknown: feet are then pinned at the height they have. Contacts are the motion's own or detected
    ones. Feet keep their orientation; hips, knees and ankles turn and the pelvis comes down a little where a leg is
    too short. Frame count, contacts and all other joints' local rotations stay.
    A foot that slides further than ``wander`` within a contact has two places; a body that was led along another way
    than its legs walked needs a longer one, so that strides get shorter or longer.
    Raises ``MappingError`` where the skeleton has no SMPL legs.
    """
    skeleton = motion.skeleton
    feet = foot_joints(skeleton)
    legs = [
        [_index(motion, f"{side}_{part}") for part in ("hip", "knee", "ankle")] for side in ("left", "right")
    ]
    if strength <= 0:
        return motion
    contacts = motion.contacts if motion.contacts is not None else detect_contacts(motion)
    size = size_of(skeleton)
    places, turns = motion.world
    feet_places = places[:, feet]
    stand = clearances(skeleton)
    steps = max(1, round(_BLEND * motion.fps))

    shifts = np.zeros((len(motion), 2, 3))
    holds = np.zeros((len(motion), 2))
    for side in range(2):
        columns = slice(2 * side, 2 * side + 2)
        ground = None if floor is None else floor + stand[columns]
        shift, hold = _pin(feet_places[:, columns], contacts[:, columns], ground, size, steps, wander * size)
        if floor is not None:
            # heels are round: a lifted toe lets the ankle come lower than it stands
            lowest = floor + stand[columns] * np.array([0.8, 1.0])
            deep = np.max(lowest - feet_places[:, columns, 1] - shift[:, 1:2], axis=1)
            shift[:, 1] += np.maximum(deep, 0.0)
        shifts[:, side], holds[:, side] = strength * shift, hold

    drop = _pelvis_drop(motion, legs, shifts, holds, _LARGEST_DROP * size)
    root = motion.root_translation - drop[:, None] * np.array([0.0, 1.0, 0.0])
    local = motion.local_rotations.copy()
    for side, leg in enumerate(legs):
        hip, knee, ankle = leg
        lowered = places[:, leg] - drop[:, None, None] * np.array([0.0, 1.0, 0.0])
        target = places[:, ankle] + shifts[:, side]
        parent = skeleton.parents[hip]
        local[:, leg] = bend_legs(lowered, target, turns[:, [parent, hip, knee, ankle]])
    return replace(motion, root_translation=root, local_rotations=local)


def _index(motion: Motion, joint: str) -> int:
    if joint not in motion.skeleton.joint_names:
        raise MappingError(f"The motion has no joint called {joint}: map its joints to SMPL names first")
    return motion.skeleton.index(joint)


def _pin(
    places: Array, contacts: Mask, ground: Array | None, size: float, steps: int, wander: float
) -> tuple[Array, Array]:
    """Shift (T, 3) of one foot that holds it in place, and how firmly (T,) it is held, 0 to 1.

    ``places`` (T, 2, 3) are heel and toe, ``contacts`` (T, 2) theirs, ``ground`` (2,) their heights when standing.
    Each contact asks for a shift of its own; where several act on one frame (heel and toe, or the ends of two
    blends) it is their weighted mean.
    """
    frames = len(places)
    time = np.arange(frames)
    total = np.zeros((frames, 3))
    weights = np.zeros(frames)
    strongest = np.zeros(frames)
    for k in range(2):
        pieces = [stay for span in spans(contacts[:, k]) for stay in stays(places[:, k], *span, wander)]
        for first, last in pieces:
            target = places[middle_part(first, last), k].mean(axis=0)
            if ground is not None and abs(target[1] - ground[k]) < _SNAP * size:
                target[1] = ground[k]
            # outside of the contact the shift of its nearest frame fades out
            inside = np.clip(time, first, last - 1)
            away = np.abs(time - inside) / (steps + 1.0)
            weight = smoothstep(1.0 - away)
            total += weight[:, None] * (target - places[inside, k])
            weights += weight
            strongest = np.maximum(strongest, weight)
    return total * (strongest / np.maximum(weights, 1e-9))[:, None], strongest


def _pelvis_drop(motion: Motion, legs: list[list[int]], shifts: Array, holds: Array, largest: float) -> Array:
    """Metres (T,) by which the pelvis has to come down for held feet to reach their places, smooth in time.

    Legs that were already straighter than that before the shift ask for nothing more than they had.
    """
    places = motion.positions
    drop = np.zeros(len(motion))
    for side, (hip, knee, ankle) in enumerate(legs):
        length = float(np.sum(np.linalg.norm(motion.skeleton.rest_offsets[[knee, ankle]], axis=-1)))
        before = places[:, ankle] - places[:, hip]
        after = before + shifts[:, side]
        reach = np.maximum(_STRAIGHT * length, np.linalg.norm(before, axis=-1))
        flat = after[:, 0] ** 2 + after[:, 2] ** 2
        below = np.sqrt(np.maximum(reach**2 - flat, 0.0))
        drop = np.maximum(drop, np.clip(-after[:, 1] - below, 0.0, largest) * holds[:, side])
    if not drop.any():
        return drop
    # as low as the lowest frame around, then rounded off: never less than needed in the middle of a need
    half = max(1, round(0.15 * motion.fps))
    padded = np.pad(drop, half, mode="edge")
    held = np.max(np.stack([padded[i : i + len(drop)] for i in range(2 * half + 1)]), axis=0)
    window = np.hanning(2 * half + 3)[1:-1]
    return np.convolve(np.pad(held, half, mode="edge"), window / window.sum(), mode="valid")
