# SPDX-License-Identifier: GPL-3.0-or-later
"""Smoothing along time, and the smooth step from 0 to 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .rotations import Array


def smoothstep(x: ArrayLike) -> Array:
    """Return 3x² - 2x³ of ``x`` (...) clipped to 0 to 1: it rises from 0 to 1 with zero slope at both ends."""
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x))


def gaussian_smooth(values: Array, sigma: float) -> Array:
    """Smooth ``values`` (T, ...) along time by a Gaussian of ``sigma`` frames; the end values count beyond the ends."""
    if sigma <= 0:
        return values
    radius = max(1, int(np.ceil(3 * sigma)))
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.concatenate([np.repeat(values[:1], radius, 0), values, np.repeat(values[-1:], radius, 0)])
    result = np.zeros_like(values)
    for i, k in enumerate(kernel):
        result += k * padded[i : i + len(values)]
    return result


_SWAY_SECONDS = 0.5
"""Standard deviation of the smoothing that tells the way of a body from its sway: steps take about half a second."""


def find_smooth_way(positions: Array, fps: float, seconds: float = _SWAY_SECONDS) -> Array:
    """Return the way (T, C) on which ``positions`` (T, C) go, without the sway of the body about it.

    Smoothed twice over, so that a way along a circle keeps its radius: of a movement that takes a second back and forth
    2 % stay in the way, of one that takes eight seconds 99.5 %; longer with ``seconds`` of a longer smoothing. The ends
    go on as the motion does there.
    """
    sigma = seconds * fps
    once = _smooth_between_mirrored_ends(positions, sigma)
    return np.asarray(2.0 * once - _smooth_between_mirrored_ends(once, sigma))


def _smooth_between_mirrored_ends(values: Array, sigma: float) -> Array:
    """Smooth ``values`` (T, C) by a Gaussian of ``sigma`` frames; beyond its ends the motion is mirrored in them."""
    count = int(np.ceil(3 * sigma))
    if len(values) < 2:
        return values
    padded = np.pad(values, ((count, count), (0, 0)), mode="reflect", reflect_type="odd")
    return gaussian_smooth(padded, sigma)[count : count + len(values)]
