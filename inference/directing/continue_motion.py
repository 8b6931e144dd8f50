# SPDX-License-Identifier: GPL-3.0-or-later
"""Continue a take: new frames after its last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...motion import Motion, RequestError
from ...motion.motion import MAX_FRAMES
from ...motion.request import Constraint, RequestOptions, make_text_request
from ..backend import Backend, IsCancelled, Progress, never_cancelled, no_progress
from .in_between import (
    check_poses,
    generate_in_between,
    join_parts,
    plan_in_between,
    replace_given_frames,
    select_constraints,
    take_frames,
)
from .parts import check_body
from .redo_range import DEFAULT_BLEND_FRAMES


def continue_motion(
    backend: Backend,
    motion: Motion,
    prompt: str,
    seconds: float,
    seed: int = 0,
    samples: int = 1,
    blend_frames: int = DEFAULT_BLEND_FRAMES,
    constraints: Sequence[Constraint] = (),
    progress: Progress = no_progress,
    cancelled: IsCancelled = never_cancelled,
) -> list[Motion]:
    """Return the motion with new frames after its last one, for each sample; its own frames keep every bit.

    The new frames go on in pose and speed, and a foot that stands at the end stays where it is until it lifts. The
    result has ``len(motion) + round(seconds * motion.fps)`` frames and the provenance of ``motion``, with the prompt
    added.

    Raises ``RequestError`` (empty or too long prompt, a duration that is not possible, a model that can't be given
    poses), ``BackendError`` or ``Cancelled``.

    Parameters
    ----------
    backend : Backend
        The model.
    motion : Motion
        The take, on the model's body (``T_POSE``), at any frame rate.
    prompt : str
        What the new frames show.
    seconds : float
        Length of the new frames.
    seed : int
        Seed of the first sample.
    samples : int
        Number of motions.
    blend_frames : int
        Frames after the seam over which pose and speed are met.
    constraints : sequence of Constraint
        Constraints of the new frames; frames are counted from the take's first one.
    progress, cancelled : as for :meth:`.Backend.generate`
    """
    check_poses(backend.capabilities())
    check_body(motion.skeleton)
    text = make_text_request(prompt, seconds, motion.fps)
    count = len(motion)
    if count + text.total_frames > MAX_FRAMES:
        raise RequestError(
            "The take would have more than {limit} frames: continue it for a shorter time", limit=MAX_FRAMES
        )
    plan = plan_in_between(
        motion,
        None,
        text.segments,
        RequestOptions(seed=seed, num_samples=samples),
        motion.fps,
        blend_frames,
        select_constraints(constraints, count, count + text.total_frames - 1),
        motion.provenance.prompt,
    )
    assert plan.before is not None
    context = len(plan.before)
    joined_prompt = ", then ".join(filter(None, (motion.provenance.prompt, text.prompt)))
    given = replace_given_frames(motion, count, count + text.total_frames - 1, constraints)
    results = []
    for generated in generate_in_between(backend, plan, progress, cancelled):
        doubts = motion.provenance.add_doubts(generated.provenance)
        provenance = replace(doubts, prompt=joined_prompt, given=given)
        results.append(join_parts([motion, take_frames(generated, context, len(generated))], provenance))
    return results
