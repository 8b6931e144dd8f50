# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests of many clients onto one model: what waits while the model is busy goes through it together."""

from __future__ import annotations

import contextlib
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from ...motion import BackendError, Cancelled, KinescribeError, Motion
from ..backend import Ask, Backend, Question, captions_of


class Busy(KinescribeError):
    """More requests wait than the server takes."""


@dataclass
class _Waiting:
    ask: Ask | Question
    future: Future[Any] = field(default_factory=Future)


class Dispatcher:
    """One thread that runs ``backend``; up to ``batch`` requests at a time, at most ``waiting`` in the queue.

    A backend with ``generate_many`` computes a batch in the same passes; others take one request after the other, and
    so do those who want a motion described.
    """

    def __init__(self, backend: Backend, batch: int = 8, waiting: int = 256) -> None:
        self._backend, self._batch = backend, max(1, batch)
        self._queue: queue.Queue[_Waiting | None] = queue.Queue(waiting)
        self._closed = threading.Event()
        self.running = 0
        self.done = 0
        self._thread = threading.Thread(target=self._work, name="kinescribe-model", daemon=True)
        self._thread.start()

    @property
    def queued(self) -> int:
        """Requests that wait."""
        return self._queue.qsize()

    def submit(self, ask: Ask) -> Future[list[Motion]]:
        """Put a request into the queue. Raises :class:`Busy` where that is full or the server is going down."""
        return self._waits(ask)

    def describe(self, question: Question) -> Future[list[str]]:
        """The same for a motion that is to be described."""
        return self._waits(question)

    def _waits(self, ask: Ask | Question) -> Future[Any]:
        entry = _Waiting(ask)
        if self._closed.is_set():
            raise Busy("The server is going down: ask again later")
        try:
            self._queue.put_nowait(entry)
        except queue.Full:
            raise Busy("Too many requests wait: ask again later") from None
        return entry.future

    def close(self, seconds: float = 30.0) -> None:
        """Take nothing more, finish what waits, and end; after ``seconds`` at the latest."""
        self._closed.set()
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=seconds)
        self._thread.join(seconds)

    def _work(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            entries, last = [first], False
            while len(entries) < self._batch:
                try:
                    entry = self._queue.get_nowait()
                except queue.Empty:
                    break
                if entry is None:
                    last = True
                    break
                entries.append(entry)
            self.running = len(entries)
            self._run(entries)
            self.running = 0
            self.done += len(entries)
            if last:
                return

    def _run(self, entries: list[_Waiting]) -> None:
        outcomes: list[list[Motion] | list[str] | BaseException]
        try:
            outcomes = list(self._outcomes([entry.ask for entry in entries]))
        except Exception as error:
            # a bug in one batch must not end the thread that serves all
            outcomes = [error if isinstance(error, KinescribeError) else _bug(error)] * len(entries)
        for entry, outcome in zip(entries, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                entry.future.set_exception(outcome)
            else:
                entry.future.set_result(outcome)

    def _outcomes(self, asks: list[Ask | Question]) -> list[list[Motion] | list[str] | KinescribeError]:
        together = getattr(self._backend, "generate_many", None)
        if together is not None and all(isinstance(ask, Ask) for ask in asks):
            return list(together(asks))
        outcomes: list[list[Motion] | list[str] | KinescribeError] = []
        for ask in asks:
            try:
                if ask.cancelled():
                    raise Cancelled("The generation was cancelled")
                if isinstance(ask, Question):
                    outcomes.append(captions_of(self._backend, ask.motion, ask.progress, ask.cancelled))
                else:
                    outcomes.append(self._backend.generate(ask.request, ask.progress, ask.cancelled))
            except KinescribeError as error:
                outcomes.append(error)
            except Exception as error:
                outcomes.append(_bug(error))
        return outcomes


def _bug(error: Exception) -> BackendError:
    wrapped = BackendError(f"The model failed ({type(error).__name__}: {error})")
    wrapped.__cause__ = error
    return wrapped
