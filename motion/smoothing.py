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
