# SPDX-License-Identifier: GPL-3.0-or-later
"""Skeletons: named joints, their parents and rest offsets; forward kinematics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from .rotations import Array, multiply, rotate

SMPL_JOINTS: tuple[str, ...] = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle", "right_ankle",
    "spine3", "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip
"""The 22 body joints that SMPL, SMPL-H and SMPL-X share, in their order."""

SMPL_PARENTS: tuple[int, ...] = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19)

FINGERS: tuple[str, ...] = ("index", "middle", "pinky", "ring", "thumb")
"""The fingers in the order of SMPL-H and SMPL-X."""

HAND_JOINTS: tuple[str, ...] = tuple(
    f"{side}_{finger}{knuckle}" for side in ("left", "right") for finger in FINGERS for knuckle in (1, 2, 3)
)
"""The 30 finger joints of SMPL-H and SMPL-X in their order, each finger from its first knuckle to its tip."""

EXTRA_JOINTS: tuple[str, ...] = (*HAND_JOINTS, "jaw")
"""Joints that a rig may have in addition to the body's 22."""

MAPPED_JOINTS: tuple[str, ...] = SMPL_JOINTS + EXTRA_JOINTS
"""All joints that can be mapped to a bone."""


@dataclass(frozen=True, eq=False)
class Skeleton:
    """A tree of ``J`` joints, parents before children; joint 0 is the only root.

    Raises ``ValueError`` if the fields do not describe such a tree.

    Attributes
    ----------
    joint_names : J unique names
    parents : J indices, -1 for the root
    rest_offsets : (J, 3) metres
        Position of each joint relative to its parent in the rest pose, in which all local rotations are the identity;
        Y up, the character faces +Z, its left is +X. The root's offset is zero; its position is the motion's
        ``root_translation``.
    """

    joint_names: tuple[str, ...]
    parents: tuple[int, ...]
    rest_offsets: Array

    def __post_init__(self) -> None:
        offsets = np.ascontiguousarray(self.rest_offsets, dtype=float)
        count = len(self.joint_names)
        if len(self.parents) != count or offsets.shape != (count, 3):
            raise ValueError("joint_names, parents and rest_offsets differ in length")
        if len(set(self.joint_names)) != count:
            raise ValueError("joint names are not unique")
        if (
            count == 0
            or self.parents[0] != -1
            or any(not 0 <= p < j for j, p in enumerate(self.parents) if j)
        ):
            raise ValueError("joint 0 must be the only root and parents must come before their children")
        if not np.all(np.isfinite(offsets)):
            raise ValueError("rest offsets are not finite")
        object.__setattr__(self, "rest_offsets", offsets)

    def __len__(self) -> int:
        return len(self.joint_names)

    def joint_index(self, joint: str) -> int:
        """Return the index of a joint. Raises ``ValueError`` if there is none of that name."""
        return self.joint_names.index(joint)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the children of each joint."""
        return tuple(tuple(c for c, p in enumerate(self.parents) if p == j) for j in range(len(self)))

    @cached_property
    def rest_positions(self) -> Array:
        """Joint positions (J, 3) in the rest pose with the root at the origin, metres."""
        return self.forward_kinematics(np.zeros(3), np.broadcast_to([1.0, 0, 0, 0], (len(self), 4)))[0]

    def forward_kinematics(
        self, root_translation: ArrayLike, local_rotations: ArrayLike
    ) -> tuple[Array, Array]:
        """Return the world positions (..., J, 3) and world rotations (..., J, 4) of a pose.

        ``root_translation`` (..., 3) metres, ``local_rotations`` (..., J, 4) unit quaternions w, x, y, z.
        """
        local = np.asarray(local_rotations, dtype=float)
        root = np.asarray(root_translation, dtype=float)
        positions = np.empty((*local.shape[:-1], 3))
        rotations = np.empty_like(local)
        positions[..., 0, :] = root
        rotations[..., 0, :] = local[..., 0, :]
        for joints, parents in self._joints_by_depth:
            parent_rotations = rotations[..., parents, :]
            rotations[..., joints, :] = multiply(parent_rotations, local[..., joints, :])
            positions[..., joints, :] = positions[..., parents, :] + rotate(
                parent_rotations, self.rest_offsets[joints]
            )
        return positions, rotations

    @cached_property
    def _joints_by_depth(self) -> list[tuple[list[int], list[int]]]:
        """Joints at equal depth in the tree and their parents, from depth 1 downwards."""
        depth: list[int] = []
        for parent in self.parents:
            depth.append(0 if parent < 0 else depth[parent] + 1)
        levels = [[j for j, d in enumerate(depth) if d == level] for level in range(1, max(depth) + 1)]
        return [(joints, [self.parents[j] for j in joints]) for joints in levels]


def smpl_skeleton(rest_offsets: ArrayLike) -> Skeleton:
    """Return the 22-joint SMPL skeleton with the given rest offsets (22, 3)."""
    return Skeleton(SMPL_JOINTS, SMPL_PARENTS, np.asarray(rest_offsets, dtype=float))


T_POSE = smpl_skeleton(
    [
        [0.0, 0, 0],
        [0.065, -0.09, -0.005], [-0.065, -0.09, -0.005], [0, 0.12, -0.025],
        [0.035, -0.39, 0], [-0.035, -0.39, 0], [0, 0.135, 0],
        [-0.01, -0.405, -0.035], [0.01, -0.405, -0.035], [0, 0.055, 0.02],
        [0.03, -0.06, 0.125], [-0.03, -0.06, 0.125], [0, 0.215, -0.03],
        [0.075, 0.115, -0.02], [-0.075, 0.115, -0.02], [0, 0.09, 0.045],
        [0.12, 0.045, -0.01], [-0.12, 0.045, -0.01],
        [0.265, -0.012, -0.02], [-0.265, -0.012, -0.02],
        [0.25, 0.008, -0.005], [-0.25, 0.008, -0.005],
    ]
)  # fmt: skip
"""Generic adult proportions (rounded; no SMPL model data) in a T-pose: the skeleton of the embedded model."""
