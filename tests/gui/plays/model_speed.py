# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the embedded model is inside this windowed Blender, for ``dev.py bench``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
from harness import driver as d


def steps() -> d.Steps:
    """Play it."""
    yield 1.0
    sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "devtools" / "in_blender"))
    # the play's own name is model_speed too, but inside the package plays
    found = import_module("model_speed").measure()
    d.note(numpy=np.__version__, **found)
    yield 0.1
