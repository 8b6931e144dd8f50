# SPDX-License-Identifier: GPL-3.0-or-later
"""Un-bake removes what Kinescribe made, and nothing else."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from applying import apply, select
from kinescribe.motion import RigError
from kinescribe.scene.action import LAYERED, get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, push_down_kinescribe_action
from kinescribe.scene.record import read_record
from kinescribe.scene.unbake import temporarily_reverted, unbake
from stroll import stroll

pytestmark = pytest.mark.usefixtures("own_cache")


def whole_state(rig: bpy.types.Object) -> dict[str, object]:
    """Everything about a character's animation and pose that a bake may touch, but for the Actions of its takes."""
    bpy.context.view_layer.update()
    data, scene = rig.animation_data, bpy.context.scene
    actions = {}
    for action in bpy.data.actions:
        if read_record(action):
            continue  # a take
        keys = [
            (
                c.data_path,
                c.array_index,
                [(*p.co, *p.handle_left, *p.handle_right) for p in c.keyframe_points],
            )
            for c in get_fcurves(action, rig)
        ]
        actions[action.name] = (action.use_fake_user, keys)
    tracks = []
    for track in data.nla_tracks if data else ():
        strips = [
            (s.action.name, s.frame_start, s.frame_end, s.blend_type, s.extrapolation) for s in track.strips
        ]
        tracks.append((track.name, track.mute, track.lock, strips))
    pose = [
        (
            b.name,
            b.rotation_mode,
            *b.location,
            *b.rotation_quaternion,
            *b.rotation_euler,
            *b.rotation_axis_angle,
        )
        for b in rig.pose.bones
    ]
    slot = data.action_slot.identifier if LAYERED and data and data.action_slot else ""
    return {
        "has data": data is not None,
        "action": data.action.name if data and data.action else None,
        "slot": slot,
        "actions": actions,
        "tracks": tracks,
        "pose": np.round(np.array([row[2:] for row in pose], dtype=float), 6).tolist(),
        "range": (scene.frame_start, scene.frame_end),
    }


def posed(rig: bpy.types.Object) -> None:
    rig.pose.bones["left_elbow"].rotation_quaternion = (0.8, 0.6, 0, 0)
    rig.pose.bones["pelvis"].location = (0.1, 0.2, 0.3)


def keyed(rig: bpy.types.Object) -> None:
    posed(rig)
    for frame in (1, 50):
        rig.pose.bones["left_elbow"].keyframe_insert("rotation_quaternion", frame=frame)
        rig.keyframe_insert("location", frame=frame)


def layered(rig: bpy.types.Object) -> None:
    keyed(rig)
    data = rig.animation_data
    strip = data.nla_tracks.new().strips.new("Mine", 100, data.action)
    strip.extrapolation = "NOTHING"
    data.nla_tracks[0].name = "Mine"


BEFORE = {"nothing": lambda rig: None, "a pose": posed, "an Action": keyed, "an Action and a strip": layered}

WAYS = {
    "an Action": ApplyOptions(1),
    "a blend": ApplyOptions(20, blend_frames=6),
    "a strip": ApplyOptions(1, into="NLA"),
    "a stash": ApplyOptions(1, into="STASH"),
    "reduced keys": ApplyOptions(1, reduce_keys=True),
    "selected bones": ApplyOptions(1, only_selected=True),
    "a longer range": ApplyOptions(300, extend_range=True),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("before", BEFORE)
def test_all_is_as_it_was(rig: bpy.types.Object, before: str, way: str) -> None:
    BEFORE[before](rig)
    select(rig, "left_elbow", "head")
    state = whole_state(rig)
    report = apply(rig, options=WAYS[way])
    assert whole_state(rig) != state
    done = unbake(rig)
    assert done.removed == (report.action_name,) and not done.kept
    assert whole_state(rig) == state


def test_after_several_bakes_the_first_state_is_back(rig: bpy.types.Object) -> None:
    keyed(rig)
    select(rig, "head")
    state = whole_state(rig)
    apply(rig, stroll(seed=1), ApplyOptions(300, extend_range=True))
    apply(rig, stroll(seed=2), ApplyOptions(1, only_selected=True))
    apply(rig, stroll(seed=3), ApplyOptions(200, reduce_keys=True))
    unbake(rig)
    assert whole_state(rig) == state


def test_after_saving_and_loading(rig: bpy.types.Object, tmp_path: Path) -> None:
    layered(rig)
    state = whole_state(rig)
    apply(rig, options=ApplyOptions(300, extend_range=True))
    name = rig.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    rig = bpy.data.objects[name]
    unbake(rig)
    assert whole_state(rig) == state


def test_a_strip_that_was_pushed_down_later(rig: bpy.types.Object) -> None:
    keyed(rig)
    state = whole_state(rig)
    apply(rig)
    push_down_kinescribe_action(rig)
    unbake(rig)
    assert whole_state(rig) == state


def test_one_after_the_other_or_everything(rig: bpy.types.Object) -> None:
    keyed(rig)
    state = whole_state(rig)
    for start in (1, 100, 200):
        apply(rig, stroll(seed=start), ApplyOptions(start, into="NLA"))
    between = len(rig.animation_data.nla_tracks)
    unbake(rig)
    assert len(rig.animation_data.nla_tracks) == between - 1
    assert len(unbake(rig, all_actions=True).removed) == 2
    assert whole_state(rig) == state


def test_an_edited_action_is_left_alone_unless_asked(rig: bpy.types.Object) -> None:
    keyed(rig)
    state = whole_state(rig)
    apply(rig)
    action = get_action(rig)
    get_fcurves(action, rig)[0].keyframe_points[3].co.y += 0.5
    edited = whole_state(rig)
    with pytest.raises(RigError, match="edited after baking"):
        unbake(rig)
    assert whole_state(rig) == edited
    assert unbake(rig, include_edited=True).removed
    assert whole_state(rig) == state


def test_what_the_user_added_stays(rig: bpy.types.Object) -> None:
    apply(rig)
    action = get_action(rig)
    rig.scale = (1, 1, 1.5)
    rig.keyframe_insert("scale", frame=10)
    done = unbake(rig, include_edited=True)
    (name,) = done.kept
    assert get_action(rig) == bpy.data.actions[name] != action
    assert {c.data_path for c in get_fcurves(get_action(rig), rig)} == {"scale"}
    assert len(get_fcurves(action, rig)) > 90, "the take keeps all keys"
    with pytest.raises(RigError, match="no Action that Kinescribe made"):
        unbake(rig)


def test_edited_handles_of_reduced_keys_count_as_edits(rig: bpy.types.Object) -> None:
    apply(rig, options=ApplyOptions(1, reduce_keys=True))
    curves = get_fcurves(get_action(rig), rig)
    for curve in curves:
        curve.update()
    unedited = get_action(rig)
    apply(rig, options=ApplyOptions(1, reduce_keys=True))
    assert list(bpy.data.actions) == [unedited], "the same take"
    point = max(get_fcurves(get_action(rig), rig), key=lambda c: len(c.keyframe_points)).keyframe_points[1]
    point.handle_right.y += 0.4
    with pytest.raises(RigError, match="edited after baking"):
        unbake(rig)


def test_another_object_that_uses_the_action_keeps_it(rig: bpy.types.Object) -> None:
    apply(rig)
    action = get_action(rig)
    other = bpy.data.objects.new("Other", None)
    other.animation_data_create().action = action
    unbake(rig)
    assert get_action(rig) is None and other.animation_data.action == action


def test_what_was_taken_back_is_still_a_take(rig: bpy.types.Object) -> None:
    keyed(rig)
    own = get_action(rig)
    apply(rig)
    take = get_action(rig)
    unbake(rig)
    assert get_action(rig) == own and take.use_fake_user
    assert [row.action for row in rig.kinescribe.takes] == [take]


def test_there_is_nothing_to_take_back(rig: bpy.types.Object) -> None:
    keyed(rig)
    state = whole_state(rig)
    with pytest.raises(RigError, match="no Action that Kinescribe made"):
        unbake(rig)
    assert whole_state(rig) == state


def test_the_state_before_is_restored_for_a_while_without_another_action(rig: bpy.types.Object) -> None:
    """Each change of the Action makes Blender build the relations of the whole scene again."""
    rig.pose.bones["pelvis"].rotation_quaternion = (0.9, 0.1, 0.3, 0.0)
    bpy.context.view_layer.update()
    before = rig.pose.bones["left_knee"].matrix.copy()
    apply(rig, options=ApplyOptions(1))
    bpy.context.scene.frame_set(17)
    action, baked = get_action(rig), rig.pose.bones["left_knee"].matrix.copy()
    with temporarily_reverted(rig, action):
        bpy.context.view_layer.update()
        assert get_action(rig) == action and all(curve.mute for curve in get_fcurves(action, rig))
        np.testing.assert_allclose(rig.pose.bones["left_knee"].matrix, before, atol=1e-5)
    bpy.context.view_layer.update()
    assert not any(curve.mute for curve in get_fcurves(action, rig))
    np.testing.assert_allclose(rig.pose.bones["left_knee"].matrix, baked, atol=1e-5)


def test_what_the_user_muted_stays_muted(rig: bpy.types.Object) -> None:
    apply(rig, options=ApplyOptions(1))
    action = get_action(rig)
    get_fcurves(action, rig)[5].mute = True
    with pytest.raises(ZeroDivisionError), temporarily_reverted(rig, action):
        raise ZeroDivisionError
    assert [curve.mute for curve in get_fcurves(action, rig)].index(True) == 5
    assert sum(curve.mute for curve in get_fcurves(action, rig)) == 1


def test_the_animation_before_comes_back_for_a_while(rig: bpy.types.Object) -> None:
    bone = rig.pose.bones["left_elbow"]
    bone.keyframe_insert("rotation_quaternion", frame=1)
    own = get_action(rig)
    apply(rig, options=ApplyOptions(1))
    action = get_action(rig)
    with temporarily_reverted(rig, action):
        assert get_action(rig) == own and not any(curve.mute for curve in get_fcurves(action, rig))
    assert get_action(rig) == action
