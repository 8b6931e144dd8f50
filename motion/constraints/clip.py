# SPDX-License-Identifier: GPL-3.0-or-later
"""``Clip``: the motion that constraints are applied to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..rotations import Array, multiply, rotation_about_axis


@dataclass(frozen=True, eq=False)
class Clip:
    """A motion as plain arrays.

    Attributes
    ----------
    local_rotations : (T, J, 4) quaternions, relative to the parent joint
    root_positions : (T, 3) metres
    yaw : (T,) radians
        Smoothed heading of the body.
    """

    local_rotations: Array
    root_positions: Array
    yaw: Array

    def __len__(self) -> int:
        return len(self.root_positions)

    def with_root_positions(self, root: Array) -> Clip:
        """Return a copy with other positions (T, 3) of the pelvis."""
        return Clip(self.local_rotations, root, self.yaw)

    def with_local_rotations(self, local: Array) -> Clip:
        """Return a copy with other local rotations (T, J, 4)."""
        return Clip(local, self.root_positions, self.yaw)

    def rotate_yaw(self, angles: Array) -> Clip:
        """Return a copy with each frame rotated about the vertical through its pelvis by ``angles`` (T,), radians."""
        local = self.local_rotations.copy()
        local[:, 0] = multiply(rotation_about_axis("y", angles), local[:, 0])
        return Clip(local, self.root_positions, np.asarray(self.yaw + angles))
