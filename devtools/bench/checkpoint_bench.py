# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part checkpoints``: how near samplers of few steps come to many steps of DDIM.

A script in the environment that has torch measures it; the table and ``checkpoints.json`` are made here.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from ..env.console import CommandError, markdown_table, print_line
from ..env.environments import ROOT, ensure_environment


def checkpoints(out: Path, machine: dict[str, Any]) -> None:
    """Measure, print a table, write ``checkpoints.json`` into ``out``. Raises :class:`CommandError`."""
    print_line("Checkpoints (torch)")
    whole = {"machine": machine, "nearness": _printed("checkpoint_accuracy")}
    target = out / "checkpoints.json"
    target.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    print_line(f"{_told(whole)}\n{target}")


def _told(whole: dict[str, Any]) -> str:
    rows = [
        [world, steps, way, *(f"{1000 * told[key]:.1f} mm" for key in ("mean_m", "median_m"))]
        for world, about in whole["nearness"].items()
        for steps, others in about["schedules"].items()
        for way, told in others.items()
    ]
    heads = ["joints, from all steps of DDIM to", "steps in all", "sampler", "mean", "median"]
    return markdown_table(heads, rows)


def _printed(script: str) -> dict[str, Any]:
    """The JSON in the last line that a script of this folder prints."""
    command = [str(ensure_environment("train")), "-m", f"{__package__}.{script}"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    if done.returncode:
        raise CommandError(f"{script} failed: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
