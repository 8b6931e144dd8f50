# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences in a narrow panel: Blender's labels do not wrap."""

from __future__ import annotations

import textwrap

import bpy
from bpy.app.translations import pgettext_iface

_PIXELS_PER_LETTER = 7.0
"""Average width of a letter of Blender's interface font at scale 1; a little wide, so that nothing is cut."""

_MARGIN = 60
"""Pixels at scale 1 that the tabs, the panel's border and an icon take from the sidebar's width."""


def letters_across(context: bpy.types.Context, margin: int = _MARGIN) -> int:
    """How many letters fit into one line of the region that is drawn."""
    scale = context.preferences.system.ui_scale or 1.0
    width = context.region.width if context.region else 300
    return max(16, int((width / scale - margin) / _PIXELS_PER_LETTER))


def sentence(
    layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE", alert: bool = False
) -> None:
    """Show ``text``, translated where Blender knows it, on as many lines as it takes."""
    column = layout.column(align=True)
    column.alert = alert
    column.scale_y = 0.85
    lines = textwrap.wrap(pgettext_iface(text), letters_across(context)) or [""]
    for number, line in enumerate(lines):
        first = icon if number == 0 else "BLANK1"
        column.label(text=line, icon=first if icon != "NONE" else "NONE", translate=False)
