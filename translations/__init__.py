# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface in other languages, for Blender's own translation: a file for each language, and for its large parts.

Prompts stay English, because that is what the model understands.
"""

from __future__ import annotations

import bpy

Dictionary = dict[str, dict[tuple[str, str], str]]


def dictionary() -> Dictionary:
    """All languages as Blender takes them: language -> (context, English) -> translation."""
    from . import chinese, german

    return {
        language.CODE: {
            # buttons look a label up as an operator's name, everything else without a context
            (context, english): text
            for english, text in language.TEXTS.items()
            for context in (
                bpy.app.translations.contexts.default,
                bpy.app.translations.contexts.operator_default,
            )
        }
        for language in (german, chinese)
    }


def register() -> None:
    """Hand the dictionaries to Blender."""
    bpy.app.translations.register(__package__, dictionary())


def unregister() -> None:
    """Take them back."""
    bpy.app.translations.unregister(__package__)
