# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part checkpoints``: the speed of checkpoints beside the usual loop, and how near ten steps come.

Two scripts in the environment that has torch measure it; the table and ``checkpoints.json`` are made here.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from ..env.console import CommandError, say, table
from ..env.environments import ROOT, ensure


def checkpoints(out: Path, machine: dict[str, Any]) -> None:
    """Measure, print a table, write ``checkpoints.json`` into ``out``. Raises :class:`CommandError`."""
    say("Checkpoints (torch)")
    whole = {
        "machine": machine,
        "speed": _printed("checkpoint_speed"),
        "nearness": _printed("checkpoint_nearness"),
    }
    target = out / "checkpoints.json"
    target.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    say(f"{_told(whole)}\n{target}")


def _told(whole: dict[str, Any]) -> str:
    speed = whole["speed"]
    core = speed["guided_step_on_one_core"]["median_ms"]
    seconds = ", ".join(f"{name} {value:.1f} s" for name, value in speed["median_seconds"].items())
    head = (
        f"{speed['steps']} steps with guidance, {speed['frames']} frames, {speed['threads']} threads, medians of "
        f"{speed['rounds']} rounds: {seconds}\n{speed['times_as_fast']:.2f} times as fast as the usual loop, "
        f"{speed['times_as_fast_were_products_all']:.2f} times if ours were its matrix products alone; "
        f"largest difference {speed['largest_difference']:.1e} "
        f"(load {speed['load_before']} before, {speed['load_after']} after)\n"
        "a guided step on one core, processor time: "
        + ", ".join(f"{name} {value:.0f} ms" for name, value in core.items())
    )
    rows = [
        [world, steps, way, *(f"{1000 * told[key]:.1f} mm" for key in ("mean_m", "median_m"))]
        for world, about in whole["nearness"].items()
        for steps, others in about["schedules"].items()
        for way, told in others.items()
    ]
    heads = ["joints, from all steps of DDIM to", "steps in all", "sampler", "mean", "median"]
    return f"{head}\n\n{table(heads, rows)}"


def _printed(script: str) -> dict[str, Any]:
    """The JSON in the last line that a script of this folder prints."""
    command = [str(ensure("train")), "-m", f"{__package__}.{script}"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    if done.returncode:
        raise CommandError(f"{script} failed: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
