# SPDX-License-Identifier: GPL-3.0-or-later
"""A text encoder that a server computes, by the request for embeddings that many servers of language models know.

``POST ADDRESS/v1/embeddings`` with ``{"input": [sentence, ...]}`` gives
``{"data": [{"index": 0, "embedding": [...]}, ...]}``. The vectors have to be those that ARDY was trained with: 4096
numbers of LLM2Vec, or those of its small encoder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from ....motion.errors import BackendError
from ...backend import IsCancelled, never_cancelled
from ...remote.errors import refusal_error
from ...remote.server import Server
from ...remote.transport import send_request
from ..layers import F32
from .stored_vectors import MAX_WIDTH

PATH = "/v1/embeddings"

_BATCH = 16
_MAX_BYTES = 2**24
"""Largest answer: 16 vectors of 32768 numbers of 30 characters."""

_SECONDS = 120.0


class ServiceTextEncoder:
    """An encoder on a server; a :class:`~..backend.TextEncoder`."""

    def __init__(self, server: Server, model: str = "", cancelled: IsCancelled = never_cancelled) -> None:
        """Set where it is.

        Parameters
        ----------
        server : address and token; only a server on this machine is asked while online access is off
        model : name of the encoder, for servers that have several
        cancelled : called often; True ends the request
        """
        self._server, self._model, self._cancelled = server, model, cancelled
        self._width: int | None = None

    def encode(self, sentences: Sequence[str]) -> F32:
        """Return the vector (sentences, width) of each sentence; an empty one means no text and gives zeros.

        Raises :class:`BackendError` if the server can't be asked or answers something else, and ``Cancelled``.
        """
        filled = [i for i, sentence in enumerate(sentences) if sentence.strip()]
        parts = [
            self._request([sentences[i] for i in filled[start : start + _BATCH]])
            for start in range(0, len(filled), _BATCH)
        ]
        vectors = np.zeros((len(sentences), self._width or 0), np.float32)
        if parts:
            vectors[filled] = np.concatenate(parts)
        return vectors

    def _request(self, sentences: Sequence[str]) -> F32:
        """Return the vectors of a few sentences."""
        body: dict[str, object] = {"input": list(sentences), "encoding_format": "float"}
        if self._model:
            body["model"] = self._model
        path = "" if self._server.url.endswith("/embeddings") else PATH
        response = send_request(
            self._server,
            "POST",
            path,
            json.dumps(body).encode(),
            _SECONDS,
            self._cancelled,
            max_bytes=_MAX_BYTES,
        )
        if response.status == 404:
            raise BackendError(
                "{host} has no text encoder at this address: check the address in the preferences",
                host=self._server.host,
            )
        if response.status != 200:
            raise refusal_error(self._server, response)
        try:
            vectors = _read_vectors(response.json(), len(sentences))
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise self._wrong_answer() from error
        if self._width not in (None, vectors.shape[1]):
            raise self._wrong_answer()
        self._width = vectors.shape[1]
        return vectors

    def _wrong_answer(self) -> BackendError:
        return BackendError(
            "{host} does not answer with vectors: check that it is a text encoder for ARDY",
            host=self._server.host,
        )


def _read_vectors(tree: Any, count: int) -> F32:
    """Return the vectors of an answer in the order of the request. Raises ``ValueError``, ``TypeError`` or others."""
    entries = tree["data"]
    if not isinstance(entries, list) or len(entries) != count:
        raise ValueError("another number of vectors")
    rows: list[Any] = [None] * count
    for position, entry in enumerate(entries):
        index, row = entry.get("index", position) if isinstance(entry, dict) else -1, entry["embedding"]
        if type(index) is not int or not 0 <= index < count or rows[index] is not None:
            raise ValueError("no order")
        if (
            not isinstance(row, list)
            or not 0 < len(row) <= MAX_WIDTH
            or len(row) != len(entries[0]["embedding"])
        ):
            raise ValueError("no vector")
        if any(type(number) not in (int, float) for number in row):
            raise ValueError("no numbers")
        rows[index] = row
    with np.errstate(over="ignore"):  # numbers beyond single precision are found below
        vectors = np.array(rows, np.float32)
    if not np.all(np.isfinite(vectors)):
        raise ValueError("numbers that are not finite")
    return vectors
