# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion retargeted to one rig in the world, before it is converted to channels.

``retarget_rotations`` makes it, ``limb_lock`` and ``root_motion`` correct it, and ``retarget`` and ``ik_keys``
convert it to channels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..mapping.bone_map import BoneMap
from ..rig import Rig
from ..rotations import Array
from .followers import Follower, add_follower_rotations
from .posed_rig import PosedRig
from .rig_hierarchy import RigHierarchy
from .twist_bones import TwistBone


@dataclass(frozen=True, eq=False)
class RootMotion:
    """Motion of the root bone in the world.

    ``rotations`` (T, 4): from rest. ``head_positions`` (T, 3): of its head, metres.
    """

    rotations: Array
    head_positions: Array


@dataclass(frozen=True, eq=False)
class RetargetedMotion:
    """``T`` frames of ``K`` mapped joints on a rig, in the world space of ``motion``: metres, right-handed, Y up.

    Attributes
    ----------
    fps : float
        Frames per second.
    bone_map : BoneMap
        Which bone stands for which joint.
    hierarchy : RigHierarchy
        How the rig's bones carry one another.
    joints : K names
        The joints.
    bones : K indices
        Their bones.
    rotations : (T, K, 4)
        World rotations of the bones from their rest orientation, with the body at its final heading.
    body_positions : (T, 3)
        World positions of the head of the bone that carries the body (``hierarchy.body_bone``).
    floor_height : float
        Height of the floor.
    scale : float
        The rig's leg length divided by the motion's.
    size : float
        Size of the body relative to its rest pose; not 1 where a master bone was scaled.
    followers, twists
        Further keyed bones, whose rotations are computed from those of the joints.
    root : RootMotion or None
        Motion of the root bone, if that is keyed.
    """

    fps: float
    bone_map: BoneMap
    hierarchy: RigHierarchy
    joints: tuple[str, ...]
    bones: tuple[int, ...]
    rotations: Array
    body_positions: Array
    floor_height: float
    scale: float
    size: float = 1.0
    followers: tuple[Follower, ...] = ()
    twists: tuple[TwistBone, ...] = ()
    root: RootMotion | None = None

    def __len__(self) -> int:
        return len(self.rotations)

    @property
    def rig(self) -> Rig:
        """The rig."""
        return self.hierarchy.rig

    @cached_property
    def joint_columns(self) -> Mapping[str, int]:
        """Column in ``rotations`` of each joint."""
        return {joint: k for k, joint in enumerate(self.joints)}

    def joint_rotations(self, joint: str) -> Array:
        """Return the world rotations (T, 4) of a joint's bone from rest. Raises ``KeyError`` if it is not mapped."""
        return self.rotations[:, self.joint_columns[joint]]

    @cached_property
    def keyed_rotations(self) -> Array:
        """World rotations (T, N, 4) from rest of all ``N`` keyed bones of the hierarchy."""
        rotations = add_follower_rotations(self.rotations, self.followers, self.twists, self.bones)
        return (
            rotations
            if self.root is None
            else np.concatenate([rotations, self.root.rotations[:, None]], axis=1)
        )

    @cached_property
    def posed_rig(self) -> PosedRig:
        """The rig evaluated in the world."""
        root = None if self.root is None else self.root.head_positions
        return PosedRig(self.hierarchy, self.keyed_rotations, self.body_positions, self.size, root)

    def joint_positions(self, joints: Sequence[str]) -> Array:
        """Return the world positions (T, len(joints), 3) of mapped joints, by forward kinematics."""
        return self.posed_rig.head_positions([self.bones[self.joint_columns[joint]] for joint in joints])

    def with_rotations(
        self, rotations: Mapping[str, Array], body_positions: Array | None = None
    ) -> RetargetedMotion:
        """Return a copy with other ``rotations`` (T, 4) of some joints.

        ``body_positions`` (T, 3): other positions of the body's bone; None keeps them.
        """
        new_rotations = self.rotations.copy() if rotations else self.rotations
        for joint, values in rotations.items():
            new_rotations[:, self.joint_columns[joint]] = values
        return replace(
            self,
            rotations=new_rotations,
            body_positions=self.body_positions
            if body_positions is None
            else np.asarray(body_positions, dtype=float),
        )
