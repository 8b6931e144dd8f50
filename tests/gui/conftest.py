# SPDX-License-Identifier: GPL-3.0-or-later
"""The zip, installed as a user would in a windowed Blender, once a session for each of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import install, room

SCREEN = f"{room.TREE}/tests/gui/harness/screen.py"


@dataclass(frozen=True)
class Played:
    """What a play left: exit status of Blender, notes, log, screen report, and the folder with the photographs."""

    status: int
    notes: dict[str, Any]
    log: str
    screen: dict[str, Any]
    folder: Path


@pytest.fixture(scope="session", params=list(install.SUITES))
def blender(request: pytest.FixtureRequest) -> Path:
    """The folder of a windowed Blender; skips, saying why, where there can be none."""
    wanted = os.environ.get("KINESCRIBE_GUI_SUITES", "")
    if wanted and request.param not in wanted.split():
        pytest.skip(f"KINESCRIBE_GUI_SUITES does not name {request.param}")
    reason = install.obstacle() or install.install(request.param)
    if reason:
        pytest.skip(reason)
    return install.root_of(request.param)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension's zip, built from the working tree."""
    folder = tmp_path_factory.mktemp("zip")
    built = subprocess.run(
        [sys.executable, str(room.ROOT / "dev.py"), "build", "--out", str(folder)],
        capture_output=True,
        text=True,
    )
    found = sorted(folder.glob("*.zip"))
    assert built.returncode == 0 and found, built.stdout + built.stderr
    return found[-1]


@pytest.fixture(scope="session")
def installed(blender: Path, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh home folder in which the zip is installed and enabled."""
    home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("install")
    shutil.copy(archive, out / "kinescribe.zip")
    command = f"blender --command extension install-file -r user_default -e {room.OUT}/kinescribe.zip"
    done = room.run(blender, command.split(), out, home)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture
def play(blender: Path, installed: Path, tmp_path: Path) -> Callable[..., Played]:
    """A function that plays a play in its own copy of the home; photographs go to ``$KINESCRIBE_GUI_OUT`` if set."""

    def run(name: str, limit: float = 240.0, size: str = "1280x800") -> Played:
        kept = os.environ.get("KINESCRIBE_GUI_OUT")
        folder = Path(kept) / blender.name / name if kept else tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        home = tmp_path / "home"
        shutil.copytree(installed, home, symlinks=True)
        command = ["python3", SCREEN, name, "--limit", str(limit), "--size", size]
        done = room.run(blender, command, folder, home, timeout=limit + 60)
        shutil.rmtree(home, ignore_errors=True)

        def load(file: str) -> dict[str, Any]:
            path = folder / file
            return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

        log = folder / "blender.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else done.stderr
        return Played(done.returncode, load("play.json"), text, load("screen.json"), folder)

    return run
