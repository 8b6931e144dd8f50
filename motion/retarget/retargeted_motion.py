# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion as one rig performs it in the world: what comes between a motion and the channels that are keyed.

``perform`` makes it, ``limb_lock`` corrects it, and ``retarget`` and ``ik_keys`` turn it into channels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..mapping.bone_map import BoneMap
from ..rig import Rig
from ..rotations import Array
from .followers import Follower, followed
from .posed_rig import Posed
from .rig_hierarchy import Posing
from .twist_bones import Twist


@dataclass(frozen=True, eq=False)
class Root:
    """How a master bone moves: turns (T, 4) from rest, and places (T, 3) of its head, in the world."""

    turns: Array
    heads: Array


@dataclass(frozen=True, eq=False)
class Performance:
    """``T`` frames of ``K`` mapped joints on a rig. World space of ``motion``: metres, right-handed, Y up.

    ``posing``: how the rig's bones carry one another. ``joints``: K names; ``bones``: K indices of their bones.
    ``turns`` (T, K, 4): rotation in the world from each bone's rest orientation, the body being at its place and
    heading. ``followers``, ``twists``: the further bones that are keyed; they turn as the joints do. ``root``: how a
    master bone moves that is keyed too.
    ``hips`` (T, 3): where the head of the bone that carries the body (``posing.body``) is.
    ``ground``: height of the floor. ``scale``: the rig's leg length over the motion's. ``size``: how much larger the
    body is than at rest, because a master bone was scaled.
    """

    fps: float
    bone_map: BoneMap
    posing: Posing
    joints: tuple[str, ...]
    bones: tuple[int, ...]
    turns: Array
    hips: Array
    ground: float
    scale: float
    size: float = 1.0
    followers: tuple[Follower, ...] = ()
    twists: tuple[Twist, ...] = ()
    root: Root | None = None

    def __len__(self) -> int:
        return len(self.turns)

    @property
    def rig(self) -> Rig:
        """The rig that performs."""
        return self.posing.rig

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Column of ``turns`` by joint."""
        return {joint: k for k, joint in enumerate(self.joints)}

    def turn(self, joint: str) -> Array:
        """Turns (T, 4) of a joint's bone; ``KeyError`` where the joint is not mapped."""
        return self.turns[:, self.columns[joint]]

    @cached_property
    def keyed_turns(self) -> Array:
        """Turns (T, len(posing.keyed), 4) of all keyed bones."""
        turns = followed(self.turns, self.followers, self.twists, self.bones)
        return turns if self.root is None else np.concatenate([turns, self.root.turns[:, None]], axis=1)

    @cached_property
    def posed(self) -> Posed:
        """The rig in the world, frame by frame."""
        root = None if self.root is None else self.root.heads
        return Posed(self.posing, self.keyed_turns, self.hips, self.size, root)

    def heads(self, joints: Sequence[str]) -> Array:
        """World positions (T, len(joints), 3) of the heads of mapped joints' bones, by forward kinematics."""
        return self.posed.heads([self.bones[self.columns[joint]] for joint in joints])

    def with_turns(self, turns: Mapping[str, Array], hips: Array | None = None) -> Performance:
        """A copy with other turns (T, 4) of some joints, and another way (T, 3) of the hips where it is given."""
        changed = self.turns.copy()
        for joint, values in turns.items():
            changed[:, self.columns[joint]] = values
        return replace(self, turns=changed, hips=self.hips if hips is None else np.asarray(hips, dtype=float))
