# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands and feet of one rig at places in its world: a motion bent for the build of whom it was made for.

A model reaches a place with the arms of its own body. On shoulders that are higher and arms that are longer the same
rotations end elsewhere, by some centimetres; what is left is measured on the rig, and taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..constraints.interpolation import around
from ..motion import Motion
from ..rotations import Array, about, conjugate, multiply, rotate
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS
from ..two_bone import KNEE, LEFT_ELBOW, RIGHT_ELBOW, bend_limb
from .rig_to_motion import Inverse

_LIMBS = {
    "left_wrist": ("left_shoulder", "left_elbow", LEFT_ELBOW),
    "right_wrist": ("right_shoulder", "right_elbow", RIGHT_ELBOW),
    "left_ankle": ("left_hip", "left_knee", KNEE),
    "right_ankle": ("right_hip", "right_knee", KNEE),
}
_FADE = 0.4  # seconds over which a correction comes and goes
_ROUNDS = 2  # a leg that bends may move the hips


@dataclass(frozen=True, eq=False)
class Pin:
    """``joint`` is at ``places`` (N, 3) of the rig's world, Y up, at the ascending ``frames`` (N,)."""

    joint: str
    frames: NDArray[np.int_]
    places: Array


def pinned(motion: Motion, inverse: Inverse, pins: Sequence[Pin]) -> Motion:
    """``motion`` (on ``T_POSE``, in the request's space) with the limbs bent that ``pins`` name, so that they arrive
    on the rig of ``inverse``; hands and feet keep their orientation. Pins of other joints, or of joints that the rig
    has no bones for, change nothing.
    """
    for _ in range(_ROUNDS):
        for pin in pins:
            upper, middle, hinge = _LIMBS.get(pin.joint, ("", "", KNEE))
            line = (upper, middle, pin.joint)
            if len(pin.frames) and all(joint in inverse.joints for joint in line):
                motion = _bent(motion, inverse, pin, line, hinge)
    return motion


def _bent(
    motion: Motion, inverse: Inverse, pin: Pin, line: tuple[str, str, str], hinge: tuple[float, float, float]
) -> Motion:
    places = inverse.performed(motion).heads(line)
    now = places[:, 2]
    shift = around(pin.frames, pin.places - now[pin.frames], len(motion), _FADE * motion.fps)
    put = about("y", inverse.anchor[2])
    first, second, last = (SMPL_JOINTS.index(joint) for joint in line)
    world = motion.world[1]
    lateral = rotate(multiply(put, world[:, first]), np.array(hinge))
    turned = [
        multiply(multiply(conjugate(put), turn), multiply(put, world[:, joint]))
        for joint, turn in zip((first, second), bend_limb(places, now + shift, lateral), strict=True)
    ]
    local = motion.local_rotations.copy()
    local[:, first] = multiply(conjugate(world[:, SMPL_PARENTS[first]]), turned[0])
    local[:, second] = multiply(conjugate(turned[0]), turned[1])
    local[:, last] = multiply(conjugate(turned[1]), world[:, last])
    return replace(motion, local_rotations=local)
