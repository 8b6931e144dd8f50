# SPDX-License-Identifier: GPL-3.0-or-later
"""The zip, installed as a user would in a windowed Blender, once a session for each of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from devtools.env.package import build_zip_for_this_machine
from devtools.testing.window import install, session

WANTED = os.environ.get("KINESCRIBE_GUI_SUITES", "").split() or list(install.SUITES)
"""Suites to run in: all of them, or those that the variable names."""


@pytest.fixture(scope="session", params=WANTED)
def blender(request: pytest.FixtureRequest) -> Path:
    """The folder of a windowed Blender; skips, saying why, where there can be none."""
    reason = install.find_obstacle() or install.install_suite(request.param)
    if reason:
        pytest.skip(reason)
    return install.suite_folder(request.param)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension's zip, built from the working tree."""
    return build_zip_for_this_machine(tmp_path_factory.mktemp("zip"))


@pytest.fixture(scope="session")
def installed(blender: Path, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh home folder in which the zip is installed and enabled."""
    home = tmp_path_factory.mktemp("home")
    session.install_extension(blender, archive, home, tmp_path_factory.mktemp("install"))
    return home


@pytest.fixture
def play(blender: Path, installed: Path, tmp_path: Path) -> Callable[..., session.PlayResult]:
    """A function that plays a play in its own copy of the home; photographs go to ``$KINESCRIBE_GUI_OUT`` if set.

    ``prepare`` may put files into the folder that the play works in; ``shown`` are further folders, by where
    they are for Blender. ``real_input``: mouse and keys by the X server.
    """

    def run(
        name: str,
        limit: float = 480.0,
        size: str = "1280x800",
        prepare: Callable[[Path], object] = lambda folder: None,
        shown: Mapping[str, Path] | None = None,
        real_input: bool = False,
    ) -> session.PlayResult:
        kept = os.environ.get("KINESCRIBE_GUI_OUT")
        folder = Path(kept) / blender.name / name if kept else tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        home = tmp_path / "home"
        shutil.copytree(installed, home, symlinks=True)
        prepare(folder)
        played = session.run_play(blender, name, home, folder, limit, size, shown, real_input)
        shutil.rmtree(home, ignore_errors=True)
        return played

    return run
