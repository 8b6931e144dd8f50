# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface in German and Chinese."""

from __future__ import annotations

import ast
import string
from pathlib import Path
from types import ModuleType

import bpy
import pytest
from kinescribe import translations
from kinescribe.motion.skeleton import T_POSE
from kinescribe.panels.bone_map import joint_label
from kinescribe.translations import chinese, german

ROOT = Path(translations.__file__).resolve().parent.parent


def strings_of_the_interface() -> set[str]:
    """Every piece of text in the rooms that an animator sees."""
    files = [ROOT / "properties.py", ROOT / "preferences.py"]
    for room in ("panels", "operators"):
        files += sorted((ROOT / room).glob("*.py"))
    found = {joint_label(name) for name in T_POSE.joint_names}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


@pytest.mark.parametrize("language", [german, chinese])
def test_nothing_is_translated_that_is_not_shown(language: ModuleType) -> None:
    stale = set(language.TEXTS) - strings_of_the_interface()
    assert not stale


@pytest.mark.parametrize("language", [german, chinese])
def test_translations_keep_the_fields_to_fill_in(language: ModuleType) -> None:
    def fields(text: str) -> list[tuple[str | None, str | None]]:
        return sorted((name or "", spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name)

    for english, text in language.TEXTS.items():
        assert text.strip() == text != ""
        assert fields(text) == fields(english), english


def test_languages_cover_the_same_texts() -> None:
    assert german.TEXTS.keys() == chinese.TEXTS.keys()


def test_every_label_of_a_panel_and_an_operator_is_translated() -> None:
    labels = {
        getattr(bpy.types, name).bl_label
        for name in dir(bpy.types)
        if name.startswith(("KINESCRIBE_PT_", "KINESCRIBE_MT_"))
    }
    assert labels - {"Kinescribe"} <= set(german.TEXTS)


def test_blender_finds_the_texts_under_both_contexts() -> None:
    contexts = bpy.app.translations.contexts
    for texts in translations.dictionary().values():
        assert {context for context, _ in texts} == {contexts.default, contexts.operator_default}
    codes = set(bpy.app.translations.locales) or {"de_DE", "zh_HANS"}  # none in a build without languages
    assert set(translations.dictionary()) <= codes
