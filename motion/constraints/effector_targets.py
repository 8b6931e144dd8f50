# SPDX-License-Identifier: GPL-3.0-or-later
"""Effector targets: arms and legs are bent so that hands and feet reach them; the body moves if they are too far."""

from __future__ import annotations

import numpy as np

from ..rest_pose import root_height
from ..rotations import Array, conjugate, multiply, normalise
from ..skeleton import Skeleton
from ..two_bone import KNEE_HINGE, LEFT_ELBOW_HINGE, RIGHT_ELBOW_HINGE, solve_two_bone_ik_local
from .clip import Clip
from .goals import Goals
from .interpolation import fade_from_keyframes
from .pose_keyframes import FADE_SECONDS, blend_to_keyframes

_LIMBS: dict[str, tuple[str, str, str, tuple[float, float, float]]] = {
    "left_wrist": ("left_shoulder", "left_elbow", "left_wrist", LEFT_ELBOW_HINGE),
    "right_wrist": ("right_shoulder", "right_elbow", "right_wrist", RIGHT_ELBOW_HINGE),
    "left_ankle": ("left_hip", "left_knee", "left_ankle", KNEE_HINGE),
    "right_ankle": ("right_hip", "right_knee", "right_ankle", KNEE_HINGE),
    "left_foot": ("left_hip", "left_knee", "left_ankle", KNEE_HINGE),
    "right_foot": ("right_hip", "right_knee", "right_ankle", KNEE_HINGE),
}
_PASSES = 4  # corrections of the remaining error: a straight limb does not say how it bends
_MAX_EXTENSION = 0.96  # fraction of a limb's length; for targets further away the body moves
_BODY_SPEED = 1.2  # m/s at which the body moves, so that larger distances take longer
_MAX_BODY_SHIFT = 4.0  # metres over the ground that the body moves at most for one target
_MAX_LOWERING = 0.7  # metres by which the body is lowered at most
_LOWEST_HIPS = 0.3  # fraction of the height of standing hips below which they are not lowered: a deep squat
_MAX_RISE = 0.05  # metres by which a body that does not stand upright rises at most


def reach_effector_targets(clip: Clip, goals: Goals, skeleton: Skeleton) -> Clip:
    """Return the clip with hands and feet at the goals' positions and in their orientations.

    Limbs keep the plane in which they bend, and the frames around a target are blended. Targets out of reach are
    approached as far as the limb can go.
    """
    if not goals.effector_positions:
        return clip
    fade_frames = FADE_SECONDS * goals.fps
    clip = _move_body_towards_targets(clip, goals, skeleton, fade_frames)
    local = clip.local_rotations.copy()
    rotations = dict(goals.effector_rotations)
    for joint, track in goals.effector_positions:
        upper, middle, end, hinge = _LIMBS[joint]
        limb = [skeleton.joint_index(name) for name in (upper, middle, end)]
        positions, world_rotations = skeleton.forward_kinematics(clip.root_positions, local)
        if joint in rotations and joint == end:
            target_rotations = blend_to_keyframes(world_rotations[:, limb[2]], rotations[joint], fade_frames)
            local[:, limb[2]] = multiply(conjugate(world_rotations[:, limb[1]]), target_rotations)
            positions, world_rotations = skeleton.forward_kinematics(clip.root_positions, local)
        current = positions[:, skeleton.joint_index(joint)]
        offsets = fade_from_keyframes(
            track.frames, track.values - current[track.frames], len(clip), fade_frames
        )
        affected = np.any(offsets != 0, axis=-1)
        affected[track.frames] = True
        joints = [skeleton.parents[limb[0]], *limb]
        frames, posed = np.flatnonzero(affected), local[affected]
        target = positions[frames, limb[2]] + offsets[frames]
        posed[:, limb] = solve_two_bone_ik_local(
            positions[frames][:, limb], target, world_rotations[frames][:, joints], hinge, _PASSES
        )
        local[frames] = posed
    return clip.with_local_rotations(normalise(local))


def _move_body_towards_targets(clip: Clip, goals: Goals, skeleton: Skeleton, fade_frames: float) -> Clip:
    """Move the pelvis towards targets out of reach, unless its own position is a goal at their frames.

    Where only its place over the ground is one, as on a path, it still comes down. ``fade_frames``: frames over which
    corrections fade at least.
    """
    placed_frames, height_frames = (set(track.frames.tolist()) for track in (goals.root_xz, goals.heights))
    standing = root_height(skeleton)
    shifts_by_frame: dict[int, list[Array]] = {}
    positions, _ = skeleton.forward_kinematics(clip.root_positions, clip.local_rotations)
    for joint, track in goals.effector_positions:
        upper, middle, end, _ = _LIMBS[joint]
        limb = [skeleton.joint_index(name) for name in (upper, middle, end)]
        reach = _MAX_EXTENSION * float(np.sum(np.linalg.norm(skeleton.rest_offsets[limb[1:]], axis=-1)))
        for frame, target in zip(track.frames.tolist(), track.values, strict=True):
            if frame in height_frames:
                continue
            from_end = positions[frame, skeleton.joint_index(joint)] - positions[frame, limb[2]]
            to_target = target - from_end - positions[frame, limb[0]]
            shift = _compute_body_shift(to_target, reach, frame not in placed_frames)
            height = float(clip.root_positions[frame, 1])
            rise = min(_MAX_RISE, max(0.0, standing - height))
            drop = min(_MAX_LOWERING, max(0.0, height - _LOWEST_HIPS * standing))
            shift[1] = float(np.clip(shift[1], -drop, rise))
            if shift.any():
                shifts_by_frame.setdefault(frame, []).append(shift)
    if not shifts_by_frame:
        return clip
    frames = np.array(sorted(shifts_by_frame))
    shifts = np.stack([np.mean(shifts_by_frame[int(f)], axis=0) for f in frames])
    furthest = float(np.max(np.linalg.norm(shifts, axis=-1)))
    return clip.with_root_positions(
        clip.root_positions
        + fade_from_keyframes(
            frames, shifts, len(clip), max(2.5 * fade_frames, furthest / _BODY_SPEED * goals.fps)
        )
    )


def _compute_body_shift(to_target: Array, reach: float, may_travel: bool) -> Array:
    """Return by how much (3,) the body has to move so that a limb reaches a target.

    Parameters
    ----------
    to_target : (3,), from the limb's first joint to the target, in metres
    reach : how far the limb reaches, in metres
    may_travel : whether the body may move over the ground too
    """
    distance = float(np.linalg.norm(to_target))
    if distance <= reach:
        return np.zeros(3)
    horizontal, height = float(np.hypot(to_target[0], to_target[2])), abs(float(to_target[1]))
    up = float(np.sign(to_target[1]))
    if not may_travel:
        needed = height - float(np.sqrt(max(reach**2 - horizontal**2, 0.0)))
        return np.array([0.0, up * needed if horizontal < reach else 0.0, 0.0])
    # over the ground first: the body moves towards the target, and its height changes only for the rest
    within = min(height, reach)
    max_horizontal = float(np.sqrt(max(reach**2 - within**2, 0.0)))
    if horizontal <= max_horizontal:
        return np.asarray(to_target * ((distance - reach) / distance))
    step = min(horizontal - max_horizontal, _MAX_BODY_SHIFT) / horizontal
    return np.array([to_target[0] * step, up * (height - within), to_target[2] * step])
