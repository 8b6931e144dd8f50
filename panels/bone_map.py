# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Bone Map: which bone follows which joint of a motion."""

from __future__ import annotations

import re
from typing import Any

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import character
from .main import KINESCRIBE_PT_main
from .text import sentence

FAMILIES = {
    "rigify": "Rigify",
    "auto_rig_pro": "Auto-Rig Pro",
    "mixamo_control": "Mixamo control rig",
    "smplx": "SMPL-X",
    "smpl": "SMPL (FBX)",
    "mixamo": "Mixamo",
    "cmu": "CMU (cgspeed)",
    "soma": "Kimodo SOMA",
    "unreal5": "Unreal Engine 5",
    "unreal4": "Unreal Engine 4",
    "unity": "Unity humanoid / VRM 0",
    "vrm1": "VRM 1",
    "vroid": "VRoid",
    "kenney": "Kenney",
    "quaternius": "Quaternius",
    "synty": "Synty",
    "mmd": "MikuMikuDance",
    "mmd_english": "MikuMikuDance (English)",
    "biped": "3ds Max Biped",
    "character_creator": "Character Creator",
    "genesis9": "Daz Genesis 9",
    "genesis8": "Daz Genesis 3 / 8",
    "poser": "Poser / DAZ",
    "makehuman": "MakeHuman",
    "mb_lab": "MB-Lab",
    "auto_rig_pro_export": "Auto-Rig Pro export",
    "rigify_meta": "Rigify metarig",
    "bvh": "BVH",
    "custom": "Custom",
}
"""Labels of the families; here too, because drawing does not import what needs NumPy."""

SURE = 0.8
"""From this confidence on, a map needs no second look."""


class KINESCRIBE_UL_bone_map(bpy.types.UIList):
    """Joint and bone, a row each"""

    bl_idname = "KINESCRIBE_UL_bone_map"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: Any,
        item: Any,
        icon: int,
        active_data: Any,
        active_property: str,
        index: int = 0,
        flt_flag: int = 0,
    ) -> None:
        """A joint, and the bone to choose for it."""
        split = layout.split(factor=0.4)
        split.label(text=joint_label(item.joint), translate=False)
        armature = data.id_data
        known = item.bone in armature.pose.bones if armature.pose else False
        row = split.row()
        row.alert = bool(item.bone) and not known
        row.prop_search(item, "bone", armature.data, "bones", text="")


class KINESCRIBE_PT_bone_map(bpy.types.Panel):
    """How the character's bones are recognised"""

    bl_idname = "KINESCRIBE_PT_bone_map"
    bl_label = "Bone Map"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_parent_id = KINESCRIBE_PT_main.bl_idname
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only for a character."""
        return character(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        """What was recognised, every joint, and the button that looks again."""
        layout = self.layout
        found = character(context)
        stored = found.kinescribe
        if stored.bone_map:
            joints = sum(1 for row in stored.bone_map if row.bone)
            text = iface("{family} rig, {joints} of {total} joints, {sure:.0%} sure").format(
                family=FAMILIES.get(stored.family, stored.family.title()),
                joints=joints,
                total=len(stored.bone_map),
                sure=stored.confidence,
            )
            sure = joints == len(stored.bone_map) and stored.confidence >= SURE
            sentence(layout, context, text, icon="CHECKMARK" if sure else "ERROR")
        else:
            sentence(layout, context, "The bones are recognised when a motion is first applied", icon="INFO")
        layout.operator("kinescribe.map_bones", text="Detect Bones", icon="VIEWZOOM")
        if stored.bone_map:
            layout.template_list(
                KINESCRIBE_UL_bone_map.bl_idname, "", stored, "bone_map", stored, "active_bone", rows=8
            )


def joint_label(joint: str) -> str:
    """A joint's name as a label: Left Hip, Spine 1."""
    return iface(re.sub(r"(?<=[a-z])(?=\d)", " ", joint.replace("_", " ")).title())


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_UL_bone_map, KINESCRIBE_PT_bone_map))
