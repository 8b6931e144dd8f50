# SPDX-License-Identifier: GPL-3.0-or-later
"""The joints of a file with any skeleton; world transforms are computed for the joints and frames that are needed.

Only a few joints of a file matter (fingers and props do not), and any of them may be translated: travel can be keyed on
the hips, on a node above them, or on both. Therefore readers do not build a motion of all joints, but compute the world
transforms of those that ``smpl_conversion`` asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion, Provenance
from ..rotations import Array, conjugate, make_continuous, multiply, normalise
from ..skeleton import Skeleton

END_SUFFIX = "_end"
"""Suffix of the joints made from BVH's End Sites, which have a position and no rotation."""

FrameSelection = slice | Sequence[int]
"""Frames of a file: a slice, or their indices."""


class JointSource:
    """Joints of a file: rest pose and world transforms in metres, in the axes of the file.

    Attributes
    ----------
    joint_names : J unique names
    parents : J indices, -1 for the root; parents come before their children
    rest_positions : (J, 3) metres
    frame_count, fps : number of frames, and frames per second
    named_joints : SMPL joint to index, where the file itself says which joint is which
    translated_joints : indices of the joints whose position relative to their parent changes, apart from the root
    contacts, provenance : as in ``Motion``
    """

    named_joints: Mapping[str, int] = MappingProxyType({})
    translated_joints: frozenset[int] = frozenset()
    contacts: NDArray[np.bool_] | None = None

    def __init__(
        self,
        joint_names: Sequence[str],
        parents: Sequence[int],
        rest_positions: Array,
        frame_count: int,
        fps: float,
        provenance: Provenance,
    ) -> None:
        """Store what is known without computing any transform; the parameters are the attributes of the class.

        Parameters
        ----------
        joint_names : J unique names
        parents : J indices, -1 for the root
        rest_positions : (J, 3) metres
        frame_count : number of frames
        fps : frames per second
        provenance : source of the motion
        """
        self.joint_names, self.parents = tuple(joint_names), tuple(parents)
        self.rest_positions, self.frame_count, self.fps = rest_positions, frame_count, fps
        self.provenance = provenance

    @property
    def file_name(self) -> str:
        """Name of the file, for messages."""
        return self.provenance.source.partition(":")[0] or "the motion"

    def evaluate_joints(
        self, joints: Sequence[int], frames: FrameSelection = slice(None)
    ) -> tuple[Array, Array]:
        """Return world positions (T, N, 3) and world rotations from the rest pose (T, N, 4) of ``N`` joints."""
        raise NotImplementedError

    def add_ancestors(self, joints: Iterable[int]) -> list[int]:
        """Return the joints with all joints above them, parents first."""
        needed: set[int] = set()
        for joint in joints:
            while joint >= 0 and joint not in needed:
                needed.add(joint)
                joint = self.parents[joint]
        return sorted(needed)

    def find_common_ancestor(self, joints: Iterable[int]) -> int:
        """Return the lowest joint that is, or is above, all of ``joints``."""
        chains = [self.add_ancestors([joint]) for joint in joints]
        shared = set(chains[0]).intersection(*chains[1:])
        return max(shared, default=0)

    def build_motion(self, root: int = 0) -> Motion:
        """Return the motion of a joint and those below it; only ``root`` is translated."""
        indices = {root: 0}
        for joint in range(root + 1, len(self.parents)):
            if self.parents[joint] in indices:
                indices[joint] = len(indices)
        joints = list(indices)
        parents = [-1, *(indices[self.parents[joint]] for joint in joints[1:])]
        offsets = self.rest_positions[joints] - self.rest_positions[[self.parents[j] for j in joints]]
        offsets[0] = 0.0
        positions, world = self.evaluate_joints(joints)
        local = world.copy()
        for j, parent in enumerate(parents[1:], 1):
            local[:, j] = multiply(conjugate(world[:, parent]), world[:, j])
        return Motion(
            Skeleton(tuple(self.joint_names[j] for j in joints), tuple(parents), offsets),
            self.fps,
            positions[:, 0],
            make_continuous(normalise(local)),
            self.contacts,
            self.provenance,
        )


class MotionJoints(JointSource):
    """The joints of a motion."""

    def __init__(self, motion: Motion) -> None:
        """Take names, parents and rest pose from the motion's skeleton."""
        skeleton = motion.skeleton
        super().__init__(
            skeleton.joint_names,
            skeleton.parents,
            skeleton.rest_positions,
            len(motion),
            motion.fps,
            motion.provenance,
        )
        self.contacts = motion.contacts
        self._motion = motion

    def evaluate_joints(
        self, joints: Sequence[int], frames: FrameSelection = slice(None)
    ) -> tuple[Array, Array]:
        """Return the joints' transforms from the motion's own."""
        positions, rotations = self._motion.world_transforms
        return positions[frames][:, list(joints)], rotations[frames][:, list(joints)]


def with_notes(motion: Motion, notes: Iterable[str]) -> Motion:
    """Return the motion with assumptions appended to the source in its provenance."""
    text = ", ".join(note for note in notes if note)
    if not text:
        return motion
    source = motion.provenance.source
    return motion.with_provenance(source=f"{source}, {text}" if source else text)
