# SPDX-License-Identifier: GPL-3.0-or-later
"""Sample the tokens of one window from noise.

DDIM without noise between the steps (Song et al., "Denoising Diffusion Implicit Models", ICLR 2021), with guidance
(Ho and Salimans, "Classifier-Free Diffusion Guidance", 2022) that has one weight for the text and one for constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .denoiser import Denoiser, EmbeddedText, Pass, WindowDenoiser
from .layers import CancelCheck, never_cancel
from .schedule import SamplingStep, make_schedule
from .window_constraints import WindowConstraints

F32 = NDArray[np.float32]

StepDone = Callable[[], None]


def ignore_step() -> None:
    """Do nothing: for callers that don't show progress."""


@dataclass(frozen=True)
class SamplingOptions:
    """How windows are sampled.

    Attributes
    ----------
    steps : number of steps, 1 to 10
    text_weight, constraint_weight : weights of guidance
    check : called between layers; raises to cancel
    step_done : called after each step
    """

    steps: int
    text_weight: float
    constraint_weight: float
    check: CancelCheck = never_cancel
    step_done: StepDone = ignore_step


@dataclass(frozen=True, eq=False)
class WindowTask:
    """What a window is sampled from.

    Attributes
    ----------
    history : (h, 20 + latent), normalised tokens before it
    noise : (generated, 20 + latent), normal noise
    first_heading : heading of the first frame of the history, or of the window if it has none, in radians
    text : the text of the window
    constraints : constraints of the window, or None
    """

    history: F32
    noise: F32
    first_heading: float
    text: EmbeddedText
    constraints: WindowConstraints | None = None


def sample_window(denoiser: Denoiser, task: WindowTask, options: SamplingOptions) -> F32:
    """Return the generated tokens (generated, 20 + latent) of a window."""
    window = WindowDenoiser(denoiser, task.history, task.first_heading, task.constraints)
    nothing = Pass(denoiser.no_text)
    # a pass that would equal the one without text and constraints is left out
    passes: list[Pass] = [nothing]
    weights: list[float] = []
    for one, weight, is_needed in (
        (Pass(task.text), options.text_weight, not task.text.is_empty),
        (Pass(denoiser.no_text, True), options.constraint_weight, task.constraints is not None),
    ):
        if is_needed and weight:
            passes.append(one)
            weights.append(weight)
    tokens = task.noise
    for step in make_schedule(options.steps):
        clean = mix_passes(window.predict(tokens, step.timestep, passes, options.check), weights)
        tokens = take_step(tokens, clean, step)
        options.step_done()
    return np.asarray(tokens, np.float32)


def take_step(tokens: F32, clean: F32, step: SamplingStep) -> F32:
    """Return the tokens of the next noise level, from those of a level and what is predicted to be in them.

    Every product is rounded as in the models' own sampler: near the end of sampling, the noise is a small difference
    that is divided by a small number.
    """
    one = np.float32(1)
    noise = (one / np.sqrt(step.level) * tokens - clean) / (one / np.sqrt(step.level / (one - step.level)))
    return np.asarray(clean * np.sqrt(step.next_level) + np.sqrt(one - step.next_level) * noise)


def mix_passes(predictions: F32, weights: Sequence[float]) -> F32:
    """Return the first of the predictions (passes, ...), and of the others the difference from it times its weight."""
    unconditioned: F32 = predictions[0]
    mixed = unconditioned
    for prediction, weight in zip(predictions[1:], weights, strict=True):
        mixed = mixed + np.float32(weight) * (prediction - unconditioned)
    return np.asarray(mixed)
