# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's zip, made, checked and installed by Blender's own tools."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path

from .console import CommandError
from .environments import ROOT, ensure


def manifest() -> dict[str, object]:
    """The extension's manifest as a dictionary."""
    with open(ROOT / "blender_manifest.toml", "rb") as file:
        return tomllib.load(file)


def extension_tool(python: Path) -> Path:
    """Blender's command line for extensions, which comes with every bpy wheel and needs no bpy itself."""
    environment = python.parent.parent
    inside = "site-packages/bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py"
    found = [*environment.glob("lib/python3.*/" + inside), *environment.glob("Lib/" + inside)]
    if not found:
        raise CommandError(
            f"no blender_ext.py under {environment}: remove that folder and run this command again"
        )
    return found[0]


def build(folder: Path, source: Path = ROOT, blender: str = "4.2") -> Path:
    """Build the zip of ``source`` into ``folder`` with ``extension build``, validate it and return its path."""
    python = ensure(f"blender-{blender}")
    tool = str(extension_tool(python))
    values = manifest()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{values['id']}-{values['version']}.zip"
    for arguments in (
        ["build", "--source-dir", str(source), "--output-filepath", str(target)],
        ["validate", str(target)],
    ):
        done = subprocess.run([str(python), tool, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CommandError(f"extension {arguments[0]} failed: {(done.stdout + done.stderr).strip()}")
    return target


def install(zip_path: Path, resources: Path, blender: str) -> Path:
    """Install the zip into the user folder ``resources`` as the repository "User Default" does; return its folder."""
    python = ensure(f"blender-{blender}")
    repository = resources / "extensions" / "user_default"
    repository.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            str(python), str(extension_tool(python)), "install-files", "--local-dir", str(repository),
            "--blender-version", f"{blender}.0", "--python-version", "3.11.0", str(zip_path),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    installed = repository / str(manifest()["id"])
    if done.returncode != 0 or not (installed / "__init__.py").is_file():
        raise CommandError(f"extension install failed: {(done.stdout + done.stderr).strip()}")
    return installed


def blender_environment(resources: Path) -> dict[str, str]:
    """Variables under which bpy sees ``resources`` as the only user folder, and no site packages leak in."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BLENDER_", "PYTHON"))}
    return {**kept, "BLENDER_USER_RESOURCES": str(resources), "PYTHONUTF8": "1"}
