# SPDX-License-Identifier: GPL-3.0-or-later
"""Bezier curves through few keys, as Blender evaluates them, with the slopes that fit a dense motion best.

A handle whose length in time is a third of the distance to the next key makes time linear along the curve, so that
Blender evaluates the cubic Hermite polynomial of the keys' values and slopes. Slopes are least-squares fits of all keys
of a channel together (the normal equations couple neighbours only; a few steps of conjugate gradients solve them for
all channels at once). At an extreme the slope is flat, as an animator would set it, wherever the tolerance allows.

Arrays of ``B`` bones, ``T`` frames and ``C`` channels: ``values`` (B, T, C), ``keyed`` (B, T) with the first and the
last frame of every bone set. Slopes (B, T, C) are per frame and only used at keys.
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
"""Steps of conjugate gradients, without a start and from a fit of nearly the same keys."""

_PRIOR = 0.02
"""Weight of the motion's own slope at a key, in squares of frames: it decides if neighbouring frames are keyed."""

_BULGE = 4.0 / 27.0
"""Largest deviation of a cubic segment of unit length that a unit slope at one end causes."""

_FLAT = 0.3
"""Fraction of the tolerance that may be used for making an extreme flat."""


@dataclass(frozen=True, eq=False)
class Segments:
    """The segments between keys, with the frames of all bones in one row: segment i runs from key i to key i + 1.

    The last key of a bone has a segment of its own, which is one frame long. ``keyed`` (B, T).
    """

    keyed: Mask

    @cached_property
    def flat(self) -> Mask:
        """(B * T,) whether a frame is keyed."""
        return self.keyed.ravel()

    @cached_property
    def keys(self) -> Places:
        """(K,) indices of the keys in the row."""
        return np.flatnonzero(self.flat)

    @cached_property
    def of(self) -> Places:
        """(B * T,) segment of each frame."""
        return np.asarray(np.cumsum(self.flat) - 1)

    @cached_property
    def ends(self) -> Mask:
        """(K,) whether a key is the last of its bone."""
        return np.asarray((self.keys + 1) % self.keyed.shape[1] == 0)

    @cached_property
    def lengths(self) -> Array:
        """(K,) frames from each key to the next; 1 for the last key of a bone."""
        return np.where(self.ends, 1.0, np.diff(self.keys, append=self.keys[-1] + 1))

    @cached_property
    def share(self) -> Array:
        """(B * T,) position of each frame within its segment, from 0 to below 1."""
        return (np.arange(self.flat.size) - self.keys[self.of]) / self.lengths[self.of]

    def sums(self, values: Array) -> Array:
        """Return the sums (K, ...) of values (B * T, ...) over the frames of each segment."""
        return np.asarray(np.add.reduceat(values, self.keys, axis=0))

    def maxima(self, values: Array) -> Array:
        """Return the largest value (K,) of values (B * T,) over the frames of each segment."""
        return np.asarray(np.maximum.reduceat(values, self.keys))


Fit = tuple[Array, Array]
"""Values and slopes at the keys, (B, T, C) each."""


def fit(values: Array, keyed: Mask, fixed: Mask, tolerance: Array, start: Fit | None = None) -> Fit:
    """Fit key values and slopes (both (B, T, C)) so that the curves are closest to ``values`` at all frames.

    Parameters
    ----------
    values : (B, T, C)
        Dense values of all channels.
    keyed : (B, T) bool
        Frames with a key.
    fixed : (B, T) bool
        Keys that keep the motion's own values.
    tolerance : (B, C)
        Tolerance of each channel, its unit in the least squares.
    start : fit of nearly the same keys to start from, or None
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
    """Return the slopes with those at extremes set to zero wherever that costs little of the tolerance.

    Parameters
    ----------
    values, slopes : (B, T, C)
        Dense values and fitted slopes.
    keyed : (B, T) bool
        Frames with a key.
    tolerance : (B, C)
        Tolerance of each channel.
    """
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
    """Normal equations of the fit: contributions of the two values and two slopes of each segment to its frames."""

    products: Array
    """(4, 4, K) sums of products of the weights of value, next value, slope and next slope."""
    asked: Array
    """(4, K, C) sums of products of these weights with the motion."""

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
        # a segment of one frame has no frames inside that limit it: it is fitted to the value halfway too
        short = np.flatnonzero((cut.lengths == 1.0) & ~cut.ends)
        middle = np.array([0.5, 0.5, 0.125, -0.125])
        products[..., short] += np.multiply.outer(middle, middle)[..., None]
        asked[:, short] += middle[:, None, None] * _halfway(row, cut.keys[short])
        return cls(products, asked)

    def solve(self, values: Array, slopes: Array, own: Array, free: Mask, rounds: int) -> tuple[Array, Array]:
        """Solve for values and slopes (K, C) by conjugate gradients.

        Parameters
        ----------
        values, slopes : (K, C)
            Start of the iteration.
        motion_slopes : (K, C)
            The motion's own slopes at the keys.
        free : (K,) bool
            Keys whose values may change.
        steps : number of iterations
        """
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
        # fixed values act on their neighbours, but do not change
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
    """Evaluate the curves (B, T, C) at every frame as Blender does; they are constant beyond the ends.

    Parameters
    ----------
    values, slopes : (B, T, C)
        Values and slopes at the keys.
    keyed : (B, T) bool
        Frames with a key.
    offset : 0 to 1
        Time after each frame at which the curves are evaluated, in frames.
    """
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
    """Return the slopes (B, T, C) per frame of dense values, by central differences."""
    if values.shape[1] < 2:
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, axis=1))


def _halfway(row: Array, at: Places) -> Array:
    """Estimate the values halfway to the next frame by the cubic through four frames; less exactly at a bone's ends."""
    before, after = np.maximum(at - 1, 0), np.minimum(at + 2, len(row) - 1)
    curved = 0.5625 * (row[at] + row[at + 1]) - 0.0625 * (row[before] + row[after])
    straight = 0.5 * (row[at] + row[at + 1])
    # if the four frames are not of one bone, the cubic is far off
    bound = np.abs(row[at + 1] - row[at])
    return np.asarray(np.where(np.abs(curved - straight) <= bound, curved, straight))


def _extremes(values: Array) -> Mask:
    """Return the frames (B, T, C) at which a value is not between those of its neighbours."""
    steps = np.diff(values, axis=1)
    result = np.zeros(values.shape, dtype=bool)
    result[:, 1:-1] = steps[:, 1:] * steps[:, :-1] <= 0
    return result


def _slope_weights(u: Array) -> tuple[Array, Array]:
    """Return the weights of the slopes at both ends of a segment of unit length at position ``u``."""
    return u * (1 - u) ** 2, -u * u * (1 - u)


def _shifted(values: Array) -> Array:
    """Shift the last axis by one, starting with zero."""
    return np.concatenate([np.zeros_like(values[..., :1]), values[..., :-1]], axis=-1)


def _at_keys(values: Array, cut: Segments, shape: tuple[int, ...]) -> Array:
    result = np.zeros((cut.flat.size, shape[-1]))
    result[cut.keys] = values
    return result.reshape(shape)
