# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar in German and in Chinese; Blender's own texts stay English where it was packaged without languages."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface

from devtools.testing.window import driver as d

from .common import PACKAGE, module, open_panels

LANGUAGES = {"de_DE": "german", "zh_HANS": "chinese"}


def steps() -> d.Steps:
    """Play it."""
    open_panels(
        "KINESCRIBE_PT_directing", "KINESCRIBE_PT_apply", "KINESCRIBE_PT_bone_map", "KINESCRIBE_PT_models"
    )
    yield from d.open_sidebar("Kinescribe", 420)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.kinescribe.map_bones()
    stored = bpy.context.object.kinescribe
    stored.state, stored.doubt = "SUGGESTED", "its arms reach the floor"
    view = bpy.context.preferences.view
    panels = {
        cls for cls in bpy.types.Panel.__subclasses__() if cls.__module__.startswith(f"{PACKAGE}.panels.")
    }
    labels = {cls.bl_label for cls in panels} | {
        "Generate",
        "Detect Bones",
        "Duration",
        "Doubtful, because {reason}",
    }
    labels -= {"Kinescribe"}
    for language, name in LANGUAGES.items():
        view.language = language
        view.use_translate_interface = view.use_translate_tooltips = True
        texts = module(f"translations.{name}").TEXTS
        shown = {label: pgettext_iface(label) for label in labels | {stored.doubt}}
        english = sorted(label for label, text in shown.items() if text != texts[label])
        d.add_notes(
            **{language: {"locale": bpy.app.translations.locale, "labels": len(shown), "english": english}}
        )
        d.get_view()[0].tag_redraw()
        yield 0.5
        d.save_photograph(language)
