# SPDX-License-Identifier: GPL-3.0-or-later
"""A queue in front of one model: requests that wait while it is busy go through it in one batch."""

from __future__ import annotations

import contextlib
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from ...motion import BackendError, Cancelled, KinescribeError, Motion
from ..backend import Backend, CaptionJob, GenerationJob, caption_motion


class Busy(KinescribeError):
    """The queue is full, or the server is shutting down."""


@dataclass
class _QueueEntry:
    job: GenerationJob | CaptionJob
    future: Future[Any] = field(default_factory=Future)


class Dispatcher:
    """One thread that runs a backend.

    A backend with ``generate_many`` computes a batch in the same passes of its network; other backends, and batches
    with caption jobs, are computed one job after another.

    Attributes
    ----------
    running : int
        Jobs in the current batch.
    done : int
        Jobs that have ended, failed or not.
    """

    def __init__(self, backend: Backend, batch_size: int = 8, queue_size: int = 256) -> None:
        """Start the thread; up to ``batch_size`` jobs at a time, up to ``queue_size`` jobs in the queue."""
        self._backend, self._batch_size = backend, max(1, batch_size)
        self._queue: queue.Queue[_QueueEntry | None] = queue.Queue(queue_size)
        self._closed = threading.Event()
        self.running = 0
        self.done = 0
        self._thread = threading.Thread(target=self._run_batches, name="kinescribe-model", daemon=True)
        self._thread.start()

    @property
    def queued(self) -> int:
        """Number of jobs that wait."""
        return self._queue.qsize()

    def submit_generation(self, job: GenerationJob) -> Future[list[Motion]]:
        """Put a generation into the queue. Raises :class:`Busy` if that is full or the server is shutting down."""
        return self._put_job(job)

    def submit_caption(self, job: CaptionJob) -> Future[list[str]]:
        """Put a caption job into the queue. Raises :class:`Busy` if that is full or the server is shutting down."""
        return self._put_job(job)

    def _put_job(self, job: GenerationJob | CaptionJob) -> Future[Any]:
        entry = _QueueEntry(job)
        if self._closed.is_set():
            raise Busy("The server is shutting down: try again later")
        try:
            self._queue.put_nowait(entry)
        except queue.Full:
            raise Busy("Too many requests wait: try again later") from None
        return entry.future

    def close(self, seconds: float = 30.0) -> None:
        """Accept no more jobs, finish those in the queue and end the thread; wait ``seconds`` at most."""
        self._closed.set()
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=seconds)
        self._thread.join(seconds)

    def _run_batches(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            entries, is_last = [first], False
            while len(entries) < self._batch_size:
                try:
                    entry = self._queue.get_nowait()
                except queue.Empty:
                    break
                if entry is None:
                    is_last = True
                    break
                entries.append(entry)
            self.running = len(entries)
            self._run_batch(entries)
            self.running = 0
            self.done += len(entries)
            if is_last:
                return

    def _run_batch(self, entries: list[_QueueEntry]) -> None:
        outcomes: list[list[Motion] | list[str] | BaseException]
        try:
            outcomes = list(self._compute_outcomes([entry.job for entry in entries]))
        except Exception as error:
            # a bug in one batch must not end the thread that serves all requests
            outcomes = [error if isinstance(error, KinescribeError) else _wrap_bug(error)] * len(entries)
        for entry, outcome in zip(entries, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                entry.future.set_exception(outcome)
            else:
                entry.future.set_result(outcome)

    def _compute_outcomes(
        self, jobs: list[GenerationJob | CaptionJob]
    ) -> list[list[Motion] | list[str] | KinescribeError]:
        """Return the result or the error of each job."""
        generate_many = getattr(self._backend, "generate_many", None)
        if generate_many is not None and all(isinstance(job, GenerationJob) for job in jobs):
            return list(generate_many(jobs))
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
