# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write the weights: two .npz files and a card, all checked before use.

``model.npz`` holds all parameters in one float16 array, ``parameters``, the name and shape of each part of it as JSON,
``layout``, and the learned words, ``learned``. One array of millions of numbers is read several times as fast as a
hundred small ones, and compression would save next to nothing of it.
"""

from __future__ import annotations

import json
import zlib
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from ...motion import BackendError

FORMAT_VERSION = 2
"""Version of the file layout."""

_BLOCK = 1 << 17
"""Numbers that are read at a time."""

_MAX_WAITING = 8
"""Blocks that may wait for being converted: they bound the memory that they take."""

WEIGHTS_FOLDER = Path(__file__).resolve().parent / "weights"

_CONFIG_KEYS = (
    "features", "width", "layers", "heads", "hidden", "static",
    "vocabulary", "text_width", "text_layers", "text_heads",
)  # fmt: skip


@dataclass(frozen=True)
class Weights:
    """The weights of the embedded model.

    Attributes
    ----------
    config
        Sizes of the network by name.
    arrays
        float32 arrays by name, matrices as (in, out).
    word_rows
        Row of each word in ``vectors``.
    vectors : (N, D) int8
        Static word vectors.
    learned_ids
        Learned index of each word of the training sentences.
    card
        How the weights were made.
    """

    config: dict[str, int]
    arrays: dict[str, NDArray[np.float32]]
    word_rows: dict[str, int]
    vectors: NDArray[np.int8]
    learned_ids: dict[str, int]
    card: dict[str, Any]


def read_card(folder: Path = WEIGHTS_FOLDER) -> dict[str, Any]:
    """Return the card of the weights. Raises ``BackendError`` if it is missing or of another version."""
    try:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackendError("The weights of the embedded model are missing: reinstall Kinescribe") from None
    except (OSError, ValueError) as error:
        raise BackendError(
            "The card of the embedded model cannot be read ({error}): reinstall Kinescribe", error=error
        ) from None
    if not isinstance(card, dict) or card.get("format") != FORMAT_VERSION:
        version = card.get("format") if isinstance(card, dict) else None
        raise BackendError(
            "The weights of the embedded model have version {version}, this Kinescribe reads {format}: reinstall it",
            version=version,
            format=FORMAT_VERSION,
        )
    return card


def read_weights(folder: Path = WEIGHTS_FOLDER) -> Weights:
    """Return all weights of a folder. Raises ``BackendError`` if they are missing, damaged or of another layout."""
    card = read_card(folder)
    try:
        config = {name: int(card["config"][name]) for name in _CONFIG_KEYS}
        with np.load(folder / "model.npz", allow_pickle=False) as z:
            layout = json.loads(bytes(z["layout"]).decode("utf-8"))
            arrays = _read_parameters(z.zip, layout)
            learned = bytes(z["learned"]).decode("utf-8").split("\n")
        with np.load(folder / "words.npz", allow_pickle=False) as z:
            words = bytes(z["words"]).decode("utf-8").split("\n")
            vectors = z["vectors"]
        if vectors.dtype != np.int8 or vectors.shape != (len(words), config["static"]):
            raise ValueError("the word table has another shape")
        if arrays["learned.weight"].shape != (config["vocabulary"], config["text_width"]):
            raise ValueError("the learned words have another shape")
        if len(learned) + 2 != config["vocabulary"]:
            raise ValueError("learned words are missing")
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        raise BackendError(
            "The weights of the embedded model are missing ({file}): reinstall Kinescribe", file=name
        ) from None
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        NotImplementedError,
        BadZipFile,
        zlib.error,
        TokenError,  # NumPy reads a damaged array header with Python's tokenizer
    ) as error:
        raise BackendError(
            "The weights of the embedded model are damaged ({error}): reinstall Kinescribe", error=error
        ) from None
    return Weights(
        config,
        arrays,
        {word: i for i, word in enumerate(words)},
        vectors,
        {word: i for i, word in enumerate(learned, start=2)},
        card,
    )


def write_parameters(path: Path, arrays: Mapping[str, NDArray[Any]], learned: Sequence[str]) -> None:
    """Write ``model.npz``: the parameters by name, rounded to float16, and the learned words."""
    layout = json.dumps([[name, list(array.shape)] for name, array in arrays.items()])
    np.savez(
        path,
        parameters=np.concatenate([np.ravel(array).astype(np.float16) for array in arrays.values()]),
        layout=np.frombuffer(layout.encode("utf-8"), np.uint8),
        learned=np.frombuffer("\n".join(learned).encode("utf-8"), np.uint8),
    )


def _read_parameters(archive: ZipFile, layout: Any) -> dict[str, NDArray[np.float32]]:
    """Return the parts of the flat array ``parameters`` by name. Raises ``ValueError`` or ``EOFError``.

    They are read bit by bit, so that memory holds each number once, and each part is an array of its own, which can be
    given back. A thread converts what was read while more is read: NumPy converts float16 slowly.
    """
    member = "parameters.npy"
    arrays = {}
    with ThreadPoolExecutor(1, "kinescribe-weights") as executor, archive.open(member) as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError("the parameters are stored in another version")
        stored_shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        if dtype != np.float16 or len(stored_shape) != 1:
            raise ValueError("the parameters are not one flat float16 array")
        remaining = min(stored_shape[0], archive.getinfo(member).file_size // dtype.itemsize)
        waiting: deque[Future[None]] = deque()
        for name, shape in layout:
            size = int(np.prod([int(n) for n in shape], dtype=np.int64))
            if not 0 <= size <= remaining:
                raise ValueError("the layout does not fit the parameters")
            values = np.empty(size, np.float32)
            for start in range(0, size, _BLOCK):
                block = values[start : start + _BLOCK]
                waiting.append(executor.submit(_convert_numbers, _read_exactly(file, 2 * len(block)), block))
                if len(waiting) > _MAX_WAITING:
                    waiting.popleft().result()
            arrays[str(name)] = values.reshape(shape)
            remaining -= size
        for future in waiting:
            future.result()
        # at the end of a member its checksum is compared
        if remaining or file.read(1):
            raise ValueError("the layout does not fit the parameters")
    return arrays


def _read_exactly(file: IO[bytes], count: int) -> bytes:
    """Return the next bytes of a file. Raises ``EOFError`` if it has fewer."""
    data = file.read(count)
    if len(data) != count:
        raise EOFError("numbers are missing")
    return data


def _convert_numbers(data: bytes, values: NDArray[np.float32]) -> None:
    """Set ``values`` to float16 numbers. Raises ``ValueError`` if one is not finite."""
    values[...] = np.frombuffer(data, np.float16)
    # a sum is finite if all its terms are: float16 numbers are at most 65504
    if not np.isfinite(values.sum()):
        raise ValueError("numbers are not finite")
