# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure in the windowed Blenders, and put what was found into a page of the project."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..env.console import CommandError, print_line
from ..env.environments import ROOT
from ..env.package import build_zip_for_this_machine, read_manifest
from ..env.report_page import replace_section
from ..testing.window import install
from .bench import describe_machine


@dataclass(frozen=True)
class WindowReport:
    """What is measured in every windowed Blender, and where it is put.

    Attributes
    ----------
    name : str
        Of its file in ``docs/reports``, such as "live".
    page : Path
        Markdown file that shows it.
    begin, end : str
        Lines of the page between which it stands.
    format_table : callable
        Returns that text, from all figures.
    """

    name: str
    page: Path
    begin: str
    end: str
    format_table: Callable[[Mapping[str, Any]], str]

    @property
    def path(self) -> Path:
        """The file of the figures that the page shows."""
        return ROOT / "docs" / "reports" / f"{self.name}.json"


MeasureSuite = Callable[[str, Path, Path], tuple[str, Any]]
"""Debian suite, the extension's zip, a new folder -> version of its Blender, and what was found."""


def measure_windows(
    report: WindowReport, measure_suite: MeasureSuite, out: Path, suites: Sequence[str], write_page: bool
) -> int:
    """Measure in the windowed Blenders, print the table, and put it into the page; return 0.

    Of other windows than those that are measured now, the page keeps what was found on the same day and machine.
    Raises CommandError if no windowed Blender is available, and what ``measure_suite`` raises.

    Parameters
    ----------
    report : WindowReport
        What is measured.
    measure_suite : callable
        Measures in one of them.
    out : Path
        Folder for the figures.
    suites : sequence of str
        Debian suites.
    write_page : bool
        Also replace the table of the page, and the report in ``docs/reports``.
    """
    out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {
        "date": date.today().isoformat(), "version": read_manifest()["version"], "machine": describe_machine(),
        "blender": {},
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix=f"kinescribe-{report.name}-") as scratch:
        folder = Path(scratch)
        archive = build_zip_for_this_machine(folder / "zip")
        for suite in suites:
            reason = install.find_obstacle() or install.install_suite(suite)
            if reason:
                print_line(f"windowed Blender of Debian {suite}: skipped, {reason}")
                continue
            version, found = measure_suite(suite, archive, folder / suite)
            figures["blender"][version] = found
    if not figures["blender"]:
        raise CommandError("there is no windowed Blender: python dev.py test gui prints the reason")
    if report.path.is_file():
        add_other_windows(figures, json.loads(report.path.read_text(encoding="utf-8")))
    text = json.dumps(figures, indent=1) + "\n"
    (out / report.path.name).write_text(text, encoding="utf-8")
    print_line(report.format_table(figures))
    if write_page:
        report.path.write_text(text, encoding="utf-8")
        replace_section(report.page, report.begin, report.end, report.format_table(figures))
    return 0


def add_other_windows(figures: dict[str, Any], earlier: Mapping[str, Any]) -> None:
    """Add the windows that only an earlier report has, if it is of the same day, version and machine."""
    if _name_circumstances(earlier) == _name_circumstances(figures):
        found = {**earlier["blender"], **figures["blender"]}
        figures["blender"] = {name: found[name] for name in sorted(found)}


def _name_circumstances(figures: Mapping[str, Any]) -> tuple[Any, ...]:
    machine = {key: value for key, value in figures["machine"].items() if key != "load_before"}
    return figures["date"], figures["version"], machine
