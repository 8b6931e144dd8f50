# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts whose motions are judged by measurement: whether the body did what the sentence says.

Metres, seconds, degrees; turning left is positive. Bounds are for a body of the size of ``T_POSE`` and let every
plausible motion of the action pass; ``training.evaluation`` has stricter ones for many more actions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...motion import T_POSE, Motion
from ..embedded.features import heading_angles

Array = NDArray[np.float64]

_PELVIS, _HEAD, _NECK = (T_POSE.joint_index(name) for name in ("pelvis", "head", "neck"))
_WRISTS = {side: T_POSE.joint_index(f"{side}_wrist") for side in ("left", "right")}
_SHOULDERS = {side: T_POSE.joint_index(f"{side}_shoulder") for side in ("left", "right")}
_ANKLES = {side: T_POSE.joint_index(f"{side}_ankle") for side in ("left", "right")}
_FEET = [T_POSE.joint_index(f"{side}_foot") for side in ("left", "right")]

_LOW_SECONDS = 0.2
"""What is held so long counts."""


@dataclass(frozen=True, eq=False)
class Measures:
    """A motion with what its judges measure."""

    motion: Motion

    @cached_property
    def positions(self) -> Array:
        """Joint positions (T, 22, 3)."""
        return np.asarray(self.motion.positions, float)

    @cached_property
    def headings(self) -> Array:
        """Heading (T,) in radians."""
        return np.asarray(heading_angles(self.positions), float)

    @property
    def turn(self) -> float:
        """Degrees from the first heading to the last."""
        return float(np.degrees(self.headings[-1] - self.headings[0]))

    @cached_property
    def travel(self) -> Array:
        """Distances (forward, leftward) that the hips went, in the body's own frame."""
        steps = np.diff(self.positions[:, _PELVIS][:, [0, 2]], axis=0)
        yaw = self.headings[:-1]
        forward = steps[:, 0] * np.sin(yaw) + steps[:, 1] * np.cos(yaw)
        leftward = steps[:, 0] * np.cos(yaw) - steps[:, 1] * np.sin(yaw)
        return np.array([forward.sum(), leftward.sum()])

    @property
    def forward(self) -> float:
        """Metres forward."""
        return float(self.travel[0])

    @property
    def leftward(self) -> float:
        """Metres to the left."""
        return float(self.travel[1])

    @cached_property
    def hips(self) -> Array:
        """Height (T,) of the hips."""
        return self.positions[:, _PELVIS, 1]

    @cached_property
    def feet(self) -> Array:
        """Height (T,) of the lower foot above its lowest place."""
        lower = self.positions[:, _FEET, 1].min(axis=1)
        return np.asarray(lower - lower.min())

    def height(self, joint: int) -> Array:
        """Return the height (T,) of a joint."""
        return self.positions[:, joint, 1]

    def is_held(self, flags: NDArray[np.bool_]) -> bool:
        """Return whether flags (T,) are set for some time in all."""
        return float(flags.sum()) / self.motion.fps >= _LOW_SECONDS

    def count_swings(self, values: Array, size: float) -> int:
        """Return how often values (T,) turn back after at least ``size``."""
        turns, extreme, direction = 0, float(values[0]), 0
        for value in values.tolist():
            if direction >= 0 and value < extreme - size:
                turns, direction, extreme = turns + (direction > 0), -1, value
            elif direction <= 0 and value > extreme + size:
                turns, direction, extreme = turns + (direction < 0), 1, value
            elif (value - extreme) * direction > 0:
                extreme = value
        return turns


Judge = Callable[[Measures], bool]


def _is_walking(m: Measures) -> bool:
    return 1.2 < m.forward < 8.0 and abs(m.leftward) < m.forward and abs(m.turn) < 75


def _is_standing(m: Measures) -> bool:
    still = np.linalg.norm(m.positions[:, _PELVIS] - m.positions[:1, _PELVIS], axis=-1).max() < 0.4
    return bool(still) and abs(m.turn) < 45 and float(np.median(m.hips)) > 0.7


def _has_jumped(m: Measures) -> bool:
    return m.is_held(m.feet > 0.06) and float(m.hips.max() - np.median(m.hips)) > 0.1


def _has_kicked(m: Measures) -> bool:
    return m.is_held((m.height(_ANKLES["right"]) > 0.4) & (m.height(_ANKLES["left"]) < 0.25))


def _has_punched(m: Measures) -> bool:
    reach = max(
        float(np.linalg.norm(m.positions[:, _WRISTS[s]] - m.positions[:, _SHOULDERS[s]], axis=-1).max())
        for s in _WRISTS
    )
    relative = m.positions[:, list(_WRISTS.values())] - m.positions[:, [_NECK]]
    speed = float(np.linalg.norm(np.diff(relative, axis=0), axis=-1).max() * m.motion.fps)
    return reach > 0.42 and speed > 2.0


def _has_waved(m: Measures) -> bool:
    hand = m.positions[:, _WRISTS["right"]] - m.positions[:, _SHOULDERS["right"]]
    across = hand[:, 0] * np.cos(m.headings) - hand[:, 2] * np.sin(m.headings)
    return m.is_held(hand[:, 1] > -0.05) and m.count_swings(across, 0.06) >= 2


def _has_raised_arms(m: Measures) -> bool:
    return m.is_held(np.minimum(*(m.height(joint) for joint in _WRISTS.values())) > m.height(_HEAD))


def _has_bowed(m: Measures) -> bool:
    return (
        float(m.height(_HEAD).min()) < 0.85 * float(m.height(_HEAD)[:5].max()) and float(m.hips.min()) > 0.6
    )


JUDGED_PROMPTS: tuple[tuple[str, Judge], ...] = (
    ("a person walks forward", _is_walking),
    ("a person walks backward", lambda m: m.forward < -0.6),
    ("a person runs forward", lambda m: m.forward > 4.0),
    ("a person walks in a circle", lambda m: abs(m.turn) > 150 and m.forward > 1.2),
    ("a person turns left", lambda m: m.turn > 45),
    ("a person turns right", lambda m: m.turn < -45),
    ("a person steps to the left", lambda m: m.leftward > 0.3 and abs(m.forward) < m.leftward),
    ("a person stands still", _is_standing),
    ("a person jumps", _has_jumped),
    ("a person sits down", lambda m: m.hips[-1] < 0.75 * m.hips[0]),
    ("a person crouches", lambda m: m.is_held(m.hips < 0.72)),
    ("a person bows", _has_bowed),
    ("a person raises both arms", _has_raised_arms),
    ("a person waves with the right hand", _has_waved),
    ("a person kicks with the right foot", _has_kicked),
    ("a person punches", _has_punched),
)
"""Prompts and their judges."""
