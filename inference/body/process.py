# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``kinescribe body`` in the worker's Python from Blender: start it, watch it, cancel it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO

from ...motion import BackendError, Cancelled, Motion
from ...motion.body.body_pose import DEFAULT_OPTIONS, BodyPoseOptions
from ...motion.body.point_cache import cache_mesh_path
from ...motion.formats.native import save_native
from ..backend import IsCancelled, Progress, never_cancelled, no_progress
from ..child_process import ChildProcess, describe_exit
from ..worker.launch import BOOTSTRAP_CODE, child_environment
from ..worker.log import Log
from ..worker.process import CANNOT_START_MESSAGE

PROGRESS_LINE = "frames {done} of {total}"
"""The line with which the child reports its progress."""

_PROGRESS_PATTERN = re.compile(rb"frames (\d{1,9}) of (\d{1,9})\s*")


@dataclass(frozen=True)
class BodyOptions:
    """How a body's mesh is computed.

    Attributes
    ----------
    python
        The Python executable of an environment that has PyTorch and smplx.
    package
        The folder of this package.
    log
        The log file to write.
    model
        The file of the body model.
    output
        The ``.pc2`` file to write; the mesh is written beside it as ``.mesh.npz``.
    pose_options
        Foot lock, hand lock, and whether root motion is left out.
    """

    python: Path
    package: Path
    log: Path
    model: Path
    output: Path
    pose_options: BodyPoseOptions = DEFAULT_OPTIONS


def compute_body(
    motion: Motion,
    options: BodyOptions,
    progress: Progress = no_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Path:
    """Write the mesh of the body that does ``motion`` in a child process, and return its path. Blocks.

    Raises ``BackendError`` with the child's last message if it fails, ``Cancelled`` once the child has ended.

    Parameters
    ----------
    motion
        The motion that the body does.
    options
        Where and how it is computed.
    progress
        Called with (frames done, frames in all) from a reader thread.
    cancelled
        Checked 20 times a second; if it is true, the child is ended.
    """
    log = Log(options.log)
    # a temporary folder: a child that is ended leaves a half-written file
    temporary_folder = options.output.with_name(f".{options.output.stem}-{os.getpid()}")
    try:
        options.log.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary_folder, ignore_errors=True)
        temporary_folder.mkdir(parents=True)
        save_native(motion, temporary_folder / "motion.npz")
        _run_child(
            replace(options, output=temporary_folder / options.output.name),
            temporary_folder / "motion.npz",
            log,
            progress,
            cancelled,
        )
        for path in (cache_mesh_path(options.output), options.output):
            (temporary_folder / path.name).replace(path)
    except FileNotFoundError as error:
        raise BackendError(
            "The worker's Python ended without a body: read its log {log}", log=log.path
        ) from error
    except OSError as error:
        raise BackendError(
            "The body can't be written to {folder} ({reason}): free some disk space",
            folder=options.output.parent,
            reason=error.strerror or error,
        ) from error
    finally:
        shutil.rmtree(temporary_folder, ignore_errors=True)
    return options.output


def _run_child(
    options: BodyOptions, motion_path: Path, log: Log, progress: Progress, cancelled: IsCancelled
) -> None:
    """Run the child to its end.

    Raises ``BackendError`` if it fails, ``Cancelled`` if cancelled.

    Parameters
    ----------
    options
        As in :func:`compute_body`; ``output`` may be in a temporary folder.
    motion_path
        The file of the motion.
    log
        Gets the child's output.
    progress, cancelled
        As in :func:`compute_body`.
    """
    pose = options.pose_options
    command = [
        str(options.python), "-B", "-X", "utf8", "-c", BOOTSTRAP_CODE, str(options.package), "body", str(motion_path),
        "--model", str(options.model), "-o", str(options.output), "--at-hips", "--steps",
        "--foot-lock", str(pose.foot_lock), "--hand-lock", str(pose.hand_lock),
        *(["--in-place"] if pose.in_place else []),
    ]  # fmt: skip
    try:
        process = ChildProcess(
            command,
            stdout_reader=partial(_read_stdout, log, progress),
            stderr_reader=log.write_stream,
            environment=child_environment(""),
            folder=options.log.parent,
        )
    except OSError as error:
        raise BackendError(
            CANNOT_START_MESSAGE, python=options.python, reason=error.strerror or error
        ) from None
    code = process.run_to_end(cancelled)
    if code is None:
        raise Cancelled("Computing the body was cancelled")
    if code != 0:
        if log.last_message:
            raise BackendError(log.last_message)
        raise BackendError(
            "The worker's Python ended ({how}): read its log {log}", how=describe_exit(code), log=log.path
        )


def _read_stdout(log: Log, progress: Progress, stream: IO[bytes]) -> None:
    """Read standard output: report progress lines, and write all other lines into the log."""
    with contextlib.suppress(OSError, ValueError):
        while line := stream.readline(16384):
            match = _PROGRESS_PATTERN.fullmatch(line)
            if match:
                progress(int(match[1]), int(match[2]))
            else:
                log.write(line.decode("utf-8", "replace"))
