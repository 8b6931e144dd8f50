# SPDX-License-Identifier: GPL-3.0-or-later
"""From the working tree to a played play: build the zip, install it as a user would, start Blender on a screen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import room

SCREEN = f"{room.TREE}/devtools/testing/window/screen.py"
PLAYS = "tests.gui.plays"


@dataclass(frozen=True)
class Played:
    """What a play left: exit status of Blender, notes, log, screen report, and the folder with the photographs."""

    status: int
    notes: dict[str, Any]
    log: str
    screen: dict[str, Any]
    folder: Path

    @property
    def said(self) -> str:
        """What a failed test should show."""
        return f"{self.notes.get('error', 'no error noted')}\n{self.log[-3000:]}"


def build(folder: Path) -> Path:
    """The extension's zip from the working tree, in ``folder``. RuntimeError where that fails."""
    command = [sys.executable, str(room.ROOT / "dev.py"), "build", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    found = sorted(folder.glob("*.zip"))
    if done.returncode or not found:
        raise RuntimeError(f"the extension could not be built:\n{done.stdout}{done.stderr}")
    return found[-1]


def install(blender: Path, archive: Path, home: Path, scratch: Path) -> None:
    """Install and enable the zip for the user whose home folder ``home`` is. RuntimeError where that fails."""
    shutil.copy(archive, scratch / "kinescribe.zip")
    command = f"blender --command extension install-file -r user_default -e {room.OUT}/kinescribe.zip"
    done = room.run(blender, command.split(), scratch, home)
    if done.returncode:
        raise RuntimeError(f"the extension could not be installed:\n{done.stdout}{done.stderr}")


def play(
    blender: Path,
    name: str,
    home: Path,
    folder: Path,
    limit: float,
    size: str,
    shown: Mapping[str, Path] | None = None,
) -> Played:
    """Play ``plays/NAME.py`` for the user of ``home``, for at most ``limit`` seconds on a screen of ``size``.

    ``shown``: as in :func:`room.run`.
    """
    command = ["python3", SCREEN, f"{PLAYS}.{name}", "--limit", str(limit), "--size", size]
    done = room.run(blender, command, folder, home, timeout=limit + 60, shown=shown)

    def load(file: str) -> dict[str, Any]:
        path = folder / file
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    log = folder / "blender.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else done.stderr
    return Played(done.returncode, load("play.json"), text, load("screen.json"), folder)
