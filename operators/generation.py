# SPDX-License-Identifier: GPL-3.0-or-later
"""The one generation that may run at a time: start it, show its progress, apply its motion, cancel it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import bpy
from bpy.app.handlers import persistent

from ..scene.unfinished import discard_unfinished_actions
from ..session import session
from . import background_tasks
from .apply import WRONG_MODE, use_prepared
from .background_tasks import BackgroundTask, SlicedTask, failed_status
from .base import error_message, object_by_uid, translate
from .generated import apply_generated, finish_generated
from .notify import notify, redraw_panels
from .prompts import remember_prompt

if TYPE_CHECKING:
    from ..inference.backend import Backend, IsCancelled, Progress
    from ..motion import KinescribeError, Motion, MotionRequest
    from ..scene.bake import PreparedBake
    from ..scene.guides import Guides
    from ..scene.obstacles import Figure
    from ..scene.slices import Slices

PROGRESS_SECONDS = 0.25
"""Seconds between two redraws of the progress of a bake: each costs the time of several slices."""


class Generation(NamedTuple):
    """A checked request and what its motion is for; later changes of the scene do not reach it."""

    backend: Backend
    work: Callable[[Progress, IsCancelled], list[Motion]]
    """What the thread does: the model with the request."""

    character: int
    """``session_uid`` of the armature."""

    apply: bool
    """Whether the motion is baked onto the character."""

    apply_options: Mapping[str, Any]
    """Properties of ``kinescribe.apply``."""

    prompt: tuple[str, float, int]
    """Prompt, seconds and seed for the recent prompts.

    They are stored when the generation has ended, because writing to the preferences makes Blender redraw its whole
    window, which can take longer on a slow graphics card than a generation should make it stutter.
    """

    request: MotionRequest | None = None
    """What the model is asked, where that is a single request."""

    parts: tuple[int, ...] = ()
    """Places of the character's parts that are made, in their order."""

    in_turn: bool = False
    """Whether the parts are made one after the other, and not all at once."""

    guides: Guides | None = None
    """The scene's paths, pins and poses, by which the motion is placed; None: there are none."""

    details: str = ""
    """What the take remembers beside its motion, as JSON: parts, and what guided it."""

    prepare: Callable[[bpy.types.Context, list[Motion]], Slices[Any]] | None = None
    """What is done with the motions in slices, in place of applying the first, before anything changes."""

    finish: Callable[[bpy.types.Context, Any], str] | None = None
    """What is done with the result of ``prepare``, or without one with the motions, in one undo step.

    Returns the message.
    """


class _SavedMotion(NamedTuple):
    motion: Motion
    motion_id: str
    misses: tuple[KinescribeError, ...] = ()
    """Sentences on pins that it does not reach."""

    figure: Figure | None = None
    """The body while it meets pins."""


class Bake(NamedTuple):
    """A motion that is there already and is baked in slices, as the end of a generation is."""

    character: int
    """``session_uid`` of the armature."""

    apply_options: Mapping[str, Any]
    """Properties of ``kinescribe.apply``."""

    details: str
    """What the take remembers beside its motion, as JSON."""

    prompt: None = None
    """There is no new one for the recent prompts."""


class _Running(NamedTuple):
    generation: Generation | Bake
    task: BackgroundTask[list[_SavedMotion]] | SlicedTask[PreparedBake]
    notifies: bool
    """Whether :func:`notify` shows how it ended; False for an operator that waits and reports it itself."""


_running: _Running | None = None


def is_running() -> bool:
    """Whether a motion is being generated, or then baked."""
    return _running is not None


def is_baking() -> bool:
    """Whether a generated motion is being baked."""
    return _running is not None and isinstance(_running.task, SlicedTask)


def start(generation: Generation) -> None:
    """Start a generation and return at once."""
    _create_task(generation, notifies=True).start()


def start_bake(
    context: bpy.types.Context,
    target: bpy.types.Object,
    motion_id: str,
    options: Mapping[str, Any],
    details: str = "",
) -> None:
    """Start to bake a motion of the cache or of a take and return at once; then ``kinescribe.apply`` assigns the keys.

    Raises ``RigError`` if the character can't get an Action, or in a mode whose undo steps hold no keys.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    target : bpy.types.Object
        The armature.
    motion_id : str
        Id of the motion.
    options : mapping
        Properties of ``kinescribe.apply``.
    details : str
        What the take remembers beside its motion, as JSON.
    """
    from ..scene.apply_options import ApplyOptions
    from ..scene.bake import prepare_bake
    from ..scene.target import require_animatable_armature

    require_animatable_armature(target)
    slices = prepare_bake(context, target, motion_id, ApplyOptions(**options))
    _start_slices(Bake(target.session_uid, options, details), slices, _place)
    state = session.generation
    state.is_running, state.character, state.baked = True, target.name, 0.0
    redraw_panels()


def run_blocking(generation: Generation) -> None:
    """Generate, wait for the motion and apply it, for scripts. Raises every error."""
    background_tasks.run_blocking(_create_task(generation, notifies=False))


def cancel(message: str, level: str = "INFO") -> None:
    """Stop the generation, if there is one, and show ``message``. Takes effect at once."""
    if _running is not None:
        _running.task.cancel()
        _show_outcome(message, level)


def _create_task(generation: Generation, notifies: bool) -> BackgroundTask[list[_SavedMotion]]:
    from ..scene import store

    global _running
    assert _running is None, "a generation is running already"
    task: BackgroundTask[list[_SavedMotion]] = BackgroundTask(
        partial(_generate_and_save, generation, store.cache_folder()),
        on_progress=partial(_show_progress, generation),
        on_done=partial(_apply, generation, notifies),
        on_error=_show_error,
    )
    _running = _Running(generation, task, notifies)
    target = object_by_uid(generation.character)
    state = session.generation
    state.clear()
    state.is_running = True
    state.character = target.name if target else ""
    state.parts, state.in_turn = generation.parts, generation.in_turn
    redraw_panels()
    return task


def _generate_and_save(
    generation: Generation, folder: Path, progress: Progress, is_cancelled: IsCancelled
) -> list[_SavedMotion]:
    """Generate the motions and save them to the cache, unless something else is done with them; runs in the thread.

    Parameters
    ----------
    generation : Generation
        The request, and the guides that place its motions.
    folder : Path
        Folder of the cache.
    progress, is_cancelled : callables
        Of the task.
    """
    from ..scene import store

    motions = generation.work(progress, is_cancelled)
    if generation.finish is not None:
        return [_SavedMotion(motion, "") for motion in motions]
    if generation.guides is None:
        return [_SavedMotion(motion, store.save_motion(motion, folder)) for motion in motions]
    guides = generation.guides
    placed = [guides.place_motion(motion) for motion in motions]
    return [
        _SavedMotion(
            motion,
            store.save_motion(motion, folder),
            tuple(guides.describe_misses(motion)),
            guides.pose_figure(motion),
        )
        for motion in placed
    ]


def _show_progress(generation: Generation, step: int, steps: int) -> None:
    """Show the diffusion steps that are done; cancel the generation if its character was removed."""
    state = session.generation
    target = object_by_uid(generation.character)
    if target is None:
        cancel(translate("The motion was dropped: {name} was removed", name=state.character), "WARNING")
        return
    state.character, state.step, state.steps = target.name, step, steps


def _apply(generation: Generation, in_slices: bool, motions: list[_SavedMotion]) -> None:
    """Show what was generated, and apply the first motion if requested; ``in_slices``: without stopping the window."""
    assert _running is not None and isinstance(_running.task, BackgroundTask)
    state = session.generation
    state.step, state.steps = _running.task.job.steps
    if generation.finish is not None:
        show_doubts([saved.motion for saved in motions], generation.backend)
        state.slow_reason = _explain_slowness(generation.backend)
        made = [saved.motion for saved in motions]
        if generation.prepare is None:
            _finish_prepared(generation, made)
            return
        slices = generation.prepare(bpy.context, made)
        if in_slices:
            _start_slices(generation, slices, _finish_prepared)
        else:
            from ..scene.slices import run_slices

            _finish_prepared(generation, run_slices(slices))
        return
    motion = motions[0].motion
    show_doubts([motion], generation.backend)
    _show_misses(generation, motions[0])
    state.slow_reason = _explain_slowness(generation.backend)
    state.variations = tuple(saved.motion_id for saved in motions)
    state.motion_id = state.variations[0]
    state.details = generation.details
    state.start_frame = int(generation.apply_options["start_frame"])
    state.generated_for = state.pending_character = generation.character
    if not generation.apply:
        _show_outcome(translate("Generated {seconds:.1f} s", seconds=motion.seconds))
        if len(state.variations) > 1 and not bpy.app.background:
            _show_ghosts()
    elif in_slices:
        _start_bake(generation, state.motion_id)
    else:
        target = object_by_uid(generation.character)
        assert target is not None
        apply_generated(state.motion_id, target, generation.apply_options, generation.details)
        _show_outcome(state.message)


def show_doubts(motions: Sequence[Motion], backend: Backend | None = None) -> None:
    """Show what of their prompts the model hardly knows, and why no language model broke them down if one should."""
    state = session.generation
    state.low_confidence = any(motion.provenance.low_confidence for motion in motions)
    notes = [note for motion in motions for note in motion.provenance.describe_doubts()]
    problem = getattr(getattr(backend, "reader", None), "problem", None)
    notes += [] if problem is None else [problem]
    state.doubts = tuple(dict.fromkeys(error_message(note) for note in notes))


def _show_misses(generation: Generation, saved: _SavedMotion) -> None:
    """Show which pins a motion does not reach, and what stands in the way while it holds something."""
    from ..scene.obstacles import describe_obstacles

    notes = list(saved.misses)
    target = object_by_uid(generation.character)
    if saved.figure is not None and target is not None:
        notes += describe_obstacles(bpy.context, target, saved.figure)
    session.generation.doubts += tuple(error_message(note) for note in notes)


def _show_ghosts() -> None:
    """Show the variations in the 3D View; if the character's bones are not known, the message says so."""
    from ..motion import KinescribeError
    from .ghosts import show_variations

    try:
        show_variations(bpy.context)
    except KinescribeError as error:
        session.generation.set_message(error_message(error), "WARNING")


def _start_bake(generation: Generation, motion_id: str) -> None:
    """Bake a motion in slices, as the task that runs now."""
    from ..scene.apply_options import ApplyOptions
    from ..scene.bake import prepare_bake

    target = object_by_uid(generation.character)
    assert target is not None
    slices = prepare_bake(bpy.context, target, motion_id, ApplyOptions(**generation.apply_options))
    _start_slices(generation, slices, _place)


_Baked = TypeVar("_Baked", bound="Generation | Bake")


def _start_slices(generation: _Baked, slices: Slices[Any], on_done: Callable[[_Baked, Any], None]) -> None:
    """Run slices as the task that runs now. Raises ``RigError`` in a mode whose undo steps hold no keys.

    Parameters
    ----------
    generation : Generation or Bake
        What runs.
    slices : generator
        The work.
    on_done : called with the generation and the result
    """
    from ..motion import RigError

    global _running
    if bpy.context.mode not in {"OBJECT", "POSE"}:
        slices.close()
        raise RigError(WRONG_MODE)
    task: SlicedTask[Any] = SlicedTask(
        slices,
        on_tick=_BakeProgress(generation).show_progress,
        on_done=partial(on_done, generation),
        on_error=_show_error,
    )
    _running = _Running(generation, task, notifies=_running is None or _running.notifies)
    task.start()


def _finish_prepared(generation: Generation, prepared: Any) -> None:
    """Do what the generation was for, as one operation."""
    finish = generation.finish
    assert finish is not None
    try:
        finish_generated(lambda context: finish(context, prepared))
    finally:
        discard_unfinished_actions()  # where it failed
    _show_outcome(session.generation.message)


class _BakeProgress:
    """Shows how much of a longer bake is done, and stops it if its character can no longer get an Action."""

    def __init__(self, generation: Generation | Bake) -> None:
        self._generation = generation
        self._next_time = time.monotonic() + PROGRESS_SECONDS

    def show_progress(self, done: float) -> None:
        """Show the fraction that is done, if it is time. Raises ``RigError``."""
        from ..motion import RigError
        from ..scene.target import require_animatable_armature

        state = session.generation
        target = object_by_uid(self._generation.character)
        if target is None:
            cancel(translate("The motion was dropped: {name} was removed", name=state.character), "WARNING")
            return
        if bpy.context.mode not in {"OBJECT", "POSE"}:
            raise RigError(WRONG_MODE)
        require_animatable_armature(target)
        state.character = target.name
        if time.monotonic() > self._next_time:
            state.baked = done
            self._next_time = time.monotonic() + PROGRESS_SECONDS


def _place(generation: Generation | Bake, bake: PreparedBake) -> None:
    """Assign what was baked, as the operation that is undone and adjusted."""
    target = object_by_uid(generation.character)
    assert target is not None
    with use_prepared(bake):
        apply_generated(bake.motion_id, target, generation.apply_options, generation.details)
    _show_outcome(session.generation.message)


def _explain_slowness(backend: Backend) -> str:
    """Return why a backend was slower than it can be, as one sentence; empty if it was not."""
    from ..inference.matrix_products import explain_slowness

    note = explain_slowness() if getattr(backend, "is_computed_here", False) else None
    return error_message(note) if note else ""


def _show_error(error: BaseException) -> None:
    status = failed_status(error)
    _show_outcome(status.message, status.level)


def _show_outcome(message: str, level: str = "INFO", notifies: bool = True) -> None:
    """Show the message with which the generation ended, and add its prompt to the recent ones.

    ``notifies``: also beside the panel, if the generation does that.
    """
    global _running
    ended, _running = _running, None
    session.generation.is_running = False
    session.generation.baked = None
    session.generation.set_message(message, level)
    redraw_panels()
    if ended is not None:
        if ended.generation.prompt is not None:
            remember_prompt(bpy.context, *ended.generation.prompt)
        if ended.notifies and notifies:
            notify(message, level)


@persistent
def _on_file_loaded(*_args: object) -> None:
    # the motions and characters of the panel belong to the file before
    was_running = is_running()
    cancel(translate("The motion was dropped: another file was opened"), "WARNING")
    if not was_running:
        session.generation.clear()


@persistent
def _before_undo(*_args: object) -> None:
    # what the bake read of the character, and the Action that it fills, are from the state that is left now
    if is_baking():
        assert _running is not None
        _running.task.cancel()
        message = translate(
            "The motion was not applied, because something was undone meanwhile: apply it again"
        )
        _show_outcome(message, "WARNING", notifies=False)


@persistent
def _after_undo(*_args: object) -> None:
    discard_unfinished_actions()


_HANDLERS = (
    (bpy.app.handlers.load_post, _on_file_loaded),
    (bpy.app.handlers.undo_pre, _before_undo),
    (bpy.app.handlers.redo_pre, _before_undo),
    (bpy.app.handlers.undo_post, _after_undo),
    (bpy.app.handlers.redo_post, _after_undo),
)


def register() -> None:
    """Listen for the load of another file and for undo."""
    for handlers, handler in _HANDLERS:
        handlers.append(handler)


def unregister() -> None:
    """Cancel what runs; ``background_tasks.stop_all`` waits for its thread."""
    cancel("")
    for handlers, handler in _HANDLERS:
        handlers.remove(handler)
