# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py fuzz``: damaged, hostile and very large files of every layout, in processes that may die without harm.

What each process found is kept as a file of its own in the output folder, so that a long run that was cut goes on
where it was (``--resume``); ``fuzz_report`` adds them up.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from ..env.console import CommandError, say
from ..env.environments import ROOT, ensure
from . import fuzz_report
from .fuzz_damage import MONSTERS
from .fuzz_large import BEYOND, LARGE

PARTS = ("damaged", "hostile", "large")
BATCH = 2500
"""Files a process, so many that starting it costs little."""
WALL_SECONDS = 900.0
"""Of a process on a machine that does other things as well; what a file may take is counted on the processor."""


def fuzz(
    out: Path, files: int, first: int, jobs: int, parts: Sequence[str], resume: bool, write: bool
) -> int:
    """Read the files; 0 where none crashed, hung, took too much or ran code.

    ``files`` damaged ones, numbered from ``first``. ``resume``: not those again that an earlier run into ``out`` read.
    ``write``: put the sum of all that is in ``out`` into the project's pages.
    """
    kept = out / "parts"
    if kept.is_dir() and not resume:
        shutil.rmtree(kept)
    kept.mkdir(parents=True, exist_ok=True)
    work: list[list[str]] = []
    if "damaged" in parts:
        work += [[str(k), str(min(BATCH, first + files - k))] for k in range(first, first + files, BATCH)]
    if "large" in parts:
        work += [["--large", name] for name in LARGE] + [["--beyond", name] for name in BEYOND]
    if "hostile" in parts:
        work += [["--hostile", name] for name in MONSTERS]
    left = [job for job in work if not (kept / _name(job)).is_file()]
    if left != work:
        say(f"{len(work) - len(left)} of {len(work)} parts were read before")
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        for job, found in zip(left, pool.map(lambda job: _child(out, job), left), strict=True):
            found |= {"job": job, "date": date.today().isoformat()}
            (kept / _name(job)).write_text(json.dumps(found) + "\n", encoding="utf-8")
            say(f"{' '.join(job)}: {found['slowest'][0]:.2f} s, {found['peak_mb']:.0f} MB"
                + "".join(f"\n  ODD {line}" for line in found["odd"]))  # fmt: skip
    report = fuzz_report.added_up(kept)
    (out / "fuzz.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    say(fuzz_report.described(report))
    for line in report["odd"]:
        say(f"ODD {line}")
    if write:
        if report["odd"]:
            raise CommandError("a run in which something was odd is not written into the pages")
        fuzz_report.write(report)
    return 1 if report["odd"] else 0


def _name(job: Sequence[str]) -> str:
    """The file that keeps what came of a job."""
    return re.sub(r"[^A-Za-z0-9]+", "-", "-".join(part.zfill(6) for part in job)).strip("-") + ".json"


def _child(out: Path, job: Sequence[str]) -> dict[str, Any]:
    """One process; what it was reading when it died or hung counts as odd."""
    name = _name(job).removesuffix(".json")
    report, built, arguments = out / f"{name}.found", out / name, list(job)
    size = 0
    if job[0].startswith("--"):
        # in a process of its own: the memory that it takes would be inherited by the one that is measured
        maker = [sys.executable, "-m", "devtools.fuzz.fuzz_large", job[1], str(built)]
        subprocess.run(maker, check=True, timeout=WALL_SECONDS, cwd=ROOT)
        arguments, size = ["--file", str(built)], built.stat().st_size
    report.unlink(missing_ok=True)
    command = [str(ensure("unit")), "-m", "devtools.fuzz.fuzz_child", str(report), *arguments]
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
    }
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=WALL_SECONDS, check=False,
        )  # fmt: skip
        fate = f"ended with status {done.returncode}: {done.stdout.decode('utf-8', 'replace')[-300:]}"
    except subprocess.TimeoutExpired:
        fate = f"still running after {WALL_SECONDS:.0f} s"
    now = report.with_suffix(".now")
    try:
        if report.is_file():
            found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        else:
            at = now.read_text(encoding="utf-8") if now.is_file() else "the start"
            odd = [f"{name} at {at} {fate}"]
            found = {"outcomes": {}, "odd": odd, "slowest": [0.0, ""], "peak_mb": 0.0, "said": ""}
        found["bytes"] = size
        fuzz_report.judge(job, found)
        return found
    finally:
        for path in (report, now, built):
            path.unlink(missing_ok=True)
