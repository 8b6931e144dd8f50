# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request: bounded in size and time, and cancelled without delay.

It runs in its own thread. The sockets of that thread are recorded, so that a cancel or a deadline can shut them down,
which the server notices. Proxies and certificates are those that ``requests`` finds on the system.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from ...motion import BackendError, Cancelled
from ..backend import IsCancelled, never_cancelled
from .server import Server
from .sockets import describe_cause, ignore_sigpipe, recording_adapter

MAX_RESPONSE_BYTES = 2**27
"""Largest response: eight samples of a minute on 77 joints at 30 frames a second have a fifth of it."""

JSON_TYPE = "application/json"

CONNECT_SECONDS = 8.0
"""Time limit of connecting to a server."""

_MAX_REDIRECTS = 3
_CHUNK_BYTES = 2**16
_CANCEL_CHECK_SECONDS = 0.05  # seconds between two checks for Cancel


@dataclass(frozen=True)
class Response:
    """A whole HTTP response: ``status``, ``headers`` by name in lower case, and ``body``."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
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


def send_request(
    server: Server,
    method: str,
    path: str,
    body: bytes | None = None,
    seconds: float = 30.0,
    cancelled: IsCancelled = never_cancelled,
    max_bytes: int = MAX_RESPONSE_BYTES,
    media_type: str = JSON_TYPE,
) -> Response:
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
    return _HttpRequest(server, method, path, body, max_bytes, media_type).run(seconds, cancelled)


class _HttpRequest:
    """One request, its thread and its sockets."""

    def __init__(
        self, server: Server, method: str, path: str, body: bytes | None, max_bytes: int, media_type: str
    ) -> None:
        """Prepare a request.

        Parameters
        ----------
        server, method, path, body, max_bytes, media_type
            As :func:`send_request` takes them.
        """
        self._server, self._method, self._body, self._max_bytes = server, method, body, max_bytes
        self._media_type = media_type
        self._url = server.url + path
        self._sockets: list[socket.socket] = []
        self._stopped = threading.Event()
        self._finished = threading.Event()
        self._response: Response | None = None
        self._error: Exception | None = None

    def run(self, seconds: float, cancelled: IsCancelled) -> Response:
        deadline = time.monotonic() + seconds
        thread = threading.Thread(
            target=self._run_thread, args=(seconds,), name="kinescribe-http", daemon=True
        )
        thread.start()
        while not self._finished.wait(_CANCEL_CHECK_SECONDS):
            if cancelled():
                self._shut_sockets()
                raise Cancelled("The generation was cancelled")
            if time.monotonic() > deadline:
                self._shut_sockets()
                raise self._timeout_error(seconds)
        if self._response is None:
            raise self._error or BackendError("{host} gave no answer: try again", host=self._server.host)
        return self._response

    def _shut_sockets(self) -> None:
        self._stopped.set()
        for opened_socket in list(self._sockets):
            with contextlib.suppress(OSError):
                opened_socket.shutdown(socket.SHUT_RDWR)

    def _run_thread(self, seconds: float) -> None:
        ignore_sigpipe()
        try:
            self._response = self._send_with_redirects(seconds)
        except Exception as error:
            # run() raises it in the thread of the caller
            self._error = error
        finally:
            self._finished.set()

    def _send_with_redirects(self, seconds: float) -> Response:
        import requests

        host = self._server.host
        url, method, body = self._url, self._method, self._body
        with requests.Session() as session:
            session.mount("http://", recording_adapter(self._sockets))
            session.mount("https://", recording_adapter(self._sockets))
            if self._server.is_loopback:
                session.trust_env = False  # no proxy to this machine
            headers = {
                "Accept": "model/gltf+json, application/json, model/gltf-binary;q=0.9",
                "Content-Type": self._media_type,
                "User-Agent": "Kinescribe",
            }
            if method == "POST":
                # a server that supports jobs reports steps, and its job can be cancelled
                headers["Prefer"] = "respond-async"
            for _ in range(_MAX_REDIRECTS + 1):
                try:
                    with session.request(
                        method, url, data=body, headers=headers, auth=self._add_token,
                        timeout=(CONNECT_SECONDS, seconds), stream=True, allow_redirects=False,
                    ) as response:  # fmt: skip
                        response_headers = {name.lower(): value for name, value in response.headers.items()}
                        if response.is_redirect:
                            url, method, body = self._follow_redirect(
                                url, response.status_code, response_headers
                            )
                            continue
                        return Response(response.status_code, response_headers, self._read_body(response))
                except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError) as error:
                    raise self._unreachable_error(error) from None
                except requests.exceptions.SSLError as error:
                    raise BackendError(
                        "The connection to {host} is not safe ({reason}): check its certificate",
                        host=host,
                        reason=describe_cause(error),
                    ) from None
                except requests.exceptions.Timeout:
                    raise self._timeout_error(seconds) from None
                except requests.exceptions.ChunkedEncodingError:
                    raise self._incomplete_error() from None
                except requests.exceptions.ConnectionError as error:
                    raise self._unreachable_error(error) from None
                except (requests.exceptions.RequestException, ValueError) as error:
                    raise BackendError(
                        "The request to {host} failed ({reason}): check its address",
                        host=host,
                        reason=describe_cause(error),
                    ) from None
        raise BackendError("{host} redirects too often: check the server's address", host=host)

    def _add_token(self, request: Any) -> Any:
        # as an auth object: otherwise a netrc file would override the header
        if self._server.token:
            request.headers["Authorization"] = f"Bearer {self._server.token}"
        return request

    def _follow_redirect(
        self, url: str, status: int, headers: Mapping[str, str]
    ) -> tuple[str, str, bytes | None]:
        """Return URL, method and body of a redirected request. Raises :class:`BackendError` if it is another host."""
        target = urljoin(url, headers.get("location", ""))
        current, redirected = urlsplit(url), urlsplit(target)
        if (current.scheme, current.netloc) != (redirected.scheme, redirected.netloc):
            raise BackendError(
                "{host} refers to another address, {address}, which is not followed: enter that one if you trust it",
                host=self._server.host,
                address=f"{redirected.scheme}://{redirected.netloc[:100]}",
            )
        keeps_method = status in (307, 308)
        return target, self._method if keeps_method else "GET", self._body if keeps_method else None

    def _read_body(self, response: Any) -> bytes:
        content_length = response.headers.get("content-length", "")
        if content_length.isdigit() and int(content_length) > self._max_bytes:
            raise self._too_large_error()
        parts: list[bytes] = []
        size = 0
        for chunk in response.iter_content(_CHUNK_BYTES):
            size += len(chunk)
            if size > self._max_bytes:
                raise self._too_large_error()
            if self._stopped.is_set():
                raise Cancelled("The exchange was stopped")
            parts.append(chunk)
        if (
            content_length.isdigit()
            and "content-encoding" not in response.headers
            and size < int(content_length)
        ):
            raise self._incomplete_error()
        return b"".join(parts)

    def _unreachable_error(self, error: Exception) -> BackendError:
        return BackendError(
            "{host} can't be reached ({reason}): check its address and that it runs",
            host=self._server.host,
            reason=describe_cause(error),
        )

    def _incomplete_error(self) -> BackendError:
        return BackendError("{host} broke off in the middle of its answer: try again", host=self._server.host)

    def _too_large_error(self) -> BackendError:
        return BackendError(
            "{host} answers with more than {megabytes:.0f} MB: ask for a shorter motion",
            host=self._server.host,
            megabytes=self._max_bytes / 2**20,
        )

    def _timeout_error(self, seconds: float) -> BackendError:
        return BackendError(
            "{host} did not answer within {seconds:.0f} seconds: try again, or ask for a shorter motion",
            host=self._server.host,
            seconds=seconds,
        )
