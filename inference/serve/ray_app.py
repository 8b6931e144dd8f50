# SPDX-License-Identifier: GPL-3.0-or-later
"""The same server as a Ray Serve application: replicas of the model, autoscaling, dynamic batches.

``serve run ray.yaml`` (see ``docs/servers.md``). The model has no state, so that a request whose replica is lost is
simply given to another one.
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
from ..backend import Ask
from .app import Application
from .backbone import ServedBackbone
from .run import TOKEN_VARIABLE, log
from .wire import to_ours, to_theirs

_TRIES = 4
"""Replicas that a request is given to, one after the other, before it counts as lost."""


@serve.deployment(max_ongoing_requests=32)
class Model:
    """A replica: the embedded model in a process of its own."""

    def __init__(self) -> None:
        from ..embedded import EmbeddedBackend

        self._backend = EmbeddedBackend()

    @serve.batch(max_batch_size=8, batch_wait_timeout_s=0.005)  # type: ignore[untyped-decorator]
    async def generate(self, requests: list[MotionRequest]) -> list[list[Motion] | KinescribeError]:
        """What has come in meanwhile, in the same passes of the network."""
        return await asyncio.to_thread(self._backend.generate_many, [Ask(request) for request in requests])


class _Scaled(ServedBackbone):
    """The backbone whose requests go to the replicas."""

    def __init__(self, handle: DeploymentHandle, longest: float) -> None:
        from ..embedded.backend import CAPABILITIES

        super().__init__(CAPABILITIES, "kinescribe-embedded", longest)
        self._handle = handle

    async def generate(self, request: GenerateRequest) -> MotionResult:
        """Given to another replica where one is lost."""
        self.note(request)
        try:
            ours = to_ours(request, self.fps)
        except RequestError as error:
            raise ProtocolError("invalid_request", str(error)) from None
        outcome: Any = None
        for attempt in range(_TRIES):
            try:
                outcome = await self._handle.generate.remote(ours)
                break
            except (RayActorError, RayTaskError) as error:
                if isinstance(error, RayTaskError) and not isinstance(error.cause, RayActorError):
                    raise ProtocolError(
                        "internal_error", f"the model failed: {error.cause!r}"[:300]
                    ) from None
                log("replica_lost", attempt=attempt)
                await asyncio.sleep(0.2 * (attempt + 1))
        if outcome is None:
            raise ProtocolError("resource_exhausted", "no replica could take the request: ask again later")
        if isinstance(outcome, RequestError):
            raise ProtocolError("invalid_request", str(outcome))
        if isinstance(outcome, KinescribeError):
            kind = "model_unavailable" if isinstance(outcome, BackendError) else "internal_error"
            raise ProtocolError(kind, str(outcome))
        return to_theirs(outcome)


@serve.deployment(max_ongoing_requests=1000)
class Door:
    """What clients talk to: the same routes, jobs and tokens as ``kinescribe serve``."""

    def __init__(self, handle: DeploymentHandle, longest: float = 60.0) -> None:
        self._application = Application([_Scaled(handle, longest)], os.environ.get(TOKEN_VARIABLE, ""), log)

    async def __call__(self, request: Any) -> Any:
        """Hand a Starlette request to the ASGI application, and its answer back."""
        from starlette.responses import Response

        body = await request.body()
        status, headers, parts = 500, [], []
        sent = False

        async def receive() -> dict[str, Any]:
            nonlocal sent
            if sent:
                # who goes away is noticed by Ray's proxy, which cancels this call
                await asyncio.Event().wait()
            sent = True
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


def application(arguments: dict[str, str]) -> Any:
    """What ``serve run`` builds; ``longest``: seconds of motion in one request."""
    door: Any = Door
    model: Any = Model
    return door.bind(model.bind(), float(arguments.get("longest", 60.0)))
