# SPDX-License-Identifier: GPL-3.0-or-later
"""What a child process writes, kept in a file that does not grow without end."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from pathlib import Path
from typing import IO

MAX_BYTES = 2**20
"""Of one file; the one before it is kept beside it under the ending ``.1``."""

_LONGEST_LINE = 16384
_LAST = 40


class Log:
    """Lines into a file, the last of them in memory too; may be written from any thread. A full disk stops nothing."""

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
        """Write all lines of ``stream`` until its end, so that nobody on the other side has to wait."""
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(_LONGEST_LINE):
                self.write(line.decode("utf-8", "replace"))

    @property
    def sentence(self) -> str:
        """The last line that says something to a person: no JSON event, at most 300 characters."""
        for line in reversed(self.last):
            text = line.strip()
            if text and not text.startswith("{"):
                return text.removeprefix("kinescribe: ")[:300]
        return ""
