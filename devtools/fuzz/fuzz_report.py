# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``dev.py fuzz`` found: judged against the limits, added up over its processes, told in a page and a report."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..env.console import table
from ..env.environments import ROOT
from ..env.report_page import replace_section

SECONDS = 10.0
"""Processor time that a damaged file may take."""
LARGE_SECONDS = 60.0
"""The same of a file that is large, or built to take long."""
MEGABYTES = 1024.0
"""Most memory that a process may ever have had."""

REPORT = ROOT / "docs" / "reports" / "fuzz.json"
PAGE = ROOT / "docs" / "formats.md"


def judge(job: Sequence[str], found: dict[str, Any]) -> None:
    """Add to the odd things of a process what was over a limit, or not what is expected of such a file."""
    odd: list[str] = found["odd"]
    slowest, which = float(found["slowest"][0]), found["slowest"][1]
    if slowest > (LARGE_SECONDS if job[0].startswith("--") else SECONDS):
        odd.append(f"{slowest:.1f} s for {which}")
    if found["peak_mb"] > MEGABYTES:
        odd.append(f"{found['peak_mb']:.0f} MB for {job[1] if job[0].startswith('--') else which}")
    expected = {"--large": "motion", "--beyond": "refused"}.get(job[0])
    if expected and not odd and not any(key.endswith(f": {expected}") for key in found["outcomes"]):
        odd.append(f"{job[1]}: {found['said']}")


def added_up(folder: Path) -> dict[str, Any]:
    """All that the processes of a run, or of several, left in ``folder``."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    dates = sorted({part["date"] for part in found})
    counts: Counter[str] = Counter()
    batches, files, rows = [], 0, {"--large": [], "--beyond": [], "--hostile": []}
    for part in found:
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
        "odd": [line for part in found for line in part["odd"]],
    }  # fmt: skip


def described(report: dict[str, Any]) -> str:
    """The sums and tables for a terminal."""
    lines = [_sentence(report)] if report["damaged"] else []
    for part in ("large", "beyond", "hostile"):
        if report[part]:
            lines.append(_table(report[part], part))
    return "\n\n".join(lines)


def write(report: dict[str, Any]) -> None:
    """Put the report beside the others, and what it says of the parts that were run into the page on formats."""
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    sections: dict[str, tuple[str, Callable[[], str]]] = {
        "fuzzed": ("damaged", lambda: _sentence(report)),
        "large files": ("large", lambda: _table(report["large"], "large")),
        "larger files": ("beyond", lambda: _table(report["beyond"], "beyond")),
        "hostile files": ("hostile", lambda: _hostile(report["hostile"])),
    }
    for name, (part, text) in sections.items():
        if report[part]:
            replace_section(PAGE, f"<!-- {name} -->", f"<!-- end of {name} -->", text())


def _sentence(report: dict[str, Any]) -> str:
    told = report["damaged"]
    when = report["from"] if report["from"] == report["to"] else f"{report['from']} to {report['to']}"
    return (
        f"{told['files']:,} damaged files of {len(told['formats'])} layouts ({when}): {told['motion']:,} were read, "
        f"{told['refused']:,} refused with a sentence, {told['odd']} anything else; the slowest took "
        f"{told['slowest_s']:.2f} s of processor time, the largest process {told['peak_mb']} MB."
    )


def _hostile(rows: Sequence[dict[str, Any]]) -> str:
    """One sentence: the table is in the report."""
    came = Counter(row["came"] for row in rows)
    slowest, largest = (max(rows, key=lambda row: row[key]) for key in ("seconds", "peak_mb"))
    return (
        f"Of {len(rows)} files built to take much, {came['refused']} are refused and {came['motion']} read, in up to "
        f"{slowest['seconds']:.1f} s of processor time ({slowest['file']}) and {largest['peak_mb']} MB "
        f"({largest['file']})."
    )


def _table(rows: Sequence[dict[str, Any]], part: str) -> str:
    last = {"large": "read", "beyond": "sentence", "hostile": "came"}[part]
    cells = [
        [row["file"], f"{row['megabytes']:,.1f} MB", f"{row['seconds']:.1f} s", f"{row['peak_mb']} MB",
         row["came" if part == "hostile" else "said"]]
        for row in rows
    ]  # fmt: skip
    return table(["file", "size", "processor time", "peak memory", last], cells)
