# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py window --part jobs``: how many actions of the mouse the jobs of an animator take, in each window."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..env.console import markdown_table
from ..env.environments import ROOT
from .window_figures import WindowReport, measure_windows
from .windowed_play import play_installed

_JOBS = (
    ("variation_chosen", "four variations seen, one chosen: *Variations*, a click on a figure", 3,
     "a button for each, baked one after the other"),
    ("path_bent_and_seen", "a path bent and the result seen: a click on the point, `G` and a click", 2, "5"),
    ("hand_pinned", "a hand pinned to a cup: the tool, a drag", 3, "7"),
    ("edge_moved_and_redone", "the edge of a strip moved and the part redone: a drag, the button", 2,
     "list and fields"),
)  # fmt: skip
"""Note of the play, what a row says, how many actions it is to take at most, and what it took before."""


def count_actions(out: Path, suites: Sequence[str], write_page: bool) -> int:
    """Play ``jobs`` in each windowed Blender; return 0.

    Raises CommandError if no windowed Blender is available or a play fails.

    Parameters
    ----------
    out : Path
        Folder for ``jobs.json``.
    suites : sequence of str
        Debian suites of the windowed Blenders.
    write_page : bool
        Also replace the table in ``docs/directing.md`` and the report in ``docs/reports``.
    """
    return measure_windows(REPORT, _count_in_suite, out, suites, write_page)


def _count_in_suite(suite: str, archive: Path, folder: Path) -> tuple[str, Any]:
    notes = play_installed(suite, "jobs", archive, folder, 900.0, size="1600x1000").notes
    return str(notes.pop("blender")), notes


def format_table(figures: Mapping[str, Any]) -> str:
    """Return the table of the page, with a sentence that says how it was counted."""
    windows = figures["blender"]
    rows = [
        [text, str(most), *(str(notes.get(name, "-")) for notes in windows.values()), before]
        for name, text, most, before in _JOBS
    ]
    far = max(notes.get("hand_from_cup_mm", 0.0) for notes in windows.values())
    sentence = (
        f"What it takes with the mouse, by `python dev.py window --part jobs` on {figures['date']}: a click, a drag, "
        f"and a key with the click that ends it are an action each. The palm is {far:.1f} mm at most from the cup over "
        "the whole range."
    )
    table = markdown_table(["", "aim", *windows, "before"], rows)
    return f"{textwrap.fill(sentence, 120, break_on_hyphens=False)}\n\n{table}"


REPORT = WindowReport(
    "jobs", ROOT / "docs" / "directing.md", "<!-- actions -->", "<!-- end of actions -->", format_table
)
