# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocols that every motion model follows, wherever it is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..motion import Capabilities, Motion, MotionRequest, RequestError

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all), at most once a step, in the thread that generates."""

IsCancelled = Callable[[], bool]
"""Called between steps and within long ones; True makes :meth:`Backend.generate` raise ``Cancelled``."""


def never_cancelled() -> bool:
    """Return False: an :data:`IsCancelled` for callers that can't cancel."""
    return False


def no_progress(done: int, total: int) -> None:
    """Do nothing: a :data:`Progress` for callers that don't show progress."""


def do_nothing() -> None:
    """Do nothing: for callers of ``generate_many`` that have nothing to do between two passes."""


@dataclass(frozen=True)
class GenerationJob:
    """One generation of a batch: the request, and the callbacks of its caller."""

    request: MotionRequest
    progress: Progress = no_progress
    cancelled: IsCancelled = never_cancelled


@dataclass(frozen=True)
class CaptionJob:
    """One captioning of a batch: the motion, and the callbacks of its caller."""

    motion: Motion
    progress: Progress = no_progress
    cancelled: IsCancelled = never_cancelled


class Backend(Protocol):
    """A motion model. Generation is deterministic: the same request gives the same motions."""

    def capabilities(self) -> Capabilities:
        """Return what the model can do. Cheap: reads no weights."""
        ...

    def generate(
        self,
        request: MotionRequest,
        progress: Progress = no_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> list[Motion]:
        """Return a motion for each of ``request.options.num_samples``, at the request's frame rate and length.

        Blocks; call it off the main thread. Raises ``RequestError``, ``BackendError`` or ``Cancelled``.
        """
        ...


@runtime_checkable
class Captioner(Protocol):
    """A model that describes motions in sentences."""

    def generate_captions(
        self, motion: Motion, progress: Progress = no_progress, cancelled: IsCancelled = never_cancelled
    ) -> list[str]:
        """Return sentences for consecutive parts of the motion.

        Blocks; call it off the main thread. Raises ``RequestError``, ``CheckpointError``, ``BackendError`` or
        ``Cancelled``.
        """
        ...


def caption_motion(
    backend: Backend,
    motion: Motion,
    progress: Progress = no_progress,
    cancelled: IsCancelled = never_cancelled,
) -> list[str]:
    """Return the sentences with which ``backend`` describes a motion; see :class:`Captioner`.

    Raises ``RequestError`` if the model can't describe motions.

    Parameters
    ----------
    backend
        The model.
    motion
        The motion to describe.
    progress
        Called with (steps done, steps in all).
    cancelled
        Checked between steps; True ends the work with ``Cancelled``.
    """
    capabilities = backend.capabilities()
    if not capabilities.captions or not isinstance(backend, Captioner):
        raise RequestError(
            "{model} makes motions and describes none: choose a MotionGPT checkpoint",
            model=capabilities.model,
        )
    return backend.generate_captions(motion, progress, cancelled)
