# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the place at which a motion without an anchor lies in the world of a rig."""

from __future__ import annotations

import math
from dataclasses import replace

from ..mapping.bone_map import BoneMap
from ..motion import Motion
from ..rig import Rig
from ..rotations import conjugate, multiply, rotate, rotation_about_axis
from .retarget_rotations import Anchor, retarget_rotations

_HIPS = ("left_hip", "right_hip")


def find_anchor(motion: Motion, rig: Rig, bone_map: BoneMap, at_character: bool = True) -> Anchor:
    """Return the anchor that puts a motion where it lies without one: at the character, or at the world's origin.

    Raises the errors of :func:`retarget_rotations`.
    """
    first = replace(
        motion,
        root_translation=motion.root_translation[:1],
        local_rotations=motion.local_rotations[:1],
        contacts=None,
    )
    placed = retarget_rotations(first, rig, bone_map, at_character, relax_fingers=False)
    plain = retarget_rotations(first, rig, bone_map, relax_fingers=False, anchor=(0.0, 0.0, 0.0))
    turn = multiply(placed.rotations[0, 0], conjugate(plain.rotations[0, 0]))
    heading = 2.0 * math.atan2(float(turn[2]), float(turn[0]))
    hips, plain_hips = (of.joint_positions(_HIPS).mean(axis=1)[0] for of in (placed, plain))
    x, _, z = hips - rotate(rotation_about_axis("y", heading), plain_hips)
    return float(x), float(z), heading
