# SPDX-License-Identifier: GPL-3.0-or-later
"""The denoising network in NumPy; ``training/model.py`` is the same in torch and says why it is built so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from .matmul import Product, product

F32 = NDArray[np.float32]
Check = Callable[[], None]

STRIDE = 4
BEATS = (2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0)


def _norm(x: F32) -> F32:
    x = x - x.mean(-1, keepdims=True)
    return np.asarray(x / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(1e-5)))


def _silu(x: F32) -> F32:
    # exp of a large negative argument may overflow to inf: the quotient is then 0, as it should be
    with np.errstate(over="ignore"):
        return np.asarray(x / (1 + np.exp(-x)))


def _softmax(x: F32) -> F32:
    x = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(x / x.sum(-1, keepdims=True))


def _split(x: F32, heads: int) -> F32:
    """(B, L, W) to (B, heads, L, W / heads)."""
    return np.ascontiguousarray(x.reshape(*x.shape[:2], heads, -1).transpose(0, 2, 1, 3))


def _merge(x: F32) -> F32:
    """The inverse of :func:`_split`."""
    return np.ascontiguousarray(x.transpose(0, 2, 1, 3)).reshape(x.shape[0], x.shape[2], -1)


def _rotary(length: int, width: int) -> tuple[F32, F32]:
    frequency = np.exp(np.arange(width // 2) * (-4.6 / (width // 2)))
    angle = np.arange(length)[:, None] * frequency
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def _rotated(x: F32, turn: tuple[F32, F32]) -> F32:
    a, b = np.split(x, 2, axis=-1)
    return np.concatenate([a * turn[0] - b * turn[1], a * turn[1] + b * turn[0]], axis=-1)


def _places(count: int) -> F32:
    k = np.arange(count, dtype=np.float32)
    left = count - 1 - k
    columns = [k / 25, left / 25, np.full(count, count / 25), (k + 0.5) / count,
               np.exp(-k), np.exp(-left), np.exp(-k / 5), np.exp(-left / 5)]  # fmt: skip
    angle = np.pi * columns[3][:, None] * np.arange(1, 9)
    clock = 2 * np.pi * k[:, None] / np.array(BEATS)
    waves = [np.cos(angle), np.sin(angle), np.cos(clock), np.sin(clock)]
    return np.concatenate([np.stack(columns, axis=-1), *waves], axis=-1).astype(np.float32)


def _patches(x: F32) -> F32:
    """Frames (B, T, D) to overlapping patches (B, T / 4, 8 D): patch k begins two frames before frame 4 k."""
    batch, frames, features = x.shape
    padded = np.zeros((batch, frames + STRIDE, features), np.float32)
    padded[:, STRIDE // 2 : STRIDE // 2 + frames] = x
    rows = padded.reshape(batch, frames // STRIDE + 1, STRIDE * features)
    return np.concatenate([rows[:, :-1], rows[:, 1:]], axis=-1)


class Network:
    """Forward pass over arrays by name; holds no state between calls but the weights."""

    def __init__(
        self, config: Mapping[str, int], arrays: Mapping[str, F32], check: Check = lambda: None
    ) -> None:
        """``check`` is called between layers and may raise to end a forward pass early."""
        self.config, self.arrays, self.check = config, arrays, check
        self.multiply: Product = product()

    def _linear(self, name: str, x: F32) -> F32:
        weight = self.arrays[f"{name}.weight"]
        y = self.multiply(x.reshape(-1, x.shape[-1]), weight).reshape(*x.shape[:-1], weight.shape[1])
        bias = self.arrays.get(f"{name}.bias")
        return y if bias is None else y + bias

    def _attention(self, q: F32, k: F32, v: F32, mask: NDArray[np.bool_] | None) -> F32:
        scores = self.multiply(q, np.ascontiguousarray(k.swapaxes(-1, -2))) * np.float32(q.shape[-1] ** -0.5)
        if mask is not None:
            scores = np.where(mask, scores, np.float32(-1e9))
        return _merge(self.multiply(_softmax(scores), v))

    def read(self, static: F32, ids: NDArray[np.int64], mask: NDArray[np.bool_]) -> F32:
        """Words, static vectors (B, L, D) and learned indices (B, L), present where ``mask``, to (B, L, text width)."""
        heads = self.config["text_heads"]
        learned = self.arrays["learned.weight"][ids] * (ids > 0)[..., None].astype(np.float32)
        x = self._linear("static", static) + learned
        turn = _rotary(x.shape[1], x.shape[2] // heads)
        for n in range(self.config["text_layers"]):
            self.check()
            name = f"text_layers.{n}"
            q, k, v = (_split(p, heads) for p in np.split(self._linear(f"{name}.qkv", _norm(x)), 3, axis=-1))
            y = self._attention(_rotated(q, turn), _rotated(k, turn), v, mask[:, None, None, :])
            x = x + self._linear(f"{name}.out", y)
            x = x + self._linear(f"{name}.down", _silu(self._linear(f"{name}.up", _norm(x))))
        return _norm(x)

    def hear(self, text: F32) -> list[tuple[F32, F32]]:
        """Keys and values of the words for each layer: they are the same in every step."""
        parts = [self._linear(f"layers.{n}.words", text) for n in range(self.config["layers"])]
        heads = self.config["heads"]
        return [(_split(k, heads), _split(v, heads)) for k, v in (np.split(p, 2, axis=-1) for p in parts)]

    def condition(self, t: float, text: F32, mask: NDArray[np.bool_]) -> F32:
        """What noise level ``t`` and the words as a whole say to all layers (B, width)."""
        width = self.config["width"]
        frequency = np.exp(np.arange(width // 2) * (-6.0 / (width // 2 - 1)))
        angle = 1000.0 * t * frequency
        level = np.concatenate([np.sin(angle), np.cos(angle)]).astype(np.float32)[None]
        m = mask[..., None].astype(np.float32)
        pooled = self._linear("pooled", np.asarray((text * m).sum(1) / m.sum(1)))
        return _silu(self._linear("time2", _silu(self._linear("time1", level))) + pooled)

    @property
    def directed(self) -> bool:
        """Whether the weights know what to do with given features."""
        return "given.weight" in self.arrays

    def denoise(
        self,
        x: F32,
        t: float,
        text: F32,
        mask: NDArray[np.bool_],
        heard: list[tuple[F32, F32]] | None = None,
        given: F32 | None = None,
        known: F32 | None = None,
    ) -> F32:
        """Clean normalised features (B, T, 140), T a multiple of 4, from noisy ones at noise level ``t``.

        ``given`` (B, T, 140) are clean normalised features that the result shall have where ``known`` (B, T, 140)
        is 1; the network heeds them as well as it learned to, without a promise to hit them.
        """
        batch, frames, features = x.shape
        heads, half = self.config["heads"], STRIDE // 2
        heard = self.hear(text) if heard is None else heard
        count = frames // STRIDE
        c = self.condition(t, text, mask)
        seen, placed = np.split(1 + self._linear("open", c)[:, None], 2, axis=-1)
        h = seen * self._linear("enter", _patches(x))
        # weights made before the clocks were added have fewer rows
        h = h + placed * self._linear("place", _places(count)[:, : len(self.arrays["place.weight"])])
        if given is not None and known is not None and self.directed:
            asked = np.concatenate([_patches(given * known), _patches(known)], axis=-1)
            h = h + self._linear("given", asked)
        modulation = self._linear("modulate", c).reshape(batch, 6, -1)
        turn = _rotary(count, self.config["width"] // heads)
        for n in range(self.config["layers"]):
            self.check()
            h = self._layer(f"layers.{n}", h, modulation, heard[n], mask, turn)
        scale, shift = np.split(self._linear("final", c)[:, None], 2, axis=-1)
        h = _norm(h) * (1 + scale) + shift
        y = self._linear("leave", h)
        if "swing.weight" in self.arrays:  # older weights have none
            clock = self._linear("swing_clock", _places(count)[:, -2 * len(BEATS) :])
            y = y + self._linear("swing", self._linear("swing_gate", h) * clock)
        y = y.reshape(batch, count, 2, STRIDE, features)
        first, second = y[:, :, 0], y[:, :, 1]
        ramp = ((np.arange(STRIDE, dtype=np.float32) + np.float32(0.5)) / STRIDE)[:, None]
        inner = (ramp * first[:, 1:] + (1 - ramp) * second[:, :-1]).reshape(
            batch, (count - 1) * STRIDE, features
        )
        return np.concatenate([first[:, 0, half:], inner, second[:, -1, :half]], axis=1)

    def _layer(
        self,
        name: str,
        h: F32,
        modulation: F32,
        heard: tuple[F32, F32],
        mask: NDArray[np.bool_],
        turn: tuple[F32, F32],
    ) -> F32:
        heads = self.config["heads"]
        m = modulation + self.arrays[f"{name}.table"]
        s1, b1, g1, s2, b2, g2 = (m[:, i, None] for i in range(6))
        q, k, v = (
            _split(p, heads)
            for p in np.split(self._linear(f"{name}.qkv", _norm(h) * (1 + s1) + b1), 3, axis=-1)
        )
        h = h + g1 * self._linear(
            f"{name}.out", self._attention(_rotated(q, turn), _rotated(k, turn), v, None)
        )
        y = self._attention(
            _split(self._linear(f"{name}.ask", _norm(h)), heads), *heard, mask[:, None, None, :]
        )
        h = h + self._linear(f"{name}.heard", y)
        return h + g2 * self._linear(
            f"{name}.down", _silu(self._linear(f"{name}.up", _norm(h) * (1 + s2) + b2))
        )
