# SPDX-License-Identifier: GPL-3.0-or-later
"""The wheels of OpenBLAS that the platform zips carry: pinned, downloaded on demand, checked, never committed."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from .console import CommandError, print_line
from .environments import cache_folder

PACKAGE = "scipy-openblas32"
VERSION = "0.3.34.481.3"


class WheelUnavailableError(CommandError):
    """A wheel is neither in the cache nor in reach of pip."""


class Wheel(NamedTuple):
    """One wheel of :data:`PACKAGE`."""

    platform: str
    """Blender's name of the platform, as in the manifest."""

    tags: tuple[str, ...]
    """Platform tags of the file name."""

    sha256: str
    """SHA-256 of the file, in hexadecimal digits."""

    @property
    def file_name(self) -> str:
        """Name of the wheel's file."""
        return f"{PACKAGE.replace('-', '_')}-{VERSION}-py3-none-{'.'.join(self.tags)}.whl"


WHEELS = {
    wheel.platform: wheel
    for wheel in (
        Wheel(
            "windows-x64",
            ("win_amd64",),
            "963e311354df08856c22aad17d77209448d2d8fc3bc4b3b1d87912828797cf13",
        ),
        Wheel(
            "windows-arm64",
            ("win_arm64",),
            "64b1637b1c0495552351743e6f5d8bb50828aaea5821bb8d998927837256bda9",
        ),
        Wheel(
            "macos-x64",
            ("macosx_10_13_x86_64",),
            "85d42ee10fd207ed6014273dcb9236ab1a65d21357f278b3aa0a78e8189665a8",
        ),
        Wheel(
            "macos-arm64",
            ("macosx_11_0_arm64",),
            "813bb8101da2f64555c4a5e71c3714539d92b0b4f1841ec12b80d50e56cde46c",
        ),
        Wheel(
            "linux-x64",
            ("manylinux_2_27_x86_64", "manylinux_2_28_x86_64"),
            "0595f94cd58c1f8a0d90c975621f4587337a003916b1979e834ebdf2cb5d9504",
        ),
        Wheel(
            "linux-arm64",
            ("manylinux_2_27_aarch64", "manylinux_2_28_aarch64"),
            "e085dddbc5b9aa130f83def515d31c440e69f387a90c7e63b154a5575b4466bc",
        ),
    )
}
"""Platform -> wheel."""

_SYSTEMS = {"Windows": "windows", "Darwin": "macos", "Linux": "linux"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "arm64": "arm64", "aarch64": "arm64"}


def name_this_platform() -> str:
    """Return Blender's name of the platform of this machine, such as "linux-x64"; there may be no wheel for it."""
    system, machine = platform.system(), platform.machine().lower()
    return f"{_SYSTEMS.get(system, system.lower())}-{_MACHINES.get(machine, machine)}"


def wheels_folder() -> Path:
    """Return the folder of downloaded wheels in the user's cache."""
    return cache_folder() / "wheels"


def fetch_wheel(name: str, python: Path) -> Path:
    """Return the path of the wheel for the platform ``name``; pip of ``python`` downloads it at first use.

    Raises :class:`WheelUnavailableError` if there is no wheel for this platform or pip can't get it, and
    :class:`CommandError` if what pip gets is another file than the pinned one.
    """
    if name not in WHEELS:
        raise WheelUnavailableError(f"there is no wheel of {PACKAGE} for {name}")
    wheel = WHEELS[name]
    path = wheels_folder() / wheel.file_name
    if _compute_sha256(path) != wheel.sha256:  # also if an earlier download was damaged on the disk
        _download_wheel(wheel, python)
    return path


def _download_wheel(wheel: Wheel, python: Path) -> None:
    print_line(f"Downloading {wheel.file_name} (once)")
    folder = wheels_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as scratch:
        command = [str(python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--only-binary=:all:", "--python-version", "3.11", "--platform", wheel.tags[-1], "--retries", "1",
                   "--timeout", "15", "--dest", scratch, f"{PACKAGE}=={VERSION}"]  # fmt: skip
        try:
            process = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            answer = process.stderr.strip().splitlines()[-1:] or [""]
        except subprocess.TimeoutExpired:
            answer = ["pip is still at it after five minutes"]
        downloaded = Path(scratch) / wheel.file_name
        if not downloaded.is_file():
            raise WheelUnavailableError(f"{wheel.file_name} could not be downloaded: {answer[0]}")
        found = _compute_sha256(downloaded)
        if found != wheel.sha256:
            raise CommandError(f"{wheel.file_name} has the SHA-256 {found}, expected {wheel.sha256}")
        downloaded.replace(folder / wheel.file_name)


def _compute_sha256(path: Path) -> str | None:
    """Return the SHA-256 of a file; None if it can't be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
