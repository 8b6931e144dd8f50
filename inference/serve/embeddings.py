# SPDX-License-Identifier: GPL-3.0-or-later
"""``POST /v1/embeddings``: sentences become the vectors of a text encoder for ARDY.

The request and its answer are those of many servers of language models, see ``inference/ardy/text/service.py``.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from motionmcp import ProtocolError
from starlette.requests import Request
from starlette.responses import JSONResponse

from ...motion import KinescribeError
from .captions import read_body

if TYPE_CHECKING:
    from ..ardy.backend import TextEncoder

PATH = "/v1/embeddings"

MAX_SENTENCES = 64
MAX_CHARACTERS = 20_000

_MAX_BYTES = 2**22


class EmbeddingRoute:
    """Answers requests with one encoder, one after the other."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()

    async def handle_request(self, request: Request) -> JSONResponse:
        """Return the vectors of a request's sentences. Raises ``ProtocolError``."""
        sentences = _parse_sentences(await read_body(request, _MAX_BYTES))
        rows = await asyncio.get_running_loop().run_in_executor(None, self._encode, sentences)
        data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
        return JSONResponse({"object": "list", "data": data})

    def _encode(self, sentences: Sequence[str]) -> list[list[float]]:
        with self._lock:
            try:
                rows: list[list[float]] = self._encoder.encode(sentences).tolist()
            except KinescribeError as error:
                raise ProtocolError("internal_error", str(error)) from error
        return rows


def _parse_sentences(body: bytes) -> list[str]:
    """Return the sentences of a request. Raises ``ProtocolError`` if it is malformed or holds too many."""
    try:
        tree: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("schema_validation", "the request is no JSON") from error
    sentences = tree.get("input") if isinstance(tree, dict) else None
    if isinstance(sentences, str):
        sentences = [sentences]
    if not isinstance(sentences, list) or not all(isinstance(sentence, str) for sentence in sentences):
        raise ProtocolError("schema_validation", "input has to be a sentence or a list of sentences")
    if not 0 < len(sentences) <= MAX_SENTENCES or any(len(s) > MAX_CHARACTERS for s in sentences):
        raise ProtocolError(
            "schema_validation",
            f"input has to be 1 to {MAX_SENTENCES} sentences of {MAX_CHARACTERS} characters",
        )
    return sentences
