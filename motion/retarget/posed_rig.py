# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluate a rig's bones in the world, frame by frame, and convert world transforms to pose channels."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from ..rotations import Array, conjugate, multiply, multiply_constants, relative_rotation, rotate
from .rig_hierarchy import NO_ROTATION, RigHierarchy


@dataclass(frozen=True, eq=False)
class _BoneTransform:
    """World transform of a bone.

    It moves ``point`` of the rest pose to ``head + size * rotate(rotation, point - rest_head)``.

    Attributes
    ----------
    rotation : (T, 4) or (4,)
        World rotation from rest.
    size : float
        Scale relative to the rest pose.
    head : (T, 3) or (3,)
        World position of the bone's head.
    rest_head : (3,)
        The head in the rest pose.
    """

    rotation: Array
    size: float
    head: Array
    rest_head: Array

    def transform_point(self, point: Array) -> Array:
        return np.asarray(self.head + rotate(self.rotation, self.size * (point - self.rest_head)))


class PosedRig:
    """``T`` frames of a rig in the world, evaluated by forward kinematics."""

    def __init__(
        self,
        hierarchy: RigHierarchy,
        rotations: Array,
        body_positions: Array,
        size: float = 1.0,
        root_positions: Array | None = None,
    ) -> None:
        """Store the transforms of the keyed bones; those of all others follow from them.

        Parameters
        ----------
        hierarchy : RigHierarchy
            How the bones carry one another.
        rotations : (T, K, 4)
            World rotations from rest of ``hierarchy.keyed_bones``.
        body_positions : (T, 3)
            World positions of the head of ``hierarchy.body_bone``.
        size : float
            Size of the body relative to its rest pose.
        root_positions : (T, 3) or None
            World positions of the head of ``hierarchy.root_bone``, if that is keyed.
        """
        self.hierarchy = hierarchy
        self.rotations = rotations
        self._size = size
        self._transforms: dict[int, _BoneTransform] = {}
        self._transforms[-1] = _BoneTransform(NO_ROTATION, 1.0, np.zeros(3), np.zeros(3))
        rest = hierarchy.rig.heads
        self._body_bone = hierarchy.body_bone
        self._transforms[self._body_bone] = _BoneTransform(
            self._bone_rotation(self._body_bone), size, body_positions, rest[self._body_bone]
        )
        if hierarchy.root_bone is not None and root_positions is not None:
            size_of_root = hierarchy.current_size(hierarchy.root_bone)
            self._transforms[hierarchy.root_bone] = _BoneTransform(
                self._bone_rotation(hierarchy.root_bone),
                size_of_root,
                root_positions,
                rest[hierarchy.root_bone],
            )

    def _bone_rotation(self, bone: int) -> Array:
        """Return the world rotation of a bone from rest: (T, 4), or (4,) for a bone that does not rotate."""
        column, constant = self.hierarchy.rotation_source(bone)
        if column < 0:
            return constant
        rotation = self.rotations[:, column]
        return rotation if constant is NO_ROTATION else multiply(rotation, constant)

    def _bone_transform(self, bone: int) -> _BoneTransform:
        """Return the world transform of ``bone``, computed once."""
        if bone in self._transforms:
            return self._transforms[bone]
        rig, hierarchy = self.hierarchy.rig, self.hierarchy
        chain = [bone]
        while (parent := hierarchy.position_parent(chain[-1])) not in self._transforms:
            chain.append(parent)
        for lower in reversed(chain):
            parent_transform = self._transforms[hierarchy.position_parent(lower)]
            head = parent_transform.transform_point(rig.heads[lower])
            offset = rig.basis[lower, :3, 3]
            if offset.any() and lower not in hierarchy.held_bones and lower not in hierarchy.position_parents:
                head = head + rotate(
                    self._location_axes(lower, parent_transform.rotation),
                    parent_transform.size * rig.metres_per_unit * offset,
                )
            if hierarchy.is_ancestor(hierarchy.body_bone, lower):
                bone_size = self._size
            else:
                bone_size = parent_transform.size * hierarchy.user_size(lower)
            self._transforms[lower] = _BoneTransform(
                self._bone_rotation(lower), bone_size, head, rig.heads[lower]
            )
        return self._transforms[bone]

    def head_positions(self, bones: Sequence[int]) -> Array:
        """Return the world positions (T, len(bones), 3) of the heads of bones."""
        positions = np.empty((len(self.rotations), len(bones), 3))
        for column, bone in enumerate(bones):
            positions[:, column] = self._bone_transform(bone).head
        return positions

    def with_moved_bone(self, bone: int, rotations: Array, positions: Array) -> PosedRig:
        """Return a copy in which one more bone, a control that is not part of the hierarchy's motion, is moved.

        ``rotations`` (T, 4): its world rotations from rest. ``positions`` (T, 3): world positions of its head.
        """
        result = copy(self)
        result._transforms = {
            **self._transforms,
            bone: _BoneTransform(rotations, self._size, positions, self.hierarchy.rig.heads[bone]),
        }
        return result

    def rotation_channels(self) -> Array:
        """Return ``rotation_quaternion`` (T, K, 4) of the keyed bones."""
        columns, constants = self.hierarchy.rotation_links
        # component by component: see multiply_constants
        parent_rotations = np.take(self.rotations.T, columns, axis=1).T
        # bones without a keyed ancestor
        parent_rotations[:, [column < 0 for column in columns]] = NO_ROTATION
        if constants is not None:
            parent_rotations = multiply(parent_rotations, constants)
        relative = relative_rotation(parent_rotations, self.rotations)
        # convert the axis of rotation from the world to the bone's own rest axes
        rest = self.hierarchy.rig.rest_rotations[list(self.hierarchy.keyed_bones)]
        return multiply_constants(conjugate(rest), relative, rest)

    def rotation_channel(self, bone: int, rotations: Array) -> Array:
        """Return ``rotation_quaternion`` (T, 4) of any bone for the world ``rotations`` (T, 4) from rest."""
        parent = self.hierarchy.rotation_parent(bone)
        parent_rotations = NO_ROTATION if parent < 0 else self._bone_rotation(parent)
        rest = self.hierarchy.rig.rest_rotations[bone]
        relative = multiply(conjugate(parent_rotations), rotations)
        return multiply(multiply(conjugate(rest), relative), rest)

    def location_channel(self, bone: int, positions: Array) -> Array:
        """Return ``location`` (T, 3) that moves the head of any bone to the world ``positions`` (T, 3)."""
        rig = self.hierarchy.rig
        parent_transform = self._bone_transform(self.hierarchy.parents[bone])
        shift = positions - parent_transform.transform_point(rig.heads[bone])
        offset = rotate(conjugate(self._location_axes(bone, parent_transform.rotation)), shift)
        return np.asarray(offset / (parent_transform.size * rig.metres_per_unit))

    def body_location_channel(self, positions: Array) -> tuple[int, Array]:
        """Return the bone to key, and its ``location`` (T, 3), so that the body's bone is at ``positions`` (T, 3).

        The bone is the body's own, or an ancestor where the body's bone is connected to its parent.
        """
        rig, hierarchy = self.hierarchy.rig, self.hierarchy
        carrier = hierarchy.body_bone
        while (
            rig.connected[carrier]
            and hierarchy.parents[carrier] >= 0
            and hierarchy.parents[carrier] != hierarchy.root_bone
        ):
            carrier = hierarchy.parents[carrier]
        if carrier == hierarchy.body_bone:
            return carrier, self.location_channel(carrier, positions)
        free_rig = PosedRig(hierarchy, self.rotations, positions, self._size)
        del free_rig._transforms[hierarchy.body_bone]
        shift = positions - free_rig._bone_transform(hierarchy.body_bone).head
        return carrier, free_rig.location_channel(carrier, free_rig._bone_transform(carrier).head + shift)

    def _location_axes(self, bone: int, parent_rotation: Array) -> Array:
        """Return the world orientation (..., 4) of the axes in which a bone's ``location`` is measured.

        ``parent_rotation`` (..., 4): world rotation of the bone's parent from rest.
        """
        rig, parent = self.hierarchy.rig, self.hierarchy.parents[bone]
        if rig.local_location[bone]:
            return multiply(parent_rotation, rig.rest_rotations[bone])
        return multiply(parent_rotation, rig.rest_rotations[parent] if parent >= 0 else rig.orientation)


def transform_rest_point(hierarchy: RigHierarchy, bone: int, point: Array) -> Array:
    """Return where a point (3,) of the rest pose is in the present pose of the rig.

    The point moves with ``bone``, which must not be a keyed one; with none if ``bone`` is -1.
    """
    if bone < 0:
        return point
    resting_rig = PosedRig(
        hierarchy,
        np.zeros((1, len(hierarchy.keyed_bones), 4)) + NO_ROTATION,
        hierarchy.rig.heads[hierarchy.body_bone][None],
    )
    del resting_rig._transforms[hierarchy.body_bone]
    return np.asarray(resting_rig._bone_transform(bone).transform_point(point))
