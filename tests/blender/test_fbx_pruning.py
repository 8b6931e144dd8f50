# SPDX-License-Identifier: GPL-3.0-or-later
"""FBX files without what a motion does not need give the importer in Python the same motion as the whole file."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from applying import apply
from kinescribe.operators import fbx_pruning
from kinescribe.scene.apply import ApplyOptions
from kinescribe.scene.mannequin import add_mannequin
from stroll import stroll

pytestmark = pytest.mark.skipif(
    not hasattr(bpy.types, "IMPORT_SCENE_OT_fbx"), reason="this Blender has no importer of FBX in Python"
)

used_here = pytest.mark.skipif(
    "fbx_import" in dir(bpy.ops.wm), reason="this Blender imports FBX in C++, which needs no pruning"
)

CHILD = Path(__file__).with_name("fbx_both_ways_child.py")


def read_both_ways(*paths: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-P", str(CHILD), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    rows: list[dict[str, Any]] = json.loads(done.stdout.rpartition("\nRESULT ")[2])
    return rows


def expect_same(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert row["whole"] == row["pruned"], row
        assert row["same_names"] and max(row["differences"], default=0.0) < 1e-5, row


def animate(rig: bpy.types.Object, *lengths: int) -> None:
    for frames in lengths:
        apply(rig, stroll(frames), ApplyOptions(1, at_character=True, foot_lock=0.0))


def add_skin(rig: bpy.types.Object) -> bpy.types.Object:
    """Return a mesh with a material, a moving shape key and weights of two bones."""
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=4)
    mesh = bpy.context.object
    mesh.name = "Skin"
    material = bpy.data.materials.new("Cloth")
    mesh.data.materials.append(material)
    mesh.shape_key_add(name="Basis")
    key = mesh.shape_key_add(name="Smile")
    for frame, value in ((1, 0.0), (20, 1.0)):
        key.value = value
        key.keyframe_insert("value", frame=frame)
    for bone in ("pelvis", "spine1"):
        mesh.vertex_groups.new(name=bone).add(range(100), 0.5, "REPLACE")
    mesh.modifiers.new("skin", "ARMATURE").object = rig
    mesh.parent = rig
    return mesh


def export(path: Path, *objects: bpy.types.Object, all_actions: bool = False, moves: bool = True) -> Path:
    for obj in bpy.data.objects:
        obj.select_set(obj in objects)
    bpy.ops.export_scene.fbx(
        filepath=str(path), use_selection=True, add_leaf_bones=False, bake_anim_simplify_factor=0.0,
        bake_anim_use_nla_strips=False, bake_anim_use_all_actions=all_actions, bake_anim=moves,
    )  # fmt: skip
    return path


@used_here
def test_each_of_several_actions_with_a_mesh(rig: bpy.types.Object, tmp_path: Path) -> None:
    animate(rig, 20, 30, 40)
    skin = add_skin(rig)
    rows = read_both_ways(export(tmp_path / "a.fbx", rig, skin, all_actions=True))
    expect_same(rows)
    assert len(rows) >= 3 and all(row["was_pruned"] for row in rows)


@used_here
def test_two_armatures_and_what_carries_one(rig: bpy.types.Object, tmp_path: Path) -> None:
    twin = add_mannequin(bpy.context)
    twin.location.x += 1.0
    for one in (rig, twin):
        animate(one, 25)
    carrier = bpy.data.objects.new("Carrier", None)
    bpy.context.collection.objects.link(carrier)
    rig.parent = carrier
    for frame in (1, 25):
        carrier.location.y = 0.1 * frame
        carrier.keyframe_insert("location", frame=frame)
    rows = read_both_ways(export(tmp_path / "a.fbx", rig, twin, carrier))
    expect_same(rows)
    assert len(rows) == 2 and all(row["was_pruned"] for row in rows)


@used_here
def test_actions_in_which_nothing_turns_keep_their_place(rig: bpy.types.Object, tmp_path: Path) -> None:
    """An action of a lamp is listed after the walk, in both ways."""
    lamp = bpy.data.objects.new("A lamp", None)
    bpy.context.collection.objects.link(lamp)
    for frame in (1, 20):
        lamp.location.x = frame
        lamp.keyframe_insert("location", frame=frame)
    animate(rig, 20, 30)
    rows = read_both_ways(export(tmp_path / "a.fbx", rig, lamp, all_actions=True))
    expect_same(rows)
    assert len(rows) >= 2 and any(row["was_pruned"] for row in rows)


@used_here
def test_files_without_motion_or_skeleton_are_left_whole(rig: bpy.types.Object, tmp_path: Path) -> None:
    rig.animation_data_clear()
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    rows = read_both_ways(
        export(tmp_path / "still.fbx", rig, moves=False), export(tmp_path / "cube.fbx", cube)
    )
    expect_same(rows)
    assert not any(row["was_pruned"] for row in rows)


@used_here
def test_wide_offsets_of_later_versions(rig: bpy.types.Object, tmp_path: Path) -> None:
    """FBX 7500 and later, as Maya and Unreal write it, has offsets of eight bytes."""
    animate(rig, 20, 30)
    skin = add_skin(rig)
    narrow = export(tmp_path / "narrow.fbx", rig, skin, all_actions=True)
    wide = tmp_path / "wide.fbx"
    wide.write_bytes(widen(narrow.read_bytes()))
    rows = read_both_ways(narrow, wide)
    expect_same(rows)
    assert all(row["was_pruned"] for row in rows)
    assert len({row["title"] for row in rows}) == len(rows) / 2


def widen(data: bytes) -> bytes:
    """Return an FBX file of version 7400 as one of version 7500."""

    def convert(start: int, end: int, at: int) -> bytes:
        """Return the records of ``data`` from start to end, for the offset ``at`` of the new file."""
        result = b""
        while start + 13 <= end:
            stop, count, length, name_length = struct.unpack_from("<IIIB", data, start)
            if stop == 0:
                return result + bytes(25)
            name_and_properties = data[start + 13 : start + 13 + name_length + length]
            head_end = at + len(result) + 25 + len(name_and_properties)
            children = convert(start + 13 + len(name_and_properties), stop, head_end)
            head = struct.pack("<QQQB", head_end + len(children), count, length, name_length)
            result += head + name_and_properties + children
            start = stop
        return result

    return data[:23] + struct.pack("<I", 7500) + convert(27, len(data), 27) + b"\xfa" * 16 + bytes(140)


@pytest.fixture
def content(rig: bpy.types.Object, tmp_path: Path) -> bytes:
    animate(rig, 20, 30)
    return export(tmp_path / "a.fbx", rig, add_skin(rig), all_actions=True).read_bytes()


def test_what_is_left_out(content: bytes) -> None:
    data = bytearray(content)
    before = fbx_pruning.FbxContent(data)
    kinds = [record.name for record in before._objects.values()]
    assert kinds.count(b"Geometry") == 2 and kinds.count(b"Material") == 1 and len(before.layers) >= 2
    kept = before.layers[:1]
    before.keep_layers(kept)
    after = fbx_pruning.FbxContent(data)
    left = [record.name for record in after._objects.values()]
    assert not {b"Geometry", b"Material"} & set(left)
    for kind in (b"Model", b"NodeAttribute", b"Pose", b"Deformer", b"AnimationStack"):
        assert left.count(kind) == kinds.count(kind), kind
    assert [layer.stack_name for layer in after.layers] == [layer.stack_name for layer in kept]
    left_nodes = set(after.layers[0].nodes)
    # of the kept layer only locations and scales that say what the bone's place says anyway are left out
    assert {node for node in kept[0].nodes if node.is_rotation} <= left_nodes < set(kept[0].nodes)
    assert any(node.place == b"Lcl Translation" for node in left_nodes)
    assert len(data) == len(content)


def test_damaged_files_raise_what_is_expected(content: bytes) -> None:
    refused = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        data = bytearray(content)
        for _ in range(int(rng.integers(1, 20))):
            data[int(rng.integers(0, len(data)))] = int(rng.integers(0, 256))
        if seed % 3 == 0:
            # the offsets before the name of a record
            place = data.find((b"AnimationCurve", b"Model", b"Objects", b"Connections")[seed % 4])
            data[place - 13 : place - 1] = rng.bytes(12)
        if seed % 5 == 0:
            del data[int(rng.integers(30, len(data))) :]
        try:
            fbx_pruning.FbxContent(data).keep_one_bone_each()
        except fbx_pruning.ERRORS:
            refused += 1
    assert 20 <= refused < 60
