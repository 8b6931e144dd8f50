# SPDX-License-Identifier: GPL-3.0-or-later
"""Load a text encoder from a folder: sentences in, vectors for ARDY out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from ....motion.errors import BackendError, CheckpointError
from ..layers import F32
from .onnx_student import find_onnx_folder, read_onnx_student
from .student import CONFIG_FILE, read_student
from .wordpiece import WordPieceTokenizer

_BATCH = 16
"""Sentences that are computed at a time, so that memory stays small however many there are."""


class TextNetwork(Protocol):
    """What computes vectors from tokens."""

    tokenizer: WordPieceTokenizer
    max_tokens: int
    width: int

    def compute_vectors(self, texts: Sequence[Sequence[int]]) -> F32:
        """Return the vector (texts, width) of each text, which is given by its tokens."""
        ...


class SmallTextEncoder:
    """The small text encoder; a :class:`~..backend.TextEncoder`.

    Attributes
    ----------
    identity : changes with the weights, so that stored vectors are not taken for those of another encoder
    width : numbers of a vector
    """

    def __init__(self, network: TextNetwork, identity: str) -> None:
        """Set the network, and a name that changes with its weights."""
        self._network, self.identity = network, identity

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return self._network.width

    def encode(self, sentences: Sequence[str]) -> F32:
        """Return a vector (sentences, width) for each sentence; an empty one means no text and gives zeros.

        Raises :class:`BackendError` if the weights give numbers that are not finite.
        """
        network = self._network
        vectors = np.zeros((len(sentences), network.width), np.float32)
        filled = [i for i, sentence in enumerate(sentences) if sentence.strip()]
        for start in range(0, len(filled), _BATCH):
            part = filled[start : start + _BATCH]
            texts = [network.tokenizer.encode(sentences[i].strip(), network.max_tokens) for i in part]
            with np.errstate(all="ignore"):  # numbers that are not finite are found below
                vectors[part] = network.compute_vectors(texts)
        if not np.all(np.isfinite(vectors)):
            raise BackendError(
                "The text encoder gave numbers that are not finite: download it again, or choose another one"
            )
        return vectors


def load_text_encoder(folder: str | Path) -> SmallTextEncoder:
    """Return the text encoder in a folder.

    It is one of these:

    * ``text_encoder.onnx`` and ``tokenizer/tokenizer.json``, each perhaps packed with ``.gz`` behind its name, and
      perhaps ``model.json``: what was published for browsers, in this folder or in ``fp32`` or ``fp16`` below it;
    * ``ardy_minilm_config.json``, ``condition_heads.safetensors``, ``backbone/config.json``,
      ``backbone/model.safetensors`` and ``backbone/tokenizer.json``: what the encoder's training script writes.

    Raises :class:`CheckpointError` if a file is missing, damaged, or of another network.
    """
    folder = Path(folder)
    if (folder / CONFIG_FILE).is_file():
        return SmallTextEncoder(*read_student(folder))
    onnx_folder = find_onnx_folder(folder)
    if onnx_folder is not None:
        return SmallTextEncoder(*read_onnx_student(onnx_folder))
    raise CheckpointError(
        "The folder {folder} holds no text encoder: choose the folder that the small text encoder was downloaded to",
        folder=folder.name,
    )
