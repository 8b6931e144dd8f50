# SPDX-License-Identifier: GPL-3.0-or-later
"""Play a window test's play in a fresh installation, to measure it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ..env.console import CommandError
from ..testing.window import install, session


def play_installed(
    suite: str,
    play: str,
    archive: Path,
    folder: Path,
    limit_seconds: float,
    mounted: Mapping[str, Path] | None = None,
    size: str = "1280x800",
) -> session.PlayResult:
    """Install the zip for a new user in the windowed Blender of a Debian suite, and play a play there.

    Raises CommandError if either fails.

    Parameters
    ----------
    suite : str
        Debian suite, such as "trixie".
    play : str
        Module of ``tests/gui/plays``.
    archive : Path
        The extension's zip.
    folder : Path
        A new folder for the home folder and what the play writes.
    limit_seconds : float
        The play is stopped after this time.
    mounted : mapping, optional
        Path in the sandbox to a folder of this machine that is mounted there read-only.
    size : str
        Size of the screen in pixels.
    """
    root = install.suite_folder(suite)
    home, scratch, output = (folder / name for name in ("home", "install", "played"))
    for path in (home, scratch, output):
        path.mkdir(parents=True)
    try:
        session.install_extension(root, archive, home, scratch)
        result = session.run_play(root, play, home, output, limit_seconds, size, mounted)
    except RuntimeError as error:
        raise CommandError(f"windowed Blender of Debian {suite}: {error}") from error
    if result.status:
        raise CommandError(f"windowed Blender of Debian {suite}: {result.failure_text}")
    shutil.rmtree(home, ignore_errors=True)
    return result
