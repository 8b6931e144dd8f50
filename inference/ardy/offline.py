# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate a motion of any length, window after window, and decode it at the end.

Between windows the tokens stay as they were sampled. All positions are relative to the last frame so far, because the
network has learned windows that begin near the origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .config import FRAMES_PER_TOKEN, ROOT_NUMBERS
from .denoiser import Denoiser, EmbeddedText
from .layers import CancelCheck
from .representation import FEATURES, ROOT, ROOT_FEATURES, compute_local_root, read_heading_angle
from .sampler import SamplingOptions, WindowTask, sample_window
from .statistics import Normalisation
from .tokenizer import Tokenizer
from .window_constraints import WindowConstraints, make_window_constraints

F32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class OfflinePlan:
    """What a motion is generated from.

    Attributes
    ----------
    frames : frames of the motion
    texts : a text for each window
    noise : (windows, generated tokens, 20 + latent), normal noise
    first_heading : heading of the first frame in radians
    mask : (frames, 330), 1 where a feature is known, or None
    observed : (frames, 330), the known features, normalised, or None
    visible_history : frames of the past that a window sees, a multiple of four; None: all
    visible_future : frames behind the generated ones in which a window sees constraints; None: all
    kept : tokens that are kept of each window, the others are sampled anew by the next one; None: all
    """

    frames: int
    texts: Sequence[EmbeddedText]
    noise: F32
    first_heading: float
    mask: F32 | None = None
    observed: F32 | None = None
    visible_history: int | None = None
    visible_future: int | None = None
    kept: Sequence[int] | None = None


def generate_offline(
    denoiser: Denoiser, tokenizer: Tokenizer, plan: OfflinePlan, options: SamplingOptions
) -> F32:
    """Return the normalised features (frames, 330) of a motion."""
    tokens = sample_tokens(denoiser, tokenizer, plan, options)
    return decode_in_pieces(denoiser, tokenizer, tokens, plan, options.check)


def sample_tokens(
    denoiser: Denoiser, tokenizer: Tokenizer, plan: OfflinePlan, options: SamplingOptions
) -> F32:
    """Return all tokens (T, 20 + latent), normalised, with their root in the world."""
    root = denoiser.statistics.root
    translation = np.zeros(3, np.float32)
    tokens = np.zeros((0, denoiser.config.token_numbers), np.float32)
    # what each frame is relative to: frames that no window sees any more are moved at the end, so that the cost of a
    # window does not grow with those before it
    origins = np.zeros((0, 3), np.float32)
    heading = plan.first_heading
    start = 0
    for window, text in enumerate(plan.texts):
        end = len(tokens) * FRAMES_PER_TOKEN
        constraints = _cut_constraints(denoiser, plan, start, end, translation)
        task = WindowTask(tokens[start // FRAMES_PER_TOKEN :], plan.noise[window], heading, text, constraints)
        new = sample_window(denoiser, task, options)
        # what was sampled before lies on the grid already
        kept = new[: None if plan.kept is None else plan.kept[window]].copy()
        kept[:, ROOT_NUMBERS:] = tokenizer.requantise(kept[:, ROOT_NUMBERS:])
        tokens = np.concatenate([tokens, kept])
        centre = root.restore(tokens[-1, ROOT_NUMBERS - ROOT_FEATURES : ROOT_NUMBERS])[:3] * _GROUND
        translation = translation + centre
        frames = len(tokens) * FRAMES_PER_TOKEN
        if plan.visible_history is not None:
            start = max(0, frames - plan.visible_history)
        origins = np.concatenate([origins, np.zeros((frames - end, 3), np.float32)])
        # frames leave the view with the origin that they have then
        origins[end:] = translation - centre
        move_tokens(tokens[start // FRAMES_PER_TOKEN :], -centre, root)
        origins[start:] = translation
        if plan.visible_history is not None:
            heading = read_heading_angle(root.restore(_get_roots(tokens)[start]))
    move_tokens(tokens, origins, root)
    return tokens


_GROUND = np.array([1, 0, 1], np.float32)
"""Selects x and z of a position."""


def _get_roots(tokens: F32) -> F32:
    """Return the normalised root (4 T, 5) of tokens."""
    return tokens[:, :ROOT_NUMBERS].reshape(-1, ROOT_FEATURES)


def move_tokens(tokens: F32, offset: F32, root: Normalisation) -> None:
    """Move the roots of normalised tokens by an offset (3,), or one for each frame (N, 3), in metres, in place."""
    tokens[:, :ROOT_NUMBERS] = move_roots(_get_roots(tokens), offset, root).reshape(-1, ROOT_NUMBERS)


def move_roots(roots: F32, offset: F32, root: Normalisation) -> F32:
    """Return normalised roots (N, 5) moved by an offset (3,), or one for each (N, 3), in metres.

    By way of metres, where the models' own code rounds: far from the origin velocities are differences of large
    numbers, and another rounding would show.
    """
    metres = root.restore(roots)
    metres[:, :3] += offset
    return root.normalise(metres)


def move_observed_root(observed: F32, offset: F32, root: Normalisation) -> F32:
    """Return normalised features (N, 330) with their root moved by an offset (3,) in metres."""
    moved = observed.copy()
    moved[:, ROOT] = move_roots(moved[:, ROOT], offset, root)
    return moved


def _cut_constraints(
    denoiser: Denoiser, plan: OfflinePlan, start: int, end: int, translation: F32
) -> WindowConstraints | None:
    """Return the constraints that a window sees.

    Parameters
    ----------
    denoiser : the network
    plan : the whole motion
    start, end : first frame of the window's history, and of what it generates
    translation : (3,), what the roots are relative to, in metres
    """
    if plan.mask is None or plan.observed is None:
        return None
    config = denoiser.config
    window_end = end + config.horizon
    last = max(window_end, -(-plan.frames // FRAMES_PER_TOKEN) * FRAMES_PER_TOKEN)
    if plan.visible_future is not None:
        last = min(last, window_end + plan.visible_future)
    mask, observed = (np.zeros((last - start, FEATURES), np.float32) for _ in range(2))
    known = slice(start, min(last, plan.frames))
    mask[: known.stop - start] = plan.mask[known]
    observed[: known.stop - start] = plan.observed[known]
    observed = move_observed_root(observed, -translation, denoiser.statistics.root)
    return make_window_constraints(mask, observed, end - start, config)


def decode_in_pieces(
    denoiser: Denoiser, tokenizer: Tokenizer, tokens: F32, plan: OfflinePlan, check: CancelCheck
) -> F32:
    """Return the normalised features (frames, 330) of tokens.

    With a limited history, each piece of a window's length is decoded after at most that many frames before it.

    Parameters
    ----------
    denoiser : for its settings and statistics
    tokenizer : the decoder
    tokens : (T, 20 + latent), normalised, with their root in the world
    plan : what they were sampled from
    check : called between layers
    """
    needed = -(-plan.frames // FRAMES_PER_TOKEN)
    tokens = tokens[:needed]
    if plan.visible_history is None:
        pieces = [(0, 0, needed)]
    else:
        size, before = denoiser.config.horizon_tokens, plan.visible_history // FRAMES_PER_TOKEN
        pieces = [(max(0, a - before), a, min(a + size, needed)) for a in range(0, needed, size)]
    features = [
        decode_tokens(denoiser, tokenizer, tokens[start:stop], first - start, check)
        for start, first, stop in pieces
    ]
    return np.concatenate(features)[: plan.frames]


def decode_tokens(
    denoiser: Denoiser, tokenizer: Tokenizer, tokens: F32, first_token: int, check: CancelCheck
) -> F32:
    """Return the normalised features (4 (T - first_token), 330) of tokens.

    Parameters
    ----------
    denoiser : for its settings and statistics
    tokenizer : the decoder
    tokens : (T, 20 + latent), normalised
    first_token : the tokens before it are only seen by those that are decoded
    check : called between layers
    """
    roots = _get_roots(tokens)
    statistics = denoiser.statistics
    local = compute_local_root(statistics.root.restore(roots), denoiser.config.fps)
    body = tokenizer.decode(
        tokens[:, ROOT_NUMBERS:], statistics.local_root.normalise(local), first_token, check
    )
    return np.concatenate([roots[first_token * FRAMES_PER_TOKEN :, ROOT], body], axis=-1)
