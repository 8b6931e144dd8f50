# SPDX-License-Identifier: GPL-3.0-or-later
"""The windowed Blenders, which have no fast BLAS of their own, unpack OpenBLAS when the zip is installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from devtools.env import wheels
from devtools.testing.window import sandbox

SCRIPT = """
import ctypes, importlib.util, json, os, sys
import addon_utils
spec = importlib.util.find_spec("scipy_openblas32")
folder = os.path.join(spec.submodule_search_locations[0], "lib")
library = ctypes.CDLL(os.path.join(folder, "libscipy_openblas.so"))
library.scipy_openblas_get_config.restype = ctypes.c_char_p
config = library.scipy_openblas_get_config().decode("ascii")
enabled = addon_utils.check("bl_ext.user_default.kinescribe")[1]
sys.stdout.write("FACTS " + json.dumps({"config": config, "enabled": enabled}) + "\\n")
"""


def test_blender_finds_the_library_after_a_restart(
    blender: Path, archive: Path, installed: Path, tmp_path: Path
) -> None:
    if not archive.stem.endswith(wheels.name_this_platform().replace("-", "_")):
        pytest.skip(f"the zip without OpenBLAS is installed ({archive.name}): its wheel is not in reach")
    home, out = tmp_path / "home", tmp_path / "out"
    shutil.copytree(installed, home, symlinks=True)
    out.mkdir()
    (out / "script.py").write_text(SCRIPT, encoding="utf-8")
    command = ["blender", "--background", "--python-exit-code", "1", "--python", f"{sandbox.OUT}/script.py"]
    done = sandbox.run_in_sandbox(blender, command, out, home)
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("FACTS ")]
    facts = json.loads(line.removeprefix("FACTS "))
    assert facts["enabled"] and facts["config"].startswith(f"OpenBLAS {wheels.VERSION} ")
