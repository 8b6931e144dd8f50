# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py fuzz``: read damaged, hostile and very large files of every format, in processes that may crash.

The result of each process is kept as a file in the output folder, so that a long run that was interrupted can be
resumed (``--resume``). ``fuzz_report`` sums them up.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from ..env.console import CommandError, print_line
from ..env.environments import ROOT, ensure_environment
from . import fuzz_report
from .fuzz_damage import HOSTILE_FILES
from .fuzz_large import COMMON_NAMES, LARGE_FILES, TOO_LARGE_FILES

PARTS = ("damaged", "hostile", "large")
FILES_PER_PROCESS = 2500
"""Damaged files for each process: so many that its start costs little."""
MAX_WALL_SECONDS = 900.0
"""Limit of a process by the clock, for a busy machine; limits for files count processor time."""


def run_fuzz(
    out: Path,
    file_count: int,
    first: int,
    process_count: int,
    parts: Sequence[str],
    resume: bool,
    write_page: bool,
) -> int:
    """Read the files; return 0 if none crashed, hung, exceeded a limit or ran code.

    Parameters
    ----------
    out : Path
        Folder for the report and the results of the single processes.
    file_count : int
        How many damaged files.
    first : int
        Number of the first damaged file. A file is made from its number.
    process_count : int
        Processes at the same time.
    parts : sequence of str
        Of :data:`PARTS`.
    resume : bool
        Keep the results that an earlier run left in ``out``, and read the other files only.
    write_page : bool
        Put the sums of all results in ``out`` into the project's pages. Raises CommandError if there were violations.
    """
    results_folder = out / "parts"
    if results_folder.is_dir() and not resume:
        shutil.rmtree(results_folder)
    results_folder.mkdir(parents=True, exist_ok=True)
    jobs: list[list[str]] = []
    if "damaged" in parts:
        jobs += [
            [str(k), str(min(FILES_PER_PROCESS, first + file_count - k))]
            for k in range(first, first + file_count, FILES_PER_PROCESS)
        ]
    if "large" in parts:
        large = dict.fromkeys((*COMMON_NAMES, *LARGE_FILES))
        jobs += [["--large", name] for name in large] + [["--beyond", name] for name in TOO_LARGE_FILES]
    if "hostile" in parts:
        jobs += [["--hostile", name] for name in HOSTILE_FILES]
    remaining = [job for job in jobs if not (results_folder / _result_name(job)).is_file()]
    if remaining != jobs:
        print_line(f"{len(jobs) - len(remaining)} of {len(jobs)} parts have a result already")
    with ThreadPoolExecutor(max(1, process_count)) as pool:
        for job, result in zip(remaining, pool.map(lambda job: _run_job(out, job), remaining), strict=True):
            result |= {"job": job, "date": date.today().isoformat()}
            (results_folder / _result_name(job)).write_text(json.dumps(result) + "\n", encoding="utf-8")
            print_line(f"{' '.join(job)}: {result['slowest'][0]:.2f} s, {result['peak_mb']:.0f} MB"
                + "".join(f"\n  ODD {line}" for line in result["odd"]))  # fmt: skip
    report = fuzz_report.sum_results(results_folder)
    (out / "fuzz.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print_line(fuzz_report.format_report(report))
    for line in report["odd"]:
        print_line(f"ODD {line}")
    if write_page:
        if report["odd"]:
            raise CommandError("a run with violations is not written into the pages")
        fuzz_report.write_report(report)
    return 1 if report["odd"] else 0


def _result_name(job: Sequence[str]) -> str:
    """Return the name of the file that keeps the result of a job."""
    return re.sub(r"[^A-Za-z0-9]+", "-", "-".join(part.zfill(6) for part in job)).strip("-") + ".json"


def _run_job(out: Path, job: Sequence[str]) -> dict[str, Any]:
    """Read the files of a job in a process of its own; if it dies or hangs, report the file that it was reading."""
    name = _result_name(job).removesuffix(".json")
    report, built_file, arguments = out / f"{name}.found", out / name, list(job)
    size = 0
    if job[0].startswith("--"):
        # in a process of its own: a child's peak memory begins with that of its parent
        build_command = [
            str(ensure_environment("unit")),
            "-m",
            "devtools.fuzz.fuzz_large",
            job[1],
            str(built_file),
        ]
        subprocess.run(build_command, check=True, timeout=MAX_WALL_SECONDS, cwd=ROOT)
        arguments, size = ["--file", str(built_file)], built_file.stat().st_size
    report.unlink(missing_ok=True)
    command = [str(ensure_environment("unit")), "-m", "devtools.fuzz.fuzz_child", str(report), *arguments]
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
    }
    try:
        process = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=MAX_WALL_SECONDS, check=False,
        )  # fmt: skip
        ending = f"ended with status {process.returncode}: {process.stdout.decode('utf-8', 'replace')[-300:]}"
    except subprocess.TimeoutExpired:
        ending = f"still running after {MAX_WALL_SECONDS:.0f} s"
    progress_file = report.with_suffix(".now")
    try:
        if report.is_file():
            result: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        else:
            current_file = progress_file.read_text(encoding="utf-8") if progress_file.is_file() else "start"
            violations = [f"{name} at {current_file} {ending}"]
            result = {"outcomes": {}, "odd": violations, "slowest": [0.0, ""], "peak_mb": 0.0, "said": ""}
        result["bytes"] = size
        fuzz_report.add_violations(job, result)
        return result
    finally:
        for path in (report, progress_file, built_file, built_file.with_suffix(".asf")):
            path.unlink(missing_ok=True)
