# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying a cached motion: the animation, Actions that are kept or replaced, and errors."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from applying import FROM_ORIGIN, all_keys, apply, heads, paths, scene_state, select
from kinescribe.motion import T_POSE, FormatError, MappingError, RigError
from kinescribe.motion.euler import EULER_ORDERS
from kinescribe.motion.resample import resample
from kinescribe.scene import store
from kinescribe.scene.action import LAYERED, get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, apply_motion
from kinescribe.scene.bone_map import load_bone_map
from kinescribe.scene.mannequin import add_mannequin
from kinescribe.scene.record import read_record
from stroll import stroll

pytestmark = pytest.mark.usefixtures("own_cache")


class TestPlayback:
    def test_joints_are_where_the_motion_has_them(self, rig: bpy.types.Object) -> None:
        bpy.context.scene.render.fps = 24
        motion = stroll(frames=60, fps=20.0)
        report = apply(rig, motion)
        played = resample(motion, 24.0)
        assert (report.first_frame, report.frame_count, report.bone_count) == (1, len(played), 22)
        shift = heads(rig, 1)[0] - played.positions[0, 0]
        for frame in range(1, len(played) + 1, 7):
            np.testing.assert_allclose(heads(rig, frame) - played.positions[frame - 1] - shift, 0, atol=1e-4)

    @pytest.mark.parametrize("mode", [*EULER_ORDERS, "AXIS_ANGLE"])
    def test_every_rotation_mode_plays_the_same_without_jumps(self, rig: bpy.types.Object, mode: str) -> None:
        bpy.context.scene.render.fps = 20
        apply(rig)
        expected = [heads(rig, frame) for frame in (1, 20, 41, 60)]
        other = add_mannequin(bpy.context)
        for bone in other.pose.bones:
            bone.rotation_mode = mode
        apply(other)
        for frame, positions in zip((1, 20, 41, 60), expected, strict=True):
            np.testing.assert_allclose(heads(other, frame), positions, atol=1e-4)
        channel = "rotation_axis_angle" if mode == "AXIS_ANGLE" else "rotation_euler"
        curves = [c for c in get_fcurves(get_action(other), other) if c.data_path.endswith(channel)]
        assert len(curves) == 22 * (4 if mode == "AXIS_ANGLE" else 3)
        if mode != "AXIS_ANGLE":
            steps = [abs(np.diff([p.co.y for p in c.keyframe_points])).max() for c in curves]
            assert max(steps) < 1.0

    @pytest.mark.parametrize(("fps", "base"), [(24, 1.0), (30, 1.001), (60, 1.0)])
    def test_the_scene_keeps_its_frame_rate_and_the_motion_its_seconds(
        self, rig: bpy.types.Object, fps: int, base: float
    ) -> None:
        render = bpy.context.scene.render
        render.fps, render.fps_base = fps, base
        report = apply(rig, stroll(frames=60, fps=20.0))
        assert (render.fps, render.fps_base) == (fps, pytest.approx(base))
        assert report.frame_count == pytest.approx(3.0 * fps / base, abs=1)

    def test_it_shows_at_once(self, rig: bpy.types.Object) -> None:
        rest = rig.pose.bones["left_elbow"].matrix.copy()
        apply(rig)
        bpy.context.view_layer.update()
        assert rig.pose.bones["left_elbow"].matrix != rest

    def test_a_mesh_stands_for_its_armature(self, rig: bpy.types.Object) -> None:
        apply(rig.children[0])
        assert get_action(rig) and not get_action(rig.children[0])

    def test_bones_with_quotes_in_their_names(self, rig: bpy.types.Object) -> None:
        apply(rig)
        rig.data.bones["left_elbow"].name = 'left "elbow" \\'
        for row in rig.kinescribe.bone_map:
            if row.bone == "left_elbow":
                row.bone = 'left "elbow" \\'
        apply(rig, stroll(seed=9))
        bpy.context.scene.frame_set(20)
        assert rig.pose.bones['left "elbow" \\'].rotation_quaternion.angle > 0.1


class TestPlacement:
    def test_at_the_character_means_where_it_stands_and_faces(self, rig: bpy.types.Object) -> None:
        rig.location = (2, -3, 0)
        rig.rotation_euler.z = 1.0
        rig.pose.bones["pelvis"].location = (0.3, 0, 0.2)
        bpy.context.view_layer.update()
        bones = rig.pose.bones
        middle = rig.matrix_world @ ((bones["left_hip"].head + bones["right_hip"].head) / 2)
        apply(rig, options=ApplyOptions(1))
        at = heads(rig, 1)
        np.testing.assert_allclose((at[1] + at[2])[[0, 2]] / 2, (middle.x, -middle.y), atol=1e-4)
        across = at[1] - at[2]
        assert np.arctan2(-across[2], across[0]) == pytest.approx(1.0, abs=0.05)

    def test_at_the_character_means_at_the_start_frame(self, rig: bpy.types.Object) -> None:
        rig.keyframe_insert("location", frame=1)
        rig.location = (5, 0, 0)
        rig.keyframe_insert("location", frame=40)
        scene = bpy.context.scene
        scene.frame_set(1, subframe=0.25)
        # its own object's keys are in the Action that is replaced: hold the place by a parent instead
        carrier = bpy.data.objects.new("Carrier", None)
        scene.collection.objects.link(carrier)
        carrier.animation_data_create().action = get_action(rig)
        if LAYERED:
            carrier.animation_data.action_slot = get_action(rig).slots[0]
        rig.animation_data_clear()
        rig.location = (0, 0, 0)
        rig.parent = carrier
        apply(rig, options=ApplyOptions(40))
        assert (scene.frame_current, scene.frame_subframe) == (1, 0.25)
        at = heads(rig, 40)
        assert at[[1, 2], 0].mean() == pytest.approx(5.0, abs=1e-3)

    def test_applying_again_does_not_drift(self, rig: bpy.types.Object) -> None:
        apply(rig, options=ApplyOptions(1))
        first = heads(rig, 1)
        for seed in range(3):
            apply(rig, stroll(seed=seed), ApplyOptions(1))
        np.testing.assert_allclose(heads(rig, 1), first, atol=1e-4)

    def test_in_place_stays_on_the_spot(self, rig: bpy.types.Object) -> None:
        report = apply(rig, options=ApplyOptions(1, at_character=False, root_mode="IN_PLACE"))
        at = np.array(
            [heads(rig, f)[[1, 2]].mean(axis=0) for f in (1, report.last_frame // 2, report.last_frame)]
        )
        # but for the sway of the body
        np.testing.assert_allclose(at[:, [0, 2]] - at[0, [0, 2]], 0, atol=0.03)

    def test_the_start_frame(self, rig: bpy.types.Object) -> None:
        report = apply(rig, options=ApplyOptions(-20))
        assert report.first_frame == -20
        assert all(c.keyframe_points[0].co.x == -20 for c in get_fcurves(get_action(rig), rig))

    def test_the_range_of_the_scene_only_grows_and_only_when_asked(self, rig: bpy.types.Object) -> None:
        scene = bpy.context.scene
        scene.frame_end = 30
        apply(rig)
        assert scene.frame_end == 30
        report = apply(rig, options=ApplyOptions(1, extend_range=True))
        assert scene.frame_end == report.last_frame > 30
        scene.frame_end = 500
        apply(rig, options=ApplyOptions(1, extend_range=True))
        assert (scene.frame_start, scene.frame_end) == (1, 500)


class TestAction:
    def test_it_carries_where_the_motion_comes_from(self, rig: bpy.types.Object) -> None:
        motion = stroll(prompt="a person strolls, happily.", seed=2**40)
        report = apply(rig, motion, ApplyOptions(5))
        record = read_record(get_action(rig))
        assert get_action(rig).name == report.action_name == "strolls, happily"
        assert record["prompt"] == "a person strolls, happily." and record["seed"] == str(2**40)
        assert (record["model"], record["licence"]) == ("formula 1.0", "CC0-1.0")
        assert record["start_frame"] == 5
        assert store.load_motion(record["motion_id"]).provenance == motion.provenance

    @pytest.mark.parametrize(
        ("prompt", "source", "name"),
        [
            ("a person walks forward and waves", "", "walks forward and waves"),
            ("The man is  dancing!", "", "dancing"),
            ("jump", "", "jump"),
            ("a person", "", "a person"),
            ("", "C:\\clips\\run_01.bvh", "run_01"),
            ("", "", "Motion"),
            ("ein Mann geht\nüber die Straße\0", "", "ein Mann geht über die Straße"),
            ("走" * 40, "", "走" * 18 + "…"),
            ("walks " * 40, "", "walks walks walks walks walks walks walks walks walks…"),
        ],
    )
    def test_it_has_a_readable_name(self, rig: bpy.types.Object, prompt: str, source: str, name: str) -> None:
        motion = stroll(frames=5, prompt=prompt).with_provenance(source=source)
        assert apply(rig, motion).action_name == name
        assert len(get_action(rig).name.encode()) <= 59

    def test_curves_are_grouped_by_bone(self, rig: bpy.types.Object) -> None:
        apply(rig)
        for curve in get_fcurves(get_action(rig), rig):
            assert curve.data_path.startswith(f'pose.bones["{curve.group.name}"].')

    def test_another_motion_is_another_take(self, rig: bpy.types.Object) -> None:
        apply(rig, stroll(seed=1))
        apply(rig, stroll(seed=2))
        assert [(a.name, a.use_fake_user) for a in bpy.data.actions] == [
            ("strolls", True),
            ("strolls.001", True),
        ]
        assert read_record(get_action(rig))["seed"] == 2

    def test_the_same_motion_again_is_the_same_take(self, rig: bpy.types.Object) -> None:
        apply(rig)
        action = get_action(rig)
        action.name = "Good one"
        report = apply(rig, options=ApplyOptions(20, foot_lock=0.0))
        assert list(bpy.data.actions) == [action] and report.action_name == "Good one"
        assert action.frame_range[0] == 20 and len(get_fcurves(action, rig)) == 22 * 4 + 3

    def test_an_action_of_the_user_is_kept(self, rig: bpy.types.Object) -> None:
        rig.keyframe_insert("location", frame=1)
        own = get_action(rig)
        apply(rig, stroll(seed=1))
        apply(rig, stroll(seed=2))
        assert own.use_fake_user and len(bpy.data.actions) == 3
        assert read_record(get_action(rig))["previous"] == own

    @pytest.mark.parametrize("what", ["edited", "renamed", "kept", "shared", "strip", "asset"])
    def test_a_result_that_was_taken_up_is_kept(self, rig: bpy.types.Object, what: str) -> None:
        apply(rig, stroll(seed=1))
        result = get_action(rig)
        if what == "edited":
            get_fcurves(result, rig)[3].keyframe_points[5].co.y += 0.1
        elif what == "renamed":
            result.name = "Good one"
        elif what == "kept":
            result.use_fake_user = True
        elif what == "shared":
            other = add_mannequin(bpy.context)
            other.animation_data_create().action = result
        elif what == "strip":
            rig.animation_data.nla_tracks.new().strips.new("strip", 1, result)
        else:
            result.asset_mark()
        apply(rig, stroll(seed=2))
        assert result in bpy.data.actions.values() and result.use_fake_user
        assert get_action(rig) != result

    def test_an_unedited_result_is_known_after_saving_and_loading(
        self, rig: bpy.types.Object, tmp_path: Path
    ) -> None:
        apply(rig, stroll(seed=1))
        name = rig.name
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
        rig = bpy.data.objects[name]
        record = read_record(get_action(rig))
        assert apply_motion(bpy.context, rig, record["motion_id"], FROM_ORIGIN).bone_count == 22
        assert len(bpy.data.actions) == 1

    def test_the_map_is_stored_once(self, rig: bpy.types.Object) -> None:
        assert load_bone_map(rig) is None
        apply(rig)
        assert load_bone_map(rig).family == "smplx"
        rig.kinescribe.bone_map[T_POSE.joint_names.index("left_wrist")].bone = ""
        report = apply(rig)
        assert report.missing_joints == ("left_wrist",) and report.bone_count == 21


class TestOnlySelected:
    ONLY = ApplyOptions(1, at_character=False, only_selected=True)

    def test_others_keep_their_animation(self, rig: bpy.types.Object) -> None:
        apply(rig, stroll(seed=1))
        rig.keyframe_insert("scale", frame=3)
        rig.pose.bones["left_elbow"].keyframe_insert("scale", frame=3)
        before = {(c.data_path, c.array_index): c.evaluate(30) for c in get_fcurves(get_action(rig), rig)}
        select(rig, "left_elbow", "head")
        report = apply(rig, stroll(seed=2), ApplyOptions(11, at_character=False, only_selected=True))
        after = {(c.data_path, c.array_index): c.evaluate(30) for c in get_fcurves(get_action(rig), rig)}
        assert report.bone_count == 2 and set(after) == set(before)
        changed = {path for (path, index), value in after.items() if abs(value - before[path, index]) > 1e-6}
        assert changed == {f'pose.bones["{b}"].rotation_quaternion' for b in ("left_elbow", "head")}

    def test_without_an_action_it_keys_just_those(self, rig: bpy.types.Object) -> None:
        select(rig, "left_elbow")
        apply(rig, options=self.ONLY)
        assert paths(rig) == {'pose.bones["left_elbow"].rotation_quaternion'}

    def test_the_other_bones_come_from_the_take_that_played(self, rig: bpy.types.Object) -> None:
        apply(rig, stroll(seed=1))
        first = get_action(rig)
        select(rig, "left_elbow")
        apply(rig, stroll(seed=2), self.ONLY)
        assert [a.name for a in bpy.data.actions] == ["strolls", "strolls.001"]
        assert len(get_fcurves(get_action(rig), rig)) == len(get_fcurves(first, rig)) == 22 * 4 + 3

    def test_no_selection_is_refused(self, rig: bpy.types.Object) -> None:
        select(rig)
        before = scene_state(rig)
        with pytest.raises(RigError, match="No bone is selected"):
            apply(rig, options=self.ONLY)
        assert scene_state(rig) == before

    def test_a_selection_that_the_motion_does_not_move_is_refused(self, rig: bpy.types.Object) -> None:
        apply(rig)
        for row in rig.kinescribe.bone_map:
            if row.joint == "head":
                row.bone = ""
        select(rig, "head")
        before = scene_state(rig)
        with pytest.raises(RigError, match="None of the selected bones"):
            apply(rig, options=self.ONLY)
        assert scene_state(rig) == before


class TestRefused:
    def refused(self, obj: bpy.types.Object | None, error: type[Exception], match: str) -> None:
        """Expect an error of one sentence and no new Action."""
        actions = len(bpy.data.actions)
        with pytest.raises(error, match=match) as caught:
            apply(obj)
        assert "\n" not in str(caught.value)
        assert len(bpy.data.actions) == actions

    def test_nothing_or_no_armature(self) -> None:
        self.refused(None, RigError, "Select a character")
        self.refused(
            bpy.data.objects.new("Cube", bpy.data.meshes.new("Cube")), RigError, "Select a character"
        )

    def test_no_humanoid_bones(self) -> None:
        chain = bpy.data.objects.new("Chain", bpy.data.armatures.new("Chain"))
        bpy.context.scene.collection.objects.link(chain)
        self.refused(chain, MappingError, "Chain")
        assert not chain.kinescribe.bone_map

    def test_edit_mode(self, rig: bpy.types.Object) -> None:
        bpy.ops.object.mode_set(mode="EDIT")
        self.refused(rig, RigError, "Edit Mode")
        bpy.ops.object.mode_set(mode="OBJECT")

    def test_tweak_mode(self, rig: bpy.types.Object) -> None:
        apply(rig)
        data = rig.animation_data
        data.nla_tracks.new().strips.new("strip", 1, data.action)
        data.action = None
        data.use_tweak_mode = True
        self.refused(rig, RigError, "tweak")

    def test_beyond_the_last_frame(self, rig: bpy.types.Object) -> None:
        with pytest.raises(RigError, match="last frame"):
            apply(rig, options=ApplyOptions(1048570))
        assert not bpy.data.actions

    def test_a_motion_that_is_gone(self, rig: bpy.types.Object) -> None:
        before = scene_state(rig)
        with pytest.raises(FormatError, match="no longer in the cache"):
            apply_motion(bpy.context, rig, "0" * 24, FROM_ORIGIN)
        assert scene_state(rig) == before

    def test_what_was_posed_and_not_keyed_is_kept(self, rig: bpy.types.Object) -> None:
        apply(rig)
        rig.kinescribe.bone_map[0].bone = "gone"
        rig.pose.bones["head"].rotation_quaternion = (0.5, 0.5, 0.5, 0.5)
        before = scene_state(rig)
        with pytest.raises(MappingError, match="no longer has the bones gone"):
            apply(rig, options=ApplyOptions(30))
        assert scene_state(rig) == before

    def test_a_failure_while_writing_leaves_no_action(
        self, rig: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kinescribe.scene import bake as module

        def broken(*_: object) -> int:
            raise MemoryError

        monkeypatch.setattr(module, "write_fcurves_sliced", broken)
        before = scene_state(rig)
        with pytest.raises(MemoryError):
            apply(rig)
        assert scene_state(rig) == before


class TestNotes:
    def test_nla_tracks_that_hide_or_blend_the_action(self, rig: bpy.types.Object) -> None:
        apply(rig, stroll(seed=1))
        data = rig.animation_data
        track = data.nla_tracks.new()
        track.strips.new("strip", 1, data.action)
        assert apply(rig, stroll(seed=2)).notes == ()
        data.action_influence = 0.5
        assert "blends" in str(apply(rig, stroll(seed=3)).notes[0])
        track.is_solo = True
        assert "solo" in str(apply(rig, stroll(seed=4)).notes[0])


def test_the_same_motion_gets_the_same_keys_bit_by_bit(rig: bpy.types.Object) -> None:
    found, held = [], []
    for k in range(12):
        held.append(bytearray(8 * (1 + 7 * k)))  # so that arrays lie elsewhere each time
        apply(rig, stroll(seed=1), ApplyOptions(1, at_character=False))
        found.append(all_keys(rig))
    for keys in found[1:]:
        for address, expected in found[0].items():
            np.testing.assert_array_equal(keys[address], expected, err_msg=str(address))
