# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in a Blender of its own: read motions of FBX files by the importer in Python, pruned and whole, and compare.

``... fbx_both_ways_child.py FILE.fbx...`` prints a list as JSON: for each file and motion its title, the statuses of
both ways, whether the file could be pruned, and the largest differences.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

CHILD = Path(__file__).resolve().parents[2] / "operators" / "fbx_child.py"


def load_child() -> Any:
    spec = importlib.util.spec_from_file_location("fbx_child", CHILD)
    assert spec is not None and spec.loader is not None
    module = sys.modules["fbx_child"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(paths: list[str]) -> list[dict[str, Any]]:
    """Return a row for each file and motion."""
    child, rows = load_child(), []
    child._has_fast_importer = lambda: False
    prune, was_pruned = child._find_pruned_take, [False]

    def find_and_note(*arguments: Any) -> Any:
        found = prune(*arguments)
        was_pruned[0] = found is not None
        return found

    def read(path: str, number: int, is_pruned: bool) -> tuple[int, dict[str, np.ndarray]]:
        child._find_pruned_take = find_and_note if is_pruned else lambda *_: None
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.npz"
            try:
                status = child.main(Path(path), number, out, CHILD.with_name("fbx_pruning.py"))
            except RuntimeError:
                status = 1
            if status:
                return status, {}
            with np.load(out) as arrays:
                return 0, {name: arrays[name] for name in arrays.files}

    for path in paths:
        number, count = 1, 1
        while number <= count:
            status, whole = read(path, number, False)
            titles = json.loads(whole["titles"].tobytes()) if whole else [""]
            count = len(titles)
            was_pruned[0] = False
            pruned_status, pruned = read(path, number, True)
            same_names = whole.keys() == pruned.keys() and all(
                np.array_equal(whole[name], pruned[name]) for name in whole if whole[name].dtype.kind != "f"
            )
            rows.append({
                "file": Path(path).name, "title": titles[number - 1], "whole": status, "pruned": pruned_status,
                "was_pruned": was_pruned[0], "same_names": bool(same_names),
                "differences": [
                    float(np.abs(whole[name] - pruned[name]).max()) if whole[name].shape == pruned[name].shape else 1e9
                    for name in ("rest", "poses", "fps") if same_names and whole
                ],
            })  # fmt: skip
            number += 1
    return rows


if __name__ == "__main__":
    result = main(sys.argv[1:])
    print(f"\nRESULT {json.dumps(result)}")
    sys.stdout.flush()
    os._exit(0)
