# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections with limits that hold before a request is read: time, size of the head, and number.

uvicorn limits how long a connection may be idle after a response, but not before the first request: a thousand
connections that send nothing, or one header line for minutes, would keep everybody else out.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import Counter, OrderedDict
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from .access import name_client

HEAD_SECONDS = 10.0
"""Time from the connection, or from the last response, to a complete head of a request."""

BODY_SECONDS = 60.0
"""Time from the head to the end of the body."""

MAX_HEAD_BYTES = 65_536
"""Bytes of a head at most."""

MAX_CONNECTIONS = 512
"""Open connections. Beyond that, one without a request in progress is closed for each new one, the oldest first."""

MAX_CONNECTIONS_OF_CLIENT = 128
"""Open connections of one client, see :func:`~.access.name_client`; beyond it, its own oldest idle one is closed."""

_client_counts: Counter[str] = Counter()

_open_connections: OrderedDict[int, weakref.ref[BoundedProtocol]] = OrderedDict()


class BoundedProtocol(H11Protocol):
    """uvicorn's HTTP protocol with these limits.

    Attributes
    ----------
    proxies
        Addresses of proxies, whose connections are those of many clients.
    client_name
        Who the other end is.
    """

    proxies: frozenset[str] = frozenset()
    client_name = ""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start the time limit; close an idle connection if there are too many, of all clients or of this one."""
        super().connection_made(transport)
        self.client_name = name_client(self.client[0]) if self.client else ""
        _open_connections[id(self)] = weakref.ref(self)
        _client_counts[self.client_name] += 1
        is_limited = self.client is not None and self.client[0] not in self.proxies
        has_room = True
        if is_limited and _client_counts[self.client_name] > MAX_CONNECTIONS_OF_CLIENT:
            has_room = _close_idle_connection(self, self.client_name)
        elif len(_open_connections) > MAX_CONNECTIONS:
            has_room = _close_idle_connection(self)
        if not has_room:
            transport.abort()
            return
        self._limit_time(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        _forget_connection(self)
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass on data; a head that is too large or too late ends the connection."""
        was_in_progress = self.has_request
        if not was_in_progress and len(data) > MAX_HEAD_BYTES and b"\r\n\r\n" not in data[:MAX_HEAD_BYTES]:
            self._stop_timer()
            self.transport.abort()
            return
        super().data_received(data)
        if self.has_request:
            if self.cycle.more_body:
                if not was_in_progress:
                    self._limit_time(BODY_SECONDS)
            else:
                self._stop_timer()

    def on_response_complete(self) -> None:
        """Start the time limit of the next head."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._limit_time(HEAD_SECONDS)

    @property
    def has_request(self) -> bool:
        """Whether a head was read whose response is not complete."""
        return self.cycle is not None and not self.cycle.response_complete

    def _limit_time(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, self._abort_if_waiting)

    def _abort_if_waiting(self) -> None:
        if not self.has_request or self.cycle.more_body:
            self.transport.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _forget_connection(protocol: BoundedProtocol) -> None:
    if _open_connections.pop(id(protocol), None) is not None:
        _client_counts[protocol.client_name] -= 1
        if not _client_counts[protocol.client_name]:
            del _client_counts[protocol.client_name]


def _close_idle_connection(newest: BoundedProtocol, client_name: str | None = None) -> bool:
    """Close the oldest connection that waits for its client; return whether there was one.

    ``client_name``: only among those of this client.
    """
    for reference in list(_open_connections.values()):
        protocol = reference()
        if protocol is None or protocol is newest or protocol.transport.is_closing():
            continue
        if client_name is not None and protocol.client_name != client_name:
            continue
        if not protocol.has_request or protocol.cycle.more_body:
            _forget_connection(protocol)
            protocol.transport.abort()
            return True
    return False
