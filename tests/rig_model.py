# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs without Blender, and a model, independent of the code under test, of how Blender poses their bones."""

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


def body_rig(
    spec: BodySpec, rolls: np.random.Generator | None = None, rotation: np.ndarray | None = None
) -> Rig:
    """Return a rig with one bone per joint, rolled at random, its object rotated by a quaternion."""
    points = body_points(spec)
    heads = np.array([points[joint] for joint in SMPL_JOINTS])
    tails = np.array([bone_tail(points, joint) for joint in SMPL_JOINTS])
    rest = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
    if rolls is not None:
        rest = multiply(rest, rotation_about_axis("y", rolls.uniform(-np.pi, np.pi, len(rest))))
    if rotation is not None:
        heads, tails, rest = rotate(rotation, heads), rotate(rotation, tails), multiply(rotation, rest)
    axes = np.eye(3) if rotation is None else quaternion_to_matrix(rotation).T
    return make_plain_rig("Somebody", SMPL_JOINTS, SMPL_PARENTS, heads, tails, rest, axes=axes)


class RigPlan:
    """Bones by name, with parent, head and tail, that can be changed before a rig is made of them."""

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

    def insert(self, name: str, upper: str, lower: str, fraction: float) -> None:
        """Insert a bone between two others, its head at a fraction of the distance.

        Parameters
        ----------
        name : str
            The new bone.
        upper, lower : str
            Its parent and its child.
        fraction : float
            0 at the parent's head, 1 at the child's.
        """
        a, b = self.bones[upper][1], self.bones[lower][1]
        self.add(name, upper, a + fraction * (b - a), b)
        self.reparent(lower, name)

    def rig(
        self, rolls: np.random.Generator | None = None, rotation: np.ndarray | None = None, scale: float = 1.0,
        origin: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> Rig:  # fmt: skip
        """Return the rig.

        Parameters
        ----------
        rolls : Generator, optional
            Random bone rolls.
        rotation : (4,), optional
            The object's rotation about its origin, a quaternion.
        scale : float
            The object's scale.
        origin : (3,) metres
            The object's position.
        """
        order: list[str] = []
        while len(order) < len(self.bones):
            order += [n for n, b in self.bones.items() if n not in order and (b[0] is None or b[0] in order)]
        heads, tails = (np.array([self.bones[name][k] for name in order]) for k in (1, 2))
        rest = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
        if rolls is not None:
            rest = multiply(rest, rotation_about_axis("y", rolls.uniform(-np.pi, np.pi, len(rest))))
        offset = np.asarray(origin)
        rotation = axis_angle_to_quaternion(np.zeros(3)) if rotation is None else rotation
        heads, tails, rest = (
            rotate(rotation, scale * heads),
            rotate(rotation, scale * tails),
            multiply(rotation, rest),
        )
        parents = tuple(order.index(p) if (p := self.bones[name][0]) is not None else -1 for name in order)
        return make_plain_rig(
            "Somebody", tuple(order), parents, heads + offset, tails + offset, rest,
            axes=quaternion_to_matrix(rotation).T, scale=np.full(3, scale), origin=offset, pose_heads=heads + offset,
        )  # fmt: skip


def _world(rig: Rig, result: RigMotion) -> tuple[np.ndarray, np.ndarray]:
    """Return world matrices of all bones at rest (B, 4, 4) and posed (B, T, 4, 4)."""
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


def posed_heads(rig: Rig, result: RigMotion) -> dict[str, np.ndarray]:
    """Return world positions (T, 3) of all bones' heads, computed like Blender, one matrix after another."""
    _, world = _world(rig, result)
    return {name: world[b, :, :3, 3] for b, name in enumerate(rig.bone_names)}


def world_rotations(rig: Rig, result: RigMotion) -> dict[str, np.ndarray]:
    """Return world rotations (T, 4) of all bones from their rest orientation."""
    rest, world = _world(rig, result)
    linear = world[..., :3, :3] @ np.linalg.inv(rest[:, None, :3, :3])
    size = np.cbrt(np.linalg.det(linear))[..., None, None]
    return {name: matrix_to_quaternion(linear[b] / size[b]) for b, name in enumerate(rig.bone_names)}
