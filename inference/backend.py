# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way to ask a motion model for motions, whoever computes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..motion import Capabilities, Motion, MotionRequest, RequestError

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all); at most once a step, from the thread that generates."""

IsCancelled = Callable[[], bool]
"""Asked between steps, and within long ones; True makes :meth:`Backend.generate` raise ``Cancelled``."""


def never() -> bool:
    """An :data:`IsCancelled` for callers that cannot cancel."""
    return False


def silent(done: int, total: int) -> None:
    """A :data:`Progress` for callers that do not watch."""


@dataclass(frozen=True)
class Ask:
    """A request with those who watch it."""

    request: MotionRequest
    progress: Progress = silent
    cancelled: IsCancelled = never


@dataclass(frozen=True)
class Question:
    """A motion that is to be described, with those who watch."""

    motion: Motion
    progress: Progress = silent
    cancelled: IsCancelled = never


class Backend(Protocol):
    """A motion model. Generating is deterministic: the same request gives the same motions."""

    def capabilities(self) -> Capabilities:
        """What the model can do; cheap, needs no weights."""
        ...

    def generate(
        self, request: MotionRequest, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[Motion]:
        """One motion for each of ``request.options.num_samples``, at the request's frame rate and length.

        Blocks; call it off the main thread. Raises ``RequestError``, ``BackendError`` or ``Cancelled``.
        """
        ...


@runtime_checkable
class Captioner(Protocol):
    """A model that says what a motion shows."""

    def captions(
        self, motion: Motion, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[str]:
        """Sentences for stretches of the motion that follow one another.

        Blocks, like ``generate``. Raises ``RequestError``, ``CheckpointError``, ``BackendError`` or ``Cancelled``.
        """
        ...


def captions_of(
    backend: Backend, motion: Motion, progress: Progress = silent, cancelled: IsCancelled = never
) -> list[str]:
    """What ``backend`` says that a motion shows: see :meth:`Captioner.captions`.

    Raises ``RequestError`` where it describes none.
    """
    able = backend.capabilities()
    if not able.captions or not isinstance(backend, Captioner):
        raise RequestError(f"{able.model} makes motions and describes none: choose a MotionGPT checkpoint")
    return backend.captions(motion, progress, cancelled)
