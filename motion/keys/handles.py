# SPDX-License-Identifier: GPL-3.0-or-later
"""Bezier curves through few keys, as Blender plays them, with the slopes that come closest to a dense motion.

A handle that reaches a third of the way to its neighbour makes time run evenly along the curve, so that what Blender
plays is the cubic Hermite polynomial of the keys' values and slopes. Slopes are the least-squares ones, all keys of a
channel together (the normal equations couple neighbours only; a few steps of conjugate gradients solve them for all
channels at once). At an extreme the slope is flat, as an animator would set it, wherever the tolerance allows.

Arrays of ``B`` bones, ``T`` frames and ``C`` channels: ``values`` (B, T, C), ``keyed`` (B, T) with the first and the
last frame of every bone set. Slopes (B, T, C) are per frame and count at keys alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..rotations import Array

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int_]]

_ROUNDS = 14
_ROUNDS_MORE = 5
"""Steps of conjugate gradients, from nothing and from a fit of nearly the same keys."""

_PRIOR = 0.02
"""Weight of the motion's own slope at a key, in squares of frames: decides where neighbouring frames are keyed."""

_BULGE = 4.0 / 27.0
"""The most that a unit slope at one end moves a cubic segment of unit length."""

_FLAT = 0.3
"""Share of the tolerance that making an extreme flat may use up."""


@dataclass(frozen=True, eq=False)
class Segments:
    """The pieces between keys, all bones in one row: piece ``i`` runs from key ``i`` to key ``i + 1``.

    The last key of a bone has a piece of its own, one frame long and without frames between.
    """

    keyed: Mask

    @cached_property
    def flat(self) -> Mask:
        """(B * T,) whether a frame of a bone is keyed."""
        return self.keyed.ravel()

    @cached_property
    def keys(self) -> Places:
        """(K,) places of the keys in the row."""
        return np.flatnonzero(self.flat)

    @cached_property
    def of(self) -> Places:
        """(B * T,) the piece that a frame lies in."""
        return np.asarray(np.cumsum(self.flat) - 1)

    @cached_property
    def ends(self) -> Mask:
        """(K,) whether a key is its bone's last."""
        return np.asarray((self.keys + 1) % self.keyed.shape[1] == 0)

    @cached_property
    def lengths(self) -> Array:
        """(K,) frames from a key to the next; 1 for a bone's last."""
        return np.where(self.ends, 1.0, np.diff(self.keys, append=self.keys[-1] + 1))

    @cached_property
    def share(self) -> Array:
        """(B * T,) how far a frame is along its piece, 0 to below 1."""
        return (np.arange(self.flat.size) - self.keys[self.of]) / self.lengths[self.of]

    def sums(self, values: Array) -> Array:
        """(K, ...) sums over the frames of each piece."""
        return np.asarray(np.add.reduceat(values, self.keys, axis=0))

    def maxima(self, values: Array) -> Array:
        """(K,) largest value over the frames of each piece."""
        return np.asarray(np.maximum.reduceat(values, self.keys))


Fit = tuple[Array, Array]
"""Values and slopes at the keys, (B, T, C) each."""


def fit(values: Array, keyed: Mask, fixed: Mask, tolerance: Array, start: Fit | None = None) -> Fit:
    """Key values and slopes (both (B, T, C)) whose curves come closest to ``values`` at all frames.

    ``fixed`` (B, T): keys that stay at the motion's own values, as poses do that are to be kept. ``tolerance`` (B, C)
    weighs the channels, and lets extremes become flat. ``start``: a fit of nearly the same keys to begin from.
    """
    cut = Segments(keyed)
    channels = values.shape[-1]
    scale = np.repeat(tolerance, keyed.sum(axis=1), axis=0)
    row = values.reshape(-1, channels)
    weights = (values / tolerance[:, None]).reshape(-1, channels)
    free = ~fixed.ravel()[cut.keys]
    own: Array = own_slopes(values).reshape(-1, channels)[cut.keys] / scale
    at: Array = weights[cut.keys]
    slope = own
    if start is not None:
        at = np.where(free[:, None], start[0].reshape(-1, channels)[cut.keys] / scale, at)
        slope = start[1].reshape(-1, channels)[cut.keys] / scale
    rounds = _ROUNDS if start is None else _ROUNDS_MORE
    at, slope = _Pieces.of(cut, weights).solve(at, slope, own, free, rounds)
    return _at_keys(np.where(free[:, None], at * scale, row[cut.keys]), cut, values.shape), _at_keys(
        slope * scale, cut, values.shape
    )


def flatten(values: Array, slopes: Array, keyed: Mask, tolerance: Array) -> Array:
    """Slopes (B, T, C) that are flat at extremes, wherever that costs little of the ``tolerance`` (B, C)."""
    cut = Segments(keyed)
    channels = values.shape[-1]
    length = np.maximum(cut.lengths, np.concatenate([[0.0], cut.lengths[:-1]]))[:, None]
    slope = slopes.reshape(-1, channels)[cut.keys]
    allowed = _FLAT * np.repeat(tolerance, keyed.sum(axis=1), axis=0)
    extreme = _extremes(values).reshape(-1, channels)[cut.keys]
    return _at_keys(
        np.where(extreme & (np.abs(slope) * length * _BULGE <= allowed), 0.0, slope), cut, values.shape
    )


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The normal equations of the fit: how the two values and two slopes of each piece act on its frames."""

    products: Array  # (4, 4, K) sums of products of value, next value, slope, next slope
    asked: Array  # (4, K, C) the same with the motion

    @classmethod
    def of(cls, cut: Segments, row: Array) -> _Pieces:
        u, length = cut.share, cut.lengths[cut.of]
        rise = (3 - 2 * u) * u * u
        left, right = _slope_weights(u)
        acts = (1 - rise, rise, length * left, length * right)
        products = np.empty((4, 4, len(cut.keys)))
        for i in range(4):
            for j in range(i, 4):
                products[i, j] = products[j, i] = cut.sums(acts[i] * acts[j])
        asked = np.stack([cut.sums(act[:, None] * row) for act in acts])
        # a piece of one frame has no frames between, and would swing as its neighbours like: it is asked halfway
        short = np.flatnonzero((cut.lengths == 1.0) & ~cut.ends)
        middle = np.array([0.5, 0.5, 0.125, -0.125])
        products[..., short] += np.multiply.outer(middle, middle)[..., None]
        asked[:, short] += middle[:, None, None] * _halfway(row, cut.keys[short])
        return cls(products, asked)

    def solve(self, values: Array, slopes: Array, own: Array, free: Mask, rounds: int) -> tuple[Array, Array]:
        """Values and slopes (K, C) by conjugate gradients from those given; values that aren't free stay."""
        p = self.products
        here = p[[[0, 0], [0, 2]], [[0, 2], [2, 2]]] + _shifted(p[[[1, 1], [1, 3]], [[1, 3], [3, 3]]])
        here[1, 1] += _PRIOR
        here, ahead = here[..., None], p[[[0, 0], [2, 2]], [[1, 3], [1, 3]]][..., :-1, None]
        diagonal = np.stack([here[0, 0], here[1, 1]])
        asked = self.asked[[0, 2]]
        asked[:, 1:] += self.asked[[1, 3], :-1]
        asked[1] += _PRIOR * own
        open_ = np.ones((2, len(free), 1))
        open_[0, :, 0] = free

        def times(x: Array) -> Array:
            v, m = x
            y = np.empty_like(x)
            for i in range(2):
                y[i] = here[i, 0] * v + here[i, 1] * m
                y[i, :-1] += ahead[i, 0] * v[1:] + ahead[i, 1] * m[1:]
                y[i, 1:] += ahead[0, i] * v[:-1] + ahead[1, i] * m[:-1]
            return y * open_

        x = np.stack([values, slopes])
        # what is fixed acts on its neighbours, but is not asked itself
        rest = asked * open_ - times(x)
        step = z = rest / diagonal
        size = float(np.vdot(rest, z))
        for _ in range(rounds):
            if size < 1e-9 * rest.size:
                break
            along = times(step)
            by = size / float(np.vdot(step, along))
            x += by * step
            rest -= by * along
            z = rest / diagonal
            before, size = size, float(np.vdot(rest, z))
            step = z + (size / before) * step
        return x[0], x[1]


def play(values: Array, slopes: Array, keyed: Mask, offset: float = 0.0) -> Array:
    """What Blender plays (B, T, C) at every frame, or ``offset`` (0 to 1) frames after it; the ends are held."""
    cut = Segments(keyed)
    channels = values.shape[-1]
    row, slope = values.reshape(-1, channels), slopes.reshape(-1, channels)
    length = cut.lengths[cut.of][:, None]
    u = cut.share[:, None] + np.where(cut.ends[cut.of], 0.0, offset)[:, None] / length
    start = cut.keys[cut.of]
    end = cut.keys[np.minimum(cut.of + 1, len(cut.keys) - 1)]
    left, right = _slope_weights(u)
    smooth = (3 - 2 * u) * u * u
    # begin + (end - begin) * smooth rather than two products: a key's frame is exactly its value
    result = (
        row[start] + smooth * (row[end] - row[start]) + length * (left * slope[start] + right * slope[end])
    )
    return np.asarray(np.where(u > 0, result, row[start]).reshape(values.shape))


def own_slopes(values: Array) -> Array:
    """Slopes (B, T, C) per frame of dense values: central differences."""
    if values.shape[1] < 2:
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, axis=1))


def _halfway(row: Array, at: Places) -> Array:
    """What is halfway to the next frame, by the cubic through four frames; at a bone's ends about so."""
    before, after = np.maximum(at - 1, 0), np.minimum(at + 2, len(row) - 1)
    curved = 0.5625 * (row[at] + row[at + 1]) - 0.0625 * (row[before] + row[after])
    straight = 0.5 * (row[at] + row[at + 1])
    # where the four frames aren't one bone's the cubic is far off
    bound = np.abs(row[at + 1] - row[at])
    return np.asarray(np.where(np.abs(curved - straight) <= bound, curved, straight))


def _extremes(values: Array) -> Mask:
    """(B, T, C) frames that no neighbour is above, or none below."""
    steps = np.diff(values, axis=1)
    result = np.zeros(values.shape, dtype=bool)
    result[:, 1:-1] = steps[:, 1:] * steps[:, :-1] <= 0
    return result


def _slope_weights(u: Array) -> tuple[Array, Array]:
    """How the slopes at both ends of a piece of unit length act at ``u``."""
    return u * (1 - u) ** 2, -u * u * (1 - u)


def _shifted(values: Array) -> Array:
    """The last axis moved on by one, with zero before it."""
    return np.concatenate([np.zeros_like(values[..., :1]), values[..., :-1]], axis=-1)


def _at_keys(values: Array, cut: Segments, shape: tuple[int, ...]) -> Array:
    result = np.zeros((cut.flat.size, shape[-1]))
    result[cut.keys] = values
    return result.reshape(shape)
