# SPDX-License-Identifier: GPL-3.0-or-later
"""A queue in front of one model: requests that wait while it is busy go through it in one batch."""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from ...motion import BackendError, Cancelled, KinescribeError, Motion
from ..backend import Backend, CaptionJob, GenerationJob, caption_motion
from .fair_queue import FairQueue, Pass
from .limits import FIXED_SECONDS, USUAL_STEPS, estimate_work
from .model_figures import ModelFigures

_BACKGROUND_MARK = " background"
"""Ends the name under which a client's background jobs wait: they take turns with its other requests."""


class Busy(KinescribeError):
    """The queue is full, or the server is shutting down."""


@dataclass
class _QueueEntry:
    job: GenerationJob | CaptionJob
    future: Future[Any] = field(default_factory=Future)
    put_at: float = field(default_factory=time.monotonic)

    def fail(self, error: KinescribeError) -> None:
        """End the future with an error, unless nobody waits for it any more."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


_MAX_NESTED_PASSES = 3
"""Passes that may be interrupted at the same time: each keeps its arrays."""


class Dispatcher:
    """One thread that runs a backend. Clients get equal shares of it, see :mod:`.fair_queue`.

    A backend with ``generate_many`` computes a batch in the same passes of its network; between two of them a request
    of another client that has received less, and would be finished earlier, is computed first. Other backends, and
    batches with caption jobs, compute one job after another.

    Attributes
    ----------
    running : int
        Jobs that are computed or interrupted.
    done, failed : int
        Jobs that have ended, and those of them that ended with an error.
    """

    def __init__(
        self,
        backend: Backend,
        batch_size: int = 8,
        queue_size: int = 256,
        figures: ModelFigures | None = None,
    ) -> None:
        """Start the thread, which loads the model first.

        Parameters
        ----------
        backend : Backend
            What is run.
        batch_size : int
            Jobs at a time, at most.
        queue_size : int
            Jobs that may wait.
        figures : ModelFigures or None
            Gets the times.
        """
        self._figures = figures or ModelFigures()
        self._load_problem = "the model is being loaded"
        self._backend, self._batch_size, self._queue_size = backend, max(1, batch_size), max(1, queue_size)
        self._generate_many = getattr(backend, "generate_many", None)
        if self._generate_many is None:
            self._batch_size = 1  # nothing is gained by a batch, and its first result would wait for the last
        self._queue: FairQueue[_QueueEntry] = FairQueue()
        self._passes: list[Pass[_QueueEntry]] = []
        self._changed = threading.Condition()
        self._is_closed = False
        self.running = 0
        self.done = 0
        self.failed = 0
        self._thread = threading.Thread(target=self._run_passes, name="kinescribe-model", daemon=True)
        self._thread.start()

    @property
    def unready_reason(self) -> str:
        """Why no job could be computed now: the model could not be loaded yet, or the queue is full; else empty."""
        if not self._thread.is_alive():
            return "the model's thread has ended"
        return self._load_problem or ("the queue is full" if self.queued >= self._queue_size else "")

    @property
    def queued(self) -> int:
        """Number of jobs that wait."""
        with self._changed:
            return len(self._queue)

    def submit_generation(
        self, job: GenerationJob, client: str = "", is_background: bool = False
    ) -> Future[list[Motion]]:
        """Put a generation into the queue. Raises :class:`Busy` if that is full or the server is shutting down.

        ``is_background``: nobody waits for it now. A client's background jobs do not delay its other requests.
        """
        return self._put_job(job, client, is_background, estimate_work(job.request))

    def submit_caption(
        self, job: CaptionJob, client: str = "", is_background: bool = False
    ) -> Future[list[str]]:
        """Put a caption job into the queue, as :meth:`submit_generation` does with a generation."""
        return self._put_job(job, client, is_background, (FIXED_SECONDS + job.motion.seconds) * USUAL_STEPS)

    def _put_job(
        self, job: GenerationJob | CaptionJob, client: str, is_background: bool, work: float
    ) -> Future[Any]:
        entry = _QueueEntry(job)
        name = client + _BACKGROUND_MARK if is_background else client
        dropped: list[_QueueEntry] = []
        with self._changed:
            if self._is_closed:
                raise Busy("The server is shutting down: try again later")
            if len(self._queue) >= self._queue_size:
                dropped = self._queue.remove(lambda waiting: not waiting.job.cancelled())
            if len(self._queue) >= self._queue_size:
                other = self._queue.drop_of_largest(name)
                if other is None:
                    raise Busy("Too many requests wait: try again later")
                dropped.append(other)
            self._queue.put(entry, name, work)
            self._changed.notify()
        for removed in dropped:
            removed.fail(Busy("Too many requests wait: try again later"))
        return entry.future

    def close(self, seconds: float = 30.0) -> None:
        """Accept no more jobs, finish those in the queue and end the thread; wait ``seconds`` at most.

        Jobs that still wait then fail with :class:`Busy`.
        """
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join(seconds)
        with self._changed:
            abandoned = self._queue.remove(lambda _: False)
        for entry in abandoned:
            entry.fail(Busy("The server is shutting down: try again later"))

    def _load_model(self) -> None:
        """Load the model before the first request, if the backend can do that; requests say what is wrong with it."""
        prepare = getattr(self._backend, "prepare", None)
        try:
            if prepare is not None:
                prepare()
            self._load_problem = ""
        except Exception as error:
            self._load_problem = f"the model can't be loaded ({error})"[:300]

    def _run_passes(self) -> None:
        self._load_model()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: len(self._queue) or self._is_closed)
                is_last = self._is_closed and not len(self._queue)
            if is_last:
                return
            taken = self._take_pass()
            if taken is not None:
                self._run_pass(taken)

    def _take_pass(
        self, before: float = math.inf, without: frozenset[str] = frozenset()
    ) -> Pass[_QueueEntry] | None:
        """Take the requests of the next pass, see :meth:`.FairQueue.take`; cancelled ones get no part in it."""
        with self._changed:
            cancelled = self._queue.remove(lambda entry: not entry.job.cancelled())
            taken = self._queue.take(self._batch_size, before, without)
        for entry in cancelled:
            self.done += 1
            entry.fail(Cancelled("The generation was cancelled"))
        return taken

    def _let_others_go_first(self) -> None:
        """Compute requests that are due before the current pass; called by the backend between two passes."""
        if len(self._passes) > _MAX_NESTED_PASSES:
            return
        running = frozenset[str]().union(*(outer.clients for outer in self._passes))
        taken = self._take_pass(self._passes[-1].finish_time, running)
        if taken is not None:
            self._run_pass(taken)

    def _run_pass(self, taken: Pass[_QueueEntry]) -> None:
        began = time.monotonic()
        for entry in taken.items:
            self._figures.wait_seconds.observe(began - entry.put_at)
        self._passes.append(taken)
        self.running += len(taken.items)
        try:
            self._run_batch(taken.items)
        finally:
            self._passes.pop()
            self.running -= len(taken.items)
            self.done += len(taken.items)
            for _ in taken.items:
                self._figures.compute_seconds.observe(time.monotonic() - began)

    def _run_batch(self, entries: list[_QueueEntry]) -> None:
        outcomes: list[list[Motion] | list[str] | BaseException]
        try:
            outcomes = list(self._compute_outcomes([entry.job for entry in entries]))
        except Exception as error:
            # a bug in one batch must not end the thread that serves all requests
            outcomes = [error if isinstance(error, KinescribeError) else _wrap_bug(error)] * len(entries)
        for entry, outcome in zip(entries, outcomes, strict=True):
            if not entry.future.set_running_or_notify_cancel():
                continue
            if isinstance(outcome, BaseException):
                self.failed += not isinstance(outcome, Cancelled)
                entry.future.set_exception(outcome)
            else:
                self._load_problem = ""
                entry.future.set_result(outcome)

    def _compute_outcomes(
        self, jobs: list[GenerationJob | CaptionJob]
    ) -> list[list[Motion] | list[str] | KinescribeError]:
        """Return the result or the error of each job."""
        if self._generate_many is not None and all(isinstance(job, GenerationJob) for job in jobs):
            return list(self._generate_many(jobs, self._let_others_go_first))
        outcomes: list[list[Motion] | list[str] | KinescribeError] = []
        for job in jobs:
            try:
                if job.cancelled():
                    raise Cancelled("The generation was cancelled")
                if isinstance(job, CaptionJob):
                    outcomes.append(caption_motion(self._backend, job.motion, job.progress, job.cancelled))
                else:
                    outcomes.append(self._backend.generate(job.request, job.progress, job.cancelled))
            except KinescribeError as error:
                outcomes.append(error)
            except Exception as error:
                outcomes.append(_wrap_bug(error))
        return outcomes


def _wrap_bug(error: Exception) -> BackendError:
    wrapped = BackendError("The model failed ({kind}: {error})", kind=type(error).__name__, error=error)
    wrapped.__cause__ = error
    return wrapped
