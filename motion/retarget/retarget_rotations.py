# SPDX-License-Identifier: GPL-3.0-or-later
"""Retarget joint rotations to a rig in the world, from rest data alone: no constraints and no evaluation of frames.

Every joint has a world rotation ``G`` in the motion, and a constant rotation ``A`` that aligns the rig's rest pose
with the motion's (``rest_alignment``). The world rotation of a bone is then ``H G A R``: ``R`` is its rest
orientation and ``H`` the heading at which the motion is placed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import RigError
from ..mapping.bone_map import BoneMap
from ..motion import Motion
from ..rest_alignment import HEADING_JOINTS, body_heading, left_right_midpoint
from ..rig import Rig
from ..rotations import Array, multiply, multiply_constants, rotation_about_axis
from .posed_rig import transform_rest_point
from .rest_fit import RestFit, fit_rest_poses
from .rest_fit import find_joint_indices as find_joint_indices
from .retargeted_motion import RetargetedMotion
from .rig_hierarchy import RigHierarchy

Anchor = tuple[float, float, float]
"""Where the origin of a motion lies in the world of a rig: x, z (metres), and the heading in radians of its +Z."""


def retarget_rotations(
    motion: Motion,
    rig: Rig,
    bone_map: BoneMap,
    at_character: bool = True,
    relax_fingers: bool = True,
    anchor: Anchor | None = None,
) -> RetargetedMotion:
    """Return ``motion`` on ``rig``.

    Raises :class:`MappingError` where the bone map names bones that no longer exist, or where the bones or the
    motion's joints lie in one point, and :class:`RigError` where the object's scale cannot be animated (mirrored,
    not uniform).

    Parameters
    ----------
    motion : Motion
        The motion.
    rig : Rig
        The rig.
    bone_map : BoneMap
        Which bone stands for which joint.
    at_character : bool
        Start where the character is now, with its present heading. False: start at the world's origin, facing +Z
        (Blender's -Y).
    relax_fingers : bool
        Curl fingers that the motion has no joints for like those of a relaxed hand.
    anchor : Anchor, optional
        Where the motion's origin lies in the rig's world. Positions and headings of the motion then count from
        there, whatever the character's position; only the root motion is scaled.
    """
    check_scale(rig)
    fit = fit_rest_poses(motion.skeleton, rig, bone_map, relax_fingers)
    hierarchy = fit.build_hierarchy(rig)
    positions, rotations = motion.world_transforms
    # the user may have moved the body and made it larger with a master bone
    size = hierarchy.current_size(hierarchy.body_bone)
    scale = size * fit.heights.scale
    start = _find_start(hierarchy, fit) if at_character or anchor else _WORLD_ORIGIN
    centres = 0.5 * (positions[:, fit.heights.hips[0]] + positions[:, fit.heights.hips[1]])
    if anchor is None:
        first_pose = {joint: positions[0, fit.source_joints[joint]] for joint in HEADING_JOINTS}
        yaw = start.heading - body_heading(first_pose)
        x, _, z = start.hips.tolist()
        centres -= centres[0]
    else:
        x, z, yaw = anchor
    if fit.source_indices != list(range(rotations.shape[1])):
        bone_rotations = np.take(rotations, fit.source_indices, axis=1)
    else:
        bone_rotations = rotations
    bone_rotations = multiply_constants(rotation_about_axis("y", yaw), bone_rotations, fit.alignment)
    heights = fit.heights.compute(positions, rotations, bone_rotations, size)
    if fit.reference_rotations is not None:
        bone_rotations = multiply(bone_rotations, fit.reference_rotations)
    cosine, sine = scale * math.cos(yaw), scale * math.sin(yaw)
    hips = np.empty_like(centres)
    hips[:, 0] = x + cosine * centres[:, 0] + sine * centres[:, 2]
    hips[:, 1] = start.floor_height + heights
    hips[:, 2] = z + cosine * centres[:, 2] - sine * centres[:, 0]
    retargeted = RetargetedMotion(
        fps=motion.fps,
        bone_map=bone_map,
        hierarchy=hierarchy,
        joints=fit.joints,
        bones=fit.joint_bones,
        rotations=bone_rotations,
        body_positions=np.zeros_like(hips),
        floor_height=start.floor_height,
        scale=scale,
        size=size,
        followers=fit.moved.followers,
        twists=fit.moved.twists,
    )
    # so far the middle of the hips is known; how far the body's bone is from it depends on the rotations
    hip_offsets = retargeted.joint_positions(("left_hip", "right_hip"))
    return retargeted.with_rotations({}, hips - 0.5 * (hip_offsets[:, 0] + hip_offsets[:, 1]))


def check_scale(rig: Rig) -> None:
    """Raise :class:`RigError` where the object's scale is zero, mirrored or not the same in all directions."""
    x, y, z = rig.scale.tolist()
    sizes = (abs(x), abs(y), abs(z))
    if not math.isfinite(x + y + z) or min(sizes) < 1e-9:
        raise RigError("{name} has a scale of zero: set another scale first", name=rig.name)
    if x * y * z < 0:
        raise RigError(
            "{name} is mirrored by a negative scale: apply the scale with Ctrl+A first", name=rig.name
        )
    if max(sizes) - min(sizes) > 0.01 * rig.metres_per_unit:
        raise RigError(
            "{name} is not scaled evenly in all directions: apply its scale, or its parent's, with Ctrl+A first",
            name=rig.name,
        )


@dataclass(frozen=True, eq=False)
class _StartPose:
    """Where a motion starts.

    Attributes
    ----------
    hips : (3,)
        World position of the middle of the hips; its height is not used.
    heading : float
        Radians.
    floor_height : float
        Height of the floor, metres.
    """

    hips: Array
    heading: float
    floor_height: float


_WORLD_ORIGIN = _StartPose(np.zeros(3), 0.0, 0.0)


def _find_start(hierarchy: RigHierarchy, fit: RestFit) -> _StartPose:
    """Return where the rig is now. The floor of one whose rest pose is not upright is assumed at its origin."""
    rig, bones = hierarchy.rig, fit.bones
    current_positions = {joint: rig.pose_heads[bones[joint]] for joint in HEADING_JOINTS}
    up = fit.target.up_direction
    world_floor_height = float(rig.origin[1])
    if up[1] > 0.9:
        hips = 0.5 * (rig.heads[bones["left_hip"]] + rig.heads[bones["right_hip"]])
        floor_point = hips + up * (fit.target.floor_height - float(np.dot(hips, up)))
        world_floor_height = float(
            transform_rest_point(hierarchy, hierarchy.parents[hierarchy.body_bone], floor_point)[1]
        )
    return _StartPose(
        left_right_midpoint(current_positions, "hip"), body_heading(current_positions), world_floor_height
    )
