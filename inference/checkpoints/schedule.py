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
"""Which steps of the schedule are used.

``[50]`` or ``"50"``: that many, evenly spaced; more numbers: so many in each of equally long parts. ``"ddim50"``: with
a whole stride. ``"logsnr10"``: evenly spaced in the logarithm of the signal-to-noise ratio, for a few steps of a
second-order solver. None: all.
"""

_MAX_BETA = 0.999

LOG_SNR = "logsnr"

_MIN_HALF_LOG_SNR = -5.0
"""Half the logarithm of the signal-to-noise ratio below which a motion is all noise and needs no steps between."""


@dataclass(frozen=True, eq=False)
class Schedule:
    """A schedule of S steps; all arrays are (S,), and index 0 is the least noisy step.

    Attributes
    ----------
    timesteps : int64
        Indices in the original schedule, which the network takes.
    alpha_bar : float64
        Fraction of the clean signal's variance that is left.
    alpha_bar_prev : float64
        ``alpha_bar`` of the next less noisy step; 1 at index 0.
    x0_weight, x_weight : float64
        Weights of prediction and state in the mean of the posterior q(x[t-1] | x[t], x0).
    deviation : float64
        Standard deviation of the noise that a DDPM step adds.
    """

    timesteps: NDArray[np.int64]
    alpha_bar: F64
    alpha_bar_prev: F64
    x0_weight: F64
    x_weight: F64
    deviation: F64

    def __len__(self) -> int:
        return len(self.timesteps)


def make_betas(name: str, steps: int) -> F64:
    """Return the variances (steps,) of the noise that each step adds; ``name`` is ``"cosine"`` or ``"linear"``."""
    if name == "linear":
        return np.linspace(0.1 / steps, 20.0 / steps, steps)
    alpha_bar = [math.cos((i / steps + 0.008) / 1.008 * math.pi / 2) ** 2 for i in range(steps + 1)]
    return np.array([min(1 - after / before, _MAX_BETA) for before, after in pairwise(alpha_bar)])


def select_steps(steps: int, respacing: Respacing) -> list[int]:
    """Return the ascending indices of the steps that ``respacing`` keeps. Raises :class:`CheckpointError`."""
    if respacing is None:
        return list(range(steps))
    if isinstance(respacing, str) and respacing.startswith("ddim"):
        count = _parse_count(respacing[4:])
        for stride in range(1, steps):
            if len(range(0, steps, stride)) == count:
                return list(range(0, steps, stride))
        raise CheckpointError(
            "No whole stride makes {count} steps of {steps}: use [{count}] instead", count=count, steps=steps
        )
    parts = [
        _parse_count(part) for part in (respacing.split(",") if isinstance(respacing, str) else respacing)
    ]
    if not parts:
        raise CheckpointError("The respacing is empty: give the number of steps to keep, as [50]")
    kept: list[int] = []
    start = 0
    for i, count in enumerate(parts):
        size = steps // len(parts) + (i < steps % len(parts))
        if count > size:
            raise CheckpointError("Of {size} steps {count} can't be kept: use fewer", size=size, count=count)
        spacing = (size - 1) / (count - 1) if count > 1 else 1.0
        # summed up step by step, as in the original: a product rounds differently
        position = 0.0
        for _ in range(count):
            kept.append(start + round(position))
            position += spacing
        start += size
    return sorted(set(kept))


def _select_by_log_snr(signal: F64, count: int) -> NDArray[np.int64]:
    """Return ascending indices (count,), first and last included, even in the log of the signal-to-noise ratio.

    ``signal`` is alpha bar (S,). Raises :class:`CheckpointError`.
    """
    if not 2 <= count <= len(signal):
        raise CheckpointError(
            "Of {size} steps {count} can't be kept: use at least 2 and at most all",
            size=len(signal),
            count=count,
        )
    half_log_snr = 0.5 * np.log(signal / (1.0 - signal))
    kept: list[int] = []
    for index, target in enumerate(
        np.linspace(half_log_snr[0], max(half_log_snr[-1], _MIN_HALF_LOG_SNR), count - 1)
    ):
        lowest, highest = (kept[-1] + 1 if kept else 0), len(signal) - count + index
        kept.append(int(np.clip(np.argmin(np.abs(half_log_snr - target)), lowest, highest)))
    return np.array([*kept, len(signal) - 1], dtype=np.int64)


def _parse_count(value: object) -> int:
    try:
        count = int(str(value))
    except ValueError:
        count = 0
    if count < 1:
        raise CheckpointError(
            "{value!r} is no number of steps: give a respacing like [50] or 'ddim50'", value=value
        )
    return count


def make_schedule(
    name: str, steps: int, respacing: Respacing = None, small_variance: bool = True
) -> Schedule:
    """Return the constants of a respaced schedule. Raises :class:`CheckpointError` if the respacing is impossible.

    Parameters
    ----------
    name : str
        ``"cosine"`` or ``"linear"``.
    steps : int
        Steps of the original schedule.
    respacing : Respacing
        The steps that are used.
    small_variance : bool
        Use the posterior's variance for the noise of DDPM (``sigma_small``) instead of beta.
    """
    signal: F64 = np.cumprod(1.0 - make_betas(name, steps), dtype=np.float64)
    if isinstance(respacing, str) and respacing.startswith(LOG_SNR):
        kept = _select_by_log_snr(signal, _parse_count(respacing.removeprefix(LOG_SNR)))
    else:
        kept = np.array(select_steps(steps, respacing), dtype=np.int64)
    original = signal[kept]
    # alpha bar is rebuilt from the betas between kept steps, as in the original
    beta = 1.0 - original / np.concatenate([[1.0], original[:-1]])
    alpha_bar = np.cumprod(1.0 - beta)
    alpha_bar_prev = np.concatenate([[1.0], alpha_bar[:-1]])
    variance = beta * (1.0 - alpha_bar_prev) / (1.0 - alpha_bar)
    # the posterior of the last step has no variance: use its neighbour's, no noise is added there anyway
    last_variance = variance[1] if len(kept) > 1 else beta[0]
    chosen = variance if small_variance else beta
    return Schedule(
        timesteps=kept,
        alpha_bar=alpha_bar,
        alpha_bar_prev=alpha_bar_prev,
        x0_weight=beta * np.sqrt(alpha_bar_prev) / (1.0 - alpha_bar),
        x_weight=(1.0 - alpha_bar_prev) * np.sqrt(1.0 - beta) / (1.0 - alpha_bar),
        deviation=np.sqrt(np.concatenate([[last_variance], chosen[1:]])),
    )
