# SPDX-License-Identifier: GPL-3.0-or-later
"""Bone maps as JSON files: presets that users keep, share or write by hand.

``{"format": "kinescribe-bone-map", "version": 1, "family": "mixamo", "root": null, "confidence": 1.0,
"bones": {JOINT: BONE}, "switches": [[BONE, PROPERTY, VALUE]], "reference": {BONE: [W, X, Y, Z]}}``; only ``format``,
``version`` and ``bones`` are required. Files may come from anybody, so every value is checked.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ..errors import FormatError, KinescribeError
from ..mapping.bone_map import BoneMap, Quaternion
from ..skeleton import MAPPED_JOINTS, SMPL_JOINTS
from .atomic_write import write_atomic

FORMAT = "kinescribe-bone-map"
VERSION = 1
SUFFIX = ".json"

MAX_BYTES = 2**20
MAX_NAME_LENGTH = 255
"""Characters of a bone's or property's name, more than any Blender version allows."""
MAX_ENTRIES = 10_000
"""Largest number of switches, and of bones of a reference pose."""


def write_bone_map(bone_map: BoneMap, path: Path) -> None:
    """Write a bone map, completely or not at all. Raises :class:`KinescribeError` if the file can't be written."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "family": bone_map.family,
        "confidence": bone_map.confidence,
        "root": bone_map.root,
        "bones": {joint: bone_map.bones[joint] for joint in MAPPED_JOINTS if joint in bone_map.bones},
        "switches": [list(switch) for switch in bone_map.switches],
        "reference": {bone: list(rotation) for bone, rotation in bone_map.reference.items()},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    # names that Blender could not decode contain lone surrogates
    data = text.encode("utf-8", errors="replace")
    try:
        write_atomic(path, lambda file: file.write(data))
    except OSError as error:
        raise KinescribeError(
            "{file} could not be written ({reason}): choose another folder",
            file=path.name,
            reason=error.strerror or error,
        ) from error


def read_bone_map(path: Path) -> BoneMap:
    """Read a bone map from a file. Raises :class:`FormatError` if the file is missing or its content is wrong.

    Whether a rig has the bones is not checked here.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(
            "{file} could not be read ({reason})", file=path.name, reason=error.strerror or error
        ) from error
    if len(data) > MAX_BYTES:
        raise FormatError("{file} is too large for a bone map: choose another file", file=path.name)
    try:
        content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_reject_repeated_keys)
    except FormatError as error:
        raise FormatError("{file}: {reason}", file=path.name, reason=error) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, nested too deep
        raise FormatError(
            "{file} is not a JSON file, or it is damaged: choose another file", file=path.name
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FormatError("{file} is not a bone map of Kinescribe: choose another file", file=path.name)
    if content.get("version") != VERSION:
        raise FormatError(
            "{file} was written by another version of Kinescribe and can't be read", file=path.name
        )
    try:
        return _parse_bone_map(content)
    except FormatError as error:
        raise FormatError("{file} is damaged: {reason}", file=path.name, reason=error) from error


def _reject_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object. Raises :class:`FormatError` if a key occurs twice; ``json`` would keep the last."""
    content = dict(pairs)
    if len(content) != len(pairs):
        raise FormatError("a name occurs twice, remove one of them")
    return content


def _parse_bone_map(content: dict[str, Any]) -> BoneMap:
    bones = {
        _check_joint(joint): _check_name(bone, joint) for joint, bone in _get_object(content, "bones").items()
    }
    if not bones:
        raise FormatError("it names no bones")
    root = content.get("root")
    confidence = _check_number(content.get("confidence", 1.0), "confidence")
    if not 0.0 <= confidence <= 1.0:
        raise FormatError("its confidence is not between 0 and 1")
    return BoneMap(
        family=_check_name(content.get("family", "custom"), "family"),
        bones={joint: bones[joint] for joint in MAPPED_JOINTS if joint in bones},
        root=None if root is None else _check_name(root, "root"),
        switches=_parse_switches(content.get("switches", [])),
        confidence=confidence,
        missing=tuple(joint for joint in SMPL_JOINTS if joint not in bones),
        reference={
            _check_name(b, "reference"): _parse_rotation(q)
            for b, q in _get_object(content, "reference").items()
        },
    )


def _get_object(content: dict[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key, {})
    if not isinstance(value, dict) or len(value) > MAX_ENTRIES:
        raise FormatError('"{key}" is not a list of names with their values, or too long', key=key)
    return value


def _check_joint(name: str) -> str:
    if name not in MAPPED_JOINTS:
        raise FormatError("{name!r} is not a joint", name=name[:40])
    return name


def _check_name(value: Any, key: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME_LENGTH:
        raise FormatError("the name for {key!r} is missing or too long", key=key[:40])
    return value


def _check_number(value: Any, key: str) -> float:
    # an integer in JSON may be larger than any float
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e30:
        raise FormatError("a value of {key!r} is not a number", key=key)
    return float(value)


def _parse_switches(values: Any) -> tuple[tuple[str, str, float], ...]:
    if not isinstance(values, list) or len(values) > MAX_ENTRIES:
        raise FormatError('"switches" is not a list, or too long')
    if any(not isinstance(entry, list) or len(entry) != 3 for entry in values):
        raise FormatError("a switch is not a bone, a property and a value")
    return tuple(
        (_check_name(bone, "switch"), _check_name(prop, "switch"), _check_number(value, "switches"))
        for bone, prop, value in values
    )


def _parse_rotation(values: Any) -> Quaternion:
    if not isinstance(values, list) or len(values) != 4:
        raise FormatError("a rotation of the reference pose is not four numbers")
    w, x, y, z = (_check_number(value, "reference") for value in values)
    length = math.sqrt(w * w + x * x + y * y + z * z)
    if not 0.5 < length < 2.0:
        raise FormatError("a rotation of the reference pose is not a unit quaternion")
    return w / length, x / length, y / length, z / length
