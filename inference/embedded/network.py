# SPDX-License-Identifier: GPL-3.0-or-later
"""The denoising network in NumPy; ``training/network/model.py`` is the same in torch and explains the design.

What NumPy does between two matrix products takes about as long as the products. So it is done in place, and some
products are computed beforehand or left out; comments say where. All results are equal except for rounding.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, wait
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..matrix_products import MatrixProduct, select_product

F32 = NDArray[np.float32]
CancelCheck = Callable[[], None]

PATCH_FRAMES = 4

_ROWS_PER_PART = 4
"""Rows of a batch that one thread computes; for fewer, threads wait for each other longer than they calculate."""
CLOCK_PERIODS = (2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0)


def _layer_norm(x: F32) -> F32:
    width = np.float32(x.shape[-1])
    y = x - np.add.reduce(x, axis=-1, keepdims=True) / width
    variance = np.einsum("...i,...i->...", y, y)[..., None] / width
    y /= np.sqrt(variance + np.float32(1e-5))
    return np.asarray(y)


def _modulated_norm(x: F32, scale: F32, shift: F32) -> F32:
    """Return the layer norm with a scale (added to 1) and a shift for each row (B, 1, W): adaptive layer norm."""
    y = _layer_norm(x)
    y *= 1 + scale
    y += shift
    return y


def _apply_silu(x: F32) -> F32:
    y = np.negative(x)
    # exp of a large argument may overflow to inf: the quotient is then 0, as it should be
    with np.errstate(over="ignore"):
        np.exp(y, out=y)
    y += 1
    return np.divide(x, y, out=y)


def _softmax(x: F32) -> F32:
    y = x - np.maximum.reduce(x, axis=-1, keepdims=True)
    np.exp(y, out=y)
    y /= np.add.reduce(y, axis=-1, keepdims=True)
    return np.asarray(y)


def _split_heads(x: F32, heads: int) -> F32:
    """Reshape (B, L, W) to (B, heads, L, W / heads)."""
    return x.reshape(*x.shape[:2], heads, -1).transpose(0, 2, 1, 3)


def _pair_rotary_columns(columns: F32, heads: int) -> F32:
    """Reorder queries, keys and values (..., 3 W) so that the two numbers rotated together are neighbours.

    Such a pair is then one complex number, and rotary position embedding is one multiplication. The order within a
    head does not change the products of queries and keys.
    """
    paired = columns.copy()
    rotary_columns = columns.shape[-1] // 3 * 2
    halves = columns[..., :rotary_columns].reshape(*columns.shape[:-1], 2 * heads, 2, -1)
    paired[..., :rotary_columns] = halves.swapaxes(-1, -2).reshape(*columns.shape[:-1], rotary_columns)
    return paired


@lru_cache(maxsize=32)
def _rotary_factors(length: int, width: int, heads: int) -> NDArray[np.complex64]:
    """Return the rotary factors (L, 2 width) of paired queries and keys; they also scale queries for attention."""
    half = width // heads // 2
    frequency = np.exp(np.arange(half) * (-4.6 / half))
    factors = np.tile(np.exp(1j * np.arange(length)[:, None] * frequency), heads)
    return np.concatenate([factors * (2 * half) ** -0.5, factors], axis=-1).astype(np.complex64)


@lru_cache(maxsize=32)
def _position_features(count: int) -> F32:
    """Return position features (count, F) of the patches: distances to both ends, waves, and clocks."""
    k = np.arange(count, dtype=np.float32)
    left = count - 1 - k
    columns = [k / 25, left / 25, np.full(count, count / 25), (k + 0.5) / count,
               np.exp(-k), np.exp(-left), np.exp(-k / 5), np.exp(-left / 5)]  # fmt: skip
    angle = np.pi * columns[3][:, None] * np.arange(1, 9)
    clock = 2 * np.pi * k[:, None] / np.array(CLOCK_PERIODS)
    waves = [np.cos(angle), np.sin(angle), np.cos(clock), np.sin(clock)]
    return np.concatenate([np.stack(columns, axis=-1), *waves], axis=-1).astype(np.float32)


def _split_patches(x: F32) -> F32:
    """Cut frames (B, T, D) into overlapping patches (B, T / 4, 8 D); patch k begins two frames before frame 4 k."""
    batch, frames, features = x.shape
    padded = np.zeros((batch, frames + PATCH_FRAMES, features), np.float32)
    padded[:, PATCH_FRAMES // 2 : PATCH_FRAMES // 2 + frames] = x
    rows = padded.reshape(batch, frames // PATCH_FRAMES + 1, PATCH_FRAMES * features)
    return np.concatenate([rows[:, :-1], rows[:, 1:]], axis=-1)


def _merge_patches(y: F32, features: int) -> F32:
    """Return frames (B, T, D) from patches, the inverse of splitting; overlapping patches are blended linearly."""
    batch, count, _ = y.shape
    y, half = y.reshape(batch, count, 2, PATCH_FRAMES, features), PATCH_FRAMES // 2
    first, second = y[:, :, 0], y[:, :, 1]
    ramp = ((np.arange(PATCH_FRAMES, dtype=np.float32) + np.float32(0.5)) / PATCH_FRAMES)[:, None]
    inner = ramp * first[:, 1:] + (1 - ramp) * second[:, :-1]
    inner = inner.reshape(batch, (count - 1) * PATCH_FRAMES, features)
    return np.concatenate([first[:, 0, half:], inner, second[:, -1, :half]], axis=1)


@dataclass(frozen=True)
class TextConditioning:
    """Text conditioning of B sentences of L words, constant over the diffusion steps.

    Cross-attention of frames to the text, with the query and output projections multiplied into keys and values,
    because neither depends on the motion.

    Attributes
    ----------
    summary : (B, width)
        Pooled text embedding.
    keys : (layers, B, width, heads L)
        Give the attention scores.
    key_bias : (layers, B, 1, heads L)
        Added to the scores; very negative for absent words.
    values : (layers, B, heads L, width)
        Summed with the attention weights.
    """

    summary: F32
    keys: F32
    key_bias: F32
    values: F32

    def select_rows(self, rows: NDArray[np.int64]) -> TextConditioning:
        """Return the sentences with these indices, in that order."""
        return TextConditioning(
            self.summary[rows], self.keys[:, rows], self.key_bias[:, rows], self.values[:, rows]
        )


class Network:
    """The forward pass over arrays by name; its only state is the weights.

    The arrays have the names that the modules have in training: ``enter`` and ``leave`` are the linear layers at the
    input and the output, ``place`` and ``given`` those of position features and known features, ``open`` the gates of
    frames and positions, ``modulate`` and ``final`` the scales and shifts of the adaptive layer norms. In a layer
    ``ask`` and ``heard`` are the query and output projections of the cross-attention, ``words`` its keys and values.
    ``swing`` adds periodic motion at the frequencies of the clocks.
    """

    def __init__(self, config: Mapping[str, int], arrays: Mapping[str, F32]) -> None:
        """Prepare the weights.

        Raises ``KeyError`` or ``ValueError`` if arrays are missing or have another shape; so do the other methods.
        """
        self.config, self.arrays = config, dict(arrays)
        for layers, heads in (("layers", "heads"), ("text_layers", "text_heads")):
            for n in range(config[layers]):
                for kind in ("weight", "bias"):
                    name = f"{layers}.{n}.qkv.{kind}"
                    self.arrays[name] = _pair_rotary_columns(arrays[name], config[heads])
        self.multiply: MatrixProduct = select_product()
        self.check: CancelCheck = lambda: None
        self.executor: Executor | None = None

    def with_check(self, check: CancelCheck, executor: Executor | None = None) -> Network:
        """Return a copy that calls ``check`` between layers; ``check`` may raise to end a forward pass early.

        Threads of ``executor``, if there is one, share the rows of a batch; they call ``check`` too.
        """
        network = copy.copy(self)
        network.multiply, network.check, network.executor = select_product(), check, executor
        return network

    def _apply_linear(self, name: str, x: F32) -> F32:
        weight = self.arrays[f"{name}.weight"]
        y = self.multiply(x.reshape(-1, x.shape[-1]), weight).reshape(*x.shape[:-1], weight.shape[1])
        bias = self.arrays.get(f"{name}.bias")
        if bias is not None:
            y += bias
        return y

    def _self_attention(self, name: str, x: F32, heads: int, mask_bias: F32 | None = None) -> F32:
        """Return multi-head self-attention over rows of ``x``.

        Parameters
        ----------
        name
            Prefix of the layer's arrays.
        x : (B, L, W)
            The rows.
        heads
            Number of heads.
        mask_bias : (B, 1, 1, L)
            Added to the scores; very negative for absent rows.
        """
        batch, length, width = x.shape
        qkv = self._apply_linear(f"{name}.qkv", x)
        qkv[..., : 2 * width].view(np.complex64)[...] *= _rotary_factors(length, width, heads)
        q, k, v = (_split_heads(qkv[..., n * width : (n + 1) * width], heads) for n in range(3))
        scores = self.multiply(q, k.swapaxes(-1, -2))
        if mask_bias is not None:
            scores += mask_bias
        y = self.multiply(_softmax(scores), v)
        return self._apply_linear(f"{name}.out", y.transpose(0, 2, 1, 3).reshape(batch, length, width))

    def encode_text(self, static: F32, ids: NDArray[np.int64], mask: NDArray[np.bool_]) -> TextConditioning:
        """Encode sentences into text conditioning.

        Parameters
        ----------
        static : (B, L, D)
            Static word vectors.
        ids : (B, L)
            Learned indices, 0 for words without one.
        mask : (B, L)
            True where there is a word.
        """
        present = mask[..., None].astype(np.float32)
        mask_bias = np.where(mask, np.float32(0), np.float32(-1e9))[:, None, None, :]
        x = self._apply_linear("static", static) + self.arrays["learned.weight"][ids] * (ids > 0)[..., None]
        x = x.astype(np.float32)
        for n in range(self.config["text_layers"]):
            self.check()
            name = f"text_layers.{n}"
            x += self._self_attention(name, _layer_norm(x), self.config["text_heads"], mask_bias)
            x += self._apply_linear(
                f"{name}.down", _apply_silu(self._apply_linear(f"{name}.up", _layer_norm(x)))
            )
        x = _layer_norm(x)
        summary = self._apply_linear("pooled", np.asarray((x * present).sum(1) / present.sum(1)))
        layer_conditioning = [
            self._project_text(f"layers.{n}", x, mask_bias) for n in range(self.config["layers"])
        ]
        return TextConditioning(
            summary, *(np.stack(parts) for parts in zip(*layer_conditioning, strict=True))
        )

    def _project_text(self, name: str, text: F32, mask_bias: F32) -> tuple[F32, F32, F32]:
        """Return keys, key bias and values (see :class:`TextConditioning`) of words (B, L, W) for one layer."""
        (batch, length, _), heads, width = text.shape, self.config["heads"], self.config["width"]
        k, v = (
            _split_heads(part, heads)
            for part in np.split(self._apply_linear(f"{name}.words", text), 2, axis=-1)
        )
        k = k * np.float32((width // heads) ** -0.5)
        query_weight = self.arrays[f"{name}.ask.weight"].reshape(width, heads, -1).transpose(1, 0, 2)
        keys = self.multiply(query_weight, k.swapaxes(-1, -2)).transpose(0, 2, 1, 3)
        key_bias = (
            self.multiply(k, self.arrays[f"{name}.ask.bias"].reshape(heads, -1, 1)).swapaxes(-1, -2)
            + mask_bias
        )
        # a head's attention weights sum to 1, so its part of the output bias can be added to each value
        values = self.multiply(v, self.arrays[f"{name}.heard.weight"].reshape(heads, -1, width))
        values = values + self.arrays[f"{name}.heard.bias"] / np.float32(heads)
        columns = heads * length
        return (
            keys.reshape(batch, width, columns),
            key_bias.reshape(batch, 1, columns),
            values.reshape(batch, columns, width),
        )

    def _global_conditioning(self, t: float, summary: F32) -> F32:
        """Return the conditioning (B, width) that all layers share: noise level ``t`` and the pooled text."""
        width = self.config["width"]
        frequency = np.exp(np.arange(width // 2) * (-6.0 / (width // 2 - 1)))
        angle = 1000.0 * t * frequency
        level = np.concatenate([np.sin(angle), np.cos(angle)]).astype(np.float32)[None]
        return _apply_silu(
            self._apply_linear("time2", _apply_silu(self._apply_linear("time1", level))) + summary
        )

    @property
    def has_condition_input(self) -> bool:
        """Whether the weights have an input for known features."""
        return "given.weight" in self.arrays

    def denoise(
        self,
        x: F32,
        t: float,
        text: TextConditioning,
        guidance: F32 | None = None,
        condition: F32 | None = None,
        condition_mask: F32 | None = None,
    ) -> F32:
        """Return clean normalised features (B, T, 140) from noisy ones; T is a multiple of 4.

        Parameters
        ----------
        x : (B, T, 140)
            Noisy normalised features.
        t
            Noise level, 0 to 1.
        text
            Conditioning of B sentences; with ``guidance``, of 2 B, the second half without a prompt.
        guidance : (B,)
            Weights of classifier-free guidance.
        condition : (B, T, 140)
            Clean normalised features that the result should have where ``condition_mask`` is 1. The network follows
            them as well as it has learned to, not exactly.
        condition_mask : (B, T, 140)
            1 where ``condition`` is known, else 0.
        """
        batch, frames, features = x.shape
        count, width = frames // PATCH_FRAMES, self.config["width"]
        conditioning = self._global_conditioning(t, text.summary)
        frame_scale, position_scale = np.split(
            1 + self._apply_linear("open", conditioning)[:, None], 2, axis=-1
        )
        # both branches of guidance get the same noisy frames
        embedded_frames = self._apply_linear("enter", _split_patches(x))
        h = (frame_scale.reshape(-1, batch, 1, width) * embedded_frames).reshape(-1, count, width)
        # weights made before the clocks were added have fewer rows
        h += position_scale * self._apply_linear(
            "place", _position_features(count)[:, : len(self.arrays["place.weight"])]
        )
        if condition is not None and condition_mask is not None and self.has_condition_input:
            condition_patches = np.concatenate(
                [_split_patches(condition * condition_mask), _split_patches(condition_mask)], axis=-1
            )
            h.reshape(-1, batch, count, width)[...] += self._apply_linear("given", condition_patches)
        modulation = self._apply_linear("modulate", conditioning).reshape(-1, 6, 1, width)
        final = self._apply_linear("final", conditioning)[:, None]

        def apply_layers(rows: slice) -> None:
            for n in range(self.config["layers"]):
                self.check()
                self._apply_layer(
                    f"layers.{n}", h[rows], modulation[rows],
                    text.keys[n, rows], text.key_bias[n, rows], text.values[n, rows],
                )  # fmt: skip
            scale, shift = np.split(final[rows], 2, axis=-1)
            h[rows] = _modulated_norm(h[rows], scale, shift)

        self._run_on_rows(apply_layers, len(h))
        if guidance is not None:
            # the rest is linear in h, so the branches can be mixed here
            h = h[batch:] + guidance[:, None, None] * (h[:batch] - h[batch:])
        y = self._apply_linear("leave", h)
        if "swing.weight" in self.arrays:  # older weights have none
            clock = self._apply_linear("swing_clock", _position_features(count)[:, -2 * len(CLOCK_PERIODS) :])
            y += self._apply_linear("swing", self._apply_linear("swing_gate", h) * clock)
        return _merge_patches(y, features)

    def _run_on_rows(self, function: Callable[[slice], None], row_count: int) -> None:
        """Call a function for consecutive parts of the rows, which do not depend on each other.

        The parts are the same whether threads share them or not, because products of other sizes are rounded
        differently: a result must not depend on the number of processors.
        """
        parts = [slice(start, start + _ROWS_PER_PART) for start in range(0, row_count, _ROWS_PER_PART)]
        if self.executor is None or len(parts) == 1:
            for part in parts:
                function(part)
            return
        futures = [self.executor.submit(function, part) for part in parts]
        wait(futures)
        for future in futures:
            future.result()

    def _apply_layer(self, name: str, h: F32, modulation: F32, keys: F32, key_bias: F32, values: F32) -> None:
        """Apply one layer to ``h`` in place.

        Parameters
        ----------
        name
            Prefix of the layer's arrays.
        h : (B, N, width)
            Hidden state of N patches.
        modulation : (B, 6, 1, width)
            Scales, shifts and gates from the noise level and the pooled text.
        keys, key_bias, values
            The layer's part of the text conditioning.
        """
        heads = self.config["heads"]
        m = modulation + self.arrays[f"{name}.table"][:, None]
        s1, b1, g1, s2, b2, g2 = (m[:, i] for i in range(6))
        h += g1 * self._self_attention(name, _modulated_norm(h, s1, b1), heads)
        scores = self.multiply(_layer_norm(h), keys) + key_bias
        attention_weights = _softmax(scores.reshape(*scores.shape[:2], heads, -1))
        h += self.multiply(attention_weights.reshape(scores.shape), values)
        h += g2 * self._apply_linear(
            f"{name}.down", _apply_silu(self._apply_linear(f"{name}.up", _modulated_norm(h, s2, b2)))
        )
