# SPDX-License-Identifier: GPL-3.0-or-later
"""``measure.py model|bake|places``: measure with the installed extension in a fresh process, memory too."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from . import report

PACKAGE = "bl_ext.user_default.kinescribe"


def peak_megabytes() -> float | None:
    """Most memory that this process has held, in MB; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / 1e6 if sys.platform == "darwin" else peak / 1e3)


def main(part: str) -> None:
    """Enable the extension, measure and report."""
    import bpy
    import numpy as np

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if import_module("addon_utils").enable(PACKAGE, default_set=True) is None:
        report.send(error="the extension does not enable")
        return
    before = peak_megabytes()
    if part == "places":
        report.send(places=import_module(".model_speed", __package__).places())
        return
    found: dict[str, Any] = import_module(f".{part}_speed", __package__).measure()
    report.send(
        **found,
        blender=bpy.app.version_string,
        numpy=np.__version__,
        peak_mb=peak_megabytes(),
        peak_before_mb=before,
    )


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Exception as error:
        report.send(error=f"{type(error).__name__}: {error}")
        raise
    sys.stdout.flush()
    os._exit(0)
