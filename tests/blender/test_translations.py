# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface in German and Chinese; ``tests/unit/test_messages.py`` tests errors and reports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import bpy
import pytest
from kinescribe import properties, translations
from kinescribe.motion.skeleton import MAPPED_JOINTS
from kinescribe.panels.joints import joint_label
from kinescribe.translations import chinese, german

ROOT = Path(translations.__file__).resolve().parent.parent


def strings_of_the_interface() -> set[str]:
    """Every piece of text in the rooms that an animator sees."""
    files = [ROOT / "preferences.py"]
    for room in ("properties", "panels", "operators", "scene", "inference", "motion"):
        files += sorted((ROOT / room).rglob("*.py"))
    found = {joint_label(name) for name in MAPPED_JOINTS}
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        hidden = {id(node.body[0].value) for node in ast.walk(tree) if is_hidden(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
                found.add(node.value)
    return found


def is_hidden(node: ast.AST) -> bool:
    """Whether the node has a docstring that Blender does not show as an operator's tooltip."""
    if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) or not ast.get_docstring(node):
        return False
    return not (isinstance(node, ast.ClassDef) and "_OT_" in node.name)


@pytest.mark.parametrize("language", [german, chinese])
def test_nothing_is_translated_that_is_not_shown(language: ModuleType) -> None:
    stale = set(language.TEXTS) - strings_of_the_interface()
    assert not stale


UNSEEN = (
    "filter_glob",
    "check_existing",
    "filepath",
    "message",
    "level",
    "document",
    "motion",
    "target",
    "override_maps",
    "details",
    "own_parts",
    *("switches", "reference", "family", "label", "confidence", "state", "doubt", "has_ik"),
)
"""Properties without a field of their own."""

INTERNAL = ("KINESCRIBE_OT_notice",)
"""Classes that nobody sees."""


SHOWN_GROUPS = ("scene", "map", "part", "take", "bone", "switch", "directing", "segment", "pin")
"""Groups of properties that have fields."""


def texts_of(structure: bpy.types.Struct) -> Iterator[str]:
    """Names and tooltips of the fields, and of what can be chosen in them."""
    for prop in structure.properties:
        if prop.is_runtime and prop.identifier not in UNSEEN:
            yield from (prop.name, prop.description)
            if prop.type == "ENUM":
                yield from (text for item in prop.enum_items for text in (item.name, item.description))


def seen_texts() -> dict[str, str]:
    """What Blender shows of our classes: text -> the class."""
    found: dict[str, str] = {}
    # dir(bpy.types) lists no groups of properties
    classes = {name: getattr(bpy.types, name) for name in dir(bpy.types)} | vars(properties)
    for name, cls in classes.items():
        if name in INTERNAL or not name.startswith("KINESCRIBE_"):
            continue
        if "_OT_" in name:
            operator = getattr(bpy.ops.kinescribe, name.partition("_OT_")[2]).get_rna_type()
            texts = [operator.name, operator.description, *texts_of(operator)]
        elif name.startswith(("KINESCRIBE_PT_", "KINESCRIBE_MT_")):
            texts = [cls.bl_label]
        elif name.startswith("KINESCRIBE_PG_") and name.rpartition("_")[2] in SHOWN_GROUPS:
            texts = list(texts_of(cls.bl_rna))
        else:
            texts = []
        found.update(dict.fromkeys(texts, name))
    return found


PROPER = re.compile(
    r"Kinescribe( Motion .*)?|(BVH|glTF|FBX) \(\.\w+\)|SMPL-X \(\.npz\)|\W*|-?[XYZ]|-?\d: as it is"
)
"""Names, and what only scripts read."""


def test_everything_that_has_a_label_or_a_tooltip_is_translated() -> None:
    missing = {text: name for text, name in seen_texts().items() if text not in german.TEXTS}
    assert not {text: name for text, name in missing.items() if not PROPER.fullmatch(text)}


def called_with(name: str) -> set[str]:
    """Texts that our panels and operators pass to the function of that name, or as ``text`` or ``heading``."""
    found = set()
    for file in [
        ROOT / "preferences.py",
        *(f for room in ("panels", "operators") for f in (ROOT / room).glob("*.py")),
    ]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name in {
                getattr(node.func, "id", ""),
                getattr(node.func, "attr", ""),
            }:
                given = [*node.args, *(k.value for k in node.keywords if k.arg in {"text", "heading"})]
                found |= {a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


@pytest.mark.parametrize("function", ["iface", "draw_message", "poll_message_set", "label"])
def test_every_sentence_of_a_panel_is_translated(function: str) -> None:
    texts = called_with(function)
    assert texts
    assert not {text for text in texts if text not in german.TEXTS and not PROPER.fullmatch(text)}


def test_every_button_s_own_text_is_translated() -> None:
    for function in ("operator", "prop", "prop_search", "menu", "column"):
        idle = {
            text for text in called_with(function) if "kinescribe." in text or text.islower() or "_" in text
        }
        missing = called_with(function) - idle - set(german.TEXTS)
        assert not {text for text in missing if not PROPER.fullmatch(text) and not text.isupper()}


def test_blender_finds_the_texts_under_both_contexts() -> None:
    contexts = bpy.app.translations.contexts
    for texts in translations.build_dictionary().values():
        assert {context for context, _ in texts} == {contexts.default, contexts.operator_default}
    codes = set(bpy.app.translations.locales) or {"de_DE", "zh_HANS"}  # none in a build without languages
    assert set(translations.build_dictionary()) <= codes
