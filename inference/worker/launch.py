# SPDX-License-Identifier: GPL-3.0-or-later
"""How another Python is made to run this package, which is not installed in it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..serve.run import TOKEN_VARIABLE

START = """
import sys
if sys.version_info < (3, 11):
    sys.exit("kinescribe: Python 3.11 or newer is needed, and this is %d.%d" % sys.version_info[:2])
import importlib.util, pathlib
root = pathlib.Path(sys.argv[1])
rooms = [str(root)]
spec = importlib.util.spec_from_file_location("kinescribe", root / "__init__.py", submodule_search_locations=rooms)
module = sys.modules["kinescribe"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
try:
    from kinescribe.inference.cli import main
except ImportError as error:
    sys.exit("kinescribe: this Python lacks the package " + str(error.name))
sys.exit(main(sys.argv[2:]))
"""
"""Loads the folder named first as the package ``kinescribe``, under any folder name, and runs its command line."""

_FOREIGN = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__")
"""What Blender's own Python may have been told, and would lead another one astray."""


def command(python: Path, package: Path, checkpoints: Sequence[Path]) -> list[str]:
    """What starts the worker: a free port of loopback, and an end when its standard input is closed."""
    serving = ["serve", "--port", "0", "--watch-stdin", "--longest", "600"]
    for checkpoint in checkpoints:
        serving += ["--checkpoint", str(checkpoint)]
    # -B: the extension's folder is Blender's to keep clean
    return [str(python), "-B", "-X", "utf8", "-c", START, str(package), *serving]


def environment(token: str, own: Mapping[str, str] | None = None) -> dict[str, str]:
    """The child's environment: this one's without Blender's Python, with the token, and nothing downloaded."""
    kept = {key: value for key, value in (os.environ if own is None else own).items() if key not in _FOREIGN}
    return kept | {TOKEN_VARIABLE: token, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
