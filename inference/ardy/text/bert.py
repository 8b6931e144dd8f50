# SPDX-License-Identifier: GPL-3.0-or-later
"""BERT (Devlin et al., 2019) in NumPy, from the files that ``transformers`` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from ....motion.errors import CheckpointError
from ..layers import F32, Encoder, normalise_rows
from ..safetensors_reader import TensorEntry, format_shape, read_header, read_tensors
from .files import read_json

CONFIG_FILE, WEIGHTS_FILE = "config.json", "model.safetensors"

_LARGEST = {
    "vocab_size": 500_000, "max_position_embeddings": 8192, "type_vocab_size": 16, "hidden_size": 4096,
    "intermediate_size": 16384, "num_hidden_layers": 48, "num_attention_heads": 64,
}  # fmt: skip
"""Sizes in the configuration, and the largest that is accepted."""

_UNUSED = ("pooler.", "embeddings.position_ids", "cls.")
"""Beginnings of the names of tensors that the sentence's vector does not need."""

_PREFIX = "bert."
"""Beginning of all names in files of a model with a head for another task."""

_LAYER_NAMES = {
    "attention.output.dense": "self_attn.out_proj",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "linear1",
    "output.dense": "linear2",
    "output.LayerNorm": "norm2",
}
"""Names of BERT's parts and of the same parts of :class:`~..layers.Encoder`."""


@dataclass(frozen=True)
class BertSizes:
    """Sizes of a network.

    Attributes
    ----------
    vocabulary : tokens that it knows
    positions : tokens of the longest text
    types : kinds of tokens
    width : numbers of a token
    hidden : numbers between the two linear maps of a layer
    layers, heads : layers, and heads of each
    norm_floor : what is added to variances in layer norm
    """

    vocabulary: int
    positions: int
    types: int
    width: int
    hidden: int
    layers: int
    heads: int
    norm_floor: float


class Bert:
    """The network from tokens to one row of numbers for each token."""

    def __init__(self, sizes: BertSizes, tensors: Mapping[str, F32]) -> None:
        """Take the tensors by their names in the file."""
        self.sizes = sizes
        self._words = tensors["embeddings.word_embeddings.weight"]
        # a text has one sentence, so its tokens are all of the first type
        self._positions = (
            tensors["embeddings.position_embeddings.weight"]
            + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = (tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"])
        self._encoder = Encoder(
            _rename_layers(tensors, sizes.layers),
            "bert",
            sizes.layers,
            sizes.heads,
            norm_floor=sizes.norm_floor,
        )

    def encode(self, texts: Sequence[Sequence[int]]) -> list[F32]:
        """Return the rows (tokens, width) of each text, which is given by its tokens."""
        lengths = [len(text) for text in texts]
        rows = np.concatenate([self._words[np.array(t)] + self._positions[: len(t)] for t in texts])
        normalise_rows(rows, *self._norm, np.float32(self.sizes.norm_floor))
        rows = self._encoder(rows, lengths)
        return np.split(rows, np.cumsum(lengths)[:-1])


def _rename_layers(tensors: Mapping[str, F32], layers: int) -> dict[str, F32]:
    """Return the tensors of all layers by the names that :class:`~..layers.Encoder` reads."""
    renamed: dict[str, F32] = {}
    for i in range(layers):
        old, new = f"encoder.layer.{i}", f"bert.layers.{i}"
        for part in ("weight", "bias"):
            renamed[f"{new}.self_attn.in_proj_{part}"] = np.concatenate(
                [tensors[f"{old}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            for bert_name, name in _LAYER_NAMES.items():
                renamed[f"{new}.{name}.{part}"] = tensors[f"{old}.{bert_name}.{part}"]
    return renamed


def read_bert(folder: Path) -> Bert:
    """Return the network in a folder. Raises :class:`CheckpointError`."""
    sizes = read_sizes(folder / CONFIG_FILE)
    path = folder / WEIGHTS_FILE
    entries = read_header(path)
    shapes = bert_shapes(sizes)
    names = {name.removeprefix(_PREFIX): name for name in entries}
    names = {short: name for short, name in names.items() if not short.startswith(_UNUSED)}
    check_shapes(path, {short: entries[name] for short, name in names.items()}, shapes)
    tensors = read_tensors(path, entries, list(names.values()))
    return Bert(sizes, {short: tensors[name] for short, name in names.items()})


def read_sizes(path: Path) -> BertSizes:
    """Return the sizes in a configuration. Raises :class:`CheckpointError` if it is of another network."""
    config = read_json(path)
    for key, expected in (
        ("model_type", "bert"),
        ("hidden_act", "gelu"),
        ("position_embedding_type", "absolute"),
    ):
        if config.get(key, expected) != expected:
            raise_unsupported_setting(path, key, config[key])
    counts: list[int] = []
    for key, largest in _LARGEST.items():
        number = config.get(key)
        if type(number) is not int or not 0 < number <= largest:
            raise_unsupported_setting(path, key, number)
        counts.append(number)
    floor = config.get("layer_norm_eps", 1e-12)
    if not isinstance(floor, float) or not 0 <= floor < 0.1:
        raise_unsupported_setting(path, "layer_norm_eps", floor)
    vocabulary, positions, types, width, hidden, layers, heads = counts
    sizes = BertSizes(vocabulary, positions, types, width, hidden, layers, heads, floor)
    if sizes.width % sizes.heads:
        raise_unsupported_setting(path, "num_attention_heads", sizes.heads)
    return sizes


def raise_unsupported_setting(path: Path, key: str, value: object) -> NoReturn:
    """Raise ``CheckpointError`` for a value in a file of settings that this encoder can't compute with."""
    raise CheckpointError(
        "{name} has {key}: {value}, which is not supported: choose the files of the small text encoder",
        name=path.name,
        key=key,
        value=str(value)[:80],
    )


def bert_shapes(sizes: BertSizes) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor, by name."""
    width, hidden = sizes.width, sizes.hidden
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (sizes.vocabulary, width),
        "embeddings.position_embeddings.weight": (sizes.positions, width),
        "embeddings.token_type_embeddings.weight": (sizes.types, width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
    }
    for i in range(sizes.layers):
        for name in ("query", "key", "value"):
            shapes[f"encoder.layer.{i}.attention.self.{name}.weight"] = (width, width)
            shapes[f"encoder.layer.{i}.attention.self.{name}.bias"] = (width,)
        for name, weight in (
            ("attention.output.dense", (width, width)),
            ("attention.output.LayerNorm", (width,)),
            ("intermediate.dense", (hidden, width)),
            ("output.dense", (width, hidden)),
            ("output.LayerNorm", (width,)),
        ):
            shapes[f"encoder.layer.{i}.{name}.weight"] = weight
            shapes[f"encoder.layer.{i}.{name}.bias"] = weight[:1]
    return shapes


def check_shapes(
    path: Path, entries: Mapping[str, TensorEntry], shapes: Mapping[str, tuple[int, ...]]
) -> None:
    """Raise :class:`CheckpointError` unless a file has exactly the tensors of these names and shapes.

    Parameters
    ----------
    path : the file, for messages
    entries : its tensors by name
    shapes : the shape that each has to have
    """
    for key in [*shapes, *entries]:
        if key not in entries or key not in shapes:
            raise CheckpointError(
                "{name} does not fit the text encoder's configuration ({key}): use the files that belong together",
                name=path.name,
                key=key[:100],
            )
        if entries[key].shape != shapes[key]:
            raise CheckpointError(
                "{key} in {name} has the shape {shape} where the text encoder's configuration means {expected}: "
                "use the files that belong together",
                key=key,
                name=path.name,
                shape=format_shape(entries[key].shape),
                expected=format_shape(shapes[key]),
            )
