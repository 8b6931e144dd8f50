# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how long ``kinescribe generate`` takes in a fresh process until the first diffusion step begins."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from ..env.console import CommandError
from ..env.environments import ensure_environment
from ..testing.working_tree import code_command

ENVIRONMENTS = ("unit", "unit-numpy-1.24")

_COMMAND = """
from kinescribe.inference import cli
from kinescribe.inference.embedded import backend


def end_at_first_step(*_arguments, **_options):
    import os
    import time

    print(time.time(), flush=True)
    os._exit(0)


backend.sample_motion = end_at_first_step
cli.main(["generate", "a person walks forward and waves", "-o", sys.argv[1]])
"""
"""``kinescribe generate`` in which the sampler ends the process."""


def measure_start(process_count: int = 9) -> dict[str, Any]:
    """Return median and least seconds from starting the process to the first step, by environment.

    One process before the measured ones compiles the modules and warms up the file cache. Raises CommandError if the
    command fails.
    """
    figures = {}
    for name in ENVIRONMENTS:
        seconds = [_time_one_process(name) for _ in range(process_count + 1)][1:]
        figures[name] = {
            "median": statistics.median(seconds),
            "least": min(seconds),
            "processes": process_count,
        }
    return figures


def _time_one_process(environment: str) -> float:
    with tempfile.TemporaryDirectory(prefix="kinescribe-bench-") as scratch:
        command = code_command(ensure_environment(environment), _COMMAND, Path(scratch) / "walk.npz")
        # installed packages have been compiled, whatever the variables of this shell say
        variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        start = time.time()
        process = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False, env=variables
        )
    if process.returncode:
        raise CommandError(f"kinescribe generate failed: {process.stderr.strip()[-2000:]}")
    return float(process.stdout.split()[-1]) - start
