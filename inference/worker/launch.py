# SPDX-License-Identifier: GPL-3.0-or-later
"""How to run this package in another Python, in which it is not installed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..serve.run import TOKEN_VARIABLE

BOOTSTRAP_CODE = """
import sys
if sys.version_info < (3, 11):
    sys.exit("kinescribe: Python 3.11 or newer is needed, and this is %d.%d" % sys.version_info[:2])
import importlib.util, pathlib
root = pathlib.Path(sys.argv[1])
folders = [str(root)]
spec = importlib.util.spec_from_file_location("kinescribe", root / "__init__.py", submodule_search_locations=folders)
module = sys.modules["kinescribe"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
try:
    from kinescribe.inference.cli import main
except ImportError as error:
    sys.exit("kinescribe: this Python lacks the package " + str(error.name))
sys.exit(main(sys.argv[2:]))
"""
"""Code that loads the folder in the first argument as the package ``kinescribe`` and runs its command line."""

_BLENDER_PYTHON_VARIABLES = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONEXECUTABLE",
    "__PYVENV_LAUNCHER__",
)
"""Variables that are meant for Blender's own Python and would mislead another one."""


def serve_command(
    python: Path, package: Path, checkpoints: Sequence[Path], use_bfloat16: bool = False
) -> list[str]:
    """Return the command that starts the worker: on a free loopback port, until its standard input is closed.

    Parameters
    ----------
    python : executable of an environment that has PyTorch
    package : the folder of this package
    checkpoints : folders or files that the worker offers
    use_bfloat16 : whether ARDY is computed in bfloat16 where that is faster
    """
    arguments = ["serve", "--port", "0", "--watch-stdin", "--longest", "600"]
    if use_bfloat16:
        arguments.append("--bfloat16")
    for checkpoint in checkpoints:
        arguments += ["--checkpoint", str(checkpoint)]
    # -B: write no __pycache__ into the extension's folder
    return [str(python), "-B", "-X", "utf8", "-c", BOOTSTRAP_CODE, str(package), *arguments]


def child_environment(token: str, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the child's environment variables.

    They are those of this process (or ``base``) without the ones for Blender's Python, with the token, and with
    downloads by Hugging Face libraries switched off.
    """
    variables = {
        key: value
        for key, value in (os.environ if base is None else base).items()
        if key not in _BLENDER_PYTHON_VARIABLES
    }
    return variables | {TOKEN_VARIABLE: token, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
