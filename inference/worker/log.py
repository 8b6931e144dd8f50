# SPDX-License-Identifier: GPL-3.0-or-later
"""A log file of limited size for the output of a child process."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from pathlib import Path
from typing import IO

MAX_BYTES = 2**20
"""Largest size of the file; then it is renamed to end in ``.1``, and a new one begins."""

_LONGEST_LINE = 16384
_LAST = 40


class Log:
    """A log file and its last lines in memory. May be written from any thread; a full disk raises no error."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last: deque[str] = deque(maxlen=_LAST)
        self._lock = threading.Lock()

    def write(self, line: str) -> None:
        """Add one line."""
        line = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line.rstrip("\r\n"))
        with self._lock:
            self.last.append(line)
            with contextlib.suppress(OSError):
                if self.path.exists() and self.path.stat().st_size > MAX_BYTES:
                    self.path.replace(self.path.with_name(self.path.name + ".1"))
                with open(self.path, "a", encoding="utf-8") as file:
                    file.write(line + "\n")

    def drain(self, stream: IO[bytes]) -> None:
        """Write all lines of ``stream`` until its end, so that the child never waits for a full pipe."""
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(_LONGEST_LINE):
                self.write(line.decode("utf-8", "replace"))

    @property
    def sentence(self) -> str:
        """The last line that is meant for a person (no JSON event), at most 300 characters."""
        for line in reversed(self.last):
            text = line.strip()
            if text and not text.startswith("{"):
                return text.removeprefix("kinescribe: ")[:300]
        return ""
