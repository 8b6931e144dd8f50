# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate a motion from the prompt, and cancel that."""

from __future__ import annotations

import random

import bpy
from bpy.props import BoolProperty

from ..properties import MAX_SEED
from ..session import session
from . import generation
from .apply import apply_options, check_character
from .base import NeedsCharacter, ReportsErrors, Result, needed_character
from .endpoints import chosen_backend
from .request_builder import asked, frame_rate, said

BUSY = "A motion is being generated: wait for it, or cancel it"
UNSURE = "The model hardly knows these words: the motion may not be what they say"


class KINESCRIBE_OT_generate(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Turn the prompt into keyframes on the character that is selected"""

    bl_idname = "kinescribe.generate"
    bl_label = "Generate Motion"
    # neither REGISTER nor UNDO: it ends with apply, which is the undo step and the operation that F9 adjusts
    bl_options: set[str] = set()

    apply: BoolProperty(
        name="Apply", description="Bake the motion onto the character when it is there", default=True
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """One at a time, and only for a character."""
        if generation.running():
            cls.poll_message_set(BUSY)
            return False
        return super().poll(context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """In the window: start, and give Blender back at once."""
        if bpy.app.background:  # where no timer would ever fire
            return self.execute(context)
        return self.guarded(self.start, context)

    def start(self, context: bpy.types.Context) -> Result:
        """Start a job that the timer watches."""
        generation.start(new_task(context, self.apply))
        return {"FINISHED"}

    def run(self, context: bpy.types.Context) -> Result:
        """From a script: wait for the motion, and raise where there is none."""
        task = new_task(context, self.apply)
        generation.wait(task)
        self.report(
            {"WARNING"} if session.generation.low_confidence else {"INFO"},
            UNSURE if session.generation.low_confidence else session.generation.message,
        )
        return {"FINISHED"}


class KINESCRIBE_OT_cancel(bpy.types.Operator):
    """Stop the generation and leave the character as it is"""

    bl_idname = "kinescribe.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Only while a motion is generated, so that Esc keeps its meaning at all other times."""
        return generation.running()

    def execute(self, _context: bpy.types.Context) -> Result:
        """Cancel; nothing waits for the backend."""
        generation.cancel("Cancelled")
        return {"FINISHED"}


def new_task(context: bpy.types.Context, apply: bool) -> generation.Task:
    """Everything that the generation needs, checked and as it is now: later changes of the scene don't reach it.

    Raises ``RequestError``, ``RigError``, ``MappingError`` or ``BackendError`` before anything has changed.
    """
    from ..inference.jobs import Job
    from ..motion import check_request

    settings = context.scene.kinescribe
    seed = random.randint(0, MAX_SEED) if settings.random_seed else settings.seed
    backend = chosen_backend(context)
    # what is said first: guides need a look at the character, which a prompt that can't be spares
    check_request(said(settings, frame_rate(context.scene), seed), backend.capabilities())
    target = needed_character(context)
    if apply:
        check_character(target)
    request, guides = asked(context, target, seed)
    check_request(request, backend.capabilities())
    if settings.seed != seed:
        settings.seed = seed
    used = settings.prompt, settings.seconds, seed
    return generation.Task(
        Job(backend, request), target.session_uid, apply, apply_options(context.scene), used, guides
    )


_classes = (KINESCRIBE_OT_generate, KINESCRIBE_OT_cancel)
_keys: list[tuple[bpy.types.KeyMap, bpy.types.KeyMapItem]] = []


def register() -> None:
    """Register the operators and Esc over the 3D View, whose sidebar shares the key map."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    config = bpy.context.window_manager.keyconfigs.addon
    if config is not None:
        keymap = config.keymaps.new("3D View Generic", space_type="VIEW_3D")
        _keys.append((keymap, keymap.keymap_items.new("kinescribe.cancel", "ESC", "PRESS")))


def unregister() -> None:
    """Take both back."""
    config = bpy.context.window_manager.keyconfigs.addon
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
        if not keymap.keymap_items:
            config.keymaps.remove(keymap)
    _keys.clear()
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
