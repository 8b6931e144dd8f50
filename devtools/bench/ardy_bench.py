# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY's speed: ``dev.py bench --part ardy`` inside the bpy modules, ``dev.py window --part ardy`` in real windows.

``dev.py bench --part ardy-length`` measures long motions, each in a process of its own. All make a model and a text
encoder with random weights at the published sizes. Their figures go into one report, and with ``--write`` into
``docs/ardy.md``.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..env import blender
from ..env.console import CommandError, markdown_table, print_line
from ..env.environments import ROOT, ensure_environment
from ..env.package import build_zip_for_this_machine, read_manifest
from ..env.report_page import replace_section
from ..testing.window import install
from .ardy_files import MODEL, TEXT
from .bench import describe_machine, describe_machine_briefly
from .windowed_play import play_installed

REPORT = ROOT / "docs" / "reports" / "ardy.json"
PAGE = ROOT / "docs" / "ardy.md"
BEGIN, END = "<!-- speed -->", "<!-- end of speed -->"
LENGTH_BEGIN, LENGTH_END = "<!-- length -->", "<!-- end of length -->"
MODELS_IN_SANDBOX = "/tmp/models"
"""Where the play looks for the models."""

_LENGTHS, _LENGTH_BLENDER = (10, 60, 600), "4.5"
"""Seconds of the long motions, and the Blender that they are made in."""

COLUMNS = {
    "load": ("loading", "s", 2.0),
    "four_4": ("4 s at 4 steps", "s", 2.5),
    "four_10": ("4 s at 10 steps", "s", 6.0),
    "ten_4": ("10 s at 4 steps", "s", 9.0),
    "cancel": ("slowest Cancel", "s", 0.3),
    "gap_ms": ("longest gap", "ms", 100.0),
    "peak_mb": ("peak memory", "MB", 1600.0),
    "released_mb": ("left after use", "MB", None),
}
"""Heading, unit and target of each figure."""


def measure_ardy(out: Path, versions: list[str], write_page: bool) -> None:
    """Measure inside the bpy modules of some Blender versions. Raises CommandError if that fails.

    Parameters
    ----------
    out : Path
        Folder for ``ardy.json``.
    versions : list of str
        Which Blenders, such as "4.5".
    write_page : bool
        Also replace the table in ``docs/ardy.md`` and the report in ``docs/reports``.
    """
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="kinescribe-ardy-") as scratch:
        folder = Path(scratch)
        archive, models = build_zip_for_this_machine(folder), _make_models(folder)
        for version in versions:
            print_line(f"Blender {version} (bpy)")
            resources, vectors = folder / version, folder / f"{version}-vectors"
            resources.mkdir()
            blender.run_script(version, "install", [str(archive)], resources)
            arguments = ["ardy", *(str(path) for path in (models / MODEL, models / TEXT, vectors))]
            found[version] = blender.run_script(version, "measure", arguments, resources)[-1]
    _write_report("modules", found, out, write_page)


def measure_ardy_length(out: Path, write_page: bool) -> None:
    """Measure motions of several lengths in one Blender (bpy). Raises CommandError if that fails.

    ``out`` and ``write_page`` as for :func:`measure_ardy`.
    """
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="kinescribe-ardy-") as scratch:
        folder = Path(scratch)
        archive, models = build_zip_for_this_machine(folder), _make_models(folder)
        resources = folder / _LENGTH_BLENDER
        resources.mkdir()
        blender.run_script(_LENGTH_BLENDER, "install", [str(archive)], resources)
        for length in _LENGTHS:
            print_line(f"{length} s in Blender {_LENGTH_BLENDER} (bpy)")
            places = (models / MODEL, models / TEXT, folder / "vectors")
            arguments = ["ardy-length", *(str(path) for path in places), str(length)]
            figures = blender.run_script(
                _LENGTH_BLENDER, "measure", arguments, resources, limit_seconds=3600.0
            )[-1]
            rows.append({"length": length} | figures)
    measured = {"date": date.today().isoformat(), "machine": describe_machine(), "rows": rows}
    out.mkdir(parents=True, exist_ok=True)
    (out / "ardy_length.json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print_line(format_lengths(measured))
    if write_page:
        known = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.is_file() else {}
        known["length"] = measured
        REPORT.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        replace_section(PAGE, LENGTH_BEGIN, LENGTH_END, format_lengths(measured))


def format_lengths(measured: Mapping[str, Any]) -> str:
    """Return the Markdown of motions of several lengths: a row for each, memory beyond its target in bold type."""
    rows = [
        [
            f"{row['length']} s", f"{row['took']:.1f} s", f"{1000 * row['took'] / row['length']:.0f} ms",
            _format_figure(row, "peak_mb"),
        ]
        for row in measured["rows"]
    ]  # fmt: skip
    heads = ["motion", "processor time", "for each second", "peak memory of the process (at most 1600 MB)"]
    first = measured["rows"][0]
    origin = f"{measured['date']}, {describe_machine_briefly(measured['machine'])}"
    return f"{markdown_table(heads, rows)}\n\nBlender {first['blender']} (bpy), {first['choice']}, 4 steps; {origin}."


def measure_ardy_window(out: Path, suites: Sequence[str], write_page: bool) -> None:
    """Measure in windowed Blenders. Raises CommandError if there is none or the play fails.

    ``suites``: the Debians they are from; ``out`` and ``write_page`` as for :func:`measure_ardy`.
    """
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="kinescribe-ardy-") as scratch:
        folder = Path(scratch)
        archive, models = build_zip_for_this_machine(folder), _make_models(folder)
        for suite in suites:
            reason = install.find_obstacle() or install.install_suite(suite)
            if reason:
                print_line(f"windowed Blender of Debian {suite}: skipped, {reason}")
                continue
            mounted = {MODELS_IN_SANDBOX: models}
            result = play_installed(suite, "ardy_speed", archive, folder / suite, 600.0, mounted)
            memory = str(result.screen.get("peak_memory", "")).split()
            peak = float(memory[0]) / 1e3 if memory and memory[-1] == "kB" else None
            print_line(f"Blender {result.notes['blender']} (window)")
            found[f"{result.notes['blender']} window"] = {**result.notes, "peak_mb": peak}
    if not found:
        raise CommandError("there is no windowed Blender: python dev.py test gui prints the reason")
    _write_report("windows", found, out, write_page)


def _make_models(folder: Path) -> Path:
    """Write both models below a folder; return where. Raises CommandError."""
    models = folder / "models"
    models.mkdir()
    print_line("random weights at the published sizes")
    command = [str(ensure_environment("unit")), "-m", f"{__package__}.ardy_files", str(models)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    if process.returncode:
        raise CommandError(f"the models can't be made: {process.stderr.strip()[-2000:]}")
    return models


def _write_report(part: str, found: Mapping[str, Any], out: Path, write_page: bool) -> None:
    """Print a table of what was found, and write it.

    Parameters
    ----------
    part : "modules" or "windows"
    found : figures by the name of each Blender
    out : folder for ``ardy.json``
    write_page : whether to change the page and its report too
    """
    measured = {
        "date": date.today().isoformat(), "version": read_manifest()["version"], "machine": describe_machine(),
        "blender": dict(found),
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    (out / "ardy.json").write_text(json.dumps({part: measured}, indent=1) + "\n", encoding="utf-8")
    print_line(format_report({part: measured}))
    if write_page:
        known = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.is_file() else {}
        known[part] = _merge_parts(known.get(part), measured)
        REPORT.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        replace_section(PAGE, BEGIN, END, format_report(known))


def _merge_parts(before: Mapping[str, Any] | None, measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of the report in which a Blender that was not measured keeps its figures, date and machine."""
    blenders = {}
    for part in (before, measured):
        if part is not None:
            origin = {key: part[key] for key in ("date", "machine")}
            blenders |= {name: origin | figures for name, figures in part["blender"].items()}
    return {**measured, "blender": blenders}


def format_report(report: Mapping[str, Any]) -> str:
    """Return the Markdown of all figures: a row for each Blender, a figure beyond its target in bold type."""
    heads = [
        f"{title}{f' (at most {target:g} {unit})' if target else ''}"
        for title, unit, target in COLUMNS.values()
    ]
    rows = []
    origins: dict[str, list[str]] = {}
    for part in (report[name] for name in ("modules", "windows") if name in report):
        for name, figures in part["blender"].items():
            rows.append([f"{name}, {figures['choice']}", *(_format_figure(figures, key) for key in COLUMNS)])
            origin = {**part, **figures}
            origins.setdefault(f"{origin['date']}, {describe_machine_briefly(origin['machine'])}", []).append(
                name
            )
    notes = "; ".join(f"{', '.join(names)}: {origin}" for origin, names in origins.items())
    return f"{markdown_table(['Blender, matrix products', *heads], rows)}\n\n{notes}."


def _format_figure(figures: Mapping[str, Any], key: str) -> str:
    _, unit, target = COLUMNS[key]
    value = figures.get(key)
    if value is None:
        return "-"
    text = f"{value:.2f} {unit}" if unit == "s" else f"{value:.0f} {unit}"
    return f"**{text}**" if target is not None and value > target else text
