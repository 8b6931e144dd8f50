# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of the server and their results: bounded in number, bytes and time, and shared fairly among clients."""

from __future__ import annotations

import secrets
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from motionmcp import ProtocolError
from starlette.types import Message, Receive, Scope, Send

from .backbone import RequestState

MAX_JOBS = 256
"""Jobs and results that are kept; beyond it the client with the most loses its oldest result, or its newest job."""

RESULT_SECONDS = 600.0
"""How long the result of a job is kept."""

MAX_RESULT_BYTES = 2**28
"""Bytes of all results together."""


@dataclass
class Job:
    """A request that runs in the background, and the messages of its response once it has finished.

    ``finished`` is a monotonic time, 0 while the job runs.
    """

    state: RequestState
    response: list[Message] = field(default_factory=list)
    finished: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of the response's body."""
        return sum(len(message.get("body", b"")) for message in self.response)

    async def send_response(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stored response; an ASGI application, as Starlette's ``Response`` is."""
        for message in self.response:
            await send(dict(message))


class NoSuchJob(ProtocolError):  # type: ignore[misc]
    """A job that never was, or is kept no longer."""

    status_code = 404


class JobStore:
    """The jobs by name."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def __len__(self) -> int:
        return len(self._jobs)

    def add_job(self, state: RequestState) -> tuple[str, Job]:
        """Add a job and return its name, which nobody can guess. Raises ``ProtocolError`` if there are too many."""
        self._drop_old_results()
        if len(self._jobs) >= MAX_JOBS and not self._make_room(state.client):
            raise ProtocolError("resource_exhausted", "too many jobs are running: try again later")
        name, job = secrets.token_urlsafe(16), Job(state)
        self._jobs[name] = job
        return name, job

    def find_job(self, name: str) -> Job:
        """Return a job. Raises :class:`NoSuchJob`."""
        job = self._jobs.get(name)
        if job is None:
            raise NoSuchJob("invalid_request", "there is no such job (any more)")
        return job

    def cancel_job(self, name: str) -> None:
        """Cancel and forget a job. Raises :class:`NoSuchJob`."""
        self.find_job(name).state.cancel()
        del self._jobs[name]

    def list_unfinished(self) -> list[str]:
        """Return the names of the jobs that wait or run."""
        return [name for name, job in self._jobs.items() if not job.finished]

    @property
    def last_finished(self) -> float:
        """Monotonic time at which the last result was ready, 0 if there is none."""
        return max((job.finished for job in self._jobs.values()), default=0.0)

    def _make_room(self, client: str) -> bool:
        """Drop a job of the client with the most, unless ``client`` has as many; or an old result of its own."""
        counts = Counter(job.state.client for job in self._jobs.values())
        largest, count = counts.most_common(1)[0]
        if count < counts[client] + 2:
            largest = client
        own = [(name, job) for name, job in self._jobs.items() if job.state.client == largest]
        results = [(job.finished, name) for name, job in own if job.finished]
        if results:
            del self._jobs[min(results)[1]]
        elif largest != client:
            self.cancel_job(own[-1][0])
        else:
            return False
        return True

    def _drop_old_results(self) -> None:
        """Drop results that were not fetched in time, and the oldest ones if all are too large together."""
        size, now = 0, time.monotonic()
        for name, job in reversed(list(self._jobs.items())):
            size += job.size
            if job.finished and (now - job.finished > RESULT_SECONDS or size > MAX_RESULT_BYTES):
                del self._jobs[name]
