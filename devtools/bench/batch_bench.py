# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part batch``: how fast ``kinescribe batch`` is, and whether kills make it lose or repeat a result.

The speed is compared with batches of eight that are only computed, in turn with them in one process, so that other load
of the machine slows both.
"""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from ..env.console import CommandError, markdown_table, print_line
from ..env.environments import ensure_environment
from ..testing.working_tree import code_command, module_command

MIN_RATIO = 0.9
KILL_COUNT = 10

_PROMPTS = (
    "a person walks forward", "a person jumps", "someone turns to the left", "a person dances", "a person sits down",
    "a person waves with the right hand", "a person kicks", "a person runs in a circle", "a person bows",
    "a person crouches", "a person walks forward, then waves", "someone punches twice", "a person marches on the spot",
)  # fmt: skip

_SPEED_CODE = """
import json
import tempfile
import time
from pathlib import Path

from kinescribe.inference.backend import GenerationJob
from kinescribe.inference.batch.job_table import read_job_table
from kinescribe.inference.batch.runner import BatchOptions, run_batch
from kinescribe.inference.embedded import EmbeddedBackend

backend = EmbeddedBackend()
jobs = read_job_table(Path(sys.argv[1]))
backend.generate(jobs[0].build_request(0, 30.0))
pairs = []
with tempfile.TemporaryDirectory() as folder:
    for first in range(0, len(jobs), 8):
        group = jobs[first : first + 8]
        start = time.perf_counter()
        backend.generate_many([GenerationJob(job.build_request(0, 30.0)) for job in group])
        middle = time.perf_counter()
        summary = run_batch(group, backend, BatchOptions(Path(folder)))
        assert summary.done == len(group)
        pairs.append((middle - start, time.perf_counter() - middle))
print(json.dumps(pairs))
"""
"""Computes each group of eight alone, then as a batch with files and log."""


def measure_batch(
    out: Path, machine: dict[str, Any], prompt_count: int, kill_count: int = KILL_COUNT
) -> None:
    """Measure, print a table and write ``batch.json``. Raises CommandError if a result is missing or there twice."""
    with tempfile.TemporaryDirectory(prefix="kinescribe-bench-") as scratch:
        folder = Path(scratch)
        table = _write_table(folder / "jobs.csv", prompt_count)
        speed = _measure_speed(table, prompt_count)
        kills = _measure_kills(folder, kill_count)
    report = {"machine": machine, "speed": speed, "kills": kills}
    target = out / "batch.json"
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    rows = [
        ["motions of 4 s, one process", str(speed["motions"])],
        ["motions a second, computed only", f"{speed['computed_a_second']:.2f}"],
        ["motions a second, batch with files", f"{speed['batch_a_second']:.2f}"],
        ["batch to computed only", f"{100 * speed['ratio']:.1f} %"],
        ["random kills, then resumed", str(kills["kills"])],
        ["results, each once", f"{kills['results']} of {kills['expected']}"],
    ]
    print_line(f"{markdown_table(['kinescribe batch', 'figure'], rows)}\n{target}")
    if kills["faults"]:
        raise CommandError("the batch did not survive its kills: " + "; ".join(kills["faults"]))
    if speed["ratio"] < MIN_RATIO:
        raise CommandError(
            f"the batch is slower than {100 * MIN_RATIO:.0f} % of batches that are only computed"
        )


def _write_table(path: Path, count: int, seconds: int = 4) -> Path:
    lines = [f'"{_PROMPTS[k % len(_PROMPTS)]}",{seconds},{k}' for k in range(count)]
    path.write_text("\n".join(["prompt,seconds,seed", *lines]) + "\n", encoding="utf-8")
    return path


def _measure_speed(table: Path, count: int) -> dict[str, Any]:
    command = code_command(ensure_environment("unit"), _SPEED_CODE, table)
    process = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if process.returncode:
        raise CommandError(f"the batch failed: {process.stderr.strip()[-2000:]}")
    pairs = json.loads(process.stdout.splitlines()[-1])
    computed, batched = (sum(pair[k] for pair in pairs) for k in range(2))
    return {
        "motions": count, "computed_a_second": count / computed, "batch_a_second": count / batched,
        "ratio": computed / batched,
    }  # fmt: skip


def _measure_kills(folder: Path, kill_count: int) -> dict[str, Any]:
    """Kill a batch at random times, each time after it has made something new, and let it finish."""
    count = 24 * kill_count + 12  # enough that a fast machine is not done before the last kill
    table, out = _write_table(folder / "killed.csv", count, seconds=1), folder / "killed"
    command = module_command(
        ensure_environment("unit"), "inference.__main__", "batch", table, "-o", out, "--batch", 4
    )
    chance, kills = random.Random(16), 0
    for _ in range(kill_count):
        before = _count_results(out)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 300
        while _count_results(out) <= before and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 0.5))
        kills += process.poll() is None
        process.kill()
        process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    times = Counter(line["job"] for line in lines)
    files = Counter(path.name for path in out.iterdir() if path.suffix == ".npz")
    faults = [] if kills == kill_count else [f"it could be killed {kills} times only"]
    faults += [f"job {job} is there {times[job]} times" for job in range(1, count + 1) if times[job] != 1]
    faults += [f"{line['output']} is missing" for line in lines if line["output"] not in files]
    left = sorted(
        path.name for path in out.iterdir() if path.suffix != ".npz" and path.name != "results.jsonl"
    )
    faults += [f"{name} was left behind" for name in left if not name.startswith(".")]
    return {"kills": kills, "expected": count, "results": len(lines), "faults": faults}


def _count_results(out: Path) -> int:
    path = out / "results.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0
