# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.live``: the ghost follows what changes, the last state wins, and what is shown can be kept.

Timers do not fire in background mode: the tests call them.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import addon_utils
import bpy
import numpy as np
import pytest
from fakes import FakeBackend
from kinescribe.inference import registry
from kinescribe.motion import Capabilities
from kinescribe.operators import background_tasks, generation, live
from kinescribe.operators.ghost_layout import list_shown
from kinescribe.operators.live_state import read_state
from kinescribe.panels.button import describe_button
from kinescribe.scene.action import get_action
from kinescribe.scene.ghosts import Ghost
from kinescribe.session import session

from devtools.testing.as_extension import PACKAGE

pytestmark = pytest.mark.usefixtures("own_cache")

ops = bpy.ops.kinescribe


@pytest.fixture(autouse=True)
def nothing_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # however slow the machine is
    monkeypatch.setattr(live, "FOLLOW_SECONDS", 3600.0)
    session.ghosts = ()
    yield
    live.switch_off()
    generation.cancel("")
    while bpy.app.timers.is_registered(background_tasks.poll):
        bpy.app.timers.unregister(background_tasks.poll)


def tick_until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        background_tasks.poll()
        time.sleep(0.01)


def tick(times: int = 5) -> None:
    for _ in range(times):
        background_tasks.poll()
        time.sleep(0.01)


def is_idle() -> bool:
    return not live.is_running() and not generation.is_running()


def prompts(backend: FakeBackend) -> list[str]:
    return [request.prompt for request in backend.requests]


class AbleBackend(FakeBackend):
    """A model that takes all guides and many prompts, and goes straight ahead whatever they say."""

    def capabilities(self) -> Capabilities:
        return replace(
            super().capabilities(),
            max_segments=10,
            segment_types=frozenset({"text", "unconditioned"}),
            constraint_types=frozenset({"root_path", "effector_target", "pose_keyframe"}),
        )


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    fake = AbleBackend()
    monkeypatch.setattr(registry, "default_backend", lambda: fake)
    return fake


@pytest.fixture
def shown(mannequin: bpy.types.Object, backend: FakeBackend) -> FakeBackend:
    """Live is on, and shows the motion of the first state."""
    live.switch_on(bpy.context)
    tick_until(lambda: bool(session.ghosts))
    return backend


def test_it_shows_what_would_come_and_bakes_nothing(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    assert session.ghost_source == "LIVE" and session.ghosts[0].character == mannequin.session_uid
    assert get_action(mannequin) is None and not mannequin.kinescribe.takes
    tick()
    assert len(shown.requests) == 1, "nothing changed"
    assert describe_button(bpy.context, mannequin).text == "Keep This Motion"


@pytest.mark.parametrize(
    "change", ["prompt", "seconds", "seed", "path", "waypoint", "pin", "place", "transition"]
)
def test_each_change_is_followed(mannequin: bpy.types.Object, backend: FakeBackend, change: str) -> None:
    stored = mannequin.kinescribe
    if change == "path":
        ops.add_path()
    elif change == "waypoint":
        ops.add_path(kind="WAYPOINTS")
    elif change == "pin":
        ops.add_pin(joint="left_wrist")
    elif change == "transition":
        ops.add_part()
    live.switch_on(bpy.context)
    tick_until(lambda: bool(session.ghosts))
    before = session.ghosts
    if change == "path":
        stored.directing.path.data.splines[0].bezier_points[-1].co.x += 1.0
    elif change == "waypoint":
        stored.directing.waypoints[-1].object.location.x += 0.5
    elif change == "pin":
        stored.directing.pins[0].object.location.z += 0.1
    elif change == "place":
        mannequin.location.x += 1.0
    elif change == "transition":
        stored.directing.transition = 0.3
    else:
        values = {"prompt": "a person jumps", "seconds": 3.0, "seed": 7}
        setattr(stored, change, values[change])
    bpy.context.view_layer.update()
    tick_until(lambda: session.ghosts is not before and bool(session.ghosts))
    assert len(backend.requests) == 2


def test_the_last_state_wins_and_nothing_queues(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    shown.gate.clear()
    shown.is_waiting.clear()
    for number in range(5):
        mannequin.kinescribe.prompt = f"a person walks {number}"
        tick()
    assert shown.is_waiting.wait(5.0)
    shown.gate.set()
    tick_until(lambda: is_idle() and len(shown.requests) == 3)
    tick()
    assert prompts(shown)[1:] == ["a person walks 0", "a person walks 4"]


def test_a_long_motion_is_stopped_and_waits_for_a_pause(
    mannequin: bpy.types.Object, shown: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "FOLLOW_SECONDS", -1.0)
    monkeypatch.setattr(live, "PAUSE_SECONDS", 0.0)
    shown.gate.clear()
    mannequin.kinescribe.prompt = "a person jumps"
    tick_until(lambda: live.is_running())
    monkeypatch.setattr(live, "PAUSE_SECONDS", 3600.0)
    mannequin.kinescribe.prompt = "a person waves"
    tick()
    assert not live.is_running() and len(shown.requests) == 2
    shown.gate.set()
    monkeypatch.setattr(live, "PAUSE_SECONDS", 0.0)
    tick_until(lambda: len(shown.requests) == 3 and is_idle())
    assert prompts(shown)[-1] == "a person waves"


def check_ghost(ghost: Ghost, character: bpy.types.Object, frames: tuple[int, ...]) -> None:
    """Check that a ghost stood where the bones are that were baked then."""
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        expected = character.matrix_world @ character.pose.bones["head"].head
        np.testing.assert_allclose(ghost.positions[frame - ghost.start, ghost.top], expected, atol=2e-3)


def test_a_new_take_is_shown_where_the_first_one_began(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    bpy.context.scene.kinescribe.foot_lock = 0.0
    ops.generate()
    bpy.context.scene.frame_set(80)
    live.switch_on(bpy.context)
    mannequin.kinescribe.prompt = "a person jumps"
    tick_until(lambda: bool(session.ghosts))
    (ghost,) = session.ghosts
    ops.keep_ghost(index=0)
    check_ghost(ghost, mannequin, (1, 20, 60))


def test_keeping_it_is_one_undo_step_and_no_run(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    ghost = session.ghosts[0]
    bpy.context.scene.kinescribe.foot_lock = 0.0
    assert live._watch.preview is not None
    # as the button does in the window
    generation.start(live.use_preview(live._watch.preview))
    tick_until(is_idle)
    assert len(shown.requests) == 1 and len(mannequin.kinescribe.takes) == 1 and not session.ghosts
    check_ghost(ghost, mannequin, (1, 20, 60))
    tick()
    assert len(shown.requests) == 1 and not session.ghosts, "what was kept is not shown again"
    bpy.ops.ed.undo()
    rig = bpy.data.objects["Mannequin"]
    assert get_action(rig) is None and not rig.kinescribe.takes


def test_generate_keeps_what_is_shown(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    ops.generate()
    assert len(shown.requests) == 1 and len(mannequin.kinescribe.takes) == 1
    # another take is another run
    ops.generate(another=True)
    assert len(shown.requests) == 2


def test_generate_runs_the_model_if_something_changed_since(
    mannequin: bpy.types.Object, shown: FakeBackend
) -> None:
    mannequin.kinescribe.prompt = "a person jumps"
    ops.generate()
    assert prompts(shown) == ["a person walks forward", "a person jumps"]


def test_a_changed_part_is_shown_and_kept(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.add_part()
    stored = mannequin.kinescribe
    stored.parts[1].prompt = "a person jumps"
    bpy.context.scene.kinescribe.foot_lock = 0.0
    mannequin.location = (1.0, 2.0, 0.0)
    bpy.context.view_layer.update()
    ops.generate()
    # where the take has brought the character meanwhile does not count
    bpy.context.scene.frame_set(60)
    made = len(backend.requests)
    live.switch_on(bpy.context)
    tick()
    assert not session.ghosts and len(backend.requests) == made, "the take that plays is not shown twice"
    stored.parts[1].prompt = "a person waves"
    stored.parts[1].end += 12
    tick_until(lambda: bool(session.ghosts))
    made = len(backend.requests)
    (ghost,) = session.ghosts
    assert len(session.ghosts[0].positions) == stored.parts[1].end - stored.parts[0].start + 1
    assert describe_button(bpy.context, mannequin).text == "Keep This Motion"
    ops.keep_ghost(index=0)
    assert len(backend.requests) == made and len(stored.takes) == 2
    assert "waves" in get_action(mannequin)["kinescribe"]["parts"]
    check_ghost(ghost, mannequin, (1, 30, 110))


def test_a_path_that_the_take_does_not_follow_is_shown_at_once(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    ops.generate()
    ops.add_path()
    live.switch_on(bpy.context)
    tick_until(lambda: bool(session.ghosts))
    assert backend.requests[-1].constraints


def test_esc_lets_go_until_something_changes(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    ops.hide_ghosts()
    tick()
    assert not session.ghosts and session.live.is_on and len(shown.requests) == 1
    mannequin.kinescribe.prompt = "a person jumps"
    tick_until(lambda: bool(session.ghosts))


def test_a_removed_character_turns_it_off(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    bpy.data.objects.remove(mannequin)
    tick()
    assert not session.live.is_on and not session.ghosts
    assert session.generation.message == "Live is off: its character was removed"


def test_a_character_that_is_removed_while_a_motion_is_made(
    mannequin: bpy.types.Object, shown: FakeBackend
) -> None:
    shown.gate.clear()
    mannequin.kinescribe.prompt = "a person jumps"
    tick_until(lambda: live.is_running())
    bpy.data.objects.remove(mannequin)
    tick()
    shown.gate.set()
    tick()
    assert not session.live.is_on and not session.ghosts


@pytest.mark.parametrize("what", ["deleted", "parented"])
def test_a_guide_that_is_deleted_or_parented(
    mannequin: bpy.types.Object, backend: FakeBackend, what: str
) -> None:
    ops.add_path()
    path = mannequin.kinescribe.directing.path
    live.switch_on(bpy.context)
    tick_until(lambda: bool(session.ghosts))
    before = session.ghosts
    if what == "deleted":
        bpy.data.objects.remove(path)
    else:
        path.parent = bpy.data.objects.new("Cart", None)
        path.parent.location.x = 2.0
        bpy.context.scene.collection.objects.link(path.parent)
    bpy.context.view_layer.update()
    tick_until(lambda: session.ghosts is not before and is_idle())
    assert session.live.is_on and not session.live.message
    assert bool(backend.requests[-1].constraints) == (what == "parented")


def test_a_path_without_length_is_a_sentence_and_no_ghost(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    ops.add_path()
    path = mannequin.kinescribe.directing.path
    live.switch_on(bpy.context)
    tick_until(lambda: bool(session.ghosts))
    mannequin.kinescribe.directing.from_character = False
    path.scale = (0.0, 0.0, 0.0)
    bpy.context.view_layer.update()
    tick_until(lambda: not session.ghosts)
    assert session.live.level == "ERROR" and "has no length" in session.live.message
    path.scale = (1.0, 1.0, 1.0)
    bpy.context.view_layer.update()
    tick_until(lambda: bool(session.ghosts))
    assert not session.live.message


def test_kept_bones_are_not_followed(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    mannequin.kinescribe.directing.keep_selected = True
    tick_until(lambda: bool(session.live.message))
    assert session.live.message.startswith("Live does not follow kept bones") and not session.ghosts


def test_undo_is_a_change_like_others(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    ops.add_path()
    bpy.ops.ed.undo_push(message="Path")
    tick_until(lambda: len(shown.requests) == 2 and is_idle())
    shown.gate.clear()
    mannequin.kinescribe.prompt = "a person jumps"
    tick_until(lambda: live.is_running())
    bpy.ops.ed.undo()
    shown.gate.set()
    tick_until(lambda: is_idle() and not shown.requests[-1].constraints)
    assert session.live.is_on and len(session.ghosts) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only there the priority of a thread can be read")
def test_the_thread_yields_to_drawing(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    usual = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    shown.gate.clear()
    mannequin.kinescribe.prompt = "a person jumps"
    tick_until(lambda: live.is_running())
    (thread,) = (t for t in threading.enumerate() if t.name == "kinescribe-job")
    assert shown.is_waiting.wait(5.0) and thread.native_id is not None
    assert os.getpriority(os.PRIO_PROCESS, thread.native_id) > usual
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == usual
    shown.gate.set()
    tick_until(is_idle)


def test_another_file_turns_it_off(mannequin: bpy.types.Object, shown: FakeBackend, tmp_path: Path) -> None:
    shown.gate.clear()
    mannequin.kinescribe.prompt = "a person jumps"
    tick_until(lambda: live.is_running())
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    assert not session.live.is_on and not session.ghosts
    shown.gate.set()
    tick()
    assert not session.ghosts


def test_it_needs_a_window_and_draws_nothing_without(mannequin: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="Live needs a window: start Blender without --background"):
        ops.toggle_live()
    assert not session.live.is_on
    assert list_shown(bpy.context) == []


def test_disabling_leaves_no_handler_and_no_thread(mannequin: bpy.types.Object, shown: FakeBackend) -> None:
    shown.gate.clear()
    mannequin.kinescribe.prompt = "a person jumps"
    tick_until(lambda: live.is_running())
    shown.gate.set()
    addon_utils.disable(PACKAGE)
    try:
        handlers = [
            handler
            for name in ("depsgraph_update_post", "load_pre", "load_post", "undo_post", "redo_post")
            for handler in getattr(bpy.app.handlers, name)
        ]
        assert not [h for h in handlers if "kinescribe" in getattr(h, "__module__", "")]
        assert not bpy.app.timers.is_registered(background_tasks.poll)
        assert not [t for t in threading.enumerate() if t.name == "kinescribe-job"]
        assert not session.ghosts and not session.live.is_on
    finally:
        addon_utils.enable(PACKAGE, default_set=True)


def test_the_state_is_the_same_until_something_changes(mannequin: bpy.types.Object) -> None:
    ops.add_path()
    ops.add_pin(joint="left_wrist")
    ops.add_part()
    bpy.context.view_layer.update()
    state = read_state(bpy.context, mannequin)
    bpy.context.scene.frame_set(20)
    mannequin.kinescribe.parts[0].select = True
    assert read_state(bpy.context, mannequin) == state
    hash(state)
