# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of a motion: arms by direction or target, legs by planted feet, trunk and head by angles.

Everything is done on whole clips (T frames). Directions are unit vectors in the facing frame of the character
(+X its left, +Y up, +Z forward), so that they follow it when it turns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    identity_rotations,
    matrix_to_quaternion,
    multiply,
    normalise,
    rotate,
    rotation_about_axis,
)
from ..skeleton import Skeleton
from .body_joints import (
    ANKLES,
    COLLARS,
    ELBOWS,
    FEET,
    HEAD,
    HIPS,
    KNEES,
    NECK,
    OUTWARD,
    PELVIS,
    SHOULDERS,
    SIDES,
    SPINE1,
    SPINE2,
    SPINE3,
    WRISTS,
)

ARM_JOINTS = {side: (COLLARS[side], SHOULDERS[side], ELBOWS[side], WRISTS[side]) for side in SIDES}
LEG_JOINTS = {side: (HIPS[side], KNEES[side], ANKLES[side], FEET[side]) for side in SIDES}
LEFTWARD = np.array([1.0, 0.0, 0.0])
_FORWARD = np.array([0.0, 0.0, 1.0])


def minimum_jerk(x: Array | float) -> Array:
    """Return the minimum-jerk progress (...): 0 below 0, 1 above 1, no speed or acceleration at either end."""
    t = np.clip(np.asarray(x, dtype=np.float64), 0.0, 1.0)
    return t * t * t * (10.0 + t * (6.0 * t - 15.0))


def moving_average(values: Array, width: int) -> Array:
    """Apply a moving average of ``width`` (odd) frames twice along axis 0, with the ends held."""
    for _ in range(2):
        pad = np.pad(values, [(width // 2, width // 2)] + [(0, 0)] * (values.ndim - 1), mode="edge")
        values = np.mean([pad[i : i + len(values)] for i in range(width)], axis=0)
    return values


def frame_from_axes(u: Array, n: Array) -> Array:
    """Return rotation matrices (..., 3, 3) whose first two columns are u and the part of n at right angles to u."""
    u = normalise(u)
    n = normalise(n - np.sum(u * n, axis=-1, keepdims=True) * u)
    return np.stack([u, n, np.cross(u, n)], axis=-1)


def solve_limb(
    target: Array, pole: Array, lengths: tuple[float, float], nearest: float, farthest: float
) -> tuple[Array, Array]:
    """Return the directions (T, 3) of the two bones of a limb that ends at a target (two-bone inverse kinematics).

    Parameters
    ----------
    target : (T, 3) metres
        The limb's end, from its first joint.
    pole : (T, 3)
        Direction in which the middle joint points.
    lengths : (float, float) metres
        Of the upper and the lower bone.
    nearest, farthest : float
        Limits of the target's distance; the farthest as a fraction of the limb's length.
    """
    a, b = lengths
    distances = np.clip(np.linalg.norm(target, axis=-1, keepdims=True), nearest, (a + b) * farthest)
    directions = normalise(target)
    cos = np.clip((a * a + distances * distances - b * b) / (2 * a * distances), -1.0, 1.0)
    lateral = normalise(pole - np.sum(pole * directions, axis=-1, keepdims=True) * directions)
    upper = directions * cos + lateral * np.sqrt(1.0 - cos * cos)
    return upper, normalise(directions * distances - upper * a)


def blend_quaternions(a: Array, b: Array, t: Array | float) -> Array:
    """Interpolate quaternions (..., 4) linearly by the shorter arc and normalise: ``t`` (...) from 0 (a) to 1 (b)."""
    t = np.asarray(t)[..., None]
    sign = np.where(np.sum(a * b, axis=-1, keepdims=True) < 0.0, -1.0, 1.0)
    return normalise(a * (1.0 - t) + sign * b * t)


def heading_from_positions(positions: Array) -> Array:
    """Return the heading (T,) of joint positions (T, 22, 3): radians about Y, unwrapped, 0 along +Z, left positive."""
    across = positions[:, HIPS["left"]] - positions[:, HIPS["right"]]
    across = across + positions[:, SHOULDERS["left"]] - positions[:, SHOULDERS["right"]]
    return np.asarray(np.unwrap(np.arctan2(-across[:, 2], across[:, 0])))


@dataclass
class MotionLayer:
    """A motion that is being changed.

    Attributes
    ----------
    skeleton : Skeleton
        Of the SMPL body.
    rotations : (T, 22, 4) float64
        Local quaternions, w x y z.
    root : (T, 3) float64
        Position of the pelvis in metres.
    facing : (T, 4) float64
        Rotation about Y from the facing frame to the world, of the motion as it was.
    """

    skeleton: Skeleton
    rotations: Array
    root: Array

    def __post_init__(self) -> None:
        self.rotations = self.rotations.astype(np.float64)
        self.root = self.root.astype(np.float64)
        positions, _ = self.forward_kinematics()
        self.facing = rotation_about_axis("y", moving_average(heading_from_positions(positions), 9))

    def forward_kinematics(self) -> tuple[Array, Array]:
        """Return joint positions (T, 22, 3) and world rotations (T, 22, 4)."""
        return self.skeleton.forward_kinematics(self.root, self.rotations)

    def to_facing_frame(self, vectors: Array) -> Array:
        """Rotate world vectors (T, 3) into the facing frame."""
        return rotate(conjugate(self.facing), vectors)

    def arm_directions(self, side: str) -> tuple[Array, Array]:
        """Return the directions of upper arm and forearm (T, 3) in the facing frame."""
        positions, _ = self.forward_kinematics()
        _, s, e, w = ARM_JOINTS[side]
        upper, fore = (
            normalise(positions[:, e] - positions[:, s]),
            normalise(positions[:, w] - positions[:, e]),
        )
        return self.to_facing_frame(upper), self.to_facing_frame(fore)

    def set_arm_directions(self, side: str, upper: Array, fore: Array, weights: Array) -> None:
        """Rotate an arm so that upper arm and forearm point along given directions.

        The elbow bends about the normal of the plane of the two directions, so that it never bends backwards.

        Parameters
        ----------
        side : str
            "left" or "right".
        upper, fore : (T, 3)
            Directions in the facing frame.
        weights : (T,)
            Weight of the given directions, 0 (the motion as it is) to 1.
        """
        collar, s, e, w = ARM_JOINTS[side]
        offsets = self.skeleton.rest_offsets
        sign = OUTWARD[side]
        # above shoulder height the collarbone lifts with the arm, by about a third of its angle
        lift = np.clip(upper[:, 1] + 0.15, 0.0, 1.1) * 0.45 * weights
        lifted = multiply(self.rotations[:, collar], rotation_about_axis("z", sign * lift))
        self.rotations[:, collar] = lifted
        _, world_rotations = self.forward_kinematics()
        u, f = rotate(self.facing, normalise(upper)), rotate(self.facing, normalise(fore))
        hinge = np.cross(u, f)
        # A nearly straight arm does not define a bending plane: its elbow points back when it hangs,
        # down and out at shoulder height, forward and out above the head.
        high, low = np.clip(upper[:, 1:2], 0.0, 1.0), np.clip(-upper[:, 1:2], 0.0, 1.0)
        pole = low * [0.2 * sign, 0.0, -1.0] + high * [0.7 * sign, 0.0, 0.7]
        pole = pole + (1.0 - high - low) * [0.5 * sign, -1.0, -0.2]
        fallback_hinge = np.cross(rotate(self.facing, pole), u)
        hinge_weight = np.clip((np.linalg.norm(hinge, axis=-1, keepdims=True) - 0.1) / 0.25, 0.0, 1.0)
        hinge = normalise(hinge) * hinge_weight + normalise(fallback_hinge) * (1.0 - hinge_weight)
        rest_u, rest_f = normalise(offsets[e]), normalise(offsets[w])
        rest_hinge = np.array([0.0, -sign, 0.0])
        shoulder_frame = frame_from_axes(u, hinge)
        shoulder = matrix_to_quaternion(shoulder_frame @ frame_from_axes(rest_u, rest_hinge).T)
        elbow_frame = frame_from_axes(f, hinge)
        elbow = matrix_to_quaternion(elbow_frame @ frame_from_axes(rest_f, rest_hinge).T)
        local_s = multiply(conjugate(world_rotations[:, collar]), shoulder)
        local_e = multiply(conjugate(shoulder), elbow)
        self.rotations[:, s] = blend_quaternions(self.rotations[:, s], local_s, weights)
        self.rotations[:, e] = blend_quaternions(self.rotations[:, e], local_e, weights)
        self.rotations[:, w] = blend_quaternions(
            self.rotations[:, w], identity_rotations(len(weights)), weights * 0.7
        )

    def solve_arm(self, side: str, hand: Array, pole: Array) -> tuple[Array, Array]:
        """Return directions (T, 3) of upper arm and forearm that bring the wrist to a target.

        ``hand`` (T, 3): metres from the shoulder; ``pole`` (T, 3): direction of the elbow; all in the facing
        frame.
        """
        _, _, e, w = ARM_JOINTS[side]
        return solve_limb(hand, pole, self._bone_lengths(e, w), nearest=0.12, farthest=0.985)

    def _bone_lengths(self, middle: int, end: int) -> tuple[float, float]:
        """Return the lengths in metres of the two bones that end at these joints."""
        offsets = self.skeleton.rest_offsets
        return float(np.linalg.norm(offsets[middle])), float(np.linalg.norm(offsets[end]))

    def lean_forward(self, angle: Array, joints: tuple[int, ...] = (SPINE1, SPINE2, SPINE3)) -> None:
        """Bend the trunk forward by ``angle`` (T,) radians in all, evenly over the joints."""
        for j in joints:
            self.rotations[:, j] = multiply(
                rotation_about_axis("x", angle / len(joints)), self.rotations[:, j]
            )

    def twist_trunk(self, angle: Array, joints: tuple[int, ...] = (SPINE1, SPINE2, SPINE3)) -> None:
        """Rotate the trunk to the left by ``angle`` (T,) radians in all, evenly over the joints."""
        for j in joints:
            self.rotations[:, j] = multiply(
                rotation_about_axis("y", angle / len(joints)), self.rotations[:, j]
            )

    def bend_sideways(self, angle: Array, joints: tuple[int, ...] = (SPINE1, SPINE2, SPINE3)) -> None:
        """Bend the trunk to the character's right by ``angle`` (T,) radians in all, evenly over the joints."""
        for j in joints:
            self.rotations[:, j] = multiply(
                rotation_about_axis("z", angle / len(joints)), self.rotations[:, j]
            )

    def lift_shoulder(self, side: str, angle: Array) -> None:
        """Lift a shoulder by ``angle`` (T,) radians; the arm keeps its direction."""
        collar, shoulder, _, _ = ARM_JOINTS[side]
        lift = rotation_about_axis("z", OUTWARD[side] * angle)
        self.rotations[:, collar] = multiply(self.rotations[:, collar], lift)
        self.rotations[:, shoulder] = multiply(conjugate(lift), self.rotations[:, shoulder])

    def rotate_head(self, pitch: Array, yaw: Array) -> None:
        """Rotate the head by (T,) radians: pitch down and yaw left are positive."""
        for j in (NECK, HEAD):
            rotation = multiply(rotation_about_axis("y", yaw / 2), rotation_about_axis("x", pitch / 2))
            self.rotations[:, j] = multiply(rotation, self.rotations[:, j])

    def shift_pelvis(self, offset: Array) -> None:
        """Move the pelvis by (T, 3) metres of the facing frame; both feet stay planted."""
        positions, world_rotations = self.forward_kinematics()
        self.root = self.root + rotate(self.facing, offset)
        for side, (_, _, a, _) in LEG_JOINTS.items():
            self.place_foot(side, positions[:, a], world_rotations[:, a])

    def lower_pelvis(self, down: Array, back: Array, tilt: Array) -> None:
        """Lower the pelvis and move it back by (T,) metres, tilt it forward by (T,) radians; both feet stay planted."""
        positions, world_rotations = self.forward_kinematics()
        offset = rotate(self.facing, np.stack([np.zeros_like(down), -down, -back], axis=-1))
        self.root = self.root + offset
        across = rotate(self.facing, np.broadcast_to(LEFTWARD, offset.shape))
        self.rotations[:, PELVIS] = multiply(
            axis_angle_to_quaternion(across * tilt[:, None]), self.rotations[:, PELVIS]
        )
        for side, (_, _, a, _) in LEG_JOINTS.items():
            self.place_foot(side, positions[:, a], world_rotations[:, a])

    def turn_pelvis(self, yaw: Array, tilt: Array, roll: Array | None = None) -> None:
        """Rotate the pelvis by angles (T,) in radians: to the left, forward, left side up; the legs go with it."""
        turn = self._rotate_about(LEFTWARD, tilt)
        if roll is not None:
            turn = multiply(self._rotate_about(_FORWARD, roll), turn)
        turn = multiply(rotation_about_axis("y", yaw), turn)
        self.rotations[:, PELVIS] = multiply(turn, self.rotations[:, PELVIS])

    def lift_heel(self, side: str, ankle: Array, foot: Array, angle: Array) -> tuple[Array, Array]:
        """Return ankle (T, 3) and foot rotation (T, 4) with the heel lifted over the ball by ``angle`` (T,) radians."""
        lift = self._rotate_about(LEFTWARD, angle)
        ball = rotate(foot, self.skeleton.rest_offsets[FEET[side]].astype(np.float64))
        return ankle + ball - rotate(lift, ball), multiply(lift, foot)

    def lift_toes(self, foot: Array, angle: Array) -> Array:
        """Return foot rotations (T, 4) with the toes lifted by ``angle`` (T,) radians; the ankle stays."""
        return multiply(self._rotate_about(LEFTWARD, -angle), foot)

    def _rotate_about(self, axis: Array, angle: Array) -> Array:
        """Return world rotations (T, 4) by ``angle`` (T,) radians about an axis (3,) of the facing frame."""
        directions = rotate(self.facing, np.broadcast_to(axis, self.root.shape))
        return axis_angle_to_quaternion(directions * angle[:, None])

    def place_foot(self, side: str, ankle: Array, foot: Array) -> None:
        """Bring an ankle to world positions (T, 3) and its foot to world rotations (T, 4); the knee stays a hinge.

        The leg bends in the plane between those of pelvis and foot: both keep their sideward axis when the trunk bends
        or the heel lifts, so that the knee points ahead in every pose.
        """
        h, k, a, _ = LEG_JOINTS[side]
        offsets = self.skeleton.rest_offsets
        positions, world_rotations = self.forward_kinematics()
        across = normalise(rotate(world_rotations[:, PELVIS], LEFTWARD) * 0.5 + rotate(foot, LEFTWARD) * 0.5)
        line = ankle - positions[:, h]
        upper, lower = solve_limb(
            line, np.cross(line, across), self._bone_lengths(k, a), nearest=0.1, farthest=0.998
        )
        hinge = np.cross(upper, lower)
        bend = np.clip((np.linalg.norm(hinge, axis=-1, keepdims=True) - 0.1) / 0.25, 0.0, 1.0)
        hinge = normalise(normalise(hinge) * bend + across * (1.0 - bend))
        thigh = matrix_to_quaternion(
            frame_from_axes(upper, hinge) @ frame_from_axes(normalise(offsets[k]), LEFTWARD).T
        )
        shank = matrix_to_quaternion(
            frame_from_axes(lower, hinge) @ frame_from_axes(normalise(offsets[a]), LEFTWARD).T
        )
        self.rotations[:, h] = multiply(conjugate(world_rotations[:, PELVIS]), thigh)
        self.rotations[:, k] = multiply(conjugate(thigh), shank)
        self.rotations[:, a] = multiply(conjugate(shank), foot)
