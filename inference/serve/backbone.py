# SPDX-License-Identifier: GPL-3.0-or-later
"""A model of ours as a backbone of the SDK."""

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
from ..backend import Ask, Backend, Question
from .dispatcher import Busy, Dispatcher
from .trajectory_process import Travel
from .wire import spec, to_ours, to_theirs


class Watch:
    """One request as seen from outside: its steps, and whether anybody still waits for it."""

    def __init__(self) -> None:
        self.steps = (0, 0)
        self.frames = 0
        self.model = ""
        self._gone = threading.Event()

    def cancel(self) -> None:
        """Nobody waits any more."""
        self._gone.set()

    def cancelled(self) -> bool:
        """Whether :meth:`cancel` was called."""
        return self._gone.is_set()

    def report(self, done: int, total: int) -> None:
        """Note the steps done."""
        self.steps = (done, total)


watching: contextvars.ContextVar[Watch | None] = contextvars.ContextVar("watching", default=None)
"""Who watches the request that is being handled."""


class ServedBackbone(Backbone):  # type: ignore[misc]
    """What all our backbones say of themselves; requests of up to ``longest`` seconds."""

    def __init__(self, capabilities: Capabilities, model_id: str, longest: float) -> None:
        self.model_id, self.fps, self.longest = model_id, capabilities.fps, longest
        self.captions = capabilities.captions
        self._spec = spec(capabilities, model_id, longest)

    def capabilities(self) -> ModelSpec:
        """What ``/capabilities`` says of it."""
        return self._spec

    def note(self, request: GenerateRequest) -> Watch:
        """Who watches this request; told what it is about."""
        watch = watching.get() or Watch()
        watch.frames, watch.model = request.total_frames, self.model_id
        return watch

    async def caption(self, motion: Motion) -> list[str]:
        """What a motion shows, asked only of models with ``captions``. Raises ``ProtocolError``."""
        raise ProtocolError("model_unavailable", f"{self.model_id} describes no motions")

    async def generate_batch(self, requests: list[GenerateRequest]) -> list[Any]:
        """All at once: what runs them puts them into the same passes."""
        return list(await asyncio.gather(*(self.generate(r) for r in requests), return_exceptions=True))

    @property
    def load(self) -> dict[str, int]:
        """Requests ``queued``, ``running`` and ``done``, as far as this process knows."""
        return {}


class ServedModel(ServedBackbone):
    """One backend in this process."""

    def __init__(
        self,
        backend: Backend,
        model_id: str,
        longest: float = 60.0,
        batch: int = 8,
        waiting: int = 256,
        travel: Travel | None = None,
    ) -> None:
        """``travel`` finds the trajectories that go along; without it the SDK's server does, on the event loop."""
        super().__init__(backend.capabilities(), model_id, longest)
        self.dispatcher = Dispatcher(backend, batch, waiting)
        self._travel = travel

    @property
    def load(self) -> dict[str, int]:
        """See :class:`ServedBackbone`."""
        at_work = self.dispatcher
        return {"queued": at_work.queued, "running": at_work.running, "done": at_work.done}

    async def generate(self, request: GenerateRequest) -> MotionResult:
        """Computed in the dispatcher's thread; the event loop goes on meanwhile."""
        watch = self.note(request)
        with _as_protocol_errors():
            ask = Ask(to_ours(request, self.fps), watch.report, watch.cancelled)
            motions: list[Motion] = await asyncio.wrap_future(self.dispatcher.submit(ask))
            result = to_theirs(motions)
        if self._travel is not None:
            skeleton = request.skeleton.model_dump(mode="json")
            loop = request.options is not None and request.options.loop
            result.trajectories = await self._travel.of(skeleton, result, request.fps(self.fps), loop)
        return result

    async def caption(self, motion: Motion) -> list[str]:
        """See :class:`ServedBackbone`; it waits in the same queue as requests for motions."""
        watch = watching.get() or Watch()
        watch.frames, watch.model = len(motion), self.model_id
        with _as_protocol_errors():
            if motion.seconds > self.longest + 1.0 / motion.fps:
                raise RequestError(
                    f"Motions of up to {self.longest:g} seconds are described here: shorten this one"
                )
            question = Question(motion, watch.report, watch.cancelled)
            return await asyncio.wrap_future(self.dispatcher.describe(question))

    def teardown(self) -> None:
        """Finish what waits, and end."""
        self.dispatcher.close()


@contextmanager
def _as_protocol_errors() -> Iterator[None]:
    """Ours become those of the protocol."""
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
