# SPDX-License-Identifier: GPL-3.0-or-later
"""The one generation that may run, from the press of the button to the keys.

It is polled by an application timer, not by a modal operator: that depends on no window, survives the load of another
file, and keeps neither autosave nor undo waiting, as a modal operator would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent

from ..session import session
from .base import object_by_uid
from .notify import place_in_window, tell
from .prompts import remember

if TYPE_CHECKING:
    from ..inference.jobs import Job
    from ..scene.guides import Guides

INTERVAL = 0.05
"""Seconds between two looks at the job."""

JOIN_SECONDS = 3.0
"""How long leaving waits for a backend that was cancelled; its thread is a daemon, so nothing waits longer."""


@dataclass(frozen=True)
class Task:
    """A job and whom it is for. ``target`` is a ``session_uid``; ``options`` are properties of ``kinescribe.apply``.

    ``used``: prompt, seconds and seed, remembered when the job is over, because writing to the preferences makes
    Blender draw all of its window, for which a slow graphics card needs longer than a motion should make it stutter.
    ``guides``: what in the scene directs the motion, and fits it to the character; None: nothing.
    """

    job: Job
    target: int
    apply: bool
    options: Mapping[str, Any]
    used: tuple[str, float, int]
    guides: Guides | None = None


_task: Task | None = None
_leaving: list[Job] = []
"""Cancelled jobs whose backend has perhaps not noticed yet."""


def running() -> bool:
    """Whether a motion is being generated."""
    return _task is not None


def start(task: Task) -> None:
    """Start the job and watch it."""
    global _task
    assert _task is None, "a generation is running already"
    _begin(task)
    _task = task
    bpy.app.timers.register(poll, first_interval=INTERVAL, persistent=True)


def wait(task: Task) -> None:
    """Start the job, wait for it and apply its result, for scripts; raises every error."""
    target = object_by_uid(task.target)
    assert target is not None
    _begin(task)
    remember(bpy.context, *task.used)
    try:
        _finish(task, target)
    finally:
        session.generation.is_running = False
        task.job.cancel()  # Ctrl C


def cancel(sentence: str, level: str = "INFO") -> None:
    """Stop the generation, if there is one, and say so. Takes effect at once, however late the backend notices."""
    global _task
    if _task is None:
        return
    _leaving[:] = [job for job in _leaving if not job.join(0)]
    _leaving.append(_task.job)
    _task.job.cancel()
    used, _task = _task.used, None
    if bpy.app.timers.is_registered(poll):
        bpy.app.timers.unregister(poll)
    remember(bpy.context, *used)
    _end(sentence, level)


def poll() -> float | None:
    """The timer: show the progress; when the job is done and Blender is free, apply its result."""
    global _task
    task = _task
    if task is None:
        return None
    target = object_by_uid(task.target)
    if target is None:
        cancel(f"The motion was dropped: {session.generation.character} was removed", "WARNING")
        return None
    shown = session.generation.character, session.generation.step, session.generation.steps
    session.generation.character = target.name
    session.generation.step, session.generation.steps = task.job.steps
    if not task.job.done or occupied():
        if shown != (session.generation.character, session.generation.step, session.generation.steps):
            redraw()
        return INTERVAL
    _task = None
    remember(bpy.context, *task.used)
    from ..motion import KinescribeError

    try:
        _finish(task, target)
    except KinescribeError as error:
        _end(str(error), "ERROR")
    except Exception as error:
        _end(f"Kinescribe failed, which is a mistake in it: {type(error).__name__}: {error}", "ERROR")
        raise
    else:
        _end(session.generation.message)
    return None


def land(motion: str, target: bpy.types.Object, options: Mapping[str, Any]) -> None:
    """Run ``kinescribe.apply`` as if the user had: it becomes the last operation (F9) and one undo step.

    Called inside another operator that a script runs, it leaves undo to that script, as Blender's operators do.
    Raises ``RigError`` with the sentence that the operator reported.
    """
    from ..motion import RigError

    try:
        with bpy.context.temp_override(**({} if bpy.context.window else place_in_window())):
            result = bpy.ops.kinescribe.apply(
                "EXEC_DEFAULT", True, motion=motion, target=target.session_uid, **options
            )
    except RuntimeError as error:
        # "Error: ..." from a report, "Operator bpy.ops.kinescribe.apply.poll() ..." from poll
        sentence = str(error).strip().rpartition(".poll() ")[2].removeprefix("Error: ")
        raise RigError(sentence) from error
    if "FINISHED" not in result:
        raise RigError(f"The motion could not be applied to {target.name}")


def redraw() -> None:
    """Let the sidebars draw the status again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()


def _begin(task: Task) -> None:
    task.job.start()
    target = object_by_uid(task.target)
    session.generation.clear()
    session.generation.is_running = True
    session.generation.character = target.name if target else ""
    redraw()


def _finish(task: Task, target: bpy.types.Object) -> None:
    """Keep the motions in the cache, whatever comes of applying them, and apply the first where that was asked."""
    from ..scene import store

    motions = task.job.result()
    if task.guides is not None:
        motions = [task.guides.placed(motion) for motion in motions]
    motion = motions[0]
    session.generation.step, session.generation.steps = task.job.steps
    session.generation.low_confidence = motion.provenance.unsure
    session.generation.variations, session.generation.generated_for = (
        tuple(store.put(m) for m in motions),
        task.target,
    )
    session.generation.motion_id, session.generation.pending_character = (
        session.generation.variations[0],
        task.target,
    )
    session.generation.set_message(f"Generated {motion.seconds:.1f} s")
    if task.apply:
        land(session.generation.motion_id, target, task.options)


def _end(sentence: str, level: str = "INFO") -> None:
    session.generation.is_running = False
    session.generation.set_message(sentence, level)
    redraw()
    tell(sentence, level)


def occupied() -> bool:
    """Whether Blender renders, or the user is dragging something: an undo step would land in the middle of theirs."""
    return bpy.app.is_job_running("RENDER") or any(
        {"BLOCKING", "GRAB_CURSOR"} & operator.bl_options
        for window in bpy.context.window_manager.windows
        for operator in window.modal_operators
    )


@persistent
def _file_loaded(*_args: object) -> None:
    # the motions and characters that the panel spoke of belong to the file before
    was_running = running()
    cancel("The motion was dropped: another file was opened", "WARNING")
    if not was_running:
        session.generation.clear()


def register() -> None:
    """Listen for the load of another file."""
    bpy.app.handlers.load_post.append(_file_loaded)


def unregister() -> None:
    """Cancel what runs and wait for its thread."""
    cancel("")
    for job in _leaving:
        job.join(JOIN_SECONDS)
    _leaving.clear()
    bpy.app.handlers.load_post.remove(_file_loaded)
