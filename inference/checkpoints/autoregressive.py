# SPDX-License-Identifier: GPL-3.0-or-later
"""Autoregressive sampling with a prefix completion model (DiP): each window continues the previous one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...motion.errors import CheckpointError
from .checkpoint import F32, Checkpoint

WindowArguments = Callable[[int], dict[str, Any]]
"""From the index of a window to the arguments of ``Checkpoint.sample`` other than the prefix: noise, text, guidance."""


def sample_windows(
    checkpoint: Checkpoint, prefix: ArrayLike, window_arguments: WindowArguments
) -> Iterator[F32]:
    """Yield windows (B, features, 1, pred_len), one after another, without end.

    ``prefix`` (B, features, 1, context) holds the normalised frames before the first window. Raises
    :class:`CheckpointError` if the model cannot continue motions.
    """
    settings = checkpoint.settings
    if not settings.context_len:
        raise CheckpointError(
            "This checkpoint cannot continue a motion: choose a prefix completion model (DiP)"
        )
    context = np.asarray(prefix, dtype=np.float32)
    index = 0
    while True:
        window = checkpoint.sample(prefix=context, **window_arguments(index))
        yield window
        # if windows are shorter than the context, it also holds frames before the last window
        context = np.concatenate([context, window], axis=-1)[..., -settings.context_len :]
        index += 1
