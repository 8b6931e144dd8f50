# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints (servers, local worker), read from the preferences into plain values that threads may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..preferences import own_preferences
from ..scene.user_folder import user_folder
from ..session import WORKER

if TYPE_CHECKING:
    from ..inference.backend import Backend
    from ..inference.endpoints import Endpoint
    from ..inference.worker import Worker, WorkerOptions

PACKAGE = __package__.rpartition(".")[0]

NO_PYTHON = "Choose a Python that has PyTorch in the preferences of Kinescribe: it runs other people's models"


@cache
def worker() -> Worker:
    """Return the one worker of this Blender session."""
    from ..inference.worker import Worker

    return Worker()


def worker_exists() -> bool:
    """Return whether :func:`worker` was ever called, without creating a worker."""
    return worker.cache_info().currsize > 0


def log_path() -> Path:
    """Return the path of the worker's log, in the extension's own user folder."""
    return user_folder("worker") / "worker.log"


def endpoint_names(context: bpy.types.Context) -> Iterator[str]:
    """Yield the names of all endpoints in the preferences: servers, then the worker if it has a Python."""
    page = own_preferences(context)
    if page is None:
        return
    yield from (server.name for server in page.servers)
    if page.worker_python:
        yield WORKER


def find_endpoint(context: bpy.types.Context, name: str) -> Endpoint | None:
    """Return the endpoint of that name with its token and the online access of this moment; None if there is none.

    Raises ``RequestError`` if the address or the Python in the preferences can't be used.
    """
    from ..inference.endpoints import ServerEndpoint, WorkerEndpoint
    from ..inference.remote import Server

    page = own_preferences(context)
    if page is None:
        return None
    if name == WORKER:
        return WorkerEndpoint(WORKER, worker(), worker_options(context))
    row = next((server for server in page.servers if server.name == name), None)
    if row is None:
        return None
    online = bool(bpy.app.online_access)  # read here, because threads must not touch bpy
    token = row.token or os.environ.get(row.token_variable.strip(), "")
    return ServerEndpoint(name, Server(row.url, token, lambda: online))


def worker_options(context: bpy.types.Context) -> WorkerOptions:
    """Return how the worker is started. Raises ``RequestError`` if no Python is chosen."""
    from ..inference.worker import WorkerOptions
    from ..motion import RequestError

    page = own_preferences(context)
    python = page.worker_python.strip() if page else ""
    if page is None or not python:
        raise RequestError(NO_PYTHON)
    folders = [checkpoint.path.strip() for checkpoint in page.checkpoints]
    return WorkerOptions(
        python=Path(bpy.path.abspath(python)),
        package=Path(__file__).resolve().parent.parent,
        log=log_path(),
        checkpoints=tuple(Path(bpy.path.abspath(folder)) for folder in folders if folder),
    )


def chosen_backend(context: bpy.types.Context) -> Backend:
    """Return the model that the scene names. Raises ``BackendError`` or ``RequestError`` if it is not available."""
    return backend_named(context, context.scene.kinescribe.model)


def backend_named(context: bpy.types.Context, choice: str) -> Backend:
    """Return the model with a name as in ``scene.kinescribe.model``.

    Raises ``BackendError`` or ``RequestError`` if it is not available.
    """
    from ..inference.registry import get_backend, is_embedded

    if is_embedded(choice):
        return get_backend("")
    endpoint = find_endpoint(context, choice.strip().partition("/")[0])
    return get_backend(choice, [endpoint] if endpoint else [])
