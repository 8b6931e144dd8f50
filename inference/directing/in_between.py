# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate frames between frames that stay: these are conditions of the model, and then they are met exactly."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...motion import Motion, MotionRequest, Provenance, RequestError
from ...motion.constraints.given_frames import find_given_spans, keep_other_limbs, replace_given_spans
from ...motion.contact.seams import join_frames
from ...motion.motion import GivenSpan
from ...motion.request import (
    Capabilities,
    Constraint,
    EffectorTarget,
    PoseKeyframe,
    RequestOptions,
    RootPath,
    Segment,
    TextSegment,
    check_request,
)
from ...motion.rest_alignment import body_heading
from ...motion.retarget.rig_to_motion import make_pose_keyframes
from ...motion.rotations import Array
from ..backend import Backend, IsCancelled, Progress
from .parts import check_body

CONTEXT_SECONDS = 0.8
"""Seconds of the motion on either side of new frames that the model gets as poses."""


@dataclass(frozen=True, eq=False)
class InBetween:
    """New frames between two motions that stay, as a request and what is needed to join its result.

    Attributes
    ----------
    before, after : Motion or None
        The frames next to the new ones that the model gets as poses; None at the start or the end of a take.
    request : MotionRequest
        For the frames of ``before``, the new ones and those of ``after``.
    blend_frames : int
        Frames over which an end is met.
    fixed : tuple of int
        Frames of the request at which a pose is given.
    """

    before: Motion | None
    after: Motion | None
    request: MotionRequest
    blend_frames: int
    fixed: tuple[int, ...] = ()

    def join_result(self, generated: Motion) -> Motion:
        """Return the new frames of a generated motion with both ends met, and the frames around them unchanged."""
        check_body(generated.skeleton)
        return join_frames(generated, self.before, self.after, self.blend_frames, self.fixed)


_GIVEN_PROMPT = "a person stands"
"""Prompt of given frames before another action. The same action has its own prompt there, so that it goes on."""


def plan_in_between(
    before: Motion | None,
    after: Motion | None,
    segments: Sequence[Segment],
    options: RequestOptions,
    fps: float,
    blend_frames: int,
    constraints: Iterable[Constraint] = (),
    shown: str = "",
) -> InBetween:
    """Return the request for new frames between two motions.

    Parameters
    ----------
    before, after : Motion or None
        The motions before and after the new frames, of any length.
    segments : sequence of Segment
        Prompts and lengths of the new frames.
    options : RequestOptions
        Seed, samples and further options.
    fps : float
        Frames per second.
    blend_frames : int
        Frames over which an end is met.
    constraints : constraints of the new frames, counted from the first new one
    shown : str
        Prompt of the frames before the new ones, or of several parts up to there, as in a provenance.
    """
    count = max(2, round(CONTEXT_SECONDS * fps))
    before = None if before is None else take_frames(before, max(0, len(before) - count), len(before))
    after = None if after is None else take_frames(after, 0, count)
    first, new_count = (0 if before is None else len(before)), sum(s.duration_frames for s in segments)
    shifted = [shift_constraint(constraint, first) for constraint in constraints]
    fixed = sorted({c.frame for c in shifted if isinstance(c, PoseKeyframe)})
    if before is not None:
        shifted += make_pose_keyframes(before, range(first))
    if after is not None:
        shifted += make_pose_keyframes(after, range(first + new_count, first + new_count + len(after)))
    extended = list(segments)
    if first:
        # a segment of its own: what the first prompt asks for begins with the new frames, not in the given ones
        new = segments[0].prompt if isinstance(segments[0], TextSegment) else ""
        goes_on = bool(new) and f", then {shown}".lower().endswith(f", then {new}".lower())
        extended.insert(0, TextSegment(new if goes_on else _GIVEN_PROMPT, first))
    extended[-1] = replace(
        extended[-1], duration_frames=extended[-1].duration_frames + (0 if after is None else len(after))
    )
    request = MotionRequest(tuple(extended), fps, tuple(shifted), options)
    return InBetween(before, after, request, blend_frames, tuple(fixed))


def generate_in_between(
    backend: Backend, plan: InBetween, progress: Progress, cancelled: IsCancelled
) -> list[Motion]:
    """Return the joined motion of each sample: the frames given before, the new ones, those given after.

    Raises ``RequestError``, ``BackendError`` or ``Cancelled``.

    Parameters
    ----------
    backend : Backend
        The model.
    plan : InBetween
        From :func:`plan_in_between`.
    progress, cancelled : as for :meth:`.Backend.generate`
    """
    check_request(plan.request, backend.capabilities())
    return [plan.join_result(motion) for motion in backend.generate(plan.request, progress, cancelled)]


def check_poses(capabilities: Capabilities) -> None:
    """Raise :class:`RequestError` if a model can't be given poses, so that it can't continue or redo anything."""
    if PoseKeyframe.type not in capabilities.constraint_types:
        raise RequestError(
            "{model} can't be given poses, so it can't continue a take or redo a range: choose another model",
            model=capabilities.model,
        )


def take_frames(motion: Motion, first: int, stop: int) -> Motion:
    """Return the frames from ``first`` to before ``stop`` of a motion."""
    return replace(
        motion,
        root_translation=motion.root_translation[first:stop],
        local_rotations=motion.local_rotations[first:stop],
        contacts=None if motion.contacts is None else motion.contacts[first:stop],
    )


def join_parts(parts: Sequence[Motion], provenance: Provenance) -> Motion:
    """Return motions of one skeleton and rate one after the other; contacts are left out if a part has none."""
    contacts = [part.contacts for part in parts if part.contacts is not None]
    return Motion(
        parts[0].skeleton,
        parts[0].fps,
        np.concatenate([part.root_translation for part in parts]),
        np.concatenate([part.local_rotations for part in parts]),
        np.concatenate(contacts) if len(contacts) == len(parts) else None,
        provenance,
    )


def shift_constraint(constraint: Constraint, frames: int) -> Constraint:
    """Return a constraint ``frames`` later."""
    if isinstance(constraint, PoseKeyframe):
        return replace(constraint, frame=constraint.frame + frames)
    return replace(constraint, frames=tuple(frame + frames for frame in constraint.frames))


def select_constraints(constraints: Iterable[Constraint], start: int, end: int) -> list[Constraint]:
    """Return what constraints require at frames ``start`` to ``end``, counted from ``start``."""
    selected: list[Constraint] = []
    for constraint in constraints:
        if isinstance(constraint, PoseKeyframe):
            if start <= constraint.frame <= end:
                selected.append(shift_constraint(constraint, -start))
            continue
        rows = [k for k, frame in enumerate(constraint.frames) if start <= frame <= end]
        if not rows:
            continue
        frames = tuple(constraint.frames[k] - start for k in rows)
        if isinstance(constraint, RootPath):
            headings = constraint.heading_radians
            selected.append(
                RootPath(
                    frames,
                    tuple(constraint.positions_xz[k] for k in rows),
                    None if headings is None else tuple(headings[k] for k in rows),
                )
            )
        else:
            turns = constraint.rotations
            selected.append(
                EffectorTarget(
                    constraint.joint,
                    frames,
                    tuple(constraint.positions[k] for k in rows),
                    None if turns is None else tuple(turns[k] for k in rows),
                )
            )
    return selected


def has_starting_place(constraints: Iterable[Constraint]) -> bool:
    """Return whether constraints say where the root is at frame 0, or give it a path."""
    return any(
        isinstance(c, RootPath)
        or (isinstance(c, PoseKeyframe) and c.frame == 0 and c.root_position is not None)
        for c in constraints
    )


def starting_place(motion: Motion) -> RootPath:
    """Return position and heading of the motion's first frame as a constraint."""
    x, _, z = motion.root_translation[0]
    return RootPath((0,), ((float(x), float(z)),), (float(body_heading(pose_positions(motion, 0))),))


def pose_positions(motion: Motion, frame: int) -> dict[str, Array]:
    """Return the positions (3,) of the joints at a frame by name."""
    return {name: motion.positions[frame, k] for k, name in enumerate(motion.skeleton.joint_names)}


def replace_given_frames(
    motion: Motion,
    start: int,
    end: int,
    constraints: Iterable[Constraint],
    shift: int = 0,
    joints: Collection[str] = (),
) -> tuple[GivenSpan, ...]:
    """Return the spans of a take in which poses were given, when frames ``start`` to ``end`` are new.

    Parameters
    ----------
    motion : Motion
        The take as it was.
    start, end : int
        First and last frame that is replaced.
    constraints : iterable of Constraint
        What the new frames had to meet, in frames of the take.
    shift : int
        Frames by which later ones move.
    joints : names of joints
        Only these are new; what was given to other limbs stays. Empty: the whole body is.
    """
    inside = [
        shift_constraint(constraint, start)
        for constraint in select_constraints(constraints, start, end + shift)
    ]
    new = find_given_spans(inside, motion.fps)
    if joints:
        new = (*new, *keep_other_limbs(motion.provenance.given, joints))
    return replace_given_spans(
        motion.provenance.given, (start - 1) / motion.fps, (end + 1) / motion.fps, new, shift / motion.fps
    )
