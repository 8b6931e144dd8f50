# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate a motion from the prompt, and cancel that."""

from __future__ import annotations

import random

import bpy
from bpy.props import BoolProperty

from ..properties import MAX_SEED
from ..scene.frame_rate import read_frame_rate
from ..session import session
from . import generation
from .apply import apply_options, check_character
from .base import NeedsCharacter, ReportsErrors, Result, report_warning, require_character, translate
from .endpoints import chosen_backend
from .generation import Generation
from .request_builder import build_request, prompt_request

BUSY = "A motion is being generated: wait for it, or cancel it"
LOW_CONFIDENCE = "The model hardly knows these words: the motion may not be what they say"


class KINESCRIBE_OT_generate(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Turn the prompt into keyframes on the character that is selected"""

    bl_idname = "kinescribe.generate"
    bl_label = "Generate Motion"
    # neither REGISTER nor UNDO: it ends with apply, which is the undo step and the operation that F9 adjusts
    bl_options = set()

    apply: BoolProperty(
        name="Apply", description="Bake the motion onto the character when it is there", default=True
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character, and that no generation runs."""
        if generation.is_running():
            cls.poll_message_set(BUSY)
            return False
        return super().poll(context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """In the window: start, and return at once."""
        if bpy.app.background:  # where no timer would ever fire
            return self.execute(context)
        return self.report_errors(self.start, context)

    def start(self, context: bpy.types.Context) -> Result:
        """Start a generation, which the timer of background tasks ends."""
        generation.start(prepare_generation(context, self.apply))
        return {"FINISHED"}

    def run(self, context: bpy.types.Context) -> Result:
        """From a script: wait for the motion, and raise if there is none."""
        generation.run_blocking(prepare_generation(context, self.apply))
        if session.generation.low_confidence:
            report_warning(self, LOW_CONFIDENCE)
        else:
            self.report({"INFO"}, session.generation.message)
        return {"FINISHED"}


class KINESCRIBE_OT_cancel(bpy.types.Operator):
    """Stop the generation and leave the character as it is"""

    bl_idname = "kinescribe.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Only while a motion is generated, so that Esc keeps its meaning at all other times."""
        return generation.is_running()

    def execute(self, _context: bpy.types.Context) -> Result:
        """Cancel at once, however late the backend notices."""
        generation.cancel(translate("Cancelled"))
        return {"FINISHED"}


def prepare_generation(context: bpy.types.Context, apply: bool) -> Generation:
    """Build and check a generation from the scene's settings as they are now.

    ``apply``: bake the motion onto the character. Raises ``RequestError``, ``RigError``, ``MappingError`` or
    ``BackendError`` before anything has changed.
    """
    from ..motion import check_request

    settings = context.scene.kinescribe
    seed = random.randint(0, MAX_SEED) if settings.random_seed else settings.seed
    backend = chosen_backend(context)
    # the prompt first: a prompt that is refused needs no look at the character
    check_request(prompt_request(settings, read_frame_rate(context.scene), seed), backend.capabilities())
    target = require_character(context)
    if apply:
        check_character(target)
    request, guides = build_request(context, target, seed)
    check_request(request, backend.capabilities())
    if settings.seed != seed:
        settings.seed = seed
    return Generation(
        backend=backend,
        request=request,
        character=target.session_uid,
        apply=apply,
        apply_options=apply_options(context.scene),
        prompt=(settings.prompt, settings.seconds, seed),
        guides=guides,
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
    """Remove both."""
    config = bpy.context.window_manager.keyconfigs.addon
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
        if config is not None and not keymap.keymap_items:
            config.keymaps.remove(keymap)
    _keys.clear()
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
