# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's own folder in the user's Blender directory, which Blender removes together with the extension."""

from __future__ import annotations

from pathlib import Path

import bpy


def user_folder(name: str) -> Path:
    """Return the subfolder ``name`` of the extension's user folder, created where it does not exist."""
    return _find_folder(name, create=True)


def find_user_folder(name: str) -> Path:
    """Return where the subfolder ``name`` of the extension's user folder is or would be."""
    return _find_folder(name, create=False)


def _find_folder(name: str, create: bool) -> Path:
    package = __package__.rpartition(".")[0]
    try:
        return Path(bpy.utils.extension_path_user(package, path=name, create=create))
    except ValueError:
        # loaded as a plain package, as the tests do
        return Path(bpy.utils.user_resource("DATAFILES", path=f"kinescribe/{name}", create=create))
