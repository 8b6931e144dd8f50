# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's zip, built, validated and installed with Blender's own tools."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path

from .console import CommandError
from .environments import ROOT, ensure_environment


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
    """Build the zip of ``source`` in ``folder``, validate it and return its path."""
    python = ensure_environment(f"blender-{blender}")
    tool = str(find_extension_tool(python))
    values = read_manifest()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{values['id']}-{values['version']}.zip"
    for arguments in (
        ["build", "--source-dir", str(source), "--output-filepath", str(target)],
        ["validate", str(target)],
    ):
        process = subprocess.run([str(python), tool, *arguments], capture_output=True, text=True, check=False)
        if process.returncode != 0:
            raise CommandError(
                f"extension {arguments[0]} failed: {(process.stdout + process.stderr).strip()}"
            )
    return target


def blender_variables(resources: Path) -> dict[str, str]:
    """Return environment variables with which bpy uses the user folder ``resources`` and no foreign Python packages."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BLENDER_", "PYTHON"))}
    return {**kept, "BLENDER_USER_RESOURCES": str(resources), "PYTHONUTF8": "1"}
