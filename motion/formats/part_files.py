# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write the parts of a sequence with their times: CSV tables, and subtitles in SubRip's format (.srt).

A table has the columns prompt, start and end, in seconds, in any order; without a line of names they are in this order.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import FormatError
from .atomic_write import write_atomic

MAX_BYTES = 2**20
MAX_PARTS = 100
_MAX_SECONDS = 36_000.0

_COLUMNS = ("prompt", "start", "end")
_TIMES = re.compile(
    r"^\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})\s*-->\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>|\{\\[^{}]*\}")


class TimedPrompt(NamedTuple):
    """A prompt from ``start`` to ``end``, seconds."""

    prompt: str
    start: float
    end: float


def read_parts(path: Path) -> list[TimedPrompt]:
    """Read a table or subtitles. Raises ``FormatError``."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise FormatError(
            "{file} could not be read: {reason}", file=path.name, reason=error.strerror or str(error)
        ) from error
    except UnicodeDecodeError as error:
        raise FormatError("{file} is not text in UTF-8: save it as such", file=path.name) from error
    if len(data) > MAX_BYTES:
        raise FormatError("{file} is too large for a list of parts", file=path.name)
    rows = _read_subtitles(text) if "-->" in text else _read_table(text, path.name)
    if not rows:
        raise FormatError(
            "{file} has no parts: write a line with prompt, start and end for each", file=path.name
        )
    if len(rows) > MAX_PARTS:
        raise FormatError("{file} has more than {count} parts: remove some", file=path.name, count=MAX_PARTS)
    rows.sort(key=lambda row: row.start)
    for number, row in enumerate(rows, 1):
        if not (0.0 <= row.start < row.end <= _MAX_SECONDS):
            raise FormatError(
                "Part {number} of {file} does not end after its start: change its times",
                number=number,
                file=path.name,
            )
        if number < len(rows) and rows[number].start < row.end - 1e-6:
            raise FormatError(
                "Parts {first} and {second} of {file} overlap: change their times",
                first=number,
                second=number + 1,
                file=path.name,
            )
    return rows


def write_parts(rows: Sequence[TimedPrompt], path: Path) -> None:
    """Write subtitles if the name ends in ``.srt``, else a table. Raises ``FormatError`` if it can't be written."""
    path = Path(path)
    if path.suffix.lower() == ".srt":
        blocks = [
            f"{number}\n{_format_time(row.start)} --> {_format_time(row.end)}\n{row.prompt}\n"
            for number, row in enumerate(rows, 1)
        ]
        text = "\n".join(blocks)
    else:
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows((row.prompt, f"{row.start:.4f}", f"{row.end:.4f}") for row in rows)
        text = table.getvalue()
    data = text.encode("utf-8", errors="replace")
    try:
        write_atomic(path, lambda file: file.write(data))
    except OSError as error:
        raise FormatError(
            "{file} could not be written: {reason}", file=path.name, reason=error.strerror or str(error)
        ) from error


def _read_table(text: str, name: str) -> list[TimedPrompt]:
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    columns = list(_COLUMNS)
    rows: list[TimedPrompt] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), dialect), 1):
            values = [cell.strip() for cell in cells]
            if not any(values):
                continue
            if not rows and {v.lower() for v in values} >= set(_COLUMNS):
                columns = [v.lower() for v in values]
                continue
            if len(values) < len(columns):
                raise FormatError(
                    "Line {line} of {file} has no prompt, start and end: complete it", line=number, file=name
                )
            start, end = (_read_seconds(values[columns.index(key)], number, name) for key in ("start", "end"))
            rows.append(TimedPrompt(" ".join(values[columns.index("prompt")].split()), start, end))
            if len(rows) > MAX_PARTS:
                break
    except csv.Error as error:
        raise FormatError("{file} is not a table: {reason}", file=name, reason=error) from error
    return rows


def _read_seconds(text: str, line: int, name: str) -> float:
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise FormatError(
            "Line {line} of {file} has {text} in place of seconds: write a number",
            line=line,
            file=name,
            text=repr(text[:20]),
        )
    return seconds


def _read_subtitles(text: str) -> list[TimedPrompt]:
    rows: list[TimedPrompt] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip().split("\n")
        for number, line in enumerate(lines):
            match = _TIMES.match(line)
            if match:
                h1, m1, s1, ms1, h2, m2, s2, ms2 = match.groups()
                start = 3600 * int(h1) + 60 * int(m1) + int(s1) + int(ms1.ljust(3, "0")) / 1000
                end = 3600 * int(h2) + 60 * int(m2) + int(s2) + int(ms2.ljust(3, "0")) / 1000
                prompt = " ".join(_TAGS.sub("", " ".join(lines[number + 1 :])).split())
                rows.append(TimedPrompt(prompt, start, end))
                break
        if len(rows) > MAX_PARTS:
            break
    return rows


def _format_time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d},{rest % 1000:03d}"
