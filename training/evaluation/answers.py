# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a model to many requests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from ...inference.backend import Backend, GenerationJob
from ...inference.embedded import EmbeddedBackend
from ...motion import KinescribeError, Motion, MotionRequest

_BATCH = 8
"""Requests that the embedded model generates at once."""


def generate_answers(backend: Backend, requests: Sequence[MotionRequest]) -> Iterator[tuple[Motion, float]]:
    """Yield the first motion of each request, and the seconds that it took.

    The embedded model generates several at once, which gives the same motions (except for rounding) in less time.
    """
    if not isinstance(backend, EmbeddedBackend):
        for request in requests:
            start = time.perf_counter()
            motion = backend.generate(request)[0]
            yield motion, time.perf_counter() - start
        return
    for first in range(0, len(requests), _BATCH):
        batch = requests[first : first + _BATCH]
        start = time.perf_counter()
        outcomes = backend.generate_many([GenerationJob(request) for request in batch])
        duration = (time.perf_counter() - start) / len(batch)
        for outcome in outcomes:
            if isinstance(outcome, KinescribeError):
                raise outcome
            yield outcome[0], duration
