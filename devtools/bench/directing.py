# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py directing``: measure how exactly the embedded model satisfies constraints, over prompts and seeds.

The motions are generated in the environment of the unit tests (NumPy, no Blender): the figures are the model's own.
What a character in Blender adds to them is described in ``docs/directing.md``.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from ..env.console import markdown_table, print_line
from ..env.environments import ROOT, ensure_environment
from ..env.report_page import replace_section

REPORT = ROOT / "docs" / "reports" / "directing.json"
PAGE = ROOT / "docs" / "directing.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

_ROWS = (
    ("path", "path_m", "root to the path, mean", "m"),
    ("path", "heading_degrees", "heading to the path's direction, mean", "°"),
    ("brisk path", "path_m", "root to the path, mean", "m"),
    ("brisk path", "heading_degrees", "heading to the path's direction, mean", "°"),
    ("path", "slide_m_s", "feet near the floor move, at the prompt's own pace", "m/s"),
    ("brisk path", "slide_m_s", "feet near the floor move, at 1.5 m/s whatever the prompt", "m/s"),
    ("free", "slide_m_s", "the same without a path", "m/s"),
    ("waypoints", "waypoint_m", "root at sparse waypoints", "m"),
    ("poses", "pose_m", "joints at pose keyframes, largest", "m"),
    (
        "poses",
        "speed_ratio",
        "fastest joint within 0.4 s of one, against the fastest of the free motion",
        "x",
    ),
    ("effectors", "effector_m", "hand or foot at its target", "m"),
    ("new arms", "kept_degrees", "legs and hips that were to be kept, largest rotation away", "°"),
    ("new arms", "failed", "arms that do not do what the prompt says (0 or 1)", "x"),
    ("loop", "seam_ratio", "seam, against the median change from frame to frame", "x"),
    ("chain", "speed_ratio", "fastest joint at a change of prompts, against elsewhere", "x"),
)
"""Measurement, key of its figures, label and unit of every row of the table."""


def measure_directing(out: Path, seed_count: int, write_page: bool) -> int:
    """Print the table and return 0, or the exit status of the measurement if it fails.

    Parameters
    ----------
    out : Path
        Folder for ``directing.json``.
    seed_count : int
        Motions of every prompt and measurement.
    write_page : bool
        Also replace the table in ``docs/directing.md`` and the report in ``docs/reports``.
    """
    out.mkdir(parents=True, exist_ok=True)
    target = out / "directing.json"
    command = [
        str(ensure_environment("unit")),
        "-m",
        "devtools.bench.directing_measure",
        str(target),
        str(seed_count),
    ]
    status = subprocess.run(command, check=False, cwd=ROOT).returncode
    if status:
        return status
    figures = json.loads(target.read_text("utf-8"))
    text = format_figures(figures)
    print_line(text)
    if write_page:
        REPORT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        replace_section(PAGE, BEGIN, END, text)
    return 0


def format_figures(figures: dict[str, list[dict[str, Any]]]) -> str:
    """Return the Markdown table of median, 90th percentile and worst of every figure."""
    rows = []
    for part, key, label, unit in _ROWS:
        if part not in figures:
            continue
        values = sorted(motion[key] for motion in figures[part])
        last = len(values) - 1
        chosen = (values[len(values) // 2], values[min(last, round(0.9 * last))], values[-1])
        rows.append([part, label, *(_format_value(value, unit) for value in chosen), str(len(values))])
    headings = ["constraint", "measured", "median", "90th percentile", "worst", "motions"]
    return markdown_table(headings, rows, text_columns=2)


def _format_value(value: float, unit: str) -> str:
    if unit == "m":
        return f"{1000 * value:.1f} mm"
    return f"{value:.0f}°" if unit == "°" else f"{value:.2f} {unit}"
