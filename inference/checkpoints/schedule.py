# SPDX-License-Identifier: GPL-3.0-or-later
"""Noise schedules, respacing, and the constants of a step, in float64 NumPy.

Ho et al., "Denoising Diffusion Probabilistic Models", 2020; Nichol and Dhariwal, "Improved Denoising Diffusion
Probabilistic Models", 2021 (cosine schedule, respacing); Song et al., "Denoising Diffusion Implicit Models", 2021.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import CheckpointError

F64 = NDArray[np.float64]

Respacing = Sequence[int] | str | None
"""Steps to keep in each of equally long parts of the schedule (``[50]``), the same as text (``"50"``), ``"ddim50"``
for a whole stride, or ``"logsnr10"`` for steps that change the signal-to-noise ratio by equal factors, which few steps
of a solver of second order need; None keeps all."""

_LARGEST_BETA = 0.999

LOG_SNR = "logsnr"

_LOUDEST = -5.0
"""Half the logarithm of the signal-to-noise ratio below which nothing of a motion is left: not worth even steps."""


@dataclass(frozen=True, eq=False)
class Schedule:
    """A schedule of ``S`` steps, all arrays (S,) in the order of the schedule: index 0 is the cleanest.

    ``timesteps``: the indices in the original schedule, which the network is told.
    ``alpha_bar``: what is left of the clean signal's variance; ``alpha_bar_prev`` one step cleaner (1 at index 0).
    ``x0_share`` and ``x_share``: weights of prediction and state in the mean of the posterior q(x[t-1] | x[t], x0).
    ``deviation``: standard deviation of the noise that a DDPM step adds.
    """

    timesteps: NDArray[np.int64]
    alpha_bar: F64
    alpha_bar_prev: F64
    x0_share: F64
    x_share: F64
    deviation: F64

    def __len__(self) -> int:
        return len(self.timesteps)


def betas(name: str, steps: int) -> F64:
    """Variances (steps,) of the noise that each step of a named schedule adds: ``"cosine"`` or ``"linear"``."""
    if name == "linear":
        return np.linspace(0.1 / steps, 20.0 / steps, steps)
    level = [math.cos((i / steps + 0.008) / 1.008 * math.pi / 2) ** 2 for i in range(steps + 1)]
    return np.array([min(1 - after / before, _LARGEST_BETA) for before, after in pairwise(level)])


def kept_steps(steps: int, respacing: Respacing) -> list[int]:
    """Ascending indices of the steps that ``respacing`` keeps of ``steps``. Raises :class:`CheckpointError`."""
    if respacing is None:
        return list(range(steps))
    if isinstance(respacing, str) and respacing.startswith("ddim"):
        count = _count(respacing[4:])
        for stride in range(1, steps):
            if len(range(0, steps, stride)) == count:
                return list(range(0, steps, stride))
        raise CheckpointError(f"No whole stride makes {count} steps of {steps}: ask for [{count}] instead")
    parts = [_count(part) for part in (respacing.split(",") if isinstance(respacing, str) else respacing)]
    if not parts:
        raise CheckpointError("The respacing is empty: give the number of steps to keep, as [50]")
    kept: list[int] = []
    start = 0
    for i, count in enumerate(parts):
        size = steps // len(parts) + (i < steps % len(parts))
        if count > size:
            raise CheckpointError(f"Of {size} steps {count} can't be kept: ask for fewer")
        gap = (size - 1) / (count - 1) if count > 1 else 1.0
        # added up step by step, as the original does: a product rounds differently
        at = 0.0
        for _ in range(count):
            kept.append(start + round(at))
            at += gap
        start += size
    return sorted(set(kept))


def _even_in_log_snr(signal: F64, count: int) -> NDArray[np.int64]:
    """Ascending indices (count,) of a schedule with ``signal`` left, from its first step to its last."""
    if not 2 <= count <= len(signal):
        raise CheckpointError(f"Of {len(signal)} steps {count} can't be kept: ask for 2 or more of them")
    ratio = 0.5 * np.log(signal / (1.0 - signal))
    kept: list[int] = []
    for number, wanted in enumerate(np.linspace(ratio[0], max(ratio[-1], _LOUDEST), count - 1)):
        least, most = (kept[-1] + 1 if kept else 0), len(signal) - count + number
        kept.append(int(np.clip(np.argmin(np.abs(ratio - wanted)), least, most)))
    return np.array([*kept, len(signal) - 1], dtype=np.int64)


def _count(value: object) -> int:
    try:
        count = int(str(value))
    except ValueError:
        count = 0
    if count < 1:
        raise CheckpointError(f"{value!r} is no number of steps: give a respacing as [50] or 'ddim50'")
    return count


def schedule(name: str, steps: int, respacing: Respacing = None, small_variance: bool = True) -> Schedule:
    """The named schedule of ``steps``, respaced. Raises :class:`CheckpointError` on an impossible respacing."""
    signal: F64 = np.cumprod(1.0 - betas(name, steps), dtype=np.float64)
    if isinstance(respacing, str) and respacing.startswith(LOG_SNR):
        kept = _even_in_log_snr(signal, _count(respacing.removeprefix(LOG_SNR)))
    else:
        kept = np.array(kept_steps(steps, respacing), dtype=np.int64)
    original = signal[kept]
    # alpha bar is rebuilt from the betas between kept steps, as the original does
    beta = 1.0 - original / np.concatenate([[1.0], original[:-1]])
    alpha_bar = np.cumprod(1.0 - beta)
    before = np.concatenate([[1.0], alpha_bar[:-1]])
    variance = beta * (1.0 - before) / (1.0 - alpha_bar)
    # the posterior of the cleanest step has no variance; its neighbour's stands in, and no noise is added there anyway
    cleanest = variance[1] if len(kept) > 1 else beta[0]
    chosen = variance if small_variance else beta
    return Schedule(
        timesteps=kept,
        alpha_bar=alpha_bar,
        alpha_bar_prev=before,
        x0_share=beta * np.sqrt(before) / (1.0 - alpha_bar),
        x_share=(1.0 - before) * np.sqrt(1.0 - beta) / (1.0 - alpha_bar),
        deviation=np.sqrt(np.concatenate([[cleanest], chosen[1:]])),
    )
