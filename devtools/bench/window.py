# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py window``: how far a real window stands still while a motion is generated, and how soon Cancel ends it."""

from __future__ import annotations

import json
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..env.console import CommandError, say, table
from ..env.environments import ROOT
from ..env.package import build, manifest
from ..env.report_page import replace_section
from ..testing.window import install, session
from .bench import machine

REPORT = ROOT / "docs" / "reports" / "window.json"
PAGE = ROOT / "README.md"
BEGIN, END = "<!-- window -->", "<!-- end of window -->"
GENERATED = ("first", "warm", "long")
"""The three motions that the play generates: the very first, the same again, and one of ten seconds."""
CANCELLED = ("cancel_button", "cancel_escape")
_RANGE: tuple[Callable[..., float], ...] = (min, max)
_QUIET = 0.05
"""Share of the processors that others may use without the page saying so."""


def window(out: Path, runs: int, write: bool) -> int:
    """Play an animator's first minutes ``runs`` times in each windowed Blender; with ``write`` say it in the README."""
    out.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {
        "date": date.today().isoformat(), "version": manifest()["version"], "machine": machine(), "runs": runs,
        "blender": {},
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="kinescribe-window-") as scratch:
        folder = Path(scratch)
        archive = build(folder / "zip")
        for notes in _played(archive, folder, runs):
            known = found["blender"].setdefault(str(notes["blender"]), [])
            known.append({key: notes.get(key) for key in ("stutter_alone", *GENERATED, *CANCELLED)})
    if not found["blender"]:
        raise CommandError("there is no windowed Blender: python dev.py test gui says why")
    found["worst"] = {name: worst(plays) for name, plays in found["blender"].items()}
    (out / "window.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    rows = [
        [name, f"{one['alone_ms']:.0f} ms", f"{one['gap_ms']:.0f} ms",
         *(f"{s:.2f} s" for s in one["cancel_s"]), f"{one['others']:.0%}"]
        for name, one in found["worst"].items()
    ]  # fmt: skip
    heads = ["window", "idle gap", "gap while generating", "fastest Cancel", "slowest Cancel", "others' work"]
    say(table(heads, rows))
    if write:
        REPORT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        replace_section(PAGE, BEGIN, END, sentence(found))
    return 0


def worst(plays: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The longest gaps (ms), fastest and slowest Cancel (s), and most that others took of the processors."""
    made = [play[key] for play in plays for key in GENERATED]
    ended = [play[key] for play in plays for key in CANCELLED if play[key]]
    if not ended:
        raise CommandError("no generation lasted long enough to be cancelled: nothing was measured of Cancel")
    return {
        "alone_ms": max(play["stutter_alone"]["max_ms"] for play in plays),
        "gap_ms": max(one["stutter"]["max_ms"] for one in made),
        "cancel_s": [pick(one["seconds"] for one in ended) for pick in _RANGE],
        "others": max(one["stutter"]["others"] for one in made + ended),
    }


def sentence(found: dict[str, Any]) -> str:
    """What the README says of it."""
    told = found["worst"]
    gaps = " and ".join(f"{one['gap_ms']:.0f} ms in Blender {name}" for name, one in told.items())
    alone = " and ".join(f"{one['alone_ms']:.0f}" for one in told.values())
    cancels = [seconds for one in told.values() for seconds in one["cancel_s"]]
    others = max(one["others"] for one in told.values())
    beside = f", beside others that took up to {others:.0%} of the processors" if others > _QUIET else ""
    text = (
        f"While a motion is generated the longest gap between ticks of a 20 ms timer was {gaps} ({alone} ms with "
        f"nothing but the sidebar redrawn, in software OpenGL), and Cancel took {min(cancels):.2f} to "
        f"{max(cancels):.2f} s: the worst of {found['runs']} runs of `python dev.py window` on {found['date']}"
        f"{beside} ([window.json](docs/reports/window.json))."
    )
    return textwrap.fill(text, 120, break_on_hyphens=False)


def _played(archive: Path, folder: Path, runs: int) -> list[dict[str, Any]]:
    """The notes of every run, each in a fresh home folder."""
    notes = []
    for suite in install.SUITES:
        root = install.root_of(suite)
        reason = install.obstacle() or install.install(suite)
        if reason:
            say(f"windowed Blender of Debian {suite}: skipped, {reason}")
            continue
        for run in range(runs):
            home, scratch, played = (
                folder / f"{suite}-{run}-{name}" for name in ("home", "install", "played")
            )
            for path in (home, scratch, played):
                path.mkdir()
            try:
                session.install(root, archive, home, scratch)
            except RuntimeError as error:
                raise CommandError(f"windowed Blender of Debian {suite}: {error}") from error
            result = session.play(root, "first_animation", home, played, 600.0, "1280x800")
            if result.status:
                raise CommandError(f"windowed Blender of Debian {suite}: {result.said}")
            say(f"Blender {result.notes['blender']}, run {run + 1} of {runs}")
            notes.append(result.notes)
    return notes
