# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that makes a virtual environment with PyTorch for the worker; the user runs it in a terminal."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import PurePath

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


def build_environment_command(
    folder: PurePath,
    base_python: PurePath,
    packages: Sequence[str] = REQUIRED_PACKAGES,
    is_windows: bool = sys.platform == "win32",
) -> str:
    """Return one line that makes a virtual environment and installs packages into it; run again, it goes on.

    Parameters
    ----------
    folder
        Where the environment is made.
    base_python
        The Python executable that makes it.
    packages
        Arguments of ``pip install``.
    is_windows
        Whether the line is for PowerShell, and not for the shells of Linux and macOS.
    """
    quote = _quote_for_powershell if is_windows else shlex.quote
    python = environment_python(folder, is_windows)
    make = [quote(str(base_python)), "-m", "venv", quote(str(folder))]
    # without pip's cache: whoever deletes the folder has deleted everything
    install = [quote(str(python)), "-m", "pip", "install", "--no-cache-dir", *map(quote, packages)]
    if is_windows:
        return f"& {' '.join(make)}; if ($?) {{ & {' '.join(install)} }}"
    return f"{' '.join(make)} && {' '.join(install)}"


def environment_python(folder: PurePath, is_windows: bool = sys.platform == "win32") -> PurePath:
    """Return the path of the Python executable of an environment."""
    return folder / "Scripts" / "python.exe" if is_windows else folder / "bin" / "python"


def _quote_for_powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
