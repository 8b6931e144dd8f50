# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py window --part day``: the actions that an animator's jobs take in a real window, before and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..env.console import markdown_table
from ..env.environments import ROOT
from .window_figures import WindowReport, measure_windows
from .windowed_play import play_installed

JOB_PLAYS = ("job_takes", "job_rigs", "job_parts", "job_crowd", "job_keys")
"""Plays that count the actions of jobs, in ``tests/gui/plays``."""


@dataclass(frozen=True)
class Job:
    """What a job took in version 0.1.0, as far as the day's notes say it, and the most that it may take now."""

    before: str
    most: int


JOBS = {
    "a: first animation, from an empty scene": Job("4", 4),
    "a: another take, and back": Job("no way back: take 1 was deleted", 2),
    "a: compare two, keep one": Job("not possible", 2),
    "b: bone map of a rig without known names": Job("not counted", 2),
    "b: a motion on it": Job("not counted", 1),
    "b: F9, another beginning": Job("not counted", 2),
    "b: a motion on a Rigify rig": Job("not counted", 1),
    "c: continue by three seconds": Job("some 10", 2),
    "c: redo frames 40 to 70": Job("not possible: its end jumped by 1.35 m", 4),
    "d: a paragraph becomes five parts with times": Job('not possible: cut at "then", no times', 3),
    "d: the third part changed, and made again alone": Job(
        "everything was made again, parts moved by 0.5 m", 3
    ),
    "e: four variations side by side, keep one": Job("a button for each, one after the other", 2),
    "e: back to an earlier result": Job("not possible", 1),
    "e: the same prompt on three characters": Job("each alone", 2),
    "e: a crowd of twenty": Job("each alone", 2),
    "f: fewer keys": Job("not counted", 1),
    "f: another take, and back to the tweaked one": Job("not counted", 2),
    "f: push down, and a motion on top": Job("the strip was hidden at every frame", 2),
    "f: un-bake": Job("not counted", 1),
    "f: saved, opened again, Apply Again": Job("on the same machine only", 1),
}
"""The jobs by the names that plays note them by."""


def measure_day(out: Path, suites: Sequence[str], write_page: bool) -> int:
    """Play the jobs in each windowed Blender; return 0.

    Raises CommandError if no windowed Blender is available or a play fails.

    Parameters
    ----------
    out : Path
        Folder for ``day.json``.
    suites : sequence of str
        Debian suites of the windowed Blenders.
    write_page : bool
        Also replace the table in ``docs/directing.md`` and the report in ``docs/reports``.
    """
    return measure_windows(REPORT, _count_in_suite, out, suites, write_page)


def _count_in_suite(suite: str, archive: Path, folder: Path) -> tuple[str, dict[str, int]]:
    version, counts = "", {}
    for play in JOB_PLAYS:
        notes = play_installed(suite, play, archive, folder / play, 900.0, size="1600x1300").notes
        version = str(notes["blender"])
        counts |= notes["clicks"]
    return version, counts


def format_table(figures: Mapping[str, Any]) -> str:
    """Return the Markdown table of the actions of each job, by Blender's version."""
    counts = figures["blender"]
    rows = [
        [name, job.before, *(str(counted.get(name, "-")) for counted in counts.values())]
        for name, job in JOBS.items()
    ]
    return markdown_table(["job", "0.1.0", *(f"Blender {name}" for name in counts)], rows, text_columns=2)


REPORT = WindowReport(
    "day", ROOT / "docs" / "directing.md", "<!-- day figures -->", "<!-- end of day figures -->", format_table
)
