# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion between Blender's axes and those of motions."""

from __future__ import annotations

import numpy as np
from kinescribe.scene.axes import Z_UP_TO_Y_UP, to_y_up, to_z_up


def test_up_forward_and_left_agree() -> None:
    up, forward, left = (0, 0, 1), (0, -1, 0), (1, 0, 0)
    assert np.array_equal(to_y_up([up, forward, left]), [(0, 1, 0), (0, 0, 1), (1, 0, 0)])
    assert np.isclose(np.linalg.det(Z_UP_TO_Y_UP), 1.0)


def test_the_way_back_is_exact() -> None:
    points = np.random.default_rng(0).normal(size=(5, 4, 3))
    assert np.array_equal(to_z_up(to_y_up(points)), points)
