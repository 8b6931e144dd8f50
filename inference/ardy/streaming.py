# SPDX-License-Identifier: GPL-3.0-or-later
"""Continue a motion by one window: what is known of the past is the motion itself, encoded anew for each window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .config import ROOT_NUMBERS
from .denoiser import Denoiser, EmbeddedText
from .offline import decode_tokens, move_observed_root, move_tokens
from .representation import BODY, ROOT, read_heading_angle
from .sampler import SamplingOptions, WindowTask, sample_window
from .tokenizer import Tokenizer
from .window_constraints import make_window_constraints

F32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class StreamTask:
    """What the next window is generated from.

    Attributes
    ----------
    history : (N, 330), the motion so far or its end, normalised, N a multiple of four, or no frame
    text : the text of the window
    noise : (generated tokens, 20 + latent), normal noise
    start : (3,), where the motion begins if there is no history, in metres
    first_heading : heading at the beginning if there is no history, in radians
    mask : (N + horizon or more, 330), 1 where a feature is known, or None
    observed : of the same shape, the known features, normalised, or None
    """

    history: F32
    text: EmbeddedText
    noise: F32
    start: F32
    first_heading: float
    mask: F32 | None = None
    observed: F32 | None = None


def generate_next_window(
    denoiser: Denoiser, tokenizer: Tokenizer, task: StreamTask, options: SamplingOptions
) -> F32:
    """Return the normalised features (N + horizon, 330) of the history, decoded anew, and of the window after it."""
    statistics = denoiser.statistics
    history, translation, heading = encode_history(denoiser, tokenizer, task)
    constraints = None
    if task.mask is not None and task.observed is not None:
        observed = move_observed_root(task.observed, -translation, statistics.root)
        constraints = make_window_constraints(task.mask, observed, len(task.history), denoiser.config)
    new = sample_window(denoiser, WindowTask(history, task.noise, heading, task.text, constraints), options)
    tokens = np.concatenate([history, new])
    move_tokens(tokens, translation, statistics.root)
    return decode_tokens(denoiser, tokenizer, tokens, 0, options.check)


def encode_history(denoiser: Denoiser, tokenizer: Tokenizer, task: StreamTask) -> tuple[F32, F32, float]:
    """Return the history as tokens relative to its end, that position (3,), and the heading of its first frame."""
    if not len(task.history):
        empty = np.zeros((0, denoiser.config.token_numbers), np.float32)
        return empty, np.asarray(task.start, np.float32), task.first_heading
    root = denoiser.statistics.root
    roots = task.history[:, ROOT]
    tokens = np.concatenate(
        [roots.reshape(-1, ROOT_NUMBERS), tokenizer.encode(task.history[:, BODY])], axis=-1
    )
    translation = root.restore(roots[-1])[:3]
    translation[1] = 0
    move_tokens(tokens, -translation, root)
    return tokens, translation, read_heading_angle(root.restore(roots[0]))
