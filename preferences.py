# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the extension in Blender's preferences: what the model is made of, and what is kept on disk."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

import bpy
from bpy.app.translations import pgettext_iface as iface
from bpy.props import CollectionProperty, FloatProperty, IntProperty, StringProperty

DOCUMENTS = {"CREDITS": ("Credits", "CREDITS.md"), "LICENSE": ("License", "LICENSE")}
"""Document -> its button and its file at the root of the extension."""

MAX_RECENT = 10
"""Prompts that are remembered."""


@dataclass
class Shown:
    """What this page shows beyond settings; operators fill it, so that drawing reads no file.

    ``document``: the key of DOCUMENTS that is open, or empty; ``lines``: its text.
    ``motions``, ``size``: count and bytes of the motion cache; None before it was measured.
    """

    document: str = ""
    lines: list[str] = field(default_factory=list)
    motions: int | None = None
    size: int = 0


shown = Shown()


class KINESCRIBE_PG_prompt(bpy.types.PropertyGroup):
    """A prompt that was used, with what makes its motion reproducible."""

    prompt: StringProperty(name="Prompt")
    seconds: FloatProperty(name="Duration")
    seed: IntProperty(name="Seed")


class KINESCRIBE_AP_preferences(bpy.types.AddonPreferences):
    """Preferences of Kinescribe"""

    bl_idname = __package__

    # not in the scene: undo would take the prompt of the motion that it takes back, and files would carry prompts along
    recent: CollectionProperty(type=KINESCRIBE_PG_prompt, name="Recent Prompts", options={"HIDDEN"})

    def draw(self, context: bpy.types.Context) -> None:
        """The model, then what is kept."""
        layout = self.layout
        box = layout.box()
        box.label(text="Embedded Model", icon="ARMATURE_DATA")
        box.label(text="Runs inside Blender on this computer: no network, no account, nothing to download")
        row = box.row(align=True)
        for key, (title, _) in DOCUMENTS.items():
            is_open = shown.document == key
            icon = "DISCLOSURE_TRI_DOWN" if is_open else "DISCLOSURE_TRI_RIGHT"
            button = row.operator("kinescribe.show_document", text=title, icon=icon, depress=is_open)
            button.document = key
        if shown.document:
            _draw_document(box, context)

        box = layout.box()
        box.label(text="Motion Cache", icon="FILE_CACHE")
        split = box.split(factor=0.6)
        split.label(text=cache_line(), translate=False)
        row = split.row(align=True)
        row.operator("kinescribe.measure_cache", text="Measure")
        row.operator("kinescribe.clear_cache", text="Clear", icon="TRASH")


def recent_prompts(context: bpy.types.Context) -> bpy.types.bpy_prop_collection | None:
    """The prompts that were used last, newest first; None where the extension has no entry in the preferences."""
    entry = context.preferences.addons.get(__package__)
    return entry.preferences.recent if entry else None


def cache_line() -> str:
    """What the cache holds, in one line."""
    if shown.motions is None:
        return iface("Generated and imported motions, for applying them again")
    return iface("Motions kept: {count}, {size:.1f} MB").format(count=shown.motions, size=shown.size / 1e6)


def _draw_document(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The open document, wrapped to the width of the page."""
    scale = context.preferences.system.ui_scale or 1.0
    letters = max(40, int((context.region.width / scale - 80) / 7.0)) if context.region else 100
    column = layout.box().column(align=True)
    column.scale_y = 0.65
    for line in shown.lines:
        for part in textwrap.wrap(line, letters) or [""]:
            column.label(text=part, translate=False)


_classes = (KINESCRIBE_PG_prompt, KINESCRIBE_AP_preferences)


def register() -> None:
    """Register the page and what it stores."""
    for cls in _classes:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister them and forget what the page showed."""
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
    shown.__init__()  # type: ignore[misc]
