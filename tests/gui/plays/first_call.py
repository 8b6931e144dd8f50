# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the first clip of this windowed Blender takes, for ``dev.py bench``."""

from __future__ import annotations

from devtools.in_blender import model_speed
from devtools.testing.as_extension import add_short_name
from devtools.testing.window import driver as d

from .common import wait_for_warm_up


def steps() -> d.Steps:
    """Play it."""
    yield from wait_for_warm_up()
    add_short_name()
    d.add_notes(seconds=model_speed.measure_first_call())
    yield 0.1
