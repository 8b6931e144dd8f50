# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part scale``: how the cost grows with length, bones and characters, as a table and a plot."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..env.console import markdown_table, print_line
from ..env.environments import ROOT
from ..env.report_page import replace_section

Row = dict[str, float]

TITLES = {
    "seconds": "Seconds of motion, 22 bones",
    "bones": "Bones of the rig, 10 seconds of motion",
    "characters": "Characters, 4 seconds each",
}
"""What grows, by its name in the figures."""

_COLOURS = {"generate": "#d55e00", "apply": "#0072b2"}
_WIDTH, _HEIGHT, _MARGIN = 300, 240, 46


def write_scale(figures: dict[str, Any], caption: str, out: Path, write: bool) -> None:
    """Print the tables and write ``scale.json`` and ``scale.svg``.

    Parameters
    ----------
    figures : dict
        Rows by what grows, as ``in_blender.scale_speed`` returns them.
    caption : str
        The machine and version, written below the plot.
    out : Path
        Folder for the results.
    write : bool
        Whether the documentation gets them too: docs/scale.md and the plot beside its other pictures.
    """
    tables, plot = format_tables(figures), draw_plot(figures, caption)
    print_line(f"\n{tables}")
    (out / "scale.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (out / "scale.svg").write_text(plot, encoding="utf-8")
    if write:
        (ROOT / "docs" / "images" / "scale.svg").write_text(plot, encoding="utf-8")
        replace_section(
            ROOT / "docs" / "scale.md",
            "<!-- figures -->",
            "<!-- end of figures -->",
            f"{caption}\n\n{tables}",
        )


def compute_growth(rows: Sequence[Row], part: str) -> float:
    """Return the exponent of the growth: the slope of log time over log size by least squares, 1 if linear.

    Only the upper half of the sizes counts, where constant costs hardly do.
    """
    points = [(math.log(row["size"]), math.log(row[part])) for row in rows[len(rows) // 2 :]]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def format_tables(figures: dict[str, Any]) -> str:
    """Return one Markdown table for each thing that grows."""
    blocks = []
    for name, title in TITLES.items():
        rows = figures[name]
        parts = [part for part in _COLOURS if part in rows[0]]
        table = [
            [f"{row['size']:g}", *(f"{row[part]:.3f} s" for part in parts),
             *(f"{1e3 * row[part] / row['size']:.2f} ms" for part in parts)]
            for row in rows
        ]  # fmt: skip
        growth = ", ".join(f"{part} {compute_growth(rows, part):.2f}" for part in parts)
        heads = [title, *parts, *(f"{part} / {name[:-1]}" for part in parts)]
        blocks.append(f"{markdown_table(heads, table)}\n\nGrowth (1: linear): {growth}")
    return "\n\n".join(blocks)


def draw_plot(figures: dict[str, Any], caption: str) -> str:
    """Return an SVG with one panel for each thing that grows, both axes logarithmic, and a line below them."""
    panels = [
        _draw_panel(number * _WIDTH, title, figures[name])
        for number, (name, title) in enumerate(TITLES.items())
    ]
    width, height = len(panels) * _WIDTH, _HEIGHT + 40
    legend = "".join(
        f'<text x="{20 + 90 * n}" y="{height - 22}" fill="{colour}">\u25cf {part}</text>'
        for n, (part, colour) in enumerate(_COLOURS.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(panels)
        + f'\n{legend}\n<text x="20" y="{height - 6}" fill="#444">{caption}</text>\n</svg>\n'
    )


def _draw_panel(left: float, title: str, rows: Sequence[Row]) -> str:
    times = [row[part] for row in rows for part in _COLOURS if part in row]
    lowest, highest = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    first, last = math.log10(rows[0]["size"]), math.log10(rows[-1]["size"])

    def locate_point(size: float, seconds: float) -> tuple[float, float]:
        across = (math.log10(size) - first) / (last - first)
        up = (math.log10(seconds) - lowest) / (highest - lowest)
        x = left + _MARGIN + across * (_WIDTH - _MARGIN - 16)
        return x, _HEIGHT - _MARGIN + 16 - up * (_HEIGHT - _MARGIN - 24)

    parts = [f'<text x="{left + _MARGIN}" y="14" font-weight="bold">{title}</text>']
    for exponent in range(lowest, highest + 1):
        (x, y), (end, _) = (
            locate_point(rows[0]["size"], 10.0**exponent),
            locate_point(rows[-1]["size"], 10.0**exponent),
        )
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{end:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 4:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**exponent:g} s</text>')
    for row in rows:
        x, y = locate_point(row["size"], 10.0**lowest)
        parts.append(f'<text x="{x:.1f}" y="{y + 14:.1f}" text-anchor="middle">{row["size"]:g}</text>')
    for part, colour in _COLOURS.items():
        points = [locate_point(row["size"], row[part]) for row in rows if part in row]
        if points:
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in points]
    return "\n".join(parts)
