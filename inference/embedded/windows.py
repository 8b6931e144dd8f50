# SPDX-License-Identifier: GPL-3.0-or-later
"""Long clips and chains of prompts: overlapping windows that are denoised together, at a cost linear in length.

In every step the network predicts each window by itself; overlapping predictions are blended, so that the sampler
goes on with one clip (as Bar-Tal et al., "MultiDiffusion", 2023, do with images and Shafir et al., "Human Motion
Diffusion as a Generative Prior", 2023, with motions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .network import STRIDE

F32 = NDArray[np.float32]

LONGEST = 200
"""Frames of the longest window, as in training."""

_SHORTEST = 24
_PIECE = 160  # largest pieces into which longer segments are cut, in frames


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

    first: int
    count: int
    prompt: int
    share: F32
    guidance: float = 1.0

    def moved(self, frames: int, prompts: int, guidance: float) -> Window:
        """Return the window for a longer array of frames and a longer list of prompts, with another guidance."""
        return Window(self.first + frames, self.count, self.prompt + prompts, self.share, guidance)


def windows_over(ends: Sequence[int], overlap: int) -> list[Window]:
    """Return windows over segments that end at the ascending frames ``segment_ends``, multiples of four.

    Windows overlap their neighbours by ``overlap`` frames (a multiple of four), and by more if they would be shorter
    than the network has learned.
    """
    total = ends[-1]
    spans: list[tuple[int, int, int]] = []
    start = 0
    for prompt, end in enumerate(ends):
        length = end - start
        pieces = 1 if length <= LONGEST else -(-length // _PIECE)
        cuts = [start + STRIDE * round(length * k / pieces / STRIDE) for k in range(pieces + 1)]
        spans += [(a, b, prompt) for a, b in pairwise(cuts) if b > a]
        start = end
    windows = []
    for a, b, prompt in spans:
        first, last = max(0, a - overlap), min(total, b + overlap)
        if last - first < _SHORTEST:
            first = max(0, min(first, last - _SHORTEST))
            last = min(total, max(last, first + _SHORTEST))
        time = np.arange(first, last) + 0.5
        share = np.ones(last - first)
        if a > 0:
            share = np.minimum(share, np.clip((time - (a - overlap)) / (2 * overlap), 0.0, 1.0))
        if b < total:
            share = np.minimum(share, np.clip((b + overlap - time) / (2 * overlap), 0.0, 1.0))
        windows.append(Window(first, last - first, prompt, share.astype(np.float32)))
    return windows


def joined(windows: Sequence[Window], parts: Sequence[F32], total: int) -> F32:
    """Blend the windows' predictions (count, F) into one array (total, F) by their weights."""
    out = np.zeros((total, parts[0].shape[-1]), np.float32)
    says = np.zeros((total, 1), np.float32)
    for window, part in zip(windows, parts, strict=True):
        at = slice(window.first, window.first + window.count)
        out[at] += window.share[:, None] * part
        says[at] += window.share[:, None]
    return np.asarray(out / np.maximum(says, np.float32(1e-6)))
