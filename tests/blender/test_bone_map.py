# SPDX-License-Identifier: GPL-3.0-or-later
"""The bone map in the interface: corrected, mirrored, captured, and stored with the character."""

from __future__ import annotations

from math import radians
from pathlib import Path

import bpy
import pytest
from fakes import FakeBackend
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.skeleton import MAPPED_JOINTS
from kinescribe.panels import bone_map as panel
from kinescribe.scene.bone_map import load_bone_map, read_bone_map_rows
from kinescribe.scene.rig import read_rig
from mathutils import Quaternion

ops = bpy.ops.kinescribe


@pytest.fixture
def mapped(mannequin: bpy.types.Object) -> bpy.types.Object:
    """The mannequin with its bone map."""
    ops.map_bones()
    return mannequin


def rows(rig: bpy.types.Object) -> dict[str, str]:
    """Joint to bone as the rows have it."""
    return {row.joint: row.bone for row in rig.kinescribe.bone_map}


def edit(rig: bpy.types.Object, removed: tuple[str, ...] = ()) -> None:
    """Remove bones in Edit Mode."""
    bpy.ops.object.mode_set(mode="EDIT")
    for name in removed:
        rig.data.edit_bones.remove(rig.data.edit_bones[name])
    bpy.ops.object.mode_set(mode="OBJECT")


ARM = ("right_shoulder", "right_elbow", "right_wrist")


class TestDetecting:
    def test_a_sure_map_is_stored_whole(self, mannequin: bpy.types.Object) -> None:
        assert ops.map_bones() == {"FINISHED"}
        stored = mannequin.kinescribe
        assert (stored.state, stored.family, stored.label, stored.has_ik) == (
            "FOUND",
            "smplx",
            "SMPL-X",
            False,
        )
        assert tuple(rows(mannequin)) == MAPPED_JOINTS
        assert load_bone_map(mannequin) == map_bones(read_rig(mannequin))

    def test_a_script_gets_no_guess(self, mannequin: bpy.types.Object) -> None:
        edit(mannequin, ARM)
        with pytest.raises(RuntimeError, match="right_shoulder"):
            ops.map_bones()
        assert not mannequin.kinescribe.bone_map

    def test_where_it_is_not_sure_it_asks(self, mannequin: bpy.types.Object, backend: FakeBackend) -> None:
        edit(mannequin, ARM)
        assert ops.map_bones(suggest=True) == {"FINISHED"}
        assert mannequin.kinescribe.state == "SUGGESTED" and rows(mannequin)["left_elbow"] == "left_elbow"
        for refused in (ops.generate, ops.apply):
            with pytest.raises(RuntimeError, match=r"only guessed|no motion to apply"):
                refused()
        assert not backend.requests, "the model must not run for nothing"
        assert ops.accept_bones() == {"FINISHED"}
        assert mannequin.kinescribe.state == "ACCEPTED" and load_bone_map(mannequin) is not None

    def test_by_structure_names_do_not_count(self, mannequin: bpy.types.Object) -> None:
        for number, bone in enumerate(mannequin.data.bones):
            bone.name = f"b_{number:02d}"
        before = {bone.name for bone in mannequin.data.bones}
        assert ops.map_bones(by="STRUCTURE", suggest=True) == {"FINISHED"}
        bone_map = read_bone_map_rows(mannequin)
        assert bone_map is not None and bone_map.family == "custom" and set(bone_map.bones.values()) <= before

    def test_detecting_anew_keeps_the_reference_pose(self, mapped: bpy.types.Object) -> None:
        mapped.pose.bones["left_shoulder"].rotation_mode = "XYZ"
        mapped.pose.bones["left_shoulder"].rotation_euler.x = 0.5
        ops.use_pose_as_reference()
        captured = read_bone_map_rows(mapped).reference
        ops.map_bones()
        assert captured and read_bone_map_rows(mapped).reference == captured

    def test_clearing_leaves_nothing_and_recognises_anew(
        self, mapped: bpy.types.Object, backend: FakeBackend
    ) -> None:
        ops.use_pose_as_reference()
        stored = mapped.kinescribe
        stored.doubt = "its arms reach the floor"
        ops.clear_bones()
        assert not stored.bone_map and not stored.reference and not stored.family and not stored.doubt
        ops.generate()
        assert rows(mapped)["left_knee"] == "left_knee"

    def test_nothing_is_done_without_a_map(self, mannequin: bpy.types.Object) -> None:
        without = (ops.accept_bones, ops.clear_bones, ops.pick_bone, ops.select_bone, ops.mirror_bones)
        keeping = (
            ops.use_pose_as_reference,
            ops.use_rest_as_reference,
            ops.save_bone_preset,
            ops.export_bone_map,
        )
        assert not any(operator.poll() for operator in (*without, *keeping))


class TestCorrecting:
    def test_the_active_bone_goes_into_a_row(self, mapped: bpy.types.Object) -> None:
        mapped.data.bones.active = mapped.data.bones["spine2"]
        assert ops.pick_bone(joint="jaw") == {"FINISHED"}
        assert rows(mapped)["jaw"] == "spine2"
        with pytest.raises(RuntimeError, match="has no row for joint 'tail'"):
            ops.pick_bone(joint="tail")

    def test_without_an_active_bone_there_is_nothing_to_pick(self, mapped: bpy.types.Object) -> None:
        mapped.data.bones.active = None
        assert not ops.pick_bone.poll()

    def test_a_bone_is_selected_in_pose_mode(self, mapped: bpy.types.Object) -> None:
        body = next(o for o in bpy.data.objects if o.type == "MESH")
        bpy.context.view_layer.objects.active = body
        assert ops.select_bone(joint="left_knee") == {"FINISHED"}
        assert bpy.context.mode == "POSE" and bpy.context.active_pose_bone.name == "left_knee"
        assert [bone.name for bone in bpy.context.selected_pose_bones] == ["left_knee"]
        ops.select_bone(joint="left_hip")
        assert [bone.name for bone in bpy.context.selected_pose_bones] == ["left_hip"]

    def test_what_can_t_be_selected_is_one_sentence(self, mapped: bpy.types.Object) -> None:
        with pytest.raises(RuntimeError, match="has no bone yet"):
            ops.select_bone(joint="jaw")
        mapped.kinescribe.bone_map[0].bone = "gone"
        with pytest.raises(RuntimeError, match="no bone called gone"):
            ops.select_bone(joint="pelvis")
        mapped.hide_set(True)
        with pytest.raises(RuntimeError, match="hidden"):
            ops.select_bone(joint="left_hip")
        assert bpy.context.mode == "OBJECT"

    @pytest.mark.parametrize("named", [True, False])
    def test_one_side_is_filled_from_the_other(self, mapped: bpy.types.Object, named: bool) -> None:
        if not named:
            for row in mapped.kinescribe.bone_map:
                if row.bone:
                    mapped.data.bones[row.bone].name = row.bone = "b" + str(MAPPED_JOINTS.index(row.joint))
        wanted = rows(mapped)
        for row in mapped.kinescribe.bone_map:
            if row.joint.startswith("right_") and row.joint != "right_hip":
                row.bone = ""
        assert ops.mirror_bones(onto="RIGHT") == {"FINISHED"}
        assert rows(mapped) == wanted

    def test_one_bone_for_two_joints_is_refused(self, mapped: bpy.types.Object, backend: FakeBackend) -> None:
        next(row for row in mapped.kinescribe.bone_map if row.joint == "spine1").bone = "spine2"
        with pytest.raises(RuntimeError, match="has spine2 for spine1 and for spine2"):
            ops.generate()
        assert not backend.requests

    def test_each_correction_is_one_undo_step(self, mapped: bpy.types.Object) -> None:
        name = mapped.name
        mapped.data.bones.active = mapped.data.bones["head"]
        bpy.ops.ed.undo_push(message="before")
        ops.pick_bone("EXEC_DEFAULT", True, joint="jaw")
        ops.mirror_bones("EXEC_DEFAULT", True)
        ops.clear_bones("EXEC_DEFAULT", True)
        assert not bpy.data.objects[name].kinescribe.bone_map
        bpy.ops.ed.undo()
        assert rows(bpy.data.objects[name])["jaw"] == "head"
        bpy.ops.ed.undo()
        bpy.ops.ed.undo()
        assert rows(bpy.data.objects[name])["jaw"] == ""


class TestReference:
    def test_the_pose_is_captured_about_the_armature_s_axes(self, mapped: bpy.types.Object) -> None:
        turn = Quaternion((0.0, 1.0, 0.0), radians(40))
        bone = mapped.pose.bones["left_shoulder"]
        bone.rotation_mode = "QUATERNION"
        rest = bone.bone.matrix_local.to_quaternion()
        bone.rotation_quaternion = rest.inverted() @ turn @ rest
        mapped.rotation_euler.z = 1.0  # the object's own rotation is none of the pose's
        ops.use_pose_as_reference()
        reference = load_bone_map(mapped).reference
        below = {"left_shoulder", "left_elbow", "left_wrist"}
        for name, found in reference.items():
            wanted = turn if name in below else Quaternion()
            assert Quaternion(found).rotation_difference(wanted).angle < 1e-4, name
        assert below < set(reference) and set(rows(mapped).values()) - {""} <= set(reference)
        ops.use_rest_as_reference()
        assert load_bone_map(mapped).reference == {}

    def test_a_bone_that_is_gone_is_left_out(self, mapped: bpy.types.Object) -> None:
        ops.use_pose_as_reference()
        mapped.data.bones["head"].name = "Kopf"
        assert "head" not in read_bone_map_rows(mapped).reference


class TestKept:
    def test_with_the_file_and_under_another_name(self, mapped: bpy.types.Object, tmp_path: Path) -> None:
        ops.use_pose_as_reference()
        before = load_bone_map(mapped)
        mapped.name = "Somebody else"
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
        assert load_bone_map(bpy.data.objects["Somebody else"]) == before

    def test_when_appended(self, mapped: bpy.types.Object, tmp_path: Path) -> None:
        before, name = load_bone_map(mapped), mapped.name
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
        with bpy.data.libraries.load(str(tmp_path / "a.blend")) as (_, data):
            data.objects = [name]
        assert load_bone_map(data.objects[0]) == before

    def test_with_a_copy(self, mapped: bpy.types.Object) -> None:
        other = mapped.copy()
        other.kinescribe.bone_map[0].bone = ""
        assert rows(mapped)["pelvis"] == "pelvis"


class TestWords:
    def test_what_is_missing_is_said(self, mapped: bpy.types.Object) -> None:
        stored = mapped.kinescribe
        assert panel.format_missing_joints(stored) == ""
        for row in stored.bone_map:
            if row.joint in {"left_wrist", "left_elbow", "neck"}:
                row.bone = ""
        assert panel.format_missing_joints(stored) == "Body: Neck; Left Arm: Elbow, Wrist"

    def test_renamed_bones_are_noticed(self, mapped: bpy.types.Object, backend: FakeBackend) -> None:
        assert panel.find_removed_bones(mapped, mapped.kinescribe) == []
        mapped.data.bones["head"].name = "Kopf"
        assert panel.find_removed_bones(mapped, mapped.kinescribe) == ["head"]
        with pytest.raises(RuntimeError, match="head"):
            ops.generate()
            ops.apply()
