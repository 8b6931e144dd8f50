# SPDX-License-Identifier: GPL-3.0-or-later
"""One exchange with a server: bounded in size and time, and over at once when it is cancelled.

The exchange runs in a thread of its own, whose sockets are known, so that a cancel or a deadline can shut them: the
server then learns that nobody waits any more. Proxies and certificates are those that ``requests`` finds on the system.
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
from ..backend import IsCancelled, never
from .server import Server

MAX_BYTES = 2**27
"""Of one answer: eight samples of a minute on 77 joints at 30 frames a second are a fifth of it."""

JSON = "application/json"

CONNECT_SECONDS = 8.0
"""For reaching a server."""

_MOST_REDIRECTS = 3
_CHUNK = 2**16
_LOOK = 0.05  # seconds between two looks at Cancel


@dataclass(frozen=True)
class Answer:
    """What came back: ``status``, header names in lower case, and the whole ``body``."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """Media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def retry_after(self) -> float | None:
        """Seconds, where the server says so in seconds."""
        try:
            seconds = float(self.headers.get("retry-after", ""))
        except ValueError:
            return None
        return seconds if 0 <= seconds < 3600 else None

    def json(self) -> Any:
        """The body as JSON; ``ValueError`` where it is none."""
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
    cancelled: IsCancelled = never,
    limit: int = MAX_BYTES,
    kind: str = JSON,
) -> Answer:
    """Ask ``server`` for ``path`` and return its whole answer, whatever its status. ``kind``: media type of ``body``.

    Raises :class:`BackendError` in one sentence where it can't be reached, is too slow, says too much or sends its
    answer elsewhere, and :class:`Cancelled`.
    """
    server.check_allowed()
    return _Exchange(server, method, path, body, limit, kind).run(seconds, cancelled)


class _Exchange:
    def __init__(
        self, server: Server, method: str, path: str, body: bytes | None, limit: int, kind: str
    ) -> None:
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
                raise BackendError(
                    f"{self._server.host} did not answer within {seconds:.0f} seconds: try again, or ask for less"
                )
        if self._answer is None:
            raise self._error or BackendError(f"{self._server.host} gave no answer")
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
            # the thread ends here whatever happens: run() raises it where somebody listens
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
                session.trust_env = False  # this machine is not reached through a proxy
            headers = {
                "Accept": "model/gltf+json, application/json, model/gltf-binary;q=0.9",
                "Content-Type": self._kind,
                "User-Agent": "Kinescribe",
            }
            if method == "POST":
                # a server that does jobs says how far it is, and can be told that nobody waits any more
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
                    raise BackendError(
                        f"{host} can't be reached ({_reason(error)}): check its address and that it runs"
                    ) from None
                except requests.exceptions.SSLError as error:
                    raise BackendError(
                        f"The connection to {host} is not safe ({_reason(error)}): check its certificate"
                    ) from None
                except requests.exceptions.Timeout:
                    raise BackendError(
                        f"{host} did not answer within {seconds:.0f} seconds: try again, or ask for less"
                    ) from None
                except requests.exceptions.ChunkedEncodingError:
                    raise BackendError(f"{host} broke off in the middle of its answer: try again") from None
                except requests.exceptions.ConnectionError as error:
                    raise BackendError(
                        f"{host} can't be reached ({_reason(error)}): check its address and that it runs"
                    ) from None
                except (requests.exceptions.RequestException, ValueError) as error:
                    raise BackendError(f"{host} can't be asked ({_reason(error)})") from None
        raise BackendError(f"{host} sends its visitors from page to page: check the server's address")

    def _authorise(self, request: Any) -> Any:
        # as an auth object: otherwise a netrc file would win over the header
        if self._server.token:
            request.headers["Authorization"] = f"Bearer {self._server.token}"
        return request

    def _redirected(self, url: str, status: int, headers: Mapping[str, str]) -> tuple[str, str, bytes | None]:
        """Where to go on; the token and the request go to no other host."""
        target = urljoin(url, headers.get("location", ""))
        here, there = urlsplit(url), urlsplit(target)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise BackendError(
                f"{self._server.host} refers to another address, {there.scheme}://{there.netloc[:100]}, which is not "
                "followed: enter that one if you trust it"
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
            raise BackendError(f"{self._server.host} broke off in the middle of its answer: try again")
        return b"".join(parts)

    def _too_large(self) -> BackendError:
        return BackendError(
            f"{self._server.host} answers with more than {self._limit / 2**20:.0f} MB: ask for a shorter motion"
        )


def _survive_broken_pipes() -> None:
    """Keep SIGPIPE from the thread that calls this, and only from it.

    Where a server hangs up while it is written to, the system sends it to the thread that writes. Python ignores it,
    but not in every Blender: that of Debian 13 (4.3.2) with a window ends there, scene and all.
    """
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})


def _adapter(sockets: list[socket.socket]) -> Any:
    """An adapter of ``requests`` that notes the sockets it opens."""
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
    """The innermost cause, short, without addresses of objects."""
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
