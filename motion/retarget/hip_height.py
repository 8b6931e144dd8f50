# SPDX-License-Identifier: GPL-3.0-or-later
"""How high the body stands: feet are kept at their height above the floor, on legs of another length."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..mapping.bone_map import BoneMap
from ..rest_alignment import Points, middle
from ..rig import Rig
from ..rotations import Array, rotate
from ..skeleton import T_POSE

_SOLES = {"foot": 0.025, "ankle": 0.1, "knee": 0.55}
"""How far above the floor a joint is at rest, in lengths of the leg, where nothing else tells where the floor is."""

_DECAY = 0.04
"""Metres above the floor over which a foot loses its say in the body's height."""

_SIDES = ("left", "right")


@dataclass(frozen=True, eq=False)
class Body:
    """A body at rest: where its joints are in the world, how it is turned there, and where its floor is.

    ``frame`` (4,): rotation of a body that stands and faces +Z onto this one. ``origin``: height along the body's own
    up axis of the point that it may be meant to stand on, None where nothing is known.
    """

    points: Points
    frame: Array
    origin: float | None = None

    @cached_property
    def up(self) -> Array:
        """The body's own up axis (3,)."""
        return rotate(self.frame, np.array([0.0, 1.0, 0.0]))

    @cached_property
    def leg(self) -> float:
        """Mean length of thigh and shin together, metres."""
        total = 0.0
        for side in _SIDES:
            hip, knee, ankle = (self.points.get(f"{side}_{j}") for j in ("hip", "knee", "ankle"))
            if hip is not None and knee is not None:
                total += float(np.linalg.norm(knee - hip))
                # a rig without feet: shins are about as long as thighs
                total += float(np.linalg.norm(knee - hip if ankle is None else ankle - knee))
        return 0.5 * total

    @cached_property
    def floor(self) -> float:
        """Height of the floor along the up axis.

        Rigs mostly stand on their object's origin; where that is not just below the feet, the floor is a sole's
        thickness below the lowest joint.
        """
        heights = {
            joint: float(np.dot(self.points[f"{side}_{joint}"], self.up))
            for joint in _SOLES
            for side in _SIDES
            if f"{side}_{joint}" in self.points
        }
        lowest = min(heights.values())
        if self.origin is not None and -0.01 * self.leg < lowest - self.origin < 0.13 * self.leg:
            return self.origin
        return min(height - _SOLES[joint] * self.leg for joint, height in heights.items())

    def sole(self, joint: str) -> Array:
        """The point (3,) on the floor under a joint."""
        point = self.points[joint]
        return np.asarray(point + self.up * (self.floor - np.dot(point, self.up)))


def size_of_rig(rig: Rig, bone_map: BoneMap) -> float:
    """How large a rig is at rest, as a factor of an adult (``T_POSE``), by its legs; 1 where it has none."""
    rest = {joint: rig.heads[rig.index(bone)] for joint, bone in bone_map.bones.items() if bone in rig}
    adult = dict(zip(T_POSE.joint_names, T_POSE.rest_positions, strict=True))
    upright = np.array([1.0, 0.0, 0.0, 0.0])
    return Body(rest, upright).leg / Body(adult, upright).leg or 1.0


def hip_heights(source: Body, positions: Points, source_turns: Points, target: Body, turns: Points) -> Array:
    """Heights (T,) above the floor at which the middle of the target's hips has to be.

    ``positions``: world positions (T, 3) of the motion's joints, whose floor is at 0. ``source_turns`` and ``turns``:
    world rotations (T, 4) of the joints, of either body, from its rest pose. Each foot asks that its sole is as high
    as the source's, scaled; the lower a foot, the more it counts. Well above the floor the body's own scaled height
    decides.
    """
    scale = target.leg / source.leg
    hips = middle(positions, "hip")
    asked, weights = [scale * hips[:, 1]], [np.full(len(hips), np.exp(-0.3 / _DECAY))]
    for side in _SIDES:
        hip, knee, ankle, foot = (f"{side}_{j}" for j in ("hip", "knee", "ankle", "foot"))
        if any(joint not in turns or joint not in positions for joint in (hip, knee, ankle)):
            continue
        at = target.points
        # from the middle of the hips down to the ankle, each piece turned with the joint that carries it
        down = _rise(turns["pelvis"], at[hip] - middle(at, "hip"))
        down = down + _rise(turns[hip], at[knee] - at[hip]) + _rise(turns[knee], at[ankle] - at[knee])
        for joint in (ankle, foot):
            if joint not in turns or joint not in positions:
                continue
            own = down + _rise(turns[ankle], target.sole(joint) - at[ankle])
            theirs = positions[ankle][:, 1] + _rise(
                source_turns[ankle], source.sole(joint) - source.points[ankle]
            )
            asked.append(scale * theirs - own)
            weights.append(np.exp(-np.clip(theirs, 0.0, 0.5) / _DECAY))
    weight = np.stack(weights)
    return np.asarray(np.sum(weight * np.stack(asked), axis=0) / np.sum(weight, axis=0))


def _rise(turn: Array, v: Array) -> Array:
    """The y component alone (T,) of a vector (3,) turned by quaternions (T, 4)."""
    w, x, y, z = turn[:, 0], turn[:, 1], turn[:, 2], turn[:, 3]
    return np.asarray(
        2 * ((x * y + w * z) * v[0] + (y * z - w * x) * v[2]) + (1 - 2 * (x * x + z * z)) * v[1]
    )
