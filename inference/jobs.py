# SPDX-License-Identifier: GPL-3.0-or-later
"""Work off the main thread that takes its time, such as a generation: progress, cancelling, result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from ..motion import Cancelled
from .backend import IsCancelled, Progress

T = TypeVar("T")


class Job(Generic[T]):
    """Runs ``work(progress, is_cancelled)`` once, in a daemon thread of its own.

    For a generation that is ``partial(backend.generate, request)``. All members may be used from any thread; none of
    them blocks, except :meth:`join` and a :meth:`result` that is called before the work is done.
    """

    def __init__(self, work: Callable[[Progress, IsCancelled], T]) -> None:
        self._work = work
        self._cancel = threading.Event()
        # one tuple, replaced as a whole, so that a reader never sees the step of one call with the total of another
        self._steps = (0, 0)
        # a tuple of one, because None may be the result
        self._result: tuple[T] | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="kinescribe-job", daemon=True)

    def start(self) -> None:
        """Start the thread. Raises ``RuntimeError`` the second time."""
        self._thread.start()

    def cancel(self) -> None:
        """Tell the work to stop; :meth:`result` raises ``Cancelled`` from now on, however late the work notices."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether :meth:`cancel` was called."""
        return self._cancel.is_set()

    @property
    def steps(self) -> tuple[int, int]:
        """Steps done and in all; (0, 0) before the first is reported."""
        return self._steps

    @property
    def progress(self) -> float:
        """Fraction of the steps done, 0 to 1."""
        done, total = self._steps
        return min(max(done / total, 0.0), 1.0) if total > 0 else 0.0

    @property
    def done(self) -> bool:
        """Whether it has finished, failed or was cancelled."""
        return self.cancelled or self._result is not None or self._error is not None

    def join(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for the thread to end; return whether it has."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def result(self) -> T:
        """Wait for the result and return it; raise what the work raised, or ``Cancelled``."""
        while not self.done and self._thread.is_alive():
            # short waits, because a wait without end would keep Ctrl C from the user on Windows
            self._thread.join(0.05)
        if self.cancelled:
            raise Cancelled("The work was cancelled")
        if self._error is not None:
            raise self._error
        if self._result is None:
            raise RuntimeError("the job was never started")
        return self._result[0]

    def _report(self, done: int, total: int) -> None:
        self._steps = (done, total)

    def _stop(self) -> bool:
        # hands the interpreter to Blender's main thread, so that its window stays fluid between two steps
        time.sleep(0)
        return self._cancel.is_set()

    def _run(self) -> None:
        try:
            self._result = (self._work(self._report, self._stop),)
        except BaseException as error:
            # the thread ends here whatever happens: result() raises it where it can be shown
            self._error = error
