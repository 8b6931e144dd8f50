# SPDX-License-Identifier: GPL-3.0-or-later
"""Child process of :mod:`.trajectory_process`: computes the SDK's trajectories until stdin is closed."""

from __future__ import annotations

import json
import signal
import sys
from typing import IO, Any

import numpy as np
from motionmcp.trajectory import compute_trajectories
from numpy.typing import NDArray

MAX_FPS = 45.0
"""Motions with more frames a second are read at REDUCED_FPS: the SDK's time grows with the square of the frames."""

REDUCED_FPS = 30.0


def answer_request(line: bytes, data: IO[bytes]) -> bytes:
    """Return the line of JSON that answers one request.

    A request is a line of JSON and, in ``data``, float32 rotations (T, J, 4) as x, y, z, w and root translations
    (T, 3) in metres of one sample.
    """
    request = json.loads(line)
    frames, joints = request["shape"]
    rotations, roots = _read_floats(data, (frames, joints, 4)), _read_floats(data, (frames, 3))
    try:
        trajectory = compute_trajectory(
            request["skeleton"], rotations, roots, request["fps"], request["loop"]
        )
    except Exception:
        # as in the SDK's server: a motion without a trajectory is still a result
        trajectory = None
    return json.dumps(trajectory).encode() + b"\n"


def compute_trajectory(
    skeleton: dict[str, Any],
    rotations: NDArray[np.float32],
    roots: NDArray[np.float32],
    fps: float,
    loop: bool,
) -> dict[str, Any] | None:
    """Return the SDK's trajectory of one sample; None if the body can't be read.

    Parameters
    ----------
    skeleton : dict
        As in the request.
    rotations : (T, J, 4)
        x, y, z, w.
    roots : (T, 3)
        Metres.
    fps : float
        Frames a second.
    loop : bool
        Whether the motion is a loop.
    """
    frames = len(roots)
    read = frames if fps <= MAX_FPS else max(2, round((frames - 1) * REDUCED_FPS / fps) + 1)
    if read < frames:
        at = np.linspace(0, frames - 1, read)
        rotations, roots = _interpolate_rotations(rotations, at), _interpolate(roots, at)
        fps *= (read - 1) / (frames - 1)
    (trajectory,) = compute_trajectories(
        skeleton=skeleton, joint_names=[joint["name"] for joint in skeleton["joints"]],
        rotations_quat=rotations[None], root_translations=roots[None], fps=fps, loop=loop,
    )  # fmt: skip
    if trajectory is not None and read < frames:
        _spread_trajectory(trajectory, frames, read)
    return dict(trajectory) if trajectory is not None else None


def _interpolate(values: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return values (T, ...) at fractional frames."""
    first = np.minimum(at.astype(int), len(values) - 2)
    part = (at - first).reshape(-1, *[1] * (values.ndim - 1)).astype(np.float32)
    return np.asarray(values[first] * (1 - part) + values[first + 1] * part)


def _interpolate_rotations(rotations: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return rotations (T, J, 4) at fractional frames; neighbours are close enough to interpolate their numbers."""
    first = np.minimum(at.astype(int), len(rotations) - 2)
    following = rotations[first + 1]
    same_side = np.where((rotations[first] * following).sum(-1, keepdims=True) < 0, -1, 1)
    part = (at - first).reshape(-1, 1, 1).astype(np.float32)
    mixed = rotations[first] * (1 - part) + same_side * following * part
    return np.asarray(mixed / np.linalg.norm(mixed, axis=-1, keepdims=True), np.float32)


def _spread_trajectory(trajectory: dict[str, Any], frames: int, read: int) -> None:
    """Give a trajectory that was read at ``read`` frames its values at all ``frames``."""
    at = np.linspace(0, read - 1, frames)
    position, yaw = np.asarray(trajectory["position"]), np.asarray(trajectory["yaw"])
    columns = [np.interp(at, np.arange(read), position[:, k]).round(4) for k in range(2)]
    trajectory["position"] = np.stack(columns, axis=1).tolist()
    trajectory["yaw"] = np.interp(at, np.arange(read), yaw).round(5).tolist()
    scale = (frames - 1) / (read - 1)
    trajectory["markers"] = {
        name: [round(frame * scale) for frame in marked] for name, marked in trajectory["markers"].items()
    }


def _read_floats(data: IO[bytes], shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.frombuffer(data.read(4 * int(np.prod(shape))), "<f4").reshape(shape)


if __name__ == "__main__":
    # Ctrl C stops the server, which then closes this process's input
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while request_line := sys.stdin.buffer.readline():
        sys.stdout.buffer.write(answer_request(request_line, sys.stdin.buffer))
        sys.stdout.buffer.flush()
