# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators that add and remove what guides a motion: paths and pins in the scene."""

from typing import Any

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty, StringProperty
from mathutils import Matrix, Vector

from ..properties.guides import PINNABLE_JOINTS
from ..properties.limits import MAX_SECONDS, MIN_SECONDS
from ..scene.character import find_armature
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    require_character,
)
from .guide_list import is_guide_of_others, show_rows
from .part_list import has_own_parts
from .request_builder import merge_directing, total_seconds

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
        description="Length of the path; 0: as far as an adult walks in the motion's duration",
        default=0.0,
        min=0.0,
        soft_max=100.0,
        subtype="DISTANCE",
        unit="LENGTH",
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Add the path and make it the path of the character."""
        from ..scene.bone_map import require_editable_map
        from ..scene.guide_objects import add_path

        target = require_character(context)
        length = self.length or WALKING_SPEED * total_seconds(context, target)
        if self.kind == "WAYPOINTS":
            _add_waypoints(context, target, length, self.length == 0)
        else:
            directing = require_editable_map(target).directing
            directing.path = add_path(context.scene, target, length, self.length == 0)
            directing.use_path = True
        show_rows()
        return {"FINISHED"}


def _add_waypoints(
    context: bpy.types.Context, target: bpy.types.Object, length: float, scale_to_character: bool
) -> None:
    """Add two waypoints straight ahead of a character, the second at ``length`` metres; see :func:`.add_path`."""
    from ..scene.guides import measure_character

    place, heading, scale = measure_character(target)
    ahead = Matrix.Rotation(heading, 3, "Z") @ Vector((0.0, -1.0, 0.0))
    distance = length * (scale if scale_to_character else 1.0)
    for part in (0.5, 1.0):
        place_waypoint(context, target, Vector(place) + part * distance * ahead, None)


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
        target = active_character(context)
        directing = None if target is None else merge_directing(context.scene, target)
        if directing is None or (directing.path is None and not directing.waypoints):
            cls.poll_message_set("Choose or add a path first")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Set the duration from the path's length, measured in the character's own size."""
        from ..scene.guide_objects import measure_walk

        target, settings = require_character(context), context.scene.kinescribe
        length = measure_walk(target, merge_directing(context.scene, target))
        owner = bone_map_properties(target) if has_own_parts(target) else settings
        later_parts = total_seconds(context, target) - owner.seconds
        owner.seconds = min(max(length / self.speed - later_parts, MIN_SECONDS), MAX_SECONDS)
        return {"FINISHED"}


class KINESCRIBE_OT_add_waypoint(_AddsGuide, bpy.types.Operator):
    """Add a place that the character passes, ahead of the last one or of the character"""

    bl_idname = "kinescribe.add_waypoint"
    bl_label = "Add Waypoint"

    distance: FloatProperty(
        name="Distance",
        description="How far ahead the waypoint is",
        default=1.5,
        min=0.0,
        soft_max=10.0,
        subtype="DISTANCE",
        unit="LENGTH",
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Add it. Raises ``RigError`` or ``MappingError``."""
        from ..scene.guides import measure_character

        target = require_character(context)
        standing, heading, _ = measure_character(target)
        place = Vector(standing)
        ahead = Matrix.Rotation(heading, 3, "Z") @ Vector((0.0, -1.0, 0.0))
        last = _last_waypoint(target)
        if last is not None:
            from ..scene.root_paths import find_facing

            place = last.matrix_world.translation
            ahead = Vector(find_facing(last.matrix_world).tolist())
        place_waypoint(context, target, place + self.distance * ahead, None)
        show_rows()
        return {"FINISHED"}


def place_waypoint(
    context: bpy.types.Context, character: bpy.types.Object, place: Any, direction: Any
) -> None:
    """Add a waypoint. Raises ``RigError`` or ``MappingError``.

    Parameters
    ----------
    context : bpy.types.Context
        Its scene gets the object.
    character : bpy.types.Object
        Who passes it.
    place : Vector
        In Blender's world.
    direction : Vector or None
        Where the character faces there; None: it is free, and the arrow points on from the place before.
    """
    from ..scene.bone_map import require_editable_map
    from ..scene.guide_objects import add_waypoint
    from ..scene.guides import measure_character

    last = _last_waypoint(character)
    before = Vector(measure_character(character)[0]) if last is None else last.matrix_world.translation
    arrow = direction
    if arrow is None and (place - before).to_2d().length > 1e-3:
        arrow = place - before
    obj = add_waypoint(context.scene, character, place, arrow)
    context.view_layer.update()
    row = require_editable_map(character).directing.waypoints.add()
    row.object, row.use_facing, row.frame = obj, direction is not None, context.scene.frame_current


def _last_waypoint(character: bpy.types.Object) -> bpy.types.Object | None:
    """Return the object of the last waypoint of a character that has one."""
    rows = bone_map_properties(character).directing.waypoints
    return next((row.object for row in reversed(rows) if row.object is not None), None)


class KINESCRIBE_OT_add_pin(_AddsGuide, bpy.types.Operator):
    """Hold a hand, a foot or the hips to the other selected object; without one, add an empty where it is now"""

    bl_idname = "kinescribe.add_pin"
    bl_label = "Add Pin"

    joint: EnumProperty(
        name="Joint",
        description="Body part that the pin holds",
        items=PINNABLE_JOINTS,
    )
    frames: IntProperty(
        name="Hold",
        description="Frames for which it is held, from the current frame on",
        default=1,
        min=1,
        max=1048574,
        soft_max=240,
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Add the pin. Raises ``MappingError``, or ``RigError`` if the character has no such bone."""
        from ..scene.bone_map import require_editable_map
        from ..scene.guide_objects import GUIDE_PROPERTY, add_pin, set_pin

        target = require_character(context)
        held = [
            obj
            for obj in context.selected_objects
            if obj.type in {"MESH", "EMPTY"} and find_armature(obj) != target and not obj.get(GUIDE_PROPERTY)
        ]
        obj = held[0] if len(held) == 1 else add_pin(context.scene, target, self.joint)
        context.view_layer.update()
        pin = require_editable_map(target).directing.pins.add()
        set_pin(pin, target, obj, self.joint, None)
        pin.when = "RANGE" if self.frames > 1 else "FRAME"
        pin.frame = context.scene.frame_current
        pin.frame_end = pin.frame + self.frames - 1
        show_rows()
        return {"FINISHED"}


GUIDES = ("path", "waypoints", "pins", "start_pose", "own_keys", "keep_selected", "loop", "variations")
"""What can guide a motion, by the names of its properties."""


class KINESCRIBE_OT_clear_guides(bpy.types.Operator):
    """Remove the path, the waypoints and the pins, and turn off all that directs the motion beside the prompt"""

    bl_idname = "kinescribe.clear_guides"
    bl_label = "Clear All Guides"
    bl_options = {"REGISTER", "UNDO"}

    kind: StringProperty(
        name="Kind", description="Only this guide; empty: all of them", options={"HIDDEN", "SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> Result:
        """Delete objects that Kinescribe added; other objects stay."""
        from ..scene.guide_objects import remove_guide

        target = active_character(context)
        groups = [context.scene.kinescribe.directing]
        if target is not None:
            groups.append(bone_map_properties(target).directing)
        names = GUIDES if not self.kind else tuple(name for name in GUIDES if name == self.kind)
        objects = []
        for directing in groups:
            objects += [directing.path] if "path" in names else []
            objects += [pin.object for pin in directing.pins] if "pins" in names else []
            objects += [row.object for row in directing.waypoints] if "waypoints" in names else []
            for name in (*names, *(() if self.kind else ("segments",))):
                directing.property_unset(name)
        for obj in dict.fromkeys(objects):
            if obj is not None and not is_guide_of_others(context, obj):
                remove_guide(obj)
        show_rows()
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_add_path,
        KINESCRIBE_OT_fit_duration,
        KINESCRIBE_OT_add_waypoint,
        KINESCRIBE_OT_add_pin,
        KINESCRIBE_OT_clear_guides,
    )
)
