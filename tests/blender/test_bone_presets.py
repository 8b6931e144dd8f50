# SPDX-License-Identifier: GPL-3.0-or-later
"""Bone maps as presets and files: listed, read again, and harmless whatever a file contains."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest
from kinescribe.scene import bone_presets
from kinescribe.scene.bone_map import load_bone_map
from kinescribe.session import session

ops = bpy.ops.kinescribe


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own for presets."""
    own = tmp_path / "presets"
    own.mkdir()
    monkeypatch.setattr(bone_presets, "preset_folder", lambda: own)
    return own


@pytest.fixture
def mapped(mannequin: bpy.types.Object) -> bpy.types.Object:
    """The mannequin with a bone map that was corrected."""
    ops.map_bones()
    next(row for row in mannequin.kinescribe.bone_map if row.joint == "left_foot").bone = ""
    ops.use_pose_as_reference()
    return mannequin


def another() -> bpy.types.Object:
    """One more mannequin, active."""
    ops.add_mannequin()
    return bpy.context.object


def same(a: bpy.types.Object, b: bpy.types.Object) -> bool:
    """Whether both have the same bones, root, settings and reference pose."""
    one, two = load_bone_map(a), load_bone_map(b)
    return (one.bones, one.root, one.switches, one.reference) == (
        two.bones,
        two.root,
        two.switches,
        two.reference,
    )


def test_the_folder_is_the_extensions_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert bone_presets.preset_folder().is_dir() and bone_presets.preset_folder().parts[-2:] == (
        "kinescribe",
        "bone_maps",
    )


def test_a_preset_is_saved_used_and_deleted(mapped: bpy.types.Object, folder: Path) -> None:
    assert ops.save_bone_preset(name="My studio: rig") == {"FINISHED"}
    (name,) = session.bone_presets
    assert (folder / f"{name}.json").is_file()
    other = another()
    assert ops.use_bone_preset(name=name) == {"FINISHED"}
    assert same(mapped, other) and other.kinescribe.state == "ACCEPTED"
    assert other.kinescribe.label == "SMPL-X"
    assert ops.remove_bone_preset(name=name) == {"FINISHED"}
    assert session.bone_presets == () and not list(folder.iterdir())
    with pytest.raises(RuntimeError, match="could not be read"):
        ops.use_bone_preset(name=name)


def test_presets_are_listed_by_the_alphabet_and_replaced_by_name(mapped: bpy.types.Object) -> None:
    for name in ("zebra", "Ant", "zebra", "我的 角色"):
        ops.save_bone_preset(name=name)
    assert session.bone_presets == ("Ant", "zebra", "我的 角色")


@pytest.mark.parametrize("name", ["", "  ", "../..", "."])
def test_a_preset_needs_a_name(name: str, mapped: bpy.types.Object, folder: Path) -> None:
    with pytest.raises(RuntimeError, match="Give the preset a name"):
        ops.save_bone_preset(name=name)
    assert not list(folder.parent.rglob("*.json"))


def test_no_name_leads_out_of_the_folder(mapped: bpy.types.Object, folder: Path) -> None:
    ops.save_bone_preset(name="../../outside/" + "x" * 300)
    (path,) = folder.parent.rglob("*.json")
    assert path.parent == folder and len(path.name) < 120


@pytest.mark.parametrize("ending", ["", ".json"])
def test_a_file_goes_out_and_in(ending: str, mapped: bpy.types.Object, tmp_path: Path) -> None:
    path = tmp_path / f"map{ending}"
    assert ops.export_bone_map(filepath=str(path)) == {"FINISHED"}
    other = another()
    assert ops.import_bone_map(filepath=str(path)) == {"FINISHED"}
    assert same(mapped, other)


def test_a_file_says_what_a_character_lacks(
    mapped: bpy.types.Object, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "map.json"
    ops.export_bone_map(filepath=str(path))
    other = another()
    other.data.bones["head"].name = "Kopf"
    assert ops.import_bone_map(filepath=str(path)) == {"FINISHED"}
    assert "has no bones called head" in capfd.readouterr().out
    assert "head" not in load_bone_map(other).bones and "head" in load_bone_map(other).missing


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[[[[", json.dumps({"format": "kinescribe-bone-map"}).encode()]
)
def test_a_bad_file_changes_nothing(content: bytes, mapped: bpy.types.Object, tmp_path: Path) -> None:
    before = load_bone_map(mapped)
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(RuntimeError, match=r"bad\.json"):
        ops.import_bone_map(filepath=str(path))
    assert load_bone_map(mapped) == before


def test_a_map_of_another_kind_of_rig_changes_nothing(mapped: bpy.types.Object, tmp_path: Path) -> None:
    before = load_bone_map(mapped)
    path = tmp_path / "map.json"
    path.write_text(
        json.dumps({"format": "kinescribe-bone-map", "version": 1, "bones": {"pelvis": "Hips"}}), "utf-8"
    )
    with pytest.raises(RuntimeError, match="has none of the bones in this map"):
        ops.import_bone_map(filepath=str(path))
    assert load_bone_map(mapped) == before


def test_files_are_asked_for(mapped: bpy.types.Object) -> None:
    for operator in (ops.import_bone_map, ops.export_bone_map):
        with pytest.raises(RuntimeError, match="Choose a file"):
            operator()
