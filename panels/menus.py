# SPDX-License-Identifier: GPL-3.0-or-later
"""The menus beside the prompt: recent prompts and examples."""

from __future__ import annotations

import bpy

from ..operators.shortcuts import VERBS
from ..preferences import recent_prompts
from .examples import EXAMPLES
from .pie import draw_pie_entry


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


class KINESCRIBE_MT_character(bpy.types.Menu):
    """What Kinescribe does with the character that is selected"""

    bl_idname = "KINESCRIBE_MT_character"
    bl_label = "Kinescribe"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        for number, group in enumerate(VERBS):
            if number:
                layout.separator()
            for name in group:
                layout.operator(f"kinescribe.{name}")
        layout.separator()
        draw_pie_entry(layout)


def _draw_character_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.menu(KINESCRIBE_MT_character.bl_idname)


def _shorten_prompt(prompt: str, length: int = 60) -> str:
    """Return ``prompt`` cut to ``length`` letters, so that a menu stays narrower than the window."""
    return prompt if len(prompt) <= length else prompt[: length - 1] + "…"


_classes = (KINESCRIBE_MT_recent, KINESCRIBE_MT_examples, KINESCRIBE_MT_character)


def register() -> None:
    """Register the menus, and the one of the character in the menus Object and Pose."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    for menu in (bpy.types.VIEW3D_MT_object, bpy.types.VIEW3D_MT_pose):
        menu.append(_draw_character_menu)


def unregister() -> None:
    """Remove them."""
    for menu in (bpy.types.VIEW3D_MT_object, bpy.types.VIEW3D_MT_pose):
        menu.remove(_draw_character_menu)
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
