# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part checkpoints``: how far samplers with few steps are from many steps of DDIM.

``checkpoint_accuracy`` measures it in the environment that has torch; the table and ``checkpoints.json`` are made here.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from ..env.console import CommandError, markdown_table, print_line
from ..env.environments import ROOT, ensure_environment


def measure_checkpoints(out: Path, machine: dict[str, Any]) -> None:
    """Measure, print a table, write ``checkpoints.json`` into ``out``. Raises :class:`CommandError`."""
    print_line("Checkpoints (torch)")
    report = {"machine": machine, "nearness": _run_script("checkpoint_accuracy")}
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


def _run_script(script: str) -> dict[str, Any]:
    """Run a script of this folder in the environment with torch; return the JSON of the last line that it prints."""
    command = [str(ensure_environment("train")), "-m", f"{__package__}.{script}"]
    process = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    if process.returncode:
        raise CommandError(f"{script} failed: {process.stderr.strip()[-2000:]}")
    result: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return result
