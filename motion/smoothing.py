# SPDX-License-Identifier: GPL-3.0-or-later
"""Smoothing along time."""

from __future__ import annotations

import numpy as np

from .rotations import Array


def smoothed(values: Array, sigma: float) -> Array:
    """Values (T, ...) smoothed along time by a Gaussian of ``sigma`` frames, the ends held."""
    if sigma <= 0:
        return values
    radius = max(1, int(np.ceil(3 * sigma)))
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.concatenate([np.repeat(values[:1], radius, 0), values, np.repeat(values[-1:], radius, 0)])
    out = np.zeros_like(values)
    for i, k in enumerate(kernel):
        out += k * padded[i : i + len(values)]
    return out
