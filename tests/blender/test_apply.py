# SPDX-License-Identifier: GPL-3.0-or-later
"""A cached motion onto a character: what plays, what is kept, what is replaced, what is refused."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from kinescribe.motion import T_POSE, FormatError, MappingError, Motion, RigError
from kinescribe.motion.euler import ORDERS
from kinescribe.motion.resample import resample
from kinescribe.scene import store
from kinescribe.scene.action import LAYERED, action_of, fcurves_of
from kinescribe.scene.apply import ApplyOptions, ApplyReport, apply_motion
from kinescribe.scene.bone_map import load_map
from kinescribe.scene.mannequin import add_mannequin
from kinescribe.scene.record import record_of
from stroll import stroll

FROM_ORIGIN = ApplyOptions(1, at_character=False)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "folder", lambda: tmp_path)


@pytest.fixture
def rig() -> bpy.types.Object:
    return add_mannequin(bpy.context)


def apply(
    obj: bpy.types.Object, motion: Motion | None = None, options: ApplyOptions = FROM_ORIGIN
) -> ApplyReport:
    return apply_motion(bpy.context, obj, store.put(motion or stroll()), options)


def heads(rig: bpy.types.Object, frame: int) -> np.ndarray:
    """Where the joints of the motion's skeleton are on the evaluated rig, (22, 3), Y up."""
    bpy.context.scene.frame_set(frame)
    posed = rig.evaluated_get(bpy.context.evaluated_depsgraph_get())
    points = [posed.matrix_world @ posed.pose.bones[joint].head for joint in T_POSE.joint_names]
    return np.array([(p.x, p.z, -p.y) for p in points])


def select(rig: bpy.types.Object, *names: str) -> None:
    for bone in rig.pose.bones:
        owner = bone if hasattr(bone, "select") else bone.bone
        owner.select = bone.name in names


def scene_state(rig: bpy.types.Object) -> tuple[object, ...]:
    bpy.context.view_layer.update()
    action, scene = action_of(rig), bpy.context.scene
    pose = [tuple(v for row in bone.matrix_basis for v in row) for bone in rig.pose.bones]
    named = sorted((a.name, a.users, a.use_fake_user) for a in bpy.data.actions)
    rows = [(row.joint, row.bone) for row in rig.kinescribe.bone_map]
    return (action, named, pose, rows, scene.frame_current, scene.frame_start, scene.frame_end, rig.mode)


def paths(rig: bpy.types.Object) -> set[str]:
    return {c.data_path for c in fcurves_of(action_of(rig), rig)}


class TestPlayback:
    def test_joints_are_where_the_motion_has_them(self, rig: bpy.types.Object) -> None:
        bpy.context.scene.render.fps = 24
        motion = stroll(frames=60, fps=20.0)
        report = apply(rig, motion)
        played = resample(motion, 24.0)
        assert (report.first_frame, report.frames, report.bones) == (1, len(played), 22)
        shift = heads(rig, 1)[0] - played.positions[0, 0]
        for frame in range(1, len(played) + 1, 7):
            np.testing.assert_allclose(heads(rig, frame) - played.positions[frame - 1] - shift, 0, atol=1e-4)

    @pytest.mark.parametrize("mode", [*ORDERS, "AXIS_ANGLE"])
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
        curves = [c for c in fcurves_of(action_of(other), other) if c.data_path.endswith(channel)]
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
        assert report.frames == pytest.approx(3.0 * fps / base, abs=1)

    def test_it_shows_at_once(self, rig: bpy.types.Object) -> None:
        rest = rig.pose.bones["left_elbow"].matrix.copy()
        apply(rig)
        bpy.context.view_layer.update()
        assert rig.pose.bones["left_elbow"].matrix != rest

    def test_a_mesh_stands_for_its_armature(self, rig: bpy.types.Object) -> None:
        apply(rig.children[0])
        assert action_of(rig) and not action_of(rig.children[0])

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
        carrier.animation_data_create().action = action_of(rig)
        if LAYERED:
            carrier.animation_data.action_slot = action_of(rig).slots[0]
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
        report = apply(rig, options=ApplyOptions(1, at_character=False, in_place=True))
        at = np.array(
            [heads(rig, f)[[1, 2]].mean(axis=0) for f in (1, report.last_frame // 2, report.last_frame)]
        )
        np.testing.assert_allclose(at[:, [0, 2]] - at[0, [0, 2]], 0, atol=1e-3)

    def test_the_start_frame(self, rig: bpy.types.Object) -> None:
        report = apply(rig, options=ApplyOptions(-20))
        assert report.first_frame == -20
        assert all(c.keyframe_points[0].co.x == -20 for c in fcurves_of(action_of(rig), rig))

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
        record = record_of(action_of(rig))
        assert action_of(rig).name == report.action == "strolls, happily"
        assert record["prompt"] == "a person strolls, happily." and record["seed"] == str(2**40)
        assert (record["model"], record["licence"]) == ("formula 1.0", "CC0-1.0")
        assert record["start_frame"] == 5
        assert store.get(record["motion_id"]).provenance == motion.provenance

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
        assert apply(rig, motion).action == name
        assert len(action_of(rig).name.encode()) <= 59

    def test_curves_are_grouped_by_bone(self, rig: bpy.types.Object) -> None:
        apply(rig)
        for curve in fcurves_of(action_of(rig), rig):
            assert curve.data_path.startswith(f'pose.bones["{curve.group.name}"].')

    def test_again_replaces_its_own_last_result(self, rig: bpy.types.Object) -> None:
        apply(rig, stroll(seed=1))
        apply(rig, stroll(seed=2))
        assert [(a.name, a.use_fake_user) for a in bpy.data.actions] == [("strolls", False)]
        assert record_of(action_of(rig))["seed"] == 2

    def test_an_action_of_the_user_is_kept(self, rig: bpy.types.Object) -> None:
        rig.keyframe_insert("location", frame=1)
        own = action_of(rig)
        apply(rig, stroll(seed=1))
        apply(rig, stroll(seed=2))
        assert own.use_fake_user and len(bpy.data.actions) == 2

    @pytest.mark.parametrize("what", ["edited", "renamed", "kept", "shared", "strip", "asset"])
    def test_a_result_that_was_taken_up_is_kept(self, rig: bpy.types.Object, what: str) -> None:
        apply(rig, stroll(seed=1))
        result = action_of(rig)
        if what == "edited":
            fcurves_of(result, rig)[3].keyframe_points[5].co.y += 0.1
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
        assert action_of(rig) != result

    def test_an_unedited_result_is_known_after_saving_and_loading(
        self, rig: bpy.types.Object, tmp_path: Path
    ) -> None:
        apply(rig, stroll(seed=1))
        name = rig.name
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
        rig = bpy.data.objects[name]
        record = record_of(action_of(rig))
        assert apply_motion(bpy.context, rig, record["motion_id"], FROM_ORIGIN).bones == 22
        assert len(bpy.data.actions) == 1

    def test_the_map_is_stored_once(self, rig: bpy.types.Object) -> None:
        assert load_map(rig) is None
        apply(rig)
        assert load_map(rig).family == "smplx"
        rig.kinescribe.bone_map[T_POSE.joint_names.index("left_wrist")].bone = ""
        report = apply(rig)
        assert report.missing == ("left_wrist",) and report.bones == 21


class TestOnlySelected:
    ONLY = ApplyOptions(1, at_character=False, only_selected=True)

    def test_others_keep_their_animation(self, rig: bpy.types.Object) -> None:
        apply(rig, stroll(seed=1))
        rig.keyframe_insert("scale", frame=3)
        rig.pose.bones["left_elbow"].keyframe_insert("scale", frame=3)
        before = {(c.data_path, c.array_index): c.evaluate(30) for c in fcurves_of(action_of(rig), rig)}
        select(rig, "left_elbow", "head")
        report = apply(rig, stroll(seed=2), ApplyOptions(11, at_character=False, only_selected=True))
        after = {(c.data_path, c.array_index): c.evaluate(30) for c in fcurves_of(action_of(rig), rig)}
        assert report.bones == 2 and set(after) == set(before)
        changed = {path for (path, index), value in after.items() if abs(value - before[path, index]) > 1e-6}
        assert changed == {f'pose.bones["{b}"].rotation_quaternion' for b in ("left_elbow", "head")}

    def test_without_an_action_it_keys_just_those(self, rig: bpy.types.Object) -> None:
        select(rig, "left_elbow")
        apply(rig, options=self.ONLY)
        assert paths(rig) == {'pose.bones["left_elbow"].rotation_quaternion'}

    def test_its_own_unedited_result_is_replaced_there_too(self, rig: bpy.types.Object) -> None:
        apply(rig, stroll(seed=1))
        select(rig, "left_elbow")
        apply(rig, stroll(seed=2), self.ONLY)
        assert [a.name for a in bpy.data.actions] == ["strolls"]
        assert len(fcurves_of(action_of(rig), rig)) == 22 * 4 + 3

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


class TestLocks:
    def test_locked_channels_are_left_alone_and_reported(self, rig: bpy.types.Object) -> None:
        pelvis, elbow, knee = (rig.pose.bones[b] for b in ("pelvis", "left_elbow", "left_knee"))
        pelvis.lock_location = (True, False, True)
        elbow.lock_rotation = (True, True, True)
        knee.rotation_mode = "XYZ"
        knee.rotation_euler = (0, 0.3, 0)
        knee.lock_rotation = (False, True, True)
        report = apply(rig)
        found = {(c.data_path, c.array_index) for c in fcurves_of(action_of(rig), rig)}
        assert {i for p, i in found if p == 'pose.bones["pelvis"].location'} == {1}
        assert {i for p, i in found if p == 'pose.bones["left_knee"].rotation_euler'} == {0}
        assert 'pose.bones["left_elbow"].rotation_quaternion' not in paths(rig)
        assert set(report.locked) == {"pelvis", "left_elbow", "left_knee"}
        assert report.bones == 21
        assert any("left_elbow" in note for note in report.notes)
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
        found = {c.array_index for c in fcurves_of(action_of(rig), rig) if '"left_hip"' in c.data_path}
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


class TestRefused:
    def refused(self, obj: bpy.types.Object | None, error: type[Exception], match: str) -> None:
        """One sentence, and not even an Action more than before."""
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

    def test_a_failure_while_writing_leaves_no_action(
        self, rig: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kinescribe.scene import apply as module

        def broken(*_: object) -> int:
            raise MemoryError

        monkeypatch.setattr(module, "write_curves", broken)
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
        assert "blends" in apply(rig, stroll(seed=3)).notes[0]
        track.is_solo = True
        assert "solo" in apply(rig, stroll(seed=4)).notes[0]


class TestLinked:
    @pytest.fixture
    def library(self, tmp_path: Path) -> Path:
        """A file with an animated mannequin in a collection."""
        rig = add_mannequin(bpy.context)
        apply(rig, stroll(seed=1))
        collection = bpy.data.collections.new("Character")
        bpy.context.scene.collection.children.link(collection)
        for obj in (rig, *rig.children):
            collection.objects.link(obj)
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
        with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, data):
            data.collections = ["Character"]
        return tmp_path

    def test_a_linked_rig_is_refused(self, library: Path) -> None:
        bpy.context.scene.collection.children.link(bpy.data.collections["Character"])
        linked = next(o for o in bpy.data.objects if o.type == "ARMATURE")
        with pytest.raises(RigError, match="library override"):
            apply(linked)

    @pytest.mark.parametrize("only_selected", [False, True])
    def test_an_override_is_animated(self, library: Path, only_selected: bool) -> None:
        scene = bpy.context.scene
        root = bpy.data.collections["Character"].override_hierarchy_create(
            scene, bpy.context.view_layer, do_fully_editable=True
        )
        assert root is not None
        rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
        select(rig, "left_elbow")
        before = action_of(rig)
        assert before.library is not None
        report = apply(rig, stroll(seed=2), ApplyOptions(1, only_selected=only_selected))
        action = action_of(rig)
        assert action.library is None and report.bones == (1 if only_selected else 22)
        assert len(fcurves_of(action, rig)) == 22 * 4 + 3
        bpy.ops.wm.save_as_mainfile(filepath=str(library / "shot.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(library / "shot.blend"))
        rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
        assert record_of(action_of(rig))["seed"] == 2
        assert heads(rig, 20)[0, 2] - heads(rig, 1)[0, 2] > 0.3

    def test_an_override_that_is_not_editable_is_refused(self, library: Path) -> None:
        bpy.data.collections["Character"].override_hierarchy_create(
            bpy.context.scene, bpy.context.view_layer, do_fully_editable=False
        )
        rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
        assert rig.override_library.is_system_override
        with pytest.raises(RigError, match="editable"):
            apply(rig)


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
        curves = {c.data_path: c for c in fcurves_of(action_of(switched), switched)}
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
