# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py rigs`` and ``dev.py sheet``: rigs of every family measured, and drawn, inside Blender."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path
from typing import Any

from ..env import blender
from ..env.console import CommandError, Stopwatch, say
from ..env.environments import ROOT
from ..env.report_page import replace_section
from . import report
from .specs import SPECS

SHARED = ROOT.parent / "shared"
PARTS = ("recognise", "measure", "speed")
MOTIONS = ("walk", "run", "jump", "turn", "kick", "dance", "sit")
OTHERS = (
    "rigify", "rigify_metarig", "real_mesh2motion_human", "real_kenney_human", "real_rocketbox_female_01",
    "real_rocketbox_male_08",
)  # fmt: skip


def rigs(
    out: Path, versions: list[str], names: list[str], motions: list[str], parts: list[str], sheets: Path | None,
    page: bool,
) -> int:  # fmt: skip
    """Measure, print tables, write ``rigs.json`` and ``rigs.md`` into ``out``; with ``page`` the project's page too.

    Raises :class:`CommandError` for a name that is none, and where Blender fails.
    """
    known = {spec.name for spec in SPECS} | set(OTHERS)
    for name in names:
        if name not in known:
            raise CommandError(f"no rig is called {name}: there are {', '.join(sorted(known))}")
    out.mkdir(parents=True, exist_ok=True)
    if not SHARED.is_dir():
        say("no ../shared here: real files are left out, and the embedded model makes the motions")
    found: dict[str, Any] = {"date": datetime.date.today().isoformat(), "blenders": {}}
    for version in versions:
        options = {
            "shared": str(SHARED) if SHARED.is_dir() else None, "rigs": names, "motions": motions, "parts": parts,
            "sheets": str(sheets.resolve()) if sheets else None,
        }  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="kinescribe-rigs-") as scratch:
            messages = blender.run(
                version, "rigs", [json.dumps(options)], Path(scratch), Stopwatch(), limit=3600.0
            )
        about = messages[0]
        found["blenders"][version] = {**about, "rigs": [m for m in messages if "rig" in m]}
    (out / "rigs.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for one in found["blenders"].values():
        for rig in one["rigs"]:
            for part, sentence in rig.get("failed", {}).items():
                say(f"{rig['label']}, {part}: {sentence}")
    text = _text(found)
    (out / "rigs.md").write_text(text, encoding="utf-8")
    say(f"\n{text}\n{out / 'rigs.json'}")
    if page:
        if names or motions or set(parts) != set(PARTS):
            raise CommandError("--write needs all rigs, motions and parts: leave the filters out")
        _write(found)
    return 0


def write(measured: Path) -> int:
    """Write the project's page and report from the ``rigs.json`` of an earlier run over everything.

    Raises :class:`CommandError` where the file is none, or misses rigs or motions.
    """
    try:
        found = json.loads(measured.read_text(encoding="utf-8"))
        rows = [rig for one in found["blenders"].values() for rig in one["rigs"]]
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(f"{measured} is not the rigs.json of an earlier run: {error}") from error
    whole = all(set(rig.get("motions", {})) == set(MOTIONS) and "recognition" in rig for rig in rows)
    if not whole or not {spec.name for spec in SPECS} <= {rig["rig"] for rig in rows}:
        raise CommandError(
            f"{measured} does not hold all rigs, motions and parts: run dev.py rigs without filters"
        )
    _write(found)
    return 0


def _write(found: dict[str, Any]) -> None:
    reports = ROOT / "docs" / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    (reports / "rigs.json").write_text(json.dumps(_rounded(found), indent=1) + "\n", encoding="utf-8")
    replace_section(ROOT / "docs" / "rigs.md", report.BEGIN, report.END, _text(found))
    say(f"{ROOT / 'docs' / 'rigs.md'} written")


def sheet(motion: str, rig: str, target: Path, version: str) -> int:
    """Draw a motion (a name of the table's, or a file) on a rig (a name of the table's, or a file)."""
    options = {
        "shared": str(SHARED) if SHARED.is_dir() else None, "motion": motion, "rig": rig,
        "target": str(target.resolve()),
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="kinescribe-sheet-") as scratch:
        blender.run(version, "rigs_draw", [json.dumps(options)], Path(scratch))
    say(str(target))
    return 0


def _text(found: dict[str, Any]) -> str:
    blocks = []
    for version, one in found["blenders"].items():
        rows = one["rigs"]
        blocks.append(f"Measured on {found['date']} in Blender {one['blender']}, motions: {one['motions']}.")
        blocks.append(report.aims(rows))
        blocks.append(report.recognition_table(rows))
        blocks.append(report.motion_table(rows))
        blocks.append(report.speed_table(rows))
        if len(found["blenders"]) > 1:
            blocks[-1] += f"\n\n(Blender {version})"
    return "\n\n".join(block for block in blocks if block) + "\n"


def _rounded(value: Any) -> Any:
    """Figures with the digits that mean something."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return value
