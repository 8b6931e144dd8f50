# SPDX-License-Identifier: GPL-3.0-or-later
"""MMCP servers for tests: the SDK's own on a real socket, and a faulty one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def running_server(app: Any, protocol: Any = "auto") -> Iterator[str]:
    """Context manager: serve an ASGI application on a free port of this machine; yields its address.

    ``protocol``: class of uvicorn's HTTP protocol.
    """
    import uvicorn

    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", http=protocol)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    assert server.started, "the server did not start"
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


class FaultyServer:
    """A server that answers each connection with ``behave(head, connection)`` and keeps the requests."""

    def __init__(self, behave: Callable[[str, socket.socket], None]) -> None:
        self.request_heads: list[str] = []
        self.request_bodies: list[bytes] = []
        self.closed_early = threading.Event()
        self._behave = behave
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(16)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                raw = b""
                while b"\r\n\r\n" not in raw:
                    part = connection.recv(65536)
                    if not part:
                        return
                    raw += part
                head, _, rest = raw.partition(b"\r\n\r\n")
                text = head.decode("latin-1")
                length = next(
                    (
                        int(line.split(":")[1])
                        for line in text.split("\r\n")
                        if line.lower().startswith("content-length")
                    ),
                    0,
                )
                while len(rest) < length:
                    rest += connection.recv(65536)
                self.request_heads.append(text)
                self.request_bodies.append(rest)
                self._behave(text, connection)
            except OSError:
                self.closed_early.set()

    def close(self) -> None:
        self._socket.close()


def reply(status: str, body: bytes = b"", kind: str = "application/json", **headers: str) -> bytes:
    """Return a complete HTTP response."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
