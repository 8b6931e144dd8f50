# SPDX-License-Identifier: GPL-3.0-or-later
"""Bone map files: maps are read as they were written; damaged and hostile files are an error in one sentence."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinescribe.motion import FormatError, KinescribeError
from kinescribe.motion.formats.bone_map_file import MAX_BYTES, MAX_NAME_LENGTH, read_bone_map, write_bone_map
from kinescribe.motion.mapping.bone_map import BoneMap
from kinescribe.motion.skeleton import MAPPED_JOINTS, SMPL_JOINTS

GOOD: dict[str, Any] = {"format": "kinescribe-bone-map", "version": 1, "bones": {"pelvis": "Hips"}}

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=MAX_NAME_LENGTH)
turns = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: math.hypot(*q) > 0.1)
maps = st.builds(
    lambda bones, **rest: BoneMap(
        bones=bones, missing=tuple(j for j in SMPL_JOINTS if j not in bones), **rest
    ),
    family=names,
    bones=st.dictionaries(st.sampled_from(MAPPED_JOINTS), names, min_size=1),
    root=st.none() | names,
    switches=st.lists(st.tuples(names, names, st.floats(-1e6, 1e6)), max_size=4).map(tuple),
    confidence=st.floats(0, 1),
    reference=st.dictionaries(names, turns.map(lambda q: tuple(v / math.hypot(*q) for v in q)), max_size=4),
)


@given(bone_map=maps)
def test_what_is_written_comes_back(bone_map: BoneMap, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("maps") / "map.json"
    write_bone_map(bone_map, path)
    back = read_bone_map(path)
    for bone, turn in bone_map.reference.items():
        assert back.reference[bone] == pytest.approx(turn, abs=1e-12)
    assert back == BoneMap(**{**bone_map.__dict__, "reference": back.reference})
    assert list(back.bones) == [joint for joint in MAPPED_JOINTS if joint in bone_map.bones]


def test_what_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    # with the mark that Windows' editor puts in front
    path.write_text(json.dumps(GOOD), encoding="utf-8-sig")
    assert read_bone_map(path) == BoneMap("custom", {"pelvis": "Hips"}, missing=SMPL_JOINTS[1:])


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"format": "vrm"}, "not a bone map of Kinescribe"),
        ({"version": 2}, "another version"),
        ({"version": "1"}, "another version"),
        ({"bones": {}}, "names no bones"),
        ({"bones": ["Hips"]}, "is not a list of names"),
        ({"bones": {"tail": "Tail"}}, "'tail' is not a joint"),
        ({"bones": {"pelvis": 3}}, "name for 'pelvis'"),
        ({"bones": {"pelvis": ""}}, "name for 'pelvis'"),
        ({"bones": {"pelvis": "x" * (MAX_NAME_LENGTH + 1)}}, "too long"),
        ({"family": None}, "name for 'family'"),
        ({"root": 1}, "name for 'root'"),
        ({"confidence": 2}, "between 0 and 1"),
        ({"confidence": "high"}, "not a number"),
        ({"confidence": True}, "not a number"),
        ({"switches": {}}, "not a list"),
        ({"switches": [["a", "b"]]}, "a bone, a property and a value"),
        ({"switches": [["a", "b", float("nan")]]}, "not a number"),
        ({"switches": [["a", "b", 10**400]]}, "not a number"),
        ({"switches": [["a", "b", 0]] * 10_001}, "too long"),
        ({"reference": {"Hips": [1, 0, 0]}}, "not four numbers"),
        ({"reference": {"Hips": [0, 0, 0, 0]}}, "not a unit quaternion"),
        ({"reference": {"Hips": [1, 0, 0, float("inf")]}}, "not a number"),
        ({"reference": []}, "is not a list of names"),
    ],
)
def test_wrong_content_is_one_sentence(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(GOOD | changes), encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read_bone_map(path)
    message = str(caught.value)
    assert said in message and message.startswith("bad.json") and len(message) < 160 and "\n" not in message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe\x00",
        b"PK\x03\x04",
        b"[" * 100_000,
        b'{"a": ' * 50_000,
        b" " * (MAX_BYTES + 1),
        json.dumps(GOOD).replace('"bones": {', '"bones": {"pelvis": "Other", ').encode(),
    ],
    ids=["empty", "null", "list", "cut", "binary", "zip", "nested", "deep", "large", "twice"],
)
def test_damaged_files_are_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"bad\.json"):
        read_bone_map(path)


def test_what_is_no_file_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(FormatError, match="could not be read"):
            read_bone_map(path)


def test_a_full_disk_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "map.json"
    write_bone_map(BoneMap("custom", {"pelvis": "Hips"}), path)
    before = path.read_bytes()

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(KinescribeError, match="could not be written"):
        write_bone_map(BoneMap("custom", {"pelvis": "Other"}), path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
