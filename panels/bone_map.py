# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Bone Map: which bone follows which joint of a motion, and which joints have none."""

from __future__ import annotations

from collections import Counter
from typing import Any

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import active_character, bone_map_properties
from ..properties.characters import KINESCRIBE_PG_bone
from ..session import session
from .joints import GROUPS, OPTIONAL_GROUPS, finger_order, is_needed, joint_group, joint_label
from .sub_panel import SubPanel
from .text import draw_message


class KINESCRIBE_MT_bone_map(bpy.types.Menu):
    """Operators on a whole bone map"""

    bl_idname = "KINESCRIBE_MT_bone_map"
    bl_label = "Bone Map Specials"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        by_structure = layout.operator(
            "kinescribe.map_bones", text="Detect by Structure", icon="OUTLINER_OB_ARMATURE"
        )
        by_structure.by, by_structure.suggest = "STRUCTURE", True
        layout.separator()
        layout.operator("kinescribe.mirror_bones", text="Right from Left", icon="MOD_MIRROR").onto = "RIGHT"
        layout.operator("kinescribe.mirror_bones", text="Left from Right", icon="MOD_MIRROR").onto = "LEFT"
        layout.separator()
        layout.operator("kinescribe.import_bone_map", text="Import...", icon="IMPORT")
        layout.operator("kinescribe.export_bone_map", text="Export...", icon="EXPORT")
        layout.separator()
        layout.operator("kinescribe.clear_bones", text="Clear", icon="X")


class KINESCRIBE_PT_bone_presets(bpy.types.Panel):
    """Saved bone maps"""

    bl_idname = "KINESCRIBE_PT_bone_presets"
    bl_label = "Bone Map Presets"
    bl_space_type = "VIEW_3D"
    bl_region_type = "HEADER"
    bl_options = {"INSTANCED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.label(text="Bone Map Presets")
        layout.emboss = "PULLDOWN_MENU"
        layout.operator_context = "EXEC_DEFAULT"
        column = layout.column(align=True)
        for name in session.bone_presets:
            row = column.row(align=True)
            row.operator("kinescribe.use_bone_preset", text=name, translate=False).name = name
            delete = row.row(align=True)
            delete.operator_context = "INVOKE_DEFAULT"
            delete.operator("kinescribe.remove_bone_preset", text="", icon="REMOVE").name = name
        if not session.bone_presets:
            column.label(text="None yet")
        manager = context.window_manager
        row = layout.row()
        field = row.row()
        field.emboss = "NORMAL"
        field.prop(manager, "preset_name", text="")
        row.operator("kinescribe.save_bone_preset", text="", icon="ADD").name = manager.preset_name


class KINESCRIBE_PT_bone_map(SubPanel, bpy.types.Panel):
    """Which bone follows which joint"""

    bl_idname = "KINESCRIBE_PT_bone_map"
    manual_page = "rigs.html"
    bl_label = "Bone Map"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_character(context) is not None

    def draw_header(self, context: bpy.types.Context) -> None:
        armature = active_character(context)
        assert armature is not None
        stored = bone_map_properties(armature)
        if stored.state == "SUGGESTED" or find_removed_bones(armature, stored):
            self.layout.label(text="", icon="ERROR")

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        self.layout.operator("kinescribe.show_bone_presets", text="", icon="PRESET", emboss=False)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        armature = active_character(context)
        assert armature is not None
        stored = bone_map_properties(armature)
        _draw_summary(layout, context, armature, stored)
        row = layout.row(align=True)
        row.operator("kinescribe.map_bones", text="Detect Bones", icon="VIEWZOOM").suggest = True
        row.menu(KINESCRIBE_MT_bone_map.bl_idname, text="", icon="DOWNARROW_HLT")
        if stored.state == "SUGGESTED":
            row = layout.row(align=True)
            row.operator("kinescribe.accept_bones", text="Accept", icon="CHECKMARK")
            row.operator("kinescribe.clear_bones", text="Discard", icon="X")
        for group in GROUPS:
            rows = [row for row in stored.bone_map if joint_group(row.joint) == group]
            _draw_group(layout, armature, group, sorted(rows, key=lambda row: finger_order(row.joint)))


class KINESCRIBE_PT_bone_map_rig(SubPanel, bpy.types.Panel):
    """Root bone, reference pose and switches of the rig"""

    bl_idname = "KINESCRIBE_PT_bone_map_rig"
    bl_label = "Rig"
    bl_parent_id = KINESCRIBE_PT_bone_map.bl_idname

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        armature = active_character(context)
        return armature is not None and bool(bone_map_properties(armature).bone_map)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        armature = active_character(context)
        assert armature is not None
        stored = bone_map_properties(armature)
        layout.use_property_split = True
        layout.use_property_decorate = False
        row = layout.row()
        row.alert = bool(stored.root) and stored.root not in armature.pose.bones
        row.prop_search(stored, "root", armature.data, "bones")
        split = layout.split(factor=0.4)
        name = split.row()
        name.alignment = "RIGHT"
        name.label(text="Reference")
        captured = bool(stored.reference)
        split.label(
            text="Captured Pose" if captured else "Rest Pose", icon="ARMATURE_DATA" if captured else "NONE"
        )
        row = layout.row(align=True)
        row.operator("kinescribe.use_pose_as_reference", text="Use Current Pose")
        row.operator("kinescribe.use_rest_as_reference", text="Use Rest Pose")
        if stored.switches:
            column = layout.column(align=True)
            for switch in stored.switches:
                column.prop(switch, "value", text=f"{switch.bone}: {switch.property}", translate=False)


def find_removed_bones(armature: bpy.types.Object, stored: Any) -> list[str]:
    """Return bones of the map that the armature no longer has, because they were renamed or deleted."""
    pose_bones = armature.pose.bones
    return [row.bone for row in stored.bone_map if row.bone and row.bone not in pose_bones]


def format_missing_joints(stored: Any) -> str:
    """Return the joints without a bone as text: "Left Arm: Elbow, Wrist; Body: Neck"; empty if there are none."""
    parts = []
    for group in GROUPS:
        joints = [
            joint_label(row.joint)
            for row in stored.bone_map
            if joint_group(row.joint) == group and is_needed(row.joint) and not row.bone
        ]
        if joints:
            parts.append(f"{iface(group)}: {', '.join(joints)}")
    return "; ".join(parts)


def _draw_summary(
    layout: bpy.types.UILayout, context: bpy.types.Context, armature: bpy.types.Object, stored: Any
) -> None:
    if not stored.bone_map:
        draw_message(layout, context, "The bones are detected when a motion is first applied", icon="INFO")
        return
    needed = [row for row in stored.bone_map if is_needed(row.joint)]
    joints = sum(1 for row in needed if row.bone)
    text, icon = iface("{family}: {joints} of {total} joints"), "CHECKMARK"
    if stored.state == "SUGGESTED" and not joints:
        text, icon = iface("No human body was detected: choose the bones yourself, then accept"), "QUESTION"
    elif stored.state == "SUGGESTED":
        text, icon = iface("Is this right? Only {sure:.0%} sure. Correct the bones, then accept"), "QUESTION"
    elif stored.state == "FOUND":
        text, icon = iface("{family}: {joints} of {total} joints, {sure:.0%} sure"), "CHECKMARK"
    family = stored.label or iface("By Structure")
    text = text.format(family=family, joints=joints, total=len(needed), sure=stored.confidence)
    draw_message(layout, context, text, icon=icon if joints == len(needed) or icon != "CHECKMARK" else "INFO")
    if stored.state == "SUGGESTED" and stored.doubt:
        reason = iface(stored.doubt)
        draw_message(
            layout, context, iface("Doubtful, because {reason}").format(reason=reason), icon="BLANK1"
        )
    if not joints:
        return
    if missing := format_missing_joints(stored):
        draw_message(layout, context, iface("No bone for {joints}").format(joints=missing), icon="ERROR")
    if removed := find_removed_bones(armature, stored):
        text = iface("The armature no longer has {bones}: detect the bones again, or choose others")
        draw_message(layout, context, text.format(bones=", ".join(removed)), icon="ERROR", alert=True)
    counts = Counter(row.bone for row in stored.bone_map if row.bone)
    if shared_bones := [bone for bone, count in counts.items() if count > 1]:
        text = iface("Chosen for two joints: {bones}")
        draw_message(layout, context, text.format(bones=", ".join(shared_bones)), icon="ERROR", alert=True)
    if armature.override_library is not None and stored == armature.kinescribe:
        draw_message(
            layout,
            context,
            "This map belongs to the library: detect the bones to get one that can be edited",
            icon="INFO",
        )


def _draw_group(
    layout: bpy.types.UILayout, armature: bpy.types.Object, group: str, rows: list[KINESCRIBE_PG_bone]
) -> None:
    """Draw a heading with the number of joints that have a bone and, if it is open, a row for each joint."""
    if not rows:
        return
    header, body = layout.panel(f"KINESCRIBE_bones_{group.replace(' ', '_')}", default_closed=True)
    header.label(text=group)
    counted = rows if group in OPTIONAL_GROUPS else [row for row in rows if is_needed(row.joint)]
    with_bone = sum(1 for row in counted if row.bone)
    count = header.row()
    count.alignment = "RIGHT"
    is_incomplete = with_bone < len(counted) and group not in OPTIONAL_GROUPS
    count.active = is_incomplete
    count.label(
        text=f"{with_bone} / {len(counted)}", icon="ERROR" if is_incomplete else "NONE", translate=False
    )
    if body is None:
        return
    body.use_property_split = True
    body.use_property_decorate = False
    column = body.column(align=True)
    for row in rows:
        _draw_row(column.row(align=True), armature, row)


def _draw_row(line: bpy.types.UILayout, armature: bpy.types.Object, row: KINESCRIBE_PG_bone) -> None:
    field = line.row(align=True)
    field.alert = bool(row.bone) and row.bone not in armature.pose.bones
    is_missing = not row.bone and is_needed(row.joint)
    field.prop_search(
        row, "bone", armature.data, "bones", text=joint_label(row.joint), translate=False,
        icon="ERROR" if is_missing else "BONE_DATA",
    )  # fmt: skip
    line.operator("kinescribe.pick_bone", text="", icon="PASTEDOWN").joint = row.joint
    select = line.row(align=True)
    select.enabled = bool(row.bone)
    select.operator("kinescribe.select_bone", text="", icon="RESTRICT_SELECT_OFF").joint = row.joint


register, unregister = bpy.utils.register_classes_factory(
    (KINESCRIBE_MT_bone_map, KINESCRIBE_PT_bone_presets, KINESCRIBE_PT_bone_map, KINESCRIBE_PT_bone_map_rig)
)
