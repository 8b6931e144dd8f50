# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker's life: started, watched, ended by its handle."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ...motion import BackendError, Cancelled, KinescribeError
from ..backend import IsCancelled, never
from ..remote import Server
from .launch import command, environment, hidden
from .log import Log

START_SECONDS = 300.0
"""Within which a worker has to listen: checkpoints are large, and PyTorch's first import from a cold disk is slow."""

_LOOK = 0.05
_GRACE = 2.0  # seconds between the request to end, the order, and the kill


@dataclass(frozen=True)
class WorkerOptions:
    """``python``: the executable that has PyTorch. ``package``: the folder of this package. ``log``: file to write.

    ``checkpoints``: folders, or .pt and .safetensors files, that ``kinescribe serve`` takes.
    """

    python: Path
    package: Path
    log: Path
    checkpoints: tuple[Path, ...] = ()


class Worker:
    """One worker process at most. All members may be used from any thread; only :meth:`ready` and :meth:`stop` wait.

    ``state``: "STOPPED", "STARTING", "LISTENING" or "FAILED"; ``sentence`` then says why it failed.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._options: WorkerOptions | None = None
        self._log: Log | None = None
        self._readers: list[threading.Thread] = []
        self._url, self._token = "", ""
        self._licences: dict[str, str] = {}
        self._sentence = ""

    @property
    def state(self) -> str:
        """How it is, as of now."""
        with self._lock:
            self._look()
            if self._process is None:
                return "FAILED" if self._sentence else "STOPPED"
            return "LISTENING" if self._url else "STARTING"

    @property
    def sentence(self) -> str:
        """Why it failed, in one sentence; empty unless :attr:`state` is "FAILED"."""
        with self._lock:
            return self._sentence

    @property
    def licences(self) -> dict[str, str]:
        """Of its models by their ids, as it said when it began to listen."""
        with self._lock:
            return dict(self._licences)

    @property
    def process_id(self) -> int | None:
        """Of the process that runs."""
        with self._lock:
            return self._process.pid if self._process else None

    def start(self, options: WorkerOptions) -> None:
        """Start it, without waiting until it listens; one that runs with other options is ended first.

        Raises :class:`BackendError` where that Python can't be started.
        """
        with self._lock:
            self._look()
            if self._process is not None and options == self._options:
                return
        self.stop()  # outside the lock, because it waits
        with self._lock:
            if self._process is not None:
                return
            self._url, self._token, self._sentence = "", secrets.token_urlsafe(32), ""
            self._options, self._log = options, Log(options.log)
            try:
                options.log.parent.mkdir(parents=True, exist_ok=True)
                self._process = subprocess.Popen(
                    command(options.python, options.package, options.checkpoints),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environment(self._token),
                    cwd=options.log.parent,
                    creationflags=hidden(),
                    start_new_session=os.name != "nt",  # Ctrl C in Blender's terminal is not meant for it
                )
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or str(error)
                self._sentence = (
                    f"{options.python} can't be started ({why}): choose the Python of an environment that has "
                    "PyTorch in the preferences"
                )
                raise BackendError(self._sentence) from None
            assert self._process.stdout and self._process.stderr
            self._readers = [
                threading.Thread(target=target, args=arguments, name="kinescribe-worker-log", daemon=True)
                for target, arguments in (
                    (self._listen, (self._process, self._process.stdout, self._log)),
                    (self._log.drain, (self._process.stderr,)),
                )
            ]
            for reader in self._readers:
                reader.start()

    def ready(
        self, options: WorkerOptions, cancelled: IsCancelled = never, seconds: float = START_SECONDS
    ) -> Server:
        """Wait until it listens, starting it where it does not run; where to ask it.

        Raises :class:`BackendError` where it fails or needs more than ``seconds``, :class:`Cancelled`.
        """
        self.start(options)
        deadline = time.monotonic() + seconds
        while (state := self.state) == "STARTING":
            if cancelled():
                raise Cancelled("The generation was cancelled")
            if time.monotonic() > deadline:
                self.stop()
                self._fail(
                    f"The worker did not listen within {seconds:.0f} seconds: read its log, or start it again"
                )
                break
            time.sleep(_LOOK)
        if state != "LISTENING":
            raise BackendError(self.sentence or "The worker was stopped: start it again in the panel Model")
        with self._lock:
            return Server(self._url, self._token)

    def explained(self, error: BackendError) -> BackendError:
        """What went wrong while it was asked: its end where it ended, else ``error`` itself."""
        deadline = time.monotonic() + 0.5  # a connection breaks a moment before its process is gone
        while self.state == "LISTENING" and time.monotonic() < deadline:
            time.sleep(_LOOK)
        if self.state == "STOPPED":
            return BackendError("The worker was stopped: start it again in the panel Model")
        return BackendError(self.sentence) if self.state == "FAILED" else error

    def stop(self) -> None:
        """End it: closed input first, then an order, then by force; each waits two seconds at most."""
        with self._lock:
            process, self._process = self._process, None
            self._url, self._sentence = "", ""
            readers, self._readers = self._readers, []
        if process is None:
            return
        assert process.stdin
        with contextlib.suppress(OSError):
            process.stdin.close()
        for order in (process.terminate, process.kill):
            try:
                process.wait(_GRACE)
                break
            except subprocess.TimeoutExpired:
                order()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        _close(process, readers)

    def _listen(self, process: subprocess.Popen[bytes], stream: IO[bytes], log: Log) -> None:
        """Standard output: the line that says where it listens, then its log."""
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(65536):
                log.write(line.decode("utf-8", "replace"))
                url, licences = _listening(line)
                if url:
                    with self._lock:
                        if self._process is process:
                            self._url, self._licences = url, licences
                    break
        log.drain(stream)

    def _look(self) -> None:
        """Notice that the process is gone; its last words become the sentence."""
        process, log = self._process, self._log
        if process is None or log is None or process.poll() is None:
            return
        for reader in self._readers:  # they end with the process; its last words may still be on the way
            if reader is not threading.current_thread():
                reader.join(0.3)
        phase = "ended" if self._url else "ended before it listened"
        code = process.returncode
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        said = log.sentence
        readers, self._readers = self._readers, []
        self._process, self._url = None, ""
        self._sentence = (
            f"The worker {phase} ({how}{': ' + said if said else ''}): start it again, or read its log"
        )
        _close(process, readers)

    def _fail(self, sentence: str) -> None:
        with self._lock:
            self._sentence = sentence


def _listening(line: bytes) -> tuple[str, dict[str, str]]:
    """Address and licences in the server's first event, or nothing. Only loopback is believed."""
    try:
        stated: Any = json.loads(line)
        url = str(stated["url"]) if stated["event"] == "listening" else ""
        licences = {str(name): str(text)[:200] for name, text in stated.get("licences", {}).items()}
        return (url, licences) if url and Server(url).is_loopback else ("", {})
    except (ValueError, KeyError, TypeError, AttributeError, KinescribeError):
        return "", {}


def _close(process: subprocess.Popen[bytes], readers: list[threading.Thread]) -> None:
    """Give back the pipes once nobody reads from them."""
    for reader in readers:
        if reader is not threading.current_thread():
            reader.join(_GRACE)
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()
    for stream, reader in zip((process.stdout, process.stderr), readers, strict=False):
        if stream and not reader.is_alive():
            stream.close()
