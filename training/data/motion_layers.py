# SPDX-License-Identifier: GPL-3.0-or-later
"""Limb poses laid over a recorded motion: arms by direction or by reach, legs by planted feet, a leaning trunk.

Everything happens on whole clips (T frames). Directions are unit vectors in the facing frame of the character
(+X its left, +Y up, +Z forward), so that they follow it when it turns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .kinematics import (
    HEAD,
    L_ANKLE,
    L_COLLAR,
    L_ELBOW,
    L_FOOT,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    NECK,
    PELVIS,
    R_ANKLE,
    R_COLLAR,
    R_ELBOW,
    R_FOOT,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    SPINE1,
    SPINE2,
    SPINE3,
    Array,
    about,
    between,
    blend,
    conjugate,
    forward,
    heading,
    multiply,
    normalise,
    rotate,
)
from .recordings import Recordings

ARM = {"left": (L_COLLAR, L_SHOULDER, L_ELBOW, L_WRIST), "right": (R_COLLAR, R_SHOULDER, R_ELBOW, R_WRIST)}
LEG = {"left": (L_HIP, L_KNEE, L_ANKLE, L_FOOT), "right": (R_HIP, R_KNEE, R_ANKLE, R_FOOT)}
X, Y, Z = np.eye(3)


def ease(x: Array | float) -> Array:
    """Minimum-jerk progress: 0 below 0, 1 above 1, with still ends."""
    t = np.clip(np.asarray(x, dtype=np.float64), 0.0, 1.0)
    return t * t * t * (10.0 + t * (6.0 * t - 15.0))


def smoothed(values: Array, width: int) -> Array:
    """Moving average over time (axis 0) of an odd number of frames, twice, ends held."""
    for _ in range(2):
        pad = np.pad(values, [(width // 2, width // 2)] + [(0, 0)] * (values.ndim - 1), mode="edge")
        values = np.mean([pad[i : i + len(values)] for i in range(width)], axis=0)
    return values


def frames_to(u: Array, n: Array) -> Array:
    """Rotation matrices (..., 3, 3) whose first two columns are u and the part of n across u."""
    u = normalise(u)
    n = normalise(n - np.sum(u * n, axis=-1, keepdims=True) * u)
    return np.stack([u, n, np.cross(u, n)], axis=-1)


def to_quaternion(m: Array) -> Array:
    """Unit quaternions (T, 4) of rotation matrices (T, 3, 3)."""
    d = np.stack([m[:, 0, 0], m[:, 1, 1], m[:, 2, 2]], axis=-1)
    trace = d.sum(axis=-1, keepdims=True)
    # Squares of the four parts, times four; the largest one is safe to divide by.
    squares = np.concatenate([1.0 + trace, 1.0 - trace + 2.0 * d], axis=-1)
    low = np.stack([m[:, 2, 1] - m[:, 1, 2], m[:, 0, 2] - m[:, 2, 0], m[:, 1, 0] - m[:, 0, 1]], axis=-1)
    xy, xz, yz = m[:, 1, 0] + m[:, 0, 1], m[:, 2, 0] + m[:, 0, 2], m[:, 2, 1] + m[:, 1, 2]
    rows = np.empty((len(m), 4, 4))
    rows[:, 0, 1:] = low
    rows[:, 1:, 0] = low
    rows[:, 1, 2] = rows[:, 2, 1] = xy
    rows[:, 1, 3] = rows[:, 3, 1] = xz
    rows[:, 2, 3] = rows[:, 3, 2] = yz
    for i in range(4):
        rows[:, i, i] = squares[:, i]
    return normalise(rows[np.arange(len(m)), np.argmax(squares, axis=-1)])


@dataclass
class Layer:
    """A recorded motion that is being changed: local rotations (T, 22, 4) and root (T, 3), float64."""

    recordings: Recordings
    rotations: Array
    root: Array

    def __post_init__(self) -> None:
        self.rotations = self.rotations.astype(np.float64)
        self.root = self.root.astype(np.float64)
        places, _ = self.solve()
        self.facing = about(Y, smoothed(heading(places), 9))

    def solve(self) -> tuple[Array, Array]:
        """Joint positions and global rotations now."""
        return forward(
            self.rotations, self.root, self.recordings.parents, self.recordings.offsets.astype(float)
        )

    def inside(self, vectors: Array) -> Array:
        """World vectors (T, 3) in the facing frame."""
        return rotate(conjugate(self.facing), vectors)

    def arm(self, side: str) -> tuple[Array, Array]:
        """Directions of upper arm and forearm (T, 3) in the facing frame."""
        places, _ = self.solve()
        _, s, e, w = ARM[side]
        return self.inside(normalise(places[:, e] - places[:, s])), self.inside(
            normalise(places[:, w] - places[:, e])
        )

    def set_arm(self, side: str, upper: Array, fore: Array, amount: Array) -> None:
        """Turn an arm so that upper arm and forearm point along (T, 3) directions of the facing frame.

        `amount` (T,) in 0..1 mixes from the motion below (0) to the given directions (1).
        The elbow bends about the axis that upper arm and forearm span, so it never bends the wrong way.
        """
        collar, s, e, w = ARM[side]
        offsets = self.recordings.offsets.astype(float)
        sign = 1.0 if side == "left" else -1.0
        # Above shoulder height the collarbone lifts with the arm, about a third of the way.
        lift = np.clip(upper[:, 1] + 0.15, 0.0, 1.1) * 0.45 * amount
        lifted = multiply(self.rotations[:, collar], about(np.array([0.0, 0.0, 1.0]), sign * lift))
        self.rotations[:, collar] = lifted
        _, turns = self.solve()
        u, f = rotate(self.facing, normalise(upper)), rotate(self.facing, normalise(fore))
        hinge = np.cross(u, f)
        # A nearly straight arm has no bending plane of its own: its elbow points back when it hangs,
        # down and out at shoulder height, forward and out above the head.
        high, low = np.clip(upper[:, 1:2], 0.0, 1.0), np.clip(-upper[:, 1:2], 0.0, 1.0)
        pole = low * [0.2 * sign, 0.0, -1.0] + high * [0.7 * sign, 0.0, 0.7]
        pole = pole + (1.0 - high - low) * [0.5 * sign, -1.0, -0.2]
        spare = np.cross(rotate(self.facing, pole), u)
        trust = np.clip((np.linalg.norm(hinge, axis=-1, keepdims=True) - 0.1) / 0.25, 0.0, 1.0)
        hinge = normalise(hinge) * trust + normalise(spare) * (1.0 - trust)
        rest_u, rest_f = normalise(offsets[e]), normalise(offsets[w])
        rest_hinge = np.array([0.0, -sign, 0.0])
        wanted = frames_to(u, hinge)
        shoulder = to_quaternion(wanted @ frames_to(rest_u, rest_hinge).T)
        wanted_f = frames_to(f, hinge)
        elbow = to_quaternion(wanted_f @ frames_to(rest_f, rest_hinge).T)
        local_s = multiply(conjugate(turns[:, collar]), shoulder)
        local_e = multiply(conjugate(shoulder), elbow)
        self.rotations[:, s] = blend(self.rotations[:, s], local_s, amount)
        self.rotations[:, e] = blend(self.rotations[:, e], local_e, amount)
        self.rotations[:, w] = blend(
            self.rotations[:, w], np.broadcast_to([1.0, 0, 0, 0], local_e.shape), amount * 0.7
        )

    def reach(self, side: str, hand: Array, elbow_toward: Array) -> tuple[Array, Array]:
        """Upper arm and forearm directions that bring the wrist to `hand` (T, 3), from the shoulder, facing frame."""
        _, _, e, w = ARM[side]
        a = float(np.linalg.norm(self.recordings.offsets[e]))
        b = float(np.linalg.norm(self.recordings.offsets[w]))
        far = np.clip(np.linalg.norm(hand, axis=-1, keepdims=True), 0.12, (a + b) * 0.985)
        d = normalise(hand)
        cos = np.clip((a * a + far * far - b * b) / (2 * a * far), -1.0, 1.0)
        side_way = normalise(elbow_toward - np.sum(elbow_toward * d, axis=-1, keepdims=True) * d)
        upper = d * cos + side_way * np.sqrt(1.0 - cos * cos)
        return upper, normalise(d * far - upper * a)

    def lean(self, angle: Array, joints: tuple[int, ...] = (SPINE1, SPINE2, SPINE3)) -> None:
        """Bend forward by `angle` (T,) radians in all, shared by the joints (about the character's left axis)."""
        for j in joints:
            self.rotations[:, j] = multiply(about(X, angle / len(joints)), self.rotations[:, j])

    def twist(self, angle: Array, joints: tuple[int, ...] = (SPINE1, SPINE2, SPINE3)) -> None:
        """Turn the trunk to the left by `angle` (T,) radians in all, shared by the joints."""
        for j in joints:
            self.rotations[:, j] = multiply(about(Y, angle / len(joints)), self.rotations[:, j])

    def tilt(self, angle: Array, joints: tuple[int, ...] = (SPINE1, SPINE2, SPINE3)) -> None:
        """Bend the trunk to the character's right by `angle` (T,) radians in all, shared by the joints."""
        for j in joints:
            self.rotations[:, j] = multiply(about(Z, angle / len(joints)), self.rotations[:, j])

    def shrug(self, side: str, angle: Array) -> None:
        """Lift a shoulder by `angle` (T,) radians; the arm keeps its direction."""
        collar, shoulder, _, _ = ARM[side]
        lift = about(Z, angle if side == "left" else -angle)
        self.rotations[:, collar] = multiply(self.rotations[:, collar], lift)
        self.rotations[:, shoulder] = multiply(conjugate(lift), self.rotations[:, shoulder])

    def head(self, pitch: Array, yaw: Array) -> None:
        """Turn the head: nodding down and looking left are positive (T,) radians."""
        for j in (NECK, HEAD):
            turn = multiply(about(Y, yaw / 2), about(X, pitch / 2))
            self.rotations[:, j] = multiply(turn, self.rotations[:, j])

    def shift(self, by: Array) -> None:
        """Move the pelvis by (T, 3) metres of the facing frame with both feet left where they are."""
        places, turns = self.solve()
        self.root = self.root + rotate(self.facing, by)
        for side, (_, _, a, _) in LEG.items():
            self.step(side, places[:, a], turns[:, a])

    def sink(self, down: Array, back: Array, tilt: Array) -> None:
        """Lower the pelvis by (T,) metres and move it back, tilted forward, with both feet left in place."""
        places, turns = self.solve()
        shift = rotate(self.facing, np.stack([np.zeros_like(down), -down, -back], axis=-1))
        self.root = self.root + shift
        across = rotate(self.facing, np.broadcast_to(X, shift.shape))
        self.rotations[:, PELVIS] = multiply(about(across, tilt), self.rotations[:, PELVIS])
        for side, (_, _, a, _) in LEG.items():
            self.step(side, places[:, a], turns[:, a])

    def step(self, side: str, ankle: Array, foot: Array) -> None:
        """Bring an ankle to world places (T, 3) and its foot to world rotations (T, 4); the knee stays a hinge."""
        h, k, a, f = LEG[side]
        moved, now = self.solve()
        offsets = self.recordings.offsets.astype(float)
        la, lb = float(np.linalg.norm(offsets[k])), float(np.linalg.norm(offsets[a]))
        d = ankle - moved[:, h]
        far = np.clip(np.linalg.norm(d, axis=-1, keepdims=True), 0.1, (la + lb) * 0.998)
        d = normalise(d)
        toes = normalise(rotate(foot, np.broadcast_to(offsets[f], ankle.shape)))
        knee_way = toes * 0.6 + normalise(moved[:, k] - moved[:, h]) * 0.4
        knee_way = normalise(knee_way - np.sum(knee_way * d, axis=-1, keepdims=True) * d)
        cos = np.clip((la * la + far * far - lb * lb) / (2 * la * far), -1.0, 1.0)
        upper = d * cos + knee_way * np.sqrt(1.0 - cos * cos)
        lower = normalise(d * far - upper * la)
        swing = between(moved[:, k] - moved[:, h], upper)
        thigh = multiply(swing, now[:, h])
        carried = rotate(swing, moved[:, a] - moved[:, k])
        shank = multiply(between(carried, lower), multiply(swing, now[:, k]))
        self.rotations[:, h] = multiply(conjugate(now[:, PELVIS]), thigh)
        self.rotations[:, k] = multiply(conjugate(thigh), shank)
        self.rotations[:, a] = multiply(conjugate(shank), foot)
