# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators on the Action that a motion was baked into: push down, stash, reduce keys, un-bake."""

from typing import Any

import bpy
from bpy.props import BoolProperty

from ..properties.apply_options import KeyTolerances
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    get_action,
    report_info,
    report_warning,
    require_character,
)

_RECORD_PROPERTY = "kinescribe"
"""Custom property of Actions that Kinescribe made; repeated here because ``scene.record`` imports NumPy."""


def is_kinescribe_action(action: bpy.types.Action | None) -> bool:
    """Return whether Kinescribe made an Action."""
    return action is not None and _RECORD_PROPERTY in action


def get_kinescribe_action(obj: bpy.types.Object | None) -> bpy.types.Action | None:
    """Return the Action that an object plays if Kinescribe made it, else None."""
    action = get_action(obj)
    return action if is_kinescribe_action(action) else None


def count_kinescribe_strips(obj: bpy.types.Object | None) -> int:
    """Return how many NLA strips of an object play Actions that Kinescribe made."""
    tracks = obj.animation_data.nla_tracks if obj is not None and obj.animation_data else ()
    return sum(is_kinescribe_action(strip.action) for track in tracks for strip in track.strips)


class _NeedsResult(NeedsCharacter):
    """An operator that works on the Action that the character plays and that Kinescribe made."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a mode whose undo steps hold the keys, and such an Action."""
        if not super().poll(context):
            return False
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode first")
            return False
        if not cls.has_result(context):
            cls.poll_message_set("The character plays no Action that Kinescribe made")
            return False
        return True

    @classmethod
    def has_result(cls, context: bpy.types.Context) -> bool:
        """Return whether the character has a result to work on."""
        return get_kinescribe_action(active_character(context)) is not None


class KINESCRIBE_OT_push_down(_NeedsResult, ReportsErrors, bpy.types.Operator):
    """Put the motion into an NLA strip on a new track, so that the next one can be made on top"""

    bl_idname = "kinescribe.push_down"
    bl_label = "Push Down"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.apply import push_down_kinescribe_action

        strip = push_down_kinescribe_action(require_character(context))
        report_info(self, "{name} is a strip on an NLA track now", name=strip)
        return {"FINISHED"}


class KINESCRIBE_OT_stash(_NeedsResult, ReportsErrors, bpy.types.Operator):
    """Keep the motion on a muted NLA track for later, and play it no longer"""

    bl_idname = "kinescribe.stash"
    bl_label = "Stash"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.apply import push_down_kinescribe_action

        strip = push_down_kinescribe_action(require_character(context), as_stash=True)
        report_info(self, "{name} is kept on a muted NLA track", name=strip)
        return {"FINISHED"}


class KINESCRIBE_OT_reduce_keys(KeyTolerances, _NeedsResult, ReportsErrors, bpy.types.Operator):
    """Bake the motion again with only as many keys as the tolerance needs, so that it can be edited by hand"""

    bl_idname = "kinescribe.reduce_keys"
    bl_label = "Reduce Keys"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Reduce to the given tolerances, and to the scene's where none is given."""
        from ..motion.keys.key_reduction import Tolerance
        from ..scene.apply import rebake_with_reduced_keys

        settings: Any = context.scene.kinescribe
        for name in KeyTolerances.__annotations__:
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(settings, name))
        tolerance = Tolerance(self.tolerance_mm, self.tolerance_degrees)
        report = rebake_with_reduced_keys(context, require_character(context), tolerance, self.pose_keys)
        report_info(
            self, "{action}: {count} keys are left", action=report.action_name, count=report.key_count
        )
        return {"FINISHED"}


class KINESCRIBE_OT_unbake(_NeedsResult, ReportsErrors, bpy.types.Operator):
    """Take back what Kinescribe made on the character: what was there before is back, and nothing else is changed"""

    bl_idname = "kinescribe.unbake"
    bl_label = "Un-Bake"
    bl_options = {"REGISTER", "UNDO"}

    everything: BoolProperty(
        name="All Results",
        description="Take back every Action and strip that Kinescribe made on the character, not only the last one",
        options={"SKIP_SAVE"},
    )
    edited: BoolProperty(
        name="Edited Keys Too",
        description="Remove Kinescribe's keys even where they were edited since",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def has_result(cls, context: bpy.types.Context) -> bool:
        """Return whether the character has an Action or an NLA strip that Kinescribe made."""
        obj = active_character(context)
        return get_kinescribe_action(obj) is not None or count_kinescribe_strips(obj) > 0

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.target import require_animatable_armature
        from ..scene.unbake import unbake

        target = require_animatable_armature(require_character(context))
        unbaked = unbake(target, self.everything, self.edited)
        for name in unbaked.kept:
            report_warning(self, "{action} stays with the keys that were added to it by hand", action=name)
        names = ", ".join((*unbaked.removed, *unbaked.kept))
        report_info(self, "{name} is without {actions} again", name=target.name, actions=names)
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory(
    (KINESCRIBE_OT_push_down, KINESCRIBE_OT_stash, KINESCRIBE_OT_reduce_keys, KINESCRIBE_OT_unbake)
)
