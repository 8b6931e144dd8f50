# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py window``: how long a real window freezes from Generate to the keys, and how soon Cancel ends it."""

from __future__ import annotations

import json
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..env.console import CommandError, markdown_table, print_line
from ..env.environments import ROOT
from ..env.package import build_zip_for_this_machine, read_manifest
from ..env.report_page import replace_section
from ..testing.window import install
from .bench import describe_machine
from .windowed_play import play_installed

REPORT = ROOT / "docs" / "reports" / "window.json"
PAGE = ROOT / "README.md"
BEGIN, END = "<!-- window -->", "<!-- end of window -->"
GENERATED = ("first", "warm", "long")
"""The three motions that the play generates: the first, the same again, and one of ten seconds."""
CANCELLED = ("cancel_button", "cancel_escape")
_MIN_AND_MAX: tuple[Callable[..., float], ...] = (min, max)
_NEGLIGIBLE_LOAD = 0.05
"""Fraction of the processors that other programs may use before the page mentions it."""


def measure_window(out: Path, run_count: int, suites: Sequence[str], write_page: bool) -> int:
    """Play an animator's first minutes several times in each windowed Blender; return 0.

    Raises CommandError if no windowed Blender is available or a play fails.

    Parameters
    ----------
    out : Path
        Folder for ``window.json``.
    run_count : int
        Runs in each Blender.
    suites : sequence of str
        Debian suites of the windowed Blenders.
    write_page : bool
        Also replace the sentence in ``README.md`` and the report in ``docs/reports``.
    """
    out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {
        "date": date.today().isoformat(), "version": read_manifest()["version"], "machine": describe_machine(),
        "runs": run_count, "blender": {},
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="kinescribe-window-") as scratch:
        folder = Path(scratch)
        archive = build_zip_for_this_machine(folder / "zip")
        for notes in _play_all(archive, folder, suites, run_count):
            known_plays = figures["blender"].setdefault(str(notes["blender"]), [])
            known_plays.append({key: notes.get(key) for key in ("stutter_alone", *GENERATED, *CANCELLED)})
    if not figures["blender"]:
        raise CommandError("there is no windowed Blender: python dev.py test gui prints the reason")
    figures["worst"] = {name: worst_figures(plays) for name, plays in figures["blender"].items()}
    (out / "window.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    rows = [
        [name, f"{worst['alone_ms']:.0f} ms", f"{worst['gap_ms']:.0f} ms",
         *(f"{s:.2f} s" for s in worst["cancel_s"]), f"{worst['others']:.0%}"]
        for name, worst in figures["worst"].items()
    ]  # fmt: skip
    headings = [
        "window",
        "idle gap",
        "gap until the keys",
        "fastest Cancel",
        "slowest Cancel",
        "others' work",
    ]
    print_line(markdown_table(headings, rows))
    if write_page:
        REPORT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        replace_section(PAGE, BEGIN, END, format_sentence(figures))
    return 0


def worst_figures(plays: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the longest gaps (ms), fastest and slowest Cancel (s), and the highest processor use of other programs."""
    generations = [play[key] for play in plays for key in GENERATED]
    cancellations = [play[key] for play in plays for key in CANCELLED if play[key]]
    if not cancellations:
        raise CommandError("no generation lasted long enough to be cancelled, so Cancel was not measured")
    return {
        "alone_ms": max(play["stutter_alone"]["max_ms"] for play in plays),
        "gap_ms": max(run["stutter"]["max_ms"] for run in generations),
        "cancel_s": [pick(one["seconds"] for one in cancellations) for pick in _MIN_AND_MAX],
        "others": max(one["stutter"]["others"] for one in generations + cancellations),
    }


def format_sentence(figures: dict[str, Any]) -> str:
    """Return the sentence of the README that states the figures."""
    worst = figures["worst"]
    gaps = " and ".join(f"{one['gap_ms']:.0f} ms in Blender {name}" for name, one in worst.items())
    alone = " and ".join(f"{one['alone_ms']:.0f}" for one in worst.values())
    cancels = [seconds for one in worst.values() for seconds in one["cancel_s"]]
    others = max(one["others"] for one in worst.values())
    load_text = (
        f", beside others that took up to {others:.0%} of the processors" if others > _NEGLIGIBLE_LOAD else ""
    )
    text = (
        f"From the click on *Generate* to the keys the longest gap between ticks of a 20 ms timer was {gaps} "
        f"({alone} ms with nothing but the sidebar redrawn, in software OpenGL), and Cancel took {min(cancels):.2f} to "
        f"{max(cancels):.2f} s: the worst of {figures['runs']} runs of `python dev.py window` on {figures['date']}"
        f"{load_text} ([window.json](docs/reports/window.json))."
    )
    return textwrap.fill(text, 120, break_on_hyphens=False)


def _play_all(archive: Path, folder: Path, suites: Sequence[str], run_count: int) -> list[dict[str, Any]]:
    """Return the notes of every run, each in a fresh home folder."""
    notes = []
    for suite in suites:
        reason = install.find_obstacle() or install.install_suite(suite)
        if reason:
            print_line(f"windowed Blender of Debian {suite}: skipped, {reason}")
            continue
        for run in range(run_count):
            run_folder = folder / f"{suite}-{run}"
            result = play_installed(suite, "first_animation", archive, run_folder, limit_seconds=600.0)
            print_line(f"Blender {result.notes['blender']}, run {run + 1} of {run_count}")
            notes.append(result.notes)
    return notes
