# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Result: operators on the motion that was applied to the character."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import active_character
from ..operators.results import count_kinescribe_strips, get_kinescribe_action
from ..preferences import get_preferences
from ..session import session
from .sub_panel import SubPanel
from .text import draw_message


class KINESCRIBE_PT_results(SubPanel, bpy.types.Panel):
    """The character's motion after it was applied"""

    bl_idname = "KINESCRIBE_PT_results"
    bl_label = "Result"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        armature = active_character(context)
        return get_kinescribe_action(armature) is not None or count_kinescribe_strips(armature) > 0

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        armature = active_character(context)
        action, strips = get_kinescribe_action(armature), count_kinescribe_strips(armature)
        if action is not None:
            layout.label(text=action.name, icon="ACTION", translate=False)
        if strips:
            draw_message(layout, context, iface("{count} NLA strips").format(count=strips), icon="NLA")
        layout.operator("kinescribe.reduce_keys", icon="IPO_BEZIER")
        row = layout.row(align=True)
        row.operator("kinescribe.push_down", icon="NLA_PUSHDOWN")
        row.operator("kinescribe.stash", icon="FREEZE")
        layout.operator("kinescribe.unbake", icon="TRASH")
        preferences = get_preferences(context)
        # hidden until it can run
        if session.body.is_busy or (
            preferences is not None and preferences.worker_python.strip() and preferences.body_model.strip()
        ):
            _draw_body(layout, context)


def _draw_body(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw the operator that computes the user's own SMPL body, or its progress."""
    status = session.body
    if status.is_busy:
        split = layout.split(factor=0.55, align=True)
        split.label(text=status.message, icon="SORTTIME", translate=False)
        split.operator("kinescribe.cancel_body", text="Cancel", icon="X")
        return
    layout.operator("kinescribe.compute_body", icon="OUTLINER_OB_MESH")
    if status.message and status.level == "ERROR":
        draw_message(layout, context, status.message, icon="CANCEL", alert=True)


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_PT_results,))
