# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways from noise to a motion, for a network that predicts the clean motion.

DDPM (Ho et al., 2020), DDIM (Song et al., 2021) and DPM-Solver++ (2M) (Lu et al., "DPM-Solver++", 2022), which needs
ten steps where the others need fifty.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch

from .schedule import Schedule

Predict = Callable[[torch.Tensor, int], torch.Tensor]
"""State x[t] and the index in the schedule to the clean motion."""

Noise = Callable[[int], torch.Tensor]
"""Number of the denoising step, from 0, to its noise."""


def _single(value: float) -> float:
    """A constant as float32 rounds it: the original computes with constants of that size."""
    return float(np.float32(value))


def ddpm(predict: Predict, x: torch.Tensor, schedule: Schedule, noise: Noise) -> torch.Tensor:
    """Ancestral sampling: the posterior's mean, and noise in every step but the last."""
    last = len(schedule) - 1
    for done, i in enumerate(range(last, -1, -1)):
        x0 = predict(x, i)
        x = torch.add(_single(schedule.x0_share[i]) * x0, x, alpha=_single(schedule.x_share[i]))
        if i:
            x = x.add_(noise(done), alpha=_single(schedule.deviation[i]))
    return x


def ddim(predict: Predict, x: torch.Tensor, schedule: Schedule, eta: float, noise: Noise) -> torch.Tensor:
    """Implicit sampling; ``eta`` 0 adds no noise, 1 as much as DDPM."""
    last = len(schedule) - 1
    for done, i in enumerate(range(last, -1, -1)):
        x0 = predict(x, i)
        share = schedule.alpha_bar[i]
        epsilon = (_single(math.sqrt(1 / share)) * x - x0) / _single(math.sqrt(1 / share - 1))
        # float32 from here on, as the original: near alpha bar 1 it matters
        now, before = np.float32(share), np.float32(schedule.alpha_bar_prev[i])
        one = np.float32(1)
        sigma = np.float32(eta) * np.sqrt((one - before) / (one - now)) * np.sqrt(one - now / before)
        left = np.sqrt(np.maximum(one - before - sigma**2, np.float32(0)))
        x = x0 * float(np.sqrt(before)) + float(left) * epsilon
        if i and eta:
            x = x + float(sigma) * noise(done)
    return x


def dpm_solver(predict: Predict, x: torch.Tensor, schedule: Schedule) -> torch.Tensor:
    """DPM-Solver++ (2M), deterministic: second order from the second step on, and the prediction itself at the end."""
    alpha, sigma = np.sqrt(schedule.alpha_bar), np.sqrt(1.0 - schedule.alpha_bar)
    half_log_snr = np.log(alpha) - np.log(sigma)
    before: torch.Tensor | None = None
    step_before = 0.0
    for i in range(len(schedule) - 1, 0, -1):
        x0 = predict(x, i)
        step = float(half_log_snr[i - 1] - half_log_snr[i])
        guess = x0
        if before is not None:
            extra = 0.5 * step / step_before
            guess = (1 + extra) * x0 - extra * before
        x = float(sigma[i - 1] / sigma[i]) * x - float(alpha[i - 1] * math.expm1(-step)) * guess
        before, step_before = x0, step
    return predict(x, 0)
