# SPDX-License-Identifier: GPL-3.0-or-later
"""The character's bones: recognise them, correct single ones, capture the pose to count from."""

from __future__ import annotations

from dataclasses import replace

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .base import NeedsCharacter, ReportsErrors, Result, character, require_character, stored_map


class NeedsMap(NeedsCharacter):
    """An operator that works on the bone map of the character that is selected."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether there is one."""
        if not super().poll(context):
            return False
        if not stored_map(character(context)).bone_map:
            cls.poll_message_set("Detect the bones first")  # type: ignore[attr-defined]
            return False
        return True


class TakesJoint(NeedsMap):
    """One that works on the row of one joint."""

    joint: StringProperty(name="Joint", description="Joint of the motion", options={"SKIP_SAVE"})

    def row(self, target: bpy.types.Object) -> bpy.types.PropertyGroup:
        """The joint's row in the character's own bone map. ``MappingError`` where there is none."""
        return row_of(target, self.joint)


def writable_character(context: bpy.types.Context) -> bpy.types.Object:
    """The character, or ``RigError`` where nothing can be stored on it or it can't be read."""
    from ..scene.apply import animatable_armature

    return animatable_armature(require_character(context))


class KINESCRIBE_OT_map_bones(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Find out which bone of the character follows which joint of a motion"""

    bl_idname = "kinescribe.map_bones"
    bl_label = "Detect Bones"
    bl_options = {"REGISTER", "UNDO"}

    by: EnumProperty(
        name="By",
        description="What the bones are recognised by",
        items=(
            ("NAMES", "Names", "Their names and, where these are not known, where they are"),
            ("STRUCTURE", "Structure", "Where they are alone, whatever their names say"),
        ),
        options={"SKIP_SAVE"},
    )
    suggest: BoolProperty(
        name="Suggest",
        description="Where the recognition is not sure, put its guess into the bone map to be checked and accepted",
        options={"SKIP_SAVE"},
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Map, and store the map for the armature object; its reference pose stays."""
        from ..motion import MappingError
        from ..motion.mapping.bone_map import bones_by_structure, checked_bones, suggest_bones
        from ..scene.bone_map import store_map, written_map
        from ..scene.rig import read_rig

        target = writable_character(context)
        rig = read_rig(target)
        bone_map = bones_by_structure(rig) if self.by == "STRUCTURE" else suggest_bones(rig)
        try:
            checked_bones(rig, bone_map)
            sure = True
        except MappingError as error:
            if not self.suggest:
                raise
            sure = False
            self.report({"WARNING"}, str(error))
        before = written_map(target)
        if before:
            bone_map = replace(bone_map, reference=before.reference)
        store_map(target, bone_map, "FOUND" if sure else "SUGGESTED")
        if sure and bone_map.missing:
            self.report({"WARNING"}, f"No bone was found for {', '.join(bone_map.missing)}")
        self.report({"INFO"}, f"{target.name}: {len(bone_map.bones)} joints have a bone")
        return {"FINISHED"}


class KINESCRIBE_OT_accept_bones(ReportsErrors, NeedsMap, bpy.types.Operator):
    """Use the bone map as it stands from now on"""

    bl_idname = "kinescribe.accept_bones"
    bl_label = "Accept"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether there is anything to accept."""
        if not super().poll(context):
            return False
        if not any(row.bone for row in stored_map(character(context)).bone_map):
            cls.poll_message_set("Choose some bones first")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Say that somebody has looked at it."""
        from ..scene.bone_map import own_map

        own_map(writable_character(context)).state = "ACCEPTED"
        return {"FINISHED"}


class KINESCRIBE_OT_clear_bones(ReportsErrors, NeedsMap, bpy.types.Operator):
    """Forget the bone map and its reference pose: the bones are recognised anew when a motion is applied"""

    bl_idname = "kinescribe.clear_bones"
    bl_label = "Clear Bone Map"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Empty what is stored."""
        from ..scene.bone_map import clear_map

        clear_map(writable_character(context))
        return {"FINISHED"}


class KINESCRIBE_OT_pick_bone(ReportsErrors, TakesJoint, bpy.types.Operator):
    """Let the active bone follow this joint"""

    bl_idname = "kinescribe.pick_bone"
    bl_label = "Use Active Bone"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether there is an active bone."""
        if not super().poll(context):
            return False
        if character(context).data.bones.active is None:
            cls.poll_message_set("Click the bone in Pose Mode first")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Put its name into the joint's row."""
        target = writable_character(context)
        self.row(target).bone = target.data.bones.active.name
        return {"FINISHED"}


class KINESCRIBE_OT_select_bone(ReportsErrors, TakesJoint, bpy.types.Operator):
    """Select the bone in the 3D View, in Pose Mode"""

    bl_idname = "kinescribe.select_bone"
    bl_label = "Select Bone"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where Pose Mode is one step away."""
        if not super().poll(context):
            return False
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Select it alone, and make it the active one."""
        from ..motion import RigError

        target = writable_character(context)
        name = self.row(target).bone
        bone = target.data.bones.get(name)
        if bone is None:
            raise RigError(
                f"{target.name} has no bone called {name}" if name else "The joint has no bone yet"
            )
        if target.mode != "POSE":
            if not target.visible_get():
                raise RigError(f"{target.name} is hidden: show it, then select its bones")
            context.view_layer.objects.active = target
            target.select_set(True)
            bpy.ops.object.mode_set(mode="POSE")
        # Bone.select became PoseBone.select in 5.0
        posed = "select" in bpy.types.PoseBone.bl_rna.properties
        for other in target.pose.bones if posed else target.data.bones:
            other.select = other.name == name
        target.data.bones.active = bone
        shown = not bone.hide and (
            not bone.collections or any(c.is_visible_effectively for c in bone.collections)
        )
        if not shown:
            self.report({"WARNING"}, f"{name} is hidden in the 3D View")
        return {"FINISHED"}


class KINESCRIBE_OT_mirror_bones(ReportsErrors, NeedsMap, bpy.types.Operator):
    """Fill one side of the bone map from the other, by the bones' names and else by where they are"""

    bl_idname = "kinescribe.mirror_bones"
    bl_label = "Mirror Bone Map"
    bl_options = {"REGISTER", "UNDO"}

    onto: EnumProperty(
        name="Fill",
        description="The side that is replaced",
        items=(
            ("RIGHT", "Right from Left", "Replace the right side by what mirrors the left"),
            ("LEFT", "Left from Right", "Replace the left side by what mirrors the right"),
        ),
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Mirror the rows."""
        from ..motion import MappingError
        from ..motion.mapping.mirror_map import mirrored_map
        from ..scene.bone_map import written_map
        from ..scene.rig import read_rig

        target = writable_character(context)
        before = written_map(target)
        if before is None:
            raise MappingError("The bone map is empty: fill one side, then mirror it")
        side = "right" if self.onto == "RIGHT" else "left"
        bones = mirrored_map(read_rig(target), before.bones, side, bpy.utils.flip_name)
        changed = [joint for joint, bone in bones.items() if before.bones.get(joint) != bone]
        for joint in changed:
            row_of(target, joint).bone = bones[joint]
        self.report({"INFO"}, f"{len(changed)} joints of the {side} side changed")
        return {"FINISHED"}


class KINESCRIBE_OT_use_pose_as_reference(ReportsErrors, NeedsMap, bpy.types.Operator):
    """Count rotations from the pose that is shown: for rigs that rest in an odd one, pose them as a T or A first"""

    bl_idname = "kinescribe.use_pose_as_reference"
    bl_label = "Use Current Pose"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Capture the pose."""
        from ..scene.bone_map import present_pose, store_reference, written_map

        target = writable_character(context)
        bone_map = written_map(target)
        store_reference(target, present_pose(target, bone_map.bones.values() if bone_map else ()))
        return {"FINISHED"}


class KINESCRIBE_OT_use_rest_as_reference(ReportsErrors, NeedsMap, bpy.types.Operator):
    """Count the motion's rotations from the armature's rest pose again"""

    bl_idname = "kinescribe.use_rest_as_reference"
    bl_label = "Use Rest Pose"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Forget the captured pose."""
        from ..scene.bone_map import store_reference

        store_reference(writable_character(context), {})
        return {"FINISHED"}


def row_of(target: bpy.types.Object, joint: str) -> bpy.types.PropertyGroup:
    """The joint's row in the character's own bone map. ``MappingError`` where there is none."""
    from ..motion import MappingError
    from ..scene.bone_map import own_map

    for row in own_map(target).bone_map:
        if row.joint == joint:
            return row
    raise MappingError(
        f"The bone map of {target.name} has no row for {joint or 'nothing'}: detect its bones again"
    )


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_map_bones,
        KINESCRIBE_OT_accept_bones,
        KINESCRIBE_OT_clear_bones,
        KINESCRIBE_OT_pick_bone,
        KINESCRIBE_OT_select_bone,
        KINESCRIBE_OT_mirror_bones,
        KINESCRIBE_OT_use_pose_as_reference,
        KINESCRIBE_OT_use_rest_as_reference,
    )
)
