# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints (servers, local worker), read from the preferences into plain values that threads may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import bpy

from ..preferences import get_preferences
from ..scene.user_folder import find_user_folder, user_folder
from ..session import WORKER

if TYPE_CHECKING:
    from ..inference.backend import Backend
    from ..inference.embedded import EmbeddedBackend
    from ..inference.endpoints import Endpoint
    from ..inference.models.text_sources import TextSource
    from ..inference.remote.chat_breakdown import ChatReader
    from ..inference.worker import Worker, WorkerOptions

PACKAGE = __package__.rpartition(".")[0]

NO_PYTHON = "Choose a Python that has PyTorch in the preferences of Kinescribe: it runs other people's models"


@cache
def get_worker() -> Worker:
    """Return the one worker of this Blender session."""
    from ..inference.worker import Worker

    return Worker()


def worker_exists() -> bool:
    """Return whether :func:`get_worker` was ever called, without creating a worker."""
    return get_worker.cache_info().currsize > 0


def log_path() -> Path:
    """Return the path of the worker's log, in the extension's own user folder."""
    return user_folder("worker") / "worker.log"


def endpoint_names(context: bpy.types.Context) -> Iterator[str]:
    """Yield the names of all endpoints in the preferences: servers, then the worker if it has a Python."""
    preferences = get_preferences(context)
    if preferences is None:
        return
    yield from (server.name for server in preferences.servers)
    if preferences.worker_python:
        yield WORKER


def find_endpoint(context: bpy.types.Context, name: str) -> Endpoint | None:
    """Return the endpoint of that name with its token and the present state of online access; None if there is none.

    Raises ``RequestError`` if the address or the Python in the preferences can't be used.
    """
    from ..inference.endpoints import ServerEndpoint, WorkerEndpoint
    from ..inference.remote import Server

    preferences = get_preferences(context)
    if preferences is None:
        return None
    if name == WORKER:
        return WorkerEndpoint(WORKER, get_worker(), worker_options(context))
    row = next((server for server in preferences.servers if server.name == name), None)
    if row is None:
        return None
    online = bool(bpy.app.online_access)  # read here, because threads must not touch bpy
    token = row.token or os.environ.get(row.token_variable.strip(), "")
    return ServerEndpoint(name, Server(row.url, token, lambda: online))


def worker_options(context: bpy.types.Context) -> WorkerOptions:
    """Return the options that the worker is started with. Raises ``RequestError`` if no Python is chosen."""
    from ..inference.worker import WorkerOptions
    from ..motion import RequestError

    preferences = get_preferences(context)
    python = preferences.worker_python.strip() if preferences else ""
    if preferences is None or not python:
        raise RequestError(NO_PYTHON)
    folders = [checkpoint.path.strip() for checkpoint in preferences.checkpoints]
    checkpoints = [Path(bpy.path.abspath(folder)) for folder in folders if folder]
    return WorkerOptions(
        python=Path(bpy.path.abspath(python)),
        package=Path(__file__).resolve().parent.parent,
        log=log_path(),
        checkpoints=tuple(dict.fromkeys([*checkpoints, *_installed_folders()])),
        use_bfloat16=preferences.worker_bfloat16,
    )


def _installed_folders() -> list[Path]:
    """Return the folders of ARDY and its text encoder if both are installed: the worker offers it with PyTorch."""
    from ..inference.models.cards import CARDS
    from ..inference.models.receipts import read_receipt

    receipts = [read_receipt(find_user_folder("models"), card) for card in CARDS]
    folders = [receipt.folder for receipt in receipts if receipt is not None]
    return folders if len(folders) == len(CARDS) else []


def get_scene_backend(context: bpy.types.Context) -> Backend:
    """Return the model that the scene names. Raises ``BackendError`` or ``RequestError`` if it is not available."""
    return find_backend(context, context.scene.kinescribe.model)


def find_backend(context: bpy.types.Context, choice: str) -> Backend:
    """Return the model with a name as in ``scene.kinescribe.model``.

    Raises ``BackendError`` or ``RequestError`` if it is not available.
    """
    from ..inference.models.cards import ARDY
    from ..inference.registry import get_backend, is_embedded

    if is_embedded(choice):
        backend = get_backend("")
        reader = _find_reader(context)
        return backend if reader is None else cast("EmbeddedBackend", backend).with_reader(reader)
    if choice.strip() == ARDY:
        source = _find_text_source(context)
        return get_backend(ARDY, models_folder=find_user_folder("models"), text_source=source)
    endpoint = find_endpoint(context, choice.strip().partition("/")[0])
    return get_backend(choice, [endpoint] if endpoint else [])


def _find_reader(context: bpy.types.Context) -> ChatReader | None:
    """Return what breaks prompts down by the language model of the preferences; None if none is used.

    Raises ``RequestError`` if its address or name can't be used.
    """
    preferences = get_preferences(context)
    if preferences is None or not preferences.use_language_model:
        return None
    token = preferences.language_model_token or os.environ.get(
        preferences.language_model_token_variable.strip(), ""
    )
    url, model = preferences.language_model_url, preferences.language_model_name
    return _make_reader(url, token, model, bool(bpy.app.online_access))


@lru_cache(maxsize=4)
def _make_reader(url: str, token: str, model: str, online: bool) -> ChatReader:
    """Return the same reader for the same settings, so that another take does not ask again."""
    from ..inference.remote import Server
    from ..inference.remote.chat_breakdown import ChatReader

    return ChatReader(Server(url, token, lambda: online), model)


def _find_text_source(context: bpy.types.Context) -> TextSource | None:
    """Return where the preferences take ARDY's text vectors from; None for the small text encoder.

    Raises ``RequestError`` or ``CheckpointError`` if they name nothing that is there.
    """
    from ..inference.models.text_sources import make_endpoint_source, read_text_source

    preferences = get_preferences(context)
    choice = preferences.text_source.strip() if preferences else ""
    if not choice:
        return None
    online = bool(bpy.app.online_access)
    endpoint = find_endpoint(context, WORKER if choice.lower() == "worker" else choice)
    if endpoint is not None:
        return make_endpoint_source(endpoint, online)
    return read_text_source(choice if "://" in choice else bpy.path.abspath(choice), "", lambda: online)
