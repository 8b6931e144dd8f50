# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion as the pose of a SMPL-family body: rotations of all of its joints, and where its pelvis is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .formats.body_model import BodyModel
from .formats.joint_names import body_only, to_smpl
from .formats.smpl_hands import extra_poses
from .motion import Motion
from .rest_alignment import middle
from .rest_pose import SMPL_REST, root_height, to_rest_pose
from .rotations import Array, from_axis_angle, identity, rotate
from .skeleton import SMPL_JOINTS, SMPL_PARENTS, Skeleton

_BODY = len(SMPL_JOINTS)
_FIRST_FINGER = {"smplh": 22, "smplx": 25}
_JAW = 22


@dataclass(frozen=True, eq=False)
class BodyPose:
    """``rotations``: (T, J, 4), w, x, y, z, local, from the model's rest pose. ``pelvis``: (T, 3), metres, Y up.

    ``betas``: the shape coefficients that the body has.
    """

    rotations: Array
    pelvis: Array
    betas: tuple[float, ...] = ()


def body_pose(motion: Motion, model: BodyModel, betas: tuple[float, ...] | None = None) -> BodyPose:
    """``motion`` on ``model``.

    ``betas``: shape coefficients; None takes those that the motion was recorded with where they are of this model,
    else the average body. A recorded body is where it was; any other one has its way scaled with the length of its
    legs, so that its feet stay on the floor. Hands that the motion says nothing about are at ease as the model has
    it. Raises :class:`FormatError` where the motion has no human joints.
    """
    jaw, hands = extra_poses(motion)
    own = motion.provenance
    body = to_rest_pose(body_only(to_smpl(motion)), SMPL_REST)
    frames = len(body)
    rotations = identity(frames, len(model.parents))
    rotations[:, :_BODY] = body.local_rotations
    if model.kind == "smplx":
        rotations[:, _JAW] = from_axis_angle(jaw)
    first = _FIRST_FINGER.get(model.kind)
    if first is not None:
        for side in (0, 1):
            turns = hands[:, 45 * side : 45 * side + 45].reshape(frames, 15, 3)
            if not turns.any() and model.hands is not None:
                turns = np.broadcast_to(model.hands[side].reshape(15, 3), turns.shape)
            at = first + 15 * side
            rotations[:, at : at + 15] = from_axis_angle(turns)
    recorded = bool(own.betas) and own.body_model == model.kind
    shape = betas if betas is not None else own.betas if recorded else ()
    size = 1.0 if recorded and shape == own.betas else _height(model, shape) / root_height(SMPL_REST)
    return BodyPose(rotations, size * body.root_translation, shape)


def hips_middle(pose: BodyPose, model: BodyModel) -> Array:
    """Track (T, 3) of the point between the hips."""
    joints = model.shaped(pose.betas)[1]
    between = middle({"left_hip": joints[1], "right_hip": joints[2]}, "hip") - joints[0]
    return np.asarray(pose.pelvis + rotate(pose.rotations[:, 0], between))


def _height(model: BodyModel, betas: tuple[float, ...]) -> float:
    joints = model.shaped(betas)[1][:_BODY]
    offsets = joints - joints[np.maximum(SMPL_PARENTS, 0)]
    return root_height(Skeleton(SMPL_JOINTS, SMPL_PARENTS, offsets))
