# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion between Blender's axes (Z up, facing -Y) and those of ``motion`` (Y up, facing +Z)."""

from __future__ import annotations

from typing import Any

import numpy as np
from mathutils import Matrix
from numpy.typing import ArrayLike

from ..motion.rotations import Array

Z_UP_TO_Y_UP: Array = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""Rotation matrix (3, 3) that turns column vectors of Blender's world into those of ``motion``."""


def to_y_up(vectors: ArrayLike) -> Array:
    """Convert points or directions (..., 3) of Blender to ``motion``'s axes: x, y, z becomes x, z, -y."""
    return np.asarray(np.asarray(vectors, dtype=float) @ Z_UP_TO_Y_UP.T)


def to_z_up(vectors: ArrayLike) -> Array:
    """Convert points or directions (..., 3) of ``motion`` to Blender's axes: x, y, z becomes x, -z, y."""
    return np.asarray(np.asarray(vectors, dtype=float) @ Z_UP_TO_Y_UP)


def matrix_to_array(matrix: Matrix) -> Array:
    """Return a matrix of Blender as an array; row by row, which takes a quarter of the time of ``numpy.array``."""
    rows: Any = matrix  # the type stubs do not know that it can be iterated over
    return np.array([row[:] for row in rows])
