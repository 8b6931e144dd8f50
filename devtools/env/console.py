# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands say, and the one error that ends them with a sentence."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class CommandError(Exception):
    """Ends a command; the message is one line for the person at the terminal."""


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


class Stopwatch:
    """Names and durations of the parts of a command, in order."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.parts: dict[str, float] = {}

    @property
    def total(self) -> float:
        """Seconds since the stopwatch was made."""
        return time.perf_counter() - self.begun

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Announce a part, time it and say how long it took."""
        sys.stdout.write(f"{name} ... ")
        sys.stdout.flush()
        start = time.perf_counter()
        try:
            yield
        except BaseException:
            say("failed")
            raise
        self.parts[name] = time.perf_counter() - start
        say(f"{self.parts[name]:.1f} s")


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], text_columns: int = 1) -> str:
    """Return a Markdown table with padded columns: the first ``text_columns`` to the left, the others to the right."""
    cells = [list(headings), *(list(row) for row in rows)]
    widths = [max(3, *(len(row[i]) for row in cells)) for i in range(len(headings))]

    def format_row(row: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if i < text_columns else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rules = ["-" * width if i < text_columns else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    return "\n".join(format_row(row) for row in [cells[0], rules, *cells[1:]])
