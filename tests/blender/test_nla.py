# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion as an NLA strip, blended into the existing Action, and repeated."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from applying import apply, heads, scene_state
from kinescribe.motion import RigError
from kinescribe.scene.action import LAYERED, assign_action, create_action, get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, push_down_kinescribe_action
from kinescribe.scene.record import read_record
from kinescribe.scene.unbake import unbake
from mathutils import Quaternion
from stroll import stroll

pytestmark = pytest.mark.usefixtures("own_cache")

BONES = ("pelvis", "left_elbow", "spine2")


@pytest.fixture(autouse=True)
def twenty_frames_a_second() -> None:
    bpy.context.scene.render.fps = 20


def own_animation(rig: bpy.types.Object, mode: str = "QUATERNION", sign: float = 1.0) -> bpy.types.Action:
    """The user's own keys at 1, 33, 71 and 140: three bones turn, the hips move, the object has a key too."""
    for name in BONES:
        rig.pose.bones[name].rotation_mode = mode
    for frame, angle in ((1, 0.2), (33, 0.9), (71, -0.5), (140, 0.4)):
        for name in BONES:
            bone = rig.pose.bones[name]
            turn = Quaternion((0.3, 0.5, 1.0), angle)
            if mode == "QUATERNION":
                bone.rotation_quaternion = sign * np.array(turn)
                bone.keyframe_insert("rotation_quaternion", frame=frame)
            else:
                bone.rotation_euler = np.array(turn.to_euler(mode)) + (2 * np.pi if sign < 0 else 0)
                bone.keyframe_insert("rotation_euler", frame=frame)
        rig.pose.bones["pelvis"].location = (0.1 * angle, 0.3 * angle, 0)
        rig.pose.bones["pelvis"].keyframe_insert("location", frame=frame)
        rig.location.z = 0.01 * angle
        rig.keyframe_insert("location", frame=frame)
    return get_action(rig)


def poses(rig: bpy.types.Object, frames: np.ndarray) -> np.ndarray:
    """Matrices of all bones in the armature, evaluated, (frames, bones, 4, 4)."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(int(np.floor(frame)), subframe=float(frame % 1))
        posed = rig.evaluated_get(bpy.context.evaluated_depsgraph_get())
        found.append([np.array(posed.matrix_world @ bone.matrix) for bone in posed.pose.bones])
    return np.array(found)


class TestStrips:
    def test_a_strip_plays_what_the_action_would(self, rig: bpy.types.Object) -> None:
        apply(rig, options=ApplyOptions(5, at_character=False))
        expected = [heads(rig, frame) for frame in (5, 30, 64)]
        unbake(rig)
        report = apply(rig, options=ApplyOptions(5, at_character=False, into="NLA"))
        assert get_action(rig) is None
        (track,) = rig.animation_data.nla_tracks
        (strip,) = track.strips
        assert (strip.frame_start, strip.frame_end) == (5, report.last_frame)
        assert strip.action.name == report.action_name and strip.extrapolation == "HOLD"
        if LAYERED:
            assert strip.action_slot == strip.action.slots[0]
        for frame, positions in zip((5, 30, 64), expected, strict=True):
            np.testing.assert_allclose(heads(rig, frame), positions, atol=1e-4)

    def test_what_played_goes_on_below_the_strip(self, rig: bpy.types.Object) -> None:
        own = own_animation(rig)
        outside = np.array([1, 20, 39, 101, 120, 139])
        before = poses(rig, outside)
        apply(rig, options=ApplyOptions(40, into="NLA"))
        assert [[s.action.name for s in t.strips] for t in rig.animation_data.nla_tracks] == [
            [own.name],
            ["strolls"],
        ]
        np.testing.assert_allclose(poses(rig, outside), before, atol=1e-5)
        inside = heads(rig, 70)
        rig.animation_data.nla_tracks[1].mute = True
        assert np.abs(heads(rig, 70) - inside).max() > 0.1

    def test_a_strip_blends_in_and_out(self, rig: bpy.types.Object) -> None:
        own_animation(rig)
        apply(rig, options=ApplyOptions(40, into="NLA", blend_frames=12))
        strip = rig.animation_data.nla_tracks[1].strips[0]
        assert (strip.blend_in, strip.blend_out) == (12, 12)

    def test_a_stash_leaves_what_plays(self, rig: bpy.types.Object) -> None:
        own = own_animation(rig)
        frames = np.arange(1, 141, 20)
        before = poses(rig, frames)
        apply(rig, options=ApplyOptions(1, into="STASH"))
        (track,) = rig.animation_data.nla_tracks
        assert get_action(rig) == own and track.mute and not own.use_fake_user
        np.testing.assert_allclose(poses(rig, frames), before, atol=1e-6)
        unbake(rig)
        assert get_action(rig) == own and not rig.animation_data.nla_tracks
        assert [a.name for a in bpy.data.actions] == [own.name, "strolls"], "stays as a take"

    @pytest.mark.parametrize("as_stash", [False, True])
    def test_the_action_is_pushed_down(self, rig: bpy.types.Object, as_stash: bool) -> None:
        report = apply(rig)
        played = heads(rig, 40)
        track = push_down_kinescribe_action(rig, as_stash)
        assert get_action(rig) is None
        put = rig.animation_data.nla_tracks[track]
        assert put.mute == as_stash and put.strips[0].action.name == report.action_name
        assert read_record(put.strips[0].action)["track"] == track
        assert np.allclose(heads(rig, 20), played, atol=1e-4) == as_stash
        assert as_stash or np.allclose(heads(rig, 40), played, atol=1e-4)

    def test_the_next_motion_leaves_the_strip_its_frames(self, rig: bpy.types.Object) -> None:
        apply(rig, options=ApplyOptions(5, at_character=False))
        expected = [heads(rig, frame) for frame in (10, 30)]
        push_down_kinescribe_action(rig)
        before = rig.animation_data.action_extrapolation
        apply(rig, options=ApplyOptions(60, at_character=False))
        for frame, positions in zip((10, 30), expected, strict=True):
            assert np.abs(heads(rig, frame) - positions).max() < 1e-5
        unbake(rig)
        assert rig.animation_data.action_extrapolation == before

    def test_only_an_action_of_ours_is_pushed_down(self, rig: bpy.types.Object) -> None:
        own_animation(rig)
        before = scene_state(rig)
        with pytest.raises(RigError, match="no Action that Kinescribe made"):
            push_down_kinescribe_action(rig)
        assert scene_state(rig) == before


class TestBlending:
    @pytest.mark.parametrize("reduce_keys", [False, True])
    @pytest.mark.parametrize(("mode", "sign"), [("QUATERNION", 1.0), ("QUATERNION", -1.0), ("XYZ", -1.0)])
    def test_outside_the_motion_the_old_curves_play(
        self, rig: bpy.types.Object, mode: str, sign: float, reduce_keys: bool
    ) -> None:
        own = own_animation(rig, mode, sign)
        outside = np.concatenate([np.arange(1, 40.01, 0.5), np.arange(99, 140.01, 0.5)])
        before = poses(rig, outside)
        kept = [[tuple(p.co) for p in c.keyframe_points] for c in get_fcurves(own, rig)]
        report = apply(rig, options=ApplyOptions(40, blend_frames=8, reduce_keys=reduce_keys))
        assert (report.first_frame, report.last_frame) == (40, 99)
        driven = [b.name for b in rig.pose.bones].index("left_elbow")
        played = poses(rig, outside)
        # bones that had no keys now hold what they had
        np.testing.assert_allclose(played, before, atol=2e-4)
        assert np.ptp(played[:, driven, :3, 0], axis=0).max() > 0.1
        assert [[tuple(p.co) for p in c.keyframe_points] for c in get_fcurves(own, rig)] == kept
        assert own.use_fake_user and get_action(rig).name == report.action_name

    def test_it_comes_and_goes_without_a_jump(self, rig: bpy.types.Object) -> None:
        own_animation(rig, sign=-1.0)
        frames = np.arange(30, 110)
        apply(rig, options=ApplyOptions(40, root_mode="IN_PLACE", blend_frames=10))
        path = poses(rig, frames)[:, :, :3]
        # an arm swings down within ten frames, but nothing starts or stops at once
        assert np.abs(np.diff(path, axis=0)).max() < 0.5
        assert np.abs(np.diff(path, n=2, axis=0)).max() < 0.3
        # in the middle the motion plays alone
        middle = heads(rig, 70)
        rig.animation_data.action = None
        apply(rig, options=ApplyOptions(40))
        distances = [np.linalg.norm(at[:, None] - at[None], axis=-1) for at in (middle, heads(rig, 70))]
        np.testing.assert_allclose(*distances, atol=0.02)

    def test_again_it_blends_with_what_was_there_first(self, rig: bpy.types.Object) -> None:
        own = own_animation(rig)
        outside = np.array([5, 30, 110, 130])
        before = poses(rig, outside)
        for seed in (1, 2):
            apply(rig, stroll(seed=seed), ApplyOptions(40, blend_frames=8))
            np.testing.assert_allclose(poses(rig, outside), before, atol=2e-4)
        assert {a.name for a in bpy.data.actions} == {own.name, "strolls", "strolls.001"}

    def test_without_an_action_there_is_nothing_to_blend_with(self, rig: bpy.types.Object) -> None:
        apply(rig, options=ApplyOptions(1, at_character=False))
        expected = heads(rig, 1)
        apply(rig, options=ApplyOptions(1, at_character=False, blend_frames=10))
        np.testing.assert_allclose(heads(rig, 1), expected, atol=1e-5)

    def test_curves_with_modifiers_are_refused(self, rig: bpy.types.Object) -> None:
        own = own_animation(rig)
        for curve in get_fcurves(own, rig):
            curve.modifiers.new("CYCLES")
        before = scene_state(rig)
        with pytest.raises(RigError, match="modifiers"):
            apply(rig, options=ApplyOptions(40, blend_frames=8))
        assert scene_state(rig) == before

    @pytest.mark.parametrize("kind", ["LINEAR", "CONSTANT"])
    def test_straight_and_stepped_pieces_stay_so(self, rig: bpy.types.Object, kind: str) -> None:
        own = own_animation(rig)
        for curve in get_fcurves(own, rig):
            for point in curve.keyframe_points:
                point.interpolation = kind
        outside = np.concatenate([np.arange(1, 39.6, 0.5), np.arange(99.5, 140, 0.5)])
        before = poses(rig, outside)
        apply(rig, options=ApplyOptions(40, blend_frames=8))
        np.testing.assert_allclose(poses(rig, outside), before, atol=2e-4)


class TestRepeating:
    def test_root_motion_and_heading_continue(self, rig: bpy.types.Object) -> None:
        motion = stroll(frames=41)
        apply(rig, motion, ApplyOptions(1, at_character=False))
        once = [heads(rig, frame)[0] for frame in (1, 41)]
        report = apply(rig, motion, ApplyOptions(1, at_character=False, repeat=3))
        path = np.array([heads(rig, frame)[0] for frame in range(1, report.last_frame + 1)])
        assert 3 * 41 - 2 <= report.frame_count <= 3 * 41
        steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
        assert steps.max() < 0.1
        chord = np.linalg.norm((once[1] - once[0])[[0, 2]])
        at = np.linspace(0, report.frame_count - 1, 4).astype(int)
        np.testing.assert_allclose(
            np.linalg.norm(np.diff(path[at][:, [0, 2]], axis=0), axis=1), chord, atol=0.06
        )

    def test_a_seam_is_no_jump(self, rig: bpy.types.Object) -> None:
        report = apply(rig, stroll(frames=33), ApplyOptions(1, at_character=False, repeat=2))
        path = np.array([heads(rig, frame) for frame in range(1, report.last_frame + 1)])
        steps = np.linalg.norm(np.diff(path, axis=0), axis=-1).max(axis=1)
        assert steps.max() < 1.6 * np.median(steps)


def test_a_slot_of_another_name_is_found_again(rig: bpy.types.Object) -> None:
    if not LAYERED:
        pytest.skip("Actions have no slots before Blender 4.4")
    own = create_action(rig, "Shared")
    own.slots[0].name_display = "Somebody else"
    assign_action(rig, own)
    apply(rig)
    unbake(rig)
    assert get_action(rig) == own and rig.animation_data.action_slot == own.slots[0]
