# SPDX-License-Identifier: GPL-3.0-or-later
"""Two passes through the network at once, each on its half of the processor's cores.

A product over two hundred frames is too small to share out well among cores, which would wait for one another after
each of four hundred products a step; two passes that share nothing wait once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

import torch

T = TypeVar("T")


class Run(Protocol):
    """Runs jobs at once."""

    def __call__(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Results in the order of the jobs; the first runs on the calling thread."""
        ...


@contextmanager
def side_by_side(device: torch.device) -> Iterator[Run | None]:
    """What runs two jobs at once; None where one pass for all is better.

    PyTorch's number of threads is halved meanwhile, and set back.
    """
    threads = torch.get_num_threads()
    if device.type != "cpu" or threads < 2:
        yield None
        return
    # threads made from here on take the number over
    torch.set_num_threads(threads // 2)
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="kinescribe-branch") as pool:

            def run(jobs: Sequence[Callable[[], T]]) -> list[T]:
                others = [pool.submit(_without_gradients, job) for job in jobs[1:]]
                return [_without_gradients(jobs[0]), *(other.result() for other in others)]

            yield run
    finally:
        torch.set_num_threads(threads)


def _without_gradients(job: Callable[[], T]) -> T:
    # the mode belongs to a thread
    with torch.inference_mode():
        return job()
