# SPDX-License-Identifier: GPL-3.0-or-later
"""From the zip to a finished play: install it as a user would, start Blender on a screen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import sandbox

SCREEN = f"{sandbox.TREE}/devtools/testing/window/screen.py"
PLAYS = "tests.gui.plays"


@dataclass(frozen=True)
class PlayResult:
    """What a play left.

    Attributes
    ----------
    status : int
        Exit status of Blender.
    notes : dict
        Its notes, ``play.json``.
    log : str
        Blender's output.
    screen : dict
        Status, seconds and peak memory.
    folder : Path
        Folder with the photographs.
    """

    status: int
    notes: dict[str, Any]
    log: str
    screen: dict[str, Any]
    folder: Path

    @property
    def failure_text(self) -> str:
        """The error and the end of the log, for a failed test."""
        return f"{self.notes.get('error', 'no error noted')}\n{self.log[-3000:]}"


def install_extension(root: Path, archive: Path, home: Path, scratch: Path) -> None:
    """Install and enable the zip for the user with the home folder ``home``. Raises RuntimeError if that fails.

    Parameters
    ----------
    root : Path
        Folder of the windowed Blender.
    archive : Path
        The extension's zip.
    home : Path
        Home folder.
    scratch : Path
        Folder for a copy of the zip.
    """
    shutil.copy(archive, scratch / "kinescribe.zip")
    command = f"blender --command extension install-file -r user_default -e {sandbox.OUT}/kinescribe.zip"
    process = sandbox.run_in_sandbox(root, command.split(), scratch, home)
    if process.returncode:
        raise RuntimeError(f"the extension could not be installed:\n{process.stdout}{process.stderr}")


def run_play(
    root: Path,
    name: str,
    home: Path,
    folder: Path,
    limit_seconds: float,
    size: str,
    mounted: Mapping[str, Path] | None = None,
    real_input: bool = False,
) -> PlayResult:
    """Play ``tests/gui/plays/NAME.py`` in Blender.

    Parameters
    ----------
    root : Path
        Folder of the windowed Blender.
    name : str
        Name of the play.
    home : Path
        Home folder of a user who has the extension.
    folder : Path
        Current folder of the play, where it writes.
    limit_seconds : float
        Longest time.
    size : str
        Size of the screen, such as "1280x800".
    mounted : mapping, optional
        As in :func:`sandbox.run_in_sandbox`.
    real_input : bool
        Mouse and keys come from the X server: slower to follow, and double clicks are found.
    """
    command = ["python3", SCREEN, f"{PLAYS}.{name}", "--limit", str(limit_seconds), "--size", size]
    if real_input:
        command.append("--real-input")
    process = sandbox.run_in_sandbox(root, command, folder, home, timeout=limit_seconds + 60, mounted=mounted)

    def load_json(file: str) -> dict[str, Any]:
        path = folder / file
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    log = folder / "blender.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else process.stderr
    return PlayResult(process.returncode, load_json("play.json"), text, load_json("screen.json"), folder)
