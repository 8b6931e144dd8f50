# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a child process: without a console window, with reader threads for its output, ended by its handle."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from .backend import IsCancelled

StreamReader = Callable[[IO[bytes]], None]
"""Reads a stream of the child until its end; runs in a thread of its own."""


class ChildProcess:
    """A running child process. Its members may be used from any thread."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        stdout_reader: StreamReader | None = None,
        stderr_reader: StreamReader | None = None,
        merge_stderr: bool = False,
        pipe_stdin: bool = False,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        new_session: bool = False,
    ) -> None:
        """Start the process. Raises ``OSError`` if it can't be started.

        Parameters
        ----------
        command
            The program and its arguments.
        stdout_reader
            Reads the standard output in a thread; without one, the owner reads ``stdout``.
        stderr_reader
            Reads the standard error in a thread; without one, standard error is that of this process.
        merge_stderr
            Send standard error to the same pipe as standard output.
        pipe_stdin
            Give the child a pipe as ``stdin``, which ends with this process; without it, its input is empty.
        environment
            Environment variables; None: those of this process.
        folder
            Working directory; None: that of this process.
        new_session
            Keep Ctrl C in this process's terminal from the child (not on Windows).
        """
        stderr = subprocess.PIPE if stderr_reader else None  # None: that of this process
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if pipe_stdin else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if merge_stderr else stderr,
                env=environment,
                cwd=folder,
                creationflags=_no_console_window(),
                start_new_session=new_session and os.name != "nt",
            )
        except ValueError as error:  # such as a null character in a path
            raise OSError(str(error)) from None
        self._readers: dict[IO[bytes], threading.Thread] = {}
        for stream, reader in ((self._process.stdout, stdout_reader), (self._process.stderr, stderr_reader)):
            if stream and reader:
                thread = threading.Thread(target=reader, args=(stream,), name="kinescribe-child", daemon=True)
                self._readers[stream] = thread
                thread.start()

    @property
    def process_id(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while the process runs."""
        return self._process.poll()

    @property
    def stdin(self) -> IO[bytes]:
        """The child's standard input; only with ``pipe_stdin``."""
        assert self._process.stdin
        return self._process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        """The child's standard output; only without a reader."""
        assert self._process.stdout
        return self._process.stdout

    def run_to_end(self, cancelled: IsCancelled, interval: float = 0.05) -> int | None:
        """Wait for the end of the process and return its exit code; None if it was cancelled.

        Checks ``cancelled`` every ``interval`` seconds. The process has ended when this returns or raises.
        """
        try:
            while (code := self.exit_code) is None:
                if cancelled():
                    return None
                time.sleep(interval)
            return code
        finally:
            self.stop()

    def wait_for_end(self, seconds: float) -> bool:
        """Wait at most ``seconds`` for the end of the process; return whether it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.exit_code is not None

    def stop(self, grace: float = 3.0) -> None:
        """End the process: close its input, then terminate, then kill; wait ``grace`` seconds at most after each.

        Then wait ``grace`` seconds for each reader, and close the pipes that no reader uses any more.
        """
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            self.wait_for_end(grace)
        for end_process in (self._process.terminate, self._process.kill):
            if self.exit_code is not None:
                break
            end_process()
            self.wait_for_end(grace)
        self.join_readers(grace)
        for stream in (self._process.stdout, self._process.stderr):
            if stream and not (stream in self._readers and self._readers[stream].is_alive()):
                stream.close()

    def kill(self) -> None:
        """Kill the process at once; :meth:`stop` still has to be called."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def join_readers(self, seconds: float) -> None:
        """Wait at most ``seconds`` for each reader; they end with the process, after its last lines."""
        for thread in self._readers.values():
            if thread is not threading.current_thread():
                thread.join(seconds)


def describe_exit(code: int) -> str:
    """Return an exit code in words: ``"exit code 2"`` or ``"signal 9"``."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _no_console_window() -> int:
    """Return the creation flags of a process without a console window, which only Windows would open."""
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0
