# SPDX-License-Identifier: GPL-3.0-or-later
"""Base classes of the sidebar's sub-panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from .main import KINESCRIBE_PT_main

if TYPE_CHECKING:
    Panel = bpy.types.Panel
else:
    # Blender registers classes below its own one, not what they share
    Panel = object


class SubPanel(Panel):
    """A sub-panel of the main panel, closed at first."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_parent_id = KINESCRIBE_PT_main.bl_idname
    bl_options = {"DEFAULT_CLOSED"}
    manual_page = "index.html"

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        """Draw the button that opens the manual."""
        self.layout.operator(
            "kinescribe.open_manual", text="", icon="HELP", emboss=False
        ).page = self.manual_page


class FieldsPanel(SubPanel):
    """A sub-panel of property fields, with labels on the left as in Blender's own panels."""

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        self.draw_fields(layout, context)

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        """Draw the fields."""
        raise NotImplementedError
