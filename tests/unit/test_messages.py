# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message for the user is a constant template that both dictionaries translate."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from kinescribe.motion import RigError
from kinescribe.motion.errors import Note
from kinescribe.motion.mapping.doubt import Doubt

ROOT = Path(__file__).resolve().parents[2]

ROOMS = (
    "operators",
    "scene",
    "inference/directing",
    "motion/constraints",
    "motion/contact",
    "motion/mapping",
    "motion/retarget",
)
"""Rooms whose messages have to be translated."""

LANGUAGES = ("german", "chinese")

BLENDER = ("report", "poll_message_set")
"""Blender's own methods, which also get messages that were translated elsewhere."""

FUNCTIONS = {
    "report": 1,
    "report_info": 1,
    "report_warning": 1,
    "report_error": 1,
    "poll_message_set": 0,
    "translate": 0,
}
"""Functions and methods beside errors that take a template, and which argument it is."""

COMPUTED = {
    "bone_map.doubts[0].value",  # the value of a ``Doubt``, which is translated too
    "template",  # inside the functions above
}
"""Templates that are not constants."""


@cache
def errors() -> frozenset[str]:
    """Names of the classes whose first argument is a template."""
    tree = ast.parse((ROOT / "motion" / "errors.py").read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.ClassDef))


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def named_texts() -> dict[str, str]:
    """Texts with a name of their own (``NO_CHARACTER = "..."``) in these rooms."""
    return {
        target.id: node.value.value
        for _, tree in trees()
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def texts_of(argument: ast.expr) -> list[str] | None:
    """Return the templates that an argument stands for; None if it is computed."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    if isinstance(argument, ast.Name) and argument.id in named_texts():
        return [named_texts()[argument.id]]
    if isinstance(argument, ast.IfExp):
        both = [texts_of(argument.body), texts_of(argument.orelse)]
        return [text for texts in both for text in texts or ()] if all(both) else None
    return None


def calls() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """Return (file and line, call, template) of every error, note and report."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            index = 0 if name in errors() else FUNCTIONS.get(name, -1)
            if 0 <= index < len(node.args):
                template = node.args[index]
                if name in BLENDER and isinstance(template, (ast.Call, ast.Name, ast.Attribute)):
                    continue  # a message that is translated already
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node, template


@cache
def templates() -> dict[str, str]:
    """Return where each template is used; templates that are only a field have nothing to translate."""
    found = {text: place for place, _, argument in calls() for text in texts_of(argument) or ()}
    return {text: place for text, place in found.items() if re.sub(r"\{[^}]*\}", "", text).strip()}


@cache
def dictionary(language: str) -> dict[str, str]:
    """Read the texts of a language without importing the package, which needs Blender."""
    tree = ast.parse((ROOT / "translations" / f"{language}.py").read_text(encoding="utf-8"))
    found: dict[str, str] = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "TEXTS"
    )
    return found


def fields(template: str) -> list[tuple[str, str]]:
    return sorted((name, spec or "") for _, name, spec, _ in string.Formatter().parse(template) if name)


def test_there_are_messages_to_look_at() -> None:
    assert len(templates()) > 60


def test_every_message_is_a_constant_template() -> None:
    computed = {
        place: ast.unparse(argument)
        for place, _, argument in calls()
        if texts_of(argument) is None and ast.unparse(argument) not in COMPUTED
    }
    assert not computed


def test_every_template_gets_the_fields_that_it_names() -> None:
    wrong = [
        place
        for place, call, argument in calls()
        if not any(keyword.arg is None for keyword in call.keywords)
        for text in texts_of(argument) or ()
        if {name for name, _ in fields(text)} != {keyword.arg for keyword in call.keywords}
    ]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    missing = {text: place for text, place in templates().items() if text not in dictionary(language)}
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doubt_about_a_bone_map_is_translated(language: str) -> None:
    assert not {doubt.value for doubt in Doubt} - dictionary(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_fields_to_fill_in(language: str) -> None:
    for english, text in dictionary(language).items():
        assert text.strip() == text != ""
        assert fields(text) == fields(english), english


def test_the_languages_cover_the_same_texts() -> None:
    assert dictionary("german").keys() == dictionary("chinese").keys()


def test_the_user_reads_an_error_in_his_language() -> None:
    texts = dictionary("german")
    more = Note("{bones} and {count} more", bones="hip, knee", count=2)
    note = Note("Drivers set channels of {bones}: these were not keyed", bones=more)
    error = RigError("{name} is in Edit Mode: leave it, and try again", name="Rig")
    assert str(error) == "Rig is in Edit Mode: leave it, and try again"
    assert error.translated_message(texts.__getitem__).startswith("Rig ist im Bearbeitungsmodus")
    assert note.translated_message(texts.__getitem__) == (
        "Treiber steuern Kanäle von hip, knee und 2 weiteren: Diese erhielten keine Keyframes"
    )
