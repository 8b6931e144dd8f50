# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a checkpoint's ``config.yaml`` by their keys, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from ...motion.errors import CheckpointError
from .config_reader import ConfigValue, find_values

MAX_WIDTH = 16384
"""Most numbers of a token."""

_MAX_LAYERS = 64


@dataclass(frozen=True)
class TransformerSizes:
    """Sizes of a stack of transformer layers.

    Attributes
    ----------
    width, hidden : numbers of a token in and between the layers
    layers, heads : number of layers, and of heads in each
    """

    width: int
    hidden: int
    layers: int
    heads: int


def raise_unsupported(key: str, value: object) -> NoReturn:
    """Raise :class:`CheckpointError` for a value that means another computation."""
    raise CheckpointError(
        "config.yaml has {key}: {value}, which is not supported: choose one of the published models",
        key=key,
        value=str(value)[:80],
    )


def find_value(part: ConfigValue, key: str) -> ConfigValue:
    """Return the value of a key in a part of the tree, at whatever depth; the same key may not mean two things."""
    values = find_values(part, key)
    if not values:
        raise CheckpointError("config.yaml lacks {key}: download it again", key=key)
    return values[0]


def require_value(part: ConfigValue, key: str, expected: ConfigValue, default: ConfigValue = None) -> None:
    """Raise :class:`CheckpointError` unless a key has the only value that is computed here.

    Parameters
    ----------
    part : part of the tree
    key : key to look for in it
    expected : the only value that is supported
    default : value that the original uses where the key is missing; None: the key must be there
    """
    values = find_values(part, key)
    value = default if default is not None and not values else find_value(part, key)
    if type(value) is not type(expected) or value != expected:
        raise_unsupported(key, value)


def find_number(part: ConfigValue, key: str, largest: int) -> int:
    """Return a whole number of 1 or more. Raises :class:`CheckpointError`."""
    value = find_value(part, key)
    if (
        not isinstance(value, (int, float))
        or isinstance(value, bool)
        or not 1 <= value <= largest
        or value % 1
    ):
        raise_unsupported(key, value)
    return int(value)


def find_flag(part: ConfigValue, key: str) -> bool:
    """Return a flag, which is off where it is missing."""
    value = find_values(part, key)[:1] or [False]
    if not isinstance(value[0], bool):
        raise_unsupported(key, value[0])
    return bool(value[0])


def find_sizes(part: ConfigValue) -> TransformerSizes:
    """Return the sizes of a part's transformer. Raises :class:`CheckpointError`."""
    sizes = TransformerSizes(
        find_number(part, "latent_dim", MAX_WIDTH),
        find_number(part, "ff_size", MAX_WIDTH),
        find_number(part, "num_layers", _MAX_LAYERS),
        find_number(part, "num_heads", MAX_WIDTH),
    )
    if sizes.width % sizes.heads or sizes.width % 2:
        raise_unsupported("num_heads", sizes.heads)
    return sizes
