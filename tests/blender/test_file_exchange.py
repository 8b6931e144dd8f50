# SPDX-License-Identifier: GPL-3.0-or-later
"""Import and export in the interface, and what Blender makes of our glTF and FBX files."""

from __future__ import annotations

from pathlib import Path

import addon_utils
import bpy
import numpy as np
import pytest
from fakes import FakeBackend
from kinescribe.motion import Motion
from kinescribe.motion.formats import write_motion
from kinescribe.operators import files
from kinescribe.scene import store
from kinescribe.scene.action import get_action
from kinescribe.session import session

from devtools.testing.motions import make_walk

status = session.generation

ops = bpy.ops.kinescribe


def heads(rig: bpy.types.Object, bones: list[str], frames: list[int]) -> np.ndarray:
    """Return the world positions (T, N, 3) of bone heads, as Blender evaluates them."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        evaluated = rig.evaluated_get(bpy.context.evaluated_depsgraph_get())
        found.append([evaluated.matrix_world @ evaluated.pose.bones[b].head for b in bones])
    return np.array(found)


def imported_armature(before: set[bpy.types.Object]) -> bpy.types.Object:
    return next(o for o in bpy.data.objects if o not in before and o.type == "ARMATURE")


@pytest.mark.parametrize("selected_alone", [True, False])
def test_a_character_goes_out_as_fbx_and_back(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path, selected_alone: bool
) -> None:
    ops.generate()
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 5, 9
    if not selected_alone:
        bpy.ops.object.select_all(action="DESELECT")
    selected = set(bpy.context.selected_objects)
    assert ops.export_motion(filepath=str(tmp_path / "walk.fbx")) == {"FINISHED"}
    assert (scene.frame_start, scene.frame_end) == (5, 9) and set(bpy.context.selected_objects) == selected
    assert [p.name for p in tmp_path.iterdir()] == ["walk.fbx"]
    before = set(bpy.data.objects)
    bpy.ops.import_scene.fbx(filepath=str(tmp_path / "walk.fbx"))
    other = imported_armature(before)
    bones = [b.name for b in mannequin.pose.bones]
    assert {b.name for b in other.pose.bones} == set(bones)
    start = round(get_action(other).frame_range[0])
    times = [0, 20, 40, 95]
    gone = heads(mannequin, bones, [1 + t for t in times])
    come = heads(other, bones, [start + t for t in times])
    assert np.abs(gone - come).max() < 2e-3
    assert np.ptp(gone[:, 0], axis=0).max() > 0.1, "it went somewhere"
    meshes = [o for o in bpy.data.objects if o not in before and o.type == "MESH"]
    assert meshes and all(o.find_armature() == other for o in meshes)


def test_fbx_needs_an_action(mannequin: bpy.types.Object, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="has no action: generate or import a motion first"):
        ops.export_motion(filepath=str(tmp_path / "walk.fbx"))
    assert not list(tmp_path.iterdir())


def test_fbx_into_a_folder_that_is_not_there(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    ops.generate()
    with pytest.raises(RuntimeError, match=r"walk\.fbx could not be written"):
        ops.export_motion(filepath=str(tmp_path / "no" / "walk.fbx"))


def test_blender_reads_our_gltf(tmp_path: Path) -> None:
    if addon_utils.enable("io_scene_gltf2") is None:
        pytest.skip("this Blender comes without its glTF add-on")
    motion = make_walk(20, fps=24.0)
    write_motion(motion, tmp_path / "walk.glb")
    bpy.context.scene.render.fps = 24
    before = set(bpy.data.objects)
    bpy.ops.import_scene.gltf(filepath=str(tmp_path / "walk.glb"))
    rig = imported_armature(before)
    joints = list(motion.skeleton.joint_names)
    start = round(get_action(rig).frame_range[0])
    seen = heads(rig, joints, [start, start + 9, start + 19])
    wanted = motion.positions[[0, 9, 19]]
    wanted = np.stack([wanted[..., 0], -wanted[..., 2], wanted[..., 1]], axis=-1)
    assert np.abs(seen - wanted).max() < 1e-4


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Two samples as MDM writes them."""
    motions = [make_walk(30), make_walk(24, drift=0.5)]
    joints = np.zeros((2, 22, 3, 30), np.float32)
    for k, motion in enumerate(motions):
        joints[k, ..., : len(motion)] = motion.positions.transpose(1, 2, 0)
    content = {"motion": joints, "text": ["a person walks", "a person skates"], "lengths": np.array([30, 24])}
    np.save(tmp_path / "results.npy", np.array(content, dtype=object), allow_pickle=True)
    return tmp_path / "results.npy"


def kept() -> Motion:
    return store.load_motion(status.motion_id)


def test_one_of_several_samples_is_imported(mannequin: bpy.types.Object, results: Path) -> None:
    ops.import_motion(filepath=str(results), apply=False)
    assert kept().provenance.prompt == "a person walks" and len(kept()) == 30
    ops.import_motion(filepath=str(results), number=2)
    assert kept().provenance.prompt == "a person skates" and len(kept()) == 24
    assert get_action(mannequin) is not None
    with pytest.raises(RuntimeError, match="holds 2 motions, there is no motion 3: choose 1 to 2"):
        ops.import_motion(filepath=str(results), number=3)


def test_all_motions_of_a_file_become_takes(
    mannequin: bpy.types.Object, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(bpy.data.actions)
    ops.import_motion(filepath=str(results), all_motions=True)
    takes = [take.action for take in mannequin.kinescribe.takes if take.action not in before]
    assert [take["kinescribe"]["prompt"] for take in takes] == ["a person walks", "a person skates"]
    assert get_action(mannequin) == takes[1]
    assert "motion 2 of 2" in session.reading_report
    monkeypatch.setattr(files, "MAX_TAKES", 1)
    actions = set(bpy.data.actions)
    with pytest.raises(RuntimeError, match="holds 2 motions, at most 1 are imported together"):
        ops.import_motion(filepath=str(results), all_motions=True)
    assert set(bpy.data.actions) == actions


def test_what_the_dialogs_offer_is_what_is_read_and_written() -> None:
    from kinescribe.motion.formats import READ_SUFFIXES, WRITE_SUFFIXES

    assert (*READ_SUFFIXES, ".fbx") == files.READ_SUFFIXES and set(files.WRITTEN_SUFFIXES) == {
        *WRITE_SUFFIXES,
        ".fbx",
    }


def write_files(folder: Path, *frames: int) -> None:
    for count in frames:
        write_motion(make_walk(count), folder / f"walk{count}.bvh")


def test_several_files_are_imported_in_their_order(mannequin: bpy.types.Object, tmp_path: Path) -> None:
    write_files(tmp_path, 30, 20, 25)
    (tmp_path / "bad.bvh").write_text("HIERARCHY", encoding="utf-8")
    names = ["walk30.bvh", "bad.bvh", "walk20.bvh", "walk25.bvh"]
    files_given = [{"name": name} for name in names]
    before = set(bpy.data.actions)
    ops.import_motion(directory=f"{tmp_path}/", files=files_given)
    assert len(kept()) == 25 and get_action(mannequin) is not None
    takes = [take.action.name for take in mannequin.kinescribe.takes if take.action not in before]
    assert len(takes) == 3
    with pytest.raises(RuntimeError, match=r"HIERARCHY|MOTION"):
        ops.import_motion(directory=f"{tmp_path}/", files=[{"name": "bad.bvh"}])


def test_the_user_s_options_count_and_the_report_names_them(
    mannequin: bpy.types.Object, tmp_path: Path
) -> None:
    write_files(tmp_path, 30)
    ops.import_motion(
        filepath=str(tmp_path / "walk30.bvh"), apply=False, fps=60.0, up="Z", floor="file", unit="METRES"
    )
    assert kept().fps == 60 and "Z up as chosen" in kept().provenance.source
    report = session.reading_report
    assert "walk30.bvh" in report and "up Z" in report and "30 at 60 a second" in report
    assert str(tmp_path) not in report
    with pytest.raises(RuntimeError, match="can't be forward"):
        ops.import_motion(filepath=str(tmp_path / "walk30.bvh"), up="Z", forward="-Z")
    assert ops.copy_reading_report.poll()
