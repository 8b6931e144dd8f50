# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the results of ``dev.py fuzz`` against the limits, sum them up, and write them into a page and a report."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..env.console import markdown_table
from ..env.environments import ROOT
from ..env.report_page import replace_section
from .fuzz_large import COMMON_NAMES

MAX_SECONDS = 10.0
"""Limit of a damaged file, processor time."""
MAX_LARGE_SECONDS = 60.0
"""Limit of a large or hostile file, processor time."""
MAX_COMMON_SECONDS = 2.0
"""Limit of a good file of 20 MB, processor time."""
MAX_MEGABYTES = 1024.0
"""Limit of a process's peak memory."""

REPORT = ROOT / "docs" / "reports" / "fuzz.json"
PAGE = ROOT / "docs" / "formats.md"


def add_violations(job: Sequence[str], result: dict[str, Any]) -> None:
    """Add limits that a process exceeded, and results that such a file must not have, to ``result["odd"]``."""
    violations: list[str] = result["odd"]
    slowest, slowest_file = float(result["slowest"][0]), result["slowest"][1]
    limit = MAX_LARGE_SECONDS if job[0].startswith("--") else MAX_SECONDS
    if slowest > (MAX_COMMON_SECONDS if job[1] in COMMON_NAMES else limit):
        violations.append(f"{slowest:.1f} s for {slowest_file}")
    if result["peak_mb"] > MAX_MEGABYTES:
        violations.append(
            f"{result['peak_mb']:.0f} MB for {job[1] if job[0].startswith('--') else slowest_file}"
        )
    expected = {"--large": "motion", "--beyond": "refused"}.get(job[0])
    if expected and not violations and not any(key.endswith(f": {expected}") for key in result["outcomes"]):
        violations.append(f"{job[1]}: {result['said']}")


def sum_results(folder: Path) -> dict[str, Any]:
    """Return the sum of all results in ``folder``, of one run or of several."""
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    # of the damaged files, if there are any: other parts may be of an earlier run
    dated = [part for part in results if not part["job"][0].startswith("--")] or results
    dates = sorted({part["date"] for part in dated})
    counts: Counter[str] = Counter()
    batches, files, rows = [], 0, {"--large": [], "--beyond": [], "--hostile": []}
    for part in results:
        job = part["job"]
        if job[0] in rows:
            rows[job[0]].append({
                "file": job[1], "megabytes": round(part["bytes"] / 1e6, 1), "seconds": round(part["slowest"][0], 2),
                "peak_mb": round(part["peak_mb"]), "came": next(iter(part["outcomes"]), ": died").rpartition(": ")[2],
                "said": re.sub(r"^(large|beyond|hostile)-[\w-]+", "FILE", part["said"]),
            })  # fmt: skip
        else:
            files += int(job[1])
            batches.append(part)
            counts.update(part["outcomes"])
    formats: dict[str, dict[str, int]] = {}
    for key, number in sorted(counts.items()):
        name, _, outcome = key.rpartition(": ")
        formats.setdefault(name, {})[outcome] = number
    slowest = max((part["slowest"] for part in batches), default=[0.0, ""])
    return {
        "from": dates[0] if dates else "",
        "to": dates[-1] if dates else "",
        "damaged": {
            "files": files,
            "first": min((int(part["job"][0]) for part in batches), default=0),
            **{o: sum(f.get(o, 0) for f in formats.values()) for o in ("motion", "refused", "odd")},
            "slowest_s": round(slowest[0], 2),
            "slowest": slowest[1],
            "peak_mb": round(max((part["peak_mb"] for part in batches), default=0.0)),
            "formats": formats,
        } if batches else {},
        "large": rows["--large"],
        "beyond": rows["--beyond"],
        "hostile": rows["--hostile"],
        "odd": [line for part in results for line in part["odd"]],
    }  # fmt: skip


def format_report(report: dict[str, Any]) -> str:
    """Return sums and tables for a terminal."""
    lines = [_damaged_sentence(report)] if report["damaged"] else []
    for part in ("large", "beyond", "hostile"):
        if report[part]:
            lines.append(_file_table(report[part], part))
    return "\n\n".join(lines)


def write_report(report: dict[str, Any]) -> None:
    """Write the report, and put the parts that were run into the page on formats."""
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    sections: dict[str, tuple[str, Callable[[], str]]] = {
        "fuzzed": ("damaged", lambda: _damaged_sentence(report)),
        "large files": ("large", lambda: _file_table(report["large"], "large")),
        "larger files": ("beyond", lambda: _file_table(report["beyond"], "beyond")),
        "hostile files": ("hostile", lambda: _hostile_sentence(report["hostile"])),
    }
    for name, (part, text) in sections.items():
        if report[part]:
            replace_section(PAGE, f"<!-- {name} -->", f"<!-- end of {name} -->", text())


def _damaged_sentence(report: dict[str, Any]) -> str:
    damaged = report["damaged"]
    dates = report["from"] if report["from"] == report["to"] else f"{report['from']} to {report['to']}"
    return (
        f"{damaged['files']:,} damaged files of {len(damaged['formats'])} layouts ({dates}): "
        f"{damaged['motion']:,} were read, {damaged['refused']:,} refused with a sentence, "
        f"{damaged['odd']} anything else; the slowest took "
        f"{damaged['slowest_s']:.2f} s of processor time, the largest process {damaged['peak_mb']} MB."
    )


def _hostile_sentence(rows: Sequence[dict[str, Any]]) -> str:
    """Return one sentence on the hostile files; their table is in the report."""
    outcomes = Counter(row["came"] for row in rows)
    slowest, largest = (max(rows, key=lambda row: row[key]) for key in ("seconds", "peak_mb"))
    return (
        f"Of {len(rows)} files built to take much, {outcomes['refused']} are refused "
        f"and {outcomes['motion']} read, in up to "
        f"{slowest['seconds']:.1f} s of processor time ({slowest['file']}) and {largest['peak_mb']} MB "
        f"({largest['file']})."
    )


def _file_table(rows: Sequence[dict[str, Any]], part: str) -> str:
    last_heading = {"large": "read", "beyond": "sentence", "hostile": "came"}[part]
    cells = [
        [row["file"], f"{row['megabytes']:,.1f} MB", f"{row['seconds']:.1f} s", f"{row['peak_mb']} MB",
         row["came" if part == "hostile" else "said"]]
        for row in rows
    ]  # fmt: skip
    return markdown_table(["file", "size", "processor time", "peak memory", last_heading], cells)
