# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the vectors of ARDY's prompts come from: the small encoder, or what the user chooses instead.

Instead of the small encoder that is downloaded with ARDY it can be another encoder's folder, a file of stored vectors,
or a server or worker that offers ``POST /v1/embeddings``, such as ``kinescribe serve`` with LLM2Vec.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...motion import BackendError, RequestError
from ..backend import never_cancelled

if TYPE_CHECKING:
    from ..ardy.backend import TextEncoder
    from ..endpoints import Endpoint

F32 = NDArray[np.float32]


@dataclass(frozen=True)
class TextSource:
    """A choice of the user.

    Attributes
    ----------
    key : the same for the same source
    open : returns its encoder, which keeps what it computes in a folder of vectors
    """

    key: str
    open: Callable[[Path], TextEncoder] = field(compare=False)


class FolderTextEncoder:
    """The text encoder in a folder, read when it is needed and given back with :meth:`release`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encoder: TextEncoder | None = None

    def encode(self, sentences: Sequence[str]) -> F32:
        """Return a vector (sentences, width) for each sentence. Raises ``CheckpointError`` or ``BackendError``."""
        encoder = self._encoder
        if encoder is None:
            from ..ardy.text import load_text_encoder

            encoder = self._encoder = load_text_encoder(self._folder)
        return encoder.encode(sentences)

    def release(self) -> None:
        """Give the memory of the weights back."""
        self._encoder = None


class EndpointTextEncoder:
    """The text encoder of a server or of the worker, which is started when it is needed."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def encode(self, sentences: Sequence[str]) -> F32:
        """Return a vector (sentences, width) for each sentence. Raises ``BackendError``."""
        from ..ardy.text.service import ServiceTextEncoder

        server = self._endpoint.connect(never_cancelled)
        try:
            return ServiceTextEncoder(server).encode(sentences)
        except BackendError as error:
            raise self._endpoint.explain_error(error) from None


def make_folder_source(folder: Path) -> TextSource:
    """Return the source that computes with the encoder in a folder."""

    def open_folder(vector_folder: Path) -> TextEncoder:
        from ..ardy.text.stored_vectors import CachedTextEncoder, identify_folder

        return CachedTextEncoder(FolderTextEncoder(folder), vector_folder, identify_folder(folder))

    return TextSource(f"folder {folder}", open_folder)


def make_endpoint_source(endpoint: Endpoint, is_online: bool = True) -> TextSource:
    """Return the source that asks a server or the worker.

    ``is_online``: whether other machines may be asked at this time, which is part of the choice.
    """

    def open_endpoint(vector_folder: Path) -> TextEncoder:
        from ..ardy.text.stored_vectors import CachedTextEncoder

        return CachedTextEncoder(EndpointTextEncoder(endpoint), vector_folder, endpoint.cache_key)

    return TextSource(f"endpoint {is_online} {endpoint.cache_key}", open_endpoint)


def read_text_source(
    choice: str, token: str = "", is_online: Callable[[], bool] = lambda: True
) -> TextSource:
    """Return the source that an address, a folder or a file of stored vectors stands for.

    Raises ``RequestError`` if it is none of them. ``token`` and ``is_online`` are for an address.
    """
    choice = choice.strip()
    if choice.startswith(("http://", "https://")):
        from ..endpoints import ServerEndpoint
        from ..remote import Server

        server = Server(choice, token, is_online)
        return make_endpoint_source(ServerEndpoint(server.host, server), is_online())
    path = Path(choice)
    if choice and path.is_dir():
        return make_folder_source(path)
    if choice and path.is_file():

        def open_file(_vector_folder: Path) -> TextEncoder:
            from ..ardy.text.stored_vectors import StoredTextEncoder

            return StoredTextEncoder(path)

        # another file of the same name is another source
        return TextSource(f"file {path} {path.stat().st_mtime_ns}", open_file)
    raise RequestError(
        "{source} is no text encoder: choose a folder, a file of stored vectors (.npz), or the address of a server",
        source=choice[:200],
    )
