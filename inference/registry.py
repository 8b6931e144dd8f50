# SPDX-License-Identifier: GPL-3.0-or-later
"""The models that can be asked: the embedded one, and those that servers and the worker were found to offer.

A choice is a text: empty for the embedded model, else ``PLACE/MODEL``. That is all that a .blend keeps of it.
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
"""Another word for the empty choice, for scripts."""

_lock = threading.Lock()
_known: dict[str, tuple[RemoteModel, ...]] = {}


@cache
def default_backend() -> Backend:
    """The embedded model, one for the session. Cheap: its weights are read at the first generation."""
    from .embedded import EmbeddedBackend

    return EmbeddedBackend()


def is_embedded(choice: str) -> bool:
    """Whether a choice means the embedded model."""
    return choice.strip() in ("", EMBEDDED)


def backend_of(choice: str, places: Iterable[Place] = ()) -> Backend:
    """The model that a choice means. Raises :class:`BackendError` where its place is not there."""
    choice = choice.strip()
    if is_embedded(choice):
        return default_backend()
    name, _, model_id = choice.partition("/")
    place = next((p for p in places if p.name == name), None)
    if place is None or not model_id:
        raise BackendError(
            f"The model {choice[:100]} is on no server of the preferences: choose another in the panel Model"
        )
    from .endpoints import PlacedBackend

    return PlacedBackend(place, model_id, known_model(place, model_id))


def remember(place: Place, models: Sequence[RemoteModel]) -> None:
    """Keep what a place offers, for this session."""
    with _lock:
        _known[place.key] = tuple(models)


def forget() -> None:
    """Forget what all places offer."""
    with _lock:
        _known.clear()


def known_model(place: Place, model_id: str) -> RemoteModel | None:
    """The model of a place, where that was asked before."""
    with _lock:
        models = _known.get(place.key, ())
    return next((model for model in models if model.id == model_id), None)
