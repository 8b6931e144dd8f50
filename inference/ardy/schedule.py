# SPDX-License-Identifier: GPL-3.0-or-later
"""The noise levels of the sampler: a cosine schedule, of whose steps some are used. ARDY's has ten."""

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


def compute_base_levels(base_steps: int = BASE_STEPS) -> NDArray[np.float32]:
    """Return the share of the clean sample's variance in each step of the schedule, the cleanest first.

    Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", ICML 2021.
    """
    position = np.arange(base_steps + 1) / base_steps
    share = np.cos((position + 0.008) / 1.008 * np.pi / 2) ** 2
    betas = np.minimum(1 - share[1:] / share[:-1], _MAX_BETA).astype(np.float32)
    return np.asarray(np.cumprod(1 - betas, dtype=np.float32))


def make_schedule(steps: int, base_steps: int = BASE_STEPS) -> list[SamplingStep]:
    """Return the steps of a sampler in the order in which they are taken.

    Raises :class:`RequestError` unless there are at least one and at most ``base_steps``.
    """
    if not 1 <= steps <= base_steps:
        raise RequestError("The model takes 1 to {limit} steps, not {steps}", limit=base_steps, steps=steps)
    base = compute_base_levels(base_steps)
    last, one = base_steps - 1, np.float32(1)
    # in the precision of the models' own sampler, which decides what lies half-way
    kept = np.minimum(
        np.rint(np.arange(steps, dtype=np.float32) * np.float32(last / max(1, steps - 1))), last
    )
    indices = kept.astype(int).tolist()
    levels, level = [], one
    for before, index in zip([None, *indices[:-1]], indices, strict=True):
        ratio = base[index] if before is None else base[index] / base[before]
        # by way of the noise that a step adds, because the model's own sampler rounds there
        level = np.float32(max(level * (one - (one - ratio)), _MIN_LEVEL))
        levels.append(level)
    cleaner = [one, *levels[:-1]]
    found = [SamplingStep(t, a, b) for t, a, b in zip(indices, levels, cleaner, strict=True)]
    return found[::-1]
