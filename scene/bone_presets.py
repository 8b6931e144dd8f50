# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's bone map presets: JSON files in the extension's user folder, or wherever one is exported to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import bpy

from ..motion.errors import FormatError, KinescribeError, MappingError
from ..motion.formats.bone_map_file import SUFFIX, read_bone_map, write_bone_map
from ..motion.mapping.bone_map import BoneMap
from .bone_map import store_bone_map
from .user_folder import user_folder


def preset_folder() -> Path:
    """Return the folder of the presets."""
    return user_folder("bone_maps")


def list_presets() -> list[str]:
    """Return the names of all presets in alphabetical order."""
    names: list[str] = []
    with suppress(OSError):
        names = [path.stem for path in preset_folder().glob(f"*{SUFFIX}") if not path.name.startswith(".")]
    return sorted(names, key=str.casefold)


def save_preset(name: str, bone_map: BoneMap) -> str:
    """Save the bone map as ``name``; return the name without characters that a file name can't have.

    A preset of the same name is replaced. Raises :class:`KinescribeError` if the file can't be written.
    """
    path = _preset_path(name)
    write_bone_map(bone_map, path)
    return path.stem


def load_preset(name: str) -> BoneMap:
    """Return the bone map that was saved as ``name``. Raises :class:`FormatError` if it is missing or damaged."""
    return read_bone_map(_preset_path(name))


def remove_preset(name: str) -> None:
    """Delete a preset. Raises :class:`KinescribeError` if the file can't be deleted."""
    try:
        _preset_path(name).unlink(missing_ok=True)
    except OSError as error:
        raise KinescribeError(
            "The preset {name} could not be deleted ({reason})",
            name=name,
            reason=error.strerror or str(error),
        ) from error


def apply_bone_map(obj: bpy.types.Object, bone_map: BoneMap) -> list[str]:
    """Store a preset or imported bone map on the armature, without the bones that it lacks; return the names of these.

    Raises :class:`MappingError` if the armature has none of the bones.
    """
    pose_bones = obj.pose.bones
    bones = {joint: bone for joint, bone in bone_map.bones.items() if bone in pose_bones}
    if not bones:
        raise MappingError(
            "{name} has none of the bones in this map: it was made for another kind of rig", name=obj.name
        )
    root = bone_map.root if bone_map.root and bone_map.root in pose_bones else None
    usable_map = replace(
        bone_map,
        bones=bones,
        root=root,
        switches=tuple(s for s in bone_map.switches if s[0] in pose_bones and s[1] in pose_bones[s[0]]),
        reference={bone: rotation for bone, rotation in bone_map.reference.items() if bone in pose_bones},
    )
    store_bone_map(obj, usable_map, "ACCEPTED")
    return [bone for bone in bone_map.bones.values() if bone not in pose_bones]


def _preset_path(name: str) -> Path:
    # letters of any language are kept; whatever a file system or a shell may interpret becomes "_"
    cleaned = "".join(c if c.isalnum() or c in " -_." else "_" for c in name).strip("._ ")[:60].rstrip()
    if not cleaned:
        raise FormatError("Give the preset a name")
    return preset_folder() / f"{cleaned}{SUFFIX}"
