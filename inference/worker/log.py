# SPDX-License-Identifier: GPL-3.0-or-later
"""A log file of limited size for the output of a child process."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from pathlib import Path
from typing import IO

MAX_FILE_BYTES = 2**20
"""Largest size of the file; then it is renamed to end in ``.1``, and a new one begins."""

_MAX_LINE_BYTES = 16384
_KEPT_LINES = 40


class Log:
    """A log file and its last lines in memory. May be written from any thread; a full disk raises no error."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last_lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._lock = threading.Lock()

    def write(self, line: str) -> None:
        """Add one line."""
        line = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line.rstrip("\r\n"))
        with self._lock:
            self.last_lines.append(line)
            with contextlib.suppress(OSError):
                if self.path.exists() and self.path.stat().st_size > MAX_FILE_BYTES:
                    self.path.replace(self.path.with_name(self.path.name + ".1"))
                with open(self.path, "a", encoding="utf-8") as file:
                    file.write(line + "\n")

    def write_stream(self, stream: IO[bytes]) -> None:
        """Write all lines of ``stream`` until its end, so that the child never waits for a full pipe."""
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(_MAX_LINE_BYTES):
                self.write(line.decode("utf-8", "replace"))

    @property
    def last_message(self) -> str:
        """The last line that is meant for a person (no JSON event), at most 300 characters."""
        for line in reversed(self.last_lines):
            text = line.strip()
            if text and not text.startswith("{"):
                return text.removeprefix("kinescribe: ")[:300]
        return ""
