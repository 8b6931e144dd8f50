# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the parts of the sidebar stand, and how their fields are laid out."""

from __future__ import annotations

import bpy

from .main import KINESCRIBE_PT_main


class SubPanel:
    """A part of the sidebar below the main panel, closed at first."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_parent_id = KINESCRIBE_PT_main.bl_idname
    bl_options = {"DEFAULT_CLOSED"}


class FieldsPanel(SubPanel):
    """A part that is all fields."""

    def draw(self, context: bpy.types.Context) -> None:
        """Labels to the left, as in Blender's own panels."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        self.draw_fields(layout, context)

    def draw_fields(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        """The fields."""
        raise NotImplementedError
