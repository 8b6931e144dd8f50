# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker process: start it, watch it, stop it by its handle."""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from ...motion import BackendError, Cancelled, KinescribeError
from ..backend import IsCancelled, never_cancelled
from ..child_process import ChildProcess, describe_exit
from ..remote import Server
from .launch import child_environment, serve_command
from .log import Log

MAX_START_SECONDS = 300.0
"""Longest start of a worker: checkpoints are large, and PyTorch's first import from a cold disk is slow."""

_POLL_SECONDS = 0.05  # seconds between two checks
_GRACE_SECONDS = 2.0  # seconds between closing its input, terminate() and kill()


CANNOT_START_MESSAGE = (
    "{python} can't be started ({reason}): choose the Python of an environment that has PyTorch in the "
    "preferences"
)
_STOPPED_MESSAGE = "The worker was stopped: start it again in the panel Model"


@dataclass(frozen=True)
class WorkerOptions:
    """How the worker is started.

    Attributes
    ----------
    python
        The Python executable of an environment that has PyTorch.
    package
        The folder of this package.
    log
        The log file to write.
    checkpoints
        Folders, or .pt and .safetensors files, that ``kinescribe serve`` takes.
    use_bfloat16
        Whether ARDY is computed in bfloat16 where that is faster.
    """

    python: Path
    package: Path
    log: Path
    checkpoints: tuple[Path, ...] = ()
    use_bfloat16: bool = False


class Worker:
    """At most one worker process. May be used from any thread; only ``wait_until_listening`` and ``stop`` wait."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process: ChildProcess | None = None
        self._options: WorkerOptions | None = None
        self._log: Log | None = None
        self._url, self._token = "", ""
        self._licences: dict[str, str] = {}
        self._failure: BackendError | None = None

    @property
    def state(self) -> str:
        """The state now: "STOPPED", "STARTING", "LISTENING" or "FAILED"."""
        with self._lock:
            self._check_exit()
            if self._process is None:
                return "FAILED" if self._failure else "STOPPED"
            return "LISTENING" if self._url else "STARTING"

    @property
    def failure(self) -> BackendError | None:
        """The reason why the worker failed; None unless :attr:`state` is "FAILED"."""
        with self._lock:
            return self._failure

    @property
    def error_message(self) -> str:
        """The message of :attr:`failure` in English, or an empty string."""
        return str(self.failure or "")

    @property
    def model_licences(self) -> dict[str, str]:
        """The licences of the worker's models by model id, as the worker stated them when it began to listen."""
        with self._lock:
            return dict(self._licences)

    @property
    def process_id(self) -> int | None:
        """The id of the running process, or None."""
        with self._lock:
            return self._process.process_id if self._process else None

    def start(self, options: WorkerOptions) -> None:
        """Start the worker without waiting until it listens; first stop one that runs with other options.

        Raises ``BackendError`` if that Python can't be started.
        """
        with self._lock:
            self._check_exit()
            if self._process is not None and options == self._options:
                return
        self.stop()  # outside the lock, because it waits
        with self._lock:
            if self._process is not None:
                return
            self._url, self._token, self._failure = "", secrets.token_urlsafe(32), None
            self._options, self._log = options, Log(options.log)
            try:
                options.log.parent.mkdir(parents=True, exist_ok=True)
                self._process = ChildProcess(
                    serve_command(options.python, options.package, options.checkpoints, options.use_bfloat16),
                    stdout_reader=partial(self._read_stdout, self._token, self._log),
                    stderr_reader=self._log.write_stream,
                    pipe_stdin=True,
                    environment=child_environment(self._token),
                    folder=options.log.parent,
                    new_session=True,  # Ctrl C in Blender's terminal must not end it
                )
            except OSError as error:
                self._failure = BackendError(
                    CANNOT_START_MESSAGE, python=options.python, reason=error.strerror or error
                )
                raise self._failure from None

    def wait_until_listening(
        self,
        options: WorkerOptions,
        cancelled: IsCancelled = never_cancelled,
        seconds: float = MAX_START_SECONDS,
    ) -> Server:
        """Start the worker unless it runs, wait until it listens, and return its address as a server.

        Raises ``BackendError`` if it fails or needs more than ``seconds``, ``Cancelled`` if cancelled.
        """
        if cancelled():
            raise Cancelled("The generation was cancelled")
        self.start(options)
        deadline = time.monotonic() + seconds
        while (state := self.state) == "STARTING":
            if cancelled():
                raise Cancelled("The generation was cancelled")
            if time.monotonic() > deadline:
                self.stop()
                with self._lock:
                    self._failure = BackendError(
                        "The worker did not listen within {seconds:.0f} seconds: read its log, or start it again",
                        seconds=seconds,
                    )
                break
            time.sleep(_POLL_SECONDS)
        if state != "LISTENING":
            raise self.failure or BackendError(_STOPPED_MESSAGE)
        with self._lock:
            return Server(self._url, self._token)

    def explain_error(self, error: BackendError) -> BackendError:
        """Return the error that explains a broken connection: that the worker ended, if it did, else ``error``."""
        deadline = time.monotonic() + 0.5  # a connection breaks a moment before its process is gone
        while self.state == "LISTENING" and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        if self.state == "STOPPED":
            return BackendError(_STOPPED_MESSAGE)
        return self.failure or error

    def stop(self) -> None:
        """Stop the worker: close its input, then terminate(), then kill(); wait two seconds at most after each."""
        with self._lock:
            process, self._process = self._process, None
            self._url, self._failure = "", None
        if process is not None:
            process.stop(_GRACE_SECONDS)

    def _read_stdout(self, token: str, log: Log, stream: IO[bytes]) -> None:
        """Read standard output: the line with the address (of the process that got ``token``), then the log."""
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(65536):
                log.write(line.decode("utf-8", "replace"))
                url, licences = _parse_listening_event(line)
                if url:
                    with self._lock:
                        if self._process is not None and self._token == token:
                            self._url, self._licences = url, licences
                    break
        log.write_stream(stream)

    def _check_exit(self) -> None:
        """If the process has ended by itself, make its exit code and the last line of its log the failure."""
        process, log = self._process, self._log
        if process is None or log is None or (code := process.exit_code) is None:
            return
        process.join_readers(0.3)  # they end with the process; its last lines may still be in the pipe
        if self._url:
            template = "The worker ended ({how}): start it again, or read its log"
        else:
            template = "The worker ended before it listened ({how}): start it again, or read its log"
        self._failure = BackendError(
            template, how=": ".join(filter(None, (describe_exit(code), log.last_message)))
        )
        self._process, self._url = None, ""
        process.stop(_GRACE_SECONDS)


def _parse_listening_event(line: bytes) -> tuple[str, dict[str, str]]:
    """Return address and licences from the server's first event, or nothing; accept only a loopback address."""
    try:
        event: Any = json.loads(line)
        url = str(event["url"]) if event["event"] == "listening" else ""
        licences = {str(name): str(text)[:200] for name, text in event.get("licences", {}).items()}
        return (url, licences) if url and Server(url).is_loopback else ("", {})
    except (ValueError, KeyError, TypeError, AttributeError, KinescribeError):
        return "", {}
