# SPDX-License-Identifier: GPL-3.0-or-later
"""Background tasks: work in threads or in slices of the main thread, which one application timer handles.

An application timer, not a modal operator: it depends on no window, survives the load of another file, and keeps
neither autosave nor undo waiting, as a modal operator would. Threads never touch ``bpy``; all callbacks run in the
main thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import bpy

from ..session import TaskStatus, session
from .base import error_message
from .notify import override_window, redraw_panels
from .thread_switching import restore_switch_interval, switch_threads_often

if TYPE_CHECKING:
    from ..inference.backend import IsCancelled, Progress
    from ..inference.jobs import ThreadJob
    from ..scene.slices import Slices

T = TypeVar("T")

INTERVAL = 0.05
"""Seconds between two ticks of the timer."""

SLICE_INTERVAL = 0.005
"""Seconds between the end of a tick and the next one while a task has slices to run: just long enough for events."""

SLICE_SECONDS = 0.02
"""Seconds for which a sliced task runs at each tick. A slice that has begun is not interrupted."""

PAUSE = 0.025
"""Seconds between the end of a tick and a slice that takes long: other timers, 50 times a second, have their turn."""

SHORT_TICK_SECONDS = 0.006
"""For how long slices run at a tick that should be short. What does not belong to it any more often costs one more
redraw of the 3D View, because new F-curves make Blender redraw it."""

JOIN_SECONDS = 3.0
"""How long unregistering waits for each cancelled thread; daemon threads do not keep Blender from quitting."""

_tasks: list[BackgroundTask[Any] | SlicedTask[Any]] = []
"""Tasks that were started and have not ended."""

_cancelled: list[BackgroundTask[Any] | SlicedTask[Any]] = []
"""Cancelled tasks whose threads may still run."""

_watchers: list[Callable[[], bool]] = []


class BackgroundTask(Generic[T]):
    """Work in a thread, with callbacks that the main thread calls before, during and after it.

    It ends with one call of ``on_done`` or ``on_error``; with none of them if it is cancelled.
    """

    def __init__(
        self,
        work: Callable[[Progress, IsCancelled], T],
        *,
        on_done: Callable[[T], None],
        on_error: Callable[[BaseException], None],
        on_progress: Callable[[int, int], None] | None = None,
        prepare: Callable[[], bool] | None = None,
        after: BackgroundTask[Any] | None = None,
        waits_for_user: bool = True,
        interval: float = INTERVAL,
    ) -> None:
        """Describe a task; :meth:`start`, :func:`run_tasks` or :func:`run_blocking` runs it.

        Parameters
        ----------
        work : called once in the thread with ``progress(done, total)`` and ``is_cancelled()``
            Returns the result.
        on_done : called with the result
            What it raises goes to ``on_error``.
        on_error : called with what ``work`` or one of the other callbacks raised
            An error that is no ``KinescribeError`` is raised after it as well.
        on_progress : called at every tick with the steps done and in all, (0, 0) at first
        prepare : called at every tick before the work starts, until it returns True
            For preparations in the main thread, which have to be cut into short parts.
        after : an earlier task
            The work starts when that task's thread has ended.
        waits_for_user : bool
            Whether ``prepare`` and ``on_done`` wait while Blender renders or the user drags something.
        interval : float
            Seconds between two ticks.
        """
        from ..inference.jobs import ThreadJob
        from ..motion import Cancelled

        if after is not None and after.job.join(0):
            after = None  # otherwise a chain of such tasks would keep the data of all of them in memory

        def run(progress: Progress, is_cancelled: IsCancelled) -> T:
            while after is not None and not after.job.join(0.1):
                if is_cancelled():
                    raise Cancelled("Cancelled")
            with switch_threads_often():
                return work(progress, is_cancelled)

        self.job: ThreadJob[T] = ThreadJob(run)
        self._on_done, self._on_error, self._on_progress = on_done, on_error, on_progress
        self._prepare = prepare
        self._waits_for_user = waits_for_user
        self._interval = interval

    @property
    def is_active(self) -> bool:
        """Whether it was started and has neither ended nor been cancelled."""
        return self in _tasks

    @property
    def is_preparing(self) -> bool:
        """Whether its work waits for ``prepare``."""
        return self._prepare is not None

    def start(self) -> None:
        """Start the task and return at once."""
        _tasks.append(self)
        if self._prepare is None:
            self.job.start()
        ensure_timer()

    @property
    def interval(self) -> float:
        """Seconds until the next tick."""
        return self._interval

    def cancel(self) -> None:
        """Cancel the task: no callback is called any more, even if its thread notices later."""
        if self in _tasks:
            _tasks.remove(self)
            self.job.cancel()
            _keep_cancelled(self)

    def join(self, seconds: float) -> bool:
        """Wait for the thread; return whether it has ended."""
        return self.job.join(seconds)

    def update(self) -> None:
        """Call the callbacks that are due: one tick of the timer."""
        if not self.is_active:
            return
        try:
            is_free = not (self._waits_for_user and is_blender_busy())
            if self._prepare is not None:
                if is_free:
                    self._continue_preparing()
                return
            if self._on_progress is not None:
                self._on_progress(*self.job.steps)
            # on_progress may have cancelled it
            if self.is_active and self.job.is_done and is_free:
                self._deliver_result()
        except BaseException as error:
            self._handle_error(error)

    def wait(self) -> None:
        """Block until the task has ended; raise the error that it ended with."""
        try:
            while self._prepare is not None:
                self._continue_preparing()
            self._deliver_result()
        except BaseException as error:
            self._handle_error(error)
            raise

    def _continue_preparing(self) -> None:
        assert self._prepare is not None
        if self._prepare():
            self._prepare = None
            if not self.job.is_cancelled:
                self.job.start()

    def _deliver_result(self) -> None:
        result = self.job.get_result()
        _tasks.remove(self)
        self._on_done(result)

    def _handle_error(self, error: BaseException) -> None:
        from ..motion import Cancelled, KinescribeError

        was_cancelled = self.job.is_cancelled
        self.cancel()
        if not was_cancelled:
            self._on_error(Cancelled("Cancelled") if isinstance(error, KeyboardInterrupt) else error)
        if not isinstance(error, KinescribeError):
            raise error


class SlicedTask(Generic[T]):
    """Work in the main thread, cut into slices (``scene.slices``), with parts that run in a thread.

    It ends with one call of ``on_done`` or ``on_error``; with none of them if it is cancelled.
    """

    def __init__(
        self,
        slices: Slices[T],
        *,
        on_done: Callable[[T], None],
        on_error: Callable[[BaseException], None],
        on_tick: Callable[[float], None],
    ) -> None:
        """Describe a task; :meth:`start` starts it.

        Parameters
        ----------
        slices : generator
            The work. It is closed if the task is cancelled.
        on_done : called with the result
            What it raises goes to ``on_error``.
        on_error : called with what ``slices`` or one of the other callbacks raised
            An error that is no ``KinescribeError`` is raised after it as well.
        on_tick : called with the fraction that is done, 0 to 1, before slices run
            It may cancel the task or raise if what the work is for has changed.
        """
        self._slices = slices
        self._on_done, self._on_error, self._on_tick = on_done, on_error, on_tick
        self._done = 0.0
        self._pauses = False
        self._tick_seconds = 0.0
        self._job: ThreadJob[Any] | None = None

    @property
    def is_active(self) -> bool:
        """Whether it was started and has neither ended nor been cancelled."""
        return self in _tasks

    @property
    def interval(self) -> float:
        """Seconds until the next tick, from the start of this one: Blender counts them from there."""
        return self._tick_seconds + (PAUSE if self._pauses else SLICE_INTERVAL)

    def start(self) -> None:
        """Start the task and return at once."""
        _tasks.append(self)
        ensure_timer()

    def cancel(self) -> None:
        """Cancel the task: the slices are closed, and no callback is called any more."""
        if self not in _tasks:
            return
        _tasks.remove(self)
        if self._job is not None:
            self._job.cancel()
            _keep_cancelled(self)
        self._slices.close()

    def join(self, seconds: float) -> bool:
        """Wait for the thread; return whether it has ended."""
        return self._job is None or self._job.join(seconds)

    def update(self) -> None:
        """Run slices for ``SLICE_SECONDS``, unless Blender is busy or work in the thread goes on.

        A tick with a slice after which Blender itself has much to do, evaluation, an undo step or a redraw, is kept
        short, and a pause goes before it if it is not the first.
        """
        if not self.is_active:
            return
        self._tick_seconds = 0.0
        try:
            with override_window():
                self._on_tick(self._done)
                if self.is_active and not is_blender_busy() and (self._job is None or self._job.is_done):
                    self._run_slices()
        except BaseException as error:
            self._handle_error(error)

    def _run_slices(self) -> None:
        from ..inference.jobs import ThreadJob

        began, limit = time.monotonic(), SLICE_SECONDS
        job, self._job = self._job, None
        answer = job.get_result() if job is not None else None
        try:
            while self._job is None:
                step = self._slices.send(answer)
                answer = None
                self._pauses = step is None or step == 1.0
                if self._pauses:
                    limit = min(limit, SHORT_TICK_SECONDS)
                if callable(step):
                    self._job = ThreadJob(_without_arguments(step))
                    self._job.start()
                elif step is not None:
                    self._done = step
                self._tick_seconds = time.monotonic() - began
                if self._tick_seconds >= limit:
                    break
        except StopIteration as stop:
            _tasks.remove(self)
            self._on_done(stop.value)

    def _handle_error(self, error: BaseException) -> None:
        from ..motion import KinescribeError

        self.cancel()
        self._slices.close()
        self._on_error(error)
        if not isinstance(error, KinescribeError):
            raise error


def _without_arguments(work: Callable[[], Any]) -> Callable[[Progress, IsCancelled], Any]:
    """Return work for a ``ThreadJob`` that neither reports progress nor can be cancelled."""

    def run(_progress: Progress, _is_cancelled: IsCancelled) -> Any:
        with switch_threads_often():
            return work()

    return run


def _keep_cancelled(task: BackgroundTask[Any] | SlicedTask[Any]) -> None:
    """Remember a cancelled task whose thread may still run."""
    _cancelled[:] = [other for other in _cancelled if not other.join(0)]
    _cancelled.append(task)


def has_event_loop() -> bool:
    """Whether timers fire: not in background mode."""
    return not bpy.app.background


def run_tasks(*tasks: BackgroundTask[Any]) -> None:
    """Start tasks; in background mode wait for them and raise the first error."""
    if not has_event_loop():
        run_blocking(*tasks)
        return
    for task in tasks:
        task.start()


def run_blocking(*tasks: BackgroundTask[Any]) -> None:
    """Run tasks side by side and wait for all of them; then raise the first error."""
    for task in tasks:
        task.start()
    errors: list[Exception] = []
    try:
        for task in tasks:
            try:
                task.wait()
            except Exception as error:
                errors.append(error)
    finally:  # Ctrl C
        for task in tasks:
            task.cancel()
    if errors:
        raise errors[0]


def failed_status(error: BaseException) -> TaskStatus:
    """Return what panels show of a task that ended with ``error``."""
    from ..motion import Cancelled

    return TaskStatus(message=error_message(error), level="INFO" if isinstance(error, Cancelled) else "ERROR")


def is_blender_busy() -> bool:
    """Whether Blender renders, or the user drags something: an undo step now would interrupt that operation."""
    return bpy.app.is_job_running("RENDER") or any(
        {"BLOCKING", "GRAB_CURSOR"} & operator.bl_options
        for window in bpy.context.window_manager.windows
        for operator in window.modal_operators
    )


def add_watcher(watcher: Callable[[], bool]) -> None:
    """Call ``watcher`` at every tick; the timer keeps running after the last task while one returns True."""
    _watchers.append(watcher)


def remove_watcher(watcher: Callable[[], bool]) -> None:
    """Stop calling ``watcher``."""
    _watchers.remove(watcher)


def poll() -> float | None:
    """Handle one tick: return the seconds until the next, None if there is nothing more to wait for."""
    before = session.copy()
    errors: list[Exception] = []
    for task in tuple(_tasks):
        try:
            task.update()
        except Exception as error:
            errors.append(error)
    is_watched = False
    for watcher in tuple(_watchers):
        try:
            is_watched |= watcher()
        except Exception as error:
            errors.append(error)
    if session != before:
        redraw_panels()
    keeps_running = bool(_tasks) or is_watched
    if errors:
        # Blender ends a timer that raises: the other tasks get another one
        _remove_timer()
        if keeps_running:
            ensure_timer()
        raise errors[0]
    return min((task.interval for task in _tasks), default=INTERVAL) if keeps_running else None


def cancel_all() -> None:
    """Cancel every task."""
    for task in tuple(_tasks):
        task.cancel()


def ensure_timer() -> None:
    """Let the timer tick, for a watcher that has something to watch."""
    if not bpy.app.timers.is_registered(poll):
        bpy.app.timers.register(poll, first_interval=INTERVAL, persistent=True)


def _remove_timer() -> None:
    if bpy.app.timers.is_registered(poll):
        bpy.app.timers.unregister(poll)


def stop_all() -> None:
    """Cancel every task and wait for the threads, each for ``JOIN_SECONDS`` at most."""
    _remove_timer()
    cancel_all()
    for task in _cancelled:
        task.join(JOIN_SECONDS)
    _cancelled.clear()
    restore_switch_interval()
