# SPDX-License-Identifier: GPL-3.0-or-later
"""Effector targets: arms and legs are bent so that hands and feet reach them; the body moves if they are too far."""

from __future__ import annotations

import numpy as np

from ..rotations import Array, conjugate, multiply, normalise
from ..skeleton import Skeleton
from ..two_bone import KNEE, LEFT_ELBOW, RIGHT_ELBOW, bend_legs
from .clip import Take
from .goals import Goals
from .interpolation import around
from .pose_keyframes import REACH, drawn

_LIMBS: dict[str, tuple[str, str, str, tuple[float, float, float]]] = {
    "left_wrist": ("left_shoulder", "left_elbow", "left_wrist", LEFT_ELBOW),
    "right_wrist": ("right_shoulder", "right_elbow", "right_wrist", RIGHT_ELBOW),
    "left_ankle": ("left_hip", "left_knee", "left_ankle", KNEE),
    "right_ankle": ("right_hip", "right_knee", "right_ankle", KNEE),
    "left_foot": ("left_hip", "left_knee", "left_ankle", KNEE),
    "right_foot": ("right_hip", "right_knee", "right_ankle", KNEE),
}
_STRETCHED = 0.96  # fraction of a limb's length; for targets further away the body moves
_PACE = 1.2  # m/s at which the body moves, so that larger distances take longer
_LONGEST_WAY = 4.0  # metres over the ground that the body moves at most for one target
_DEEPEST = 0.5  # metres by which the body is lowered at most


def reach(take: Take, goals: Goals, skeleton: Skeleton) -> Take:
    """Return the clip with hands and feet at the goals' positions and in their orientations.

    Limbs keep the plane in which they bend, and the frames around a target are blended. Targets out of reach are
    approached as far as the limb can go.
    """
    if not goals.targets:
        return take
    width = REACH * goals.fps
    take = _brought_near(take, goals, skeleton, width)
    local = take.local.copy()
    turns = dict(goals.turns)
    for joint, track in goals.targets:
        upper, middle, end, hinge = _LIMBS[joint]
        line = [skeleton.index(name) for name in (upper, middle, end)]
        places, world = skeleton.forward(take.root, local)
        if joint in turns and joint == end:
            wanted = drawn(world[:, line[2]], turns[joint], width)
            local[:, line[2]] = multiply(conjugate(world[:, line[1]]), wanted)
            places, world = skeleton.forward(take.root, local)
        now = places[:, skeleton.index(joint)]
        shift = around(track.frames, track.values - now[track.frames], len(take), width)
        held = np.any(shift != 0, axis=-1)
        held[track.frames] = True
        chosen = [skeleton.parents[line[0]], *line]
        some, posed = np.flatnonzero(held), local[held]
        target = places[some, line[2]] + shift[some]
        posed[:, line] = bend_legs(places[some][:, line], target, world[some][:, chosen], hinge)
        local[some] = posed
    return take.posed(normalise(local))


def _brought_near(take: Take, goals: Goals, skeleton: Skeleton, width: float) -> Take:
    """Move the pelvis towards targets out of reach, except at frames at which its own position is a goal.

    ``fade_frames``: frames over which corrections fade at least.
    """
    bound = set(goals.places.frames.tolist())
    asked: dict[int, list[Array]] = {}
    places, _ = skeleton.forward(take.root, take.local)
    for joint, track in goals.targets:
        upper, middle, end, _ = _LIMBS[joint]
        line = [skeleton.index(name) for name in (upper, middle, end)]
        length = float(np.sum(np.linalg.norm(skeleton.rest_offsets[line[1:]], axis=-1)))
        for frame, place in zip(track.frames.tolist(), track.values, strict=True):
            from_end = places[frame, skeleton.index(joint)] - places[frame, line[2]]
            way = place - from_end - places[frame, line[0]]
            short = float(np.linalg.norm(way)) - _STRETCHED * length
            if short <= 0 or frame in bound:
                continue
            shift = way * (short / float(np.linalg.norm(way)))
            # over the ground first: the body moves towards the target, and is lowered only for the rest
            flat = float(np.hypot(way[0], way[2]))
            level = min(abs(float(way[1])), _STRETCHED * length)
            near = float(np.sqrt(max((_STRETCHED * length) ** 2 - level**2, 0.0)))
            if flat > near:
                step = min(flat - near, _LONGEST_WAY) / flat
                shift = np.array([way[0] * step, 0.0, way[2] * step])
                left = abs(float(way[1])) - level
                shift[1] = float(np.sign(way[1])) * left
            shift[1] = float(np.clip(shift[1], -_DEEPEST, 0.0))
            asked.setdefault(frame, []).append(shift)
    if not asked:
        return take
    frames = np.array(sorted(asked))
    shifts = np.stack([np.mean(asked[int(f)], axis=0) for f in frames])
    furthest = float(np.max(np.linalg.norm(shifts, axis=-1)))
    return take.moved(
        take.root + around(frames, shifts, len(take), max(2.5 * width, furthest / _PACE * goals.fps))
    )
