# SPDX-License-Identifier: GPL-3.0-or-later
"""Generation as in the window. Timers do not fire in background mode: the tests call them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import addon_utils
import bpy
import pytest
from fakes import FakeBackend
from kinescribe.motion import BackendError
from kinescribe.operators import background_tasks, generate, generation
from kinescribe.scene.action import get_action
from kinescribe.scene.record import read_record
from kinescribe.session import session

from devtools.testing.as_extension import PACKAGE

status = session.generation


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    generation.cancel("")
    # poll() has answered "no more", but to the test
    while bpy.app.timers.is_registered(background_tasks.poll):
        bpy.app.timers.unregister(background_tasks.poll)


def press(apply: bool = True) -> None:
    """Run the operator as the button does in the window."""
    generation.start(generate.prepare_generation(bpy.context, apply))


def tick_until_done(seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while generation.is_running():
        assert time.monotonic() < end, "the generation does not end"
        if background_tasks.poll() is not None:
            time.sleep(0.01)
    assert not status.is_running
    assert background_tasks.poll() is None, "a timer that is called once more ends"


@pytest.fixture
def held(mannequin: bpy.types.Object, backend: FakeBackend) -> FakeBackend:
    """A generation for the mannequin, before its last step."""
    backend.gate.clear()
    press()
    assert backend.is_waiting.wait(5.0)
    assert background_tasks.poll() == background_tasks.INTERVAL
    return backend


def test_it_shows_its_steps_and_then_lands(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    assert bpy.app.timers.is_registered(background_tasks.poll)
    assert status.is_running and (status.step, status.steps) == (3, 4) and status.progress == 0.75
    assert status.character == mannequin.name and get_action(mannequin) is None
    held.gate.set()
    tick_until_done()
    assert get_action(mannequin) is not None and status.level == "INFO" and mannequin.name in status.message
    assert not status.low_confidence


def test_it_begins_where_the_playhead_was(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    scene = bpy.context.scene
    scene.frame_set(30)
    press()
    scene.frame_set(80)
    scene.kinescribe.prompt = "something else"
    tick_until_done()
    action = get_action(mannequin)
    assert action.frame_range[0] == 30 and read_record(action)["prompt"] == "a person walks forward"


def test_generate_pressed_twice(held: FakeBackend) -> None:
    with pytest.raises(RuntimeError, match="being generated: wait for it, or cancel it"):
        bpy.ops.kinescribe.generate()
    assert len(held.requests) == 1 and status.is_running
    held.gate.set()
    tick_until_done()


def test_cancel(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    began = time.monotonic()
    assert bpy.ops.kinescribe.cancel() == {"FINISHED"}
    assert time.monotonic() - began < 0.5
    assert not status.is_running and status.message == "Cancelled"
    assert background_tasks.poll() is None and get_action(mannequin) is None
    with pytest.raises(RuntimeError):
        bpy.ops.kinescribe.cancel()  # poll: Esc means something else now


def test_cancel_does_not_wait_for_a_deaf_backend(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    held.ignores_cancel = True
    began = time.monotonic()
    bpy.ops.kinescribe.cancel()
    assert time.monotonic() - began < 0.5 and not status.is_running
    # and the next generation need not wait either; the late answer of the first is nobody's
    held.is_waiting.clear()
    press()
    assert held.is_waiting.wait(5.0)
    held.gate.set()
    tick_until_done()
    assert len(bpy.data.actions) == 1 and get_action(mannequin) is not None


def test_renamed_and_another_one_selected(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    mannequin.name = "Somebody else"
    bpy.ops.kinescribe.add_mannequin()
    other = bpy.context.object
    other.name = "Mannequin"
    held.gate.set()
    tick_until_done()
    assert get_action(mannequin) is not None and get_action(other) is None
    assert "Somebody else" in status.message


def test_removed(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    name = mannequin.name
    bpy.data.objects.remove(mannequin)
    assert background_tasks.poll() is None and not generation.is_running()
    assert status.level == "WARNING" and status.message == f"The motion was dropped: {name} was removed"
    held.gate.set()
    time.sleep(0.1)
    assert not bpy.data.actions


def test_deleted_while_something_else_points_to_it(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    bpy.context.scene["friend"] = mannequin
    bpy.ops.object.delete()
    assert mannequin.name in bpy.data.objects
    assert background_tasks.poll() is None and "was removed" in status.message
    held.gate.set()
    time.sleep(0.1)
    assert get_action(mannequin) is None


def test_another_scene_meanwhile(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    first, other = bpy.context.scene, bpy.data.scenes.new("Other")
    other.render.fps = 60
    first.frame_end = other.frame_end = 10
    first.kinescribe.extend_range = True
    press()
    bpy.context.window.scene = other
    tick_until_done()
    assert tuple(get_action(mannequin).frame_range) == (1, 96), "at the rate of the character's own scene"
    assert (first.frame_end, other.frame_end, bpy.context.scene) == (96, 10, other)


def test_removed_after_the_answer(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    held.gate.set()
    time.sleep(0.2)
    bpy.data.objects.remove(mannequin)
    assert background_tasks.poll() is None and "was removed" in status.message and not bpy.data.actions


def test_in_edit_mode_the_motion_waits_in_the_cache(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    held.gate.set()
    tick_until_done()
    assert status.level == "ERROR" and "Object Mode or Pose Mode" in status.message
    assert (
        get_action(mannequin) is None
        and bpy.context.mode == "EDIT_ARMATURE"
        and status.pending_character == mannequin.session_uid
    )
    bpy.ops.object.mode_set(mode="OBJECT")
    assert bpy.ops.kinescribe.apply() == {"FINISHED"}
    assert get_action(mannequin) is not None and len(held.requests) == 1


def test_another_object_in_edit_mode(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    bpy.context.view_layer.objects.active = next(o for o in bpy.data.objects if o.type == "MESH")
    bpy.ops.object.mode_set(mode="EDIT")
    held.gate.set()
    tick_until_done()
    assert get_action(mannequin) is None and status.level == "ERROR", (
        "undo in Edit Mode would not hold the keys"
    )
    bpy.ops.object.mode_set(mode="OBJECT")
    assert bpy.ops.kinescribe.apply() == {"FINISHED"} and get_action(mannequin) is not None


def test_in_pose_mode_it_lands(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    bpy.ops.object.mode_set(mode="POSE")
    held.gate.set()
    tick_until_done()
    assert get_action(mannequin) is not None and bpy.context.mode == "POSE"


def test_another_file(mannequin: bpy.types.Object, held: FakeBackend, tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "same.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "same.blend"))
    assert not generation.is_running() and not status.is_running
    assert status.message == "The motion was dropped: another file was opened" and status.level == "WARNING"
    held.gate.set()
    time.sleep(0.1)
    assert background_tasks.poll() is None and not bpy.data.actions


def test_a_file_that_cannot_be_opened_drops_nothing(
    mannequin: bpy.types.Object, held: FakeBackend, tmp_path: Path
) -> None:
    (tmp_path / "broken.blend").write_bytes(b"no blend file")
    with pytest.raises(RuntimeError):
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "broken.blend"))
    assert generation.is_running()
    held.gate.set()
    tick_until_done()
    assert get_action(mannequin) is not None


def test_what_the_panel_says_is_forgotten_with_its_file(held: FakeBackend) -> None:
    held.gate.set()
    tick_until_done()
    assert status.message and status.motion_id
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert not status.message and not status.motion_id and not status.character


def test_undo_meanwhile(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    name = mannequin.name
    mannequin.location.x = 3
    bpy.ops.ed.undo_push(message="Move")
    bpy.ops.ed.undo()
    held.gate.set()
    tick_until_done()
    rig = bpy.data.objects[name]
    assert rig.location.x == 0 and get_action(rig) is not None


def test_undo_that_removes_the_character(backend: FakeBackend) -> None:
    bpy.ops.ed.undo_push(message="Before")
    bpy.ops.kinescribe.add_mannequin()
    bpy.ops.ed.undo_push(message="Mannequin")
    backend.gate.clear()
    press()
    bpy.ops.ed.undo()
    assert "Mannequin" not in bpy.data.objects
    backend.gate.set()
    tick_until_done()
    assert "was removed" in status.message and not bpy.data.actions


def test_one_undo_step_takes_back_what_landed(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    name = mannequin.name
    held.gate.set()
    tick_until_done()
    assert get_action(mannequin) is not None
    bpy.ops.ed.undo()
    rig = bpy.data.objects[name]
    assert get_action(rig) is None and not bpy.data.actions and not rig.kinescribe.bone_map
    bpy.ops.ed.redo()
    assert get_action(bpy.data.objects[name]) is not None


def test_the_backend_fails(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    backend.error = BackendError("The weights are missing: install Kinescribe again")
    press()
    tick_until_done()
    assert (status.message, status.level) == ("The weights are missing: install Kinescribe again", "ERROR")
    assert get_action(mannequin) is None and not mannequin.kinescribe.bone_map


def test_an_error_is_reported_and_raised(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    backend.error = ZeroDivisionError("division by zero")
    press()
    with pytest.raises(ZeroDivisionError):
        tick_until_done()
    assert not generation.is_running() and not status.is_running and status.level == "ERROR"
    assert "ZeroDivisionError: division by zero" in status.message


def test_words_that_the_model_does_not_know(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    backend.confidence = 0.1
    press()
    tick_until_done()
    assert get_action(mannequin) is not None and status.low_confidence


def test_disabled_meanwhile(mannequin: bpy.types.Object, held: FakeBackend) -> None:
    addon_utils.disable(PACKAGE, default_set=True)
    try:
        assert not [t for t in threading.enumerate() if t.name == "kinescribe-job"]
        assert not bpy.app.timers.is_registered(background_tasks.poll)
        assert not generation.is_running() and not bpy.data.actions
    finally:
        addon_utils.enable(PACKAGE, default_set=True)
    held.gate.set()
    assert bpy.ops.kinescribe.generate() == {"FINISHED"}
