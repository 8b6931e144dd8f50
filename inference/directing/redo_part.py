# SPDX-License-Identifier: GPL-3.0-or-later
"""Redo a part of a take's sequence: earlier parts stay, later ones move rigidly or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...motion import SMPL_JOINTS, Motion, RequestError
from ...motion.contact.seams import move_over_floor
from ...motion.motion import MAX_FRAMES
from ...motion.request import Constraint, PoseKeyframe, RequestOptions, Segment
from ...motion.rest_alignment import body_heading
from ...motion.retarget.rig_to_motion import make_pose_keyframes
from ..backend import Backend, IsCancelled, Progress, never_cancelled, no_progress
from .in_between import (
    CONTEXT_SECONDS,
    InBetween,
    check_poses,
    generate_in_between,
    has_starting_place,
    join_parts,
    plan_in_between,
    pose_positions,
    replace_given_frames,
    select_constraints,
    starting_place,
    take_frames,
)
from .parts import Part, check_parts, check_range, make_segments
from .redo_range import DEFAULT_BLEND_FRAMES


def redo_part(
    backend: Backend,
    motion: Motion,
    parts: Sequence[Part],
    index: int,
    seed: int = 0,
    samples: int = 1,
    arrive: bool = False,
    frame_count: int | None = None,
    blend_frames: int = DEFAULT_BLEND_FRAMES,
    constraints: Sequence[Constraint] = (),
    progress: Progress = no_progress,
    cancelled: IsCancelled = never_cancelled,
) -> list[Motion]:
    """Return the motion with one part generated again, for each sample.

    Frames before the part keep every bit. Those after it keep their poses and heights, but are moved as a whole, by
    one rotation about the vertical and one move over the floor, to where the new part ends; with ``arrive`` they keep
    every bit, and the new part ends where they begin. Both seams are met in pose and speed. The first part begins
    where the take begins. The prompt of the result is that of all parts. The caller shifts the frames of later parts
    if the part gets another length.

    Raises ``RequestError`` (no such part, parts that overlap or have no length, a part that is too short), a
    ``BackendError`` or ``Cancelled``.

    Parameters
    ----------
    backend : Backend
        The model.
    motion : Motion
        The take, on the model's body (``T_POSE``), at any frame rate.
    parts : sequence of Part
        The take's parts; the one that is redone has its new prompt.
    index : int
        Which of them is redone.
    seed : int
        Seed of the first sample, unless the part has one of its own.
    samples : int
        Number of motions.
    arrive : bool
        Do not move later frames.
    frame_count : int or None
        New length of the part; None: as it was.
    blend_frames : int
        Frames within the part over which either end is met.
    constraints : sequence of Constraint
        Constraints of the new frames; frames are counted from the take's first one.
    progress, cancelled : as for :meth:`.Backend.generate`
    """
    check_poses(backend.capabilities())
    check_parts(parts, len(motion))
    if not 0 <= index < len(parts):
        raise RequestError(
            "There is no part number {number}: the take has {count}", number=index + 1, count=len(parts)
        )
    part = parts[index]
    check_range(motion, part.start, part.end)
    count = len(part) if frame_count is None else frame_count
    check_range(motion, 0, max(0, min(count, len(motion)) - 1))
    if len(motion) - len(part) + count > MAX_FRAMES:
        raise RequestError(
            "The take would have more than {limit} frames: choose a shorter part", limit=MAX_FRAMES
        )
    before = take_frames(motion, 0, part.start) if part.start else None
    after = take_frames(motion, part.end + 1, len(motion)) if part.end + 1 < len(motion) else None
    segments = make_segments(part.prompt, count, motion.fps)
    goals = select_constraints(constraints, part.start, part.start + count - 1)
    if before is None and not has_starting_place(goals):
        goals.append(starting_place(motion))
    shown = parts[index - 1].prompt if index else ""
    first_seed = seed if part.seed is None else part.seed
    moves = after is not None and not arrive
    passes = samples + 1 if moves else samples
    laters = [after] * samples
    if moves:
        assert after is not None
        laters = _place_later_frames(
            backend,
            plan_in_between(
                before,
                None,
                _lengthen(segments, after),
                RequestOptions(seed=first_seed, num_samples=samples),
                motion.fps,
                blend_frames,
                [*goals, *_poses_without_place(after, count)],
                shown,
            ),
            after,
            count,
            _share_progress(progress, 0, passes),
            cancelled,
        )
    given = replace_given_frames(motion, part.start, part.end, constraints, count - len(part))
    joined_prompt = ", then ".join(part.prompt for part in parts if part.prompt)
    other_prompts = [other.prompt for k, other in enumerate(parts) if k != index]
    results = []
    for sample, later in enumerate(laters):
        options = RequestOptions(seed=first_seed + sample)
        plan = plan_in_between(before, later, segments, options, motion.fps, blend_frames, goals, shown)
        share = _share_progress(progress, passes - samples + sample, passes)
        (generated,) = generate_in_between(backend, plan, share, cancelled)
        first = 0 if plan.before is None else len(plan.before)
        new = take_frames(generated, first, first + count)
        doubts = motion.provenance.add_doubts(generated.provenance, other_prompts)
        provenance = replace(doubts, prompt=joined_prompt, given=given)
        results.append(join_parts([m for m in (before, new, later) if m is not None], provenance))
    return results


def _share_progress(progress: Progress, done_passes: int, passes: int) -> Progress:
    """Return a progress callback for one of several generations."""
    return lambda done, total: progress(done_passes * total + done, passes * total)


def _context_length(after: Motion) -> int:
    return min(len(after), max(2, round(CONTEXT_SECONDS * after.fps)))


def _lengthen(segments: Sequence[Segment], after: Motion) -> tuple[Segment, ...]:
    """Return the segments with the last one longer by the frames of ``after`` that the model gets as poses."""
    last = segments[-1]
    return (*segments[:-1], replace(last, duration_frames=last.duration_frames + _context_length(after)))


def _poses_without_place(after: Motion, first: int) -> list[PoseKeyframe]:
    """Return the first poses of ``after``, from frame ``first`` on, without position and orientation of the pelvis."""
    poses = make_pose_keyframes(
        after, range(_context_length(after)), SMPL_JOINTS[1:], with_root_position=False
    )
    return [replace(pose, frame=first + pose.frame) for pose in poses]


def _place_later_frames(
    backend: Backend,
    plan: InBetween,
    after: Motion,
    count: int,
    progress: Progress,
    cancelled: IsCancelled,
) -> list[Motion | None]:
    """Return ``after`` for each sample, moved over the floor to where the model itself would go on.

    Parameters
    ----------
    backend : Backend
        The model.
    plan : InBetween
        The new part, followed by the poses of ``after`` without their place.
    after : Motion
        The frames after the part.
    count : int
        Frames of the new part.
    progress, cancelled : as for :meth:`.Backend.generate`
    """
    first = (0 if plan.before is None else len(plan.before)) + count
    return [
        move_over_floor(
            after,
            body_heading(pose_positions(generated, first)) - body_heading(pose_positions(after, 0)),
            after.root_translation[0],
            generated.root_translation[first],
        )
        for generated in generate_in_between(backend, plan, progress, cancelled)
    ]
