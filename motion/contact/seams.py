# SPDX-License-Identifier: GPL-3.0-or-later
"""Join motions without a visible seam: ends met in pose and speed, feet held in place, and rigid moves over the floor.

``join_frames`` puts new frames between frames that stay as they are. What the new frames miss at an end is removed by
a cubic Hermite polynomial: at the seam it has the missing pose and speed, and it is zero, with zero slope, some frames
further. A foot that stands at the seam is then held where it stands until it lifts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from ..motion import Motion
from ..rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    multiply,
    quaternion_to_axis_angle,
    rotate,
    rotation_about_axis,
    rotation_between,
)
from ..smoothing import gaussian_smooth, smoothstep
from ..two_bone import solve_two_bone_ik_local
from .contacts import Mask, detect_contacts, find_true_runs, foot_joint_indices

_RELEASE_SECONDS = 0.25  # seconds after a held contact over which the foot returns to the new motion
_HOLD_PASSES = 2  # a foot that was slowed down counts as standing for longer
_LIFT, _MAX_LIFT = (
    0.5,
    0.06,
)  # of the distance, and metres: how far a foot is lifted that steps to another place
_MAX_PELVIS_DROP = 0.06  # metres by which the pelvis is lowered at most so that a held foot is in reach
_MAX_EXTENSION = 0.99  # fraction of the leg's length from which on the pelvis is lowered


def join_frames(
    new: Motion, before: Motion | None, after: Motion | None, blend_frames: int, fixed: Collection[int] = ()
) -> Motion:
    """Return ``before``, new frames and ``after`` as one motion without seams; given frames keep every bit.

    Parameters
    ----------
    new : Motion
        As long as the result: first the frames of ``before`` as the model made them again, then the new ones, then
        those of ``after`` as the model made them again.
    before, after : Motion or None
        The frames that stay, on the same skeleton at the same rate; None: the new motion begins or ends freely.
    blend_frames : int
        Frames over which an end is met.
    fixed : frames of ``new`` that are right already, such as those of the character's own keys
    """
    first, last = 0 if before is None else len(before), len(new) - (0 if after is None else len(after))
    root, local = new.root_translation.copy(), new.local_rotations.copy()
    inside = sorted(frame for frame in fixed if first <= frame < last)
    if before is not None:
        # the correction is zero from the next fixed frame on
        width = min([blend_frames, last - first + 1, *(frame - first + 1 for frame in inside[:1])])
        _meet_end(root[first - 1 : last], local[first - 1 : last], before, width)
    if after is not None:
        width = min([blend_frames, last - first + 1, *(last - frame for frame in inside[-1:])])
        backward = slice(last, first - 1 if first else None, -1)
        _meet_end(root[backward], local[backward], _reverse(after), width)
    joined = _replace_frames(new, root, local, before, after)
    if first == last or "left_foot" not in new.skeleton.joint_names:
        return joined
    for _ in range(_HOLD_PASSES):
        joined = _hold_feet(joined, first, last, inside)
    if joined.contacts is not None:
        contacts = joined.contacts.copy()
        contacts[first:last] = detect_contacts(replace(joined, contacts=None))[first:last]
        joined = replace(joined, contacts=contacts)
    return _replace_frames(joined, joined.root_translation, joined.local_rotations, before, after)


def _reverse(motion: Motion) -> Motion:
    return replace(
        motion,
        root_translation=motion.root_translation[::-1],
        local_rotations=motion.local_rotations[::-1],
        contacts=None,
    )


def _replace_frames(
    new: Motion, root: Array, local: Array, before: Motion | None, after: Motion | None
) -> Motion:
    """Return ``new`` with other arrays, and with the frames of ``before`` and ``after`` copied bit by bit.

    Parameters
    ----------
    new : Motion
        Gives everything but the poses.
    root, local : (T, 3), (T, J, 4)
        Its new poses.
    before, after : Motion or None
        What replaces its first and its last frames.
    """
    contacts = None if new.contacts is None else new.contacts.copy()
    root, local = root.copy(), local.copy()
    for part, frames in (
        (before, slice(0, len(before) if before else 0)),
        (after, slice(len(new) - (len(after) if after else 0), len(new))),
    ):
        if part is None:
            continue
        root[frames], local[frames] = part.root_translation, part.local_rotations
        if contacts is not None and part.contacts is not None:
            contacts[frames] = part.contacts
    return replace(new, root_translation=root, local_rotations=local, contacts=contacts)


def _meet_end(root: Array, local: Array, given: Motion, width: int) -> None:
    """Change frames in place so that they continue the given motion in pose and speed.

    Parameters
    ----------
    root, local : (N, 3), (N, J, 4)
        The new motion from the last given frame on, in the direction of time away from it.
    given : Motion
        The given frames in the same direction of time; its last one is frame 0 of ``root`` and ``local``.
    width : int
        Frames over which the change fades to nothing.
    """
    if len(root) < 2 or width < 1:
        return
    pose_error = given.root_translation[-1] - root[0]
    rotation_error = quaternion_to_axis_angle(multiply(conjugate(local[0]), given.local_rotations[-1]))
    if len(given) > 1:
        speed_error = given.root_translation[-1] - given.root_translation[-2] - (root[1] - root[0])
        spin = quaternion_to_axis_angle(
            multiply(conjugate(given.local_rotations[-2]), given.local_rotations[-1])
        )
        spin_error = spin - quaternion_to_axis_angle(multiply(conjugate(local[0]), local[1]))
    else:
        speed_error, spin_error = np.zeros(3), np.zeros_like(rotation_error)
    u = np.minimum(np.arange(len(root)) / width, 1.0)
    value_weight, slope_weight = 1.0 - smoothstep(u), width * u * (1.0 - u) ** 2
    root += value_weight[:, None] * pose_error + slope_weight[:, None] * speed_error
    local[:] = multiply(
        local,
        axis_angle_to_quaternion(
            value_weight[:, None, None] * rotation_error + slope_weight[:, None, None] * spin_error
        ),
    )


def _hold_feet(motion: Motion, first: int, last: int, fixed: list[int]) -> Motion:
    """Return the motion with feet that stand at a seam held in place in the new frames from ``first`` to ``last``.

    Parameters
    ----------
    motion : Motion
        The joined motion.
    first, last : int
        The new frames, last exclusive.
    fixed : list of int
        New frames that must not be changed.
    """
    feet = foot_joint_indices(motion.skeleton)
    contacts = detect_contacts(replace(motion, contacts=None))
    free = np.ones(len(motion))
    release = max(2, round(_RELEASE_SECONDS * motion.fps))
    for frame in fixed:
        free = np.minimum(free, smoothstep(np.abs(np.arange(len(motion)) - frame) / release))
    legs, offsets, turns = [], [], []
    for k, side in enumerate(("left", "right")):
        ankle, toe = feet[2 * k], feet[2 * k + 1]
        positions = motion.positions[:, [ankle, toe]]
        offset, turn = _find_hold(positions, contacts[:, 2 * k : 2 * k + 2], first, last, release)
        legs.append([motion.skeleton.joint_index(f"{side}_{part}") for part in ("hip", "knee", "ankle")])
        offsets.append(free[:, None] * offset)
        turns.append(free[:, None] * turn)
    if not np.any(offsets) and not np.any(turns):
        return motion
    drop = _find_pelvis_drop(motion, legs, offsets, first, last) * free
    up = np.array([0.0, 1.0, 0.0])
    local = motion.local_rotations.copy()
    positions, rotations = motion.world_transforms
    for leg, offset, turn in zip(legs, offsets, turns, strict=True):
        changed = rotations[:, [motion.skeleton.parents[leg[0]], *leg]].copy()
        changed[:, 3] = multiply(axis_angle_to_quaternion(turn), changed[:, 3])
        lowered = positions[:, leg] - drop[:, None, None] * up
        solved = solve_two_bone_ik_local(lowered, positions[:, leg[2]] + offset, changed)
        rows = np.any(offset != 0, axis=-1) | np.any(turn != 0, axis=-1) | (drop > 0)
        local[np.flatnonzero(rows)[:, None], leg] = solved[rows]
    return replace(
        motion, root_translation=motion.root_translation - drop[:, None] * up, local_rotations=local
    )


def _find_hold(positions: Array, contacts: Mask, first: int, last: int, release: int) -> tuple[Array, Array]:
    """Return the offsets (T, 3) of an ankle and the rotation vectors (T, 3) of its foot that hold the foot at seams.

    Parameters
    ----------
    positions : (T, 2, 3)
        Positions of ankle and toe joint.
    contacts : (T, 2)
        When they touch the ground.
    first, last : int
        The new frames, last exclusive.
    release : int
        Frames after a contact over which the foot is let go.
    """
    count = len(positions)
    time = np.arange(count)
    offset, turn = np.zeros((count, 3)), np.zeros((count, 3))
    seams = [(first - 1, first, 1), (last, last - 1, -1)]
    ends = [_find_hold_ends(contacts, *seam) for seam in seams]
    lifts = np.zeros((2, count))
    found = [[end for end in row if end is not None] for row in ends]
    change = _find_change(seams, max(found[0]), min(found[1]), release) if all(found) else None
    for number, (seam, _, direction) in enumerate(seams):
        other_seam, other_ends = seams[1 - number][0], ends[1 - number]
        has_other = 0 <= other_seam < count
        held = np.zeros((count, 2))
        for k in range(2):
            end = ends[number][k]
            if end is None:
                continue
            if change is not None:
                middle, length = change
                weight = 1.0 - smoothstep(((time - middle) * direction + 0.5 * length) / length)
                distance = np.linalg.norm(positions[other_seam, k] - positions[seam, k])
                lifts[k] = min(_MAX_LIFT, _LIFT * float(distance)) * 4.0 * weight * (1.0 - weight)
            else:
                # the foot has to be free again where it is held for the other seam
                limits = [e for e in other_ends if e is not None and (e - end) * direction > 0]
                limit = min(limits, key=lambda e: abs(e - end), default=other_seam)
                room = abs(limit - end) if has_other else release
                if limit == other_seam and room < release:
                    # a foot that is in the air at the other seam, and stands soon, takes a step's time to its place
                    end -= direction * min(release - room, abs(end - seam) // 2)
                    room = abs(limit - end)
                weight = 1.0 - smoothstep(
                    np.maximum((time - end) * direction, 0) / max(min(release, room), 1)
                )
            held[:, k] = np.where((time - seam) * direction > 0, weight, 0.0)
        if not held.any():
            continue
        shifts = (positions[seam] - positions) * held[..., None]
        both, strongest = held.min(axis=1)[:, None], held.max(axis=1)[:, None]
        mean = shifts.sum(axis=1) / np.maximum(held.sum(axis=1), 1.0)[:, None]
        # while ankle and toes both stand the foot is also rotated to where it pointed
        now, then = positions[:, 1] - positions[:, 0], positions[seam, 1] - positions[seam, 0]
        aim = quaternion_to_axis_angle(rotation_between(now, np.broadcast_to(then, now.shape)))
        ankle_shift = both * (positions[seam, 0] - positions[:, 0])
        fraction = both / np.maximum(strongest, 1e-9)
        offset += fraction * ankle_shift + (1.0 - fraction) * mean
        turn += both * aim
    return offset + np.mean(lifts, axis=0)[:, None] * np.array([0.0, 1.0, 0.0]), turn


def _find_change(
    seams: Sequence[tuple[int, int, int]], start_end: int, end_start: int, release: int
) -> tuple[float, float] | None:
    """Return middle and length, in frames, of the step of a foot that stands at both seams and hardly lifts between.

    None: it lifts for long enough to be put down elsewhere.

    Parameters
    ----------
    seams : pair of tuples
        The frames that stay beside the new ones come first in each.
    start_end, end_start : int
        Last frame of the contact across the first seam, first one of that across the second.
    release : int
        Frames over which a foot is let go.
    """
    if end_start - start_end > release:
        return None
    first, last = seams[0][0], seams[1][0]
    length = max(2.0, min(2.0 * release, last - first - 2.2 * release))
    room = 1.1 * release + 0.5 * length
    lowest, highest = first + room, last - room
    middle = 0.5 * (first + last)
    if end_start > start_end and lowest < highest:
        middle = min(max(0.5 * (start_end + end_start), lowest), highest)
    return middle, length


def _find_hold_ends(contacts: Mask, seam: int, neighbour: int, direction: int) -> list[int | None]:
    """Return for ankle and toes the last frame, seen from a seam, of a contact across it; None without one.

    Parameters
    ----------
    contacts : (T, 2)
        When they touch the ground.
    seam, neighbour : int
        The frame that stays and the new one beside it.
    direction : int
        1 if new frames come after the seam, else -1.
    """
    if not 0 <= seam < len(contacts) or not 0 <= neighbour < len(contacts):
        return [None, None]
    ends: list[int | None] = []
    for column in contacts.T:
        run = next((run for run in find_true_runs(column) if run[0] <= seam < run[1]), None)
        crosses = run is not None and bool(column[neighbour])
        ends.append(None if run is None or not crosses else run[1] - 1 if direction > 0 else run[0])
    return ends


def _find_pelvis_drop(
    motion: Motion, legs: Sequence[Sequence[int]], offsets: Sequence[Array], first: int, last: int
) -> Array:
    """Return the metres (T,) by which the pelvis has to be lowered for held feet to be in reach; zero at the seams.

    Parameters
    ----------
    motion : Motion
        The joined motion.
    legs : joint indices of hip, knee and ankle of either leg
    offsets : (T, 3) metres for either leg
    first, last : int
        The new frames, last exclusive.
    """
    drop = np.zeros(len(motion))
    for (hip, knee, ankle), offset in zip(legs, offsets, strict=True):
        length = float(np.linalg.norm(motion.skeleton.rest_offsets[[knee, ankle]], axis=-1).sum())
        before = motion.positions[:, ankle] - motion.positions[:, hip]
        after = before + offset
        reach = np.maximum(_MAX_EXTENSION * length, np.linalg.norm(before, axis=-1))
        below = np.sqrt(np.maximum(reach**2 - after[:, 0] ** 2 - after[:, 2] ** 2, 0.0))
        drop = np.maximum(drop, np.clip(-after[:, 1] - below, 0.0, _MAX_PELVIS_DROP))
    if not drop.any():
        return drop
    half = max(1, round(0.1 * motion.fps))
    padded = np.pad(drop, half, mode="edge")
    widest = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).max(axis=-1)
    time = np.arange(len(motion))
    near = np.ones(len(motion))
    for seam, inward in ((first - 1, 1), (last, -1)):
        if 0 <= seam < len(motion):
            near = np.minimum(near, smoothstep((time - seam) * inward / (2.0 * half)))
    return np.asarray(gaussian_smooth(widest, 0.5 * half) * near)


def move_over_floor(motion: Motion, heading: float, pivot: Array, target: Array) -> Motion:
    """Return the motion rotated about the vertical and moved over the floor, with heights and poses unchanged.

    Parameters
    ----------
    motion : Motion
        The motion.
    heading : float
        Radians about +Y by which it is rotated about ``pivot``.
    pivot, target : (3,) metres
        The motion's point at ``pivot`` comes to lie at ``target``; heights are ignored.
    """
    rotation = rotation_about_axis("y", heading)
    floor = np.array([1.0, 0.0, 1.0])
    root = rotate(rotation, motion.root_translation - floor * pivot) + floor * target
    root[:, 1] = motion.root_translation[:, 1]
    local = motion.local_rotations.copy()
    local[:, 0] = multiply(rotation, local[:, 0])
    return replace(motion, root_translation=root, local_rotations=local)
