# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the root trajectories that MMCP sends along with a motion in a child process.

The SDK's server would compute them itself, in Python code that takes a third as long as the motion: on the event loop
all other clients would wait for it, and in a thread the model would wait for the interpreter lock.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from motionmcp import MotionResult

from ..child_process import ChildProcess

_CHILD = Path(__file__).with_name("trajectory_child.py")


class TrajectoryProcess:
    """A child process that computes trajectories, and the thread that sends it one motion after the other."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "kinescribe-trajectories")
        self._child: ChildProcess | None = None
        self._thread.submit(self._start_child)  # its imports take a while: begin before the first motion

    async def compute_trajectories(
        self, skeleton: Mapping[str, Any], result: MotionResult, fps: float, loop: bool
    ) -> list[dict[str, Any] | None] | None:
        """Return the trajectories of the samples of a result.

        None if the child process ended: the SDK's server then computes them itself, and the next motion gets a new
        child process.

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
        """
        shape = result.rotations.shape[:3]
        head = {"skeleton": skeleton, "fps": fps, "loop": loop, "shape": shape}
        arrays = (np.asarray(a, "<f4").tobytes() for a in (result.rotations, result.root_translations))
        message = b"".join([json.dumps(head).encode(), b"\n", *arrays])
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._send_request, message)

    def close(self) -> None:
        """Finish the motions that wait, then end the child process."""
        self._thread.shutdown()
        self._stop_child()

    def _send_request(self, message: bytes) -> list[dict[str, Any] | None] | None:
        try:
            child = self._start_child()
            child.stdin.write(message)
            child.stdin.flush()
            trajectories: list[dict[str, Any] | None] = json.loads(child.stdout.readline())
            return trajectories
        except (OSError, ValueError):
            self._stop_child()
            return None

    def _start_child(self) -> ChildProcess:
        if self._child is None:
            # -P: do not import from the folder of the child's file; its stdin is closed when this process ends
            self._child = ChildProcess([sys.executable, "-P", "-X", "utf8", str(_CHILD)], pipe_stdin=True)
        return self._child

    def _stop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.stop(5.0)
