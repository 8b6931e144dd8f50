# SPDX-License-Identifier: GPL-3.0-or-later
"""Live: a ghost of the coming motion, made again whenever a prompt, a part, a path or a pin changes.

Nothing is baked. A motion that is shown can be kept: it becomes a take without another run of the model. One motion is
made at a time in a thread, and what is made next is always the latest state: nothing queues.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy
from bpy.app.handlers import persistent

from ..session import LiveStatus, session
from . import background_tasks, generation
from .background_tasks import BackgroundTask
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    error_message,
    get_action,
    object_by_uid,
    require_character,
    translate,
)
from .live_state import list_guide_objects, read_state
from .next_step import find_generating_step
from .notify import override_window, redraw_panels, redraw_views
from .request_builder import list_guides, merge_directing

if TYPE_CHECKING:
    from ..inference.backend import IsCancelled, Progress
    from ..motion import Motion
    from ..scene.ghosts import Ghost
    from .generation import Generation

FOLLOW_SECONDS = 1.0
"""A motion that takes no longer is made to its end even if the state has changed meanwhile, so that the ghost follows a
drag. A longer one is stopped, and made again when nothing has changed for ``PAUSE_SECONDS``."""

PAUSE_SECONDS = 0.3
TICK_SECONDS = 0.02
"""Seconds between two looks at the motion that is being made."""


class Preview(NamedTuple):
    """A motion that was made for Live, and what keeps it."""

    generation: Generation
    motions: list[Motion]
    state: tuple[Any, ...]
    """What it was made from: :func:`.live_state.read_state`."""


class _Watch:
    """What Live has seen and what it is doing."""

    def __init__(self) -> None:
        self.character = 0
        self.state: tuple[Any, ...] | None = None
        """The state that was seen last."""
        self.made_from: Any = None
        """Request, options and place of the character for which a motion was made last."""
        self.changed = False
        """Whether a change was seen that no motion was started for."""
        self.changed_at = 0.0
        """When the last change was seen."""
        self.playhead = 0
        """The current frame when a first motion was made: moving the playhead afterwards does not move the ghost."""
        self.guides_changed = False
        """Whether Blender reported a change that :func:`.live_state.read_state` does not see."""
        self.guide_uids: frozenset[int] = frozenset()
        """``session_uid`` of the Actions and curves of what guides the character."""
        self.motion_id = session.generation.motion_id
        self.rebases = False
        """Whether the next state that is seen counts as made."""
        self.task: BackgroundTask[tuple[list[Motion], Ghost]] | None = None
        self.preview: Preview | None = None
        self.seconds_per_frame = 0.0
        self.delays: deque[float] = deque(maxlen=1000)
        """Seconds from a change that was seen to its ghost."""


_watch = _Watch()


class KINESCRIBE_OT_toggle_live(NeedsCharacter, ReportsErrors, bpy.types.Operator):
    """Show the coming motion as a ghost that follows each change of prompt, parts, path and pins; nothing is baked"""

    bl_idname = "kinescribe.toggle_live"
    bl_label = "Live"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character, except to turn it off."""
        return session.live.is_on or super().poll(context)

    def run(self, context: bpy.types.Context) -> Result:
        """Turn it on or off. Raises ``RequestError`` without a window."""
        from ..motion import RequestError

        if session.live.is_on:
            switch_off()
        elif bpy.app.background:
            raise RequestError("Live needs a window: start Blender without --background")
        else:
            switch_on(context)
        return {"FINISHED"}


def switch_on(context: bpy.types.Context) -> None:
    """Watch the active character from now on. Raises ``RigError`` if there is none."""
    global _watch
    from ..scene.record import read_record

    character = require_character(context)
    _watch = _Watch()
    _watch.character = character.session_uid
    # the take that plays is what would come: it is not shown twice
    record = read_record(get_action(character))
    guides = ", ".join(list_guides(merge_directing(context.scene, character)))
    is_made = find_generating_step(context, character).kind == "ANOTHER"
    if is_made and record.get("guides", "") == guides:
        _watch.state = read_state(context, character)
    session.live = LiveStatus(is_on=True)
    background_tasks.ensure_timer()


def switch_off(message: str = "") -> None:
    """Watch no longer; the ghost goes. ``message`` is shown in the sidebar."""
    global _watch
    _stop_task()
    _remove_ghost()
    _watch = _Watch()
    was_on = session.live.is_on
    session.live = LiveStatus()
    if was_on and message:
        session.generation.set_message(message, "WARNING")


def dismiss_preview() -> None:
    """Drop the motion that is shown or being made, until the state changes."""
    _stop_task()
    _watch.preview = None
    _watch.changed = False


def keep_preview(context: bpy.types.Context) -> None:
    """Make a take of the motion that Live shows, without another run of the model.

    Raises ``RequestError`` if it shows none.
    """
    from ..motion import RequestError

    preview = _watch.preview
    if preview is None or object_by_uid(preview.generation.character) is None:
        raise RequestError("Live shows no motion yet: change something, or generate one")
    if generation.is_running():
        raise RequestError("A motion is being generated: wait for it, or cancel it")
    start = generation.run_blocking if bpy.app.background else generation.start
    start(use_preview(preview))


def use_preview(preview: Preview) -> Generation:
    """Return a generation whose model answers with the motion that Live made; Live shows it no longer."""
    _stop_task()
    _watch.preview = None
    _remove_ghost()
    motions = preview.motions

    def answer(progress: Progress, _cancelled: IsCancelled) -> list[Motion]:
        progress(1, 1)
        return motions

    return preview.generation._replace(work=answer)


def find_preview(context: bpy.types.Context, kinds: tuple[str, ...]) -> Preview | None:
    """Return what Live made if it is what the button of one of these kinds would make now; else None.

    A motion that is still being made for Live is stopped, because the model will be needed.
    """
    if not session.live.is_on:
        return None
    preview, target = _watch.preview, active_character(context)
    if preview is not None and target is not None:
        state = read_state(context, target)
        if state == preview.state and find_generating_step(context, target).kind in kinds:
            return preview
    _stop_task()
    return None


def is_running() -> bool:
    """Whether a motion is being made for Live."""
    return _watch.task is not None


def list_delays() -> list[float]:
    """Return the seconds from each change that was seen to its ghost."""
    return list(_watch.delays)


# ------------------------------------------------------------------------------------------------ watching


def check_for_changes() -> bool:
    """Start a new preview if the state has changed, once a tick. Return whether Live is on."""
    if not session.live.is_on:
        return False
    if object_by_uid(_watch.character) is None:
        switch_off(translate("Live is off: its character was removed"))
        return False
    with override_window():
        context = bpy.context
        if context.scene is None or _is_paused(context):
            return True
        character = active_character(context)
        if character is None:
            return True
        if character.session_uid != _watch.character:
            _stop_task()
            _remove_ghost()
            _watch.preview, _watch.character = None, character.session_uid
        _look(context, character)
    return True


def _is_paused(context: bpy.types.Context) -> bool:
    """Whether Blender plays, renders or a motion is generated: a change is seen afterwards."""
    if generation.is_running():
        dismiss_preview()
        _remove_ghost()
        _watch.rebases = True
        return True
    windows = context.window_manager.windows
    is_playing = any(window.screen.is_animation_playing for window in windows)
    return is_playing or bpy.app.is_job_running("RENDER")


def _list_guide_data(context: bpy.types.Context, character: bpy.types.Object) -> Iterator[int]:
    """Return ``session_uid`` of what guides the character apart from objects: curves and Actions."""
    objects = list_guide_objects(context.scene, character)
    if merge_directing(context.scene, character).own_keys:
        objects.append(character)
    for obj in objects:
        action = get_action(obj)
        if action is not None:
            yield action.session_uid
        if obj.data is not None and obj is not character:
            yield obj.data.session_uid


def _look(context: bpy.types.Context, character: bpy.types.Object) -> None:
    state, now = read_state(context, character), time.perf_counter()
    motion_id = session.generation.motion_id
    if _watch.rebases or motion_id != _watch.motion_id:
        # a motion was generated or kept: what plays now is not shown twice
        _watch.motion_id = motion_id
        _watch.rebases, _watch.state = False, state
        _watch.guides_changed = _watch.changed = False
        return
    _watch.guide_uids = frozenset(_list_guide_data(context, character))
    if state != _watch.state or _watch.guides_changed:
        _watch.state, _watch.guides_changed = state, False
        _watch.changed, _watch.changed_at = True, now
    if not _watch.changed:
        return
    if _watch.task is not None:
        if _is_long(state):
            _stop_task()
        return
    if _is_long(state) and now - _watch.changed_at < PAUSE_SECONDS:
        return
    _start(context, character, state)


def _is_long(state: tuple[Any, ...]) -> bool:
    """Whether the last motion says that the next takes long, by its number of frames."""
    return _watch.seconds_per_frame * _count_frames(state) > FOLLOW_SECONDS


def _count_frames(state: tuple[Any, ...]) -> int:
    character = object_by_uid(state[0])
    if character is None:
        return 0
    parts = bone_map_properties(character).parts
    if not len(parts):
        return round(float(bone_map_properties(character).frames))
    return int(max(part.end for part in parts) - min(part.start for part in parts) + 1)


def _start(context: bpy.types.Context, character: bpy.types.Object, state: tuple[Any, ...]) -> None:
    """Make the motion of the present state."""
    from ..motion import KinescribeError
    from .live_work import WAITS, find_obstacle, make_preview, prepare_next, read_next_stage

    step = find_generating_step(context, character)
    _watch.changed = False
    if not session.ghosts or session.ghost_source != "LIVE":
        _watch.playhead = context.scene.frame_current
    try:
        obstacle = find_obstacle(context, character, step)
        if obstacle == WAITS:
            _watch.changed = True
            return
        if obstacle:
            _show_no_ghost(obstacle, "INFO")
            return
        made = prepare_next(context, character, step, _watch.playhead)
        stage = read_next_stage(context, character, made, step)
    except KinescribeError as error:
        _show_no_ghost(error_message(error), "ERROR")
        return
    made_from = None if made.request is None else (made.request, stage.options, state[5])
    if made_from is not None and made_from == _watch.made_from:
        # what changed does not count
        if _watch.preview is not None:
            _watch.preview = _watch.preview._replace(state=state, generation=made)
        return
    _watch.made_from = made_from
    began = time.perf_counter()
    task: BackgroundTask[tuple[list[Motion], Ghost]] = BackgroundTask(
        partial(make_preview, made, stage),
        on_done=partial(_show, made, state, _watch.changed_at, began),
        on_error=_show_error,
        waits_for_user=False,
        interval=TICK_SECONDS,
    )
    _watch.task = task
    task.start()


def _show(
    made: Generation,
    state: tuple[Any, ...],
    changed_at: float,
    began: float,
    result: tuple[list[Motion], Ghost],
) -> None:
    """Show the ghost of a motion that was made.

    Parameters
    ----------
    made : Generation
        What it was made by.
    state : tuple
        What it was made from.
    changed_at, began : float
        When the last change was seen and the work began, in seconds of ``time.perf_counter``.
    result : (motions, ghost)
        What was made.
    """
    motions, ghost = result
    now = time.perf_counter()
    _watch.task = None
    _watch.seconds_per_frame = (now - began) / max(1, len(ghost.positions))
    _watch.preview = Preview(made, motions, state)
    _watch.delays.append(now - changed_at)
    if not session.ghosts or session.ghost_source != "LIVE":
        redraw_panels()  # the button keeps it now
    session.ghosts, session.ghost_source = (ghost,), "LIVE"
    session.live = LiveStatus(is_on=True)
    redraw_views()
    check_for_changes()  # the next state at once


def _show_error(error: BaseException) -> None:
    _watch.task = None
    _show_no_ghost(error_message(error), "ERROR")


def _show_no_ghost(message: str, level: str) -> None:
    """Show why there is no ghost: the one of an earlier state would mislead."""
    _watch.preview = _watch.made_from = None
    _remove_ghost()
    session.live = LiveStatus(is_on=True, message=message, level=level)


def _stop_task() -> None:
    task, _watch.task = _watch.task, None
    if task is not None:
        task.cancel()
        # what it was made for is still to be made
        _watch.changed = True
        _watch.made_from = None


def _remove_ghost() -> None:
    if session.ghost_source == "LIVE" and session.ghosts:
        session.ghosts, session.hovered_ghost = (), None
        redraw_views()
        redraw_panels()


@persistent
def _on_depsgraph_update(_scene: bpy.types.Scene, depsgraph: Any) -> None:
    """Note a change of what the state does not hold: F-curves, and in modes of their own curves and poses."""
    if session.live.is_on and not _watch.guides_changed and _watch.guide_uids:
        _watch.guides_changed = any(
            update.id.original.session_uid in _watch.guide_uids for update in depsgraph.updates
        )


@persistent
def _on_file_change(*_args: object) -> None:
    switch_off()


@persistent
def _on_undo(*_args: object) -> None:
    # guides may be as they were before
    _watch.guides_changed = True


_HANDLERS: tuple[tuple[list[Any], Callable[..., None]], ...] = (
    (bpy.app.handlers.depsgraph_update_post, _on_depsgraph_update),
    (bpy.app.handlers.load_pre, _on_file_change),
    (bpy.app.handlers.load_post, _on_file_change),
    (bpy.app.handlers.undo_post, _on_undo),
    (bpy.app.handlers.redo_post, _on_undo),
)


def register() -> None:
    """Register the toggle and the handlers."""
    bpy.utils.register_class(KINESCRIBE_OT_toggle_live)
    background_tasks.add_watcher(check_for_changes)
    for handlers, handler in _HANDLERS:
        handlers.append(handler)


def unregister() -> None:
    """Turn it off and remove all of it."""
    switch_off()
    for handlers, handler in _HANDLERS:
        handlers.remove(handler)
    background_tasks.remove_watcher(check_for_changes)
    bpy.utils.unregister_class(KINESCRIBE_OT_toggle_live)
