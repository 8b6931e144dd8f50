# SPDX-License-Identifier: GPL-3.0-or-later
"""From a timer: notify the user, redraw panels, and find a window for operators that are called from there."""

from contextlib import AbstractContextManager
from typing import Any

import bpy
from bpy.props import StringProperty

from .base import Result


class KINESCRIBE_OT_notice(bpy.types.Operator):
    """Show a message in the status bar or, where it is an error, beside the mouse"""

    bl_idname = "kinescribe.notice"
    bl_label = "Kinescribe"
    bl_options = {"INTERNAL"}

    message: StringProperty(options={"SKIP_SAVE"})
    level: StringProperty(default="INFO", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Wait for the next event of the window."""
        manager = context.window_manager
        self._timer = manager.event_timer_add(0.01, window=context.window)
        manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Report, and pass the event on."""
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        self.cancel(context)
        self.report({self.level}, self.message)
        return {"FINISHED", "PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Remove the event timer."""
        context.window_manager.event_timer_remove(self._timer)


def notify(message: str, level: str = "INFO") -> None:
    """Show a message if there is a window: Blender shows only what an operator reports while it handles an event."""
    override = find_window_context()
    if override and message and not bpy.app.background:
        with bpy.context.temp_override(**override):
            bpy.ops.kinescribe.notice("INVOKE_DEFAULT", message=message, level=level)


def find_window_context() -> dict[str, Any]:
    """Return context overrides for operators that are called from a timer: a window, if possible its 3D View."""
    windows = list(bpy.context.window_manager.windows)
    for window in windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                region = next((r for r in area.regions if r.type == "WINDOW"), None)
                return {"window": window, "area": area, **({"region": region} if region else {})}
    return {"window": windows[0]} if windows else {}


def override_window(**overrides: Any) -> AbstractContextManager[object]:
    """Return a context override with ``overrides`` and, if the context has no window (as in a timer), with a window."""
    window = {} if bpy.context.window else find_window_context()
    return bpy.context.temp_override(**window, **overrides)


def redraw_panels() -> None:
    """Redraw sidebars, tool settings and preferences; not the 3D viewport itself, which may take long."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions:
                is_ours = area.type == "VIEW_3D" and region.type in {"UI", "TOOL_HEADER"}
                if area.type == "PREFERENCES" or is_ours:
                    region.tag_redraw()


def redraw_views() -> None:
    """Redraw what all 3D Views show, without their sidebars."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "WINDOW":
                        region.tag_redraw()


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_notice,))
