# SPDX-License-Identifier: GPL-3.0-or-later
"""Transformer layers in NumPy: several sequences of different lengths in one array of rows.

The weights are far larger than the rows, so most of the time goes into reading them. All sequences that need the same
weights are therefore rows of one array (rows, width), and only attention treats them one by one; no masks are needed
where a sequence has only the tokens that take part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..matrix_products import multiply_weight, select_product

F32 = NDArray[np.float32]
Tensors = Mapping[str, F32]
CancelCheck = Callable[[], None]

_NORM_FLOOR = np.float32(1e-5)
_BLOCK_NUMBERS = 1 << 14
"""Numbers that pass through a longer formula at a time: few enough to stay in the processor's cache."""


def never_cancel() -> None:
    """Do nothing: a check for callers that can't cancel."""


def _keep(x: F32) -> None:
    """Leave numbers as they are: an activation for maps without one."""


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear map with ``weight`` (outputs, inputs) and ``bias`` (outputs,)."""

    weight: F32
    bias: F32

    def __call__(self, rows: F32) -> F32:
        """Return the map of rows (..., inputs)."""
        return self.apply(rows)

    def apply(self, rows: F32, activate: Callable[[F32], None] = _keep) -> F32:
        """Return the map of rows (..., inputs) after ``activate``, which changes its argument in place."""

        def finish(part: F32, columns: slice) -> None:
            part += self.bias[columns]
            activate(part)

        flat = rows.reshape(-1, rows.shape[-1])
        return multiply_weight(flat, self.weight, finish).reshape(*rows.shape[:-1], len(self.weight))

    def multiply(self, rows: F32, first: int = 0) -> F32:
        """Return the map of rows without the bias, by the inputs from ``first`` on, as many as the rows have."""
        return multiply_weight(rows, self.weight[:, first : first + rows.shape[-1]])


def get_linear(tensors: Tensors, name: str) -> Linear:
    """Return the linear map of that name."""
    return Linear(tensors[f"{name}.weight"], tensors[f"{name}.bias"])


def apply_silu(x: F32) -> F32:
    """Return x times its logistic function."""
    with np.errstate(over="ignore"):  # exp may become infinite: the quotient is then 0, as it should be
        return np.asarray(x / (1 + np.exp(-x)))


def apply_gelu(x: F32) -> None:
    """Replace x by x times the normal distribution function of x.

    The distribution function is computed by a formula of the form of 7.1.26 in Abramowitz and Stegun, "Handbook of
    Mathematical Functions", 1964, with one coefficient more. All are fitted to GELU itself, whose error is 3e-9 before
    rounding; with theirs it would be as large as that of rounding.
    """
    flat = x.reshape(-1)
    size = min(_BLOCK_NUMBERS, flat.size)
    magnitude, t, tail = (np.empty(size, np.float32) for _ in range(3))
    for start in range(0, flat.size, _BLOCK_NUMBERS):
        block = flat[start : start + _BLOCK_NUMBERS]
        count = len(block)
        _gelu_block(block, magnitude[:count], t[:count], tail[:count])


_TAIL_SCALE = np.float32(0.28)
_TAIL_COEFFICIENTS = tuple(
    np.float32(c) for c in (-0.107554786, 0.396989601, -0.248517375, 0.278181932, 0.0637916, 0.11710898)
)
"""Of 1 / (1 + 0.28 |x|) to the power 6 down to 1; the sum times exp(-x^2 / 2) is the probability of more than |x|."""


def _gelu_block(x: F32, magnitude: F32, t: F32, tail: F32) -> None:
    """Compute the GELU of a block in place; ``magnitude``, ``t`` and ``tail`` are arrays of its size to work in."""
    np.abs(x, out=magnitude)
    np.multiply(magnitude, _TAIL_SCALE, out=t)
    t += np.float32(1)
    np.reciprocal(t, out=t)
    np.multiply(t, _TAIL_COEFFICIENTS[0], out=tail)
    for coefficient in _TAIL_COEFFICIENTS[1:]:
        tail += coefficient
        tail *= t
    # tail becomes |x| times the probability of a number beyond |x|, which is what GELU lacks to max(x, 0)
    tail *= magnitude
    np.multiply(magnitude, magnitude, out=t)
    t *= np.float32(-0.5)
    np.exp(t, out=t)
    tail *= t
    np.maximum(x, 0, out=x)
    x -= tail


def normalise_rows(x: F32, weight: F32, bias: F32, floor: np.float32 = _NORM_FLOOR) -> None:
    """Apply layer norm to rows in place.

    Parameters
    ----------
    x : (..., width)
    weight, bias : (width,)
    floor : what is added to the variance of each row
    """
    width = np.float32(x.shape[-1])
    x -= np.add.reduce(x, axis=-1, keepdims=True) / width
    variance = np.einsum("...i,...i->...", x, x)[..., None] / width
    x /= np.sqrt(variance + floor)
    x *= weight
    x += bias


@lru_cache(maxsize=64)
def _sinusoid_table(count: int, width: int) -> F32:
    """Return sinusoids (count, width) of the positions 0, 1, ...: sines in even columns, cosines in odd ones."""
    # frequencies and angles are rounded where the models' own code rounds them: angles of the latest tokens would
    # else differ in the sixth digit
    exponents = -(np.arange(0, width, 2, dtype=np.float32) / np.float32(width))
    frequencies = np.power(10000.0, exponents.astype(np.float64)).astype(np.float32)
    angles = (np.arange(count, dtype=np.float32)[:, None] * frequencies).astype(np.float64)
    table = np.empty((count, width), np.float32)
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    table.setflags(write=False)
    return table


def encode_positions(positions: Sequence[int] | NDArray[np.int64], width: int) -> F32:
    """Return the sinusoids (n, width) of positions, which may be negative."""
    indices = np.asarray(positions, dtype=np.int64)
    largest = int(np.abs(indices).max(initial=0))
    rows = _sinusoid_table(64 * (largest // 64 + 1), width)[np.abs(indices)]
    rows[indices < 0, 0::2] *= -1
    return np.asarray(rows)


@dataclass(frozen=True, eq=False)
class EncoderLayer:
    """One transformer layer that normalises after adding: attention, then two linear maps with GELU between them."""

    attention_in: Linear
    attention_out: Linear
    expand: Linear
    contract: Linear
    norms: tuple[tuple[F32, F32], tuple[F32, F32]]


class RunLayers(Protocol):
    """A stack of transformer layers: :class:`Encoder`, or the same computed elsewhere."""

    def __call__(
        self, rows: F32, lengths: Sequence[int], kept: slice = slice(None), check: CancelCheck = never_cancel
    ) -> F32:
        """Return the encoded rows; arguments as those of :class:`Encoder`."""
        ...


class MakeEncoder(Protocol):
    """What makes a stack of layers: :class:`Encoder`, or something with its arguments."""

    def __call__(
        self, tensors: Tensors, name: str, layers: int, heads: int, causal: bool = False
    ) -> RunLayers:
        """Return the stack of that name."""
        ...


class Encoder:
    """A stack of transformer layers."""

    def __init__(
        self,
        tensors: Tensors,
        name: str,
        layers: int,
        heads: int,
        causal: bool = False,
        norm_floor: float = float(_NORM_FLOOR),
    ) -> None:
        """Take the weights of a stack by its name.

        Parameters
        ----------
        tensors : all tensors of the file
        name : name of the stack in them
        layers, heads : number of layers, and of heads in each
        causal : whether a token sees earlier tokens only
        norm_floor : what is added to variances in layer norm
        """
        self._heads, self._causal, self._norm_floor = heads, causal, np.float32(norm_floor)
        self._layers = [_get_layer(tensors, f"{name}.layers.{i}") for i in range(layers)]

    def __call__(
        self,
        rows: F32,
        lengths: Sequence[int],
        kept: slice = slice(None),
        check: CancelCheck = never_cancel,
    ) -> F32:
        """Return the encoded rows of several sequences; ``rows`` is overwritten.

        Parameters
        ----------
        rows : (sum of lengths, width)
            The sequences, one after the other.
        lengths : sequence of int
            Rows of each sequence.
        kept : slice
            Which rows of each sequence are returned; the last layer computes no others.
        check : CancelCheck
            Called before each layer.
        """
        ends = np.cumsum([0, *lengths])
        spans = [slice(int(a), int(b)) for a, b in pairwise(ends)]
        everything = slice(None)
        for layer in self._layers[:-1]:
            check()
            rows = self._apply_layer(layer, rows, spans, everything)
        check()
        return self._apply_layer(self._layers[-1], rows, spans, kept)

    def _apply_layer(self, layer: EncoderLayer, rows: F32, spans: Sequence[slice], kept: slice) -> F32:
        """Return the kept rows of each sequence after one layer.

        Parameters
        ----------
        layer : the layer
        rows : (all rows, width), overwritten
        spans : the rows of each sequence
        kept : which rows of each sequence are returned
        """
        width = rows.shape[-1]
        if kept == slice(None):
            projected = layer.attention_in(rows)
            queries, keys = projected[:, :width], projected[:, width:]
        else:
            # keys and values of all rows, queries of the kept ones
            key_map, query_map = _split_rows(layer.attention_in, width)
            keys = key_map(rows)
            rows = np.concatenate([rows[span][kept] for span in spans])
            queries = query_map(rows)
        attended = np.empty_like(rows)
        start = 0
        for span in spans:
            count = len(range(*kept.indices(span.stop - span.start)))
            part = slice(start, start + count)
            self._attend(queries[part], keys[span], kept, attended[part])
            start += count
        rows += layer.attention_out(attended)
        normalise_rows(rows, *layer.norms[0], self._norm_floor)
        rows += layer.contract(layer.expand.apply(rows, apply_gelu))
        normalise_rows(rows, *layer.norms[1], self._norm_floor)
        return rows

    def _attend(self, queries: F32, keys_and_values: F32, kept: slice, result: F32) -> None:
        """Write the attention of one sequence into ``result``.

        Parameters
        ----------
        queries : (kept tokens, width)
        keys_and_values : (tokens, 2 width)
        kept : which tokens the queries belong to
        result : (kept tokens, width)
        """
        tokens, width = len(keys_and_values), queries.shape[-1]
        product, heads = select_product(), self._heads
        head_width = width // heads
        query = (
            (queries * np.float32(1 / np.sqrt(head_width))).reshape(-1, heads, head_width).transpose(1, 0, 2)
        )
        pairs = keys_and_values.reshape(tokens, 2, heads, head_width)
        scores = product(query, pairs[:, 0].transpose(1, 2, 0))
        if self._causal:
            scores += _causal_bias(tokens)[kept]
        scores -= np.maximum.reduce(scores, axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= np.add.reduce(scores, axis=-1, keepdims=True)
        mixed = product(scores, pairs[:, 1].transpose(1, 0, 2))
        result.reshape(-1, heads, head_width)[...] = mixed.transpose(1, 0, 2)


def _get_layer(tensors: Tensors, name: str) -> EncoderLayer:
    attention = f"{name}.self_attn.in_proj"
    first, second = (
        (tensors[f"{name}.{norm}.weight"], tensors[f"{name}.{norm}.bias"]) for norm in ("norm1", "norm2")
    )
    return EncoderLayer(
        Linear(tensors[f"{attention}_weight"], tensors[f"{attention}_bias"]),
        get_linear(tensors, f"{name}.self_attn.out_proj"),
        get_linear(tensors, f"{name}.linear1"),
        get_linear(tensors, f"{name}.linear2"),
        (first, second),
    )


def _split_rows(linear: Linear, width: int) -> tuple[Linear, Linear]:
    """Return the map to keys and values, and the map to queries, of one to queries, keys and values."""
    return (
        Linear(linear.weight[width:], linear.bias[width:]),
        Linear(linear.weight[:width], linear.bias[:width]),
    )


@lru_cache(maxsize=32)
def _causal_bias(tokens: int) -> NDArray[Any]:
    """Return what is added to scores (tokens, tokens) so that no token sees a later one."""
    bias = np.triu(np.full((tokens, tokens), -np.inf, np.float32), 1)
    bias.setflags(write=False)
    return bias
