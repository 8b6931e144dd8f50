# SPDX-License-Identifier: GPL-3.0-or-later
"""Installed models as backends: ARDY with its text encoder."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ...motion import BackendError
from .cards import ARDY, ARDY_TEXT, find_card
from .receipts import Receipt, read_receipt
from .text_sources import TextSource, make_folder_source

if TYPE_CHECKING:
    from ..ardy.backend import ArdyBackend

QUALITIES = {"DRAFT": 4, "GOOD": 7, "BEST": 10}
"""Steps of the sampler by the name of a quality."""

VECTOR_FOLDER = "text_vectors"
"""Folder beside the models that keeps the vectors of prompts."""

_lock = threading.Lock()
_backends: dict[tuple[Path, TextSource], ArdyBackend] = {}
"""The backends that were opened, by the folder of the model and the source of text vectors."""


def is_installed_choice(choice: str) -> bool:
    """Return whether a choice means a model that is installed, not one of a server."""
    return choice.strip() == ARDY


def open_installed(root: Path, choice: str, text_source: TextSource | None = None) -> ArdyBackend:
    """Return the installed model of a choice. Cheap: reads no weights.

    ``text_source`` gives the vectors of prompts, None for the installed text encoder. Raises ``BackendError`` if the
    model or that encoder is not installed in ``root``, the folder of all models.
    """
    model = require_installed(root, choice.strip())
    if text_source is None:
        text_source = make_folder_source(require_installed(root, ARDY_TEXT).folder)
    return open_ardy(model.folder, text_source, root / VECTOR_FOLDER)


def open_ardy(folder: Path, text_source: TextSource, vector_folder: Path) -> ArdyBackend:
    """Return the backend of a model and a source of text vectors, the same one each time.

    ``vector_folder`` keeps what the source computes.
    """
    from ..ardy.backend import ArdyBackend

    with _lock:
        key = (folder, text_source)
        if key not in _backends:
            _backends[key] = ArdyBackend(folder, text_source.open(vector_folder))
        return _backends[key]


def release_models(wait: bool = True) -> None:
    """Give the memory of all models back, and forget them.

    ``wait``: until generations that run have ended; else those give it back by themselves.
    """
    with _lock:
        backends = list(_backends.values())
        _backends.clear()
    for backend in backends:
        backend.release(wait)


def require_installed(root: Path, card_id: str) -> Receipt:
    """Return the receipt of an installed model. Raises ``BackendError`` if it is not installed."""
    card = find_card(card_id)
    receipt = read_receipt(root, card) if card else None
    if card is None or receipt is None:
        raise BackendError(
            "{model} is not installed: download it in the preferences of Kinescribe, or choose its folder there",
            model=card.name if card else card_id[:100],
        )
    return receipt
