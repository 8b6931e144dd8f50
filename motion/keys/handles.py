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
IntArray = np.ndarray[Any, np.dtype[np.int_]]

_SOLVER_STEPS = 14
_WARM_SOLVER_STEPS = 5
"""Steps of conjugate gradients, without a start and from a fit of nearly the same keys."""

_SLOPE_PRIOR = 0.02
"""Weight of the motion's own slope at a key, in squares of frames: it decides if neighbouring frames are keyed."""

_MAX_BULGE = 4.0 / 27.0
"""Largest deviation of a cubic segment of unit length that a unit slope at one end causes."""

_FLAT_FRACTION = 0.3
"""Fraction of the tolerance that may be used for making an extreme flat."""


@dataclass(frozen=True, eq=False)
class Segments:
    """The segments between keys, with the frames of all bones in one row: segment i runs from key i to key i + 1.

    The last key of a bone has a segment of its own, which is one frame long. ``keyed`` (B, T).
    """

    keyed: Mask

    @cached_property
    def is_key(self) -> Mask:
        """(B * T,) whether a frame is keyed."""
        return self.keyed.ravel()

    @cached_property
    def key_indices(self) -> IntArray:
        """(K,) indices of the keys in the row."""
        return np.flatnonzero(self.is_key)

    @cached_property
    def segment_of_frame(self) -> IntArray:
        """(B * T,) segment of each frame."""
        return np.asarray(np.cumsum(self.is_key) - 1)

    @cached_property
    def is_last_key(self) -> Mask:
        """(K,) whether a key is the last of its bone."""
        return np.asarray((self.key_indices + 1) % self.keyed.shape[1] == 0)

    @cached_property
    def lengths(self) -> Array:
        """(K,) frames from each key to the next; 1 for the last key of a bone."""
        return np.where(self.is_last_key, 1.0, np.diff(self.key_indices, append=self.key_indices[-1] + 1))

    @cached_property
    def fraction(self) -> Array:
        """(B * T,) position of each frame within its segment, from 0 to below 1."""
        segment = self.segment_of_frame
        return (np.arange(self.is_key.size) - self.key_indices[segment]) / self.lengths[segment]

    def sum_per_segment(self, values: Array) -> Array:
        """Return the sums (K, ...) of values (B * T, ...) over the frames of each segment."""
        return np.asarray(np.add.reduceat(values, self.key_indices, axis=0))

    def max_per_segment(self, values: Array) -> Array:
        """Return the largest value (K,) of values (B * T,) over the frames of each segment."""
        return np.asarray(np.maximum.reduceat(values, self.key_indices))


CurveFit = tuple[Array, Array]
"""Values and slopes at the keys, (B, T, C) each."""


def fit_curves(
    values: Array,
    keyed: Mask,
    fixed: Mask,
    tolerance: Array,
    start: CurveFit | None = None,
    steps: int | None = None,
) -> CurveFit:
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
    steps : steps of the solver, or None: as many as either start needs at least
    """
    segments = Segments(keyed)
    channels = values.shape[-1]
    scale = np.repeat(tolerance, keyed.sum(axis=1), axis=0)
    rows = values.reshape(-1, channels)
    scaled = (values / tolerance[:, None]).reshape(-1, channels)
    free = ~fixed.ravel()[segments.key_indices]
    dense: Array = compute_dense_slopes(values).reshape(-1, channels)[segments.key_indices] / scale
    key_values: Array = scaled[segments.key_indices]
    key_slopes = dense
    if start is not None:
        key_values = np.where(
            free[:, None], start[0].reshape(-1, channels)[segments.key_indices] / scale, key_values
        )
        key_slopes = start[1].reshape(-1, channels)[segments.key_indices] / scale
    if steps is None:
        steps = _SOLVER_STEPS if start is None else _WARM_SOLVER_STEPS
    key_values, key_slopes = _NormalEquations.from_segments(segments, scaled).solve(
        key_values, key_slopes, dense, free, steps
    )
    return _scatter_to_frames(
        np.where(free[:, None], key_values * scale, rows[segments.key_indices]), segments, values.shape
    ), _scatter_to_frames(key_slopes * scale, segments, values.shape)


def flatten_extremes(values: Array, slopes: Array, keyed: Mask, tolerance: Array) -> Array:
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
    segments = Segments(keyed)
    channels = values.shape[-1]
    length = np.maximum(segments.lengths, np.concatenate([[0.0], segments.lengths[:-1]]))[:, None]
    key_slopes = slopes.reshape(-1, channels)[segments.key_indices]
    allowed = _FLAT_FRACTION * np.repeat(tolerance, keyed.sum(axis=1), axis=0)
    extreme = _find_extremes(values).reshape(-1, channels)[segments.key_indices]
    return _scatter_to_frames(
        np.where(extreme & (np.abs(key_slopes) * length * _MAX_BULGE <= allowed), 0.0, key_slopes),
        segments,
        values.shape,
    )


@dataclass(frozen=True, eq=False)
class _NormalEquations:
    """Normal equations of the fit: contributions of the two values and two slopes of each segment to its frames."""

    products: Array
    """(4, 4, K) sums of products of the weights of value, next value, slope and next slope."""
    targets: Array
    """(4, K, C) sums of products of these weights with the motion."""

    @classmethod
    def from_segments(cls, segments: Segments, rows: Array) -> _NormalEquations:
        u, lengths = segments.fraction, segments.lengths[segments.segment_of_frame]
        rise = (3 - 2 * u) * u * u
        start_slope, end_slope = _compute_slope_weights(u)
        weights = (1 - rise, rise, lengths * start_slope, lengths * end_slope)
        products = np.empty((4, 4, len(segments.key_indices)))
        for i in range(4):
            for j in range(i, 4):
                products[i, j] = products[j, i] = segments.sum_per_segment(weights[i] * weights[j])
        targets = np.stack([segments.sum_per_segment(weight[:, None] * rows) for weight in weights])
        # a segment of one frame has no frames inside that limit it: it is fitted to the value halfway too
        short = np.flatnonzero((segments.lengths == 1.0) & ~segments.is_last_key)
        middle = np.array([0.5, 0.5, 0.125, -0.125])
        products[..., short] += np.multiply.outer(middle, middle)[..., None]
        targets[:, short] += middle[:, None, None] * _estimate_halfway(rows, segments.key_indices[short])
        return cls(products, targets)

    def solve(
        self, values: Array, slopes: Array, motion_slopes: Array, free: Mask, steps: int
    ) -> tuple[Array, Array]:
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
        products = self.products
        diagonal_blocks = products[[[0, 0], [0, 2]], [[0, 2], [2, 2]]] + _shift_right(
            products[[[1, 1], [1, 3]], [[1, 3], [3, 3]]]
        )
        diagonal_blocks[1, 1] += _SLOPE_PRIOR
        diagonal_blocks = diagonal_blocks[..., None]
        coupling = products[[[0, 0], [2, 2]], [[1, 3], [1, 3]]][..., :-1, None]
        diagonal = np.stack([diagonal_blocks[0, 0], diagonal_blocks[1, 1]])
        targets = self.targets[[0, 2]]
        targets[:, 1:] += self.targets[[1, 3], :-1]
        targets[1] += _SLOPE_PRIOR * motion_slopes
        mask = np.ones((2, len(free), 1))
        mask[0, :, 0] = free

        def apply_matrix(x: Array) -> Array:
            v, m = x
            y = np.empty_like(x)
            for i in range(2):
                y[i] = diagonal_blocks[i, 0] * v + diagonal_blocks[i, 1] * m
                y[i, :-1] += coupling[i, 0] * v[1:] + coupling[i, 1] * m[1:]
                y[i, 1:] += coupling[0, i] * v[:-1] + coupling[1, i] * m[:-1]
            return y * mask

        x = np.stack([values, slopes])
        # fixed values act on their neighbours, but do not change
        residual = targets * mask - apply_matrix(x)
        direction = z = residual / diagonal
        size = float(np.vdot(residual, z))
        for _ in range(steps):
            if size < 1e-9 * residual.size:
                break
            product = apply_matrix(direction)
            factor = size / float(np.vdot(direction, product))
            x += factor * direction
            residual -= factor * product
            z = residual / diagonal
            before, size = size, float(np.vdot(residual, z))
            direction = z + (size / before) * direction
        return x[0], x[1]


def evaluate_curves(values: Array, slopes: Array, keyed: Mask, offset: float = 0.0) -> Array:
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
    segments = Segments(keyed)
    channels = values.shape[-1]
    rows, slope_rows = values.reshape(-1, channels), slopes.reshape(-1, channels)
    segment = segments.segment_of_frame
    length = segments.lengths[segment][:, None]
    offsets = np.where(segments.is_last_key[segment], 0.0, offset)[:, None]
    u = segments.fraction[:, None] + offsets / length
    start = segments.key_indices[segment]
    end = segments.key_indices[np.minimum(segment + 1, len(segments.key_indices) - 1)]
    left, right = _compute_slope_weights(u)
    smooth = (3 - 2 * u) * u * u
    # start + smooth * (end - start) rather than two products: at its own frame a key has exactly its value
    result = (
        rows[start]
        + smooth * (rows[end] - rows[start])
        + length * (left * slope_rows[start] + right * slope_rows[end])
    )
    return np.asarray(np.where(u > 0, result, rows[start]).reshape(values.shape))


def compute_dense_slopes(values: Array) -> Array:
    """Return the slopes (B, T, C) per frame of dense values, by central differences."""
    if values.shape[1] < 2:
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, axis=1))


def _estimate_halfway(rows: Array, indices: IntArray) -> Array:
    """Estimate the values halfway to the next frame by the cubic through four frames; less exactly at a bone's ends."""
    before, after = np.maximum(indices - 1, 0), np.minimum(indices + 2, len(rows) - 1)
    curved = 0.5625 * (rows[indices] + rows[indices + 1]) - 0.0625 * (rows[before] + rows[after])
    straight = 0.5 * (rows[indices] + rows[indices + 1])
    # if the four frames are not of one bone, the cubic is far off
    bound = np.abs(rows[indices + 1] - rows[indices])
    return np.asarray(np.where(np.abs(curved - straight) <= bound, curved, straight))


def _find_extremes(values: Array) -> Mask:
    """Return the frames (B, T, C) at which a value is not between those of its neighbours."""
    steps = np.diff(values, axis=1)
    result = np.zeros(values.shape, dtype=bool)
    result[:, 1:-1] = steps[:, 1:] * steps[:, :-1] <= 0
    return result


def _compute_slope_weights(u: Array) -> tuple[Array, Array]:
    """Return the weights of the slopes at both ends of a segment of unit length at position ``u``."""
    return u * (1 - u) ** 2, -u * u * (1 - u)


def _shift_right(values: Array) -> Array:
    """Shift the last axis by one, starting with zero."""
    return np.concatenate([np.zeros_like(values[..., :1]), values[..., :-1]], axis=-1)


def _scatter_to_frames(values: Array, segments: Segments, shape: tuple[int, ...]) -> Array:
    result = np.zeros((segments.is_key.size, shape[-1]))
    result[segments.key_indices] = values
    return result.reshape(shape)
