# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages in a narrow panel, on several lines: Blender's labels do not wrap."""

from __future__ import annotations

import blf
import bpy
from bpy.app.translations import pgettext_iface

_PIXELS_PER_LETTER = 7.0
"""Average width of a letter of Blender's interface font at scale 1, rounded up so that nothing is cut."""

_MARGIN = 60
"""Pixels at scale 1 that tabs, the panel's border and an icon take from the sidebar's width."""


def letters_per_line(context: bpy.types.Context, margin: int = _MARGIN) -> int:
    """Return how many letters fit into one line of the region that is drawn."""
    return max(16, int((region_width(context) - margin) / _PIXELS_PER_LETTER))


def measure_text(context: bpy.types.Context, text: str) -> float:
    """Return the width of a text as the sidebar writes it, in pixels at scale 1."""
    preferences = context.preferences
    scale = preferences.system.ui_scale or 1.0
    blf.size(0, preferences.ui_styles[0].widget.points * scale)
    return blf.dimensions(0, text)[0] / scale


def region_width(context: bpy.types.Context) -> float:
    """Return the width of the region that is drawn, in pixels at scale 1."""
    scale = context.preferences.system.ui_scale or 1.0
    return (context.region.width if context.region else 300) / scale


def draw_message(
    layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE", alert: bool = False
) -> None:
    """Draw ``text``, translated if Blender has a translation, on as many lines as it needs.

    Parameters
    ----------
    layout : bpy.types.UILayout
        Where it is drawn.
    context : bpy.types.Context
        Its region gives the width of a line.
    text : str
        A message.
    icon : str
        Icon before the first line.
    alert : bool
        Draw it in red.
    """
    import textwrap

    column = layout.column(align=True)
    column.alert = alert
    column.scale_y = 0.85
    lines = textwrap.wrap(pgettext_iface(text), letters_per_line(context)) or [""]
    for number, line in enumerate(lines):
        first = icon if number == 0 else "BLANK1"
        # the stubs ask for the literal name of an icon
        column.label(text=line, icon=first if icon != "NONE" else "NONE", translate=False)  # type: ignore[arg-type]
