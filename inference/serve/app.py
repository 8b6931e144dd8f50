# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as an ASGI application: the SDK's FastAPI application with routes, tokens and jobs of its own.

``Prefer: respond-async`` (RFC 7240) makes ``POST /generate`` and ``POST /caption`` answer 202 with the ``Location`` of
a job; ``GET`` there returns its progress or its result, ``DELETE`` cancels it. A request also ends if its client
disconnects.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from motionmcp import ProtocolError, build_app
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from .backbone import RequestState, ServedBackbone, current_request
from .captions import HEADER, PATH, CaptionRoute, read_body

MAX_JOBS = 256
"""Jobs and results that are kept; the oldest results are dropped first."""

RESULT_SECONDS = 600.0
"""How long the result of a job is kept."""

_MAX_RESULT_BYTES = 2**28  # of all results together


@dataclass
class _ServerJob:
    """A request that runs in the background, and the messages of its response once it has finished.

    ``task`` keeps a reference, without which the event loop might drop it. ``finished`` is a monotonic time, 0 while
    the job runs.
    """

    state: RequestState
    task: asyncio.Task[None] | None = None
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


class _NoSuchJob(ProtocolError):  # type: ignore[misc]
    status_code = 404


class Application:
    """ASGI application for ``models``.

    Every request but ``GET /health`` needs ``token`` as its bearer token, unless it is empty. ``log`` takes the name of
    an event and its values.
    """

    def __init__(
        self,
        models: Sequence[ServedBackbone],
        token: str = "",
        log: Callable[..., None] = lambda event, **_: None,
    ) -> None:
        self._models, self._token, self._log = list(models), token.encode(), log
        self._max_bytes = max(m.capabilities().limits.max_request_bytes for m in models)
        self._captions = CaptionRoute(models, self._max_bytes)
        self._jobs: OrderedDict[str, _ServerJob] = OrderedDict()
        self._routes = build_app(list(models), title="Kinescribe")
        self._routes.add_route("/health", self._report_health, ["GET"])
        self._routes.add_route("/jobs/{name}", self._return_job, ["GET"])
        self._routes.add_route("/jobs/{name}", self._cancel_job, ["DELETE"])
        self._routes.add_route(PATH, self._captions.handle_request, ["POST"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._routes(scope, receive, send)
            return
        began, status = time.monotonic(), 0
        state = RequestState()
        current_request.set(state)

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                if status in (429, 503):
                    headers["Retry-After"] = "2"
                if scope["path"] == "/capabilities" and self._captions.header_value:
                    headers[HEADER] = self._captions.header_value
            await send(message)

        try:
            await self._dispatch_request(Request(scope, receive), send_with_headers, state)
        except ProtocolError as error:
            response = JSONResponse(error.to_envelope(), error.status_code)
            await response(scope, receive, send_with_headers)
        except ClientDisconnect:
            state.cancel()
        finally:
            self._log(
                "request", method=scope["method"], path=scope["path"][:100], status=status,
                ms=round(1000 * (time.monotonic() - began)), model=state.model, frames=state.frames,
            )  # fmt: skip

    async def _dispatch_request(self, request: Request, send: Send, state: RequestState) -> None:
        """Check the token, then answer at once, start a job, or hand the request to its route."""
        is_open = request.method == "GET" and request.scope["path"] == "/health"
        if not is_open and not self._is_authorised(request.headers):
            raise ProtocolError("unauthorized", "a valid bearer token is needed")
        if request.method != "POST" or request.scope["path"] not in ("/generate", PATH):
            await self._routes(request.scope, request.receive, send)
        elif "respond-async" in request.headers.get("prefer", "").lower():
            response = await self._start_job(request, state)
            await response(request.scope, request.receive, send)
        else:
            await self._run_until_disconnect(request, send, state)

    def _is_authorised(self, headers: Headers) -> bool:
        sent = headers.get("authorization", "").encode("latin-1")
        return not self._token or hmac.compare_digest(sent, b"Bearer " + self._token)

    async def _report_health(self, request: Request) -> Response:
        loads = [model.request_counts for model in self._models]
        return JSONResponse({
            "status": "ok",
            "models": [model.model_id for model in self._models],
            **{key: sum(load[key] for load in loads if key in load) for key in ("queued", "running", "done")},
        })  # fmt: skip

    async def _run_until_disconnect(self, request: Request, send: Send, state: RequestState) -> None:
        """Hand the request to its route; cancel it if the client disconnects meanwhile."""
        is_read = asyncio.Event()

        async def receive() -> Message:
            message = await request.receive()
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                is_read.set()
            return message

        async def cancel_at_disconnect() -> None:
            await is_read.wait()
            if (await request.receive())["type"] == "http.disconnect":
                state.cancel()

        listener = asyncio.create_task(cancel_at_disconnect())
        try:
            await self._routes(request.scope, receive, send)
        finally:
            listener.cancel()

    async def _start_job(self, request: Request, state: RequestState) -> Response:
        """Run the request in the background; return 202 with the job's location."""
        body = await read_body(request, self._max_bytes)
        self._drop_old_results()
        if len(self._jobs) >= MAX_JOBS:
            raise ProtocolError("resource_exhausted", "too many jobs are kept: fetch or delete some")
        job, name = _ServerJob(state), secrets.token_urlsafe(16)
        self._jobs[name] = job

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def store_message(message: Message) -> None:
            job.response.append(message)

        async def run_job() -> None:
            try:
                await self._routes(dict(request.scope), receive, store_message)
            finally:
                job.finished = time.monotonic()
                self._log("job", model=state.model, frames=state.frames, cancelled=state.is_cancelled())

        job.task = asyncio.create_task(run_job())
        headers = {
            "Location": f"/jobs/{name}",
            "Preference-Applied": "respond-async",
            "Retry-After": "0",
        }
        return JSONResponse({"status": "accepted"}, 202, headers)

    def _find_job(self, request: Request) -> _ServerJob:
        job = self._jobs.get(request.path_params["name"])
        if job is None:
            raise _NoSuchJob("invalid_request", "there is no such job (any more)")
        return job

    async def _return_job(self, request: Request) -> Any:
        job = self._find_job(request)
        if not job.finished:
            done, total = job.state.steps
            content = {"status": "running" if total else "queued", "step": done, "steps": total}
            return JSONResponse(content, 202, {"Retry-After": "0"})
        if not job.response:
            raise ProtocolError("internal_error", "the job failed; the server's log says why")
        return job.send_response

    async def _cancel_job(self, request: Request) -> Response:
        self._find_job(request).state.cancel()
        del self._jobs[request.path_params["name"]]
        return Response(status_code=204)

    def _drop_old_results(self) -> None:
        """Drop results that were not fetched in time, and the oldest ones if all are too large together."""
        size, now = 0, time.monotonic()
        for name, job in reversed(list(self._jobs.items())):
            size += job.size
            if job.finished and (now - job.finished > RESULT_SECONDS or size > _MAX_RESULT_BYTES):
                del self._jobs[name]
