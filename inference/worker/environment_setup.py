# SPDX-License-Identifier: GPL-3.0-or-later
"""An environment with PyTorch for the worker, made where the user has agreed to it: a venv, then pip."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...motion import BackendError, Cancelled
from ..backend import IsCancelled, never
from .launch import environment, hidden
from .log import Log

PACKAGES = (
    "torch>=2.2",
    "safetensors",
    "transformers",
    "numpy>=1.24",
    "requests>=2.28",
    "motionmcp-sdk[server]==0.13.*",
)
"""What the worker needs beside this package."""

_PLAIN = ("--disable-pip-version-check", "--no-input", "--no-cache-dir", "--progress-bar", "off")
_SCRATCH = "temporary"

_LOOK = 0.1
_GRACE = 3.0


def make_environment(
    folder: Path,
    base: Path,
    log: Log,
    cancelled: IsCancelled = never,
    packages: Sequence[str] = PACKAGES,
) -> Path:
    """Make a virtual environment in ``folder`` with the Python ``base`` and install ``packages``; its Python.

    Blocks; all output goes into ``log``. ``packages`` are arguments of ``pip install``. Raises :class:`BackendError`
    or :class:`Cancelled`, and then leaves nothing behind: pip's temporary files, which may be gigabytes and stay where
    they are when it is ended, are kept inside ``folder`` while it runs, and nothing goes into its cache.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackendError(f"{folder} is not empty: choose another folder, or one that does not exist yet")
    scratch = folder / _SCRATCH
    try:
        _run([str(base), "-m", "venv", str(folder)], log, cancelled, {})
        python = python_of(folder)
        scratch.mkdir()
        _run([str(python), "-m", "pip", "install", *_PLAIN, *packages], log, cancelled, _temporary(scratch))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(scratch, ignore_errors=True)
    return python


def python_of(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / "Scripts" / "python.exe" if sys.platform == "win32" else folder / "bin" / "python"


def _temporary(folder: Path) -> dict[str, str]:
    """Variables by which every system's programs find the folder for their temporary files."""
    return dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))


def _run(command: list[str], log: Log, cancelled: IsCancelled, variables: Mapping[str, str]) -> None:
    """One step; ended where the user cancels."""
    values = environment("") | dict(variables)
    try:
        log.path.parent.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=values,
            cwd=log.path.parent,
            creationflags=hidden(),
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise BackendError(
            f"{command[0]} can't be started ({why}): make the environment yourself, as docs/servers.md says"
        ) from None
    assert process.stdout
    reader = threading.Thread(
        target=log.drain, args=(process.stdout,), name="kinescribe-making-log", daemon=True
    )
    reader.start()
    try:
        while process.poll() is None:
            if cancelled():
                raise Cancelled("Making the environment was cancelled")
            time.sleep(_LOOK)
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
            process.kill()
            process.wait()
        reader.join(_GRACE)
        if not reader.is_alive():
            process.stdout.close()
    if process.returncode != 0:
        said = next((line for line in reversed(log.last) if "rror" in line), log.sentence)
        raise BackendError(f"The environment could not be made ({said[:300]}): read its log {log.path}")
