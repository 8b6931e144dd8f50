# SPDX-License-Identifier: GPL-3.0-or-later
"""Report of what was read from a file and what was assumed, as text to paste into an issue."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ..motion import Motion
from ..skeleton import SMPL_JOINTS
from .read_options import DEFAULT_OPTIONS, ReadOptions


def describe_reading(
    motion: Motion,
    path: Path | None = None,
    options: ReadOptions = DEFAULT_OPTIONS,
    versions: Mapping[str, str] | None = None,
) -> str:
    """Return what was read and assumed, a line for each fact; nothing of the file's folder or of the machine.

    Parameters
    ----------
    motion : the motion that was read
    path : the file, of which name and size are stated; None if it is not known
    options : what the user stated
    versions : further programs and their versions
    """
    positions = motion.positions
    root = positions[:, 0]
    rest = motion.skeleton.rest_positions
    fingers = len(motion.skeleton) - len(SMPL_JOINTS)
    lines = ["Kinescribe: what was read and assumed"]
    if path is not None:
        size = f", {path.stat().st_size} bytes" if path.is_file() else ""
        lines.append(f"file: {path.name}{size}")
    stated = {key: value for key, value in asdict(options).items() if value != asdict(DEFAULT_OPTIONS)[key]}
    lines += [
        f"read as: {motion.provenance.source or 'unknown'}",
        f"stated by the user: {', '.join(f'{k} {v}' for k, v in stated.items()) or 'nothing'}",
        f"frames: {len(motion)} at {motion.fps:g} a second, {motion.seconds:.2f} s",
        f"joints: {min(len(motion.skeleton), len(SMPL_JOINTS))} of the body, {max(fingers, 0)} of hands and jaw",
        f"size at rest: {np.round(np.ptp(rest, axis=0), 2).tolist()} m (x, y, z)",
        f"travel of the hips: {np.round(root[-1] - root[0], 2).tolist()} m (x, y, z)",
        f"height of the hips: {root[:, 1].min():.2f} to {root[:, 1].max():.2f} m",
        f"lowest joint: {positions[..., 1].min():.2f} m",
    ]
    programs = {"Python": sys.version.split()[0], "NumPy": np.__version__, **(versions or {})}
    lines.append("versions: " + ", ".join(f"{name} {version}" for name, version in programs.items()))
    return "\n".join(lines)
