# SPDX-License-Identifier: GPL-3.0-or-later
"""Joints whose world transforms are known at every frame, as another program has evaluated them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..motion import Provenance
from ..rotations import Array, conjugate, make_continuous, matrix_to_quaternion, multiply, rotate
from .joint_sources import FrameSelection, JointSource

_MOVED = 1e-3
"""Metres by which a joint moves relative to its parent before it counts as translated."""

_FRAMES_SAMPLED = 500
"""Frames in which that is looked at."""


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


class MatrixJoints(JointSource):
    """Joints with world matrices at all frames; those of the joints that are asked for are converted."""

    def __init__(
        self,
        joint_names: Sequence[str],
        parents: Sequence[int],
        rest: Array,
        poses: Array,
        axes: Array,
        fps: float,
        provenance: Provenance,
    ) -> None:
        """Store the matrices.

        Parameters
        ----------
        joint_names, parents : as in ``JointSource``
        rest : (J, 3, 4) matrices, metres
            The rest pose; columns may be scaled.
        poses : (T, J, 3, 4) matrices, metres
        axes : (3, 3)
            Rotation from the matrices' world to that of the joints.
        fps : frames per second
        provenance : source of the motion
        """
        places = rest[..., 3].astype(float) @ axes.T
        super().__init__(joint_names, parents, places, len(poses), fps, provenance)
        self._poses, self._axes = poses, axes
        self._rest_rotations = self._convert_rotations(rest)
        sample = poses[:: max(1, len(poses) // _FRAMES_SAMPLED)].astype(float)
        moved = set()
        for joint, parent in enumerate(parents):
            if parent >= 0:
                offset = sample[:, joint, :, 3] - sample[:, parent, :, 3]
                in_parent = np.einsum("tij,ti->tj", sample[:, parent, :, :3], offset)
                lengths = np.sum(sample[:, parent, :, :3] ** 2, axis=1)
                if np.ptp(in_parent / np.maximum(np.sqrt(lengths), 1e-12), axis=0).max() > _MOVED:
                    moved.add(joint)
        self.translated_joints = frozenset(moved)

    def _convert_rotations(self, matrices: Array) -> Array:
        columns = self._axes @ matrices[..., :3].astype(float)
        return matrix_to_quaternion(
            columns / np.maximum(np.linalg.norm(columns, axis=-2, keepdims=True), 1e-12)
        )

    def evaluate_joints(
        self, joints: Sequence[int], frames: FrameSelection = slice(None)
    ) -> tuple[Array, Array]:
        """Return the joints' transforms, converted from their matrices."""
        matrices = self._poses[frames][:, list(joints)]
        turns = multiply(self._convert_rotations(matrices), conjugate(self._rest_rotations[list(joints)]))
        return matrices[..., 3].astype(float) @ self._axes.T, make_continuous(turns)
