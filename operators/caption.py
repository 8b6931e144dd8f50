# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion to text: a MotionGPT checkpoint says what the character's Action shows, and the Action keeps it."""

from __future__ import annotations

from collections.abc import Callable

import bpy
from bpy.app.translations import pgettext_iface as iface
from bpy.props import IntProperty, StringProperty

from ..preferences import CAPTION, places
from . import errands
from . import places as found
from .base import NeedsCharacter, ReportsErrors, Result, character, needed_character
from .notice import place_in_window

PROPERTY = "kinescribe_caption"
"""The Action's custom property, whoever made the Action: a sentence for each stretch of it, in lines."""

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
    return [card.choice for place in places.values() for card in place.cards if card.captions]


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
        from ..inference.backend import captions_of
        from ..motion import RequestError
        from ..scene.readback import motion_of

        target = needed_character(context)
        action = action_of(target)
        assert action is not None
        offered = captioners()
        own = context.scene.kinescribe.model.strip()
        choice = self.model or (own if own in offered else offered[0])
        backend = found.backend_named(context, choice)
        motion = motion_of(context.scene, target)
        steps = _Steps()
        errand = errands.run(
            CAPTION,
            lambda cancelled: captions_of(backend, motion, steps, cancelled),
            "Looking at the motion",
            said=steps.line,
            finish=_keeper(action.session_uid),
        )
        if waits():
            errand.join()
            errands.poll()
            if places[CAPTION].level == "ERROR":
                raise RequestError(places[CAPTION].sentence)
            self.report({"INFO"}, " ".join(captions_on(action)))
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

        target = needed_character(context)
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
        with bpy.context.temp_override(**({} if bpy.context.window else place_in_window())):
            result = bpy.ops.kinescribe.keep_caption("EXEC_DEFAULT", True, target=action, message=text)
        if "FINISHED" not in result:
            return errands.Shown(sentence="The caption was dropped: its Action was removed", level="ERROR")
        return errands.Shown()

    return keep


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
