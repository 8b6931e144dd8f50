# SPDX-License-Identifier: GPL-3.0-or-later
"""Bone maps as small JSON files: to keep as presets, to give to somebody else, to write by hand.

``{"format": "kinescribe-bone-map", "version": 1, "family": "mixamo", "root": null, "confidence": 1.0,
"bones": {JOINT: BONE}, "switches": [[BONE, PROPERTY, VALUE]], "reference": {BONE: [W, X, Y, Z]}}``; all but the first
two and ``bones`` may be left out. Files come from strangers: nothing in them is trusted.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NoReturn

from ..errors import FormatError, KinescribeError
from ..mapping.bone_map import BoneMap, Quaternion
from ..skeleton import MAPPED_JOINTS, SMPL_JOINTS
from .atomic_write import write_whole

FORMAT = "kinescribe-bone-map"
VERSION = 1
SUFFIX = ".json"

MAX_BYTES = 2**20
MAX_NAME = 255
"""Letters of a bone's or property's name, more than any Blender allows."""
MAX_ENTRIES = 10_000
"""Switches, and bones of a reference pose."""


def write_bone_map(bone_map: BoneMap, path: Path) -> None:
    """Write the map, as a whole or not at all. Raises :class:`KinescribeError` where the file can't be written."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "family": bone_map.family,
        "confidence": bone_map.confidence,
        "root": bone_map.root,
        "bones": {joint: bone_map.bones[joint] for joint in MAPPED_JOINTS if joint in bone_map.bones},
        "switches": [list(switch) for switch in bone_map.switches],
        "reference": {bone: list(turn) for bone, turn in bone_map.reference.items()},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    # a name that Blender could not decode holds lone surrogates
    packed = text.encode("utf-8", errors="replace")
    try:
        write_whole(path, lambda file: file.write(packed))
    except OSError as error:
        raise KinescribeError(
            f"{path.name} could not be written ({error.strerror or error}): choose another folder"
        ) from error


def read_bone_map(path: Path) -> BoneMap:
    """The map in a file. Raises :class:`FormatError` in one sentence where it is missing, damaged or hostile.

    That its bones exist on a rig is not known here.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(f"{path.name} could not be read ({error.strerror or error})") from error
    if len(packed) > MAX_BYTES:
        raise FormatError(f"{path.name} is too large for a bone map: choose another file")
    try:
        content = json.loads(packed.decode("utf-8-sig"), object_pairs_hook=_unique)
    except FormatError as error:
        raise FormatError(f"{path.name}: {error}") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, nested without end
        raise FormatError(f"{path.name} is not a JSON file, or a damaged one: choose another") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FormatError(f"{path.name} is no bone map of Kinescribe's: choose another file")
    if content.get("version") != VERSION:
        raise FormatError(f"{path.name} was made by another version of Kinescribe, which this one can't read")
    try:
        return _bone_map(content)
    except FormatError as error:
        raise FormatError(f"{path.name} is damaged: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; where a name stands twice, which of the two is meant is anybody's guess."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FormatError("a name stands in it twice, remove one of the two")
    return found


def _bone_map(content: dict[str, Any]) -> BoneMap:
    bones = {_joint(joint): _name(bone, joint) for joint, bone in _object(content, "bones").items()}
    if not bones:
        _refuse("it names no bones")
    root = content.get("root")
    confidence = _number(content.get("confidence", 1.0), "confidence")
    if not 0.0 <= confidence <= 1.0:
        _refuse("its confidence is not between 0 and 1")
    return BoneMap(
        family=_name(content.get("family", "custom"), "family"),
        bones={joint: bones[joint] for joint in MAPPED_JOINTS if joint in bones},
        root=None if root is None else _name(root, "root"),
        switches=_switches(content.get("switches", [])),
        confidence=confidence,
        missing=tuple(joint for joint in SMPL_JOINTS if joint not in bones),
        reference={_name(b, "reference"): _turn(q) for b, q in _object(content, "reference").items()},
    )


def _refuse(why: str) -> NoReturn:
    raise FormatError(why)


def _object(content: dict[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key, {})
    if not isinstance(found, dict) or len(found) > MAX_ENTRIES:
        _refuse(f'"{key}" is not a list of names with their values, or too long')
    return found


def _joint(name: str) -> str:
    return name if name in MAPPED_JOINTS else _refuse(f"{name[:40]!r} is not a joint")


def _name(value: Any, what: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME:
        _refuse(f"the name for {what[:40]!r} is missing or too long")
    return value


def _number(value: Any, what: str) -> float:
    # a whole number in JSON may be longer than any float
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e30:
        _refuse(f"{what} is not a number")
    return float(value)


def _switches(found: Any) -> tuple[tuple[str, str, float], ...]:
    if not isinstance(found, list) or len(found) > MAX_ENTRIES:
        _refuse('"switches" is not a list, or too long')
    if any(not isinstance(entry, list) or len(entry) != 3 for entry in found):
        _refuse("a switch is not a bone, a property and a value")
    return tuple(
        (_name(bone, "switch"), _name(prop, "switch"), _number(value, "a switch's value"))
        for bone, prop, value in found
    )


def _turn(found: Any) -> Quaternion:
    if not isinstance(found, list) or len(found) != 4:
        _refuse("a rotation of the reference pose is not four numbers")
    w, x, y, z = (_number(value, "a rotation of the reference pose") for value in found)
    length = math.sqrt(w * w + x * x + y * y + z * z)
    if not 0.5 < length < 2.0:
        _refuse("a rotation of the reference pose is not one")
    return w / length, x / length, y / length, z / length
