# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a table of jobs: CSV with a header line, or JSON lines.

Columns or keys: ``prompt`` or ``parts``, ``seconds``, ``seed``, ``samples``, ``fps``, ``name``, ``output``,
``constraints``, ``character``. ``parts`` (JSON lines only) is a list of ``{"prompt", "seconds", "seed"}``;
``constraints`` names a JSON file beside the table with a list of MMCP constraints.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...motion import MotionRequest, RequestError
from ...motion.request import MAX_PROMPT_LENGTH, RequestOptions, TextSegment
from .constraint_file import read_constraints

MAX_BYTES = 64 * 2**20
MAX_JOBS = 100_000
MAX_SAMPLES = 1000

_KEYS = ("prompt", "parts", "seconds", "seed", "samples", "fps", "name", "output", "constraints", "character")


@dataclass(frozen=True)
class BatchPart:
    """One prompt of a job; ``seed`` None: the job's own."""

    prompt: str
    seconds: float
    seed: int | None = None


@dataclass(frozen=True)
class BatchJob:
    """One line of the table.

    Attributes
    ----------
    number
        Counted from 1.
    name
        For the pattern of the output files; empty: made of the prompt.
    parts
        Prompts in their order.
    seed, samples
        The samples have the seeds ``seed``, ``seed + 1``, ...
    fps
        Frames a second; None: that of the batch.
    output
        Pattern of the output files; empty: that of the batch.
    constraints
        File with constraints; None: there are none.
    character
        Armature that gets the motion, in Blender; empty: none is named.
    """

    number: int
    name: str
    parts: tuple[BatchPart, ...]
    seed: int = 0
    samples: int = 1
    fps: float | None = None
    output: str = ""
    constraints: Path | None = None
    character: str = ""

    @property
    def prompt(self) -> str:
        """All prompts, in order."""
        return ", then ".join(part.prompt for part in self.parts)

    def build_request(self, sample: int, fps: float) -> MotionRequest:
        """Return the request of one sample. Raises ``RequestError`` if the file of constraints is wrong."""
        segments = tuple(
            TextSegment(part.prompt, max(1, round(part.seconds * fps)), seed=part.seed) for part in self.parts
        )
        constraints = read_constraints(self.constraints) if self.constraints else ()
        return MotionRequest(segments, fps, constraints, RequestOptions(seed=self.seed + sample))


def read_job_table(path: Path) -> list[BatchJob]:
    """Return the jobs of a table. Raises ``RequestError`` with the line that is wrong."""
    try:
        if not path.is_file():
            raise RequestError("{file} is no file: give a table of jobs, .csv or .jsonl", file=path)
        if path.stat().st_size > MAX_BYTES:
            raise RequestError(
                "{file} has more than {limit} MB: split it", file=path.name, limit=MAX_BYTES >> 20
            )
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RequestError("{file} is no UTF-8 text: save it as UTF-8", file=path.name) from None
    except OSError as error:
        raise RequestError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from None
    is_csv = path.suffix.lower() == ".csv"
    jobs: list[BatchJob] = []
    for line, row in _read_csv_rows(text, path) if is_csv else _read_json_rows(text, path):
        if len(jobs) >= MAX_JOBS:
            raise RequestError("{file} has more than {limit} jobs: split it", file=path.name, limit=MAX_JOBS)
        try:
            jobs.append(_read_job(row, len(jobs) + 1, path.parent))
        except RequestError as error:
            raise RequestError(
                "{file}, line {line}: {problem}", file=path.name, line=line, problem=error
            ) from None
    if not jobs:
        raise RequestError("{file} has no jobs: write one line for each motion", file=path.name)
    return jobs


def _read_csv_rows(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        if "prompt" not in [str(name).strip() for name in reader.fieldnames or ()]:
            raise RequestError("{file} has no column named prompt in its first line", file=path.name)
        for row in reader:
            if None in row:
                raise RequestError(
                    "{file}, line {line}: there are more values than columns: put quotes around texts with commas",
                    file=path.name,
                    line=reader.line_num,
                )
            values = {name.strip(): value.strip() for name, value in row.items() if value and value.strip()}
            if values:
                yield reader.line_num, values
    except csv.Error as error:
        raise RequestError(
            "{file}, line {line}: {problem}", file=path.name, line=reader.line_num, problem=error
        ) from None


def _read_json_rows(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, content in enumerate(text.splitlines(), 1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise RequestError(
                "{file}, line {line}: this is no JSON object: write {example}",
                file=path.name,
                line=line,
                example='{"prompt": "a person walks", "seconds": 4}',
            )
        yield line, row


def _read_job(row: Mapping[str, Any], number: int, folder: Path) -> BatchJob:
    unknown = sorted(set(row) - set(_KEYS))
    if unknown:
        raise RequestError("{name} is unknown: use {known}", name=unknown[0], known=", ".join(_KEYS))
    seconds = _read_number(row, "seconds", 4.0)
    fps = _read_number(row, "fps", None)
    constraints = _read_text(row, "constraints")
    parts = row.get("parts")
    if parts is None:
        read_parts: tuple[BatchPart, ...] = (_read_part(row, seconds, None),)
    else:
        if not isinstance(parts, list) or not parts or not all(isinstance(part, Mapping) for part in parts):
            raise RequestError("parts is no list of objects with a prompt")
        read_parts = tuple(
            _read_part(part, _read_number(part, "seconds", seconds), _read_integer(part, "seed", None))
            for part in parts
        )
    return BatchJob(
        number,
        _read_text(row, "name"),
        read_parts,
        _read_integer(row, "seed", 0) or 0,
        _read_integer(row, "samples", 1, 1, MAX_SAMPLES) or 1,
        fps,
        _read_text(row, "output"),
        folder / constraints if constraints else None,
        _read_text(row, "character"),
    )


def _read_part(row: Mapping[str, Any], seconds: float | None, seed: int | None) -> BatchPart:
    prompt = " ".join(_read_text(row, "prompt").split())
    if not prompt:
        raise RequestError("The prompt is empty: describe what the character should do")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise RequestError(
            "The prompt has {count} characters: shorten it to {limit}",
            count=len(prompt),
            limit=MAX_PROMPT_LENGTH,
        )
    assert seconds is not None
    return BatchPart(prompt, seconds, seed)


def _read_text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise RequestError("{key} is no text", key=key)
    return value.strip()


def _read_number(row: Mapping[str, Any], key: str, default: float | None) -> float | None:
    value = row.get(key, default)
    if value is None:
        return None
    try:
        number = (
            float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else math.nan
        )
    except (ValueError, OverflowError):
        number = math.nan
    if not (math.isfinite(number) and 0 < number <= 3600):
        raise RequestError(
            "{key} {value} is not possible: enter a positive number", key=key, value=str(value)[:40]
        )
    return number


def _read_integer(
    row: Mapping[str, Any], key: str, default: int | None, lowest: int = 0, highest: int = 2**31 - 1
) -> int | None:
    """Return a whole number of a row.

    Parameters
    ----------
    row : Mapping
        Values by key.
    key : str
        Which one.
    default : int or None
        What stands for a value that is missing.
    lowest, highest : int
        What is accepted.
    """
    value = row.get(key, default)
    if value is None:
        return None
    try:
        number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or not lowest <= number <= highest:
        raise RequestError(
            "{key} {value} is not possible: enter a whole number from {lowest} to {highest}",
            key=key,
            value=str(value)[:40],
            lowest=lowest,
            highest=highest,
        )
    return number
