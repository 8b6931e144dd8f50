# SPDX-License-Identifier: GPL-3.0-or-later
"""Long-running requests: retried while the server is busy, polled if it answers with a job, cancelled on request."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from ...motion import BackendError, Cancelled
from ..backend import IsCancelled, Progress
from .errors import refusal_error
from .server import Server
from .transport import JSON_TYPE, Response, send_request

_RETRIES = 2  # of a request that the server postponed (429 or 503 with Retry-After) before it began
_MAX_RETRY_AFTER = 20.0  # seconds; a server that postpones a request for longer is reported as busy
_POLL_SECONDS = (0.2, 10.0)  # seconds between two polls of a job, at least and at most
_CANCEL_CHECK_SECONDS = 0.05  # seconds between two checks for Cancel


@dataclass(frozen=True)
class JobRequest:
    """What is posted: ``body`` of media type ``media_type`` to ``path``, and the time limit in seconds."""

    path: str
    body: bytes
    seconds: float
    media_type: str = JSON_TYPE


def run_remote_job(server: Server, job: JobRequest, progress: Progress, cancelled: IsCancelled) -> Response:
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
    deadline = time.monotonic() + job.seconds
    response = _post_job(server, job, deadline, cancelled)
    if response.status == 202:
        response = _poll_job(server, response, job, deadline, progress, cancelled)
    if response.status != 200:
        raise refusal_error(server, response)
    return response


def _post_job(server: Server, job: JobRequest, deadline: float, cancelled: IsCancelled) -> Response:
    """Post a request; try again if a busy server states when.

    Parameters
    ----------
    server, job
        As :func:`run_remote_job` takes them.
    deadline : float
        Monotonic time at which the request ends with an error.
    cancelled
        As :func:`run_remote_job` takes it.
    """
    for attempt in range(_RETRIES + 1):
        remaining = max(deadline - time.monotonic(), 1.0)
        response = send_request(
            server, "POST", job.path, job.body, remaining, cancelled, media_type=job.media_type
        )
        wait = response.retry_after
        if response.status not in (429, 503) or wait is None or attempt == _RETRIES:
            break
        if wait > min(_MAX_RETRY_AFTER, deadline - time.monotonic()):
            break
        _wait_unless_cancelled(wait, cancelled)
    return response


def _poll_job(
    server: Server,
    accepted: Response,
    job: JobRequest,
    deadline: float,
    progress: Progress,
    cancelled: IsCancelled,
) -> Response:
    """Poll a job until it has finished, and return its response.

    Parameters
    ----------
    server
        As :func:`run_remote_job` takes it.
    accepted : Response
        The response with status 202 and the job's location.
    job
        As :func:`run_remote_job` takes it.
    deadline : float
        Monotonic time at which the job ends with an error.
    progress, cancelled
        As :func:`run_remote_job` takes them.
    """
    path = _find_job_path(server, accepted.headers.get("location", ""))
    response = accepted
    try:
        while response.status == 202:
            _report_steps(response, progress)
            _wait_unless_cancelled(
                min(max(response.retry_after or 0.0, _POLL_SECONDS[0]), _POLL_SECONDS[1]), cancelled
            )
            if time.monotonic() > deadline:
                raise BackendError(
                    "{host} did not finish within {seconds:.0f} seconds: ask for a shorter motion",
                    host=server.host,
                    seconds=job.seconds,
                )
            response = send_request(server, "GET", path, None, 30.0, cancelled)
    finally:
        # cancels it if it still runs; else the server need not keep its result
        _delete_job(server, path)
    return response


def _find_job_path(server: Server, location: str) -> str:
    """Return the job's path below the server's address. Raises :class:`BackendError` if it is on another host."""
    url = urljoin(server.url + "/", location)
    server_parts, job_parts = urlsplit(server.url), urlsplit(url)
    if not location or (server_parts.scheme, server_parts.netloc) != (job_parts.scheme, job_parts.netloc):
        raise BackendError(
            "{host} accepted the request, but does not say where its result will be: is it an MMCP server?",
            host=server.host,
        )
    path = job_parts.path + (f"?{job_parts.query}" if job_parts.query else "")
    return path.removeprefix(server_parts.path) if server_parts.path else path


def _delete_job(server: Server, path: str) -> None:
    """Delete the job on the server, in a thread that is not waited for."""

    def send_delete() -> None:
        with contextlib.suppress(Exception):
            send_request(server, "DELETE", path, None, 3.0)

    threading.Thread(target=send_delete, name="kinescribe-delete-job", daemon=True).start()


def _wait_unless_cancelled(seconds: float, cancelled: IsCancelled) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if cancelled():
            raise Cancelled("The generation was cancelled")
        time.sleep(min(_CANCEL_CHECK_SECONDS, max(deadline - time.monotonic(), 0.0)))


def _report_steps(response: Response, progress: Progress) -> None:
    """Report the steps in a job's state, if it states any."""
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        state = response.json()
        if isinstance(state.get("steps"), int) and state["steps"] > 0:
            progress(min(max(int(state.get("step", 0)), 0), state["steps"]), state["steps"])
        elif isinstance(state.get("progress"), (int, float)) and 0 <= state["progress"] <= 1:
            progress(round(100 * state["progress"]), 100)
