# SPDX-License-Identifier: GPL-3.0-or-later
"""The stubs of ``fake-bpy-module`` with what they get wrong corrected, for the type checker.

They are generated from Blender's documentation and RNA. Both leave out what an add-on relies on: that a panel always
has a layout, what ``pgettext_iface`` returns, which class of modifier was made. Corrected in one place, it needs no
``type: ignore`` at every use.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from .console import CommandError


class Correction(NamedTuple):
    """One mistake of the stubs."""

    module: str
    """Folder below the packages of stubs."""

    scope: str
    """Names of the classes it is in, separated by spaces; empty: the whole module."""

    wrong: str
    """Regular expression of what the stubs say."""

    right: str
    """What to say instead."""


_TYPES = "bpy/types"
_TRANSLATIONS = "bpy/app/translations"
_TOP = r"\Aclass .*\n"
"""The line that a class begins with: something is added below it."""

CORRECTIONS = (
    # what the extension itself registers
    Correction(
        _TYPES,
        "",
        "^import typing$",
        "import typing\nfrom kinescribe.properties import characters as _characters, guides as _guides, "
        "scenes as _scenes",
    ),
    Correction(_TYPES, "Scene", _TOP, r"\g<0>    kinescribe: _scenes.KINESCRIBE_PG_scene\n"),
    Correction(_TYPES, "Object", _TOP, r"\g<0>    kinescribe: _characters.KINESCRIBE_PG_map\n"),
    Correction(_TYPES, "WindowManager", _TOP, r"\g<0>    kinescribe: _guides.KINESCRIBE_PG_window\n"),
    Correction(_TYPES, "Action", _TOP, r"\g<0>    kinescribe_motion: str\n"),
    Correction("bpy/ops", "", r"\Z", "\nkinescribe: typing.Any\n"),
    # never None while an operator or a panel runs
    Correction(
        _TYPES,
        "Context",
        r"def (collection|preferences|scene|view_layer|window_manager)\(self\) -> (\w+) \| None",
        r"def \1(self) -> \2",
    ),
    Correction(_TYPES, "Header Menu Operator Panel", r"-> UILayout \| None", "-> UILayout"),
    # depends on a name or on another property, which code knows
    Correction(
        _TYPES, "OperatorProperties", _TOP, r"\g<0>    def __getattr__(self, name: str) -> typing.Any: ...\n"
    ),
    Correction(
        _TYPES,
        "OperatorProperties",
        _TOP,
        r"\g<0>    def __setattr__(self, name: str, value: typing.Any) -> None: ...\n",
    ),
    Correction(_TYPES, "Addon", r"-> AddonPreferences\b", "-> typing.Any"),
    Correction(_TYPES, "Object", r"^    data: \([^)]*\)", "    data: typing.Any"),
    Correction(_TYPES, "Object", r"-> Pose \| None", "-> Pose | typing.Any"),
    Correction(_TYPES, "ObjectModifiers", r"\bModifier\b", "typing.Any"),
    Correction(_TYPES, "ObjectConstraints PoseBoneConstraints", r"\bConstraint\b", "typing.Any"),
    Correction(_TYPES, "NodeInputs", r"\bNodeSocket\b", "typing.Any"),
    Correction(_TYPES, "ActionStrips", r"\bActionStrip\b", "ActionKeyframeStrip"),
    Correction(_TYPES, "BlenderRNA Struct", r"collection\[Property\]", "collection[typing.Any]"),
    # None for what belongs to the open file, and for a panel that is closed
    Correction(_TYPES, "ID", "-> Library:", "-> Library | None:"),
    Correction(_TYPES, "UILayout", r"tuple\[UILayout, UILayout\]", "tuple[UILayout, UILayout | None]"),
    # custom properties: "name" in action
    Correction(_TYPES, "bpy_struct", _TOP, r"\g<0>    def __contains__(self, key: str) -> bool: ...\n"),
    # Blender also calls methods that leave the last argument out
    Correction(_TYPES, "UIList", r"^        flt_flag: int \| None,\n", ""),
    # the item, not the default alone
    Correction(
        _TYPES,
        "bpy_prop_collection",
        r"default: _GenericType2 = None\s+\) -> _GenericType2 \| None",
        "default: _GenericType2 = ...\n    ) -> _GenericType1 | _GenericType2 | None",
    ),
    Correction(
        "mathutils",
        "Quaternion Vector",
        _TOP,
        r"\g<0>    def __iter__(self) -> collections.abc.Iterator[float]: ...\n",
    ),
    # results that are missing because the documentation describes them in words
    Correction("bpy/app", "", r"(def is_job_running\(.*\)) -> None", r"\1 -> bool"),
    Correction(
        "bpy/app/handlers",
        "",
        r"^persistent: typing\.Any",
        "def persistent[_Function](function: _Function) -> _Function: ...",
    ),
    Correction("bpy/props", "", r"^\) -> None:", ") -> typing.Any:"),
    Correction(_TRANSLATIONS, "", r"^(def pgettext\w*\(.*\)) -> None", r"\1 -> str"),
    Correction(_TRANSLATIONS, "", r"dict\[str, dict\[str, str\]\]", "dict[str, dict[tuple[str, str], str]]"),
    Correction(
        "bpy/utils",
        "",
        r"(def register_classes_factory\(classes\)) -> None",
        r"\1 -> tuple[collections.abc.Callable[[], None], collections.abc.Callable[[], None]]",
    ),
)
"""What the stubs get wrong."""


def write(python: Path, folder: Path) -> None:
    """Write corrected copies of the stubs that the environment of ``python`` has into ``folder``.

    Raises :class:`CommandError` if the stubs are missing, or if they no longer say what a correction expects.
    """
    environment = python.parent.parent
    for package in ("bpy", "mathutils"):
        inside = f"site-packages/{package}-stubs"
        found = [*environment.glob("lib/python3.*/" + inside), *environment.glob("Lib/" + inside)]
        if not found:
            raise CommandError(f"no {inside} in {environment}: remove that folder and run this again")
        shutil.copytree(found[0], folder / package)
    for module in dict.fromkeys(correction.module for correction in CORRECTIONS):
        path = folder / module / "__init__.pyi"
        text = path.read_text(encoding="utf-8")
        for correction in CORRECTIONS:
            if correction.module == module:
                text = _correct(text, correction)
        path.write_text(text, encoding="utf-8")


def _correct(text: str, correction: Correction) -> str:
    for name in correction.scope.split() or [""]:
        start, end = _find_class(text, name) if name else (0, len(text))
        right, count = re.subn(correction.wrong, correction.right, text[start:end], flags=re.MULTILINE)
        if not count:
            raise CommandError(f"the stubs of {correction.module} {name} no longer say {correction.wrong}")
        text = text[:start] + right + text[end:]
    return text


def _find_class(text: str, name: str) -> tuple[int, int]:
    """Return where the class begins and where the next one does."""
    begin = re.search(rf"^class {name}\b", text, re.MULTILINE)
    if begin is None:
        raise CommandError(f"the stubs no longer have the class {name}")
    end = re.compile("^class ", re.MULTILINE).search(text, begin.end())
    return begin.start(), end.start() if end else len(text)
