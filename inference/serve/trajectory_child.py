# SPDX-License-Identifier: GPL-3.0-or-later
"""Child process of :mod:`.trajectory_process`: computes the SDK's trajectories until stdin is closed."""

from __future__ import annotations

import json
import signal
import sys
from typing import IO

import numpy as np
from motionmcp.trajectory import compute_trajectories
from numpy.typing import NDArray


def answer(line: bytes, data: IO[bytes]) -> bytes:
    """Return the line of JSON that answers one request.

    A request is a line of JSON and, in ``data``, float32 rotations (B, T, J, 4) as x, y, z, w and root translations
    (B, T, 3) in metres.
    """
    asked = json.loads(line)
    batch, frames, joints = asked["shape"]
    rotations, roots = _floats(data, (batch, frames, joints, 4)), _floats(data, (batch, frames, 3))
    try:
        found = compute_trajectories(
            skeleton=asked["skeleton"],
            joint_names=[joint["name"] for joint in asked["skeleton"]["joints"]],
            rotations_quat=rotations,
            root_translations=roots,
            fps=asked["fps"],
            loop=asked["loop"],
        )
    except Exception:
        # as in the SDK's server: a motion without a trajectory is still a result
        found = [None] * batch
    return json.dumps(found).encode() + b"\n"


def _floats(data: IO[bytes], shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.frombuffer(data.read(4 * int(np.prod(shape))), "<f4").reshape(shape)


if __name__ == "__main__":
    # Ctrl C stops the server, which then closes this process's input
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while asked_line := sys.stdin.buffer.readline():
        sys.stdout.buffer.write(answer(asked_line, sys.stdin.buffer))
        sys.stdout.buffer.flush()
