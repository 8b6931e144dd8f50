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


def answer_request(line: bytes, data: IO[bytes]) -> bytes:
    """Return the line of JSON that answers one request.

    A request is a line of JSON and, in ``data``, float32 rotations (B, T, J, 4) as x, y, z, w and root translations
    (B, T, 3) in metres.
    """
    request = json.loads(line)
    batch, frames, joints = request["shape"]
    rotations, roots = _read_floats(data, (batch, frames, joints, 4)), _read_floats(data, (batch, frames, 3))
    try:
        trajectories = compute_trajectories(
            skeleton=request["skeleton"],
            joint_names=[joint["name"] for joint in request["skeleton"]["joints"]],
            rotations_quat=rotations,
            root_translations=roots,
            fps=request["fps"],
            loop=request["loop"],
        )
    except Exception:
        # as in the SDK's server: a motion without a trajectory is still a result
        trajectories = [None] * batch
    return json.dumps(trajectories).encode() + b"\n"


def _read_floats(data: IO[bytes], shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.frombuffer(data.read(4 * int(np.prod(shape))), "<f4").reshape(shape)


if __name__ == "__main__":
    # Ctrl C stops the server, which then closes this process's input
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while request_line := sys.stdin.buffer.readline():
        sys.stdout.buffer.write(answer_request(request_line, sys.stdin.buffer))
        sys.stdout.buffer.flush()
