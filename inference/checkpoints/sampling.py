# SPDX-License-Identifier: GPL-3.0-or-later
"""Samplers for a network that predicts the clean motion.

DDPM (Ho et al., 2020), DDIM (Song et al., 2021) and DPM-Solver++ (2M) (Lu et al., "DPM-Solver++", 2022), which needs
ten steps where the others need fifty.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch

from .schedule import Schedule

Denoiser = Callable[[torch.Tensor, int], torch.Tensor]
"""From state x[t] and the index t in the schedule to the predicted clean motion x0."""

StepNoise = Callable[[int], torch.Tensor]
"""From the number of a denoising step, from 0, to its noise."""


def _round_to_float32(value: float) -> float:
    """Round a constant to float32, as the original does."""
    return float(np.float32(value))


def sample_ddpm(predict: Denoiser, x: torch.Tensor, schedule: Schedule, noise: StepNoise) -> torch.Tensor:
    """Sample with DDPM: the mean of the posterior q(x[t-1] | x[t], x0), and noise in every step but the last.

    Parameters
    ----------
    predict : Denoiser
        The denoiser.
    x : (B, features, 1, T)
        The noisiest state.
    schedule : Schedule
        Its constants.
    noise : StepNoise
        Standard normal noise of each step.
    """
    last = len(schedule) - 1
    for done, i in enumerate(range(last, -1, -1)):
        x0 = predict(x, i)
        x = torch.add(
            _round_to_float32(schedule.x0_weight[i]) * x0, x, alpha=_round_to_float32(schedule.x_weight[i])
        )
        if i:
            x = x.add_(noise(done), alpha=_round_to_float32(schedule.deviation[i]))
    return x


def sample_ddim(
    predict: Denoiser, x: torch.Tensor, schedule: Schedule, eta: float, noise: StepNoise
) -> torch.Tensor:
    """Sample with DDIM.

    Parameters
    ----------
    predict, x, schedule
        As :func:`sample_ddpm` takes them.
    eta : float
        0 adds no noise, 1 as much as DDPM.
    noise
        As :func:`sample_ddpm` takes it.
    """
    last = len(schedule) - 1
    for done, i in enumerate(range(last, -1, -1)):
        x0 = predict(x, i)
        alpha_bar = schedule.alpha_bar[i]
        epsilon = (_round_to_float32(math.sqrt(1 / alpha_bar)) * x - x0) / _round_to_float32(
            math.sqrt(1 / alpha_bar - 1)
        )
        # float32 from here on, as in the original: it makes a difference where alpha bar is close to 1
        alpha_bar_now, alpha_bar_prev = np.float32(alpha_bar), np.float32(schedule.alpha_bar_prev[i])
        one = np.float32(1)
        sigma = (
            np.float32(eta)
            * np.sqrt((one - alpha_bar_prev) / (one - alpha_bar_now))
            * np.sqrt(one - alpha_bar_now / alpha_bar_prev)
        )
        epsilon_weight = np.sqrt(np.maximum(one - alpha_bar_prev - sigma**2, np.float32(0)))
        x = x0 * float(np.sqrt(alpha_bar_prev)) + float(epsilon_weight) * epsilon
        if i and eta:
            x = x + float(sigma) * noise(done)
    return x


def sample_dpm_solver(predict: Denoiser, x: torch.Tensor, schedule: Schedule) -> torch.Tensor:
    """Sample with DPM-Solver++ (2M): deterministic, second order from the second step on; ends with a prediction."""
    alpha, sigma = np.sqrt(schedule.alpha_bar), np.sqrt(1.0 - schedule.alpha_bar)
    half_log_snr = np.log(alpha) - np.log(sigma)
    previous: torch.Tensor | None = None
    previous_step = 0.0
    for i in range(len(schedule) - 1, 0, -1):
        x0 = predict(x, i)
        step = float(half_log_snr[i - 1] - half_log_snr[i])
        estimate = x0
        if previous is not None:
            extrapolation = 0.5 * step / previous_step
            estimate = (1 + extrapolation) * x0 - extrapolation * previous
        x = float(sigma[i - 1] / sigma[i]) * x - float(alpha[i - 1] * math.expm1(-step)) * estimate
        previous, previous_step = x0, step
    return predict(x, 0)
