# SPDX-License-Identifier: GPL-3.0-or-later
"""``scene.bake`` and ``operators.generation``: a bake in slices, and what the user does between two of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import addon_utils
import bpy
import numpy as np
import pytest
from applying import FROM_ORIGIN, all_keys, apply, scene_state
from baking_slices import press, run_single_slices, small_slices, stop_everything, tick_until, unfinished
from fakes import FakeBackend
from kinescribe.motion import RigError
from kinescribe.operators import background_tasks, generation
from kinescribe.scene import action as action_module
from kinescribe.scene import bake as bake_module
from kinescribe.scene import store
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, place_bake
from kinescribe.scene.bake import check_unchanged, discard_bake, prepare_bake
from kinescribe.scene.record import read_record
from kinescribe.scene.slices import run_slices, scale_progress
from kinescribe.scene.unfinished import UNFINISHED_PROPERTY, discard_unfinished_actions
from kinescribe.session import session
from stroll import stroll

from devtools.testing.as_extension import PACKAGE

pytestmark = pytest.mark.usefixtures("own_cache")
status = session.generation


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    stop_everything()


@pytest.fixture
def one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    run_single_slices(monkeypatch)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_slices(monkeypatch)


@pytest.fixture
def half_baked(mannequin: bpy.types.Object, backend: FakeBackend, one_slice: None) -> bpy.types.Object:
    """The mannequin, while an Action for it is half filled."""
    press()
    tick_until(
        lambda: sum(bool(c.keyframe_points) for a in unfinished() for c in get_fcurves(a, mannequin)) > 20
    )
    assert generation.is_baking() and get_action(mannequin) is None
    return mannequin


def test_progress_of_parts_and_results_of_threads() -> None:
    def part() -> Iterator[object]:
        yield 0.0
        answer = yield lambda: 5
        yield 1.0
        return answer

    slices = scale_progress(part(), 0.2, 0.4)
    assert next(slices) == pytest.approx(0.2)
    work = next(slices)
    assert slices.send(work()) == pytest.approx(0.4)
    assert run_slices(scale_progress(part(), 0.0, 1.0)) == 5


@pytest.mark.parametrize("cancels", [False, True])
def test_what_blender_has_much_to_do_for_gets_ticks_of_its_own(
    mannequin: bpy.types.Object, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch, cancels: bool
) -> None:
    monkeypatch.setattr(background_tasks, "SLICE_SECONDS", 1000.0)
    monkeypatch.setattr(background_tasks, "SHORT_TICK_SECONDS", 0.0)
    press()
    tick_until(lambda: bool(unfinished()))
    (action,) = unfinished()
    curves = get_fcurves(action, mannequin)
    # new F-curves make Blender redraw the view: their keys come after that
    assert len(curves) > 50 and not any(curve.keyframe_points for curve in curves)
    interval = background_tasks.poll()
    assert interval is not None and interval >= background_tasks.PAUSE
    assert all(curve.keyframe_points for curve in get_fcurves(action, mannequin))
    assert get_action(mannequin) is None and unfinished()
    if cancels:
        generation.cancel("")
    background_tasks.poll()
    assert not unfinished() and not generation.is_running()
    assert get_action(mannequin) == (None if cancels else action) and len(bpy.data.actions) == (not cancels)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("again", [False, True])
def test_slices_and_one_piece_give_the_same_keys(rig: bpy.types.Object, again: bool) -> None:
    options = ApplyOptions(1)
    rig.pose.bones["pelvis"].rotation_quaternion = (0.9, 0.1, 0.3, 0.0)
    rig.location.x = 2.0
    if again:
        apply(rig, stroll(seed=3), options)
    motion_id = store.save_motion(stroll(seed=1))
    slices = prepare_bake(bpy.context, rig, motion_id, options)
    answer, steps = None, []
    while True:
        try:
            step = slices.send(answer)
        except StopIteration as stop:
            prepared = stop.value
            break
        answer = step() if callable(step) else None
        if isinstance(step, float):
            steps.append(step)
    assert steps == sorted(steps) and len(steps) > 90 and steps[0] >= 0.0 and steps[-1] <= 1.0
    place_bake(bpy.context, rig, prepared)
    sliced = all_keys(rig)
    apply(rig, stroll(seed=2), options)
    apply(rig, stroll(seed=1), options)
    whole = all_keys(rig)
    assert set(sliced) == set(whole)
    for address, keys in sliced.items():
        np.testing.assert_allclose(keys, whole[address], atol=1e-5, err_msg=str(address))


@pytest.mark.parametrize("reduce_keys", [False, True])
def test_blending_in_slices_gives_the_same_keys(
    rig: bpy.types.Object, monkeypatch: pytest.MonkeyPatch, reduce_keys: bool
) -> None:
    for frame, angle in ((1, 0.1), (30, -0.4), (90, 0.3)):
        rig.pose.bones["left_elbow"].rotation_quaternion = (1.0, angle, 0.0, 0.0)
        rig.pose.bones["left_elbow"].keyframe_insert("rotation_quaternion", frame=frame)
    own = get_action(rig)
    options = ApplyOptions(20, at_character=False, blend_frames=6, reduce_keys=reduce_keys)
    found = []
    for seed in (1, 2):
        rig.animation_data.action = own
        apply(rig, stroll(seed=seed), options)
        found.append(all_keys(rig))
        small_slices(monkeypatch)
    whole, sliced = found
    assert set(whole) == set(sliced)
    for address, keys in whole.items():
        np.testing.assert_allclose(sliced[address], keys, atol=1e-6, err_msg=str(address))
    elbow = whole['pose.bones["left_elbow"].rotation_quaternion', 1]
    assert elbow[0] == 1.0 and elbow[1] == pytest.approx(0.1), "what was there before the motion stays"


@pytest.mark.usefixtures("small")
def test_an_early_end_leaves_nothing(rig: bpy.types.Object) -> None:
    apply(rig, stroll(seed=1))
    before = scene_state(rig)
    motion_id = store.save_motion(stroll(seed=2))
    ends = 0
    while True:
        slices = prepare_bake(bpy.context, rig, motion_id, FROM_ORIGIN)
        answer = None
        try:
            for _ in range(ends + 1):
                step = slices.send(answer)
                answer = step() if callable(step) else None
        except StopIteration as stop:
            discard_bake(stop.value)
            break
        finally:
            slices.close()
        assert scene_state(rig) == before
        ends += 7
    assert ends > 90 and scene_state(rig) == before


def edit_keys(rig: bpy.types.Object) -> None:
    get_fcurves(get_action(rig), rig)[3].keyframe_points[5].co.y += 0.1


def assign_another(rig: bpy.types.Object) -> None:
    rig.animation_data.action = bpy.data.actions.new("Other")


def rename_bone(rig: bpy.types.Object) -> None:
    rig.data.bones["left_knee"].name = "Knie"


def change_mode(rig: bpy.types.Object) -> None:
    rig.pose.bones["left_knee"].rotation_mode = "XYZ"


def remove_new_action(rig: bpy.types.Object) -> None:
    bpy.data.actions.remove(unfinished()[0])


@pytest.mark.usefixtures("small")
def test_removing_keys_of_the_assigned_action_between_two_slices(rig: bpy.types.Object) -> None:
    apply(rig, stroll(seed=1))
    action = get_action(rig)
    slices = prepare_bake(bpy.context, rig, store.save_motion(stroll(seed=2)), FROM_ORIGIN)
    answer = None
    for _ in range(20):
        step = slices.send(answer)
        answer = step() if callable(step) else None
    get_fcurves(action, rig)  # what a slice holds of it must not be touched once it is gone
    action_module.clear_fcurves(action, rig)
    with pytest.raises(RigError, match="was changed while the motion was baked"):
        run_slices(slices)
    assert list(bpy.data.actions) == [action]


@pytest.mark.parametrize("change", [edit_keys, assign_another, rename_bone, change_mode, remove_new_action])
def test_a_character_that_was_changed_keeps_what_it_has(
    rig: bpy.types.Object, change: Callable[[bpy.types.Object], None]
) -> None:
    apply(rig, stroll(seed=1))
    # the keys of an Action are replaced by those of the same motion only
    motion = stroll(seed=1 if change is edit_keys else 2)
    prepared = run_slices(prepare_bake(bpy.context, rig, store.save_motion(motion), FROM_ORIGIN))
    check_unchanged(rig, prepared)
    change(rig)
    before = all_keys(rig) if get_action(rig).name != "Other" else {}
    with pytest.raises(RigError, match="was changed while the motion was baked"):
        check_unchanged(rig, prepared)
    discard_bake(prepared)
    assert not unfinished()
    for address, keys in before.items():
        np.testing.assert_array_equal(all_keys(rig)[address], keys)


def test_keys_that_are_edited_between_two_slices_stay(
    mannequin: bpy.types.Object, backend: FakeBackend, one_slice: None
) -> None:
    apply(mannequin, stroll(seed=1))
    action = get_action(mannequin)
    press()
    tick_until(lambda: bool(unfinished()))
    edit_keys(mannequin)
    edited = all_keys(mannequin)
    tick_until(lambda: not generation.is_running())
    assert get_action(mannequin) != action and action.use_fake_user
    mannequin.animation_data.action = action
    for address, keys in all_keys(mannequin).items():
        np.testing.assert_array_equal(keys, edited[address])


def test_the_window_has_its_turns_and_then_the_keys(
    mannequin: bpy.types.Object, backend: FakeBackend, one_slice: None
) -> None:
    press()
    ticks = 0
    while generation.is_running():
        interval = background_tasks.poll()
        if generation.is_baking():
            ticks += 1
            assert interval >= background_tasks.SLICE_INTERVAL and get_action(mannequin) is None
        time.sleep(0.001)
    assert ticks > 90 and status.level == "INFO" and status.baked is None
    assert status.message == "walks forward: 96 frames on Mannequin"
    action = get_action(mannequin)
    assert list(bpy.data.actions) == [action] and UNFINISHED_PROPERTY not in action
    assert not status.pending_character


def test_progress_is_shown_after_a_moment(half_baked: bpy.types.Object) -> None:
    tick_until(lambda: status.baked is not None)
    first = status.baked
    assert 0.0 < first < 1.0 and status.progress == first
    tick_until(lambda: status.baked is not None and status.baked > first)
    tick_until(lambda: not generation.is_running())
    assert status.baked is None


def test_another_action_before_the_pose_is_evaluated(rig: bpy.types.Object) -> None:
    rig.animation_data_create().action = bpy.data.actions.new("Own")
    apply(rig, stroll(seed=3), ApplyOptions(1))
    slices = prepare_bake(bpy.context, rig, store.save_motion(stroll(seed=1)), ApplyOptions(1))
    step: Any = None
    while getattr(step, "func", None) != bake_module._repeat_motion:
        step = slices.send(step() if callable(step) else None)
    other = bpy.data.actions.new("Other")
    rig.animation_data.action = other
    with pytest.raises(RigError, match="was changed while the motion was baked"):
        slices.send(step())
    assert get_action(rig) == other and not unfinished()


def test_an_f_curve_that_is_removed_between_two_slices(half_baked: bpy.types.Object) -> None:
    (action,) = unfinished()
    container = action_module._fcurve_container(action, half_baked)
    container.fcurves.remove(next(c for c in container.fcurves if not c.keyframe_points))
    tick_until(lambda: not generation.is_running())
    assert "was changed while the motion was baked" in status.message and status.level == "ERROR"
    assert not unfinished() and get_action(half_baked) is None


def test_cancel(half_baked: bpy.types.Object) -> None:
    assert bpy.ops.kinescribe.cancel() == {"FINISHED"}
    assert not generation.is_running() and status.message == "Cancelled"
    assert not bpy.data.actions and half_baked.animation_data is None and not half_baked.kinescribe.bone_map
    # the motion itself is kept
    assert bpy.ops.kinescribe.apply() == {"FINISHED"} and get_action(half_baked) is not None


def test_one_undo_step_takes_it_back_and_one_brings_it_again(
    mannequin: bpy.types.Object, backend: FakeBackend, one_slice: None
) -> None:
    name = mannequin.name
    press()
    tick_until(lambda: not generation.is_running())
    keys = all_keys(mannequin)
    bpy.ops.ed.undo()
    rig = bpy.data.objects[name]
    assert get_action(rig) is None and not bpy.data.actions and not rig.kinescribe.bone_map
    bpy.ops.ed.redo()
    rig = bpy.data.objects[name]
    for address, again in all_keys(rig).items():
        np.testing.assert_array_equal(keys[address], again)


def test_undo_between_two_slices(half_baked: bpy.types.Object) -> None:
    name = half_baked.name
    half_baked.location.x = 3.0
    bpy.ops.ed.undo_push(message="Move")
    bpy.ops.ed.undo()
    assert not generation.is_running() and status.level == "WARNING"
    assert status.message.startswith("The motion was not applied, because something was undone meanwhile")
    rig = bpy.data.objects[name]
    assert rig.location.x == 0.0 and not bpy.data.actions
    # the step that was made meanwhile holds the half filled Action
    bpy.ops.ed.redo()
    assert bpy.data.objects[name].location.x == 3.0 and not bpy.data.actions
    assert bpy.ops.kinescribe.apply() == {"FINISHED"}
    assert get_action(bpy.data.objects[name]) is not None


def test_another_undo_step_between_two_slices(half_baked: bpy.types.Object) -> None:
    name = half_baked.name
    half_baked.location.x = 3.0
    bpy.ops.ed.undo_push(message="Move")
    tick_until(lambda: not generation.is_running())
    assert get_action(half_baked) is not None
    bpy.ops.ed.undo()
    rig = bpy.data.objects[name]
    assert rig.location.x == 3.0 and get_action(rig) is None and not bpy.data.actions
    bpy.ops.ed.undo()
    assert bpy.data.objects[name].location.x == 0.0 and not bpy.data.actions


def test_removed_between_two_slices(half_baked: bpy.types.Object) -> None:
    name = half_baked.name
    bpy.data.objects.remove(half_baked)
    background_tasks.poll()
    assert not generation.is_running() and not bpy.data.actions
    assert (status.message, status.level) == (f"The motion was dropped: {name} was removed", "WARNING")


def test_edit_mode_between_two_slices(half_baked: bpy.types.Object) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    background_tasks.poll()
    assert not generation.is_running() and not bpy.data.actions and status.level == "ERROR"
    assert "Object Mode or Pose Mode" in status.message
    bpy.ops.object.mode_set(mode="OBJECT")
    assert bpy.ops.kinescribe.apply() == {"FINISHED"}


def test_the_new_action_is_removed_between_two_slices(half_baked: bpy.types.Object) -> None:
    bpy.data.actions.remove(unfinished()[0])
    tick_until(lambda: not generation.is_running())
    assert "was changed while the motion was baked" in status.message and status.level == "ERROR"
    assert get_action(half_baked) is None


def test_another_action_is_assigned_between_two_slices(half_baked: bpy.types.Object) -> None:
    half_baked.keyframe_insert("location", frame=1)
    own = get_action(half_baked)
    tick_until(lambda: not generation.is_running())
    assert "was changed while the motion was baked" in status.message and status.level == "ERROR"
    assert get_action(half_baked) == own and list(bpy.data.actions) == [own]


def test_another_file_between_two_slices(half_baked: bpy.types.Object, tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "same.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "same.blend"))
    assert not generation.is_running() and not bpy.data.actions
    assert status.message == "The motion was dropped: another file was opened"


def test_disabled_between_two_slices(half_baked: bpy.types.Object) -> None:
    addon_utils.disable(PACKAGE, default_set=True)
    try:
        assert not bpy.data.actions and not bpy.app.timers.is_registered(background_tasks.poll)
        assert all(not handler.__module__.startswith(PACKAGE) for handler in bpy.app.handlers.undo_pre)
    finally:
        addon_utils.enable(PACKAGE, default_set=True)


def test_it_waits_while_the_user_drags_something(
    half_baked: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_tasks, "is_blender_busy", lambda: True)
    count = len(get_fcurves(unfinished()[0], half_baked))
    for _ in range(5):
        background_tasks.poll()
    assert len(get_fcurves(unfinished()[0], half_baked)) == count
    monkeypatch.setattr(background_tasks, "is_blender_busy", lambda: False)
    tick_until(lambda: not generation.is_running())
    assert get_action(half_baked) is not None


def test_a_bug_between_two_slices_is_shown_and_leaves_nothing(
    mannequin: bpy.types.Object, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[float]:
        yield 0.5
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(bake_module, "write_fcurves_sliced", broken)
    press()
    with pytest.raises(ZeroDivisionError):
        tick_until(lambda: not generation.is_running())
    assert not generation.is_running() and "ZeroDivisionError" in status.message
    assert not bpy.data.actions and get_action(mannequin) is None


def test_adjusting_the_last_operation_bakes_again(
    mannequin: bpy.types.Object, backend: FakeBackend, one_slice: None
) -> None:
    """What F9 does: undo, and the same operator with other properties."""
    press()
    tick_until(lambda: not generation.is_running())
    record = read_record(get_action(mannequin))
    bpy.ops.ed.undo()
    rig = bpy.data.objects["Mannequin"]
    arguments = {**generation_options(), "start_frame": 21}
    result = bpy.ops.kinescribe.apply(motion=record["motion_id"], target=rig.session_uid, **arguments)
    assert result == {"FINISHED"} and get_action(rig).frame_range[0] == 21
    assert len(backend.requests) == 1


def generation_options() -> dict[str, object]:
    from kinescribe.operators.apply import apply_options

    return apply_options(bpy.context, bpy.context.object)


def test_only_unused_unfinished_actions_are_discarded(rig: bpy.types.Object) -> None:
    used, unused, other = (bpy.data.actions.new(name) for name in ("Used", "Unused", "Other"))
    used[UNFINISHED_PROPERTY] = unused[UNFINISHED_PROPERTY] = True
    rig.animation_data_create().action = used
    discard_unfinished_actions()
    assert {action.name for action in bpy.data.actions} == {used.name, other.name}
