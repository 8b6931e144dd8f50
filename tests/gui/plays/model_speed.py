# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the embedded model is inside this windowed Blender, for ``dev.py bench``."""

from __future__ import annotations

import numpy as np

from devtools.in_blender import model_speed
from devtools.testing.as_extension import add_short_name
from devtools.testing.window import driver as d

from .common import wait_for_warm_up


def steps() -> d.Steps:
    """Play it."""
    yield from wait_for_warm_up()
    add_short_name()
    found = model_speed.measure_model()
    d.add_notes(numpy=np.__version__, **found)
    yield 0.1
