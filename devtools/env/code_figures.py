# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py figures``: how the code is named, documented and connected, counted over its syntax trees."""

from __future__ import annotations

import ast
import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from .console import print_line
from .environments import ROOT

ROOMS = ("motion", "inference", "scene", "operators", "panels", "training", "devtools")
"""Rooms whose arrows are counted; files at the root belong to none."""

ERRORS = {
    "KinescribeError", "RequestError", "FormatError", "MappingError", "RigError", "BackendError",
    "CheckpointError", "Cancelled",
}  # fmt: skip
"""Errors whose message is shown to the user."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def source_files(root: Path = ROOT) -> list[Path]:
    """Return all Python files that git knows and that are not tests, relative to ``root``."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (Path(line) for line in listed.stdout.splitlines())
    return sorted(path for path in paths if path.parts[0] != "tests" and (root / path).is_file())


def parse_files(root: Path = ROOT) -> dict[Path, ast.Module]:
    """Return the syntax tree of every source file."""
    return {path: ast.parse((root / path).read_text(encoding="utf-8")) for path in source_files(root)}


def iterate_functions(tree: ast.Module) -> Iterator[Function]:
    """Yield all functions and methods but those that Python names (``__len__``)."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and not (node.name.startswith("__") and node.name.endswith("__")):
            yield node


def is_one_word(name: str) -> bool:
    """Return whether a name has no underscore inside."""
    return "_" not in name.strip("_")


def parameter_names(function: Function) -> list[str]:
    """Return the names of all parameters but ``self`` and ``cls``."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [a.arg for a in every if a.arg not in ("self", "cls")]


def has_parameters_section(function: Function) -> bool:
    """Return whether the docstring has a NumPy-style ``Parameters`` section."""
    return "Parameters\n" in (ast.get_docstring(function) or "")


def untranslatable_errors(tree: ast.Module) -> list[int]:
    """Return the lines that raise an error for the user whose template is not a constant string."""
    lines = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
            continue
        raised = node.exc.func
        name = raised.id if isinstance(raised, ast.Name) else getattr(raised, "attr", "")
        if name in ERRORS and isinstance(node.exc.args[0], (ast.JoinedStr, ast.BinOp)):
            lines.append(node.lineno)
    return lines


def find_arrows(trees: dict[Path, ast.Module], room: str) -> set[tuple[str, str]]:
    """Return which box of a room imports which: a box is a file at its top or a folder."""
    boxes = {p.parts[1].removesuffix(".py") for p in trees if p.parts[0] == room and len(p.parts) > 1}
    arrows = set()
    for path, tree in trees.items():
        if path.parts[0] != room:
            continue
        own = path.parts[1].removesuffix(".py")
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            package = list(path.parent.parts)
            base = package[: len(package) - node.level + 1] + (node.module or "").split(".")
            for alias in node.names:
                target = [part for part in [*base, alias.name] if part]
                if len(target) > 1 and target[0] == room and target[1] in boxes - {own, "__init__"}:
                    arrows.add((own, target[1]))
    return arrows


def count_circles(arrows: set[tuple[str, str]]) -> int:
    """Return the number of groups of boxes that import one another in a circle."""
    onward = defaultdict(set)
    for start, end in arrows:
        onward[start].add(end)

    def reachable(start: str) -> set[str]:
        seen: set[str] = set()
        stack = [start]
        while stack:
            for box in onward[stack.pop()] - seen:
                seen.add(box)
                stack.append(box)
        return seen

    reach = {box: reachable(box) for box in list(onward)}
    groups = {
        frozenset(other for other in reach[box] if box in reach.get(other, set()))
        for box in reach
        if box in reach[box]
    }
    return len(groups)


def collect_figures(root: Path = ROOT) -> dict[str, object]:
    """Return all figures of a checkout."""
    trees = parse_files(root)
    functions = [function for tree in trees.values() for function in iterate_functions(tree)]
    one_word = sum(is_one_word(function.name) for function in functions)
    many = [
        node
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, Function) and len(parameter_names(node)) > 3
    ]
    untranslatable: dict[str, int] = defaultdict(int)
    for path, tree in trees.items():
        untranslatable[path.parts[0]] += len(untranslatable_errors(tree))
    rooms = {}
    for room in ROOMS:
        arrows = find_arrows(trees, room)
        flat = [p for p in trees if p.parts[0] == room and len(p.parts) == 2 and p.name != "__init__.py"]
        rooms[room] = {"flat files": len(flat), "arrows": len(arrows), "circles": count_circles(arrows)}
    return {
        "files": len(trees),
        "lines": sum((root / path).read_text(encoding="utf-8").count("\n") for path in trees),
        "functions": len(functions),
        "one-word names": one_word,
        "share of one-word names": round(one_word / len(functions), 3),
        "functions with more than three parameters": len(many),
        "of them with a Parameters section": sum(map(has_parameters_section, many)),
        "untranslatable errors": {room: count for room, count in untranslatable.items() if count},
        "rooms": rooms,
    }


def print_figures(root: Path = ROOT) -> int:
    """Print the figures as JSON."""
    print_line(json.dumps(collect_figures(root), indent=1))
    return 0
