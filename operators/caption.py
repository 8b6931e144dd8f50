# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion to text: a MotionGPT checkpoint says what the character's Action shows, and the Action keeps it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import bpy
from bpy.app.translations import pgettext_iface as iface
from bpy.props import IntProperty, StringProperty

from ..preferences import CAPTION, places
from ..session import session
from . import background_tasks, endpoints, errands
from .base import NeedsCharacter, ReportsErrors, Result, character, object_by_uid, require_character
from .notify import window_context

if TYPE_CHECKING:
    from ..inference.backend import Backend
    from ..scene.readback import Reader

PROPERTY = "kinescribe_caption"
"""The Action's custom property, whoever made the Action: a sentence for each stretch of it, in lines."""

SLICES = 0.06, 0.25
"""Seconds for which an Action is read at a time, at least and at most: half of what the window took for itself."""

PAUSE = 0.01
"""Seconds that are left to the window at least."""

NO_MODEL = (
    "No model here describes motions: add a MotionGPT checkpoint in the preferences, and start the worker"
)
NO_ACTION = "The character has no Action"


def action_of(obj: bpy.types.Object | None) -> bpy.types.Action | None:
    """The Action that the character plays; reading it through the scene's own code would bring NumPy."""
    return obj.animation_data.action if obj is not None and obj.animation_data else None


def captions_on(action: bpy.types.Action | None) -> list[str]:
    """The sentences that an Action keeps."""
    text = action.get(PROPERTY, "") if action else ""
    return [line.strip() for line in text.splitlines() if line.strip()] if isinstance(text, str) else []


def waits() -> bool:
    """Whether whoever asks waits for the answer: where no timer would ever fire."""
    return bool(bpy.app.background)


def captioners() -> list[str]:
    """The models that are known to describe motions, as ``scene.kinescribe.model`` names them."""
    return [model.choice for model in session.models() if model.describes_motions]


class KINESCRIBE_OT_caption_action(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Let a MotionGPT checkpoint say in words what the character's Action shows"""

    bl_idname = "kinescribe.caption_action"
    bl_label = "Caption Action"
    # neither REGISTER nor UNDO: it ends with keep_caption, which is the undo step
    bl_options: set[str] = set()

    model: StringProperty(
        name="Model",
        description="Who is asked; empty: the scene's model where it describes motions, else the first that does",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is an Action that can keep the words, and a model that finds them."""
        if not super().poll(context):
            return False
        action = action_of(character(context))
        if action is None:
            cls.poll_message_set(NO_ACTION)
        elif not action.is_editable:
            cls.poll_message_set("The Action is linked: make it local first")
        elif context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode first")
        elif places.get(CAPTION, errands.Shown()).busy:
            cls.poll_message_set("An Action is being captioned: wait for it, or cancel it")
        elif not captioners():
            cls.poll_message_set(NO_MODEL)
        else:
            return True
        return False

    def run(self, context: bpy.types.Context) -> Result:
        """In the window the words come by and by; a script waits for them."""
        from ..motion import RequestError
        from ..scene.readback import Reader

        global _looking
        scene, target = context.scene, require_character(context)
        action = action_of(target)
        assert action is not None
        offered = captioners()
        own = scene.kinescribe.model.strip()
        choice = self.model or (own if own in offered else offered[0])
        backend = endpoints.backend_named(context, choice)
        reader = Reader(scene, target)
        if waits():
            reader.read(scene, target)
            _ask(reader, backend, action.session_uid).join()
            errands.poll()
            if places[CAPTION].level == "ERROR":
                raise RequestError(places[CAPTION].sentence)
            self.report({"INFO"}, " ".join(captions_on(action)))
            return {"FINISHED"}
        _looking = _Looking(reader, backend, scene.session_uid, target.session_uid, action.session_uid)
        places[CAPTION] = errands.Shown(busy=True, sentence="Looking at the motion")
        bpy.app.timers.register(look, first_interval=0.0, persistent=True)
        return {"FINISHED"}


class KINESCRIBE_OT_cancel_caption(bpy.types.Operator):
    """Ask no longer what the Action shows"""

    bl_idname = "kinescribe.cancel_caption"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """While it is asked."""
        return places.get(CAPTION, errands.Shown()).busy

    def execute(self, _context: bpy.types.Context) -> Result:
        """The timer shows when it has ended."""
        if _looking is not None:
            _look_no_more()
        else:
            errands.leave(CAPTION)
        return {"FINISHED"}


class KINESCRIBE_OT_keep_caption(bpy.types.Operator):
    """Write a caption into an Action"""

    bl_idname = "kinescribe.keep_caption"
    bl_label = "Caption Action"
    bl_options = {"INTERNAL", "UNDO"}

    target: IntProperty(options={"SKIP_SAVE"})
    message: StringProperty(options={"SKIP_SAVE"})

    def execute(self, _context: bpy.types.Context) -> Result:
        """``target``: the Action's ``session_uid``; ``message``: sentences in lines."""
        action = _action_by_uid(self.target)
        if action is None:
            return {"CANCELLED"}
        action[PROPERTY] = self.message
        return {"FINISHED"}


class KINESCRIBE_OT_use_caption(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Make the caption the prompt, with the Action's duration; further sentences become the parts that follow"""

    bl_idname = "kinescribe.use_caption"
    bl_label = "Use as Prompt"
    bl_options = {"INTERNAL", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is a caption."""
        return super().poll(context) and bool(captions_on(action_of(character(context))))

    def run(self, context: bpy.types.Context) -> Result:
        """The stretches are equally long."""
        from ..scene.readback import seconds_of

        target = require_character(context)
        action = action_of(target)
        assert action is not None
        first, *others = captions_on(action)
        settings = context.scene.kinescribe
        seconds = seconds_of(context.scene, target, action) / (1 + len(others))
        settings.prompt, settings.seconds = first, seconds
        settings.directing.segments.clear()
        for sentence in others:
            part = settings.directing.segments.add()
            part.prompt, part.seconds = sentence, seconds
        return {"FINISHED"}


@dataclass
class _Looking:
    """An Action that is being read, bit by bit; ``session_uid`` of its scene, its character and itself.

    ``left``: when the window was given back last.
    """

    reader: Reader
    backend: Backend
    scene: int
    target: int
    action: int
    left: float = field(default_factory=time.monotonic)


_looking: _Looking | None = None


def look() -> float | None:
    """The timer: read for a moment, so that the window stays fluid; at the end ask the model, in a thread."""
    now = _looking
    if now is None:
        return None
    scene = next((s for s in bpy.data.scenes if s.session_uid == now.scene), None)
    target = object_by_uid(now.target)
    action = action_of(target)
    if scene is None or target is None or action is None or action.session_uid != now.action:
        _look_no_more("The caption was dropped: its Action was removed")
        return None
    if background_tasks.is_blender_busy():
        return errands.INTERVAL
    least, most = SLICES
    if now.reader.read(scene, target, min(max(least, 0.5 * (time.monotonic() - now.left)), most)):
        _look_no_more()
        _ask(now.reader, now.backend, now.action)
        return None
    line = iface("Looking at the motion: {done} of {total} frames")
    line = line.format(done=now.reader.done, total=len(now.reader.frames))
    places[CAPTION] = errands.Shown(busy=True, sentence=line)
    errands.redraw()
    now.left = time.monotonic()
    return PAUSE


def _look_no_more(sentence: str = "") -> None:
    """The end of reading; ``sentence``: why before all was read."""
    global _looking
    _looking = None
    if bpy.app.timers.is_registered(look):
        bpy.app.timers.unregister(look)
    places[CAPTION] = errands.Shown(sentence=sentence, level="ERROR" if sentence else "INFO")
    errands.redraw()


def _ask(reader: Reader, backend: Backend, action: int) -> errands.Errand:
    from ..inference.backend import captions_of

    steps = _Steps()
    return errands.run(
        CAPTION,
        lambda cancelled: captions_of(backend, reader.motion(), steps, cancelled),
        "The model describes the motion",
        said=steps.line,
        finish=_keeper(action),
    )


class _Steps:
    """How many stretches of the motion are described; told by the errand's thread, read by the main one."""

    def __init__(self) -> None:
        self._steps = (0, 0)

    def __call__(self, done: int, total: int) -> None:
        self._steps = (done, total)

    def line(self) -> str:
        done, total = self._steps
        return iface("Described: {done} of {total} parts").format(done=done, total=total) if total > 1 else ""


def _keeper(action: int) -> Callable[[list[str]], errands.Shown]:
    """What is done with the sentences, in the main thread."""

    def keep(sentences: list[str]) -> errands.Shown:
        text = "\n".join(line for line in (" ".join(said.split()) for said in sentences) if line)
        if not text:
            return errands.Shown(sentence="The model finds no words for this motion", level="ERROR")
        with bpy.context.temp_override(**({} if bpy.context.window else window_context())):
            result = bpy.ops.kinescribe.keep_caption("EXEC_DEFAULT", True, target=action, message=text)
        if "FINISHED" not in result:
            return errands.Shown(sentence="The caption was dropped: its Action was removed", level="ERROR")
        return errands.Shown()

    return keep


def _action_by_uid(uid: int) -> bpy.types.Action | None:
    return next((a for a in bpy.data.actions if a.session_uid == uid and a.is_editable), None)


_register, _unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_caption_action,
        KINESCRIBE_OT_cancel_caption,
        KINESCRIBE_OT_keep_caption,
        KINESCRIBE_OT_use_caption,
    )
)


def register() -> None:
    """Register the operators."""
    _register()


def unregister() -> None:
    """Read no more, and unregister them; whoever is asked is left by ``errands``."""
    _look_no_more()
    _unregister()
