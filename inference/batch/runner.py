# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the jobs of a table: eight samples in one pass of the network, each result written and logged as it comes."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...motion import KinescribeError, Motion, RequestError
from ...motion.file_suffixes import WRITE_SUFFIXES
from ...motion.formats import write_motion
from ..backend import Backend, GenerationJob
from .job_table import BatchJob
from .output_names import DEFAULT_PATTERN, list_outputs
from .result_log import FILE_NAME, ResultLog

_FREE_BYTES = 16 * 2**20  # below which no further file is begun


@dataclass(frozen=True)
class BatchOptions:
    """Options of :func:`run_batch`.

    Attributes
    ----------
    folder
        Folder of the outputs; made if it does not exist.
    pattern, suffix
        Names of the output files, see :func:`~.output_names.list_outputs`.
    fps
        Frames a second of jobs that state none.
    batch_size
        Samples in one pass of the network.
    model
        The model and its quality, as text: results of another one are made again.
    diffusion_steps
        Steps of the sampler; None: the model's own.
    share
        (k, n): only every n-th sample, beginning with the k-th.
    log_name
        Name of the file of results.
    suffixes
        Suffixes of files that can be written.
    """

    folder: Path
    pattern: str = DEFAULT_PATTERN
    suffix: str = ".npz"
    fps: float = 30.0
    batch_size: int = 8
    model: str = ""
    diffusion_steps: int | None = None
    share: tuple[int, int] = (0, 1)
    log_name: str = FILE_NAME
    suffixes: tuple[str, ...] = WRITE_SUFFIXES


@dataclass(frozen=True)
class BatchSummary:
    """What came of a batch: samples that are ``done`` now, were there ``before``, or have ``failed``."""

    done: int = 0
    before: int = 0
    failed: int = 0


@dataclass(frozen=True)
class BatchItem:
    """One sample of a job, its output file, and a hash of everything that determines the result."""

    job: BatchJob
    sample: int
    fps: float
    output: Path
    key: str


WriteItem = Callable[[Motion, BatchItem], None]
"""Writes the file of an item completely, or not at all. May raise ``KinescribeError``."""


def _write_motion(motion: Motion, item: BatchItem) -> None:
    write_motion(motion, item.output)


ReportProgress = Callable[[int, int, float], None]
"""Called with items done, items in all, and the seconds that are probably left."""


def list_items(jobs: Sequence[BatchJob], options: BatchOptions) -> list[BatchItem]:
    """Return all samples of all jobs, in order. Raises ``RequestError`` for a wrong pattern."""
    outputs = list_outputs(jobs, options.folder, options.pattern, options.suffix, options.suffixes)
    items = []
    for job in jobs:
        fps = job.fps or options.fps
        constraints = b""
        if job.constraints is not None:
            try:
                constraints = job.constraints.read_bytes()
            except OSError as error:
                raise RequestError(
                    "{file} can't be read: {reason}", file=job.constraints, reason=error.strerror or error
                ) from None
        for sample in range(job.samples):
            output = outputs[job.number, sample]
            parts = [[part.prompt, part.seconds, part.seed] for part in job.parts]
            content = [parts, job.seed + sample, fps, options.model, output.name]
            digest = hashlib.sha256(json.dumps(content).encode() + constraints)
            items.append(
                BatchItem(job, sample, fps, output, f"{job.number}-{sample}-{digest.hexdigest()[:24]}")
            )
    return items


def run_batch(
    jobs: Sequence[BatchJob],
    backend: Backend,
    options: BatchOptions,
    report_progress: ReportProgress = lambda done, total, left: None,
    add_result: Callable[[dict[str, Any]], None] | None = None,
    write: WriteItem = _write_motion,
) -> BatchSummary:
    """Compute what is not there yet; return the counts.

    A job that fails is logged and does not stop the others. Raises ``RequestError`` if the table, the pattern or the
    folder is wrong, before anything is computed.

    Parameters
    ----------
    jobs : sequence of BatchJob
        The table.
    backend : Backend
        The model.
    options : BatchOptions
        Where to and how.
    report_progress : ReportProgress
        Called after each file.
    add_result : callable, optional
        Takes each result instead of the log in the folder, which is then only read.
    write : callable, optional
        Writes the file of an item; without it a motion file.
    """
    items = list_items(jobs, options)[options.share[0] :: options.share[1]]
    _make_folders(items, options.folder)
    log = ResultLog(options.folder, add_result is not None, options.log_name)
    summary = BatchSummary()
    try:
        waiting = [item for item in items if not log.is_done(item.key, item.output)]
        summary = replace(summary, before=len(items) - len(waiting))
        add = add_result or log.add_result
        began = time.monotonic()
        for result in _compute_results(waiting, backend, options, write):
            add(result)
            is_done = result["status"] == "done"
            summary = replace(summary, done=summary.done + is_done, failed=summary.failed + (not is_done))
            count = summary.done + summary.failed
            left = (time.monotonic() - began) / count * (len(waiting) - count)
            report_progress(summary.before + count, len(items), left)
    finally:
        log.close()
    return summary


def _make_folders(items: Sequence[BatchItem], folder: Path) -> None:
    try:
        for parent in {folder, *(item.output.parent for item in items)}:
            parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(
            "The folder {folder} can't be made: {reason}", folder=folder, reason=error.strerror or error
        ) from None


def _compute_results(
    items: Sequence[BatchItem], backend: Backend, options: BatchOptions, write: WriteItem
) -> Iterator[dict[str, Any]]:
    """Yield a result for each item, in order; the file of a result that is done has been written."""
    for first in range(0, len(items), options.batch_size):
        group = items[first : first + options.batch_size]
        for item, outcome in zip(group, _generate(group, backend, options), strict=True):
            yield _write_result(item, outcome, options.folder, write)


def _generate(
    items: Sequence[BatchItem], backend: Backend, options: BatchOptions
) -> list[Motion | KinescribeError]:
    """Return the motion or the error of each item."""
    outcomes: dict[int, Motion | KinescribeError] = {}
    jobs: dict[int, GenerationJob] = {}
    for k, item in enumerate(items):
        try:
            request = item.job.build_request(item.sample, item.fps)
            sampling = replace(request.options, diffusion_steps=options.diffusion_steps)
            jobs[k] = GenerationJob(replace(request, options=sampling))
        except KinescribeError as error:
            outcomes[k] = error
    generate_many = getattr(backend, "generate_many", None)
    if generate_many is not None:
        for k, outcome in zip(jobs, generate_many(list(jobs.values())), strict=True):
            outcomes[k] = outcome if isinstance(outcome, KinescribeError) else outcome[0]
    else:
        for k, job in jobs.items():
            try:
                outcomes[k] = backend.generate(job.request, job.progress, job.cancelled)[0]
            except KinescribeError as error:
                outcomes[k] = error
    return [outcomes[k] for k in range(len(items))]


def _write_result(
    item: BatchItem, outcome: Motion | KinescribeError, folder: Path, write: WriteItem
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "key": item.key,
        "job": item.job.number,
        "sample": item.sample + 1,
        "seed": item.job.seed + item.sample,
        "prompt": item.job.prompt,
        "output": item.output.relative_to(folder).as_posix(),
    }
    if not isinstance(outcome, KinescribeError):
        try:
            if shutil.disk_usage(folder).free < _FREE_BYTES:
                raise KinescribeError("The disk is full: free some space and run the batch again")
            write(outcome, item)
        except KinescribeError as error:
            outcome = error
    if isinstance(outcome, KinescribeError):
        return result | {"status": "failed", "error": str(outcome)}
    origin = outcome.provenance
    return result | {
        "status": "done",
        "frames": len(outcome),
        "fps": outcome.fps,
        "confidence": origin.confidence,
        "low_confidence": origin.low_confidence,
        "doubted": list(origin.doubted),
        "unknown_words": list(origin.unknown_words),
        "crowded": list(origin.crowded),
    }
