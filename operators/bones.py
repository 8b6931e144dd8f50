# SPDX-License-Identifier: GPL-3.0-or-later
"""The character's bone map: detect it, correct single rows, capture the reference pose."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    error_message,
    report_info,
    report_warning,
    require_character,
)

if TYPE_CHECKING:
    from ..properties.characters import KINESCRIBE_PG_bone


class NeedsBoneMap(NeedsCharacter):
    """An operator that works on the bone map of the character that is selected."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a bone map."""
        target = active_character(context)
        if not super().poll(context) or target is None:
            return False
        if not bone_map_properties(target).bone_map:
            cls.poll_message_set("Detect the bones first")
            return False
        return True


class NeedsJointRow(NeedsBoneMap):
    """An operator that works on one row of the bone map: ``joint`` names it."""

    joint: StringProperty(name="Joint", description="Joint of the motion", options={"SKIP_SAVE"})

    def joint_row(self, target: bpy.types.Object) -> "KINESCRIBE_PG_bone":
        """Return the joint's row in the character's own bone map. Raises ``MappingError`` if there is none."""
        return find_row(target, self.joint)


def writable_character(context: bpy.types.Context) -> bpy.types.Object:
    """Return the active character. Raises ``RigError`` if nothing can be stored on it or it can't be read."""
    from ..scene.target import require_animatable_armature

    return require_animatable_armature(require_character(context))


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
            ("STRUCTURE", "Structure", "Only where they are, whatever their names are"),
        ),
        options={"SKIP_SAVE"},
    )
    suggest: BoolProperty(
        name="Suggest",
        description="Where the recognition is not sure, put its guess into the bone map to be checked and accepted",
        options={"SKIP_SAVE"},
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Detect the bones and store the bone map; the reference pose stays."""
        from ..motion import MappingError
        from ..motion.mapping.bone_map import map_bones_by_structure, require_sure_map, suggest_bones
        from ..scene.bone_map import read_bone_map_rows, store_bone_map
        from ..scene.rig import read_rig

        target = writable_character(context)
        rig = read_rig(target)
        bone_map = map_bones_by_structure(rig) if self.by == "STRUCTURE" else suggest_bones(rig)
        try:
            require_sure_map(rig, bone_map)
            is_certain = True
        except MappingError as error:
            if not self.suggest:
                raise
            is_certain = False
            self.report({"WARNING"}, error_message(error))
        before = read_bone_map_rows(target)
        if before:
            bone_map = replace(bone_map, reference=before.reference)
        store_bone_map(target, bone_map, "FOUND" if is_certain else "SUGGESTED")
        if is_certain and bone_map.missing:
            report_warning(self, "No bone was found for {joints}", joints=", ".join(bone_map.missing))
        report_info(self, "{name}: {count} joints have a bone", name=target.name, count=len(bone_map.bones))
        return {"FINISHED"}


class KINESCRIBE_OT_accept_bones(ReportsErrors, NeedsBoneMap, bpy.types.Operator):
    """Use the bone map as it stands from now on"""

    bl_idname = "kinescribe.accept_bones"
    bl_label = "Accept"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a bone in the bone map."""
        target = active_character(context)
        if not super().poll(context) or target is None:
            return False
        if not any(row.bone for row in bone_map_properties(target).bone_map):
            cls.poll_message_set("Choose some bones first")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.bone_map import require_editable_map

        require_editable_map(writable_character(context)).state = "ACCEPTED"
        return {"FINISHED"}


class KINESCRIBE_OT_clear_bones(ReportsErrors, NeedsBoneMap, bpy.types.Operator):
    """Forget the bone map and its reference pose: the bones are recognised anew when a motion is applied"""

    bl_idname = "kinescribe.clear_bones"
    bl_label = "Clear Bone Map"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.bone_map import clear_bone_map

        clear_bone_map(writable_character(context))
        return {"FINISHED"}


class KINESCRIBE_OT_pick_bone(ReportsErrors, NeedsJointRow, bpy.types.Operator):
    """Use the active bone for this joint"""

    bl_idname = "kinescribe.pick_bone"
    bl_label = "Use Active Bone"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require an active bone."""
        target = active_character(context)
        if not super().poll(context) or target is None:
            return False
        if target.data.bones.active is None:
            cls.poll_message_set("Click the bone in Pose Mode first")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        target = writable_character(context)
        self.joint_row(target).bone = target.data.bones.active.name
        return {"FINISHED"}


class KINESCRIBE_OT_select_bone(ReportsErrors, NeedsJointRow, bpy.types.Operator):
    """Select the bone in the 3D View, in Pose Mode"""

    bl_idname = "kinescribe.select_bone"
    bl_label = "Select Bone"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require Object Mode or Pose Mode."""
        if not super().poll(context):
            return False
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Select this bone alone, and make it the active bone."""
        from ..motion import RigError

        target = writable_character(context)
        name = self.joint_row(target).bone
        bone = target.data.bones.get(name)
        if not name:
            raise RigError("The joint has no bone yet: choose one first")
        if bone is None:
            raise RigError("{name} has no bone called {bone}", name=target.name, bone=name)
        if target.mode != "POSE":
            if not target.visible_get():
                raise RigError("{name} is hidden: show it, then select its bones", name=target.name)
            context.view_layer.objects.active = target
            target.select_set(True)
            bpy.ops.object.mode_set(mode="POSE")
        # Bone.select became PoseBone.select in 5.0
        is_on_pose_bones = "select" in bpy.types.PoseBone.bl_rna.properties
        selectable: Any = target.pose.bones if is_on_pose_bones else target.data.bones
        for other in selectable:
            other.select = other.name == name
        target.data.bones.active = bone
        is_visible = not bone.hide and (
            not bone.collections or any(c.is_visible_effectively for c in bone.collections)
        )
        if not is_visible:
            report_warning(self, "{bone} is hidden in the 3D View", bone=name)
        return {"FINISHED"}


class KINESCRIBE_OT_mirror_bones(ReportsErrors, NeedsBoneMap, bpy.types.Operator):
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
        from ..motion import MappingError
        from ..motion.mapping.mirror_map import mirror_bone_map
        from ..scene.bone_map import read_bone_map_rows
        from ..scene.rig import read_rig

        target = writable_character(context)
        before = read_bone_map_rows(target)
        if before is None:
            raise MappingError("The bone map is empty: fill one side, then mirror it")
        side: Literal["left", "right"] = "right" if self.onto == "RIGHT" else "left"
        bones = mirror_bone_map(read_rig(target), before.bones, side, bpy.utils.flip_name)
        changed = [joint for joint, bone in bones.items() if before.bones.get(joint) != bone]
        for joint in changed:
            find_row(target, joint).bone = bones[joint]
        if side == "right":
            report_info(self, "{count} joints of the right side changed", count=len(changed))
        else:
            report_info(self, "{count} joints of the left side changed", count=len(changed))
        return {"FINISHED"}


class KINESCRIBE_OT_use_pose_as_reference(ReportsErrors, NeedsBoneMap, bpy.types.Operator):
    """Count rotations from the pose that is shown: for rigs that rest in an odd one, pose them as a T or A first"""

    bl_idname = "kinescribe.use_pose_as_reference"
    bl_label = "Use Current Pose"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.bone_map import capture_pose, read_bone_map_rows, store_reference_pose

        target = writable_character(context)
        bone_map = read_bone_map_rows(target)
        store_reference_pose(target, capture_pose(target, bone_map.bones.values() if bone_map else ()))
        return {"FINISHED"}


class KINESCRIBE_OT_use_rest_as_reference(ReportsErrors, NeedsBoneMap, bpy.types.Operator):
    """Count the motion's rotations from the armature's rest pose again"""

    bl_idname = "kinescribe.use_rest_as_reference"
    bl_label = "Use Rest Pose"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.bone_map import store_reference_pose

        store_reference_pose(writable_character(context), {})
        return {"FINISHED"}


def find_row(target: bpy.types.Object, joint: str) -> "KINESCRIBE_PG_bone":
    """Return the joint's row in the character's own bone map. Raises ``MappingError`` if there is none."""
    from ..motion import MappingError
    from ..scene.bone_map import require_editable_map

    for row in require_editable_map(target).bone_map:
        if row.joint == joint:
            found: KINESCRIBE_PG_bone = row
            return found
    raise MappingError(
        "The bone map of {name} has no row for joint {joint!r}: detect its bones again",
        name=target.name,
        joint=joint,
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
