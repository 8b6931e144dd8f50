# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a virtual environment with PyTorch for the worker, after the user has agreed to the download."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...motion import BackendError, Cancelled
from ..backend import IsCancelled, never_cancelled
from ..child_process import ChildProcess
from .launch import child_environment
from .log import Log

REQUIRED_PACKAGES = (
    "torch>=2.2",
    "safetensors",
    "transformers",
    "numpy>=1.24",
    "requests>=2.28",
    "motionmcp-sdk[server]==0.13.*",
    "threadpoolctl>=3.5",
)
"""Packages that the worker needs beside this one."""

_PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--no-cache-dir", "--progress-bar", "off")
_TEMPORARY_FOLDER = "temporary"


def make_environment(
    folder: Path,
    base_python: Path,
    log: Log,
    cancelled: IsCancelled = never_cancelled,
    packages: Sequence[str] = REQUIRED_PACKAGES,
) -> Path:
    """Make a virtual environment, install packages into it, and return the path of its Python. Blocks.

    Raises ``BackendError`` or ``Cancelled``, and then leaves nothing behind: pip's temporary files, which may be
    gigabytes and stay where they are when pip is ended, are kept inside ``folder`` while it runs, and nothing goes
    into pip's cache.

    Parameters
    ----------
    folder
        Where to make it: an empty folder, or one that does not exist.
    base_python
        The Python executable that makes it.
    log
        Gets all output.
    cancelled
        Checked ten times a second; if it is true, the running program is ended.
    packages
        Arguments of ``pip install``.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackendError(
            "{folder} is not empty: choose another folder, or one that does not exist yet", folder=folder
        )
    temporary_folder = folder / _TEMPORARY_FOLDER
    try:
        _run_program([str(base_python), "-m", "venv", str(folder)], log, cancelled, {})
        python = environment_python(folder)
        temporary_folder.mkdir()
        _run_program(
            [str(python), "-m", "pip", "install", *_PIP_OPTIONS, *packages],
            log,
            cancelled,
            _temporary_folder_variables(temporary_folder),
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(temporary_folder, ignore_errors=True)
    return python


def environment_python(folder: Path) -> Path:
    """Return the path of the Python executable of an environment."""
    return folder / "Scripts" / "python.exe" if sys.platform == "win32" else folder / "bin" / "python"


def _temporary_folder_variables(folder: Path) -> dict[str, str]:
    """Return the environment variables that make programs on any system put temporary files into ``folder``."""
    return dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))


def _run_program(command: list[str], log: Log, cancelled: IsCancelled, variables: Mapping[str, str]) -> None:
    """Run one program of the setup to its end.

    Raises ``BackendError`` if it fails, ``Cancelled`` if cancelled.

    Parameters
    ----------
    command
        The program and its arguments.
    log
        Gets its output.
    cancelled
        Checked ten times a second.
    variables
        Environment variables beside the usual ones.
    """
    try:
        log.path.parent.mkdir(parents=True, exist_ok=True)
        process = ChildProcess(
            command,
            stdout_reader=log.write_stream,
            merge_stderr=True,
            environment=child_environment("") | dict(variables),
            folder=log.path.parent,
        )
    except OSError as error:
        raise BackendError(
            "{program} can't be started ({reason}): make the environment yourself, as docs/servers.md says",
            program=command[0],
            reason=error.strerror or error,
        ) from None
    code = process.run_to_end(cancelled, interval=0.1)
    if code is None:
        raise Cancelled("Making the environment was cancelled")
    if code != 0:
        reason = next((line for line in reversed(log.last_lines) if "rror" in line), log.last_message)
        raise BackendError(
            "The environment could not be made ({reason}): read its log {log}",
            reason=reason[:300],
            log=log.path,
        )
