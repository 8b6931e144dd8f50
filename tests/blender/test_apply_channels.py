# SPDX-License-Identifier: GPL-3.0-or-later
"""``scene.channels`` and ``scene.apply``: locked and driven channels, and switches."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from applying import apply, heads, paths, scene_state, select
from kinescribe.motion import RigError
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions
from kinescribe.scene.mannequin import add_mannequin

pytestmark = pytest.mark.usefixtures("own_cache")


class TestLocks:
    def test_locked_channels_are_left_alone_and_reported(self, rig: bpy.types.Object) -> None:
        pelvis, elbow, knee = (rig.pose.bones[b] for b in ("pelvis", "left_elbow", "left_knee"))
        pelvis.lock_location = (True, False, True)
        elbow.lock_rotation = (True, True, True)
        knee.rotation_mode = "XYZ"
        knee.rotation_euler = (0, 0.3, 0)
        knee.lock_rotation = (False, True, True)
        report = apply(rig)
        found = {(c.data_path, c.array_index) for c in get_fcurves(get_action(rig), rig)}
        assert {i for p, i in found if p == 'pose.bones["pelvis"].location'} == {1}
        assert {i for p, i in found if p == 'pose.bones["left_knee"].rotation_euler'} == {0}
        assert 'pose.bones["left_elbow"].rotation_quaternion' not in paths(rig)
        assert set(report.locked_bones) == {"pelvis", "left_elbow", "left_knee"}
        assert report.bone_count == 21
        assert any("left_elbow" in str(note) for note in report.notes)
        assert knee.rotation_euler.y == pytest.approx(0.3)

    def test_a_locked_axis_of_a_quaternion_keeps_its_angle(self, rig: bpy.types.Object) -> None:
        hip = rig.pose.bones["left_hip"]
        hip.lock_rotations_4d = False
        hip.lock_rotation = (False, True, False)
        apply(rig)
        for frame in (1, 15, 30):
            bpy.context.scene.frame_set(frame)
            assert hip.rotation_quaternion.to_euler("XYZ").y == pytest.approx(0, abs=1e-5)
            assert hip.rotation_quaternion.magnitude == pytest.approx(1, abs=1e-4)
        assert abs(hip.rotation_quaternion.to_euler("XYZ").x) > 0.01

    def test_a_locked_number_of_a_quaternion_stays_and_the_rest_is_a_rotation(
        self, rig: bpy.types.Object
    ) -> None:
        hip = rig.pose.bones["left_hip"]
        hip.lock_rotations_4d = True
        hip.lock_rotation = (False, False, True)
        apply(rig)
        found = {c.array_index for c in get_fcurves(get_action(rig), rig) if '"left_hip"' in c.data_path}
        assert found == {0, 1, 2}
        for frame in (1, 15, 30):
            bpy.context.scene.frame_set(frame)
            assert hip.rotation_quaternion.z == 0
            assert hip.rotation_quaternion.magnitude == pytest.approx(1, abs=1e-4)
        assert abs(hip.rotation_quaternion.x) > 0.01

    def test_everything_locked_is_refused(self, rig: bpy.types.Object) -> None:
        for bone in rig.pose.bones:
            bone.lock_location = bone.lock_rotation = (True, True, True)
            bone.lock_rotation_w = True
        before = scene_state(rig)
        with pytest.raises(RigError, match="locked"):
            apply(rig)
        assert scene_state(rig) == before


class TestOverruled:
    def test_channels_that_drivers_set_are_left_alone_and_named(self, rig: bpy.types.Object) -> None:
        knee = rig.pose.bones["left_knee"]
        knee.rotation_mode = "XYZ"
        knee.driver_add("rotation_euler", 1)
        report = apply(rig)
        found = {(c.data_path, c.array_index) for c in get_fcurves(get_action(rig), rig)}
        assert {i for p, i in found if p == 'pose.bones["left_knee"].rotation_euler'} == {0, 2}
        assert any("Drivers" in str(note) and "left_knee" in str(note) for note in report.notes)

    def test_chains_of_inverse_kinematics_are_keyed_off_and_named(self, rig: bpy.types.Object) -> None:
        constraint = rig.pose.bones["left_knee"].constraints.new("IK")
        constraint.target = bpy.data.objects.new("Goal", None)
        bpy.context.collection.objects.link(constraint.target)
        constraint.chain_count = 2
        plain = add_mannequin(bpy.context)
        apply(plain)
        expected = heads(plain, 20)
        # a second time replaces the first result, and must not forget what that one silenced
        for _ in range(2):
            (note,) = [str(n) for n in apply(rig).notes if "Constraints" in str(n)]
            assert "left_knee" in note and "left_hip" in note and "pelvis" not in note
            assert np.allclose(heads(rig, 20), expected, atol=1e-4)
            assert constraint.influence == 0
        constraint.mute = True
        assert not [n for n in apply(rig).notes if "Constraints" in str(n)]

    def test_an_influence_that_a_driver_sets_is_left_and_the_bone_named(self, rig: bpy.types.Object) -> None:
        constraint = rig.pose.bones["left_elbow"].constraints.new("COPY_ROTATION")
        constraint.target, constraint.subtarget = rig, "pelvis"
        constraint.driver_add("influence")
        constraint.influence = 1.0
        (note,) = [str(n) for n in apply(rig).notes if "Constraints" in str(n)]
        assert "override" in note and "left_elbow" in note

    @pytest.mark.parametrize(("degrees", "is_named"), [(0.0, True), (179.0, False)])
    def test_limits_that_hold_a_bone_back_are_named(
        self, rig: bpy.types.Object, degrees: float, is_named: bool
    ) -> None:
        limit = rig.pose.bones["left_elbow"].constraints.new("LIMIT_ROTATION")
        limit.owner_space = "LOCAL"
        for axis in "xyz":
            setattr(limit, f"use_limit_{axis}", True)
            setattr(limit, f"min_{axis}", -np.radians(degrees))
            setattr(limit, f"max_{axis}", np.radians(degrees))
        notes = [str(note) for note in apply(rig).notes if "Limit Rotation" in str(note)]
        assert [("left_elbow" in note) for note in notes] == [True] * is_named


class TestSwitches:
    """Custom properties that have to be keyed for the result to play, as on control rigs."""

    @pytest.fixture
    def switched(self, rig: bpy.types.Object) -> bpy.types.Object:
        """Each arm has a bone beside the shoulder with a switch, and the chest one for the head."""
        bpy.ops.object.mode_set(mode="EDIT")
        for side in ("left", "right"):
            bones = rig.data.edit_bones
            bone, shoulder = bones.new(f"{side}_settings"), bones[f"{side}_shoulder"]
            bone.head, bone.tail, bone.parent = shoulder.head, shoulder.tail, shoulder.parent
        bpy.ops.object.mode_set(mode="OBJECT")
        apply(rig)
        for name, prop in (
            ("left_settings", "IK_FK"),
            ("right_settings", "IK_FK"),
            ("spine3", "head_follow"),
        ):
            rig.pose.bones[name][prop] = 0.0
            row = rig.kinescribe.switches.add()
            row.bone, row.property, row.value = name, prop, 1.0
        rig.animation_data.action = None
        return rig

    def switches(self, rig: bpy.types.Object) -> set[str]:
        return {p.split('"')[1] for p in paths(rig) if p.endswith(('["IK_FK"]', '["head_follow"]'))}

    def test_they_are_keyed_once_as_steps(self, switched: bpy.types.Object) -> None:
        apply(switched, options=ApplyOptions(10))
        curves = {c.data_path: c for c in get_fcurves(get_action(switched), switched)}
        curve = curves['pose.bones["left_settings"]["IK_FK"]']
        assert [(tuple(p.co), p.interpolation) for p in curve.keyframe_points] == [((10.0, 1.0), "CONSTANT")]
        bpy.context.scene.frame_set(12)
        assert switched.pose.bones["left_settings"]["IK_FK"] == 1.0
        assert self.switches(switched) == {"left_settings", "right_settings", "spine3"}

    @pytest.mark.parametrize(
        ("selected", "expected"),
        [
            ("left_shoulder", {"left_settings"}),
            ("left_wrist", {"left_settings"}),
            ("head", {"spine3"}),
            ("left_knee", set()),
        ],
    )
    def test_only_those_of_the_selected_limbs(
        self, switched: bpy.types.Object, selected: str, expected: set[str]
    ) -> None:
        select(switched, selected)
        apply(switched, options=ApplyOptions(1, only_selected=True))
        assert self.switches(switched) == expected

    def test_one_that_the_rig_no_longer_has_is_passed_over(self, switched: bpy.types.Object) -> None:
        del switched.pose.bones["left_settings"]["IK_FK"]
        apply(switched)
        assert self.switches(switched) == {"right_settings", "spine3"}
