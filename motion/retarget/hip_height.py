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

_SOLES = {"foot": 0.025, "ankle": 0.1, "knee": 0.55}
"""Assumed height of a joint above the floor in the rest pose, in lengths of the leg, if the floor is unknown."""

_DECAY = 0.04
"""Metres: the weight of a foot in the hips' height falls by a factor of e for each such rise above the floor."""

_SIDES = ("left", "right")


@dataclass(frozen=True, eq=False)
class Body:
    """Measurements of a body in its rest pose.

    Attributes
    ----------
    positions : joint name to (3,)
        World positions of the joints, metres.
    frame : (4,)
        Rotation of a body that stands upright and faces +Z to this one.
    origin_height : float or None
        Height, along the body's own up axis, of the origin of its object, on which rigs often stand. None if
        unknown.
    """

    points: JointPositions
    frame: Array
    origin: float | None = None

    @cached_property
    def up(self) -> Array:
        """The body's own up direction (3,)."""
        return rotate(self.frame, np.array([0.0, 1.0, 0.0]))

    @cached_property
    def leg(self) -> float:
        """Mean length of thigh and shin together, metres."""
        total = 0.0
        for side in _SIDES:
            hip, knee, ankle = (self.points.get(f"{side}_{j}") for j in ("hip", "knee", "ankle"))
            if hip is not None and knee is not None:
                total += float(np.linalg.norm(knee - hip))
                # without an ankle bone: shins are about as long as thighs
                total += float(np.linalg.norm(knee - hip if ankle is None else ankle - knee))
        return 0.5 * total

    @cached_property
    def floor(self) -> float:
        """Height of the floor along the up axis.

        Most rigs stand on the origin of their object. Where the origin is not just below the feet, the floor is
        assumed a sole's thickness below the lowest joint.
        """
        heights = {
            joint: float(np.dot(self.points[f"{side}_{joint}"], self.up))
            for joint in _SOLES
            for side in _SIDES
            if f"{side}_{joint}" in self.points
        }
        lowest = min(heights.values())
        if self.origin is not None and -0.01 * self.leg < lowest - self.origin < 0.13 * self.leg:
            return self.origin
        return min(height - _SOLES[joint] * self.leg for joint, height in heights.items())

    def sole(self, joint: str) -> Array:
        """Return the point (3,) on the floor below a joint."""
        point = self.points[joint]
        return np.asarray(point + self.up * (self.floor - np.dot(point, self.up)))


def size_of_rig(rig: Rig, bone_map: BoneMap) -> float:
    """Return the rig's leg length in its rest pose, as a factor of an adult's (``T_POSE``); 1 without legs."""
    rest = {joint: rig.heads[rig.bone_index(bone)] for joint, bone in bone_map.bones.items() if bone in rig}
    adult = dict(zip(T_POSE.joint_names, T_POSE.rest_positions, strict=True))
    upright = np.array([1.0, 0.0, 0.0, 0.0])
    return Body(rest, upright).leg / Body(adult, upright).leg or 1.0


def hip_heights(
    source: Body, positions: JointPositions, source_turns: JointPositions, target: Body, turns: JointPositions
) -> Array:
    """Compute the heights (T,) above the floor of the middle of the target's hips.

    Each foot votes for the height at which its sole is as high as the source's, scaled. The lower a foot is, the
    larger its weight. While both feet are well above the floor, the scaled height of the source's hips decides.

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
    scale = target.leg / source.leg
    hips = left_right_midpoint(positions, "hip")
    asked, weights = [scale * hips[:, 1]], [np.full(len(hips), np.exp(-0.3 / _DECAY))]
    for side in _SIDES:
        hip, knee, ankle, foot = (f"{side}_{j}" for j in ("hip", "knee", "ankle", "foot"))
        if any(joint not in turns or joint not in positions for joint in (hip, knee, ankle)):
            continue
        at = target.points
        # from the middle of the hips down to the ankle, each bone rotated with its joint
        down = _rise(turns["pelvis"], at[hip] - left_right_midpoint(at, "hip"))
        down = down + _rise(turns[hip], at[knee] - at[hip]) + _rise(turns[knee], at[ankle] - at[knee])
        for joint in (ankle, foot):
            if joint not in turns or joint not in positions:
                continue
            own = down + _rise(turns[ankle], target.sole(joint) - at[ankle])
            theirs = positions[ankle][:, 1] + _rise(
                source_turns[ankle], source.sole(joint) - source.points[ankle]
            )
            asked.append(scale * theirs - own)
            weights.append(np.exp(-np.clip(theirs, 0.0, 0.5) / _DECAY))
    weight = np.stack(weights)
    return np.asarray(np.sum(weight * np.stack(asked), axis=0) / np.sum(weight, axis=0))


def _rise(turn: Array, v: Array) -> Array:
    """Return the y component (T,) of a vector (3,) rotated by quaternions (T, 4)."""
    w, x, y, z = turn[:, 0], turn[:, 1], turn[:, 2], turn[:, 3]
    return np.asarray(
        2 * ((x * y + w * z) * v[0] + (y * z - w * x) * v[2]) + (1 - 2 * (x * x + z * z)) * v[1]
    )
