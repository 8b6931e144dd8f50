# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that another process computes: a server that the user has entered, or the worker on this machine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from ..motion import BackendError, Capabilities, Motion, MotionRequest
from .backend import IsCancelled, Progress, never, silent
from .remote import RemoteBackend, RemoteModel, Server, list_models
from .worker import Worker, WorkerOptions

_ANYTHING = frozenset({"root_path", "effector_target", "pose_keyframe"})


class Place(Protocol):
    """Where models are asked for. ``name``: what the user calls it."""

    @property
    def name(self) -> str:
        """What the user calls it; without a slash."""
        ...

    @property
    def key(self) -> str:
        """Changes when something else is asked under the same name."""
        ...

    def reach(self, cancelled: IsCancelled) -> Server:
        """Where to ask now; may wait. Raises :class:`BackendError` or ``Cancelled``."""
        ...

    def models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """What is offered there. Raises :class:`BackendError` or ``Cancelled``."""
        ...

    def explained(self, error: BackendError) -> BackendError:
        """What an error of the connection means here."""
        ...


@dataclass(frozen=True)
class ServerPlace:
    """A server of the preferences."""

    name: str
    server: Server

    @property
    def key(self) -> str:
        """Name and address."""
        return f"{self.name} {self.server.url}"

    def reach(self, cancelled: IsCancelled) -> Server:
        """The server, as it is."""
        return self.server

    def models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """As the server states them."""
        return list_models(server, cancelled=cancelled)

    def explained(self, error: BackendError) -> BackendError:
        """The error, as it is."""
        return error


@dataclass(frozen=True)
class WorkerPlace:
    """The worker, started where it does not run."""

    name: str
    worker: Worker
    options: WorkerOptions

    @property
    def key(self) -> str:
        """Name and what it is started with."""
        return f"{self.name} {self.options}"

    def reach(self, cancelled: IsCancelled) -> Server:
        """Its address once it listens."""
        return self.worker.ready(self.options, cancelled)

    def models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """With their licences, which the protocol has no field for."""
        licences = self.worker.licences
        found = list_models(server, cancelled=cancelled)
        return [replace(model, licence=licences.get(model.id, model.licence)) for model in found]

    def explained(self, error: BackendError) -> BackendError:
        """That it ended, where it did."""
        return self.worker.explained(error)


class PlacedBackend:
    """The model ``model_id`` of a place as a :class:`~.backend.Backend`.

    ``known``: what the place said of it before; where it is None, the place is asked at the first generation.
    """

    def __init__(self, place: Place, model_id: str, known: RemoteModel | None = None) -> None:
        self._place, self._id, self._known = place, model_id, known

    def capabilities(self) -> Capabilities:
        """As far as they are known: a model that nobody has asked yet is taken to be able to do everything, and
        :meth:`generate` then says what it can't."""
        if self._known is not None:
            return self._known.capabilities
        return Capabilities(
            self._id,
            "",
            30.0,
            0.0,
            math.inf,
            1000,
            frozenset({"text", "unconditioned"}),
            _ANYTHING,
            1000,
            True,
            captions=True,
        )

    def generate(
        self, request: MotionRequest, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[Motion]:
        """See :meth:`~.backend.Backend.generate`."""
        with self._reached(cancelled) as model:
            return model.generate(request, progress, cancelled)

    def captions(
        self, motion: Motion, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[str]:
        """See :meth:`~.backend.Captioner.captions`."""
        with self._reached(cancelled) as model:
            return model.captions(motion, progress, cancelled)

    @contextmanager
    def _reached(self, cancelled: IsCancelled) -> Iterator[RemoteBackend]:
        """The model where it is now; errors inside are told as the place understands them."""
        server = self._place.reach(cancelled)
        try:
            if self._known is None:
                self._known = self._found(self._place.models(server, cancelled))
            yield RemoteBackend(server, self._known)
        except BackendError as error:
            raise self._place.explained(error) from None

    def _found(self, models: list[RemoteModel]) -> RemoteModel:
        for model in models:
            if model.id == self._id:
                return model
        offered = ", ".join(model.id for model in models[:5]) or "none"
        raise BackendError(
            f"{self._place.name} has no model {self._id} (it offers {offered}): choose another in the panel Model"
        )
