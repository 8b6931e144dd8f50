# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs without Blender, and an independent model, written with matrices, of how Blender poses their bones."""

from __future__ import annotations

import numpy as np
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS
from kinescribe.motion.retarget.retarget import RigMotion
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import (
    axis_angle_to_quaternion,
    matrix_to_quaternion,
    multiply,
    quaternion_to_matrix,
    rotate,
    rotation_about_axis,
    rotation_between,
)
from rig_kit import PARENT_OF, BodySpec, body_points, bone_tail


def body_rig(spec: BodySpec, rolls: np.random.Generator | None = None, turn: np.ndarray | None = None) -> Rig:
    """Return a rig with one bone per joint, rolled at random, its object rotated by the quaternion ``turn``."""
    points = body_points(spec)
    heads = np.array([points[joint] for joint in SMPL_JOINTS])
    tails = np.array([bone_tail(points, joint) for joint in SMPL_JOINTS])
    rest = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
    if rolls is not None:
        rest = multiply(rest, rotation_about_axis("y", rolls.uniform(-np.pi, np.pi, len(rest))))
    if turn is not None:
        heads, tails, rest = rotate(turn, heads), rotate(turn, tails), multiply(turn, rest)
    axes = np.eye(3) if turn is None else quaternion_to_matrix(turn).T
    return make_plain_rig("Somebody", SMPL_JOINTS, SMPL_PARENTS, heads, tails, rest, axes=axes)


class RigPlan:
    """Bones by name (parent, head and tail) that are changed before a rig is made of them."""

    def __init__(self, spec: BodySpec) -> None:
        points = body_points(spec)
        self.points = points
        self.bones: dict[str, tuple[str | None, np.ndarray, np.ndarray]] = {
            joint: (parent, points[joint], bone_tail(points, joint)) for joint, parent in PARENT_OF.items()
        }

    def add(self, name: str, parent: str | None, head: np.ndarray, tail: np.ndarray) -> None:
        """Add a bone."""
        self.bones[name] = (parent, np.asarray(head, dtype=float), np.asarray(tail, dtype=float))

    def reparent(self, name: str, parent: str | None) -> None:
        """Give a bone another parent."""
        self.bones[name] = (parent, *self.bones[name][1:])

    def insert(self, name: str, upper: str, lower: str, share: float) -> None:
        """Insert a bone between two; its head is at the fraction ``share`` of the distance."""
        a, b = self.bones[upper][1], self.bones[lower][1]
        self.add(name, upper, a + share * (b - a), b)
        self.reparent(lower, name)

    def rig(
        self, rolls: np.random.Generator | None = None, turn: np.ndarray | None = None, scale: float = 1.0,
        place: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> Rig:  # fmt: skip
        """Return the rig, bones rolled at random, its object rotated by a quaternion, scaled and moved to ``place``."""
        order: list[str] = []
        while len(order) < len(self.bones):
            order += [n for n, b in self.bones.items() if n not in order and (b[0] is None or b[0] in order)]
        heads, tails = (np.array([self.bones[name][k] for name in order]) for k in (1, 2))
        rest = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
        if rolls is not None:
            rest = multiply(rest, rotation_about_axis("y", rolls.uniform(-np.pi, np.pi, len(rest))))
        at = np.asarray(place)
        turn = axis_angle_to_quaternion(np.zeros(3)) if turn is None else turn
        heads, tails, rest = rotate(turn, scale * heads), rotate(turn, scale * tails), multiply(turn, rest)
        parents = tuple(order.index(p) if (p := self.bones[name][0]) is not None else -1 for name in order)
        return make_plain_rig(
            "Somebody", tuple(order), parents, heads + at, tails + at, rest,
            axes=quaternion_to_matrix(turn).T, scale=np.full(3, scale), origin=at, pose_heads=heads + at,
        )  # fmt: skip


def _world(rig: Rig, result: RigMotion) -> tuple[np.ndarray, np.ndarray]:
    """Return the world matrices of all bones at rest (B, 4, 4) and posed (B, T, 4, 4)."""
    frames = len(next(iter(result.rotations.values())))
    rest = np.tile(np.eye(4), (len(rig), 1, 1))
    rest[:, :3, :3] = rig.metres_per_unit * quaternion_to_matrix(rig.rest_rotations)
    rest[:, :3, 3] = rig.heads
    world = np.empty((len(rig), frames, 4, 4))
    for b, name in enumerate(rig.bone_names):
        basis = np.tile(rig.basis[b], (frames, 1, 1))
        if name in result.rotations:
            # keys on rotation leave a bone's scale as it is
            basis[:, :3, :3] = quaternion_to_matrix(result.rotations[name]) * np.linalg.norm(
                rig.basis[b, :3, :3], axis=0
            )
        if name in result.locations:
            basis[:, :3, 3] = result.locations[name]
        parent = rig.parents[b]
        if parent < 0:
            world[b] = rest[b] @ basis
        else:
            world[b] = world[parent] @ np.linalg.inv(rest[parent]) @ rest[b] @ basis
    return rest, world


def posed(rig: Rig, result: RigMotion) -> dict[str, np.ndarray]:
    """Return the world positions (T, 3) of all bones' heads, computed as Blender does, matrix by matrix."""
    _, world = _world(rig, result)
    return {name: world[b, :, :3, 3] for b, name in enumerate(rig.bone_names)}


def turns_of(rig: Rig, result: RigMotion) -> dict[str, np.ndarray]:
    """Return the world rotations (T, 4) of all bones from their rest orientation."""
    rest, world = _world(rig, result)
    linear = world[..., :3, :3] @ np.linalg.inv(rest[:, None, :3, :3])
    size = np.cbrt(np.linalg.det(linear))[..., None, None]
    return {name: matrix_to_quaternion(linear[b] / size[b]) for b, name in enumerate(rig.bone_names)}
