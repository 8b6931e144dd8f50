# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP requests to the model hub: only to its hosts, ended at once by a cancel and when nothing comes any more."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from ...motion import BackendError, Cancelled
from ..backend import IsCancelled, never_cancelled
from ..remote.sockets import describe_cause, ignore_sigpipe, recording_adapter

T = TypeVar("T")

ONLINE_OFF = "Blender's online access is off: switch on Allow Online Access in Preferences > System first"

_MAX_REDIRECTS = 5
_CONNECT_SECONDS = 10.0
_CHUNK_BYTES = 16 * 1024  # what is lost of a body that breaks off
_CANCEL_CHECK_SECONDS = 0.05
_JOIN_SECONDS = 5.0  # for the thread to close its files after its sockets were shut

_MIN_BYTES = 16 * 1024
"""What has to come in ``Hub.patience`` seconds; a connection that is slower would take hours."""


def _always_online() -> bool:
    return True


@dataclass(frozen=True)
class Hub:
    """A model hub.

    Attributes
    ----------
    address : of the hub, without a slash at the end
    hosts : hosts that a download may be redirected to, and those below them
    is_online : whether connections to other machines are allowed now
    patience : seconds in which some data has to come
    """

    address: str = "https://huggingface.co"
    hosts: tuple[str, ...] = ("huggingface.co", "hf.co")
    is_online: Callable[[], bool] = field(default=_always_online, repr=False, compare=False)
    patience: float = 30.0

    @property
    def host(self) -> str:
        """The host as it is shown."""
        return urlsplit(self.address).netloc

    def check_address(self, url: str) -> None:
        """Raise :class:`BackendError` unless a URL is the hub's own: https, or this machine for tests."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        own = urlsplit(self.address)
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc) and (
            parts.scheme == "https" or _is_loopback(host)
        ):
            return
        if (
            parts.scheme == "https"
            and parts.port in (None, 443)
            and any(host == known or host.endswith(f".{known}") for known in self.hosts)
        ):
            return
        raise BackendError(
            "{host} refers to {address}, which does not belong to it: log in to your network in a browser, then try "
            "again",
            host=self.host,
            address=f"{parts.scheme}://{parts.netloc}"[:100],
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Connection:
    """What the thread of a transfer uses; see :func:`run_transfer`."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.received = 0
        """Bytes that came or were hashed, by which the other thread sees that the transfer goes on."""

        self._sockets: list[socket.socket] = []
        self._stopped = threading.Event()
        self._session: Any = None

    def stop(self) -> None:
        """Shut all sockets; the thread's next :meth:`count` raises."""
        self._stopped.set()
        for opened_socket in list(self._sockets):
            with contextlib.suppress(OSError):
                opened_socket.shutdown(socket.SHUT_RDWR)

    def count(self, size: int) -> None:
        """Add bytes to those received. Raises :class:`Cancelled` after :meth:`stop`."""
        if self._stopped.is_set():
            raise Cancelled("The download was cancelled")
        self.received += size

    def wait(self, seconds: float) -> None:
        """Wait before another try. Raises :class:`Cancelled` after :meth:`stop`."""
        self._stopped.wait(seconds)
        self.count(_MIN_BYTES)

    @contextlib.contextmanager
    def open(self, url: str, headers: Mapping[str, str] = {}) -> Iterator[Any]:
        """Context manager: send a GET request, follow redirects within the hub, and yield the response.

        Raises :class:`BackendError` if the hub can't be reached or refers to another host.
        """
        import requests

        if self._session is None:
            self._session = self._create_session()
        for _ in range(_MAX_REDIRECTS + 1):
            self.hub.check_address(url)
            self.count(_MIN_BYTES)
            try:
                with self._session.get(
                    url, headers={"Accept-Encoding": "identity", "User-Agent": "Kinescribe", **headers},
                    timeout=(_CONNECT_SECONDS, self.hub.patience), stream=True, allow_redirects=False,
                    auth=_send_unchanged,
                ) as response:  # fmt: skip
                    self.count(_MIN_BYTES)
                    if response.is_redirect:
                        url = urljoin(url, response.headers.get("location", ""))
                        continue
                    yield response
                    return
            except requests.exceptions.SSLError as error:
                raise BackendError(
                    "The connection to {host} is not safe ({reason}): log in to your network in a browser, or choose "
                    "another network",
                    host=self.hub.host,
                    reason=describe_cause(error),
                ) from None
            except (
                requests.exceptions.ChunkedEncodingError,
                requests.exceptions.ReadTimeout,
            ):
                raise _broken_off(self.hub) from None
            except requests.exceptions.ConnectionError as error:
                raise BackendError(
                    "{host} can't be reached ({reason}): check your connection, and try again",
                    host=self.hub.host,
                    reason=describe_cause(error),
                ) from None
            except (requests.exceptions.RequestException, ValueError) as error:
                raise BackendError(
                    "The download from {host} failed ({reason}): try again",
                    host=self.hub.host,
                    reason=describe_cause(error),
                ) from None
        raise BackendError("{host} redirects too often: try again later", host=self.hub.host)

    def read_chunks(self, response: Any) -> Iterator[bytes]:
        """Yield the body of a response. Raises :class:`BrokenOff` if the connection ends early."""
        import requests

        try:
            for chunk in response.iter_content(_CHUNK_BYTES):
                self.count(len(chunk))
                yield chunk
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError):
            self.count(0)
            raise _broken_off(self.hub) from None

    def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            self._session.close()

    def _create_session(self) -> Any:
        import requests

        session = requests.Session()
        session.mount("http://", recording_adapter(self._sockets))
        session.mount("https://", recording_adapter(self._sockets))
        if _is_loopback(urlsplit(self.hub.address).hostname or ""):
            session.trust_env = False  # no proxy to this machine
        return session


class BrokenOff(BackendError):
    """A connection ended before all of a file had come; another try may go on from there."""


def _broken_off(hub: Hub) -> BrokenOff:
    return BrokenOff(
        "{host} broke off in the middle of the download: try again, it goes on where it ended", host=hub.host
    )


def _send_unchanged(request: Any) -> Any:
    """Return a request as it is: an ``auth`` that keeps ``requests`` from sending what a netrc file holds."""
    return request


def run_transfer(hub: Hub, work: Callable[[Connection], T], cancelled: IsCancelled = never_cancelled) -> T:
    """Call ``work(connection)`` in a thread and return its result, or raise what it raises.

    Raises :class:`Cancelled` as soon as ``cancelled()`` is true, and :class:`BackendError` if hardly anything comes.
    """
    if not _is_loopback(urlsplit(hub.address).hostname or "") and not hub.is_online():
        raise BackendError(ONLINE_OFF)
    connection = Connection(hub)
    outcome: list[T] = []
    errors: list[BaseException] = []
    finished = threading.Event()

    def run() -> None:
        ignore_sigpipe()
        try:
            outcome.append(work(connection))
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()
            finished.set()

    thread = threading.Thread(target=run, name="kinescribe-download", daemon=True)
    thread.start()
    deadline, seen = time.monotonic() + hub.patience, 0
    while not finished.wait(_CANCEL_CHECK_SECONDS):
        if cancelled():
            connection.stop()
            thread.join(_JOIN_SECONDS)
            raise Cancelled("The download was cancelled")
        if connection.received - seen >= _MIN_BYTES:
            deadline, seen = time.monotonic() + hub.patience, connection.received
        elif time.monotonic() > deadline:
            connection.stop()
            thread.join(_JOIN_SECONDS)
            raise BackendError(
                "{host} sends hardly anything: try again later, the download goes on where it ended",
                host=hub.host,
            )
    if errors:
        raise errors[0]
    return outcome[0]
