# SPDX-License-Identifier: GPL-3.0-or-later
"""Redo a range of a take: new frames between frames that stay, for the whole body or for some of its joints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from ...motion import SMPL_JOINTS, Motion, RequestError
from ...motion.constraints.joint_selection import limit_to_joints
from ...motion.request import Constraint, RequestOptions, Segment
from ...motion.retarget.rig_to_motion import make_pose_keyframes
from ..backend import Backend, IsCancelled, Progress, never_cancelled, no_progress
from .in_between import (
    check_poses,
    generate_in_between,
    has_starting_place,
    join_parts,
    plan_in_between,
    replace_given_frames,
    select_constraints,
    starting_place,
    take_frames,
)
from .parts import Part, check_parts, check_range, make_range_segments, make_segments

DEFAULT_BLEND_FRAMES = 8
"""Frames over which new frames meet those that stay."""


def redo_range(
    backend: Backend,
    motion: Motion,
    start: int,
    end: int,
    prompt: str = "",
    parts: Sequence[Part] = (),
    seed: int = 0,
    samples: int = 1,
    blend_frames: int = DEFAULT_BLEND_FRAMES,
    joints: Iterable[str] = (),
    constraints: Sequence[Constraint] = (),
    progress: Progress = no_progress,
    cancelled: IsCancelled = never_cancelled,
) -> list[Motion]:
    """Return the motion with frames ``start`` to ``end`` (inclusive) generated again, for each sample.

    All other frames keep every bit. Both ends are met in pose and speed, and a foot that stands at a seam stays where
    it is until it lifts. A range at the start of the take begins at the same place with the same heading; one at its
    end ends freely. The result is as long as ``motion`` and has its provenance.

    Raises ``RequestError`` (a range outside of the take, backwards or too short, joints without a name, parts that
    overlap, a model that can't be given poses), ``BackendError`` or ``Cancelled``.

    Parameters
    ----------
    backend : Backend
        The model.
    motion : Motion
        The take, on the model's body (``T_POSE``), at any frame rate.
    start, end : int
        First and last new frame, counted from the take's first one.
    prompt : str
        What the new frames show; empty: the same as before.
    parts : sequence of Part
        The take's parts, whose prompts count where ``prompt`` is empty; without them that of the take's provenance.
    seed : int
        Seed of the first sample.
    samples : int
        Number of motions.
    blend_frames : int
        Frames within the range over which either end is met.
    joints : names of joints
        Only these are generated again; the root and all other joints keep every bit. Empty: the whole body.
    constraints : sequence of Constraint
        Constraints of the new frames, such as own keys; frames are counted from the take's first one.
    progress, cancelled : as for :meth:`.Backend.generate`
    """
    check_poses(backend.capabilities())
    check_range(motion, start, end)
    check_parts(parts)
    chosen = _check_joints(joints)
    segments = (
        make_segments(prompt, end - start + 1, motion.fps)
        if prompt.strip()
        else make_range_segments(parts, start, end, motion.fps, motion.provenance.prompt)
    )
    if chosen:
        constraints = limit_to_joints(constraints, chosen)
    goals = select_constraints(constraints, start, end)
    if chosen:
        kept = [joint for joint in SMPL_JOINTS if joint not in chosen]
        goals += make_pose_keyframes(take_frames(motion, start, end + 1), range(end - start + 1), kept)
    elif start == 0 and not has_starting_place(goals):
        goals.append(starting_place(motion))
    shown = next(
        (part.prompt for part in parts if part.start < start <= part.end + 1), motion.provenance.prompt
    )
    options = RequestOptions(seed=seed, num_samples=samples)
    given = replace_given_frames(motion, start, end, constraints, joints=chosen)
    return [
        (redone if not chosen else _keep_other_joints(motion, redone, chosen)).with_provenance(given=given)
        for redone in fill_range(
            backend, motion, start, end, segments, options, blend_frames, goals, shown, progress, cancelled
        )
    ]


def fill_range(
    backend: Backend,
    motion: Motion,
    start: int,
    end: int,
    segments: Sequence[Segment],
    options: RequestOptions,
    blend_frames: int,
    constraints: Sequence[Constraint],
    shown: str,
    progress: Progress,
    cancelled: IsCancelled,
) -> list[Motion]:
    """Return the motion with frames ``start`` to ``end`` generated from segments, for each sample; nothing is checked.

    Parameters
    ----------
    backend : Backend
        The model.
    motion : Motion
        The take.
    start, end : int
        First and last new frame.
    segments : sequence of Segment
        As long as the range.
    options : RequestOptions
        Seed and samples.
    blend_frames : int
        Frames over which either end is met.
    constraints : sequence of Constraint
        Frames are counted from ``start``.
    shown : str
        Prompt of the frames before the range.
    progress, cancelled : as for :meth:`.Backend.generate`
    """
    before = take_frames(motion, 0, start) if start else None
    after = take_frames(motion, end + 1, len(motion)) if end + 1 < len(motion) else None
    plan = plan_in_between(before, after, segments, options, motion.fps, blend_frames, constraints, shown)
    first = 0 if plan.before is None else len(plan.before)
    results = []
    for generated in generate_in_between(backend, plan, progress, cancelled):
        new = take_frames(generated, first, first + end - start + 1)
        stays = before is not None or after is not None
        provenance = motion.provenance.add_doubts(generated.provenance, None if stays else [])
        results.append(join_parts([m for m in (before, new, after) if m is not None], provenance))
    return results


def _check_joints(joints: Iterable[str]) -> frozenset[str]:
    chosen = frozenset(joints)
    unknown = sorted(chosen.difference(SMPL_JOINTS))
    if unknown:
        raise RequestError("The model's body has no joint called {joint}: leave it out", joint=unknown[0])
    if "pelvis" in chosen:
        raise RequestError("The hips carry the whole body: choose other joints, or redo the whole body")
    return chosen


def _keep_other_joints(motion: Motion, redone: Motion, joints: frozenset[str]) -> Motion:
    """Return ``motion`` with the local rotations of some joints from another motion."""
    columns = [motion.skeleton.joint_index(joint) for joint in joints]
    local = motion.local_rotations.copy()
    local[:, columns] = redone.local_rotations[:, columns]
    legs = any(joint.partition("_")[2] in ("hip", "knee", "ankle", "foot") for joint in joints)
    contacts = redone.contacts if legs or motion.contacts is None else motion.contacts
    return replace(
        motion,
        local_rotations=local,
        contacts=None if contacts is None else np.array(contacts),
        provenance=redone.provenance,
    )
