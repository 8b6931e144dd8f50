# SPDX-License-Identifier: GPL-3.0-or-later
"""Application of all constraints of a motion."""

from __future__ import annotations

from ..skeleton import Skeleton
from .clip import Take
from .effector_targets import reach
from .goals import Goals
from .loop import close
from .pose_keyframes import strike
from .root_path import follow


def meet(take: Take, goals: Goals, skeleton: Skeleton) -> Take:
    """Return the clip changed as little and as smoothly as the goals allow.

    First the root path, then the loop, the poses, and hands and feet. Each step keeps what the one before it reached,
    except limbs that a target bends away from a pose.
    """
    take = follow(take, goals)
    if goals.loop:
        take = close(take, goals.fps)
    take = strike(take, goals)
    return reach(take, goals, skeleton)
