# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a batch in several processes: each computes a share of the samples, this one writes the table of results."""

from __future__ import annotations

import _thread
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from ...motion import BackendError
from ..child_process import ChildProcess, describe_exit
from .job_table import BatchJob
from .result_log import ResultLog
from .runner import BatchOptions, BatchSummary, ReportProgress, list_items

MAX_WORKERS = 64

RESULT_MARK = "KINESCRIBE-RESULT "
"""Begins a line of a worker's output that holds a result."""


def run_workers(
    jobs: Sequence[BatchJob],
    options: BatchOptions,
    command: Sequence[str],
    worker_count: int,
    report_progress: ReportProgress,
) -> BatchSummary:
    """Run a batch in ``worker_count`` processes; return the counts.

    A worker ends when its input is closed, so also if this process is killed. Raises ``BackendError`` if a worker ends
    before its share is done; what was done stays.

    Parameters
    ----------
    jobs : sequence of BatchJob
        The table.
    options : BatchOptions
        Where to and how.
    command : sequence of str
        The command of one worker; its share, ``--share K/N``, is added.
    worker_count : int
        Number of processes.
    report_progress : ReportProgress
        Called after each file.
    """
    items = list_items(jobs, options)
    options.folder.mkdir(parents=True, exist_ok=True)
    log = ResultLog(options.folder)
    before = sum(log.is_done(item.key, item.output) for item in items)
    results: queue.Queue[dict[str, Any]] = queue.Queue()
    children: list[ChildProcess] = []
    done = failed = 0
    began = time.monotonic()
    try:
        for number in range(worker_count):
            children.append(_start_worker([*command, "--share", f"{number}/{worker_count}"], results))
        while any(child.exit_code is None for child in children) or not results.empty():
            try:
                result = results.get(timeout=0.1)
            except queue.Empty:
                continue
            log.add_result(result)
            done, failed = done + (result["status"] == "done"), failed + (result["status"] != "done")
            left = (time.monotonic() - began) / (done + failed) * (len(items) - before - done - failed)
            report_progress(before + done + failed, len(items), left)
            if done + failed == len(items) - before:
                break
        for child in children:
            child.wait_for_end(30.0)
            child.join_readers(10.0)
            if child.exit_code not in (0, 3):
                raise BackendError(
                    "A worker of the batch ended early ({exit}): run the batch again to continue",
                    exit=describe_exit(child.exit_code or 0),
                )
    finally:
        for child in children:
            child.stop()
        while not results.empty():
            log.add_result(results.get_nowait())
        log.close()
    return BatchSummary(done, before, failed)


def _start_worker(command: Sequence[str], results: queue.Queue[dict[str, Any]]) -> ChildProcess:
    def read_results(stream: IO[bytes]) -> None:
        for line in stream:
            text = line.decode("utf-8", "replace")
            if text.startswith(RESULT_MARK):
                results.put(json.loads(text.removeprefix(RESULT_MARK)))

    return ChildProcess(command, stdout_reader=read_results, pipe_stdin=True, new_session=True)


def end_with_stdin() -> None:
    """End this process when its standard input is closed: when the process that started it has ended."""

    def watch() -> None:
        # not through sys.stdin, whose lock Python needs when it ends
        while os.read(sys.stdin.fileno(), 1):
            pass
        _thread.interrupt_main()

    threading.Thread(target=watch, name="kinescribe-stdin", daemon=True).start()


def package_command() -> list[str]:
    """Return the command that runs this package's command line in a new process of this Python."""
    root = Path(__file__).resolve().parents[2]
    if (root / "__init__.py").exists():
        from ..worker.launch import BOOTSTRAP_CODE

        return [sys.executable, "-B", "-X", "utf8", "-c", BOOTSTRAP_CODE, str(root)]
    return [sys.executable, "-X", "utf8", "-m", __name__.rpartition(".batch.")[0]]
