# SPDX-License-Identifier: GPL-3.0-or-later
"""The models that can be chosen: the embedded one, installed ones, and those that servers and the worker offer.

A choice is a string: empty for the embedded model, ``ardy`` for the installed one, else ``ENDPOINT/MODEL``. A .blend
stores nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..motion import BackendError
from .backend import Backend

if TYPE_CHECKING:
    from .endpoints import Endpoint
    from .models.text_sources import TextSource
    from .remote import RemoteModel

EMBEDDED = "embedded"
"""A synonym of the empty choice, for scripts."""

_lock = threading.Lock()
_models_by_endpoint: dict[str, tuple[RemoteModel, ...]] = {}


@cache
def default_backend() -> Backend:
    """Return the embedded model, one instance a session. Cheap: reads its weights at the first generation."""
    from .embedded import EmbeddedBackend

    return EmbeddedBackend()


def is_embedded(choice: str) -> bool:
    """Return whether a choice means the embedded model."""
    return choice.strip() in ("", EMBEDDED)


def get_backend(
    choice: str,
    endpoints: Iterable[Endpoint] = (),
    models_folder: Path | None = None,
    text_source: TextSource | None = None,
) -> Backend:
    """Return the model of a choice.

    Raises ``BackendError`` if the model is not installed, or none of ``endpoints`` has its name.

    Parameters
    ----------
    choice : the choice
    endpoints : servers and worker that may be meant
    models_folder : folder of the installed models
    text_source : where the text vectors of an installed model come from; None: its text encoder
    """
    choice = choice.strip()
    if is_embedded(choice):
        return default_backend()
    if models_folder is not None:
        from .models.installed import is_installed_choice, open_installed

        if is_installed_choice(choice):
            return open_installed(models_folder, choice, text_source)
    name, _, model_id = choice.partition("/")
    endpoint = next((p for p in endpoints if p.name == name), None)
    if endpoint is None or not model_id:
        raise BackendError(
            "The model {choice} is on no server of the preferences: choose another in the panel Model",
            choice=choice[:100],
        )
    from .endpoints import EndpointBackend

    return EndpointBackend(endpoint, model_id, find_known_model(endpoint, model_id))


def remember_models(endpoint: Endpoint, models: Sequence[RemoteModel]) -> None:
    """Store the models that an endpoint offers, for this session."""
    with _lock:
        _models_by_endpoint[endpoint.cache_key] = tuple(models)


def forget_models() -> None:
    """Clear the models that all endpoints offer."""
    with _lock:
        _models_by_endpoint.clear()


def find_known_model(endpoint: Endpoint, model_id: str) -> RemoteModel | None:
    """Return the model of an endpoint if its list was requested before, else None."""
    with _lock:
        models = _models_by_endpoint.get(endpoint.cache_key, ())
    return next((model for model in models if model.id == model_id), None)
