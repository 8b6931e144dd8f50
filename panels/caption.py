# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Caption: a text that describes the character's Action."""

from __future__ import annotations

import bpy

from ..operators.base import active_character, get_action
from ..operators.caption import NO_MODEL, list_captioning_models, read_caption
from ..session import session
from .sub_panel import SubPanel
from .text import draw_message


class KINESCRIBE_PT_caption(SubPanel, bpy.types.Panel):
    """Describe a motion with a model"""

    bl_idname = "KINESCRIBE_PT_caption"
    manual_page = "checkpoints.html"
    bl_label = "Caption"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        action = get_action(active_character(context))
        if action is None:
            return False
        # hidden until it can run, or has something to show
        return bool(list_captioning_models() or session.caption.is_busy or read_caption(action))

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        status = session.caption
        if status.is_busy:
            draw_message(layout, context, status.message, icon="SORTTIME")
            layout.operator("kinescribe.cancel_caption", text="Cancel", icon="X")
        else:
            layout.operator("kinescribe.caption_action", icon="FILE_TEXT")
            if status.message:
                alert = status.level == "ERROR"
                draw_message(layout, context, status.message, icon="CANCEL" if alert else "INFO", alert=alert)
            elif not list_captioning_models():
                draw_message(layout, context, NO_MODEL, icon="INFO")
        captions = read_caption(get_action(active_character(context)))
        if captions:
            box = layout.box()
            for line in captions:
                draw_message(box, context, line)
            box.operator("kinescribe.use_caption", icon="PASTEDOWN")


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_PT_caption,))
