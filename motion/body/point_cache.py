# SPDX-License-Identifier: GPL-3.0-or-later
"""PC2, the point cache that Blender's Mesh Cache modifier and other programs read: a mesh's vertices, frame by frame.

Layout (PointCache2 of the 3ds Max point cache modifier): ``POINTCACHE2`` and a zero, then little-endian version (1),
number of points, first frame, frames a sample (two floats) and number of samples; then x, y, z of each point in single
precision, sample after sample.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError, RequestError
from ..formats.atomic_write import write_whole

MAX_BYTES = 2**31 - 1
"""Of a file: how far programs reach that count bytes in 32 bits."""

_HEADER = struct.Struct("<12siiffi")
_NAME, _VERSION = b"POINTCACHE2\0", 1


def mesh_beside(path: Path) -> Path:
    """Where the mesh is that a cache moves: never the name of a motion that the cache may be named after."""
    return Path(path).with_suffix(".mesh.npz")


def check_size(points: int, frames: int) -> None:
    """Raise :class:`RequestError` where a cache would be longer than can be read."""
    size = _HEADER.size + 12 * points * frames
    if size > MAX_BYTES:
        most = (MAX_BYTES - _HEADER.size) // (12 * points)
        raise RequestError(
            f"{frames} frames of {points} vertices are more than a point cache holds: take {most} frames at most"
        )


def write_point_cache(
    path: Path, points: int, frames: int, parts: Iterable[np.ndarray[Any, np.dtype[Any]]]
) -> None:
    """Write ``frames`` samples of ``points`` vertices, whole or not at all.

    ``parts``: (t, points, 3) each, ``frames`` samples in all. Raises :class:`RequestError` where that is too long and
    ``OSError`` where it can't be written.
    """
    check_size(points, frames)

    def write(file: Any) -> None:
        file.write(_HEADER.pack(_NAME, _VERSION, points, 0.0, 1.0, frames))
        left = frames
        for part in parts:
            left -= len(part)
            if part.shape[1:] != (points, 3) or left < 0:
                raise ValueError("parts do not fit the point cache")
            file.write(np.ascontiguousarray(part, dtype="<f4").tobytes())
        if left:
            raise ValueError("frames are missing from the point cache")

    write_whole(path, write)


def read_point_cache(path: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    """All samples (T, V, 3) as a view into the file. Raises :class:`FormatError`."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(_HEADER.size)
        name, version, points, _, _, frames = _HEADER.unpack(head)
        if (name, version) != (_NAME, _VERSION) or points < 1 or frames < 1:
            raise ValueError("no point cache")
        if Path(path).stat().st_size != _HEADER.size + 12 * points * frames:
            raise ValueError("cut short")
        return np.memmap(path, dtype="<f4", mode="r", offset=_HEADER.size, shape=(frames, points, 3))
    except (OSError, ValueError, struct.error) as error:
        raise FormatError(f"{Path(path).name} is no complete point cache: compute the body again") from error
