# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkout as an installed extension in the bpy module, importable under its short name too."""

from __future__ import annotations

import atexit
import importlib
import importlib.abc
import importlib.machinery
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

PACKAGE = "bl_ext.user_default.kinescribe"
SHORT_NAME = "kinescribe"


class _ShortNameFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``kinescribe.x`` as the module ``bl_ext.user_default.kinescribe.x``, so that it isn't loaded twice."""

    def __init__(self) -> None:
        self._specs: dict[str, importlib.machinery.ModuleSpec | None] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name == SHORT_NAME or name.startswith(SHORT_NAME + "."):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module(PACKAGE + spec.name[len(SHORT_NAME) :])
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # the import system has replaced the module's spec by that of the short name: restore it
        assert module.__spec__ is not None
        module.__spec__ = self._specs.pop(module.__spec__.name)


def add_short_name() -> None:
    """Make ``kinescribe`` a second name of the extension, so that scripts can import from it under either name."""
    sys.meta_path.insert(0, _ShortNameFinder())


def link_extension(root: Path) -> None:
    """Link ``root`` into Blender's user folder as an installed extension, and import it as ``kinescribe``."""
    if "BLENDER_USER_RESOURCES" not in os.environ:
        folder = tempfile.mkdtemp(prefix="kinescribe-test-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["BLENDER_USER_RESOURCES"] = folder
    repository = Path(os.environ["BLENDER_USER_RESOURCES"]) / "extensions" / "user_default"
    repository.mkdir(parents=True, exist_ok=True)
    target = repository / SHORT_NAME
    if not target.exists():
        if sys.platform == "win32":
            import _winapi

            _winapi.CreateJunction(str(root), str(target))
        else:
            target.symlink_to(root, target_is_directory=True)
    import bpy  # noqa: F401  (sets up the bl_ext packages)

    add_short_name()
    module = importlib.import_module(SHORT_NAME)
    # addon_utils compares this time; without it enabling would import the file again
    module.__time__ = os.path.getmtime(str(module.__file__))  # type: ignore[attr-defined]
