# SPDX-License-Identifier: GPL-3.0-or-later
"""Alignment of a rig's rest pose with the motion's: a constant rotation for each joint.

``JointPositions`` maps SMPL joint names to world positions (..., 3), Y up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from .rotations import (
    Array,
    cross_product,
    matrix_to_quaternion,
    multiply,
    normalise,
    rotate,
    rotation_about_axis,
    rotation_between,
)

JointPositions = Mapping[str, Array]

TORSO_JOINTS: tuple[str, ...] = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")

HEADING_JOINTS: tuple[str, ...] = ("left_hip", "right_hip", "left_shoulder", "right_shoulder")
"""Joints whose positions :func:`body_heading` needs."""

_UPRIGHT_COSINE = math.cos(math.radians(35.0))
"""Cosine of the largest angle between a standing body's spine and the axis that is taken as up."""

_SIDES = ("left", "right")
_LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))


def left_right_midpoint(points: JointPositions, joint: str) -> Array:
    """Return the midpoint (..., 3) of the left and the right joint of that name."""
    return np.asarray(0.5 * (points[f"left_{joint}"] + points[f"right_{joint}"]))


def _right_to_left(points: JointPositions) -> Array:
    """Return the direction (..., 3) from the body's right to its left, the mean over hips and shoulders."""
    sides = [normalise(points[f"left_{j}"] - points[f"right_{j}"]) for j in ("hip", "shoulder")]
    return normalise(sides[0] + sides[1])


def rest_orientation(points: JointPositions, axes: Array | None = None) -> Array:
    """Return the orientation (4,) of a body at rest: the rotation from a standing body that faces +Z to this one.

    The spine of a standing body leans by some degrees, therefore "up" is the coordinate axis nearest to it, one of the
    rows of ``axes`` (3, 3): the object's axes in the world, by default the world's.
    """
    spine = normalise(left_right_midpoint(points, "shoulder") - left_right_midpoint(points, "hip"))
    candidates = np.eye(3) if axes is None else np.asarray(axes)
    cosine, nearest = max((abs(cosine), k) for k, cosine in enumerate((candidates @ spine).tolist()))
    up = spine
    if cosine > _UPRIGHT_COSINE:
        up = candidates[nearest] if candidates[nearest] @ spine > 0 else -candidates[nearest]
    left = _right_to_left(points)
    left = normalise(left - (left @ up) * up)
    return matrix_to_quaternion(np.array([left, up, cross_product(left, up)]).T)


def body_heading(points: JointPositions) -> float:
    """Return the heading of a body in any pose, in radians about +Y (0 is +Z).

    Where the body lies or crawls, it is the direction from the hips to the shoulders.
    """
    up = normalise(left_right_midpoint(points, "shoulder") - left_right_midpoint(points, "hip"))
    forward = cross_product(_right_to_left(points), up)
    x, _, z = forward.tolist()
    if math.hypot(x, z) <= 0.5:
        x, _, z = up.tolist()
    return math.atan2(x, z)


def align_rest(
    rig_points: JointPositions,
    motion_points: JointPositions,
    rig_orientation: Array,
    motion_orientation: Array,
) -> dict[str, Array]:
    """Return for each joint of the rig the world rotation (4,) from its rest direction to that of the motion.

    Torso and head share one rotation, because where joints lie within a torso depends on the body's build, not on its
    pose. Arms and legs are aligned bone by bone: each bone starts from its parent's rotation and adds the smallest one
    that aligns it, so that twist is inherited down the chain. Feet are only rotated about the vertical, which keeps
    soles as level as they are at rest.

    Parameters
    ----------
    rig_points, motion_points : joint to position (3,), metres
        Joints at rest, in the world.
    rig_orientation, motion_orientation : (4,) quaternions
        Orientations of the two bodies at rest, as ``rest_orientation`` returns them.
    """
    torso_rotation = multiply(motion_orientation, rig_orientation * np.array([1.0, -1.0, -1.0, -1.0]))
    chains = [[f"{side}_{joint}" for joint in limb] for side in _SIDES for limb in _LIMBS]
    result = dict.fromkeys((*rig_points, *(joint for chain in chains for joint in chain)), torso_rotation)
    for chain in chains:
        rotation = torso_rotation
        for upper, lower in pairwise(chain):
            if all(joint in points for joint in (upper, lower) for points in (rig_points, motion_points)):
                direction = rotate(rotation, rig_points[lower] - rig_points[upper])
                missing = rotation_between(direction, motion_points[lower] - motion_points[upper])
                rotation = multiply(missing, rotation)
            # the next bone starts from this one's rotation
            result[upper] = result[lower] = rotation
    for side in _SIDES:
        result[f"{side}_foot"] = result[f"{side}_ankle"] = _align_foot(
            rig_points, motion_points, side, torso_rotation, motion_orientation
        )
    return {joint: result[joint] for joint in rig_points}


def _align_foot(
    rig_points: JointPositions,
    motion_points: JointPositions,
    side: str,
    torso_rotation: Array,
    motion_orientation: Array,
) -> Array:
    """Return the alignment (4,) of one foot: that of the torso, followed by a rotation about the vertical.

    Parameters
    ----------
    rig_points, motion_points
        As :func:`align_rest` takes them.
    side : "left" or "right"
    torso_rotation : (4,) quaternion
        Alignment of the torso.
    motion_orientation
        As :func:`align_rest` takes it.
    """
    ankle, toe = f"{side}_ankle", f"{side}_foot"
    if not all(joint in points for joint in (ankle, toe) for points in (rig_points, motion_points)):
        return torso_rotation
    to_upright = motion_orientation * np.array([1.0, -1.0, -1.0, -1.0])
    motion_direction = rotate(to_upright, motion_points[toe] - motion_points[ankle])
    rig_direction = rotate(to_upright, rotate(torso_rotation, rig_points[toe] - rig_points[ankle]))
    (motion_x, _, motion_z), (rig_x, _, rig_z) = motion_direction.tolist(), rig_direction.tolist()
    if min(math.hypot(motion_x, motion_z), math.hypot(rig_x, rig_z)) < 1e-6:
        return torso_rotation
    yaw = math.atan2(motion_x, motion_z) - math.atan2(rig_x, rig_z)
    return multiply(
        multiply(motion_orientation, rotation_about_axis("y", yaw)), multiply(to_upright, torso_rotation)
    )
