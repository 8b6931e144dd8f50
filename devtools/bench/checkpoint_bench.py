# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part checkpoints``: how far samplers with few steps are from many steps of DDIM.

``checkpoint_accuracy`` measures it in the environment that has torch; the table and ``checkpoints.json`` are made here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..env.console import markdown_table, print_line
from ..env.environments import run_in_environment


def measure_checkpoints(out: Path, machine: dict[str, Any]) -> None:
    """Measure, print a table, write ``checkpoints.json`` into ``out``. Raises :class:`CommandError`."""
    print_line("Checkpoints (torch)")
    report = {
        "machine": machine,
        "nearness": run_in_environment("train", f"{__package__}.checkpoint_accuracy"),
    }
    target = out / "checkpoints.json"
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print_line(f"{_format_table(report)}\n{target}")


def _format_table(report: dict[str, Any]) -> str:
    rows = [
        [motions, steps, sampler, *(f"{1000 * distances[key]:.1f} mm" for key in ("mean_m", "median_m"))]
        for motions, results in report["nearness"].items()
        for steps, samplers in results["schedules"].items()
        for sampler, distances in samplers.items()
    ]
    heads = ["joints, from all steps of DDIM to", "steps in all", "sampler", "mean", "median"]
    return markdown_table(heads, rows)
