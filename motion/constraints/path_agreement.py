# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether several root paths of one request can be followed together."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..errors import RequestError
from ..request import Constraint, RootPath

MAX_PATH_DISTANCE = 0.5
"""Metres between two places of the root at one frame: nearer ones are one place, and the later one counts."""


def check_paths_agree(constraints: Iterable[Constraint]) -> None:
    """Raise ``RequestError`` if two root paths want the body at two places at one frame."""
    places: dict[int, tuple[float, float]] = {}
    for constraint in constraints:
        if not isinstance(constraint, RootPath):
            continue
        for frame, (x, z) in zip(constraint.frames, constraint.positions_xz, strict=False):
            earlier = places.setdefault(frame, (x, z))
            distance = math.dist(earlier, (x, z))
            if distance > MAX_PATH_DISTANCE:
                raise RequestError(
                    "Two root paths are {distance:.1f} m apart at frame {frame}: send one place for each frame",
                    distance=distance,
                    frame=frame,
                )
