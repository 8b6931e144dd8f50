# SPDX-License-Identifier: GPL-3.0-or-later
"""Load the working tree as the package ``kinescribe``, whatever its folder is called, and never a stale copy.

Without Blender the tree is imported under that name. With bpy it is linked into a throw-away user folder and imported
as Blender imports an extension, ``bl_ext.user_default.kinescribe``, of which ``kinescribe`` is then another name:
one set of modules, and preferences, user folder and ``__package__`` are those of an installed extension.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def load_working_tree() -> None:
    """Make ``import kinescribe`` mean this tree; fail loudly where something else has taken the name."""
    if "kinescribe" not in sys.modules:
        if importlib.util.find_spec("bpy"):
            sys.path.insert(0, str(Path(__file__).resolve().parent))
            import as_extension

            as_extension.link(ROOT)
        else:
            spec = importlib.util.spec_from_file_location(
                "kinescribe", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
            )
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules["kinescribe"] = module
            spec.loader.exec_module(module)
    loaded = Path(str(sys.modules["kinescribe"].__file__)).resolve().parent
    assert loaded == ROOT, f"tests would run against {loaded}, not the working tree {ROOT}"


load_working_tree()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The optional material beside the checkout; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the optional material in ../shared, which is not here")
    return SHARED


def make_properties_repeatable() -> None:
    """Properties are held, not timed, on the same examples in every run: a failure can be repeated by anybody."""
    if importlib.util.find_spec("hypothesis"):
        from hypothesis import HealthCheck, settings

        settings.register_profile(
            "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
        )
        settings.load_profile("repeatable")


make_properties_repeatable()
