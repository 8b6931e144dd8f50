# SPDX-License-Identifier: GPL-3.0-or-later
"""DPM-Solver++(2M) for a network that predicts the clean motion, on the cosine schedule.

Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models", 2022, algorithm 2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

_MAX_NOISE_RATIO, _MIN_NOISE_RATIO = 150.0, 0.4
"""Ratio of noise to signal at the first level, and at the last."""


def seeded_noise(seed: int, frames: int, features: int) -> F32:
    """Return standard normal noise (frames, features); NumPy guarantees that this generator's stream never changes."""
    state = np.random.RandomState(seed % 2**32)
    return np.asarray(state.standard_normal((frames, features)).astype(np.float32))


def noise_levels(steps: int) -> list[float]:
    """Return the noise levels t of the steps, from nearly pure noise down.

    The ratio of noise to signal falls by a constant factor. A motion is smooth and its joints move together, so most
    of it is visible through strong noise: its timing is determined at noise levels that even steps in t would skip.
    """
    ratios = np.geomspace(_MAX_NOISE_RATIO, _MIN_NOISE_RATIO, steps)
    return [float(t) for t in np.arctan(ratios) * (2 / np.pi)]


def sample_motion(
    denoiser: Callable[[F32, float], F32], noise: F32, steps: int, after_step: Callable[[int], None]
) -> F32:
    """Return a clean sample.

    Parameters
    ----------
    denoiser
        ``denoiser(x, t)`` predicts the clean sample from a noisy one.
    noise : (T, features)
        The start.
    steps
        Number of calls of the denoiser.
    after_step
        ``after_step(done)`` is called after each step.
    """
    times = noise_levels(steps)
    x = noise
    previous: tuple[F32, float] | None = None
    for i, t in enumerate(times):
        alpha, sigma = np.cos(0.5 * np.pi * t), np.sin(0.5 * np.pi * t)
        prediction = denoiser(x, t)
        if i + 1 == steps:
            after_step(steps)
            return prediction
        alpha_next, sigma_next = np.cos(0.5 * np.pi * times[i + 1]), np.sin(0.5 * np.pi * times[i + 1])
        h = float(np.log(alpha_next / sigma_next) - np.log(alpha / sigma))
        direction = prediction
        if previous is not None:
            last, h_last = previous
            direction = prediction + np.float32(0.5 * h / h_last) * (prediction - last)
        previous = (prediction, h)
        x = np.float32(sigma_next / sigma) * x - np.float32(alpha_next * np.expm1(-h)) * direction
        after_step(i + 1)
    return x
