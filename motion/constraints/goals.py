# SPDX-License-Identifier: GPL-3.0-or-later
"""``Goals``: the checked constraints of a request as values at frames of a motion."""

from __future__ import annotations

import math
from collections.abc import Sequence
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

EFFECTORS: tuple[str, ...] = (
    "left_wrist", "right_wrist", "left_ankle", "right_ankle", "left_foot", "right_foot", "pelvis",
)  # fmt: skip
"""Joints that an effector target can have."""

_FAR = 1000.0  # largest distance from the origin in metres: nobody walks further, and numbers lose precision
_DENSE = 0.2  # seconds: between two given frames that are closer, values are interpolated


@dataclass(frozen=True, eq=False)
class Track:
    """Required values (N, ...) at ascending frames (N,)."""

    frames: Frames
    values: Array

    def __len__(self) -> int:
        return len(self.frames)


_NOWHERE = Track(np.zeros(0, dtype=int), np.zeros((0, 1)))


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

    frames: int
    fps: float
    places: Track = _NOWHERE
    headings: Track = _NOWHERE
    heights: Track = _NOWHERE
    poses: tuple[tuple[int, Track], ...] = ()
    targets: tuple[tuple[str, Track], ...] = ()
    turns: tuple[tuple[str, Track], ...] = ()
    loop: bool = False

    @property
    def any(self) -> bool:
        """Whether there is any goal."""
        return bool(
            self.loop or len(self.places) or len(self.headings) or len(self.heights)
            or self.poses or self.targets
        )  # fmt: skip


@dataclass
class _Gathered:
    """Values by frame while constraints are read; a later constraint replaces an earlier one at the same frame."""

    places: dict[int, Sequence[float]] = field(default_factory=dict)
    headings: dict[int, Sequence[float]] = field(default_factory=dict)
    heights: dict[int, Sequence[float]] = field(default_factory=dict)
    poses: dict[int, dict[int, Sequence[float]]] = field(default_factory=dict)
    targets: dict[str, dict[int, Sequence[float]]] = field(default_factory=dict)
    turns: dict[str, dict[int, Sequence[float]]] = field(default_factory=dict)


def goals_of(
    request: MotionRequest, skeleton: Skeleton, fps: float | None = None, frames: int | None = None
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
    gathered = _Gathered()
    for constraint in request.constraints:
        if isinstance(constraint, RootPath):
            _read_path(gathered, constraint, request.total_frames)
        elif isinstance(constraint, EffectorTarget):
            _read_target(gathered, constraint, request.total_frames)
        else:
            _read_pose(gathered, constraint, request.total_frames, skeleton)
    own = fps is None or frames is None
    fps = request.fps if fps is None else fps
    frames = request.total_frames if frames is None else frames

    def track(values: dict[int, Sequence[float]], width: int, turns: bool = False) -> Track:
        exact = _track(values, width)
        return exact if own else _on_grid(exact, fps / request.fps, frames, fps, turns)

    return Goals(
        frames,
        fps,
        track(gathered.places, 2),
        track(gathered.headings, 1),
        track(gathered.heights, 1),
        tuple((j, track(values, 4, turns=True)) for j, values in sorted(gathered.poses.items())),
        tuple((joint, track(values, 3)) for joint, values in gathered.targets.items()),
        tuple((joint, track(values, 4, turns=True)) for joint, values in gathered.turns.items()),
        request.options.loop,
    )


def _read_path(gathered: _Gathered, path: RootPath, total: int) -> None:
    _check_frames("root_path", path.frames, total)
    _check_numbers("root_path", path.positions_xz, len(path.frames), 2, _FAR)
    gathered.places.update(zip(path.frames, path.positions_xz, strict=True))
    if path.heading_radians is not None:
        headings = [(h,) for h in path.heading_radians]
        _check_numbers("root_path (heading_radians)", headings, len(path.frames), 1, 1e4)
        gathered.headings.update(zip(path.frames, headings, strict=True))


def _read_target(gathered: _Gathered, target: EffectorTarget, total: int) -> None:
    if target.joint not in EFFECTORS:
        raise RequestError(
            "An effector target cannot hold the joint {joint!r}: choose one of {choices}",
            joint=target.joint,
            choices=", ".join(EFFECTORS),
        )
    what = f"effector_target ({target.joint})"
    _check_frames(what, target.frames, total)
    _check_numbers(what, target.positions, len(target.frames), 3, _FAR)
    if target.joint == "pelvis":
        gathered.places.update(
            {f: (p[0], p[2]) for f, p in zip(target.frames, target.positions, strict=True)}
        )
        gathered.heights.update({f: (p[1],) for f, p in zip(target.frames, target.positions, strict=True)})
    else:
        gathered.targets.setdefault(target.joint, {}).update(
            zip(target.frames, target.positions, strict=True)
        )
    if target.rotations is not None:
        _check_quaternions(what, target.rotations, len(target.frames))
        gathered.turns.setdefault(target.joint, {}).update(zip(target.frames, target.rotations, strict=True))


def _read_pose(gathered: _Gathered, pose: PoseKeyframe, total: int, skeleton: Skeleton) -> None:
    what = f"pose_keyframe (frame {pose.frame})"
    _check_frames("pose_keyframe", (pose.frame,), total)
    strange = [joint for joint in pose.joint_rotations if joint not in skeleton.joint_names]
    if strange:
        raise RequestError(
            "The pose at frame {frame} has the joint {joint!r}, which the model does not have: leave it out",
            frame=pose.frame,
            joint=strange[0],
        )
    turns = list(pose.joint_rotations.values())
    _check_quaternions(what, turns, len(turns))
    for joint, turn in pose.joint_rotations.items():
        gathered.poses.setdefault(skeleton.index(joint), {})[pose.frame] = turn
    root = skeleton.joint_names[0]
    if root in pose.joint_rotations:
        gathered.headings.setdefault(pose.frame, (_pose_heading(pose, skeleton),))
    if pose.root_position is not None:
        _check_numbers(what, (pose.root_position,), 1, 3, _FAR)
        x, y, z = pose.root_position
        gathered.places[pose.frame], gathered.heights[pose.frame] = (x, z), (y,)


def _pose_heading(pose: PoseKeyframe, skeleton: Skeleton) -> float:
    """Return the heading of a pose, derived from hips and shoulders, in radians."""
    local = np.tile([1.0, 0.0, 0.0, 0.0], (len(skeleton), 1))
    for joint, turn in pose.joint_rotations.items():
        local[skeleton.index(joint)] = np.asarray(turn) / np.linalg.norm(turn)
    places, _ = skeleton.forward(np.zeros(3), local)
    pairs = [("left_hip", "right_hip"), ("left_shoulder", "right_shoulder")]
    across = sum(places[skeleton.index(left)] - places[skeleton.index(right)] for left, right in pairs)
    return math.atan2(-float(np.asarray(across)[2]), float(np.asarray(across)[0]))


def _track(values: dict[int, Sequence[float]], width: int) -> Track:
    frames = np.array(sorted(values), dtype=int)
    return Track(frames, np.array([values[int(f)] for f in frames], dtype=float).reshape(len(frames), width))


def _on_grid(track: Track, ratio: float, frames: int, fps: float, turns: bool) -> Track:
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
    at = track.frames * ratio
    known: dict[int, tuple[float, Array]] = {}
    for where, value in zip(at, track.values, strict=True):
        frame = min(round(float(where)), frames - 1)
        off = abs(float(where) - frame)
        if frame not in known or off < known[frame][0]:
            known[frame] = (off, value)
    if not turns:
        grid = np.arange(frames)
        after = np.searchsorted(at, grid, side="left")
        inside = (after > 0) & (after < len(at))
        right = np.clip(after, 1, max(len(at) - 1, 1))
        if len(at) > 1:
            gap = at[right] - at[right - 1]
            for frame in grid[inside & (gap <= _DENSE * fps)]:
                value = np.array(
                    [np.interp(frame, at, track.values[:, c]) for c in range(track.values.shape[1])]
                )
                known[int(frame)] = (0.0, value)
    chosen = np.array(sorted(known), dtype=int)
    return Track(chosen, np.stack([known[int(f)][1] for f in chosen]))


def _check_frames(what: str, frames: Sequence[int], total: int) -> None:
    if not len(frames):
        raise RequestError("The constraint {constraint} has no frames: give it at least one", constraint=what)
    if any(b <= a for a, b in pairwise(frames)):
        raise RequestError("The frames of the constraint {constraint} have to ascend", constraint=what)
    if not 0 <= frames[0] <= frames[-1] < total:
        outside = frames[0] if frames[0] < 0 else frames[-1]
        raise RequestError(
            "The constraint {constraint} is at frame {frame}, but the motion has frames 0 to {last}: move it, or make "
            "the motion longer",
            constraint=what,
            frame=outside,
            last=total - 1,
        )


def _check_numbers(what: str, values: Sequence[Any], count: int, width: int, largest: float) -> None:
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
            constraint=what,
            width=width,
            count=count,
        )
    if not np.all(np.isfinite(numbers)) or np.abs(numbers).max() > largest:
        raise RequestError(
            "The constraint {constraint} has a number that is not finite or beyond {largest:g}",
            constraint=what,
            largest=largest,
        )


def _check_quaternions(what: str, values: Sequence[Any], count: int) -> None:
    _check_numbers(what, values, count, 4, 1e3)
    if np.linalg.norm(np.array(values, dtype=float), axis=-1).min() < 1e-3:
        raise RequestError(
            "The constraint {constraint} has a rotation that is a quaternion of length zero", constraint=what
        )
