# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements of a motion for predicates: speeds, turns, flight phases and joint positions in the body's frame.

Metres, seconds, degrees; turning left is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...inference.embedded.features import heading_angles
from ...motion import Motion
from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import ANKLES, FEET, HEAD, OUTWARD, PELVIS, SHOULDERS, WRISTS
from ...motion.rotations import rotate

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class MeasuredMotion:
    """A motion with measurements that are computed on first use."""

    motion: Motion

    @cached_property
    def positions(self) -> Array:
        """Joint positions (T, 22, 3) in the world."""
        return self.motion.positions

    @property
    def fps(self) -> float:
        """Frames a second."""
        return self.motion.fps

    @property
    def seconds(self) -> float:
        """Time from the first to the last frame."""
        return max(len(self.motion) - 1, 1) / self.fps

    @cached_property
    def yaw(self) -> Array:
        """Heading (T,), degrees, unwrapped."""
        return np.degrees(heading_angles(self.positions))

    @property
    def heading_change(self) -> float:
        """Heading change from start to end."""
        return float(self.yaw[-1] - self.yaw[0])

    @cached_property
    def local_positions(self) -> Array:
        """Joint positions (T, 22, 3) relative to the pelvis on the ground, without the heading: x left, z forward."""
        rel = self.positions - self.positions[:, :1] * np.array([1.0, 0.0, 1.0])
        yaw = np.radians(self.yaw)[:, None]
        cos, sin = np.cos(yaw), np.sin(yaw)
        x, z = rel[..., 0] * cos - rel[..., 2] * sin, rel[..., 0] * sin + rel[..., 2] * cos
        return np.stack([x, rel[..., 1], z], axis=-1)

    @cached_property
    def _pelvis_steps(self) -> Array:
        """Pelvis steps (T - 1, 2) to the left and forward, in the facing frame."""
        step = np.diff(self.positions[:, PELVIS], axis=0)
        yaw = np.radians(self.yaw[:-1])
        return np.stack(
            [
                step[:, 0] * np.cos(yaw) - step[:, 2] * np.sin(yaw),
                step[:, 0] * np.sin(yaw) + step[:, 2] * np.cos(yaw),
            ],
            axis=-1,
        )

    @property
    def forward_speed(self) -> float:
        """Forward speed in m/s (negative: backwards)."""
        return float(self._pelvis_steps[:, 1].sum() / self.seconds)

    @property
    def leftward_speed(self) -> float:
        """Speed to the left in m/s."""
        return float(self._pelvis_steps[:, 0].sum() / self.seconds)

    @property
    def displacement(self) -> float:
        """Distance on the ground from the first to the last frame."""
        return float(np.linalg.norm((self.positions[-1] - self.positions[0])[PELVIS, [0, 2]]))

    @property
    def pelvis_heights(self) -> Array:
        """Height (T,) of the pelvis."""
        return self.positions[:, PELVIS, 1]

    @cached_property
    def joint_speeds(self) -> Array:
        """Speeds (T - 1, 22) of the joints in the body's frame, m/s."""
        return np.linalg.norm(np.diff(self.local_positions, axis=0), axis=-1) * self.fps

    @cached_property
    def foot_heights(self) -> Array:
        """Heights (T, 2) of the left and right foot above the floor: the lower of heel and toe."""
        ankles = self.positions[:, list(ANKLES.values()), 1] - 0.08
        return np.minimum(ankles, self.positions[:, list(FEET.values()), 1] - 0.02)

    @cached_property
    def flight_phases(self) -> list[tuple[float, float]]:
        """Flight phases: their seconds, and the rise of the pelvis above its lowest point within 8 frames around."""
        low = self.foot_heights.min(axis=1)
        ground = np.array([low[max(0, i - 12) : i + 13].min() for i in range(len(low))])
        up = low - ground > 0.05
        out = []
        for first, last in find_true_runs(up):
            around = self.pelvis_heights[max(0, first - 8) : last + 8]
            out.append(
                ((last - first) / self.fps, float(self.pelvis_heights[first:last].max() - around.min()))
            )
        return out

    @cached_property
    def face_angles(self) -> Array:
        """Yaw (left positive) and pitch (down positive) of the face (T, 2) in degrees, from the body's heading."""
        _, world_rotations = self.motion.skeleton.forward_kinematics(
            self.motion.root_translation, self.motion.local_rotations
        )
        face = rotate(world_rotations[:, HEAD], np.array([0.0, 0.0, 1.0]))
        yaw = np.degrees(np.arctan2(face[:, 0], face[:, 2])) - self.yaw
        return np.stack(
            [(yaw + 180) % 360 - 180, -np.degrees(np.arcsin(np.clip(face[:, 1], -1, 1)))], axis=-1
        )

    def wrist_positions(self, side: str) -> Array:
        """Return wrist positions (T, 3) in the body's frame: x outward, y up from the floor, z forward."""
        return self.local_positions[:, WRISTS[side]] * np.array([OUTWARD[side], 1.0, 1.0])

    def arm_vectors(self, side: str) -> Array:
        """Return the vector from shoulder to wrist (T, 3): x outward, y up, z forward."""
        vectors = self.local_positions[:, WRISTS[side]] - self.local_positions[:, SHOULDERS[side]]
        return np.asarray(vectors * np.array([OUTWARD[side], 1.0, 1.0]))

    def joint_distances(self, a: int, b: int) -> Array:
        """Return the distance (T,) of two joints."""
        return np.linalg.norm(self.positions[:, a] - self.positions[:, b], axis=-1)


def count_reversals(values: Array, min_change: float) -> int:
    """Count the reversals of values (T,) that move at least ``min_change`` in each direction."""
    reversals, direction, mark = 0, 0, float(values[0]) if len(values) else 0.0
    for value in map(float, values):
        if abs(value - mark) > min_change:
            new_direction = 1 if value > mark else -1
            reversals += direction not in (0, new_direction)
            direction, mark = new_direction, value
        elif (value - mark) * direction > 0:
            mark = value
    return reversals


def is_held(flags: Array, frames: int = 8) -> bool:
    """Return whether flags (T,) are true for at least ``frames`` consecutive frames."""
    return any(last - first >= frames for first, last in find_true_runs(np.asarray(flags)))
