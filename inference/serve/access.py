# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use the server: the Host and Origin of a request, its media type and its bearer token.

A page in a web browser may send requests to any address, the user's own machine included, and a name that it controls
may be resolved to 127.0.0.1 (DNS rebinding). Such requests carry an ``Origin``, or a ``Host`` that is no name of this
server.
"""

from __future__ import annotations

import hmac
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Collection
from urllib.parse import urlsplit

from motionmcp import ProtocolError
from starlette.datastructures import Headers

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

MAX_FAILURES = 10
"""Wrong tokens within FAILURE_SECONDS from one address, after which further ones are answered 429."""

FAILURE_SECONDS = 60.0
_MAX_ADDRESSES = 4096  # whose wrong tokens are counted; the oldest are forgotten

_JSON_TYPES = frozenset({"application/json"})
CAPTION_TYPES = frozenset({"model/gltf-binary", "model/gltf+json", "application/octet-stream"})


def name_client(address: str) -> str:
    """Return the name under which a client's requests share the server: its address.

    Of IPv6 the first 64 bits, because one machine may use all addresses that begin with them (RFC 7934).
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 6:
        parsed = parsed.ipv4_mapped or parsed
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))


class UnsupportedMediaType(ProtocolError):  # type: ignore[misc]
    """A body of a media type that the route does not take."""

    status_code = 415


class AccessRules:
    """Checks that every request passes before its body is read."""

    def __init__(self, token: str = "", host_names: Collection[str] | None = LOOPBACK_NAMES) -> None:
        """Set the bearer token, empty for none, and the accepted names in ``Host``; None accepts every name."""
        self._token = token.encode()
        self._host_names = None if host_names is None else frozenset(name.lower() for name in host_names)
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def check_origin(self, headers: Headers) -> None:
        """Raise ``ProtocolError`` (403) for a foreign Host, and for an Origin that is not the server itself."""
        host = headers.get("host", "").strip().lower()
        if self._host_names is not None and _strip_port(host) not in self._host_names:
            raise ProtocolError(
                "forbidden", "this server does not answer to that Host: start it with --allow-host"
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin.strip().lower()).netloc != host:
            raise ProtocolError("forbidden", "requests from web pages of other sites are refused")

    def check_token(self, headers: Headers, address: str) -> None:
        """Raise ``ProtocolError`` (401, or 429 after many wrong tokens) unless the request carries the token."""
        if not self._token:
            return
        scheme, _, sent = headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode("latin-1"), self._token):
            return
        if self._count_failure(address) > MAX_FAILURES:
            raise ProtocolError("rate_limited", "too many wrong tokens came from this address: wait a minute")
        raise ProtocolError("unauthorized", "a valid bearer token is needed")

    def _count_failure(self, address: str) -> int:
        now = time.monotonic()
        recent = [at for at in self._failures.pop(address, []) if now - at < FAILURE_SECONDS]
        # the newest ones are enough to know that there are too many
        self._failures[address] = recent = [*recent, now][-(MAX_FAILURES + 1) :]
        while len(self._failures) > _MAX_ADDRESSES:
            self._failures.popitem(last=False)
        return len(recent)


def check_media_type(headers: Headers, accepted: Collection[str] = _JSON_TYPES) -> None:
    """Raise :class:`UnsupportedMediaType` unless the body is of an accepted type.

    A form of a web page can send ``text/plain`` to any address without asking the browser's permission, but not JSON.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in accepted:
        raise UnsupportedMediaType("invalid_request", f"send the body as {' or '.join(sorted(accepted))}")


def _strip_port(host: str) -> str:
    """Return the name or address of a Host header; IPv6 addresses without their brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    try:
        return str(ipaddress.IPv6Address(host))
    except ValueError:
        return host.partition(":")[0]
