# SPDX-License-Identifier: GPL-3.0-or-later
"""Points of hands and feet with which a body touches things: the middle of a palm, the middle of a sole."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..rotations import Array, conjugate, cross_product, normalise, rotate
from .foot_placement import measure_stance
from .retargeted_motion import RetargetedMotion

_HAND_LENGTH = 0.085  # metres from wrist to knuckles of an adult, where the rig has no fingers
_ALONG_HAND = 0.6  # of the way from wrist to knuckles
_PALM_DEPTH = 0.018  # metres from the bones to the skin of an adult's palm
_SOLE_AHEAD = 0.5  # of the way from ankle to ball
_DOWN = np.array([0.0, -1.0, 0.0])


class EffectorPoint(NamedTuple):
    """A point that is fixed to a bone.

    Attributes
    ----------
    joint : str
        The joint whose bone carries it.
    offset : (3,) metres
        From the head of the bone, in the world of the rig at rest.
    """

    joint: str
    offset: Array


POINT_JOINTS = {
    "left_palm": "left_wrist",
    "right_palm": "right_wrist",
    "left_sole": "left_ankle",
    "right_sole": "right_ankle",
}
"""Points beside the joints themselves, and the joints that carry them."""


def measure_effector_point(t_pose: RetargetedMotion, name: str) -> EffectorPoint | None:
    """Return a point of a rig; None if the rig has no bone for its joint.

    Parameters
    ----------
    t_pose : RetargetedMotion
        The rig in the pose in which all joints of the motion's body have no rotation: standing, arms to the sides.
    name : str
        A name in :data:`POINT_JOINTS`, or a joint: its own position.
    """
    joint = POINT_JOINTS.get(name, name)
    if joint not in t_pose.joint_columns:
        return None
    if name not in POINT_JOINTS:
        return EffectorPoint(joint, np.zeros(3))
    side, _, part = name.partition("_")
    if part == "sole":
        return EffectorPoint(joint, _sole_offset(t_pose, side))
    return EffectorPoint(joint, t_pose.size * _palm_offset(t_pose, side))


def _palm_offset(t_pose: RetargetedMotion, side: str) -> Array:
    """Return the vector from the wrist to the middle of the palm's skin."""
    rig, bones = t_pose.rig, t_pose.bone_map.bones
    wrist = t_pose.bones[t_pose.joint_columns[f"{side}_wrist"]]

    def to_finger(finger: str) -> Array | None:
        name = bones.get(f"{side}_{finger}1")
        return None if name is None or name not in rig else rig.heads[rig.bone_index(name)] - rig.heads[wrist]

    to_rest = conjugate(t_pose.joint_rotations(f"{side}_wrist")[0])
    knuckle = next(
        (found for finger in ("middle", "index", "ring") if (found := to_finger(finger)) is not None), None
    )
    if knuckle is None:
        across = np.array([1.0 if side == "left" else -1.0, 0.0, 0.0])
        knuckle = rotate(to_rest, across) * _HAND_LENGTH * t_pose.scale
    inward = rotate(to_rest, _DOWN)
    index, pinky = to_finger("index"), to_finger("pinky")
    if index is not None and pinky is not None:
        # the thumb's side is ahead while the palms face down
        normal = cross_product(knuckle, index - pinky) * (1.0 if side == "left" else -1.0)
        if np.linalg.norm(normal) > 1e-9:
            inward = normalise(normal)
    return np.asarray(_ALONG_HAND * knuckle + _PALM_DEPTH * t_pose.scale * inward)


def _sole_offset(t_pose: RetargetedMotion, side: str) -> Array:
    """Return the vector from the ankle to the middle of the sole."""
    stance, ankle = measure_stance(t_pose), f"{side}_ankle"
    down = stance.sole_offset(ankle, ankle)
    axis = normalise(down)
    to_ball = stance.ball_offset(side)
    ahead = to_ball - np.dot(to_ball, axis) * axis
    return np.asarray(down + _SOLE_AHEAD * ahead)
