# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the height of the hips so that feet keep their height above the floor on legs of another length."""

from __future__ import annotations

import math
from collections.abc import Sequence
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


def compute_hip_heights(
    source: BodyMeasurements,
    positions: JointPositions,
    source_rotations: JointPositions,
    target: BodyMeasurements,
    target_rotations: JointPositions,
) -> Array:
    """Compute the heights (T,) above the floor of the middle of the target's hips.

    The result is a weighted mean. For each foot it contains the height at which the foot's sole is as high as the
    source's, scaled; the lower a foot is, the larger its weight. While both feet are well above the floor, the scaled
    height of the source's hips decides.

    Parameters
    ----------
    source : BodyMeasurements
        The motion's body.
    positions : joint name to (T, 3) metres
        World positions of the motion's joints; their floor is at 0.
    source_rotations, target_rotations : joint name to (T, 4)
        World rotations of the joints of either body, from its rest pose.
    target : BodyMeasurements
        The rig's body.
    """
    scale = target.leg_length / source.leg_length
    rest, source_rest = target.positions, source.positions
    heights = _RotatedHeights()
    tracks: list[Array] = []
    for side in _SIDES:
        hip, knee, ankle, foot = (f"{side}_{j}" for j in ("hip", "knee", "ankle", "foot"))
        if any(joint not in target_rotations or joint not in positions for joint in (hip, knee, ankle)):
            continue
        # from the middle of the hips down to the ankle, each bone rotated with its joint
        chain = [
            (target_rotations["pelvis"], rest[hip] - left_right_midpoint(rest, "hip")),
            (target_rotations[hip], rest[knee] - rest[hip]),
            (target_rotations[knee], rest[ankle] - rest[knee]),
        ]
        for joint in (ankle, foot):
            if joint in target_rotations and joint in positions:
                sole = target.sole_position(joint) - rest[ankle]
                heights.add_sum([*chain, (target_rotations[ankle], sole)])
                source_sole = source.sole_position(joint) - source_rest[ankle]
                heights.add_sum([(source_rotations[ankle], source_sole)])
                tracks.append(positions[ankle][:, 1])
    scaled_hips = scale * left_right_midpoint(positions, "hip")[:, 1]
    if not tracks:
        return scaled_hips
    sums = heights.compute_heights()
    source_soles = np.stack(tracks) + sums[1::2]
    candidates = np.concatenate([scaled_hips[None], scale * source_soles - sums[::2]])
    rises = np.concatenate([np.full((1, len(scaled_hips)), 0.3), np.clip(source_soles, 0.0, 0.5)])
    weights = np.exp(rises / -_HEIGHT_DECAY)
    return np.asarray(np.sum(weights * candidates, axis=0) / np.sum(weights, axis=0))


class _RotatedHeights:
    """Heights of sums of vectors that rotate, computed all at once."""

    def __init__(self) -> None:
        self._rotations: list[Array] = []
        self._columns: dict[int, int] = {}
        self._sums: list[list[tuple[int, Array]]] = []

    def add_sum(self, vectors: Sequence[tuple[Array, Array]]) -> None:
        """Add a sum of vectors: pairs of quaternions (T, 4) and the vector (3,) that they rotate."""
        self._sums.append([(self._find_column(rotations), vector) for rotations, vector in vectors])

    def _find_column(self, rotations: Array) -> int:
        """Return the number of a track of quaternions (T, 4), which is kept; that of the same array if it was added."""
        column = self._columns.setdefault(id(rotations), len(self._rotations))
        if column == len(self._rotations):
            self._rotations.append(rotations)
        return column

    def compute_heights(self) -> Array:
        """Return the y components (S, T) of the sums in the order in which they were added."""
        vectors = np.zeros((len(self._sums), 3, len(self._rotations)))
        for row, vectors_of_sum in zip(vectors, self._sums, strict=True):
            for column, vector in vectors_of_sum:
                row[:, column] += vector
        w, x, y, z = np.stack([rotations.T for rotations in self._rotations], axis=1)
        # the rows of the rotation matrices that make the heights
        rows = np.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)])
        return np.asarray(vectors.reshape(len(vectors), -1) @ rows.reshape(-1, rows.shape[-1]))
