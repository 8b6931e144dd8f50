# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the server (``kinescribe serve``): on loopback by default, on other addresses only with a token."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...motion import BackendError, RequestError
from ..backend import Backend

TOKEN_VARIABLE = "KINESCRIBE_TOKEN"

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
    max_seconds: float = 60.0
    """Seconds of motion in one request, at most."""
    certificate: Path | None = None
    key: Path | None = None
    """PEM files of certificate and key for https; None: http."""
    watch_stdin: bool = False
    """Stop when stdin is closed: when the process that started the server closes it, or ends."""


def run_server(backends: dict[str, Backend], options: ServeOptions) -> None:
    """Serve ``backends`` (by model id) until interrupted or terminated; requests that run are finished first.

    Prints one JSON line when it listens and one for each request, never a prompt or the token. Raises ``RequestError``
    if the options are not safe, ``BackendError`` if a package is missing or the port is taken.
    """
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
        from .trajectory_process import TrajectoryProcess

        limit_blas_threads()
    except ImportError as error:
        raise BackendError(
            'The server needs packages that are not here ({name}): pip install "kinescribe[serve]"',
            name=error.name,
        ) from None
    listener = _open_socket(options)
    trajectory_process = TrajectoryProcess()
    models = [
        ServedModel(
            backend, name, options.max_seconds, options.batch_size, options.queue_size, trajectory_process
        )
        for name, backend in backends.items()
    ]
    application = Application(models, options.token, log_event)
    config = uvicorn.Config(
        application, log_config=None, access_log=False, timeout_graceful_shutdown=30, lifespan="on",
        ssl_certfile=options.certificate, ssl_keyfile=options.key, limit_concurrency=1000, timeout_keep_alive=30,
    )  # fmt: skip
    server = uvicorn.Server(config)
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
    log_event("stopped")


def limit_blas_threads() -> None:
    """Let NumPy's matrix products use all processors but one.

    A product waits for its slowest thread, and one processor is busy with requests, trajectories and responses. Does
    nothing if an environment variable sets the number of threads.
    """
    from threadpoolctl import threadpool_limits

    if not any(os.environ.get(name) for name in _BLAS_VARIABLES):
        threadpool_limits(max(1, (os.cpu_count() or 2) - 1), "blas")


def log_event(event: str, **values: Any) -> None:
    """Write one event to stdout as a line of JSON."""
    line = json.dumps({"time": round(time.time(), 3), "event": event, **values}, ensure_ascii=True)
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
    except OSError as error:
        raise BackendError(
            "The server can't listen on {host} port {port} ({reason}): choose another port",
            host=options.host,
            port=options.port,
            reason=error.strerror or error,
        ) from None


def _stop_with_stdin(server: Any) -> None:
    while sys.stdin.buffer.read(1):
        pass
    server.should_exit = True
