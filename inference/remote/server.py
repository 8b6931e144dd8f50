# SPDX-License-Identifier: GPL-3.0-or-later
"""The address of a server, and whether connections to it are allowed."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ...motion import BackendError, RequestError

ONLINE_OFF = (
    "Blender's online access is off: switch on Allow Online Access in Preferences > System, or use a server on this "
    "machine"
)


def _always_online() -> bool:
    return True


@dataclass(frozen=True)
class Server:
    """An MMCP server.

    ``url`` is http or https, without a query. ``token`` is sent as bearer token and never shown. ``is_online`` returns
    whether connections to other machines are allowed now.
    """

    url: str
    token: str = field(default="", repr=False)
    is_online: Callable[[], bool] = field(default=_always_online, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the address and the token. Raises ``RequestError`` if one of them is malformed."""
        try:
            parts = urlsplit(self.url.strip())
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not host or port == 0:
            raise RequestError(
                "{url!r} is no server address: write it like http://127.0.0.1:8000 or https://example.org",
                url=self.url[:200],
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise RequestError(
                "A server address holds no user, password or query: put the token into its own field"
            )
        if any(not 33 <= ord(letter) <= 126 for letter in self.token):
            raise RequestError("The server's token holds letters that a token cannot have: copy it again")
        object.__setattr__(self, "url", self.url.strip().rstrip("/"))

    @property
    def host(self) -> str:
        """Host and, if stated, port: the part of the address that is shown."""
        return urlsplit(self.url).netloc

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine: then no online access is needed."""
        host = urlsplit(self.url).hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def check_allowed(self) -> None:
        """Raise ``BackendError`` if the server is on another machine and online access is off."""
        if not self.is_loopback and not self.is_online():
            raise BackendError(ONLINE_OFF)
