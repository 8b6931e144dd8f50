# SPDX-License-Identifier: GPL-3.0-or-later
"""The little of ASGI that routes of our own need: headers and bodies in, JSON and MMCP's error envelope out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Handler = Callable[[Message, Receive, Send], Awaitable[None]]
"""An ASGI application: one connection's scope, what is received, what is sent."""


def header(scope: Message, name: bytes) -> bytes:
    """A request's header, ``name`` in lower case; empty where it has none."""
    return bytes(next((value for key, value in scope["headers"] if key == name), b""))


async def read(receive: Receive, largest: int) -> bytes | None:
    """The request's body; None where it is too large."""
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return b"".join(parts)


async def reply(
    send: Send, status: int, content: dict[str, Any], headers: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    """Answer with JSON."""
    body = json.dumps(content).encode()
    kind = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*kind, *headers]})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, status: int, code: str, message: str) -> None:
    """Answer with MMCP's envelope of an error."""
    await reply(send, status, {"error": {"code": code, "message": message, "details": {}}})
