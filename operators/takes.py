# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators on the takes of a character: show another, mark, delete."""

from typing import Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import IntProperty

from ..properties.listeners import Listeners
from ..session import session
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    error_message,
    report_info,
    require_character,
)


class _NeedsTakes(NeedsCharacter):
    """An operator on a take of the character that is selected."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a mode whose undo steps hold the Action, and takes."""
        if not super().poll(context):
            return False
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode first")
            return False
        character = active_character(context)
        if character is None or not bone_map_properties(character).takes:
            cls.poll_message_set("The character has no takes yet: generate a motion")
            return False
        return True


class KINESCRIBE_OT_use_take(_NeedsTakes, ReportsErrors, bpy.types.Operator):
    """Let the character play this take, at the frames at which it was made"""

    bl_idname = "kinescribe.use_take"
    bl_label = "Use Take"
    bl_options = {"REGISTER", "UNDO"}

    index: IntProperty(name="Take", description="Which take of the list, the first is 0", default=0)

    def run(self, context: bpy.types.Context) -> Result:
        """Show the take and report what of it can't be seen."""
        from ..scene.takes import require_take, show_take
        from ..scene.target import require_animatable_armature

        target = require_animatable_armature(require_character(context))
        for note in show_take(target, self.index):
            self.report({"WARNING"}, error_message(note))
        take = require_take(target, self.index)
        report_info(
            self, "{name} plays {action}, frames {first} to {last}",
            name=target.name, action=take.action.name, first=take.start, last=take.end,
        )  # fmt: skip
        return {"FINISHED"}


class KINESCRIBE_OT_step_take(_NeedsTakes, ReportsErrors, bpy.types.Operator):
    """Let the character play the next or the previous take of the list; after the last one comes the first"""

    bl_idname = "kinescribe.step_take"
    bl_label = "Next Take"
    bl_options = {"REGISTER", "UNDO"}

    by: IntProperty(name="Steps", description="How many takes further down in the list", default=1)

    def run(self, context: bpy.types.Context) -> Result:
        """Show that take, skipping those whose Actions were deleted. Raises ``RequestError`` if there is none."""
        from ..motion import RequestError
        from ..scene.takes import current_take, show_take
        from ..scene.target import require_animatable_armature

        target = require_animatable_armature(require_character(context))
        takes = bone_map_properties(target).takes
        usable = [index for index, take in enumerate(takes) if take.action is not None]
        if not usable:
            raise RequestError("{name} has no takes yet: generate a motion", name=target.name)
        current = current_take(target)
        place = usable.index(current) if current in usable else (-1 if self.by > 0 else 0)
        index = usable[(place + self.by) % len(usable)]
        for note in show_take(target, index):
            self.report({"WARNING"}, error_message(note))
        report_info(
            self, "{name} plays {action}, frames {first} to {last}",
            name=target.name, action=takes[index].action.name, first=takes[index].start, last=takes[index].end,
        )  # fmt: skip
        return {"FINISHED"}


class KINESCRIBE_OT_delete_take(_NeedsTakes, ReportsErrors, bpy.types.Operator):
    """Delete this take and its Action; if it plays, what was there before is back"""

    bl_idname = "kinescribe.delete_take"
    bl_label = "Delete Take"
    bl_options = {"REGISTER", "UNDO"}

    index: IntProperty(name="Take", description="Which take of the list, the first is 0", default=0)

    def run(self, context: bpy.types.Context) -> Result:
        """Delete the take; its Action stays if something else uses it."""
        from ..scene.takes import delete_take
        from ..scene.target import require_animatable_armature

        name = delete_take(require_animatable_armature(require_character(context)), self.index)
        if name:
            report_info(self, "{action} was deleted", action=name)
        else:
            report_info(self, "The take was removed from the list, and its Action stays where it is used")
        return {"FINISHED"}


class KINESCRIBE_OT_star_take(_NeedsTakes, ReportsErrors, bpy.types.Operator):
    """Mark this take as one to be kept, or remove the mark"""

    bl_idname = "kinescribe.star_take"
    bl_label = "Star Take"
    bl_options = {"REGISTER", "UNDO"}

    index: IntProperty(name="Take", description="Which take of the list, the first is 0", default=0)

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.bone_map import require_editable_map
        from ..scene.takes import require_take

        target = require_character(context)
        require_take(target, self.index)
        take = require_editable_map(target).takes[self.index]
        take.starred = not take.starred
        return {"FINISHED"}


class KINESCRIBE_OT_fit_scene_range(_NeedsTakes, ReportsErrors, bpy.types.Operator):
    """Let the scene begin and end where the take that plays does"""

    bl_idname = "kinescribe.fit_scene_range"
    bl_label = "Fit Scene Range"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Set the range; a start after the take's own is kept earlier than its end."""
        from ..scene.takes import current_take, require_take

        target = require_character(context)
        index = current_take(target)
        take = require_take(target, -1 if index is None else index)
        context.scene.frame_start, context.scene.frame_end = max(0, take.start), max(0, take.end)
        return {"FINISHED"}


def _show_active_take(stored: Any) -> None:
    """Let the character play the take that was chosen in the list."""
    from ..motion import KinescribeError
    from ..scene.character import find_owner
    from ..scene.takes import current_take, show_take
    from ..scene.target import require_animatable_armature

    obj = find_owner(stored)
    if obj is None or not stored.takes or current_take(obj) == stored.active_take:
        return
    try:
        show_take(require_animatable_armature(obj), stored.active_take)
    except KinescribeError as error:
        session.generation.set_message(error_message(error), "WARNING")


@persistent
def _on_file_loaded(*_args: object) -> None:
    # files of earlier versions have no lists of takes
    if any("kinescribe" in action for action in bpy.data.actions):
        from ..scene.takes import adopt_all_results

        adopt_all_results()


_classes = (
    KINESCRIBE_OT_use_take,
    KINESCRIBE_OT_step_take,
    KINESCRIBE_OT_delete_take,
    KINESCRIBE_OT_star_take,
    KINESCRIBE_OT_fit_scene_range,
)


def register() -> None:
    """Register the operators, and list the takes of files that are opened."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    Listeners.take_chosen.append(_show_active_take)
    bpy.app.handlers.load_post.append(_on_file_loaded)


def unregister() -> None:
    """Remove them."""
    bpy.app.handlers.load_post.remove(_on_file_loaded)
    Listeners.take_chosen.remove(_show_active_take)
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
