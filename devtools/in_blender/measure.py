# SPDX-License-Identifier: GPL-3.0-or-later
"""``measure PART``: measure the installed extension in a fresh process, memory included.

Parts: model, first, bake, scale, positions, fbx, ardy, ardy-length. The last two have further arguments: the folders of
the model, of its text encoder, and one for its files; the very last also the seconds of a motion.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from ..testing.as_extension import PACKAGE, add_short_name
from . import report


def peak_megabytes() -> float | None:
    """Return the largest amount of memory that this process has used, in MB; None if the system does not report it."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / 1e6 if sys.platform == "darwin" else peak / 1e3)


def main(part: str, *arguments: str) -> None:
    """Enable the extension, measure and send the figures."""
    import bpy
    import numpy as np

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if import_module("addon_utils").enable(PACKAGE, default_set=True) is None:
        report.send_message(error="the extension does not enable")
        return
    before = peak_megabytes()
    add_short_name()
    from . import model_speed

    if part == "positions":
        report.send_message(positions=model_speed.joint_positions())
        return
    figures: dict[str, Any]
    if part == "first":
        figures = {"seconds": model_speed.measure_first_call()}
    elif part == "model":
        figures = model_speed.measure_model()
    elif part == "scale":
        from . import scale_speed

        figures = scale_speed.measure_scale()
    elif part == "fbx":
        from . import fbx_speed

        figures = {"rows": fbx_speed.measure_imports()}
    elif part == "ardy":
        from . import ardy_speed

        figures = ardy_speed.measure_ardy(*(Path(folder) for folder in arguments))
    elif part == "ardy-length":
        from . import ardy_speed

        *folders, seconds = arguments
        figures = ardy_speed.measure_length(*(Path(folder) for folder in folders), float(seconds))
    else:
        # imports much of the extension, which counts as part of the model's first call
        from . import bake_speed

        figures = bake_speed.measure_bakes()
    report.send_message(
        **figures,
        blender=bpy.app.version_string,
        numpy=np.__version__,
        peak_mb=peak_megabytes(),
        peak_before_mb=before,
    )


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:
        report.send_message(error=f"{type(error).__name__}: {error}")
        raise
    sys.stdout.flush()
    os._exit(0)
