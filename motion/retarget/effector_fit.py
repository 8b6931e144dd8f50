# SPDX-License-Identifier: GPL-3.0-or-later
"""Correct a motion so that hands and feet reach given positions on one rig.

A model satisfies an effector target with the limbs of its own body. On a rig with other proportions the same rotations
end some centimetres away, and it knows neither palms nor soles. The remaining error is measured on the rig and removed
by two-bone inverse kinematics; the body moves a little where a limb does not reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..constraints.goals import GoalTrack
from ..constraints.interpolation import fade_from_keyframes
from ..constraints.pose_keyframes import blend_to_keyframes
from ..motion import Motion
from ..rotations import Array, conjugate, multiply, rotate, rotation_about_axis
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS
from ..two_bone import KNEE_HINGE, LEFT_ELBOW_HINGE, RIGHT_ELBOW_HINGE, solve_two_bone_ik
from .effector_points import POINT_JOINTS, measure_effector_point
from .rig_to_motion import RigToMotion

_LIMB_CHAINS = {
    "left_wrist": ("left_shoulder", "left_elbow", LEFT_ELBOW_HINGE),
    "right_wrist": ("right_shoulder", "right_elbow", RIGHT_ELBOW_HINGE),
    "left_ankle": ("left_hip", "left_knee", KNEE_HINGE),
    "right_ankle": ("right_hip", "right_knee", KNEE_HINGE),
}
_FADE_SECONDS = 0.4  # seconds over which a correction is faded in and out
_ITERATIONS = (
    3  # bending a leg may move the hips, and hips that moved move both hands: the error is measured again
)
_MAX_REACH = (
    0.94  # of a limb's length, from which on the body moves: the foot lock may lower the hips a little
)
_MAX_LEG = 0.97  # of a leg's length up to which the body rises
_MAX_BODY_SHIFT = 0.35  # metres of an adult by which it moves in one iteration


@dataclass(frozen=True, eq=False)
class RigEffectorTarget:
    """Positions of one point of the body in the rig's world space, Y up.

    Attributes
    ----------
    joint : str
        Name of the joint, a wrist or an ankle, or of a point that it carries (``effector_points``).
    frames : (N,)
        Frames in ascending order.
    positions : (N, 3) metres
        Where the joint or the point has to be at each of the frames.
    rotations : (N, 4) or None
        World rotations of the joint's bone from rest; None: as the motion has them.
    name : str
        What the target is called for the user.
    """

    joint: str
    frames: NDArray[np.int_]
    positions: Array
    rotations: Array | None = None
    name: str = ""

    @property
    def bone_joint(self) -> str:
        """The joint whose bone carries the point."""
        return POINT_JOINTS.get(self.joint, self.joint)


class Miss(NamedTuple):
    """A target that is not reached."""

    target: RigEffectorTarget
    distance: float
    """The largest distance from it, metres."""

    first: int
    """First frame at which it is missed."""

    last: int


def fit_effectors(
    motion: Motion,
    rig_to_motion: RigToMotion,
    targets: Sequence[RigEffectorTarget],
    moves_body: bool = False,
    unchanged: Sequence[int] = (),
) -> Motion:
    """Return ``motion`` with its limbs bent so that they reach ``targets`` on the rig of ``rig_to_motion``.

    The motion is on ``T_POSE``, in the request's space. Hands and feet keep their orientation unless a target gives
    it. Targets of joints other than wrists and ankles, or of joints that the rig has no bones for, change nothing.

    Parameters
    ----------
    motion : Motion
        The motion.
    rig_to_motion : RigToMotion
        The rig, and how to retarget to it.
    targets : sequence of RigEffectorTarget
        Where hands and feet have to be.
    moves_body : bool
        Whether the body moves where a limb does not reach.
    unchanged : sequence of int
        Frames without a target at which nothing changes.
    """
    usable = [target for target in targets if len(target.frames) and _find_chain(rig_to_motion, target)]
    for target in usable:
        if target.rotations is not None:
            motion = _turn_end(motion, rig_to_motion, target, unchanged)
    for _ in range(_ITERATIONS):
        if moves_body and usable:
            motion = _move_body_within_reach(motion, rig_to_motion, usable, unchanged)
        for target in usable:
            motion = _bend_to_target(motion, rig_to_motion, target, unchanged)
    return motion


def find_misses(
    motion: Motion, rig_to_motion: RigToMotion, targets: Sequence[RigEffectorTarget], tolerance: float
) -> list[Miss]:
    """Return the targets that a motion misses by more than ``tolerance`` metres of an adult.

    Parameters
    ----------
    motion : Motion
        A fitted motion.
    rig_to_motion : RigToMotion
        The rig, and how to retarget to it.
    targets : sequence of RigEffectorTarget
        What was to be reached; those with frames beyond the motion, or without bones, do not count.
    tolerance : float
        Metres.
    """
    retargeted = rig_to_motion.retarget_motion(motion)
    misses = []
    for target in targets:
        point = measure_effector_point(rig_to_motion.t_pose, target.joint)
        if point is None or not len(target.frames) or target.frames[-1] >= len(motion):
            continue
        ends = retargeted.joint_positions([point.joint])[target.frames, 0]
        ends = ends + rotate(retargeted.joint_rotations(point.joint)[target.frames], point.offset)
        distances = np.linalg.norm(target.positions - ends, axis=-1)
        missed = np.flatnonzero(distances > tolerance * rig_to_motion.scale)
        if len(missed):
            frames = target.frames[missed]
            misses.append(Miss(target, float(distances.max()), int(frames[0]), int(frames[-1])))
    return misses


def _find_chain(
    rig_to_motion: RigToMotion, target: RigEffectorTarget
) -> tuple[tuple[str, str, str], tuple[float, float, float]] | None:
    """Return the joints of a target's limb, from the body outwards, and its hinge axis; None if the rig lacks one."""
    end = target.bone_joint
    if end not in _LIMB_CHAINS:
        return None
    upper, middle, hinge_axis = _LIMB_CHAINS[end]
    chain = (upper, middle, end)
    return (chain, hinge_axis) if all(joint in rig_to_motion.joints for joint in chain) else None


def _turn_end(
    motion: Motion, rig_to_motion: RigToMotion, target: RigEffectorTarget, unchanged: Sequence[int]
) -> Motion:
    """Return the motion with a hand or a foot in the orientation of its target; the other arguments are as above."""
    assert target.rotations is not None
    joint = SMPL_JOINTS.index(target.bone_joint)
    world_rotations = motion.world_transforms[1]
    frames = np.union1d(target.frames, np.array(unchanged, dtype=int))
    wanted = world_rotations[frames, joint].copy()
    wanted[np.searchsorted(frames, target.frames)] = rig_to_motion.to_joint_rotations(
        target.bone_joint, target.rotations
    )
    track = GoalTrack(frames, wanted)
    turned = blend_to_keyframes(world_rotations[:, joint], track, _FADE_SECONDS * motion.fps)
    local_rotations = motion.local_rotations.copy()
    local_rotations[:, joint] = multiply(conjugate(world_rotations[:, SMPL_PARENTS[joint]]), turned)
    return replace(motion, local_rotations=local_rotations)


def _measure_limb(
    motion: Motion, rig_to_motion: RigToMotion, target: RigEffectorTarget, chain: tuple[str, str, str]
) -> tuple[Array, Array]:
    """Return the joints (T, 3, 3) of a limb on the rig, and where its end has to be (N, 3) at the target's frames.

    Parameters
    ----------
    motion : Motion
        The motion.
    rig_to_motion : RigToMotion
        The rig.
    target : RigEffectorTarget
        The target.
    chain : tuple of three joints
        Its limb.
    """
    retargeted = rig_to_motion.retarget_motion(motion)
    wanted = target.positions
    point = measure_effector_point(rig_to_motion.t_pose, target.joint)
    if point is not None and point.offset.any():
        wanted = wanted - rotate(retargeted.joint_rotations(point.joint)[target.frames], point.offset)
    return retargeted.joint_positions(chain), wanted


def _move_body_within_reach(
    motion: Motion, rig_to_motion: RigToMotion, targets: Sequence[RigEffectorTarget], unchanged: Sequence[int]
) -> Motion:
    """Return the motion with its body moved towards targets that its limbs do not reach.

    Towards a high target it rises as far as its legs allow; for the rest it moves over the floor, and down. Feet keep
    their height. The arguments are those of :func:`fit_effectors`.
    """
    slack = _measure_leg_slack(motion, rig_to_motion)
    shifts: dict[int, list[Array]] = {}
    for target in targets:
        found = _find_chain(rig_to_motion, target)
        assert found is not None
        positions, wanted = _measure_limb(motion, rig_to_motion, target, found[0])
        reach = _MAX_REACH * float(np.linalg.norm(np.diff(positions[0], axis=0), axis=-1).sum())
        to_target = wanted - positions[target.frames, 0]
        distances = np.linalg.norm(to_target, axis=-1)
        for row in np.flatnonzero(distances > reach):
            frame = int(target.frames[row])
            shifts.setdefault(frame, []).append(_find_shift(to_target[row], reach, float(slack[frame])))
    if not shifts:
        return motion
    for frame in unchanged:
        shifts[int(frame)] = [np.zeros(3)]
    limit = _MAX_BODY_SHIFT * rig_to_motion.scale
    frames = np.array(sorted(shifts))
    values = np.array([np.mean(shifts[int(frame)], axis=0) for frame in frames])
    values *= np.minimum(1.0, limit / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-9))
    offsets = fade_from_keyframes(frames, values, len(motion), 2.0 * _FADE_SECONDS * motion.fps)
    offsets[:, 1] = np.minimum(offsets[:, 1], slack)
    turned = rotate(rotation_about_axis("y", -rig_to_motion.anchor[2]), offsets) / rig_to_motion.scale
    moved = replace(motion, root_translation=motion.root_translation + turned)
    return _keep_feet(moved, motion, rig_to_motion, targets, unchanged, offsets)


def _find_shift(to_target: Array, reach: float, slack: float) -> Array:
    """Return how the body moves (3,) so that a limb reaches its target.

    Parameters
    ----------
    to_target : (3,) metres
        From the upper joint of the limb.
    reach : float
        Length of the limb, metres.
    slack : float
        How far the body may rise, metres.
    """
    across, up = float(np.hypot(to_target[0], to_target[2])), float(to_target[1])
    rise = float(np.clip(up - np.sqrt(max(reach**2 - across**2, 0.0)), 0.0, slack)) if up > 0 else 0.0
    up -= rise
    height = min(abs(up), reach)
    step = max(across - float(np.sqrt(reach**2 - height**2)), 0.0) / max(across, 1e-9)
    return np.array([to_target[0] * step, rise + min(up + height, 0.0), to_target[2] * step])


def _measure_leg_slack(motion: Motion, rig_to_motion: RigToMotion) -> Array:
    """Return how far (T,) the body may rise until a leg is almost straight, metres; 0 without legs."""
    slack = np.full(len(motion), np.inf)
    retargeted = rig_to_motion.retarget_motion(motion)
    for side in ("left", "right"):
        joints = [f"{side}_{part}" for part in ("hip", "knee", "ankle")]
        if any(joint not in rig_to_motion.joints for joint in joints):
            return np.zeros(len(motion))
        positions = retargeted.joint_positions(joints)
        length = _MAX_LEG * float(np.linalg.norm(np.diff(positions[0], axis=0), axis=-1).sum())
        leg = positions[:, 0] - positions[:, 2]
        highest = np.sqrt(np.maximum(length**2 - leg[:, 0] ** 2 - leg[:, 2] ** 2, 0.0))
        slack = np.minimum(slack, np.maximum(highest - leg[:, 1], 0.0))
    return slack


def _keep_feet(
    moved: Motion,
    before: Motion,
    rig_to_motion: RigToMotion,
    targets: Sequence[RigEffectorTarget],
    unchanged: Sequence[int],
    offsets: Array,
) -> Motion:
    """Return a motion whose body was moved, with its feet as high as before.

    Parameters
    ----------
    moved, before : Motion
        The motion, and that before its body was moved.
    rig_to_motion : RigToMotion
        The rig.
    targets : sequence of RigEffectorTarget
        Feet with a target are left to it.
    unchanged : sequence of int
        Frames at which nothing changes.
    offsets : (T, 3) metres
        By which the body was moved.
    """
    frames = np.flatnonzero(np.abs(offsets[:, 1]) > 1e-6)
    if not len(frames):
        return moved
    across = offsets * [1.0, 0.0, 1.0]
    retargeted = rig_to_motion.retarget_motion(before)
    for ankle in ("left_ankle", "right_ankle"):
        if any(target.bone_joint == ankle for target in targets) or ankle not in rig_to_motion.joints:
            continue
        positions = (retargeted.joint_positions([ankle])[:, 0] + across)[frames]
        target = RigEffectorTarget(ankle, frames, positions)
        if _find_chain(rig_to_motion, target) is not None:
            moved = _bend_to_target(moved, rig_to_motion, target, unchanged)
    return moved


def _bend_to_target(
    motion: Motion, rig_to_motion: RigToMotion, target: RigEffectorTarget, unchanged: Sequence[int]
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
    unchanged : sequence of int
        Frames without a target at which nothing changes.
    """
    found = _find_chain(rig_to_motion, target)
    assert found is not None
    chain, hinge_axis = found
    positions, wanted = _measure_limb(motion, rig_to_motion, target, chain)
    end_positions = positions[:, 2]
    frames = np.union1d(target.frames, np.array(unchanged, dtype=int))
    errors = np.zeros((len(frames), 3))
    errors[np.searchsorted(frames, target.frames)] = wanted - end_positions[target.frames]
    correction = fade_from_keyframes(
        frames,
        errors,
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
