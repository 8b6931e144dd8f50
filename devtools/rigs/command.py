# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py rigs`` and ``dev.py sheet``: measure rigs of every family inside Blender, and draw motions on them."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path
from typing import Any

from ..env import blender
from ..env.console import CommandError, Stopwatch, print_line
from ..env.environments import ROOT
from ..env.report_page import replace_section
from . import report
from .specs import SPECS

SHARED = ROOT.parent / "shared"
REPORTS = ROOT / "docs" / "reports"
_MEASURED = ("recognition", "motions", "speed")
PARTS = ("recognise", "measure", "speed")
MOTIONS = ("walk", "run", "jump", "turn", "kick", "dance", "sit")
OTHER_RIGS = (
    "rigify", "rigify_metarig", "real_mesh2motion_human", "real_kenney_human", "real_rocketbox_female_01",
    "real_rocketbox_male_08",
)  # fmt: skip


def measure_rigs(
    out: Path, versions: list[str], names: list[str], motions: list[str], parts: list[str], sheets: Path | None,
    write_page: bool,
) -> int:  # fmt: skip
    """Measure, print tables, write ``rigs.json`` and ``rigs.md`` into ``out``; return 0.

    Raises CommandError for an unknown rig, and if Blender fails.

    Parameters
    ----------
    out : Path
        Folder for the results.
    versions : list of str
        Blender versions.
    names, motions : list of str
        Only these rigs and motions; empty for all.
    parts : list of str
        Of :data:`PARTS`.
    sheets : Path, optional
        Folder for a contact sheet of every motion on every rig.
    write_page : bool
        Also write the project's page; needs all rigs, motions and parts.
    """
    known = {spec.name for spec in SPECS} | set(OTHER_RIGS)
    for name in names:
        if name not in known:
            raise CommandError(f"no rig is called {name}; known rigs are {', '.join(sorted(known))}")
    out.mkdir(parents=True, exist_ok=True)
    if not SHARED.is_dir():
        print_line("../shared is missing: real files are left out, and the embedded model makes the motions")
    figures: dict[str, Any] = {"date": datetime.date.today().isoformat(), "blenders": {}}
    for version in versions:
        options = {
            "shared": str(SHARED) if SHARED.is_dir() else None, "rigs": names, "motions": motions, "parts": parts,
            "sheets": str(sheets.resolve()) if sheets else None,
        }  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="kinescribe-rigs-") as scratch:
            messages = blender.run_script(
                version, "rigs", [json.dumps(options)], Path(scratch), Stopwatch(), limit_seconds=3600.0
            )
        machine = messages[0]
        figures["blenders"][version] = {**machine, "rigs": [m for m in messages if "rig" in m]}
    (out / "rigs.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    for figures_of_version in figures["blenders"].values():
        for rig in figures_of_version["rigs"]:
            for part, error in rig.get("failed", {}).items():
                print_line(f"{rig['label']}, {part}: {error}")
    text = _format_page(figures)
    (out / "rigs.md").write_text(text, encoding="utf-8")
    print_line(f"\n{text}\n{out / 'rigs.json'}")
    if write_page:
        if names or motions or set(parts) != set(PARTS):
            raise CommandError(
                "--write needs all rigs, motions and parts: leave out --rig, --motion and --part"
            )
        _write_page(figures)
    return 0


def write_page_from(measured: Path) -> int:
    """Write the project's page and report from the ``rigs.json`` of an earlier run.

    What that run did not measure is taken from the project's report, with its date. Raises CommandError if the file is
    no such report, or if rigs or motions are missing in both.
    """
    try:
        figures = _merge_figures(json.loads((REPORTS / "rigs.json").read_text(encoding="utf-8")),
                                 json.loads(measured.read_text(encoding="utf-8")))  # fmt: skip
        rows = [rig for one in figures["blenders"].values() for rig in one["rigs"]]
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(f"{measured} is no rigs.json of an earlier run: {error}") from error
    # a new rig may have been recognised only
    is_complete = all(
        set(rig.get("motions", MOTIONS)) == set(MOTIONS) and "recognition" in rig for rig in rows
    )
    if not is_complete or not {spec.name for spec in SPECS} <= {rig["rig"] for rig in rows}:
        raise CommandError(
            f"{measured} does not hold all rigs, motions and parts: run dev.py rigs without filters"
        )
    _write_page(figures)
    return 0


def _merge_figures(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of two runs: rig by rig and part by part, those of the later run where it has them."""
    for run in (before, after):
        for one in run["blenders"].values():
            for rig in one["rigs"]:
                rig.setdefault("dates", {part: run["date"] for part in _MEASURED if part in rig})
    merged = {**after, "blenders": {}}
    for version, one in after["blenders"].items():
        earlier = {rig["rig"]: rig for rig in before["blenders"].get(version, {"rigs": []})["rigs"]}
        later = {rig["rig"]: rig for rig in one["rigs"]}
        order = [spec.name for spec in SPECS if spec.name in {**earlier, **later}]
        order += [name for name in {**earlier, **later} if name not in order]
        rows = []
        for name in order:
            old, new = earlier.get(name, {}), later.get(name, {})
            rows.append({**old, **new, "dates": {**old.get("dates", {}), **new.get("dates", {})}})
        merged["blenders"][version] = {**before["blenders"].get(version, {}), **one, "rigs": rows}
    dates = {
        date for one in merged["blenders"].values() for rig in one["rigs"] for date in rig["dates"].values()
    }
    merged["date"] = max(dates, default=after["date"])
    if len(dates) > 1:
        merged["since"] = min(dates)
    return merged


def _write_page(figures: dict[str, Any]) -> None:
    reports = REPORTS
    reports.mkdir(parents=True, exist_ok=True)
    (reports / "rigs.json").write_text(json.dumps(_round_figures(figures), indent=1) + "\n", encoding="utf-8")
    replace_section(ROOT / "docs" / "rigs.md", report.BEGIN, report.END, _format_page(figures))
    print_line(f"{ROOT / 'docs' / 'rigs.md'} written")


def draw_sheet(motion: str, rig: str, target: Path, version: str) -> int:
    """Draw a contact sheet of a motion on a rig; return 0.

    Parameters
    ----------
    motion : str
        One of :data:`MOTIONS`, or a motion file.
    rig : str
        Name of a rig, or a character file.
    target : Path
        PNG file.
    version : str
        Blender version.
    """
    options = {
        "shared": str(SHARED) if SHARED.is_dir() else None, "motion": motion, "rig": rig,
        "target": str(target.resolve()),
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="kinescribe-sheet-") as scratch:
        blender.run_script(version, "rigs_draw", [json.dumps(options)], Path(scratch))
    print_line(str(target))
    return 0


def _format_page(figures: dict[str, Any]) -> str:
    blocks = []
    for version, one in figures["blenders"].items():
        rows = one["rigs"]
        since = f"{figures['since']} to " if "since" in figures else ""
        blocks.append(
            f"Measured on {since}{figures['date']} in Blender {one['blender']}, motions: {one['motions']}."
        )
        blocks.append(report.aims_table(rows))
        blocks.append(report.recognition_table(rows))
        blocks.append(report.motion_table(rows))
        blocks.append(report.speed_table(rows))
        if len(figures["blenders"]) > 1:
            blocks[-1] += f"\n\n(Blender {version})"
    return "\n\n".join(block for block in blocks if block) + "\n"


def _round_figures(value: Any) -> Any:
    """Return figures with four significant digits."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _round_figures(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_round_figures(one) for one in value]
    return value
