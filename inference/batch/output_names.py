# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of a batch's output files, from a pattern."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath

from ...motion import RequestError
from ...motion.file_suffixes import WRITE_SUFFIXES
from .job_table import BatchJob

DEFAULT_PATTERN = "{number}_{name}_{seed}"

FIELDS = ("number", "name", "seed", "sample", "character")

_FIELD = re.compile(r"\{([^{}]*)\}")
_UNSAFE = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def list_outputs(
    jobs: Sequence[BatchJob],
    folder: Path,
    pattern: str,
    suffix: str,
    suffixes: Collection[str] = WRITE_SUFFIXES,
) -> dict[tuple[int, int], Path]:
    """Return the output file of each sample by (number of the job, sample).

    Raises ``RequestError`` for an unknown field, a file outside the folder, an unknown suffix, or two samples with the
    same file.

    Parameters
    ----------
    jobs : sequence of BatchJob
        All jobs of the table.
    folder : Path
        Folder of the outputs.
    pattern : str
        Pattern of jobs that have none of their own; fields in braces, folders separated by "/".
    suffix : str
        Added to names that have none of ``suffixes``.
    suffixes : collection of str
        Suffixes of files that can be written.
    """
    width = len(str(len(jobs)))
    outputs: dict[tuple[int, int], Path] = {}
    used: dict[str, int] = {}
    for job in jobs:
        for sample in range(job.samples):
            values = {
                "number": f"{job.number:0{width}d}",
                "name": make_file_name(job.name or job.prompt),
                "seed": str(job.seed + sample),
                "sample": str(sample + 1),
                "character": make_file_name(job.character) if job.character else "none",
            }
            path = folder / _fill_pattern(job.output or pattern, values, suffix, suffixes)
            # file systems of Windows and macOS do not tell letters by case
            key = str(path).lower()
            if key in used:
                raise RequestError(
                    "Jobs {first} and {second} would write the same file, {file}: put {field} into the pattern",
                    first=used[key],
                    second=job.number,
                    file=path.name,
                    field="{sample}" if used[key] == job.number else "{number}",
                )
            used[key] = job.number
            outputs[job.number, sample] = path
    return outputs


def make_file_name(text: str) -> str:
    """Return a text as part of a file name that every system accepts, 48 characters at most."""
    name = _UNSAFE.sub("-", text.strip()).strip("-.")[:48].rstrip("-.")
    return f"_{name}" if _RESERVED.fullmatch(name) else name or "motion"


def _fill_pattern(pattern: str, values: dict[str, str], suffix: str, suffixes: Collection[str]) -> Path:
    unknown = [name for name in _FIELD.findall(pattern) if name not in values]
    if unknown or _FIELD.sub("", pattern).strip("{}") != _FIELD.sub("", pattern):
        raise RequestError(
            "The pattern {pattern} has unknown fields: use {known}",
            pattern=pattern[:100],
            known=", ".join(f"{{{name}}}" for name in FIELDS),
        )
    filled = PurePosixPath(_FIELD.sub(lambda match: values[match[1]], pattern.replace("\\", "/")))
    if filled.is_absolute() or ".." in filled.parts or ":" in str(filled) or not filled.name:
        raise RequestError(
            "{pattern} leads out of the output folder: name a file in it", pattern=pattern[:100]
        )
    if filled.suffix.lower() not in suffixes:
        filled = filled.with_name(filled.name + suffix)
    return Path(*filled.parts)
