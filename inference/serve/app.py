# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as an ASGI application: the SDK's FastAPI application with routes, tokens and jobs of its own.

``Prefer: respond-async`` (RFC 7240) makes ``POST /generate`` and ``POST /caption`` answer 202 with the ``Location`` of
a job; ``GET`` there returns its progress or its result, ``DELETE`` cancels it. A request also ends if its client
disconnects.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from motionmcp import ProtocolError, build_app
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from .access import CAPTION_TYPES, LOOPBACK_NAMES, AccessRules, check_media_type, name_client
from .backbone import RequestState, ServedBackbone, current_request
from .binary_gltf import prefers_binary, send_binary
from .captions import HEADER, PATH, CaptionRoute, read_body
from .embeddings import PATH as EMBEDDINGS_PATH
from .embeddings import EmbeddingRoute
from .idempotency import HEADER as KEY_HEADER
from .idempotency import IdempotencyKeys, decline
from .job_store import JobStore
from .metrics import MEDIA_TYPE, RequestFigures, format_family, format_sample
from .model_figures import format_model_figures
from .parse_turns import ParseTurns
from .request_id import HEADER as REQUEST_ID_HEADER
from .request_id import choose_request_id
from .request_pace import RequestPace

if TYPE_CHECKING:
    from ..ardy.backend import TextEncoder

_PENALTY_SECONDS = 1.0
"""Time after which an address that guesses tokens gets its answer."""

JOBS_PATH = "/generate/jobs/"

LICENCES_HEADER = "kinescribe-licences"
"""Names the licence of each model's motions in the response to ``GET /capabilities``: MMCP has no field for it."""

_POLL_CHECKS, _POLL_CHECK_SECONDS = 5, 0.05
"""How long the state of a job that does not change is held back: clients may poll without a pause."""

_ROUTES = ("/generate", PATH, EMBEDDINGS_PATH, "/capabilities", "/health", "/ready", "/metrics",
           JOBS_PATH)  # fmt: skip


class Application:
    """ASGI application for ``models``.

    Every request but ``GET /health`` and ``GET /ready`` needs ``token`` as its bearer token, unless it is empty.
    ``log`` takes the name of an event and its values. ``host_names`` are accepted in the header ``Host``, see
    :class:`~.access.AccessRules`.
    ``text_encoder`` gives vectors of sentences to ARDY on other machines. ``keeps_responses``: honour
    ``Idempotency-Key``; without it, responses say that they do not.
    """

    def __init__(
        self,
        models: Sequence[ServedBackbone],
        token: str = "",
        log: Callable[..., None] = lambda event, **_: None,
        host_names: Collection[str] | None = LOOPBACK_NAMES,
        text_encoder: TextEncoder | None = None,
        keeps_responses: bool = True,
    ) -> None:
        self._models, self._log = list(models), log
        self._access = AccessRules(token, host_names)
        self._is_draining = False
        self._max_bytes = max(m.capabilities().limits.max_request_bytes for m in models)
        self._captions = CaptionRoute(models, self._max_bytes)
        licences = [(quote(m.model_id, safe=""), quote(m.licence, safe=" ")) for m in models if m.licence]
        self._model_headers = {
            LICENCES_HEADER: ", ".join(f"{name}={licence}" for name, licence in licences),
            HEADER: self._captions.header_value,
        }
        self._jobs = JobStore()
        self._keys = IdempotencyKeys() if keeps_responses else None
        self._parse_turns = ParseTurns()
        self._pace, self._stranger_pace = RequestPace(), RequestPace()
        self._tasks: set[asyncio.Task[None]] = set()
        self._figures = RequestFigures(_ROUTES)
        self._started = time.time()
        self._routes = build_app(list(models), title="Kinescribe")
        self._routes.add_exception_handler(OverflowError, _refuse_number)
        self._routes.add_route("/health", self._report_health, ["GET", "HEAD"])
        self._routes.add_route("/ready", self._report_readiness, ["GET", "HEAD"])
        self._routes.add_route("/metrics", self._report_metrics, ["GET"])
        self._routes.add_route(JOBS_PATH + "{name}", self._return_job, ["GET"])
        self._routes.add_route(JOBS_PATH + "{name}", self._cancel_job, ["DELETE"])
        self._routes.add_route(PATH, self._captions.handle_request, ["POST"])
        if text_encoder is not None:
            embeddings = EmbeddingRoute(text_encoder)
            self._routes.add_route(EMBEDDINGS_PATH, embeddings.handle_request, ["POST"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._routes(scope, receive, send)
            return
        began, status = time.monotonic(), 0
        client = name_client(str((scope.get("client") or ("",))[0]))
        state = RequestState(client, choose_request_id(Headers(scope=scope).get(REQUEST_ID_HEADER, "")))
        current_request.set(state)

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = state.request_id
                if status in (429, 503):
                    headers["Retry-After"] = "2"
                if status == 401:
                    headers["WWW-Authenticate"] = "Bearer"
                if scope["path"] == "/capabilities":
                    for name, value in self._model_headers.items():
                        if value:
                            headers[name] = value
            await send(message)

        try:
            await self._dispatch_request(Request(scope, receive), send_with_headers, state)
        except ProtocolError as error:
            await self._stranger_pace.wait_for_turn(state.client)
            if error.status_code == 429:
                await asyncio.sleep(_PENALTY_SECONDS)
            response = JSONResponse(error.to_envelope(), error.status_code)
            await response(scope, receive, send_with_headers)
        except ClientDisconnect:
            state.cancel()
        finally:
            seconds = time.monotonic() - began
            self._figures.count_request(scope["path"], status, seconds)
            self._log(
                "request", id=state.request_id, client=state.client, method=scope["method"],
                path=_hide_job_name(scope["path"][:100]), status=status, ms=round(1000 * seconds), model=state.model,
                frames=state.frames,
            )  # fmt: skip

    async def _dispatch_request(self, request: Request, send: Send, state: RequestState) -> None:
        """Check who asks, then answer at once, start a job, or hand the request to its route."""
        path = request.scope["path"]
        self._access.check_origin(request.headers)
        is_open = request.method in ("GET", "HEAD") and path in ("/health", "/ready")
        if not is_open:
            self._access.check_token(request.headers, state.client)
        if request.method == "POST" and path in ("/generate", PATH, EMBEDDINGS_PATH):
            check_media_type(request.headers, *([CAPTION_TYPES] if path == PATH else []))
        # strangers may have a client's address, as a web page in its browser has: they do not delay its requests
        await (self._stranger_pace if is_open else self._pace).wait_for_turn(state.client)
        if request.method != "POST" or path not in ("/generate", PATH):
            await self._routes(request.scope, request.receive, send)
            return
        if self._is_draining:
            raise ProtocolError("resource_exhausted", "the server is shutting down: try again later")
        body = await read_body(request, self._max_bytes)
        is_job = "respond-async" in request.headers.get("prefer", "").lower()

        async def compute(send: Send) -> None:
            if is_job:
                response = await self._start_job(request, body, state)
                await response(request.scope, request.receive, send)
            else:
                await self._run_until_disconnect(request, body, send, state)

        key = request.headers.get(KEY_HEADER, "")
        if key and self._keys is not None:
            kind = f"{path}?{request.url.query} {is_job} {request.headers.get('accept', '')}"
            await self._keys.respond((state.client, kind, key), body, send, compute)
        else:
            await compute(_send_declined(send) if key else send)

    async def drain_jobs(
        self, seconds: float, fetch_seconds: float, is_forced: Callable[[], bool]
    ) -> list[str]:
        """Accept no more work, finish the jobs and wait until they are fetched; return the names of unfinished ones.

        Parameters
        ----------
        seconds : float
            Time for the jobs to finish.
        fetch_seconds : float
            Further time for clients to fetch the results.
        is_forced : callable
            Whether to stop waiting at once.
        """
        self._is_draining = True
        began = time.monotonic()
        while len(self._jobs) and not is_forced():
            waited, last = time.monotonic() - began, max(self._jobs.last_finished, began)
            is_running = bool(self._jobs.list_unfinished())
            if waited > seconds or (not is_running and time.monotonic() - last > fetch_seconds):
                break
            await asyncio.sleep(0.05)
        unfinished = self._jobs.list_unfinished()
        for name in unfinished:
            self._jobs.find_job(name).state.cancel()
        return unfinished

    async def _report_health(self, request: Request) -> Response:
        loads = [model.request_counts for model in self._models]
        return JSONResponse({
            "status": "ok",
            "models": [model.model_id for model in self._models],
            **{key: sum(load[key] for load in loads if key in load) for key in ("queued", "running", "done")},
        })  # fmt: skip

    async def _report_readiness(self, request: Request) -> Response:
        """Answer 200 if a request would be computed now, else 503: what balancers of load ask."""
        problem = "the server is shutting down" if self._is_draining else ""
        problem = problem or next((m.unready_reason for m in self._models if m.unready_reason), "")
        return JSONResponse({"status": problem or "ready"}, 503 if problem else 200)

    async def _report_metrics(self, request: Request) -> Response:
        is_ready = not self._is_draining and not any(model.unready_reason for model in self._models)
        own = [
            ("kinescribe_ready", "Whether a request would be computed now.", float(is_ready)),
            ("kinescribe_jobs", "Jobs that run, and results that are kept.", len(self._jobs)),
            ("kinescribe_start_time_seconds", "Unix time of the start.", round(self._started, 3)),
        ]
        text = "".join(
            format_family(name, "gauge", what, [format_sample(name, {}, v)]) for name, what, v in own
        )
        figures = self._figures.format() + text + format_model_figures(self._models)
        return Response(figures, media_type=MEDIA_TYPE)

    async def _run_until_disconnect(
        self, request: Request, body: bytes, send: Send, state: RequestState
    ) -> None:
        """Hand the request to its route; cancel it if the client disconnects meanwhile."""

        async def cancel_at_disconnect() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            state.cancel()

        listener = asyncio.create_task(cancel_at_disconnect())
        try:
            await self._run_route(request, body, send, state)
        finally:
            listener.cancel()

    async def _run_route(self, request: Request, body: bytes, send: Send, state: RequestState) -> None:
        """Hand the request to its route, with a body that was read before."""
        if prefers_binary(request.headers.get("accept", "")):
            send = send_binary(send)
        async with self._parse_turns.admit(state.client, len(body)) as finish:
            state.after_parsing = finish
            is_sent = False

            async def receive() -> Message:
                nonlocal is_sent
                if is_sent:
                    await asyncio.Event().wait()  # disconnections are noticed elsewhere
                is_sent = True
                return {"type": "http.request", "body": body, "more_body": False}

            await self._routes(dict(request.scope), receive, send)

    async def _start_job(self, request: Request, body: bytes, state: RequestState) -> Response:
        """Run the request in the background; return 202 with the job's location."""
        name, job = self._jobs.add_job(state)
        state.is_background = True

        async def store_message(message: Message) -> None:
            job.response.append(message)

        async def run_job() -> None:
            try:
                await self._run_route(request, body, store_message, state)
            finally:
                job.finished = time.monotonic()
                self._log(
                    "job",
                    id=state.request_id,
                    model=state.model,
                    frames=state.frames,
                    cancelled=state.is_cancelled(),
                )

        task = asyncio.create_task(run_job())
        # the event loop keeps no reference, and might drop the task of a job that was cancelled and forgotten
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        headers = {
            "Location": JOBS_PATH + name,
            "Preference-Applied": "respond-async",
            "Retry-After": "0",
        }
        submitted = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        content = {"status": "accepted", "job_id": name, "submitted_at": submitted}
        return JSONResponse(content, 202, headers)

    async def _return_job(self, request: Request) -> Any:
        job = self._jobs.find_job(request.path_params["name"])
        known = job.state.steps
        for _ in range(_POLL_CHECKS):
            if job.finished or job.state.steps != known:
                break
            await asyncio.sleep(_POLL_CHECK_SECONDS)
        if not job.finished:
            done, total = job.state.steps
            content = {"status": "running" if total else "queued", "step": done, "steps": total}
            return JSONResponse(content, 202, {"Retry-After": "0"})
        if not job.response:
            raise ProtocolError("internal_error", "the job failed; the server's log says why")
        return job.send_response

    async def _cancel_job(self, request: Request) -> Response:
        self._jobs.cancel_job(request.path_params["name"])
        return Response(status_code=204)


def _hide_job_name(path: str) -> str:
    """Return a path for the log: whoever knows a job's name can fetch its result."""
    return JOBS_PATH + "..." if path.startswith(JOBS_PATH) else path


def _send_declined(send: Send) -> Send:
    """Return a ``send`` that states in each response that ``Idempotency-Key`` is not honoured."""

    async def add_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            decline(message)
        await send(message)

    return add_header


async def _refuse_number(_request: Request, _error: Exception) -> JSONResponse:
    """Answer a request with an integer that no float can hold."""
    error = ProtocolError("schema_validation", "a number in the request is too large")
    return JSONResponse(error.to_envelope(), error.status_code)
