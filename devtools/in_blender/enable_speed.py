# SPDX-License-Identifier: GPL-3.0-or-later
"""Enable one installed extension in a fresh Blender: seconds, heavy imports and weights that were opened."""

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
    """Enable ``package`` and send the figures."""
    import bpy  # noqa: F401  (makes addon_utils known)

    addon_utils = import_module("addon_utils")
    opened: list[str] = []

    def note_opened_weights(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and str(arguments[0]).endswith(WEIGHTS):
            opened.append(str(arguments[0]))

    before = set(sys.modules)
    sys.addaudithook(note_opened_weights)
    start = time.perf_counter()
    module = addon_utils.enable(package, default_set=True)
    seconds = time.perf_counter() - start
    if module is None:
        report.send_message(error=f"{package} does not enable")
        return
    new = set(sys.modules) - before
    heavy_modules = sorted({name.split(".")[0] for name in new} & set(HEAVY))
    own = sorted(name for name in new if name.startswith(package))
    report.send_message(seconds=seconds, heavy=heavy_modules, weights=opened, modules=own)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)
