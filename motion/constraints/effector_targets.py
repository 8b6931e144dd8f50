# SPDX-License-Identifier: GPL-3.0-or-later
"""Effector targets: arms and legs are bent so that hands and feet reach them; the body moves if they are too far."""

from __future__ import annotations

import numpy as np

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
_MAX_EXTENSION = 0.96  # fraction of a limb's length; for targets further away the body moves
_BODY_SPEED = 1.2  # m/s at which the body moves, so that larger distances take longer
_MAX_BODY_SHIFT = 4.0  # metres over the ground that the body moves at most for one target
_MAX_LOWERING = 0.5  # metres by which the body is lowered at most


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
            positions[frames][:, limb], target, world_rotations[frames][:, joints], hinge
        )
        local[frames] = posed
    return clip.with_local_rotations(normalise(local))


def _move_body_towards_targets(clip: Clip, goals: Goals, skeleton: Skeleton, fade_frames: float) -> Clip:
    """Move the pelvis towards targets out of reach, except at frames at which its own position is a goal.

    ``fade_frames``: frames over which corrections fade at least.
    """
    fixed_frames = set(goals.root_xz.frames.tolist())
    shifts_by_frame: dict[int, list[Array]] = {}
    positions, _ = skeleton.forward_kinematics(clip.root_positions, clip.local_rotations)
    for joint, track in goals.effector_positions:
        upper, middle, end, _ = _LIMBS[joint]
        limb = [skeleton.joint_index(name) for name in (upper, middle, end)]
        length = float(np.sum(np.linalg.norm(skeleton.rest_offsets[limb[1:]], axis=-1)))
        for frame, target in zip(track.frames.tolist(), track.values, strict=True):
            from_end = positions[frame, skeleton.joint_index(joint)] - positions[frame, limb[2]]
            to_target = target - from_end - positions[frame, limb[0]]
            excess = float(np.linalg.norm(to_target)) - _MAX_EXTENSION * length
            if excess <= 0 or frame in fixed_frames:
                continue
            shift = to_target * (excess / float(np.linalg.norm(to_target)))
            # over the ground first: the body moves towards the target, and is lowered only for the rest
            horizontal = float(np.hypot(to_target[0], to_target[2]))
            height = min(abs(float(to_target[1])), _MAX_EXTENSION * length)
            max_horizontal = float(np.sqrt(max((_MAX_EXTENSION * length) ** 2 - height**2, 0.0)))
            if horizontal > max_horizontal:
                step = min(horizontal - max_horizontal, _MAX_BODY_SHIFT) / horizontal
                shift = np.array([to_target[0] * step, 0.0, to_target[2] * step])
                drop = abs(float(to_target[1])) - height
                shift[1] = float(np.sign(to_target[1])) * drop
            shift[1] = float(np.clip(shift[1], -_MAX_LOWERING, 0.0))
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
