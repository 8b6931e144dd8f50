# SPDX-License-Identifier: GPL-3.0-or-later
"""Writer of BVH files: centimetres, Y up, facing +Z at rest, rotation channels in the order Z, X, Y."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import numpy as np

from ..euler import quaternion_to_euler
from ..motion import Motion
from ..rotations import Array
from ..skeleton import Skeleton
from .atomic_write import write_atomic
from .joint_sources import END_SUFFIX

UNITS_PER_METRE = 100.0
"""Units per metre: centimetres, which most programs assume."""

_END_LENGTH = 0.08  # metres from a last joint to its End Site, which BVH requires and the skeleton lacks


def write_bvh(motion: Motion, path: Path) -> None:
    """Write ``motion`` with its own joint names and rest pose. Raises ``OSError`` if it can't be written.

    Last joints whose name ends in ``"_end"`` are written as the End Sites of their parents; other last joints get a new
    End Site. Values have six decimals: a hundredth of a micrometre and a millionth of a degree.
    """
    skeleton = motion.skeleton
    sites = {j: c for j in range(len(skeleton)) if (c := _find_end_site(skeleton, j)) is not None}
    order: list[int] = []
    header = _describe_hierarchy(skeleton, 0, 0, order, set(sites.values()), sites)
    columns = [UNITS_PER_METRE * motion.root_translation]
    for j in order:
        angles = np.degrees(quaternion_to_euler(motion.local_rotations[:, j], "YXZ"))
        columns.append(angles[:, [2, 0, 1]])
    table = np.concatenate(columns, axis=1)

    def write(file: IO[bytes]) -> None:
        lines = [
            "HIERARCHY",
            *header,
            "MOTION",
            f"Frames: {len(motion)}",
            f"Frame Time: {1.0 / motion.fps:.9f}",
        ]
        file.write(("\n".join(lines) + "\n").encode("utf-8"))
        np.savetxt(file, table, fmt="%.6f")

    write_atomic(path, write)


def _find_end_site(skeleton: Skeleton, joint: int) -> int | None:
    """Return the child of ``joint`` that is only its End Site, None if there is none."""
    children = skeleton.children[joint]
    if len(children) == 1 and skeleton.joint_names[children[0]] == skeleton.joint_names[joint] + END_SUFFIX:
        return None if skeleton.children[children[0]] else children[0]
    return None


def _describe_hierarchy(
    skeleton: Skeleton, joint: int, depth: int, order: list[int], skip: set[int], sites: dict[int, int]
) -> list[str]:
    """Return the lines of the hierarchy for ``joint`` and all joints below it.

    Parameters
    ----------
    skeleton : Skeleton
        The skeleton.
    joint : int
        Index of the joint to begin with.
    depth : int
        Number of tabs before its lines.
    order : list of int
        The joints are appended in the order of their channels.
    skip : set of int
        Joints that are written as End Sites.
    sites : dict of int to int
        End Site joint of each joint that has one.
    """
    order.append(joint)
    pad = "\t" * depth
    name = "_".join(skeleton.joint_names[joint].split()) or "joint"
    channels = "Zrotation Xrotation Yrotation"
    channels = f"3 {channels}" if joint else f"6 Xposition Yposition Zposition {channels}"
    lines = [
        f"{pad}{'JOINT' if joint else 'ROOT'} {name}",
        f"{pad}{{",
        f"{pad}\tOFFSET {_format_vector(skeleton.rest_offsets[joint])}",
        f"{pad}\tCHANNELS {channels}",
    ]
    for child in skeleton.children[joint]:
        if child not in skip:
            lines += _describe_hierarchy(skeleton, child, depth + 1, order, skip, sites)
    if joint in sites or not skeleton.children[joint]:
        tip = skeleton.rest_offsets[sites[joint]] if joint in sites else _end_site_offset(skeleton, joint)
        lines += [f"{pad}\tEnd Site", f"{pad}\t{{", f"{pad}\t\tOFFSET {_format_vector(tip)}", f"{pad}\t}}"]
    return [*lines, f"{pad}}}"]


def _end_site_offset(skeleton: Skeleton, joint: int) -> Array:
    """Return the offset (3,) of a new End Site: along the bone to ``joint``; forward for toes, up for the head."""
    direction = skeleton.rest_offsets[joint].copy()
    if skeleton.joint_names[joint].endswith("_foot"):
        direction = np.array([0.0, 0.0, 1.0])
    elif skeleton.joint_names[joint] == "head":
        direction = np.array([0.0, 1.0, 0.0])
    length = float(np.linalg.norm(direction))
    return direction * (_END_LENGTH / length) if length > 1e-9 else np.array([0.0, _END_LENGTH, 0.0])


def _format_vector(vector: Array) -> str:
    """Format a vector in metres as three numbers in the file's unit."""
    return " ".join(f"{UNITS_PER_METRE * x:.6f}" for x in vector)
