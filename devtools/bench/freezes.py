# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py window --part freezes``: how long a window freezes from the click on Generate to the keys, by character.

Blender's own gap is that of an operator that assigns a copy of the same Action and pushes an undo step. What a bake
adds to it is Kinescribe's.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..env.console import markdown_table, print_line
from ..env.environments import ROOT
from .window_figures import WindowReport, measure_windows
from .windowed_play import play_installed

RIGS = ROOT.parent / "shared" / "rigs"
RIGS_IN_SANDBOX = "/tmp/rigs"
"""Where the play looks for character files."""

SUBJECT = "bones"
"""What the play notes of every character, and of nothing else."""


def measure_freezes(out: Path, suites: Sequence[str], write_page: bool) -> int:
    """Play ``freezes`` in each windowed Blender; return 0.

    Raises CommandError if no windowed Blender is available or a play fails.

    Parameters
    ----------
    out : Path
        Folder for ``freezes.json``.
    suites : sequence of str
        Debian suites of the windowed Blenders.
    write_page : bool
        Also replace the table in ``README.md`` and the report in ``docs/reports``.
    """
    mounted = {RIGS_IN_SANDBOX: RIGS} if RIGS.is_dir() else {}
    if not mounted:
        print_line(
            f"{RIGS} does not exist: only the characters that Blender and Kinescribe can make are measured"
        )

    def measure_suite(suite: str, archive: Path, folder: Path) -> tuple[str, Any]:
        notes = play_installed(suite, "freezes", archive, folder, 900.0, mounted=mounted).notes
        found = {name: one for name, one in notes.items() if isinstance(one, dict) and SUBJECT in one}
        return str(notes["blender"]), found

    return measure_windows(REPORT, measure_suite, out, suites, write_page)


def format_table(figures: Mapping[str, Any]) -> str:
    """Return the table of the README, with a sentence that says how it was measured."""
    names = list(dict.fromkeys(name for found in figures["blender"].values() for name in found))
    headings = ["longest gap (ms): idle / generating / Blender's own / bake, in Blender", *figures["blender"]]
    rows = [
        [_describe(name, figures), *(_format_gaps(found.get(name)) for found in figures["blender"].values())]
        for name in names
    ]
    others = max(
        (
            found[name][run]["others"]
            for found in figures["blender"].values()
            for name in found
            for run in _RUNS
        ),
        default=0.0,
    )
    sentence = (
        f"By `python dev.py window --part freezes` on {figures['date']}, in software OpenGL, beside others that took "
        f"up to {others:.0%} of the processors ([freezes.json](docs/reports/freezes.json)). Gaps are those of a 5 ms "
        "timer. Blender's own is that of an operator that does no more than to assign a copy of the Action and to push "
        "an undo step, the median of three; the others are the worst of a first motion and of another in its place."
        f"{_describe_own_parts(figures)}"
    )
    return f"{markdown_table(headings, rows)}\n\n{textwrap.fill(sentence, 120, break_on_hyphens=False)}"


_RUNS = ("first", "again")

_LONG_GAP = 100.0
"""Milliseconds from which on the parts of Blender's own gap are named."""


def _describe_own_parts(figures: Mapping[str, Any]) -> str:
    """Return a sentence on what Blender's own long gaps consist of; nothing where there is none."""
    parts = [
        f"with {name.replace('_', ' ')} in {version} {one['own_evaluation_ms']:.0f} ms and {one['own_undo_ms']:.0f} ms"
        for version, found in figures["blender"].items()
        for name, one in found.items()
        if one["own_ms"] > _LONG_GAP and "own_undo_ms" in one
    ]
    if not parts:
        return ""
    return f" Of Blender's own, evaluation and the undo step took {', '.join(parts)}; the rest is the redraw."


def _describe(name: str, figures: Mapping[str, Any]) -> str:
    found = next(one[name] for one in figures["blender"].values() if name in one)
    size = f"{found['bones']} bones, {found['vertices']:,} vertices, {found['frames']:,} frames"
    return f"{name.replace('_', ' ')}: {size}"


def _format_gaps(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "not measured"
    generating, baking = (max(found[run][key] for run in _RUNS) for key in ("generating_ms", "baking_ms"))
    return f"{found['idle_ms']:.0f} / {generating:.0f} / {found['own_ms']:.0f} / {baking:.0f}"


REPORT = WindowReport(
    "freezes", ROOT / "README.md", "<!-- freezes -->", "<!-- end of freezes -->", format_table
)
