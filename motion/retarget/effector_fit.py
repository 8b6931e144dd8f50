# SPDX-License-Identifier: GPL-3.0-or-later
"""Correct a motion so that hands and feet reach given positions on one rig.

A model reaches a target with the limbs of its own body. On a rig with other proportions the same rotations end some
centimetres away. The remaining error is measured on the rig and removed by two-bone inverse kinematics.
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
from .rig_to_motion import Inverse

_LIMBS = {
    "left_wrist": ("left_shoulder", "left_elbow", LEFT_ELBOW_HINGE),
    "right_wrist": ("right_shoulder", "right_elbow", RIGHT_ELBOW_HINGE),
    "left_ankle": ("left_hip", "left_knee", KNEE_HINGE),
    "right_ankle": ("right_hip", "right_knee", KNEE_HINGE),
}
_FADE = 0.4  # seconds over which a correction is faded in and out
_ROUNDS = 2  # bending a leg may move the hips, so the error is measured again


@dataclass(frozen=True, eq=False)
class Pin:
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
    places: Array


def pinned(motion: Motion, inverse: Inverse, pins: Sequence[Pin]) -> Motion:
    """Return ``motion`` with its limbs bent so that they reach ``targets`` on the rig of ``rig_to_motion``.

    The motion is on ``T_POSE``, in the request's space. Hands and feet keep their orientation. Targets of joints
    other than wrists and ankles, or of joints that the rig has no bones for, change nothing.
    """
    for _ in range(_ROUNDS):
        for pin in pins:
            upper, middle, hinge = _LIMBS.get(pin.joint, ("", "", KNEE_HINGE))
            line = (upper, middle, pin.joint)
            if len(pin.frames) and all(joint in inverse.joints for joint in line):
                motion = _bent(motion, inverse, pin, line, hinge)
    return motion


def _bent(
    motion: Motion, inverse: Inverse, pin: Pin, line: tuple[str, str, str], hinge: tuple[float, float, float]
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
    places = inverse.performed(motion).heads(line)
    now = places[:, 2]
    shift = fade_from_keyframes(pin.frames, pin.places - now[pin.frames], len(motion), _FADE * motion.fps)
    put = rotation_about_axis("y", inverse.anchor[2])
    first, second, last = (SMPL_JOINTS.index(joint) for joint in line)
    world = motion.world_transforms[1]
    lateral = rotate(multiply(put, world[:, first]), np.array(hinge))
    turned = [
        multiply(multiply(conjugate(put), turn), multiply(put, world[:, joint]))
        for joint, turn in zip((first, second), solve_two_bone_ik(places, now + shift, lateral), strict=True)
    ]
    local = motion.local_rotations.copy()
    local[:, first] = multiply(conjugate(world[:, SMPL_PARENTS[first]]), turned[0])
    local[:, second] = multiply(conjugate(turned[0]), turned[1])
    local[:, last] = multiply(conjugate(turned[1]), world[:, last])
    return replace(motion, local_rotations=local)
