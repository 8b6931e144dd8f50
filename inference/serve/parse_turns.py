# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns for what the event loop does with a body: reading JSON, checking it, converting it.

All other requests wait meanwhile. So each client has one of its bodies parsed at a time, with the steps of other
clients' requests between two of them, and large ones, which take some tenths of a second, go one after the other and
take a quarter of the event loop's time at most.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

LARGE_BYTES = 2**18
"""A request with poses for ten seconds has less."""

_PAUSE_FACTOR = 3.0
"""Times as long as the event loop was busy with a large body, others go first."""


class ParseTurns:
    """Admits one body of each client after the other, and one large body after the other."""

    def __init__(self) -> None:
        self._large = asyncio.Lock()
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}

    @asynccontextmanager
    async def admit(self, client: str, size: int) -> AsyncIterator[Callable[[], None]]:
        """Async context manager: wait until a body may be parsed; yields what to call after that.

        Leaving the context does the same. ``size``: bytes of the body.
        """
        lock = self._locks.setdefault(client, asyncio.Lock())
        self._waiting[client] = self._waiting.get(client, 0) + 1
        held: list[asyncio.Lock] = []
        began = 0.0

        def finish() -> None:
            pause = _PAUSE_FACTOR * (time.monotonic() - began) if self._large in held else 0.0
            while held:
                released = held.pop()
                asyncio.get_running_loop().call_later(
                    pause if released is self._large else 0.0, released.release
                )

        try:
            await lock.acquire()
            held.append(lock)
            if size >= LARGE_BYTES:
                await self._large.acquire()
                held.append(self._large)
            began = time.monotonic()
            yield finish
        finally:
            finish()
            self._waiting[client] -= 1
            if not self._waiting[client]:
                del self._waiting[client], self._locks[client]
