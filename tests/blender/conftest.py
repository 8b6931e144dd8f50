# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests inside the bpy module: each begins in an empty file, with the extension enabled as Blender enables it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

if importlib.util.find_spec("bpy") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    import addon_utils
    import bpy
    from fakes import FakeBackend
    from kinescribe.inference import registry
    from kinescribe.scene import store
    from kinescribe.scene.mannequin import add_mannequin

    from devtools.testing.as_extension import PACKAGE

    @pytest.fixture(scope="session", autouse=True)
    def enabled() -> None:
        """The extension, enabled for the whole session with an entry in the preferences."""
        assert addon_utils.enable(PACKAGE, default_set=True) is not None, "the extension does not enable"

    @pytest.fixture(autouse=True)
    def empty_file(enabled: None) -> Iterator[None]:
        """An empty file with one scene before every test; add-ons stay as they are."""
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
        if PACKAGE not in bpy.context.preferences.addons:
            addon_utils.enable(PACKAGE, default_set=True)
        yield

    @pytest.fixture
    def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A motion cache of the test's own."""
        monkeypatch.setattr(store, "cache_folder", lambda: tmp_path)

    @pytest.fixture
    def rig() -> bpy.types.Object:
        """Return a mannequin."""
        return add_mannequin(bpy.context)

    @pytest.fixture
    def backend(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
        """A model that answers at once, in place of the embedded one."""
        fake = FakeBackend()
        monkeypatch.setattr(registry, "default_backend", lambda: fake)
        return fake

    @pytest.fixture
    def mannequin(empty_file: None) -> bpy.types.Object:
        """The mannequin's armature, active; what happens to it can be undone from here on."""
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.ed.undo_push(message="Mannequin")
        return bpy.context.object
