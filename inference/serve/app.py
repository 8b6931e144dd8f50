# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as an ASGI application: the SDK's routes for the protocol, ours around them.

``Prefer: respond-async`` (RFC 7240) makes ``POST /generate`` and ``POST /caption`` answer 202 with the job's
``Location``; ``GET`` there says how far it is or gives the result, ``DELETE`` ends it. A client that goes away ends its
request too.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from motionmcp import build_app

from .asgi import Handler, Message, Receive, Send, header, read, refuse, reply
from .backbone import ServedBackbone, Watch, watching
from .captions import PATH, Captions

MAX_JOBS = 256
"""Results and running jobs that are kept; the oldest finished ones go first."""

KEPT_SECONDS = 600.0
"""For which the result of a job can be fetched."""

_MOST_KEPT_BYTES = 2**28


@dataclass
class _Job:
    watch: Watch
    task: asyncio.Task[None] | None = None
    answer: list[Message] = field(default_factory=list)
    finished: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of the answer."""
        return sum(len(message.get("body", b"")) for message in self.answer)


class Application:
    """ASGI application for ``models``. ``token``: what every request has to carry, if any; ``log`` takes events."""

    def __init__(
        self,
        models: Sequence[ServedBackbone],
        token: str = "",
        log: Callable[..., None] = lambda event, **_: None,
    ) -> None:
        self._models, self._token, self._log = list(models), token.encode(), log
        self._protocol = build_app(list(models), title="Kinescribe")
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._largest = max(m.capabilities().limits.max_request_bytes for m in models)
        self._captions = Captions(models, self._largest)
        self._work: dict[str, Handler] = {"/generate": self._protocol, PATH: self._captions}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one connection's scope."""
        if scope["type"] != "http":
            await self._protocol(scope, receive, send)
            return
        began, status = time.monotonic(), 0
        watch = Watch()
        watching.set(watch)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                more = [(b"retry-after", b"2")] if status in (429, 503) else []
                if scope["path"] == "/capabilities":
                    more += self._captions.header
                message["headers"] = [*message.get("headers", []), *more]
            await send(message)

        try:
            await self._route(scope, receive, noted, watch)
        finally:
            self._log(
                "request", method=scope["method"], path=scope["path"][:100], status=status,
                ms=round(1000 * (time.monotonic() - began)), model=watch.model, frames=watch.frames,
            )  # fmt: skip

    async def _route(self, scope: Message, receive: Receive, send: Send, watch: Watch) -> None:
        method, path = scope["method"], scope["path"]
        if path == "/health" and method == "GET":
            await reply(send, 200, self._health())
        elif not self._may(scope):
            await refuse(send, 401, "unauthorized", "a valid bearer token is needed")
        elif path.startswith("/jobs/"):
            await self._job(method, path.removeprefix("/jobs/"), send)
        elif method == "POST" and path in self._work:
            if b"respond-async" in header(scope, b"prefer").lower():
                await self._accept(scope, receive, send, watch)
            else:
                await self._watched(scope, receive, send, watch)
        else:
            await self._protocol(scope, receive, send)

    def _may(self, scope: Message) -> bool:
        sent = header(scope, b"authorization")
        return not self._token or hmac.compare_digest(sent, b"Bearer " + self._token)

    def _health(self) -> dict[str, Any]:
        loads = [model.load for model in self._models]
        return {
            "status": "ok",
            "models": [model.model_id for model in self._models],
            **{key: sum(load[key] for load in loads if key in load) for key in ("queued", "running", "done")},
        }

    async def _watched(self, scope: Message, receive: Receive, send: Send, watch: Watch) -> None:
        """The answer of whoever does the work; a client that hangs up meanwhile is noticed."""
        read = asyncio.Event()

        async def forwarded() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                read.set()
            return message

        async def listen() -> None:
            await read.wait()
            if (await receive())["type"] == "http.disconnect":
                watch.cancel()

        listener = asyncio.create_task(listen())
        try:
            await self._work[scope["path"]](scope, forwarded, send)
        finally:
            listener.cancel()

    async def _accept(self, scope: Message, receive: Receive, send: Send, watch: Watch) -> None:
        """202: the request goes on as a job of its own."""
        body = await read(receive, self._largest)
        if body is None:
            await refuse(send, 413, "payload_too_large", f"request body is more than {self._largest} bytes")
            return
        self._forget()
        if len(self._jobs) >= MAX_JOBS:
            await refuse(send, 503, "resource_exhausted", "too many jobs are kept: fetch or delete some")
            return
        job, name = _Job(watch), secrets.token_urlsafe(16)
        self._jobs[name] = job

        async def whole() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Message) -> None:
            job.answer.append(message)

        async def run() -> None:
            try:
                await self._work[scope["path"]](dict(scope), whole, keep)
            finally:
                job.finished = time.monotonic()
                self._log("job", model=watch.model, frames=watch.frames, cancelled=watch.cancelled())

        job.task = asyncio.create_task(run())
        headers = [(b"location", f"/jobs/{name}".encode()), (b"preference-applied", b"respond-async")]
        await reply(send, 202, {"status": "accepted"}, [*headers, (b"retry-after", b"0")])

    async def _job(self, method: str, name: str, send: Send) -> None:
        job = self._jobs.get(name)
        if job is None or method not in ("GET", "DELETE"):
            await refuse(send, 404, "invalid_request", "there is no such job (any more)")
        elif method == "DELETE":
            job.watch.cancel()
            del self._jobs[name]
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        elif not job.finished:
            done, total = job.watch.steps
            state = {"status": "running" if total else "queued", "step": done, "steps": total}
            await reply(send, 202, state, [(b"retry-after", b"0")])
        elif not job.answer:
            await refuse(send, 500, "internal_error", "the job failed; the server's log says why")
        else:
            for message in job.answer:
                await send(dict(message))

    def _forget(self) -> None:
        """Drop results that nobody fetched for long, or that take too much room."""
        kept, now = 0, time.monotonic()
        for name, job in reversed(list(self._jobs.items())):
            kept += job.size
            if job.finished and (now - job.finished > KEPT_SECONDS or kept > _MOST_KEPT_BYTES):
                del self._jobs[name]

    async def drained(self, seconds: float = 30.0) -> None:
        """Wait until running jobs have ended, at most ``seconds``."""
        running = [job.task for job in self._jobs.values() if job.task and not job.task.done()]
        if running:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), seconds)
