# SPDX-License-Identifier: GPL-3.0-or-later
"""The constraints of one window as inputs of the denoiser."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .config import FRAMES_PER_TOKEN, ROOT_NUMBERS, ArdyConfig
from .representation import BODY, FEATURES, ROOT

F32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class WindowConstraints:
    """Known features of a window's generated frames and of later ones.

    Attributes
    ----------
    root_mask : (generated, 20) bool
        Which numbers of the root are known in the generated tokens.
    root : (generated, 20)
        These numbers, normalised.
    generated_body : (generated, 4 * 325 + 4 * 330)
        Known body features (normalised, 0 where unknown) and the mask of all features.
    future : (n, 20 + 4 * 325 + 4 * 330)
        The same for later tokens that hold a constraint, with their root first.
    future_positions : (n,) int
        Their positions, counted from the first generated token.
    """

    root_mask: NDArray[np.bool_]
    root: F32
    generated_body: F32
    future: F32
    future_positions: NDArray[np.int64]

    def impute_root(self, root: F32) -> F32:
        """Return the root (generated, 20) with the known numbers in place of those that are given."""
        return np.where(self.root_mask, self.root, root)


def make_window_constraints(
    mask: F32, observed: F32, history_frames: int, config: ArdyConfig, future_root: F32 | None = None
) -> WindowConstraints | None:
    """Return the constraints of a window; None if it has none after its history.

    Parameters
    ----------
    mask : (N, 330)
        1 where a feature is known, else 0; N is a multiple of four.
    observed : (N, 330)
        The known features, normalised; other numbers are ignored.
    history_frames : int
        Frames of the window that were generated before; they have no constraints.
    config : ArdyConfig
        Sizes of the model.
    future_root : (tokens behind the generated ones, 20)
        Root where it is not known; None: zeros.
    """
    known = mask[history_frames:] > 0.5
    if not known.any():
        return None
    features = np.where(known, observed[history_frames:], np.float32(0)).astype(np.float32)
    tokens = len(known) // FRAMES_PER_TOKEN
    known_frames = known.reshape(tokens, FRAMES_PER_TOKEN, FEATURES)
    frames = features.reshape(tokens, FRAMES_PER_TOKEN, FEATURES)
    root = frames[:, :, ROOT].reshape(tokens, ROOT_NUMBERS)
    root_mask = known_frames[:, :, ROOT].reshape(tokens, ROOT_NUMBERS)
    body = np.concatenate(
        [frames[:, :, BODY].reshape(tokens, -1), known_frames.reshape(tokens, -1)], axis=-1, dtype=np.float32
    )
    generated = config.horizon_tokens
    later = root[generated:]
    if future_root is not None:
        later = np.where(root_mask[generated:], later, future_root)
    held = known_frames[generated:].any(axis=(1, 2))
    return WindowConstraints(
        root_mask[:generated],
        root[:generated],
        np.ascontiguousarray(body[:generated]),
        np.concatenate([later, body[generated:]], axis=-1)[held],
        generated + np.flatnonzero(held),
    )
