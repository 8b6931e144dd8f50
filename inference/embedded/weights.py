# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the weights: two .npz files and a card, all checked before use."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ...motion import BackendError

FORMAT_VERSION = 1
"""Version of the file layout."""

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
            arrays = {name: z[name].astype(np.float32) for name in z.files if name != "learned"}
            learned = bytes(z["learned"]).decode("utf-8").split("\n")
        with np.load(folder / "words.npz", allow_pickle=False) as z:
            words = bytes(z["words"]).decode("utf-8").split("\n")
            vectors = z["vectors"]
        if vectors.dtype != np.int8 or vectors.shape != (len(words), config["static"]):
            raise ValueError("the word table has another shape")
        if arrays["learned.weight"].shape != (config["vocabulary"], config["text_width"]):
            raise ValueError("the learned words have another shape")
        if len(learned) + 2 != config["vocabulary"] or not all(np.isfinite(a).all() for a in arrays.values()):
            raise ValueError("numbers are missing or not finite")
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
        NotImplementedError,
        BadZipFile,
        zlib.error,
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
