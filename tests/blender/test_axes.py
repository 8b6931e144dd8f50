# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion between Blender's axes and those of motions."""

from __future__ import annotations

import numpy as np
from kinescribe.scene.axes import Z_UP_TO_Y_UP, matrix_to_array, to_y_up, to_z_up
from mathutils import Matrix


def test_up_forward_and_left_agree() -> None:
    up, forward, left = (0, 0, 1), (0, -1, 0), (1, 0, 0)
    assert np.array_equal(to_y_up([up, forward, left]), [(0, 1, 0), (0, 0, 1), (1, 0, 0)])
    assert np.isclose(np.linalg.det(Z_UP_TO_Y_UP), 1.0)


def test_the_way_back_is_exact() -> None:
    points = np.random.default_rng(0).normal(size=(5, 4, 3))
    assert np.array_equal(to_z_up(to_y_up(points)), points)


def test_a_matrix_keeps_its_rows_and_columns() -> None:
    matrix = Matrix(((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (0, 0, 0, 1)))
    assert np.array_equal(matrix_to_array(matrix), np.array(matrix))
