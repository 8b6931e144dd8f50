# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands print, and the error that ends a command with one line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class CommandError(Exception):
    """Ends a command. The message is one line for the user of the terminal."""


def print_line(text: str = "") -> None:
    """Print a line and flush it, so that it appears at once in a pipe too."""
    print(text, flush=True)


class Stopwatch:
    """Measures the parts of a command, by name and in order."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.seconds_by_part: dict[str, float] = {}

    @property
    def total_seconds(self) -> float:
        """Seconds since the stopwatch was created."""
        return time.perf_counter() - self.started

    @contextmanager
    def time_part(self, name: str) -> Iterator[None]:
        """Context manager: print the name of a part, measure it and print its seconds."""
        sys.stdout.write(f"{name} ... ")
        sys.stdout.flush()
        start = time.perf_counter()
        try:
            yield
        except BaseException:
            print_line("failed")
            raise
        self.seconds_by_part[name] = time.perf_counter() - start
        print_line(f"{self.seconds_by_part[name]:.1f} s")


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]], text_columns: int = 1) -> str:
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
