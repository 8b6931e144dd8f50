# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with a result: into the NLA, with fewer keys, or away with it."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, FloatProperty  # noqa: F401

from ..properties import ApplyOptions
from .base import NeedsCharacter, ReportsErrors, Result, character, require_character

_RECORD = "kinescribe"
"""The custom property by which an Action says that it was made here; reading the record itself would bring NumPy."""

_TOLERANCES = ("tolerance_mm", "tolerance_degrees")


def is_own(action: bpy.types.Action | None) -> bool:
    """Whether an Action carries the record of a bake."""
    return action is not None and _RECORD in action


def own_action(obj: bpy.types.Object | None) -> bpy.types.Action | None:
    """The Action of ours that the object plays."""
    action = obj.animation_data.action if obj is not None and obj.animation_data else None
    return action if is_own(action) else None


def own_strips(obj: bpy.types.Object | None) -> int:
    """How many NLA strips of the object play Actions of ours."""
    data = obj.animation_data if obj is not None else None
    return sum(is_own(strip.action) for track in data.nla_tracks for strip in track.strips) if data else 0


class _NeedsResult(NeedsCharacter):
    """An operator that works on the Action of ours that the character plays."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where its undo step would hold the keys, and there is such an Action."""
        if not super().poll(context):
            return False
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode first")  # type: ignore[attr-defined]
            return False
        if not cls.has_result(context):
            cls.poll_message_set("The character plays no Action that Kinescribe made")  # type: ignore[attr-defined]
            return False
        return True

    @classmethod
    def has_result(cls, context: bpy.types.Context) -> bool:
        """Whether there is something to work on."""
        return own_action(character(context)) is not None


class KINESCRIBE_OT_push_down(_NeedsResult, ReportsErrors, bpy.types.Operator):
    """Put the motion into an NLA strip on a new track, so that the next one can be made on top"""

    bl_idname = "kinescribe.push_down"
    bl_label = "Push Down"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Push down."""
        from ..scene.apply import push_down_own

        track = push_down_own(require_character(context))
        self.report({"INFO"}, f"{track} is a strip on an NLA track now")
        return {"FINISHED"}


class KINESCRIBE_OT_stash(_NeedsResult, ReportsErrors, bpy.types.Operator):
    """Keep the motion on a muted NLA track for later, and play it no longer"""

    bl_idname = "kinescribe.stash"
    bl_label = "Stash"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Stash."""
        from ..scene.apply import push_down_own

        track = push_down_own(require_character(context), as_stash=True)
        self.report({"INFO"}, f"{track} is kept on a muted NLA track")
        return {"FINISHED"}


class KINESCRIBE_OT_reduce_keys(_NeedsResult, ReportsErrors, bpy.types.Operator):
    """Bake the motion again with only as many keys as the tolerance needs, so that it can be edited by hand"""

    bl_idname = "kinescribe.reduce_keys"
    bl_label = "Reduce Keys"
    bl_options = {"REGISTER", "UNDO"}

    # the labels and bounds that applying has, evaluated with this module's FloatProperty
    __annotations__ = {name: ApplyOptions.__annotations__[name] for name in _TOLERANCES}

    def run(self, context: bpy.types.Context) -> Result:
        """Reduce to the scene's tolerances where none are given."""
        from ..motion.keys.key_reduction import Tolerance
        from ..scene.apply import reduce_again

        settings: Any = context.scene.kinescribe
        for name in _TOLERANCES:
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(settings, name))
        tolerance = Tolerance(self.tolerance_mm, self.tolerance_degrees)
        report = reduce_again(context, require_character(context), tolerance)
        self.report({"INFO"}, f"{report.action}: {report.keys} keys are left")
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
        """Strips count too."""
        found = character(context)
        return own_action(found) is not None or own_strips(found) > 0

    def run(self, context: bpy.types.Context) -> Result:
        """Take back."""
        from ..scene.apply import animatable_armature
        from ..scene.unbake import unbake

        target = animatable_armature(require_character(context))
        done = unbake(target, self.everything, self.edited)
        for name in done.kept:
            self.report({"WARNING"}, f"{name} stays with the keys that were added to it by hand")
        names = ", ".join((*done.removed, *done.kept))
        self.report({"INFO"}, f"{target.name} is without {names} again")
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory(
    (KINESCRIBE_OT_push_down, KINESCRIBE_OT_stash, KINESCRIBE_OT_reduce_keys, KINESCRIBE_OT_unbake)
)
