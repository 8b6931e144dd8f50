# SPDX-License-Identifier: GPL-3.0-or-later
"""``kinescribe body`` in the worker's Python, as Blender runs it: started, watched, cancelled, ended by its handle."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from ...motion import BackendError, Cancelled, Motion
from ...motion.body.body_pose import AS_IT_IS, Manner
from ...motion.body.point_cache import mesh_beside
from ...motion.formats.native import save_native
from ..backend import IsCancelled, Progress, never, silent
from ..worker.launch import START, environment, hidden
from ..worker.log import Log

STEP = "frames {done} of {total}"
"""The line by which the child says how far it is."""

_STEP = re.compile(rb"frames (\d{1,9}) of (\d{1,9})\s*")
_LOOK = 0.05
_GRACE = 3.0


@dataclass(frozen=True)
class BodyOptions:
    """``python``: the executable that has PyTorch and smplx. ``package``: the folder of this package. ``log``: file.

    ``model``: file of the body model. ``output``: the ``.pc2`` to write; the mesh comes beside it as ``.mesh.npz``.
    ``manner``: feet locked, in place.
    """

    python: Path
    package: Path
    log: Path
    model: Path
    output: Path
    manner: Manner = AS_IT_IS


def compute_body(
    motion: Motion, options: BodyOptions, progress: Progress = silent, cancelled: IsCancelled = never
) -> Path:
    """Have the body's mesh written; its path. Blocks, and runs nothing heavy here.

    Raises :class:`BackendError` with the child's own sentence where it fails, :class:`Cancelled` with the child ended.
    """
    log = Log(options.log)
    # a room of its own: a child that is ended leaves what it was about to write
    room = options.output.with_name(f".{options.output.stem}-{os.getpid()}")
    try:
        options.log.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir(parents=True)
        save_native(motion, room / "motion.npz")
        _run(
            replace(options, output=room / options.output.name), room / "motion.npz", log, progress, cancelled
        )
        for path in (mesh_beside(options.output), options.output):
            (room / path.name).replace(path)
    except FileNotFoundError as error:
        raise BackendError(f"The worker's Python ended without a body: read its log {log.path}") from error
    except OSError as error:
        raise BackendError(
            f"The body can't be written to {options.output.parent} ({error.strerror or error}): free some disk space"
        ) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return options.output


def _run(options: BodyOptions, given: Path, log: Log, progress: Progress, cancelled: IsCancelled) -> None:
    command = [str(options.python), "-B", "-X", "utf8", "-c", START, str(options.package), "body", str(given),
               "--model", str(options.model), "-o", str(options.output), "--at-hips", "--steps",
               "--foot-lock", str(options.manner.foot_lock), "--hand-lock", str(options.manner.hand_lock),
               *(["--in-place"] if options.manner.in_place else [])]  # fmt: skip
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(""),
            cwd=options.log.parent,
            creationflags=hidden(),
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise BackendError(
            f"{options.python} can't be started ({why}): choose the Python of an environment that has PyTorch in the "
            "preferences"
        ) from None
    assert process.stdout and process.stderr
    readers = [
        threading.Thread(target=target, args=arguments, name="kinescribe-body-log", daemon=True)
        for target, arguments in (
            (_listen, (process.stdout, log, progress)),
            (log.drain, (process.stderr,)),
        )
    ]
    for reader in readers:
        reader.start()
    try:
        while process.poll() is None:
            if cancelled():
                raise Cancelled("Computing the body was cancelled")
            time.sleep(_LOOK)
    finally:
        _end(process)
        for reader in readers:
            reader.join(_GRACE)
        if not any(reader.is_alive() for reader in readers):
            process.stdout.close()
            process.stderr.close()
    if process.returncode != 0:
        code = process.returncode
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise BackendError(log.sentence or f"The worker's Python ended ({how}): read its log {log.path}")


def _listen(stream: IO[bytes], log: Log, progress: Progress) -> None:
    """Standard output: how far it is, and whatever else is said, into the log."""
    with contextlib.suppress(OSError, ValueError):
        while line := stream.readline(16384):
            found = _STEP.fullmatch(line)
            if found:
                progress(int(found[1]), int(found[2]))
            else:
                log.write(line.decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """An order, then by force."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            return
        process.kill()
        process.wait()
