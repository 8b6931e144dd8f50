# SPDX-License-Identifier: GPL-3.0-or-later
"""New values of one property between values that stay: both ends are met, and rotations stay continuous."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..motion.euler import quaternion_to_axis_angle_channels, quaternion_to_euler
from ..motion.keys.bone_tracks import channels_to_quaternion
from ..motion.rotations import Array, conjugate, identity_rotations, make_continuous, multiply, slerp
from ..motion.smoothing import smoothstep
from .action import FCurveData


def join_values(
    new: Array,
    before: Array | None,
    after: Array | None,
    mode: str,
    length: int,
    holds: tuple[int, int] = (0, 0),
    limits: tuple[int | None, int | None] = (None, None),
) -> Array:
    """Return values (N, C) whose first and last ones are those that stay; between them corrections fade.

    Parameters
    ----------
    new : (N, C)
        The motion, with the frames before and after the new ones.
    before, after : (C,) or None
        Values of the frames that stay.
    mode : str
        Kind of rotation; "": none.
    length : int
        Frames over which a correction fades.
    holds : pair of int
        Frames at the start and at the end before a correction begins to fade, such as those in which a foot stands.
    limits : pair of int or None
        Frames from either end at which nothing may be left of a correction, such as those of given poses; None: any.
    """
    count = len(new)
    from_start, from_end = (
        fade_out(count, length, min(hold, count // 2), limit)
        for hold, limit in zip(holds, limits, strict=True)
    )
    from_end = from_end[::-1]
    if not mode:
        start_offset = np.zeros(new.shape[1]) if before is None else before - new[0]
        end_offset = np.zeros(new.shape[1]) if after is None else after - new[-1]
        # where the body is at the start decides where it goes on, unless something says where it has to be
        start_share = np.ones(count) if after is None else 1.0 - smoothstep(np.linspace(0.0, 1.0, count))
        end_share = np.ones(count) if before is None else smoothstep(np.linspace(0.0, 1.0, count))
        if limits[0] is not None:
            start_share = fade_out(count, limits[0] - 1, 0, limits[0])
        if limits[1] is not None:
            end_share = fade_out(count, limits[1] - 1, 0, limits[1])[::-1]
        values = new + start_share[:, None] * start_offset + end_share[:, None] * end_offset
    else:
        rotations = channels_to_quaternion(new, mode)
        for kept, row, weights in ((before, 0, from_start), (after, -1, from_end)):
            if kept is not None:
                turn = multiply(channels_to_quaternion(kept[None], mode)[0], conjugate(rotations[row]))
                rotations = multiply(
                    slerp(identity_rotations(count), np.tile(turn, (count, 1)), weights), rotations
                )
        reference = before if before is not None else new[0]
        values = to_channels(rotations, mode, reference)
    if before is not None:
        values[0] = before
    if after is not None:
        changes = [find_later_change(mode, index, after, values) for index in range(len(after))]
        values[-1] = [value * factor + offset for value, (factor, offset) in zip(after, changes, strict=True)]
    return np.asarray(values)


def fade_out(count: int, length: int, hold: int, limit: int | None) -> Array:
    """Return a weight (count,): 1 for ``hold`` frames, then falling to 0 in ``length`` frames, at ``limit`` at last."""
    if limit is not None:
        hold = min(hold, max(0, limit - 1 - length))
        length = min(length, max(0, limit - 1))
    return np.asarray(1.0 - smoothstep(np.clip((np.arange(count) - hold) / (length + 1), 0.0, 1.0)))


def to_channels(rotations: Array, mode: str, reference: Array) -> Array:
    """Return rotations (N, 4) as continuous channels (N, C) that begin close to ``reference`` (C,)."""
    continuous = make_continuous(rotations)
    if mode == "QUATERNION":
        return continuous if np.dot(continuous[0], reference) >= 0 else -continuous
    if mode == "AXIS_ANGLE":
        values = quaternion_to_axis_angle_channels(continuous)
        return values if np.dot(values[0, 1:], reference[1:]) >= 0 else -values
    return quaternion_to_euler(continuous, mode, reference=reference)


def find_jump(values: Array, after: Array | None, mode: str) -> int | None:
    """Return the index at which new values jump to the numbers that the frames after them have for the same rotation.

    A body that turns around once more has other signs or whole turns afterwards. The jump is where the bone moves
    least. None: there is none.
    """
    if after is None or len(values) < 4:
        return None
    if all(find_later_change(mode, index, after, values) == (1.0, 0.0) for index in range(len(after))):
        return None
    steps = np.linalg.norm(np.diff(values[1:-1], axis=0), axis=1)
    return 2 + int(np.argmin(steps))


def find_jumps(
    curves: Sequence[FCurveData], later: Mapping[str, tuple[str, Array | None]]
) -> dict[str, tuple[int, dict[int, tuple[float, float]]]]:
    """Return by data path where new values jump, and how the later keys of each channel differ; others are left out.

    Parameters
    ----------
    curves : sequence of FCurveData
        New values with those of the frames before and after them.
    later : mapping
        Kind of rotation and values (C,) of the frame after the new ones, by data path.
    """
    jumps = {}
    for path, (mode, after) in later.items():
        if after is None or not mode:
            continue
        rows = {curve.index: curve.values for curve in curves if curve.data_path == path}
        values = np.tile(after, (len(next(iter(rows.values()))), 1))
        for index, channel in rows.items():
            values[:, index] = channel
        jump = find_jump(values, after, mode)
        if jump is not None:
            jumps[path] = jump, {index: find_later_change(mode, index, after, values) for index in rows}
    return jumps


def undo_change(values: Array, change: tuple[float, float]) -> Array:
    """Return values (N,) before a change of :func:`find_later_change`."""
    factor, offset = change
    return np.asarray((values - offset) / factor)


def find_later_change(mode: str, index: int, after: Array | None, values: Array) -> tuple[float, float]:
    """Return how later keys change to continue the same rotation: the sign of a quaternion, whole turns of an angle."""
    if after is None or not mode:
        return 1.0, 0.0
    if mode == "QUATERNION":
        return (-1.0, 0.0) if np.dot(values[-1], after) < 0 else (1.0, 0.0)
    if mode == "AXIS_ANGLE":
        return 1.0, 0.0
    return 1.0, float(2 * np.pi * np.round((values[-1, index] - after[index]) / (2 * np.pi)))
