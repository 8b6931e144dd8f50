# SPDX-License-Identifier: GPL-3.0-or-later
"""Models computed by another process: a server from the preferences, or the worker on this machine."""

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
    """Where models are computed: a server or the local worker."""

    @property
    def name(self) -> str:
        """The name in the preferences, without a slash."""
        ...

    @property
    def key(self) -> str:
        """A key that changes if another address or other options get the same name."""
        ...

    def reach(self, cancelled: IsCancelled) -> Server:
        """Return the server to send requests to; may wait for it to start.

        Raises ``BackendError`` or ``Cancelled``.
        """
        ...

    def models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """Return the models that ``server`` offers. Raises ``BackendError`` or ``Cancelled``."""
        ...

    def explained(self, error: BackendError) -> BackendError:
        """Return the error that explains a broken connection to this endpoint."""
        ...


@dataclass(frozen=True)
class ServerPlace:
    """A server from the preferences."""

    name: str
    server: Server

    @property
    def key(self) -> str:
        """The name and the address."""
        return f"{self.name} {self.server.url}"

    def reach(self, cancelled: IsCancelled) -> Server:
        """Return the server without contacting it."""
        return self.server

    def models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """Return the models that the server offers. Raises ``BackendError`` or ``Cancelled``."""
        return list_models(server, cancelled=cancelled)

    def explained(self, error: BackendError) -> BackendError:
        """Return ``error`` unchanged."""
        return error


@dataclass(frozen=True)
class WorkerPlace:
    """The local worker, which is started when it is needed."""

    name: str
    worker: Worker
    options: WorkerOptions

    @property
    def key(self) -> str:
        """The name and the options that the worker is started with."""
        return f"{self.name} {self.options}"

    def reach(self, cancelled: IsCancelled) -> Server:
        """Start the worker unless it runs, and return its address. Raises ``BackendError`` or ``Cancelled``."""
        return self.worker.ready(self.options, cancelled)

    def models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """Return the worker's models with their licences, for which MMCP has no field."""
        licences = self.worker.licences
        found = list_models(server, cancelled=cancelled)
        return [replace(model, licence=licences.get(model.id, model.licence)) for model in found]

    def explained(self, error: BackendError) -> BackendError:
        """Return an error that says that the worker ended, if it did, else ``error``."""
        return self.worker.explained(error)


class PlacedBackend:
    """A model of an endpoint as a :class:`~.backend.Backend` and :class:`~.backend.Captioner`."""

    def __init__(self, place: Place, model_id: str, known: RemoteModel | None = None) -> None:
        """Take the model ``model_id`` of ``endpoint``.

        ``known_model``: what the endpoint said of it before; None: ask the endpoint at the first generation.
        """
        self._place, self._id, self._known = place, model_id, known

    def capabilities(self) -> Capabilities:
        """Return the known capabilities.

        Before the model is known, return that it can do everything; :meth:`generate` then raises what it can't do.
        """
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
        """Connect to the endpoint and generate there; see :meth:`.backend.Backend.generate`."""
        with self._reached(cancelled) as model:
            return model.generate(request, progress, cancelled)

    def captions(
        self, motion: Motion, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[str]:
        """Connect to the endpoint and describe a motion there; see :class:`.backend.Captioner`."""
        with self._reached(cancelled) as model:
            return model.captions(motion, progress, cancelled)

    @contextmanager
    def _reached(self, cancelled: IsCancelled) -> Iterator[RemoteBackend]:
        """Connect, yield the model, and replace connection errors by what they mean at this endpoint."""
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
            "{endpoint} has no model {model} (it offers {offered}): choose another in the panel Model",
            endpoint=self._place.name,
            model=self._id,
            offered=offered,
        )
