# SPDX-License-Identifier: GPL-3.0-or-later
"""The one generation that may run at a time: start it, show its progress, apply its motion, cancel it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy
from bpy.app.handlers import persistent

from ..session import session
from . import background_tasks
from .background_tasks import BackgroundTask, failed_status
from .base import error_message, object_by_uid, operator_error_reason, translate
from .notify import notify, override_window, redraw_panels
from .prompts import remember_prompt

if TYPE_CHECKING:
    from ..inference.backend import Backend
    from ..motion import Motion, MotionRequest
    from ..scene.guides import Guides


class Generation(NamedTuple):
    """A checked request and what its motion is for; later changes of the scene do not reach it."""

    backend: Backend
    request: MotionRequest
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

    guides: Guides | None = None
    """The scene's paths, pins and poses, by which the motion is placed; None: there are none."""


class _Running(NamedTuple):
    generation: Generation
    task: BackgroundTask[list[Motion]]
    notifies: bool
    """Whether :func:`notify` shows how it ended; False for an operator that waits and reports it itself."""


_running: _Running | None = None


def is_running() -> bool:
    """Whether a motion is being generated."""
    return _running is not None


def start(generation: Generation) -> None:
    """Start a generation and return at once."""
    _create_task(generation, notifies=True).start()


def run_blocking(generation: Generation) -> None:
    """Generate, wait for the motion and apply it, for scripts. Raises every error."""
    background_tasks.run_blocking(_create_task(generation, notifies=False))


def cancel(message: str, level: str = "INFO") -> None:
    """Stop the generation, if there is one, and show ``message``. Takes effect at once."""
    if _running is not None:
        _running.task.cancel()
        _show_outcome(message, level)


def apply_generated(motion_id: str, target: bpy.types.Object, options: Mapping[str, Any]) -> None:
    """Run ``kinescribe.apply`` as if the user had pressed its button: one undo step, and the last operation for F9.

    Called inside another operator that a script runs, it leaves undo to that script, as Blender's operators do.
    Raises ``RigError`` with the message that the operator reported.
    """
    from ..motion import RigError

    try:
        with override_window():
            result = bpy.ops.kinescribe.apply(
                "EXEC_DEFAULT", True, motion=motion_id, target=target.session_uid, **options
            )
    except RuntimeError as error:
        raise RigError("{reason}", reason=operator_error_reason(error)) from error
    if "FINISHED" not in result:
        raise RigError("The motion could not be applied to {name}", name=target.name)


def _create_task(generation: Generation, notifies: bool) -> BackgroundTask[list[Motion]]:
    global _running
    assert _running is None, "a generation is running already"
    task: BackgroundTask[list[Motion]] = BackgroundTask(
        partial(generation.backend.generate, generation.request),
        on_progress=partial(_show_progress, generation),
        on_done=partial(_save_and_apply, generation),
        on_error=_show_error,
    )
    _running = _Running(generation, task, notifies)
    target = object_by_uid(generation.character)
    state = session.generation
    state.clear()
    state.is_running = True
    state.character = target.name if target else ""
    redraw_panels()
    return task


def _show_progress(generation: Generation, step: int, steps: int) -> None:
    """Show the diffusion steps that are done; cancel the generation if its character was removed."""
    state = session.generation
    target = object_by_uid(generation.character)
    if target is None:
        cancel(translate("The motion was dropped: {name} was removed", name=state.character), "WARNING")
        return
    state.character, state.step, state.steps = target.name, step, steps


def _save_and_apply(generation: Generation, motions: list[Motion]) -> None:
    """Save the motions to the cache, also if applying fails afterwards, and apply the first if requested."""
    from ..scene import store

    assert _running is not None
    state = session.generation
    state.step, state.steps = _running.task.job.steps
    if generation.guides is not None:
        motions = [generation.guides.place_motion(motion) for motion in motions]
    motion = motions[0]
    state.low_confidence = motion.provenance.low_confidence
    state.slow_reason = _explain_slowness(generation.backend)
    state.variations = tuple(store.save_motion(m) for m in motions)
    state.motion_id = state.variations[0]
    state.generated_for = state.pending_character = generation.character
    state.set_message(translate("Generated {seconds:.1f} s", seconds=motion.seconds))
    if generation.apply:
        target = object_by_uid(generation.character)
        assert target is not None
        apply_generated(state.motion_id, target, generation.apply_options)
    _show_outcome(state.message)


def _explain_slowness(backend: Backend) -> str:
    """Return why a backend was slower than it can be, as one sentence; empty if it was not."""
    from ..inference.matrix_products import explain_slowness
    from ..inference.registry import default_backend

    note = explain_slowness() if backend is default_backend() else None
    return error_message(note) if note else ""


def _show_error(error: BaseException) -> None:
    status = failed_status(error)
    _show_outcome(status.message, status.level)


def _show_outcome(message: str, level: str = "INFO") -> None:
    """Show the message with which the generation ended, and add its prompt to the recent ones."""
    global _running
    ended, _running = _running, None
    session.generation.is_running = False
    session.generation.set_message(message, level)
    redraw_panels()
    if ended is not None:
        remember_prompt(bpy.context, *ended.generation.prompt)
        if ended.notifies:
            notify(message, level)


@persistent
def _on_file_loaded(*_args: object) -> None:
    # the motions and characters of the panel belong to the file before
    was_running = is_running()
    cancel(translate("The motion was dropped: another file was opened"), "WARNING")
    if not was_running:
        session.generation.clear()


def register() -> None:
    """Listen for the load of another file."""
    bpy.app.handlers.load_post.append(_on_file_loaded)


def unregister() -> None:
    """Cancel what runs; ``background_tasks.stop_all`` waits for its thread."""
    cancel("")
    bpy.app.handlers.load_post.remove(_on_file_loaded)
