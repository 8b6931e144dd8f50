# SPDX-License-Identifier: GPL-3.0-or-later
"""``Clip``: the motion that constraints are applied to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..rotations import Array, about, multiply


@dataclass(frozen=True, eq=False)
class Take:
    """A motion as plain arrays.

    Attributes
    ----------
    local_rotations : (T, J, 4) quaternions, relative to the parent joint
    root_positions : (T, 3) metres
    yaw : (T,) radians
        Smoothed heading of the body.
    """

    local: Array
    root: Array
    yaw: Array

    def __len__(self) -> int:
        return len(self.root)

    def moved(self, root: Array) -> Take:
        """Return a copy with other positions (T, 3) of the pelvis."""
        return Take(self.local, root, self.yaw)

    def posed(self, local: Array) -> Take:
        """Return a copy with other local rotations (T, J, 4)."""
        return Take(local, self.root, self.yaw)

    def spun(self, angles: Array) -> Take:
        """Return a copy with each frame rotated about the vertical through its pelvis by ``angles`` (T,), radians."""
        local = self.local.copy()
        local[:, 0] = multiply(about("y", angles), local[:, 0])
        return Take(local, self.root, np.asarray(self.yaw + angles))
