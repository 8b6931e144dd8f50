# SPDX-License-Identifier: GPL-3.0-or-later
"""``Goals``: the checked constraints of a request as values at frames of a motion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import RequestError
from ..request import EffectorTarget, MotionRequest, PoseKeyframe, RootPath
from ..rotations import Array
from ..skeleton import Skeleton

Frames = NDArray[np.int_]

EFFECTOR_JOINTS: tuple[str, ...] = (
    "left_wrist", "right_wrist", "left_ankle", "right_ankle", "left_foot", "right_foot", "pelvis",
)  # fmt: skip
"""Joints that an effector target can have."""

_MAX_DISTANCE = 1000.0  # metres from the origin, beyond which numbers lose precision
_DENSE_SECONDS = 0.2  # seconds: between two given frames that are closer, values are interpolated


@dataclass(frozen=True, eq=False)
class GoalTrack:
    """Required values (N, ...) at ascending frames (N,)."""

    frames: Frames
    values: Array

    def __len__(self) -> int:
        return len(self.frames)


_EMPTY_TRACK = GoalTrack(np.zeros(0, dtype=int), np.zeros((0, 1)))


@dataclass(frozen=True, eq=False)
class Goals:
    """Values that a motion has to satisfy. World space: metres, Y up.

    Attributes
    ----------
    frame_count, fps : number of frames of the motion, and frames per second
    root_xz : (N, 2) metres
        Pelvis x and z.
    headings : (N, 1) radians about +Y from +Z
    heights : (N, 1) metres
        Pelvis y.
    joint_rotations : joint index and its local rotations (N, 4), for each joint of a pose keyframe
    effector_positions : joint name and its world positions (N, 3)
    effector_rotations : joint name and its world rotations (N, 4)
    loop : the last frame has to match the first one, apart from the root motion
    """

    frame_count: int
    fps: float
    root_xz: GoalTrack = _EMPTY_TRACK
    headings: GoalTrack = _EMPTY_TRACK
    heights: GoalTrack = _EMPTY_TRACK
    joint_rotations: tuple[tuple[int, GoalTrack], ...] = ()
    effector_positions: tuple[tuple[str, GoalTrack], ...] = ()
    effector_rotations: tuple[tuple[str, GoalTrack], ...] = ()
    loop: bool = False

    @property
    def has_goals(self) -> bool:
        """Whether there is any goal."""
        return bool(
            self.loop or len(self.root_xz) or len(self.headings) or len(self.heights)
            or self.joint_rotations or self.effector_positions
        )  # fmt: skip


@dataclass
class _GoalValues:
    """Values by frame while constraints are read; a later constraint replaces an earlier one at the same frame."""

    root_xz: dict[int, Sequence[float]] = field(default_factory=dict)
    headings: dict[int, Sequence[float]] = field(default_factory=dict)
    heights: dict[int, Sequence[float]] = field(default_factory=dict)
    joint_rotations: dict[int, dict[int, Sequence[float]]] = field(default_factory=dict)
    effector_positions: dict[str, dict[int, Sequence[float]]] = field(default_factory=dict)
    effector_rotations: dict[str, dict[int, Sequence[float]]] = field(default_factory=dict)
    posed: dict[int, PoseKeyframe] = field(default_factory=dict)
    """Poses whose heading is not computed yet."""


def collect_goals(
    request: MotionRequest, skeleton: Skeleton, fps: float | None = None, frame_count: int | None = None
) -> Goals:
    """Collect the constraints of a request as values at frames.

    Raises :class:`RequestError` if a constraint is malformed.

    Parameters
    ----------
    request : the request
    skeleton : skeleton whose joints the constraints name and whose rest pose their rotations are relative to
    fps : frames per second of the motion, by default those of the request
    frame_count : number of frames of the motion, by default that of the request
        Without ``fps`` or ``frame_count`` the frames of the constraints are used exactly; else they are resampled.
    """
    collected = _GoalValues()
    for constraint in request.constraints:
        if isinstance(constraint, RootPath):
            _read_path(collected, constraint, request.total_frames)
        elif isinstance(constraint, EffectorTarget):
            _read_target(collected, constraint, request.total_frames)
        else:
            _read_pose(collected, constraint, request.total_frames, skeleton)
    for frame, heading in _compute_pose_headings(collected.posed, skeleton).items():
        collected.headings.setdefault(frame, (heading,))
    is_exact = fps is None or frame_count is None
    fps = request.fps if fps is None else fps
    frame_count = request.total_frames if frame_count is None else frame_count

    def make_track(values: dict[int, Sequence[float]], width: int, is_rotation: bool = False) -> GoalTrack:
        exact = _make_exact_track(values, width)
        return exact if is_exact else _resample_track(exact, fps / request.fps, frame_count, fps, is_rotation)

    return Goals(
        frame_count,
        fps,
        make_track(collected.root_xz, 2),
        make_track(collected.headings, 1),
        make_track(collected.heights, 1),
        tuple(
            (j, make_track(values, 4, is_rotation=True))
            for j, values in sorted(collected.joint_rotations.items())
        ),
        tuple((joint, make_track(values, 3)) for joint, values in collected.effector_positions.items()),
        tuple(
            (joint, make_track(values, 4, is_rotation=True))
            for joint, values in collected.effector_rotations.items()
        ),
        request.options.loop,
    )


def _read_path(collected: _GoalValues, path: RootPath, frame_count: int) -> None:
    """Check a root path and add its values to ``collected``. Raises :class:`RequestError`."""
    _check_frames("root_path", path.frames, frame_count)
    _check_numbers("root_path", path.positions_xz, len(path.frames), 2, _MAX_DISTANCE)
    collected.root_xz.update(zip(path.frames, path.positions_xz, strict=True))
    if path.heading_radians is not None:
        headings = [(h,) for h in path.heading_radians]
        _check_numbers("root_path (heading_radians)", headings, len(path.frames), 1, 1e4)
        collected.headings.update(zip(path.frames, headings, strict=True))


def _read_target(collected: _GoalValues, target: EffectorTarget, frame_count: int) -> None:
    """Check an effector target and add its values to ``collected``. Raises :class:`RequestError`."""
    if target.joint not in EFFECTOR_JOINTS:
        raise RequestError(
            "An effector target cannot hold the joint {joint!r}: choose one of {choices}",
            joint=target.joint,
            choices=", ".join(EFFECTOR_JOINTS),
        )
    label = f"effector_target ({target.joint})"
    _check_frames(label, target.frames, frame_count)
    _check_numbers(label, target.positions, len(target.frames), 3, _MAX_DISTANCE)
    if target.joint == "pelvis":
        collected.root_xz.update(
            {f: (p[0], p[2]) for f, p in zip(target.frames, target.positions, strict=True)}
        )
        collected.heights.update({f: (p[1],) for f, p in zip(target.frames, target.positions, strict=True)})
    else:
        collected.effector_positions.setdefault(target.joint, {}).update(
            zip(target.frames, target.positions, strict=True)
        )
    if target.rotations is not None:
        _check_quaternions(label, target.rotations, len(target.frames))
        collected.effector_rotations.setdefault(target.joint, {}).update(
            zip(target.frames, target.rotations, strict=True)
        )


def _read_pose(collected: _GoalValues, pose: PoseKeyframe, frame_count: int, skeleton: Skeleton) -> None:
    """Check a pose keyframe and add its values to ``collected``. Raises :class:`RequestError`."""
    label = f"pose_keyframe (frame {pose.frame})"
    _check_frames("pose_keyframe", (pose.frame,), frame_count)
    unknown = [joint for joint in pose.joint_rotations if joint not in skeleton.joint_names]
    if unknown:
        raise RequestError(
            "The pose at frame {frame} has the joint {joint!r}, which the model does not have: leave it out",
            frame=pose.frame,
            joint=unknown[0],
        )
    rotations = list(pose.joint_rotations.values())
    _check_quaternions(label, rotations, len(rotations))
    for joint, rotation in pose.joint_rotations.items():
        collected.joint_rotations.setdefault(skeleton.joint_index(joint), {})[pose.frame] = rotation
    if skeleton.joint_names[0] in pose.joint_rotations:
        collected.posed.setdefault(pose.frame, pose)
    if pose.root_position is not None:
        _check_numbers(label, (pose.root_position,), 1, 3, _MAX_DISTANCE)
        x, y, z = pose.root_position
        collected.root_xz[pose.frame], collected.heights[pose.frame] = (x, z), (y,)


def _compute_pose_headings(poses: Mapping[int, PoseKeyframe], skeleton: Skeleton) -> dict[int, float]:
    """Return the heading of each pose by frame, derived from hips and shoulders, in radians."""
    if not poses:
        return {}
    local = np.tile([1.0, 0.0, 0.0, 0.0], (len(poses), len(skeleton), 1))
    for row, pose in zip(local, poses.values(), strict=True):
        joints = [skeleton.joint_index(joint) for joint in pose.joint_rotations]
        rotations = np.array(list(pose.joint_rotations.values()), dtype=float)
        row[joints] = rotations / np.linalg.norm(rotations, axis=-1, keepdims=True)
    positions, _ = skeleton.forward_kinematics(np.zeros((len(poses), 3)), local)
    left, right = (
        [skeleton.joint_index(f"{side}_{joint}") for joint in ("hip", "shoulder")]
        for side in ("left", "right")
    )
    across = (positions[:, left] - positions[:, right]).sum(axis=1)
    return dict(zip(poses, np.arctan2(-across[:, 2], across[:, 0]).tolist(), strict=True))


def _make_exact_track(values: dict[int, Sequence[float]], width: int) -> GoalTrack:
    frames = np.array(sorted(values), dtype=int)
    return GoalTrack(
        frames, np.array([values[int(f)] for f in frames], dtype=float).reshape(len(frames), width)
    )


def _resample_track(
    track: GoalTrack, ratio: float, frame_count: int, fps: float, is_rotation: bool
) -> GoalTrack:
    """Resample a track to another frame rate.

    Values are interpolated where the track is dense; elsewhere, and for rotations, each one moves to the nearest frame.

    Parameters
    ----------
    track : values at frames of the request
    ratio : new frames per frame of the request
    frame_count : number of frames of the motion
    fps : new frames per second
    is_rotation : whether the values are quaternions
    """
    if not len(track):
        return track
    new_times = track.frames * ratio
    nearest: dict[int, tuple[float, Array]] = {}
    for new_time, value in zip(new_times, track.values, strict=True):
        frame = min(round(float(new_time)), frame_count - 1)
        distance = abs(float(new_time) - frame)
        if frame not in nearest or distance < nearest[frame][0]:
            nearest[frame] = (distance, value)
    if not is_rotation:
        grid = np.arange(frame_count)
        after = np.searchsorted(new_times, grid, side="left")
        inside = (after > 0) & (after < len(new_times))
        right = np.clip(after, 1, max(len(new_times) - 1, 1))
        if len(new_times) > 1:
            gap = new_times[right] - new_times[right - 1]
            for frame in grid[inside & (gap <= _DENSE_SECONDS * fps)]:
                value = np.array(
                    [np.interp(frame, new_times, track.values[:, c]) for c in range(track.values.shape[1])]
                )
                nearest[int(frame)] = (0.0, value)
    chosen = np.array(sorted(nearest), dtype=int)
    return GoalTrack(chosen, np.stack([nearest[int(f)][1] for f in chosen]))


def _check_frames(label: str, frames: Sequence[int], frame_count: int) -> None:
    if not len(frames):
        raise RequestError(
            "The constraint {constraint} has no frames: give it at least one", constraint=label
        )
    if any(b <= a for a, b in pairwise(frames)):
        raise RequestError("The frames of the constraint {constraint} have to ascend", constraint=label)
    if not 0 <= frames[0] <= frames[-1] < frame_count:
        outside = frames[0] if frames[0] < 0 else frames[-1]
        raise RequestError(
            "The constraint {constraint} is at frame {frame}, but the motion has frames 0 to {last}: move it, or make "
            "the motion longer",
            constraint=label,
            frame=outside,
            last=frame_count - 1,
        )


def _check_numbers(label: str, values: Sequence[Any], count: int, width: int, largest: float) -> None:
    """Raise :class:`RequestError` if ``values`` are not ``count`` rows of finite numbers of limited size.

    Parameters
    ----------
    label : MMCP type of the constraint and what it is about, for the message
    values : rows of numbers
    count : number of rows, one for each frame
    width : numbers in each row
    largest : largest absolute value
    """
    try:
        numbers = np.array(values, dtype=float)
    except (TypeError, ValueError):
        numbers = np.zeros(0)
    if numbers.shape != (count, width):
        raise RequestError(
            "The constraint {constraint} needs {width} number(s) for each of its {count} frame(s)",
            constraint=label,
            width=width,
            count=count,
        )
    if not np.all(np.isfinite(numbers)) or np.abs(numbers).max() > largest:
        raise RequestError(
            "The constraint {constraint} has a number that is not finite or beyond {largest:g}",
            constraint=label,
            largest=largest,
        )


def _check_quaternions(label: str, values: Sequence[Any], count: int) -> None:
    _check_numbers(label, values, count, 4, 1e3)
    if np.linalg.norm(np.array(values, dtype=float), axis=-1).min() < 1e-3:
        raise RequestError(
            "The constraint {constraint} has a rotation that is a quaternion of length zero", constraint=label
        )
