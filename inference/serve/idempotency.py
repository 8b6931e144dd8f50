# SPDX-License-Identifier: GPL-3.0-or-later
"""``Idempotency-Key``: a request that is sent again gets the response of the first one, and is not computed twice.

Source: MMCP, HTTP endpoints, section Idempotency.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from motionmcp import ProtocolError
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

HEADER = "idempotency-key"
STATUS_HEADER = "idempotency-status"

KEPT_SECONDS = 120.0
"""How long the response to a key is kept; the protocol asks for a minute."""

MAX_KEYS = 256
MAX_RESPONSE_BYTES = 2**22
"""Larger responses are not kept, and say so."""

MAX_BYTES = 2**26
"""Bytes of all kept responses together."""

Key = tuple[str, ...]


class KeyConflict(ProtocolError):  # type: ignore[misc]
    """A key that came before with another body."""

    status_code = 409


@dataclass
class _Entry:
    digest: bytes
    put_at: float
    messages: list[Message] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def size(self) -> int:
        return sum(len(message.get("body", b"")) for message in self.messages)


class IdempotencyKeys:
    """Responses by client and key."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()

    async def respond(
        self, key: Key, body: bytes, send: Send, compute: Callable[[Send], Awaitable[None]]
    ) -> None:
        """Send the response to ``key`` again if it is kept, else compute it. Raises :class:`KeyConflict`.

        Parameters
        ----------
        key : tuple of str
            The client, what it asks for, and its key.
        body : bytes
            The request's body.
        send : Send
            Takes the response.
        compute : callable
            Computes the response and sends it. Only complete ones with status 200 or 202 are kept: what failed may be
            tried again.
        """
        digest = hashlib.sha256(body).digest()
        while (entry := self._find(key)) is not None:
            if entry.digest != digest:
                raise KeyConflict("invalid_request", "this Idempotency-Key came before with another body")
            await entry.ended.wait()
            if entry.messages:
                for message in entry.messages:
                    await send(dict(message))
                return
        entry = self._entries[key] = _Entry(digest, time.monotonic())
        messages: list[Message] = []

        async def record(message: Message) -> None:
            messages.append(dict(message))
            if message["type"] == "http.response.start" or message.get("more_body", False):
                return
            if sum(len(sent.get("body", b"")) for sent in messages) > MAX_RESPONSE_BYTES:
                decline(messages[0])
            elif messages[0]["status"] in (200, 202):
                entry.messages = messages
            for sent in messages:
                await send(dict(sent))

        try:
            await compute(record)
        finally:
            if not entry.messages:
                del self._entries[key]
            entry.ended.set()
            self._drop_old()

    def _find(self, key: Key) -> _Entry | None:
        self._drop_old()
        return self._entries.get(key)

    def _drop_old(self) -> None:
        """Forget responses that were kept long enough, and the oldest ones if they are too many or too large."""
        size, count, now = 0, 0, time.monotonic()
        for key, entry in reversed(list(self._entries.items())):
            if not entry.ended.is_set():
                continue
            size, count = size + entry.size, count + 1
            if now - entry.put_at > KEPT_SECONDS or size > MAX_BYTES or count > MAX_KEYS:
                del self._entries[key]


def decline(start: Message) -> None:
    """State in the start of a response that it is not kept: the same request would be computed again."""
    MutableHeaders(scope=start)[STATUS_HEADER] = "declined"
