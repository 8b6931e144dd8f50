# SPDX-License-Identifier: GPL-3.0-or-later
"""The small text encoder as it was published for browsers: a network in ONNX and a tokenizer.

The folder holds ``text_encoder.onnx`` and ``tokenizer/tokenizer.json``, each as it is or packed by gzip with ``.gz``
behind its name, and perhaps ``model.json``, which states hashes and the length of texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ....motion.errors import CheckpointError
from ..layers import F32
from .files import find_file, read_file, read_json
from .onnx_file import MAX_FILE_BYTES, parse_onnx
from .onnx_graph import OnnxGraph
from .wordpiece import TOKENIZER_FILE, VOCABULARY_FILE, WordPieceTokenizer, read_tokenizer

NETWORK_FILE, MANIFEST_FILE = "text_encoder.onnx", "model.json"

VARIANT_FOLDERS = ("fp32", "fp16")
"""Folders of the publication; the text encoder is the same in both."""

_TOKENIZER_NAMES = (f"tokenizer/{TOKENIZER_FILE}", TOKENIZER_FILE, VOCABULARY_FILE)
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_DEFAULT_TOKENS = 128
_MAX_TOKENS = 512
_MAX_WIDTH = 32768


class OnnxStudent:
    """A network from tokens to vectors, in ONNX."""

    def __init__(self, graph: OnnxGraph, tokenizer: WordPieceTokenizer, max_tokens: int) -> None:
        """Set the parts, and compute one vector, whose width is the encoder's. Raises :class:`CheckpointError`."""
        self.tokenizer, self.max_tokens = tokenizer, max_tokens
        self._graph = graph
        names = set(graph.inputs)
        if not {_INPUTS[0], _INPUTS[1]} <= names <= {*_INPUTS}:
            raise self._other_network()
        self._types = {name: np.dtype(dtype or "V") for name, (dtype, _) in graph.inputs.items()}
        if any(dtype.kind != "i" for dtype in self._types.values()):
            raise self._other_network()
        self.width = self._compute_one([tokenizer.first, tokenizer.last]).size

    def _other_network(self) -> CheckpointError:
        return CheckpointError(
            "{name} is another network than a text encoder for ARDY: choose the one that was published for it",
            name=self._graph.name,
        )

    def compute_vectors(self, texts: Sequence[Sequence[int]]) -> F32:
        """Return the vector (texts, width) of each text, which is given by its tokens."""
        vectors = [self._compute_one(text) for text in texts]
        if any(vector.size != self.width for vector in vectors):
            raise self._other_network()
        return np.stack(vectors)

    def _compute_one(self, tokens: Sequence[int]) -> F32:
        rows = {
            _INPUTS[0]: np.array([tokens]),
            _INPUTS[1]: np.ones((1, len(tokens)), int),
            _INPUTS[2]: np.zeros((1, len(tokens)), int),
        }
        result = self._graph.run({name: rows[name].astype(dtype) for name, dtype in self._types.items()})[0]
        # one row for the whole text, not one for each token
        if (
            result.dtype.kind != "f"
            or not result.ndim
            or result.size != result.shape[-1]
            or not 0 < result.size <= _MAX_WIDTH
        ):
            raise self._other_network()
        return result.reshape(-1).astype(np.float32)


def find_onnx_folder(folder: Path) -> Path | None:
    """Return the folder with the network: this one, or one of the publication's variants in it; None without any."""
    candidates = (folder, *(folder / name for name in VARIANT_FOLDERS))
    return next((one for one in candidates if find_file(one, NETWORK_FILE)), None)


def read_onnx_student(folder: Path) -> tuple[OnnxStudent, str]:
    """Return the network in a folder, and a name that changes with its weights. Raises :class:`CheckpointError`."""
    network = find_file(folder, NETWORK_FILE)
    vocabulary = next((path for name in _TOKENIZER_NAMES if (path := find_file(folder, name))), None)
    if network is None or vocabulary is None:
        raise CheckpointError(
            "The folder {folder} lacks {name}: download the text encoder again",
            folder=folder.name,
            name=NETWORK_FILE if network is None else TOKENIZER_FILE,
        )
    manifest_path = find_file(folder, MANIFEST_FILE)
    manifest = read_json(manifest_path) if manifest_path else {}
    tokenizer = read_tokenizer(vocabulary)
    content = read_file(network, MAX_FILE_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    stated = _look_up(manifest, "files", NETWORK_FILE, "sha256")
    if stated is not None and stated != digest:
        raise CheckpointError("{name} is damaged or not complete: download it again", name=network.name)
    length = _look_up(manifest, "tokenizer", "max_length")
    max_tokens = length if type(length) is int and 3 <= length <= _MAX_TOKENS else _DEFAULT_TOKENS
    graph = OnnxGraph(parse_onnx(content, network))
    return OnnxStudent(graph, tokenizer, max_tokens), digest


def _look_up(tree: Any, *keys: str) -> Any:
    """Return what a tree of dictionaries holds under some keys, one below the other; None if there is nothing."""
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree
