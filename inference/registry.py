# SPDX-License-Identifier: GPL-3.0-or-later
"""The models that can be chosen: the embedded one, and those that servers and the worker offer.

A choice is a string: empty for the embedded model, else ``ENDPOINT/MODEL``. A .blend stores nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ..motion import BackendError
from .backend import Backend

if TYPE_CHECKING:
    from .endpoints import Place
    from .remote import RemoteModel

EMBEDDED = "embedded"
"""A synonym of the empty choice, for scripts."""

_lock = threading.Lock()
_known: dict[str, tuple[RemoteModel, ...]] = {}


@cache
def default_backend() -> Backend:
    """Return the embedded model, one instance a session. Cheap: reads its weights at the first generation."""
    from .embedded import EmbeddedBackend

    return EmbeddedBackend()


def is_embedded(choice: str) -> bool:
    """Return whether a choice means the embedded model."""
    return choice.strip() in ("", EMBEDDED)


def backend_of(choice: str, places: Iterable[Place] = ()) -> Backend:
    """Return the model of a choice. Raises ``BackendError`` if none of ``endpoints`` has its name."""
    choice = choice.strip()
    if is_embedded(choice):
        return default_backend()
    name, _, model_id = choice.partition("/")
    place = next((p for p in places if p.name == name), None)
    if place is None or not model_id:
        raise BackendError(
            "The model {choice} is on no server of the preferences: choose another in the panel Model",
            choice=choice[:100],
        )
    from .endpoints import PlacedBackend

    return PlacedBackend(place, model_id, known_model(place, model_id))


def remember(place: Place, models: Sequence[RemoteModel]) -> None:
    """Store the models that an endpoint offers, for this session."""
    with _lock:
        _known[place.key] = tuple(models)


def forget() -> None:
    """Clear the models that all endpoints offer."""
    with _lock:
        _known.clear()


def known_model(place: Place, model_id: str) -> RemoteModel | None:
    """Return the model of an endpoint if its list was requested before, else None."""
    with _lock:
        models = _known.get(place.key, ())
    return next((model for model in models if model.id == model_id), None)
