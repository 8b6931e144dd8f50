# SPDX-License-Identifier: GPL-3.0-or-later
"""A model on a server, asked as any other."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from ...motion import (
    BackendError,
    Cancelled,
    Capabilities,
    FormatError,
    KinescribeError,
    Motion,
    MotionRequest,
    Provenance,
    check_request,
)
from ...motion.formats.gltf import parse_gltf
from ...motion.resample import resample
from ..backend import IsCancelled, Progress, never, silent
from .errors import refused, wrong_kind
from .models import RemoteModel
from .server import Server
from .transport import Answer, exchange
from .wire import body

GENERATE_SECONDS = 600.0
"""For a whole generation: servers that wake up a graphics card take minutes."""

_RETRIES = 2  # of a request that the server put off (429, 503 with Retry-After) and so has not begun
_LONGEST_WAIT = 20.0  # seconds that a server may put off a request without the user being told
_POLL = (0.2, 10.0)  # seconds between two looks at a job, at least and at most
_LOOK = 0.05

_KINDS = frozenset({"model/gltf+json", "model/gltf-binary", "application/json", "application/octet-stream"})


class RemoteBackend:
    """One model of an MMCP server as a :class:`~..backend.Backend`."""

    def __init__(self, server: Server, model: RemoteModel, seconds: float = GENERATE_SECONDS) -> None:
        """``seconds``: after which a generation is given up."""
        self._server, self._model, self._seconds = server, model, seconds

    def capabilities(self) -> Capabilities:
        """As the server stated them when it was asked for its models."""
        return self._model.capabilities

    def generate(
        self, request: MotionRequest, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[Motion]:
        """See :meth:`~..backend.Backend.generate`; motions have the model's own skeleton."""
        check_request(request, self.capabilities())
        raw = json.dumps(body(request, self._model), allow_nan=False).encode()
        deadline = time.monotonic() + self._seconds
        answer = self._posted(raw, deadline, cancelled)
        if answer.status == 202:
            answer = self._awaited(answer, deadline, progress, cancelled)
        if answer.status != 200:
            raise refused(self._server, answer)
        if answer.kind not in _KINDS:
            raise wrong_kind(self._server, answer)
        try:
            motions = parse_gltf(answer.body, f"The answer of {self._server.host}")
        except FormatError as error:
            raise BackendError(f"{error}: try again, or another model") from None
        return [self._fitted(motion, request, n) for n, motion in enumerate(motions)]

    def _posted(self, raw: bytes, deadline: float, cancelled: IsCancelled) -> Answer:
        for attempt in range(_RETRIES + 1):
            left = deadline - time.monotonic()
            answer = exchange(self._server, "POST", "/generate", raw, max(left, 1.0), cancelled)
            wait = answer.retry_after
            if answer.status not in (429, 503) or wait is None or attempt == _RETRIES:
                break
            if wait > min(_LONGEST_WAIT, deadline - time.monotonic()):
                break
            _pause(wait, cancelled)
        return answer

    def _awaited(
        self, accepted: Answer, deadline: float, progress: Progress, cancelled: IsCancelled
    ) -> Answer:
        """The result of a job that the server does in its own time."""
        path = self._job_path(accepted.headers.get("location", ""))
        answer = accepted
        try:
            while answer.status == 202:
                _tell(answer, progress)
                _pause(min(max(answer.retry_after or 0.0, _POLL[0]), _POLL[1]), cancelled)
                if time.monotonic() > deadline:
                    raise BackendError(
                        f"{self._server.host} did not finish within {self._seconds:.0f} seconds: ask for less"
                    )
                answer = exchange(self._server, "GET", path, None, 30.0, cancelled)
        except KinescribeError:
            self._abandon(path)
            raise
        return answer

    def _job_path(self, location: str) -> str:
        """The job's path on this server; jobs on other hosts are not followed."""
        whole = urljoin(self._server.url + "/", location)
        here, there = urlsplit(self._server.url), urlsplit(whole)
        if not location or (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise BackendError(
                f"{self._server.host} accepted the request, but does not say where its result will be: is it an MMCP "
                "server?"
            )
        path = there.path + (f"?{there.query}" if there.query else "")
        return path.removeprefix(here.path) if here.path else path

    def _abandon(self, path: str) -> None:
        """Tell the server that nobody waits any more, without waiting for it."""

        def ask() -> None:
            with contextlib.suppress(Exception):
                exchange(self._server, "DELETE", path, None, 3.0)

        threading.Thread(target=ask, name="kinescribe-abandon", daemon=True).start()

    def _fitted(self, motion: Motion, request: MotionRequest, sample: int) -> Motion:
        motion = resample(motion, request.fps)
        if len(motion) > request.total_frames:
            keep = slice(request.total_frames)
            motion = replace(
                motion,
                root_translation=motion.root_translation[keep],
                local_rotations=motion.local_rotations[keep],
                contacts=None if motion.contacts is None else motion.contacts[keep],
            )
        return replace(
            motion,
            provenance=Provenance(
                request.prompt,
                request.options.seed + sample,
                self._model.id,
                self._model.licence,
                f"MMCP server {self._server.host}",
            ),
        )


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
