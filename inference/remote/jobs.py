# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that take a server long: retried while it is busy, polled if it answers with a job, cancelled on request."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from ...motion import BackendError, Cancelled, KinescribeError
from ..backend import IsCancelled, Progress
from .errors import refused
from .server import Server
from .transport import JSON, Answer, exchange

_RETRIES = 2  # of a request that the server has postponed (429, 503 with Retry-After) and so has not begun
_LONGEST_WAIT = 20.0  # seconds; a server that postpones a request for longer is reported as busy
_POLL = (0.2, 10.0)  # seconds between two polls of a job, at least and at most
_LOOK = 0.05  # seconds between two checks for Cancel


@dataclass(frozen=True)
class Work:
    """What is posted: ``body`` of media type ``kind`` to ``path``; it is given up after ``seconds``."""

    path: str
    body: bytes
    seconds: float
    kind: str = JSON


def done_by(server: Server, work: Work, progress: Progress, cancelled: IsCancelled) -> Answer:
    """Post a request and return the response with status 200, after polling if the server answers with a job (202).

    Raises :class:`BackendError`, ``RequestError`` or :class:`Cancelled`.

    Parameters
    ----------
    server : Server
        Where to send it.
    job : JobRequest
        What to send.
    progress : Progress
        Called with the steps that the job states.
    cancelled : IsCancelled
        Called often; True cancels the job on the server too.
    """
    deadline = time.monotonic() + work.seconds
    answer = _posted(server, work, deadline, cancelled)
    if answer.status == 202:
        answer = _awaited(server, answer, work, deadline, progress, cancelled)
    if answer.status != 200:
        raise refused(server, answer)
    return answer


def _posted(server: Server, work: Work, deadline: float, cancelled: IsCancelled) -> Answer:
    """Post a request; try again if a busy server states when.

    Parameters
    ----------
    server, job, cancelled
        As :func:`done_by` takes them.
    deadline : float
        Monotonic time at which to give up.
    """
    for attempt in range(_RETRIES + 1):
        left = max(deadline - time.monotonic(), 1.0)
        answer = exchange(server, "POST", work.path, work.body, left, cancelled, kind=work.kind)
        wait = answer.retry_after
        if answer.status not in (429, 503) or wait is None or attempt == _RETRIES:
            break
        if wait > min(_LONGEST_WAIT, deadline - time.monotonic()):
            break
        _pause(wait, cancelled)
    return answer


def _awaited(
    server: Server,
    accepted: Answer,
    work: Work,
    deadline: float,
    progress: Progress,
    cancelled: IsCancelled,
) -> Answer:
    """Poll a job until it has finished, and return its response.

    Parameters
    ----------
    server, job, progress, cancelled
        As :func:`done_by` takes them.
    accepted : Response
        The response with status 202 and the job's location.
    deadline : float
        Monotonic time at which to give up.
    """
    path = _job_path(server, accepted.headers.get("location", ""))
    answer = accepted
    try:
        while answer.status == 202:
            _tell(answer, progress)
            _pause(min(max(answer.retry_after or 0.0, _POLL[0]), _POLL[1]), cancelled)
            if time.monotonic() > deadline:
                raise BackendError(
                    "{host} did not finish within {seconds:.0f} seconds: ask for a shorter motion",
                    host=server.host,
                    seconds=work.seconds,
                )
            answer = exchange(server, "GET", path, None, 30.0, cancelled)
    except KinescribeError:
        _abandon(server, path)
        raise
    return answer


def _job_path(server: Server, location: str) -> str:
    """Return the job's path below the server's address. Raises :class:`BackendError` if it is on another host."""
    whole = urljoin(server.url + "/", location)
    here, there = urlsplit(server.url), urlsplit(whole)
    if not location or (here.scheme, here.netloc) != (there.scheme, there.netloc):
        raise BackendError(
            "{host} accepted the request, but does not say where its result will be: is it an MMCP server?",
            host=server.host,
        )
    path = there.path + (f"?{there.query}" if there.query else "")
    return path.removeprefix(here.path) if here.path else path


def _abandon(server: Server, path: str) -> None:
    """Cancel the job on the server, in a thread that is not waited for."""

    def ask() -> None:
        with contextlib.suppress(Exception):
            exchange(server, "DELETE", path, None, 3.0)

    threading.Thread(target=ask, name="kinescribe-abandon", daemon=True).start()


def _pause(seconds: float, cancelled: IsCancelled) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if cancelled():
            raise Cancelled("The generation was cancelled")
        time.sleep(min(_LOOK, max(until - time.monotonic(), 0.0)))


def _tell(answer: Answer, progress: Progress) -> None:
    """Report the steps in a job's state, if it states any."""
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        stated = answer.json()
        if isinstance(stated.get("steps"), int) and stated["steps"] > 0:
            progress(min(max(int(stated.get("step", 0)), 0), stated["steps"]), stated["steps"])
        elif isinstance(stated.get("progress"), (int, float)) and 0 <= stated["progress"] <= 1:
            progress(round(100 * stated["progress"]), 100)
