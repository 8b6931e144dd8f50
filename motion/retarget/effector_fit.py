# SPDX-License-Identifier: GPL-3.0-or-later
"""Correct a motion so that hands and feet reach given positions on one rig.

A model satisfies an effector target with the limbs of its own body. On a rig with other proportions the same rotations
end some centimetres away. The remaining error is measured on the rig and removed by two-bone inverse kinematics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..constraints.interpolation import fade_from_keyframes
from ..motion import Motion
from ..rotations import Array, conjugate, multiply, rotate, rotation_about_axis
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS
from ..two_bone import KNEE_HINGE, LEFT_ELBOW_HINGE, RIGHT_ELBOW_HINGE, solve_two_bone_ik
from .rig_to_motion import RigToMotion

_LIMB_CHAINS = {
    "left_wrist": ("left_shoulder", "left_elbow", LEFT_ELBOW_HINGE),
    "right_wrist": ("right_shoulder", "right_elbow", RIGHT_ELBOW_HINGE),
    "left_ankle": ("left_hip", "left_knee", KNEE_HINGE),
    "right_ankle": ("right_hip", "right_knee", KNEE_HINGE),
}
_FADE_SECONDS = 0.4  # seconds over which a correction is faded in and out
_ITERATIONS = 2  # bending a leg may move the hips, so the error is measured again


@dataclass(frozen=True, eq=False)
class RigEffectorTarget:
    """Positions of one joint in the rig's world space, Y up.

    Attributes
    ----------
    joint : str
        Name of the joint, a wrist or an ankle.
    frames : (N,)
        Frames in ascending order.
    positions : (N, 3) metres
        Where the joint has to be at each of the frames.
    """

    joint: str
    frames: NDArray[np.int_]
    positions: Array


def fit_effectors(motion: Motion, rig_to_motion: RigToMotion, targets: Sequence[RigEffectorTarget]) -> Motion:
    """Return ``motion`` with its limbs bent so that they reach ``targets`` on the rig of ``rig_to_motion``.

    The motion is on ``T_POSE``, in the request's space. Hands and feet keep their orientation. Targets of joints
    other than wrists and ankles, or of joints that the rig has no bones for, change nothing.
    """
    for _ in range(_ITERATIONS):
        for target in targets:
            upper, middle, hinge_axis = _LIMB_CHAINS.get(target.joint, ("", "", KNEE_HINGE))
            chain = (upper, middle, target.joint)
            if len(target.frames) and all(joint in rig_to_motion.joints for joint in chain):
                motion = _bend_to_target(motion, rig_to_motion, target, chain, hinge_axis)
    return motion


def _bend_to_target(
    motion: Motion,
    rig_to_motion: RigToMotion,
    target: RigEffectorTarget,
    chain: tuple[str, str, str],
    hinge_axis: tuple[float, float, float],
) -> Motion:
    """Return the motion with one limb bent so that its end reaches the target.

    Parameters
    ----------
    motion : Motion
        The motion on ``T_POSE``, in the request's space.
    rig_to_motion : RigToMotion
        The rig, and how to retarget to it.
    target : RigEffectorTarget
        Where the end of the limb has to be.
    chain : tuple of three joints
        The limb, from the body outwards: hip, knee, ankle or shoulder, elbow, wrist.
    hinge_axis : (3,)
        Axis about which the middle joint bends, in the rest frame of the upper bone.
    """
    positions = rig_to_motion.retarget_motion(motion).joint_positions(chain)
    end_positions = positions[:, 2]
    correction = fade_from_keyframes(
        target.frames,
        target.positions - end_positions[target.frames],
        len(motion),
        _FADE_SECONDS * motion.fps,
    )
    yaw_rotation = rotation_about_axis("y", rig_to_motion.anchor[2])
    first, second, last = (SMPL_JOINTS.index(joint) for joint in chain)
    world_rotations = motion.world_transforms[1]
    hinge_axes = rotate(multiply(yaw_rotation, world_rotations[:, first]), np.array(hinge_axis))
    new_rotations = [
        multiply(
            multiply(conjugate(yaw_rotation), rotation), multiply(yaw_rotation, world_rotations[:, joint])
        )
        for joint, rotation in zip(
            (first, second), solve_two_bone_ik(positions, end_positions + correction, hinge_axes), strict=True
        )
    ]
    local_rotations = motion.local_rotations.copy()
    local_rotations[:, first] = multiply(conjugate(world_rotations[:, SMPL_PARENTS[first]]), new_rotations[0])
    local_rotations[:, second] = multiply(conjugate(new_rotations[0]), new_rotations[1])
    local_rotations[:, last] = multiply(conjugate(new_rotations[1]), world_rotations[:, last])
    return replace(motion, local_rotations=local_rotations)
