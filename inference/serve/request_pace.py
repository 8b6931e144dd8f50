# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests of one client are answered in a second, whatever they ask for.

A small request costs the event loop a millisecond or two, and the model waits for the interpreter lock meanwhile: a
client that sends hundreds of them would slow what is computed for others. Requests beyond the rate are answered later,
not refused (the generic cell rate algorithm of ITU-T I.371 with one counter for each client).
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

REQUESTS_PER_SECOND = 100.0
"""Of one client; clients of this project ask five times a second for the steps of a job."""

BURST_REQUESTS = 200
"""Requests that a client may send at once before it is slowed."""

MAX_DELAY_SECONDS = 5.0
"""Longest time that a request is held back."""

_MAX_CLIENTS = 4096  # whose requests are counted; those that were here longest ago are forgotten


class RequestPace:
    """Counts the requests of each client and delays what comes too fast."""

    def __init__(self) -> None:
        self._due: OrderedDict[str, float] = OrderedDict()

    async def wait_for_turn(self, client: str) -> None:
        """Wait until the next request of a client may be answered."""
        delay = self.reserve_turn(client, time.monotonic())
        if delay > 0:
            await asyncio.sleep(delay)

    def reserve_turn(self, client: str, now: float) -> float:
        """Count a request at the time ``now`` in seconds; return the seconds after which it may be answered."""
        earliest = now - BURST_REQUESTS / REQUESTS_PER_SECOND
        due = max(self._due.pop(client, earliest), earliest)
        delay = min(max(0.0, due - now), MAX_DELAY_SECONDS)
        self._due[client] = min(due, now + MAX_DELAY_SECONDS) + 1.0 / REQUESTS_PER_SECOND
        while len(self._due) > _MAX_CLIENTS:
            self._due.popitem(last=False)
        return delay
