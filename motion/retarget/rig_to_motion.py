# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert the pose of a rig to joint rotations of the SMPL body in a request's space: the inverse of retargeting.

A body in its rest pose is retargeted to the rig. The rotation of a bone relative to the result is the rotation of
its joint. The root translation is found by iteration: the motion is retargeted, and the difference of the hips is
subtracted. So any change to ``retarget_rotations`` is inverted as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..mapping.bone_map import BoneMap
from ..motion import Motion
from ..request import PoseKeyframe, Vec3
from ..rest_alignment import body_heading
from ..rig import Rig
from ..rotations import Array, conjugate, identity_rotations, multiply, rotate, rotation_about_axis
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS, T_POSE
from .retarget_rotations import Anchor, retarget_rotations
from .retargeted_motion import RetargetedMotion

_HIP_JOINTS = ("left_hip", "right_hip")
_MAX_ITERATIONS = 8
_TOLERANCE = 1e-4  # metres by which the hips may be off

_LIMB_JOINTS = ("hip", "knee", "ankle", "foot", "shoulder", "elbow", "wrist")


class RigToMotion:
    """Converts poses and positions of a rig to a request's space.

    Attributes
    ----------
    anchor : Anchor
        Where the request's origin lies in the rig's world.
    joints : tuple of str
        The joints that the rig has bones for.
    bones : tuple of bone indices
        The bones that show the poses of ``joints``: mechanism bones where the controls may be out of use.
    mapped_bones : tuple of bone indices
        The bones that are mapped to ``joints``.
    hip_bones : tuple of two bone indices
        The bones that show the two thighs.
    scale : float
        The rig's leg length divided by that of ``T_POSE``.
    floor_height : float
        Height of the floor.
    t_pose : RetargetedMotion
        The rig at the world's origin, in the pose of ``T_POSE``.
    """

    def __init__(self, rig: Rig, bone_map: BoneMap, anchor: Anchor | None = None) -> None:
        """Measure the rig. Raises the errors of :func:`retarget_rotations`.

        ``anchor``: by default the position and heading of the rig in its present pose.
        """
        self._rig, self._bone_map = rig, bone_map
        self.anchor: Anchor = (0.0, 0.0, 0.0)
        self.t_pose = rest_motion = self.retarget_motion(
            Motion(T_POSE, 30.0, np.zeros((1, 3)), identity_rotations(1, len(SMPL_JOINTS)))
        )
        self.joints, self.mapped_bones = rest_motion.joints, rest_motion.bones
        self.scale, self.floor_height = rest_motion.scale, rest_motion.floor_height
        self._t_pose_rotations = rest_motion.rotations[0]
        display_bones = {
            joint: _find_display_bone(rig, bone_map, joint, bone)
            for joint, bone in zip(rest_motion.joints, rest_motion.bones, strict=True)
        }
        self.bones = tuple(display_bones.values())
        self.hip_bones = tuple(display_bones[joint] for joint in _HIP_JOINTS)
        if anchor is None:
            current_positions = {joint: rig.pose_heads[bone] for joint, bone in display_bones.items()}
            middle = 0.5 * (current_positions["left_hip"] + current_positions["right_hip"])
            anchor = (float(middle[0]), float(middle[2]), body_heading(current_positions))
        self.anchor = anchor

    def retarget_motion(self, motion: Motion) -> RetargetedMotion:
        """Retarget a motion in the request's space to the rig."""
        return retarget_rotations(motion, self._rig, self._bone_map, relax_fingers=False, anchor=self.anchor)

    def with_joints_between(self, joints: Sequence[str]) -> tuple[str, ...]:
        """Return joints, and those without a bone of the rig that carry them.

        The local rotation of a joint says nothing without that of its parent: a body with two bones of the spine has
        none for the third joint, which a model would turn freely.
        """
        found = set(joints)
        for joint in joints:
            parent = SMPL_PARENTS[SMPL_JOINTS.index(joint)]
            while parent >= 0 and SMPL_JOINTS[parent] not in self.joints:
                found.add(SMPL_JOINTS[parent])
                parent = SMPL_PARENTS[parent]
        return tuple(joint for joint in SMPL_JOINTS if joint in found)

    def to_request_space(self, points: ArrayLike) -> Array:
        """Convert points (..., 3) from the rig's world to the request's space, scaled to the request's body."""
        origin = np.array([self.anchor[0], self.floor_height, self.anchor[1]])
        return np.asarray(
            rotate(rotation_about_axis("y", -self.anchor[2]), np.asarray(points, dtype=float) - origin)
            / self.scale
        )

    def to_joint_rotations(self, joint: str, rotations: ArrayLike) -> Array:
        """Convert world rotations (..., 4) of a joint's bone from rest to those of the joint in the request's space.

        Raises ``KeyError`` if the joint is not mapped.
        """
        from_t_pose = multiply(rotations, conjugate(self.t_pose.joint_rotations(joint)[0]))
        return multiply(rotation_about_axis("y", -self.anchor[2]), from_t_pose)

    def build_motion(self, orientations: ArrayLike, hip_centres: ArrayLike, fps: float = 30.0) -> Motion:
        """Convert poses of the rig to a motion on ``T_POSE`` in the request's space.

        Joints without a bone keep the rotation of their parent.

        Parameters
        ----------
        orientations : (T, K, 4)
            World orientations of ``bones``.
        hip_centres : (T, 3)
            World positions of the middle between the heads of ``hip_bones``.
        fps : float
            Frames per second.
        """
        world_orientations = np.asarray(orientations, dtype=float)
        rest_rotations = self._rig.rest_rotations[list(self.bones)]
        rotations = multiply(
            multiply(world_orientations, conjugate(rest_rotations)), conjugate(self._t_pose_rotations)
        )
        rotations = multiply(rotation_about_axis("y", -self.anchor[2]), rotations)
        columns = {joint: k for k, joint in enumerate(self.joints)}
        count = len(rotations)
        world_rotations = identity_rotations(count, len(SMPL_JOINTS))
        local_rotations = identity_rotations(count, len(SMPL_JOINTS))
        for j, joint in enumerate(SMPL_JOINTS):
            parent_rotations = world_rotations[:, SMPL_PARENTS[j]] if j else identity_rotations(count)
            world_rotations[:, j] = rotations[:, columns[joint]] if joint in columns else parent_rotations
            local_rotations[:, j] = multiply(conjugate(parent_rotations), world_rotations[:, j])
        target_hips = self.to_request_space(hip_centres)
        root = target_hips.copy()
        for _ in range(_MAX_ITERATIONS):
            motion = Motion(T_POSE, fps, root, local_rotations)
            result_hips = self.retarget_motion(motion).joint_positions(_HIP_JOINTS).mean(axis=1)
            error = target_hips - self.to_request_space(result_hips)
            root = root + error
            if np.abs(error).max() < _TOLERANCE:
                break
        return Motion(T_POSE, fps, root, local_rotations)


def make_pose_keyframes(
    motion: Motion,
    frames: Sequence[int],
    joints: Sequence[str] = SMPL_JOINTS,
    with_root_position: bool = True,
) -> list[PoseKeyframe]:
    """Return poses of a motion as pose constraints.

    Parameters
    ----------
    motion : Motion
        A motion with one frame for each constraint.
    frames : sequence of int
        The frame numbers of the constraints.
    joints : sequence of str
        The joints that are constrained.
    with_root_position : bool
        Constrain the position of the pelvis as well.
    """
    joint_indices = [motion.skeleton.joint_index(joint) for joint in joints]
    result = []
    for k, frame in enumerate(frames):
        rotations = {
            joint: tuple(float(v) for v in motion.local_rotations[k, j])
            for joint, j in zip(joints, joint_indices, strict=True)
        }
        x, y, z = (float(v) for v in motion.root_translation[k])
        root: Vec3 | None = (x, y, z) if with_root_position else None
        result.append(PoseKeyframe(int(frame), rotations, root))  # type: ignore[arg-type]
    return result


def _find_display_bone(rig: Rig, bone_map: BoneMap, joint: str, bone: int) -> int:
    """Return the bone that shows a joint's pose.

    In Rigify it is not the mapped FK control, which does not move while the limb is driven by IK.

    Parameters
    ----------
    rig : Rig
        The rig.
    bone_map : BoneMap
        Its bone map.
    joint : str
        The joint.
    bone : int
        Index of the bone that is mapped to it.
    """
    if bone_map.family == "rigify" and joint.rpartition("_")[2] in _LIMB_JOINTS:
        name = f"ORG-{rig.bone_names[bone].replace('_fk', '')}"
        if name in rig:
            return rig.bone_index(name)
    return bone
