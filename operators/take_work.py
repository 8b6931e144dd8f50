# SPDX-License-Identifier: GPL-3.0-or-later
"""New frames for the take that a character plays: read it, make them in a thread, put them into a new take."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy

from ..properties.limits import MAX_RANDOM_SEED, MAX_SEED
from ..session import session
from .apply import check_character, remember_details
from .base import bone_map_properties, get_action, object_by_uid, require_character, translate
from .endpoints import get_scene_backend
from .generation import Generation, show_doubts
from .part_list import PartPlan, changed_parts, describe_parts, has_own_parts, plan_parts, read_recorded_parts
from .request_builder import list_guides, merge_directing, read_frame_rate
from .take_history import HISTORY, NewerFrames, add_to_history

if TYPE_CHECKING:
    from ..inference.backend import Backend, IsCancelled, Progress
    from ..motion import Motion
    from ..scene.new_frame_guides import NewFrameGuides
    from ..scene.slices import Slices
    from ..scene.splice_take import NewFrames, PreparedSplice


class PlayedTake(NamedTuple):
    """The take that a character plays."""

    target: bpy.types.Object
    action: bpy.types.Action
    motion: Motion
    """At the scene's frame rate, on the model's body."""

    start: int
    """Frame of the scene at which it begins."""

    parts: tuple[PartPlan, ...]
    """Its parts, counted from its first frame."""


class NewFramesStep(NamedTuple):
    """New frames for a motion."""

    compute: Callable[..., Motion]
    """Called with the motion so far, ``progress`` and ``cancelled``, in a thread."""

    first: int
    last: int
    """First and last new frame, counted from the take's first one."""

    shift: int = 0
    """By how many frames those after them are later."""


def read_take(context: bpy.types.Context) -> PlayedTake:
    """Return the take that the active character plays.

    Its motion is read from the cache or the Action, and from the character where neither has it on the model's body.
    Raises ``RigError``, ``MappingError`` or ``RequestError``.
    """
    from ..inference.directing.parts import check_body
    from ..motion import T_POSE, FormatError, RequestError, RigError
    from ..motion.doubts import read_texts
    from ..motion.resample import resample
    from ..scene.readback import MotionReader
    from ..scene.record import read_record
    from ..scene.takes import load_motion
    from ..scene.target import find_scene

    target = require_character(context)
    check_character(target)
    action = get_action(target)
    record = read_record(action)
    if action is None or not record:
        raise RigError("{name} plays no take: generate one, or choose one from its list", name=target.name)
    scene = find_scene(context, target)
    fps = read_frame_rate(scene)
    try:
        motion = resample(load_motion(str(record.get("motion_id", ""))), fps)
        check_body(motion.skeleton)
        motion = replace(motion, skeleton=T_POSE)  # the same body, read from a file
    except (FormatError, RequestError):
        reader = MotionReader(scene, target)
        reader.read(scene, target)
        motion = resample(reader.to_motion(), fps)
        motion = motion.with_provenance(
            prompt=str(record.get("prompt", "")), doubted=read_texts(record.get("doubted"))
        )
    start = int(record.get("start_frame", action.frame_range[0]))
    return PlayedTake(target, action, motion, start, read_recorded_parts(record, len(motion)))


def read_take_guides(
    context: bpy.types.Context, take: PlayedTake, spans: Sequence[tuple[int, int]], frame_count: int
) -> tuple[PlayedTake, NewFrameGuides | None]:
    """Return the take where it lies, and what guides its new frames; None if nothing does.

    Raises ``RequestError``, ``RigError`` or ``MappingError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    take : PlayedTake
        The take.
    spans : sequence of (first, last)
        The new frames, counted from the take's first one.
    frame_count : int
        Frames of the new take.
    """
    from ..scene.new_frame_guides import read_new_frame_guides
    from ..scene.target import find_scene

    directing = merge_directing(find_scene(context, take.target), take.target)
    guides = read_new_frame_guides(
        context, take.target, take.action, take.motion, directing, spans, frame_count
    )
    if guides is not None:
        guides = replace(guides, names=tuple(list_guides(directing)))
        placed = take.motion.with_provenance(anchor=guides.rig_to_motion.anchor)
        take = take._replace(motion=placed)
    return take, guides


def direct_take(
    context: bpy.types.Context,
    backend: Backend,
    take: PlayedTake,
    steps: Sequence[NewFramesStep],
    parts: Sequence[PartPlan],
    prompt: tuple[str, float, int],
    newer: Sequence[NewerFrames],
    blend_frames: int = 8,
    changed_only: bool = False,
    guided_by: Sequence[str] = (),
) -> Generation:
    """Return the generation that makes new frames and puts them into a copy of the take.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    backend : Backend
        The model.
    take : PlayedTake
        The take.
    steps : sequence of NewFramesStep
        The new frames, each made from the motion before it.
    parts : sequence of PartPlan
        Parts of the new take, counted from its first frame.
    prompt : (text, seconds, seed)
        For the recent prompts.
    newer : sequence of NewerFrames
        What the take remembers of the new frames.
    blend_frames : int
        Frames over which corrections by hand fade.
    changed_only : bool
        Leave channels alone that do not change.
    guided_by : sequence of str
        What guides the new frames, in English words. The motion's anchor says where the take lies then.
    """

    def generate_motions(progress: Progress, cancelled: IsCancelled) -> list[Motion]:
        motions = [take.motion]
        for number, step in enumerate(steps):

            def show_share(done: int, total: int, number: int = number) -> None:
                progress(number * total + done, len(steps) * total)

            motions.append(step.compute(motions[-1], show_share, cancelled))
        return motions

    def prepare(context: bpy.types.Context, motions: list[Motion]) -> Slices[PreparedSplice]:
        from ..motion import RigError
        from ..scene.splice_take import NewFrames, prepare_splice

        target = object_by_uid(uid)
        if target is None:
            raise RigError("The character was removed: select another, then apply the motion")
        if get_action(target) is None or get_action(target) != bpy.data.actions.get(action_name):
            raise RigError(
                "{name} plays something else meanwhile: show the take, then try again", name=target.name
            )
        frames: list[NewFrames] = [
            NewFrames(old, new, step.first, step.last, step.shift)
            for (old, new), step in zip(pairwise(motions), steps, strict=True)
        ]
        return (
            yield from prepare_splice(context, target, frames, blend_frames, changed_only, bool(guided_by))
        )

    def place_new_frames(context: bpy.types.Context, splice: PreparedSplice) -> str:
        from ..motion import RigError
        from ..scene import store
        from ..scene.record import update_record
        from ..scene.splice_take import place_splice

        target = object_by_uid(uid)
        if target is None:
            raise RigError("The character was removed: select another, then apply the motion")
        motion_id = store.save_motion(splice.steps[-1].motion)
        report = place_splice(target, splice, motion_id)
        action = bpy.data.actions[report.action_name]
        before = filter(None, str(splice.details.get("guides", "")).split(", "))
        guides = ", ".join(dict.fromkeys([*before, *guided_by]))
        remember_details(target, action, json.dumps({"parts": describe_parts(parts, 0), "guides": guides}))
        update_record(action, **{HISTORY: add_to_history(splice.details, newer)})
        state = session.generation
        state.motion_id, state.character = motion_id, target.name
        show_doubts([splice.steps[-1].motion])
        state.variations, state.generated_for = (), 0
        return translate(
            "{action}: frames {first} to {last} are new",
            action=report.action_name,
            first=report.first_frame,
            last=report.last_frame,
        )

    uid, action_name = take.target.session_uid, take.action.name
    return Generation(
        backend=backend,
        work=generate_motions,
        character=uid,
        apply=True,
        apply_options={},
        prompt=prompt,
        prepare=prepare,
        finish=place_new_frames,
    )


def make_step(
    work: Callable[..., list[Motion]],
    guides: NewFrameGuides | None,
    first: int,
    last: int,
    next_frame: int | None = None,
    shift: int = 0,
    joints: Sequence[str] = (),
    blend_frames: int = 8,
) -> NewFramesStep:
    """Return the step that makes new frames, as what guides them requires.

    Parameters
    ----------
    work : callable
        Called with ``motion``, ``constraints``, ``progress`` and ``cancelled``.
    guides : NewFrameGuides or None
        What guides the new frames.
    first, last : int
        First and last new frame.
    next_frame : int or None
        Frame of the motion before that follows after them; None: they are its last ones.
    shift : int
        By how many frames those after them are later.
    joints : names of joints
        Only these are new. Empty: the whole body is.
    blend_frames : int
        Frames beside a seam in which limbs reach pins that hold for long.
    """

    def make_motion(motion: Motion, progress: Progress, cancelled: IsCancelled) -> Motion:
        if guides is None:
            return work(motion=motion, constraints=(), progress=progress, cancelled=cancelled)[0]
        eased = guides.ease_in(motion, first, last, next_frame, blend_frames)
        constraints = eased.list_constraints(motion, first, last, next_frame)
        made = work(motion=motion, constraints=constraints, progress=progress, cancelled=cancelled)[0]
        return eased.apply_pins(made, first, last, joints)

    return NewFramesStep(make_motion, first, last, shift)


def to_part(part: PartPlan) -> Any:
    from ..inference.directing import Part

    return Part(part.prompt, part.start, part.end, part.seed)


def choose_seed(context: bpy.types.Context, target: bpy.types.Object, seed: int) -> int:
    """Return the seed that was asked for; else one that differs from take to take."""
    if seed >= 0:
        return seed
    settings = context.scene.kinescribe
    if settings.random_seed:
        return random.randint(0, MAX_RANDOM_SEED)
    return next_seed(target)


def next_seed(target: bpy.types.Object) -> int:
    """Return a seed that differs from take to take of the character."""
    stored = bone_map_properties(target)
    return int((stored.seed + len(stored.takes)) % (MAX_SEED + 1))


def prepare_part_redo(context: bpy.types.Context, which: str, arrive: bool) -> Generation:
    """Build the generation that makes parts of the take again: those that were changed, or the active one.

    Raises ``RequestError``, ``RigError``, ``MappingError``, ``FormatError`` or ``BackendError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    which : "CHANGED" or "ACTIVE"
        Which parts.
    arrive : bool
        Later parts stay where they are. False: they move along, over the floor.
    """
    from ..inference.directing import check_parts, redo_part
    from ..motion import RequestError

    backend = get_scene_backend(context)
    take = read_take(context)
    target, stored = take.target, bone_map_properties(take.target)
    if not has_own_parts(target) and which == "CHANGED":
        raise RequestError(
            "No part of {name} was changed: change its prompt, its seed or its length", name=target.name
        )
    if len(stored.parts) != len(take.parts):
        raise RequestError(
            "The take has {made} parts and {name} has {count}: generate all of them",
            made=len(take.parts),
            name=target.name,
            count=len(stored.parts),
        )
    wanted = plan_parts(target)
    if len(wanted) != len(take.parts):
        raise RequestError("A part at an end of the sequence is muted: unmute it, or generate all parts")
    numbers = changed_parts(target) if which == "CHANGED" else [min(stored.active_part, len(wanted) - 1)]
    numbers = [number for number in numbers if which == "ACTIVE" or not wanted[number].locked]
    if not numbers:
        raise RequestError(
            "No part of {name} was changed: change its prompt, its seed or its length", name=target.name
        )
    if which == "ACTIVE" and numbers[0] not in changed_parts(target):
        seed = random.randint(0, MAX_RANDOM_SEED)
        wanted = tuple(p._replace(seed=seed) if k == numbers[0] else p for k, p in enumerate(wanted))
    parts = list(take.parts)
    check_parts([to_part(part) for part in parts], len(take.motion))
    steps = []
    lengths = [(wanted if k in numbers else parts)[k].frames for k in range(len(parts))]
    growth = [lengths[k] - part.frames for k, part in enumerate(parts)]
    spans = [
        (first, first + lengths[k] - 1)
        for k, first in ((k, parts[k].start + sum(growth[:k])) for k in numbers)
    ]
    take, guides = read_take_guides(context, take, spans, len(take.motion) + sum(growth))
    newer = []
    for number in numbers:
        old, new = parts[number], wanted[number]
        redone = PartPlan(new.prompt, old.start, old.end, new.seed)
        changed = [*parts[:number], redone, *parts[number + 1 :]]
        work = partial(
            redo_part,
            backend,
            parts=[to_part(part) for part in changed],
            index=number,
            seed=new.seed,
            arrive=arrive,
            frame_count=new.frames,
        )
        newer.append(NewerFrames(old.start, old.start + new.frames - 1, new.prompt, new.seed))
        shift = new.frames - old.frames
        is_last = old.end + 1 >= len(take.motion) + sum(growth[:number])
        next_frame = None if is_last else old.end + 1
        steps.append(make_step(work, guides, old.start, old.start + new.frames - 1, next_frame, shift))
        parts = changed
        parts[number] = redone._replace(end=old.start + new.frames - 1)
        for later in range(number + 1, len(parts)):
            parts[later] = parts[later]._replace(
                start=parts[later].start + shift, end=parts[later].end + shift
            )
    first = wanted[numbers[0]]
    seconds = first.frames / take.motion.fps
    made = direct_take(
        context, backend, take, steps, tuple(parts), (first.prompt, seconds, first.seed), newer,
        guided_by=guides.names if guides else (),
    )  # fmt: skip
    return made._replace(parts=tuple(numbers), in_turn=True)
