# SPDX-License-Identifier: GPL-3.0-or-later
"""FBX files are read by a Blender of their own: nothing is left behind here, and every fault is one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from applying import apply
from kinescribe.motion import FormatError
from kinescribe.motion.formats import list_motions
from kinescribe.operators import fbx_child, fbx_import
from kinescribe.scene import store
from kinescribe.scene.apply import ApplyOptions
from kinescribe.scene.mannequin import add_mannequin
from kinescribe.session import session
from stroll import stroll

pytestmark = pytest.mark.skipif(
    not hasattr(bpy.types, "EXPORT_SCENE_OT_fbx"), reason="this Blender has no exporter of FBX"
)


def everything() -> set[tuple[str, str]]:
    """Return all data-blocks of the file."""
    return {
        (name, block.name)
        for name in dir(bpy.data)
        if isinstance(collection := getattr(bpy.data, name), bpy.types.bpy_prop_collection)
        for block in collection
    }


@pytest.fixture
def fbx(rig: bpy.types.Object, tmp_path: Path) -> Path:
    """A walk of the mannequin as Blender's own exporter writes it."""
    bpy.context.scene.render.fps = 20
    apply(rig, stroll(), ApplyOptions(1, at_character=False, foot_lock=0.0))
    path = tmp_path / "walk.fbx"
    rig.select_set(True)
    bpy.context.scene.frame_end = 60
    export(path)
    return path


def export(path: Path, **options: object) -> None:
    bpy.ops.export_scene.fbx(
        filepath=str(path), object_types={"ARMATURE", "MESH"}, add_leaf_bones=False, bake_anim_simplify_factor=0.0,
        **options,
    )  # fmt: skip


def test_a_walk_comes_back_and_nothing_else(fbx: Path, rig: bpy.types.Object, own_cache: None) -> None:
    walk = stroll()
    apply(rig, walk, ApplyOptions(1, at_character=False, foot_lock=0.0))
    before, frame = everything(), bpy.context.scene.frame_current
    bpy.ops.kinescribe.import_motion(filepath=str(fbx), apply=False)
    assert everything() == before and bpy.context.scene.frame_current == frame
    assert bpy.context.scene.render.fps == 20
    motion = store.load_motion(session.generation.motion_id)
    assert len(motion) == 60 and motion.fps == pytest.approx(20)
    travel, right = (m.positions[-1, 0] - m.positions[0, 0] for m in (motion, walk))
    assert np.linalg.norm(travel) == pytest.approx(np.linalg.norm(right), rel=0.1)
    assert "FBX" in motion.provenance.source


def test_several_actions_are_listed(fbx: Path, rig: bpy.types.Object) -> None:
    for seconds in (1, 2):
        apply(rig, stroll(20 * seconds), ApplyOptions(1, at_character=False, foot_lock=0.0))
    export(fbx, bake_anim_use_all_actions=True, bake_anim_use_nla_strips=False)
    entries = fbx_import.list_fbx_motions(fbx)
    assert len(entries) >= 3
    lengths = {len(entry.read()) for entry in entries}
    assert {20, 40} <= lengths


def test_two_people_with_the_same_skeleton(fbx: Path, rig: bpy.types.Object) -> None:
    """Each motion is that of its own armature, and titles tell them apart."""
    twin = add_mannequin(bpy.context)
    twin.location.x += 1.0
    apply(twin, stroll(40), ApplyOptions(1, at_character=True, foot_lock=0.0))
    export(fbx, bake_anim_use_all_actions=False, bake_anim_use_nla_strips=False)
    entries = fbx_import.list_fbx_motions(fbx)
    assert len({entry.title for entry in entries}) == len(entries) == 2
    starts = sorted(float(entry.read().positions[0, 0, 0]) for entry in entries)
    assert np.allclose(np.diff(starts), 1.0, atol=0.01)


def test_curves_give_the_poses_of_the_evaluated_scene(
    fbx: Path, rig: bpy.types.Object, tmp_path: Path
) -> None:
    """Poses computed from curves are those that Blender shows, whatever the rotation mode and the spacing of keys."""
    for bone, mode in zip(
        rig.pose.bones, ("XYZ", "ZYX", "AXIS_ANGLE", "QUATERNION", "YXZ") * 5, strict=False
    ):
        bone.rotation_mode = mode
        if mode == "AXIS_ANGLE":
            bone.rotation_axis_angle = (0.4, 1.0, 2.0, 3.0)
        elif mode != "QUATERNION":
            bone.rotation_euler = (0.3, -0.2, 0.5)
        for frame in (1, 7, 20):
            bone.scale = (1.0, 1.0 + 0.01 * frame, 1.0)
            bone.keyframe_insert("scale", frame=frame)
    rig.rotation_euler.z = 0.7
    curves = fbx_child._list_takes([rig])
    parents = [-1, *(rig.pose.bones.find(b.parent.name) + 1 if b.parent else 0 for b in rig.pose.bones)]
    frames = range(1, 21)
    computed = fbx_child._compute_from_curves(curves[0], parents, frames)
    assert np.allclose(computed, fbx_child._sample(rig, frames), atol=1e-4)


def test_a_carried_armature_is_evaluated(fbx: Path, rig: bpy.types.Object) -> None:
    """The travel of an object above the armature counts."""
    carrier = bpy.data.objects.new("Carrier", None)
    bpy.context.collection.objects.link(carrier)
    rig.parent = carrier
    carrier.keyframe_insert("location", frame=1)
    carrier.location.x = 2.0
    carrier.keyframe_insert("location", frame=60)
    carrier.select_set(True)
    before = fbx_import.list_fbx_motions(fbx)[0].read()
    bpy.ops.export_scene.fbx(
        filepath=str(fbx), object_types={"ARMATURE", "EMPTY"}, bake_anim_use_all_actions=False, add_leaf_bones=False,
        bake_anim_use_nla_strips=False,
    )  # fmt: skip
    after = fbx_import.list_fbx_motions(fbx)[0].read()
    travel = (after.positions[-1, 0] - after.positions[0, 0]) - (
        before.positions[-1, 0] - before.positions[0, 0]
    )
    assert np.allclose(travel, [2.0, 0.0, 0.0], atol=0.02)


def test_an_action_in_which_the_body_stands_still_comes_last(fbx: Path, rig: bpy.types.Object) -> None:
    lamp = bpy.data.objects.new("A lamp", None)
    bpy.context.collection.objects.link(lamp)
    for frame in (1, 30):
        lamp.location.x = frame
        lamp.keyframe_insert("location", frame=frame)
    bpy.ops.export_scene.fbx(filepath=str(fbx), object_types={"ARMATURE", "EMPTY"}, add_leaf_bones=False)
    walk = fbx_import.list_fbx_motions(fbx)[0].read()
    assert np.ptp(walk.local_rotations, axis=0).max() > 0.1


def test_a_relative_path(fbx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fbx.parent)
    assert len(fbx_import.list_fbx_motions(Path(fbx.name))[0].read()) == 60


def test_without_animation(rig: bpy.types.Object, tmp_path: Path) -> None:
    rig.animation_data_clear()
    rig.select_set(True)
    export(tmp_path / "still.fbx", bake_anim=False)
    with pytest.raises(FormatError, match="holds no animation"):
        fbx_import.list_fbx_motions(tmp_path / "still.fbx")


def test_without_a_skeleton(tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    export(tmp_path / "cube.fbx")
    with pytest.raises(FormatError, match="holds no skeleton"):
        fbx_import.list_fbx_motions(tmp_path / "cube.fbx")


@pytest.mark.parametrize("damage", ["cut", "noise", "head alone"])
def test_damaged_files_are_one_sentence(fbx: Path, rig: bpy.types.Object, damage: str) -> None:
    data = fbx.read_bytes()
    random = np.random.default_rng(1).bytes(len(data))
    changed = {"cut": data[: len(data) // 2], "noise": data[:40] + random[40:], "head alone": data[:27]}[
        damage
    ]
    fbx.write_bytes(changed)
    before = everything()
    with pytest.raises(RuntimeError) as refusal:
        bpy.ops.kinescribe.import_motion(filepath=str(fbx))
    assert "walk.fbx" in str(refusal.value) and len(str(refusal.value).strip().splitlines()) == 1
    assert everything() == before


def test_a_file_that_is_too_large_is_not_opened(fbx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with fbx.open("r+b") as file:
        file.truncate(500_000_000)
    monkeypatch.setattr(fbx_import, "_run_blender", None)
    before = everything()
    with pytest.raises(RuntimeError, match=r"walk\.fbx is larger than 400 MB"):
        bpy.ops.kinescribe.import_motion(filepath=str(fbx))
    assert everything() == before


@pytest.mark.parametrize(
    ("status", "words"), [(-11, "exit status -11"), (1, "exit status 1"), (None, "too long")]
)
def test_an_importer_that_crashes_or_hangs(
    fbx: Path, monkeypatch: pytest.MonkeyPatch, status: int | None, words: str
) -> None:
    monkeypatch.setattr(fbx_import, "_run_blender", lambda *_: status)
    with pytest.raises(FormatError, match=words):
        fbx_import.list_fbx_motions(fbx)


def test_fifty_actions_are_fifty_motions(fbx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = fbx_import._run_importer(fbx, 1)
    titles = [f"Armature|Take {k:03d}" for k in range(50)]
    fifty = {**arrays, "titles": np.frombuffer(json.dumps(titles).encode(), np.uint8)}
    monkeypatch.setattr(fbx_import, "_run_importer", lambda *_: fifty)
    entries = fbx_import.list_fbx_motions(fbx)
    assert [entry.title for entry in entries] == titles
    assert len(entries[49].read()) == 60
    before = everything()
    with pytest.raises(RuntimeError, match="50 motions, at most 10 are imported together"):
        bpy.ops.kinescribe.import_motion(filepath=str(fbx), all_motions=True)
    assert everything() == before


def test_a_blender_that_can_t_be_started(fbx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = SimpleNamespace(binary_path=str(fbx.parent / "nothing"))
    monkeypatch.setattr(fbx_import, "bpy", SimpleNamespace(app=app))
    with pytest.raises(FormatError, match="could not be started"):
        fbx_import.list_fbx_motions(fbx)


def test_without_blender_it_says_who_can_read_it(tmp_path: Path) -> None:
    for head in (b"Kaydara FBX Binary  \0\x1a\0", b"; FBX 7.4.0 project file\n"):
        (tmp_path / "a.fbx").write_bytes(head)
        with pytest.raises(FormatError, match="Blender alone reads"):
            list_motions(tmp_path / "a.fbx")
