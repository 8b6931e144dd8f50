# SPDX-License-Identifier: GPL-3.0-or-later
"""Long clips and chains of prompts: overlapping windows that are denoised together, at a cost linear in length.

In every step the network predicts each window by itself; overlapping predictions are blended, so that the sampler
continues with one clip (as Bar-Tal et al., "MultiDiffusion", 2023, do with images and Shafir et al., "Human Motion
Diffusion as a Generative Prior", 2023, with motions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .network import PATCH_FRAMES

F32 = NDArray[np.float32]

MAX_WINDOW_FRAMES = 200
"""Frames of the longest window, as in training."""

_MIN_WINDOW_FRAMES = 24
_MAX_PIECE_FRAMES = 160  # largest pieces into which longer segments are cut, in frames


@dataclass(frozen=True, eq=False)
class Window:
    """Consecutive frames with one prompt.

    Attributes
    ----------
    first_frame, frame_count
        The frames of the window.
    prompt_index
        Index of the prompt.
    weight : (frame_count,)
        Blending weight in each frame.
    guidance
        Weight of classifier-free guidance.
    """

    first_frame: int
    frame_count: int
    prompt_index: int
    weight: F32
    guidance: float = 1.0

    def with_offsets(self, frame_offset: int, prompt_offset: int, guidance: float) -> Window:
        """Return the window for a longer array of frames and a longer list of prompts, with another guidance."""
        return Window(
            self.first_frame + frame_offset,
            self.frame_count,
            self.prompt_index + prompt_offset,
            self.weight,
            guidance,
        )


def split_into_windows(segment_ends: Sequence[int], overlap: int) -> list[Window]:
    """Return windows over segments that end at the ascending frames ``segment_ends``, multiples of four.

    Windows overlap their neighbours by ``overlap`` frames (a multiple of four), and by more if they would be shorter
    than the network has learned.
    """
    total = segment_ends[-1]
    spans: list[tuple[int, int, int]] = []
    start = 0
    for prompt, end in enumerate(segment_ends):
        length = end - start
        pieces = 1 if length <= MAX_WINDOW_FRAMES else -(-length // _MAX_PIECE_FRAMES)
        cuts = [start + PATCH_FRAMES * round(length * k / pieces / PATCH_FRAMES) for k in range(pieces + 1)]
        spans += [(a, b, prompt) for a, b in pairwise(cuts) if b > a]
        start = end
    windows = []
    for a, b, prompt in spans:
        first, last = max(0, a - overlap), min(total, b + overlap)
        if last - first < _MIN_WINDOW_FRAMES:
            first = max(0, min(first, last - _MIN_WINDOW_FRAMES))
            last = min(total, max(last, first + _MIN_WINDOW_FRAMES))
        time = np.arange(first, last) + 0.5
        weight = np.ones(last - first)
        if a > 0:
            weight = np.minimum(weight, np.clip((time - (a - overlap)) / (2 * overlap), 0.0, 1.0))
        if b < total:
            weight = np.minimum(weight, np.clip((b + overlap - time) / (2 * overlap), 0.0, 1.0))
        windows.append(Window(first, last - first, prompt, weight.astype(np.float32)))
    return windows


def blend_windows(windows: Sequence[Window], predictions: Sequence[F32], total: int) -> F32:
    """Blend the windows' predictions (count, F) into one array (total, F) by their weights."""
    blended = np.zeros((total, predictions[0].shape[-1]), np.float32)
    total_weight = np.zeros((total, 1), np.float32)
    for window, part in zip(windows, predictions, strict=True):
        frames = slice(window.first_frame, window.first_frame + window.frame_count)
        blended[frames] += window.weight[:, None] * part
        total_weight[frames] += window.weight[:, None]
    return np.asarray(blended / np.maximum(total_weight, np.float32(1e-6)))
