# SPDX-License-Identifier: GPL-3.0-or-later
"""Enable one installed extension in a fresh Blender: seconds, what it imported, and which weights it opened."""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from typing import Any

from . import report

HEAVY = ("torch", "requests", "urllib3", "transformers", "scipy")
WEIGHTS = (".npz", ".npy", ".safetensors", ".pt", ".bin")


def main(package: str) -> None:
    """Enable ``package`` and report."""
    import bpy  # noqa: F401  (makes addon_utils known)

    addon_utils = import_module("addon_utils")
    opened: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and str(arguments[0]).endswith(WEIGHTS):
            opened.append(str(arguments[0]))

    before = set(sys.modules)
    sys.addaudithook(watch)
    start = time.perf_counter()
    module = addon_utils.enable(package, default_set=True)
    seconds = time.perf_counter() - start
    if module is None:
        report.send(error=f"{package} does not enable")
        return
    new = set(sys.modules) - before
    heavy = sorted({name.split(".")[0] for name in new} & set(HEAVY))
    report.send(seconds=seconds, heavy=heavy, weights=opened, modules=len(new))


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)
