# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's zips, built, validated and installed with Blender's own tools.

The committed manifest lists no wheels: the zip for all platforms is built from the checkout as it is. A platform zip
holds the same files and the wheel of OpenBLAS for one platform. It is built from a staging folder, in which the
manifest also lists wheels and platforms.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

from . import wheels
from .console import CommandError, print_line
from .environments import ROOT, ensure_environment
from .manual import add_manual

MAX_ZIP_BYTES = 45_000_000
"""No zip may be larger."""

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""Date of every file in a zip, the earliest that the format knows."""


def read_manifest() -> dict[str, object]:
    """Return the extension's manifest as a dictionary."""
    with open(ROOT / "blender_manifest.toml", "rb") as file:
        return tomllib.load(file)


def find_extension_tool(python: Path) -> Path:
    """Return Blender's command-line tool for extensions: part of every bpy wheel, but it runs without bpy."""
    environment = python.parent.parent
    pattern = "site-packages/bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py"
    matches = [*environment.glob("lib/python3.*/" + pattern), *environment.glob("Lib/" + pattern)]
    if not matches:
        raise CommandError(
            f"no blender_ext.py under {environment}: remove that folder and run this command again"
        )
    return matches[0]


def build_zip(folder: Path, source: Path = ROOT, blender: str = "4.2") -> Path:
    """Build the zip of ``source`` for all platforms in ``folder``, validate it and return its path.

    If ``source`` has documentation, the zip has it as HTML pages. Two builds of the same files give the same bytes.
    """
    python = ensure_environment(f"blender-{blender}")
    values = read_manifest()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{values['id']}-{values['version']}.zip"
    _run_tool(python, "build", "--source-dir", str(source), "--output-filepath", str(target))
    if (source / "docs").is_dir():
        add_manual(target, source)
    _finish_zip(python, target)
    return target


def build_platform_zips(
    folder: Path, platforms: Sequence[str] = tuple(wheels.WHEELS), source: Path = ROOT, blender: str = "4.2"
) -> list[Path]:
    """Build one zip for each platform in ``folder``, with the wheel of OpenBLAS; validate them, return their paths.

    Raises :class:`wheels.WheelUnavailableError` if a wheel is neither in the cache nor in reach.

    Parameters
    ----------
    folder : Path
        Where the zips are written.
    platforms : sequence of str
        Blender's names of platforms, such as "linux-x64".
    source : Path
        Checkout to build from.
    blender : str
        Version of Blender whose tool builds.
    """
    python = ensure_environment(f"blender-{blender}")
    found = {platform: wheels.fetch_wheel(platform, python) for platform in platforms}
    folder.mkdir(parents=True, exist_ok=True)
    targets = []
    with tempfile.TemporaryDirectory(prefix="kinescribe-build-") as scratch:
        staging = Path(scratch) / "staging"
        with zipfile.ZipFile(build_zip(Path(scratch), source, blender)) as plain:
            plain.extractall(staging)
        (staging / "wheels").mkdir()
        manifest = staging / "blender_manifest.toml"
        plain_text = manifest.read_text(encoding="utf-8")
        # one at a time, so that no zip depends on which others are built
        for platform, wheel in found.items():
            staged_wheel = staging / "wheels" / wheel.name
            shutil.copyfile(wheel, staged_wheel)
            text = add_wheels(plain_text, [platform], [f"./wheels/{wheel.name}"])
            manifest.write_text(text, encoding="utf-8", newline="\n")
            built = Path(scratch) / platform
            built.mkdir()
            _run_tool(
                python, "build", "--source-dir", str(staging), "--output-dir", str(built), "--split-platforms"
            )
            staged_wheel.unlink()
            (path,) = built.glob("*.zip")
            _finish_zip(python, path)
            shutil.move(path, folder / path.name)
            targets.append(folder / path.name)
    return targets


def copy_licences(folder: Path, source: Path = ROOT) -> list[Path]:
    """Write the licence, and the licences of what others made, beside the zips; return their paths."""
    return [Path(shutil.copyfile(source / name, folder / name)) for name in ("LICENSE", "CREDITS.md")]


def build_zip_for_this_machine(folder: Path, blender: str = "4.2") -> Path:
    """Build the zip that a user of this machine would install and return its path.

    Without a wheel for this machine (no network, another processor) it is the zip for all platforms; a line says so.
    """
    try:
        (target,) = build_platform_zips(folder, [wheels.name_this_platform()], blender=blender)
    except wheels.WheelUnavailableError as error:
        print_line(f"The zip without OpenBLAS is used: {error}")
        return build_zip(folder, blender=blender)
    return target


def add_wheels(manifest: str, platforms: Sequence[str], paths: Sequence[str]) -> str:
    """Return the text of a manifest with lists of platforms and wheels; an empty list is left out.

    They have to stand before the first table. Names of platforms and wheels need no escapes in TOML.
    """
    top, bracket, tables = manifest.partition("\n[")
    lines = [
        f"{key} = [\n" + "".join(f'  "{value}",\n' for value in values) + "]\n"
        for key, values in (("platforms", platforms), ("wheels", paths))
        if values
    ]
    return top + "\n" + "".join(lines) + bracket + tables


def _run_tool(python: Path, *arguments: str) -> None:
    """Run Blender's tool for extensions. Raises CommandError if it fails."""
    command = [str(python), str(find_extension_tool(python)), *arguments]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        raise CommandError(f"extension {arguments[0]} failed: {(process.stdout + process.stderr).strip()}")


def _finish_zip(python: Path, path: Path) -> None:
    """Make the bytes of a zip depend on its content alone, and validate it."""
    normalise_zip(path)
    if path.stat().st_size > MAX_ZIP_BYTES:
        raise CommandError(f"{path.name} has {path.stat().st_size:,} bytes, the limit is {MAX_ZIP_BYTES:,}")
    _run_tool(python, "validate", str(path))


def normalise_zip(path: Path) -> None:
    """Write a zip again with its files in order of their names, with one date and without rights of this system.

    Blender's tool takes order, dates and rights from the file system.
    """
    normalised = path.with_name(path.name + ".new")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(normalised, "w") as new:
        for entry in sorted(old.infolist(), key=lambda entry: entry.filename):
            info = zipfile.ZipInfo(entry.filename, _FIXED_DATE)
            info.compress_type = entry.compress_type
            info.create_system = 3  # Unix, whatever this system is
            info.external_attr = (0o40755 << 16 | 0x10) if entry.is_dir() else 0o100644 << 16
            new.writestr(info, old.read(entry), compresslevel=9)
    normalised.replace(path)


def blender_variables(resources: Path) -> dict[str, str]:
    """Return environment variables with which bpy uses the user folder ``resources`` and no foreign Python packages."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BLENDER_", "PYTHON"))}
    return {**kept, "BLENDER_USER_RESOURCES": str(resources), "PYTHONUTF8": "1"}
