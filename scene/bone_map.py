# SPDX-License-Identifier: GPL-3.0-or-later
"""The bone map on its armature object, so that it survives saving, appending and renaming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
        switches=tuple((row.bone, row.property, row.value) for row in stored.switches if row.bone),
        confidence=stored.confidence,
        missing=tuple(joint for joint in SMPL_JOINTS if joint not in bones),
    )


def store_map(obj: bpy.types.Object, bone_map: BoneMap) -> None:
    """Replace the object's map: one row for each joint, in their order, with an empty bone where none was found."""
    stored = obj.kinescribe
    _set_rows(stored.bone_map, [(j, {"joint": j, "bone": bone_map.bones.get(j, "")}) for j in SMPL_JOINTS])
    switches = [(f"{b}.{p}", {"bone": b, "property": p, "value": v}) for b, p, v in bone_map.switches]
    _set_rows(stored.switches, switches)
    stored.active_bone = 0
    stored.family, stored.root, stored.confidence = bone_map.family, bone_map.root or "", bone_map.confidence


def _set_rows(
    rows: bpy.types.bpy_prop_collection, wanted: Sequence[tuple[str, Mapping[str, str | float]]]
) -> None:
    """Make ``rows`` hold these values, a unique name and the row's properties each.

    Rows are changed where they stand: those that a library override has from its library can't be removed, only be
    left without a bone. Those that it adds are found again by their names when the file is loaded.
    """
    for index, (name, values) in enumerate(wanted):
        row = rows[index] if index < len(rows) else rows.add()
        row.name = name
        for key, value in values.items():
            setattr(row, key, value)
    for index in reversed(range(len(wanted), len(rows))):
        rows[index].bone = ""
        rows.remove(index)
