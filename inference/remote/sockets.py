# SPDX-License-Identifier: GPL-3.0-or-later
"""What every HTTP request of a thread needs: sockets that another thread can shut down, and errors in a few words."""

from __future__ import annotations

import signal
import socket
import sys
from typing import Any


def ignore_sigpipe() -> None:
    """Block SIGPIPE in the calling thread.

    The system sends it to a thread that writes to a closed connection. Python ignores it, but not in every Blender:
    Debian 13's (4.3.2) with a window crashes.
    """
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})


def recording_adapter(sockets: list[socket.socket]) -> Any:
    """Return an adapter for ``requests`` that adds the sockets it opens to ``sockets``."""
    from requests.adapters import HTTPAdapter
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def record_sockets(pool: Any) -> Any:
        class Connection(pool.ConnectionCls):  # type: ignore[misc]
            def connect(self) -> None:
                super().connect()
                if self.sock is not None:
                    sockets.append(self.sock)

        class Pool(pool):  # type: ignore[misc]
            ConnectionCls = Connection

        return Pool

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options)
            self.poolmanager.pool_classes_by_scheme = {
                "http": record_sockets(HTTPConnectionPool),
                "https": record_sockets(HTTPSConnectionPool),
            }

    return Adapter(max_retries=0)


def describe_cause(error: BaseException) -> str:
    """Return the cause of a connection error in a few words, without addresses of objects."""
    text = str(error)
    for pattern, description in (
        ("refused", "it refuses connections"),
        ("Name or service not known", "no host of that name"),
        ("getaddrinfo", "no host of that name"),
        ("resolve", "no host of that name"),
        ("timed out", "no answer"),
        ("reset", "it closed the connection"),
        ("RemoteDisconnected", "it closed the connection"),
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
        ("unreachable", "the network is unreachable"),
    ):
        if pattern.lower() in text.lower():
            return description
    return type(error).__name__
