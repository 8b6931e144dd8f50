# SPDX-License-Identifier: GPL-3.0-or-later
"""Read constraints from JSON: a list of MMCP's ``root_path``, ``effector_target`` and ``pose_keyframe``.

As in MMCP: metres, Y up, frames from 0, quaternions as x, y, z, w, names of joints as SMPL has them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...motion import RequestError
from ...motion.constraints.path_agreement import check_paths_agree
from ...motion.request import Constraint, EffectorTarget, PoseKeyframe, RootPath

MAX_BYTES = 16 * 2**20
MAX_CONSTRAINTS = 4000


def read_constraints(path: Path) -> tuple[Constraint, ...]:
    """Return the constraints of a file. Raises ``RequestError`` if they are not MMCP's, or exclude each other."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            raise RequestError("{file} is no file of constraints: give a JSON file", file=path.name)
        entries = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(entries, dict):
            entries = entries["constraints"]
        if not isinstance(entries, list) or len(entries) > MAX_CONSTRAINTS:
            raise ValueError("a list is expected")
        constraints = tuple(_read_constraint(entry) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        problem = f"{error} is missing" if isinstance(error, KeyError) else error
        raise RequestError(
            "{file} holds no constraints as MMCP has them ({problem})", file=path.name, problem=problem
        ) from None
    check_paths_agree(constraints)
    return constraints


def _read_constraint(entry: dict[str, Any]) -> Constraint:
    kind = entry["type"]
    if kind == "root_path":
        headings = entry.get("heading_radians")
        return RootPath(
            _read_frames(entry["frames"]),
            tuple(_read_vector(p, 2) for p in entry["positions_xz"]),  # type: ignore[misc]
            None if headings is None else _read_vector(headings),
        )
    if kind == "effector_target":
        rotations = entry.get("rotations")
        return EffectorTarget(
            str(entry["joint"]),
            _read_frames(entry["frames"]),
            tuple(_read_vector(p, 3) for p in entry["positions"]),  # type: ignore[misc]
            None if rotations is None else tuple(_read_quaternion(q) for q in rotations),
        )
    if kind == "pose_keyframe":
        root = entry.get("root_position")
        return PoseKeyframe(
            _read_frames([entry["frame"]])[0],
            {str(joint): _read_quaternion(q) for joint, q in entry["joint_rotations"].items()},
            None if root is None else _read_vector(root, 3),  # type: ignore[arg-type]
        )
    raise ValueError(f"{kind} is no kind of constraint")


def _read_frames(values: Sequence[Any]) -> tuple[int, ...]:
    frames = tuple(values)
    if not all(isinstance(frame, int) and 0 <= frame < 10**7 for frame in frames):
        raise ValueError("frames are whole numbers from 0")
    return frames


def _read_vector(values: Sequence[Any], size: int | None = None) -> tuple[float, ...]:
    vector = tuple(float(value) for value in values)
    if (size is not None and len(vector) != size) or not all(math.isfinite(value) for value in vector):
        raise ValueError(f"{size or 'finite'} numbers are expected")
    return vector


def _read_quaternion(values: Sequence[Any]) -> tuple[float, float, float, float]:
    """Return w, x, y, z from x, y, z, w."""
    x, y, z, w = _read_vector(values, 4)
    return w, x, y, z
