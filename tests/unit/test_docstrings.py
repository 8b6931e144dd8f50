# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in docstrings exist: references with a role such as ``:func:``, and ``module.name`` of this code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from devtools.testing.working_tree import ROOT

FOLDERS = (
    "devtools",
    "inference",
    "motion",
    "operators",
    "panels",
    "properties",
    "scene",
    "tests",
    "training",
    "translations",
)
REFERENCE = re.compile(r":(?:attr|class|data|exc|func|meth|mod):`~?([\w.]+)`")
DOTTED = re.compile(r"``([A-Za-z_]\w*)\.([A-Za-z_]\w*)(?:\(\))?``")
SUFFIXES = {
    "py",
    "json",
    "md",
    "npz",
    "yaml",
    "safetensors",
    "npy",
    "bvh",
    "toml",
    "txt",
    "pt",
    "pkl",
    "zip",
    "glb",
    "blend",
    "pth",
    "tar",
}

BLENDER_NAMES = {"kinescribe"}
"""Parts of names in Blender: operators are ``kinescribe.generate``, settings ``scene.kinescribe``."""


def python_files() -> list[Path]:
    return sorted(
        [*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    )


def defined_names(tree: ast.Module) -> set[str]:
    """Return the functions, classes, variables and attributes of a file, and what it imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).rpartition(".")[2])
    return names


@pytest.fixture(scope="module")
def sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in python_files()}


def test_references_in_docstrings_exist(sources: dict[Path, str]) -> None:
    known = {path.stem for path in sources} | {path.parent.name for path in sources}
    for path, source in sources.items():
        known |= defined_names(ast.parse(source, str(path)))
    gone = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, source in sources.items()
        for name in REFERENCE.findall(source)
        if name.partition(".")[0] != "torch" and not set(filter(None, name.split("."))) <= known
    ]
    assert not gone


def test_names_of_our_modules_and_classes_in_docstrings_exist(sources: dict[Path, str]) -> None:
    members: dict[str, set[str]] = {}
    for path, source in sources.items():
        tree = ast.parse(source, str(path))
        owners = [path.parent.name if path.stem == "__init__" else path.stem]
        owners += [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
        for owner in owners:
            members.setdefault(owner, set()).update(defined_names(tree))
        members.setdefault(path.parent.name, set()).add(path.stem)
        members[path.parent.name].add(path.parent.name)
    for folder in (path.parent for path in sources):
        members.setdefault(folder.parent.name, set()).add(folder.name)
    gone = [
        f"{path.relative_to(ROOT)}: {owner}.{name}"
        for path, source in sources.items()
        for owner, name in DOTTED.findall(source)
        if owner in members and not {owner, name} & BLENDER_NAMES and name not in members[owner] | SUFFIXES
    ]
    assert not gone
