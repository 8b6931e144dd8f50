# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the body goes: world travel scaled to the rig's legs, feet kept at their height above the floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rest_alignment import Points, middle
from .rotations import Array, rotate

_SOLES = {"foot": 0.025, "ankle": 0.1, "knee": 0.55}
"""How far above the floor a joint is at rest, in lengths of the leg, where nothing else tells where the floor is."""

LEGS: tuple[str, ...] = (
    "pelvis", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "left_foot",
    "right_foot",
)  # fmt: skip
"""The joints whose turns decide how high the body is."""

_DECAY = 0.04
"""Metres above the floor over which a foot loses its say in the body's height."""


@dataclass(frozen=True, eq=False)
class Body:
    """A body at rest, upright: points in the frame in which it faces +Z, and the height of its floor there."""

    points: Points
    floor: float

    @property
    def leg(self) -> float:
        """Mean length of thigh and shin together, metres."""
        p = self.points
        total = 0.0
        for side in ("left", "right"):
            hip, knee, ankle = (p.get(f"{side}_{j}") for j in ("hip", "knee", "ankle"))
            if hip is not None and knee is not None:
                total += float(np.linalg.norm(knee - hip))
                # a rig without feet: shins are a little longer than thighs
                total += float(np.linalg.norm(ankle - knee if ankle is not None else 1.05 * (knee - hip)))
        return 0.5 * total


def floor_below(points: Points, leg: float, origin: float | None = None) -> float:
    """Height of the floor under a body that stands at rest.

    Rigs mostly stand on their object's ``origin``; where that is not just below the feet, the floor is a sole's
    thickness below the lowest joint.
    """
    heights = {
        joint: float(points[f"{side}_{joint}"][1])
        for joint in _SOLES
        for side in ("left", "right")
        if f"{side}_{joint}" in points
    }
    lowest = min(heights.values())
    if origin is not None and -0.01 * leg < lowest - origin < 0.13 * leg:
        return origin
    return min(height - _SOLES[joint] * leg for joint, height in heights.items())


def hip_heights(source: Body, positions: Points, source_turns: Points, target: Body, turns: Points) -> Array:
    """Heights (T,) above the floor at which the middle of the target's hips has to be.

    ``positions``: world positions (T, 3) of the motion's joints, whose floor is at 0. ``source_turns`` and ``turns``:
    world rotations (T, 4) of the joints, of either body, from its upright rest pose. Each foot asks that its sole is
    as high as the source's, scaled; the lower a foot, the more it counts. Well above the floor the body's own scaled
    height decides.
    """
    scale = target.leg / source.leg
    hips = middle(positions, "hip")
    asked, weights = [scale * hips[:, 1]], [np.full(len(hips), np.exp(-0.3 / _DECAY))]
    for side in ("left", "right"):
        hip, knee, ankle, foot = (f"{side}_{j}" for j in ("hip", "knee", "ankle", "foot"))
        if any(joint not in turns or joint not in positions for joint in (hip, knee, ankle)):
            continue
        # from the middle of the hips down to the ankle, each piece turned with the joint that carries it
        at = rotate(turns["pelvis"], target.points[hip] - middle(target.points, "hip"))
        at = at + rotate(turns[hip], target.points[knee] - target.points[hip])
        at = at + rotate(turns[knee], target.points[ankle] - target.points[knee])
        for joint in (ankle, foot):
            if joint not in turns or joint not in positions:
                continue
            own = at + rotate(turns[ankle], _sole(target, joint) - target.points[ankle])
            theirs = positions[ankle] + rotate(source_turns[ankle], _sole(source, joint) - source.points[ankle])
            asked.append(scale * theirs[:, 1] - own[:, 1])
            weights.append(np.exp(-np.clip(theirs[:, 1], 0.0, 0.5) / _DECAY))
    weight = np.stack(weights)
    return np.asarray(np.sum(weight * np.stack(asked), axis=0) / np.sum(weight, axis=0))


def _sole(body: Body, joint: str) -> Array:
    """The point of the sole under a joint at rest."""
    x, _, z = body.points[joint]
    return np.array([x, body.floor, z])
