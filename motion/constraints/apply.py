# SPDX-License-Identifier: GPL-3.0-or-later
"""Application of all constraints of a motion."""

from __future__ import annotations

from ..skeleton import Skeleton
from .clip import Clip
from .effector_targets import reach_effector_targets
from .goals import Goals
from .loop import close_loop
from .pose_keyframes import apply_pose_keyframes
from .root_path import follow_root_path


def apply_constraints(clip: Clip, goals: Goals, skeleton: Skeleton, is_steered: bool = False) -> Clip:
    """Return the clip changed as little and as smoothly as the goals allow.

    First the root path, then the loop, the poses, and hands and feet. Each step keeps what the one before it reached,
    except limbs that a target bends away from a pose.

    Parameters
    ----------
    clip : the motion
    goals : what it has to satisfy, on its frames
    skeleton : skeleton of the motion
    is_steered : whether the motion was generated towards the goals, and goes along their path already
    """
    clip = follow_root_path(clip, goals, is_steered)
    if goals.loop:
        clip = close_loop(clip, goals.fps)
    clip = apply_pose_keyframes(clip, goals)
    return reach_effector_targets(clip, goals, skeleton)
