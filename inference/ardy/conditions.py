# SPDX-License-Identifier: GPL-3.0-or-later
"""Constraints in ARDY's own JSON form as known features: paths, whole poses, and targets of hands and feet.

A target is given as a whole pose, of which only the hips and the named hand or foot are used. Where two constraints
give the same number, the later one in the list counts; so do its hips for joints that only the earlier one gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import RequestError
from .representation import (
    FEATURES,
    HEADING,
    POSITIONS,
    ROTATIONS,
    compute_heading,
    matrices_to_columns,
)
from .skeleton import JOINT_COUNT, LIMB_JOINTS, NAMES, compute_global_rotations, compute_positions

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

_LIMB_TYPES = {
    "left-hand": "LeftHand",
    "right-hand": "RightHand",
    "left-foot": "LeftFoot",
    "right-foot": "RightFoot",
}
_HIPS = NAMES[0]
_X, _Y, _Z = 0, 1, 2  # features of the root's position


class KnownFeatures:
    """Features (N, 330) in real units with a mask of those that are known."""

    def __init__(self, frames: int) -> None:
        self.values = np.zeros((frames, FEATURES))
        self.mask = np.zeros((frames, FEATURES), bool)

    def set(self, frames: NDArray[np.int64], features: Sequence[int], values: F64) -> None:
        """Set features at frames to values (len(frames), len(features))."""
        index = (frames[:, None], np.asarray(features))
        self.values[index] = values
        self.mask[index] = True


def read_constraints(constraints: object, frames: int) -> KnownFeatures:
    """Return what a list of constraints, as JSON has it, says about a motion of so many frames.

    Raises :class:`RequestError` if one is malformed or lies outside the motion.
    """
    known = KnownFeatures(frames)
    if not isinstance(constraints, Sequence) or isinstance(constraints, (str, bytes)):
        raise RequestError("ARDY's constraints are a list of objects: change the file")
    hipless: list[NDArray[np.int64]] = []
    targets: list[_Targets] = []
    for constraint in constraints:
        if not isinstance(constraint, Mapping):
            raise RequestError("ARDY's constraints are a list of objects: change the file")
        kind = constraint.get("type")
        if kind == "root2d":
            _add_path(known, constraint)
        elif kind == "fullbody":
            targets.append(_add_whole_pose(known, constraint))
        elif kind in _LIMB_TYPES:
            targets.append(_add_limbs(known, constraint, [_LIMB_TYPES[kind], _HIPS]))
        elif kind == "end-effector":
            names = _read_joint_names(constraint)
            targets.append(_add_limbs(known, constraint, names))
            if _HIPS not in names:
                hipless.append(_read_frames(constraint, frames))
        else:
            raise RequestError(
                "ARDY has no constraint of the type {type}: use root2d, fullbody, left-hand, right-hand, left-foot, "
                "right-foot or end-effector",
                type=str(kind)[:40],
            )
    for indices in hipless:
        if not known.mask[indices][:, [_X, _Z]].all():
            raise RequestError(
                "A target without Hips needs a path or a pose at the same frames: name Hips too"
            )
    _add_positions(known, targets)
    return known


class _Targets(NamedTuple):
    """Arguments of :func:`set_positions` for one constraint, and whether it also constrains the hips."""

    indices: NDArray[np.int64]
    joints: F64
    used: Sequence[int]
    has_hips: bool


def _add_positions(known: KnownFeatures, targets: Sequence[_Targets]) -> None:
    """Set the positions of joints, relative to the hips that count at each frame, which may be another pose's."""
    hips = np.full((len(known.mask), 2), np.nan)
    for one in targets:
        if one.has_hips:
            hips[one.indices] = one.joints[:, 0, [0, 2]]
    for one in targets:
        own = one.joints[:, 0, [0, 2]]
        given = hips[one.indices]
        set_positions(known, one.indices, one.joints, one.used, np.where(np.isnan(given), own, given))


def _raise_unsupported(kind: object, field: str) -> NoReturn:
    raise RequestError(
        "The constraint {type} has no usable {field}: give one finite entry for each frame",
        type=str(kind)[:40],
        field=field,
    )


def _read_frames(constraint: Mapping[str, Any], frames: int) -> NDArray[np.int64]:
    indices = constraint.get("frame_indices")
    if not isinstance(indices, Sequence) or isinstance(indices, (str, bytes)):
        _raise_unsupported(constraint.get("type"), "frame_indices")
    for index in indices:
        if isinstance(index, bool) or not isinstance(index, (int, np.integer)) or not 0 <= index < frames:
            raise RequestError(
                "The constraint {type} has the frame {frame}, but the motion has the frames 0 to {last}",
                type=str(constraint.get("type"))[:40],
                frame=str(index)[:20],
                last=frames - 1,
            )
    return np.array([int(index) for index in indices], dtype=np.int64)


def _read_array(constraint: Mapping[str, Any], field: str, shape: tuple[int, ...]) -> F64:
    """Return a field as an array of that shape; its first axis is the frames."""
    try:
        values = np.asarray(constraint.get(field), dtype=float)
    except (TypeError, ValueError, OverflowError):
        _raise_unsupported(constraint.get("type"), field)
    if values.shape != shape or not np.all(np.isfinite(values)):
        _raise_unsupported(constraint.get("type"), field)
    return values


def _read_joint_names(constraint: Mapping[str, Any]) -> list[str]:
    names = constraint.get("joint_names")
    allowed = [*LIMB_JOINTS, _HIPS]
    if (
        not isinstance(names, Sequence)
        or isinstance(names, str)
        or not names
        or any(n not in allowed for n in names)
    ):
        raise RequestError(
            "A constraint end-effector has no usable joint_names: use {allowed}", allowed=", ".join(allowed)
        )
    return list(names)


def _add_path(known: KnownFeatures, constraint: Mapping[str, Any]) -> None:
    indices = _read_frames(constraint, len(known.mask))
    field = "root_2d" if constraint.get("root_2d") is not None else "smooth_root_2d"
    set_path(known, indices, _read_array(constraint, field, (len(indices), 2)))
    if constraint.get("global_root_heading") is not None:
        set_headings(known, indices, _read_array(constraint, "global_root_heading", (len(indices),)))


def set_path(known: KnownFeatures, indices: NDArray[np.int64], ground: F64) -> None:
    """Set x and z (frames, 2) of the hips at frames, in metres."""
    known.set(indices, [_X, _Z], ground)


def set_headings(known: KnownFeatures, indices: NDArray[np.int64], angles: F64) -> None:
    """Set the headings (frames,) at frames, in radians."""
    known.set(
        indices, range(HEADING.start, HEADING.stop), np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    )


def _read_pose(
    known: KnownFeatures, constraint: Mapping[str, Any]
) -> tuple[NDArray[np.int64], F64, F64, F64]:
    """Return a pose's frames, rotations in the world and joints, and the x and z that are written for the hips."""
    indices = _read_frames(constraint, len(known.mask))
    count = len(indices)
    local = rotation_vectors_to_matrices(_read_array(constraint, "local_joints_rot", (count, JOINT_COUNT, 3)))
    root = _read_array(constraint, "root_positions", (count, 3))
    ground = root[:, [0, 2]]
    for field in ("root_2d", "smooth_root_2d"):
        if constraint.get(field) is not None:
            ground = _read_array(constraint, field, (count, 2))
            break
    rotations = compute_global_rotations(local)
    return indices, rotations, compute_positions(rotations, root), ground


def rotation_vectors_to_matrices(vectors: F64) -> F64:
    """Return the matrices (..., 3, 3) of rotation vectors (..., 3).

    The axis is divided by the angle and a millionth more, as the model's own tools do.
    """
    angle = np.linalg.norm(vectors, axis=-1)
    x, y, z = np.moveaxis(vectors / (angle + 1e-6)[..., None], -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*angle.shape, 3, 3)
    sine, cosine = np.sin(angle)[..., None, None], np.cos(angle)[..., None, None]
    return np.asarray(np.eye(3) + sine * cross + (1 - cosine) * (cross @ cross))


def set_hips(known: KnownFeatures, indices: NDArray[np.int64], joints: F64, ground: F64) -> None:
    """Set position and heading of the hips.

    Parameters
    ----------
    known : features to set
    indices : frames
    joints : (frames, 27, 3), positions of a pose
    ground : (frames, 2), x and z of the hips
    """
    set_path(known, indices, ground)
    known.set(indices, [_Y], joints[:, 0, 1:2])
    set_headings(known, indices, np.asarray(compute_heading(joints), float))


def set_positions(
    known: KnownFeatures,
    indices: NDArray[np.int64],
    joints: F64,
    used: Sequence[int],
    hips: F64 | None = None,
) -> None:
    """Set the positions of some joints other than the hips.

    Parameters
    ----------
    known : features to set
    indices : frames
    joints : (frames, 27, 3), positions of a pose
    used : indices of the joints
    hips : (frames, 2), x and z of the hips that they are relative to; None: those of the pose
    """
    relative = joints.copy()
    relative[..., [0, 2]] -= (joints[:, 0, [0, 2]] if hips is None else hips)[:, None]
    for joint in used:
        first = POSITIONS.start + 3 * (joint - 1)
        known.set(indices, range(first, first + 3), relative[:, joint])


def _add_whole_pose(known: KnownFeatures, constraint: Mapping[str, Any]) -> _Targets:
    indices, _, joints, ground = _read_pose(known, constraint)
    set_hips(known, indices, joints, ground)
    return _Targets(indices, joints, range(1, JOINT_COUNT), True)


def _add_limbs(known: KnownFeatures, constraint: Mapping[str, Any], names: Sequence[str]) -> _Targets:
    indices, rotations, joints, ground = _read_pose(known, constraint)
    for name in names:
        if name == _HIPS:
            set_hips(known, indices, joints, ground)
        set_rotation(known, indices, rotations, NAMES.index(name))
    used = [joint for name in names if name != _HIPS for joint in LIMB_JOINTS[name]]
    return _Targets(indices, joints, used, _HIPS in names)


def set_rotation(known: KnownFeatures, indices: NDArray[np.int64], rotations: F64, joint: int) -> None:
    """Set the rotation of a joint.

    Parameters
    ----------
    known : features to set
    indices : frames
    rotations : (frames, 27, 3, 3), rotations of a pose in the world
    joint : index of the joint
    """
    first = ROTATIONS.start + 6 * joint
    columns = np.asarray(matrices_to_columns(rotations[:, joint]), float)
    known.set(indices, range(first, first + 6), columns)
