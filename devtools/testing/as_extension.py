# SPDX-License-Identifier: GPL-3.0-or-later
"""The working tree as an installed extension of the bpy module, under its short name as well."""

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
SHORT = "kinescribe"


class _SecondName(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``kinescribe.x`` as the very module ``bl_ext.user_default.kinescribe.x``."""

    def __init__(self) -> None:
        self._specs: dict[str, importlib.machinery.ModuleSpec | None] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name == SHORT or name.startswith(SHORT + "."):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module(PACKAGE + spec.name[len(SHORT) :])
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # the import system has put the second name's spec onto the module: give it its own back
        assert module.__spec__ is not None
        module.__spec__ = self._specs.pop(module.__spec__.name)


def link(root: Path) -> None:
    """Show ``root`` to Blender as an installed extension and import it as ``kinescribe``."""
    if "BLENDER_USER_RESOURCES" not in os.environ:
        folder = tempfile.mkdtemp(prefix="kinescribe-test-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["BLENDER_USER_RESOURCES"] = folder
    repository = Path(os.environ["BLENDER_USER_RESOURCES"]) / "extensions" / "user_default"
    repository.mkdir(parents=True, exist_ok=True)
    place = repository / SHORT
    if not place.exists():
        if sys.platform == "win32":
            import _winapi

            _winapi.CreateJunction(str(root), str(place))
        else:
            place.symlink_to(root, target_is_directory=True)
    import bpy  # noqa: F401  (sets up the bl_ext packages)

    sys.meta_path.insert(0, _SecondName())
    module = importlib.import_module(SHORT)
    # what addon_utils compares, so that enabling does not import the file a second time
    module.__time__ = os.path.getmtime(str(module.__file__))  # type: ignore[attr-defined]
