# SPDX-License-Identifier: GPL-3.0-or-later
"""A queue that gives every client the same share of the model's work: fair queueing by virtual time.

Each client has a virtual time, the work that it has received. The request that would finish first in virtual time is
taken first, so a client with one short request passes another's backlog, and nobody gets more than an equal share by
sending more (Demers, Keshav and Shenker, "Analysis and Simulation of a Fair Queueing Algorithm", 1989; start times as
in Goyal, Vin and Cheng, "Start-time Fair Queueing", 1996).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")

MAX_CLIENTS = 4096
"""Clients without a request whose virtual time is remembered."""

_MAX_EARLY_SHARE = 0.5
"""Part of the first request's work by which another one may finish later and still be taken in the same pass."""


@dataclass
class _Client(Generic[Item]):
    """Requests of a client that wait, with their work, and the virtual time at which the first of them starts."""

    start: float = 0.0
    waiting: deque[tuple[Item, float]] = field(default_factory=deque)

    @property
    def finish_time(self) -> float:
        """Virtual time at which the first request that waits is finished."""
        return self.start + self.waiting[0][1]


@dataclass(frozen=True)
class Pass(Generic[Item]):
    """Requests that are computed together.

    Attributes
    ----------
    items
        The requests.
    clients
        Whose they are.
    finish_time
        The earliest virtual time at which a client has received what it gets by this pass.
    """

    items: list[Item]
    clients: frozenset[str]
    finish_time: float


class FairQueue(Generic[Item]):
    """Requests by client. Not safe for threads: the caller holds a lock."""

    def __init__(self) -> None:
        self._clients: dict[str, _Client[Item]] = {}
        self._now = 0.0  # virtual time: the start of the request that was taken last

    def __len__(self) -> int:
        return sum(len(client.waiting) for client in self._clients.values())

    def put(self, item: Item, client: str, work: float) -> None:
        """Add a request of a client; ``work`` in any unit that is the same for all."""
        entry = self._clients.setdefault(client, _Client())
        if not entry.waiting:
            # who was away gets no credit for it
            entry.start = max(entry.start, self._now)
        entry.waiting.append((item, max(work, 1e-9)))

    def count(self, client: str) -> int:
        """Return how many requests of a client wait."""
        entry = self._clients.get(client)
        return len(entry.waiting) if entry else 0

    def take(
        self, size: int, before: float = math.inf, without: Collection[str] = frozenset()
    ) -> Pass[Item] | None:
        """Take up to ``size`` requests that are computed together; None if none may be taken.

        One request of each client whose turn it is, in order; then further ones of the same clients, as long as all of
        them have more: a client that has sent all it wants gets its answer sooner in a small pass.

        Parameters
        ----------
        size : int
            Requests at most.
        before : float
            Only requests that finish before this virtual time.
        without : collection of str
            Clients that are passed over.
        """
        ready = sorted(
            (entry.finish_time, name)
            for name, entry in self._clients.items()
            if entry.waiting and name not in without and entry.finish_time < before
        )
        if not ready:
            return None
        first = self._clients[ready[0][1]]
        self._now = max(self._now, first.start)
        latest = first.finish_time + _MAX_EARLY_SHARE * first.waiting[0][1]
        names = [name for finish_time, name in ready if finish_time <= latest][:size]
        items: list[Item] = []
        while len(items) < size and all(self._clients[name].waiting for name in names):
            items += [self._take_first(name) for name in names[: size - len(items)]]
        taken = Pass(items, frozenset(names), min(self._clients[name].start for name in names))
        self._forget_clients()
        return taken

    def drop_of_largest(self, client: str) -> Item | None:
        """Remove and return the newest request of the client that has the most, to make room for one of ``client``.

        None if no client has at least two more than ``client``.
        """
        name, largest = max(
            self._clients.items(), key=lambda entry: len(entry[1].waiting), default=("", _Client[Item]())
        )
        if len(largest.waiting) < self.count(client) + 2:
            return None
        item, _ = self._clients[name].waiting.pop()
        return item

    def remove(self, is_wanted: Callable[[Item], bool]) -> list[Item]:
        """Remove and return the requests for which ``is_wanted`` returns False."""
        removed: list[Item] = []
        for client in self._clients.values():
            removed += [item for item, _ in client.waiting if not is_wanted(item)]
            client.waiting = deque(entry for entry in client.waiting if is_wanted(entry[0]))
        return removed

    def _take_first(self, name: str) -> Item:
        client = self._clients[name]
        item, work = client.waiting.popleft()
        client.start += work
        return item

    def _forget_clients(self) -> None:
        """Forget clients without a request that would start now, and of too many those that would start soonest."""
        idle = sorted((entry.start, name) for name, entry in self._clients.items() if not entry.waiting)
        for place, (start, name) in enumerate(idle):
            if start <= self._now or len(idle) - place > MAX_CLIENTS:
                del self._clients[name]
