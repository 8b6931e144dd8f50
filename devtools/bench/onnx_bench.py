# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part onnx``: the networks in NumPy with OpenBLAS beside ONNX Runtime.

Shows what the extension would gain if it contained ONNX Runtime in place of OpenBLAS; ``onnx_speed`` measures it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..env.console import markdown_table, print_line
from ..env.environments import run_in_environment


def measure_onnx(out: Path, machine: dict[str, Any]) -> None:
    """Measure, print a table, write ``onnx.json`` into ``out``. Raises :class:`CommandError`."""
    print_line("ONNX Runtime (torch exports the graph)")
    report = {"machine": machine, "seconds": run_in_environment("onnx", f"{__package__}.onnx_speed")}
    rows = [
        [
            name,
            *(f"{1000 * seconds[key]:.1f} ms" for key in ("numpy_least", "onnx_least", "numpy_median", "onnx_median")),
            f"{seconds['numpy_least'] / seconds['onnx_least']:.2f} x",
            f"{seconds['numpy_median'] / seconds['onnx_median']:.2f} x",
        ]
        for name, seconds in report["seconds"].items()
    ]  # fmt: skip
    heads = ["one pass", "NumPy + OpenBLAS, least", "ONNX Runtime, least", "median", "median",
             "least, to ONNX", "median, to ONNX"]  # fmt: skip
    target = out / "onnx.json"
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print_line(f"{markdown_table(heads, rows)}\n{target}")
