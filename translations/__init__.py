# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface in other languages, for Blender's own translation: one file for each language.

The keys are the English texts as they are in the code. Prompts stay English, because the model understands nothing
else.
"""

from __future__ import annotations

import bpy

Dictionary = dict[str, dict[tuple[str, str], str]]


def build_dictionary() -> Dictionary:
    """Return all languages as Blender needs them: language -> (context, English) -> translation."""
    from . import chinese, german

    contexts = bpy.app.translations.contexts
    default, operator = contexts.default, contexts.operator_default
    dictionary: Dictionary = {}
    for language in (german, chinese):
        texts = language.TEXTS
        # buttons look a label up as an operator's name, everything else without a context; templates are no labels
        labels = {(operator, english): text for english, text in texts.items() if "{" not in english}
        dictionary[language.CODE] = {(default, english): text for english, text in texts.items()} | labels
    return dictionary


def register() -> None:
    """Register the dictionaries with Blender."""
    bpy.app.translations.register(__package__, build_dictionary())


def unregister() -> None:
    """Unregister them."""
    bpy.app.translations.unregister(__package__)
