# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request: bounded in size and time, and cancelled without delay.

It runs in its own thread. The sockets of that thread are recorded, so that a cancel or a deadline can shut them down,
which the server notices. Proxies and certificates are those that ``requests`` finds on the system.
"""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from ...motion import BackendError, Cancelled
from ..backend import IsCancelled, never_cancelled
from .server import Server

MAX_BYTES = 2**27
"""Of one response: eight samples of a minute on 77 joints at 30 frames a second are a fifth of it."""

JSON = "application/json"

CONNECT_SECONDS = 8.0
"""Time limit of connecting to a server."""

_MOST_REDIRECTS = 3
_CHUNK = 2**16
_LOOK = 0.05  # seconds between two checks for Cancel


@dataclass(frozen=True)
class Answer:
    """A whole HTTP response: ``status``, ``headers`` by name in lower case, and ``body``."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def retry_after(self) -> float | None:
        """The header ``Retry-After`` in seconds; None if it is missing or a date."""
        try:
            seconds = float(self.headers.get("retry-after", ""))
        except ValueError:
            return None
        return seconds if 0 <= seconds < 3600 else None

    def json(self) -> Any:
        """Parse the body as JSON. Raises ``ValueError`` if it is malformed or nested too deep."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deep") from None


def exchange(
    server: Server,
    method: str,
    path: str,
    body: bytes | None = None,
    seconds: float = 30.0,
    cancelled: IsCancelled = never_cancelled,
    limit: int = MAX_BYTES,
    kind: str = JSON,
) -> Answer:
    """Send one HTTP request and return the whole response, whatever its status.

    Raises :class:`BackendError` if the server can't be reached, is too slow, sends too much or redirects to another
    host, and :class:`Cancelled`.

    Parameters
    ----------
    server : Server
        Where to send it.
    method : str
        ``"GET"``, ``"POST"`` or ``"DELETE"``.
    path : str
        Below the server's address, with a leading slash.
    body : bytes or None
        Body of the request.
    seconds : float
        Time limit of the whole request.
    cancelled : IsCancelled
        Called often; True closes the connection.
    max_bytes : int
        Bytes of the response's body, at most.
    media_type : str
        Of ``body``.
    """
    server.check_allowed()
    return _Exchange(server, method, path, body, limit, kind).run(seconds, cancelled)


class _Exchange:
    """One request, its thread and its sockets."""

    def __init__(
        self, server: Server, method: str, path: str, body: bytes | None, limit: int, kind: str
    ) -> None:
        """Prepare a request.

        Parameters
        ----------
        server, method, path, body, max_bytes, media_type
            As :func:`exchange` takes them.
        """
        self._server, self._method, self._body, self._limit = server, method, body, limit
        self._kind = kind
        self._url = server.url + path
        self._sockets: list[socket.socket] = []
        self._stopped = threading.Event()
        self._finished = threading.Event()
        self._answer: Answer | None = None
        self._error: Exception | None = None

    def run(self, seconds: float, cancelled: IsCancelled) -> Answer:
        deadline = time.monotonic() + seconds
        thread = threading.Thread(target=self._work, args=(seconds,), name="kinescribe-http", daemon=True)
        thread.start()
        while not self._finished.wait(_LOOK):
            if cancelled():
                self._stop()
                raise Cancelled("The generation was cancelled")
            if time.monotonic() > deadline:
                self._stop()
                raise self._timed_out(seconds)
        if self._answer is None:
            raise self._error or BackendError("{host} gave no answer: try again", host=self._server.host)
        return self._answer

    def _stop(self) -> None:
        self._stopped.set()
        for opened in list(self._sockets):
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)

    def _work(self, seconds: float) -> None:
        _survive_broken_pipes()
        try:
            self._answer = self._ask(seconds)
        except Exception as error:
            # run() raises it in the thread of the caller
            self._error = error
        finally:
            self._finished.set()

    def _ask(self, seconds: float) -> Answer:
        import requests

        host = self._server.host
        url, method, body = self._url, self._method, self._body
        with requests.Session() as session:
            session.mount("http://", _adapter(self._sockets))
            session.mount("https://", _adapter(self._sockets))
            if self._server.is_loopback:
                session.trust_env = False  # no proxy to this machine
            headers = {
                "Accept": "model/gltf+json, application/json, model/gltf-binary;q=0.9",
                "Content-Type": self._kind,
                "User-Agent": "Kinescribe",
            }
            if method == "POST":
                # a server that supports jobs reports steps, and its job can be cancelled
                headers["Prefer"] = "respond-async"
            for _ in range(_MOST_REDIRECTS + 1):
                try:
                    with session.request(
                        method, url, data=body, headers=headers, auth=self._authorise,
                        timeout=(CONNECT_SECONDS, seconds), stream=True, allow_redirects=False,
                    ) as response:  # fmt: skip
                        found = {name.lower(): value for name, value in response.headers.items()}
                        if response.is_redirect:
                            url, method, body = self._redirected(url, response.status_code, found)
                            continue
                        return Answer(response.status_code, found, self._read(response))
                except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError) as error:
                    raise self._unreachable(error) from None
                except requests.exceptions.SSLError as error:
                    raise BackendError(
                        "The connection to {host} is not safe ({reason}): check its certificate",
                        host=host,
                        reason=_reason(error),
                    ) from None
                except requests.exceptions.Timeout:
                    raise self._timed_out(seconds) from None
                except requests.exceptions.ChunkedEncodingError:
                    raise self._broken_off() from None
                except requests.exceptions.ConnectionError as error:
                    raise self._unreachable(error) from None
                except (requests.exceptions.RequestException, ValueError) as error:
                    raise BackendError(
                        "The request to {host} failed ({reason}): check its address",
                        host=host,
                        reason=_reason(error),
                    ) from None
        raise BackendError("{host} redirects too often: check the server's address", host=host)

    def _authorise(self, request: Any) -> Any:
        # as an auth object: otherwise a netrc file would override the header
        if self._server.token:
            request.headers["Authorization"] = f"Bearer {self._server.token}"
        return request

    def _redirected(self, url: str, status: int, headers: Mapping[str, str]) -> tuple[str, str, bytes | None]:
        """Return URL, method and body of a redirected request. Raises :class:`BackendError` if it is another host."""
        target = urljoin(url, headers.get("location", ""))
        here, there = urlsplit(url), urlsplit(target)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise BackendError(
                "{host} refers to another address, {address}, which is not followed: enter that one if you trust it",
                host=self._server.host,
                address=f"{there.scheme}://{there.netloc[:100]}",
            )
        keeps = status in (307, 308)
        return target, self._method if keeps else "GET", self._body if keeps else None

    def _read(self, response: Any) -> bytes:
        stated = response.headers.get("content-length", "")
        if stated.isdigit() and int(stated) > self._limit:
            raise self._too_large()
        parts: list[bytes] = []
        size = 0
        for chunk in response.iter_content(_CHUNK):
            size += len(chunk)
            if size > self._limit:
                raise self._too_large()
            if self._stopped.is_set():
                raise Cancelled("The exchange was stopped")
            parts.append(chunk)
        if stated.isdigit() and "content-encoding" not in response.headers and size < int(stated):
            raise self._broken_off()
        return b"".join(parts)

    def _unreachable(self, error: Exception) -> BackendError:
        return BackendError(
            "{host} can't be reached ({reason}): check its address and that it runs",
            host=self._server.host,
            reason=_reason(error),
        )

    def _broken_off(self) -> BackendError:
        return BackendError("{host} broke off in the middle of its answer: try again", host=self._server.host)

    def _too_large(self) -> BackendError:
        return BackendError(
            "{host} answers with more than {megabytes:.0f} MB: ask for a shorter motion",
            host=self._server.host,
            megabytes=self._limit / 2**20,
        )

    def _timed_out(self, seconds: float) -> BackendError:
        return BackendError(
            "{host} did not answer within {seconds:.0f} seconds: try again, or ask for a shorter motion",
            host=self._server.host,
            seconds=seconds,
        )


def _survive_broken_pipes() -> None:
    """Block SIGPIPE in the calling thread.

    The system sends it to a thread that writes to a closed connection. Python ignores it, but not in every Blender:
    Debian 13's (4.3.2) with a window crashes.
    """
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})


def _adapter(sockets: list[socket.socket]) -> Any:
    """Return an adapter for ``requests`` that adds the sockets it opens to ``sockets``."""
    from requests.adapters import HTTPAdapter
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def noted(pool: Any) -> Any:
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
                "http": noted(HTTPConnectionPool),
                "https": noted(HTTPSConnectionPool),
            }

    return Adapter(max_retries=0)


def _reason(error: BaseException) -> str:
    """Return the cause of a connection error in a few words, without addresses of objects."""
    text = str(error)
    for word, plain in (
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
        if word.lower() in text.lower():
            return plain
    return type(error).__name__
