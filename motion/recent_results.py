# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the results of a computation for the inputs that were used last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class RecentResults(Generic[_Result]):
    """The last few results of one computation, by keys that contain all that they depend on.

    Results are shared, also between threads: they must not be changed.
    """

    def __init__(self, count: int) -> None:
        """Keep at most ``count`` results."""
        self._count = count
        self._results: dict[Hashable, _Result] = {}
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], _Result]) -> _Result:
        """Return the result for ``key``: the kept one, or that of ``compute``, whose errors are not kept."""
        with self._lock:
            found = self._results.pop(key, None)
        if found is None:
            found = compute()
        with self._lock:
            self._results[key] = found  # the last one that was used is the last one to be forgotten
            while len(self._results) > self._count:
                del self._results[next(iter(self._results))]
        return found
