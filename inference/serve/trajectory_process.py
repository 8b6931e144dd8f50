# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the root trajectories that MMCP sends along with a motion in a child process.

The SDK's server would compute them itself, in Python code that takes a third as long as the motion: on the event loop
all other clients would wait for it, and in a thread the model would wait for the interpreter lock.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from motionmcp import MotionResult

from ..backend import IsCancelled, never_cancelled
from ..child_process import ChildProcess
from .fair_queue import FairQueue

Trajectory = dict[str, Any]

_CANCEL_CHECK_SECONDS = 0.1
_MAX_ATTEMPTS = 2
_CHILD = Path(__file__).with_name("trajectory_child.py")


@dataclass
class _Sample:
    """A motion that waits for its trajectory."""

    message: bytes
    cancelled: IsCancelled
    future: Future[Trajectory | None] = field(default_factory=Future)

    def set_trajectory(self, trajectory: Trajectory | None) -> None:
        """End the future, unless nobody waits for it any more."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(trajectory)


class TrajectoryProcess:
    """A child process that computes trajectories, and the thread that sends it one motion after the other.

    Clients get equal shares of it, see :mod:`.fair_queue`.
    """

    def __init__(self) -> None:
        self._queue: FairQueue[_Sample] = FairQueue()
        self._changed = threading.Condition()
        self._is_closed = False
        self._current: _Sample | None = None
        self._child: ChildProcess | None = None
        self._thread = threading.Thread(target=self._run_child, name="kinescribe-trajectories", daemon=True)
        self._thread.start()

    async def compute_trajectories(
        self,
        skeleton: Mapping[str, Any],
        result: MotionResult,
        fps: float,
        loop: bool,
        cancelled: IsCancelled = never_cancelled,
        client: str = "",
    ) -> list[Trajectory | None]:
        """Return the trajectory of each sample of a result, None for those whose trajectory can't be computed.

        Parameters
        ----------
        skeleton : Mapping
            The request's skeleton as JSON; its joints are those of ``result``.
        result : MotionResult
            B samples of T frames.
        fps : float
            Frames a second.
        loop : bool
            Whether the motion is a loop.
        cancelled : IsCancelled
            Ends the computation, and with it the child process, which a new one replaces.
        client : str
            Whose request it is.
        """
        frames = result.rotations.shape[1]
        head = {"skeleton": skeleton, "fps": fps, "loop": loop, "shape": result.rotations.shape[1:3]}
        line = json.dumps(head).encode() + b"\n"
        samples = []
        for arrays in zip(result.rotations, result.root_translations, strict=True):
            message = line + b"".join(np.asarray(array, "<f4").tobytes() for array in arrays)
            samples.append(_Sample(message, cancelled))
        with self._changed:
            for sample in samples:
                self._queue.put(sample, client, frames)
            self._changed.notify()
        waiting = {asyncio.wrap_future(sample.future) for sample in samples}
        while waiting:
            _, waiting = await asyncio.wait(waiting, timeout=_CANCEL_CHECK_SECONDS)
            current = self._current
            if current is not None and current.cancelled is cancelled and cancelled():
                self._kill_child()
        return [sample.future.result() for sample in samples]

    def close(self) -> None:
        """End the child process; the motions that wait get no trajectories."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._current is not None:
            self._kill_child()
        self._thread.join()
        self._stop_child()

    def _run_child(self) -> None:
        self._start_child()  # its imports take a while: begin before the first motion
        while True:
            with self._changed:
                self._changed.wait_for(lambda: len(self._queue) or self._is_closed)
                dropped = self._queue.remove(lambda sample: not (self._is_closed or sample.cancelled()))
                taken = self._queue.take(1)
            for sample in dropped:
                sample.set_trajectory(None)
            if taken is not None:
                (sample,) = taken.items
                sample.set_trajectory(self._send_sample(sample))
            elif self._is_closed:
                return

    def _send_sample(self, sample: _Sample) -> Trajectory | None:
        """Return the child's answer; a child that was lost is replaced, and asked again."""
        self._current = sample
        try:
            for _ in range(_MAX_ATTEMPTS):
                if sample.cancelled() or self._is_closed:
                    return None
                try:
                    child = self._start_child()
                    child.stdin.write(sample.message)
                    child.stdin.flush()
                    trajectory: Trajectory | None = json.loads(child.stdout.readline())
                    return trajectory
                except (OSError, ValueError):
                    self._stop_child()
            return None
        finally:
            self._current = None

    def _kill_child(self) -> None:
        """Kill the child process; the thread that reads its answer then replaces it."""
        child = self._child
        if child is not None:
            child.kill()

    def _start_child(self) -> ChildProcess:
        if self._child is None:
            # -P: do not import from the folder of the child's file; its stdin is closed when this process ends
            self._child = ChildProcess([sys.executable, "-P", "-X", "utf8", str(_CHILD)], pipe_stdin=True)
        return self._child

    def _stop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.stop(5.0)
