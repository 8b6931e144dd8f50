# SPDX-License-Identifier: GPL-3.0-or-later
"""The bone map on its armature object, so that it survives saving, appending and renaming."""

from __future__ import annotations

import bpy

from ..motion.mapping import BoneMap
from ..motion.skeleton import SMPL_JOINTS


def load_map(obj: bpy.types.Object) -> BoneMap | None:
    """The map that is stored on the object; None where there is none."""
    stored = obj.kinescribe
    bones = {row.joint: row.bone for row in stored.bone_map if row.joint in SMPL_JOINTS and row.bone}
    if not bones:
        return None
    return BoneMap(
        family=stored.family,
        bones=bones,
        root=stored.root or None,
        switches=tuple((row.bone, row.property, row.value) for row in stored.switches),
        confidence=stored.confidence,
        missing=tuple(joint for joint in SMPL_JOINTS if joint not in bones),
    )


def store_map(obj: bpy.types.Object, bone_map: BoneMap) -> None:
    """Replace the object's map: one row for each joint, in their order, with an empty bone where none was found."""
    stored = obj.kinescribe
    stored.bone_map.clear()
    for joint in SMPL_JOINTS:
        row = stored.bone_map.add()
        row.joint, row.bone = joint, bone_map.bones.get(joint, "")
    stored.switches.clear()
    for bone, name, value in bone_map.switches:
        row = stored.switches.add()
        row.bone, row.property, row.value = bone, name, value
    stored.active_bone = 0
    stored.family, stored.root, stored.confidence = bone_map.family, bone_map.root or "", bone_map.confidence
