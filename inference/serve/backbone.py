# SPDX-License-Identifier: GPL-3.0-or-later
"""Backends of Kinescribe as backbones of the MMCP SDK."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from motionmcp import Backbone, ModelSpec, MotionResult, ProtocolError
from motionmcp.schemas import GenerateRequest

from ...motion import (
    BackendError,
    Cancelled,
    Capabilities,
    KinescribeError,
    Motion,
    MotionRequest,
    RequestError,
)
from ..backend import Backend, CaptionJob, GenerationJob, Progress, do_nothing
from .dispatcher import Busy, Dispatcher
from .limits import DEADLINE_SECONDS, check_total_work, check_work
from .model_figures import ModelFigures
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
    client : str
        Whose request it is: clients take turns in the queue.
    request_id : str
        Names the request in the log.
    is_background : bool
        Whether it is a job, whose client does not wait for the response.
    after_parsing : callable
        Called once the body was parsed.
    """

    def __init__(self, client: str = "", request_id: str = "") -> None:
        self.request_id = request_id
        self.steps = (0, 0)
        self.frames = 0
        self.model = ""
        self.client = client
        self.is_background = False
        self.after_parsing: Callable[[], None] = do_nothing
        self._is_cancelled = threading.Event()
        self._deadline = time.monotonic() + DEADLINE_SECONDS

    def cancel(self) -> None:
        """Set the cancel flag; safe from any thread."""
        self._is_cancelled.set()

    def is_cancelled(self) -> bool:
        """Return True once :meth:`cancel` was called, or the request has taken longer than its deadline."""
        return self._is_cancelled.is_set() or time.monotonic() > self._deadline

    def report_steps(self, done: int, total: int) -> None:
        """Store the steps done; a :data:`~..backend.Progress`."""
        self.steps = (done, total)


SERVED_FPS = 30.0
"""Frame rate of requests that state none, whatever the model's own rate is.

Clients that state none map frames one to one to a scene, which usually has about this rate.
"""

current_request: contextvars.ContextVar[RequestState | None] = contextvars.ContextVar(
    "current_request", default=None
)
"""State of the request that is being handled."""


class ServedBackbone(Backbone):  # type: ignore[misc]
    """Base of the backbones; requests have up to ``max_seconds`` seconds of motion."""

    def __init__(self, capabilities: Capabilities, model_id: str, max_seconds: float) -> None:
        self.model_id, self.fps, self.max_seconds = model_id, SERVED_FPS, max_seconds
        self.captions, self.licence = capabilities.captions, capabilities.licence
        self.figures = ModelFigures()
        self._model_capabilities = capabilities
        self._spec = build_model_spec(replace(capabilities, fps=SERVED_FPS), model_id, max_seconds)

    def capabilities(self) -> ModelSpec:
        """Return the model's entry in ``/capabilities``."""
        return self._spec

    def begin_request(self, frames: int) -> RequestState:
        """Return the state of the current request, with the model's id and its number of frames filled in."""
        state = current_request.get() or RequestState()
        state.frames, state.model = frames, self.model_id
        return state

    def convert_request(self, request: GenerateRequest) -> MotionRequest:
        """Return the request in Kinescribe's types. Raises ``RequestError`` if it is wrong or too much work."""
        converted = to_motion_request(request, self.fps, self._model_capabilities.useful_steps)
        check_work(converted, self._model_capabilities)
        if (state := current_request.get()) is not None:
            state.after_parsing()
        return converted

    async def caption_motion(self, motion: Motion) -> list[str]:
        """Return captions of a motion; only called if ``captions`` is set. Raises ``ProtocolError``."""
        raise ProtocolError("model_unavailable", f"{self.model_id} describes no motions")

    async def generate_batch(self, requests: list[GenerateRequest]) -> list[Any]:
        """Start all requests at once, so that they go through the network together; errors are returned.

        Raises ``ProtocolError`` if they are more work together than one request may be.
        """
        with as_protocol_errors():
            check_total_work([self.convert_request(r) for r in requests], self._model_capabilities)
        return list(await asyncio.gather(*(self.generate(r) for r in requests), return_exceptions=True))

    @property
    def request_counts(self) -> dict[str, int]:
        """Numbers of requests ``queued``, ``running``, ``done`` and ``failed``, as far as this process knows them."""
        return {}

    @property
    def unready_reason(self) -> str:
        """Why no request could be computed now; empty if one could."""
        return ""

    def report_steps(self, state: RequestState) -> Progress:
        """Return a callback that stores the steps of a request and counts them."""

        def store_steps(done: int, total: int) -> None:
            self.figures.steps += max(0, done - state.steps[0])
            state.report_steps(done, total)

        return store_steps

    def count_motions(self, motions: Sequence[Motion]) -> None:
        """Add motions to the figures."""
        self.figures.motions += len(motions)
        self.figures.motion_seconds += sum(motion.seconds for motion in motions)


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
        self.dispatcher = Dispatcher(backend, batch_size, queue_size, self.figures)
        self._trajectory_process = trajectory_process

    @property
    def request_counts(self) -> dict[str, int]:
        """Numbers of requests ``queued``, ``running``, ``done`` and ``failed``."""
        dispatcher = self.dispatcher
        return {
            "queued": dispatcher.queued, "running": dispatcher.running, "done": dispatcher.done,
            "failed": dispatcher.failed,
        }  # fmt: skip

    @property
    def unready_reason(self) -> str:
        """Why no request could be computed now: the model is not loaded, or its queue is full."""
        return self.dispatcher.unready_reason

    async def generate(self, request: GenerateRequest) -> MotionResult:
        """Generate in the dispatcher's thread; the event loop is free meanwhile. Raises ``ProtocolError``."""
        state = self.begin_request(request.total_frames)
        with as_protocol_errors():
            job = GenerationJob(self.convert_request(request), self.report_steps(state), state.is_cancelled)
            motions: list[Motion] = await asyncio.wrap_future(
                self.dispatcher.submit_generation(job, state.client, state.is_background)
            )
            self.count_motions(motions)
            result = to_motion_result(motions)
        if self._trajectory_process is not None:
            skeleton = request.skeleton.model_dump(mode="json")
            loop = request.options is not None and request.options.loop
            result.trajectories = await self._trajectory_process.compute_trajectories(
                skeleton, result, request.fps(self.fps), loop, state.is_cancelled, state.client
            )
            if state.is_cancelled():
                raise ProtocolError("timeout", "the request was cancelled or took too long")
        return result

    async def caption_motion(self, motion: Motion) -> list[str]:
        """Return captions of a motion, from the same queue as ``generate``. Raises ``ProtocolError``."""
        state = self.begin_request(len(motion))
        state.after_parsing()
        with as_protocol_errors():
            if motion.seconds > self.max_seconds + 1.0 / motion.fps:
                raise RequestError(
                    "Motions of up to {seconds:g} seconds are described here: shorten this one",
                    seconds=self.max_seconds,
                )
            job = CaptionJob(motion, state.report_steps, state.is_cancelled)
            return await asyncio.wrap_future(
                self.dispatcher.submit_caption(job, state.client, state.is_background)
            )

    def teardown(self) -> None:
        """Finish the requests that wait, then end the thread."""
        self.dispatcher.close()


@contextmanager
def as_protocol_errors() -> Iterator[None]:
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
