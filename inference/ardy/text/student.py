# SPDX-License-Identifier: GPL-3.0-or-later
"""The small text encoder as its training script writes it: BERT, pooling, an adapter and two heads.

The folder holds ``ardy_minilm_config.json``, ``condition_heads.safetensors`` and ``backbone/``. Section 10 of the
specification describes the network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ....motion.errors import CheckpointError
from ..layers import F32, apply_gelu, get_linear, normalise_rows
from ..safetensors_reader import read_header, read_tensors
from .bert import Bert, check_shapes, raise_unsupported_setting, read_bert
from .files import read_file, read_json
from .wordpiece import TOKENIZER_FILE, VOCABULARY_FILE, WordPieceTokenizer, read_tokenizer

CONFIG_FILE, HEADS_FILE, BERT_FOLDER = "ardy_minilm_config.json", "condition_heads.safetensors", "backbone"

MEAN, MEAN_FIRST_MAX_DEVIATION = "mean", "mean_cls_max_std"

_MAX_WIDTH = 16384
_MAX_TOKENS = 512
_MIN_VARIANCE = np.float32(1e-12)
_NORM_FLOOR = np.float32(1e-5)
_FORMATS = (1, 2)
_MAX_CONFIG_BYTES = 2**20


@dataclass(frozen=True)
class StudentConfig:
    """What a configuration says.

    Attributes
    ----------
    hidden : numbers of a token of the network
    pooling : how a text's tokens become one vector
    normalised : whether that vector is made as long as 1
    adapter : numbers between pooling and heads
    condition : numbers of one head
    max_tokens : tokens of the longest text
    models : ARDY checkpoints that the encoder was trained for
    """

    hidden: int
    pooling: str
    normalised: bool
    adapter: int
    condition: int
    max_tokens: int
    models: tuple[str, ...]

    @property
    def pooled(self) -> int:
        """Numbers of a pooled text."""
        return self.hidden * (1 if self.pooling == MEAN else 4)


def read_student_config(path: Path) -> StudentConfig:
    """Return the configuration in a file. Raises :class:`CheckpointError`."""
    tree = read_json(path)
    if tree.get("format_version") not in _FORMATS:
        raise_unsupported_setting(path, "format_version", tree.get("format_version"))
    pooling = tree.get("pooling_mode", MEAN)
    if pooling not in (MEAN, MEAN_FIRST_MAX_DEVIATION):
        raise_unsupported_setting(path, "pooling_mode", pooling)
    normalised = tree.get("normalize_embedding", True)
    if not isinstance(normalised, bool):
        raise_unsupported_setting(path, "normalize_embedding", normalised)
    models = tree.get("compatible_ardy_models")
    if not isinstance(models, list) or not all(isinstance(model, str) for model in models):
        raise_unsupported_setting(path, "compatible_ardy_models", models)
    config = StudentConfig(
        _read_number(path, tree, "hidden_dim", _MAX_WIDTH),
        pooling,
        normalised,
        _read_number(path, tree, "adapter_dim", _MAX_WIDTH),
        _read_number(path, tree, "condition_dim", _MAX_WIDTH),
        _read_number(path, tree, "max_length", 10**6),
        tuple(models),
    )
    if tree.get("pooled_dim", config.pooled) != config.pooled:
        raise_unsupported_setting(path, "pooled_dim", tree["pooled_dim"])
    if tree.get("output_dim") != 2 * config.condition:
        raise_unsupported_setting(path, "output_dim", tree.get("output_dim"))
    return config


def _read_number(path: Path, tree: Mapping[str, Any], key: str, largest: int) -> int:
    """Return a positive number of a configuration.

    Parameters
    ----------
    path : the file, for messages
    tree : its content
    key : name of the number
    largest : the largest that is accepted
    """
    number = tree.get(key)
    if type(number) is not int or not 0 < number <= largest:
        raise_unsupported_setting(path, key, number)
    return number


def pool_rows(rows: F32, pooling: str) -> F32:
    """Return one vector for the rows (tokens, width) of a text: their mean, or also first, maximum and deviation."""
    mean = rows.mean(axis=0)
    if pooling == MEAN:
        return np.asarray(mean)
    variance = np.square(rows - mean).mean(axis=0)
    deviation = np.sqrt(np.maximum(variance, _MIN_VARIANCE))
    return np.concatenate((mean, rows[0], rows.max(axis=0), deviation))


class Student:
    """The network from tokens to what ARDY's two linear maps of a text would give, without their biases."""

    def __init__(
        self, config: StudentConfig, bert: Bert, tokenizer: WordPieceTokenizer, tensors: Mapping[str, F32]
    ) -> None:
        """Set the parts.

        Parameters
        ----------
        config : the configuration
        bert : network from tokens to rows
        tokenizer : its tokenizer
        tensors : adapter and heads
        """
        self.config, self.tokenizer = config, tokenizer
        self.max_tokens = min(config.max_tokens, bert.sizes.positions, _MAX_TOKENS)
        self.width = 2 * config.condition
        self._bert = bert
        self._norms = [
            (tensors[f"adapter.{i}.weight"], tensors[f"adapter.{i}.bias"], _NORM_FLOOR) for i in (0, 3)
        ]
        self._adapter = get_linear(tensors, "adapter.1")
        self._heads = [get_linear(tensors, name) for name in ("root_head", "body_head")]

    def compute_vectors(self, texts: Sequence[Sequence[int]]) -> F32:
        """Return the vector (texts, width) of each text, which is given by its tokens."""
        rows = np.stack([pool_rows(r, self.config.pooling) for r in self._bert.encode(texts)])
        if self.config.normalised:
            rows /= np.maximum(np.sqrt(np.square(rows).sum(axis=1, keepdims=True)), _MIN_VARIANCE)
        normalise_rows(rows, *self._norms[0])
        hidden = self._adapter(rows)
        apply_gelu(hidden)
        normalise_rows(hidden, *self._norms[1])
        return np.concatenate([head(hidden) for head in self._heads], axis=1)


def read_student(folder: Path) -> tuple[Student, str]:
    """Return the network in a folder, and a name that changes with its weights. Raises :class:`CheckpointError`."""
    config_path = folder / CONFIG_FILE
    config = read_student_config(config_path)
    # the configuration holds the hashes of all files
    identity = hashlib.sha256(read_file(config_path, _MAX_CONFIG_BYTES)).hexdigest()
    bert_folder = folder / BERT_FOLDER
    vocabulary = next(
        (p for name in (TOKENIZER_FILE, VOCABULARY_FILE) if (p := bert_folder / name).is_file()), None
    )
    for path in (bert_folder / "config.json", bert_folder / "model.safetensors", folder / HEADS_FILE):
        if vocabulary is None or not path.is_file():
            raise CheckpointError(
                "The folder {folder} lacks {name}: download the text encoder again",
                folder=folder.name,
                name=TOKENIZER_FILE if vocabulary is None else path.name,
            )
    assert vocabulary is not None
    tokenizer = read_tokenizer(vocabulary)
    heads_path = folder / HEADS_FILE
    entries = read_header(heads_path)
    check_shapes(heads_path, entries, _head_shapes(config))
    bert = read_bert(bert_folder)
    if bert.sizes.width != config.hidden:
        raise_unsupported_setting(config_path, "hidden_dim", config.hidden)
    if tokenizer.largest >= bert.sizes.vocabulary:
        raise CheckpointError(
            "{name} has more tokens than the text encoder knows: use the files that belong together",
            name=vocabulary.name,
        )
    return Student(config, bert, tokenizer, read_tensors(heads_path, entries, list(entries))), identity


def _head_shapes(config: StudentConfig) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor behind the pooling, by name."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name, weight in (
        ("adapter.0", (config.pooled,)),
        ("adapter.1", (config.adapter, config.pooled)),
        ("adapter.3", (config.adapter,)),
        ("root_head", (config.condition, config.adapter)),
        ("body_head", (config.condition, config.adapter)),
    ):
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = weight, weight[:1]
    return shapes
