# SPDX-License-Identifier: GPL-3.0-or-later
"""Encode sentences so that a generation can be cancelled meanwhile, however long the encoder takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...jobs import ThreadJob
from ..layers import F32

if TYPE_CHECKING:
    from ..backend import TextEncoder

_POLL_SECONDS = 0.01


def encode_sentences(encoder: TextEncoder, sentences: Sequence[str], check: Callable[[], None]) -> F32:
    """Return the vector (sentences, width) of each sentence; raises what the encoder raises.

    Parameters
    ----------
    encoder : computes the vectors, in another thread, which is left to itself if the generation is cancelled
    sentences : the sentences
    check : called often; raises to cancel
    """
    job: ThreadJob[F32] = ThreadJob(lambda _progress, _cancelled: encoder.encode(sentences))
    job.start()
    while not job.join(_POLL_SECONDS):
        check()
    return np.asarray(job.get_result(), np.float32)
