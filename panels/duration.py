# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations as the panels show them."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.request_builder import read_frame_rate


def format_duration(scene: bpy.types.Scene, seconds: float) -> str:
    """Return a duration as "4.0 s, 96 frames" at the frame rate of ``scene``."""
    frames = max(1, round(seconds * read_frame_rate(scene)))
    return iface("{seconds:.1f} s, {frames} frames").format(seconds=seconds, frames=frames)
