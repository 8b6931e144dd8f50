# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py train`` and ``dev.py evaluate``: the modules of training/, in the environment that has torch."""

from __future__ import annotations

import subprocess

from .environments import ROOT, ensure

# the checkout as the package kinescribe, whatever its folder is called, then the module as a script
_RUN = """
import importlib.util, runpy, sys
root, module = sys.argv[1], sys.argv[2]
spec = importlib.util.spec_from_file_location("kinescribe", root + "/__init__.py", submodule_search_locations=[root])
package = importlib.util.module_from_spec(spec)
sys.modules["kinescribe"] = package
spec.loader.exec_module(package)
sys.argv = ["dev.py " + module, *sys.argv[3:]]
runpy.run_module("kinescribe.training." + module, run_name="__main__", alter_sys=False)
"""


def run(module: str, arguments: list[str]) -> int:
    """Run ``training/<module>.py`` with the given arguments; returns its exit status."""
    python = ensure("train")
    return subprocess.run([str(python), "-P", "-c", _RUN, str(ROOT), module, *arguments], check=False).returncode
