# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognise the character's bones."""

from __future__ import annotations

import bpy

from .base import NeedsCharacter, ReportsErrors, Result, needed_character


class KINESCRIBE_OT_map_bones(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Find out which bone of the character follows which joint of a motion"""

    bl_idname = "kinescribe.map_bones"
    bl_label = "Detect Bones"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Map, and store the map on the armature object."""
        from ..motion.mapping import map_bones
        from ..scene.apply import animatable_armature
        from ..scene.bone_map import store_map
        from ..scene.rig import read_rig

        target = animatable_armature(needed_character(context))
        bone_map = map_bones(read_rig(target))
        store_map(target, bone_map)
        if bone_map.missing:
            self.report({"WARNING"}, f"No bone was found for {', '.join(bone_map.missing)}")
        self.report(
            {"INFO"}, f"{target.name} is a {bone_map.family} rig: {len(bone_map.bones)} joints have a bone"
        )
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_map_bones,))
