# SPDX-License-Identifier: GPL-3.0-or-later
"""The menus beside the prompt: recent prompts and examples."""

from __future__ import annotations

import bpy

from ..preferences import recent_prompts
from .examples import EXAMPLES


class KINESCRIBE_MT_recent(bpy.types.Menu):
    """The prompts that were used last, newest first"""

    bl_idname = "KINESCRIBE_MT_recent"
    bl_label = "Recent Prompts"

    def draw(self, context: bpy.types.Context) -> None:
        recent = recent_prompts(context)
        if not recent:
            self.layout.label(text="None yet")
        for used in recent or ():
            entry = self.layout.operator(
                "kinescribe.use_prompt", text=_shorten_prompt(used.prompt), translate=False
            )
            entry.prompt, entry.seconds, entry.seed = used.prompt, used.seconds, used.seed


class KINESCRIBE_MT_examples(bpy.types.Menu):
    """Prompts that work well with the embedded model"""

    bl_idname = "KINESCRIBE_MT_examples"
    bl_label = "Example Prompts"

    def draw(self, context: bpy.types.Context) -> None:
        for number, (title, prompts) in enumerate(EXAMPLES.items()):
            if number:
                self.layout.separator()
            self.layout.label(text=title)
            for prompt, seconds in prompts:
                entry = self.layout.operator(
                    "kinescribe.use_prompt", text=_shorten_prompt(prompt), translate=False
                )
                entry.prompt, entry.seconds = prompt, seconds


def _shorten_prompt(prompt: str, length: int = 60) -> str:
    """Return ``prompt`` cut to ``length`` letters, so that a menu stays narrower than the window."""
    return prompt if len(prompt) <= length else prompt[: length - 1] + "…"


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_MT_recent, KINESCRIBE_MT_examples))
