# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as a Ray Serve application: replicas of the embedded model, autoscaling, dynamic batches.

``serve run docs/ray.yaml`` (see ``docs/servers.md``). The model has no state, so a request whose replica is lost is
sent to another one.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from motionmcp import MotionResult, ProtocolError
from motionmcp.schemas import GenerateRequest
from ray import serve
from ray.exceptions import RayActorError, RayTaskError
from ray.serve.handle import DeploymentHandle

from ...motion import BackendError, KinescribeError, Motion, MotionRequest, RequestError
from ..backend import GenerationJob
from .app import Application
from .backbone import ServedBackbone
from .run import TOKEN_VARIABLE, log_event
from .wire import to_motion_request, to_motion_result

_MAX_ATTEMPTS = 4
"""How often a request is sent to a replica before it fails."""


@serve.deployment(max_ongoing_requests=32)
class Model:
    """A replica: the embedded model in its own process."""

    def __init__(self) -> None:
        from ..embedded import EmbeddedBackend

        self._backend = EmbeddedBackend()

    @serve.batch(max_batch_size=8, batch_wait_timeout_s=0.005)  # type: ignore[untyped-decorator]
    async def generate(self, requests: list[MotionRequest]) -> list[list[Motion] | KinescribeError]:
        """Generate the motions of a batch of requests in the same passes of the network; errors are returned."""
        return await asyncio.to_thread(
            self._backend.generate_many, [GenerationJob(request) for request in requests]
        )


class ReplicaBackbone(ServedBackbone):
    """Backbone that sends its requests to the replicas."""

    def __init__(self, handle: DeploymentHandle, max_seconds: float) -> None:
        from ..embedded.backend import CAPABILITIES

        super().__init__(CAPABILITIES, "kinescribe-embedded", max_seconds)
        self._handle = handle

    async def generate(self, request: GenerateRequest) -> MotionResult:
        """Generate on a replica, and on another one if that is lost. Raises ``ProtocolError``."""
        self.begin_request(request.total_frames)
        try:
            motion_request = to_motion_request(request, self.fps)
        except RequestError as error:
            raise ProtocolError("invalid_request", str(error)) from None
        outcome: Any = None
        for attempt in range(_MAX_ATTEMPTS):
            try:
                outcome = await self._handle.generate.remote(motion_request)
                break
            except (RayActorError, RayTaskError) as error:
                if isinstance(error, RayTaskError) and not isinstance(error.cause, RayActorError):
                    raise ProtocolError(
                        "internal_error", f"the model failed: {error.cause!r}"[:300]
                    ) from None
                log_event("replica_lost", attempt=attempt)
                await asyncio.sleep(0.2 * (attempt + 1))
        if outcome is None:
            raise ProtocolError("resource_exhausted", "no replica could take the request: try again later")
        if isinstance(outcome, RequestError):
            raise ProtocolError("invalid_request", str(outcome))
        if isinstance(outcome, KinescribeError):
            kind = "model_unavailable" if isinstance(outcome, BackendError) else "internal_error"
            raise ProtocolError(kind, str(outcome))
        return to_motion_result(outcome)


@serve.deployment(max_ongoing_requests=1000)
class Ingress:
    """The HTTP side: the routes, jobs and tokens of ``kinescribe serve``."""

    def __init__(self, handle: DeploymentHandle, max_seconds: float = 60.0) -> None:
        self._application = Application(
            [ReplicaBackbone(handle, max_seconds)], os.environ.get(TOKEN_VARIABLE, ""), log_event
        )

    async def __call__(self, request: Any) -> Any:
        """Pass a Starlette request to the ASGI application and return its response."""
        from starlette.responses import Response

        body = await request.body()
        status, headers, parts = 500, [], []
        is_received = False

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

        await self._application(request.scope, receive, send)
        response = Response(b"".join(parts), status)
        response.raw_headers = headers
        return response


def build_application(arguments: dict[str, str]) -> Any:
    """Build the application for ``serve run``; the argument ``longest`` is seconds of motion in one request."""
    ingress: Any = Ingress
    model: Any = Model
    return ingress.bind(model.bind(), float(arguments.get("longest", 60.0)))
