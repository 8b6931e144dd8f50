# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in a background thread, watched from the main thread."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from typing import Generic, TypeVar

from ..motion import Cancelled
from .backend import IsCancelled, Progress

Result = TypeVar("Result")


class ThreadJob(Generic[Result]):
    """A function that runs once in a daemon thread of its own; for a generation ``partial(backend.generate, request)``.

    All members may be used from any thread. Only :meth:`join`, and :meth:`get_result` before the end, wait.
    """

    def __init__(
        self, work: Callable[[Progress, IsCancelled], Result], cancel_message: str = "The task was cancelled"
    ) -> None:
        """Set ``work(progress, cancelled)``, and the message of the ``Cancelled`` that :meth:`get_result` raises."""
        self._work = work
        self._cancel_message = cancel_message
        self._cancel_event = threading.Event()
        # one tuple, replaced as a whole, so that a reader never sees the step of one call with the total of another
        self._steps = (0, 0)
        self._result: tuple[Result] | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run_work, name="kinescribe-job", daemon=True)

    def start(self) -> None:
        """Start the thread. Raises ``RuntimeError`` the second time."""
        self._thread.start()

    def cancel(self) -> None:
        """Request the end of the work, which it notices at its next step.

        From now on :meth:`get_result` raises ``Cancelled``.
        """
        self._cancel_event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether :meth:`cancel` was called."""
        return self._cancel_event.is_set()

    @property
    def steps(self) -> tuple[int, int]:
        """The steps done and the steps in all; (0, 0) before the work has reported any."""
        return self._steps

    @property
    def progress(self) -> float:
        """The fraction of the steps that are done, 0 to 1."""
        done, total = self._steps
        return min(max(done / total, 0.0), 1.0) if total > 0 else 0.0

    @property
    def is_done(self) -> bool:
        """True once finished, failed or cancelled; a cancelled thread may still run."""
        return self.is_cancelled or self.has_ended

    @property
    def has_ended(self) -> bool:
        """True once the work has returned or raised."""
        return self._result is not None or self._error is not None

    @property
    def error(self) -> BaseException | None:
        """The exception that the work raised, or None."""
        return self._error

    def join(self, timeout: float | None = None) -> bool:
        """Wait at most ``timeout`` seconds (None: without limit) for the thread to end; return whether it has."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def get_result(self) -> Result:
        """Return what the work returned, waiting for its end.

        Raises what the work raised, or ``Cancelled`` after :meth:`cancel`.
        """
        while not self.is_done and self._thread.is_alive():
            # short waits, because a wait without limit would block Ctrl C on Windows
            self._thread.join(0.05)
        if self.is_cancelled:
            raise Cancelled(self._cancel_message)
        if self._error is not None:
            raise self._error
        if self._result is None:
            raise RuntimeError("the job was never started")
        return self._result[0]

    def _report_progress(self, done: int, total: int) -> None:
        self._steps = (done, total)

    def _check_cancelled(self) -> bool:
        # hands the interpreter to Blender's main thread, so that its window stays fluid between two steps
        time.sleep(0)
        return self._cancel_event.is_set()

    def _run_work(self) -> None:
        try:
            self._result = (self._work(self._report_progress, self._check_cancelled),)
        except BaseException as error:
            # the thread ends here in any case: get_result() raises the error where it can be shown
            _clear_frames(error)
            self._error = error


def _clear_frames(error: BaseException) -> None:
    """Free the local variables of the functions that an exception came through, such as the weights of a model.

    The traceback still names files and lines.
    """
    cleared: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        part = waiting.pop()
        if part is not None and id(part) not in cleared:
            cleared.add(id(part))
            traceback.clear_frames(part.__traceback__)
            waiting += [part.__cause__, part.__context__]
