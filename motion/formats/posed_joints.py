# SPDX-License-Identifier: GPL-3.0-or-later
"""Joints whose world transforms are known at every frame, as another program has evaluated them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..motion import Provenance
from ..rotations import Array, conjugate, rotate
from .joint_sources import FrameSelection, JointSource

_MOVED = 1e-3
"""Metres by which a joint moves relative to its parent before it counts as translated."""


class PosedJoints(JointSource):
    """Joints with world positions (T, J, 3), metres, and world rotations from rest (T, J, 4) at all frames."""

    def __init__(
        self,
        joint_names: Sequence[str],
        parents: Sequence[int],
        rest_positions: Array,
        positions: Array,
        rotations: Array,
        fps: float,
        provenance: Provenance,
    ) -> None:
        """Store the transforms.

        Parameters
        ----------
        joint_names, parents, rest_positions : as in ``JointSource``
        positions : (T, J, 3) metres
        rotations : (T, J, 4)
        fps : frames per second
        provenance : source of the motion
        """
        super().__init__(joint_names, parents, rest_positions, len(positions), fps, provenance)
        self._positions, self._rotations = positions, rotations
        moved = set()
        for joint, parent in enumerate(parents):
            if parent >= 0:
                offset = rotate(conjugate(rotations[:, parent]), positions[:, joint] - positions[:, parent])
                if np.ptp(offset, axis=0).max() > _MOVED:
                    moved.add(joint)
        self.translated_joints = frozenset(moved)

    def evaluate_joints(
        self, joints: Sequence[int], frames: FrameSelection = slice(None)
    ) -> tuple[Array, Array]:
        """Return the joints' transforms as they were given."""
        return self._positions[frames][:, list(joints)], self._rotations[frames][:, list(joints)]
