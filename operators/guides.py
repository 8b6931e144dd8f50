# SPDX-License-Identifier: GPL-3.0-or-later
"""Add and remove guides of a motion: paths and pins in the scene, parts of a sequence."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty

from ..properties import MAX_SECONDS, MIN_SECONDS, PINNABLE_JOINTS
from .base import NeedsCharacter, ReportsErrors, Result, require_character
from .request_builder import total_seconds

WALKING_SPEED = 1.3
"""Metres a second that an adult walks."""


class _AddsGuide(NeedsCharacter, ReportsErrors):
    """An operator that adds objects for a character, in modes whose undo steps hold them."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a mode in which objects can be added, and a character."""
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode first")
            return False
        return super().poll(context)


class KINESCRIBE_OT_add_path(_AddsGuide, bpy.types.Operator):
    """Add a path that begins at the character and leads ahead, to be bent as you like"""

    bl_idname = "kinescribe.add_path"
    bl_label = "Add Path"

    kind: EnumProperty(
        name="Kind",
        description="What the path is made of",
        items=(
            ("CURVE", "Curve", "A Bezier curve: edit its points in Edit Mode"),
            ("WAYPOINTS", "Waypoints", "Empties that are passed one after the other"),
        ),
    )
    length: FloatProperty(
        name="Length",
        description="How far the path leads; 0: as far as one walks in the time",
        default=0.0,
        min=0.0,
        soft_max=100.0,
        subtype="DISTANCE",
        unit="LENGTH",
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Add the path and make it the path of the scene."""
        from ..scene.guide_objects import add_path

        target, settings = require_character(context), context.scene.kinescribe
        length = self.length or WALKING_SPEED * total_seconds(settings)
        settings.directing.path = add_path(context.scene, target, length, self.kind, self.length == 0)
        return {"FINISHED"}


class KINESCRIBE_OT_fit_duration(ReportsErrors, bpy.types.Operator):
    """Make the motion as long as it takes to go along the path"""

    bl_idname = "kinescribe.fit_duration"
    bl_label = "Fit Duration to Path"
    bl_options = {"REGISTER", "UNDO"}

    speed: FloatProperty(
        name="Speed",
        description="Metres a second of an adult: 1.3 is a walk, 3 a run",
        default=WALKING_SPEED,
        min=0.05,
        soft_max=6.0,
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a path."""
        if context.scene.kinescribe.directing.path is None:
            cls.poll_message_set("Choose or add a path first")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Set the duration from the path's length, measured in the character's own size."""
        from ..scene.guide_objects import measure_walk

        settings = context.scene.kinescribe
        length = measure_walk(require_character(context), settings.directing)
        later_parts = total_seconds(settings) - settings.seconds
        settings.seconds = min(max(length / self.speed - later_parts, MIN_SECONDS), MAX_SECONDS)
        return {"FINISHED"}


class KINESCRIBE_OT_add_pin(_AddsGuide, bpy.types.Operator):
    """Add an empty where a hand, a foot or the hips are now, and let the motion bring them there at this frame"""

    bl_idname = "kinescribe.add_pin"
    bl_label = "Add Pin"

    joint: EnumProperty(
        name="Joint",
        description="What is brought there",
        items=PINNABLE_JOINTS,
    )

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.guide_objects import add_pin

        directing = context.scene.kinescribe.directing
        marker = add_pin(context.scene, require_character(context), self.joint)
        pin = directing.pins.add()
        pin.object, pin.joint, pin.frame = marker, self.joint, context.scene.frame_current
        directing.active_pin = len(directing.pins) - 1
        return {"FINISHED"}


class KINESCRIBE_OT_remove_pin(bpy.types.Operator):
    """Let go of the pin that is chosen in the list"""

    bl_idname = "kinescribe.remove_pin"
    bl_label = "Remove Pin"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require an entry in the list."""
        return bool(context.scene.kinescribe.directing.pins)

    def execute(self, context: bpy.types.Context) -> Result:
        """Remove the row, and its empty if Kinescribe added it."""
        from ..scene.guide_objects import remove_guide

        directing = context.scene.kinescribe.directing
        index = min(max(directing.active_pin, 0), len(directing.pins) - 1)
        marker = directing.pins[index].object
        directing.pins.remove(index)
        directing.active_pin = max(0, index - 1)
        remove_guide(marker)
        return {"FINISHED"}


class KINESCRIBE_OT_clear_guides(bpy.types.Operator):
    """Remove the path and the pins, and turn off all that directs the motion beside the prompt"""

    bl_idname = "kinescribe.clear_guides"
    bl_label = "Clear All Guides"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> Result:
        """Delete objects that Kinescribe added; other objects stay."""
        from ..scene.guide_objects import remove_guide

        directing = context.scene.kinescribe.directing
        objects = [directing.path, *(pin.object for pin in directing.pins)]
        for name in (
            "path",
            "pins",
            "segments",
            "start_pose",
            "own_keys",
            "keep_selected",
            "loop",
            "variations",
        ):
            directing.property_unset(name)
        for obj in objects:
            remove_guide(obj)
        return {"FINISHED"}


class KINESCRIBE_OT_add_part(bpy.types.Operator):
    """Add what the character does next"""

    bl_idname = "kinescribe.add_part"
    bl_label = "Add Part"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> Result:
        """Add it after the part that is chosen."""
        directing = context.scene.kinescribe.directing
        directing.segments.add()
        last = len(directing.segments) - 1
        index = min(directing.active_segment + 1, last)
        directing.segments.move(last, index)
        directing.active_segment = index
        return {"FINISHED"}


class KINESCRIBE_OT_change_part(bpy.types.Operator):
    """Remove the part that is chosen in the list, or move it"""

    bl_idname = "kinescribe.change_part"
    bl_label = "Change Part"
    bl_options = {"REGISTER", "UNDO"}

    by: IntProperty(
        name="Places", description="How many places down; 0 removes it", default=0, options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require an entry in the list."""
        return bool(context.scene.kinescribe.directing.segments)

    def execute(self, context: bpy.types.Context) -> Result:
        directing: Any = context.scene.kinescribe.directing
        last = len(directing.segments) - 1
        index = min(max(directing.active_segment, 0), last)
        if self.by:
            target = min(max(index + self.by, 0), last)
            directing.segments.move(index, target)
            directing.active_segment = target
        else:
            directing.segments.remove(index)
            directing.active_segment = max(0, index - 1)
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_add_path,
        KINESCRIBE_OT_fit_duration,
        KINESCRIBE_OT_add_pin,
        KINESCRIBE_OT_remove_pin,
        KINESCRIBE_OT_clear_guides,
        KINESCRIBE_OT_add_part,
        KINESCRIBE_OT_change_part,
    )
)
