# SPDX-License-Identifier: GPL-3.0-or-later
"""Vectors of prompts in files: a user's own, and a cache of all that were ever computed.

Both are ``.npz`` files with the arrays ``prompts`` (n) and ``vectors`` (n, width). The cache has one file for each
prompt, so that nothing is written again when a prompt is added, and several programs can write at the same time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ....motion.errors import BackendError, CheckpointError, FormatError
from ....motion.formats.npz_arrays import read_arrays
from ..layers import F32

if TYPE_CHECKING:
    from ..backend import TextEncoder

SUFFIX = ".npz"

MAX_PROMPTS = 20_000
MAX_WIDTH = 32_768
MAX_PROMPT_CHARACTERS = 20_000

_KEY_DIGITS = 32
_MAX_REMEMBERED = 1000
_MAX_LISTED = 1000
"""Files of a folder that are looked at: a text encoder has fewer than twenty."""


def read_vectors(path: Path) -> dict[str, F32]:
    """Return the vectors in a file by their prompts. Raises :class:`CheckpointError`."""
    try:
        arrays = read_arrays(path, ("prompts", "vectors"))
    except FormatError as error:
        raise CheckpointError(
            "{name} holds no stored vectors ({reason}): choose another file", name=path.name, reason=error
        ) from error
    prompts, vectors = arrays.get("prompts"), arrays.get("vectors")
    if (
        prompts is None
        or vectors is None
        or prompts.dtype.kind != "U"
        or vectors.dtype.kind != "f"
        or prompts.ndim != 1
        or vectors.ndim != 2
        or len(prompts) != len(vectors)
        or not 0 < len(prompts) <= MAX_PROMPTS
        or not 0 < vectors.shape[1] <= MAX_WIDTH
    ):
        raise CheckpointError(
            "{name} holds no stored vectors: it has to have the arrays prompts (n) and vectors (n, width)",
            name=path.name,
        )
    numbers = vectors.astype(np.float32)
    if not np.all(np.isfinite(numbers)):
        raise CheckpointError(
            "{name} holds vectors with numbers that are not finite: make it again", name=path.name
        )
    return dict(zip(map(str, prompts), numbers, strict=True))


def write_vectors(path: Path, vectors: Mapping[str, F32]) -> None:
    """Write vectors of one width and their prompts into a file, which is complete or not there at all."""
    # in the same folder, so that it can be moved to its name in one step
    handle, name = tempfile.mkstemp(".tmp", f".{path.name}-", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, prompts=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


class StoredTextEncoder:
    """Vectors from a user's file; a :class:`~..backend.TextEncoder` for the prompts that the file holds."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises :class:`CheckpointError`."""
        self._name = path.name
        self._vectors = read_vectors(path)
        self._by_words = {_reduce_prompt(prompt): vector for prompt, vector in self._vectors.items()}
        self.width = len(next(iter(self._vectors.values())))

    @property
    def prompts(self) -> list[str]:
        """The prompts that have vectors."""
        return list(self._vectors)

    def encode(self, sentences: Sequence[str]) -> F32:
        """Return the vector (sentences, width) of each sentence; capitals and the last full stop do not matter.

        Raises :class:`BackendError` if the file lacks one.
        """
        rows = np.zeros((len(sentences), self.width), np.float32)
        for row, sentence in zip(rows, sentences, strict=True):
            if sentence.strip():
                vector = self._vectors.get(sentence)
                vector = self._by_words.get(_reduce_prompt(sentence)) if vector is None else vector
                if vector is None:
                    raise BackendError(
                        "{name} holds no vector for the prompt {prompt}: add it, or choose a text encoder",
                        name=self._name,
                        prompt=" ".join(sentence.split())[:80],
                    )
                row[:] = vector
        return rows


def _reduce_prompt(prompt: str) -> str:
    return " ".join(prompt.lower().split()).rstrip(" .")


class CachedTextEncoder:
    """An encoder that computes each prompt once; a :class:`~..backend.TextEncoder`.

    A folder that cannot be written costs time only: the vectors are computed again.
    """

    def __init__(self, encoder: TextEncoder, folder: Path, identity: str) -> None:
        """Set what computes vectors, and where they are kept.

        Parameters
        ----------
        encoder : computes the vectors
        folder : folder of the cache, which is made at the first vector
        identity : changes with the encoder's weights, so that no vector is taken for one of another encoder
        """
        self._encoder = encoder
        self._folder = folder / hashlib.sha256(identity.encode()).hexdigest()[:_KEY_DIGITS]
        self._remembered: dict[str, F32] = {}

    def encode(self, sentences: Sequence[str]) -> F32:
        """Return the vector (sentences, width) of each sentence; an empty one means no text and gives zeros."""
        found = {sentence: self._find(sentence) for sentence in dict.fromkeys(sentences) if sentence.strip()}
        missing = [sentence for sentence, vector in found.items() if vector is None]
        if missing:
            vectors = np.asarray(self._encoder.encode(missing), np.float32)
            for sentence, vector in zip(missing, vectors, strict=True):
                found[sentence] = vector
                self._remember(sentence, vector)
                self._store(sentence, vector)
        known = [vector for vector in found.values() if vector is not None]
        if not known:
            return np.asarray(self._encoder.encode(sentences), np.float32)
        nothing = np.zeros_like(known[0])
        rows = [found.get(sentence) for sentence in sentences]
        return np.stack([nothing if row is None else row for row in rows])

    def release(self) -> None:
        """Give the memory of the encoder's weights back, if it has any; the vectors stay."""
        release = getattr(self._encoder, "release", None)
        if release is not None:
            release()

    def _path(self, sentence: str) -> Path:
        key = hashlib.sha256(sentence.encode("utf-8", "replace")).hexdigest()[:_KEY_DIGITS]
        return self._folder / f"{key}{SUFFIX}"

    def _find(self, sentence: str) -> F32 | None:
        """Return the vector of a sentence, from memory or from the folder; None if there is none."""
        vector = self._remembered.get(sentence)
        path = self._path(sentence)
        if vector is None and path.is_file():
            with contextlib.suppress(CheckpointError):  # a damaged file is written anew
                vector = read_vectors(path).get(sentence)
        if vector is not None:
            self._remember(sentence, vector)
        return vector

    def _remember(self, sentence: str, vector: F32) -> None:
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[sentence] = vector

    def _store(self, sentence: str, vector: F32) -> None:
        if len(sentence) > MAX_PROMPT_CHARACTERS or not np.all(np.isfinite(vector)):
            return
        with contextlib.suppress(OSError):  # no space, or a folder that may not be written
            self._folder.mkdir(parents=True, exist_ok=True)
            write_vectors(self._path(sentence), {sentence: vector})


def iterate_cache(folder: Path) -> Iterator[tuple[str, F32]]:
    """Yield the prompts and vectors that a cache keeps of one encoder; damaged files are passed over.

    ``folder`` is one of the folders inside the cache's folder.
    """
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with contextlib.suppress(CheckpointError):
            yield from read_vectors(path).items()


def identify_folder(folder: Path) -> str:
    """Return a name that changes when the files of an encoder's folder do, without reading them."""
    entries = []
    for path in sorted(islice(folder.rglob("*"), _MAX_LISTED)):
        with contextlib.suppress(OSError):
            if path.is_file():
                status = path.stat()
                entries.append(f"{path.relative_to(folder).as_posix()} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(entries).encode("utf-8", "replace")).hexdigest()
