# SPDX-License-Identifier: GPL-3.0-or-later
"""Where models come from beside the embedded one: what the preferences say, in a form that threads may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..preferences import WORKER, own_preferences

if TYPE_CHECKING:
    from ..inference.backend import Backend
    from ..inference.endpoints import Place
    from ..inference.worker import Worker, WorkerOptions

PACKAGE = __package__.rpartition(".")[0]

NO_PYTHON = "Choose a Python that has PyTorch in the preferences of Kinescribe: it runs other people's models"


@cache
def worker() -> Worker:
    """The one worker of this Blender."""
    from ..inference.worker import Worker

    return Worker()


def worker_ever() -> bool:
    """Whether there is one, without making it."""
    return worker.cache_info().currsize > 0


def log_path() -> Path:
    """The worker's log, in the extension's own user folder."""
    try:
        folder = bpy.utils.extension_path_user(PACKAGE, path="worker", create=True)
    except ValueError:  # loaded as a plain package
        folder = bpy.utils.user_resource("DATAFILES", path="kinescribe/worker", create=True)
    return Path(folder) / "worker.log"


def names(context: bpy.types.Context) -> Iterator[str]:
    """All places that the preferences name, the worker last and only where it has a Python."""
    page = own_preferences(context)
    if page is None:
        return
    yield from (server.name for server in page.servers)
    if page.worker_python:
        yield WORKER


def place(context: bpy.types.Context, name: str) -> Place | None:
    """The place of that name as it is now: tokens read, online access asked; None where there is none.

    Raises ``RequestError`` where what was entered can't be used.
    """
    from ..inference.endpoints import ServerPlace, WorkerPlace
    from ..inference.remote import Server

    page = own_preferences(context)
    if page is None:
        return None
    if name == WORKER:
        return WorkerPlace(WORKER, worker(), worker_options(context))
    found = next((server for server in page.servers if server.name == name), None)
    if found is None:
        return None
    online = bool(bpy.app.online_access)  # asked here, because threads must not touch bpy
    token = found.token or os.environ.get(found.token_variable.strip(), "")
    return ServerPlace(name, Server(found.url, token, lambda: online))


def worker_options(context: bpy.types.Context) -> WorkerOptions:
    """How the worker is started. Raises ``RequestError`` where no Python is chosen."""
    from ..inference.worker import WorkerOptions
    from ..motion import RequestError

    page = own_preferences(context)
    python = page.worker_python.strip() if page else ""
    if not python:
        raise RequestError(NO_PYTHON)
    folders = [checkpoint.path.strip() for checkpoint in page.checkpoints]
    return WorkerOptions(
        python=Path(bpy.path.abspath(python)),
        package=Path(__file__).resolve().parent.parent,
        log=log_path(),
        checkpoints=tuple(Path(bpy.path.abspath(folder)) for folder in folders if folder),
    )


def chosen_backend(context: bpy.types.Context) -> Backend:
    """The model that the scene names. Raises ``BackendError`` or ``RequestError`` where it can't be asked at all."""
    return backend_named(context, context.scene.kinescribe.model)


def backend_named(context: bpy.types.Context, choice: str) -> Backend:
    """The model of that name, as ``scene.kinescribe.model`` has it; raises the same."""
    from ..inference.registry import backend_of, is_embedded

    if is_embedded(choice):
        return backend_of("")
    name = choice.strip().partition("/")[0]
    found = place(context, name)
    if name == WORKER and not bpy.app.background:
        from . import errands

        errands.watch()
    return backend_of(choice, [found] if found else [])
