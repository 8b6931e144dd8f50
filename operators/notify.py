# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell the user something from a timer: Blender shows only what an operator reports while it handles an event."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import StringProperty

from .base import Result


class KINESCRIBE_OT_notice(bpy.types.Operator):
    """Show a sentence in the status bar or, where it is an error, beside the mouse"""

    bl_idname = "kinescribe.notice"
    bl_label = "Kinescribe"
    bl_options = {"INTERNAL"}

    message: StringProperty(options={"SKIP_SAVE"})
    level: StringProperty(default="INFO", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Wait for the next tick of the window."""
        manager = context.window_manager
        self._timer = manager.event_timer_add(0.01, window=context.window)
        manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Report, and let everybody else have the event too."""
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        self.cancel(context)
        self.report({self.level}, self.message)
        return {"FINISHED", "PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """End the ticks."""
        context.window_manager.event_timer_remove(self._timer)


def tell(message: str, level: str = "INFO") -> None:
    """Show one sentence, where there is a window to show it in."""
    place = place_in_window()
    if place and message and not bpy.app.background:
        with bpy.context.temp_override(**place):
            bpy.ops.kinescribe.notice("INVOKE_DEFAULT", message=message, level=level)


def place_in_window() -> dict[str, Any]:
    """Context for an operator that is called from a timer, where there is none: a window, at best its 3D View."""
    windows = list(bpy.context.window_manager.windows)
    for window in windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                region = next((r for r in area.regions if r.type == "WINDOW"), None)
                return {"window": window, "area": area, **({"region": region} if region else {})}
    return {"window": windows[0]} if windows else {}


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_notice,))
