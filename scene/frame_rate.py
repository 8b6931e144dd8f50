# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame rate of a scene. Panels read it in every redraw, so this file imports no NumPy."""

from __future__ import annotations

import bpy


def read_frame_rate(scene: bpy.types.Scene) -> float:
    """Return the frames a second that ``scene`` plays."""
    return float(scene.render.fps / scene.render.fps_base)
