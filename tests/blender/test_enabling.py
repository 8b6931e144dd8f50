# SPDX-License-Identifier: GPL-3.0-or-later
"""The zip installs as users install it, enabling imports little, and disabling removes everything."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from installing import in_fresh_blender

from devtools.testing.as_extension import PACKAGE
from devtools.testing.working_tree import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user folder in which the zip of the working tree is installed, by this Blender's own tools."""
    import bpy

    scratch = tmp_path_factory.mktemp("installed")
    tool = Path(bpy.utils.system_resource("SCRIPTS")) / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"
    archive = scratch / "kinescribe.zip"
    built = subprocess.run(
        [sys.executable, str(tool), "build", "--source-dir", str(ROOT), "--output-filepath", str(archive)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    resources = scratch / "user"
    resources.mkdir()
    said = in_fresh_blender(
        resources,
        "import runpy; runpy.run_module('devtools.in_blender.install', run_name='__main__')",
        str(archive),
    )
    assert (resources / "extensions" / "user_default" / "kinescribe" / "__init__.py").is_file(), said
    return resources


def test_enabling_imports_nothing_heavy_and_reads_no_weights(installed: Path) -> None:
    said = in_fresh_blender(
        installed,
        "import runpy; runpy.run_module('devtools.in_blender.enable_speed', run_name='__main__')",
        PACKAGE,
    )
    lines = [line.removeprefix("KINESCRIBE ") for line in said.splitlines() if line.startswith("KINESCRIBE ")]
    report = json.loads(lines[-1])
    assert report.get("error") is None, said
    assert report["heavy"] == []
    assert report["weights"] == []
    modules = [name.removeprefix(PACKAGE).lstrip(".").replace(".", "/") for name in report["modules"]]
    assert "operators/directing" in modules and "operators/take_work" not in modules
    for module in modules:
        path = ROOT / f"{module}.py"
        tree = ast.parse((path if path.is_file() else ROOT / module / "__init__.py").read_text("utf-8"))
        imported = {
            alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
        }  # fmt: skip
        # together they take as long as a sixth of the extension
        assert not imported & {"ctypes", "hashlib", "json", "random", "textwrap"}, module


def test_installed_extension_adds_its_mannequin(installed: Path) -> None:
    script = f"""
import os, sys
import bpy, addon_utils
assert addon_utils.enable({PACKAGE!r}, default_set=True) is not None
assert bpy.ops.kinescribe.add_mannequin() == {{"FINISHED"}}
assert len(bpy.context.object.data.bones) == 22
addon_utils.disable({PACKAGE!r}, default_set=True)
assert not hasattr(bpy.types.Scene, "kinescribe")
sys.stdout.write("all well")
sys.stdout.flush()
os._exit(0)
"""
    assert "all well" in in_fresh_blender(installed, script)
