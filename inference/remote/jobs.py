# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that a server is given: put off and asked again, done as a job with steps, taken back where nobody waits."""

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

_RETRIES = 2  # of a request that the server put off (429, 503 with Retry-After) and so has not begun
_LONGEST_WAIT = 20.0  # seconds that a server may put off a request without the user being told
_POLL = (0.2, 10.0)  # seconds between two looks at a job, at least and at most
_LOOK = 0.05


@dataclass(frozen=True)
class Work:
    """``body`` is posted to ``path``; it is given up after ``seconds``."""

    path: str
    body: bytes
    seconds: float
    kind: str = JSON


def done_by(server: Server, work: Work, progress: Progress, cancelled: IsCancelled) -> Answer:
    """The server's answer with status 200, whether it gave it at once or did a job (202, then ``GET`` of its place).

    Raises :class:`BackendError` or ``RequestError`` in one sentence, and :class:`Cancelled`.
    """
    deadline = time.monotonic() + work.seconds
    answer = _posted(server, work, deadline, cancelled)
    if answer.status == 202:
        answer = _awaited(server, answer, work, deadline, progress, cancelled)
    if answer.status != 200:
        raise refused(server, answer)
    return answer


def _posted(server: Server, work: Work, deadline: float, cancelled: IsCancelled) -> Answer:
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
    """The result of a job that the server does in its own time."""
    path = _job_path(server, accepted.headers.get("location", ""))
    answer = accepted
    try:
        while answer.status == 202:
            _tell(answer, progress)
            _pause(min(max(answer.retry_after or 0.0, _POLL[0]), _POLL[1]), cancelled)
            if time.monotonic() > deadline:
                raise BackendError(
                    f"{server.host} did not finish within {work.seconds:.0f} seconds: ask for less"
                )
            answer = exchange(server, "GET", path, None, 30.0, cancelled)
    except KinescribeError:
        _abandon(server, path)
        raise
    return answer


def _job_path(server: Server, location: str) -> str:
    """The job's path on this server; jobs on other hosts are not followed."""
    whole = urljoin(server.url + "/", location)
    here, there = urlsplit(server.url), urlsplit(whole)
    if not location or (here.scheme, here.netloc) != (there.scheme, there.netloc):
        raise BackendError(
            f"{server.host} accepted the request, but does not say where its result will be: is it an MMCP server?"
        )
    path = there.path + (f"?{there.query}" if there.query else "")
    return path.removeprefix(here.path) if here.path else path


def _abandon(server: Server, path: str) -> None:
    """Tell the server that nobody waits any more, without waiting for it."""

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
    """Report the steps that the job's state names, where it names any."""
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        stated = answer.json()
        if isinstance(stated.get("steps"), int) and stated["steps"] > 0:
            progress(min(max(int(stated.get("step", 0)), 0), stated["steps"]), stated["steps"])
        elif isinstance(stated.get("progress"), (int, float)) and 0 <= stated["progress"] <= 1:
            progress(round(100 * stated["progress"]), 100)
