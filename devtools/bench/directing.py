# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py directing``: measure how exactly the embedded model satisfies constraints, over prompts and seeds.

Most motions are generated in the environment of the unit tests (NumPy, no Blender): the figures are the model's own.
Takes that are continued or redone, and own keys, are also measured on rigs of three families in Blender.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from ..env import blender
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
    ("free", "heading_degrees", "heading to the direction of the body's own way without a path, mean", "°"),
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
    ("redone range", "speed_ratio", "fastest joint across a seam, against its fastest within 0.5 s", "x"),
    ("redone range", "slide_m", "planted feet slide beside a seam", "m"),
    ("redone range", "changed_outside", "takes with a changed bit outside of the range", "x"),
    ("continuation", "speed_ratio", "fastest joint across the seam, against its fastest within 0.5 s", "x"),
    ("continuation", "slide_m", "planted feet slide after the seam", "m"),
    ("continuation", "changed_outside", "takes with a changed bit before the seam", "x"),
    ("redone part", "speed_ratio", "fastest joint across a seam, against its fastest within 0.5 s", "x"),
    ("redone part", "slide_m", "planted feet slide beside a seam", "m"),
    ("redone part", "changed_outside", "takes with a changed bit in earlier parts", "x"),
    ("redone part", "later_m", "joints of later parts, away from one rigid move", "m"),
    ("redone part", "later_degrees", "turn of later parts, away from one rigid move", "°"),
    ("redos", "speed_ratio", "on rigs: fastest joint across a seam, against its fastest within 0.5 s", "x"),
    ("redos", "slide_m", "on rigs: planted feet slide beside a seam", "m"),
    ("redos", "changed_outside", "on rigs: takes with a changed key outside of the range", "x"),
    ("continuations", "speed_ratio", "on rigs: fastest joint across the seam, as above", "x"),
    ("continuations", "slide_m", "on rigs: planted feet slide after the seam", "m"),
    ("continuations", "changed_outside", "on rigs: takes with a changed key before the seam", "x"),
    ("own_keys", "position_m", "on rigs: bones and fingers at own keys, all options at their defaults", "m"),
    ("own_keys", "angle_degrees", "on rigs: the same, rotation", "°"),
    ("guides", "missed_m", "on rigs: pins, own keys and waypoints in new frames", "m"),
    ("guides", "missed_degrees", "on rigs: own keys in new frames, rotation", "°"),
    ("guides", "changed_outside", "on rigs: takes with a changed key outside of the new frames", "x"),
    ("packed", "packed_kb", "text of the packed motion of a take of ten seconds", "kB"),
    ("pose_keys", "share", "frames with any key, of all: Pose Keys at 5 mm and 1 degree", "x"),
    ("crowd", "ratio", "20 characters of 4 s, made and applied, against 20 samples of the model", "x"),
    ("holds", "hold_m", "on rigs: palm to its object, farthest over a range of 1 to 3 seconds", "m"),
    ("holds", "hold_degrees", "on rigs: the same, orientation where it is held", "°"),
)
"""Measurement, key of its figures, label and unit of every row of the table."""

_SEAMED = ("redone range", "continuation", "redone part", "redos", "continuations")
"""Measurements with a seam between new frames and kept ones."""

_WORST = {
    **{(part, "speed_ratio"): 1.5 for part in _SEAMED},
    **{(part, "slide_m"): 0.02 for part in _SEAMED},
    **{(part, "changed_outside"): 0.0 for part in (*_SEAMED, "guides")},
    ("redone part", "later_m"): 1e-4,
    ("redone part", "later_degrees"): 0.01,
    ("own_keys", "position_m"): 0.01,
    ("own_keys", "angle_degrees"): 1.0,
    ("guides", "missed_m"): 0.01,
    ("guides", "missed_degrees"): 1.0,
    ("holds", "hold_m"): 0.01,
    ("packed", "packed_kb"): 200.0,
    ("crowd", "ratio"): 1.3,
}
"""What no motion may exceed."""

_MEDIAN = {("pose_keys", "share"): 0.4}
"""What half of the motions may not exceed."""


ARDY_PAGE = ROOT / "docs" / "ardy.md"
ARDY_BEGIN, ARDY_END = "<!-- constraints -->", "<!-- end of constraints -->"
_EXACT = ("points_m", "waypoint_m", "pose_m", "effector_m", "seam_ratio")
"""Figures that do not depend on what a model has learned: between its points a path is followed by the model."""

_POINTS_ROW = ("path", "points_m", "root at the points of a path, 0.4 s apart, farthest", "m")


def measure_directing(
    out: Path, seed_count: int, write_page: bool, blender_version: str | None = "4.5"
) -> int:
    """Print the table and return 0; 1 if a figure is beyond its promise, or the measurement's status if that fails.

    Parameters
    ----------
    out : Path
        Folder for ``directing.json``.
    seed_count : int
        Motions of every prompt and measurement.
    write_page : bool
        Also replace the table in ``docs/directing.md`` and the report in ``docs/reports``.
    blender_version : str or None
        Which Blender plays the takes on rigs; None leaves that out.
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
    if blender_version:
        options = {
            "redos": 20, "continuations": 10, "own_keys": 12, "guides": 36, "packed": 7, "pose_keys": 7,
            "crowd": 1, "holds": 18,
        }  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="kinescribe-directing-") as scratch:
            messages = blender.run_script(
                blender_version, "directing", [json.dumps(options)], Path(scratch), limit_seconds=3600.0
            )
        for message in messages:
            if "kind" in message:
                figures.setdefault(message["kind"], []).append(message)
        target.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    text = format_figures(figures)
    print_line(text)
    if write_page:
        REPORT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        replace_section(PAGE, BEGIN, END, text)
    broken = list_broken_promises(figures)
    for sentence in broken:
        print_line(sentence)
    return 1 if broken else 0


def list_broken_promises(figures: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return a sentence for each figure that is beyond what the page promises; kinds that are missing are left out."""
    labels = {(part, key): (label, unit) for part, key, label, unit in _ROWS}
    sentences = []
    for limits, word in ((_WORST, "worst"), (_MEDIAN, "median")):
        for (part, key), limit in limits.items():
            values = sorted(motion[key] for motion in figures.get(part, ()) if key in motion)
            if not values:
                continue
            value = values[-1] if word == "worst" else values[len(values) // 2]
            if value > limit:
                label, unit = labels[part, key]
                shown, allowed = _format_value(value, unit), _format_value(limit, unit)
                sentences.append(f"{part}: {label}: {word} {shown}, at most {allowed} is promised")
    return sentences


def measure_ardy_directing(out: Path, seed_count: int, write_page: bool) -> int:
    """Measure constraints on ARDY with random weights beside the embedded model; return 0 or an exit status.

    Parameters
    ----------
    out : Path
        Folder for ``embedded.json`` and ``ardy.json``.
    seed_count : int
        Motions of every prompt and measurement.
    write_page : bool
        Also replace the table in ``docs/ardy.md``.
    """
    out.mkdir(parents=True, exist_ok=True)
    figures = {}
    for model in ("embedded", "ardy"):
        target = out / f"{model}.json"
        module = "devtools.bench.directing_measure"
        command = [str(ensure_environment("unit")), "-m", module, str(target), str(seed_count), model]
        status = subprocess.run(command, check=False, cwd=ROOT).returncode
        if status:
            return status
        figures[model] = json.loads(target.read_text("utf-8"))
    text = format_beside(figures["embedded"], figures["ardy"])
    print_line(text)
    if write_page:
        replace_section(ARDY_PAGE, ARDY_BEGIN, ARDY_END, text)
    return 0


def format_beside(embedded: dict[str, list[dict[str, Any]]], ardy: dict[str, list[dict[str, Any]]]) -> str:
    """Return the Markdown table of median and worst of what both models have to meet exactly."""
    rows = []
    for part, key, label, unit in (_POINTS_ROW, *_ROWS):
        if key not in _EXACT or part not in ardy:
            continue
        cells = []
        for figures in (embedded, ardy):
            values = sorted(motion[key] for motion in figures[part])
            cells += [_format_value(value, unit) for value in (values[len(values) // 2], values[-1])]
        rows.append([part, label, *cells, str(len(ardy[part]))])
    headings = ["constraint", "measured", "embedded, median", "worst", "ARDY, median", "worst", "motions"]
    return markdown_table(headings, rows, text_columns=2)


def format_figures(figures: dict[str, list[dict[str, Any]]]) -> str:
    """Return the Markdown table of median, 90th percentile and worst of every figure."""
    rows = []
    for part, key, label, unit in _ROWS:
        if part not in figures:
            continue
        values = sorted(motion[key] for motion in figures[part] if key in motion)
        last = len(values) - 1
        chosen = (values[len(values) // 2], values[min(last, round(0.9 * last))], values[-1])
        rows.append([part, label, *(_format_value(value, unit) for value in chosen), str(len(values))])
    headings = ["constraint", "measured", "median", "90th percentile", "worst", "motions"]
    return markdown_table(headings, rows, text_columns=2)


def _format_value(value: float, unit: str) -> str:
    if unit == "kB":
        return f"{value:.0f} kB"
    if unit == "m":
        return f"{1000 * value:.1f} mm"
    return f"{value:.0f}°" if unit == "°" else f"{value:.2f} {unit}"
