# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions without an end, from a model that continues one: each window begins where the last one stopped (DiP)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...motion.errors import CheckpointError
from .checkpoint import F32, Checkpoint

Ask = Callable[[int], dict[str, Any]]
"""Number of the window, from 0, to what ``Checkpoint.sample`` is asked beside the prefix: noise, text, guidance."""


def windows(checkpoint: Checkpoint, prefix: ArrayLike, ask: Ask) -> Iterator[F32]:
    """Windows (B, features, 1, pred_len), one after another, as long as anybody takes them.

    ``prefix`` (B, features, 1, context) is what came before. Raises :class:`CheckpointError` where the model cannot
    continue motions.
    """
    settings = checkpoint.settings
    if not settings.context_len:
        raise CheckpointError(
            "This checkpoint cannot continue a motion: choose a prefix completion model (DiP)"
        )
    before = np.asarray(prefix, dtype=np.float32)
    number = 0
    while True:
        found = checkpoint.sample(prefix=before, **ask(number))
        yield found
        # windows shorter than the context keep some of what was before them
        before = np.concatenate([before, found], axis=-1)[..., -settings.context_len :]
        number += 1
