# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part original --original CHECKOUT``: ARDY beside the original's own code, with random weights.

``ardy_original_measure`` compares streamed windows, and times the worker with PyTorch. That code is no part of this
project, so a checkout of it is needed, as a fork publishes it: https://github.com/intsuc/ardy-mini at 5e9ce2d.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..env.console import CommandError, markdown_table, print_line
from ..env.environments import ROOT, run_in_environment
from ..env.report_page import replace_section
from .bench import describe_machine, describe_machine_briefly

REPORT = ROOT / "docs" / "reports" / "ardy_original.json"
PAGE = ROOT / "docs" / "ardy.md"
MARKS = {
    "windows": ("<!-- windows -->", "<!-- end of windows -->"),
    "speed": ("<!-- worker -->", "<!-- end of worker -->"),
}
"""Between which lines of the page each table stands."""

BOUND = 1e-4
"""What normalised features of whole windows should agree within."""

COMPARED = {
    "ours to original": "this NumPy code against the original",
    "roots of ours to original": "of it, the root (position and heading)",
    "batch to original": "the original, two alike in a batch, against itself",
    "original to exact": "the original against itself in float64",
    "ours to exact": "this NumPy code against the original in float64",
}
"""What is compared in each window, and how the page calls it."""


def measure_beside_original(checkout: Path | None, out: Path, write_page: bool) -> None:
    """Measure, print tables and write ``ardy_original.json``. Raises CommandError.

    Parameters
    ----------
    checkout : Path or None
        Where the original's code is; None: nothing can be measured, and a line says so.
    out : Path
        Folder for the figures.
    write_page : bool
        Also replace the tables in ``docs/ardy.md`` and the report in ``docs/reports``.
    """
    if checkout is None:
        print_line("ARDY beside the original's code: skipped, --original CHECKOUT says where that code is")
        return
    if not (checkout / "ardy" / "model" / "ardy_model.py").is_file():
        raise CommandError(f"{checkout} is no checkout of https://github.com/intsuc/ardy-mini")
    report: dict[str, Any] = {"date": date.today().isoformat(), "machine": describe_machine()}
    for part in MARKS:
        print_line(f"ARDY beside the original's code: {part}")
        report |= run_in_environment(
            "original", f"{__package__}.ardy_original_measure", str(checkout.resolve()), part
        )
    out.mkdir(parents=True, exist_ok=True)
    for target in (out / REPORT.name, *([REPORT] if write_page else [])):
        target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    texts = {"windows": format_windows(report["windows"]), "speed": format_speed(report)}
    for part, text in texts.items():
        print_line(text)
        if write_page:
            replace_section(PAGE, *MARKS[part], text)


def format_windows(windows: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """Return a table of the largest differences of each window, by the statistics of the checkpoints."""
    rows = []
    for statistics_name, found in windows.items():
        for key, label in COMPARED.items():
            values = sorted(window[key] for window in found)
            ninth = values[int(0.9 * (len(values) - 1))]
            beyond = sum(value > BOUND for value in values)
            typical = statistics.median(values)
            rows.append(
                [
                    f"{statistics_name}: {label}", f"{typical:.1e}", f"{ninth:.1e}", f"{values[-1]:.1e}",
                    f"{beyond} of {len(values)}",
                ]
            )  # fmt: skip
    return markdown_table(["largest difference in a window", "median", "90 %", "worst", "beyond 1e-4"], rows)


def format_speed(report: Mapping[str, Any]) -> str:
    """Return a table of the seconds of each clip."""
    names = list(next(iter(report["speed"].values())))
    rows = [
        [clip, *(f"{seconds[name]:.2f} s" for name in names)] for clip, seconds in report["speed"].items()
    ]
    note = f"{report['date']}, {describe_machine_briefly(report['machine'])}."
    return f"{markdown_table(['clip', *names], rows)}\n\n{note}"
