# SPDX-License-Identifier: GPL-3.0-or-later
"""Backends of Kinescribe as backbones of the MMCP SDK."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from motionmcp import Backbone, ModelSpec, MotionResult, ProtocolError
from motionmcp.schemas import GenerateRequest

from ...motion import BackendError, Cancelled, Capabilities, KinescribeError, Motion, RequestError
from ..backend import Backend, CaptionJob, GenerationJob
from .dispatcher import Busy, Dispatcher
from .trajectory_process import TrajectoryProcess
from .wire import build_model_spec, to_motion_request, to_motion_result


class RequestState:
    """Progress and cancel flag of one request, and what the log says about it.

    Attributes
    ----------
    steps : (int, int)
        Steps done and steps in all; (0, 0) while the request waits.
    frames : int
        Frames of the motion.
    model : str
        The model's id.
    """

    def __init__(self) -> None:
        self.steps = (0, 0)
        self.frames = 0
        self.model = ""
        self._is_cancelled = threading.Event()

    def cancel(self) -> None:
        """Set the cancel flag; safe from any thread."""
        self._is_cancelled.set()

    def is_cancelled(self) -> bool:
        """Return True once :meth:`cancel` was called."""
        return self._is_cancelled.is_set()

    def report_steps(self, done: int, total: int) -> None:
        """Store the steps done; a :data:`~..backend.Progress`."""
        self.steps = (done, total)


current_request: contextvars.ContextVar[RequestState | None] = contextvars.ContextVar(
    "current_request", default=None
)
"""State of the request that is being handled."""


class ServedBackbone(Backbone):  # type: ignore[misc]
    """Base of the backbones; requests have up to ``max_seconds`` seconds of motion."""

    def __init__(self, capabilities: Capabilities, model_id: str, max_seconds: float) -> None:
        self.model_id, self.fps, self.max_seconds = model_id, capabilities.fps, max_seconds
        self.captions = capabilities.captions
        self._spec = build_model_spec(capabilities, model_id, max_seconds)

    def capabilities(self) -> ModelSpec:
        """Return the model's entry in ``/capabilities``."""
        return self._spec

    def begin_request(self, frames: int) -> RequestState:
        """Return the state of the current request, with the model's id and its number of frames filled in."""
        state = current_request.get() or RequestState()
        state.frames, state.model = frames, self.model_id
        return state

    async def caption_motion(self, motion: Motion) -> list[str]:
        """Return captions of a motion; only called if ``captions`` is set. Raises ``ProtocolError``."""
        raise ProtocolError("model_unavailable", f"{self.model_id} describes no motions")

    async def generate_batch(self, requests: list[GenerateRequest]) -> list[Any]:
        """Start all requests at once, so that they go through the network together; errors are returned."""
        return list(await asyncio.gather(*(self.generate(r) for r in requests), return_exceptions=True))

    @property
    def request_counts(self) -> dict[str, int]:
        """Numbers of requests ``queued``, ``running`` and ``done``, as far as this process knows them."""
        return {}


class ServedModel(ServedBackbone):
    """One backend in this process."""

    def __init__(
        self,
        backend: Backend,
        model_id: str,
        max_seconds: float = 60.0,
        batch_size: int = 8,
        queue_size: int = 256,
        trajectory_process: TrajectoryProcess | None = None,
    ) -> None:
        """Start the backend's thread.

        Parameters
        ----------
        backend : Backend
            What generates the motions.
        model_id : str
            The model's id in the protocol.
        max_seconds : float
            Seconds of motion in one request, at most.
        batch_size : int
            Requests in one pass of the network, at most.
        queue_size : int
            Requests that may wait.
        trajectory_process : TrajectoryProcess or None
            Computes the trajectories that MMCP sends along. None: the SDK's server does it, on the event loop.
        """
        super().__init__(backend.capabilities(), model_id, max_seconds)
        self.dispatcher = Dispatcher(backend, batch_size, queue_size)
        self._trajectory_process = trajectory_process

    @property
    def request_counts(self) -> dict[str, int]:
        """Numbers of requests ``queued``, ``running`` and ``done``."""
        dispatcher = self.dispatcher
        return {"queued": dispatcher.queued, "running": dispatcher.running, "done": dispatcher.done}

    async def generate(self, request: GenerateRequest) -> MotionResult:
        """Generate in the dispatcher's thread; the event loop is free meanwhile. Raises ``ProtocolError``."""
        state = self.begin_request(request.total_frames)
        with _as_protocol_errors():
            job = GenerationJob(to_motion_request(request, self.fps), state.report_steps, state.is_cancelled)
            motions: list[Motion] = await asyncio.wrap_future(self.dispatcher.submit_generation(job))
            result = to_motion_result(motions)
        if self._trajectory_process is not None:
            skeleton = request.skeleton.model_dump(mode="json")
            loop = request.options is not None and request.options.loop
            result.trajectories = await self._trajectory_process.compute_trajectories(
                skeleton, result, request.fps(self.fps), loop
            )
        return result

    async def caption_motion(self, motion: Motion) -> list[str]:
        """Return captions of a motion, from the same queue as ``generate``. Raises ``ProtocolError``."""
        state = self.begin_request(len(motion))
        with _as_protocol_errors():
            if motion.seconds > self.max_seconds + 1.0 / motion.fps:
                raise RequestError(
                    "Motions of up to {seconds:g} seconds are described here: shorten this one",
                    seconds=self.max_seconds,
                )
            job = CaptionJob(motion, state.report_steps, state.is_cancelled)
            return await asyncio.wrap_future(self.dispatcher.submit_caption(job))

    def teardown(self) -> None:
        """Finish the requests that wait, then end the thread."""
        self.dispatcher.close()


@contextmanager
def _as_protocol_errors() -> Iterator[None]:
    """Raise errors of Kinescribe as errors of the protocol."""
    try:
        yield
    except Busy as error:
        raise ProtocolError("resource_exhausted", str(error)) from None
    except RequestError as error:
        raise ProtocolError("invalid_request", str(error)) from None
    except Cancelled as error:
        raise ProtocolError("timeout", str(error)) from None
    except BackendError as error:
        raise ProtocolError("model_unavailable", str(error)) from None
    except KinescribeError as error:
        raise ProtocolError("internal_error", str(error)) from None
