# SPDX-License-Identifier: GPL-3.0-or-later
"""Captions: a MotionGPT checkpoint describes the character's Action in text, which is stored on the Action."""

import time
from functools import partial
from typing import TYPE_CHECKING

import bpy
from bpy.props import IntProperty, StringProperty

from ..session import TaskStatus, session
from . import background_tasks
from .background_tasks import BackgroundTask, failed_status, run_tasks
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    get_action,
    object_by_uid,
    require_character,
    scene_by_uid,
    translate,
)
from .endpoints import find_backend
from .notify import override_window

if TYPE_CHECKING:
    from ..inference.backend import Backend
    from ..scene.readback import MotionReader

CAPTION_PROPERTY = "kinescribe_caption"
"""Custom property of a captioned Action: one line of text for each part of the motion."""

SLICE_SECONDS = 0.06, 0.25
"""Shortest and longest slice in seconds in which an Action is read; in between, half of the time since the last one."""

NO_MODEL = (
    "No model here describes motions: add the folder of a MotionGPT model in the preferences, and press Start"
)
NO_ACTION = "The character has no Action"
REMOVED = "The caption was dropped: its Action was removed"

_task: BackgroundTask[list[str]] | None = None
"""The last task that captioned an Action."""


def read_caption(action: bpy.types.Action | None) -> list[str]:
    """Return the sentences of an Action's caption; empty if it has none."""
    text = action.get(CAPTION_PROPERTY, "") if action else ""
    return [line.strip() for line in text.splitlines() if line.strip()] if isinstance(text, str) else []


def list_captioning_models() -> list[str]:
    """Return the known models that describe motions, named as in ``scene.kinescribe.model``."""
    return [model.choice for model in session.list_models() if model.describes_motions]


def is_reading() -> bool:
    """Return whether an Action is being read, which comes before the model describes it."""
    return _task is not None and _task.is_active and _task.is_preparing


class KINESCRIBE_OT_caption_action(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Describe in words what the character's Action shows, with a MotionGPT model"""

    bl_idname = "kinescribe.caption_action"
    bl_label = "Caption Action"
    # neither REGISTER nor UNDO: it ends with keep_caption, which is the undo step
    bl_options = set()

    model: StringProperty(
        name="Model",
        description="Model that writes the caption; empty: the scene's model if it can, else the first that can",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require an Action that can be edited and a model that describes motions, and that none is being captioned."""
        if not super().poll(context):
            return False
        action = get_action(active_character(context))
        if action is None:
            cls.poll_message_set(NO_ACTION)
        elif not action.is_editable:
            cls.poll_message_set("The Action is linked: make it local first")
        elif context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode first")
        elif session.caption.is_busy:
            cls.poll_message_set("An Action is being captioned: wait for it, or cancel it")
        elif not list_captioning_models():
            cls.poll_message_set(NO_MODEL)
        else:
            return True
        return False

    def run(self, context: bpy.types.Context) -> Result:
        """Start the task; in background mode wait for it."""
        from ..scene.readback import MotionReader

        global _task
        scene, target = context.scene, require_character(context)
        action = get_action(target)
        assert action is not None
        models = list_captioning_models()
        scene_model = scene.kinescribe.model.strip()
        choice = self.model or (scene_model if scene_model in models else models[0])
        backend = find_backend(context, choice)
        reading = _ActionReading(
            MotionReader(scene, target), scene.session_uid, target.session_uid, action.session_uid
        )
        session.caption = TaskStatus(is_busy=True, message=translate("Reading the motion"))
        _task = _create_caption_task(reading, backend)
        run_tasks(_task)
        if not background_tasks.has_event_loop():
            self.report({"INFO"}, " ".join(read_caption(action)))
        return {"FINISHED"}


class KINESCRIBE_OT_cancel_caption(bpy.types.Operator):
    """Stop captioning the Action"""

    bl_idname = "kinescribe.cancel_caption"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require that an Action is being captioned."""
        return session.caption.is_busy

    def execute(self, _context: bpy.types.Context) -> Result:
        """Cancel at once, however late the model notices."""
        message = "" if is_reading() else translate("Captioning the Action was cancelled")
        if _task is not None:
            _task.cancel()
        session.caption = TaskStatus(message=message)
        return {"FINISHED"}


class KINESCRIBE_OT_keep_caption(bpy.types.Operator):
    """Write a caption into an Action"""

    bl_idname = "kinescribe.keep_caption"
    bl_label = "Caption Action"
    bl_options = {"INTERNAL", "UNDO"}

    target: IntProperty(options={"SKIP_SAVE"})
    message: StringProperty(options={"SKIP_SAVE"})

    def execute(self, _context: bpy.types.Context) -> Result:
        """Store ``message``, a sentence in each line, in the Action whose ``session_uid`` is ``target_uid``."""
        action = _action_by_uid(self.target)
        if action is None:
            return {"CANCELLED"}
        action[CAPTION_PROPERTY] = self.message
        return {"FINISHED"}


class KINESCRIBE_OT_use_caption(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Make the caption the prompt, with the Action's duration; further sentences become the parts that follow"""

    bl_idname = "kinescribe.use_caption"
    bl_label = "Use as Prompt"
    bl_options = {"INTERNAL", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a caption."""
        return super().poll(context) and bool(read_caption(get_action(active_character(context))))

    def run(self, context: bpy.types.Context) -> Result:
        """Set the prompt and the parts of the sequence, all of the same duration."""
        from ..scene.readback import measure_seconds

        target = require_character(context)
        action = get_action(target)
        assert action is not None
        first, *others = read_caption(action)
        settings = context.scene.kinescribe
        seconds = measure_seconds(context.scene, target, action) / (1 + len(others))
        settings.prompt, settings.seconds = first, seconds
        settings.directing.segments.clear()
        bone_map_properties(target).own_parts = False
        for sentence in others:
            part = settings.directing.segments.add()
            part.prompt, part.seconds = sentence, seconds
        return {"FINISHED"}


class _ActionReading:
    """An Action that is read in short slices in the main thread, so that the window stays responsive."""

    def __init__(self, reader: "MotionReader", scene_uid: int, target_uid: int, action_uid: int) -> None:
        """Begin to read.

        Parameters
        ----------
        reader : MotionReader
            Reads the frames.
        scene_uid, target_uid, action_uid : int
            ``session_uid`` of scene, character and Action.
        """
        self.reader = reader
        self.scene_uid, self.target_uid, self.action_uid = scene_uid, target_uid, action_uid
        # when the last slice ended
        self.paused_at = time.monotonic()

    def read_slice(self) -> bool:
        """Read frames for a fraction of a second and show the progress; return whether all frames are read.

        Raises ``RequestError`` if scene, character or Action were removed or another Action is played.
        """
        from ..motion import RequestError

        scene = scene_by_uid(self.scene_uid)
        target = object_by_uid(self.target_uid)
        action = get_action(target)
        if scene is None or target is None or action is None or action.session_uid != self.action_uid:
            raise RequestError(REMOVED)
        least, most = SLICE_SECONDS
        seconds = min(max(least, 0.5 * (time.monotonic() - self.paused_at)), most)
        is_done = self.reader.read(scene, target, seconds)
        if is_done:
            message = translate("The model describes the motion")
        else:
            done, total = self.reader.frames_read, len(self.reader.frames)
            message = translate("Reading the motion: {done} of {total} frames", done=done, total=total)
        session.caption = TaskStatus(is_busy=True, message=message)
        self.paused_at = time.monotonic()
        return is_done


def _create_caption_task(reading: _ActionReading, backend: "Backend") -> BackgroundTask[list[str]]:
    """Return a task that reads the Action, has the model describe it, and stores the sentences."""
    from ..inference.backend import caption_motion

    return BackgroundTask(
        lambda progress, is_cancelled: caption_motion(
            backend, reading.reader.to_motion(), progress, is_cancelled
        ),
        prepare=reading.read_slice,
        on_progress=_show_progress,
        on_done=partial(_keep_caption, reading.action_uid),
        on_error=_show_error,
    )


def _show_progress(done: int, total: int) -> None:
    if total > 1:
        message = translate("Described: {done} of {total} parts", done=done, total=total)
        session.caption = session.caption.replace(message=message)


def _show_error(error: BaseException) -> None:
    session.caption = failed_status(error)


def _keep_caption(action_uid: int, sentences: list[str]) -> None:
    """Store the sentences in the Action with this ``session_uid``, as one undo step."""
    from ..motion import BackendError, RequestError

    lines = [" ".join(sentence.split()) for sentence in sentences]
    text = "\n".join(line for line in lines if line)
    if not text:
        raise BackendError("The model wrote no caption for this motion")
    with override_window():
        result = bpy.ops.kinescribe.keep_caption("EXEC_DEFAULT", True, target=action_uid, message=text)
    if "FINISHED" not in result:
        raise RequestError(REMOVED)
    session.caption = TaskStatus()


def _action_by_uid(uid: int) -> bpy.types.Action | None:
    return next((a for a in bpy.data.actions if a.session_uid == uid and a.is_editable), None)


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_caption_action,
        KINESCRIBE_OT_cancel_caption,
        KINESCRIBE_OT_keep_caption,
        KINESCRIBE_OT_use_caption,
    )
)
