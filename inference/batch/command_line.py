# SPDX-License-Identifier: GPL-3.0-or-later
"""``kinescribe batch``: its arguments, and what it prints."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...motion import RequestError
from ...motion.file_suffixes import WRITE_SUFFIXES

if TYPE_CHECKING:
    from ..backend import Backend
    from .runner import BatchOptions, BatchSummary

SOME_FAILED = 3
"""Exit status if some jobs failed and the others are done."""


def add_batch_command(
    commands: Any, add_model_options: Callable[[argparse.ArgumentParser], None]
) -> argparse.ArgumentParser:
    """Add the command ``batch``; the caller sets the function that runs it."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "batch", help="a table of prompts becomes motion files; an interrupted batch goes on where it was"
    )
    parser.add_argument(
        "table", type=Path, help="jobs, one a line: .csv with a header, or .jsonl (columns: docs/batches.md)"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the results")
    parser.add_argument(
        "--pattern", help="names of the files (default: {number}_{name}_{seed}); also {sample}, {character}"
    )
    parser.add_argument(
        "--format", choices=[suffix.removeprefix(".") for suffix in WRITE_SUFFIXES], default="npz",
        help="of files whose name has no suffix (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--fps", type=float, default=30.0, help="frames a second (default: %(default)s)")
    parser.add_argument(
        "--batch",
        dest="batch_size",
        type=int,
        default=8,
        help="samples computed together (default: %(default)s)",
    )
    parser.add_argument("--workers", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument(
        "--checkpoint", type=Path, metavar="PATH", help="use an MDM, DiP or MotionGPT checkpoint"
    )
    parser.add_argument(
        "--server", metavar="URL",
        help="use an MMCP server; its token is read from the environment variable KINESCRIBE_TOKEN",
    )  # fmt: skip
    parser.add_argument("--server-model", metavar="ID", help="a model of the server (default: its first)")
    parser.add_argument(
        "--chunk", metavar="K/N",
        help="only the K-th of N parts of the table, for a farm; a last run without it writes results.jsonl",
    )  # fmt: skip
    parser.add_argument("--share", help=argparse.SUPPRESS)
    add_model_options(parser)
    return parser


def run_batch_command(
    options: argparse.Namespace,
    open_model: Callable[[argparse.Namespace], tuple[Backend, dict[str, int]]],
    print_line: Callable[..., None],
) -> int:
    """Run the batch and say what came of it. Returns the exit status. Raises ``RequestError`` or ``BackendError``.

    ``open_model`` returns the model that the options choose and what its requests say about sampling; ``print_line``
    takes a line and, if it is not standard output, a stream.
    """
    from .job_table import read_job_table
    from .runner import run_batch
    from .workers import RESULT_MARK, end_with_stdin, package_command, run_workers

    _check_options(options)
    jobs = read_job_table(options.table)
    if options.share:
        end_with_stdin()
        backend, batch_options = _open_backend(options, open_model)

        def send_result(result: dict[str, Any]) -> None:
            sys.stdout.write(RESULT_MARK + json.dumps(result) + "\n")
            sys.stdout.flush()

        return SOME_FAILED if run_batch(jobs, backend, batch_options, add_result=send_result).failed else 0
    if options.workers > 1:
        summary = run_workers(
            jobs,
            _make_options(options, {}),
            [*package_command(), *options.arguments],
            options.workers,
            _print_progress,
        )
    else:
        backend, batch_options = _open_backend(options, open_model)
        summary = run_batch(jobs, backend, batch_options, _print_progress)
    return _print_summary(summary, options.output, print_line)


def _check_options(options: argparse.Namespace) -> None:
    from .workers import MAX_WORKERS

    if not 1 <= options.workers <= MAX_WORKERS:
        raise RequestError(
            "{count} workers are not possible: choose 1 to {limit}", count=options.workers, limit=MAX_WORKERS
        )
    if options.chunk is not None:
        _parse_chunk(options.chunk)
        if options.workers > 1:
            raise RequestError("Choose one of --chunk and --workers")
    if not 1 <= options.batch_size <= 256:
        raise RequestError(
            "{count} samples at once are not possible: choose 1 to 256", count=options.batch_size
        )
    if not 1.0 <= options.fps <= 1000.0:
        raise RequestError("A frame rate of {fps:g} is not possible: choose 1 to 1000", fps=options.fps)
    if sum(bool(choice) for choice in (options.checkpoint, options.server, options.model)) > 1:
        raise RequestError("Choose one of --checkpoint, --server and --model")


def _open_backend(
    options: argparse.Namespace, open_model: Callable[[argparse.Namespace], tuple[Backend, dict[str, int]]]
) -> tuple[Backend, BatchOptions]:
    if not options.server:
        backend, sampling = open_model(options)
        return backend, _make_options(options, sampling)
    from ..remote import RemoteBackend, Server, list_models
    from ..serve.run import TOKEN_VARIABLE

    server = Server(options.server, os.environ.get(TOKEN_VARIABLE, ""))
    models = {model.id: model for model in list_models(server)}
    chosen = options.server_model or next(iter(models), "")
    if chosen not in models:
        raise RequestError(
            "{server} has no model {model}: choose {known}",
            server=options.server,
            model=chosen,
            known=", ".join(models),
        )
    return RemoteBackend(server, models[chosen]), _make_options(options, {})


def _make_options(options: argparse.Namespace, sampling: dict[str, int]) -> BatchOptions:
    from .output_names import DEFAULT_PATTERN
    from .result_log import FILE_NAME, name_chunk_log
    from .runner import BatchOptions

    share, log_name = (0, 1), FILE_NAME
    if options.share:
        number, _, count = options.share.partition("/")
        share = (int(number), int(count))
    elif options.chunk is not None:
        chunk = _parse_chunk(options.chunk)
        share, log_name = (chunk[0] - 1, chunk[1]), name_chunk_log(*chunk)
    names = [
        options.checkpoint,
        options.model,
        options.model and options.quality,
        options.server,
        options.server_model,
    ]
    return BatchOptions(
        options.output, options.pattern or DEFAULT_PATTERN, "." + options.format, options.fps, options.batch_size,
        " ".join(str(name) for name in names if name), sampling.get("diffusion_steps"), share,
        log_name,
    )  # fmt: skip


def _parse_chunk(text: str) -> tuple[int, int]:
    """Return number, from 1, and count of a chunk. Raises ``RequestError``."""
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text, re.ASCII)
    number, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= count:
        raise RequestError("{chunk} is no part of a batch: write 1/8 for the first of eight", chunk=text)
    return number, count


def _print_progress(done: int, total: int, seconds_left: float) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{done} of {total}, {_format_seconds(seconds_left)} left   {end}")
        sys.stderr.flush()


def _format_seconds(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _print_summary(summary: BatchSummary, folder: Path, print_line: Callable[..., None]) -> int:
    print_line(f"{summary.done} motions made, {summary.before} were there, {summary.failed} failed: {folder}")
    if summary.failed:
        print_line("kinescribe: results.jsonl says why; run the batch again to try them again", sys.stderr)
    return SOME_FAILED if summary.failed else 0
