# SPDX-License-Identifier: GPL-3.0-or-later
"""Models computed by another process: a server from the preferences, or the worker on this machine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from ..motion import BackendError, Capabilities, Motion, MotionRequest
from .backend import IsCancelled, Progress, never_cancelled, no_progress
from .remote import RemoteBackend, RemoteModel, Server, list_models
from .worker import Worker, WorkerOptions

_ALL_CONSTRAINTS = frozenset({"root_path", "effector_target", "pose_keyframe"})


class Endpoint(Protocol):
    """Where models are computed: a server or the local worker."""

    @property
    def name(self) -> str:
        """The name in the preferences, without a slash."""
        ...

    @property
    def cache_key(self) -> str:
        """A key that changes if another address or other options get the same name."""
        ...

    def connect(self, cancelled: IsCancelled) -> Server:
        """Return the server to send requests to; may wait for it to start.

        Raises ``BackendError`` or ``Cancelled``.
        """
        ...

    def fetch_models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """Return the models that ``server`` offers. Raises ``BackendError`` or ``Cancelled``."""
        ...

    def explain_error(self, error: BackendError) -> BackendError:
        """Return the error that explains a broken connection to this endpoint."""
        ...


@dataclass(frozen=True)
class ServerEndpoint:
    """A server from the preferences."""

    name: str
    server: Server

    @property
    def cache_key(self) -> str:
        """The name and the address."""
        return f"{self.name} {self.server.url}"

    def connect(self, cancelled: IsCancelled) -> Server:
        """Return the server without contacting it."""
        return self.server

    def fetch_models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """Return the models that the server offers. Raises ``BackendError`` or ``Cancelled``."""
        return list_models(server, cancelled=cancelled)

    def explain_error(self, error: BackendError) -> BackendError:
        """Return ``error`` unchanged."""
        return error


@dataclass(frozen=True)
class WorkerEndpoint:
    """The local worker, which is started when it is needed."""

    name: str
    worker: Worker
    options: WorkerOptions

    @property
    def cache_key(self) -> str:
        """The name and the options that the worker is started with."""
        return f"{self.name} {self.options}"

    def connect(self, cancelled: IsCancelled) -> Server:
        """Start the worker unless it runs, and return its address. Raises ``BackendError`` or ``Cancelled``."""
        return self.worker.wait_until_listening(self.options, cancelled)

    def fetch_models(self, server: Server, cancelled: IsCancelled) -> list[RemoteModel]:
        """Return the worker's models with their licences, for which MMCP has no field."""
        licences = self.worker.model_licences
        models = list_models(server, cancelled=cancelled)
        return [replace(model, licence=licences.get(model.id, model.licence)) for model in models]

    def explain_error(self, error: BackendError) -> BackendError:
        """Return an error that says that the worker ended, if it did, else ``error``."""
        return self.worker.explain_error(error)


class EndpointBackend:
    """A model of an endpoint as a :class:`~.backend.Backend` and :class:`~.backend.Captioner`."""

    def __init__(self, endpoint: Endpoint, model_id: str, known_model: RemoteModel | None = None) -> None:
        """Set the endpoint and the id of its model.

        ``known_model``: the model as the endpoint listed it before; None: it is requested at the first generation.
        """
        self._endpoint, self._model_id, self._known_model = endpoint, model_id, known_model

    def capabilities(self) -> Capabilities:
        """Return the known capabilities.

        Before the model is known, return that it can do everything; :meth:`generate` then raises what it can't do.
        """
        if self._known_model is not None:
            return self._known_model.capabilities
        return Capabilities(
            model=self._model_id,
            licence="",
            fps=30.0,
            min_seconds=0.0,
            max_seconds=math.inf,
            max_samples=1000,
            segment_types=frozenset({"text", "unconditioned"}),
            constraint_types=_ALL_CONSTRAINTS,
            max_segments=1000,
            supports_loop=True,
            captions=True,
        )

    def generate(
        self,
        request: MotionRequest,
        progress: Progress = no_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> list[Motion]:
        """Connect to the endpoint and generate there; see :meth:`.backend.Backend.generate`."""
        with self._connected_model(cancelled) as model:
            return model.generate(request, progress, cancelled)

    def generate_captions(
        self, motion: Motion, progress: Progress = no_progress, cancelled: IsCancelled = never_cancelled
    ) -> list[str]:
        """Connect to the endpoint and describe a motion there; see :class:`.backend.Captioner`."""
        with self._connected_model(cancelled) as model:
            return model.generate_captions(motion, progress, cancelled)

    @contextmanager
    def _connected_model(self, cancelled: IsCancelled) -> Iterator[RemoteBackend]:
        """Connect, yield the model, and replace connection errors by what they mean at this endpoint."""
        server = self._endpoint.connect(cancelled)
        try:
            if self._known_model is None:
                self._known_model = self._find_model(self._endpoint.fetch_models(server, cancelled))
            yield RemoteBackend(server, self._known_model)
        except BackendError as error:
            raise self._endpoint.explain_error(error) from None

    def _find_model(self, models: list[RemoteModel]) -> RemoteModel:
        for model in models:
            if model.id == self._model_id:
                return model
        offered = ", ".join(model.id for model in models[:5]) or "none"
        raise BackendError(
            "{endpoint} has no model {model} (it offers {offered}): choose another in the panel Model",
            endpoint=self._endpoint.name,
            model=self._model_id,
            offered=offered,
        )
