# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate a motion from the prompt, and cancel that."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy
from bpy.props import BoolProperty, EnumProperty

from ..properties.limits import MAX_RANDOM_SEED
from ..scene.frame_rate import read_frame_rate
from ..session import session
from . import generation
from .apply import apply_options, check_character, remember_details
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    list_characters,
    object_by_uid,
    report_warning,
    require_character,
    translate,
)
from .endpoints import get_scene_backend
from .generation import Generation
from .part_list import has_own_parts
from .prompt_text import follow_all_prompt_texts
from .request_builder import RequestPlan, plan_request, prompt_request

if TYPE_CHECKING:
    from ..inference.backend import Backend, IsCancelled, Progress
    from ..motion import Motion, MotionRequest
    from ..scene.bake import PreparedBake
    from ..scene.slices import Slices

BUSY = "A motion is being generated: wait for it, or cancel it"
LOW_CONFIDENCE = "The model hardly knows these words: the motion may not be what they say"


_KINDS = {"ALL": ("GENERATE", "ANOTHER"), "CHANGED": ("PARTS",), "ACTIVE": ()}
"""For ``parts``, the kinds of :class:`.next_step.NextStep` that make the same motion."""


class KINESCRIBE_OT_generate(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Turn the prompt into keyframes on the character that is selected"""

    bl_idname = "kinescribe.generate"
    bl_label = "Generate Motion"
    # neither REGISTER nor UNDO: it ends with apply, which is the undo step and the operation that F9 adjusts
    bl_options = set()

    apply: BoolProperty(
        name="Apply", description="Bake the motion onto the character when it is generated", default=True
    )
    parts: EnumProperty(
        name="Parts",
        description="Which parts of the sequence are made",
        items=(
            ("ALL", "All", "The whole sequence, as a new take"),
            ("CHANGED", "Changed", "Parts that differ from the take that plays, and that are not locked"),
            ("ACTIVE", "Active", "The part that is selected in the list"),
        ),
        options={"SKIP_SAVE"},
    )
    arrive: BoolProperty(
        name="Arrive",
        description="Parts after one that is made again stay where they are; off: they move along",
        options={"SKIP_SAVE"},
    )
    another: BoolProperty(
        name="Another Seed", description="Choose another seed, for another take", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character, and that no generation runs."""
        if generation.is_running():
            cls.poll_message_set(BUSY)
            return False
        return super().poll(context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Start the generation and return at once; in background mode wait for it."""
        if bpy.app.background:  # where no timer would ever fire
            return self.execute(context)
        return self.report_errors(self.start, context)

    def build_generation(self, context: bpy.types.Context) -> Generation:
        """Build and check the generation."""
        from . import live

        kinds = () if self.another or not self.apply else _KINDS[self.parts]
        preview = live.find_preview(context, kinds)
        if preview is not None:
            return live.use_preview(preview)
        if self.parts == "ALL":
            return prepare_generation(context, self.apply, self.another)
        from .take_work import prepare_part_redo

        return prepare_part_redo(context, self.parts, self.arrive)

    def start(self, context: bpy.types.Context) -> Result:
        """Start a generation, which the timer of background tasks ends."""
        generation.start(self.build_generation(context))
        return {"FINISHED"}

    def run(self, context: bpy.types.Context) -> Result:
        """Generate and wait for the motion, as scripts need it."""
        generation.run_blocking(self.build_generation(context))
        state = session.generation
        for sentence in state.doubts:
            self.report({"WARNING"}, sentence)
        if state.low_confidence and not state.doubts:
            report_warning(self, LOW_CONFIDENCE)
        elif not state.low_confidence:
            self.report({"INFO"}, state.message)
        return {"FINISHED"}


class KINESCRIBE_OT_cancel(bpy.types.Operator):
    """Stop the generation and leave the character as it is"""

    bl_idname = "kinescribe.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require that a generation runs, so that Esc keeps its usual meaning at all other times."""
        return generation.is_running()

    def execute(self, _context: bpy.types.Context) -> Result:
        """Cancel the generation, even if the backend notices later."""
        generation.cancel(translate("Cancelled"))
        return {"FINISHED"}


def prepare_generation(
    context: bpy.types.Context, apply: bool, another: bool = False, samples: int = 0
) -> Generation:
    """Build and check a generation from the settings as they are now, for all characters that are selected.

    Raises ``RequestError``, ``RigError``, ``MappingError`` or ``BackendError`` before anything has changed.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    apply : bool
        Bake the motions onto the characters.
    another : bool
        Choose another seed.
    samples : int
        Motions for one character; 0: as the settings say.
    """
    import random

    from ..motion import check_request

    follow_all_prompt_texts()
    settings = context.scene.kinescribe
    seed = random.randint(0, MAX_RANDOM_SEED) if settings.random_seed or another else None
    backend = get_scene_backend(context)
    target = active_character(context)
    if target is None or not has_own_parts(target):
        # the prompt is checked before the character is read, because that takes longer
        check_request(prompt_request(settings, read_frame_rate(context.scene), 0), backend.capabilities())
    target = require_character(context)
    targets = list_characters(context) if samples <= 1 else [target]
    plans = []
    for number, character in enumerate(targets):
        if apply:
            check_character(character)
        character_seed = seed
        if number and not has_own_parts(character):
            character_seed = (settings.seed if seed is None else seed) + number
        plan = plan_request(context, character, character_seed, samples if len(targets) == 1 else 1)
        check_request(plan.request, backend.capabilities())
        plans.append(plan)
    if seed is not None:
        for character in targets:
            if has_own_parts(character):
                bone_map_properties(character).seed = seed
        if settings.seed != seed:
            settings.seed = seed
    generation = _build_single(context, backend, target, plans[0], apply)
    if len(targets) == 1:
        return generation
    uids = [character.session_uid for character in targets]
    return generation._replace(
        work=partial(generate_together, backend, [plan.request for plan in plans]),
        prepare=partial(
            _prepare_together, uids=uids, plans=plans, options=generation.apply_options, apply=apply
        ),
        request=None,
        finish=_finish_together,
    )


def prepare_single(
    context: bpy.types.Context, target: bpy.types.Object, samples: int, playhead: int
) -> Generation:
    """Build and check a generation for one character, with the seed of the settings; nothing is changed.

    Raises ``RequestError``, ``RigError``, ``MappingError`` or ``BackendError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    target : bpy.types.Object
        The character.
    samples : int
        Motions for it; 0: as the settings say.
    playhead : int
        A frame that counts as the current one.
    """
    from ..motion import check_request

    backend = get_scene_backend(context)
    check_character(target)
    plan = plan_request(context, target, None, samples, playhead)
    check_request(plan.request, backend.capabilities())
    return _build_single(context, backend, target, plan, apply=True)


def _build_single(
    context: bpy.types.Context, backend: "Backend", target: bpy.types.Object, plan: RequestPlan, apply: bool
) -> Generation:
    """Build the generation of one character.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    backend : Backend
        The model.
    target : bpy.types.Object
        The character.
    plan : RequestPlan
        Its checked request.
    apply : bool
        Bake the motion onto the character.
    """
    settings, request = context.scene.kinescribe, plan.request
    prompt = (request.prompt, request.seconds, request.options.seed)
    if not has_own_parts(target):
        prompt = (settings.prompt, settings.seconds, request.options.seed)
    return Generation(
        backend=backend,
        work=partial(backend.generate, request),
        character=target.session_uid,
        apply=apply,
        apply_options={**apply_options(context, target), "start_frame": plan.start},
        prompt=prompt,
        request=request,
        parts=tuple(range(len(bone_map_properties(target).parts))),
        guides=plan.guides,
        details=plan.details,
    )


def generate_together(
    backend: "Backend", requests: "Sequence[MotionRequest]", progress: "Progress", cancelled: "IsCancelled"
) -> "list[Motion]":
    """Return the first motion of each request; in one pass of the model where it can do that.

    Raises ``RequestError``, ``BackendError`` or ``Cancelled``.

    Parameters
    ----------
    backend : Backend
        The model.
    requests : sequence of MotionRequest
        One for each character.
    progress, cancelled : as for :meth:`.Backend.generate`
    """
    from ..inference.backend import GenerationJob
    from ..motion import KinescribeError

    generate_many = getattr(backend, "generate_many", None)
    if generate_many is None:
        motions = []
        for number, request in enumerate(requests):

            def show_share(done: int, total: int, number: int = number) -> None:
                progress(number * total + done, len(requests) * total)

            motions.append(backend.generate(request, show_share, cancelled)[0])
        return motions
    jobs = [GenerationJob(requests[0], progress, cancelled)]
    jobs += [GenerationJob(request, cancelled=cancelled) for request in requests[1:]]
    motions = []
    for outcome in generate_many(jobs):
        if isinstance(outcome, KinescribeError):
            raise outcome
        motions.append(outcome[0])
    return motions


class _CharacterBake(NamedTuple):
    """A motion for one of several characters."""

    uid: int
    """``session_uid`` of the character."""

    plan: RequestPlan
    bake: "PreparedBake | None"
    """Its keys; None: they were not asked for."""


def _prepare_together(
    context: bpy.types.Context,
    motions: "list[Motion]",
    uids: Sequence[int],
    plans: Sequence[RequestPlan],
    options: Mapping[str, Any],
    apply: bool,
) -> "Slices[list[_CharacterBake]]":
    """Save the motions of several characters and bake each for its own; nothing is assigned yet.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    motions : list of Motion
        One for each character.
    uids : sequence of int
        ``session_uid`` of the characters; those that were removed are left out.
    plans : sequence of RequestPlan
        Their requests.
    options : mapping
        Properties of ``kinescribe.apply``.
    apply : bool
        Bake them.
    """
    from ..scene import store
    from ..scene.apply_options import ApplyOptions
    from ..scene.bake import discard_bake, prepare_bake
    from ..scene.slices import run_together

    placed, motion_ids = yield partial(_place_and_save, motions, plans, store.cache_folder())
    left = [number for number, uid in enumerate(uids) if object_by_uid(uid) is not None]
    if not apply:
        return [_CharacterBake(uids[number], plans[number], None) for number in left]
    pieces = [
        prepare_bake(
            context,
            object_by_uid(uids[number]),
            motion_ids[number],
            ApplyOptions(**{**options, "start_frame": plans[number].start}),
            motion=placed[number],
        )
        for number in left
    ]
    bakes = yield from run_together(pieces, discard_bake)
    return [_CharacterBake(uids[n], plans[n], bake) for n, bake in zip(left, bakes, strict=True)]


def _place_and_save(
    motions: "Sequence[Motion]", plans: Sequence[RequestPlan], folder: Path
) -> "tuple[list[Motion], list[str]]":
    """Return the motions of several characters where their guides place them, and their ids in the cache."""
    from ..scene.store import save_motions

    placed = [
        motion if plan.guides is None else plan.guides.place_motion(motion)
        for motion, plan in zip(motions, plans, strict=True)
    ]
    return placed, save_motions(placed, folder)


def _finish_together(context: bpy.types.Context, bakes: list[_CharacterBake]) -> str:
    """Assign what was baked for several characters; return the message."""
    from ..scene.apply import place_bake
    from ..scene.bake import check_unchanged

    names = []
    for uid, plan, bake in bakes:
        target = object_by_uid(uid)
        if target is None:
            continue
        names.append(target.name)
        if bake is not None:
            check_unchanged(target, bake)
            report = place_bake(context, target, bake)
            remember_details(target, bpy.data.actions[report.action_name], plan.details)
    return translate(
        "Generated motions for {count} characters: {names}", count=len(names), names=", ".join(names)
    )


_classes = (KINESCRIBE_OT_generate, KINESCRIBE_OT_cancel)
register, unregister = bpy.utils.register_classes_factory(_classes)
