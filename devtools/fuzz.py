# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py fuzz``: damaged and hostile files of every layout, in processes that may die without harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .console import say, table
from .environments import ROOT, ensure
from .fuzz_damage import MONSTERS

BATCH = 2500
SECONDS = 10.0
"""Longest that a damaged file may take on a machine that does other things as well."""
MONSTER_SECONDS = 60.0
"""The same of a file that is built to take long."""
MEGABYTES = 1024.0
"""Most memory that a process may ever have had."""


@dataclass
class Tally:
    """What came of all files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    peak: float = 0.0
    rows: list[list[str]] = field(default_factory=list)

    def add(self, found: dict[str, Any], monster: bool) -> None:
        """One process' report."""
        self.outcomes.update(found["outcomes"])
        self.odd += found["odd"]
        slowest = float(found["slowest"][0]), str(found["slowest"][1])
        if slowest[0] > (MONSTER_SECONDS if monster else SECONDS):
            self.odd.append(f"{slowest[0]:.1f} s for {slowest[1]}")
        if not monster:
            self.slowest = max(self.slowest, slowest)
        self.peak = max(self.peak, float(found["peak_mb"]))


def fuzz(out: Path, files: int, first: int, jobs: int) -> int:
    """Read ``files`` damaged files and all monsters; 0 where none crashed, hung, took too much or ran code."""
    out.mkdir(parents=True, exist_ok=True)
    begun, tally = time.perf_counter(), Tally()
    work = [["--monster", name] for name in MONSTERS]
    work += [[str(k), str(min(BATCH, first + files - k))] for k in range(first, first + files, BATCH)]
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        for arguments, found in zip(work, pool.map(lambda job: _child(out, job), work), strict=True):
            tally.add(found, arguments[0] == "--monster")
            if arguments[0] == "--monster":
                came = next(iter(found["outcomes"]), "died: odd").rpartition(": ")[2]
                tally.rows.append(
                    [arguments[1], came, f"{found['slowest'][0]:.1f} s", f"{found['peak_mb']:.0f} MB"]
                )
            else:
                say(f"{int(arguments[0]) - first + int(arguments[1])} files, {len(tally.odd)} odd, "
                    f"peak {found['peak_mb']:.0f} MB, slowest {found['slowest'][0]:.2f} s")  # fmt: skip
    motions = sum(n for key, n in tally.outcomes.items() if key.endswith(": motion"))
    refused = sum(n for key, n in tally.outcomes.items() if key.endswith(": refused"))
    if tally.peak > MEGABYTES:
        tally.odd.append(f"{tally.peak:.0f} MB of memory")
    say(table(["built to take much", "came", "time", "peak memory"], tally.rows))
    for line in tally.odd[:20]:
        say(f"ODD {line}")
    seconds = time.perf_counter() - begun
    say(f"{motions} motions, {refused} refused, {len(tally.odd)} odd; peak {tally.peak:.0f} MB, slowest "
        f"{tally.slowest[0]:.2f} s ({tally.slowest[1]}), {seconds:.0f} s")  # fmt: skip
    report = {
        "files": files, "first": first, "motions": motions, "refused": refused, "odd": tally.odd,
        "peak_mb": round(tally.peak), "slowest_s": round(tally.slowest[0], 2), "slowest": tally.slowest[1],
        "outcomes": dict(sorted(tally.outcomes.items())), "monsters": tally.rows,
    }  # fmt: skip
    (out / "fuzz.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 1 if tally.odd else 0


def _child(out: Path, arguments: list[str]) -> dict[str, Any]:
    """One process; what it was reading when it died or hung counts as odd."""
    name = "-".join(arguments).strip("-").replace(" ", "_")
    report, built = out / f"{name}.json", out / f"{arguments[-1]}.monster"
    if arguments[0] == "--monster":
        # in a process of its own: the memory that it takes would be inherited by the one that is measured
        maker = [sys.executable, str(ROOT / "devtools" / "fuzz_damage.py"), arguments[1], str(built)]
        subprocess.run(maker, check=True, timeout=300)
        arguments = ["--file", str(built)]
    report.unlink(missing_ok=True)
    limit = 180.0 if arguments[0] == "--file" else 60.0 + 0.4 * int(arguments[1])
    command = [str(ensure("unit")), "-P", str(ROOT / "devtools" / "fuzz_child.py"), str(report), *arguments]
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
    }
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit,
            check=False,
        )  # fmt: skip
        fate = f"ended with status {done.returncode}: {done.stdout.decode('utf-8', 'replace')[-300:]}"
    except subprocess.TimeoutExpired:
        fate = f"still running after {limit:.0f} s"
    now = report.with_suffix(".now")
    try:
        if report.is_file():
            found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
            return found
        at = now.read_text(encoding="utf-8") if now.is_file() else "the start"
        return {"outcomes": {}, "odd": [f"{name} at {at} {fate}"], "slowest": [0.0, ""], "peak_mb": 0.0}
    finally:
        for path in (report, now, built):
            path.unlink(missing_ok=True)
