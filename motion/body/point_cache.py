# SPDX-License-Identifier: GPL-3.0-or-later
"""PC2 point caches: the vertices of a mesh in every frame, for Blender's Mesh Cache modifier and other programs.

Layout (PointCache2 of the 3ds Max point cache modifier): ``POINTCACHE2`` and a zero byte, then little-endian: version
(1), number of points, first frame and frames per sample (two floats), number of samples; then x, y, z of each point in
single precision, sample after sample.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError, RequestError
from ..formats.atomic_write import write_atomic

MAX_BYTES = 2**31 - 1
"""Largest file: programs that use signed 32-bit offsets can't read more."""

_HEADER = struct.Struct("<12siiffi")
_SIGNATURE, _VERSION = b"POINTCACHE2\0", 1


def cache_mesh_path(path: Path) -> Path:
    """Return the path of the mesh file that belongs to a cache.

    It ends in ``.mesh.npz``, so that it can't replace a motion file with the cache's name.
    """
    return Path(path).with_suffix(".mesh.npz")


def check_cache_size(points: int, frames: int) -> None:
    """Raise :class:`RequestError` if a cache of this size would be larger than :data:`MAX_BYTES`."""
    size = _HEADER.size + 12 * points * frames
    if size > MAX_BYTES:
        most = (MAX_BYTES - _HEADER.size) // (12 * points)
        raise RequestError(
            "{frames} frames of {points} vertices are more than a point cache can hold: use at most {most} frames",
            frames=frames,
            points=points,
            most=most,
        )


def write_point_cache(
    path: Path, points: int, frames: int, parts: Iterable[np.ndarray[Any, np.dtype[Any]]]
) -> None:
    """Write a point cache completely or not at all.

    Raises :class:`RequestError` if it is too large and ``OSError`` if it can't be written.

    Parameters
    ----------
    path : Path
        The ``.pc2`` file.
    points : int
        Number of vertices.
    frames : int
        Number of samples, one a frame.
    parts : iterable of (t, points, 3) arrays
        Vertex positions of consecutive frames, ``frames`` in all.
    """
    check_cache_size(points, frames)

    def write(file: Any) -> None:
        file.write(_HEADER.pack(_SIGNATURE, _VERSION, points, 0.0, 1.0, frames))
        frames_left = frames
        for part in parts:
            frames_left -= len(part)
            if part.shape[1:] != (points, 3) or frames_left < 0:
                raise ValueError("a part does not fit the size of the point cache")
            file.write(np.ascontiguousarray(part, dtype="<f4").tobytes())
        if frames_left:
            raise ValueError("frames are missing from the point cache")

    write_atomic(path, write)


def read_point_cache(path: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return all samples (T, V, 3), memory-mapped. Raises :class:`FormatError` if the file is not complete."""
    try:
        with Path(path).open("rb") as file:
            header = file.read(_HEADER.size)
        name, version, points, _, _, frames = _HEADER.unpack(header)
        if (name, version) != (_SIGNATURE, _VERSION) or points < 1 or frames < 1:
            raise ValueError("not a point cache")
        if Path(path).stat().st_size != _HEADER.size + 12 * points * frames:
            raise ValueError("cut short")
        return np.memmap(path, dtype="<f4", mode="r", offset=_HEADER.size, shape=(frames, points, 3))
    except (OSError, ValueError, struct.error) as error:
        raise FormatError(
            "{file} is no complete point cache: compute the body again", file=Path(path).name
        ) from error
