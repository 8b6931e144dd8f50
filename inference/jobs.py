# SPDX-License-Identifier: GPL-3.0-or-later
"""One generation off the main thread, watched from it."""

from __future__ import annotations

import threading
import time

from ..motion import Cancelled, Motion, MotionRequest
from .backend import Backend


class Job:
    """Runs ``backend.generate(request)`` in a daemon thread of its own, once.

    All members may be used from any thread; none of them blocks, except :meth:`join` and a :meth:`result` that is
    asked for too early.
    """

    def __init__(self, backend: Backend, request: MotionRequest) -> None:
        self.request = request
        self._backend = backend
        self._cancel = threading.Event()
        # one tuple, replaced as a whole, so that a reader never sees the step of one call with the total of another
        self._steps = (0, 0)
        self._motions: list[Motion] | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="kinescribe-job", daemon=True)

    def start(self) -> None:
        """Begin; ``RuntimeError`` the second time."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the backend to stop; it notices between steps, and :meth:`result` raises ``Cancelled`` at once."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether :meth:`cancel` was called."""
        return self._cancel.is_set()

    @property
    def steps(self) -> tuple[int, int]:
        """Diffusion steps done and in all; (0, 0) before the first is reported."""
        return self._steps

    @property
    def progress(self) -> float:
        """Share of the steps done, 0 to 1."""
        done, total = self._steps
        return min(max(done / total, 0.0), 1.0) if total > 0 else 0.0

    @property
    def done(self) -> bool:
        """Whether there is a result, an error, or nobody who waits for either."""
        return self.cancelled or self._motions is not None or self._error is not None

    def join(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for the thread to end; whether it has."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def result(self) -> list[Motion]:
        """The motions, waiting for them where needed; raises what the backend raised, or ``Cancelled``."""
        while not self.done and self._thread.is_alive():
            # short waits, because a wait without end would keep Ctrl C from the user on Windows
            self._thread.join(0.05)
        if self.cancelled:
            raise Cancelled("The generation was cancelled")
        if self._error is not None:
            raise self._error
        if self._motions is None:
            raise RuntimeError("the job was never started")
        return self._motions

    def _report(self, done: int, total: int) -> None:
        self._steps = (done, total)

    def _stop(self) -> bool:
        # hands the interpreter to Blender's main thread, so that its window stays fluid between two steps
        time.sleep(0)
        return self._cancel.is_set()

    def _run(self) -> None:
        try:
            self._motions = self._backend.generate(self.request, self._report, self._stop)
        except BaseException as error:
            # the thread ends here whatever happens: result() raises it where it can be shown
            self._error = error
