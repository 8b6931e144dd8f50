# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the height of the hips so that feet keep their height above the floor on legs of another length."""

from __future__ import annotations

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
                total += float(np.linalg.norm(knee - hip))
                # without an ankle bone: shins are about as long as thighs
                total += float(np.linalg.norm(knee - hip if ankle is None else ankle - knee))
        return 0.5 * total

    @cached_property
    def floor_height(self) -> float:
        """Height of the floor along the up axis.

        Most rigs stand on the origin of their object. Where the origin is not just below the feet, the floor is
        assumed a sole's thickness below the lowest joint.
        """
        heights = {
            joint: float(np.dot(self.positions[f"{side}_{joint}"], self.up_direction))
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
    hips = left_right_midpoint(positions, "hip")
    candidates, weights = [scale * hips[:, 1]], [np.full(len(hips), np.exp(-0.3 / _HEIGHT_DECAY))]
    for side in _SIDES:
        hip, knee, ankle, foot = (f"{side}_{j}" for j in ("hip", "knee", "ankle", "foot"))
        if any(joint not in target_rotations or joint not in positions for joint in (hip, knee, ankle)):
            continue
        rest_positions = target.positions
        # from the middle of the hips down to the ankle, each bone rotated with its joint
        hip_to_ankle = _compute_rotated_height(
            target_rotations["pelvis"], rest_positions[hip] - left_right_midpoint(rest_positions, "hip")
        )
        hip_to_ankle = (
            hip_to_ankle
            + _compute_rotated_height(target_rotations[hip], rest_positions[knee] - rest_positions[hip])
            + _compute_rotated_height(target_rotations[knee], rest_positions[ankle] - rest_positions[knee])
        )
        for joint in (ankle, foot):
            if joint not in target_rotations or joint not in positions:
                continue
            target_sole = hip_to_ankle + _compute_rotated_height(
                target_rotations[ankle], target.sole_position(joint) - rest_positions[ankle]
            )
            source_sole = positions[ankle][:, 1] + _compute_rotated_height(
                source_rotations[ankle], source.sole_position(joint) - source.positions[ankle]
            )
            candidates.append(scale * source_sole - target_sole)
            weights.append(np.exp(-np.clip(source_sole, 0.0, 0.5) / _HEIGHT_DECAY))
    stacked_weights = np.stack(weights)
    return np.asarray(
        np.sum(stacked_weights * np.stack(candidates), axis=0) / np.sum(stacked_weights, axis=0)
    )


def _compute_rotated_height(rotations: Array, vector: Array) -> Array:
    """Return the y component (T,) of a vector (3,) rotated by quaternions (T, 4)."""
    w, x, y, z = rotations[:, 0], rotations[:, 1], rotations[:, 2], rotations[:, 3]
    return np.asarray(
        2 * ((x * y + w * z) * vector[0] + (y * z - w * x) * vector[2])
        + (1 - 2 * (x * x + z * z)) * vector[1]
    )
