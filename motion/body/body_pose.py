# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion of a motion to the pose parameters of a SMPL-family body: joint rotations and pelvis positions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..formats.smpl_conversion import remove_extra_joints, to_smpl
from ..formats.smpl_hands import extract_extra_poses
from ..mapping.bone_map import BoneMap
from ..motion import Motion
from ..rest_alignment import left_right_midpoint
from ..rest_pose import SMPL_REST_POSE
from ..retarget.hip_height import BodyMeasurements
from ..retarget.retarget import lock_contacts
from ..retarget.retarget_rotations import retarget_rotations
from ..rig import make_plain_rig
from ..rotations import Array, axis_angle_to_quaternion, conjugate, identity_rotations, multiply, rotate
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS, Skeleton
from ..smoothing import find_smooth_way
from .body_model import BodyModel

_BODY_JOINTS = len(SMPL_JOINTS)
_FIRST_FINGER = {"smplh": 22, "smplx": 25}
_JAW_JOINT = 22


@dataclass(frozen=True, eq=False)
class BodyPose:
    """The pose of a body model in every frame."""

    rotations: Array
    """(T, J, 4): local rotations w, x, y, z, relative to the model's rest pose."""

    pelvis: Array
    """(T, 3): positions of the pelvis, metres, Y up."""

    betas: tuple[float, ...] = ()
    """Shape coefficients of the body."""


@dataclass(frozen=True)
class BodyPoseOptions:
    """Options of the conversion to a body; they mean the same as those of ``retarget.RetargetOptions``."""

    foot_lock: float = 0.0
    hand_lock: float = 0.0
    in_place: bool = False


DEFAULT_OPTIONS = BodyPoseOptions()


def motion_to_body_pose(
    motion: Motion,
    model: BodyModel,
    betas: tuple[float, ...] | None = None,
    options: BodyPoseOptions = DEFAULT_OPTIONS,
) -> BodyPose:
    """Convert ``motion`` to the pose of ``model``.

    The body that the motion was recorded with gets the recorded rotations and positions unchanged. For any other body
    the motion is retargeted: the root motion is scaled with the length of the legs, and the soles keep the motion's
    height above the floor. A hand that does not move in the motion gets the relaxed pose of the model. Raises
    :class:`FormatError` if the motion has no human joints.

    Parameters
    ----------
    motion : Motion
        Any motion whose joints can be mapped to SMPL's.
    model : BodyModel
        The body.
    betas : tuple of float, optional
        Shape coefficients. None: those that the motion was recorded with if they belong to this kind of model, else
        the average body.
    options : BodyPoseOptions
        Foot lock, hand lock and in place.
    """
    jaw, hands = extract_extra_poses(motion)
    provenance = motion.provenance
    body = remove_extra_joints(to_smpl(motion))
    frames = len(body)
    is_recorded_body = bool(provenance.betas) and provenance.body_model == model.kind
    shape = betas if betas is not None else provenance.betas if is_recorded_body else ()
    if is_recorded_body and shape == provenance.betas:
        world_rotations, pelvis = body.world_transforms[1], body.root_translation
    else:
        world_rotations, pelvis = _retarget_to_body(body, model, shape, options)
    rotations = identity_rotations(frames, len(model.parents))
    rotations[:, 0] = world_rotations[:, 0]
    rotations[:, 1:_BODY_JOINTS] = multiply(
        conjugate(world_rotations[:, SMPL_PARENTS[1:]]), world_rotations[:, 1:]
    )
    if model.kind == "smplx":
        rotations[:, _JAW_JOINT] = axis_angle_to_quaternion(jaw)
    first_finger = _FIRST_FINGER.get(model.kind)
    if first_finger is not None:
        for side in (0, 1):
            finger_rotations = hands[:, 45 * side : 45 * side + 45].reshape(frames, 15, 3)
            if not finger_rotations.any() and model.relaxed_hands is not None:
                finger_rotations = np.broadcast_to(
                    model.relaxed_hands[side].reshape(15, 3), finger_rotations.shape
                )
            start = first_finger + 15 * side
            rotations[:, start : start + 15] = axis_angle_to_quaternion(finger_rotations)
    pose = BodyPose(rotations, pelvis, shape)
    if options.in_place:
        way = find_smooth_way(track_hip_midpoint(pose, model), motion.fps)
        pose = replace(pose, pelvis=pelvis - (way - way[0]) * np.array([1.0, 0.0, 1.0]))
    return pose


def track_hip_midpoint(pose: BodyPose, model: BodyModel) -> Array:
    """Return the positions (T, 3) of the point between the two hip joints."""
    joints = model.compute_rest_pose(pose.betas)[1]
    offset = left_right_midpoint({"left_hip": joints[1], "right_hip": joints[2]}, "hip") - joints[0]
    return np.asarray(pose.pelvis + rotate(pose.rotations[:, 0], offset))


def _retarget_to_body(
    motion: Motion, model: BodyModel, betas: tuple[float, ...], options: BodyPoseOptions
) -> tuple[Array, Array]:
    """Retarget ``motion`` to the body as if it were a rig.

    Returns world rotations (T, 22, 4) relative to the model's rest pose, and pelvis positions (T, 3).

    Parameters
    ----------
    motion : Motion
        Motion of SMPL's 22 joints.
    model : BodyModel
        The body.
    betas : tuple of float
        Shape coefficients of the body.
    options : BodyPoseOptions
        Foot lock and hand lock; "in place" is applied by the caller.
    """
    vertices, positions = model.compute_rest_pose(betas)
    # a rig's floor is at its origin: put the lowest vertex there
    joints = positions[:_BODY_JOINTS] - np.array([0.0, vertices[:, 1].min(), 0.0])
    if np.allclose(motion.skeleton.rest_offsets, SMPL_REST_POSE.rest_offsets):
        # SMPL_REST_POSE is the average rest pose of these models: the rotations apply to the body as they are
        offsets = joints - joints[np.maximum(SMPL_PARENTS, 0)]
        scale = _leg_length(joints) / _leg_length(motion.skeleton.rest_positions)
        motion = replace(
            motion,
            skeleton=Skeleton(SMPL_JOINTS, SMPL_PARENTS, offsets),
            root_translation=scale * motion.root_translation,
        )
    rig = make_plain_rig("The body", SMPL_JOINTS, SMPL_PARENTS, joints, joints + np.array([0.0, 0.05, 0.0]))
    bone_map = BoneMap("smplx", {joint: joint for joint in SMPL_JOINTS})
    retargeted = retarget_rotations(motion, rig, bone_map, relax_fingers=False, anchor=(0.0, 0.0, 0.0))
    retargeted = lock_contacts(retargeted, motion, options.foot_lock, options.hand_lock)
    rotations = np.stack([retargeted.joint_rotations(joint) for joint in SMPL_JOINTS], axis=1)
    return rotations, retargeted.joint_positions(("pelvis",))[:, 0]


def _leg_length(joints: Array) -> float:
    return BodyMeasurements(dict(zip(SMPL_JOINTS, joints, strict=True)), identity_rotations()).leg_length
