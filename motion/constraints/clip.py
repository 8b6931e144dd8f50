# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion in the making: what constraints move."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..rotations import Array, about, multiply


@dataclass(frozen=True, eq=False)
class Take:
    """``local`` (T, J, 4) rotations, ``root`` (T, 3) metres, ``yaw`` (T,): the body's smoothed heading, radians."""

    local: Array
    root: Array
    yaw: Array

    def __len__(self) -> int:
        return len(self.root)

    def moved(self, root: Array) -> Take:
        """With another way of the pelvis."""
        return replace(self, root=root)

    def posed(self, local: Array) -> Take:
        """With other rotations."""
        return replace(self, local=local)

    def spun(self, angles: Array) -> Take:
        """Each frame turned about the vertical through its pelvis, by ``angles`` (T,)."""
        local = self.local.copy()
        local[:, 0] = multiply(about("y", angles), local[:, 0])
        return replace(self, local=local, yaw=np.asarray(self.yaw + angles))
