# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, docstrings and errors keep to CONTRIBUTING.md where a program can tell."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from devtools.env import code_figures  # noqa: E402

TREES = code_figures.parse_files(ROOT)

MOST_ONE_WORD_NAMES = 0.25
"""Share of functions that may be called by one word, such as ``register`` or ``slerp``."""


def test_few_functions_are_called_by_one_word() -> None:
    names = [f.name for tree in TREES.values() for f in code_figures.iterate_functions(tree)]
    assert sum(map(code_figures.is_one_word, names)) <= MOST_ONE_WORD_NAMES * len(names)


def test_errors_carry_templates_that_a_dictionary_can_match() -> None:
    wrong = [
        f"{path}:{line}" for path, tree in TREES.items() for line in code_figures.untranslatable_errors(tree)
    ]
    assert not wrong


def templates() -> list[tuple[str, str, set[str]]]:
    """Place, template and the fields given, of every error raised with fields."""
    found = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in code_figures.ERRORS and all(keyword.arg for keyword in node.keywords):
                given = {str(keyword.arg) for keyword in node.keywords}
                found.append((f"{path}:{node.lineno}", str(node.args[0].value), given))
    return found


def test_templates_name_exactly_the_fields_that_they_are_given() -> None:
    wrong = [
        (place, template)
        for place, template, given in templates()
        if given and set(re.findall(r"\{(\w+)", template.replace("{{", "").replace("}}", ""))) != given
    ]
    assert not wrong
    assert len(templates()) > 200


def documented_names(section: str, docstring: str) -> list[str]:
    """Names that a NumPy-style section of a docstring lists, in order."""
    match = re.search(rf"^{section}\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", docstring, re.MULTILINE | re.DOTALL)
    lines = match.group(1).splitlines() if match else []
    entries = [line.partition(" : ")[0] for line in lines if line and not line[0].isspace()]
    return [
        name.strip().lstrip("*")
        for entry in entries
        if re.match(r"[\w*, ]+$", entry)
        for name in entry.split(",")
    ]


@pytest.mark.parametrize("path", sorted(TREES), ids=str)
def test_parameters_that_are_documented_exist(path: Path) -> None:
    wrong = []
    for node in ast.walk(TREES[path]):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args
            extra = [a.arg for a in (arguments.vararg, arguments.kwarg) if a]
            known = {*code_figures.parameter_names(node), *extra}
            listed = documented_names("Parameters", ast.get_docstring(node) or "")
        elif isinstance(node, ast.ClassDef):
            members = [
                n
                for n in ast.walk(node)
                if isinstance(n, (ast.Name, ast.Attribute)) and isinstance(n.ctx, ast.Store)
            ]
            functions = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            known = {n.id if isinstance(n, ast.Name) else n.attr for n in members} | {
                f.name for f in functions
            }
            constructor = next((f for f in functions if f.name == "__init__"), None)
            known |= set(code_figures.parameter_names(constructor)) if constructor else set()
            docstring = ast.get_docstring(node) or ""
            listed = documented_names("Attributes", docstring) + documented_names("Parameters", docstring)
        else:
            continue
        wrong += [f"{path}:{node.lineno} {name}" for name in listed if name not in known]
    assert not wrong
