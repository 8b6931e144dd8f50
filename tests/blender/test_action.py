# SPDX-License-Identifier: GPL-3.0-or-later
"""``scene.action``: whole F-curves written at once, on legacy and on layered Actions."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from kinescribe.scene import action as actions
from kinescribe.scene.action import FCurveData
from kinescribe.scene.slices import run_slices

FRAMES = np.arange(10.0, 15.0)
VALUES = np.array([0.0, 1.0, 4.0, 4.0, 2.0])


@pytest.fixture
def box() -> bpy.types.Object:
    obj = bpy.data.objects.new("Box", None)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def curve(path: str = "location", index: int = 0, group: str = "Move", stepped: bool = False) -> FCurveData:
    return FCurveData(path, index, FRAMES, VALUES + index, group, stepped)


def written(obj: bpy.types.Object, *curves: FCurveData, name: str = "Made") -> bpy.types.Action:
    action = actions.create_action(obj, name)
    actions.write_fcurves(action, obj, curves)
    return action


def keys(fcurve: bpy.types.FCurve) -> np.ndarray:
    co = np.empty(2 * len(fcurve.keyframe_points))
    fcurve.keyframe_points.foreach_get("co", co)
    return co.reshape(-1, 2)


def test_curves_hold_the_keys_and_play(box: bpy.types.Object) -> None:
    action = written(box, curve(index=0), curve(index=2))
    assert box.animation_data is None or box.animation_data.action is None
    actions.assign_action(box, action)
    found = actions.get_fcurves(action, box)
    assert [(c.data_path, c.array_index, c.group.name) for c in found] == [
        ("location", 0, "Move"),
        ("location", 2, "Move"),
    ]
    np.testing.assert_allclose(keys(found[1]), np.stack([FRAMES, VALUES + 2], axis=-1))
    bpy.context.scene.frame_set(12)
    assert box.evaluated_get(bpy.context.evaluated_depsgraph_get()).location[:] == (4.0, 0.0, 6.0)


def test_a_new_action_plays_without_a_change_of_frame(box: bpy.types.Object) -> None:
    bpy.context.scene.frame_set(11)
    actions.assign_action(box, written(box, curve()))
    bpy.context.view_layer.update()
    assert box.location.x == 1.0


def test_keys_are_bezier_with_clamped_handles_whatever_the_preferences_say(box: bpy.types.Object) -> None:
    edit = bpy.context.preferences.edit
    before = edit.keyframe_new_interpolation_type, edit.keyframe_new_handle_type
    try:
        edit.keyframe_new_interpolation_type, edit.keyframe_new_handle_type = "SINE", "FREE"
        (fcurve,) = actions.get_fcurves(written(box, curve()), box)
    finally:
        edit.keyframe_new_interpolation_type, edit.keyframe_new_handle_type = before
    points = fcurve.keyframe_points
    assert {p.interpolation for p in points} == {"BEZIER"}
    assert {p.handle_left_type for p in points} | {p.handle_right_type for p in points} == {"AUTO_CLAMPED"}
    assert all(0.3 < p.co.x - p.handle_left.x < 0.4 for p in points)
    assert points[1].handle_right.y > points[1].co.y > points[1].handle_left.y
    # neither over the plateau nor under the first key
    assert max(fcurve.evaluate(f) for f in np.linspace(10, 14, 81)) <= 4.0 + 1e-6


def test_stepped_curves_hold_their_value(box: bpy.types.Object) -> None:
    (fcurve,) = actions.get_fcurves(written(box, curve(stepped=True)), box)
    assert fcurve.evaluate(11.9) == 1.0


def test_channels_have_the_colours_of_channels_keyed_by_hand(box: bpy.types.Object) -> None:
    paths = ("rotation_quaternion", "location", "rotation_euler", '["heat"]')
    colours = [c.color_mode for c in actions.get_fcurves(written(box, *map(curve, paths)), box)]
    assert colours == ["AUTO_YRGB", "AUTO_RGB", "AUTO_RGB", "AUTO_RAINBOW"]


def test_the_replaced_action_gets_a_fake_user(box: bpy.types.Object) -> None:
    first, second = written(box, curve(), name="First"), written(box, curve(), name="Second")
    actions.assign_action(box, first)
    assert not first.use_fake_user
    actions.assign_action(box, first)
    assert not first.use_fake_user
    actions.assign_action(box, second)
    assert first.use_fake_user and not second.use_fake_user
    assert box.animation_data.action == second


def test_a_slot_carries_the_name_of_its_object(box: bpy.types.Object) -> None:
    action = written(box, curve())
    if not actions.LAYERED:
        assert action.id_root == "OBJECT"
        return
    actions.assign_action(box, action)
    assert [slot.identifier for slot in action.slots] == ["OBBox"]
    assert box.animation_data.action_slot == action.slots[0]


def test_a_copy_animates_its_object_alone(box: bpy.types.Object) -> None:
    action = written(box, curve(index=0), curve(index=1))
    actions.assign_action(box, action)
    if actions.LAYERED:
        other = bpy.data.objects.new("Other", None)
        other.animation_data_create().action = action
        other.animation_data.action_slot = action.slots.new(id_type="OBJECT", name="Other")
        other.keyframe_insert("scale", frame=3)
        assert len(actions.get_fcurves(action, other)) == 3
    copy = actions.copy_action(box, action, "Copy")
    actions.remove_fcurves(copy, box, [("location", 1)])
    actions.write_fcurves(copy, box, [curve("scale", 2)])
    assert [(c.data_path, c.array_index) for c in actions.get_fcurves(copy, box)] == [
        ("location", 0),
        ("scale", 2),
    ]
    assert len(actions.get_fcurves(action, box)) == 2
    actions.assign_action(box, copy)
    bpy.context.scene.frame_set(11)
    assert box.location.x == 1.0 and box.scale.z == 3.0


def test_an_action_without_a_slot_in_use_has_no_curves_for_the_object(box: bpy.types.Object) -> None:
    if not actions.LAYERED:
        pytest.skip("Actions have no slots before Blender 4.4")
    action = written(box, curve())
    actions.assign_action(box, action)
    box.animation_data.action_slot = None
    assert actions.get_fcurves(action, box) == []
    copy = actions.copy_action(box, action, "Copy")
    actions.write_fcurves(copy, box, [curve("scale", 0)])
    assert [c.data_path for c in actions.get_fcurves(copy, box)] == ["scale"]


def fingerprint(action: bpy.types.Action) -> str:
    return run_slices(actions.fingerprint_action(action)).keys


class TestFingerprint:
    @pytest.fixture
    def action(self, box: bpy.types.Object) -> bpy.types.Action:
        action = written(box, curve(index=0), curve(index=1))
        actions.assign_action(box, action)
        return action

    def test_it_stays_when_nothing_is_edited(self, action: bpy.types.Action, box: bpy.types.Object) -> None:
        before = fingerprint(action)
        bpy.context.scene.frame_set(13)
        actions.get_fcurves(action, box)[0].update()
        action["note"] = 1
        action.name = "Other"
        assert fingerprint(action) == before

    @pytest.mark.parametrize(
        "edit", ["value", "time", "add", "remove", "curve", "interpolation", "modifier", "mute"]
    )
    def test_any_edit_changes_it(self, edit: str, action: bpy.types.Action, box: bpy.types.Object) -> None:
        before = fingerprint(action)
        fcurve = actions.get_fcurves(action, box)[1]
        points = fcurve.keyframe_points
        match edit:
            case "value":
                points[2].co.y += 0.01
            case "time":
                points[4].co.x += 1
            case "add":
                points.insert(20, 1.0)
            case "remove":
                points.remove(points[1])
            case "curve":
                box.keyframe_insert("rotation_euler", index=0, frame=1)
            case "interpolation":
                points[0].interpolation = "CONSTANT"
            case "modifier":
                fcurve.modifiers.new("NOISE")
            case "mute":
                fcurve.mute = True
        assert fingerprint(action) != before


def test_keys_on_every_frame_move_their_neighbours_handles_alone(box: bpy.types.Object) -> None:
    """Smoothed handles are a solution for the whole curve: an edit of one key would change all others."""
    frames = np.arange(40, dtype=float)
    dense = FCurveData("location", 0, frames, np.sin(frames), "Move")
    sparse = FCurveData("location", 1, 2.0 * frames, np.sin(frames), "Move")
    action = written(box, dense, sparse)
    every_frame, every_other = actions.get_fcurves(action, box)
    assert every_frame.auto_smoothing == "NONE"
    assert every_other.auto_smoothing == bpy.context.preferences.edit.fcurve_new_auto_smoothing
    handles = [tuple(point.handle_left) for point in every_frame.keyframe_points]
    every_frame.keyframe_points[20].co.y += 1.0
    every_frame.update()
    changed = [k for k, p in enumerate(every_frame.keyframe_points) if tuple(p.handle_left) != handles[k]]
    assert changed and set(changed) <= {19, 20, 21}
