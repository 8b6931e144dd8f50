# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the height of the hips so that feet keep their height above the floor on legs of another length."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..mapping.bone_map import BoneMap
from ..rest_alignment import JointPositions, left_right_midpoint
from ..rig import Rig
from ..rotations import Array, rotate
from ..skeleton import T_POSE

_REST_HEIGHTS = {"foot": 0.025, "ankle": 0.1, "knee": 0.55}
"""Assumed height of a joint above the floor in the rest pose, in lengths of the leg, if the floor is unknown."""

_HEIGHT_DECAY = 0.04
"""Metres: the weight of a foot in the hips' height falls by a factor of e for each such rise above the floor."""

_WEIGHT_OF_HIPS = math.exp(-0.3 / _HEIGHT_DECAY)
"""Weight of the source's hips: that of a foot which has risen by 0.3 m."""

_SIDES = ("left", "right")


@dataclass(frozen=True, eq=False)
class BodyMeasurements:
    """Measurements of a body in its rest pose.

    Attributes
    ----------
    positions : joint name to (3,)
        World positions of the joints, metres.
    orientation : (4,)
        Rotation of a body that stands upright and faces +Z to this one.
    origin_height : float or None
        Height, along the body's own up axis, of the origin of its object, on which rigs often stand. None if
        unknown.
    """

    positions: JointPositions
    orientation: Array
    origin_height: float | None = None

    @cached_property
    def up_direction(self) -> Array:
        """The body's own up direction (3,)."""
        return rotate(self.orientation, np.array([0.0, 1.0, 0.0]))

    @cached_property
    def leg_length(self) -> float:
        """Mean length of thigh and shin together, metres."""
        total = 0.0
        for side in _SIDES:
            hip, knee, ankle = (self.positions.get(f"{side}_{j}") for j in ("hip", "knee", "ankle"))
            if hip is not None and knee is not None:
                thigh = math.dist(hip.tolist(), knee.tolist())
                # without an ankle bone: shins are about as long as thighs
                total += thigh + (thigh if ankle is None else math.dist(knee.tolist(), ankle.tolist()))
        return 0.5 * total

    @cached_property
    def floor_height(self) -> float:
        """Height of the floor along the up axis.

        Most rigs stand on the origin of their object. Where the origin is not just below the feet, the floor is
        assumed a sole's thickness below the lowest joint.
        """
        up = self.up_direction.tolist()
        heights: dict[str, float] = {
            joint: sum(a * b for a, b in zip(self.positions[f"{side}_{joint}"].tolist(), up, strict=True))
            for joint in _REST_HEIGHTS
            for side in _SIDES
            if f"{side}_{joint}" in self.positions
        }
        lowest = min(heights.values())
        if (
            self.origin_height is not None
            and -0.01 * self.leg_length < lowest - self.origin_height < 0.13 * self.leg_length
        ):
            return self.origin_height
        return min(height - _REST_HEIGHTS[joint] * self.leg_length for joint, height in heights.items())

    def sole_position(self, joint: str) -> Array:
        """Return the point (3,) on the floor below a joint."""
        point = self.positions[joint]
        return np.asarray(point + self.up_direction * (self.floor_height - np.dot(point, self.up_direction)))


def measure_rig_size(rig: Rig, bone_map: BoneMap) -> float:
    """Return the rig's leg length in its rest pose, as a factor of an adult's (``T_POSE``); 1 without legs."""
    rest = {joint: rig.heads[rig.bone_index(bone)] for joint, bone in bone_map.bones.items() if bone in rig}
    adult = dict(zip(T_POSE.joint_names, T_POSE.rest_positions, strict=True))
    upright = np.array([1.0, 0.0, 0.0, 0.0])
    return BodyMeasurements(rest, upright).leg_length / BodyMeasurements(adult, upright).leg_length or 1.0


@dataclass(frozen=True, eq=False)
class HipHeights:
    """How the heights of the hips follow from a motion, for ``S`` soles of both bodies.

    The result is a weighted mean. For each foot it contains the height at which the foot's sole is as high as the
    source's, scaled; the lower a foot is, the larger its weight. While both feet are well above the floor, the scaled
    height of the source's hips decides.

    Attributes
    ----------
    scale : float
        The target's leg length divided by the source's.
    hips : left and right joint in the source's skeleton
    ankles : S joints in the source's skeleton
    source_joints, target_columns : joints in the source's skeleton, columns of the target's rotations
        Those whose rotations decide.
    vectors : (2 * S, 3, number of source_joints and target_columns)
        Rest vectors that they rotate, metres: first from the source's ankles to its soles, then from the middle of the
        target's hips to its soles.
    """

    scale: float
    hips: tuple[int, int]
    ankles: tuple[int, ...]
    source_joints: tuple[int, ...]
    target_columns: tuple[int, ...]
    vectors: Array

    def compute(
        self, positions: Array, source_rotations: Array, target_rotations: Array, size: float = 1.0
    ) -> Array:
        """Return the heights (T,) above the floor of the middle of the target's hips.

        Parameters
        ----------
        positions : (T, J, 3) metres
            World positions of the motion's joints; their floor is at 0.
        source_rotations : (T, J, 4)
            World rotations of the motion's joints.
        target_rotations : (T, K, 4)
            World rotations of the target's joints, from its rest pose.
        size : float
            Size of the target relative to its rest pose.
        """
        heights = positions[..., 1]
        scale = size * self.scale
        scaled_hips = (0.5 * scale) * (heights[:, self.hips[0]] + heights[:, self.hips[1]])
        count = len(self.ankles)
        if not count:
            return scaled_hips
        sums = self._rotate_vectors(source_rotations, target_rotations)
        source_soles = heights.T[list(self.ankles)] + sums[:count]
        candidates = scale * source_soles - size * sums[count:]
        weights = np.exp(np.minimum(np.maximum(source_soles, 0.0), 0.5) / -_HEIGHT_DECAY)
        weighted = _WEIGHT_OF_HIPS * scaled_hips + (weights * candidates).sum(axis=0)
        return np.asarray(weighted / (_WEIGHT_OF_HIPS + weights.sum(axis=0)))

    def _rotate_vectors(self, source_rotations: Array, target_rotations: Array) -> Array:
        """Return the y components (2 * S, T) of the sums of the rotated ``vectors``."""
        count = len(self.source_joints)
        quaternions = np.empty((4, self.vectors.shape[2], len(source_rotations)))
        quaternions[:, :count] = source_rotations.T[:, list(self.source_joints)]
        quaternions[:, count:] = target_rotations.T[:, list(self.target_columns)]
        w, x, y, z = quaternions
        # the rows of the rotation matrices that make the heights
        rows = np.empty((3, *w.shape))
        rows[0] = 2 * (x * y + w * z)
        rows[1] = 1 - 2 * (x * x + z * z)
        rows[2] = 2 * (y * z - w * x)
        return np.asarray(self.vectors.reshape(len(self.vectors), -1) @ rows.reshape(-1, rows.shape[-1]))


def plan_hip_heights(
    source: BodyMeasurements,
    source_joints: Mapping[str, int],
    target: BodyMeasurements,
    target_columns: Mapping[str, int],
) -> HipHeights:
    """Return how the heights of the target's hips follow from motions of the source.

    Parameters
    ----------
    source : BodyMeasurements
        The motion's body.
    source_joints : joint name to int
        Joints of the motion's skeleton.
    target : BodyMeasurements
        The rig's body.
    target_columns : joint name to int
        Columns of the joints that both bodies have, in arrays of the target's rotations.
    """
    rest, source_rest = target.positions, source.positions
    source_sums: list[dict[str, Array]] = []
    target_sums: list[dict[str, Array]] = []
    ankles: list[int] = []
    for side in _SIDES:
        hip, knee, ankle, foot = (f"{side}_{j}" for j in ("hip", "knee", "ankle", "foot"))
        if any(joint not in target_columns for joint in (hip, knee, ankle)):
            continue
        # from the middle of the hips down to the ankle, each bone rotated with its joint
        chain = {
            "pelvis": rest[hip] - left_right_midpoint(rest, "hip"),
            hip: rest[knee] - rest[hip],
            knee: rest[ankle] - rest[knee],
        }
        for joint in (ankle, foot):
            if joint in target_columns:
                target_sums.append({**chain, ankle: target.sole_position(joint) - rest[ankle]})
                source_sums.append({ankle: source.sole_position(joint) - source_rest[ankle]})
                ankles.append(source_joints[ankle])
    used_source = list(dict.fromkeys(joint for terms in source_sums for joint in terms))
    used_target = list(dict.fromkeys(joint for terms in target_sums for joint in terms))
    vectors = np.zeros((2 * len(ankles), 3, len(used_source) + len(used_target)))
    for row, terms in enumerate(source_sums):
        for joint, vector in terms.items():
            vectors[row, :, used_source.index(joint)] = vector
    for row, terms in enumerate(target_sums, start=len(ankles)):
        for joint, vector in terms.items():
            vectors[row, :, len(used_source) + used_target.index(joint)] = vector
    return HipHeights(
        target.leg_length / source.leg_length,
        (source_joints["left_hip"], source_joints["right_hip"]),
        tuple(ankles),
        tuple(source_joints[joint] for joint in used_source),
        tuple(target_columns[joint] for joint in used_target),
        vectors,
    )
