# SPDX-License-Identifier: GPL-3.0-or-later
"""The noise levels of the sampler: a cosine schedule of ten steps, of which fewer can be used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import RequestError

BASE_STEPS = 10
_MAX_BETA = 0.999
_MIN_LEVEL = np.float32(1e-9)


@dataclass(frozen=True)
class SamplingStep:
    """One step from a noisier to a cleaner sample.

    Attributes
    ----------
    timestep : index in the base schedule
    level, next_level : share of the clean sample's variance before and after the step
    """

    timestep: int
    level: np.float32
    next_level: np.float32


def compute_base_levels() -> NDArray[np.float32]:
    """Return the share of the clean sample's variance in each of the ten steps, the cleanest first.

    Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", ICML 2021.
    """
    position = np.arange(BASE_STEPS + 1) / BASE_STEPS
    share = np.cos((position + 0.008) / 1.008 * np.pi / 2) ** 2
    betas = np.minimum(1 - share[1:] / share[:-1], _MAX_BETA).astype(np.float32)
    return np.asarray(np.cumprod(1 - betas, dtype=np.float32))


def make_schedule(steps: int) -> list[SamplingStep]:
    """Return the steps of a sampler in the order in which they are taken.

    Raises :class:`RequestError` unless there are 1 to 10 steps.
    """
    if not 1 <= steps <= BASE_STEPS:
        raise RequestError("ARDY takes 1 to {limit} steps, not {steps}", limit=BASE_STEPS, steps=steps)
    base = compute_base_levels()
    last, one = BASE_STEPS - 1, np.float32(1)
    kept = [min(round(k * last / max(1, steps - 1)), last) for k in range(steps)]
    levels, level = [], one
    for before, index in zip([None, *kept[:-1]], kept, strict=True):
        ratio = base[index] if before is None else base[index] / base[before]
        # by way of the noise that a step adds, because the model's own sampler rounds there
        level = np.float32(max(level * (one - (one - ratio)), _MIN_LEVEL))
        levels.append(level)
    cleaner = [one, *levels[:-1]]
    found = [SamplingStep(t, a, b) for t, a, b in zip(kept, levels, cleaner, strict=True)]
    return found[::-1]
