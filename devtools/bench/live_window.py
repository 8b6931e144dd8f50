# SPDX-License-Identifier: GPL-3.0-or-later
"""For ``dev.py window``: how soon Live's ghost follows, how the window stutters meanwhile, and what drawing costs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..env.console import markdown_table
from ..env.environments import ROOT
from .window_figures import WindowReport, measure_windows
from .windowed_play import play_installed

_NEGLIGIBLE_LOAD = 0.05
"""Fraction of the processors that other programs may use before the page mentions it."""


def measure_live(out: Path, suites: Sequence[str], write_page: bool) -> int:
    """Play ``live`` and ``drawing`` in each windowed Blender; return 0.

    Raises CommandError if no windowed Blender is available or a play fails.

    Parameters
    ----------
    out : Path
        Folder for ``live.json``.
    suites : sequence of str
        Debian suites of the windowed Blenders.
    write_page : bool
        Also replace the table in ``docs/directing.md`` and the report in ``docs/reports``.
    """
    return measure_windows(REPORT, _measure_suite, out, suites, write_page)


def _measure_suite(suite: str, archive: Path, folder: Path) -> tuple[str, Any]:
    notes: dict[str, Any] = {}
    for play, size in (("live", "1280x800"), ("drawing", "1280x720")):
        notes.update(play_installed(suite, play, archive, folder / play, 900.0, size=size).notes)
    return str(notes.pop("blender")), notes


def format_table(figures: Mapping[str, Any]) -> str:
    """Return the table of the page, with a sentence that says how it was measured."""
    windows = figures["blender"]
    others = max(notes[phase]["others"] for notes in windows.values() for phase in ("changes", "drag"))
    load = (
        f", beside others that took up to {others:.0%} of the processors" if others > _NEGLIGIBLE_LOAD else ""
    )
    sentence = (
        f"By `python dev.py window --part live` on {figures['date']}: a motion of 4 seconds along a path, "
        f"{figures['machine']['cores']} processors, software OpenGL{load}. A delay is from a change to the ghost that "
        "shows it. A gap is the longest between ticks of a 20 ms timer while something is dragged for two seconds. The "
        "lane and the ghosts are drawn at 1280x720, the lane in the whole window, the ghosts in the layout with which "
        "Blender starts; they play as fast as Blender can."
    )
    rows = [
        [text, aim, *(_format_cell(notes, place, unit) for notes in windows.values())]
        for text, aim, place, unit in _ROWS
    ]
    table = markdown_table(["", "aim", *windows], rows)
    return f"{textwrap.fill(sentence, 120, break_on_hyphens=False)}\n\n{table}"


_ROWS = (
    ("delay after a single change, median", "0.6 s", ("changes", "median_s"), "s"),
    ("the longest", "", ("changes", "longest_s"), "s"),
    ("processor time of each, with what Blender draws", "", ("changes", "processor_s"), "s"),
    ("delay while a path is dragged, median", "0.6 s", ("drag", "median_s"), "s"),
    ("delay while a point of it is dragged, median", "0.6 s", ("drag_point", "median_s"), "s"),
    ("gap while a path is dragged", "100 ms", ("drag", "gaps_ms", "drag"), "ms"),
    ("gap while a point of it is dragged", "100 ms", ("drag_point", "gaps_ms", "drag"), "ms"),
    ("gap while a path is dragged without Live", "", ("drag_without", "gaps_ms", "drag"), "ms"),
    ("gap when the drag of a path ends", "", ("drag", "gaps_ms", "end"), "ms"),
    ("gap when it ends without Live: Blender's undo step", "", ("drag_without", "gaps_ms", "end"), "ms"),
    ("lane of 200 parts, drawn while one is dragged", "33 ms", ("parts", "median_ms"), "ms"),
    ("redraws a second of the time line meanwhile", "30", ("parts", "per_second"), ""),
    ("eight ghosts of 4 seconds, drawn while they play", "42 ms", ("ghosts", "median_ms"), "ms"),
    ("frames a second with them", "24", ("ghosts", "per_second"), ""),
    ("frames a second without them", "", ("without_ghosts", "per_second"), ""),
)
"""What a row says, what it is to be, where it is in the notes of a window, and its unit."""


def _format_cell(notes: Mapping[str, Any], place: Sequence[str], unit: str) -> str:
    value: Any = notes
    for key in place:
        value = None if value is None else value.get(key)
    if value is None:
        return "-"
    return f"{value:.2f} s" if unit == "s" else f"{value:.0f} {unit}".strip()


REPORT = WindowReport(
    "live",
    ROOT / "docs" / "directing.md",
    "<!-- live figures -->",
    "<!-- end of live figures -->",
    format_table,
)
