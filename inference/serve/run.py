# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the server (``kinescribe serve``): on loopback by default, on other addresses only with a token."""

from __future__ import annotations

import ipaddress
import json
import math
import os
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...motion import BackendError, RequestError
from ..backend import Backend
from ..install_hint import describe_installation

if TYPE_CHECKING:
    from ..ardy.backend import TextEncoder

TOKEN_VARIABLE = "KINESCRIBE_TOKEN"

MIN_TOKEN_LENGTH = 16
"""Characters of a token with which others are served at least."""

_BLAS_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


@dataclass(frozen=True)
class ServeOptions:
    """Options of :func:`run_server`."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0: any free port."""
    token: str = ""
    """Bearer token that requests need; empty: none."""
    batch_size: int = 8
    """Requests in one pass of the network, at most."""
    queue_size: int = 256
    """Requests that may wait."""
    host_names: tuple[str, ...] = ()
    """Names by which clients reach the server, besides loopback ones and addresses."""
    max_seconds: float = 60.0
    """Seconds of motion in one request, at most."""
    certificate: Path | None = None
    key: Path | None = None
    """PEM files of certificate and key for https; None: http."""
    proxies: tuple[str, ...] = ()
    """Addresses of proxies that say in X-Forwarded-For whose request they pass on."""
    watch_stdin: bool = False
    """Stop when stdin is closed: when the process that started the server closes it, or ends."""


def run_server(
    backends: dict[str, Backend], options: ServeOptions, text_encoder: TextEncoder | None = None
) -> None:
    """Serve ``backends`` (by model id) until interrupted or terminated; requests and jobs that run are finished first.

    ``text_encoder`` gives vectors of sentences to ARDY, see ``embeddings.py``.

    Prints one JSON line when it listens and one for each request, never a prompt or the token. Raises ``RequestError``
    if the options are not safe, ``BackendError`` if a package is missing or the port is taken.
    """
    _check_options(options)
    if not _is_loopback(options.host) and not options.token:
        raise RequestError(
            "{host} can be reached from other machines: set a token in the environment variable {variable}, or "
            "serve on 127.0.0.1",
            host=options.host,
            variable=TOKEN_VARIABLE,
        )
    try:
        import uvicorn

        from .app import Application
        from .backbone import ServedModel
        from .connections import MAX_HEAD_BYTES, BoundedProtocol
        from .draining_server import DrainingServer
        from .trajectory_process import TrajectoryProcess

        limit_blas_threads()
    except ImportError as error:
        raise BackendError(
            "The server needs packages that are not here ({name}): {command}",
            name=error.name,
            command=describe_installation("serve"),
        ) from None
    listener = _open_socket(options)
    trajectory_process = TrajectoryProcess()
    models = [
        ServedModel(
            backend, name, options.max_seconds, options.batch_size, options.queue_size, trajectory_process
        )
        for name, backend in backends.items()
    ]
    application = Application(models, options.token, log_event, _list_host_names(options), text_encoder)
    config = uvicorn.Config(
        application, log_config=None, access_log=False, timeout_graceful_shutdown=30, lifespan="on",
        ssl_certfile=options.certificate, ssl_keyfile=options.key, timeout_keep_alive=10,
        http=type("Protocol", (BoundedProtocol,), {"proxies": frozenset(options.proxies)}),
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        # anybody on this machine could state another address in X-Forwarded-For, which uvicorn believes otherwise
        proxy_headers=bool(options.proxies), forwarded_allow_ips=list(options.proxies),
    )  # fmt: skip
    server = DrainingServer(config, application)
    if options.watch_stdin:
        threading.Thread(target=_stop_with_stdin, args=(server,), daemon=True).start()
    scheme = "https" if options.certificate else "http"
    host, port = listener.getsockname()[:2]
    url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
    # MMCP's capabilities have no field for licences: the process that started the server reads them from this line
    licences = {name: backend.capabilities().licence for name, backend in backends.items()}
    log_event("listening", url=url, models=list(backends), licences=licences, pid=os.getpid())
    try:
        server.run(sockets=[listener])
    finally:
        trajectory_process.close()
    log_event("stopped", unfinished_jobs=server.unfinished_jobs)


def _check_options(options: ServeOptions) -> None:
    """Raise ``RequestError`` for options with which the server could not work or would not be safe."""
    if not 0 <= options.port <= 65535:
        raise RequestError("{port} is no port: choose 1 to 65535, or 0 for a free one", port=options.port)
    if not (math.isfinite(options.max_seconds) and options.max_seconds > 0):
        raise RequestError(
            "A longest motion of {seconds} seconds is not possible: enter a positive number",
            seconds=options.max_seconds,
        )
    for name, number in (("--batch", options.batch_size), ("--waiting", options.queue_size)):
        if number < 1:
            raise RequestError(
                "{option} {number} is not possible: enter 1 or more", option=name, number=number
            )
    if options.token and len(options.token) < MIN_TOKEN_LENGTH and not _is_loopback(options.host):
        raise RequestError(
            "The token in {variable} can be guessed: use at least {count} random characters",
            variable=TOKEN_VARIABLE,
            count=MIN_TOKEN_LENGTH,
        )
    for address in options.proxies:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise RequestError(
                "{address} is no address of a proxy: enter an IP address", address=address
            ) from None
    for path in (options.certificate, options.key):
        if path is not None and not path.is_file():
            raise RequestError("{file} is no file: give certificate and key as PEM files", file=path)
    if options.key is not None and options.certificate is None:
        raise RequestError("A key needs its certificate: give --certificate too")
    if options.certificate is not None:
        _check_certificate(options.certificate, options.key)


def _check_certificate(certificate: Path, key: Path | None) -> None:
    """Raise ``RequestError`` if the files are no certificate and its key."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise RequestError(
            "{file} and its key can't be used ({reason}): give certificate and key as PEM files",
            file=certificate.name,
            reason=reason,
        ) from None


def _list_host_names(options: ServeOptions) -> set[str]:
    """Return what clients may state as Host: loopback names, the address that is served on, and what was allowed.

    A server on all addresses also answers to each of this machine's own.
    """
    from .access import LOOPBACK_NAMES

    names = {*LOOPBACK_NAMES, options.host, *options.host_names}
    if options.host in ("0.0.0.0", "::", ""):
        own = {socket.gethostname(), socket.getfqdn()}
        for name in list(own):
            with suppress(OSError):
                own |= {str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(name, None)}
        names |= own
    return names


def limit_blas_threads() -> None:
    """Let NumPy's matrix products use all processors but one.

    A product waits for its slowest thread, and one processor is busy with requests, trajectories and responses. Does
    nothing if an environment variable sets the number of threads.
    """
    from threadpoolctl import threadpool_limits

    if not any(os.environ.get(name) for name in _BLAS_VARIABLES):
        threadpool_limits(max(1, (os.cpu_count() or 2) - 1), "blas")


def log_event(event: str, **values: Any) -> None:
    """Write one event to stdout as a line of JSON; a log that is closed or full stops no request."""
    line = json.dumps({"time": round(time.time(), 3), "event": event, **values}, ensure_ascii=True)
    with suppress(OSError, ValueError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _open_socket(options: ServeOptions) -> socket.socket:
    """Return a listening socket: the port is known, and one that is taken is reported, before a model is loaded."""
    try:
        family = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        # allows a port to be used again at once after it was closed; on Windows two processes could then listen on it
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((options.host, options.port))
        listener.listen(128)  # clients can connect from here on; they wait until the models are ready
        return listener
    except (OSError, OverflowError) as error:
        raise BackendError(
            "The server can't listen on {host} port {port} ({reason}): choose another port",
            host=options.host,
            port=options.port,
            reason=getattr(error, "strerror", None) or error,
        ) from None


def _stop_with_stdin(server: Any) -> None:
    while sys.stdin.buffer.read(1):
        pass
    server.should_exit = True
