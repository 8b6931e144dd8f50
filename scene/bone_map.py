# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write the bone map that is stored on an armature object, where saving, appending and renaming keep it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import bpy

from ..motion.errors import MappingError
from ..motion.mapping.bone_map import BoneMap, Quaternion
from ..motion.mapping.families import find_family
from ..motion.skeleton import MAPPED_JOINTS, SMPL_JOINTS
from .character import bone_map_properties

_DETAILS = ("family", "label", "root", "confidence", "state", "doubt", "has_ik")
_TAKE = ("action", "prompt", "seed", "start", "end", "starred", "model", "made")


def load_bone_map(obj: bpy.types.Object) -> BoneMap | None:
    """Return the bone map that is stored for the object; None where there is none.

    Raises :class:`MappingError` if it is a suggestion that was not accepted, or has one bone for two joints.
    """
    bone_map = read_bone_map_rows(obj)
    if bone_map is None:
        return None
    if bone_map_properties(obj).state == "SUGGESTED":
        raise MappingError(
            "The bones of {name} are only guessed: check them under Bone Map and accept them", name=obj.name
        )
    joint_of: dict[str, str] = {}
    for joint, bone in bone_map.bones.items():
        other = joint_of.setdefault(bone, joint)
        if other != joint:
            raise MappingError(
                "The bone map of {name} has {bone} for {first} and for {second}: choose another for one of them",
                name=obj.name,
                bone=bone,
                first=other,
                second=joint,
            )
    return bone_map


def read_bone_map_rows(obj: bpy.types.Object) -> BoneMap | None:
    """Return the map's rows as they are, accepted or not, also with bones that do not exist; None without any bone."""
    stored = bone_map_properties(obj)
    bones = {row.joint: row.bone for row in stored.bone_map if row.joint in MAPPED_JOINTS and row.bone}
    if not bones:
        return None
    return BoneMap(
        family=stored.family,
        bones=bones,
        root=stored.root or None,
        switches=tuple((row.bone, row.property, row.value) for row in stored.switches if row.bone),
        confidence=stored.confidence,
        missing=tuple(joint for joint in SMPL_JOINTS if joint not in bones),
        reference={row.bone: tuple(row.rotation) for row in stored.reference if row.bone in obj.data.bones},
    )


def store_bone_map(obj: bpy.types.Object, bone_map: BoneMap, state: str = "FOUND") -> None:
    """Replace the object's bone map: one row for each joint, in their order, with an empty bone where none was found.

    ``state``: "FOUND", "SUGGESTED" or "ACCEPTED", see :class:`KINESCRIBE_PG_map`.
    """
    stored = require_editable_map(obj)
    _set_rows(stored.bone_map, ({"joint": j, "bone": bone_map.bones.get(j, "")} for j in MAPPED_JOINTS))
    _set_rows(stored.switches, ({"bone": b, "property": p, "value": v} for b, p, v in bone_map.switches))
    store_reference_pose(obj, bone_map.reference)
    family = find_family(bone_map.family)
    stored.family, stored.label = bone_map.family, family.label if family else ""
    stored.root, stored.confidence, stored.state = bone_map.root or "", bone_map.confidence, state
    stored.doubt = bone_map.doubts[0].value if bone_map.doubts else ""
    stored.has_ik = family is not None and any(limb.control in obj.data.bones for limb in family.ik_limbs)


def clear_bone_map(obj: bpy.types.Object) -> None:
    """Delete the object's bone map, so that its bones are detected again when a motion is applied."""
    stored = require_editable_map(obj)
    for name in ("bone_map", "switches", "reference", *_DETAILS):
        stored.property_unset(name)


def store_reference_pose(obj: bpy.types.Object, reference: Mapping[str, Quaternion]) -> None:
    """Store the bones' rotations from rest (w, x, y, z, about the armature's axes) as the reference pose."""
    _set_rows(require_editable_map(obj).reference, ({"bone": b, "rotation": q} for b, q in reference.items()))


def capture_pose(obj: bpy.types.Object, bones: Iterable[str]) -> dict[str, Quaternion]:
    """Return the rotations of these bones and their parents from rest in the pose shown, as ``BoneMap.reference``.

    The pose is evaluated, with constraints and drivers.
    """
    # evaluates the pose after changes by a script
    bpy.context.evaluated_depsgraph_get()
    rotations: dict[str, Quaternion] = {}
    for name in bones:
        bone = obj.pose.bones.get(name)
        while bone is not None and bone.name not in rotations:
            rotation = bone.matrix.to_quaternion() @ bone.bone.matrix_local.to_quaternion().inverted()
            rotations[bone.name] = tuple(rotation.normalized())
            bone = bone.parent
    return rotations


def require_editable_map(obj: bpy.types.Object) -> Any:
    """Return the properties of the object's bone map for writing.

    A library override first gets a copy of the library's map, which can't be edited itself.
    """
    if obj.override_library is None or bone_map_properties(obj) != obj.kinescribe:
        return bone_map_properties(obj)
    library_map, state = read_bone_map_rows(obj), obj.kinescribe.state
    scene = next(s for s in (*obj.users_scene, *bpy.data.scenes) if s.library is None)
    entries = scene.kinescribe.override_maps
    for index in reversed(range(len(entries))):
        if entries[index].object is None or not entries[index].object.users_scene:
            entries.remove(index)  # was deleted: this entry would keep it in the file
    entry = entries.add()
    entry.object = obj
    if library_map is not None:
        store_bone_map(obj, library_map, state)
    _set_rows(entry.map.takes, ({name: getattr(t, name) for name in _TAKE} for t in obj.kinescribe.takes))
    return bone_map_properties(obj)


def _set_rows(rows: Any, row_values: Iterable[dict[str, Any]]) -> None:
    rows.clear()
    for values in row_values:
        row = rows.add()
        for name, value in values.items():
            setattr(row, name, value)
