# SPDX-License-Identifier: GPL-3.0-or-later
"""Long takes and chains of prompts: windows that overlap, denoised together, so that cost is linear in length.

In every step each window is asked on its own and where windows overlap their answers pass into one another, so that
what the sampler goes on with is one take (as Bar-Tal et al., "MultiDiffusion", 2023, do with pictures and Shafir et
al., "Human Motion Diffusion as a Generative Prior", 2023, with motions).
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
"""Frames of the longest window: what the network has seen."""

_SHORTEST = 24
_PIECE = 160  # frames of the pieces into which longer segments are cut, at most


@dataclass(frozen=True, eq=False)
class Window:
    """Frames ``first`` to ``first + count`` with one of the prompts; ``share`` (count,) is its say in each frame.

    ``guidance``: weight of classifier-free guidance.
    """

    first: int
    count: int
    prompt: int
    share: F32
    guidance: float = 1.0

    def moved(self, frames: int, prompts: int, guidance: float) -> Window:
        """Further along in a longer array of frames and a longer list of prompts."""
        return Window(self.first + frames, self.count, self.prompt + prompts, self.share, guidance)


def windows_over(ends: Sequence[int], overlap: int) -> list[Window]:
    """Windows over segments that end at the ascending frames ``ends``, multiples of four.

    Windows reach ``overlap`` frames (a multiple of four) into their neighbours, and further where they would be
    shorter than what the network knows.
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
    """The windows' answers (count, F) as one (total, F), each with its share."""
    out = np.zeros((total, parts[0].shape[-1]), np.float32)
    says = np.zeros((total, 1), np.float32)
    for window, part in zip(windows, parts, strict=True):
        at = slice(window.first, window.first + window.count)
        out[at] += window.share[:, None] * part
        says[at] += window.share[:, None]
    return np.asarray(out / np.maximum(says, np.float32(1e-6)))
