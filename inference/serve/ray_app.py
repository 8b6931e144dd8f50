# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as a Ray Serve application: replicas of the models, a replicated ingress, and a place for jobs.

``serve run docs/ray.yaml`` (see ``docs/servers.md``). The ingress checks who asks, and speaks MMCP; a replica holds a
model and a queue of its own; what travels between them is the request and the motion. A model has no state, so a
request whose replica is lost is sent to another one. Jobs are kept outside the ingress and survive the loss of it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from motionmcp import MotionResult, ProtocolError
from motionmcp.schemas import GenerateRequest
from ray import serve
from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import RequestCancelledError
from ray.serve.handle import DeploymentHandle

from ...motion import Capabilities, KinescribeError, Motion, MotionRequest, RequestError
from ..backend import Backend, GenerationJob
from .access import LOOPBACK_NAMES
from .app import JOBS_PATH, Application
from .backbone import RequestState, ServedBackbone, as_protocol_errors
from .dispatcher import Dispatcher
from .run import MIN_TOKEN_LENGTH, TOKEN_VARIABLE, limit_blas_threads, log_event
from .trajectory_process import TrajectoryProcess
from .wire import to_motion_result

EMBEDDED = "kinescribe-embedded"

_MAX_ATTEMPTS = 4
"""How often a request is sent to a replica before it fails."""

_STEP_SECONDS = 0.1
"""Time between two reports of steps."""

_SCOPE_KEYS = ("type", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path", "headers",
               "client", "server")  # fmt: skip
"""What of an ASGI scope is sent on: plain data."""

Reply = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers and body."""


@dataclass(frozen=True)
class PackedMotions:
    """What a replica sends back.

    Attributes
    ----------
    result
        The motions in single precision, as MMCP has them.
    seconds
        Their length together.
    steps
        Diffusion steps that were taken.
    """

    result: MotionResult
    seconds: float
    steps: int


Outcome = PackedMotions | KinescribeError


def _pack_motions(motions: Sequence[Motion], steps: int) -> PackedMotions:
    return PackedMotions(to_motion_result(motions), sum(motion.seconds for motion in motions), steps)


def open_backend(source: str) -> Backend:
    """Open a model: "kinescribe-embedded", "ardy" (the installed one), or the folder or file of a checkpoint."""
    if source == EMBEDDED:
        from ..embedded import EmbeddedBackend

        return EmbeddedBackend()
    if source == "ardy":
        from ..models.command_line import find_models_folder
        from ..models.installed import open_installed

        return open_installed(find_models_folder(), source)
    from ..checkpoints import open_checkpoint

    return open_checkpoint(Path(source))


@serve.deployment(max_ongoing_requests=64)
class Model:
    """A replica: a model in its own process, with a fair queue."""

    def __init__(self, source: str = EMBEDDED) -> None:
        limit_blas_threads()
        self._backend = open_backend(source)
        self._dispatcher = Dispatcher(self._backend)

    async def describe(self) -> Capabilities:
        """Return what the model can do."""
        return self._backend.capabilities()

    async def generate(self, request: MotionRequest, client: str) -> Outcome:
        """Return the motions of a request whose client waits; whoever cancels the call ends the computation."""
        steps, gone = [0], threading.Event()

        def store_steps(done: int, _total: int) -> None:
            steps[0] = done

        try:
            job = GenerationJob(request, store_steps, gone.is_set)
            motions = await asyncio.wrap_future(self._dispatcher.submit_generation(job, client))
            return await asyncio.to_thread(_pack_motions, motions, steps[0])
        except KinescribeError as error:
            return error
        finally:
            gone.set()

    async def stream_steps(
        self, request: MotionRequest, client: str
    ) -> AsyncIterator[tuple[int, int] | Outcome]:
        """Yield the steps of a job, done and in all, as they change, then what :meth:`generate` returns."""
        steps, sent, gone = [(0, 0)], (0, 0), threading.Event()

        def store_steps(done: int, total: int) -> None:
            steps[0] = (done, total)

        try:
            submitted = self._dispatcher.submit_generation(
                GenerationJob(request, store_steps, gone.is_set), client, is_background=True
            )
            future = asyncio.wrap_future(submitted)
            while not future.done():
                await asyncio.wait([future], timeout=_STEP_SECONDS)
                if steps[0] != sent:
                    sent = steps[0]
                    yield sent
            outcome: Outcome = await asyncio.to_thread(_pack_motions, future.result(), steps[0][0])
        except KinescribeError as error:
            outcome = error
        finally:
            gone.set()
        yield outcome


class ReplicaBackbone(ServedBackbone):
    """Backbone that sends its requests to the replicas of one model."""

    def __init__(
        self,
        handle: DeploymentHandle,
        capabilities: Capabilities,
        model_id: str,
        max_seconds: float,
        trajectory_process: TrajectoryProcess | None = None,
    ) -> None:
        super().__init__(capabilities, model_id, max_seconds)
        self._handle, self._stream = handle, handle.options(stream=True)
        self._trajectory_process = trajectory_process
        self._running = self._done = self._failed = 0

    @property
    def request_counts(self) -> dict[str, int]:
        """Numbers of requests of this ingress that are ``running``, or wait at a replica, ``done`` and ``failed``."""
        return {"queued": 0, "running": self._running, "done": self._done, "failed": self._failed}

    async def generate(self, request: GenerateRequest) -> MotionResult:
        """Generate on a replica, and on another one if that is lost. Raises ``ProtocolError``."""
        state = self.begin_request(request.total_frames)
        self._running += 1
        try:
            with as_protocol_errors():
                packed = await self._ask_replicas(self.convert_request(request), state)
                self.figures.motions += len(packed.result.rotations)
                self.figures.motion_seconds += packed.seconds
                self.figures.steps += max(0, packed.steps - state.steps[0])
                result = packed.result
            if self._trajectory_process is not None:
                result.trajectories = await self._trajectory_process.compute_trajectories(
                    request.skeleton.model_dump(mode="json"), result, request.fps(self.fps),
                    request.options is not None and request.options.loop, state.is_cancelled, state.client,
                )  # fmt: skip
        except ProtocolError:
            self._failed += not state.is_cancelled()
            raise
        finally:
            self._running -= 1
            self._done += 1
        return result

    async def _ask_replicas(self, request: MotionRequest, state: RequestState) -> PackedMotions:
        """Return the motions. Raises ``KinescribeError`` of the model, or ``ProtocolError``."""
        for attempt in range(_MAX_ATTEMPTS):
            try:
                outcome = await self._ask_replica(request, state)
            except (RayActorError, RayTaskError) as error:
                if isinstance(error, RayTaskError) and not isinstance(error.cause, RayActorError):
                    raise ProtocolError(
                        "internal_error", f"the model failed: {error.cause!r}"[:300]
                    ) from None
                log_event("replica_lost", id=state.request_id, attempt=attempt)
                await asyncio.sleep(0.2 * (attempt + 1))
                continue
            if isinstance(outcome, KinescribeError):
                raise outcome
            if outcome is not None:
                return outcome
        raise ProtocolError("resource_exhausted", "no replica could take the request: try again later")

    async def _ask_replica(self, request: MotionRequest, state: RequestState) -> Outcome | None:
        """Send the request to one replica, and cancel it there if it is cancelled here.

        Steps are followed for jobs only: nobody sees those of a request whose client waits, and each report is a
        message between two processes.
        """
        calls = self._stream.stream_steps if state.is_background else self._handle.generate
        answers = calls.remote(request, state.client)
        outcome: Outcome | None = None
        report = self.report_steps(state)
        watcher = asyncio.create_task(_cancel_with(state, answers))
        try:
            if not state.is_background:
                return cast("Outcome", await answers)
            async for answer in answers:
                if isinstance(answer, tuple):
                    report(*answer)
                else:
                    outcome = answer
        except (asyncio.CancelledError, RequestCancelledError):
            if not state.is_cancelled():
                answers.cancel()  # this call was cancelled: the client has gone
                raise
            raise ProtocolError("timeout", "the request was cancelled or took too long") from None
        finally:
            watcher.cancel()
        return outcome


async def _cancel_with(state: RequestState, answers: Any) -> None:
    while not state.is_cancelled():
        await asyncio.sleep(_STEP_SECONDS)
    answers.cancel()


class _HttpSide:
    """The routes of ``kinescribe serve`` in front of replicas."""

    def __init__(self, models: Mapping[str, DeploymentHandle], max_seconds: float, token: str) -> None:
        self._models, self._max_seconds, self._token = dict(models), max_seconds, token
        self._trajectory_process = TrajectoryProcess()
        self._application: Application | None = None
        self._lock = asyncio.Lock()

    async def reply(self, scope: dict[str, Any], body: bytes) -> Reply:
        """Return the application's response to a request."""
        if not self._token and not _is_from_loopback(scope):
            # Ray's own proxy listens where it was told to: without a token nobody else is answered
            return (
                403,
                [(b"content-type", b"text/plain")],
                b"this server has no token: it answers loopback only",
            )
        application = await self._open_application()
        status, headers, parts, is_received = 500, [], [], False

        async def receive() -> dict[str, Any]:
            nonlocal is_received
            if is_received:
                # Ray's proxy notices a client that disconnects, and cancels this call
                await asyncio.Event().wait()
            is_received = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            else:
                parts.append(message.get("body", b""))

        await application(scope, receive, send)
        return status, headers, b"".join(parts)

    async def _open_application(self) -> Application:
        async with self._lock:
            if self._application is None:
                backbones = [
                    ReplicaBackbone(
                        handle,
                        await handle.describe.remote(),
                        name,
                        self._max_seconds,
                        self._trajectory_process,
                    )
                    for name, handle in self._models.items()
                ]
                # with a token, Ray's proxy and what stands in front of it decide by which names they are reached
                names = None if self._token else LOOPBACK_NAMES
                # the next request may reach another replica of the ingress, which knows nothing of this one's keys
                self._application = Application(
                    backbones, self._token, log_event, names, keeps_responses=False
                )
            return self._application


@serve.deployment(max_ongoing_requests=1000)
class Jobs(_HttpSide):
    """Runs the jobs and keeps their results, for all replicas of the ingress."""


@serve.deployment(max_ongoing_requests=1000)
class Ingress(_HttpSide):
    """The HTTP side; requests for jobs go on to :class:`Jobs`."""

    def __init__(
        self,
        models: Mapping[str, DeploymentHandle],
        jobs: DeploymentHandle,
        max_seconds: float = 60.0,
        token: str = "",
    ) -> None:
        super().__init__(models, max_seconds, token)
        self._jobs = jobs

    async def __call__(self, request: Any) -> Any:
        """Answer a Starlette request."""
        from starlette.responses import Response

        body = await request.body()
        scope = {key: request.scope[key] for key in _SCOPE_KEYS if key in request.scope}
        is_job = "respond-async" in request.headers.get("prefer", "").lower()
        if is_job or request.url.path.startswith(JOBS_PATH):
            status, headers, content = await self._jobs.reply.remote(scope, body)
        else:
            status, headers, content = await self.reply(scope, body)
        response = Response(content, status)
        response.raw_headers = headers
        return response


def _is_from_loopback(scope: Mapping[str, Any]) -> bool:
    address = str((scope.get("client") or ("",))[0])
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def build_application(arguments: Mapping[str, Any]) -> Any:
    """Build the application for ``serve run``.

    Arguments: ``longest``, seconds of motion in one request; ``models``, a list of what :func:`open_backend` takes;
    ``token_file``, a file with the token on the machine where Ray builds the application (without it, the environment
    variable is read there); ``open: "true"`` serves loopback without a token. Raises ``RequestError`` if there is no
    token: Ray does not pass on the environment of ``serve run``, so a variable that is set there may not arrive, and
    nobody would notice.
    """
    token = os.environ.get(TOKEN_VARIABLE, "")
    if file := arguments.get("token_file"):
        token = Path(file).read_text(encoding="utf-8").strip()
    if not token and str(arguments.get("open", "")).lower() != "true":
        raise RequestError(
            "Ray has no token for Kinescribe: set {variable} where `ray start` runs, or the argument token_file; "
            'open: "true" serves this machine without one',
            variable=TOKEN_VARIABLE,
        )
    if token and len(token) < MIN_TOKEN_LENGTH:
        raise RequestError(
            "The token in {variable} can be guessed: use at least {count} random characters",
            variable=TOKEN_VARIABLE,
            count=MIN_TOKEN_LENGTH,
        )
    return bind_application(
        arguments.get("models") or [EMBEDDED], float(arguments.get("longest", 60.0)), token
    )


def bind_application(sources: Sequence[str], max_seconds: float, token: str, **options: Any) -> Any:
    """Return the bound ingress with its models and jobs; ``options`` are those of the models' deployments."""
    model, jobs, ingress = _list_deployments()
    models: dict[str, Any] = {}
    for number, source in enumerate(sources, 1):
        name = "Model" if number == 1 else f"Model{number}"
        model_id = _name_model(source)
        if model_id in models:
            model_id = f"{model_id}-{number}"
        models[model_id] = model.options(name=name, **options).bind(source)
    return ingress.bind(models, jobs.bind(models, max_seconds, token), max_seconds, token)


def _list_deployments() -> tuple[Any, Any, Any]:
    """Return the deployments, which the type checker takes for plain classes."""
    return Model, Jobs, Ingress


def _name_model(source: str) -> str:
    """Return a model id: that of a model which has one, else the name of the checkpoint's folder."""
    if source in (EMBEDDED, "ardy"):
        return source
    path = Path(source)
    return (
        re.sub(r"[^A-Za-z0-9._-]+", "-", (path if path.is_dir() else path.parent).name).strip("-.")
        or "checkpoint"
    )
