# SPDX-License-Identifier: GPL-3.0-or-later
"""Reduced keys on the evaluated rig: within the tolerance at every frame, no overshoot between frames."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest
from applying import apply, scene_state
from kinescribe.motion import Motion, RigError
from kinescribe.motion.keys.key_reduction import Tolerance
from kinescribe.motion.rotations import angle_between, make_continuous, matrix_to_quaternion
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, rebake_with_reduced_keys
from kinescribe.scene.mannequin import add_mannequin
from kinescribe.scene.record import read_record, update_record, was_edited
from rig_kit import CLIPS, recorded_motion
from stroll import stroll

from devtools.testing.motions import make_varied_motion

pytestmark = pytest.mark.usefixtures("own_cache")

ROUNDING = 1.02
"""Keys are single precision in Blender."""


def places(rig: bpy.types.Object, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return evaluated world positions (T, B, 3) in metres and rotations (T, B, 4) of all bones."""
    heads, turns = [], []
    for frame in frames:
        bpy.context.scene.frame_set(int(np.floor(frame)), subframe=float(frame % 1))
        posed = rig.evaluated_get(bpy.context.evaluated_depsgraph_get())
        matrices = np.array([posed.matrix_world @ bone.matrix for bone in posed.pose.bones])
        heads.append(matrices[:, :3, 3])
        turns.append(
            matrix_to_quaternion(
                matrices[:, :3, :3] / np.linalg.norm(matrices[:, :3, :3], axis=1, keepdims=True)
            )
        )
    return np.array(heads), np.array(turns)


def count(rig: bpy.types.Object) -> int:
    return sum(len(c.keyframe_points) for c in get_fcurves(get_action(rig), rig))


def swing(between: np.ndarray, at: np.ndarray, tolerance: float) -> float:
    """Return how far values between frames are from the mean of both, relative to the limit, without the ends."""
    away = np.linalg.norm(between - 0.5 * (at[:-1] + at[1:]), axis=-1)[1:-1]
    bend = np.linalg.norm(np.diff(at, n=2, axis=0), axis=-1)
    return float((away / (0.25 * np.maximum(bend[:-1], bend[1:]) + 1.5 * tolerance)).max())


def check_within(
    rig: bpy.types.Object,
    motion: Motion,
    tolerance: Tolerance,
    options: ApplyOptions,
    size: float = 1.0,
    pose_keys: bool = False,
) -> float:
    """Check the tolerance, for a body of that size, against all keys; returns the fraction of keys left."""
    millimetres = size * tolerance.millimetres
    full = apply(rig, motion, options)
    frames = np.arange(full.first_frame, full.last_frame + 1)
    between = frames[:-1] + 0.5
    all_keys = count(rig)
    expected = places(rig, frames)
    reduced = rebake_with_reduced_keys(bpy.context, rig, tolerance, pose_keys)
    assert reduced.key_count == count(rig)
    found, found_between = places(rig, frames), places(rig, between)
    assert 1000 * np.linalg.norm(found[0] - expected[0], axis=-1).max() <= ROUNDING * millimetres
    assert np.degrees(angle_between(found[1], expected[1])).max() <= ROUNDING * tolerance.degrees
    # between frames nothing swings out: no farther from the middle of two frames than their changes of speed explain
    assert swing(found_between[0], expected[0], 0.001 * millimetres) <= 2.0
    if rig.pose.bones[0].rotation_mode != "AXIS_ANGLE":  # whose axis turns fast about a small angle as it is
        signs = np.sign(np.sum(found_between[1] * make_continuous(expected[1])[:-1], axis=-1, keepdims=True))
        assert (
            swing(signs * found_between[1], make_continuous(expected[1]), np.radians(tolerance.degrees))
            <= 2.0
        )
    return reduced.key_count / all_keys


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ", "ZXY", "AXIS_ANGLE"])
def test_the_body_stays_within_the_tolerance(rig: bpy.types.Object, mode: str) -> None:
    for bone in rig.pose.bones:
        bone.rotation_mode = mode
    bpy.context.scene.render.fps = 24
    assert check_within(rig, stroll(), Tolerance(), ApplyOptions(1)) < 0.35


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ"])
def test_pose_keys_are_at_the_same_frames(rig: bpy.types.Object, mode: str) -> None:
    for bone in rig.pose.bones:
        bone.rotation_mode = mode
    bpy.context.scene.render.fps = 24
    share = check_within(rig, stroll(), Tolerance(), ApplyOptions(1), pose_keys=True)
    frames = {
        tuple(key.co.x for key in curve.keyframe_points)
        for curve in get_fcurves(get_action(rig), rig)
        if len(curve.keyframe_points) > 1
    }
    assert len(frames) == 1
    assert share <= 0.4


def test_a_wild_motion_and_a_narrow_tolerance(rig: bpy.types.Object) -> None:
    check_within(rig, make_varied_motion(), Tolerance(1.0, 0.3), ApplyOptions(7, at_character=False))


def test_a_scaled_and_turned_object(rig: bpy.types.Object) -> None:
    rig.scale = (0.01,) * 3
    rig.rotation_euler = (0.0, 0.0, 1.0)
    rig.location = (1.0, 2.0, 0.0)
    bpy.context.view_layer.update()
    assert check_within(rig, stroll(), Tolerance(), ApplyOptions(1), size=0.01) < 0.35


def test_recordings(rig: bpy.types.Object, shared: Path) -> None:
    bpy.context.scene.render.fps = 30
    shares = {
        name: check_within(rig, recorded_motion(shared, name, 4.0), Tolerance(), ApplyOptions(1))
        for name in CLIPS
    }
    print({name: round(share, 3) for name, share in shares.items()})
    assert np.median(list(shares.values())) <= 0.25


def test_keys_are_poses_with_handles_that_can_be_edited(rig: bpy.types.Object) -> None:
    apply(rig, options=ApplyOptions(1, reduce_keys=True))
    by_bone: dict[str, set[tuple[float, ...]]] = {}
    for curve in get_fcurves(get_action(rig), rig):
        points = curve.keyframe_points
        by_bone.setdefault(curve.group.name, set()).add(tuple(p.co.x for p in points))
        assert {p.handle_left_type for p in points} == {"ALIGNED"} == {p.handle_right_type for p in points}
        assert {p.interpolation for p in points} == {"BEZIER"}
        for point in points:
            before, after = point.co - point.handle_left, point.handle_right - point.co
            assert before.x > 0 and after.x > 0
            assert before.y / before.x == pytest.approx(after.y / after.x, abs=2e-3)
    # all channels of a bone have their keys at the same frames
    assert {len(frames) for frames in by_bone.values()} == {1}


def test_recalculated_handles_change_nothing(rig: bpy.types.Object) -> None:
    apply(rig, options=ApplyOptions(1, reduce_keys=True))
    action = get_action(rig)
    frames = np.arange(1, 70, 3)
    before = places(rig, frames)
    for curve in get_fcurves(action, rig):
        curve.update()
    np.testing.assert_allclose(places(rig, frames)[0], before[0], atol=1e-5)
    assert not was_edited(action)


def test_locked_channels_stay_without_keys(rig: bpy.types.Object) -> None:
    bone = rig.pose.bones["left_elbow"]
    bone.rotation_mode = "XYZ"
    bone.lock_rotation[1] = True
    rig.pose.bones["pelvis"].lock_location[1] = True
    apply(rig, options=ApplyOptions(1, reduce_keys=True))
    channels = {(c.data_path, c.array_index) for c in get_fcurves(get_action(rig), rig)}
    assert ('pose.bones["left_elbow"].rotation_euler', 1) not in channels
    assert ('pose.bones["left_elbow"].rotation_euler', 2) in channels
    assert ('pose.bones["pelvis"].location', 1) not in channels


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_the_shortest_motions(rig: bpy.types.Object, frames: int) -> None:
    bpy.context.scene.render.fps = 20
    report = apply(rig, stroll(frames=frames), ApplyOptions(1, reduce_keys=True))
    assert report.frame_count == frames and count(rig) == report.key_count > 0


def test_reducing_an_action_again_keeps_its_options(rig: bpy.types.Object) -> None:
    apply(rig, options=ApplyOptions(12, root_mode="IN_PLACE", repeat=2))
    record = read_record(get_action(rig))
    span = tuple(get_action(rig).frame_range)
    rebake_with_reduced_keys(bpy.context, rig, Tolerance(8.0, 2.0))
    assert tuple(get_action(rig).frame_range) == span and len(bpy.data.actions) == 1
    after = read_record(get_action(rig))
    assert after["motion_id"] == record["motion_id"] and '"root_mode": "IN_PLACE"' in after["options"]


@pytest.mark.parametrize(
    "stored", ["[]", "null", '{"unknown": null, "root_mode": "IN_PLACE", "repeat": "2"}']
)
def test_recorded_options_of_another_kind_are_left_out(rig: bpy.types.Object, stored: str) -> None:
    apply(rig)
    update_record(get_action(rig), options=stored)
    rebake_with_reduced_keys(bpy.context, rig, Tolerance())
    options = json.loads(read_record(get_action(rig))["options"])
    assert options["repeat"] == 1 and options["root_mode"] == ("IN_PLACE" if "root" in stored else "HIPS")


def test_only_the_selected_bones_are_reduced_again(rig: bpy.types.Object) -> None:
    from applying import paths, select

    apply(rig)
    all_keys = paths(rig)
    select(rig, "left_elbow")
    apply(rig, stroll(seed=2), ApplyOptions(1, only_selected=True))
    select(rig, "head")
    rebake_with_reduced_keys(bpy.context, rig, Tolerance())
    assert paths(rig) == all_keys
    lengths = {c.group.name: len(c.keyframe_points) for c in get_fcurves(get_action(rig), rig)}
    assert lengths["left_elbow"] < lengths["head"] == lengths["right_elbow"]


@pytest.mark.parametrize("what", ["nothing", "edited", "somebody's"])
def test_what_can_not_be_reduced_is_refused(rig: bpy.types.Object, what: str) -> None:
    if what == "edited":
        apply(rig)
        get_fcurves(get_action(rig), rig)[0].keyframe_points[2].co.y += 1
    elif what == "somebody's":
        rig.keyframe_insert("location", frame=1)
    before = scene_state(rig)
    with pytest.raises(RigError, match="edited after baking" if what == "edited" else "apply a motion first"):
        rebake_with_reduced_keys(bpy.context, rig, Tolerance())
    assert scene_state(rig) == before


def test_operators_of_the_result(rig: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = rig
    ops = bpy.ops.kinescribe
    assert not ops.unbake.poll() and not ops.push_down.poll()
    apply(rig)
    before = count(rig)
    ops.reduce_keys(tolerance_mm=20.0, tolerance_degrees=4.0)
    coarse = count(rig)
    assert coarse < before / 3
    bpy.context.scene.kinescribe.tolerance_mm = 2.0
    bpy.context.scene.kinescribe.tolerance_degrees = 0.5
    ops.reduce_keys()
    assert coarse < count(rig) < before
    ops.push_down()
    assert get_action(rig) is None and len(rig.animation_data.nla_tracks) == 1
    assert not ops.push_down.poll() and ops.unbake.poll()
    ops.unbake()
    assert len(bpy.data.actions) == len(rig.kinescribe.takes) == 1 and rig.animation_data is None
    apply(rig)
    ops.stash()
    assert rig.animation_data.nla_tracks[0].mute
    ops.unbake(everything=True)
    add_mannequin(bpy.context)
    assert not ops.unbake.poll()


@pytest.mark.parametrize("step", ["reduce_keys", "push_down", "stash", "unbake"])
def test_each_step_is_one_undo_step(mannequin: bpy.types.Object, step: str) -> None:
    name = mannequin.name
    apply(mannequin)
    full = count(mannequin)
    bpy.ops.ed.undo_push(message="Apply")
    # as the window does it: with an undo step of its own
    getattr(bpy.ops.kinescribe, step)("EXEC_DEFAULT", True)
    bpy.ops.ed.undo()
    rig = bpy.data.objects[name]
    assert count(rig) == full and not rig.animation_data.nla_tracks
