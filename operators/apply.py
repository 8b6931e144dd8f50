# SPDX-License-Identifier: GPL-3.0-or-later
"""Bake a cached motion onto a character: the only operator that writes keyframes of a motion."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import IntProperty, StringProperty

from ..properties import APPLY_OPTIONS, ApplyOptions
from ..session import session
from .base import (
    NO_CHARACTER,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    error_message,
    object_by_uid,
    require_character,
    translate,
)
from .option_layout import draw_all


class KINESCRIBE_OT_apply(ApplyOptions, ReportsErrors, bpy.types.Operator):
    """Bake the character's last motion again, with the options as they are now and without running the model"""

    bl_idname = "kinescribe.apply"
    bl_label = "Apply Motion"
    bl_options = {"REGISTER", "UNDO"}

    motion: StringProperty(
        name="Motion",
        description="Id of a motion in the cache; empty: the character's own, or the last one",
        options={"HIDDEN", "SKIP_SAVE"},
    )
    target: IntProperty(
        name="Target",
        description="session_uid of the armature; 0: the character that is selected",
        options={"HIDDEN", "SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a mode whose undo steps hold the keys, and a character: the active one or, for F9, the last one."""
        if context.mode not in {"OBJECT", "POSE"}:
            # the undo steps of other modes hold the edited mesh or bones alone
            cls.poll_message_set("Go to Object Mode or Pose Mode, then apply the motion")
            return False
        if active_character(context) is None and session.generation.character not in bpy.data.objects:
            cls.poll_message_set(NO_CHARACTER)
            return False
        return True

    def draw(self, _context: bpy.types.Context) -> None:
        target = object_by_uid(self.target)
        draw_all(self.layout, self, target is None or bone_map_properties(target).has_ik)

    def run(self, context: bpy.types.Context) -> Result:
        """Set the options that the call leaves open, so that F9 repeats exactly this call, and apply."""
        from ..motion import RigError
        from ..scene.apply import apply_motion
        from ..scene.apply_options import ApplyOptions as Options

        target = object_by_uid(self.target) if self.target else require_character(context)
        if target is None:
            raise RigError("The character was removed: select another, then apply the motion")
        self.target = target.session_uid
        self.motion = self.motion or motion_id_for(target) or _last_motion_id()
        for name, value in apply_options(context.scene).items():
            if not self.properties.is_property_set(name):
                setattr(self, name, value)
        options = Options(**{name: getattr(self, name) for name in APPLY_OPTIONS})
        report = apply_motion(context, target, self.motion, options)
        state = session.generation
        state.character = target.name
        if self.motion in state.variations:
            state.motion_id = self.motion
        if state.pending_character == self.target:
            state.pending_character = 0
        state.set_message(
            translate(
                "{action}: {count} frames on {name}",
                action=report.action_name,
                count=report.frame_count,
                name=target.name,
            )
        )
        for note in report.notes:
            self.report({"WARNING"}, error_message(note))
        self.report({"INFO"}, state.message)
        return {"FINISHED"}


def apply_options(scene: bpy.types.Scene) -> dict[str, Any]:
    """Return the scene's options as properties of ``kinescribe.apply``."""
    settings = scene.kinescribe
    options = {name: getattr(settings, name) for name in APPLY_OPTIONS}
    if settings.use_current_frame:
        options["start_frame"] = scene.frame_current
    return options


def check_character(target: bpy.types.Object) -> None:
    """Raise the ``RigError`` or ``MappingError`` that applying would raise, before the model runs for nothing."""
    from ..motion.mapping.bone_map import map_bones
    from ..scene.apply import require_animatable_armature
    from ..scene.bone_map import load_bone_map
    from ..scene.rig import read_rig

    require_animatable_armature(target)
    if load_bone_map(target) is None:
        map_bones(read_rig(target))


def motion_id_for(target: bpy.types.Object) -> str:
    """Return the id of the motion that waits for the character, else of the one it plays, else an empty string."""
    from ..scene.action import get_action
    from ..scene.record import read_record

    if session.generation.pending_character == target.session_uid:
        return session.generation.motion_id
    return str(read_record(get_action(target)).get("motion_id", ""))


def _last_motion_id() -> str:
    from ..motion import RequestError

    if not session.generation.motion_id:
        raise RequestError("There is no motion to apply yet: generate or import one")
    return session.generation.motion_id


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_apply,))
