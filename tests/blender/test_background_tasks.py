# SPDX-License-Identifier: GPL-3.0-or-later
"""Background tasks: work in threads, callbacks in the main thread. The tests call the timer by hand."""

from __future__ import annotations

import gc
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import bpy
import pytest
from kinescribe.motion import Cancelled, RequestError
from kinescribe.operators import background_tasks
from kinescribe.operators.background_tasks import BackgroundTask, failed_status, run_blocking
from kinescribe.operators.base import error_message, translate
from kinescribe.operators.thread_switching import SWITCH_SECONDS
from kinescribe.session import EndpointStatus, session


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    background_tasks.stop_all()


class Outcome:
    """What the callbacks of a task were called with, and in which thread."""

    def __init__(self) -> None:
        self.results: list[Any] = []
        self.errors: list[BaseException] = []
        self.steps: list[tuple[int, int]] = []
        self.threads: set[threading.Thread] = set()

    def task(self, work: Callable[[Any, Callable[[], bool]], Any], **options: Any) -> BackgroundTask[Any]:
        def on_done(result: Any) -> None:
            self.threads.add(threading.current_thread())
            self.results.append(result)

        def on_progress(done: int, total: int) -> None:
            self.threads.add(threading.current_thread())
            self.steps.append((done, total))

        options = {"on_done": on_done, "on_error": self.errors.append, "on_progress": on_progress} | options
        return BackgroundTask(work, **options)

    @property
    def is_empty(self) -> bool:
        return not self.results and not self.errors


def tick_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        background_tasks.poll()
        time.sleep(0.005)


def wait_until_cancelled(_progress: Any, is_cancelled: Callable[[], bool]) -> None:
    while not is_cancelled():
        time.sleep(0.005)
    raise Cancelled("The work was cancelled")


def test_work_runs_in_a_thread_and_callbacks_in_the_main_one() -> None:
    threads = []
    gate = threading.Event()

    def work(progress: Callable[[int, int], None], _is_cancelled: Any) -> str:
        threads.append(threading.current_thread())
        progress(1, 2)
        gate.wait(5.0)
        return "result"

    outcome = Outcome()
    task = outcome.task(work)
    task.start()
    assert bpy.app.timers.is_registered(background_tasks.poll) and task.is_active
    tick_until(lambda: (1, 2) in outcome.steps)
    assert outcome.is_empty and background_tasks.poll() == background_tasks.INTERVAL
    gate.set()
    tick_until(lambda: not outcome.is_empty)
    assert outcome.results == ["result"] and not outcome.errors and not task.is_active
    assert outcome.threads == {threading.main_thread()} != set(threads)
    assert background_tasks.poll() is None


def test_threads_that_work_let_the_main_thread_run_soon() -> None:
    outcome, usual = Outcome(), sys.getswitchinterval()
    task = outcome.task(lambda *_: sys.getswitchinterval())
    task.start()
    tick_until(lambda: not task.is_active)
    assert outcome.results == [pytest.approx(SWITCH_SECONDS)] and outcome.results[0] < usual
    assert sys.getswitchinterval() == pytest.approx(usual)


@pytest.mark.parametrize("ends", [True, False])
def test_disabling_restores_the_switch_interval(monkeypatch: pytest.MonkeyPatch, ends: bool) -> None:
    usual, gate = sys.getswitchinterval(), threading.Event()
    monkeypatch.setattr(background_tasks, "JOIN_SECONDS", 0.1)
    task = Outcome().task(wait_until_cancelled if ends else lambda *_: gate.wait(10.0))
    task.start()
    tick_until(lambda: sys.getswitchinterval() < usual)
    background_tasks.stop_all()
    assert sys.getswitchinterval() == pytest.approx(usual)
    gate.set()
    assert task.join(5.0) and sys.getswitchinterval() == pytest.approx(usual)


def test_cancel_takes_effect_at_once_and_calls_nothing() -> None:
    gate = threading.Event()
    outcome = Outcome()
    task = outcome.task(lambda _progress, _is_cancelled: gate.wait(5.0))
    task.start()
    task.cancel()
    assert not task.is_active and background_tasks.poll() is None
    gate.set()
    assert task.job.join(5.0)
    background_tasks.poll()
    assert outcome.is_empty
    task.cancel()


def test_stopping_joins_the_threads_and_ends_the_timer() -> None:
    task = Outcome().task(wait_until_cancelled)
    task.start()
    background_tasks.stop_all()
    assert not [t for t in threading.enumerate() if t.name.startswith("kinescribe")]
    assert not bpy.app.timers.is_registered(background_tasks.poll)


def test_results_wait_while_the_user_drags_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background_tasks, "is_blender_busy", lambda: True)
    waiting, other = Outcome(), Outcome()
    task = waiting.task(lambda *_: 1)
    task.start()
    other.task(lambda *_: 2, waits_for_user=False).start()
    tick_until(lambda: task.job.is_done and not other.is_empty)
    background_tasks.poll()
    assert waiting.is_empty and other.results == [2]
    monkeypatch.undo()
    background_tasks.poll()
    assert waiting.results == [1]


def test_a_known_error_arrives_as_the_exception_itself() -> None:
    error = RequestError("{name} is gone", name="Cube")
    outcome = Outcome()

    def work(*_: Any) -> None:
        raise error

    outcome.task(work).start()
    tick_until(lambda: not outcome.is_empty)
    assert outcome.errors == [error] and failed_status(error).message == "Cube is gone"
    assert failed_status(error).level == "ERROR" and failed_status(Cancelled("Cancelled")).level == "INFO"


def test_a_bug_is_shown_and_raised_and_leaves_the_other_tasks_alone() -> None:
    bad, good = Outcome(), Outcome()
    bad.task(lambda *_: 1 // 0).start()
    task = good.task(wait_until_cancelled)
    task.start()
    with pytest.raises(ZeroDivisionError):
        tick_until(lambda: False)
    (error,) = bad.errors
    assert "ZeroDivisionError" in error_message(error)
    assert task.is_active and bpy.app.timers.is_registered(background_tasks.poll)
    assert background_tasks.poll() == background_tasks.INTERVAL


def test_an_error_of_the_result_s_callback_is_an_error_of_the_task() -> None:
    def on_done(_result: Any) -> None:
        raise RequestError("There is no place for it")

    outcome = Outcome()
    outcome.task(lambda *_: 1, on_done=on_done).start()
    tick_until(lambda: not outcome.is_empty)
    assert str(outcome.errors[0]) == "There is no place for it"


def test_progress_may_cancel_the_task() -> None:
    tasks: list[BackgroundTask[Any]] = []
    outcome = Outcome()
    tasks.append(outcome.task(lambda *_: 1, on_progress=lambda *_: tasks[0].cancel()))
    tasks[0].start()
    assert tasks[0].job.join(5.0)
    assert background_tasks.poll() is None and outcome.is_empty


def test_preparations_come_first_bit_by_bit() -> None:
    left = [3]
    outcome = Outcome()

    def prepare() -> bool:
        left[0] -= 1
        return left[0] == 0

    task = outcome.task(lambda *_: left[0], prepare=prepare)
    task.start()
    for expected in (2, 1, 0):
        assert task.is_preparing
        background_tasks.poll()
        assert left == [expected]
    assert not task.is_preparing
    tick_until(lambda: outcome.results == [0])


def test_a_task_after_another_waits_for_its_thread() -> None:
    gate, started = threading.Event(), threading.Event()
    first = Outcome().task(lambda *_: gate.wait(5.0))
    first.start()
    first.cancel()
    outcome = Outcome()
    outcome.task(lambda *_: started.set(), after=first).start()
    assert not started.wait(0.2)
    gate.set()
    tick_until(lambda: not outcome.is_empty)
    assert started.is_set() and not outcome.errors


def test_a_task_after_another_does_not_keep_that_one_s_data() -> None:
    tasks = [Outcome().task(lambda *_: 1)]
    run_blocking(tasks[0])
    assert tasks[0].job.join(5.0)
    first = weakref.ref(tasks[0])
    tasks = [Outcome().task(lambda *_: 2, after=tasks[0])]
    gc.collect()
    assert first() is None
    run_blocking(*tasks)


def test_preparing_may_cancel_the_task() -> None:
    tasks: list[BackgroundTask[Any]] = []
    outcome = Outcome()
    started = threading.Event()

    def prepare() -> bool:
        tasks[0].cancel()
        return True

    tasks.append(outcome.task(lambda *_: started.set(), prepare=prepare))
    tasks[0].start()
    assert background_tasks.poll() is None and outcome.is_empty and not started.wait(0.2)


def test_a_callback_that_fails_after_cancelling_reports_nothing() -> None:
    tasks: list[BackgroundTask[Any]] = []
    outcome = Outcome()

    def on_progress(_done: int, _total: int) -> None:
        tasks[0].cancel()
        raise RequestError("Too late")

    tasks.append(outcome.task(wait_until_cancelled, on_progress=on_progress))
    tasks[0].start()
    assert background_tasks.poll() is None and outcome.is_empty


def test_scripts_wait_for_all_tasks_and_get_the_first_error() -> None:
    outcome = Outcome()

    def fail(*_: Any) -> None:
        raise RequestError("This one fails")

    tasks = [outcome.task(lambda *_: 1), outcome.task(fail), outcome.task(lambda *_: 2)]
    with pytest.raises(RequestError, match="This one fails"):
        run_blocking(*tasks)
    assert outcome.results == [1, 2] and len(outcome.errors) == 1
    assert not any(task.is_active for task in tasks)


def test_ctrl_c_cancels_what_a_script_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = Outcome()
    task = outcome.task(wait_until_cancelled)

    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(task.job, "get_result", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_blocking(task)
    assert isinstance(outcome.errors[0], Cancelled) and task.job.join(5.0)


def test_a_watcher_keeps_the_timer_going() -> None:
    answers = [True, True, False]
    watcher = lambda: answers.pop(0)  # noqa: E731
    background_tasks.add_watcher(watcher)
    try:
        assert [background_tasks.poll() for _ in range(3)] == [background_tasks.INTERVAL] * 2 + [None]
    finally:
        background_tasks.remove_watcher(watcher)


def test_a_watcher_that_fails_leaves_the_tasks_alone() -> None:
    task = Outcome().task(wait_until_cancelled)
    task.start()
    watcher = lambda: bool(1 // 0)  # noqa: E731
    background_tasks.add_watcher(watcher)
    try:
        with pytest.raises(ZeroDivisionError):
            background_tasks.poll()
    finally:
        background_tasks.remove_watcher(watcher)
    assert task.is_active and bpy.app.timers.is_registered(background_tasks.poll)


def test_panels_are_redrawn_only_when_the_session_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    redraws = []
    monkeypatch.setattr(background_tasks, "redraw_panels", lambda: redraws.append(1))
    task = Outcome().task(wait_until_cancelled)
    task.start()
    background_tasks.poll()
    assert not redraws

    def change() -> bool:
        session.set_endpoint_status("Studio", EndpointStatus(is_busy=True))
        return False

    background_tasks.add_watcher(change)
    background_tasks.poll()
    background_tasks.poll()
    background_tasks.remove_watcher(change)
    session.servers.clear()
    assert len(redraws) == 1


def test_fields_are_put_in_after_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    from kinescribe.operators import base

    german = {"{name} is hidden": "{name} ist verborgen", "Kinescribe has a bug: {error}": "Fehler: {error}"}
    monkeypatch.setattr(base, "pgettext_rpt", lambda text: german.get(text, text))
    assert translate("{name} is hidden", name="{x}") == "{x} ist verborgen"
    assert translate("braces {stay}") == "braces {stay}"
    assert error_message(RequestError("{name} is hidden", name="Cube")) == "Cube ist verborgen"
    assert error_message(ValueError("no")) == "Fehler: ValueError: no"
